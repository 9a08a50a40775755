"""The two queues before the workers, and who holds what (see `publisher.scheduling` for the order)."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from publisher.errors import ProblemError
from publisher.process import ClientGoneError, EndedError, WorkerProcess
from publisher.scheduling import Memory, Ticket, next_fast, next_slow
from publisher.settings import Settings

# Shares of the quantum that an unknown query gets while many long ones come in: at first, and when it comes again.
_GLANCE, _HURRY = 0.1, 0.4
_NO_USE = 0.05  # the last share of the deadline, in which it is of no use to begin


@dataclass(frozen=True)
class Job:
    """One query on its way: what to send, its names, its address, when it must be done, whether anybody waits."""

    request: Mapping[str, Any]
    names: tuple[str, str]
    client: str
    until: float
    gone: Callable[[], bool]


class Lanes:
    """Hands idle workers and slow slots to waiting queries.

    Parameters:
        settings: sizes and limits.
        missing: called, with the lock held, when there are fewer fast workers than there should be.
    """

    def __init__(self, settings: Settings, *, missing: Callable[[], None]) -> None:
        self._settings = settings
        self._missing = missing
        self._lock = threading.Lock()
        self._memory = Memory()
        self._idle: list[WorkerProcess] = []
        self._fast_waiting: list[Ticket] = []
        self._fast_running: list[Ticket] = []
        self._slow_waiting: list[Ticket] = []
        self._slow_running: Counter[str] = Counter()
        self._turn = 0

    def enter_fast(self, job: Job) -> Ticket:
        """Wait for a fast worker; the ticket has none when the query's like has meanwhile turned out to take long."""
        ticket = Ticket(job.client, job.names, len(job.request["query"]))
        with self._lock:
            ticket.known_short = self._memory.is_long(job.names) is False
            self._enter(self._fast_waiting, ticket)
            if self._wanted() > 0:
                self._missing()
            self._grant_fast()
        self._wait_turn(ticket, self._fast_waiting, job)
        return ticket

    def leave_fast(self, ticket: Ticket, *, keep: bool) -> None:
        """Give the ticket's worker back, or say that it is not coming back."""
        with self._lock:
            self._fast_running.remove(ticket)
            if keep and ticket.worker is not None:
                self._idle.append(ticket.worker)
            if self._wanted() > 0:
                self._missing()
            self._grant_fast()

    def enter_slow(self, job: Job) -> None:
        """Wait for a slot of the slow lane."""
        ticket = Ticket(job.client)
        with self._lock:
            mine = sum(other.client == job.client for other in self._slow_waiting) + self._slow_running[job.client]
            if mine >= self._settings.per_client:
                detail = f"This address has {mine} long queries waiting or running already. Wait for their answers."
                raise ProblemError(429, "Too Many Queries", detail, {"Retry-After": "5"})
            self._enter(self._slow_waiting, ticket)
            self._grant_slow()
        self._wait_turn(ticket, self._slow_waiting, job)

    def leave_slow(self, job: Job) -> None:
        """Give a slot of the slow lane back."""
        with self._lock:
            self._slow_running[job.client] -= 1
            self._slow_running += Counter()  # drops the zeros
            self._grant_slow()

    def offer(self, worker: WorkerProcess) -> None:
        """Add an idle worker."""
        with self._lock:
            self._idle.append(worker)
            self._grant_fast()

    def exchange(self, workers: list[WorkerProcess]) -> list[WorkerProcess]:
        """Take these idle workers for the ones that there are, which are returned."""
        with self._lock:
            old, self._idle = self._idle, workers
            self._grant_fast()
        return old

    def wanted(self) -> int:
        """How many fast workers are missing."""
        with self._lock:
            return self._wanted()

    def is_long(self, job: Job) -> bool:
        """Whether the query is known to take long."""
        with self._lock:
            return bool(self._memory.is_long(job.names))

    def patience(self, ticket: Ticket) -> tuple[float, bool]:
        """Seconds of work that a query has in the fast lane, and whether it has another try after them."""
        with self._lock:
            hurry = not ticket.known_short and self._memory.stressed()
            glance = hurry and not self._memory.is_suspect(ticket.names)
        return self._settings.quantum * (_GLANCE if glance else _HURRY if hurry else 1), glance

    def note_short(self, job: Job, *, acquitted: bool = False) -> None:
        """Remember a query as short, and all of its shape when it was taken for long."""
        with self._lock:
            if acquitted:
                self._memory.acquit(job.names)
            else:
                self._memory.note_short(job.names)

    def note_suspect(self, job: Job) -> None:
        """Remember that a query was not answered at a glance."""
        with self._lock:
            self._memory.note_suspect(job.names)

    def note_long(self, job: Job, *, proven: bool) -> None:
        """Remember a query as long; those waiting in the fast lane that are like it are sent on to the slow lane."""
        with self._lock:
            self._memory.note_long(job.names, job.client, proven=proven)
            for ticket in [ticket for ticket in self._fast_waiting if self._memory.is_long(ticket.names)]:
                self._fast_waiting.remove(ticket)
                ticket.granted.set()

    def change_lane(self, job: Job) -> bool:
        """Take a slot of the slow lane for a query that runs already, if one is free and nobody waits for it."""
        slots = self._settings.slow_workers
        with self._lock:
            free = not self._slow_waiting and self._slow_running.total() < slots
            if not free or self._slow_running[job.client] >= max(1, slots - 1):
                return False
            self._slow_running[job.client] += 1
            return True

    def sizes(self) -> dict[str, int]:
        """How many queries wait and run, and how many workers are idle."""
        with self._lock:
            return {
                "idle": len(self._idle),
                "fast_waiting": len(self._fast_waiting),
                "fast_running": len(self._fast_running),
                "slow_waiting": len(self._slow_waiting),
                "slow_running": self._slow_running.total(),
            }

    def _wanted(self) -> int:
        return self._settings.workers - len(self._idle) - len(self._fast_running)

    def _enter(self, queue: list[Ticket], ticket: Ticket) -> None:
        if len(self._fast_waiting) + len(self._slow_waiting) >= self._settings.queue:
            raise EndedError("busy")
        queue.append(ticket)

    def _wait_turn(self, ticket: Ticket, queue: list[Ticket], job: Job) -> None:
        """Wait for the ticket's turn; gives the place up when the deadline comes or the client leaves."""
        latest = job.until - _NO_USE * self._settings.deadline
        while not ticket.granted.wait(min(0.25, max(0.0, latest - time.monotonic()))):
            late = time.monotonic() >= latest
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
            if not self._idle[-1].alive():  # somebody ended it from outside
                self._idle.pop()
                self._missing()
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

    def _grant_slow(self) -> None:
        """Hand free slots to those whose turn it is (the lock is held)."""
        while self._slow_running.total() < self._settings.slow_workers:
            ticket = next_slow(self._slow_waiting, self._slow_running, self._settings.slow_workers)
            if ticket is None:
                return
            self._slow_waiting.remove(ticket)
            self._slow_running[ticket.client] += 1
            ticket.granted.set()
