"""Every mistake in a parameter file or an edit gets one clear message, and never a traceback."""

import copy
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bioanchors import cli, read_parameters, run
from bioanchors.model.keys import SPEEDS
from bioanchors.parameters import BadParameters, Parameters, parse_parameters, presets
from bioanchors.parameters.quantities.families import FAMILIES
from bioanchors.parameters.reading.preset_files import preset_path
from bioanchors.parameters.reading.toml_text import toml_document

# A child's own lines start with the third.
CHILD = 'format = 1\nextends = "cotra2020"\n'

COMPLETE = """\
format = 1
[forecast]
first_year = 2024
last_year = 2100
report_years = [2050]
[hypotheses.mine]
kind = "direct"
weight = 1
training_flop = 1e30
algorithms = { halving_years = 3, max_oom = 2, gain_start_year = 2025 }
[hardware]
start_year = 2025
flop_per_usd = 4e17
doubling_years = 2.5
max_flop_per_usd = 1e24
[spending]
start_year = 2025
largest_run_usd = 1e9
doubling_years = 2.5
max_share_of_gdp = 0.01
[economy]
gdp_year = 2020
largest_economy_gdp_usd = 2.13e13
growth_per_year = 0.03
"""

MINE = """\
kind = "direct"
weight = 1
training_flop = 1e30
algorithms = { halving_years = 3, max_oom = 2 }
"""

TOP = (
    "format, title, as_of, extends, drop, forecast, brain, network, scaling, scaling_law, "
    "low_end_update, hypotheses, none, algorithms, hardware, spending, economy, research, "
    "unhobbling, power, data, changes, interventions, milestones, lag, correlations, evidence, "
    "published, adjusted, source, note"
)
GROWTH = "doubling_years, doubling_months, times_per_year, oom_per_year, returns_to_research"
PROGRESS = "halving_years, halving_months, times_per_year, oom_per_year, returns_to_research"
HARDWARE = f"{GROWTH}, start_year, flop_per_usd, max_flop_per_usd, source, note"
ALGORITHMS = (
    f"gain_start_year, {PROGRESS}, max_oom, transfer, compute_share, requirement_year, source, note"
)
SHARED_ALGORITHMS = ALGORITHMS.replace(", source", ", halving_shift_years, answers_to, source")
INTERVALS = "ci1 to ci99"
FAMILY = ", ".join(FAMILIES)
FORMS = "{ value = ..., source = ... }, { dist = ... } or { ci90 = [low, high] }"
QUANTITY = f"allowed: a number, {FORMS}"
UNQUOTED = f"allowed: a number without quotes, {FORMS}"
LOGNORMAL = f"allowed: median and sd_oom, or one of {INTERVALS}"
KIND = (
    "lifetime, neural_network, genome, evolution, direct, fine_tuned_network, data_points, "
    "loss_threshold"
)
QUOTED_KIND = ", ".join(f'"{kind}"' for kind in KIND.split(", "))
PRESETS = (
    "acx2026-one-input, acx2026-two-inputs, barnett2023, brain-data, chinchilla-loss, "
    "cotra2020, cotra2020-aggressive, cotra2020-conservative, cotra2020-report, "
    "cotra2020-uncertain, data-wall, direct-approach-2023, direct-approach-2023-experts, "
    "direct-approach-2023-superforecasters, direct-approach-2024, fine-tuning-2021, "
    "freeze-2027, horizons-50-20-10, kaplan-joint, latest, oom-count-2027, "
    "rethink2023-networks, rethink2023-whole, scientist-1e35, shah2020, "
    "takeoff2023-fifth-of-tasks, takeoff2023-no-feedback, trends-2018, trends-2023, "
    "update-2026, xpt2022-in-cotra2020"
)
NAME = "allowed: a name of 1 to 60 letters, digits, _ and -"
METALOG = (
    "values must allow a metalog distribution, found that the curve through these 3 points turns "
    "back near probability 0.0832; move the values towards a smoother curve, leave a point out, "
    "or change the bounds"
)
SPEED = (
    "missing; needed: this or one of halving_months, times_per_year, oom_per_year, "
    "returns_to_research"
)
QUANTITY_MISSING = "missing; needed: a number or a distribution"
IDLE = (
    "every hypothesis overrides this default, so it does nothing; for all of them: "
    'hypotheses."*".algorithms.'
)
UNNEEDED_LONG_INT = "found an integer of over 300 digits; allowed: a smaller number"


def quantity(value: str, path: str = "brain.flop_per_s") -> str:
    """A child that sets one quantity, on line 4."""
    table, _, key = path.rpartition(".")
    return f"{CHILD}[{table}]\n{key} = {value}\n"


@dataclass
class Bad:
    """A bad file, and all that is said of it; ``{file}`` stands for its name."""

    id: str
    content: str | bytes
    messages: tuple[str, ...]
    others: Mapping[str, str] = field(default_factory=dict)


def bad(id: str, content: str | bytes, *messages: str, **others: str) -> Bad:
    return Bad(id, content, messages, {f"{name}.toml": text for name, text in others.items()})


FLOP = "{file}:4: brain.flop_per_s"
LINE_4 = "{file}:4: "

