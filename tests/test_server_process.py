"""The server as a process: what it says on the wire, how it changes releases, how it ends."""

import contextlib
import json
import os
import signal
import socket
import threading
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from release_fixture import point_to, write_release
from server_process import exchange, metrics, running_server

from publisher.errors import SettingsError
from server import serve

FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o }"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("releases")
    write_release(folder)
    return folder


@pytest.fixture(scope="module")
def server(folder):
    with running_server(folder / "current", deadline=3, idle_timeout=2, access_log=False) as server:
        yield server


def processes_gone(pids, seconds=5):
    until = time.monotonic() + seconds
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < until:
        time.sleep(0.05)
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def test_several_requests_over_one_connection(server):
    head = b"HEAD /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n"
    bad = b"GET /sparql?query=nonsense HTTP/1.1\r\nHost: x\r\n\r\n"
    good = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    answer = exchange(server, head + bad + good)
    _, first, *others = answer.split(b"HTTP/1.1 ")
    assert [part[:3] for part in (first, *others)] == [b"200", b"400", b"200"]
    assert first.endswith(b"\r\n\r\n")  # the answer to HEAD has no body


def test_not_modified_keeps_the_connection(server):
    client = server.client()
    tag = client.query("ASK {}").headers["ETag"]
    reply = client.query("ASK {}", headers={"If-None-Match": tag})
    assert (reply.status, reply.headers["Connection"]) == (304, None)
    client.close()


def test_a_client_that_asks_and_does_not_read_stops_nobody_else(server):
    client = server.client()
    path = "/sparql?query=" + quote("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 300")
    assert client.send("GET", path).status == client.send("GET", path).status == 200  # now it is at hand
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            for _ in range(2000):
                connection.send(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode() * 20)
        assert client.query("ASK {} # still there").status == 200
    client.close()


def test_expect_continue_and_chunked_bodies(server):
    request = (
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nConnection: close\r\n"
        b"Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"
    )
    answer = exchange(server, request, b"3\r\nASK\r\n3\r\n {}\r\n0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 100 Continue")
    assert answer.endswith(b'"boolean":true}')


def test_headers_beyond_the_limit(server):
    answer = exchange(server, b"GET /health HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 70_000 + b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 431")


