"""The frozen, validated parameters of one forecast, and their way out of a file."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bioanchors.distributions import Mixture, Normal, Point
from bioanchors.model.keys import REALS, SPEEDS, Key
from bioanchors.model.requirements import REQUIREMENTS
from bioanchors.model.spec import (
    ECONOMY,
    HARDWARE,
    LAGS,
    RUN_NOISE,
    SPENDING,
    Change,
    CorrelatedGroup,
    HypothesisInputs,
    Input,
    Observed,
    Release,
    Spec,
)
from bioanchors.model.trends.changes import MECHANISMS
from bioanchors.parameters.checks.changes import mechanism_of
from bioanchors.parameters.checks.correlated import correlated_pairs
from bioanchors.parameters.checks.inputs import cap_warning, check_inputs
from bioanchors.parameters.checks.plausible import oddities
from bioanchors.parameters.checks.structure import Checked, patched
from bioanchors.parameters.checks.validation import speed_name, validate, without_idle_defaults
from bioanchors.parameters.correlations import groups_of, matrix_of, to_normal
from bioanchors.parameters.edits.laying import edit
from bioanchors.parameters.edits.weights import weight_values
from bioanchors.parameters.problems import BadParameters, Origin, Problem, dotted
from bioanchors.parameters.quantities.families import build, is_same
from bioanchors.parameters.quantities.interval_specs import IntervalSpec
from bioanchors.parameters.quantities.specs import known
from bioanchors.parameters.reading.files import name_text
from bioanchors.parameters.reading.layers import parse_layer, read_layer
from bioanchors.parameters.reading.merging import complete
from bioanchors.parameters.reading.positions import KeyPath
from bioanchors.parameters.reading.table_files import tables_in
from bioanchors.parameters.reading.toml_text import toml_document
from bioanchors.parameters.shape import has_header, is_section, quantities
from bioanchors.parameters.tables import Algorithms, Evidence, SharedAlgorithms, Tables
from bioanchors.parameters.tree import Layer, node, remove
from bioanchors.visible import visible

Array = NDArray[np.float64]


REQUIREMENT_YEAR = 2020.0
"""Year whose algorithms a requirement assumes unless the file says otherwise, or that of the gain's
start where that is earlier."""


@dataclass(frozen=True)
class Parameters:
    """One forecast's parameters.

    Attributes
    ----------
    tables
        The validated tables, parents merged.
    name
        The preset's name, or the file's path; what is invisible in it as escapes.
    warnings
        What is allowed but worth a look.
    """

    tables: Tables
    name: str
    warnings: tuple[str, ...] = ()
    _layer: Layer = field(default_factory=lambda: Layer({}, {}, ""), repr=False, compare=False)
    _unedited: Layer | None = field(default=None, repr=False, compare=False)

    @property
    def title(self) -> str:
        """The file's title, or its name, on one line: what is invisible in it as escapes."""
        return visible(self.tables.title or self.name)

    @property
    def first_year(self) -> int:
        """First year of the window."""
        return known(known(self.tables.forecast).first_year)

    @property
    def last_year(self) -> int:
        """Last year of the window."""
        return known(known(self.tables.forecast).last_year)

    @property
    def report_years(self) -> tuple[int, ...]:
        """Years to report, those outside the window left out."""
        years = known(self.tables.forecast).report_years or []
        return tuple(y for y in years if self.first_year <= y <= self.last_year)

    @property
    def event(self) -> str:
        """What arrives: ``"affordable"``, ``"trained"`` or ``"deployed"``."""
        return known(self.tables.forecast).event or "affordable"

    @property
    def evidence(self) -> Evidence:
        """What has been seen; empty where the file says nothing of it."""
        return self.tables.evidence or Evidence()

    @property
    def has_evidence(self) -> bool:
        """Whether anything has been seen."""
        seen = self.evidence
        return bool(seen.not_arrived_by or seen.every_observation or seen.every_run)

    @property
    def evidence_event(self) -> str:
        """Of which event ``not_arrived_by`` speaks."""
        return self.evidence.event or self.event

    def lags(self, event: str) -> tuple[str, ...]:
        """Names of the inputs that part an event from what is affordable; those left out are 0."""
        lag = self.tables.lag
        return tuple(
            name for name in LAGS[event] if getattr(lag, name.split(".")[1], None) is not None
        )

    @cached_property
    def correlations(self) -> tuple[CorrelatedGroup, ...]:
        """Groups of correlated inputs, with their correlations on the normal scale."""
        pairs, _ = correlated_pairs(
            self.tables.correlations or [],
            {item.path: item.is_random for item in self.inputs.values()},
            frozenset(self.inputs),
            lambda path, message: None,
        )
        return tuple(
            CorrelatedGroup(members, to_normal(matrix_of(members, pairs)))
            for members in groups_of(tuple(self.inputs), pairs)
        )

    @property
    def correlated(self) -> frozenset[str]:
        """Names of the inputs that are correlated with others."""
        return self.spec.correlated

    @property
    def shared_trends(self) -> tuple[str, ...]:
        """Names of the inputs of what can be bought and of the lags."""
        return self.spec.shared_trends

    @property
    def trends(self) -> tuple[str, ...]:
        """Names of all inputs but those of the requirements, in an order that is not the file's."""
        return self.spec.trends

    @cached_property
    def spec(self) -> Spec:
        """What the model asks of the file, complete."""
        tables, seen = self.tables, self.evidence
        ramp = tables.low_end_update
        return Spec(
            first_year=float(self.first_year),
            last_year=float(self.last_year),
            inputs=self.inputs,
            hypotheses=self.hypotheses,
            correlations=self.correlations,
            hardware_start=known(known(tables.hardware).start_year),
            spending_start=known(known(tables.spending).start_year),
            gdp_year=known(known(tables.economy).gdp_year),
            ramp=None
            if ramp is None
            else (
                float(np.log10(known(ramp.ruled_out_below_flop))),
                float(np.log10(known(ramp.full_weight_above_flop))),
            ),
            release=self._release,
            lags=self.lags(self.event),
            evidence_lags=self.lags(self.evidence_event),
            not_arrived_by=seen.not_arrived_by,
            changes=self.changes,
            # In an order that is not the file's: sums have the same bits in whatever form.
            observations=tuple(
                sorted(
                    Observed(
                        known(item.quantity),
                        known(item.year),
                        float(np.log10(known(item.value))),
                        known(item.standard_error_oom),
                        item.from_year,
                        item.hypothesis,
                        ("evidence", *path),
                    )
                    for path, item in seen.every_observation.items()
                )
            ),
            runs=tuple(
                sorted(
                    (float(np.log10(known(run.flop))), known(run.year))
                    for run in seen.every_run.values()
                )
            ),
        )

    @property
    def _release(self) -> Release | None:
        none = self.tables.none
        if none is None or none.probability is None:
            return None
        end = none.probability if none.probability_end is None else none.probability_end
        start = none.start_year if none.start_year is not None else float(self.first_year)
        stop = none.end_year if none.end_year is not None else start
        return Release(none.probability, end, start, stop)

    @cached_property
    def _given(self) -> Given:
        """Every quantity of the file, whether or not anything draws on it."""
        return _quantities_given(self.tables, {})

    @property
    def given(self) -> Iterator[Input]:
        """Every quantity of the file as an input, whether or not anything draws on it."""
        return (item for _, item in self._given.values())

    @cached_property
    def _checked(self) -> Checked:
        values = {path: value for path, (value, _) in self._given.items()}
        return Checked(self._layer.tree, self.tables, values)

    @cached_property
    def inputs(self) -> dict[str, Input]:
        """Every quantity that the hypotheses present and the trends draw on, by stream name."""
        found = {item.name: item for item in self.given}
        used = {*HARDWARE, *SPENDING, *ECONOMY}
        for hypothesis in self.hypotheses:
            used.update(hypothesis.inputs)
        used.update(self.lags(self.event), self.lags(self.evidence_event))
        used.update(name for name in found if name.startswith("changes."))
        inputs = {name: found[name] for name in found if name in used}
        softness = self.evidence.run_softness_oom
        if self.evidence.every_run and softness:
            key = Key("noise of the threshold that runs have set", "OOM", REALS, -100, 100)
            inputs[RUN_NOISE] = Input(RUN_NOISE, RUN_NOISE, Normal(0.0, softness), key)
        for name, change in (self.tables.changes or {}).items():
            if change.probability is not None and change.probability < 1:
                happens = f"changes.{name}.happens"
                key = Key("1 where it happens, else 0", "", REALS, 0, 1)
                shares = (change.probability, 1.0 - change.probability)
                never = change.probability == 0
                either = Point(0.0) if never else Mixture(shares, (Point(1.0), Point(0.0)))
                inputs[happens] = Input(happens, f"changes.{name}.probability", either, key)
        return inputs

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What happens to trends, in the order of the years, then of the names."""
        result = []
        for name, change in (self.tables.changes or {}).items():
            path = f"changes.{name}"
            mechanism, keys = known(mechanism_of(change))
            sets_speed = MECHANISMS[mechanism].sets_speed
            values = ("speed",) if sets_speed else keys
            happens = f"{path}.happens"
            result.append(
                Change(
                    name,
                    known(change.of),
                    mechanism,
                    f"{path}.year",
                    tuple(f"{path}.{value}" for value in values),
                    happens if happens in self.inputs else None,
                )
            )

        def order(change: Change) -> tuple[float, str]:
            return self.inputs[change.year].median, change.name

        return tuple(sorted(result, key=order))

    @cached_property
    def hypotheses(self) -> tuple[HypothesisInputs, ...]:
        """The hypotheses, in the order of the file."""
        default = self.tables.algorithms or SharedAlgorithms()
        result = []
        for name, hypothesis in (self.tables.hypotheses or {}).items():
            kind, own = REQUIREMENTS[known(hypothesis.kind)], hypothesis.algorithms or Algorithms()
            path = f"hypotheses.{name}"
            start = own.gain_start_year
            if start is None:
                start = known(default.gain_start_year)
            year = own.requirement_year
            if year is None:
                year = default.requirement_year
            transfer = None
            if own.transfer is not None:
                transfer = f"{path}.algorithms.transfer"
            elif default.transfer is not None:
                transfer = "algorithms.transfer"
            shifted = default.halving_shift_years is not None
            result.append(
                HypothesisInputs(
                    name=name,
                    kind=known(hypothesis.kind),
                    weight=known(hypothesis.weight),
                    requirement=kind.inputs(path),
                    speed=f"{path}.algorithms.speed" if speed_name(own) else "algorithms.speed",
                    max_oom=(f"{path}." if own.max_oom is not None else "") + "algorithms.max_oom",
                    gain_start_year=start,
                    requirement_year=min(REQUIREMENT_YEAR, start) if year is None else year,
                    transfer=transfer,
                    halving_shift="algorithms.halving_shift_years" if shifted else None,
                )
            )
        return tuple(result)

    @property
    def weights(self) -> dict[str, float]:
        """Weights as written."""
        return {hypothesis.name: hypothesis.weight for hypothesis in self.hypotheses}

    def none_probability(self, year: Array) -> Array:
        """Probability that none of the hypotheses holds, by year.

        Parameters
        ----------
        year
            Decimal years, any shape.
        """
        none = self.tables.none
        if none is None or none.probability is None:
            return np.zeros_like(year)
        end = none.probability if none.probability_end is None else none.probability_end
        if none.start_year is None or none.end_year is None:
            return np.full_like(year, none.probability)
        return np.interp(year, [none.start_year, none.end_year], [none.probability, end])

    @cached_property
    def text(self) -> str:
        """The resolved file: parents merged, ready to be read again."""
        return toml_document(self.resolved, inline=_is_value)

    @property
    def resolved(self) -> dict[str, Any]:
        """The merged file as plain data, without ``extends`` and ``drop``."""
        tree = copy.deepcopy(self._layer.tree)
        return {name: tree[name] for name in _ORDER if name in tree}

    @cached_property
    def hash(self) -> str:
        """SHA-256 of ``text``, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def table_files(self) -> dict[str, dict[str, str]]:
        """Name and digest of each file of numbers that was read, by where it was named."""
        return {
            dotted(path): {"file": table["file"], "sha256": str(table.get("sha256", ""))}
            for path, table in tables_in(self._layer.tree)
        }

    def origin(self, path: Iterable[str | int]) -> Origin:
        """Where a value was written."""
        return self._layer.origin(path)

    def source(self, path: KeyPath) -> str:
        """Return what is given as the source of a value, by itself or its table, or nothing.

        A table's source covers only what the same file has written, or the same edit.
        """
        value, table = (node(self._layer.tree, each) for each in (path, path[:-1] or path))
        given = [each.get("source") for each in (value, table) if isinstance(each, dict)]
        return next((text for text in given if text), self._layer.sources.get(path, ""))

    def annotated_text(self) -> str:
        """Return the resolved file, each value with where it was written.

        A bare interval is followed by the family that it stands for.
        """
        families = {
            path: value.family(key)
            for path, value, key in quantities(self.tables)
            if isinstance(value, IntervalSpec)
        }
        tree = self.resolved
        comments = {
            path: self._written(path) + (f", read as {families[path]}" if path in families else "")
            for path in _leaves(tree)
        }
        return toml_document(tree, comments, inline=_is_value)

    def _written(self, path: KeyPath) -> str:
        """Say where a value was written; of a table that several files have filled, each key."""
        value = node(self._layer.tree, path)
        if not (isinstance(value, dict) and value and is_section(path)):
            return str(self.origin(path))
        places: dict[str, list[str]] = {}
        for key in value:
            places.setdefault(str(self.origin((*path, key))), []).append(key)
        if len(places) == 1:
            return next(iter(places))
        return ", ".join(f"{' and '.join(keys)} {place}" for place, keys in places.items())

    def edited(self, *settings: str) -> Parameters:
        """Return these parameters with ``key=value`` settings laid over them.

        Raises
        ------
        BadParameters
            If a setting, or what results, is not allowed.
        """
        return self._after(edit(self._layer, settings))

    def with_values(self, values: Mapping[str, Any]) -> Parameters:
        """Return these parameters with values, by dotted path, laid over them.

        As ``edited``, from plain data: what ``tomllib`` would make of a text.

        Raises
        ------
        BadParameters
            If a path or a value, or what results, is not allowed.
        """
        edits = [(tuple(path.split(".")), value) for path, value in values.items()]
        return self._after(edit(self._layer, edits))

    def with_weights(self, weights: Mapping[str, float]) -> Parameters:
        """Return these parameters with other weights of the hypotheses.

        Parameters
        ----------
        weights
            Weight of hypotheses by name; those not named get 0, unless only ``"none"`` is named.
            ``"none"`` sets the probability of "none", at both ends; left out, it is kept.

        Raises
        ------
        ValueError
            If a name is unknown or a weight is not allowed.
        """
        values = weight_values(tuple(self.weights), weights)
        layer = edit(self._layer, [(tuple(path.split(".")), w) for path, w in values.items()])
        tables = patched(self._checked, layer.tree)
        if tables is None:
            return self._after(layer)  # which tells what is wrong
        # Nothing else depends on weights, so that nothing else is checked or worked out again.
        changed = Parameters(tables, self.name, self.warnings, layer, self._unedited or self._layer)
        changed.__dict__["_given"] = self._given
        return changed

    def _after(self, layer: Layer) -> Parameters:
        return _finish(layer, self.name, self._unedited or self._layer, self)

    def with_evidence(self, seen: Evidence | None) -> Parameters:
        """Return the same parameters with some of the evidence, or none."""
        layer = copy.deepcopy(self._layer)
        remove(layer, ("evidence",))
        if seen is not None:
            layer.tree["evidence"] = seen.model_dump(exclude_none=True)
        tables = self.tables.model_copy(update={"evidence": seen})
        return Parameters(tables, self.name, self.warnings, layer, self._unedited)

    @cached_property
    def oddities(self) -> tuple[str, ...]:
        """What is far from usual, or from what the file extends, and may be a slip."""
        return tuple(oddities(self.tables, self._layer))

    @property
    def is_edited(self) -> bool:
        """Whether settings were laid over the file."""
        return self._unedited is not None

    def baseline(self) -> Parameters | None:
        """Return what an edit is compared with: the file without its settings, or its parent."""
        if self._unedited is not None:
            return _finish(self._unedited, self.name, None)
        return None if self._layer.parent is None else read_parameters(self._layer.parent)

    def bad(self, path: Sequence[str | int], message: str) -> BadParameters:
        """Return the error for a problem that only shows when the model runs."""
        return BadParameters([Problem(self._layer.origin(path), dotted(path), message)])


