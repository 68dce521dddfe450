"""Print docs/glossary.md from the terms that ``bioanchors explain`` knows.

python tools/glossary.py > docs/glossary.md
"""

from __future__ import annotations

import sys

from bioanchors.output.glossary import glossary

if __name__ == "__main__":
    sys.stdout.write(glossary())