def test_a_request_that_drips_is_cut_off(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
        sent = 0
        with contextlib.suppress(OSError):  # reset or broken pipe, as it happens
            while sent < 150:
                sent += connection.send(b"x")
                time.sleep(0.1)
    assert sent < 150


def test_nonsense_is_answered(server):
    assert exchange(server, b"\x00\xff\xfe nonsense\r\n\r\n").startswith(b"HTTP/1.1 400")


def test_security_headers_everywhere(server):
    client = server.client()
    for path in ("/health", "/sparql", "/none", "/sparql?query=broken"):
        headers = client.send("GET", path).headers
        assert "frame-ancestors" in headers["Content-Security-Policy"]
        assert "unsafe-inline" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"]
        assert headers["Vary"] == "Accept, Accept-Encoding"
    client.close()


def test_health_and_metrics(server):
    client = server.client()
    client.query("ASK {}")
    client.query(FOREVER)
    health = client.send("GET", "/health").json
    assert (health["status"], health["workers"]) == ("ok", 2)
    assert client.send("GET", "/metrics").type == "text/plain"
    values = metrics(server)
    assert int(values['communique_requests_total{endpoint="sparql.get",method="GET",status="200"}']) > 0
    assert int(values['communique_query_ends_total{reason="time"}']) == 1
    assert float(values['communique_request_seconds_count{endpoint="sparql.get"}']) > 0
    assert f'communique_release{{version="{health["release"]}"}}' in values
    client.close()


def test_a_client_that_leaves_frees_its_worker(server):
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(f"GET /sparql?query={quote(FOREVER)}%23leaves HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        time.sleep(0.5)
    client, until = server.client(), time.monotonic() + 1.5
    left = 'communique_query_ends_total{reason="left"} 1'
    while (found := left in client.send("GET", "/metrics").text) is False and time.monotonic() < until:
        time.sleep(0.05)
    assert found
    client.close()


def test_a_worker_that_is_killed_is_replaced(server):
    client = server.client()
    nursery, *workers = server.children()
    for pid in workers:
        with contextlib.suppress(ProcessLookupError):  # one that ends already
            os.kill(pid, signal.SIGKILL)
    assert client.query("ASK {} # after").status == 200
    os.kill(nursery, signal.SIGKILL)
    statuses = {client.query("ASK {} # " + str(place)).status for place in range(20)}
    assert statuses <= {200, 503}
    assert client.query("ASK {} # in the end").status == 200
    client.close()


def test_a_new_release_is_taken_up_under_load(tmp_path):
    releases = [
        write_release(tmp_path, version=f"v{n}", extra=f'<urn:g> {{ <urn:s> <urn:p> "v{n}" . <urn:t> <urn:p> "v{n}" }}')
        for n in range(2)
    ]
    wrong, seen, stop = [], set(), threading.Event()

    def ask(client, number):
        while not stop.is_set():
            reply = client.query(f"SELECT ?o {{ ?s <urn:p> ?o }} # {number}", accept="text/csv")
            number += 4
            seen.add(reply.headers["X-Release"])
            if reply.status != 200 or set(reply.text.split()[1:]) != {reply.headers["X-Release"]}:
                wrong.append(reply)

    with running_server(tmp_path / "current", access_log=False) as server:
        clients = [server.client() for _ in range(4)]
        threads = [threading.Thread(target=ask, args=(client, place)) for place, client in enumerate(clients)]
        for thread in threads:
            thread.start()
        for place in range(12):
            point_to(tmp_path, releases[place % 2])
            time.sleep(0.3)
        stop.set()
        for thread in threads:
            thread.join()
        for client in clients:
            client.close()
    assert (wrong, seen) == ([], {"v0", "v1"})


def test_a_broken_release_is_not_taken_up(tmp_path):
    release = write_release(tmp_path)
    with running_server(tmp_path / "current", access_log=False) as server:
        client = server.client()
        broken = tmp_path / "broken"
        broken.mkdir()
        point_to(tmp_path, broken)
        for _ in range(10):
            assert client.query("ASK {}").status == 200
            time.sleep(0.05)
        assert client.send("GET", "/health").json["release"] == release.name
        client.close()


def test_termination_waits_for_answers_and_leaves_nothing_behind(folder):
    with running_server(folder / "current", deadline=2, access_log=False) as server:
        client, pids = server.client(), server.children()
        replies = []
        thread = threading.Thread(target=lambda: replies.append(client.query(FOREVER)))
        thread.start()
        time.sleep(0.5)
        server.process.terminate()
        thread.join()
        client.close()
        server.process.wait(timeout=10)
    assert [reply.status for reply in replies] == [504]
    assert processes_gone(pids) == []


def test_workers_end_with_a_server_that_is_killed(folder):
    with running_server(folder / "current", ends_with=-signal.SIGKILL, access_log=False) as server:
        pids = server.children()
        with socket.create_connection(("127.0.0.1", server.port)) as connection:  # one of them is busy
            connection.sendall(f"GET /sparql?query={quote(FOREVER)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            time.sleep(0.3)
            server.process.kill()
    assert len(pids) == 3
    assert processes_gone(pids) == []


def test_access_log_tells_the_digest_of_a_query_only(folder, tmp_path):
    log = tmp_path / "log"
    with running_server(folder / "current", log=log) as server:
        client = server.client()
        client.query('SELECT ("secret" AS ?x) {}', headers={"Authorization": "Bearer secret"})
        client.close()
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    assert [(line["method"], line["path"], line["status"]) for line in lines] == [("GET", "/sparql", 200)]
    assert len(lines[0]["query"]) == 16
    assert "secret" not in log.read_text()


@pytest.mark.parametrize(("trusted", "client"), [(("127.0.0.0/8",), "203.0.113.9"), ((), "127.0.0.1")])
def test_forwarded_headers_are_believed_from_trusted_proxies_only(folder, tmp_path, trusted, client):
    log = tmp_path / "log"
    with running_server(folder / "current", log=log, trusted_proxies=trusted) as server:
        connection = server.client()
        forwarded = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "data.example"}
        description = connection.send("GET", "/sparql", headers=forwarded).text
        connection.close()
    assert ("https://data.example/sparql" in description) is bool(trusted)
    assert f'"client": "{client}"' in log.read_text()


def test_federation_with_an_allowlisted_address(folder):
    with running_server(folder / "current", access_log=False) as other:
        address = f"http://127.0.0.1:{other.port}/sparql"
        with running_server(folder / "current", access_log=False, service_allowlist=(address,)) as server:
            client = server.client()
            query = "SELECT ?l {{ ?s a dip:State . SERVICE <{}> {{ ?s rdfs:label ?l }} }} ORDER BY ?l"
            reply = client.query(query.format(address), accept="text/csv")
            assert (reply.status, reply.text.split("\r\n")[1:3]) == (200, ["France", "United Kingdom"])
            assert client.query(query.format(address + "2")).status == 403
            assert "BasicFederatedQuery" in client.send("GET", "/sparql").text
            client.close()


def test_an_address_in_use_is_told_to_the_operator(folder, server):
    with pytest.raises(SettingsError, match=f"port {server.port}"):
        serve(folder / "current", port=server.port)
