"""Files that mix three mechanisms, made from a number: known or drawn years, with and without
evidence, low-end update, lags and milestones.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

import bioanchors as ba

PARENTS = ("cotra2020", "cotra2020-uncertain", "update-2026")
LAW = (
    'scaling_law={form="chinchilla", parameters_coefficient=482.01, parameters_exponent=0.3478, '
    "data_coefficient=2085.43, data_exponent=0.3658}"
)
SHIFT = 'drop=["algorithms.halving_shift_years"]'


class Choices:
    """Random choices, written as TOML.

    Parameters
    ----------
    number
        Which: the same number chooses the same.
    """

    def __init__(self, number: int) -> None:
        self._rng = np.random.default_rng(number)
        self.parent = self.one_of(*PARENTS)

    def one_of(self, *items: str) -> str:
        """One of some texts."""
        return items[int(self._rng.integers(len(items)))]

    def some_of(self, count: int, items: list[Part]) -> list[Part]:
        """So many different items, in order."""
        return [items[i] for i in sorted(self._rng.permutation(len(items))[:count])]

    def maybe(self, text: str, share: float = 0.5) -> str:
        """A text, or none."""
        return text if self._rng.random() < share else ""

    def number(self, low: float, high: float) -> str:
        """A number."""
        return f"{self._rng.uniform(low, high):.4g}"

    def year(self, low: float, high: float) -> str:
        """A year, whole or not, or a distribution of years, all within."""
        mean = self._rng.uniform(low, high)
        reach = min(mean - low, high - mean)
        return self.one_of(
            f"{mean:.0f}",
            f"{mean:.3f}",
            f'{{dist="normal", mean={mean:.3f}, sd={max(reach, 0.5) / 7:.3f}}}',
            f'{{dist="uniform", low={mean - reach:.3f}, high={mean + reach + 0.1:.3f}}}',
        )

    def quantity(self, low: float, high: float) -> str:
        """A number above 0, or a distribution."""
        return self.one_of(self.number(low, high), f"{{ci90=[{low}, {high}]}}")

    def happens(self) -> str:
        """That it is not certain whether something happens, or nothing."""
        return self.maybe(f", probability={self.number(0.1, 0.9)}")


Part = Callable[[Choices], list[str]]


def _limit(of: str, choices: Choices) -> str:
    flop_per_usd, usd = choices.quantity(1e18, 1e20), choices.quantity(1e9, 1e11)
    flop = choices.quantity(1e27, 1e30)
    return {"flop_per_usd": flop_per_usd, "largest_run_usd": usd, "largest_run_flop": flop}[of]


def intervention(choices: Choices) -> list[str]:
    """Somebody does something to what can be bought, and may end it."""
    of = choices.one_of("flop_per_usd", "largest_run_usd", "largest_run_flop")
    action = choices.one_of(
        "freeze=true", f"at_most={_limit(of, choices)}", f"times={choices.quantity(0.02, 0.7)}"
    )
    until = choices.one_of(
        "", f", until_year={choices.year(2046, 2070)}", f", years={choices.quantity(1, 20)}"
    )
    what = f'of="{of}", year={choices.year(2027, 2045)}{until}, {action}{choices.happens()}'
    return [f"interventions.one={{{what}}}"]


def coupling(choices: Choices) -> list[str]:
    """Algorithms answer to what is done, or to all compute."""
    drawn = '{dist="uniform", low=0.4, high=0.95}'
    share = f"algorithms.compute_share={choices.one_of(choices.number(0.3, 0.9), drawn)}"
    if choices.maybe("compute"):
        return [share, 'algorithms.answers_to="compute"']
    return [share, *intervention(choices)]


def change(choices: Choices) -> list[str]:
    """A trend gets another speed, or a gain at once."""
    what = choices.one_of(
        f"oom_per_year={choices.number(0.0, 0.4)}",
        'oom_per_year={dist="normal", mean=0.15, sd=0.1}',
        f"times={choices.number(0.05, 20)}",
        f"times={choices.quantity(0.1, 0.5)}",
    )
    of = choices.one_of("hardware", "spending", "algorithms")
    year = choices.year(2028, 2050)
    return [f'changes.one={{of="{of}", year={year}, {what}{choices.happens()}}}']


def unhobbling(choices: Choices) -> list[str]:
    """Better use of what has been trained."""
    start = choices.number(2018, 2040)
    years, most = choices.quantity(1, 6), choices.quantity(0.7, 1.3)
    return [f"unhobbling={{max_oom={most}, start_year={start}, years={years}}}"]


def power(choices: Choices) -> list[str]:
    """FLOP that can be powered."""
    speed = choices.quantity(1.05, 1.6)
    flop = choices.quantity(1e28, 1e30)
    return [f"power={{flop={flop}, year=2030, times_per_year={speed}}}"]


def data(choices: Choices) -> list[str]:
    """Data run out."""
    stock, growth = choices.quantity(1e14, 1e15), choices.quantity(1.02, 1.2)
    save = choices.one_of(choices.number(0, 1), '{dist="uniform", low=0, high=1}')
    of = f"stock_tokens={stock}, stock_year=2024, times_per_year={growth}, algorithms_save={save}"
    return [LAW, f"data={{{of}}}"]


def research(choices: Choices) -> list[str]:
    """Algorithms by research, of which the growth changes."""
    everywhere = "" if choices.parent == "update-2026" else "hypotheses.*."
    what = choices.one_of(f"oom_per_year={choices.number(-0.05, 0.2)}", "times=3", "times=0.2")
    year, growth = choices.year(2028, 2050), '{ci90=[0.05, 0.2], dist="lognormal"}'
    return [
        *([SHIFT] if choices.parent == "cotra2020-uncertain" else []),
        f"{everywhere}algorithms.returns_to_research={choices.quantity(1, 4)}",
        "research.algorithms.oom_per_year=" + choices.one_of("0.1", growth),
        f'changes.funds={{of="research", year={year}, {what}{choices.happens()}}}',
    ]


def delays(choices: Choices) -> list[str]:
    """Something besides FLOP is lacking, less and less or more and more."""
    falls = f"2027=0.9, 2032=0.5, 2045={choices.number(0, 0.3)}"
    rises = f"2028=0, 2040={choices.number(0.2, 0.9)}"
    lasts = choices.one_of(choices.number(1, 8), "{ci90=[1, 5]}")
    chances = choices.one_of(falls, rises)
    return [
        'forecast.event="trained"',
        "lag.training_years=" + choices.one_of("0.5", "{ci90=[0.2, 1]}"),
        f"lag.delays.one={{years={lasts}, probability_in={{{chances}}}}}",
    ]


def milestone(choices: Choices) -> list[str]:
    """Another event than the hypotheses'."""
    oom = choices.one_of(
        choices.number(-3, 2), '{dist="normal", mean=-1, sd=0.7}', "{ci90=[-2, 1]}"
    )
    return [f"milestones.other.oom={oom}", 'forecast.milestone="other"']


