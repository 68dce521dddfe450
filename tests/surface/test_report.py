"""Reports: whole, self-contained, and deaf to what a title may hold."""

import importlib.util
import io
import os
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from seeds import cases

import bioanchors as ba
from bioanchors.analysis.with_and_without import without_interventions
from bioanchors.formats.sets import run_id
from bioanchors.output.brief import brief
from bioanchors.output.documents import Paragraph
from bioanchors.output.paper import DoesNotFitError, paper
from bioanchors.parameters.tables import Tables
from bioanchors.results.mechanisms import MECHANISMS, mechanism_words, supposed_words
from bioanchors.results.telling import citation_words, methods_words, opening_words
from bioanchors.results.words import without_words

BAD_INPUT = 2

pytestmark = pytest.mark.usefixtures("effects_found_once")


class Reader(HTMLParser):
    """Collects tags, links and text of a page."""

    def __init__(self):
        super().__init__()
        self.tags, self.links, self.text = [], [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data):
        self.text += data


def read(path):
    reader = Reader()
    reader.feed(Path(path).read_text(encoding="utf-8"))
    return reader


def test_a_report_is_whole(cli):
    text = cli("report", "latest", "--overlay", "metaculus_5121_2026-09", "--out", "out")
    assert "report.html" in text
    names = {path.name for path in Path("out").iterdir()}
    # A run's own cdf.png may stand in the same folder.
    kinds = ("cdf", "density", "requirements", "needed", "prior")
    figures = {f"report_{kind}.png" for kind in kinds}
    assert names == figures | {"report.md", "report.html"}
    page, forecast = read("out/report.html"), ba.run("latest")
    assert f"{forecast.quantile(0.5):.1f}" in page.text
    assert forecast.parameters.hash in page.text
    assert "What differs from cotra2020" in page.text
    for name in forecast.parameters.inputs.values():
        if not name.name.startswith("evidence."):
            assert name.path in page.text
    markdown = Path("out/report.md").read_text()
    for figure in figures:
        assert f"({figure})" in markdown


def test_the_page_needs_no_network(cli):
    cli("report", "cotra2020", "--out", "out")
    page = read("out/report.html")
    assert page.links
    assert all(link.startswith("data:image/png;base64,") for link in page.links)
    assert not {"script", "link", "iframe"} & set(page.tags)
    assert not re.search(r"url\(|@import", Path("out/report.html").read_text())


def test_titles_and_notes_are_text(cli):
    evil = "<script>alert(1)</script> [x](http://e.org) *b* | `c`"
    Path("evil.toml").write_text(
        f"format = 1\nextends = 'cotra2020'\ntitle = '''{evil}'''\nnote = '''{evil}'''\n"
        f"[hardware]\ndoubling_years = {{ value = 2, source = '''{evil}''' }}\n"
    )
    cli("report", "evil.toml", "--out", "out")
    page = read("out/report.html")
    assert "script" not in page.tags
    assert "<script>alert(1)</script>" in page.text
    markdown = Path("out/report.md").read_text().split("## The whole parameter file")[0]
    assert "<script>" not in markdown
    assert not re.search(r"(?<!\\)\]\(http", markdown)
    rows = [line for line in markdown.splitlines() if line.startswith("| ")]
    for line in rows:
        cells = re.split(r"(?<!\\)\|", line)
        assert len(cells) in (4, 5, 6, 7, 8)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nobody", "--out", "out"), "nobody"),
        (("cotra2020",), "--out"),
        (("cotra2020", "--weights", "x=1", "--out", "out"), "x"),
        (("cotra2020", "--overlay", "nobody", "--out", "out"), "nobody"),
    ],
)
def test_bad_input(cli, arguments, words, tmp_path):
    cli("report", *arguments, code=BAD_INPUT)
    assert words in cli.errors
    assert list(tmp_path.iterdir()) == []


# --- Told to those who read no tables ------------------------------------------------------------


