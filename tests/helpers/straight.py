"""A file of straight lines under ceilings that are never near: arrival by algebra.

log10 FLOP of the largest run are 26 + 0.3 (year - 2025).
"""

from __future__ import annotations

import bioanchors as ba
from bioanchors.parameters import parse_parameters

KNOWN = """\
format = 1
[forecast]
first_year = 2025
last_year = 2100
report_years = [2050]
[hypotheses.one]
kind = "direct"
weight = 1
training_flop = {need}
[algorithms]
gain_start_year = 2025
oom_per_year = 1e-9
max_oom = 90
[hardware]
start_year = 2025
flop_per_usd = 1e18
oom_per_year = 0.2
max_flop_per_usd = 1e75
[spending]
start_year = 2025
largest_run_usd = 1e8
oom_per_year = 0.1
max_share_of_gdp = 1
[economy]
gdp_year = 2025
largest_economy_gdp_usd = 1e29
growth_per_year = 0.0
"""


def arrival(need: float, more: str, *edits: str) -> float:
    """Year in which so many log10 FLOP are reached, with more tables."""
    parameters = parse_parameters(KNOWN.format(need=repr(10.0**need)) + more)
    return ba.run(parameters.edited(*edits) if edits else parameters).quantile(0.5)
