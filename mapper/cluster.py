"""Articles mapped on a cluster of machines, by the library distributed (Dask), instead of by processes of this one.

Workers need the very same package: each task says which, and a worker with another one refuses it. What a lost worker
was doing is done again by another. Results come in the order of the articles, so the release is the same byte for byte.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from typing import Any

from mapper import identity
from mapper.document import Article, MappedArticle
from mapper.errors import ConfigurationError, ReleaseError
from mapper.mapping import Tools, load_tools
from mapper.pool import Failure, map_one

Client = Any
Future = Any
"""Of distributed, which need not be installed and has few types."""
_BATCH = 4
"""Articles in one task: sending them costs little beside mapping them, and little is lost with a worker."""
_AHEAD = 4
"""Tasks per thread of the cluster that are handed out before results are taken."""
_ANSWER = 30.0
"""Seconds to wait for the scheduler."""
_FIRST = 30.0
"""Seconds to wait for the first worker."""
_PATIENCE = 120.0
"""Seconds without any worker after which a build gives up."""
_LOOK = 5.0
_mapping = threading.Lock()
"""A worker may have several threads; the parser is for one at a time."""


def map_on_cluster(articles: Iterable[Article], address: str, *, patience: float = _PATIENCE) -> Iterator[
    MappedArticle | Failure
]:  # fmt: skip
    """Map articles on a cluster, in their order.

    Parameters:
        articles: read as they are needed.
        address: of the scheduler, such as tcp://10.0.0.1:8786; whoever is there runs what it is sent, so it has to be
            trusted.
        patience: seconds without any worker after which to give up.

    Raises ConfigurationError when distributed is not installed, or a worker has another version of the package;
    ReleaseError when nobody is there, or all workers are lost for good.
    """
    if find_spec("distributed") is None:
        raise ConfigurationError("Mapping on a cluster needs distributed: pip install 'communique[cluster]'.")
    with _connected(address) as client:
        expected = _identity()
        for worker, found in client.run(_identity).items():
            _same(expected, found, worker)
        waiting = iter(articles)
        under_way: deque[tuple[Sequence[Article], Future]] = deque()
        batch: Sequence[Article]
        while True:
            threads = sum(client.nthreads().values()) or 1
            while len(under_way) < threads * _AHEAD and (batch := tuple(islice(waiting, _BATCH))):
                under_way.append((batch, client.submit(map_batch, expected, batch, pure=False)))
            if not under_way:
                return
            batch, future = under_way.popleft()
            yield from _results(client, expected, batch, future, patience)


def map_batch(expected: dict[str, str], articles: Sequence[Article]) -> list[MappedArticle | Failure]:
    """What a worker does: map a few articles, if it has the very same package."""
    _same(expected, _identity(), "a worker")
    with _mapping:
        return [map_one(article, _tools()) for article in articles]


def _connected(address: str) -> Client:
    distributed: Any = import_module("distributed")
    try:
        client: Client = distributed.Client(address, timeout=_ANSWER, set_as_default=False)
    except (OSError, ValueError) as error:  # a time-out is an OSError too
        raise ReleaseError(f"No cluster answers at {address}: {error}") from error
    try:
        client.wait_for_workers(1, timeout=_FIRST)
    except TimeoutError as error:
        client.close()
        raise ReleaseError(
            f"The cluster at {address} has no workers: start some with dask worker {address}."
        ) from error
    return client


def _results(
    client: Client, expected: dict[str, str], batch: Sequence[Article], future: Future, patience: float
) -> Iterator[MappedArticle | Failure]:
    """The results of a task; where workers were lost over it again and again, those of its articles one by one."""
    from distributed import KilledWorker

    try:
        yield from _awaited(client, future, patience)
    except KilledWorker:
        for article in batch:
            alone = client.submit(map_batch, expected, (article,), pure=False)
            try:
                yield from _awaited(client, alone, patience)
            except KilledWorker:
                yield Failure(article, "the workers that mapped it ended without a result (out of memory?)")


def _awaited(client: Client, future: Future, patience: float) -> list[MappedArticle | Failure]:
    """The result of a task, as long as there is anybody who could bring it."""
    seen = time.monotonic()
    while True:
        try:
            found: list[MappedArticle | Failure] = future.result(timeout=_LOOK)
            return found
        except TimeoutError as error:
            if client.nthreads():
                seen = time.monotonic()
            elif time.monotonic() - seen > patience:
                raise ReleaseError("All workers of the cluster are gone; the current release is as it was.") from error


@cache
def _tools() -> Tools:
    """Of a worker: loaded once, when it gets its first task."""
    return load_tools()


@cache
def _identity() -> dict[str, str]:
    """Version and digests of the package that is installed here."""
    return {name: str(value) for name, value in asdict(identity.software()).items()}


def _same(expected: dict[str, str], found: Any, worker: str) -> None:
    if found != expected:
        parts = [name for name in expected if not isinstance(found, dict) or found.get(name) != expected[name]]
        raise ConfigurationError(
            f"{worker} has another package than this machine ({', '.join(parts)}): install the same on all."
        )
