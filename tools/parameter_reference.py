"""Print the reference of parameter files, docs/parameters.md, from the classes that read them.

python tools/parameter_reference.py > docs/parameters.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel

from bioanchors.parameters.keys import SPEEDS, Key
from bioanchors.parameters.kinds import KINDS
from bioanchors.parameters.problems import number
from bioanchors.parameters.tables import (
    Correlation,
    Evidence,
    Hypothesis,
    InsufficientRun,
    Observation,
    Tables,
)

HEAD = """# Parameter files

<!-- Made by tools/parameter_reference.py from the classes that read the files. -->

TOML, natural units, spreads in orders of magnitude (OOM). Every table may hold `source` and `note`.
A *quantity* is a number, `{ value = 3, source = "..." }`, or a distribution (README, "Parameter
files"); a distribution must lie within the domain, a number within the bounds. A file that `extends`
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
from what is usual in the field (`parameters/plausible.py` has the table, with reasons), or where a
file's weights are ten times those that it inherits.
"""  # noqa: E501
DEFAULTS = {
    "forecast.event": "affordable",
    "algorithms.transfer": "1",
    "algorithms.halving_shift_years": "0",
    "algorithms.requirement_year": "2020, or gain_start_year if earlier",
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
        return " or ".join(f"`{v}`" for v in options if isinstance(v, str | int))
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
        if name == "hypotheses":
            hypotheses()
            continue
        if name == "correlations":
            table("`[[correlations]]`", first_line(Correlation), list(rows(Correlation, name)))
            continue
        for model in models_in(info.annotation):
            if not issubclass(model, BaseModel):
                continue
            table(f"`[{name}]`", first_line(model), list(rows(model, name)))
            if model is Evidence:
                for inner, path in (
                    (Observation, "evidence.observation"),
                    (InsufficientRun, "evidence.insufficient_run"),
                ):
                    table(f"`[[{path}]]`", first_line(inner), list(rows(inner, path)))
    print(
        "\nA trend has one speed, in whichever of the units is at hand: "
        + ", ".join(f"`{name}`" for name in SPEEDS)
        + "."
    )


def hypotheses() -> None:
    shared = list(rows(Hypothesis, "hypotheses", ("kind", "weight")))
    table("`[hypotheses.NAME]`", first_line(Hypothesis), shared)
    for name, each in KINDS.items():
        needs = ", ".join(f"`{path}`" for path in each.shared) or "nothing of other tables"
        text = f"Besides `weight` and `algorithms`; draws on {needs}."
        table(f'`kind = "{name}"`', text, list(rows(Hypothesis, "hypotheses", each.own)))
    print(
        "\n`algorithms`, a table of the keys of `[algorithms]` (without `halving_shift_years`), "
        "overrides what stands there for this hypothesis."
    )


if __name__ == "__main__":
    sys.exit(main())