BAD_FILES = [
    # Keys.
    bad(
        "unknown-table",
        CHILD + "[hardwear]\ndoubling_years = 2\n",
        f'{{file}}:3: hardwear: unknown key; allowed: {TOP}; did you mean "hardware"?',
    ),
    bad(
        "unknown-top-level-key",
        CHILD + "zzz = 1\n",
        f"{{file}}:3: zzz: unknown key; allowed: {TOP}",
    ),
    bad(
        "unknown-key-in-table",
        CHILD + "[hardware]\ndoubling_year = 2\n",
        f"{LINE_4}hardware.doubling_year: unknown key; allowed: {HARDWARE}; "
        'did you mean "doubling_years"?',
    ),
    bad(
        "unknown-key-in-hypothesis",
        CHILD + "[hypotheses.genome]\nwieght = 2\n",
        f"{LINE_4}hypotheses.genome.wieght: unknown key; allowed: kind, weight, parameters, "
        'effective_horizon_s, algorithms, factors, source, note; did you mean "weight"?',
    ),
    bad(
        "unknown-key-in-new-hypothesis-is-not-missing-too",
        CHILD + "[hypotheses.mine]\n" + MINE.replace("training_flop", "trainng_flop"),
        "{file}:6: hypotheses.mine.trainng_flop: unknown key; allowed: kind, weight, "
        'training_flop, algorithms, factors, source, note; did you mean "training_flop"?',
    ),
    bad(
        "unknown-key-in-algorithms",
        CHILD + "[hypotheses.genome]\nalgorithms = { max_om = 2 }\n",
        f"{LINE_4}hypotheses.genome.algorithms.max_om: unknown key; allowed: {ALGORITHMS}; "
        'did you mean "max_oom"?',
    ),
    bad(
        "unknown-argument-is-not-missing-too",
        quantity('{ dist = "lognormal", median = 1e15, sd = 2 }'),
        f"{FLOP}.sd: unknown argument; allowed: dist, median, sd_oom, {INTERVALS}, source, note; "
        'did you mean "sd_oom"?',
    ),
    bad(
        "unknown-argument-of-a-point",
        quantity('{ value = 1e15, sourc = "x" }'),
        f'{FLOP}.sourc: unknown argument; allowed: value, source, note; did you mean "source"?',
    ),
    bad(
        "extra-argument",
        quantity('{ dist = "log_uniform", low = 1e14, high = 1e15, mode = 3e14 }'),
        f"{FLOP}.mode: unknown argument; allowed: dist, low, high, source, note",
    ),
    bad(
        "misspelt-table-is-not-missing-too",
        COMPLETE.replace("[economy]", "[economie]"),
        f'{{file}}:21: economie: unknown key; allowed: {TOP}; did you mean "economy"?',
    ),
    bad(
        "key-of-another-kind",
        CHILD + "[hypotheses.genome]\ntraining_flop = 1e30\n",
        f"{LINE_4}hypotheses.genome.training_flop: the kind genome has no such key; "
        "allowed: parameters, effective_horizon_s",
    ),
    bad(
        "control-characters-in-a-key",
        CHILD + '"a\\u001b[31m\\n" = 1\n',
        f'{{file}}:3: "a\\u001B[31m\\n": unknown key; allowed: {TOP}',
    ),
    # Types.
    bad(
        "number-for-text",
        CHILD + "title = 3\n",
        "{file}:3: title: found 3; allowed: text in quotes",
    ),
    bad(
        "number-for-a-table",
        CHILD + "hardware = 3\n",
        "{file}:3: hardware: found 3; allowed: a table, as [hardware]",
    ),
    bad(
        "number-for-a-hypothesis",
        CHILD + "hypotheses.genome = 3\n",
        "{file}:3: hypotheses.genome: found 3; allowed: a table, as [hypotheses.genome]",
    ),
    bad(
        "array-of-tables",
        CHILD + "[[hardware]]\ndoubling_years = 3\n",
        "{file}:3: hardware: found [{ doubling_years = 3 }]; allowed: a table, as [hardware]",
    ),
    bad("number-in-quotes", quantity('"1e15"'), f'{FLOP}: found "1e15"; {UNQUOTED}'),
    bad("word-for-a-number", quantity('"lots"'), f'{FLOP}: found "lots"; {QUANTITY}'),
    bad(
        "argument-in-quotes",
        quantity('{ dist = "lognormal", median = "1e15", sd_oom = 1 }'),
        f'{FLOP}.median: found "1e15"; allowed: a number without quotes',
    ),
    bad(
        "argument-of-the-family's-own-name",
        quantity('{ dist = "beta", alpha = "x", beta = 2 }', "economy.growth_per_year"),
        f'{LINE_4}economy.growth_per_year.alpha: found "x"; allowed: a number',
    ),
    bad("list-for-a-number", quantity("[1, 2]"), f"{FLOP}: found [1, 2]; {QUANTITY}"),
    bad("bool-for-a-number", quantity("true"), f"{FLOP}: found true; {QUANTITY}"),
    bad(
        "bool-for-a-weight",
        CHILD + "[hypotheses.genome]\nweight = true\n",
        f"{LINE_4}hypotheses.genome.weight: found true; allowed: a number",
    ),
    bad("date-for-a-number", quantity("2020-01-01"), f"{FLOP}: found 2020-01-01; {QUANTITY}"),
    bad("empty-quantity", quantity("{}"), f"{FLOP}: found {{}}; {QUANTITY}"),
    bad(
        "year-in-quotes",
        CHILD + '[forecast]\nlast_year = "2100"\n',
        f'{LINE_4}forecast.last_year: found "2100"; allowed: a whole number without quotes',
    ),
    bad(
        "half-a-year",
        CHILD + "[forecast]\nlast_year = 2100.5\n",
        f"{LINE_4}forecast.last_year: found 2100.5; allowed: a whole number",
    ),
    bad(
        "distribution-where-a-point-is-needed",
        CHILD + '[low_end_update]\nruled_out_below_flop = { dist = "uniform" }\n',
        f'{LINE_4}low_end_update.ruled_out_below_flop: found {{ dist = "uniform" }}; '
        "allowed: a number",
    ),
    # Numbers.
    bad("nan", quantity("nan"), f"{FLOP}: found nan; allowed: a finite number"),
    bad("infinity", quantity("-inf"), f"{FLOP}: found -inf; allowed: a finite number"),
    bad(
        "two-nans-in-a-distribution",
        quantity('{ dist = "lognormal", median = nan, sd_oom = inf }'),
        f"{FLOP}.median: found nan; allowed: a finite number",
        f"{FLOP}.sd_oom: found inf; allowed: a finite number",
    ),
    bad(
        "nan-in-a-list",
        CHILD + "[forecast]\nreport_years = [2030, nan]\n",
        f"{LINE_4}forecast.report_years[1]: found nan; allowed: a finite number",
    ),
    bad("400-digits", quantity("1" + 400 * "0"), f"{FLOP}: {UNNEEDED_LONG_INT}"),
    bad(
        "400-digit-year",
        CHILD + "[forecast]\nlast_year = 1" + 400 * "0",
        f"{LINE_4}forecast.last_year: {UNNEEDED_LONG_INT}",
    ),
    bad(
        "5000-digits",
        quantity("1" + 5000 * "0"),
        "{file}:4: found an integer of thousands of digits; allowed: a smaller number",
    ),
    bad("point-out-of-bounds", quantity("1e50"), f"{FLOP}: found 1e50; allowed: 1 to 1e40 FLOP/s"),
    bad(
        "value-out-of-bounds",
        quantity("{ value = 0.1 }"),
        f"{FLOP}.value: found 0.1; allowed: 1 to 1e40 FLOP/s",
    ),
    bad(
        "halving-time-0",
        quantity("0", "hypotheses.genome.algorithms.halving_years"),
        f"{LINE_4}hypotheses.genome.algorithms.halving_years: found 0; allowed: 0.001 to 1e6 years",
    ),
    bad(
        "year-out-of-bounds",
        CHILD + "[forecast]\nlast_year = 99999\n",
        f"{LINE_4}forecast.last_year: found 99999; allowed: at most 3000",
    ),
    # Distributions.
    bad(
        "unknown-family",
        quantity('{ dist = "lognormel", median = 1e15, sd_oom = 2 }'),
        f'{FLOP}: found "lognormel" as dist; allowed: {FAMILY}; did you mean "lognormal"?',
    ),
    bad(
        "unhashable-family-list",
        quantity("{ dist = [] }"),
        f"{FLOP}: found [] as dist; allowed: {FAMILY}",
    ),
    bad(
        "unhashable-family-table",
        quantity("{ dist = {} }"),
        f"{FLOP}: found {{}} as dist; allowed: {FAMILY}",
    ),
    bad(
        "missing-argument",
        quantity('{ dist = "uniform", low = 1e15 }'),
        f"{FLOP}.high: missing; needed by this distribution",
    ),
    bad(
        "missing-argument-or-interval",
        quantity('{ dist = "lognormal", median = 1e15 }'),
        f"{FLOP}.sd_oom: missing; {LOGNORMAL}",
    ),
    bad(
        "negative-sd",
        quantity('{ dist = "normal", mean = 1, sd = -2 }', "network.oom_vs_brain"),
        f"{LINE_4}network.oom_vs_brain.sd: found -2; allowed: above 0",
    ),
    bad(
        "low-above-high",
        quantity('{ dist = "log_uniform", low = 1e16, high = 1e13 }'),
        f"{FLOP}.low: found 1e16; allowed: below high, which is 1e13",
    ),
    bad(
        "mode-outside",
        quantity('{ dist = "triangular", low = 1e13, mode = 1e12, high = 1e16 }'),
        f"{FLOP}.mode: found 1e12; allowed: from low to high",
    ),
    bad(
        "negative-median-is-told-once",
        quantity('{ dist = "lognormal", median = -1, sd_oom = 1 }'),
        f"{FLOP}.median: found -1; allowed: 1 to 1e40 FLOP/s",
    ),
    bad(
        "lognormal-with-negative-median",
        quantity('{ dist = "lognormal", median = -1, sd_oom = 1 }', "scaling.exponent"),
        f"{LINE_4}scaling.exponent.median: found -1; allowed: above 0",
    ),
    bad(
        "lognormal-with-negative-interval",
        quantity('{ dist = "lognormal", ci90 = [-1, 3] }', "scaling.exponent"),
        f"{LINE_4}scaling.exponent.ci90[0]: found -1; allowed: above 0",
    ),
    bad(
        "interval-reversed",
        quantity("{ ci90 = [1e16, 1e13] }"),
        f"{FLOP}.ci90: found [1e16, 1e13]; allowed: a low end below the high end",
    ),
    bad(
        "interval-of-three",
        quantity("{ ci90 = [1e13, 1e14, 1e16] }"),
        f"{FLOP}.ci90: found [1e13, 1e14, 1e16]; allowed: two numbers, [low, high]",
    ),
    bad(
        "interval-out-of-bounds",
        quantity("{ ci90 = [1e13, 1e50] }"),
        f"{FLOP}.ci90[1]: found 1e50; allowed: 1 to 1e40 FLOP/s",
    ),
    bad(
        "interval-and-median",
        quantity('{ dist = "lognormal", ci90 = [1e13, 1e16], median = 1e14 }'),
        f"{FLOP}: found ci90 and median together; {LOGNORMAL}",
    ),
    bad(
        "bare-interval-and-median",
        quantity("{ ci90 = [1e13, 1e16], median = 1e14 }"),
        f"{FLOP}.median: unknown argument; allowed: {INTERVALS}, dist, source, note",
    ),
    bad(
        "two-intervals",
        quantity("{ ci90 = [1e13, 1e16], ci50 = [1e14, 1e15] }"),
        f"{FLOP}: found ci90 and ci50 together; allowed: one of {INTERVALS}",
    ),
    bad(
        "mass-outside",
        quantity(
            '{ dist = "normal", mean = 3, sd = 1 }', "hypotheses.genome.algorithms.halving_years"
        ),
        f"{LINE_4}hypotheses.genome.algorithms.halving_years: 0.13 % of this distribution lies "
        'outside; allowed: above 0; consider dist = "lognormal" or "truncated"',
    ),
    bad(
        "mass-outside-a-share",
        quantity('{ dist = "lognormal", median = 0.5, sd_oom = 1 }', "spending.max_share_of_gdp"),
        f"{LINE_4}spending.max_share_of_gdp: 38 % of this distribution lies outside; "
        'allowed: above 0, at most 1; consider dist = "beta" or "truncated"',
    ),
    bad(
        "spread-too-large",
        quantity('{ dist = "lognormal", median = 1e15, sd_oom = 31 }'),
        f"{FLOP}.sd_oom: found 31; allowed: at most 30",
    ),
    bad(
        "tails-beyond-numbers",
        quantity(
            '{ dist = "quantiles", probabilities = [0.45, 0.5], values = [0.001, 30000] }',
            "hardware.doubling_years",
        ),
        f"{LINE_4}hardware.doubling_years: found tails that reach beyond what can be computed; "
        "allowed: a smaller spread",
    ),
    bad(
        "quantiles-of-unequal-length",
        quantity('{ dist = "quantiles", probabilities = [0.1, 0.5, 0.9], values = [1e13, 1e15] }'),
        f"{FLOP}.values: found 2 values; allowed: as many as probabilities, 3",
    ),
    bad(
        "quantiles-out-of-order",
        quantity(
            '{ dist = "quantiles", probabilities = [0.5, 0.1, 0.9], values = [1e13, 1e17, 1e15] }'
        ),
        f"{FLOP}.probabilities: found numbers out of order; allowed: each above the one before",
        f"{FLOP}.values: found numbers out of order; allowed: none below the one before",
    ),
    bad(
        "metalog-out-of-order",
        quantity(
            '{ dist = "metalog", probabilities = [0.1, 0.5, 0.9], values = [1e13, 1e13, 1e15] }'
        ),
        f"{FLOP}.values: found numbers out of order; allowed: each above the one before",
    ),
    bad(
        "quantiles-in-percent",
        quantity('{ dist = "quantiles", probabilities = [0.1, 50], values = [1e13, 1e15] }'),
        f"{FLOP}.probabilities[1]: found 50; allowed: at most 1",
    ),
    bad(
        "quantiles-of-one-point",
        quantity(
            '{ dist = "quantiles", probabilities = [0, 0.5, 1], values = [1e13, 1e15, 1e16] }'
        ),
        f"{FLOP}.probabilities: found 1 between 0 and 1; allowed: two or more",
    ),
    bad(
        "quantiles-all-the-same",
        quantity('{ dist = "quantiles", probabilities = [0.1, 0.5], values = [1e13, 1e13] }'),
        f"{FLOP}.values: found one number throughout; allowed: different ones, or a number alone",
    ),
    bad(
        "samples-all-the-same",
        quantity("{ samples = [1e13, 1e13] }"),
        f"{FLOP}.samples: found one number throughout; allowed: different ones, or a number alone",
    ),
    bad(
        "sample-that-is-no-number",
        quantity('{ samples = [1e13, "1e14"] }'),
        f'{FLOP}.samples[1]: found "1e14"; allowed: a number without quotes',
    ),
    bad(
        "sample-of-a-family-that-is-no-number",
        quantity('{ dist = "samples", samples = [1e13, true] }'),
        f"{FLOP}.samples[1]: found true; allowed: a number",
    ),
    bad(
        "one-sample",
        quantity("{ samples = [1e13] }"),
        f"{FLOP}.samples: found [1e13]; allowed: 2 or more items",
    ),
    bad(
        "samples-and-more",
        quantity("{ samples = [1e13, 1e14], median = 1e13 }"),
        f"{FLOP}.median: unknown argument; allowed: samples, source, note",
    ),
    bad(
        "samples-out-of-bounds",
        quantity("{ samples = [1e13, 1e14, 0.5] }"),
        f"{FLOP}.samples[2]: found 0.5; allowed: 1 to 1e40 FLOP/s",
    ),
    bad(
        "interval-of-no-level",
        quantity("{ ci100 = [1e13, 1e14] }"),
        f"{LINE_4}brain.flop_per_s: found {{ ci100 = [1e13, 1e14] }}; {QUANTITY}",
    ),
    bad(
        "interval-of-no-level-of-a-family",
        quantity('{ dist = "logistic", median = 1e13, scale = 2, c90 = [1, 2] }'),
        f"{FLOP}.c90: unknown argument; allowed: dist, median, scale, {INTERVALS}, source, note; "
        'did you mean "ci90"?',
    ),
    bad(
        "logistic-of-half",
        quantity('{ dist = "log_logistic", median = 1e13 }'),
        f"{FLOP}.scale_oom: missing; allowed: median and scale_oom, or one of {INTERVALS}",
    ),
    bad(
        "logistic-below-0",
        quantity('{ dist = "log_logistic", ci70 = [-1, 3] }', "scaling.exponent"),
        f"{LINE_4}scaling.exponent.ci70[0]: found -1; allowed: above 0",
    ),
    bad(
        "exponential-below-0",
        quantity('{ dist = "exponential", mean = -1 }', "scaling.exponent"),
        f"{LINE_4}scaling.exponent.mean: found -1; allowed: above 0",
    ),
    bad(
        "pert-mode-outside",
        quantity('{ dist = "pert", low = 1, mode = 5, high = 3 }', "scaling.exponent"),
        f"{LINE_4}scaling.exponent.mode: found 5; allowed: from low to high",
    ),
    bad(
        "quantiles-that-no-metalog-has",
        quantity(
            '{ dist = "metalog", probabilities = [0.1, 0.5, 0.9], values = [1e10, 1.1e10, 1e18] }'
        ),
        f'{FLOP}: {METALOG}; or take dist = "quantiles"',
    ),
    bad(
        "bad-component",
        quantity(
            '{ dist = "mixture", weights = [1, 1], components = [1e15, '
            '{ dist = "normal", mean = 1, sd = -2 }] }'
        ),
        f"{FLOP}.components[1].sd: found -2; allowed: above 0",
    ),
    bad(
        "misspelt-argument-of-a-component",
        quantity(
            '{ dist = "mixture", weights = [1], components = ['
            '{ dist = "truncated", of = { dist = "uniform", lo = 1, high = 9 }, high = 3 }] }'
        ),
        f"{FLOP}.components[0].of.lo: unknown argument; allowed: dist, low, high, source, note; "
        'did you mean "low"?',
    ),
    bad(
        "mixture-of-unequal-length",
        quantity('{ dist = "mixture", weights = [1], components = [1e15, 0.1] }'),
        f"{FLOP}.weights: found 1 weights; allowed: as many as components, 2",
        f"{FLOP}.components[1]: found 0.1; allowed: 1 to 1e40 FLOP/s",
    ),
    bad(
        "truncated-to-nothing",
        quantity(
            '{ dist = "truncated", of = { dist = "uniform", low = 1e10, high = 1e11 }, low = 1e12 }'
        ),
        f"{FLOP}: at least 1e-09 of the distribution must lie between low (1e+12) and high (inf), "
        "found 0",
    ),
    bad(
        "truncated-nowhere",
        quantity('{ dist = "truncated", of = 1e10 }'),
        f"{FLOP}: found neither low nor high; allowed: one of them or both",
    ),
    # Hypotheses.
    bad(
        "unknown-kind",
        CHILD + "[hypotheses.mine]\n" + MINE.replace("direct", "direkt"),
        f'{LINE_4}hypotheses.mine.kind: found "direkt"; allowed: {QUOTED_KIND}; '
        'did you mean "direct"?',
    ),
    bad(
        "no-hypotheses",
        CHILD + 'drop = ["hypotheses"]\n',
        "{file}:3: hypotheses: missing; needed: at least one, as [hypotheses.NAME]",
    ),
    bad(
        "empty-hypothesis",
        CHILD + "[hypotheses.mine]\n",
        f"{{file}}:3: hypotheses.mine.kind: missing; needed: one of {KIND}",
        "{file}:3: hypotheses.mine.weight: missing; needed: a number, such as 0.1",
        f"{{file}}:3: hypotheses.mine.algorithms.halving_years: {SPEED}, here or in [algorithms]",
        f"{{file}}:3: hypotheses.mine.algorithms.max_oom: {QUANTITY_MISSING}, "
        "here or in [algorithms]",
    ),
    bad(
        "misspelt-hypothesis",
        CHILD + "[hypotheses.genom]\nweight = 1\n",
        f"{{file}}:3: hypotheses.genom.kind: missing; needed: one of {KIND}; "
        'did you mean the hypothesis "genome"?',
    ),
    bad(
        "negative-weight",
        CHILD + "[hypotheses.genome]\nweight = -1\n",
        f"{LINE_4}hypotheses.genome.weight: found -1; allowed: at least 0",
    ),
    bad(
        "weights-all-zero",
        COMPLETE.replace("weight = 1", "weight = 0"),
        "{file}:6: hypotheses: all weights are 0; allowed: at least one above 0",
    ),
    bad(
        "weights-all-zero-by-the-child",
        CHILD
        + 'drop = ["hypotheses.lifetime", "hypotheses.genome", "hypotheses.evolution"]\n'
        + "".join(
            f"[hypotheses.{name}_horizon]\nweight = 0\n" for name in ("short", "medium", "long")
        ),
        "{file}:4: hypotheses: all weights are 0; allowed: at least one above 0",
    ),
    bad(
        "hypothesis-with-a-dot",
        CHILD + '[hypotheses."a.b"]\n' + MINE,
        f'{{file}}:3: hypotheses."a.b": found "a.b"; {NAME}',
    ),
    bad(
        "hypothesis-with-a-space",
        CHILD + '[hypotheses."a b"]\n' + MINE,
        f'{{file}}:3: hypotheses."a b": found "a b"; {NAME}',
    ),
    bad(
        "hypothesis-with-a-line-break",
        CHILD + '[hypotheses."a\\nb"]\n' + MINE,
        f'{{file}}:3: hypotheses."a\\nb": found "a\\nb"; {NAME}',
    ),
    *(
        bad(
            f"hypothesis-named-{name}",
            CHILD + f"[hypotheses.{name}]\n" + MINE,
            f"{{file}}:3: hypotheses.{name}: this name is taken; "
            "allowed: any but none, year, probability, standard_error",
        )
        for name in ("none", "year", "probability", "standard_error")
    ),
    bad(
        "new-kind-without-its-keys",
        CHILD + '[hypotheses.genome]\nkind = "direct"\n',
        f"{{file}}:3: hypotheses.genome.training_flop: {QUANTITY_MISSING}, by the kind direct",
    ),
    # Speeds and defaults.
    bad(
        "two-speeds",
        CHILD + "[hardware]\ndoubling_years = 2\ntimes_per_year = 2\n",
        "{file}:5: hardware.times_per_year: a second speed, beside doubling_years; "
        f"allowed: one of {GROWTH}",
    ),
    bad(
        "no-speed",
        COMPLETE.replace("doubling_years = 2.5\nmax_flop", "max_flop"),
        "{file}:11: hardware.doubling_years: missing; needed: this or one of doubling_months, "
        "times_per_year, oom_per_year, returns_to_research",
    ),
    bad(
        "default-that-all-override",
        CHILD + "[algorithms]\nhalving_years = 3\n",
        f"{LINE_4}algorithms.halving_years: {IDLE}halving_years",
    ),
    bad(
        "default-in-other-units-that-all-override",
        COMPLETE + "[algorithms]\ngain_start_year = 2024\noom_per_year = 0.1\n",
        f"{{file}}:26: algorithms.gain_start_year: {IDLE}gain_start_year",
        f"{{file}}:27: algorithms.oom_per_year: {IDLE}oom_per_year",
    ),
    bad(
        "default-dropped",
        CHILD + 'drop = ["algorithms"]\n',
        "{file}:3: algorithms.gain_start_year: missing; needed: a year, here or in the algorithms "
        "of every hypothesis",
    ),
    # Years, none, the low-end update, published numbers.
    bad(
        "years-reversed",
        CHILD + "[forecast]\nfirst_year = 2100\nlast_year = 2030\n",
        "{file}:5: forecast.last_year: found 2030; allowed: after first_year, which is 2100",
    ),
    bad(
        "first-year-after-the-parent's-last",
        CHILD + "[forecast]\nfirst_year = 2110\n",
        f"{LINE_4}forecast.first_year: found 2110; allowed: before last_year, which is 2100",
    ),
    bad(
        "no-report-years",
        CHILD + "[forecast]\nreport_years = []\n",
        f"{LINE_4}forecast.report_years: found []; allowed: 1 or more items",
    ),
    bad(
        "rising-none",
        CHILD + "[none]\nprobability = 0.1\nprobability_end = 0.3\n",
        "{file}:5: none.probability_end: found 0.3; allowed: at most probability, which is 0.1",
    ),
    bad(
        "none-below-the-parent's-end",
        CHILD + "[none]\nprobability = 0.01\n",
        f"{LINE_4}none.probability: found 0.01; allowed: at least probability_end, which is 0.03",
    ),
    bad(
        "none-above-1-is-told-once",
        CHILD + "none = 2\n",
        "{file}:3: none.probability: found 2; allowed: at most 1",
    ),
    bad(
        "none-in-quotes",
        CHILD + 'none = "0.1"\n',
        '{file}:3: none: found "0.1"; allowed: a number without quotes from 0 to 1 or a table, '
        "as [none]",
    ),
    bad(
        "falling-none-without-years",
        COMPLETE + "[none]\nprobability = 0.3\nprobability_end = 0.1\n",
        "{file}:25: none.start_year: missing; needed: a year, since the probability falls",
        "{file}:25: none.end_year: missing; needed: a year, since the probability falls",
    ),
    bad(
        "none-with-years-reversed",
        CHILD + "[none]\nstart_year = 2100\nend_year = 2030\n",
        "{file}:5: none.end_year: found 2030; allowed: after start_year, which is 2100",
    ),
    bad(
        "low-end-update-reversed",
        CHILD + "[low_end_update]\nruled_out_below_flop = 1e28\nfull_weight_above_flop = 1e23\n",
        "{file}:5: low_end_update.full_weight_above_flop: found 1e23; "
        "allowed: at least ruled_out_below_flop, which is 1e28",
    ),
    bad(
        "published-in-percent",
        CHILD + "[published]\nprobability_by = { 2036 = 17.69 }\n",
        f"{LINE_4}published.probability_by.2036: found 17.69; allowed: at most 1",
    ),
    bad(
        "published-year-misspelt",
        CHILD + "[published]\nprobability_by = { 20x6 = 0.2 }\n",
        f'{LINE_4}published.probability_by.20x6: found "20x6"; allowed: a year, such as 2036',
    ),
    # Parents.
    bad(
        "misspelt-preset",
        'format = 1\nextends = "cotra2021"\n',
        f'{{file}}:2: extends: found "cotra2021"; allowed: {PRESETS} or a path to a .toml file; '
        'did you mean "cotra2020"?',
    ),
    bad(
        "missing-parent",
        'format = 1\nextends = "nope/x.toml"\n',
        "{file}:2: extends: found no file nope/x.toml",
    ),
    bad(
        "missing-parent-and-a-mistake",
        'format = 1\nextends = "nope/x.toml"\n[brain]\nflop_per_s = -1\nflop = 1\n',
        "{file}:2: extends: found no file nope/x.toml",
        f"{FLOP}: found -1; allowed: 1 to 1e40 FLOP/s",
        "{file}:5: brain.flop: unknown key; allowed: flop_per_s, source, note; "
        'did you mean "flop_per_s"?',
    ),
    bad(
        "number-for-a-parent",
        "format = 1\nextends = 3\n",
        "{file}:2: extends: found 3; allowed: text in quotes",
    ),
    bad(
        "folder-for-a-parent",
        'format = 1\nextends = "./"\n',
        "{file}:2: extends: . is a folder; allowed: a .toml file",
    ),
    bad(
        "nul-in-a-parent",
        'format = 1\nextends = "a\\u0000/b.toml"\n',
        '{file}:2: extends: found "a\\u0000/b.toml", which is not a usable path',
    ),
    bad(
        "extends-itself",
        'format = 1\nextends = "./{file}"\n',
        '{file}:2: extends: found "./{file}", which leads back to this file',
    ),
    bad(
        "loop-of-two",
        'format = 1\nextends = "b.toml"\n',
        'b.toml:1: extends: found "{file}", which leads back to this file',
        b='extends = "{file}"\n',
    ),
    bad(
        "mistake-in-the-parent",
        'extends = "parent.toml"\n[brain]\nflop_per_s = -1\n',
        "{file}:3: brain.flop_per_s: found -1; allowed: 1 to 1e40 FLOP/s",
        "parent.toml:4: hardware.doubling_years: found 0; allowed: 0.001 to 1e6 years",
        parent=CHILD + "[hardware]\ndoubling_years = 0\n",
    ),
    bad(
        "parent-that-is-not-toml",
        'extends = "parent.toml"\n[brain]\nflop_per_s = 1e15\n',
        "parent.toml:1: not TOML, from column 12 on",
        parent="password = hunter2\n",
    ),
    bad(
        "drop-what-is-not-there",
        CHILD + 'drop = ["hypotheses.evolution", "low_end_updat"]\n[brain]\nflop_per_s = -1\n',
        '{file}:3: drop[1]: found "low_end_updat", which the parent does not have; '
        'did you mean "low_end_update"?',
        "{file}:5: brain.flop_per_s: found -1; allowed: 1 to 1e40 FLOP/s",
    ),
    bad(
        "drop-twice",
        CHILD + 'drop = ["low_end_update",\n"low_end_update"]\n',
        '{file}:4: drop[1]: found "low_end_update", which is dropped already',
    ),
    bad(
        "drop-without-parent",
        'drop = ["none"]\n' + COMPLETE,
        "{file}:1: drop: needs extends, which this file lacks",
    ),
    bad(
        "drop-as-text",
        CHILD + 'drop = "low_end_update"\n',
        '{file}:3: drop: found "low_end_update"; allowed: a list, in [ ]',
    ),
    bad(
        "drop-what-is-needed",
        CHILD + 'drop = ["spending",\n"brain.flop_per_s", "hardware.doubling_years"]\n',
        "{file}:3: spending: missing; needed: start_year, largest_run_usd, max_share_of_gdp, "
        "a speed",
        f"{LINE_4}hardware.doubling_years: missing; needed: this or one of doubling_months, "
        "times_per_year, oom_per_year, returns_to_research",
        f"{FLOP}: {QUANTITY_MISSING}, by the kind lifetime",
    ),
    # The format, and files that are no parameter files.
    bad("format-2", 'format = 2\nextends = "cotra2020"\n', "{file}:1: format: found 2; allowed: 1"),
    bad(
        "format-in-quotes",
        'format = "1"\nextends = "cotra2020"\n',
        '{file}:1: format: found "1"; allowed: 1',
    ),
    bad(
        "format-true", "format = true\n" + COMPLETE[11:], "{file}:1: format: found true; allowed: 1"
    ),
    bad("no-format", COMPLETE[11:], "{file}: format: missing; needed: format = 1"),
    bad(
        "format-alone",
        "format = 1\n",
        "{file}: forecast: missing; needed: first_year, last_year and report_years",
        "{file}: hypotheses: missing; needed: at least one, as [hypotheses.NAME]",
        "{file}: hardware: missing; needed: start_year, flop_per_usd, max_flop_per_usd, a speed",
        "{file}: spending: missing; needed: start_year, largest_run_usd, max_share_of_gdp, a speed",
        "{file}: economy: missing; needed: gdp_year, largest_economy_gdp_usd, growth_per_year",
    ),
    bad("empty", "", "{file}: nothing is set in this file"),
    bad("only-comments", "# a\n\n# b\n", "{file}: nothing is set in this file"),
    bad("not-toml", "a = 1\npassword = hunter2\n", "{file}:2: not TOML, from column 12 on"),
    bad(
        "not-toml-at-the-end", "password = [1,\n", "{file}:2: not TOML, from the end of the file on"
    ),
    bad(
        "key-given-twice",
        CHILD + "[hardware]\nstart_year = 2025\nstart_year = 2026\n",
        "{file}:5: not TOML: start_year is given twice, first on line 4; leave one of them out",
    ),
    bad(
        "table-given-twice",
        CHILD + "[hardware]\nstart_year = 2025\n[hardware]\n",
        "{file}:5: not TOML: [hardware] is given twice, first on line 3; add to it there",
    ),
    bad(
        "given-twice-in-another-sort-of-file",
        "password = 'hunter2'\npassword = 'hunter2'\n",
        "{file}:2: not TOML: the key or table that ends here was given before",
    ),
    bad("not-utf-8", b"format = 1\ntitle = '\xff hunter2'\n", "{file}:2: not UTF-8 text"),
    bad("utf-16", "format = 1\n".encode("utf-16"), "{file}:1: not UTF-8 text"),
    bad("binary", bytes(range(256)), "{file}:2: not UTF-8 text"),
    bad("deep-keys", ".".join(20_000 * "a") + " = 1\n", "{file}:1: nested more than 40 deep"),
    bad("deep-header", f"[{'.'.join(20_000 * 'a')}]\n", "{file}:1: nested more than 40 deep"),
    bad(
        "deep-arrays",
        "a = " + 20_000 * "[" + 20_000 * "]" + "\n",
        "{file}:1: nested more than 40 deep",
    ),
    # Several at once.
    bad(
        "three-mistakes-in-order-of-lines",
        CHILD
        + "[none]\nprobability = 1.5\n"
        + '[hypotheses.genome]\nparameters = { dist = "lognormal", median = 1e9 }\n'
        + '[brain]\nflop_per_s = "1e15"\n',
        f"{LINE_4}none.probability: found 1.5; allowed: at most 1",
        f"{{file}}:6: hypotheses.genome.parameters.sd_oom: missing; {LOGNORMAL}",
        f'{{file}}:8: brain.flop_per_s: found "1e15"; {UNQUOTED}',
    ),
]


