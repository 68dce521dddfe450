"""Print the reference of parameter files, docs/parameters.md, from the classes that read them.

python tools/parameter_reference.py > docs/parameters.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel

from bioanchors.model.keys import SPEEDS, Key
from bioanchors.model.requirements import REQUIREMENTS
from bioanchors.parameters import shape
from bioanchors.parameters.problems import number
from bioanchors.parameters.quantities.families import FAMILIES
from bioanchors.parameters.quantities.listed_specs import TableSpec
from bioanchors.parameters.tables import Correlation, Tables

HEAD = """# Parameter files

<!-- Made by tools/parameter_reference.py from the classes that read the files. -->

TOML, natural units, spreads in orders of magnitude (OOM). Every table may hold `source` and `note`.
A *quantity* is a number, `{ value = 3, source = "..." }`, or a distribution (see the end); a
distribution must lie within the domain, a number within the bounds. A file that `extends`
another holds only what differs. Nothing is required of a fragment; of what results, all that the
hypotheses present need.

What a file that extends writes takes the place of what it inherits: a whole value, or with a dotted key
one argument of a distribution, as `brain.flop_per_s.median = 1e16`. `[hypotheses."*"]` is of every
hypothesis whose kind has the key; what the file says of one by its name goes before. `drop` takes away
first: a table, a key, a hypothesis, or something of all, `hypotheses.*.algorithms`. On the command line
`--set brain.flop_per_s.median=1e16`, `--set hypotheses.*.weight=1` and `--drop evidence` do the same.
`none = 0`, or `none.probability = 0`, does away with "none".

A table's `source` and `note` are of the values that the same file writes in it: what a child or an edit
puts there has its own, or none, and what it inherits keeps its parent's.

A decimal year may be a date, `not_arrived_by = 2026-11-25` (its start) or a text of it in quotes. Where
a year must be whole, as in the window, the first of January is one, and no other date.

`check`, `run` and others note, and go on, where a value is far from the distribution that it replaces or
from what is usual in the field (`parameters/checks/plausible.py` has the table, with reasons), or where a
file's weights are ten times those that it inherits.
"""  # noqa: E501
FAMILY_NOTES = """
An interval is `ci90 = [low, high]`, or any other level in whole percent from `ci1` to `ci99`;
half of the rest lies on each side. Alone, `{ ci90 = [low, high] }`, it is lognormal where the key
must be positive, else normal. `{ samples = [...] }` needs no `dist`, either.

What lies outside of a key's domain is an error from 1e-9 on. An end that belongs to the domain
("at least 0") may have a probability of its own: `{ dist = "mixture", weights = [3, 1],
components = [0, 1] }` is a delay of a year, or none.

**Percentiles.** `quantiles` takes them as they are published: probabilities that increase, values
none of which is below the one before. The curve runs through all points and stays between
neighbours: a monotone cubic (Fritsch and Butland 1984) in the standard normal score of the
probability, for the log10 of the quantity where it must be positive, for ln(x + 1) of a growth,
for the logit of a share, else, and for a lag of which a value is 0, for the quantity itself.
Below the first point and above the last it is straight: the tail of the normal distribution
through the two outermost points, hence of a lognormal one where the curve is in log10. All
moments in that scale are finite. Values that are the same have the probability between them for
themselves; there is nothing beyond an outermost value that is there twice or lies on an end of
the domain. A probability of 0 or 1 makes its value the least or the greatest that is possible;
the curve is then drawn for the logarithm of its distance from there. `metalog` draws Keelin's
curve instead, which is smoother, and which many lists do not have: then it is refused.

