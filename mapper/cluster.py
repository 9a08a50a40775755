"""Articles mapped on a cluster of machines, by the library distributed (Dask), instead of by processes of this one.

Workers need the very same package: each task says which, and a worker with another one refuses it. What a lost worker
was doing is done again by another. Results come in the order of the articles, so the release is the same byte for byte.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from mapper import identity
from mapper.errors import CommuniqueError, ConfigurationError, ReleaseError
from mapper.pool import Lost, Task, done

Client = Any
Future = Any
"""Of distributed, which need not be installed and has few types."""
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


class Cluster:
    """Machines that share work; use `joined` to reach them.

    Parameters:
        client: of distributed.
        patience: seconds without any worker after which to give up.
    """

    def __init__(self, client: Client, patience: float) -> None:
        self._client = client
        self._patience = patience

    def map(self, tasks: Iterable[Task]) -> Iterator[Any]:
        """The results of tasks in their order, a `Lost` for each that has none.

        Raises ConfigurationError when a worker has another version of the package; ReleaseError when all workers are
        lost for good; and what a task raises, if it is one of this project's errors.
        """
        waiting, expected = iter(tasks), _identity()
        under_way: deque[Future] = deque()
        while True:
            threads = sum(self._client.nthreads().values()) or 1
            while len(under_way) < threads * _AHEAD and (task := next(waiting, None)):
                under_way.append(self._client.submit(work, expected, *task, pure=False))
            if not under_way:
                return
            yield self._awaited(under_way.popleft())

    def _awaited(self, future: Future) -> Any:
        """The result of a task, as long as there is anybody who could bring it."""
        from distributed import KilledWorker

        seen = time.monotonic()
        while True:
            try:
                good, result = future.result(timeout=_LOOK)
            except TimeoutError as error:
                if self._client.nthreads():
                    seen = time.monotonic()
                elif time.monotonic() - seen > self._patience:
                    raise ReleaseError("All workers of the cluster are gone; the current release stays.") from error
            except KilledWorker:
                return Lost("the workers that mapped it ended without a result (out of memory?)")
            else:
                if isinstance(result, CommuniqueError):
                    raise result
                return result if good else Lost(result)


@contextmanager
def joined(address: str, *, patience: float = _PATIENCE) -> Iterator[Cluster]:
    """Reach a cluster.

    Parameters:
        address: of the scheduler, such as tcp://10.0.0.1:8786; whoever is there runs what it is sent, so it has to be
            trusted.
        patience: seconds without any worker after which to give up.

    Raises ConfigurationError when distributed is not installed, or a worker has another version of the package;
    ReleaseError when nobody is there.
    """
    if find_spec("distributed") is None:
        raise ConfigurationError("Mapping on a cluster needs distributed: pip install 'communique[cluster]'.")
    with _connected(address) as client:
        expected = _identity()
        for worker, found in client.run(_identity).items():
            _same(expected, found, worker)
        yield Cluster(client, patience)


def work(expected: dict[str, str], task: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[bool, Any]:
    """What a worker does: a task, if it has the very same package."""
    _same(expected, _identity(), "a worker")
    with _mapping:
        return done(task, arguments)


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