def test_the_first_paragraph_says_what_by_when_and_how_sure(cli):
    cli("report", "latest", "--out", "out")
    opening = Path("out/report.md").read_text(encoding="utf-8").split("\n\n")[1]
    forecast, reference = ba.run("latest"), ba.run("cotra2020")
    assert f"in the course of {int(forecast.quantile(0.5))} it becomes as likely as not" in opening
    for year in forecast.parameters.report_years:
        for each in (forecast, reference):
            assert f"{100 * each.probability_by(year):.0f} % by {year}" in opening
    later = reference.quantile(0.5) - forecast.quantile(0.5)
    assert f", {later:.1f} years later" in opening
    groups = ba.sensitivity("latest").groups.effects
    largest = max(effect.shapley.value for effect in groups)
    assert f"({100 * largest:.0f} % of the variance" in opening.replace("\\", "")


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (("--first-year", "2090"), "before 2090 odds are more than even"),
        (("--last-year", "2040"), "by 2040 odds are less than even"),
    ],
)
def test_a_median_outside_the_window_is_told(cli, edit, told):
    cli("report", "cotra2020", *edit, "--precision", "1pp", "--out", "out")
    assert told in Path("out/report.md").read_text(encoding="utf-8")


def test_methods_and_citation_name_what_makes_the_run_again(cli):
    cli("report", "cotra2020", "--seed", 7, "--out", "out")
    text = Path("out/report.md").read_text(encoding="utf-8").split("## Methods")[1]
    forecast = ba.run("cotra2020", seed=7)
    for each in (forecast.parameters.hash, "seed 7", ba.__version__, f"{forecast.points:,}"):
        assert each in text


@pytest.mark.parametrize("name", ["cotra2020", "mine.toml"])
def test_a_file_without_uncertainty_has_a_first_paragraph_too(cli, name):
    Path("mine.toml").write_text(
        'format = 1\nextends = "cotra2020"\ndrop = ["low_end_update", "none"]\n'
        "[brain]\nflop_per_s = 1e15\n"
    )
    cli("report", name, "--out", "out", "--precision", "1pp")
    text = Path("out/report.md").read_text(encoding="utf-8")
    assert text.split("\n\n")[1].startswith("Of transformative AI this forecast says: ")
    assert ("2020 report's best guess" in text.split("\n\n")[1]) is (name != "cotra2020")


# --- On paper ------------------------------------------------------------------------------------


def texts_of(pdf):
    """Return a PDF and the text of its pages, in which nothing is cut or lies on something else."""
    pypdf = pytest.importorskip("pypdf")
    reader = pypdf.PdfReader(pdf)
    assert [[round(x) for x in page.mediabox] for page in reader.pages] == [[0, 0, 595, 842]] * 2
    texts = []
    for page in reader.pages:
        boxes = []

        def see(text, _, at, font, size, boxes=boxes):
            if text.strip():
                weight = "bold" if "Bold" in font["/BaseFont"] else "normal"
                letters = FontProperties(family="DejaVu Sans", size=size, weight=weight)
                wide = text_to_path.get_text_width_height_descent(text.strip(), letters, False)[0]
                boxes.append((at[4], at[5] - 0.2 * size, at[4] + wide, at[5] + 0.75 * size))

        texts.append(page.extract_text(visitor_text=see).replace("\xa0", " "))
        for i, (x0, y0, x1, y1) in enumerate(boxes):
            assert 57 < x0 < x1 < 539
            assert 20 < y0 < y1 < 790
            # The small print, in two texts, comes last.
            assert y0 > 58 or i >= len(boxes) - 2
            for left, low, right, high in boxes[:i]:
                assert x1 <= left or right <= x0 or y1 <= low or high <= y0
    return reader, [" ".join(text.split()) for text in texts]


def brief_of(forecast, overlays=()):
    return io.BytesIO(brief(forecast, opening_words(forecast), None, overlays))


QUICK = (
    "cotra2020", "update-2026", "direct-approach-2023", "fine-tuning-2021", "kaplan-joint",
    "takeoff2023-no-feedback",
)  # fmt: skip
OTHERS = sorted(set(ba.presets()) - set(QUICK))
SLOW = [OTHERS[i] for i in cases(len(OTHERS))]


@pytest.mark.parametrize("name", [*QUICK, *(pytest.param(n, marks=pytest.mark.slow) for n in SLOW)])
def test_a_brief_has_two_pages_and_all_of_its_words(name):
    forecast = ba.run(name, precision=0.01)
    reader, (first, second) = texts_of(brief_of(forecast))
    assert reader.metadata.title == forecast.title
    assert first.startswith(f"{forecast.title} {opening_words(forecast)}")
    for year in forecast.parameters.report_years:
        assert f"{100 * forecast.probability_by(year):.1f} %" in first
    assert methods_words(forecast) in second
    assert citation_words(forecast) in second
    assert "page 2 of 2" in second