Source = str | Path | Parameters
"""A preset's name, a path (what ends in ``.toml`` or has a slash), or the parameters themselves."""


def read_parameters(source: str | Path, settings: Sequence[str] = ()) -> Parameters:
    """Read a parameter file or a preset.

    Parameters
    ----------
    source
        A preset's name, or a path: what ends in ``.toml`` or has a slash is a path.
    settings
        Edits as ``key=value``, the value in TOML; all are applied, then validated once.

    Raises
    ------
    BadParameters
        With every problem found: file, line, key, what was found and what is allowed.

    Examples
    --------
    >>> read_parameters("cotra2020", ["hardware.doubling_years=2"]).title
    'Cotra 2020, best guess (spreadsheet edition)'
    """
    layer = read_layer(source)
    name = name_text(source)
    if not settings or layer.is_orphan:
        return _finish(layer, name, None)
    return _finish(edit(layer, settings), name, layer)


def as_parameters(source: Source) -> Parameters:
    """Return parameters as they are, or those of a preset's name or a path.

    Raises
    ------
    BadParameters
        As ``read_parameters``.
    """
    return source if isinstance(source, Parameters) else read_parameters(source)


def parse_parameters(text: str, name: str = "text") -> Parameters:
    """Read parameters from a text that is complete in itself, such as ``Parameters.text``.

    Raises
    ------
    BadParameters
        As ``read_parameters``.
    """
    layer = parse_layer(text, name)
    complete(layer)
    return _finish(layer, name, None)


