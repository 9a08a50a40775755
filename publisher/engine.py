"""The engine: the current release, the server's own queries, and the pool that answers strangers' queries."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from publisher.errors import ReleaseUnusableError
from publisher.release import Node, Release, Term, open_release
from publisher.settings import Settings

_LOOK_EVERY = 1.0  # seconds between two looks at the link


class Engine:
    """Answers queries over the current release, and takes up a new one when the link is moved.

    Parameters:
        place: a release folder, or the `current` link that is moved from release to release.
        settings: limits and sizes.
    """

    def __init__(self, place: Path | str, settings: Settings) -> None:
        self.settings = settings
        self._place = Path(place)
        self._release = open_release(self._place)
        self._lock = threading.Lock()
        self._looked = time.monotonic()
        self._target = self._where()
        self._pinned = threading.local()

    @property
    def release(self) -> Release:
        """The release of the request at hand (see `pin`), or the current one."""
        pinned: Release | None = getattr(self._pinned, "release", None)
        return pinned or self._release

    def pin(self) -> Release:
        """Hold this thread to the newest release until `unpin`, so that no answer mixes two."""
        self._refresh()
        self._pinned.release = self._release
        return self._release

    def unpin(self) -> None:
        """Let this thread see new releases again."""
        self._pinned.release = None

    def select(self, query: str, **bindings: Term) -> list[dict[str, Term]]:
        """See `Release.select`."""
        return self.release.select(query, **bindings)

    def ask(self, query: str, **bindings: Term) -> bool:
        """See `Release.ask`."""
        return self.release.ask(query, **bindings)

    def construct(self, query: str, **bindings: Term) -> list[ox.Triple]:
        """See `Release.construct`."""
        return self.release.construct(query, **bindings)

    def describe(self, iri: str, *, incoming: int = 1000) -> list[ox.Quad]:
        """See `Release.describe`."""
        return self.release.describe(iri, incoming=incoming)

    def quads(
        self,
        subject: Node | None = None,
        predicate: ox.NamedNode | None = None,
        object: Term | None = None,
        graph: ox.NamedNode | None = None,
    ) -> Iterator[ox.Quad]:
        """See `Release.quads`."""
        return self.release.quads(subject, predicate, object, graph)

    def _where(self) -> str:
        return os.path.realpath(self._place)

    def _refresh(self) -> None:
        """Look at the link, at most once a second, and take up the release that it points to now."""
        now = time.monotonic()
        if now - self._looked < _LOOK_EVERY or not self._lock.acquire(blocking=False):
            return
        try:
            self._looked = now
            target = self._where()
            if target != self._target:
                self._take_up(target)
        finally:
            self._lock.release()

    def _take_up(self, target: str) -> None:
        try:
            self._release = open_release(Path(target))
        except ReleaseUnusableError:
            return
        self._target = target
