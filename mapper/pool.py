"""Work for several processes, of which any may hang or be lost without costing more than what it was doing.

Each process has one task at a time. One that takes longer than its limit is stopped with its process; one whose process
ends is tried once more. Either way a fresh process takes the place, and the other tasks go on.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

from mapper.errors import CommuniqueError

_log = logging.getLogger(__name__)
_AHEAD = 4
"""Tasks per process that may be taken up before the first is done, so that memory does not grow with the input."""
_CHECK = 1.0
"""Seconds between looks at the clock."""
_LOADING = 120.0
"""Seconds that a process may take to load what it needs, when the machine is busy."""
_TRIES = 2
"""How often a task is tried when its process is lost."""
Task = tuple[Callable[..., Any], tuple[Any, ...]]
"""A function of a module, which processes can import, and its arguments."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A task without a result, with the reason in words."""

    reason: str


@dataclass(slots=True)
class _Job:
    number: int
    task: Task
    tries: int = 0
    deadline: float | None = None


class Pool:
    """Processes that share work; with one, the work is still done in another process, which can be stopped.

    Parameters:
        jobs: how many processes.
        limit: seconds that one task may take; None for any. The clock is one that never jumps.

    >>> with Pool(1) as pool:
    ...     list(pool.map([(abs, (-1,)), (abs, (-2,))]))
    [1, 2]
    """

    def __init__(self, jobs: int, *, limit: float | None = None) -> None:
        self._jobs = jobs
        self._limit = limit
        self._workers: list[_Worker] = []

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.stop()
        self._workers.clear()

    @property
    def processes(self) -> tuple[int, ...]:
        """The ids of the processes that are running."""
        return tuple(worker.process.pid for worker in self._workers if worker.process.pid)

    def map(self, tasks: Iterable[Task]) -> Iterator[Any]:
        """The results of tasks in their order, a `Lost` for each that has none.

        Raises what a task raises, if it is one of this project's errors; any other error makes it a `Lost`.
        """
        waiting = enumerate(tasks)
        again: deque[_Job] = deque()
        results: dict[int, Any] = {}
        told, taken, more = 0, 0, True
        while told < taken or more:
            while self._free() and (again or (more and taken - told < self._jobs * _AHEAD)):
                if again:
                    self._worker().give(again.popleft(), self._limit)
                elif upcoming := next(waiting, None):
                    self._worker().give(_Job(*upcoming), self._limit)
                    taken += 1
                else:
                    more = False
            while told in results:
                result = results.pop(told)
                told += 1
                yield result
            if any(worker.job for worker in self._workers):
                results.update(self._results(again))

    def _free(self) -> bool:
        return len(self._workers) < self._jobs or any(worker.job is None for worker in self._workers)

    def _worker(self) -> _Worker:
        """A process without work, started if there is none yet."""
        for worker in self._workers:
            if worker.job is None:
                return worker
        self._workers.append(_Worker())
        return self._workers[-1]

    def _results(self, again: deque[_Job]) -> Iterator[tuple[int, Any]]:
        """What has come in, once something has or it is time to look at the clock."""
        busy = {worker.connection: worker for worker in self._workers if worker.job}
        ready = wait(list(busy), timeout=_CHECK)
        for connection, worker in busy.items():
            job = worker.job
            assert job is not None
            if connection in ready:
                answer = worker.answer()
                worker.job = None
                if answer is not None:
                    good, result = answer
                    if isinstance(result, CommuniqueError):
                        raise result
                    yield job.number, result if good else Lost(result)
                    continue
                self._replace(worker)
                if job.tries < _TRIES:
                    _log.warning("A process was lost; what it did is done again.")
                    again.append(job)
                else:
                    yield job.number, Lost("the process that worked on it ended without a result (out of memory?)")
            elif job.deadline is not None and time.monotonic() > job.deadline:
                self._replace(worker)
                yield job.number, Lost(f"it took longer than {self._limit:g} seconds")

    def _replace(self, worker: _Worker) -> None:
        worker.stop()
        self._workers.remove(worker)


class _Worker:
    """A process and the way to it."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs,), daemon=True)
        os.environ.setdefault("OMP_NUM_THREADS", "1")  # there are as many processes as cores
        with _uninterrupted():
            self.process.start()
        theirs.close()
        self.job: _Job | None = None
        self._known: set[Callable[..., Any]] = set()

    def give(self, job: _Job, limit: float | None) -> None:
        """Hand out a task; that the process is gone shows when its answer is awaited."""
        job.tries += 1
        self.job = job
        with suppress(OSError):
            self.connection.send(job.task)
        if limit is not None:  # what a process loads before its first task of a kind is not the task's time
            job.deadline = time.monotonic() + limit + (0.0 if job.task[0] in self._known else _LOADING)

    def answer(self) -> tuple[bool, Any] | None:
        """Whether the task was done and its result or the reason; None when the process is gone."""
        try:
            answer: tuple[bool, Any] = self.connection.recv()
        except (EOFError, OSError):
            return None
        if self.job:
            self._known.add(self.job.task[0])
        return answer

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        self.process.kill()
        self.process.join()
        self.connection.close()


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """What is started here does not hear an interrupt of the terminal: whoever started it ends it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(connection: Connection) -> None:
    """The life of a process: one task after the other until nobody asks any more."""
    gc.set_threshold(50_000, 10, 10)  # millions of statements come and go, few of them in a circle
    with suppress(EOFError, OSError):
        while True:
            work, arguments = connection.recv()
            connection.send(done(work, arguments))


def done(work: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[bool, Any]:
    """Whether a task could be done, and its result; else what went wrong: an error of this project, or in words."""
    try:
        return True, work(*arguments)
    except CommuniqueError as error:
        return False, error
    except Exception as error:  # a fault in one task is not to cost the others
        _log.debug("a task failed", exc_info=True)
        return False, f"the mapper failed on it ({type(error).__name__}: {error})"


class Here:
    """The same without other processes, for what has everything loaded; nothing is stopped that takes too long.

    >>> list(Here().map([(abs, (-1,)), (abs, ("",))]))[0]
    1
    """

    def map(self, tasks: Iterable[Task]) -> Iterator[Any]:
        """The results of tasks in their order, a `Lost` for each that has none."""
        for work, arguments in tasks:
            good, result = done(work, arguments)
            if isinstance(result, CommuniqueError):
                raise result
            yield result if good else Lost(result)
