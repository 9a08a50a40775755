"""How far a build is: one line that moves on a terminal, plain lines in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TextIO, TypeVar

_T = TypeVar("_T")
_EVERY = 30.0
"""Seconds between lines in a log."""
_OFTEN = 0.2
"""Seconds between changes on a terminal."""


class Progress:
    """Tells what a build does.

    Parameters:
        stream: where to; standard error by default.
        quiet: tell nothing.
        clock: seconds, for tests.
    """

    def __init__(
        self, stream: TextIO | None = None, *, quiet: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stream = stream or sys.stderr
        self._quiet = quiet
        self._clock = clock
        self._moving = self._stream.isatty()

    def say(self, line: str) -> None:
        """Tell something that is done or begins."""
        if not self._quiet:
            print(f"\r\x1b[K{line}" if self._moving else line, file=self._stream, flush=True)

    def count(
        self, items: Iterable[_T], what: str, *, total: int | None = None, each: Callable[[_T], int] | None = None
    ) -> Iterator[_T]:
        """Pass items on, telling how many there were, how fast, and how long the rest will take.

        `each` tells how many an item counts for; one, if it is not given.
        """
        begin = last = self._clock()
        done = 0
        for item in items:
            done += each(item) if each else 1
            yield item
            now = self._clock()
            if now - last >= (_OFTEN if self._moving else _EVERY):
                last = now
                self._tell(_line(done, total, what, now - begin))
        self.say(_line(done, None, what, self._clock() - begin))

    def _tell(self, line: str) -> None:
        if not self._quiet:
            print(
                f"\r\x1b[K{line}" if self._moving else line,
                file=self._stream,
                end="" if self._moving else "\n",
                flush=True,
            )


def _line(done: int, total: int | None, what: str, seconds: float) -> str:
    """
    >>> _line(50, 200, "articles", 10.0)
    '50 of 200 articles, 5.0 a second, 0:30 left'
    >>> _line(200, None, "articles", 40.0)
    '200 articles, 5.0 a second'
    """
    rate = done / seconds if seconds > 0 else 0.0
    told = f"{done} of {total} {what}" if total else f"{done} {what}"
    told += f", {rate:.1f} a second" if rate else ""
    if total and rate:
        left = round((total - done) / rate)
        told += f", {left // 60}:{left % 60:02} left"
    return told
