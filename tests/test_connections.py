"""Who may hold how many connections, and whom the server takes for a proxy."""

import contextlib
import socket
import time
from urllib.parse import urlencode

import pytest
from release_fixture import DEFAULT_BASE as BASE
from release_fixture import write_release
from server_process import exchange, metrics, running_server

from publisher.errors import SettingsError
from server import serve


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("releases")
    write_release(folder)
    return folder


@pytest.mark.parametrize(("trusted", "status"), [((), 429), (("127.0.0.1",), 200)])
def test_one_address_cannot_take_all_connections(folder, trusted, status):
    with (
        running_server(
            folder / "current", access_log=False, connections_per_address=3, trusted_proxies=trusted
        ) as server,
        contextlib.ExitStack() as held,
    ):
        clients = [held.enter_context(contextlib.closing(server.client())) for _ in range(4)]
        statuses = [client.send("GET", "/health").status for client in clients[:3]]
        with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
            time.sleep(0.2)  # it is refused before it has said anything
            if status == 200:
                connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            assert connection.recv(65536).split()[1] == str(status).encode()
        assert statuses == [200, 200, 200]
        clients[0].close()
        time.sleep(0.5)
        assert clients[3].send("GET", "/health").status == 200  # there is room again


def test_a_proxy_that_is_no_address_is_told_to_the_operator(folder):
    with pytest.raises(SettingsError, match=r"nowhere.*10\.0\.0\.0/8"):
        serve(folder / "current", port=0, trusted_proxies=("nowhere",))


def test_a_request_that_does_not_come_in_whole_is_given_up(folder):
    with running_server(folder / "current", idle_timeout=1, access_log=False) as server:
        begun = exchange(server, b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n")
        assert begun.startswith(b"HTTP/1.1 408")
        assert exchange(server) == b""  # who says nothing is told nothing
        assert metrics(server)['communique_refused_total{reason="408"}'] == "1"


def test_a_body_beyond_the_limit(folder):
    with running_server(folder / "current", body_bytes=70_000, access_log=False) as server:
        head = b"POST /reconcile HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
        assert exchange(server, head % 70_001, b"x" * 70_001).startswith(b"HTTP/1.1 413")
        chunked = head.replace(b"Content-Length: %d", b"Transfer-Encoding: chunked")
        assert exchange(server, chunked, (b"10000\r\n" + b"x" * 65_536 + b"\r\n") * 2).startswith(b"HTTP/1.1 413")


def test_long_answers_come_whole_and_to_whoever_stays(folder):
    path = "/sparql?" + urlencode({"query": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 25000"})
    with running_server(folder / "current", access_log=False) as server, contextlib.closing(server.client()) as client:
        replies = [client.send("GET", path, headers={"Accept": "text/csv"}) for _ in range(2)]
        assert [reply.body.count(b"\r\n") for reply in replies] == [25_001, 25_001]  # over one connection
        head = client.send("HEAD", path, headers={"Accept": "text/csv"})
        assert (head.headers["Content-Length"], head.body) == (str(len(replies[0].body)), b"")
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            connection.recv(1000)
            assert metrics(server)["communique_requests_active"] == "2"  # it reads slowly
        time.sleep(0.2)
        assert metrics(server)["communique_requests_active"] == "1"  # it has left


def test_requests_sent_at_once_are_answered_in_their_order(folder):
    """Some of them at once, some by a worker, some by the application."""
    paths = [
        "/sparql?" + urlencode({"query": f"ASK {{ <{BASE}entity/Q90> a dip:Place }} # {number}"}) for number in range(9)
    ]
    paths[2:2] = ["/sparql?" + urlencode({"query": "SELECT (7 AS ?seven) {}"}), "/health"]
    with running_server(folder / "current", access_log=False) as server:
        for head in ("Host: x\r\nAccept: text/csv, text/boolean", "Host: x\r\nAccept: text/boolean, text/csv"):
            requests = [f"GET {path} HTTP/1.1\r\n{head}\r\n\r\n".encode() for path in paths]
            for parts in ((b"".join(requests),), requests):
                answer = exchange(server, *parts, b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                bodies = [part.partition(b"\r\n\r\n")[2] for part in answer.split(b"HTTP/1.1 200 OK")[1:]]
                kinds = [b"true" if body == b"true" else body[:5] for body in bodies]
                assert kinds == [b"true"] * 2 + [b"seven", b'{"sta'] + [b"true"] * 7 + [b'{"sta']


def test_headers_that_come_again_mean_the_same_and_others_what_they_say(folder):
    ask = "/sparql?" + urlencode({"query": f"SELECT ?l {{ <{BASE}entity/Q90> rdfs:label ?l }}"})
    with running_server(folder / "current", access_log=False) as server, contextlib.closing(server.client()) as client:
        for accept in ("text/csv", "text/csv", "application/sparql-results+xml", "text/csv", "image/png", "text/csv"):
            reply = client.send("GET", ask, headers={"Accept": accept})
            assert reply.type == (accept if accept != "image/png" else "application/problem+json")
        for method, status in (("GET", 200), ("HEAD", 200), ("POST", 415), ("GET", 200)):
            assert client.send(method, ask, headers={"Accept": "text/csv"}).status == status
        good, wrong = (f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode() for path in ("/health", "/hea lth"))
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            for parts, status in (((good,), 200), ((good[:30], good[30:]), 200), ((good,), 200), ((wrong,), 400)):
                for part in parts:
                    connection.sendall(part)
                    time.sleep(0.02)
                assert connection.recv(10_000).startswith(f"HTTP/1.1 {status} ".encode())


def test_what_comes_after_the_last_request_is_not_read(folder, capfd):
    path = "/sparql?" + urlencode({"query": f"ASK {{ <{BASE}entity/Q90> a dip:Place }}"})
    last = f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    with running_server(folder / "current", access_log=False) as server, contextlib.closing(server.client()) as client:
        while not client.send("GET", "/health").json["measured"]:  # from then on it is answered at once
            time.sleep(0.05)
        for rest in (last, b"\x00garbage\r\n\r\n", b"GET /"):
            answer = exchange(server, last + rest)
            assert answer.count(b"HTTP/1.1 ") == answer.count(b"true") == 1
    assert "Traceback" not in capfd.readouterr().err
