"""Reports: whole, self-contained, and deaf to what a title may hold."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import bioanchors as ba

BAD_INPUT = 2


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
    assert "](http" not in markdown
    rows = [line for line in markdown.splitlines() if line.startswith("| ")]
    for line in rows:
        cells = re.split(r"(?<!\\)\|", line)
        assert len(cells) in (5, 6, 7, 8)


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
