"""A judgement on top of the model is shown, and changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from matplotlib.figure import Figure

import bioanchors as ba
from bioanchors.output.figure import draw_cdf
from bioanchors.parameters import differences
from bioanchors.results.words import adjusted_words

REASON = "[adjusted]\nreason = 'delays'\n"
BY = "probability_by = { 2030 = 0.05, 2036 = 0.12, 2050 = 0.4 }\n"


def read(folder: Path, text: str) -> ba.Parameters:
    path = folder / "mine.toml"
    path.write_text('extends = "cotra2020"\n' + text, encoding="utf-8")
    return ba.read_parameters(path)


def test_it_is_told_beside_the_model_and_moves_no_bit(tmp_path: Path) -> None:
    parameters = read(tmp_path, REASON + BY)
    forecast, plain = (ba.run(p, precision=0.01) for p in (parameters, "cotra2020"))
    assert (forecast.cdf == plain.cdf).all()
    told = adjusted_words(forecast)
    assert told is not None
    assert told.startswith("2030 5.0 % (model 7.7 %), 2036 12.0 % (model ")
    assert told.endswith(": delays")
    assert forecast.summary()["adjusted"]["probability_by"]["2036"] == 0.12
    lines = {str(line.get_label()): line for line in draw_cdf(forecast, Figure().subplots()).lines}
    assert list(lines["adjusted"].get_xdata()) == [2030, 2036, 2050]
    assert adjusted_words(plain) is None
    assert differences(parameters, ba.read_parameters("cotra2020")) == ()


def test_when_a_file_was_written_is_no_difference(tmp_path: Path) -> None:
    later = read(tmp_path, "as_of = 2026.5\n")
    assert differences(later, ba.read_parameters("cotra2020")) == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (REASON, "adjusted.probability_by: missing; needed: years and probabilities"),
        ("[adjusted]\n" + BY, "adjusted.reason: missing; needed: why it differs from the model"),
        (
            REASON + "probability_by = { 2030 = 0.5, 2036 = 0.4 }\n",
            "adjusted.probability_by.2036: found 0.4; allowed: at least that by 2030, 0.5",
        ),
        (
            REASON + "probability_by = { soon = 0.5 }\n",
            'found "soon"; allowed: a year, such as 2036',
        ),
    ],
)
def test_it_is_a_rising_table_of_years_with_a_reason(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(ba.BadParameters) as caught:
        read(tmp_path, text)
    assert message in str(caught.value)
