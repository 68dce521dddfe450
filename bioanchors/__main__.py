"""The command ``bioanchors``, and ``python -m bioanchors``."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from bioanchors import interruption


def main() -> NoReturn:
    """Run the command line in a process of its own, which may be interrupted at any moment."""
    # Threads that NumPy's BLAS would start here, and in each process of many runs, wait in a loop.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    code = 1
    with interruption.watched():
        try:
            from bioanchors.cli import called

            code = called()
        except BaseException:
            if interruption.exit_code() is None:
                raise
            code = interruption.exit_code() or code
            print("interrupted", file=sys.stderr)
        interruption.ignored()
    interruption.ignored()
    sys.exit(code)


if __name__ == "__main__":
    main()
