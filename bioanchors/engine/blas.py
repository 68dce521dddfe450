"""One thread for products of matrices, while the engine runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import threadpool_limits


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Let products of matrices take one thread; also a decorator.

    The engine's matrices are small: threads of a BLAS wait for each other longer than a product
    takes, and where several runs are made at once they keep each other from the processors. With
    one thread a product is also rounded alike on machines with few processors and with many. Of
    several threads the first that enters decides, until it leaves.
    """
    with threadpool_limits.wrap(limits=1, user_api="blas"):
        yield
