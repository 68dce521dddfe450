"""Write anew what the README shows its commands to print, and list what moved.

Run by hand after a change that moves results: ``python tools/readme_outputs.py``. A test runs every
command of the README and compares.
"""

import difflib
import os
import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"

SHOWN = re.compile(
    r"^(\$ (bioanchors [^\n]*)\n)((?!\$ |```)[^\n]*\n(?:(?!\$ |```)[^\n]*\n)*)", re.M
)


def printed(match: re.Match[str]) -> str:
    beside = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["sh", "-c", match[2]],
        env={**os.environ, "PATH": beside, "PYTHONUTF8": "1", "COLUMNS": "80"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    # Columns are padded on the right, and titles end with an empty line of blanks.
    return match[1] + "\n".join(line.rstrip() for line in done.stdout.strip().splitlines()) + "\n"


if __name__ == "__main__":
    before = README.read_text(encoding="utf-8")
    after = re.sub(
        r"^```console\n.*?^```",
        lambda block: SHOWN.sub(printed, block[0]),
        before,
        flags=re.M | re.S,
    )
    README.write_text(after, encoding="utf-8")
    changes = difflib.unified_diff(before.splitlines(), after.splitlines(), "before", "after", n=0)
    print("\n".join(line for line in changes))
