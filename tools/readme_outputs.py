"""Write anew what the README and the pages of docs/ show commands to print, and list what moved.

    python tools/readme_outputs.py
    python tools/readme_outputs.py docs/tour.md

Run by hand after a change that moves results. Each section of a page is a desk of its own: its
commands run in order, in a shell, from an empty folder. What still stands (``...`` stands for
anything) is left as it is. A test runs every command of every page and compares.
"""

from __future__ import annotations

import difflib
import doctest
import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MADE_OTHERWISE = ("parameters.md", "extending.md")
PAGES = [
    ROOT / "README.md",
    *sorted(page for page in ROOT.glob("docs/*.md") if page.name not in MADE_OTHERWISE),
]
SHELLS = ("sh", "shell", "bash")
SECONDS = 300


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, the line of the page on which that starts."""

    language: str
    text: str
    line: int


@dataclass(frozen=True)
class Step:
    """A command, what the page shows it to print if it does, and on which lines."""

    command: str
    shown: str
    line: int
    lines_shown: slice


def blocks(text: str, *languages: str) -> list[Block]:
    """Return the fenced blocks in any of the languages, or all, in order."""
    found = re.finditer(r"^``` *([\w-]*)[^\n]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    every = [Block(m[1], m[2], text[: m.start()].count("\n") + 2) for m in found]
    return [block for block in every if block.language in languages or not languages]


def steps(text: str) -> list[Step]:
    """Return the commands that call ``bioanchors`` in shell and console blocks, in order."""
    result = []
    for block in blocks(text, *SHELLS, "console"):
        lines = block.text.splitlines()
        # With prompts, what has none is output.
        prompted = any(line.startswith("$ ") for line in lines)
        mark = "$ " if prompted else "bioanchors "
        starts = [i for i, line in enumerate(lines) if line.startswith(mark)]
        for start, end in itertools.pairwise([*starts, len(lines)]):
            last = start
            while lines[last].endswith("\\"):
                last += 1
            command = "\n".join(lines[start : last + 1]).removeprefix("$ ")
            shown = "\n".join(lines[last + 1 : end]).strip() if prompted else ""
            place = slice(block.line + last, block.line + end - 1)
            if command.startswith("bioanchors "):
                result.append(Step(command, shown, block.line + start, place))
    return result


def sections(text: str) -> dict[str, list[Step]]:
    """Return the steps by the heading that they stand under."""
    code = {b.line + i for b in blocks(text) for i in range(b.text.count("\n"))}
    headings = [
        (number, line.lstrip("# "))
        for number, line in enumerate(text.splitlines(), 1)
        if re.match(r"#+ ", line) and number not in code
    ]
    found: dict[str, list[Step]] = {}
    for step in steps(text):
        heading = [name for number, name in headings if number < step.line][-1]
        found.setdefault(heading, []).append(step)
    return found


def printed(command: str, folder: Path) -> str:
    """Return what a command prints in a folder, 80 columns wide; raise where it fails."""
    shell = shutil.which("sh")
    assert shell is not None, "needs a POSIX shell"
    beside = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": beside, "PYTHONUTF8": "1"}
    for name in ("COLUMNS", "FORCE_COLOR", "TTY_COMPATIBLE"):
        environment.pop(name, None)
    done = subprocess.run(
        [shell, "-c", command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return tidy(done.stdout)


def tidy(output: str) -> str:
    """Return what is printed without blanks at ends: columns are padded on the right."""
    return "\n".join(line.rstrip() for line in output.strip().splitlines())


def same(shown: str, output: str) -> bool:
    """Compare texts; ``...`` stands for anything, and ends of lines do not count."""
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    return doctest.OutputChecker().check_output(shown + "\n", output + "\n", options)


def anew(text: str) -> str:
    """Return a page on which every command prints what is shown."""
    lines: list[str] = text.splitlines()
    replaced: list[tuple[slice, str]] = []
    for section in sections(text).values():
        # What comes after the last command that shows anything need not run.
        while section and not section[-1].shown:
            section.pop()
        with tempfile.TemporaryDirectory() as folder:
            for step in section:
                output = printed(step.command, Path(folder))
                if step.shown and not same(step.shown, output):
                    replaced.append((step.lines_shown, output))
    for place, output in sorted(replaced, key=lambda each: each[0].start, reverse=True):
        lines[place] = output.splitlines()
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    for page in [Path(name) for name in sys.argv[1:]] or PAGES:
        before = page.read_text(encoding="utf-8")
        after = anew(before)
        page.write_text(after, encoding="utf-8")
        named = str(page), f"{page} anew"
        print("\n".join(difflib.unified_diff(before.splitlines(), after.splitlines(), *named, n=0)))