def write(folder: Path, name: str, content: str | bytes) -> None:
    if isinstance(content, str):
        content = content.replace("{file}", "case.toml").encode()
    (folder / name).write_bytes(content)


def problems(*args: Any) -> list[str]:
    """The messages for what cannot be read."""
    with pytest.raises(BadParameters) as caught:
        read_parameters(*args)
    assert str(caught.value).splitlines() == [str(problem) for problem in caught.value.problems]
    return [str(problem) for problem in caught.value.problems]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, to be in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("case", BAD_FILES, ids=lambda case: case.id)
def test_bad_file(case: Bad, folder: Path) -> None:
    write(folder, "case.toml", case.content)
    for name, text in case.others.items():
        write(folder, name, text)
    found = problems("case.toml")
    assert found == [message.replace("{file}", "case.toml") for message in case.messages]
    assert "hunter2" not in "".join(found)


def test_ids_and_numbers_of_bad_files() -> None:
    assert len({case.id for case in BAD_FILES}) == len(BAD_FILES) >= 45


# --- What is no file, or no file to read ------------------------------------------------------


def test_folder_for_a_file(folder: Path) -> None:
    (folder / "x.toml").mkdir()
    assert problems("x.toml") == ["x.toml: this is a folder; allowed: a .toml file"]


