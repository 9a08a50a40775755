"""The engine: the current release, the server's own queries, and the pool that answers strangers' queries."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from publisher.cache import Cache
from publisher.errors import ReleaseUnusableError
from publisher.metrics import Metrics
from publisher.pool import Pool
from publisher.process import Answer
from publisher.release import Node, Release, Term, open_release
from publisher.settings import Settings

_LOOK_EVERY = 0.2  # seconds between two looks at the link
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Query:
    """A stranger's query and how its answer is wanted.

    Parameters:
        text: the query.
        default_graphs, named_graphs: the dataset that the protocol names; both empty leaves it to the query.
        formats: the media type for each kind of answer (`solutions`, `boolean`, `graph`); None where none will do.
        offered: for each kind, what there is, to be told in a refusal.
        gzip: whether the answer is to be compressed.
    """

    text: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    formats: Mapping[str, str | None]
    offered: Mapping[str, tuple[str, ...]]
    gzip: bool = False


class Engine:
    """Answers queries over the current release, and takes up a new one when the link is moved.

    Parameters:
        place: a release folder, or the `current` link that is moved from release to release.
        settings: limits and sizes.
    """

    def __init__(self, place: Path | str, settings: Settings) -> None:
        self.settings = settings
        self.metrics = Metrics()
        self.cache: Cache[Answer] = Cache(settings.cache_bytes)
        self.ending = False  # whether the server is shutting down
        self._place = Path(place)
        self._release = open_release(self._place)
        self._tried = os.path.realpath(self._place)
        self._looked = time.monotonic()
        self._looking = threading.Lock()
        self._pool: Pool | None = None
        self._starting = threading.Lock()
        self._pinned = threading.local()

    @property
    def release(self) -> Release:
        """The release of the request at hand (see `pin`), or the current one."""
        pinned: Release | None = getattr(self._pinned, "release", None)
        return pinned or self._release

    @property
    def pool(self) -> Pool:
        """The worker processes; they are started when the first is needed, or by `start`."""
        if self._pool is None:
            with self._starting:
                if self._pool is None:
                    self._pool = Pool(self._release, self.settings, count=self.metrics.count)
        return self._pool

    def start(self) -> None:
        """Start the worker processes now."""
        _ = self.pool

    def close(self) -> None:
        """End the worker processes."""
        with self._starting:
            if self._pool is not None:
                self._pool.close()
                self._pool = None

    def sizes(self) -> dict[str, int]:
        """How many workers there are, and how many queries wait and run."""
        return self._pool.sizes() if self._pool is not None else {}

    def pin(self) -> Release:
        """Hold this thread to the newest release until `unpin`, so that no answer mixes two."""
        self._refresh()
        self._pinned.release = self._release
        return self._release

    def unpin(self) -> None:
        """Let this thread see new releases again."""
        self._pinned.release = None

    def run(self, query: Query, *, client: str, gone: Callable[[], bool] = lambda: False) -> tuple[Answer, bool]:
        """Answer a stranger's query, from memory or by a worker, within the limits of the settings.

        Parameters:
            query: what is asked.
            client: the address that the query is accounted to.
            gone: tells whether the client has left; its query is then ended.

        Returns: the answer, and whether it came from memory.
        Raises ProblemError, and ClientGoneError when the client left.
        """
        key = (query.text, query.default_graphs, query.named_graphs, tuple(query.formats.items()), query.gzip)
        kept = self.cache.get((self.release.version, *key))
        if kept is not None:
            return kept, True
        request = {
            "query": query.text,
            "default_graphs": query.default_graphs,
            "named_graphs": query.named_graphs,
            "formats": query.formats,
            "offered": query.offered,
            "gzip": query.gzip,
        }
        answer = self.pool.run(request, client=client, gone=gone)
        if answer.file is None and not answer.head["volatile"]:
            self.cache.put((answer.version, *key), answer, len(answer.body) + len(query.text) + 500)
        return answer, False

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

    def _refresh(self) -> None:
        """Look at the link, a few times a second at most; a new release is made ready aside and then taken up."""
        if time.monotonic() - self._looked < _LOOK_EVERY or not self._looking.acquire(blocking=False):
            return
        self._looked = time.monotonic()
        target = os.path.realpath(self._place)
        if target == self._tried:
            self._looking.release()
            return
        threading.Thread(target=self._take_up, args=(Path(target),), name="swap").start()

    def _take_up(self, target: Path) -> None:
        try:
            release = open_release(target)
            with self._starting:
                if self._pool is not None:
                    self._pool.renew(release)
            self._release = release
            self.cache.clear()
            _log.info("release %s taken up", release.version)
        except ReleaseUnusableError as error:
            _log.error("release not taken up: %s", error)
        finally:
            self._tried = str(target)
            self._looking.release()
