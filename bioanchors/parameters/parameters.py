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

from bioanchors.model.happenings import Change
from bioanchors.model.spec import CorrelatedGroup, HypothesisInputs, Input, Spec
from bioanchors.parameters import to_spec
from bioanchors.parameters.checks.inputs import cap_warning, check_inputs
from bioanchors.parameters.checks.plausible import oddities
from bioanchors.parameters.checks.structure import Checked, patched
from bioanchors.parameters.checks.validation import validate, without_idle_defaults
from bioanchors.parameters.edits.laying import edit, tell_of_edits
from bioanchors.parameters.edits.weights import weight_values
from bioanchors.parameters.milestones import chains
from bioanchors.parameters.problems import BadParameters, Origin, Problem, dotted
from bioanchors.parameters.quantities.specs import known
from bioanchors.parameters.reading.files import name_text
from bioanchors.parameters.reading.layers import parse_layer, read_layer
from bioanchors.parameters.reading.merging import complete
from bioanchors.parameters.reading.positions import KeyPath
from bioanchors.parameters.reading.table_files import tables_in
from bioanchors.parameters.resolved import annotated_text, resolved, resolved_text
from bioanchors.parameters.tables import Tables
from bioanchors.parameters.tables.evidence import Evidence
from bioanchors.parameters.tree import Layer, node, remove
from bioanchors.visible import visible