def test_no_such_file(folder: Path) -> None:
    assert problems("x.toml") == ["x.toml: there is no such file"]
    assert problems(Path("cotra2020")) == ["cotra2020: there is no such file"]


def test_a_file_that_is_there_is_pointed_at_for_what_is_no_preset(folder: Path) -> None:
    write(folder, "memo.toml", COMPLETE)
    write(folder, "x.csv", "year,probability\n")
    (folder / "kept").mkdir()
    write(folder, "kept/forecast.nc", "")
    path, load = "a preset's name or a path to a .toml file", "if it is a result, load reads it"
    assert problems("memo") == [f'preset: found "memo"; allowed: {path}; did you mean "memo.toml"?']
    for name in ("x.csv", "kept"):
        assert problems(name) == [f'preset: found "{name}"; allowed: {path}; {load}']
    assert problems("./kept") == [f"kept: this is a folder; allowed: a .toml file; {load}"]
    write(folder, "child.toml", 'format = 1\nextends = "memo"\n')
    assert problems("child.toml") == [
        f'child.toml:2: extends: found "memo"; allowed: {path}; did you mean "memo.toml"?'
    ]


def test_a_preset_is_pointed_at_for_a_file_that_is_not_there(folder: Path) -> None:
    meant = 'did you mean the preset "cotra2020"?'
    assert problems("cotra2020.toml") == [f"cotra2020.toml: there is no such file; {meant}"]
    write(folder, "child.toml", 'format = 1\nextends = "cotra2020.toml"\n')
    assert problems("child.toml") == [
        f"child.toml:2: extends: found no file cotra2020.toml; {meant}"
    ]


