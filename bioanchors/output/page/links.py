"""A page's link as parameters: what `js/link.js` writes and `js/file.js` makes a file of."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from bioanchors.output.page.data import assumptions, digest
from bioanchors.output.page.inlining import data_in
from bioanchors.output.page.knobs import Knob, turned
from bioanchors.parameters import Parameters, parse_parameters, read_parameters, toml_value
from bioanchors.parameters.reading.files import read_regular
from bioanchors.parameters.reading.preset_files import preset_names
from bioanchors.visible import LONGEST, visible

MOST = 5000
"""Characters of a link's fragment."""

FROM = re.compile(r"([\w.-]{1,200})@([0-9a-f]{12})", re.ASCII)
PAUSE = "interventions.pause_of_this_view"


def from_link(link: str) -> Parameters:
    """Return the parameters of a view that was shared as a link: a page's file, and what differs.

    Parameters
    ----------
    link
        ``page.html#...`` of a page in a folder, or any address, or the part from ``#`` on: then
        the view must be one of a preset.

    Raises
    ------
    ValueError
        If the link cannot be used.
    BadParameters
        If what it says is not allowed.

    Examples
    --------
    >>> import bioanchors as ba
    >>> from bioanchors.output.page.data import digest
    >>> file = ba.read_parameters("cotra2020")
    >>> ba.from_link(f"#cotra2020@{digest(file)}&none=0~0").tables.none.probability
    0.0
    """
    address, _, fragment = link.partition("#")
    first = _parts(fragment)[:1]
    return edited(_base(address, first[0] if first else ""), fragment)


def edited(base: Parameters, fragment: str) -> Parameters:
    """Return the parameters of a view of a file.

    Parameters
    ----------
    base
        The file.
    fragment
        What stands from ``#`` on, with or without it.

    Raises
    ------
    ValueError
        If a part of it is not understood.
    BadParameters
        If what it says is not allowed.
    """
    settings = _View(base).read(_parts(fragment.removeprefix("#"))[1:])
    if settings and base.tables.published is not None:
        # What was moved is not meant to reproduce it.
        settings = [*settings, 'drop=["published"]']
    return base.edited(*settings) if settings else base


def _parts(fragment: str) -> list[str]:
    if len(fragment) > MOST:
        raise ValueError(f"found a link of {len(fragment)} characters; allowed: up to {MOST}")
    return [unquote(part) for part in fragment.split("&") if part]


def _base(address: str, first: str) -> Parameters:
    """Return the parameters of the file that a page was made from."""
    path = Path(address.removeprefix("file://"))
    named = FROM.fullmatch(first)
    if first and named is None:
        raise ValueError(
            f"found a link to {_told(first)}; allowed: one that begins with "
            "NAME@HASH, as those of pages do"
        )
    if path.suffix == ".html" and "://" not in str(path) and path.is_file():
        data = data_in(read_regular(path).decode("utf-8", "replace"))
        if data is None or not isinstance(data.get("text"), str):
            raise ValueError(f"{visible(str(path))} is no page that bioanchors explore wrote")
        base = parse_parameters(data["text"], str(data.get("extends", path.name)))
    elif named is None or named[1] not in preset_names():
        raise ValueError(
            f"found a link to {_told(first or address)}; allowed: a view of a preset, or a page "
            "that is here: page.html#..."
        )
    else:
        base = read_parameters(named[1])
    if named is not None and digest(base) != named[2]:
        raise ValueError(
            f"the link was made from {named[1]}@{named[2]}, here it is {digest(base)}: another "
            "version; allowed: the page from which it comes, page.html#..."
        )
    return base


def _told(text: str) -> str:
    return visible(text if len(text) <= LONGEST else text[:LONGEST] + "...")


