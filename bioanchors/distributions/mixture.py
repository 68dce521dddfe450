"""A weighted mixture of distributions."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import ndtr, ndtri

from bioanchors.distributions import _checks
from bioanchors.distributions._base import Distribution, FloatArray, power10_onto
from bioanchors.distributions._solve import solve_increasing
from bioanchors.distributions._table import probit

_LIMIT = 37.5  # Phi(-37.5) is the last to be a normal float


@dataclass(frozen=True, slots=True)
class Mixture(Distribution):
    """Mixture: one of several distributions holds, each with its own probability.

    Parameters
    ----------
    weights : tuple of float
        Weights above 0, one for each component; only their ratios matter.
    components : tuple of Distribution
        The distributions. A `Point` gives its value a probability of its own.

    Notes
    -----
    F(x) = sum of w_i F_i(x) / sum of w_i. The support runs from the lowest to the highest end
    of the components' supports.

    The quantile function is the inverse of F and monotone in u, not a choice of component by u:
    rank correlation, quasi-random points and sensitivity indices need that. It is solved for
    between the components' quantiles, in the probit of the nearer tail, hence to full accuracy
    in both. If every component has an `exponent`, all of it happens in log10.

    References
    ----------
    McLachlan, G. and Peel, D. (2000). Finite Mixture Models. Wiley.

    Examples
    --------
    >>> from bioanchors.distributions import Mixture, Normal, Point
    >>> even = Mixture((1, 1), (Normal(0, 1), Point(0)))
    >>> round(float(even.ppf(0.1)), 6), float(even.ppf(0.6))
    (-0.841621, 0.0)
    """

    weights: tuple[float, ...]
    components: tuple[Distribution, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", tuple(float(weight) for weight in self.weights))
        object.__setattr__(self, "components", tuple(self.components))
        if not self.components:
            raise ValueError("components must hold at least one distribution, found none")
        if len(self.weights) != len(self.components):
            raise ValueError(
                f"weights must be one for each component, found {len(self.weights)} weights "
                f"and {len(self.components)} components"
            )
        for weight in self.weights:
            _checks.above("weights", weight, 0)
        _checks.finite("sum of weights", sum(self.weights))

    def _quantile(self, p: FloatArray, upper: bool) -> FloatArray:
        if self.exponent is not None:
            return power10_onto(self.exponent._quantile(p, upper), self.atoms)
        z = probit(p, upper)
        knots, knot_z = _knots(self)
        x = np.full(z.shape, np.nan)

        # Beyond the knots one component is left, or all of them agree: it is the outermost.
        lowest, highest = z <= knot_z[0], z > knot_z[-1]
        x[lowest] = self._outermost(p[lowest], upper, highest=False)
        x[highest] = self._outermost(p[highest], upper, highest=True)
        lower, higher = (z <= 0) & ~lowest, (z > 0) & ~highest
        x[lower] = solve_increasing(self._lower_z, z[lower], knots, knot_z)
        x[higher] = solve_increasing(self._upper_z, z[higher], knots, knot_z)
        return x

    def _mass(self, x: FloatArray, upper: bool) -> FloatArray:
        total = sum(self.weights)
        mass = np.zeros_like(x)
        for weight, component in zip(self.weights, self.components, strict=True):
            mass += weight / total * component._mass(x, upper)
        return np.minimum(mass, 1.0)

    def _lower_z(self, x: FloatArray) -> FloatArray:
        return np.clip(ndtri(self._mass(x, upper=False)), -_LIMIT, _LIMIT)

    def _upper_z(self, x: FloatArray) -> FloatArray:
        return np.clip(-ndtri(self._mass(x, upper=True)), -_LIMIT, _LIMIT)

    def _outermost(self, p: FloatArray, upper: bool, highest: bool) -> FloatArray:
        quantiles = [component._quantile(p, upper) for component in self.components]
        outermost: FloatArray = (np.max if highest else np.min)(np.array(quantiles), axis=0)
        return outermost

    @property
    def support(self) -> tuple[float, float]:
        """From the lowest to the highest end of the components' supports."""
        lows, highs = zip(*(component.support for component in self.components), strict=True)
        return min(lows), max(highs)

    @property
    def atoms(self) -> tuple[float, ...]:
        """All atoms of the components."""
        return tuple(sorted({atom for part in self.components for atom in part.atoms}))

    @property
    def exponent(self) -> "Mixture | None":
        """The mixture of the components' exponents, if each has one."""
        exponents = tuple(component.exponent for component in self.components)
        known = tuple(exponent for exponent in exponents if exponent is not None)
        return Mixture(self.weights, known) if len(known) == len(exponents) else None


@lru_cache(maxsize=128)
def _knots(mixture: Mixture) -> tuple[FloatArray, FloatArray]:
    """Return brackets for the inversion: x from every component's quantiles, and their z."""
    z = np.linspace(-_LIMIT, _LIMIT, 2401)
    tail = ndtr(-np.abs(z))
    quantiles = [
        np.where(z <= 0, part._quantile(tail, upper=False), part._quantile(tail, upper=True))
        for part in mixture.components
    ]
    atoms = np.array(mixture.atoms)
    x = np.unique(np.concatenate([*quantiles, atoms, np.nextafter(atoms, -math.inf)]))
    x = x[np.isfinite(x)]
    reached = mixture._lower_z(x)
    reached = np.where(reached <= 0, reached, mixture._upper_z(x))
    return x, np.maximum.accumulate(reached)
