"""While the engine runs, products of matrices take one thread: others would wait for each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import threadpoolctl

import bioanchors as ba
from bioanchors.engine.all_but_one import AllButOne
from bioanchors.engine.blas import one_blas_thread
from bioanchors.engine.outcome import Outcome
from bioanchors.engine.weighing import Weighing


def blas_threads() -> list[int]:
    """Return how many threads each BLAS that is loaded takes."""
    libraries = threadpoolctl.ThreadpoolController().select(user_api="blas").info()
    return [library["num_threads"] for library in libraries]


@pytest.fixture(autouse=True)
def several() -> Iterator[None]:
    """Let a BLAS have three threads, whatever the machine."""
    with threadpoolctl.threadpool_limits(3, user_api="blas"):
        if 3 not in blas_threads():
            pytest.skip("NumPy's BLAS here has no threads that can be set")
        yield


def test_one_inside_and_as_before_outside() -> None:
    with one_blas_thread():
        assert set(blas_threads()) == {1}
        with one_blas_thread():
            assert set(blas_threads()) == {1}
        assert set(blas_threads()) == {1}
    assert 3 in blas_threads()


def test_an_error_puts_it_back() -> None:
    with pytest.raises(ZeroDivisionError), one_blas_thread():
        _ = 1 / 0
    assert 3 in blas_threads()


@pytest.mark.parametrize(
    ("where", "name", "make"),
    [
        (Weighing, "look", lambda: ba.run("cotra2020-uncertain")),
        (Outcome, "of", lambda: ba.run("cotra2020", estimator="count", points=1024)),
        (AllButOne, "masses", lambda: ba.sensitivity("cotra2020-uncertain", max_draws=2**14)),
    ],
)
def test_the_engine_takes_one(
    where: type, name: str, make: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    method, seen = getattr(where, name), []

    def looking(*arguments: object, **named: object) -> object:
        seen.extend(blas_threads())
        return method(*arguments, **named)

    monkeypatch.setattr(where, name, looking)
    make()
    assert set(seen) == {1}
    assert 3 in blas_threads()