Array = NDArray[np.float64]


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
    def report_years(self) -> tuple[float, ...]:
        """Decimal years to report, whole ones as integers, those outside the window left out."""
        years = known(self.tables.forecast).report_years or []
        within = (year for year in years if self.first_year <= year <= self.last_year)
        return tuple(int(year) if year.is_integer() else year for year in within)

    @property
    def whole_report_years(self) -> tuple[int, ...]:
        """Of the years to report, the whole ones: those of sweeps and pages."""
        return tuple(year for year in self.report_years if isinstance(year, int))

    @property
    def event(self) -> str:
        """What arrives: ``"affordable"``, ``"trained"`` or ``"deployed"``."""
        return to_spec.event(self.tables)

    @property
    def milestone(self) -> str:
        """Which milestone arrives: ``"base"`` is what the hypotheses say."""
        return to_spec.milestone(self.tables)

    @property
    def milestones(self) -> dict[str, tuple[str, ...]]:
        """Names of the inputs that add up to each milestone's offset, ``"base"`` first."""
        return chains(self.tables.milestones or {})

    def with_milestone(self, name: str) -> Parameters:
        """Return the same parameters of which another milestone arrives.

        Raises
        ------
        BadParameters
            If there is no such milestone.
        """
        same = name == self.milestone
        return self if same else self.with_values({"forecast.milestone": name})

    @property
    def evidence(self) -> Evidence:
        """What has been seen; empty where the file says nothing of it."""
        return to_spec.seen(self.tables)

    @property
    def has_evidence(self) -> bool:
        """Whether anything has been seen."""
        seen = self.evidence
        return bool(seen.not_arrived_by or seen.every_observation or seen.every_run)

    @property
    def evidence_event(self) -> str:
        """Of which event ``not_arrived_by`` speaks."""
        return to_spec.evidence_event(self.tables)

    def lags(self, event: str) -> tuple[str, ...]:
        """Names of the inputs that part an event from what is affordable; those left out are 0."""
        return to_spec.lags(self.tables, event)

    @property
    def correlations(self) -> tuple[CorrelatedGroup, ...]:
        """Groups of correlated inputs, with their correlations on the normal scale."""
        return self.spec.correlations

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
        return to_spec.spec(self.tables, self.inputs, self.hypotheses)

    @cached_property
    def _given(self) -> to_spec.Given:
        """Every quantity of the file, whether or not anything draws on it."""
        return to_spec.quantities_given(self.tables, {})

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
        return to_spec.inputs(self.tables, self._given, self.hypotheses)

    @property
    def changes(self) -> tuple[Change, ...]:
        """What happens to trends, in the order of the years, then of the names."""
        return self.spec.changes

    @cached_property
    def hypotheses(self) -> tuple[HypothesisInputs, ...]:
        """The hypotheses, in the order of the file."""
        return to_spec.hypotheses(self.tables, self._given)

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
        return np.zeros_like(year) if self.spec.release is None else self.spec.release.at(year)

    @cached_property
    def text(self) -> str:
        """The resolved file: parents merged, ready to be read again."""
        return resolved_text(self.resolved)

    @property
    def resolved(self) -> dict[str, Any]:
        """The merged file as plain data, without ``extends`` and ``drop``."""
        return resolved(self._layer)

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

    @property
    def says_when_written(self) -> bool:
        """Whether ``as_of`` is the file's own, and not of a parent that is older than it."""
        return self.tables.as_of is not None and self._layer.age(self.origin(("as_of",))) <= 0

    def source(self, path: KeyPath | str) -> str:
        """Return what is given as the source of a value, by itself or its table, or nothing.

        A table's source covers only what the same file has written, or the same edit.

        Parameters
        ----------
        path
            Keys, or with dots, ``"hardware.doubling_years"``.
        """
        path = tuple(path.split(".")) if isinstance(path, str) else path
        value, table = (node(self._layer.tree, each) for each in (path, path[:-1] or path))
        given = [each.get("source") for each in (value, table) if isinstance(each, dict)]
        return next((text for text in given if text), self._layer.sources.get(path, ""))

    def annotated_text(self) -> str:
        """Return the resolved file, each value with where it was written.

        A bare interval is followed by the family that it stands for.
        """
        return annotated_text(self._layer, self.tables)

    def edited(self, *settings: str) -> Parameters:
        """Return these parameters with ``key=value`` settings laid over them.

        Their title says so: they are no longer what the file's author wrote.

        Raises
        ------
        BadParameters
            If a setting, or what results, is not allowed.
        TypeError
            If a setting is no text.
        """
        for each in settings:
            if not isinstance(each, str):
                raise TypeError(f'settings: found {each!r}; allowed: texts, "none=0.1", "..."')
        return self._after(edit(self._layer, settings, is_told=True))

    def varied(self, *settings: str) -> Parameters:
        """Return the same under the title that they had, as analyses that vary a file want them."""
        return self._after(edit(self._layer, settings))

    def with_values(self, values: Mapping[str, Any]) -> Parameters:
        """Return these parameters with values, by dotted path, laid over them.

        As ``varied``, under the same title, from plain data: what ``tomllib`` would make of a text.

        Raises
        ------
        BadParameters
            If a path or a value, or what results, is not allowed.
        """
        edits = [(tuple(path.split(".")), _plain(value)) for path, value in values.items()]
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
        tell_of_edits(layer)
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
    TypeError
        If the settings are one text and no list of them.

    Examples
    --------
    >>> read_parameters("cotra2020", ["hardware.doubling_years=2"]).title
    'Cotra 2020, best guess (spreadsheet edition), edited'
    """
    if isinstance(settings, str):
        raise TypeError(f"settings: found the text {settings!r}; allowed: a list, [{settings!r}]")
    layer = read_layer(source)
    name = name_text(source)
    if not settings or layer.is_orphan:
        return _finish(layer, name, None)
    return _finish(edit(layer, settings, is_told=True), name, layer)


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


def _plain(value: Any) -> Any:
    """Return a value as a file has it, of NumPy's numbers and arrays, and of tuples, too."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _finish(
    layer: Layer, name: str, unedited: Layer | None, before: Parameters | None = None
) -> Parameters:
    """Return the parameters of a layer; only what differs from those before is worked out anew."""
    layer = without_idle_defaults(layer)
    tables, warnings = validate(layer, None if before is None else before._checked)
    parameters = Parameters(tables, visible(name), tuple(warnings), layer, unedited)
    if before is not None:
        # A cached property's own place: it is not worked out again.
        parameters.__dict__["_given"] = to_spec.quantities_given(tables, before._given)
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
