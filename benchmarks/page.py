"""What a step of the page costs in Chromium: a slider moved, in the file's world and with a pause.

    python benchmarks/page.py

Printed are the least and the median of the milliseconds of a step, at the 2,048 points that are
taken while something moves. Chromium is the one on the path, or ``BIOANCHORS_CHROMIUM``.
"""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import bioanchors as ba

PRESETS = ("cotra2020", "cotra2020-uncertain", "update-2026")
WORLDS = {"as it is": None, "with a pause": [2027, 5]}
POINTS, STEPS, ROUNDS = 2048, 8, 5
STEP = """([pause, points, first, steps]) => {
  const { model, file } = bioanchors.page;
  return Array.from({ length: steps }, (_, k) => {
    const speed = { median: 2 + (first + k) / 200, spread: 1, oom: 0 };
    const view = { ...structuredClone(file), pause, knobs: { "hardware.speed": speed } };
    const start = performance.now();
    model.result(view, points);
    return performance.now() - start;
  });
}"""


def main() -> None:
    """Measure in turn, so that a slow spell of the machine meets all alike, and print."""
    chromium = os.environ.get("BIOANCHORS_CHROMIUM") or shutil.which("chromium")
    took: dict[tuple[str, str], list[float]] = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        pages = {}
        for name in PRESETS:
            path = Path(folder, f"{name}.html")
            ba.explore(name, out=path)
            pages[name] = browser.new_page()
            pages[name].goto(path.as_uri())
        for turn in range(ROUNDS):
            for name, page in pages.items():
                for world, pause in WORLDS.items():
                    steps = page.evaluate(STEP, [pause, POINTS, STEPS * turn, STEPS])
                    took.setdefault((name, world), []).extend(steps)
        browser.close()
    print("| | | least, ms | median, ms |\n|---|---|---|---|")
    for (name, world), each in took.items():
        print(f"| {name} | {world} | {min(each):.1f} | {statistics.median(each):.1f} |")


if __name__ == "__main__":
    main()
