"""The statements of a release as files of every format.

A release is made of parts, each rendered once in every format and compressed by itself; a dump is its parts one after
the other, which gzip allows (RFC 1952, section 2.2). So a part that did not change is not rendered again, parts are
rendered by several processes, and nothing has to be held in memory as a whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy

from mapper.parts import DIGESTED, FORMATS, GRAPHS, LINKSETS, WHOLE, Part, foot, head, member

__all__ = ["FORMATS", "GRAPHS", "Dumps", "Totals", "Written"]


@dataclass(frozen=True, slots=True)
class Written:
    """A file of a release: its path inside it, its media type, and how many statements it holds."""

    path: str
    media_type: str
    triples: int | None = None
    quads: int | None = None


@dataclass(slots=True)
class Totals:
    """What all parts hold together.

    `triples` counts the union of the graphs: a statement that stands in two of them is one triple.
    """

    quads: int = 0
    triples: int = 0
    graphs: Counter[str] = field(default_factory=Counter)
    """Triples by graph."""
    dumps: Counter[str] = field(default_factory=Counter)
    """Triples by the name of the dump of a single graph, or of links."""
    classes: Counter[str] = field(default_factory=Counter)
    """Things by class."""
    whole: Counter[str] = field(default_factory=Counter)
    """The same, without what is a part of something else."""
    described: Counter[str] = field(default_factory=Counter)
    """The same, for the graph of entities only."""
    properties: Counter[str] = field(default_factory=Counter)
    """Triples by property."""
    terms: dict[str, list[bytes]] = field(default_factory=lambda: {name: [] for name in DIGESTED})
    """Digests of subjects, of objects, and of subjects that have a class."""

    def add(self, part: Part) -> None:
        """Count a part in."""
        self.quads += part.facts["quads"]
        self.triples += part.facts["triples"]
        for name in ("graphs", "dumps", "classes", "whole", "described", "properties"):
            getattr(self, name).update(part.facts[name])
        for name, digests in self.terms.items():
            digests.append(part.blobs[name])

    def distinct(self, name: str) -> int:
        """How many distinct subjects, objects or typed subjects there are."""
        return int(numpy.unique(numpy.frombuffer(b"".join(self.terms[name]), dtype="u8")).size)


class Dumps:
    """The dumps below a folder while they are written: the whole dataset in every format, single graphs, links.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, Dumps(Path(folder)) as dumps:
    ...     [written.path for written in dumps.close()][:2]
    ['dumps/communique.nq.gz', 'dumps/communique.trig.gz']
    """

    def __init__(self, folder: Path) -> None:
        self.totals = Totals()
        self._folder = folder
        self._stack = ExitStack()
        self._first = True

    def __enter__(self) -> Dumps:
        (self._folder / "dumps").mkdir()
        self._files: dict[str, IO[bytes]] = {
            name: self._stack.enter_context((self._folder / f"dumps/{name}.gz").open("wb")) for name in _names()
        }
        for suffix in FORMATS:
            self._files[f"{WHOLE}.{suffix}"].write(member(head(suffix)))
        for name in _names()[len(FORMATS) :]:
            self._files[name].write(member(b""))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def add(self, part: Part) -> None:
        """Write a part to every dump."""
        self.totals.add(part)
        if not self._first and f"{WHOLE}.jsonld" in part.blobs:
            self._files[f"{WHOLE}.jsonld"].write(member(b","))
        for name, file in self._files.items():
            if name in part.blobs:
                file.write(part.blobs[name])
        self._first = self._first and f"{WHOLE}.jsonld" not in part.blobs

    def close(self) -> Iterator[Written]:
        """End every dump, and tell what was written."""
        for suffix in FORMATS:
            if end := foot(suffix):
                self._files[f"{WHOLE}.{suffix}"].write(member(end))
        self._stack.close()
        totals = self.totals
        for name in _names():
            form = FORMATS[name.rpartition(".")[2]]
            path = f"dumps/{name}.gz"
            if name.startswith(WHOLE):
                datasets = name.endswith((".nq", ".trig"))
                yield Written(path, form.media_type, totals.triples, totals.quads if datasets else None)
            else:
                yield Written(path, form.media_type, totals.dumps[name.partition(".")[0]])


def _names() -> list[str]:
    return [*(f"{WHOLE}.{suffix}" for suffix in FORMATS), *(f"{name}.nt" for name in (*GRAPHS, *LINKSETS))]
