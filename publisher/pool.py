"""The pool of worker processes, in two lanes (see `publisher.scheduling`)."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from publisher.errors import ProblemError
from publisher.nursery import Nursery
from publisher.process import Answer, ClientGoneError, EndedError, WorkerProcess, problem_of
from publisher.release import Release
from publisher.scheduling import Memory, Ticket, digests, next_fast, next_slow
from publisher.settings import Settings

# Shares of the quantum that an unknown query gets while many long ones come in: at first, and when it comes again.
_GLANCE, _HURRY = 0.1, 0.4


@dataclass(frozen=True)
class _Job:
    """One query on its way: what to send, its names, its address, when it must be done, whether anybody waits."""

    request: Mapping[str, Any]
    names: tuple[str, str]
    client: str
    until: float
    gone: Callable[[], bool]


class Pool:
    """Runs strangers' queries in processes of their own, each under a deadline and a memory limit.

    Parameters:
        release: what new workers answer from.
        settings: sizes and limits.
        count: called with the name of each event worth counting (`time`, `memory`, `crash`, `gone`, `left`, `busy`).
    """

    def __init__(self, release: Release, settings: Settings, *, count: Callable[[str], None]) -> None:
        self._settings = settings
        self._count = count
        self._lock = threading.Lock()
        self._memory = Memory()
        # Workers end with the thread that started them, so one thread that lives as long as the pool starts them all.
        self._keeper = ThreadPoolExecutor(1, thread_name_prefix="keeper")
        self._undertaker = ThreadPoolExecutor(1, thread_name_prefix="undertaker")
        self._nursery = self._keeper.submit(Nursery, temporary=settings.spool).result()
        self._release = release
        self._idle: list[WorkerProcess] = []
        self._all: set[WorkerProcess] = set()
        self._fast_waiting: list[Ticket] = []
        self._fast_running: list[Ticket] = []
        self._slow_waiting: list[Ticket] = []
        self._slow_running: Counter[str] = Counter()
        self._turn = 0
        self._closed = False
        self._keeper.submit(self._fill).result()

    def run(self, request: Mapping[str, Any], *, client: str, gone: Callable[[], bool]) -> Answer:
        """Answer a query.

        Parameters:
            request: what `publisher.worker` takes.
            client: the address that the query is accounted to.
            gone: tells whether the client has left.

        Raises ProblemError for whatever is not an answer, and ClientGoneError when the client left before one.
        """
        until = time.monotonic() + self._settings.deadline
        job = _Job({**request, "seconds": self._settings.deadline}, digests(request["query"]), client, until, gone)
        try:
            answer = None if self._memory.is_long(job.names) else self._run_fast(job)
            if answer is None:
                answer = self._run_slow(job, network=False)
            if answer.head.get("network"):
                answer = self._run_slow(job, network=True)
        except ClientGoneError:
            self._count("left")
            raise
        except EndedError as ended:
            if str(ended) in ("time", "memory", "crash"):
                with self._lock:
                    self._memory.note_long(job.names, client, proven=True)
                    self._reroute()
            self._count(str(ended))
            raise problem_of(str(ended), self._settings) from ended
        if (problem := answer.head.get("problem")) is not None:
            if problem["status"] == 507:
                self._count("memory")
            raise ProblemError(
                problem["status"],
                problem["title"],
                problem["detail"],
                **{name: value for name, value in problem.items() if name not in ("status", "title", "detail")},
            )
        return answer

    def renew(self, release: Release) -> None:
        """Answer from another release from now on; queries that run already end on the old one."""
        fresh = [
            self._keeper.submit(WorkerProcess, self._nursery, release, self._settings).result()
            for _ in range(self._settings.workers)
        ]
        for worker in fresh:
            worker.wait_ready(time.monotonic() + 10, lambda: False)
        with self._lock:
            old, self._idle, self._release = self._idle, [], release
            self._all.update(fresh)
            for worker in fresh:
                self._offer(worker)
        for worker in old:
            self._retire(worker)

    def close(self) -> None:
        """End all workers."""
        with self._lock:
            self._closed = True
            workers, self._all, self._idle = list(self._all), set(), []
        self._keeper.shutdown(cancel_futures=True)
        for worker in workers:
            worker.kill()
        for worker in workers:
            worker.bury()
        self._undertaker.shutdown()
        self._nursery.close()

    def sizes(self) -> dict[str, int]:
        """How many workers there are and how many queries wait and run, for the metrics."""
        with self._lock:
            return {
                "workers": len(self._all),
                "idle": len(self._idle),
                "fast_waiting": len(self._fast_waiting),
                "fast_running": len(self._fast_running),
                "slow_waiting": len(self._slow_waiting),
                "slow_running": self._slow_running.total(),
            }

    def _run_fast(self, job: _Job) -> Answer | None:
        """The answer, or None for a query that took too long here and has to start again in the slow lane."""
        again = True
        while again:
            answer, again = self._try_fast(job)
        return answer

    def _try_fast(self, job: _Job) -> tuple[Answer | None, bool]:
        """The answer, if a fast worker finds it in time; else whether to try once more."""
        ticket = Ticket(job.client, job.names, len(job.request["query"]))
        with self._lock:
            ticket.known_short = self._memory.is_long(job.names) is False
            self._enter(self._fast_waiting, ticket)
            self._grant_fast()
        self._wait_turn(ticket, self._fast_waiting, job)
        worker = ticket.worker
        if worker is None:  # its like has meanwhile turned out to take long
            return None, False
        with self._lock:
            hurry = not ticket.known_short and self._memory.stressed()
            glance = hurry and not self._memory.is_suspect(job.names)
        seconds = self._settings.quantum * (_GLANCE if glance else _HURRY if hurry else 1)
        keep = demoted = False
        try:
            if not worker.wait_ready(job.until, job.gone):
                raise EndedError("busy")
            worker.send(job.request)
            answer = worker.wait_patiently(seconds, job.until, job.gone)
            if answer is not None:
                keep = not answer.head["retire"]
                with self._lock:
                    self._memory.note_short(job.names)
            elif glance:
                with self._lock:
                    self._memory.note_suspect(job.names)
            else:
                with self._lock:
                    self._memory.note_long(job.names, job.client, proven=False)
                    self._reroute()
                    demoted = self._may_go_on(job.client)
                if demoted:
                    worker.lower_priority()
                    self._leave_fast(ticket, keep=False)
                    answer = self._finish_slow(worker, job)
            return answer, answer is None and glance
        finally:
            if demoted:
                self._leave_slow(worker, job.client)
            elif not self._leave_fast(ticket, keep=keep):
                self._retire(worker)

    def _run_slow(self, job: _Job, *, network: bool) -> Answer:
        """The answer of a worker at the lowest priority, started for this query alone."""
        ticket = Ticket(job.client)
        with self._lock:
            mine = sum(other.client == job.client for other in self._slow_waiting) + self._slow_running[job.client]
            if mine >= self._settings.per_client:
                detail = f"This address has {mine} long queries waiting or running already. Wait for their answers."
                raise ProblemError(429, "Too Many Queries", detail, {"Retry-After": "5"})
            self._enter(self._slow_waiting, ticket)
            self._grant_slow()
        self._wait_turn(ticket, self._slow_waiting, job)
        worker = None
        try:
            with self._lock:
                release = self._release
            worker = self._keeper.submit(
                WorkerProcess, self._nursery, release, self._settings, network=network, idle_priority=True
            ).result()
            with self._lock:
                self._all.add(worker)
            if not worker.wait_ready(job.until, job.gone):
                raise EndedError("busy")
            worker.send(job.request)
            started = time.monotonic()
            answer = self._finish_slow(worker, job)
            if time.monotonic() - started < self._settings.quantum:
                with self._lock:
                    self._memory.acquit(job.names)
            return answer
        finally:
            self._leave_slow(worker, job.client)

    def _finish_slow(self, worker: WorkerProcess, job: _Job) -> Answer:
        answer = worker.wait(job.until, job.gone)
        if answer is None:
            raise EndedError("time")
        return answer

    def _enter(self, queue: list[Ticket], ticket: Ticket) -> None:
        if len(self._fast_waiting) + len(self._slow_waiting) >= self._settings.queue:
            raise EndedError("busy")
        queue.append(ticket)

    def _wait_turn(self, ticket: Ticket, queue: list[Ticket], job: _Job) -> None:
        """Wait for the ticket's turn; gives the place up when the deadline comes or the client leaves."""
        while not ticket.granted.wait(min(0.25, max(0.0, job.until - time.monotonic()))):
            late = time.monotonic() >= job.until
            if not late and not job.gone():
                continue
            with self._lock:
                if ticket.granted.is_set():
                    return
                queue.remove(ticket)
            raise EndedError("busy") if late else ClientGoneError

    def _grant_fast(self) -> None:
        """Hand idle workers to those whose turn it is (the lock is held)."""
        while self._idle and self._fast_waiting:
            worker = self._idle[-1]
            if not worker.alive():  # somebody ended it from outside
                self._idle.pop()
                self._all.discard(worker)
                self._keeper.submit(self._fill)
                continue
            waiting = self._fast_waiting
            reserve = 1 if self._settings.workers > 1 and self._memory.stressed() else 0
            if len(self._idle) <= reserve:  # the last one is kept for queries known to be short
                waiting = [ticket for ticket in waiting if ticket.known_short]
            self._turn += 1
            ticket = next_fast(waiting, self._fast_running, self._memory, self._turn)
            if ticket is None:
                return
            self._fast_running.append(ticket)
            self._fast_waiting.remove(ticket)
            ticket.worker = self._idle.pop()
            ticket.granted.set()

    def _reroute(self) -> None:
        """Send those on to the slow lane whose like has turned out to take long (the lock is held)."""
        for ticket in [ticket for ticket in self._fast_waiting if self._memory.is_long(ticket.names)]:
            self._fast_waiting.remove(ticket)
            ticket.granted.set()

    def _grant_slow(self) -> None:
        """Hand free slots to those whose turn it is (the lock is held)."""
        while self._slow_running.total() < self._settings.slow_workers:
            ticket = next_slow(self._slow_waiting, self._slow_running, self._settings.slow_workers)
            if ticket is None:
                return
            self._slow_waiting.remove(ticket)
            self._slow_running[ticket.client] += 1
            ticket.granted.set()

    def _may_go_on(self, client: str) -> bool:
        """Whether a query of the fast lane can move to a slow slot without stopping (the lock is held)."""
        slots = self._settings.slow_workers
        if self._slow_waiting or self._slow_running.total() >= slots:
            return False
        if self._slow_running[client] >= max(1, slots - 1):
            return False
        self._slow_running[client] += 1
        return True

    def _leave_fast(self, ticket: Ticket, *, keep: bool) -> bool:
        """Give the worker back if it is to be kept and not outdated; else have it replaced at once, and say False."""
        with self._lock:
            self._fast_running.remove(ticket)
            worker = ticket.worker
            kept = worker is not None and keep and worker.version == self._release.version and not self._closed
            if worker is not None and kept:
                self._offer(worker)
            elif not self._closed:
                self._keeper.submit(self._fill)
        return kept

    def _leave_slow(self, worker: WorkerProcess | None, client: str) -> None:
        if worker is not None:
            self._retire(worker)
        with self._lock:
            self._slow_running[client] -= 1
            self._slow_running += Counter()
            self._grant_slow()

    def _retire(self, worker: WorkerProcess) -> None:
        with self._lock:
            self._all.discard(worker)
            closed = self._closed
        worker.kill()
        if not closed:
            self._undertaker.submit(worker.bury)

    def _offer(self, worker: WorkerProcess) -> None:
        self._idle.append(worker)
        self._grant_fast()

    def _fill(self) -> None:
        """Start fast workers until there are enough (in the keeper's thread)."""
        while True:
            with self._lock:
                missing = self._settings.workers - len(self._idle) - len(self._fast_running)
                if missing <= 0 or self._closed:
                    return
                release = self._release
            worker = WorkerProcess(self._nursery, release, self._settings)
            with self._lock:
                self._all.add(worker)
                self._offer(worker)
