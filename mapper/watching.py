"""Publishes what arrives in folders: looks every few seconds, and builds when something changed and came to rest."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from mapper.errors import CommuniqueError

Seen = frozenset[tuple[str, int, int, int]]
"""Files as they were: path, size, time of change, number on the disk. What counts is whether they differ."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What is watched, and how.

    `build` publishes what is there and returns what to tell of it; `say` tells it.
    """

    paths: tuple[Path, ...]
    build: Callable[[], str]
    say: Callable[[str], None]
    every: float = 2.0
    """Seconds between looks."""
    settle: float = 3.0
    """Seconds for which nothing may have changed: what is still being copied is not read."""
    sleep: Callable[[float], None] = field(default=time.sleep)
    clock: Callable[[], float] = field(default=time.monotonic)

    def run(self, *, once: bool = False) -> bool:
        """Build whenever something arrived, was changed or was removed, until interrupted.

        With `once` until everything that is there now is published. Returns whether the last build succeeded.
        """
        built: Seen | None = None
        seen, since = look(self.paths), self.clock() - (self.settle if once else 0.0)
        self.say(f"Watching {', '.join(map(str, self.paths))}: {_files(len(seen))}.")
        while True:
            if seen != built and seen and self.clock() - since >= self.settle:
                good = self._build(len(seen))
                built = seen
                if once and look(self.paths) == seen:
                    return good
            elif once and not seen:
                self.say("There is nothing to publish.")
                return True
            self.sleep(self.every)
            now = look(self.paths)
            if now != seen:
                seen, since = now, self.clock()

    def _build(self, files: int) -> bool:
        self.say(f"Building from {_files(files)}.")
        try:
            self.say(self.build())
        except CommuniqueError as error:
            self.say(f"Not published: {error}")
            return False
        return True


def look(paths: Iterable[Path]) -> Seen:
    """All files below folders as they are now; hidden ones, which are not read either, are passed over."""
    found = set()
    for path in paths:
        for file in path.rglob("*") if path.is_dir() else [path]:
            if any(part.startswith(".") for part in file.relative_to(path).parts):
                continue
            try:
                state = file.stat()
            except OSError:  # it is gone again, or leads nowhere
                continue
            if file.is_file():
                found.add((str(file), state.st_size, state.st_mtime_ns, state.st_ino))
    return frozenset(found)


def _files(number: int) -> str:
    return "1 file" if number == 1 else f"{number} files"
