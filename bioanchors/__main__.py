"""``python -m bioanchors``."""

from bioanchors.cli import main

main()
