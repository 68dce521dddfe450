"""Fuzz what ``load`` and ``export`` read back: saved forecasts of every format, and questions.

Each input is a valid file with something changed: bytes, or a place in its JSON. The command must
end with 0 or 2 within seconds and without an exception, and print no control characters; and where
a digest guards the file, whatever it still takes it must show as before.
"""

from __future__ import annotations

import copy
import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bioanchors as ba
from bioanchors.formats.netcdf_reading import PATIENCE_S
from bioanchors.parameters import parse_parameters
from bioanchors.results.exports.asked import Asked
from bioanchors.results.exports.writing import BESIDE
from fuzzing import Counts
from fuzzing.calling import Ending, called

SLOW_S = 5.0
APART = 0.02
"""How much seldomer what another process reads is tried, which takes a second."""

MOST_MEMORY = 600 << 10
"""KiB that reading may add to what the process has held before."""

SMALL = """
format = 1
title = "Small"
[forecast]
first_year = 2025
last_year = 2031
report_years = [2030]
[hypotheses.one]
kind = "direct"
weight = 1
training_flop = { dist = "lognormal", median = 1e29, sd_oom = 1 }
[hypotheses.two]
kind = "direct"
weight = 2
training_flop = 1e28
[algorithms]
gain_start_year = 2025
halving_years = { dist = "lognormal", median = 2, sd_oom = 0.1 }
max_oom = 3
[hardware]
start_year = 2025
flop_per_usd = 1e18
doubling_years = 2.5
max_flop_per_usd = 1e24
[spending]
start_year = 2025
largest_run_usd = 1e9
doubling_years = 2.5
max_share_of_gdp = 0.01
[economy]
gdp_year = 2025
largest_economy_gdp_usd = 3e13
growth_per_year = 0.03
"""
EVIDENCE = "[evidence]\nnot_arrived_by = 2026.0\n"
QUESTION = {
    "title": "x",
    "question": {
        "type": "date",
        "open_lower_bound": True,
        "open_upper_bound": True,
        "scaling": {
            "range_min": "2025-06-01",
            "range_max": 1900000000.0,
            "zero_point": None,
            "inbound_outcome_count": 200,
        },
    },
}

ODD: list[Any] = [
    None, True, False, 0, -1, 1, 2, 3, 7, 2**31, 2**40, 2**63, 10**400, 0.5, -0.0, 1e-320, 1e12,
    1e308, 1e999, -1e999, float("nan"), "", "x", "1", "nan", "1e999", "2048x128", "²", "\x1b[2J",
    "\u202e", "\ud800", "a\nb", "0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00", [], {},
    [1], [[1]], [None], ["x"], {"a": 1}, list(range(70)), "x" * 100_000,
]  # fmt: skip
ODD_TEXT = [b'"\\ud800"', b"[" * 3000, b"1e999999999", b"9" * 5000, b"\xff", b"\x00", b"NaN"]
TOO_MUCH = {
    "points_per_replicate": [0, -1, 2**31, 2**40, 2**70, 1.5, "2048", None],
    "replicates": [-1, 0, 1, 2**13, 2**31, 2**63, 1e9, "8", None, True],
    "rounds": ["", "1x", "1073741824x1", "2048x1099511627776", "1x1 " * 99 + "1x1", "3x3", 8],
}
"""How often to draw what no run would: refused before anything is drawn."""


def run(seconds: float, seed: int, most: int = sys.maxsize, patience: float = 1.0) -> Counts:
    """Mutate saved forecasts and questions for so many seconds.

    Parameters
    ----------
    seconds, most
        How long, and how many inputs at most.
    seed
        Of the mutations.
    patience
        How many times slower than a quiet machine this one may be.

    Returns
    -------
    Counts
        Inputs by kind, and each fault with what made it.
    """
    rng, counts = random.Random(seed), Counts()
    with tempfile.TemporaryDirectory() as folder:
        corpus = _corpus(Path(folder))
        end = time.monotonic() + seconds
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        while time.monotonic() < end and counts.inputs < most:
            case = rng.choice(corpus)
            if case.kind.startswith("netcdf4") and rng.random() > APART:
                continue
            arguments, expected = case.mutated(rng)
            ending = called(arguments)
            slow = SLOW_S + (PATIENCE_S if case.kind.startswith("netcdf4") else 0)
            fault = ending.fault(patience * slow) or _shown_otherwise(ending, expected)
            used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            if used - memory > MOST_MEMORY:
                fault, memory = f"used {(used - memory) >> 10} MiB", used
            counts.add(case.kind, ending.code == 0, fault, f"seed {seed}")
            if fault:
                _keep(case, len(counts.faults))
    return counts


