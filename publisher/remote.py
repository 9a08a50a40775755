"""A SPARQL server in place of a release's own store: answers what the store is asked, over the SPARQL 1.1 Protocol.

It holds what `communique push` has put there. Results come back as the query engine's own values, so that everything
else stays as it is. Requests go to the one address that the operator gave; redirects are not followed.
"""

from __future__ import annotations

import http.client
import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox

MERGED = "graph/merged"
"""Below the base: holds the merge of all graphs where the server's own default graph does not."""
_RESULTS = "application/sparql-results+json"
_TRIPLES = "application/n-triples, text/turtle;q=0.5"
_GRAPH = re.compile(r"(?i)(?<![\w/:#.-])graph\s*[<?$\w]")
_MOST_BYTES = 1 << 29
_TIMEOUT = 60.0
_PAGES = (250, 1000, 5000)
"""Statements asked for at once: few at first, for often no more are wanted; some servers give 10,000 rows at most."""

Node = ox.NamedNode | ox.BlankNode
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples
Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph


class RemoteStore:
    """As much of `pyoxigraph.Store` as the server needs, at another address. Raises OSError when that fails.

    Parameters:
        address: where queries are answered.
        graphs: the named graphs of the release; others that may be there are not its business.
        merged: the graph that holds the merge of all; the server's default graph when empty.
    """

    def __init__(self, address: str, *, graphs: Iterable[str] = (), merged: str = "") -> None:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise OSError(f"{address} is no address of a SPARQL server")
        self.address, self.merged = address, merged
        self._graphs = frozenset(graphs)
        self._parts = parts
        self._kept = threading.local()

    def named_graphs(self) -> Iterator[ox.NamedNode]:
        """The graphs of the release."""
        return map(ox.NamedNode, sorted(self._graphs))

    def query(
        self,
        query: str,
        *,
        base_iri: str | None = None,
        prefixes: Mapping[str, str] | None = None,
        substitutions: Mapping[ox.Variable, Term] | None = None,
        default_graph: Sequence[Graph] | None = None,
        named_graphs: Sequence[Graph] | None = None,
    ) -> Results:
        """Answer a query, with what `pyoxigraph.Store.query` takes; raises SyntaxError and OSError."""
        for variable, term in (substitutions or {}).items():
            query = _substituted(query, variable.value, term)
        kind = ox.Store().query(query, base_iri=base_iri, prefixes=dict(prefixes or {}))  # malformed ones end here
        return self._ask(_declared(query, base_iri, prefixes), self._dataset(query, default_graph, named_graphs), kind)

    def _dataset(
        self, query: str, default: Sequence[Graph] | None, named: Sequence[Graph] | None
    ) -> list[tuple[str, str]]:
        """The parameters that name a dataset (SPARQL 1.1 Protocol, section 2.1.4).

        A query that names graphs itself is sent without: where a default graph is named, no other graph is seen.
        """
        if default is None or any(isinstance(graph, ox.DefaultGraph) for graph in default):
            return [("default-graph-uri", self.merged)] if self.merged and not _GRAPH.search(query) else []
        chosen = [("default-graph-uri", graph.value) for graph in default if not isinstance(graph, ox.DefaultGraph)]
        chosen += [("named-graph-uri", graph.value) for graph in named or () if not isinstance(graph, ox.DefaultGraph)]
        return chosen

    def quads_for_pattern(
        self, subject: Node | None, predicate: ox.NamedNode | None, object: Term | None, graph: Graph | None = None
    ) -> Iterator[ox.Quad]:
        """Statements that match; without a graph those of all named graphs, a page after the other."""
        terms: dict[str, Node | Term | Graph | None] = {"?s": subject, "?p": predicate, "?o": object}
        terms["?g"] = None if isinstance(graph, ox.DefaultGraph) else graph
        shown = {name: str(term) if term is not None else name for name, term in terms.items()}
        pattern = f"{shown['?s']} {shown['?p']} {shown['?o']}"
        if not isinstance(graph, ox.DefaultGraph):
            pattern = f"GRAPH {shown['?g']} {{ {pattern} }}"
        names = [name for name in terms if shown[name] == name and f"{name} " in f"{pattern} "]
        if not names:  # all is given: it is there or not
            if self.query(f"ASK {{ {pattern} }}"):
                yield _quad(terms, {}, graph)
            return
        start = 0
        while True:
            size = _PAGES[min(start // _PAGES[1], len(_PAGES) - 1)] if start else _PAGES[0]
            found = 0
            rows = self.query(f"SELECT {' '.join(names)} WHERE {{ {pattern} }} LIMIT {size} OFFSET {start}")
            assert isinstance(rows, ox.QuerySolutions)
            for row in rows:
                found += 1
                quad = _quad(terms, {name: row[name[1:]] for name in names}, graph)
                if graph is not None or getattr(quad.graph_name, "value", "") in self._graphs:
                    yield quad
            if found < size:
                return
            start += size

    def close(self) -> None:
        """Close this thread's connection."""
        connection = getattr(self._kept, "connection", None)
        if connection is not None:
            connection.close()
            self._kept.connection = None

    def _ask(self, query: str, dataset: list[tuple[str, str]], kind: Results) -> Results:
        body = urlencode([("query", query), *dataset]).encode()
        status, media_type, data = self._post(body, _TRIPLES if isinstance(kind, ox.QueryTriples) else _RESULTS)
        if status != 200:
            said = " ".join(data[:300].decode("utf-8", "replace").split())
            raise OSError(f"{self.address} answers with status {status}: {said}")
        if isinstance(kind, ox.QueryTriples):
            form = ox.RdfFormat.from_media_type(media_type) or ox.RdfFormat.N_TRIPLES
            held = ox.Store()
            held.extend(ox.Quad(*quad.triple) for quad in ox.parse(data, form))
            triples = held.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
            assert isinstance(triples, ox.QueryTriples)
            return triples
        results = ox.parse_query_results(data, format=ox.QueryResultsFormat.JSON)
        if isinstance(kind, ox.QueryBoolean) and isinstance(results, ox.QuerySolutions):
            results = _boolean(results)
        if type(results) is not type(kind):
            raise OSError(f"{self.address} answers a query with something else")
        return results

    def _post(self, body: bytes, accept: str) -> tuple[int, str, bytes]:
        """Send a query over this thread's connection, over a new one when that was closed meanwhile."""
        headers = {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"}
        target = (self._parts.path or "/") + (f"?{self._parts.query}" if self._parts.query else "")
        for fresh in (False, True):
            connection = None if fresh else getattr(self._kept, "connection", None)
            if connection is None:
                connection = self._kept.connection = self._connect()
            try:
                connection.request("POST", target, body, headers)
                answer = connection.getresponse()
                data = answer.read(_MOST_BYTES + 1)
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                self._kept.connection = None
                if fresh:
                    raise OSError(f"{self.address} does not answer: {error}") from error
                continue
            if len(data) > _MOST_BYTES:
                connection.close()
                raise OSError(f"{self.address} sends more than {_MOST_BYTES} bytes")
            return answer.status, answer.headers.get_content_type(), data
        raise AssertionError("unreachable")

    def _connect(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._parts.scheme == "https" else http.client.HTTPConnection
        return kind(self._parts.hostname or "", self._parts.port, timeout=_TIMEOUT)


def _boolean(solutions: ox.QuerySolutions) -> ox.QuerySolutions | ox.QueryBoolean:
    """What some servers mean that answer ASK with one solution of one number, or none."""
    row = next(iter(solutions), None)
    said = "true" if row is not None and getattr(row[0], "value", "") in ("1", "true") else "false"
    return ox.parse_query_results(f'{{"head": {{}}, "boolean": {said}}}', format=ox.QueryResultsFormat.JSON)


def _quad(terms: Mapping[str, object], found: Mapping[str, object], graph: Graph | None) -> ox.Quad:
    """The statement that a pattern and what was found for it make."""
    values = {**terms, **found}
    where = graph if isinstance(graph, ox.DefaultGraph) else values["?g"]
    return ox.Quad(values["?s"], values["?p"], values["?o"], where)  # type: ignore[arg-type]


def _declared(query: str, base: str | None, prefixes: Mapping[str, str] | None) -> str:
    """A query that says its base and the prefixes that it uses; its own declarations come later and beat these."""
    used = [f"PREFIX {name}: <{iri}>" for name, iri in (prefixes or {}).items() if f"{name}:" in query]
    return " ".join([*([f"BASE <{base}>"] if base else []), *used, query])


def _substituted(query: str, name: str, term: Term) -> str:
    """A query with a value in place of a variable, behind its first bracket.

    >>> _substituted("SELECT ?a WHERE { ?a ?b ?ab }", "b", ox.NamedNode("http://e/p"))
    'SELECT ?a WHERE { ?a <http://e/p> ?ab }'
    """
    head, bracket, rest = query.partition("{")
    return head + bracket + re.sub(rf"[?$]{name}\b", lambda _: str(term), rest)
