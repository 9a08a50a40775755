"""The store that queries run on: loaded from the dumps of its release, or made of another release's by what changed."""

from __future__ import annotations

import gzip
import logging
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from mapper.dumps import FORMATS, Totals
from mapper.errors import ReleaseError
from mapper.parts import WHOLE, Part

_log = logging.getLogger(__name__)
_AT_ONCE = 24_000_000
"""Bytes of N-Quads that the store takes up at a time, in seven times as much memory: enough for any number."""
_FORMS = ("nq", "nt")
"""Dumps with what stands in the graphs, and in the default graph, which is the merge of them all."""


@dataclass(frozen=True, slots=True)
class Change:
    """How a release comes from another one.

    `store` is the store of that one, `gone` are parts that only that one has, `fresh` those that only the new one has.
    A statement stands in one part at most, so these are all that differs.
    """

    store: Path
    gone: tuple[Part, ...]
    fresh: tuple[Part, ...]


def write_store(folder: Path, totals: Totals, change: Change | None = None) -> None:
    """Write the query engine's files below `folder`/store: from the dumps there, or by a change of another store.

    Raises ReleaseError when the store does not hold what it should.
    """
    path, expected = folder / "store", totals.quads + totals.triples
    if change and _carry_over(path, change, expected):
        return
    store = ox.Store(str(path))
    for suffix in _FORMS:
        for lines in _portions(folder / f"dumps/{WHOLE}.{suffix}.gz"):
            store.bulk_load(lines, FORMATS[suffix])
    store.flush()
    store.optimize()
    if len(store) != expected:
        raise ReleaseError(f"The store holds {len(store)} statements instead of {expected}; build again.")


def _carry_over(path: Path, change: Change, expected: int) -> bool:
    """Whether the store could be made of the other one; its files are shared by both, as far as they do not change."""
    try:
        ox.Store.read_only(str(change.store)).backup(str(path))
        store = ox.Store(str(path))
        for suffix in _FORMS:
            gone, fresh = _lines(change.gone, suffix), _lines(change.fresh, suffix)
            for quad in ox.parse(b"".join(sorted(gone - fresh)), FORMATS[suffix]):
                store.remove(quad)
            store.bulk_load(b"".join(sorted(fresh - gone)), FORMATS[suffix])
        store.flush()
        if len(store) == expected:
            return True
        problem = f"it holds {len(store)} statements then instead of {expected}"
    except (OSError, RuntimeError) as error:  # it is gone, or damaged
        problem = str(error)
    _log.info("The store of %s cannot be gone on from: %s", change.store.parent.name, problem)
    shutil.rmtree(path, ignore_errors=True)
    return False


def _lines(parts: Iterable[Part], suffix: str) -> set[bytes]:
    """The statements of parts, one a line."""
    blobs = (part.blobs.get(f"{WHOLE}.{suffix}") for part in parts)
    return {line for blob in blobs if blob for line in gzip.decompress(blob).splitlines(keepends=True)}


def _portions(path: Path) -> Iterator[bytes]:
    """The lines of a compressed file, many at a time."""
    with gzip.open(path) as file:
        while lines := file.read(_AT_ONCE):
            yield lines + file.readline()