def factor(choices: Choices) -> list[str]:
    """A further factor, with a mass of its own at 0."""
    some = '{dist="mixture", weights=[1, 1], components=[0, {ci90=[-2, 3]}]}'
    oom = choices.one_of(some, "{ci90=[-1, 1]}", "0.7")
    return [f"hypotheses.{choices.one_of('*', 'evolution')}.factors.luck.oom={oom}"]


def kind(choices: Choices) -> list[str]:
    """One more hypothesis, of a kind beside those of 2020."""
    loss = f'kind="loss_threshold", loss_above_irreducible={choices.quantity(0.003, 0.03)}'
    points = f'kind="data_points", data_points={choices.quantity(1e13, 1e16)}'
    tuned = (
        'kind="fine_tuned_network", pretraining_horizon_s={dist="log_uniform", low=1, high=1e3}, '
        'fine_tuning_horizon_s={dist="log_uniform", low=1e6, high=1e9}, fine_tuning_share=1e-5'
    )
    algorithms = ", algorithms={halving_years=2, max_oom={ci90=[2, 5]}}"
    own = "" if choices.parent == "update-2026" else algorithms
    what = choices.one_of(loss, points, tuned)
    weight = choices.number(0.2, 1)
    law = [LAW] if what == loss else []
    return [*law, f"hypotheses.new={{weight={weight}, {what}{own}}}"]


def sizes(choices: Choices) -> list[str]:
    """Algorithms by the size of the requirement, which is counted."""
    large = choices.one_of("halving_years={ci90=[1, 3]}", "max_oom=6")
    return [f"algorithms.sizes.large={{from_flop={choices.number(1e33, 1e36)}, {large}}}"]


PARTS: list[Part] = [
    intervention,
    coupling,
    change,
    unhobbling,
    power,
    data,
    research,
    delays,
    milestone,
    factor,
    kind,
    sizes,
]


def evidence(choices: Choices) -> list[str]:
    """What has been seen, or of the update less of it; the low-end update or none."""
    if choices.parent == "update-2026":
        update = "low_end_update={ruled_out_below_flop=1e25, full_weight_above_flop=1e29}"
        return [choices.one_of("", 'drop=["evidence"]', update)]
    seen = (
        "evidence={not_arrived_by=2026.5, run_softness_oom=0.5, insufficient_run=[{flop=4e26, "
        'year=2025.0}], observation=[{quantity="largest_run_flop", year=2026.5, value=2e26, '
        "standard_error_oom=0.4}]}"
    )
    none = 'drop=["low_end_update"]'
    return [choices.one_of("", none), choices.maybe(seen)]


def mixed(number: int) -> tuple[str, list[str]]:
    """Return a parent and the edits that mix three mechanisms into it."""
    choices = Choices(number)
    edits = evidence(choices)
    for part in choices.some_of(3, PARTS):
        edits += part(choices)
    return choices.parent, _joined([edit for edit in edits if edit])


def _joined(edits: list[str]) -> list[str]:
    """Return edits with one list of what is dropped, first."""
    start = "drop=["
    dropped = [edit[len(start) : -1] for edit in edits if edit.startswith(start)]
    rest = list(dict.fromkeys(edit for edit in edits if not edit.startswith(start)))
    return [f"{start}{', '.join(dict.fromkeys(dropped))}]", *rest] if dropped else rest


def parameters_of(number: int) -> ba.Parameters:
    """Return the file of a number."""
    parent, edits = mixed(number)
    return ba.read_parameters(parent, edits)
