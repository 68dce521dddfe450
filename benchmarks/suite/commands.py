"""Whole commands, as a user waits for them."""

from __future__ import annotations

import subprocess
import sys
import tempfile

BIOANCHORS = [sys.executable, "-m", "bioanchors"]


def call(*arguments: str) -> None:
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL)


class Commands:
    """Seconds from the key to the prompt."""

    number, repeat, warmup_time = 1, 7, 0.0

    def time_empty_python(self) -> None:
        call(sys.executable, "-c", "pass")

    def time_import(self) -> None:
        call(sys.executable, "-c", "import bioanchors")

    def time_import_everything(self) -> None:
        call(sys.executable, "-c", "import bioanchors.results, xarray")

    def time_help(self) -> None:
        call(*BIOANCHORS, "--help")

    def time_run(self) -> None:
        call(*BIOANCHORS, "run", "cotra2020")

    def time_sensitivity(self) -> None:
        call(*BIOANCHORS, "sensitivity", "latest", "--output", "2050")

    def time_run_out(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            call(*BIOANCHORS, "run", "cotra2020", "--out", folder)
