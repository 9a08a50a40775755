"""Who may run next: what is known of a query before it runs, and the two queues.

A query starts in the fast lane. One that is not answered within the quantum has shown that it takes long: it goes on in
the slow lane, at the lowest priority, and its shape is remembered, so that it starts there next time. However many long
queries there are, a short one waits for a quantum at most.
"""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections import Counter, OrderedDict
from dataclasses import dataclass, field

from publisher.process import WorkerProcess

_CONSTANT = re.compile(
    r"""\#[^\r\n]*|<[^<>"{}|^`\\\s]*>|"{3}.*?"{3}|'{3}.*?'{3}|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\d+|\s+""", re.DOTALL
)
_REMEMBERED = 20_000  # verdicts kept
_STRESS = 30.0  # seconds after a long query in which unknown ones may not take all fast workers
_LONGEST_READ = 16_384  # characters of a query that its shape is made from


def digests(query: str) -> tuple[str, str]:
    """Names for a query and for its shape, in which constants, comments and white space do not count.

    >>> digests("SELECT * { ?s ?p 1 }")[1] == digests("SELECT *  { ?s ?p 23 } # again")[1]
    True
    """
    shape = _CONSTANT.sub(lambda match: " " if match[0][0] in "# \t\r\n" else " 1 ", query[:_LONGEST_READ])
    shape += f" {len(query) // _LONGEST_READ}"
    return _digest(query), _digest(" ".join(shape.split()))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Memory:
    """What is remembered of queries (short or long), and of addresses (when they last sent a long one)."""

    def __init__(self) -> None:
        self._verdicts: OrderedDict[str, bool] = OrderedDict()
        self._offences: OrderedDict[str, list[float]] = OrderedDict()
        self.last_offence = -_STRESS

    def is_long(self, names: tuple[str, str]) -> bool | None:
        """True for a query known to take long, False for one known to be short, None when neither is known."""
        return self._verdicts.get(names[0], self._verdicts.get(names[1]))

    def note(self, names: tuple[str, str], client: str, *, long: bool) -> None:
        """Remember how long a query took; a short one does not speak for others of a shape known to be long."""
        for name in names:
            if long or name == names[0] or not self._verdicts.get(name, False):
                self._verdicts[name] = long
                self._verdicts.move_to_end(name)
        while len(self._verdicts) > _REMEMBERED:
            self._verdicts.popitem(last=False)
        if long:
            self.last_offence = time.monotonic()
            self._offences[client] = [*self._recent(client), self.last_offence][-50:]
            self._offences.move_to_end(client)
            while len(self._offences) > _REMEMBERED:
                self._offences.popitem(last=False)

    def acquit(self, names: tuple[str, str]) -> None:
        """Forget that a query and its shape were long: it was answered within the quantum after all."""
        for name in names:
            self._verdicts[name] = False

    def offences(self, client: str) -> int:
        """How many long queries the address sent within the last minute."""
        return len(self._recent(client))

    def stressed(self) -> bool:
        """Whether long queries came in lately."""
        return time.monotonic() - self.last_offence < _STRESS

    def _recent(self, client: str) -> list[float]:
        since = time.monotonic() - 60
        return [moment for moment in self._offences.get(client, ()) if moment > since]


@dataclass(eq=False)
class Ticket:
    """A place in a queue; `granted` is set when its turn has come."""

    client: str
    known_short: bool = False
    offences: int = 0
    arrived: float = field(default_factory=time.monotonic)
    granted: threading.Event = field(default_factory=threading.Event)
    worker: WorkerProcess | None = None


def next_fast(waiting: list[Ticket], running: Counter[str], turn: int) -> Ticket | None:
    """Who gets the next free worker of the fast lane.

    Queries known to be short come first, then those of addresses without long queries, with little running, in order of
    arrival; each fourth turn goes to whoever has waited longest, so that nobody waits for ever.
    """
    if turn % 4 == 0:
        return min(waiting, key=lambda ticket: ticket.arrived, default=None)
    return min(
        waiting,
        key=lambda ticket: (not ticket.known_short, ticket.offences, running[ticket.client], ticket.arrived),
        default=None,
    )


def next_slow(waiting: list[Ticket], running: Counter[str], slots: int) -> Ticket | None:
    """Who gets the next free slot of the slow lane; no address ever holds all of several."""
    cap = max(1, slots - 1)
    fitting = (ticket for ticket in waiting if running[ticket.client] < cap)
    return min(fitting, key=lambda ticket: (running[ticket.client], ticket.arrived), default=None)
