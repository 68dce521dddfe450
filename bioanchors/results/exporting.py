"""A forecast's ways out: methods of a few lines that hand it on to ``exports/``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from bioanchors.results.exports.asked import Asked
    from bioanchors.results.forecast import Forecast


class Exporting:
    """What can be made of a forecast. Files appear whole or not at all; old ones are replaced."""

    def to_csv(self, path: str | Path) -> None:
        """Write CDF and density by whole year as CSV, with its provenance beside it."""
        self._export(path, "csv")

    def to_json(self, path: str | Path, *, full: bool = False) -> None:
        """Write summary, CDF by year and quantile years as JSON; ``full``: every number."""
        from bioanchors.results.exports.asked import Asked

        self._export(path, "json", Asked(is_full=full))

    def to_parquet(self, path: str | Path) -> None:
        """Write CDF and density as Parquet; needs the extra ``parquet``."""
        self._export(path, "parquet")

    def to_netcdf(self, path: str | Path) -> None:
        """Write every number as classic netCDF."""
        self._export(path, "netcdf")

    def to_excel(self, path: str | Path) -> None:
        """Write a workbook; needs the extra ``excel``."""
        self._export(path, "excel")

    def to_squiggle(self) -> str:
        """Return source for Squiggle's playground."""
        from bioanchors.results.exports.squiggle import squiggle_text

        return squiggle_text(cast("Forecast", self))

    def to_metaculus(self, question: Any, *, condition: bool = False) -> Any:
        """Return CDF values for a continuous question.

        Parameters
        ----------
        question
            A ``Question``, or one as downloaded from the site (a dict).
        condition
            Give the forecast given arrival by the question's upper bound, and not before a closed
            lower one.

        Returns
        -------
        Continuous
            With ``cdf`` and ``largest_move``.

        Raises
        ------
        ValueError
            If the question's range is not within the window, or an end is closed while arrival may
            be beyond it.
        """
        from bioanchors.formats.question import Question
        from bioanchors.results.exports.metaculus import continuous
        from bioanchors.results.exports.questions import read_question

        asked = question if isinstance(question, Question) else read_question(question)
        return continuous(cast("Forecast", self), asked, condition=condition)

    def to_distribution(self) -> Any:
        """Return a distribution of ``scipy.stats``, conditional on arrival, and ``p_never``."""
        from bioanchors.results.exports.distribution import distribution

        return distribution(cast("Forecast", self))

    def _export(self, path: str | Path, format: str, asked: Asked | None = None) -> None:
        from bioanchors.results.exports.writing import export

        export(cast("Forecast", self), path, format, asked=asked, force=True)
