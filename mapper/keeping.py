"""Work that is done once: what a cache has is not done again, and the rest is shared by processes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from mapper.cache import Cache
from mapper.errors import ReleaseError
from mapper.pool import Lost, Task
from mapper.progress import Progress

Item = tuple[str, Callable[[], Any]]
"""A key of the cache, and whatever gives what its content is made from, if it is to be made."""
_Made = tuple[str, Any]
Work = Callable[..., list[bytes]]
"""A function of a list of arguments, and of what is the same for all of them."""


class Runner(Protocol):
    """Whoever does tasks: `mapper.pool.Pool`, or processes elsewhere."""

    def map(self, tasks: Iterable[Task]) -> Iterator[Any]:
        """The results of tasks in their order, a `Lost` for each that has none."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """A cache, and processes that fill it."""

    cache: Cache
    runner: Runner
    progress: Progress = field(default_factory=lambda: Progress(quiet=True))

    def get(self, kind: str, key: str) -> bytes:
        """What was made. Raises ReleaseError when it is lost or damaged since then."""
        content = self.cache.get(kind, key)
        if content is None:
            raise ReleaseError(f"The cache in {self.cache.folder} was changed while it was used; build again.")
        return content

    def ensure(
        self,
        kind: str,
        items: Iterable[Item],
        work: Work,
        *shared: Any,
        at_once: int = 1,
        what: str = "",
        total: int | None = None,
    ) -> dict[str, str]:
        """Make what is missing; returns why not, by key, where it could not be made.

        Parameters:
            kind: what is made.
            items: what to make.
            work: makes several of them.
            shared: further arguments of `work`.
            at_once: how many are made together; where that fails, one after the other.
            what: what they are, in the plural, to tell the progress.
            total: how many there are to make, where it is known.
        """
        failed: dict[str, str] = {}
        apart: list[_Made] = []
        results = self._done(self._batches(kind, items, at_once), work, shared)
        counted = self.progress.count(results, what, total=total, each=_size) if what else results
        for batch, result in counted:
            if isinstance(result, Lost) and len(batch) > 1:
                apart += batch
            else:
                self._keep(kind, batch, result, failed)
        for batch, result in self._done(([item] for item in apart), work, shared):
            self._keep(kind, batch, result, failed)
        return failed

    def _done(
        self, batches: Iterable[list[_Made]], work: Work, shared: tuple[Any, ...]
    ) -> Iterator[tuple[list[_Made], Any]]:
        under_way: deque[list[_Made]] = deque()

        def tasks() -> Iterator[Task]:
            for batch in batches:
                under_way.append(batch)
                yield work, ([argument for _, argument in batch], *shared)

        for result in self.runner.map(tasks()):
            yield under_way.popleft(), result

    def _batches(self, kind: str, items: Iterable[Item], size: int) -> Iterator[list[_Made]]:
        batch: list[_Made] = []
        for key, argument in items:
            if self.cache.get(kind, key) is None:
                batch.append((key, argument()))
                if len(batch) == size:
                    yield batch
                    batch = []
        if batch:
            yield batch

    def _keep(self, kind: str, batch: Sequence[_Made], result: Any, failed: dict[str, str]) -> None:
        if isinstance(result, Lost):
            failed[batch[0][0]] = result.reason
            return
        for (key, _), content in zip(batch, result, strict=True):
            self.cache.put(kind, key, content)


def _size(done: tuple[list[_Made], Any]) -> int:
    return len(done[0])
