"""The statements of a release as files of every format, and the store that queries run on.

Everything is written from the sorted lines of the N-Quads, so that equal statements give equal bytes.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import pyoxigraph as ox

from mapper.errors import ReleaseError
from mapper.iris import Iris, term
from mapper.vocabulary import PREFIXES, WD

FORMATS = {
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
}
"""Formats by the suffix of their files."""

GRAPHS = ("entities", "events", "provenance", "ontology", "inferred")
"""The graphs beside those of the articles; each has a dump of its own."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file of a release: its path inside it, its media type, and how many statements it holds."""

    path: str
    media_type: str
    triples: int | None = None
    quads: int | None = None


@dataclass(frozen=True, slots=True)
class Statements:
    """All statements of a release, each once, in the order of their N-Quads lines.

    `triples` is the union of the graphs: a statement that stands in two of them is one triple.
    """

    quads: tuple[ox.Quad, ...]
    triples: tuple[ox.Triple, ...]

    @staticmethod
    def of(quads: Iterable[ox.Quad]) -> Statements:
        """Sort statements and drop those said twice in one graph. Raises ReleaseError for a blank node."""
        lines = {str(quad): quad for quad in quads}
        for line, quad in lines.items():
            if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode):
                raise ReleaseError(f"A blank node would be published, which nobody can point at: {line}")
        union = {str(quad.triple): quad.triple for quad in lines.values()}
        return Statements(
            tuple(lines[line] for line in sorted(lines)),
            tuple(union[line] for line in sorted(union)),
        )

    def graph(self, graph: ox.NamedNode) -> tuple[ox.Triple, ...]:
        """The statements of one graph."""
        return tuple(quad.triple for quad in self.quads if quad.graph_name == graph)

    def graph_sizes(self) -> dict[str, int]:
        """How many triples each graph holds, by its IRI."""
        sizes: dict[str, int] = {}
        for quad in self.quads:
            if isinstance(quad.graph_name, ox.NamedNode):
                sizes[quad.graph_name.value] = sizes.get(quad.graph_name.value, 0) + 1
        return dict(sorted(sizes.items()))


def write_dumps(folder: Path, statements: Statements, iris: Iris) -> Iterator[Written]:
    """Write the whole dataset in every format, single graphs, and the links to Wikidata, below `folder`/dumps."""
    (folder / "dumps").mkdir()
    by_graph = sorted(statements.quads, key=lambda quad: str(quad.graph_name))
    for suffix, form in FORMATS.items():
        if form.supports_datasets and form is not ox.RdfFormat.JSON_LD:
            rows: Iterable[ox.Quad] | Iterable[ox.Triple] = by_graph if suffix == "trig" else statements.quads
            yield _dump(folder, "communique", suffix, rows, len(statements.triples), len(statements.quads))
        else:
            yield _dump(folder, "communique", suffix, statements.triples, len(statements.triples))
    for name in GRAPHS:
        triples = statements.graph(iris.graph(name))
        yield _dump(folder, name, "nt", triples, len(triples))
    links = wikidata_links(statements)
    yield _dump(folder, "linkset-wikidata", "nt", links, len(links))


def wikidata_links(statements: Statements) -> list[ox.Triple]:
    """The statements that link an entity to its Wikidata item."""
    same = term("owl:sameAs")
    return [
        triple
        for triple in statements.triples
        if triple.predicate == same
        and isinstance(triple.object, ox.NamedNode)
        and triple.object.value.startswith(str(WD))
    ]


def write_store(folder: Path, statements: Statements) -> None:
    """Write the query engine's files below `folder`/store; the default graph is the merge of all graphs."""
    store = ox.Store(str(folder / "store"))
    store.bulk_extend(statements.quads)
    store.bulk_extend(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in statements.triples)
    store.flush()
    store.optimize()
    expected = len(statements.quads) + len(statements.triples)
    if len(store) != expected:
        raise ReleaseError(f"The store holds {len(store)} statements instead of {expected}; build again.")


@contextmanager
def compressed(path: Path) -> Iterator[gzip.GzipFile]:
    """A gzip file whose bytes depend on its content alone: no name, no time of writing (RFC 1952, section 2.3.1)."""
    with path.open("wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
        yield packed


def _dump(
    folder: Path,
    name: str,
    suffix: str,
    rows: Iterable[ox.Quad] | Iterable[ox.Triple],
    triples: int,
    quads: int | None = None,
) -> Written:
    path = f"dumps/{name}.{suffix}.gz"
    form = FORMATS[suffix]
    with compressed(folder / path) as output:
        ox.serialize(rows, cast(IO[bytes], output), form, prefixes=dict(PREFIXES))
    return Written(path, form.media_type, triples, quads)
