"""The engine: the current release, the server's own queries, and the pool that answers strangers' queries."""

from __future__ import annotations

import asyncio
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
from publisher.process import Answer, EndedError
from publisher.quick import Quick
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
        gzip: whether the answer is to be compressed.
    """

    text: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    formats: Mapping[str, str | None]
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
        self.makes: Callable[[], None] | None = None  # makes what pages need of the release at hand
        self._place = Path(place)
        self._release = open_release(self._place, engine=settings.engine)
        self._tried = os.path.realpath(self._place)
        self._looked = time.monotonic()
        self._looking = threading.Lock()
        self._pool: Pool | None = None
        self.quick: Quick | None = None  # once the release at hand has been measured
        self._measuring: asyncio.Task[None] | None = None
        self._prepared: Release | None = None  # what pages are prepared for
        self._loop: asyncio.AbstractEventLoop | None = None
        self._own_loop: threading.Thread | None = None
        self._starting = threading.Lock()
        self._pinned = threading.local()

    @property
    def release(self) -> Release:
        """The release of the request at hand (see `pin`), or the current one."""
        pinned: Release | None = getattr(self._pinned, "release", None)
        return pinned or self._release

    async def open(self) -> None:
        """Start the worker processes, which belong to the running event loop from now on."""
        self._loop = asyncio.get_running_loop()
        self._pool = Pool(self._release, self.settings, count=self.metrics.count)
        await self._pool.started()
        self._learn(self._release)

    async def shut(self) -> None:
        """End the worker processes."""
        if self._measuring is not None:
            self._measuring.cancel()
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.close()

    def start(self) -> None:
        """Start the worker processes in an event loop of their own, where nobody has opened the engine in one."""
        with self._starting:
            if self._pool is None:
                loop = asyncio.new_event_loop()
                self._own_loop = threading.Thread(target=loop.run_forever, daemon=True, name="engine")
                self._own_loop.start()
                asyncio.run_coroutine_threadsafe(self.open(), loop).result()

    def close(self) -> None:
        """End what `start` has started."""
        with self._starting:
            if self._own_loop is not None and self._loop is not None:
                asyncio.run_coroutine_threadsafe(self.shut(), self._loop).result()
                self._loop.call_soon_threadsafe(self._loop.stop)
                self._own_loop.join()
                self._loop.close()
                self._own_loop = self._loop = None

    def sizes(self) -> dict[str, int]:
        """How many workers there are, how many queries wait and run, and what is ready for the release at hand.

        That is whether it is measured, so that simple queries are answered at once, and whether pages are prepared.
        """
        pool, quick, release = self._pool, self.quick, self._release
        ready = {"measured": quick is not None and quick.release is release, "prepared": self._prepared is release}
        return pool.sizes() | {name: int(value) for name, value in ready.items()} if pool is not None else {}

    def pin(self) -> Release:
        """Hold this thread to the newest release until `unpin`, so that no answer mixes two."""
        self._refresh()
        self._pinned.release = self._release
        return self._release

    def prepare(self, release: Release | None = None) -> None:
        """Have what pages need of a release made before anybody asks: of the current one when none is given."""
        self._pinned.release = release or self._release
        try:
            if self.makes is not None:
                self.makes()
            self._prepared = self._pinned.release
        finally:
            self.unpin()

    def unpin(self) -> None:
        """Let this thread see new releases again."""
        self._pinned.release = None

    async def answer(self, query: Query, *, client: str) -> tuple[Answer, bool]:
        """Answer a stranger's query, from memory or by a worker, within the limits of the settings.

        To be awaited in the event loop in which the engine was opened, and cancelled when the client has left.

        Parameters:
            query: what is asked.
            client: the address that the query is accounted to.

        Returns: the answer, and whether it came from memory.
        Raises ProblemError.
        """
        return self.answer_at_once(query) or (await self.answer_later(query, client=client), False)

    def answer_at_once(self, query: Query) -> tuple[Answer, bool] | None:
        """The answer from memory, or one so simple that no worker is needed (see `publisher.quick`), if it is either.

        Returns: the answer, and whether it came from memory.
        """
        self._refresh()
        kept = self.cache.get((self._release.version, *_key(query)))
        if kept is not None:
            return kept, True
        quick = self.quick
        answer = quick.answer(query) if quick is not None and quick.release is self._release else None
        if answer is None:
            return None
        self._keep(query, answer)
        return answer, False

    async def answer_later(self, query: Query, *, client: str) -> Answer:
        """The answer of a worker (see `answer`)."""
        if self._pool is None:
            raise RuntimeError("the engine is not open")
        request = {
            "query": query.text,
            "default_graphs": query.default_graphs,
            "named_graphs": query.named_graphs,
            "formats": query.formats,
            "gzip": query.gzip,
        }
        answer = await self._pool.run(query.text, request, client=client)
        self._keep(query, answer)
        return answer

    def _keep(self, query: Query, answer: Answer) -> None:
        if answer.file is None and not answer.head["volatile"]:
            size = len(answer.body) + len(query.text) + 500
            self.cache.put((answer.version, *_key(query)), answer, size)

    def run(self, query: Query, *, client: str) -> tuple[Answer, bool]:
        """Answer a stranger's query in a thread other than the event loop's (see `answer`)."""
        self.start()
        if self._loop is None:
            raise RuntimeError("the engine is not open")
        return asyncio.run_coroutine_threadsafe(self.answer(query, client=client), self._loop).result()

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

    def _learn(self, release: Release) -> None:
        """Have a release measured, aside, so that simple queries over it can be answered at once."""
        if self._measuring is not None:
            self._measuring.cancel()
        if self._pool is not None and not self.settings.engine:
            self._measuring = asyncio.get_running_loop().create_task(self._measure(release, self._pool))

    async def _measure(self, release: Release, pool: Pool) -> None:
        try:
            self.quick = Quick(release, await pool.measure(release))
        except EndedError as error:  # it goes without
            _log.warning(
                "release %s could not be measured: simple queries take the longer way (%s)", release.version, error
            )

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
            release = open_release(target, engine=self.settings.engine)
            self.prepare(release)
            if self._pool is not None and self._loop is not None:
                asyncio.run_coroutine_threadsafe(self._pool.renew(release), self._loop).result()
            self._release = release
            self.cache.clear()
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._learn, release)
            self._tried = str(target)
            _log.info("release %s taken up", release.version)
        except ReleaseUnusableError as error:
            self._tried = str(target)
            _log.error("release not taken up: %s", error)
        except EndedError as error:  # to be tried again
            _log.error("release %s not taken up: no worker could open it (%s)", target.name, error)
        finally:
            self._looking.release()


def _key(query: Query) -> tuple[object, ...]:
    """What an answer is kept under, beside the version of the release."""
    return query.text, query.default_graphs, query.named_graphs, tuple(query.formats.values()), query.gzip
