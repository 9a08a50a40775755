"""Things made from a release once, when they are first needed, and forgotten when the release is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from publisher.addresses import release
from publisher.release import Release

T = TypeVar("T")
_KEPT = 2
"""Releases at a time: the one that comes and the one that goes."""
_Made = dict[tuple[str, float], Any]
_memories: dict[str, tuple[threading.Lock, _Made]] = {}
"""What each function has made, by its name."""


def per_release(make: Callable[[Release], T]) -> Callable[[], T]:
    """Keep what `make` returns for each release; only one thread makes it, the others wait.

    The decorated function takes no argument and works on the release of the request at hand.
    """
    lock = threading.Lock()
    made: _Made = {}
    _memories[f"{make.__module__}.{make.__qualname__}"] = lock, made

    @wraps(make)
    def get() -> T:
        current = release()
        key = _key(current)
        with lock:
            if key not in made:
                _keep(made, key, make(current))
            found: T = made[key]
            return found

    return get


def made_of(release: Release) -> dict[str, Any]:
    """What has been made of a release, by the name of the function that makes it."""
    return {name: made[_key(release)] for name, (_, made) in _memories.items() if _key(release) in made}


def take_over(release: Release, name: str, value: Any) -> None:
    """Keep what the function of this name made of a release in another process."""
    lock, made = _memories[name]
    with lock:
        if _key(release) not in made:
            _keep(made, _key(release), value)


def _key(release: Release) -> tuple[str, float]:
    return str(release.path), release.created


def _keep(made: _Made, key: tuple[str, float], value: Any) -> None:
    while len(made) >= _KEPT:
        del made[next(iter(made))]
    made[key] = value
