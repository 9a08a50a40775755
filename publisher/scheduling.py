"""Who may run next: what is known of a query before it runs, and the two queues.

A query starts in the fast lane. One that is not answered within the quantum has shown that it takes long: it goes on in
the slow lane, at the lowest priority, and its shape is remembered, so that it starts there next time. However many long
queries there are, a short one waits for a quantum at most.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from functools import cached_property

from publisher.process import WorkerProcess

_CONSTANT = re.compile(
    r"""\#[^\r\n]*|<[^<>"{}|^`\\\s]*>|"{3}.*?"{3}|'{3}.*?'{3}|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\d+""", re.DOTALL
)
_LIST = re.compile(r" ?1(?: ?,? ?1)+ ?")
_REMEMBERED = 20_000  # verdicts kept
_SUSPECTED, _PROVEN = 60.0, 900.0  # seconds for which a query counts as long
_STRESS = 30.0  # seconds after a long query in which unknown ones may not take all fast workers
_LONGEST_READ = 4096  # characters of a query that its shape is made from


def digests(query: str) -> tuple[str, str]:
    """Names for a query and for its shape, in which constants, comments and white space do not count.

    >>> digests("ASK { VALUES ?x { 1 22 <http://e/> } }")[1] == digests("ASK { VALUES ?x { 'a' } }       ")[1]
    True
    >>> digests("SELECT * { ?s ?p 1 }")[1] == digests("SELECT *  { ?s ?p 23 } # again")[1]
    True
    """
    shape = _CONSTANT.sub(lambda match: " " if match[0][0] == "#" else " 1 ", query[:_LONGEST_READ])
    shape = _LIST.sub(" 1 ", " ".join(shape.split()))
    return _digest(query), _digest(f"{shape[: _LONGEST_READ // 4]} {len(query).bit_length()}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Memory:
    """What is remembered of queries (short or long), and of addresses (when they last sent a long one)."""

    def __init__(self) -> None:
        self._verdicts: OrderedDict[str, float] = OrderedDict()  # until when it counts as long; 0 for short
        self._offences: OrderedDict[str, list[float]] = OrderedDict()
        self._suspects: OrderedDict[str, float] = OrderedDict()  # until when
        self._last_offence = -_STRESS
        self._calm_from = 0.0

    def calm(self) -> bool:
        """Whether no query counts as long, so that names tell nothing: most of the time."""
        return time.monotonic() >= self._calm_from

    def is_long(self, names: tuple[str, str]) -> bool | None:
        """True for a query known to take long, False for one known to be short, None when neither is known."""
        for name in names:
            verdict = self._verdicts.get(name)
            if verdict is not None and (verdict == 0 or verdict > time.monotonic()):
                return verdict > 0
        return None

    def note_short(self, names: tuple[str, str]) -> None:
        """Remember that a query was short; it does not speak for others of a shape known to be long."""
        self._remember(names[0], 0.0)
        if not self.is_long((names[1], names[1])):
            self._remember(names[1], 0.0)

    def note_long(self, names: tuple[str, str], client: str, *, proven: bool) -> None:
        """Remember that a query was long, for a while; for longer when it was `proven` by running into a limit."""
        now = time.monotonic()
        until = now + (_PROVEN if proven else _SUSPECTED)
        for name in names:
            self._remember(name, until)
        self._last_offence, self._calm_from = now, max(self._calm_from, until)
        self._offences[client] = [*self._recent(client), now][-50:]
        self._offences.move_to_end(client)
        while len(self._offences) > _REMEMBERED:
            self._offences.popitem(last=False)

    def note_suspect(self, names: tuple[str, str]) -> None:
        """Remember that a query was not answered at a glance."""
        self._suspects[names[1]] = time.monotonic() + _SUSPECTED
        while len(self._suspects) > _REMEMBERED:
            self._suspects.popitem(last=False)

    def is_suspect(self, names: tuple[str, str]) -> bool:
        """Whether a query of this shape was not answered at a glance lately."""
        return self._suspects.get(names[1], 0.0) > time.monotonic()

    def acquit(self, names: tuple[str, str]) -> None:
        """Forget that a query and its shape were long: it was answered within the quantum after all."""
        for name in names:
            self._remember(name, 0.0)

    def _remember(self, name: str, verdict: float) -> None:
        self._verdicts[name] = verdict
        self._verdicts.move_to_end(name)
        while len(self._verdicts) > _REMEMBERED:
            self._verdicts.popitem(last=False)

    def offences(self, client: str) -> int:
        """How many long queries the address sent within the last minute."""
        return len(self._recent(client))

    def stressed(self) -> bool:
        """Whether long queries came in lately."""
        return time.monotonic() - self._last_offence < _STRESS

    def _recent(self, client: str) -> list[float]:
        since = time.monotonic() - 60
        return [moment for moment in self._offences.get(client, ()) if moment > since]


@dataclass(eq=False)
class Ticket:
    """A place in a queue.

    Parameters:
        client: the address that the query is accounted to.
        query: its text.
        known_short: whether it is known to be short.
        granted: whether its turn has come.
        turn: settled when it has, or when it never will.
        worker: in the fast lane, the worker that it was granted; None when it is sent to the slow lane.
    """

    client: str
    query: str = ""
    known_short: bool = False
    arrived: float = field(default_factory=time.monotonic)
    granted: bool = False
    turn: asyncio.Future[None] | None = None
    worker: WorkerProcess | None = None

    @cached_property
    def names(self) -> tuple[str, str]:
        """The query's and its shape's, see `digests`; made when they are first asked for."""
        return digests(self.query)

    def grant(self) -> None:
        """Its turn has come."""
        self.granted = True
        self.wake()

    def wake(self) -> None:
        """Have whoever waits for its turn look."""
        if self.turn is not None and not self.turn.done():
            self.turn.set_result(None)


def next_fast(waiting: list[Ticket], running: list[Ticket], memory: Memory, turn: int) -> Ticket | None:
    """Who gets the next free worker of the fast lane.

    While no query counts as long, it is those of addresses with little running, in the order of arrival. Else queries
    known to be short come first, then those never tried, those whose like is not being tried just now, those of
    addresses without long queries and with little running, the shorter texts, and at last the order of arrival. Each
    eighth turn goes to whoever has waited longest, so that nobody waits for ever.
    """
    if len(waiting) == 1:
        return waiting[0]
    clients = Counter(ticket.client for ticket in running)
    if memory.calm():
        return min(waiting, key=lambda ticket: (clients[ticket.client], ticket.arrived), default=None)
    tried = {ticket.names[1] for ticket in running if not ticket.known_short}
    offences = {client: memory.offences(client) for client in {ticket.client for ticket in waiting}}

    def rank(ticket: Ticket) -> tuple[float, ...]:
        if ticket.known_short:
            return 0, 0, 0, offences[ticket.client], clients[ticket.client], 0, ticket.arrived
        suspect, again = memory.is_suspect(ticket.names), ticket.names[1] in tried
        load = clients[ticket.client]
        return 1, suspect, again, offences[ticket.client], load, len(ticket.query), ticket.arrived

    if turn % 8 == 0:
        fresh = [ticket for ticket in waiting if ticket.known_short or ticket.names[1] not in tried]
        return min(fresh or waiting, key=lambda ticket: ticket.arrived, default=None)
    return min(waiting, key=rank, default=None)


def next_slow(waiting: list[Ticket], running: Counter[str], slots: int) -> Ticket | None:
    """Who gets the next free slot of the slow lane; no address ever holds all of several."""
    cap = max(1, slots - 1)
    fitting = (ticket for ticket in waiting if running[ticket.client] < cap)
    return min(fitting, key=lambda ticket: (running[ticket.client], ticket.arrived), default=None)
