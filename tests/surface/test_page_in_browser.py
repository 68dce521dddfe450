"""The page in a real browser: one Chromium, a page of a preset or two."""

import json
import os
import re
import shutil
from pathlib import Path

import page_states
import pytest

import bioanchors as ba
from bioanchors.output.page import explore

CHROMIUM = os.environ.get("BIOANCHORS_CHROMIUM") or shutil.which("chromium") or ""
LINK = json.loads(page_states.STATES.read_text())["cotra2020"][0]["link"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not CHROMIUM, reason="no chromium: pages are not tried in a browser"),
]


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    return {
        name: explore(name, out=folder / f"{name}.html") for name in ("cotra2020", "update-2026")
    }


@pytest.fixture
def opened(browser, pages):
    """Open a page in a browser that notes what is asked of the network, and what goes wrong."""
    shown = []

    def open_(name, link="", width=1280, height=900, scheme="light"):
        viewport = {"width": width, "height": height}
        page = browser.new_page(viewport=viewport, color_scheme=scheme)
        page.asked, page.wrong = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.wrong.append(message.text))
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.goto(f"file://{pages[name]}{link}")
        page.wait_for_function("window.bioanchors")
        shown.append(page)
        return page

    yield open_
    for page in shown:
        assert [url for url in page.asked if not url.startswith(("file:", "blob:"))] == []
        assert page.wrong == []
        page.close()


@pytest.mark.parametrize("name", ["cotra2020", "update-2026"])
def test_it_opens_checks_itself_and_says_so(opened, name):
    page = opened(name)
    assert page.evaluate("bioanchors.gap") < page_states.TOLERANCE[name]
    assert "differ by at most 0.0" in page.text_content("#exact")
    median = f"{ba.run(name).quantile(0.5):.1f}"
    assert page.inner_text("#says b").replace("\xa0", " ") == f"50 % by {median}"
    assert page.evaluate("location.hash") == ""


def settle(page):
    page.wait_for_timeout(600)


def test_keys_move_the_dot_and_the_address_follows(opened):
    page = opened("cotra2020")
    page.focus(".handle")
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    settle(page)
    link = page.evaluate("location.hash")
    assert re.match(r"#cotra2020@[0-9a-f]{12}&short_horizon.weight=0\.26\d*&medium", link)
    says = page.inner_text("#says")
    assert "sooner than Cotra 2020" in says
    again = opened("cotra2020", link)
    assert again.inner_text("#says") == says
    page.click("#undo")
    settle(page)
    assert page.evaluate("location.hash") == ""


def test_what_it_saves_gives_its_sentence(opened, desk):
    page = opened("cotra2020", LINK)
    with page.expect_download() as download:
        page.click("#save-file")
    download.value.save_as("mine.toml")
    forecast = ba.run("mine.toml")
    says = page.inner_text("#says").replace("\xa0", " ")
    assert f"{100 * forecast.probability_by(2036):.0f} % by 2036" in says
    assert says.startswith(f"50 % by {forecast.quantile(0.5):.1f}")
    with page.expect_download() as download:
        page.click("#save-csv")
    rows = Path(download.value.path()).read_text().splitlines()
    assert rows[1].startswith("year,cdf,part_lifetime")
    (row,) = (row.split(",") for row in rows if row.startswith("2050,"))
    assert float(row[1]) == pytest.approx(forecast.probability_by(2050), abs=1e-3)
    with page.expect_download() as download:
        page.click("#save-png")
    assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG")


def test_examples_are_one_click_away(opened):
    page = opened("update-2026")
    page.click("text=all short horizon")
    settle(page)
    assert page.evaluate("bioanchors.page.view.weights.filter((w) => w > 0).length") == 1
    page.click("text=a pause in 2027")
    settle(page)
    assert "pause=2027~5" in page.evaluate("location.hash")
    assert "later than" in page.inner_text("#says")
    page.click("text=your own halving time")
    settle(page)
    assert page.evaluate("document.activeElement.type") == "range"
    # Not by a function that is asked again and again: the page's policy forbids to evaluate it.
    page.locator("#why", has_text="algorithms").wait_for(timeout=60_000)


def test_a_link_that_means_harm_does_nothing(opened):
    page = opened("cotra2020", "#<img src=x onerror=alert(1)>=1&hardware.speed=1e999~1~0&x")
    assert page.inner_text("#link-problem").count("not understood") == 2
    assert page.locator("img").count() == 0


def test_a_narrow_window_scrolls_down_alone(opened):
    page = opened("cotra2020", LINK, width=390, height=844)
    page.wait_for_selector("#why svg")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["cotra2020", "update-2026"])
def test_axe_finds_nothing(opened, name, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe")
    link = LINK if name == "cotra2020" else ""
    page = opened(name, link, scheme=scheme)
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    found = axe.Axe().run(page)
    rules = {rule["id"]: rule["nodes"][0]["target"] for rule in found.response["violations"]}
    assert rules == {}
    assert len(found.response["passes"]) > 20
