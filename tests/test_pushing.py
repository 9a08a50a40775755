"""A release pushed into other SPARQL servers: the same statements in the same graphs, and nothing half done."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyoxigraph as ox
import pytest
from release_fixture import DEFAULT_BASE, write_release
from sparql_servers import free_port, oxigraph, virtuoso

from mapper import pushing
from mapper.cli import main
from mapper.errors import InputError, PushError
from mapper.graphstore import Server, addresses
from mapper.pushing import push

MORE = """<http://localhost:8000/graph/article/new> {
  <http://localhost:8000/article/new> <http://purl.org/dc/terms/identifier> "new", "\\"é\\\\\\n" . }"""
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


@pytest.fixture(scope="module")
def an_oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as server:
        yield server


@pytest.fixture(scope="module")
def a_virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with virtuoso(tmp_path_factory.mktemp("virtuoso")) as server:
        yield server


@pytest.fixture(params=["an_oxigraph", "a_virtuoso"])
def server(request: pytest.FixtureRequest) -> Server:
    found: Server = request.getfixturevalue(request.param)
    return found


def held(server: Server) -> set[tuple[str, ...]]:
    """Every statement below the base that the server holds, with its graph, staged ones included."""
    rows = server.select(
        f'SELECT ?g ?s ?p ?o WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), "{DEFAULT_BASE}")) }}'
    )
    return {tuple(row[name] for name in "gspo") for row in rows if not row["g"].endswith(pushing.MERGED)}


def wanted(release: Path) -> set[tuple[str, ...]]:
    store = ox.Store.read_only(str(release / "store"))
    quads = (quad for quad in store if not isinstance(quad.graph_name, ox.DefaultGraph))
    return {(q.graph_name.value, q.subject.value, q.predicate.value, q.object.value) for q in quads}


def merged(server: Server, default: str) -> int:
    """How many statements a query over the merge of all graphs sees."""
    query = COUNT if default == "default graph" else COUNT.replace("WHERE", f"FROM <{default}> WHERE")
    return int(server.select(query)[0]["n"])


def test_a_release_is_held_whole_and_replaced_whole(server: Server, tmp_path: Path) -> None:
    first, second = write_release(tmp_path, extra=MORE), write_release(tmp_path)
    for release, dropped in ((first, 0), (second, 1)):
        pushed = push(release, server)
        assert held(server) == wanted(release)
        triples = {row[1:] for row in wanted(release)}
        assert merged(server, pushed.default) == len(triples)
        assert (pushed.dropped, pushed.graphs) == (dropped, len({row[0] for row in wanted(release)}))


def test_updates_alone_do_as_well(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pushing, "MOST_STATEMENTS", {True: 20, False: 20})
    release = write_release(tmp_path, extra=MORE)
    at = addresses(server.at.query, update=server.at.update)
    push(release, Server(at, user=server.user, password=server.password))
    assert held(server) == wanted(release)


class Cut(Server):
    """Loses its connection for good after a few graphs."""

    left = 3

    def add(self, graph: str, lines: Sequence[str]) -> None:
        self.left -= 1
        if self.left < 0:
            raise PushError("cut off")
        super().add(graph, lines)


def test_an_interrupted_push_changes_nothing_and_goes_on(an_oxigraph: Server, tmp_path: Path) -> None:
    first, second = write_release(tmp_path), write_release(tmp_path, extra=MORE)
    push(first, an_oxigraph)
    with pytest.raises(PushError, match="cut off"):
        push(second, Cut(an_oxigraph.at))
    served = {row for row in held(an_oxigraph) if "/staging/" not in row[0]}
    assert served == wanted(first)
    assert len(held(an_oxigraph)) > len(served)
    pushed = push(second, an_oxigraph)
    assert held(an_oxigraph) == wanted(second)
    assert 0 < pushed.sent < pushed.statements + merged(an_oxigraph, pushed.default)


def test_what_another_push_left_behind_is_cleared_away(an_oxigraph: Server, tmp_path: Path) -> None:
    first, second = write_release(tmp_path), write_release(tmp_path, extra=MORE)
    with pytest.raises(PushError):
        push(second, Cut(an_oxigraph.at))
    push(first, an_oxigraph)
    assert held(an_oxigraph) == wanted(first)


class Forgetful(Server):
    """Says that it took a graph without taking it."""

    def add(self, graph: str, lines: Sequence[str]) -> None:
        super().add(graph, lines[1:])


def test_statements_that_did_not_arrive_are_noticed(an_oxigraph: Server, tmp_path: Path) -> None:
    first, second = write_release(tmp_path), write_release(tmp_path, extra=MORE)
    push(first, an_oxigraph)
    with pytest.raises(PushError, match="another number of statements than were staged"):
        push(second, Forgetful(an_oxigraph.at))
    assert {row for row in held(an_oxigraph) if "/staging/" not in row[0]} == wanted(first)


def test_a_wrong_password_is_told_and_nothing_retried(a_virtuoso: Server, tmp_path: Path) -> None:
    slept: list[float] = []
    wrong = Server(a_virtuoso.at, user="dba", password="wrong", sleep=slept.append)
    with pytest.raises(PushError, match="user and password are wrong or missing"):
        push(write_release(tmp_path), wrong)
    assert slept == []


def test_a_server_that_does_not_answer_is_asked_again_with_growing_pauses(tmp_path: Path) -> None:
    slept: list[float] = []
    silent = Server(addresses(f"http://127.0.0.1:{free_port()}"), tries=4, sleep=slept.append)
    with pytest.raises(PushError, match="asked 4 times: it does not answer"):
        push(write_release(tmp_path), silent)
    assert slept == [1.0, 2.0, 4.0]


def test_nothing_goes_to_an_address_that_was_not_given(tmp_path: Path) -> None:
    seen: list[str] = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(self.path)
            self.send_response(307)
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        with pytest.raises(PushError, match="sends us on to"):
            push(write_release(tmp_path), Server(addresses(f"http://127.0.0.1:{listening.server_port}/here")))
        listening.shutdown()
    assert seen == ["/here"]


@pytest.mark.parametrize("given", ["ftp://h/q", "h:7878", "http://", "http://me:secret@h/q", "http://h/q#f"])
def test_addresses_that_are_none(given: str) -> None:
    with pytest.raises(InputError, match="no address of a SPARQL server"):
        addresses(given)


def test_the_command(an_oxigraph: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    release = write_release(tmp_path, extra=MORE)
    root = an_oxigraph.at.query.removesuffix("query")
    assert main(["push", root, "--release", str(release), "--quiet"]) == 0
    assert f"holds release {release.name}" in capsys.readouterr().out
    assert held(an_oxigraph) == wanted(release)
    assert main(["push", root, "--release", str(tmp_path / "none"), "--quiet"]) == 2
    assert main(["push", root, "--release", str(release), "--password-file", str(tmp_path / "none")]) == 2
    assert "password cannot be read" in capsys.readouterr().err
