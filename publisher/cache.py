"""Answers kept in memory, bounded by their bytes; the one not asked for longest goes first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

V = TypeVar("V")


class Cache(Generic[V]):
    """A thread-safe cache of least recently used values.

    Parameters:
        capacity: bytes that all values together may take; a value larger than an eighth of it is not kept.

    >>> cache: Cache[str] = Cache(80)
    >>> for key in "ab": cache.put(key, key.upper(), 9)
    >>> cache.get("a"), cache.get("z"), cache.hits, cache.misses
    ('A', None, 1, 1)
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._values: OrderedDict[Hashable, tuple[V, int]] = OrderedDict()
        self._lock = threading.Lock()
        self.size = self.hits = self.misses = 0

    def __reduce__(self) -> tuple[type[Cache[V]], tuple[int]]:
        """Another process gets an empty one."""
        return Cache, (self._capacity,)

    def get(self, key: Hashable) -> V | None:
        """The value kept under the key, which now counts as recently used."""
        with self._lock:
            found = self._values.get(key)
            if found is None:
                self.misses += 1
                return None
            self.hits += 1
            self._values.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, value: V, size: int) -> None:
        """Keep a value of so many bytes, at the cost of the ones least recently used."""
        if size > self._capacity // 8:
            return
        with self._lock:
            if key in self._values:
                self.size -= self._values.pop(key)[1]
            self._values[key] = (value, size)
            self.size += size
            while self.size > self._capacity:
                _, (_, freed) = self._values.popitem(last=False)
                self.size -= freed

    def clear(self) -> None:
        """Forget everything, as a new release demands."""
        with self._lock:
            self._values.clear()
            self.size = 0
