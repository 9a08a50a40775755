"""The web server in front of another SPARQL server answers as it does from the release's own store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pyoxigraph as ox
import pytest
from release_fixture import DEFAULT_BASE, write_release
from server_process import Client, running_server
from sparql_servers import oxigraph, virtuoso

from mapper.graphstore import Server
from mapper.pushing import push
from publisher.errors import ReleaseUnusableError
from publisher.release import open_release
from publisher.remote import RemoteStore

QUERIES = [
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT ?type (COUNT(DISTINCT ?e) AS ?n) { ?e a ?type ; dip:participant ?a } GROUP BY ?type ORDER BY ?type",
    "SELECT DISTINCT ?l { ?e dip:hasParticipation/dip:agent ?a . ?a rdfs:label ?l } ORDER BY ?l",
    "ASK { ?s a dip:Meeting }",
    "ASK { ?s a dip:Unheard }",
    f"SELECT ?o {{ GRAPH <{DEFAULT_BASE}graph/events> {{ ?s rdfs:label ?o }} }} ORDER BY ?o",
    "SELECT ?a ?b { VALUES (?a ?b) { (1.5 'é'@fr) (UNDEF \"2001-01-01\"^^xsd:date) } }",
    "CONSTRUCT { ?e rdfs:label ?l } { ?e a dip:Meeting ; rdfs:label ?l }",
    "SELECT * { ?s ?p",
    "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }",
]

PAGES = ("text/turtle", "text/html")


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_release(tmp_path_factory.mktemp("release"))


@pytest.fixture(scope="module", params=[oxigraph, virtuoso], ids=["oxigraph", "virtuoso"])
def engine(request: pytest.FixtureRequest, release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    start: Callable[[Path], AbstractContextManager[Server]] = request.param
    with start(tmp_path_factory.mktemp("engine")) as server:
        push(release, server)
        yield server


def answers(client: Client) -> list[tuple[int, str, str]]:
    """Status, type and content of the answers; the rows of a graph in any order."""
    found = []
    for query in QUERIES:
        accept = "application/n-triples" if query.startswith("CONSTRUCT") else "text/tab-separated-values"
        if query.startswith("ASK"):
            accept = "application/sparql-results+json"
        reply = client.query(query, accept=accept)
        lines = reply.text.splitlines()
        found.append((reply.status, reply.type, "\n".join(sorted(lines) if query.startswith("CONSTRUCT") else lines)))
    return found


def test_the_server_answers_as_from_its_own_store(release: Path, engine: Server) -> None:
    with running_server(release, access_log=False) as own, closing(own.client()) as client:
        wanted = answers(client)
        found = client.query("SELECT ?e { ?e a dip:Meeting }", accept="text/csv").text.split()[1]
        event = "/" + found.removeprefix(DEFAULT_BASE)
        pages = {kind: client.send("GET", event, headers={"Accept": kind}).text for kind in PAGES}
    assert Counter(status for status, _, _ in wanted) == {200: 8, 400: 1, 403: 1}
    settings = {"engine": engine.at.query, "access_log": False}
    with running_server(release, **settings) as other, closing(other.client()) as client:
        assert answers(client) == wanted
        for kind, page in pages.items():
            reply = client.send("GET", event, headers={"Accept": kind})
            assert reply.status == 200
            assert Counter(reply.text) == Counter(page)  # other servers find statements in another order


def test_patterns_are_found_as_in_the_own_store(release: Path, engine: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("publisher.remote._PAGES", (3, 10, 10))
    own, other = open_release(release), open_release(release, engine=engine.at.query)
    label, missing = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label"), ox.NamedNode("http://example.org/none")
    some = next(iter(own.triples(None, label)))
    with closing(other.store):
        for pattern in [(), (some.subject,), (None, label), tuple(some), (missing,)]:
            assert Counter(other.quads(*pattern)) == Counter(own.quads(*pattern))
            assert Counter(other.triples(*pattern)) == Counter(own.triples(*pattern))
        graph = ox.NamedNode(f"{DEFAULT_BASE}graph/events")
        assert Counter(other.quads(graph=graph)) == Counter(own.quads(graph=graph))
        assert other.known(some.subject.value)
        assert not other.known(missing.value)


def test_a_server_that_holds_another_release_is_not_taken(engine: Server, tmp_path: Path) -> None:
    more = f'<{DEFAULT_BASE}graph/events> {{ <{DEFAULT_BASE}event/x> <http://e/p> "x" . }}'
    another = write_release(tmp_path, extra=more)
    with pytest.raises(ReleaseUnusableError, match="push the release to it"):
        open_release(another, engine=engine.at.query)
    with pytest.raises(ReleaseUnusableError, match="does not answer"):
        open_release(another, engine="http://127.0.0.1:9/query")
    with pytest.raises(OSError, match="no address"):
        RemoteStore("file:///etc/passwd")