class Case:
    """A valid file, what can be changed in it, and how it is read."""

    def __init__(self, kind: str, path: Path, changed: Path | None = None) -> None:
        self.kind, self.path = kind, path
        self.changed = changed or path
        self.valid = self.changed.read_bytes()
        self.is_json = self.changed.suffix == ".json"
        self.document = json.loads(self.valid) if self.is_json else None
        self.is_repeatable = "without" in kind and self.is_json
        self.output = called(["load", str(path)]).out
        self.arguments = ["load", str(path)]

    def mutated(self, rng: random.Random) -> tuple[list[str], str | None]:
        """Write a changed file; return the command line, and what it prints if it is taken."""
        guarded = self.output if "without" not in self.kind else None
        if self.is_repeatable and rng.random() < 0.05:
            document = copy.deepcopy(self.document)
            made = document.get("attrs") or document.get("provenance") or document
            key = rng.choice(sorted(TOO_MUCH))
            if key == "points_per_replicate":
                made.pop("rounds")
            if key in made or key == "points_per_replicate":
                made[key] = rng.choice(TOO_MUCH[key])
                self.changed.write_text(json.dumps(document))
                return [*self.arguments, "--repeat"], ""
        if self.is_json and rng.random() < 0.6:
            raw = _changed_json(rng, self.document)
        else:
            raw = self.valid
            for _ in range(rng.choice([1, 1, 1, 2, 5])):
                raw = _changed_bytes(rng, raw)
        self.changed.write_bytes(raw)
        return self.arguments, guarded


class QuestionCase(Case):
    """A question for which a forecast is exported."""

    def __init__(self, path: Path, forecast: Path) -> None:
        self.kind, self.changed, self.valid = "question", path, json.dumps(QUESTION).encode()
        self.is_json, self.document, self.output, self.is_repeatable = True, QUESTION, "", False
        self.kind = "question without digest"
        self.arguments = [
            "export", str(forecast), "--format", "metaculus", "--question", str(path),
            "--condition",
        ]  # fmt: skip


def _corpus(folder: Path) -> list[Case]:
    """Write valid files: with and without evidence, with a digest and as before there was one."""
    cases: list[Case] = []
    for name, text in (("plain", SMALL), ("seen", SMALL + EVIDENCE)):
        forecast = ba.run(parse_parameters(text, name), points=2**13, replicates=2)
        for format_, suffix in (
            ("json", ".json"), ("json full", ".json"), ("netcdf", ".nc"), ("netcdf4", ".nc"),
            ("csv", ".csv"), ("parquet", ".parquet"),
        ):  # fmt: skip
            for digest in ("", " without digest"):
                path = folder / f"{name}-{format_}{digest}{suffix}".replace(" ", "-")
                ba.export(forecast, path, format_.split()[0], asked=Asked(is_full=" " in format_))
                beside = path.with_name(path.name + BESIDE)
                if digest:
                    STRIP[format_.split()[0]](path)
                cases.append(Case(format_ + digest, path))
                if beside.is_file():
                    cases.append(Case(f"provenance{digest}", path, beside))
    cases.append(QuestionCase(folder / "question.json", folder / "plain-netcdf.nc"))
    # A case changes its file, and its neighbour's reading must not see that.
    return [_alone(case, folder / str(i)) for i, case in enumerate(cases)]


def _alone(case: Case, folder: Path) -> Case:
    if isinstance(case, QuestionCase):
        return case
    folder.mkdir()
    path = folder / case.path.name
    path.write_bytes(case.path.read_bytes())
    beside = case.path.with_name(case.path.name + BESIDE)
    if beside.is_file():
        (folder / beside.name).write_bytes(beside.read_bytes())
    return Case(case.kind, path, folder / case.changed.name)


