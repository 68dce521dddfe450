"""What happens to trends in some year, by the names of its inputs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happens to a trend from some year on.

    Attributes
    ----------
    name
        As the file calls it.
    of
        ``"hardware"``, ``"spending"`` or ``"algorithms"``.
    mechanism
        What happens, by its name among the mechanisms.
    year
        Name of the input that is its year.
    values
        Names of the inputs that the mechanism takes.
    happens
        Name of the input that is 1 where it happens and 0 where not; None where it is certain.
    """

    name: str
    of: str
    mechanism: str
    year: str
    values: tuple[str, ...]
    happens: str | None = None

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of all its inputs."""
        return (self.year, *self.values, *(() if self.happens is None else (self.happens,)))


@dataclass(frozen=True, slots=True)
class Intervention:
    """Something that somebody does to what can be bought, for a while or for good.

    Attributes
    ----------
    name
        As the file calls it.
    of
        ``"flop_per_usd"``, ``"largest_run_usd"`` or ``"largest_run_flop"``.
    action
        What is done, by its name among the actions.
    year
        Name of the input that is its first year.
    until, lasts
        Name of the input that is the year in which it ends, or of the one that says for how many
        years it lasts; both None where it never ends.
    value
        Name of the input that the action takes, if it takes one.
    happens
        Name of the input that is 1 where it is done and 0 where not; None where it is certain.
    """

    name: str
    of: str
    action: str
    year: str
    until: str | None = None
    lasts: str | None = None
    value: str | None = None
    happens: str | None = None

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of all its inputs."""
        every = (self.year, self.until, self.lasts, self.value, self.happens)
        return tuple(name for name in every if name is not None)
