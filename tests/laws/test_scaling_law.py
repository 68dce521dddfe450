"""Loss by parameters and tokens: the cheapest run of a loss, and runs that data limit."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bioanchors.model.scaling_law import ScalingLaw

CHINCHILLA = ScalingLaw.of(  # Besiroglu et al. 2024
    {
        "parameters_coefficient": math.log10(482.01),
        "parameters_exponent": 0.3478,
        "data_coefficient": math.log10(2085.43),
        "data_exponent": 0.3658,
    }
)
KAPLAN = ScalingLaw.of(  # Kaplan et al. 2020, table 2
    {
        "critical_parameters": math.log10(6.4e13),
        "parameters_exponent": 0.076,
        "critical_tokens": math.log10(1.8e13),
        "data_exponent": 0.103,
    }
)


@pytest.mark.parametrize(
    ("law", "loss", "flop", "parameters", "tokens"),
    [
        (CHINCHILLA, 0.1, 24.862952, 11.424000, 12.660801),
        (CHINCHILLA, 0.03, 27.795753, 12.927389, 14.090212),
        (CHINCHILLA, 0.003, 33.404702, 15.802605, 16.823946),
        (CHINCHILLA, 0.00155848, 35.000000, 16.620374, 17.601475),
        (KAPLAN, 2.0, 21.653385, 10.170544, 10.704691),
        (KAPLAN, 1.5, 24.510314, 11.814474, 11.917688),
        (KAPLAN, 1.0, 28.536928, 14.131465, 13.627312),
    ],
)
def test_the_cheapest_run(
    law: ScalingLaw, loss: float, flop: float, parameters: float, tokens: float
) -> None:
    # Derived by a A N^-a = b B D^-b, and for Kaplan's form by (Nc / N)^p = q / (1 + p).
    need = math.log10(loss)
    found = (law.flop(need), law.parameters(need), law.tokens(need))
    np.testing.assert_allclose(found, (flop, parameters, tokens), rtol=0, atol=1e-5)


def test_published_losses() -> None:
    # L(N), L(D) and L(N, D) of Kaplan's table 2 for 1e15 parameters and 1e12 tokens.
    found = [KAPLAN.loss(*at) for at in ((15, math.inf), (math.inf, 12), (15, 12))]
    np.testing.assert_allclose(
        np.power(10, found), (0.811465, 1.346769, 1.347779), rtol=0, atol=1e-6
    )
    slope = CHINCHILLA.flop(1.0) - CHINCHILLA.flop(0.0)
    assert slope == pytest.approx(-5.608950, abs=1e-6)


@given(
    st.sampled_from([CHINCHILLA, KAPLAN]),
    st.floats(1e-3, 2),
    st.floats(-1, 1).filter(lambda off: abs(off) > 1e-3),
)
def test_no_other_run_of_a_loss_is_cheaper(law: ScalingLaw, loss: float, off: float) -> None:
    need = math.log10(loss)
    parameters, tokens = law.parameters(need), law.tokens(need)
    assert law.loss(parameters, tokens) == pytest.approx(need, abs=1e-9)
    # As many FLOP, otherwise divided, reach less.
    assert law.loss(parameters + off, tokens - off) > need
    flop = law.flop(need)
    assert law.best_loss(flop) == pytest.approx(need, abs=1e-9)
    assert law.best_tokens(flop) == pytest.approx(tokens, abs=1e-9)


def test_tokens_of_another_size_are_the_same_run() -> None:
    # A data point of 1000 tokens: D is 3 less, FLOP per data point 3 more.
    fewer = ScalingLaw(KAPLAN.log10_a, KAPLAN.a, KAPLAN.log10_b - 3, KAPLAN.b, KAPLAN.power)
    need = math.log10(1.5)
    assert fewer.tokens(need) == pytest.approx(8.917688, abs=1e-6)
    assert fewer.flop(need) + 3 == pytest.approx(24.510314, abs=1e-5)


@pytest.mark.parametrize(
    ("flop", "stock", "best_tokens", "smaller"),
    [
        (25, 3e14, 12.72760, 25.0),
        (28, 3e14, 14.18976, 28.0),
        (29, 3e14, 14.67715, 28.967186),
        (33, 3e14, 16.62670, 30.266491),
        (35, 3e14, 17.60148, 30.325234),
        (33, 1e15, 16.62670, 31.242322),
        (300, 3e14, 146.75927, 30.340290),  # about the limit for any number of FLOP
        (300, 1e15, 146.75927, 31.413108),
    ],
)
def test_runs_that_data_limit(
    flop: float, stock: float, best_tokens: float, smaller: float
) -> None:
    assert CHINCHILLA.best_tokens(flop) == pytest.approx(best_tokens, abs=1e-5)
    assert CHINCHILLA.with_tokens(flop, math.log10(stock)) == pytest.approx(smaller, abs=1e-5)


@given(
    st.sampled_from([CHINCHILLA, KAPLAN]),
    st.floats(20, 45),
    st.floats(8, 25),
    st.floats(0, 3),
    st.floats(0, 3),
)
def test_more_flop_and_more_data_are_never_less(
    law: ScalingLaw, flop: float, stock: float, more_flop: float, more_data: float
) -> None:
    found = law.with_tokens(flop, stock)
    assert found <= flop
    assert law.with_tokens(flop + more_flop, stock) >= found - 1e-9
    assert law.with_tokens(flop, stock + more_data) >= found - 1e-9
    assert law.with_tokens(flop, 60.0) == flop


@given(st.sampled_from([CHINCHILLA, KAPLAN]), st.floats(10, 20))
def test_data_begin_to_bind_smoothly(law: ScalingLaw, stock: float) -> None:
    need = (law.log10_b + math.log10((law.a + law.b) / law.a) - law.b * stock) / law.power
    binds = law.flop(need)
    off = np.array([-1e-4, 0, 1e-4])
    np.testing.assert_allclose(law.with_tokens(binds + off, stock), binds + off, rtol=0, atol=1e-7)
