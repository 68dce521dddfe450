"""A forecast as an Excel workbook."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bioanchors.formats.cells import year_states
from bioanchors.formats.workbook import (
    PERCENT,
    PROBABILITY,
    YEAR,
    Curve,
    Shown,
    number_cell,
    text_cells,
    workbook_bytes,
)
from bioanchors.parameters import leaves, toml_brief, toml_value
from bioanchors.results.exports.provenance import provenance
from bioanchors.results.exports.tables import by_year, quantile_table

if TYPE_CHECKING:
    from bioanchors.results.exports.asked import Asked
    from bioanchors.results.forecast import Forecast


def content(forecast: Forecast, asked: Asked) -> bytes:
    """Return a workbook: summary and chart, CDF, quantiles, hypotheses, parameters, provenance."""
    curve = Curve(
        "cdf",
        "summary",
        "E2",
        "Probability of arrival",
        f"year in which {forecast.subject} is {forecast.event}",
        "probability by the year",
    )
    return workbook_bytes(
        {
            "summary": _summary(forecast),
            "cdf": _by_year(forecast),
            "quantiles": _quantiles(forecast),
            "hypotheses": _hypotheses(forecast),
            "parameters": _parameters(forecast),
            "provenance": _provenance(forecast),
        },
        curve,
    )


def _plain(value: Any, shown: str) -> Any:
    return value if isinstance(value, str) else Shown(number_cell(value), shown)


def _year(forecast: Forecast, year: float) -> Any:
    """Return a year, or where it is outside the window."""
    window = forecast.parameters.first_year, forecast.parameters.last_year
    return Shown(year, YEAR) if math.isfinite(year) else year_states([year], *window)[0]


def _by_year(forecast: Forecast) -> Iterator[tuple[Any, ...]]:
    columns = by_year(forecast)
    shown = [PROBABILITY if "error" in name or name == "density" else PERCENT for name in columns]
    yield from _columns(columns, ["0", *shown[1:]])


def _quantiles(forecast: Forecast) -> Iterator[tuple[Any, ...]]:
    columns = quantile_table(forecast)
    shown = ["0.000" if name == "standard_error" else YEAR for name in columns]
    yield from _columns(columns, ["0%", *shown[1:]])


def _columns(columns: Mapping[str, Any], shown: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    yield tuple(columns)
    for row in zip(*columns.values(), strict=True):
        yield tuple(map(_plain, row, shown))


def _summary(forecast: Forecast) -> Iterator[tuple[Any, ...]]:
    yield "item", "value", "standard error"
    yield "title", forecast.title
    yield "event", forecast.event
    for p in (0.1, 0.25, 0.5, 0.75, 0.9):
        year, error = forecast.quantile(p), forecast.quantile_standard_error(p)
        yield f"year of {100 * p:g} %", _year(forecast, year), _plain(error, "0.000")
    for report in forecast.parameters.report_years:
        yield (
            f"probability by {report:g}",
            Shown(forecast.probability_by(report), PERCENT),
            _plain(forecast.probability_standard_error(report), PROBABILITY),
        )
    yield "no arrival by the last year", Shown(forecast.mass_beyond, PERCENT)


def _hypotheses(forecast: Forecast) -> Iterator[tuple[Any, ...]]:
    yield "hypothesis", "weight", "share before evidence", "share", 'median year without "none"'
    rows = zip(
        forecast.hypotheses,
        forecast.parameters.weights.values(),
        forecast.prior_share,
        forecast.share,
        strict=True,
    )
    for name, weight, before, after in rows:
        yield (
            name,
            weight,
            Shown(float(before), PERCENT),
            _plain(after, PERCENT),
            _year(forecast, forecast.quantile(0.5, name)),
        )


def _parameters(forecast: Forecast) -> Iterator[tuple[Any, ...]]:
    yield "parameter", "value", "written in"
    for path, value in leaves(forecast.parameters.resolved):
        name = ".".join(map(str, path))
        number = isinstance(value, int | float) and not isinstance(value, bool)
        yield (
            name,
            float(value) if number else toml_brief(value),
            str(forecast.parameters.origin(path)),
        )


def _provenance(forecast: Forecast) -> Iterator[tuple[Any, ...]]:
    yield "item", "value"
    for item, value in provenance(forecast).items():
        text = toml_value(value) if isinstance(value, dict) else value
        if isinstance(text, str):
            yield item, *text_cells(text)
        else:
            yield item, text
