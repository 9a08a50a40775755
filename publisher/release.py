"""One release on disk, opened read-only, and the questions that the server itself asks of it.

The store's default graph holds the RDF merge of all named graphs, so that a statement that stands in two graphs is
one solution, not two. Named graphs are those of the release.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from publisher.cache import Cache
from publisher.errors import ReleaseUnusableError
from publisher.remote import MERGED, RemoteStore

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Node = ox.NamedNode | ox.BlankNode
_NAMES = 8 << 20
"""Bytes of names that are kept in memory."""

#: Prefixes that a query need not declare.
PREFIXES: Mapping[str, str] = {
    "dip": "https://w3id.org/communique/ontology#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "schema": "http://schema.org/",
    "prov": "http://www.w3.org/ns/prov#",
    "oa": "http://www.w3.org/ns/oa#",
    "void": "http://rdfs.org/ns/void#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "sh": "http://www.w3.org/ns/shacl#",
    "wd": "http://www.wikidata.org/entity/",
}


@dataclass(frozen=True)
class Release:
    """An opened release: its manifest and its store.

    Parameters:
        path: the release's own folder, never the `current` link.
        manifest: the content of manifest.json.
        store: the query engine's files, opened read-only, or a server in their place.
        created: seconds since 1970 at which the manifest was written; the Last-Modified of everything in it.
    """

    path: Path
    manifest: Mapping[str, Any]
    store: ox.Store | RemoteStore = field(repr=False)
    created: float
    names: Cache[tuple[ox.Quad, ...]] = field(default_factory=lambda: Cache(_NAMES), repr=False, compare=False)
    """What names resources, as it was read lately: every page names the same classes, states and properties."""

    @property
    def version(self) -> str:
        """The first 16 hexadecimal digits of the digest of all inputs."""
        return str(self.manifest["version"])

    @property
    def base(self) -> str:
        """The base IRI of the data; ends with a slash."""
        return str(self.manifest["base"])

    @property
    def graphs(self) -> Mapping[str, int]:
        """The named graphs and how many triples each holds."""
        graphs: Mapping[str, int] = self.manifest["graphs"]
        return graphs

    def select(self, query: str, **bindings: Term) -> list[dict[str, Term]]:
        """Solutions of a query of the server's own; variables without a value are left out.

        Parameters:
            query: a SELECT query; the well-known prefixes are declared, the default graph is the merge of all graphs.
            bindings: values of variables, by name without the question mark.
        """
        solutions = self._query(query, bindings)
        if not isinstance(solutions, ox.QuerySolutions):
            raise ValueError("select() takes a SELECT query")
        names = [variable.value for variable in solutions.variables]
        return [
            {name: term for name, term in zip(names, solution, strict=True) if term is not None}
            for solution in solutions
        ]

    def ask(self, query: str, **bindings: Term) -> bool:
        """The answer to an ASK query of the server's own."""
        return bool(self._query(query, bindings))

    def construct(self, query: str, **bindings: Term) -> list[ox.Triple]:
        """The triples of a CONSTRUCT or DESCRIBE query of the server's own, each once."""
        triples = self._query(query, bindings)
        if not isinstance(triples, ox.QueryTriples):
            raise ValueError("construct() takes a CONSTRUCT or DESCRIBE query")
        return list(dict.fromkeys(triples))

    def quads(
        self,
        subject: Node | None = None,
        predicate: ox.NamedNode | None = None,
        object: Term | None = None,
        graph: ox.NamedNode | None = None,
    ) -> Iterator[ox.Quad]:
        """Statements that match, each with the named graph that says so; without the merged copies."""
        for quad in self.store.quads_for_pattern(subject, predicate, object, graph):
            if not isinstance(quad.graph_name, ox.DefaultGraph):
                yield quad

    def merged(self, subject: Node | None = None, predicate: ox.NamedNode | None = None) -> Iterator[ox.Quad]:
        """Statements of the merge of all graphs that match, each once, without the graphs that say so."""
        return iter(self.store.quads_for_pattern(subject, predicate, None, ox.DefaultGraph()))

    def triples(
        self, subject: Node | None = None, predicate: ox.NamedNode | None = None, object: Term | None = None
    ) -> Iterator[ox.Triple]:
        """Statements of the merge of all graphs that match, each once."""
        for quad in self.store.quads_for_pattern(subject, predicate, object, ox.DefaultGraph()):
            yield quad.triple

    def describe(self, iri: str, *, incoming: int = 1000) -> list[ox.Quad]:
        """All statements about a resource, and at most `incoming` of those that point to it."""
        node = ox.NamedNode(iri)
        found = list(self.quads(subject=node))
        for _, quad in zip(range(incoming), self.quads(object=node), strict=False):
            found.append(quad)
        return list(dict.fromkeys(found))

    def known(self, iri: str) -> bool:
        """Whether the resource occurs in the release at all, as subject or as object."""
        node = ox.NamedNode(iri)
        return any(True for _ in self.triples(subject=node)) or any(True for _ in self.triples(object=node))

    def _query(self, query: str, bindings: Mapping[str, Term]) -> ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean:
        values = {ox.Variable(name): term for name, term in bindings.items()}
        return self.store.query(query, prefixes=dict(PREFIXES), base_iri=self.base, substitutions=values or None)


def open_release(path: Path, *, engine: str = "") -> Release:
    """Open a release folder, or the one that a link such as `current` points to.

    Parameters:
        path: the folder or the link.
        engine: the address of a SPARQL server that holds the release and answers instead of its own store.

    Raises ReleaseUnusableError when it is missing, incomplete or holds no merged default graph.
    """
    try:
        folder = path.resolve(strict=True)
        manifest_file = folder / "manifest.json"
        manifest = json.loads(manifest_file.read_text(encoding="utf-8"))
        created = manifest_file.stat().st_mtime
        store = _remote(engine, manifest) if engine else ox.Store.read_only(str(folder / "store"))
    except (OSError, ValueError) as error:
        raise ReleaseUnusableError(f"No release can be opened at {path}: {error}. Build one first.") from error
    missing = [name for name in ("version", "base", "graphs") if name not in manifest]
    if missing:
        raise ReleaseUnusableError(f"{manifest_file} lacks {', '.join(missing)}.")
    if manifest["graphs"] and not _any(store.quads_for_pattern(None, None, None, ox.DefaultGraph())):
        raise ReleaseUnusableError(f"The default graph of {folder / 'store'} lacks the merge of all named graphs.")
    return Release(folder, manifest, store, created)


def _remote(address: str, manifest: Mapping[str, Any]) -> RemoteStore:
    """The SPARQL server at this address, if it holds the release; raises OSError."""
    graphs: Mapping[str, int] = manifest["graphs"]
    merged = manifest["base"] + MERGED
    store = RemoteStore(address, graphs=graphs)
    try:
        if store.query(f"ASK {{ GRAPH <{merged}> {{ ?s ?p ?o }} }}"):
            store.merged = merged
        for graph in sorted(graphs)[:: len(graphs) // 20 + 1]:
            counted = store.query(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
            held = int(next(iter(counted))["n"].value) if isinstance(counted, ox.QuerySolutions) else 0
            if held != graphs[graph]:
                raise OSError(
                    f"{address} holds {held} of {graphs[graph]} statements of {graph}: push the release to it"
                )
    except OSError:
        store.close()
        raise
    return store


def _any(items: Iterable[object]) -> bool:
    return next(iter(items), None) is not None
