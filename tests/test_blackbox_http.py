"""What HTTP demands of an endpoint: methods, other origins, errors, descriptions, and what happens on the wire."""

from __future__ import annotations

import itertools
import socket
from urllib.parse import urlencode

import pytest
from blackbox import BASE, PARSERS, Site, listed, statements

JSON, XML, CSV = "application/sparql-results+json", "application/sparql-results+xml", "text/csv"
FORM_TYPE = {"Content-Type": "application/x-www-form-urlencoded"}
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
SIZES = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
SELECT = "SELECT ?s ?label { ?s a dip:State ; rdfs:label ?label } ORDER BY ?s LIMIT 5"


@pytest.mark.parametrize("address", ["/sparql", "/sparql?query=ASK%7B%7D", "/sparql?query=broken"])
def test_other_methods(site: Site, address: str) -> None:
    for method in ("PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"):
        reply = site.ask(address, method=method)
        assert reply.status == 405, method
        assert listed(reply, "Allow") == {"get", "head", "post", "options"}
    options = site.ask(address, method="OPTIONS")
    assert options.status in (200, 204)
    assert listed(options, "Allow") == {"get", "head", "post", "options"}


def test_cross_origin_requests(site: Site) -> None:
    asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST",
             "Access-Control-Request-Headers": "content-type, x-trace"}  # fmt: skip
    preflight = site.ask("/sparql", method="OPTIONS", headers=asked)
    assert preflight.status in (200, 204)
    assert preflight.headers["Access-Control-Allow-Origin"] in ("*", "https://app.example")
    assert {"get", "post", "head"} <= listed(preflight, "Access-Control-Allow-Methods")
    assert {"content-type", "x-trace"} <= listed(preflight, "Access-Control-Allow-Headers")
    assert int(preflight.headers["Access-Control-Max-Age"]) >= 600
    answers = [
        site.query(COUNT),
        site.ask("/sparql?query=x"),
        site.query(COUNT, "image/png", status=406),
        site.ask("/sparql"),
    ]
    for reply in answers:
        assert reply.headers["Access-Control-Allow-Origin"] == "*"
        exposed = listed(reply, "Access-Control-Expose-Headers")
        assert {"etag", "link", "content-location", "retry-after", "accept-ranges", "repr-digest"} <= exposed


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "application/problem+json"),
        ("application/sparql-results+json", "application/problem+json"),
        ("application/problem+json", "application/problem+json"),
        ("application/json", "application/json"),
        ("text/plain", "text/plain"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("text/html;q=0.1, text/plain;q=0.2", "text/plain"),
    ],
)
def test_errors_are_told_in_the_form_asked_for(site: Site, accept: str | None, expected: str) -> None:
    reply = site.ask("/sparql?" + urlencode({"query": "SELECT * {\n ?s ?p }"}), accept)
    assert (reply.status, reply.type) == (400, expected)
    assert "accept" in listed(reply, "Vary")
    if expected.endswith("json"):
        assert (reply.json["line"], reply.json["column"]) == (2, 8)
        assert {"title", "status", "detail"} <= reply.json.keys()
    else:
        assert "ine 2, column 8" in reply.text


FORMAT_NAMES = {"json": JSON, "xml": XML, "csv": CSV, "tsv": "text/tab-separated-values", "text/csv": CSV}


@pytest.mark.parametrize("name", FORMAT_NAMES)
def test_format_parameter(site: Site, name: str) -> None:
    pairs = {"query": SELECT, "format": name}
    assert site.ask("/sparql?" + urlencode(pairs), "text/html").type == FORMAT_NAMES[name]
    posted = site.ask("/sparql", method="POST", headers=FORM_TYPE, body=urlencode(pairs))
    assert posted.type == FORMAT_NAMES[name]


