"""Who is served next where places are few: whoever's address holds the fewest."""

from __future__ import annotations

import asyncio
from collections import Counter


class Turns:
    """A number of places; the thread of the event loop alone may use it.

    Parameters:
        places: how many there are.
    """

    def __init__(self, places: int) -> None:
        self._free = places
        self._held: Counter[str] = Counter()
        self._waiting: list[tuple[str, asyncio.Future[None]]] = []

    async def enter(self, client: str) -> None:
        """Wait for a place, which `leave` gives back."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((client, turn))
        self._grant()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self._waiting = [entry for entry in self._waiting if entry[1] is not turn]
            else:  # its turn came in the same moment
                self.leave(client)
            raise

    def leave(self, client: str) -> None:
        """Give a place back."""
        self._held[client] -= 1
        if not self._held[client]:
            del self._held[client]
        self._free += 1
        self._grant()

    def _grant(self) -> None:
        while self._free and self._waiting:
            entry = min(self._waiting, key=lambda waiting: self._held[waiting[0]])  # the first of those that are equal
            self._waiting.remove(entry)
            client, turn = entry
            if not turn.done():
                self._free -= 1
                self._held[client] += 1
                turn.set_result(None)
