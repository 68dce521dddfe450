"""One root finder for every quantile or probability that has no closed form."""

from collections.abc import Callable

import numpy as np

from bioanchors.distributions._base import FloatArray

_EPSILON = float(np.finfo(np.float64).eps)
_MAX_STEPS = 200


def solve_increasing(
    function: Callable[[FloatArray], FloatArray],
    target: FloatArray,
    knots: FloatArray,
    knot_values: FloatArray,
) -> FloatArray:
    """Solve function(x) = target for many targets at once.

    Parameters
    ----------
    function : callable
        Non-decreasing, from a 1-d array of x to a 1-d array of values.
    target : ndarray, shape (n,)
        Values wanted, within those of the knots.
    knots, knot_values : ndarray, shape (k,)
        Increasing x, and the function there; a target is sought between its neighbours. Two
        knots that are neighbouring floats mark a jump: the answer there is the upper one.

    Returns
    -------
    ndarray, shape (n,)
        The x.

    Notes
    -----
    Chandrupatla's method: inverse quadratic interpolation where it can be trusted, else
    bisection, so that flat stretches and undeclared jumps cost steps and not correctness.

    References
    ----------
    Chandrupatla, T. R. (1997). A new hybrid quadratic/bisection algorithm for finding the zero
    of a nonlinear function without using derivatives. Advances in Engineering Software 28(3).
    """
    right = np.clip(np.searchsorted(knot_values, target, side="left"), 1, len(knots) - 1)
    answer = knots[right]
    between = np.nextafter(knots[right - 1], np.inf) < answer
    todo = np.flatnonzero(between & (knot_values[right] != target))

    goal = target[todo]
    x1, x2 = knots[right[todo] - 1], knots[right[todo]]
    f1, f2 = knot_values[right[todo] - 1] - goal, knot_values[right[todo]] - goal
    # Accuracy is relative, except next to zero, where the width of the bracket sets the scale.
    floor = _EPSILON * np.abs(x2 - x1)
    enough = 64 * _EPSILON * np.maximum(1.0, np.abs(goal))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        share = np.clip(f1 / (f1 - f2), 0.01, 0.99)
        for _ in range(_MAX_STEPS):
            if not todo.size:
                return answer
            x = x1 + share * (x2 - x1)
            f = function(x) - goal
            same = np.sign(f) == np.sign(f1)
            x3, f3 = np.where(same, x1, x2), np.where(same, f1, f2)
            x2, f2 = np.where(same, x2, x1), np.where(same, f2, f1)
            x1, f1 = x, f

            best = np.where(np.abs(f1) < np.abs(f2), x1, x2)
            answer[todo] = best
            nearest = (2 * _EPSILON * np.abs(best) + floor) / np.abs(x2 - x1)
            open_ = (nearest <= 0.5) & (np.minimum(np.abs(f1), np.abs(f2)) > enough)

            xi, phi = (x1 - x2) / (x3 - x2), (f1 - f2) / (f3 - f2)
            trusted = (phi**2 < xi) & ((1 - phi) ** 2 < 1 - xi)
            share = f1 / (f2 - f1) * f3 / (f2 - f3) + (x3 - x1) / (x2 - x1) * f1 / (
                f3 - f1
            ) * f2 / (f3 - f2)
            share = np.where(trusted, np.clip(share, nearest, 1 - nearest), 0.5)

            todo = todo[open_]
            state = (goal, x1, x2, f1, f2, floor, enough, share)
            goal, x1, x2, f1, f2, floor, enough, share = (part[open_] for part in state)
    raise ArithmeticError(f"no root within {_MAX_STEPS} steps for {todo.size} targets")