def test_no_such_preset() -> None:
    assert problems("cotra2O20") == [
        f'preset: found "cotra2O20"; allowed: {PRESETS} or a path to a .toml file; '
        'did you mean "cotra2020"?'
    ]
    assert problems("a\nb\udcff" + 99 * "c")[0].startswith("preset: found ")


def test_nul_in_a_path() -> None:
    assert problems("a\0.toml") == ['path: found "a\\u0000.toml", which is not a usable path']


def test_path_too_long(folder: Path) -> None:
    assert problems(f"{300 * 'a'}.toml") == [
        f"{300 * 'a'}.toml: this cannot be read: File name too long"
    ]


def test_huge_file(folder: Path) -> None:
    with (folder / "x.toml").open("wb") as file:
        file.truncate(100_000_000)  # takes no room on the disk
    assert problems("x.toml") == ["x.toml: larger than 1 MB, which no parameter file is"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_permission_denied(folder: Path) -> None:
    write(folder, "x.toml", COMPLETE)
    (folder / "x.toml").chmod(0)
    assert problems("x.toml") == ["x.toml: this cannot be read: Permission denied"]


def test_many_parents(folder: Path) -> None:
    for i in range(60):
        write(folder, f"{i}.toml", f'extends = "{i + 1}.toml"\n')
    assert problems("0.toml") == ["49.toml:1: extends: more than 50 parents"]


def test_line_break_in_a_file_name(folder: Path) -> None:
    write(folder, "a\nb.toml", "format = 2\n" + COMPLETE[11:])
    assert problems("a\nb.toml") == ["a\\nb.toml:1: format: found 2; allowed: 1"]


def test_low_end_update_that_leaves_nothing() -> None:
    text = COMPLETE.replace("1e30", "1e10") + (
        "[low_end_update]\nruled_out_below_flop = 1e23\nfull_weight_above_flop = 1e28\n"
    )
    with pytest.raises(BadParameters) as caught:
        run(parse_parameters(text, "x.toml"), points=1024)
    assert str(caught.value) == (
        "x.toml:6: hypotheses.mine: the low-end update leaves nothing of this hypothesis; "
        "allowed: a requirement that reaches above ruled_out_below_flop"
    )


# --- Edits -----------------------------------------------------------------------------------

BAD_EDITS = [
    (["x"], ["--set x: allowed: key=value, such as hardware.doubling_years=2"]),
    (["a..b=3"], ["--set a..b=3: allowed: key=value, such as hardware.doubling_years=2"]),
    (
        ["hardware.doubling_years=two"],
        [
            "--set hardware.doubling_years=two: the value is not TOML; "
            "allowed: a number, a list or { dist = ... }"
        ],
    ),
    (
        ["hardware.doubling_yeas=2"],
        [
            f"--set hardware.doubling_yeas: unknown key; allowed: {HARDWARE}; "
            'did you mean "doubling_years"?'
        ],
    ),
    (
        ["hardware.flop_per_usd.median=2"],
        [
            "--set hardware.flop_per_usd.median: hardware.flop_per_usd is 4e17, "
            "so nothing can be set inside it"
        ],
    ),
    (
        ["brain.flop_per_s.a.b=2"],
        ["--set brain.flop_per_s.a.b: there is no table a inside brain.flop_per_s"],
    ),
    (
        ["brain.flop_per_s.median=-1"],
        ["--set brain.flop_per_s.median: found -1; allowed: 1 to 1e40 FLOP/s"],
    ),
    (
        ["hardware.doubling_years=2", "hardware.times_per_year=2"],
        [
            "--set hardware.times_per_year: a second speed, beside doubling_years; "
            f"allowed: one of {GROWTH}"
        ],
    ),
    (
        ["none=0.1", "none.probability_end=0.01"],
        [
            "--set none.probability_end=0.01: none is set whole by a --set before it; "
            "allowed: one of the two"
        ],
    ),
    (
        ["none.probability_end=0.01", "none=0.1"],
        [
            "--set none=0.1: would undo --set none.probability_end, which comes before it; "
            "allowed: one of the two"
        ],
    ),
    (["none=2"], ["--set none: none.probability: found 2; allowed: at most 1"]),
    (
        ["hardware.doubling_years=2\nhardware.flop_per_usd=3"],
        [
            "--set hardware.doubling_years=2\\nhardware.flop_per_usd=3: more than one value; "
            "allowed: one key=value for each --set"
        ],
    ),
    (['extends="x"'], ['--set extends="x": extends cannot be set here; allowed: any other key']),
    (
        ["hypotheses.genome.kind=direct"],
        [
            "--set hypotheses.genome.kind: hypotheses.genome.training_flop: "
            f"{QUANTITY_MISSING}, by the kind direct"
        ],
    ),
    (
        ["forecast.first_year=2110"],
        ["--set forecast.first_year: found 2110; allowed: before last_year, which is 2100"],
    ),
    (["algorithms.halving_years=3"], [f"--set algorithms.halving_years: {IDLE}halving_years"]),
    (["title=3"], ["--set title: found 3; allowed: text in quotes"]),
    (
        [f"hardware.doubling_years={100 * '['}{100 * ']'}"],
        [f"--set hardware.doubling_years={33 * '['}...: nested more than 40 deep"],
    ),
    (
        [".".join(20_000 * "a") + "=1"],
        [f"--set {28 * 'a.'}a...: nested more than 40 deep"],
    ),
    (
        ["title=\udcff"],
        ["--set title=\\udcff: the value is not TOML; allowed: a number, a list or { dist = ... }"],
    ),
    (
        ["hypotheses.genome.weight=-1", "economy.growth_per_year=true"],
        [
            "--set hypotheses.genome.weight: found -1; allowed: at least 0",
            f"--set economy.growth_per_year: found true; {QUANTITY}",
        ],
    ),
]


@pytest.mark.parametrize(("edits", "messages"), BAD_EDITS, ids=lambda value: value[0][:40])
def test_bad_edit(edits: list[str], messages: list[str]) -> None:
    assert problems("cotra2020", edits) == messages
    with pytest.raises(BadParameters) as caught:
        read_parameters("cotra2020").edited(*edits)
    assert [str(problem) for problem in caught.value.problems] == messages


# --- The command line ------------------------------------------------------------------------

Invoke = Callable[..., tuple[int, str, str]]


@pytest.fixture
def invoke(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Invoke:
    """Run the command line here; return exit code, output and messages."""

    def invoke(*args: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["bioanchors", *args])
        try:
            code = cli.shown()
        except SystemExit as done:
            code = int(done.code or 0)
        return code, *capsys.readouterr()

    return invoke


def case_named(id: str) -> Bad:
    return next(case for case in BAD_FILES if case.id == id)


@pytest.mark.parametrize("command", ["run", "show", "check"])
@pytest.mark.parametrize(
    "id",
    [
        "unknown-key-in-table",
        "number-in-quotes",
        "negative-sd",
        "weights-all-zero",
        "format-alone",
        "not-toml",
        "binary",
        "deep-keys",
        "mistake-in-the-parent",
        "three-mistakes-in-order-of-lines",
    ],
)
def test_command_on_a_bad_file(id: str, command: str, folder: Path, invoke: Invoke) -> None:
    case = case_named(id)
    write(folder, "case.toml", case.content)
    for name, text in case.others.items():
        write(folder, name, text)
    before = sorted(folder.iterdir())
    options = ["--out", "out"] if command == "run" else []
    code, out, err = invoke(command, "case.toml", *options)
    assert code == 2
    assert out == ""
    assert err.splitlines() == [m.replace("{file}", "case.toml") for m in case.messages]
    assert sorted(folder.iterdir()) == before


def test_command_in_a_process_of_its_own(folder: Path) -> None:
    case = case_named("three-mistakes-in-order-of-lines")
    write(folder, "case.toml", case.content)
    done = subprocess.run(
        [sys.executable, "-m", "bioanchors", "run", "case.toml", "--out", "out"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines() == [m.replace("{file}", "case.toml") for m in case.messages]
    assert not (folder / "out").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--set", "x"], "--set x: allowed: key=value"),
        (["--set", "hardware.doubling_years=0"], "--set hardware.doubling_years: found 0"),
        (["--first-year", "2110"], "forecast.first_year: found 2110; allowed: before last_year"),
        (["--first-year", "2060", "--last-year", "2050"], "found 2050; allowed: after first_year"),
        (["--weights", "genom=1"], "genom"),
        (["--weights", "genome"], "NAME=NUMBER"),
        (["--weights", "genome=x"], "'x'; allowed: a number"),
        (["--weights", "genome=-1"], "at least 0"),
        (["--weights", "genome=nan"], "at least 0"),
        (["--weights", "genome=0"], "all weights are 0"),
        (["--weights", "none=2"], "from 0 to 1"),
        (["--weights", "genome=1,genome=2"], "twice"),
        (["--weights", ""], "NAME=NUMBER"),
        (["--points", "0"], "--points"),
        (["--sampler", "sobl"], "--sampler"),
        (["--seed", "x"], "--seed"),
        (["--out", "taken"], "taken is a file; allowed: a folder"),
        (["--nonsense"], "--nonsense"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_option(options: list[str], words: str, folder: Path, invoke: Invoke) -> None:
    write(folder, "taken", "mine")
    if "--out" not in options:
        options = [*options, "--out", "out"]
    code, out, err = invoke("run", "cotra2020", *options)
    assert code == 2
    assert out == ""
    assert words in err
    assert [path.name for path in folder.iterdir()] == ["taken"]
    assert (folder / "taken").read_text() == "mine"


def test_command_on_two_bad_files_tells_both(folder: Path, invoke: Invoke) -> None:
    for name in ("a.toml", "b.toml"):
        write(folder, name, "format = 2\n" + COMPLETE[11:])
    assert invoke("check", "a.toml", "b.toml", "cotra2020") == (
        2,
        "cotra2020: no problems\n",
        "a.toml:1: format: found 2; allowed: 1\nb.toml:1: format: found 2; allowed: 1\n",
    )


# --- What is allowed, though it may look odd --------------------------------------------------


def test_byte_order_mark_and_crlf(folder: Path) -> None:
    write(folder, "x.toml", b"\xef\xbb\xbf" + COMPLETE.replace("\n", "\r\n").encode())
    assert read_parameters("x.toml").tables == parse_parameters(COMPLETE).tables
    write(folder, "x.toml", b"\xef\xbb\xbf" + COMPLETE.replace("1e30", "0").encode())
    assert problems("x.toml") == [
        "x.toml:9: hypotheses.mine.training_flop: found 0; allowed: 1 to 1e120 FLOP"
    ]


def meaning(parameters: Parameters) -> dict[str, Any]:
    """All that is set, without where it came from."""
    return parameters.tables.model_dump(exclude={"extends", "drop"})


def none_of(parameters: Parameters) -> tuple[float | None, ...]:
    none = parameters.tables.none
    assert none is not None
    return none.probability, none.probability_end, none.start_year, none.end_year


def test_none_as_a_number_replaces_the_table(folder: Path) -> None:
    write(folder, "x.toml", CHILD + "none = 0.1\n")
    parameters = read_parameters("x.toml")
    assert none_of(parameters) == (0.1, None, None, None)
    assert parameters.none_probability(np.array([2024, 2100.0])).tolist() == [0.1, 0.1]
    assert meaning(parse_parameters(parameters.text)) == meaning(parameters)
    assert str(parameters.origin(("none", "probability"))) == "x.toml:3"
    assert none_of(read_parameters("cotra2020", ["none=0.2"])) == (0.2, None, None, None)


def test_table_over_none_as_a_number(folder: Path) -> None:
    write(folder, "parent.toml", CHILD + "none = 0.1\n")
    write(
        folder,
        "x.toml",
        'extends = "./parent.toml"\n'
        "[none]\nprobability_end = 0\nstart_year = 2030\nend_year = 2050\n",
    )
    assert none_of(read_parameters("x.toml")) == (0.1, 0, 2030, 2050)


def test_extends_relative_to_the_file(folder: Path) -> None:
    (folder / "sub").mkdir()
    write(folder, "parent.toml", CHILD + "hardware.doubling_years = 2\n")
    write(folder, "sub/x.toml", 'extends = "../parent.toml"\nspending.doubling_years = 3\n')
    tables = read_parameters("sub/x.toml").tables
    assert tables.hardware is not None
    assert tables.spending is not None
    assert (tables.hardware.doubling_years, tables.spending.doubling_years) == (2, 3)


def resolved(content: str) -> dict[str, Any]:
    """What a child of the preset amounts to."""
    Path("x.toml").write_text(CHILD + content)
    return read_parameters("x.toml").resolved


def test_speed_in_another_unit_replaces_the_parents(folder: Path) -> None:
    tree = resolved(
        "[hardware]\ntimes_per_year = 2\n[hypotheses.genome.algorithms]\noom_per_year = 0.1\n"
    )
    assert not set(tree["hardware"]) & set(SPEEDS) - {"times_per_year"}
    assert tree["hypotheses"]["genome"]["algorithms"] == {"max_oom": 3, "oom_per_year": 0.1}


def test_new_kind_drops_the_old_kinds_keys(folder: Path) -> None:
    tree = resolved('[hypotheses.genome]\nkind = "direct"\ntraining_flop = 1e30\n')
    assert tree["hypotheses"]["genome"] == {
        "kind": "direct",
        "weight": 0.10,
        "algorithms": {"halving_years": 3, "max_oom": 3},
        "training_flop": 1e30,
    }


def test_what_is_not_inherited(folder: Path) -> None:
    assert not {"title", "source", "note", "published"} & set(resolved(""))
    assert resolved('title = "mine"\n')["title"] == "mine"


def test_drop_a_hypothesis(folder: Path) -> None:
    tree = resolved('drop = ["hypotheses.evolution", "low_end_update"]\n')
    assert "evolution" not in tree["hypotheses"]
    assert "low_end_update" not in tree


def test_value_is_replaced_whole_and_a_section_merged(folder: Path) -> None:
    tree = resolved("[brain]\nflop_per_s = { value = 1e15 }\n[economy]\ngdp_year = 2021\n")
    assert tree["brain"] == {"flop_per_s": {"value": 1e15}}
    assert tree["economy"]["gdp_year"] == 2021
    assert tree["economy"]["growth_per_year"] == {"value": 0.03, "source": "part 4"}


def test_default_that_only_a_parent_wrote(folder: Path) -> None:
    """The child overrides the last use of the parent's default, and can be read again."""
    write(
        folder,
        "parent.toml",
        COMPLETE.replace("max_oom = 2, ", "") + "[algorithms]\nmax_oom = 3\n",
    )
    write(
        folder, "x.toml", 'extends = "./parent.toml"\n[hypotheses.mine.algorithms]\nmax_oom = 2\n'
    )
    parameters = read_parameters("x.toml")
    assert meaning(parse_parameters(parameters.text)) == meaning(parameters)
    assert read_parameters("parent.toml").inputs["algorithms.max_oom"].point == 3


def test_truncated_may_cut_what_lies_outside(folder: Path) -> None:
    tree = resolved(
        "[hypotheses.genome.algorithms]\nhalving_years = "
        '{ dist = "truncated", of = { dist = "normal", mean = 3, sd = 1 }, low = 0.1 }\n'
    )
    assert tree["hypotheses"]["genome"]["algorithms"]["halving_years"]["low"] == 0.1


def flop_per_s(*edits: str) -> Any:
    return read_parameters("cotra2020", edits).resolved["brain"]["flop_per_s"]


def test_edit_inside_a_distribution_drops_its_source() -> None:
    assert "source" in flop_per_s()
    assert flop_per_s("brain.flop_per_s.median=1e16") == {
        "dist": "log_skew_normal",
        "median": 1e16,
        "scale_oom": 2.5,
        "shape": 4,
    }
    for edits in (
        ("brain.flop_per_s.median=1e16", "brain.flop_per_s.source=mine"),
        ("brain.flop_per_s.source=mine", "brain.flop_per_s.median=1e16"),
    ):
        assert flop_per_s(*edits)["source"] == "mine"


def test_edit_with_text() -> None:
    parameters = read_parameters("cotra2020", ["title=hello world"])
    assert parameters.title == "hello world"
    assert parse_parameters(parameters.text).title == "hello world"


def test_edit_with_a_list_over_two_lines() -> None:
    parameters = read_parameters("cotra2020", ["forecast.report_years=[2030,\n2040]"])
    assert parameters.report_years == (2030, 2040)


def test_presets_are_read_back() -> None:
    for name in presets():
        parameters = read_parameters(name)
        assert meaning(parse_parameters(parameters.text)) == meaning(parameters)


# --- Anything at all -------------------------------------------------------------------------

PRESET = tomllib.loads(preset_path("cotra2020").read_text(encoding="utf-8"))
FUZZ = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

NUMBERS = st.one_of(
    st.sampled_from([0, 1, 2, -1, 0.5, 1e-300, 1e300, 10**400, 2.5, 1e15, 2030, 2050, 3, True]),
    st.integers(-10, 3000),
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(0.001, 1000),
)
WORDS = st.one_of(
    st.sampled_from(["genome", "direct", "lifetime", "1e15", ""]), st.text(max_size=5)
)
ARGUMENTS = sorted(
    {name for family in FAMILIES.values() for name in family.model_fields} - {"dist", "of"}
)


def distributions(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Tables that look like distributions, few of which are."""
    lists = st.lists(NUMBERS, max_size=4)
    arguments = st.dictionaries(st.sampled_from(ARGUMENTS), NUMBERS | lists | values, max_size=4)
    families = st.sampled_from([*FAMILIES, "lognormel"])
    exact = families.flatmap(
        lambda family: st.fixed_dictionaries(
            {
                name: st.just(family) if name == "dist" else NUMBERS | lists | values
                for name in (FAMILIES[family].model_fields if family in FAMILIES else ["dist"])
                if name not in ("source", "note", *INTERVALS.split(", "))
            }
        )
    )
    loose = st.builds(lambda family, rest: {"dist": family, **rest}, families, arguments)
    return exact | loose | arguments


VALUES = st.recursive(
    NUMBERS | WORDS,
    lambda values: (
        st.lists(values, max_size=3)
        | distributions(values)
        | st.dictionaries(WORDS | st.sampled_from(ARGUMENTS), values, max_size=3)
    ),
    max_leaves=5,
)


def tables_of(tree: dict[str, Any]) -> list[dict[str, Any]]:
    """All tables in a tree, from the outermost in."""
    tables = [tree]
    for table in tables:
        tables += [value for value in table.values() if isinstance(value, dict)]
    return tables


@st.composite
def mutated(draw: st.DrawFn, most: int = 4) -> dict[str, Any]:
    """The preset with some values replaced, some keys deleted and some added."""
    tree = copy.deepcopy(PRESET)
    for _ in range(draw(st.integers(1, most))):
        table = draw(st.sampled_from(tables_of(tree)))
        what = draw(st.sampled_from(["replace", "replace", "delete", "add", "move"]))
        if what == "add" or not table:
            keys = WORDS | st.sampled_from([*SPEEDS, *ARGUMENTS, "none", "drop", "note", "weight"])
            table[draw(keys)] = draw(VALUES)
        elif what == "delete":
            del table[draw(st.sampled_from(list(table)))]
        elif what == "move":
            other = draw(st.sampled_from(tables_of(tree)))
            table[draw(st.sampled_from(list(table)))] = copy.deepcopy(other)
        else:
            table[draw(st.sampled_from(list(table)))] = draw(VALUES)
    return tree


def check_usable(parameters: Parameters) -> None:
    """What was accepted can be written, read back and drawn from."""
    again = parse_parameters(parameters.text)
    assert meaning(again) == meaning(parameters)
    assert again.text == parameters.text
    assert parameters.annotated_text()
    u = np.array([2.0**-33, 0.5, 1 - 2.0**-33])
    for name, item in parameters.inputs.items():
        assert np.isfinite(item.values(u)).all(), name


def check_messages(error: BadParameters) -> None:
    """Each message is one line and told once."""
    lines = [str(problem) for problem in error.problems]
    assert lines
    assert len(lines) == len(set(lines))
    for line in lines:
        assert line.isprintable()
        assert ": " in line


@FUZZ
@given(tree=mutated())
def test_any_file(tree: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(toml_document(tree), encoding="utf-8")
    try:
        parameters = read_parameters(path)
    except BadParameters as error:
        check_messages(error)
    else:
        check_usable(parameters)


@FUZZ
@given(tree=mutated(), sections=st.sets(st.sampled_from(list(PRESET))), data=st.data())
def test_any_child(
    tree: dict[str, Any], sections: set[str], data: st.DataObject, tmp_path: Path
) -> None:
    child = {key: value for key, value in tree.items() if key in sections}
    paths = ["low_end_update", "hypotheses.genome", "none.start_year", "brain", "algorithms", "x"]
    child |= {"extends": "cotra2020", "drop": data.draw(st.lists(st.sampled_from(paths)))}
    path = tmp_path / "x.toml"
    path.write_text(toml_document(child), encoding="utf-8")
    try:
        parameters = read_parameters(path)
    except BadParameters as error:
        check_messages(error)
    else:
        check_usable(parameters)


@FUZZ
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(content)
    with pytest.raises(BadParameters) as caught:
        read_parameters(path)
    check_messages(caught.value)


KEYS = st.sampled_from(
    [
        ".".join(path)
        for path in [
            ("none",),
            ("title",),
            ("brain", "flop_per_s", "median"),
            ("brain", "flop_per_s"),
            ("hardware", "doubling_years"),
            ("hardware", "oom_per_year"),
            ("hypotheses", "genome"),
            ("hypotheses", "genome", "kind"),
            ("hypotheses", "genome", "weight"),
            ("hypotheses", "genome", "algorithms", "max_oom"),
            ("hypotheses", "mine", "weight"),
            ("published", "probability_by", "2036"),
            ("forecast", "last_year"),
        ]
    ]
)
SETTINGS = st.one_of(
    st.text(max_size=30),
    st.builds("{}={}".format, KEYS, st.text(max_size=20)),
    st.builds("{}={}".format, KEYS, NUMBERS),
    st.builds("{}={}".format, KEYS | st.text(max_size=9), st.sampled_from(["2", "[]", "{ }"])),
)


@FUZZ
@given(edits=st.lists(SETTINGS, min_size=1, max_size=3))
def test_any_edit(edits: list[str]) -> None:
    try:
        parameters = read_parameters("cotra2020").edited(*edits)
    except BadParameters as error:
        check_messages(error)
    else:
        check_usable(parameters)


@pytest.mark.parametrize("name", [*FAMILIES, "dist"])
@pytest.mark.parametrize("table", ["", "hardware", "hypotheses.genome", "evidence"])
def test_the_name_of_a_family_where_no_quantity_stands_is_an_unknown_key(
    name: str, table: str, tmp_path: Path
) -> None:
    """Names of families are left out of the path inside quantities, and only there."""
    path = tmp_path / "file.toml"
    head = f"[{table}]\n" if table else ""
    path.write_text(f"{CHILD}{head}{name} = 0\n", encoding="utf-8")
    with pytest.raises(BadParameters) as error:
        read_parameters(path)
    key = f"{table}.{name}" if table else name
    assert [problem.key for problem in error.value.problems] == [key]
    assert "unknown key" in error.value.problems[0].message
