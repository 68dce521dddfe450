"""Data: a run that lacks tokens is worth the smaller run of equal loss that does not.

References
----------
Villalobos, P. et al. (2024), "Will we run out of data?", arXiv:2211.04325: the stock, its growth.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bioanchors.model.curves import Array, Curve, Line, Value
from bioanchors.model.paths import Path
from bioanchors.model.scaling_law import ScalingLaw
from bioanchors.model.spec import DATA, Spec


def saved(flop: Value, gain: Value, stock: Value, save: Value, law: ScalingLaw) -> Array:
    """Return OOM that algorithms save in a run, less those that it loses for want of data.

    Parameters
    ----------
    flop
        log10 FLOP of the run.
    gain
        Algorithmic gain, OOM.
    stock
        log10 tokens that there are.
    save
        Share of the gain that saves data as well as FLOP.
    law
        By which loss falls with parameters and tokens.

    Notes
    -----
    W(F + (1 - s) g) + s g - F, where W is ``ScalingLaw.with_tokens``: what algorithms save in data
    they save on top of what the stock allows.
    """
    asks = np.asarray(flop + (1.0 - save) * gain)
    return np.asarray(gain - (asks - law.with_tokens(asks, stock)))


class Wall:
    """The stock of data of a block of draws.

    Parameters
    ----------
    spec, draws
        What is known of it, and the draws.
    stock_year
        Decimal year in which the stock holds.
    """

    def __init__(self, spec: Spec, draws: Mapping[str, Value], stock_year: float) -> None:
        level, speed, self._save = (draws[name] for name in DATA)
        self._law = ScalingLaw.drawn(draws)
        at_origin = level + speed * (spec.first_year - stock_year)
        self._stock = Line(at_origin, speed, (), spec.first_year)

    def of(self, gain: Curve, compute: Curve) -> Path:
        """Return the curve of what algorithms save, less what is lost, OOM."""
        law = self._law
        constants = (law.log10_a, law.a, law.log10_b, law.b, law.power)
        return Path.bent(gain, _saved, compute, self._stock, self._save, *constants)

    def enough(self, gain: Curve, compute: Curve, besides: Curve) -> Path:
        """Return what can be bought with what algorithms save and what comes besides, log10 FLOP.

        The same as the product with ``of``, of which it is known that it rises where all of them
        do: of equal loss, a larger run or more tokens are never worth less.
        """
        law = self._law
        constants = (law.log10_a, law.a, law.log10_b, law.b, law.power)
        arguments = (gain, besides, self._stock, self._save, *constants)
        return Path.bent(compute, _enough, *arguments, keeps_rising=True)

    def of_run(self, gain: Value, flop: float, year: float) -> Array:
        """Return the same of one run, log10 FLOP, in a year."""
        return saved(flop, gain, self._stock.at(year), self._save, self._law)


def _saved(
    year: Array, gain: Curve, compute: Curve, stock: Curve, save: Value, *constants: Value
) -> Array:
    law = ScalingLaw(*constants)
    return saved(compute.at(year), gain.at(year), stock.at(year), save, law)


def _enough(
    year: Array,
    compute: Curve,
    gain: Curve,
    besides: Curve,
    stock: Curve,
    save: Value,
    *constants: Value,
) -> Array:
    flop, law = compute.at(year), ScalingLaw(*constants)
    left = saved(flop, gain.at(year), stock.at(year), save, law)
    return np.asarray(flop + (besides.at(year) + left))
