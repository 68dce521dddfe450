"""An input that is moved and widened, as a file says it: what `turned` in `js/file.js` writes."""

from __future__ import annotations

from typing import Any, NamedTuple

from bioanchors.output.page.inputs import Line, from_line, to_line
from bioanchors.parameters.quantities.interval_specs import is_interval

ENDS = ("low", "mode", "high")
SPREADS = ("sd", "sd_oom", "scale", "scale_oom")


class Knob(NamedTuple):
    """What a view makes of an input.

    Attributes
    ----------
    median
        In the unit of the file.
    spread
        By how many times it is as wide as in the file, on the line of its family.
    oom
        Spread that a known number is given, standard deviation in OOM.
    """

    median: float
    spread: float = 1.0
    oom: float = 0.0

    @classmethod
    def of_file(cls, item: dict[str, Any]) -> Knob:
        """Return the one that changes nothing."""
        return cls(from_line(tuple(item["line"]), item["middle"]))


def turned(item: dict[str, Any], knob: Knob) -> Any:
    """Return an input with a knob turned, as plain data of a parameter file.

    Parameters
    ----------
    item
        As ``input_data`` gives it.

    Raises
    ------
    ValueError
        If it is of a family that is left as it is, or the knob is no such thing.
    """
    given, moves = item["given"], item["moves"]
    if moves is None or not (knob.spread >= 0 and knob.oom >= 0):
        raise ValueError(f"{item['path']} cannot be moved so")
    if moves == "known" and knob.oom > 0:
        return {"dist": "lognormal", "median": knob.median, "sd_oom": knob.oom}
    if moves == "known" or not knob.spread > 0:
        return knob.median
    line: Line = tuple(item["line"])
    to = to_line(line, knob.median)

    def move(x: float) -> float:
        return from_line(line, to + knob.spread * (to_line(line, x) - item["middle"]))

    if moves == "values":
        return {**given, "values": [move(x) for x in given["values"]]}
    if moves == "truncated":
        of = given["of"]
        moved = {**of, "mean": move(of["mean"]), "sd": of["sd"] * knob.spread}
        return {**given, "of": moved} | {k: move(given[k]) for k in ("low", "high") if k in given}
    if moves == "interval":
        (name,) = filter(is_interval, given)
        return {**given, name: [move(x) for x in given[name]], "dist": item["family"]}
    if moves == "ends":
        return {**given} | {k: move(given[k]) for k in ENDS if k in given}
    place = "mean" if "mean" in given else "median"
    (spread,) = (k for k in SPREADS if k in given)
    return {**given, place: move(given[place]), spread: given[spread] * knob.spread}