class _View:
    """Reads a link's parts into edits of a file."""

    def __init__(self, base: Parameters) -> None:
        self._data = assumptions(base)
        self._base = base
        self._inputs = {**self._data["terms"], **self._data["inputs"]}
        self._values: dict[str, Any] = {}
        self._drop: list[str] = []
        self._knobs: dict[str, Knob] = {}
        self._switches: dict[str, list[bool]] = {}
        self._until: float | None = self._data["evidence"]["not_arrived_by"]
        self._readers: dict[str, Callable[[str], None]] = {
            "none": self._none,
            "low_end_update": self._without_update,
            "halving_shift": self._number("algorithms.halving_shift_years"),
            "gain_start": self._number("algorithms.gain_start_year"),
            "cap_shift": self._caps,
            "power": self._power,
            "unhobbling": self._unhobbling,
            "pause": self._pause,
            "without": self._without,
            "not_arrived_by": self._not_arrived_by,
            "observations": lambda value: self._switch("observations", value),
            "runs": lambda value: self._switch("runs", value),
        }

    def read(self, parts: list[str]) -> list[str]:
        """Return the settings that a link's parts come to.

        Raises
        ------
        ValueError
            If a part is not understood.
        """
        weights = {f"{each['name']}.weight": each["name"] for each in self._data["hypotheses"]}
        # A shift of all caps comes to whatever is said of one.
        for part in sorted(parts, key=lambda part: part.startswith("cap_shift=")):
            key, _, value = part.partition("=")
            try:
                if key in weights:
                    self._values[f"hypotheses.{weights[key]}.weight"] = float(value)
                elif key in self._inputs:
                    self._knobs[key] = self._knob(key, value)
                else:
                    self._readers[key](value)
            except (KeyError, ValueError, TypeError):
                raise ValueError(f"not understood in the link: {_told(part)}") from None
        for name, knob in self._knobs.items():
            if any(name.startswith(f"{path}.") for path in self._drop):
                continue
            item = self._inputs[name]
            self._values[item["path"]] = turned(item, knob)
        self._evidence()
        drop = [f"drop={toml_value(self._drop)}"] if self._drop else []
        return [*drop, *(f"{path}={toml_value(value)}" for path, value in self._values.items())]

    def _knob(self, name: str, value: str) -> Knob:
        median, spread, oom = map(float, value.split("~"))
        knob = Knob(median, spread, oom)
        if name in self._data["terms"] and knob != Knob(median):
            raise ValueError(f"{name} can be moved, not widened")
        turned(self._inputs[name], knob)
        return knob

    def _number(self, path: str) -> Callable[[str], None]:
        def take(value: str) -> None:
            self._values[path] = float(value)

        return take

    def _none(self, value: str) -> None:
        start, end = map(float, value.split("~"))
        self._values["none.probability"] = start
        if self._data["none"]["to"] > self._data["none"]["from"]:
            self._values["none.probability_end"] = end

    def _without_update(self, value: str) -> None:
        self._drop += {"off": ["low_end_update"]}[value]

    def _caps(self, value: str) -> None:
        for name in {each["max_oom"] for each in self._data["hypotheses"]}:
            item = self._inputs[name]
            knob = self._knobs.get(name) or Knob.of_file(item)
            self._knobs[name] = knob._replace(median=knob.median + float(value))

    def _power(self, value: str) -> None:
        flop, times = map(float, value.split("~"))
        self._add("power", {"flop": flop, "times_per_year": times, "year": self._data["first"]})

    def _unhobbling(self, value: str) -> None:
        most, years = map(float, value.split("~"))
        table = {"max_oom": most, "years": years, "start_year": self._data["first"]}
        self._add("unhobbling", table)

    def _add(self, name: str, table: dict[str, float]) -> None:
        """Add a table that the file has not."""
        if name in self._base.resolved:
            raise ValueError(f"the file has {name}")
        self._values |= {f"{name}.{key}": value for key, value in table.items()}

    def _pause(self, value: str) -> None:
        year, years = map(float, value.split("~"))
        self._values |= {
            f"{PAUSE}.of": "largest_run_flop",
            f"{PAUSE}.freeze": True,
            f"{PAUSE}.year": year,
            f"{PAUSE}.until_year": year + years,
        }

    def _without(self, value: str) -> None:
        names = value.split("~")
        if not all(names):
            raise ValueError(value)
        self._drop += names

    def _not_arrived_by(self, value: str) -> None:
        self._until = None if value == "off" else float(value)

    def _switch(self, which: str, value: str) -> None:
        if len(value) != len(self._data["evidence"][which]) or set(value) - {"0", "1"}:
            raise ValueError(value)
        self._switches[which] = [each == "1" for each in value]

    def _evidence(self) -> None:
        """Say what is left of the evidence; where a part is off it is dropped and written anew."""
        seen, until = self._data["evidence"], self._until
        known = seen["not_arrived_by"]
        whole = all(on for switches in self._switches.values() for on in switches)
        if whole and (until is not None or known is None):
            if until != known:
                self._values["evidence.not_arrived_by"] = until
            return
        self._drop.append("evidence")
        left = {
            which: [
                item
                for item, on in zip(
                    items, self._switches.get(which, [True] * len(items)), strict=True
                )
                if on
            ]
            for which, items in (("observations", seen["observations"]), ("runs", seen["runs"]))
        }
        if until is not None:
            self._values["evidence.not_arrived_by"] = until
            self._values["evidence.event"] = seen["event"]
        if left["observations"]:
            self._values["evidence.observation"] = left["observations"]
        if left["runs"]:
            self._values["evidence.insufficient_run"] = left["runs"]
            if seen["softness"]:
                self._values["evidence.run_softness_oom"] = seen["softness"]
