"""What was made before and can serve again: the last results, up to so many bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Kept(Generic[Result]):
    """Results by all that they are made of; those not asked for the longest go first.

    Parameters
    ----------
    most_bytes
        How much they may take together. What takes more than that alone is not kept.
    size
        Bytes of a result.

    Attributes
    ----------
    made
        How many were made: asked for, and not there.
    """

    def __init__(self, most_bytes: int, size: Callable[[Result], int]) -> None:
        self._most_bytes, self._size = most_bytes, size
        self._results: OrderedDict[Hashable, tuple[Result, int]] = OrderedDict()
        self._bytes = self.made = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Result]) -> Result:
        """Return the result of a key, made now if it is not there; nobody may change it."""
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
                return self._results[key][0]
        result = make()
        self._put(key, result, self._size(result))
        return result

    def forget(self) -> None:
        """Drop all."""
        with self._lock:
            self._results.clear()
            self._bytes = 0

    @property
    def bytes(self) -> int:
        """Bytes that the results take."""
        return self._bytes

    def _put(self, key: Hashable, result: Result, size: int) -> None:
        with self._lock:
            self.made += 1
            if size > self._most_bytes or key in self._results:
                return
            self._results[key] = result, size
            self._bytes += size
            while self._bytes > self._most_bytes:
                _, (_, freed) = self._results.popitem(last=False)
                self._bytes -= freed
