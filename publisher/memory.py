"""Things made from a release once, when they are first needed, and forgotten when the release is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from publisher.addresses import release
from publisher.release import Release

T = TypeVar("T")
_KEPT = 2
"""Releases at a time: the one that comes and the one that goes."""


def per_release(make: Callable[[Release], T]) -> Callable[[], T]:
    """Keep what `make` returns for each release; only one thread makes it, the others wait.

    The decorated function takes no argument and works on the release of the request at hand.
    """
    lock = threading.Lock()
    made: dict[tuple[str, float], T] = {}

    @wraps(make)
    def get() -> T:
        current = release()
        key = (str(current.path), current.created)
        with lock:
            if key not in made:
                while len(made) >= _KEPT:
                    del made[next(iter(made))]
                made[key] = make(current)
            return made[key]

    return get