@pytest.fixture(scope="module")
def hangs_on():
    return ba.sensitivity("cotra2020")


@pytest.mark.parametrize("name", ["cotra2020", "update-2026", "data-wall"])
def test_a_brief_explains_what_it_prints(name, hangs_on):
    """Those to whom it is handed have no file in which to look a key up."""
    forecast = ba.run(name, precision=0.01)
    # What it hangs on stands beside the hypotheses: both tables have to fit.
    made = brief(forecast, opening_words(forecast), hangs_on)
    _, (first, second) = texts_of(io.BytesIO(made))
    assert "OOM: order of magnitude, a factor of ten" in second
    assert "_year" not in first + second
    start = forecast.parameters.resolved["hardware"]["start_year"]
    assert f"FLOP per $ in {start:g}" in second
    assert ("Shares are after the evidence." in first) == forecast.has_evidence


def test_report_writes_a_brief_beside_the_rest(cli):
    cli("report", "cotra2020", "--pdf", "--out", "out")
    _, (first, second) = texts_of(Path("out/report.pdf"))
    forecast, found = ba.run("cotra2020"), ba.sensitivity("cotra2020")
    largest = max(found.groups.effects, key=lambda effect: effect.shapley.value)
    assert f"{100 * largest.shapley.value:.1f} ±" in first
    assert "Shares of its variance divide among the inputs" in second
    assert f"{forecast.quantile(0.5):.1f}" in first
    once = Path("out/report.pdf").read_bytes()
    assert run_id(Path("out/report.pdf")) == run_id(Path("out/report.md"))
    written = ba.report("cotra2020", "python", pdf=True)
    assert set(written.names) == {path.name for path in Path("out").iterdir()}
    assert Path("python/report.pdf").read_bytes() == once
    # Of an older set nothing stays.
    cli("report", "cotra2020", "--out", "out")
    assert not Path("out/report.pdf").exists()


def test_a_brief_of_much_is_cut_where_the_page_ends_and_says_so(tmp_path):
    many = "".join(
        f"[hypotheses.one_of_many_with_quite_a_long_name_{i}]\nkind = 'direct'\nweight = 1\n"
        f"training_flop = {{ median = 1e{26 + i % 9}, sd_oom = 2, dist = 'lognormal' }}\n"
        for i in range(40)
    )
    (tmp_path / "much.toml").write_text(
        "format = 1\nextends = 'cotra2020'\ndrop = ['hypotheses', 'low_end_update']\n"
        f"title = '{'A long title ' * 15}'\n"
        f"[forecast]\nreport_years = {list(range(2025, 2100, 4))}\n"
        f"[algorithms]\nhalving_years = 2\nmax_oom = 3\n{many}"
    )
    overlays = list(ba.published_forecasts().values())
    _, (first, second) = texts_of(
        brief_of(ba.run(tmp_path / "much.toml", precision=0.01), overlays)
    )
    assert "32 others" in first
    assert re.search("and [0-9]+ more, in report.html", second)


@pytest.mark.parametrize("letters", [7, 30, 60])
def test_a_brief_breaks_the_lines_of_tables_as_wide_as_can_be(tmp_path, letters):
    years = [2030.25, 2031.25, 2033.25, 2034.25, 2035.75, 2041.25, 2052.25, 2099.25]
    (tmp_path / "wide.toml").write_text(
        "format = 1\nextends = 'cotra2020'\n"
        f"title = '{'W' * 100}'\nforecast = {{ report_years = {years} }}\n"
        f"[hypotheses.{'M' * letters}]\nkind = 'direct'\nweight = 1\ntraining_flop = 1e30\n"
        "algorithms = { halving_years = 2, max_oom = 3 }\n"
    )
    _, (first, _) = texts_of(brief_of(ba.run(tmp_path / "wide.toml", precision=0.01)))
    assert " ".join(f"{year:g}" for year in years) in first
    assert "M" * letters in first.replace(" ", "")


def test_what_no_page_can_hold_is_refused_in_a_line():
    words = [Paragraph("word " * 5000)]
    with pytest.raises(DoesNotFitError, match="too long for two pages of paper"):
        paper("title", [words], {}, "foot", "2026-11-27")


