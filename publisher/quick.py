"""Answering simple queries at once, in the server's own process: the hop to a worker costs more than they do.

That is safe because their work is bounded before it begins (see `publisher.shape` and `publisher.fanout`): a few triple
patterns, each looked up by something known, with so many solutions at most. Those that still take longer than a hop,
say for long texts, may take a share of the time only; while it is used up, the workers answer all but the shortest.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from publisher.fanout import Fanout
from publisher.process import Answer
from publisher.release import PREFIXES, Release
from publisher.results import UnwritableError, write_short
from publisher.shape import shape, skeleton

if TYPE_CHECKING:
    from publisher.engine import Query

_MOST, _FEW = 200.0, 20.0  # solutions; and while the share is used up
_LONGEST_QUERY = 8192  # characters
_DEAR = 0.001  # seconds of the processor from which an answer counts against the share
_BUSY = 8  # times as long an answer may take at all: for the disk, or on a busy machine
_SHARE = 0.25  # of the time


class Quick:
    """Answers simple queries over one release.

    Parameters:
        release: what they are answered from.
        fanout: what is known of it.
    """

    def __init__(self, release: Release, fanout: Fanout) -> None:
        self.release, self.fanout = release, fanout
        self._base = release.base + "sparql"
        self._credit, self._counted = _SHARE, time.monotonic()  # seconds left of the share, and when that was so

    def answer(self, query: Query) -> Answer | None:
        """The answer, or None where a worker has to find it, or to tell what is wrong."""
        if len(query.text) > _LONGEST_QUERY or query.default_graphs or query.named_graphs:
            return None
        text, iris = skeleton(query.text)
        found = shape(text)
        if found is None:
            return None
        media_type = query.formats[found.kind]
        if media_type is None or self.fanout.most(found, iris) > self._most():
            return None
        begun, began = time.thread_time(), time.monotonic()
        prefixes = dict(PREFIXES) if found.undeclared else None
        try:
            results = self.release.store.query(query.text, base_iri=self._base, prefixes=prefixes)
            body, etag = write_short(results, media_type, PREFIXES, compress=query.gzip)
        except (SyntaxError, ValueError, OSError, UnwritableError):
            return None
        took = max(time.thread_time() - begun, (time.monotonic() - began) / _BUSY)
        if took > _DEAR:
            self._credit -= took
        return Answer({"media_type": media_type, "etag": etag, "volatile": False}, self.release.version, body, None)

    def _most(self) -> float:
        """How many solutions an answer may have just now."""
        if self._credit < _SHARE:
            now = time.monotonic()
            self._credit = min(_SHARE, self._credit + (now - self._counted) * _SHARE)
            self._counted = now
            return _MOST if self._credit > 0 else _FEW
        self._counted = time.monotonic()
        return _MOST
