"""Seeded numbers stay where they are unless the changelog says that they move."""

import math

import baseline
import pytest


@pytest.mark.slow
def test_no_seeded_number_moves_unannounced():
    before, _ = baseline.written()
    lines = baseline.moved(before, baseline.numbers())
    assert not lines, "python tests/facts/baseline.py writes them anew:\n" + "\n".join(lines)


def test_what_moves_is_seen():
    before = {"a": 0.123456, "b": 2030.0, "gone": 1.0, "never": math.inf, "none": math.nan}
    after = {"a": 0.123457, "b": 2030.001, "new": 1.0, "never": math.inf, "none": math.nan}
    assert [line.split(":")[0] for line in baseline.moved(before, after)] == [
        "a",
        "gone",
        "new",
    ]
    assert baseline.moved(before, dict(before)) == []