def test_what_the_font_lacks_has_its_room(tmp_path):
    title = "人工知能 🧠 <b>**x**</b> $a^2$ __u__"
    (tmp_path / "mine.toml").write_text(
        f"format = 1\nextends = 'cotra2020'\ntitle = '{title}'\n", encoding="utf-8"
    )
    reader, (first, _) = texts_of(brief_of(ba.run(tmp_path / "mine.toml", precision=0.01)))
    assert reader.metadata.title == title
    assert first.startswith("□□□□ □ <b>**x**</b> $a^2$ __u__ Of")


def test_without_the_extra_nothing_is_written(cli, monkeypatch, tmp_path):
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "fpdf" else found(name)
    )
    cli("report", "cotra2020", "--pdf", "--out", "out", code=BAD_INPUT)
    assert "--pdf: a PDF needs fpdf: pip install 'bioanchors[pdf]'" in " ".join(cli.errors.split())
    with pytest.raises(ImportError, match=re.escape("bioanchors[pdf]")):
        ba.report("cotra2020", "out", pdf=True)
    assert list(tmp_path.iterdir()) == []
    cli("report", "cotra2020", "--out", "out")


CHROMIUM = os.environ.get("BIOANCHORS_CHROMIUM") or shutil.which("chromium") or ""


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.skipif(not CHROMIUM, reason="no chromium: pages are not tried in a browser")
def test_a_report_fits_a_telephone_and_paper(cli):
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright")
    cli("report", "latest", "--out", "out")
    cut = """[...document.querySelectorAll('td, th, p, pre, img')].filter(each => {
        const box = each.getBoundingClientRect(), table = each.closest('table');
        const scrolls = table && getComputedStyle(table).overflowX === 'auto';
        return each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX ===
            'visible' && each.clientWidth > 0 || !scrolls && box.right > innerWidth + 1;
    }).map(each => each.textContent.slice(0, 60))"""
    narrow = """[...document.querySelectorAll('td')].filter(each =>
        each.textContent.length > 20 && each.clientWidth > 0 && each.clientWidth < 60).length"""
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.goto(Path("out/report.html").absolute().as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.evaluate(cut) == []
        # A4 less its margins, at 96 dots an inch.
        page.set_viewport_size({"width": 680, "height": 1000})
        page.emulate_media(media="print")
        assert page.evaluate("document.documentElement.scrollWidth") <= 680
        assert page.evaluate(cut) == []
        assert page.evaluate(narrow) == 0
        assert len(re.findall(rb"/Type ?/Page[^s]", page.pdf(format="A4"))) <= 14
        browser.close()


def test_another_event_than_the_2020_reports_is_told():
    trained = ba.run(ba.read_parameters("latest", ['forecast.event="trained"']), precision=0.01)
    reference = ba.run("cotra2020", precision=0.01)
    assert "which is of affordable and not of trained, had its median" in opening_words(
        trained, reference=reference
    )


def test_a_judgement_on_top_of_the_model_is_told(cli):
    adjusted = '\n[adjusted]\nreason = "my own"\nprobability_by = { 2036 = 0.2 }\n'
    Path("mine.toml").write_text(f'extends = "cotra2020"\n{adjusted}', encoding="utf-8")
    cli("report", "mine.toml", "--out", "r", "--precision", "1pp")
    text = Path("r/report.md").read_text(encoding="utf-8").replace("\\", "")
    assert re.search(
        r"A judgement on top of the model: 2036 20\.0 % \(model 17\.\d %\): my own", text
    )


def test_a_brief_says_how_likely_what_may_happen_is():
    edits = [
        'interventions.pause={ of="largest_run_flop", year=2029, until_year=2034, freeze=true, '
        "probability=0.37 }",
        "lag.delays.permits={ years=3, probability_in={ 2028=0.0, 2040=0.6 } }",
        'forecast.event="trained"',
    ]
    forecast = ba.run(ba.read_parameters("cotra2020", edits), precision=0.01)
    _, (_, second) = texts_of(brief_of(forecast))
    assert "pause (freeze of the largest run): probability that it happens 0.37" in second
    assert "by its year: 2028 0, 2040 0.6" in second
    assert "1 where it happens" not in second


# --- What a file does besides what every file does ------------------------------------------------

FREEZE = 'interventions.pause={{ of="largest_run_flop", year={year}, {end}, freeze=true{more} }}'
TOLD = [
    (
        [FREEZE.format(year=2027, end="years=10", more=", probability=0.4")],
        "With probability 0.4 the largest run is frozen from 2027 for 10 years, then goes on from "
        "where it stood.",
        "that with probability 0.4 the largest run is frozen from 2027 for 10 years",
    ),
    (
        [
            FREEZE.format(
                year="{ dist='uniform', low=2030, high=2032 }", end="until_year=2040", more=""
            )
        ],
        "The largest run is frozen from 2031 (90 %: 2030.1 to 2031.9) until 2040, then",
        "that the largest run is frozen from about 2031 until 2040.",
    ),
    (
        ['interventions.cap={ of="largest_run_usd", year=2030, at_most=1e10 }'],
        "Spending on the largest run is held to at most 1e10 $ from 2030 for good.",
        "that spending on the largest run is held to at most 1e10 $ from 2030 for good.",
    ),
    (
        ['interventions.tax={ of="flop_per_usd", year=2030, until_year=2034, times=0.1 }'],
        "FLOP per $ is multiplied by 0.1 from 2030 until 2034.",
        "that FLOP per $ is multiplied by 0.1 from 2030 until 2034.",
    ),
    (
        ['changes.slow={ of="spending", year=2030, doubling_years={ ci90=[4, 10] } }'],
        "Spending goes on at another speed, doubling in 6.32 (90 %: 4 to 10) years, from 2030 on.",
        "doubling in about 6.32 years, from 2030 on.",
    ),
    (
        ['changes.leap={ of="algorithms", year=2030, times=30, probability=0.5 }'],
        "With probability 0.5 algorithmic progress is 30 times as high at once, from 2030 on.",
        "that with probability 0.5 algorithmic progress is 30 times as high at once, from 2030 on.",
    ),
    (
        ["power={ flop=1e29, year=2030, times_per_year=1.5 }"],
        "No run is larger than can be powered: 1e29 FLOP in 2030, growing by a factor of 1.5 a "
        "year.",
        "It supposes that power limits runs.",
    ),
    (
        ["unhobbling={ max_oom=1.5, start_year=2023, years=3 }"],
        "Better use of the same model brings 1.5 OOM from 2023 on, all but 1/e of it within 3 "
        "years.",
        "",
    ),
    (
        [
            "research.algorithms.doubling_years=5",
            *(
                f"hypotheses.{name}.algorithms={{ returns_to_research=1.2, max_oom=3 }}"
                for name in ba.read_parameters("cotra2020").weights
            ),
        ],
        "Algorithmic progress follows from cumulative research, the yearly effort doubling in 5 "
        "years.",
        "",
    ),
    (
        ["algorithms.compute_share=0.6"],
        "Growing compute drives 0.6 of algorithmic progress, which is lost where interventions "
        "slow it down.",
        "",
    ),
    (
        ["algorithms.compute_share=0.6", 'algorithms.answers_to="compute"'],
        "which is lost where that grows more slowly than at the file's speeds.",
        "",
    ),
    (
        [
            'forecast.event="deployed"',
            "lag.training_years=0.5",
            "lag.deployment_years={ ci90=[0.5, 2] }",
            "lag.delays.permits={ years=3, probability_in={ 2028=0.0, 2040=0.6 } }",
        ],
        "Once a run can be bought, training takes 0.5 years and deployment takes 1 (90 %: 0.5 to "
        "2) years. A run may have to wait 3 years (permits, with probability 0 in 2028 and 0.6 in "
        "2040).",
        "",
    ),
    (
        ["milestones.assistant.oom=-3", 'forecast.milestone="assistant"'],
        "Milestone assistant asks for what the hypotheses do, with -3 OOM added.",
        "",
    ),
    (
        [],
        "None of the hypotheses holds with probability 0.1, which becomes 0.03 from 2025 to 2100. "
        "Requirements below 1e23 FLOP are ruled out, those below 1e28 FLOP count less (low-end "
        "update).",
        "",
    ),
    (
        [
            "evidence.not_arrived_by=2026.5",
            "evidence.insufficient_runs.a={ flop=1e26, year=2025 }",
            'evidence.observations.growth={ quantity="largest_run_flop_growth", from_year=2018, '
            "year=2024, value=4.1, standard_error_oom=0.05 }",
            "evidence.run_softness_oom=1",
        ],
        "It was updated on evidence, each draw weighted by its likelihood: not affordable by "
        "2026.5; "
        "growth of the largest run by a factor of 4.1 a year, 2018 to 2024 (standard error 0.05 "
        "OOM); a run of 1e26 FLOP, 2025, that was not enough.",
        "",
    ),
]


@pytest.mark.parametrize(("edits", "sentence", "clause"), TOLD)
def test_methods_and_opening_say_what_a_file_does(edits, sentence, clause):
    parameters = ba.read_parameters("cotra2020", edits)
    assert sentence in mechanism_words(parameters)
    supposed = supposed_words(parameters)
    assert clause in supposed
    assert bool(clause) == bool(supposed)


def test_a_data_wall_is_told():
    parameters = ba.read_parameters("data-wall")
    wall = (
        "A run that lacks data counts as the smaller run of equal loss: there are 3.16e14 (90 %: "
        "1e14 to 1e15) tokens in 2024"
    )
    assert wall in mechanism_words(parameters)
    assert supposed_words(parameters) == "It supposes that runs may lack data."


def test_a_mechanism_of_the_file_format_is_a_row():
    every_file = {
        "format", "title", "as_of", "extends", "drop", "source", "note", "published", "adjusted",
        "forecast", "brain", "network", "scaling", "scaling_law", "hypotheses", "hardware",
        "spending", "economy",
    }  # fmt: skip
    rows = {each.name.partition(".")[0] for each in MECHANISMS}
    assert set(Tables.model_fields) - every_file == rows


def test_many_of_a_kind_are_counted():
    edits = [
        f'interventions.i{i}={{ of="flop_per_usd", year={2030 + i}, times=0.9 }}' for i in range(9)
    ]
    parameters = ba.read_parameters("cotra2020", edits)
    assert "5 more interventions stand in the file." in mechanism_words(parameters)
    assert "and that 5 more interventions are made." in supposed_words(parameters)


def test_a_report_tells_of_milestones_and_of_the_world_without_a_pause(cli):
    Path("mine.toml").write_text(
        "format = 1\nextends = 'freeze-2027'\nforecast = { report_years = [2036] }\n"
        "milestones.assistant.oom = -3\n"
    )
    cli("report", "mine.toml", "--precision", "1pp", "--pdf", "--out", "out")
    text = Path("out/report.md").read_text(encoding="utf-8").replace("\\", "")
    own = ba.read_parameters("mine.toml")
    made = {
        "base": ba.run(own, precision=0.01),
        "assistant": ba.run(own.with_milestone("assistant"), precision=0.01),
    }
    for name, each in made.items():
        chance = f"{100 * each.probability_by(2036):.1f} %"
        assert f"| {name} | {each.quantile(0.5):.1f} | {chance} |" in text
    forecast, without = made["base"], ba.run(own.edited('drop=["interventions"]'), precision=0.01)
    told = without_words(forecast, without)
    assert f"median {without.quantile(0.5):.1f} ({forecast.quantile(0.5):.1f})" in told
    assert told in text
    _, (first, second) = texts_of(Path("out/report.pdf"))
    assert told in first
    assert "Seen: not deployed by 2026.9; the largest run 1e27 FLOP, 2026.67" in first
    assert "freeze (freeze of the largest run): year in which it ends" in second
    assert "if left out" not in first + second


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        (
            ["power={ flop=1e29, year=2030, times_per_year=1.5 }"],
            "power: FLOP of a run that can be powered in 2030 1e29",
        ),
        (["algorithms.compute_share=0.6"], "share of progress that growing compute drives 0.6"),
        (
            ["milestones.a_b.oom=-3", 'milestones.science={ harder_than="a_b", oom=4 }'],
            "milestones science: training FLOP against milestone a b, OOM",
        ),
        (
            ['changes.slow={ of="spending", year=2030, doubling_years=5 }'],
            "slow (another speed of spending): year from which on 2030",
        ),
    ],
)
def test_a_brief_has_no_words_of_the_file_format(edits, told):
    _, (_, second) = texts_of(
        brief_of(ba.run(ba.read_parameters("cotra2020", edits), precision=0.01))
    )
    assert told in second
    for words in ("if left out", "harder_than", "in year", "in start_year"):
        assert words not in second


@pytest.mark.parametrize("name", ["freeze-2027", "cotra2020"])
def test_a_correlation_of_an_intervention_hides_the_world_without_it(name):
    parameters = ba.read_parameters(name)
    assert (without_interventions(parameters) is None) == (name == "cotra2020")