@pytest.mark.parametrize("media_type", PARSERS)
def test_service_description(site: Site, media_type: str) -> None:
    reply = site.get("/sparql", media_type)
    assert reply.type == media_type
    sd, void = "http://www.w3.org/ns/sparql-service-description#", "http://rdfs.org/ns/void#"
    said = {(str(p), str(o)): s for s, p, o in statements(reply)}
    service = said["http://www.w3.org/1999/02/22-rdf-syntax-ns#type", sd + "Service"]
    assert said[sd + "endpoint", BASE + "sparql"] == service
    assert said[sd + "supportedLanguage", sd + "SPARQL11Query"] == service
    for name in ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle"):
        assert (sd + "resultFormat", "http://www.w3.org/ns/formats/" + name) in said
    graphs = {row["g"]: int(row["n"]) for row in site.rows(SIZES)}
    triples = statements(reply)
    told = {str(o): s for s, p, o in triples if str(p) == sd + "name"}
    assert told.keys() == graphs.keys()
    inside = {s: o for s, p, o in triples if str(p) == sd + "graph"}
    sizes = {s: int(o) for s, p, o in triples if str(p) == void + "triples"}
    assert {name: sizes[inside[entry]] for name, entry in told.items()} == graphs
    default = next(o for s, p, o in triples if str(p) == sd + "defaultGraph")
    assert sizes[default] == int(site.rows(COUNT)[0]["n"])


def test_service_description_for_browsers_and_others(site: Site) -> None:
    assert "<form" in site.get("/sparql", "text/html,application/xhtml+xml,*/*;q=0.8").text
    assert site.get("/sparql", "*/*").type == "text/turtle"
    assert site.get("/sparql", "image/png", status=406).type == "application/problem+json"
    assert site.ask("/sparql", "text/turtle", method="HEAD").headers["Content-Type"].startswith("text/turtle")


POST = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
GET = b"GET /sparql?query=%s HTTP/1.1\r\nHost: x\r\n\r\n"
REQUESTS = {
    "chunked": POST + b"Transfer-Encoding: chunked\r\n\r\n4\r\nASK \r\n2\r\n{}\r\n0\r\n\r\n",
    "expect": POST + b"Expect: 100-continue\r\nContent-Length: 6\r\n\r\nASK {}",
    "get": GET % b"ASK%7B%7D",
    "absolute": (GET % b"ASK%7B%7D").replace(b" /", b" http://x/", 1),
    "error first": GET % b"nonsense" + GET % b"ASK%7B%7D",
    "no host": (GET % b"ASK%7B%7D").replace(b"Host: x\r\n", b"") + GET % b"ASK%7B%7D",
    "two hosts": (GET % b"ASK%7B%7D").replace(b"Host: x\r\n", b"Host: x\r\nhost: y\r\n") + GET % b"ASK%7B%7D",
    "no such host": (GET % b"ASK%7B%7D").replace(b"Host: x", b"Host: x/y z") + GET % b"ASK%7B%7D",
    "no host for a page": b"GET / HTTP/1.1\r\n\r\n" + GET % b"ASK%7B%7D",
    "upgrade": (GET % b"ASK%7B%7D").replace(b"\r\n\r\n", b"\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"),
    "long address": GET % (b"ASK%7B%7D%23" + b"x" * 8000),
    "empty line before": b"\r\n" + GET % b"ASK%7B%7D",
    "old version": (GET % b"ASK%7B%7D").replace(b"1.1\r\nHost: x", b"1.0\r\nConnection: keep-alive"),
}
WRONG_FIRST = ("error first", "no host", "two hosts", "no such host", "no host for a page")


@pytest.mark.parametrize("name", REQUESTS)
def test_on_the_wire(site: Site, name: str) -> None:
    closing = b"HEAD /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", site.server.port), timeout=20) as connection:
        connection.sendall(REQUESTS[name] + closing)
        answer = b"".join(itertools.takewhile(bool, iter(lambda: connection.recv(65536), b"")))
    final = [part for part in answer.split(b"HTTP/1.1 ")[1:] if not part.startswith(b"100")]
    assert [int(part[:3]) for part in final] == ([400, 200, 200] if name in WRONG_FIRST else [200, 200])
    assert b'"boolean":true' in final[-2].replace(b" ", b"")


def test_versions_of_http_that_are_not_spoken(site: Site) -> None:
    with socket.create_connection(("127.0.0.1", site.server.port), timeout=20) as connection:
        connection.sendall((GET % b"ASK%7B%7D").replace(b"HTTP/1.1", b"HTTP/2.0"))
        assert connection.recv(65536).startswith(b"HTTP/1.1 505 ")
