"""Every command on every kind of odd file: one clear message at most, and never a traceback."""

import re

import pytest

FILE = """\
format = 1
[forecast]
first_year = {first}
last_year = {last}
report_years = [{report}]
{hypotheses}
[hardware]
start_year = 2025
flop_per_usd = 1e18
doubling_years = {doubling}
max_flop_per_usd = 1e30
[spending]
start_year = 2025
largest_run_usd = 1e9
doubling_years = 100
max_share_of_gdp = 0.9
[economy]
gdp_year = 2025
largest_economy_gdp_usd = 3e13
growth_per_year = 0.02
{more}
"""

UNCERTAIN = '{ dist = "uniform", low = 1.5, high = 6 }'


def lognormal(median, sd=1.0):
    return f'{{ dist = "lognormal", median = {median}, sd_oom = {sd} }}'


def hypothesis(name, flop, weight=1):
    return f"""\
[hypotheses.{name}]
kind = "direct"
weight = {weight}
training_flop = {flop}
algorithms = {{ halving_years = 3, max_oom = 6, gain_start_year = 2025 }}
"""


def file(*hypotheses, window=(2025, 2100, 2050), doubling="2.5", more=""):
    first, last, report = window
    text = "\n".join(hypotheses or [hypothesis("one", "1e32")])
    return FILE.format(
        first=first, last=last, report=report, hypotheses=text, doubling=doubling, more=more
    )


ATOM = f'{{ dist = "mixture", weights = [1, 1], components = [1e30, {lognormal("1e33")}] }}'
SHARP = """\
[[evidence.observation]]
quantity = "flop_per_usd"
year = 2026
value = 1.31e18
standard_error_oom = 1e-4
"""
ONE_YEAR = (2030, 2031, 2031)

FILES = {
    "nothing-uncertain": file(),
    "two-known": file(hypothesis("a", "1e31"), hypothesis("b", "1e33")),
    "one-uncertain-requirement": file(hypothesis("a", lognormal("1e32"))),
    "one-uncertain-trend": file(doubling=UNCERTAIN),
    "atom": file(hypothesis("a", ATOM)),
    "one-year-known": file(window=ONE_YEAR),
    "one-year": file(hypothesis("a", lognormal("1e29")), window=ONE_YEAR),
    "all-after": file(hypothesis("a", lognormal("1e60")), doubling=UNCERTAIN),
    "all-after-known": file(hypothesis("a", "1e60")),
    "all-before": file(hypothesis("a", lognormal("1e5")), doubling=UNCERTAIN),
    "all-before-known": file(hypothesis("a", "1e3")),
    "weight-0": file(hypothesis("a", lognormal("1e30"), 0), hypothesis("b", "1e33")),
    "none-1": file(more="[none]\nprobability = 1"),
    "one-refuted": file(
        hypothesis("a", lognormal("1e30")),
        hypothesis("b", "1e3"),
        more="[evidence]\nnot_arrived_by = 2026",
    ),
    "one-draw-left": file(hypothesis("a", lognormal("1e34", 0.3)), doubling=UNCERTAIN, more=SHARP),
    "60-hypotheses": file(*(hypothesis(f"h{i}", lognormal(f"1e{25 + i % 20}")) for i in range(60))),
}

SLOW = (
    *("compare", "tornado", "report", "variance", "variance-of-years", "regional", "count"),
    *("plot-needed", "plot-hardware", "plot-algorithms"),
)
NOTHING = "has no uncertain input"
FEW = "has fewer than two uncertain inputs to compare"
SIMPLEX = "hypotheses of kind neural_network; needed: two or three"
NEVER = "there is no arrival within the window to give a distribution of"
FAST = ("--precision", "1pp")

COMMANDS = {
    "run": ("run", "{}", "--out", "run", "--keep-draws", "--points", "2048"),
    "count": ("run", "{}", "--estimator", "count", "--points", "16384"),
    "check": ("check", "{}"),
    "show": ("show", "{}"),
    "report": ("report", "{}", "--out", "report", *FAST),
    **{
        f"plot-{kind}": ("plot", "{}", "--kind", kind, "--out", f"{kind}.png", *FAST)
        for kind in ("cdf", "density", "requirements", "needed", "hardware", "algorithms")
    },
    "variance": ("sensitivity", "{}", "--max-draws", "16384", "--out", "variance"),
    "variance-of-years": (
        *("sensitivity", "{}", "--output", "arrival_year", "--max-draws", "16384"),
    ),
    "tornado": ("sensitivity", "{}", "--view", "tornado", "--out", "tornado"),
    "regional": ("sensitivity", "{}", "--view", "regional", "--out", "regional"),
    "ledger": ("sensitivity", "{}", "--view", "ledger", "--out", "ledger"),
    "map": ("sweep", "{}", *FAST),
    "vary": ("sweep", "{}", "--vary", "hardware.max_flop_per_usd=1e20:1e30:2:log", *FAST),
    "compare": ("compare", "{}", "nothing-uncertain.toml", "--attribute", *FAST),
    "solve": (
        *("solve", "{}", "--vary", "spending.largest_run_usd", "--target", "median=2031", *FAST),
    ),
    **{
        f"export-{name}": ("export", "{}", "--format", name, *FAST)
        for name in ("csv", "quantiles", "json", "squiggle")
    },
    "export-draws": ("export", "{}", "--format", "draws", "--points", "16", *FAST),
    "metaculus": (
        *("export", "{}", "--format", "metaculus", "--range", "2030:2090", "--open", "both"),
        *FAST,
    ),
    "load": ("load", "run", "--repeat"),
}
"""In their order: ``load`` reads what ``run`` wrote."""

TOLD = {command for command in COMMANDS if not command.startswith("export")}
SAME = "the output is the same in all draws"
NO_SIDES = "there are no early and late ones to compare"
ALLOWED = {
    "count": ("leaves 28 effective draws",),
    "variance": (NOTHING, FEW, SAME),
    "variance-of-years": (NOTHING, FEW, SAME),
    "tornado": (NOTHING,),
    "regional": (NOTHING, NO_SIDES),
    "map": (SIMPLEX,),
    "export-squiggle": (NEVER,),
    "metaculus": ("the question ends at 2090",),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES, ids=lambda name: f"B-{name}")
def test_every_command_takes_every_odd_file(cli, tmp_path, name):
    for each in {name, "nothing-uncertain"}:
        (tmp_path / f"{each}.toml").write_text(FILES[each])
    for command, arguments in COMMANDS.items():
        if name == "60-hypotheses" and command in SLOW:
            continue  # minutes, by no other road than of a few
        words = [word.format(f"{name}.toml") for word in arguments]
        try:
            printed = cli(*words)
        except AssertionError:
            printed = ""
            cli(*words, code=2)  # else this fails with what the command printed
            allowed = ALLOWED.get(command, ())
            assert any(message in cli.errors for message in allowed), (command, cli.errors)
        assert "Traceback" not in cli.errors
        # Nobody reads a year of "-inf".
        found = re.search(r"(?<![\w.-])-?(inf|nan)\b", re.sub(r"file://\S+", "", printed))
        assert not (command in TOLD and found), (command, printed)
