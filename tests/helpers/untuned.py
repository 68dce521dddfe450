"""Files that nobody tuned to: one hypothesis, a sharp observation or a rare fast trend."""

from __future__ import annotations

FILE = """
format = 1
title = "{title}"
[forecast]
first_year = 2025
last_year = {last}
report_years = [2027]
[economy]
gdp_year = 2025
largest_economy_gdp_usd = 3e13
growth_per_year = 0.02
[hardware]
start_year = 2025
flop_per_usd = 1e18
max_flop_per_usd = {cap}
oom_per_year = {speed}
[spending]
start_year = 2025
largest_run_usd = 1e8
times_per_year = {spending}
max_share_of_gdp = 0.01
[algorithms]
gain_start_year = {start}
oom_per_year = {algorithms}
max_oom = {max_oom}
[hypotheses.one]
kind = "direct"
weight = 1
training_flop = {{ dist = "lognormal", median = {flop}, sd_oom = {sd} }}
"""
SLOW = '{ dist = "lognormal", median = 0.0950718852, sd_oom = 0.2069662656 }'
RARE = (
    '{ dist = "mixture", weights = [0.99, 0.01], components = ['
    '{ dist = "lognormal", median = 0.1, sd_oom = 0.03 }, 4.0] }'
)
MEASURED, ERROR_OOM = 1.958445349, 0.003


def sharp() -> str:
    text = FILE.format(
        title="A sharp observation",
        last=2055,
        cap="1e25",
        speed=SLOW,
        spending=1.02,
        start=2025,
        algorithms=0.01,
        max_oom=1,
        flop=5.25065e28,
        sd=1.413187645,
    )
    return text + (
        "[[evidence.observation]]\n"
        'quantity = "flop_per_usd_growth"\nfrom_year = 2025\nyear = 2026\n'
        f"value = {MEASURED}\nstandard_error_oom = {ERROR_OOM}\n"
    )


def rare() -> str:
    return FILE.format(
        title="A rare fast trend",
        last=2100,
        cap="1e40",
        speed=RARE,
        spending=1.1,
        start=2020,
        algorithms=0.1,
        max_oom=5,
        flop="1e40",
        sd=2.5,
    )