def assembled(tree: Mapping[str, Any], name: str) -> Parameters:
    """Return the parameters of a tree put together from parts of others.

    Defaults that every hypothesis overrides are left out.

    Raises
    ------
    BadParameters
        If the parts do not fit together.
    """
    # As if inherited: a default that does nothing was nobody's mistake here.
    layer = Layer(copy.deepcopy(dict(tree)), {}, name, chain=["", name])
    return _finish(layer, name, None)


Given = dict[KeyPath, tuple[object, Input]]
"""Quantities of a file by path: as written, and as inputs."""


def _quantities_given(tables: Tables, before: Given) -> Given:
    """Return the quantities of a file; those that were the same before are taken from there."""
    found: Given = {}
    for path, value, key in quantities(tables):
        if path in before and is_same(value, before[path][0]):
            found[path] = value, before[path][1]
            continue
        stream = (*path[:-1], "speed") if path[-1] in SPEEDS else path
        found[path] = value, Input(dotted(stream), dotted(path), build(value, key), key)
    return found


def _finish(
    layer: Layer, name: str, unedited: Layer | None, before: Parameters | None = None
) -> Parameters:
    """Return the parameters of a layer; only what differs from those before is worked out anew."""
    layer = without_idle_defaults(layer)
    tables, warnings = validate(layer, None if before is None else before._checked)
    parameters = Parameters(tables, visible(name), tuple(warnings), layer, unedited)
    if before is not None:
        # A cached property's own place: it is not worked out again.
        parameters.__dict__["_given"] = _quantities_given(tables, before._given)
    if before is None or not _draws_on_the_same(parameters, before):
        check_inputs(parameters)
    capped = cap_warning(parameters)
    return replace(parameters, warnings=(*warnings, *capped)) if capped else parameters


def _draws_on_the_same(one: Parameters, other: Parameters) -> bool:
    """Whether two files have the same quantities, use the same of them, and correlate them alike.

    One of them was made from the other, and shares with it what it left alone.
    """
    return (
        one.tables.correlations is other.tables.correlations
        and one._given.keys() == other._given.keys()
        and all(one._given[path][1] is other._given[path][1] for path in one._given)
        and one.inputs.keys() == other.inputs.keys()
    )


_HEAD = ("format", "title", "source", "note")
_LOADING = ("extends", "drop")
_ORDER = [*_HEAD, *(name for name in Tables.model_fields if name not in (*_HEAD, *_LOADING))]


def _is_value(path: KeyPath, table: Mapping[str, Any]) -> bool:
    """Whether a table is written inline, as one value."""
    return not has_header(path)


def _leaves(tree: Mapping[str, Any], prefix: KeyPath = ()) -> list[KeyPath]:
    paths: list[KeyPath] = []
    for key, value in tree.items():
        here = (*prefix, key)
        if isinstance(value, dict) and not _is_value(here, value):
            paths.extend(_leaves(value, here))
        else:
            paths.append(here)
    return paths
