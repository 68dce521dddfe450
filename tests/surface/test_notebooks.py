"""Every notebook runs top to bottom, and is committed without its outputs."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import bioanchors as ba

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))
SECONDS_A_CELL = 120

pytestmark = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)


NUMBER = re.compile(r"(?<![\w.,-])\d+(?:,\d{3})*(?:\.\d+)?(?:e\+?\d+)?(?!\w)")
CITED = re.compile(r"[A-Z]\w+(?: et al\.| and [A-Z]\w+)?,? \(?(?:19|20)\d\d\)?")
REPORT = "2020"


def check_words(notebook):
    """Find each number of the text among those that the code has, prints or takes from a preset.

    Rounded as the text rounds it; what stands in code or in a link is none, nor is a year of a
    publication.
    """
    shown = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            presets = {*re.findall(r"[\w-]+", cell.source)} & {*ba.presets()}
            shown += [cell.source, *(ba.read_parameters(name).text for name in presets)]
            for output in cell.outputs:
                shown += [output.get("text", ""), *map(str, output.get("data", {}).values())]
    found = {float(each.replace(",", "")) for each in NUMBER.findall("\n".join(shown))}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            text = re.sub(r"`[^`]*`|\]\([^)]*\)", " ", cell.source).replace("10^", "1e")
            for word in {*NUMBER.findall(CITED.sub(" ", text))} - {REPORT}:
                assert any(is_so_rounded(word, each) for each in found), f"{word}: {cell.source}"


def is_so_rounded(word, number):
    value, mantissa = float(word.replace(",", "")), word.partition("e")[0]
    digits = len(mantissa.partition(".")[2])
    if mantissa != word:
        return float(f"{number:.{digits}e}") == value
    return value == 100 * number or round(number, digits) == value


@pytest.mark.slow
def test_it_runs_top_to_bottom_without_a_warning(path, tmp_path, monkeypatch):
    # Neither kernels nor start-up files of whoever runs the tests.
    for name in ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    desk = tmp_path / "desk"
    desk.mkdir()
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=SECONDS_A_CELL,
        kernel_name="python3",
        resources={"metadata": {"path": str(desk)}},
    )
    client.execute()
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    # Warnings of a cell reach the reader as standard error.
    noise = [
        output.text
        for cell in code
        for output in cell.outputs
        if output.output_type == "stream" and output.name == "stderr"
    ]
    assert noise == []
    assert list(desk.iterdir()) == []
    check_words(notebook)


def test_it_is_committed_without_outputs(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


def test_its_code_fits_on_a_screen(path):
    for cell in nbformat.read(path, as_version=4).cells:
        assert cell.cell_type != "code" or len(cell.source.splitlines()) <= 24
