"""Tables in memory that one process makes and hands over to another."""

from __future__ import annotations

import pickle
import sqlite3
import threading
from collections.abc import Iterable
from itertools import islice
from typing import Any

_MANY = 1000  # entries of a list or dictionary from which on it is handed over in pieces
_PIECE = 200


class Portable:
    """Something with a database in memory and a lock, that can be pickled.

    Long lists and dictionaries go in pieces: who takes in a large one whole keeps all other threads waiting.
    """

    _database: sqlite3.Connection
    _lock: threading.Lock

    def __getstate__(self) -> dict[str, Any]:
        """What is handed over."""
        state = {name: _cut(value) for name, value in vars(self).items() if name not in ("_lock", "_database")}
        return state | {"_database": self._database.serialize()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take it in."""
        self._lock = threading.Lock()
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        self._database.deserialize(state.pop("_database"))
        for name, value in state.items():
            setattr(self, name, value.join() if isinstance(value, _Pieces) else value)


class _Pieces:
    """A long list or dictionary, each piece of it pickled."""

    def __init__(self, kind: type, entries: Iterable[Any]) -> None:
        self._kind, rest = kind, iter(entries)
        self._pieces: list[bytes] = []
        while piece := list(islice(rest, _PIECE)):
            self._pieces.append(pickle.dumps(piece))

    def join(self) -> Any:
        """The list or dictionary."""
        whole: list[Any] = []
        for piece in self._pieces:
            whole += pickle.loads(piece)
        return self._kind(whole)


def _cut(value: Any) -> Any:
    if len(value) < _MANY if isinstance(value, (list, dict)) else True:
        return value
    return _Pieces(type(value), value.items() if isinstance(value, dict) else value)