**Samples and tables.** Samples are joined by straight lines in order, as `numpy.quantile` does,
in log10 where the quantity must be positive: nothing is below the smallest or above the largest.
A table's `file` is a path relative to the file that says so (with `--set`, to where you are), to
CSV with a head line or none: one column of samples, or two, values and cumulative probabilities,
which are taken as `quantiles` are (rows of probability 0 or 1 being the ends). It has 2 to 10,000
rows and at most 1 MB. The numbers are read when the file is, and saved with every result under
the name and the SHA-256 of the table, so that a result needs no table, and its repeat takes no
other. `sha256`, if the file gives it, must be the table's.
"""
EXAMPLE = """
```toml
extends = "cotra2020"

[forecast]
event = "deployed"

[spending]
max_share_of_gdp = { ci70 = [0.005, 0.02] }

[lag]
training_years = { dist = "mixture", weights = [3, 1], components = [0, 1] }
deployment_years = { dist = "exponential", mean = 0.5 }

[hypotheses.survey]
kind = "direct"
weight = 0.2
algorithms = { halving_years = 3, max_oom = 3 }

[hypotheses.survey.training_flop]
dist = "quantiles"
probabilities = [0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95]
values = [1e25, 3e26, 1e28, 3e31, 1e35, 2e38, 1e41]

[hypotheses.theirs]
kind = "direct"
weight = 0.1
training_flop = { dist = "table", file = "requirement.csv" }
algorithms = { halving_years = 3, max_oom = 3 }
```
"""
DEFAULTS = {
    "forecast.event": "affordable",
    "algorithms.transfer": "1",
    "algorithms.halving_shift_years": "0",
    "algorithms.compute_share": "0",
    "algorithms.answers_to": "interventions",
    "algorithms.requirement_year": "2020, or gain_start_year if earlier",
    "scaling.horizon_exponent": "1",
    "hypotheses.flop_per_parameter_per_data_point": "6",
    "lag.training_years": "0",
    "lag.deployment_years": "0",
    "none.probability": "0",
    "none.probability_end": "probability",
    "evidence.event": "forecast.event",
}
PLAIN = {
    "extends", "drop", "title", "format", "source", "note",
}  # fmt: skip


def rows(model: type[BaseModel], path: str, only: tuple[str, ...] | None = None) -> Iterator[str]:
    for name, info in model.model_fields.items():
        if name in ("source", "note") or (only is not None and name not in only):
            continue
        key = next((mark for mark in info.metadata if isinstance(mark, Key)), None)
        default = DEFAULTS.get(f"{path}.{name}", "")
        if key is not None:
            allowed = f"{number(key.low)} to {number(key.high)}"
            yield (
                f"| `{name}` | quantity | {key.unit or '1'} | {key.help} | {key.domain.words} | "
                f"{allowed} | {default} |"
            )
        elif not models_in(info.annotation):
            help_, low, high = limits(info)
            bounds = f"{low} to {high}" if low or high else ""
            yield f"| `{name}` | {kind(info.annotation)} | | {help_} | | {bounds} | {default} |"


def limits(info: Any) -> tuple[str, str, str]:
    """Return description and bounds, which may stand on the type inside."""
    marks = list(info.metadata)
    help_ = info.description or ""
    for inner in get_args(info.annotation):
        marks += getattr(inner, "__metadata__", ())
    found = {"ge": "", "gt": "", "le": "", "lt": ""}
    for mark in marks:
        for each in (mark, *getattr(mark, "metadata", ())):
            for name in found:
                value = getattr(each, name, None)
                if isinstance(value, int | float):
                    found[name] = number(float(value))
        if not help_ and getattr(mark, "description", None):
            help_ = mark.description
    return help_, found["ge"] or (found["gt"] and f"above {found['gt']}"), found["le"]


def kind(annotation: Any) -> str:
    text = str(annotation)
    if "Literal" in text:
        options = [v for part in (annotation, *get_args(annotation)) for v in get_args(part)]
        known = ["true" if v is True else v for v in options if isinstance(v, str | int)]
        return " or ".join(f"`{v}`" for v in known)
    for name, words in (("dict", "table"), ("list", "list"), ("int", "whole number"),
                        ("float", "number"), ("str", "text")):  # fmt: skip
        if name in text:
            return words
    return ""


def models_in(annotation: Any) -> list[type[BaseModel]]:
    found = []
    for each in (annotation, *get_args(annotation)):
        if isinstance(each, type) and issubclass(each, BaseModel):
            found.append(each)
    return found


def table(title: str, text: str, lines: list[str]) -> None:
    print(f"\n## {title}\n\n{text}\n")
    if lines:
        print("| key | type | unit | meaning | domain | bounds | if left out |")
        print("|---|---|---|---|---|---|---|")
        print("\n".join(lines))


def first_line(model: type[BaseModel]) -> str:
    return (model.__doc__ or "").strip().splitlines()[0]


def main() -> None:
    print(HEAD.rstrip())
    top = [r for r in rows(Tables, "") if any(f"`{n}`" in r for n in PLAIN)]
    table("At the top", "What the file is, and what it extends.", top)
    for name, info in Tables.model_fields.items():
        if name == "correlations":
            table("`[[correlations]]`", first_line(Correlation), list(rows(Correlation, name)))
            continue
        for model in models_in(info.annotation):
            table(f"`[{name}]`", first_line(model), list(rows(model, name)))
        for family in shape.NAMED:
            if family.path[0] == name:
                named_tables(family)
    print(
        "\nA trend has one speed, in whichever of the units is at hand: "
        + ", ".join(f"`{name}`" for name in SPEEDS)
        + "."
    )
    families()


def families() -> None:
    print("\n## Distributions\n\n| `dist` | arguments | |\n|---|---|---|")
    for name, model in FAMILIES.items():
        arguments = [
            "an interval"
            if field == "intervals"
            else f"`{field}`"
            if info.is_required() or "intervals" in model.model_fields
            else f"optional `{field}`"
            for field, info in model.model_fields.items()
            if field not in ("dist", "source", "note")
        ]
        if arguments[0] == "an interval":
            arguments = [*arguments[1:], "or an interval"]
        if model is TableSpec:
            arguments = ["`file`", "optional `sha256`"]
        print(f"| `{name}` | {', '.join(arguments)} | {first_line(model)} |")
    print(FAMILY_NOTES + EXAMPLE, end="")


def named_tables(family: shape.Family) -> None:
    """Print the keys of a family of named tables, those of each kind apart."""
    path, model = ".".join(family.path).replace(shape.STAR, "NAME"), family.model
    titles = [f"`[{path}.NAME]`"]
    if family.listed is not None:
        titles.insert(0, f"`[[{'.'.join((*family.path[:-1], family.listed))}]]`")
    shared = tuple(family.common_keys())
    table(" or ".join(titles), first_line(model), list(rows(model, path, shared)))
    for kind, own in family.kinds.items():
        needs = ", ".join(f"`{each}`" for each in REQUIREMENTS[kind].shared)
        needs += " and the constants of its form" if "scaling_law" in needs else ""
        text = f"Besides `weight` and `algorithms`; draws on {needs or 'nothing of other tables'}."
        table(f'`kind = "{kind}"`', text, list(rows(model, path, own)))
    for name in family.sections:
        inner, outer = (shape.field_names(at) for at in ((*family.path, "NAME", name), (name,)))
        more = [f"`{key}`" for key in outer if key not in inner]
        print(
            f"\n`{name}`, a table of the keys of `[{name}]` (without {', '.join(more)}), "
            f"overrides what stands there for this {family.one}."
        )
    if family.listed is not None:
        print("\nA name lets a child change or drop it; both forms mean the same.")


if __name__ == "__main__":
    sys.exit(main())
