"""What is wrong with algorithms that hang on the size of the requirement."""

from __future__ import annotations

from bioanchors.parameters.checks.checker import Checker
from bioanchors.parameters.reading.positions import KeyPath
from bioanchors.parameters.tables import Tables
from bioanchors.parameters.tables.trends import Algorithms

SPEEDS = ("halving_years", "halving_months", "times_per_year", "oom_per_year")


def check_sizes(checker: Checker, tables: Tables) -> None:
    """Check ``[algorithms.sizes.NAME]``."""
    sizes = (tables.algorithms.sizes if tables.algorithms else None) or {}
    begins: dict[float, str] = {}
    for name, size in sizes.items():
        path: KeyPath = ("algorithms", "sizes", name)
        if size.from_flop is None:
            checker.missing((*path, "from_flop"), "a number of FLOP")
        elif size.from_flop in begins:
            message = f"the same as that of {begins[size.from_flop]}; allowed: different sizes"
            checker.add((*path, "from_flop"), message)
        else:
            begins[size.from_flop] = name
        given = [key for key in SPEEDS if getattr(size, key) is not None]
        for extra in given[1:]:
            message = f"a second speed, beside {given[0]}; allowed: one of {', '.join(SPEEDS)}"
            checker.add((*path, extra), message)
        if not given and size.max_oom is None and not any(p[:3] == path for p in checker.told):
            checker.missing(path, f"max_oom, or one of {', '.join(SPEEDS)}")
    if not sizes:
        return
    if tables.algorithms is not None and tables.algorithms.returns_to_research is not None:
        for name, size in sizes.items():
            for key in SPEEDS:
                if getattr(size, key) is not None:
                    message = "a speed beside returns_to_research; allowed: max_oom alone"
                    checker.add(("algorithms", "sizes", name, key), message)
    own = [each.algorithms for each in (tables.hypotheses or {}).values()]
    for name, size in sizes.items():
        gives = [key for key in SPEEDS if getattr(size, key) is not None]
        keys: list[tuple[str, ...]] = [SPEEDS] if gives else []
        if size.max_oom is not None:
            keys.append(("max_oom",))
        if own and not any(_uses(table, each) for table in own for each in keys):
            words = "every hypothesis has its own, so it does nothing"
            checker.warnings.append(f"algorithms.sizes.{name}: {words}")
    seen = tables.evidence
    for place, item in (seen.every_observation if seen else {}).items():
        if item.quantity == "algorithmic_gain":
            message = "hangs on the requirement by [algorithms.sizes]; allowed: one or the other"
            checker.add(("evidence", *place, "quantity"), message)


def _uses(own: Algorithms | None, keys: tuple[str, ...]) -> bool:
    """Whether a hypothesis has none of some keys of its own."""
    return not any(getattr(own, key, None) is not None for key in keys)