def _strip_json(path: Path) -> None:
    document = json.loads(path.read_text())
    document.pop("sha256")
    document.get("attrs", {}).pop("sha256", None)
    path.write_text(json.dumps(document))


def _strip_netcdf(path: Path, engine: str = "scipy") -> None:
    import xarray as xr

    data = xr.load_dataset(path, engine=engine)
    data.attrs.pop("sha256")
    data.to_netcdf(path, engine=engine)


def _strip_parquet(path: Path) -> None:
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(path)
    made = json.loads(table.schema.metadata[b"bioanchors"])
    made.pop("sha256")
    table = table.replace_schema_metadata({"bioanchors": json.dumps(made)})
    pyarrow.parquet.write_table(table, path)


STRIP: dict[str, Callable[[Path], None]] = {
    "json": _strip_json,
    "netcdf": _strip_netcdf,
    "netcdf4": lambda path: _strip_netcdf(path, "h5netcdf"),
    "csv": lambda path: _strip_json(path.with_name(path.name + BESIDE)),
    "parquet": _strip_parquet,
}


def _changed_bytes(rng: random.Random, raw: bytes) -> bytes:
    i = rng.randrange(len(raw) + 1)
    if rng.random() < 0.5:
        i = min(i, rng.randrange(4096))  # heads matter more
    j = min(len(raw), i + rng.choice([1, 1, 2, 8, 64, 4096]))
    change = rng.randrange(8)
    if change == 0:
        return raw[:i]
    if change == 1:
        return raw[:i] + raw[j:]
    if change == 2:
        return raw[:j] + raw[i:]
    if change == 3:
        return raw[:i] + rng.choice(ODD_TEXT) + raw[j:]
    if change == 4:
        return raw[:i] + rng.randbytes(j - i) + raw[j:]
    if change == 5:
        return raw[:i] + rng.choice([b"\x00", b"\xff"]) * (j - i) + raw[j:]
    if i == len(raw):
        return raw + b"\n"
    return raw[:i] + bytes([raw[i] ^ (1 << rng.randrange(8))]) + raw[i + 1 :]


def _changed_json(rng: random.Random, document: Any) -> bytes:
    """Change a place that is the more likely the higher up it is."""
    holder: Any = {"": copy.deepcopy(document)}
    root, key = holder, ""
    while isinstance(holder[key], dict | list) and holder[key] and rng.random() < 0.8:
        holder = holder[key]
        key = rng.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
    change = rng.randrange(8)
    if change == 0:
        del holder[key]
    elif change == 1:
        holder[key] = [holder[key]]
    elif change == 2 and isinstance(holder, dict):
        holder[f"{key}x"] = holder.pop(key)
    elif change == 3 and isinstance(holder[key], list):
        holder[key] = holder[key][: rng.randrange(len(holder[key]) + 1)]
    elif change == 4 and isinstance(holder[key], int | float):
        holder[key] = rng.choice([-holder[key], holder[key] * 1.001, str(holder[key])])
    elif change == 5 and isinstance(holder[key], dict | list):
        parts = list(holder[key].items() if isinstance(holder[key], dict) else holder[key])
        rng.shuffle(parts)
        holder[key] = dict(parts) if isinstance(holder[key], dict) else parts
    else:
        holder[key] = rng.choice(ODD)
    text = json.dumps(root.get("", None))
    if change == 6:
        text = text.replace("{", '{"title": 1, ', 1)
    return text.encode()


def _shown_otherwise(ending: Ending, expected: str | None) -> str:
    """Return what is wrong where a file is taken, or refused after something was shown."""
    if ending.code == 2 and ending.out.strip():
        return f"refused after output: {ending.out[:200]!r}"
    if ending.code == 0 and expected is not None and "digest" not in ending.err:
        return "" if ending.out == expected else f"showed other numbers: {ending.out[:500]}"
    return ""


def _keep(case: Case, number: int) -> None:
    """Keep what made a fault, to look into."""
    folder = Path(tempfile.gettempdir()) / "bioanchors-faults"
    folder.mkdir(exist_ok=True)
    (folder / f"{number}-{case.kind.replace(' ', '-')}{case.changed.suffix}").write_bytes(
        case.changed.read_bytes()
    )
