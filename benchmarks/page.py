"""What a step of the page costs in Chromium: a slider moved, in the file's world and with a pause.

    python benchmarks/page.py

Printed are the least and the median of the milliseconds of a step, at the 2,048 points that are
taken while something moves: by the clock, of each step, and of CPU of the page's thread, of each
round's mean. Chromium is the one on the path, or ``BIOANCHORS_CHROMIUM``.
"""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import CDPSession, sync_playwright

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
    spent: dict[tuple[str, str], list[float]] = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        pages, sessions = {}, {}
        for name in PRESETS:
            path = Path(folder, f"{name}.html")
            ba.explore(name, out=path)
            page = pages[name] = browser.new_page()
            page.goto(path.as_uri())
            session = sessions[name] = page.context.new_cdp_session(page)
            session.send("Performance.enable", {"timeDomain": "threadTicks"})
        for turn in range(ROUNDS):
            for name, page in pages.items():
                for world, pause in WORLDS.items():
                    before = cpu_ms(sessions[name])
                    steps = page.evaluate(STEP, [pause, POINTS, STEPS * turn, STEPS])
                    took.setdefault((name, world), []).extend(steps)
                    each = (cpu_ms(sessions[name]) - before) / STEPS
                    spent.setdefault((name, world), []).append(each)
        browser.close()
    print("| | | clock, least | median | CPU, least | median |\n|---|---|---|---|---|---|")
    for (name, world), steps in took.items():
        columns = [
            f(each) for each in (steps, spent[name, world]) for f in (min, statistics.median)
        ]
        print(f"| {name} | {world} | {' | '.join(f'{each:.1f}' for each in columns)} |")


def cpu_ms(session: CDPSession) -> float:
    """Return what a page has taken of its thread so far, in ms of CPU."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return 1e3 * next(each["value"] for each in metrics if each["name"] == "TaskDuration")


if __name__ == "__main__":
    main()
