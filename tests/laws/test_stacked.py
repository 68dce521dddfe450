"""CDFs that are read together say what each says, whatever the evidence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bioanchors as ba
from bioanchors.engine import Integration
from bioanchors.engine.stacked import MOST_PLACES, Cdfs, Placed, Stack
from bioanchors.engine.sums import Sums
from bioanchors.model.conditional_cdf import Known
from bioanchors.model.convolution import GridCdf
from bioanchors.model.joint import Model
from bioanchors.sampling import Streams

ROUNDING = 1e-12


def grid(start: int, step: float, rises: list[float]) -> GridCdf:
    return GridCdf((start + 0.5) * step, step, np.cumsum([0.0, *rises]) / max(1.0, sum(rises)))


GRIDS = st.lists(
    st.builds(
        grid,
        st.integers(-40, 40),
        st.sampled_from([0.5, 0.25, 0.125, 1 / 32]),
        st.lists(st.floats(0.0, 1.0), min_size=1, max_size=30),
    ),
    min_size=1,
    max_size=5,
)


@given(GRIDS, st.integers(0, 2**32), st.integers(1, 40), st.integers(2, 9))
def test_sums_over_places_are_sums_over_draws(
    cdfs: list[GridCdf], seed: int, draws: int, years: int
) -> None:
    random = np.random.default_rng(seed)
    most = np.sort(random.normal(0.0, 12.0, (draws, years)), axis=1)
    most[0, 0] = -np.inf
    weight = random.random(draws)
    stack = Stack.of(cdfs)
    assert stack is not None
    placed = Placed(stack, most)
    each = np.array([cdf(most) for cdf in cdfs])
    # What counts later and later, as past a threshold.
    late = weight[:, np.newaxis] * (most[:, 1:] >= random.normal(size=(draws, 1)))
    for one, other in (
        (placed.sums(), each.sum(axis=1)),
        (placed.sums(weight), weight @ each),
        (placed.sums(late, slice(1, None)), (late * each[..., 1:]).sum(axis=1)),
        (stack.at(most[:, -1]), each[..., -1]),
        (stack.whole, np.array([cdf.values[-1] for cdf in cdfs])),
    ):
        np.testing.assert_allclose(one, other, rtol=ROUNDING, atol=ROUNDING)
    assert np.all(np.diff(placed.sums(weight)) >= 0)


def test_what_does_not_nest_is_read_by_itself() -> None:
    fine, coarse = grid(3, 0.25, [0.5, 0.5]), grid(-2, 0.5, [1.0])
    assert Stack.of([fine, coarse]) is not None
    assert Stack.of([fine, GridCdf(0.1, 0.5, np.array([0.0, 1.0]))]) is None
    assert Stack.of([fine, GridCdf(0.3, 0.3, np.array([0.0, 1.0]))]) is None
    assert Stack.of([fine, Known(25.0, 1.0)]) is None
    step = 2.0**-20
    near, far = (GridCdf((0.5 + i) * step, step, np.ones(2)) for i in (1, MOST_PLACES))
    assert Stack.of([near]) is not None
    assert Stack.of([near, far]) is None


def estimate(parameters: ba.Parameters) -> Sums:
    streams = Streams(parameters.inputs, 1, correlations=parameters.correlations)
    return Integration(Model(parameters.spec), streams, 4).estimate(512, 64)


@pytest.mark.parametrize(
    ("name", "edits"),
    [
        ("update-2026", ()),
        ("update-2026", ("drop=['evidence']",)),
        ("update-2026", ("evidence.run_softness_oom=0.0",)),
        ("update-2026", ("evidence.not_arrived_by=2035.0",)),
        ("update-2026", ("evidence.event='affordable'",)),
        ("data-wall", ()),
        ("freeze-2027", ()),
    ],
)
def test_a_run_is_the_same_either_way(
    monkeypatch: pytest.MonkeyPatch, name: str, edits: tuple[str, ...]
) -> None:
    parameters = ba.read_parameters(name, edits)
    together = estimate(parameters)
    stacks = []

    def apart(self: Cdfs, places: tuple[int, ...]) -> None:
        stacks.append(places)

    monkeypatch.setattr(Cdfs, "stack", apart)
    one_by_one = estimate(parameters)
    assert stacks
    for part in ("years", "arrived", "total", "enough", "likelihood", "moments"):
        one, other = getattr(together, part), getattr(one_by_one, part)
        if one is None:
            assert other is None
            continue
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=ROUNDING, err_msg=part)
