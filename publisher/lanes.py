"""The two queues before the workers, and who holds what (see `publisher.scheduling` for the order)."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from publisher.errors import ProblemError
from publisher.process import EndedError, WorkerProcess
from publisher.scheduling import Memory, Ticket, digests, next_fast, next_slow
from publisher.settings import Settings

# Shares of the quantum that an unknown query gets while many long ones come in: at first, and when it comes again.
_GLANCE, _HURRY = 0.1, 0.4
_NO_USE = 0.05  # the last share of the deadline, in which it is of no use to begin


@dataclass(frozen=True)
class Job:
    """One query on its way: its text, what to send to a worker, its address, and when it must be done."""

    query: str
    request: bytes
    client: str
    until: float

    @cached_property
    def names(self) -> tuple[str, str]:
        """See `digests`."""
        return digests(self.query)


class Lanes:
    """Hands idle workers and slow slots to waiting queries; the thread of the event loop alone may use it.

    Parameters:
        settings: sizes and limits.
        missing: called when there are fewer fast workers than there should be.
    """

    def __init__(self, settings: Settings, *, missing: Callable[[], None]) -> None:
        self._settings = settings
        self._missing = missing
        self._memory = Memory()
        self._idle: list[WorkerProcess] = []
        self._fast_waiting: list[Ticket] = []
        self._fast_running: list[Ticket] = []
        self._slow_waiting: list[Ticket] = []
        self._slow_running: Counter[str] = Counter()
        self._turn = 0

    async def enter_fast(self, job: Job) -> Ticket:
        """Wait for a fast worker; the ticket has none when the query's like has meanwhile turned out to take long."""
        ticket = Ticket(job.client, job.query)
        if not self._memory.calm():
            ticket.known_short = self._memory.is_long(ticket.names) is False
        self._enter(self._fast_waiting, ticket)
        if self.wanted() > 0:
            self._missing()
        self._grant_fast()
        if ticket.granted:
            return ticket
        try:
            await self._wait_turn(ticket, self._fast_waiting, job)
        except asyncio.CancelledError:
            if ticket.worker is not None:  # its turn came in the same moment
                self.leave_fast(ticket, keep=True)
            raise
        return ticket

    def leave_fast(self, ticket: Ticket, *, keep: bool) -> None:
        """Give the ticket's worker back, or say that it is not coming back."""
        self._fast_running.remove(ticket)
        if keep and ticket.worker is not None:
            self._idle.append(ticket.worker)
        if self.wanted() > 0:
            self._missing()
        self._grant_fast()

    async def enter_slow(self, job: Job) -> None:
        """Wait for a slot of the slow lane."""
        ticket = Ticket(job.client)
        mine = sum(other.client == job.client for other in self._slow_waiting) + self._slow_running[job.client]
        if mine >= self._settings.per_client:
            detail = f"This address has {mine} long queries waiting or running already. Wait for their answers."
            raise ProblemError(429, "Too Many Queries", detail, {"Retry-After": "5"})
        self._enter(self._slow_waiting, ticket)
        self._grant_slow()
        if ticket.granted:
            return
        try:
            await self._wait_turn(ticket, self._slow_waiting, job)
        except asyncio.CancelledError:
            if ticket.granted:
                self.leave_slow(job)
            raise

    def leave_slow(self, job: Job) -> None:
        """Give a slot of the slow lane back."""
        self._slow_running[job.client] -= 1
        self._slow_running += Counter()  # drops the zeros
        self._grant_slow()

    def offer(self, worker: WorkerProcess) -> None:
        """Add an idle worker."""
        self._idle.append(worker)
        self._grant_fast()

    def exchange(self, workers: list[WorkerProcess]) -> list[WorkerProcess]:
        """Take these idle workers for the ones that there are, which are returned."""
        old, self._idle = self._idle, workers
        self._grant_fast()
        return old

    def wanted(self) -> int:
        """How many fast workers are missing."""
        return self._settings.workers - len(self._idle) - len(self._fast_running)

    def is_long(self, job: Job) -> bool:
        """Whether the query is known to take long."""
        return not self._memory.calm() and bool(self._memory.is_long(job.names))

    def patience(self, ticket: Ticket) -> tuple[float, bool]:
        """Seconds of work that a query has in the fast lane, and whether it has another try after them."""
        hurry = not ticket.known_short and self._memory.stressed()
        glance = hurry and not self._memory.is_suspect(ticket.names)
        return self._settings.quantum * (_GLANCE if glance else _HURRY if hurry else 1), glance

    def note_short(self, job: Job, *, acquitted: bool = False) -> None:
        """Remember a query as short, and all of its shape when it was taken for long."""
        if acquitted:
            self._memory.acquit(job.names)
        elif not self._memory.calm():
            self._memory.note_short(job.names)

    def note_suspect(self, job: Job) -> None:
        """Remember that a query was not answered at a glance."""
        self._memory.note_suspect(job.names)

    def note_long(self, job: Job, *, proven: bool) -> None:
        """Remember a query as long; those waiting in the fast lane that are like it are sent on to the slow lane."""
        self._memory.note_long(job.names, job.client, proven=proven)
        for ticket in [ticket for ticket in self._fast_waiting if self._memory.is_long(ticket.names)]:
            self._fast_waiting.remove(ticket)
            ticket.grant()

    def change_lane(self, job: Job) -> bool:
        """Take a slot of the slow lane for a query that runs already, if one is free and nobody waits for it."""
        slots = self._settings.slow_workers
        free = not self._slow_waiting and self._slow_running.total() < slots
        if not free or self._slow_running[job.client] >= max(1, slots - 1):
            return False
        self._slow_running[job.client] += 1
        return True

    def sizes(self) -> dict[str, int]:
        """How many queries wait and run, and how many workers are idle."""
        return {
            "idle": len(self._idle),
            "fast_waiting": len(self._fast_waiting),
            "fast_running": len(self._fast_running),
            "slow_waiting": len(self._slow_waiting),
            "slow_running": self._slow_running.total(),
        }

    def _enter(self, queue: list[Ticket], ticket: Ticket) -> None:
        if len(self._fast_waiting) + len(self._slow_waiting) >= self._settings.queue:
            raise EndedError("busy")
        queue.append(ticket)

    async def _wait_turn(self, ticket: Ticket, queue: list[Ticket], job: Job) -> None:
        """Wait for the ticket's turn; the place is given up when the deadline comes or nobody waits any more."""
        loop = asyncio.get_running_loop()
        ticket.turn = loop.create_future()
        seconds = job.until - _NO_USE * self._settings.deadline - time.monotonic()
        timer = loop.call_later(max(0.0, seconds), ticket.wake)
        try:
            await ticket.turn
        finally:
            timer.cancel()
            if not ticket.granted:
                queue.remove(ticket)
        if not ticket.granted:
            raise EndedError("busy")

    def _grant_fast(self) -> None:
        """Hand idle workers to those whose turn it is."""
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
            ticket.grant()

    def _grant_slow(self) -> None:
        """Hand free slots to those whose turn it is."""
        while self._slow_running.total() < self._settings.slow_workers:
            ticket = next_slow(self._slow_waiting, self._slow_running, self._settings.slow_workers)
            if ticket is None:
                return
            self._slow_waiting.remove(ticket)
            self._slow_running[ticket.client] += 1
            ticket.grant()
