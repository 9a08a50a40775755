"""SPARQL 1.1 Protocol, against a real server process."""

import gzip
import socket
from urllib.parse import quote, urlencode

import pytest
from release_fixture import write_release
from server_process import running_server

BASE = "http://localhost:8000/"
FIRST, SECOND, EVENTS = (f"{BASE}graph/{name}" for name in ("article/first", "article/second", "events"))
MEETINGS = "SELECT (COUNT(*) AS ?n) { ?s a dip:Meeting }"
STATES = "SELECT ?s { ?s a dip:State } ORDER BY ?s"
GRAPH = "CONSTRUCT { ?s a dip:State } WHERE { ?s a dip:State }"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content-Type": "application/sparql-query"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("releases")
    write_release(folder)
    with running_server(folder / "current", query_bytes=20_000, access_log=False) as server:
        yield server


@pytest.fixture(scope="module")
def client(server):
    client = server.client()
    yield client
    client.close()


def count(reply):
    assert reply.status == 200, reply.text
    return int(reply.json["results"]["bindings"][0]["n"]["value"])


def test_three_ways_to_send_a_query(client):
    by_get = client.query(STATES)
    by_form = client.send("POST", "/sparql", headers=FORM, body=urlencode({"query": STATES}))
    direct = client.send("POST", "/sparql", headers=DIRECT, body=STATES)
    assert by_get.status == by_form.status == direct.status == 200
    assert by_get.body == by_form.body == direct.body
    assert [b["s"]["value"] for b in by_get.json["results"]["bindings"]] == [BASE + "entity/Q142", BASE + "entity/Q145"]


def test_form_is_decoded_once(client):
    body = "query=" + quote('SELECT ("a%41b+c" AS ?v) {}')
    assert (
        client.send("POST", "/sparql", headers=FORM, body=body).json["results"]["bindings"][0]["v"]["value"]
        == "a%41b+c"
    )
    plus = client.send("GET", "/sparql?query=SELECT+(1+AS+%3Fv)+%7B%7D")
    assert plus.json["results"]["bindings"][0]["v"]["value"] == "1"


@pytest.mark.parametrize(
    "content_type", ["application/sparql-query; charset=UTF-8", 'Application/SPARQL-Query;charset="utf-8"']
)
def test_charset_utf8_is_understood(client, content_type):
    reply = client.send("POST", "/sparql", headers={"Content-Type": content_type}, body='SELECT ("é€😀" AS ?v) {}')
    assert reply.json["results"]["bindings"][0]["v"]["value"] == "é€😀"


@pytest.mark.parametrize(
    ("query", "accept", "expected"),
    [
        (STATES, None, "application/sparql-results+json"),
        (STATES, "*/*", "application/sparql-results+json"),
        (STATES, "application/sparql-results+xml", "application/sparql-results+xml"),
        (STATES, "application/json", "application/json"),
        (STATES, "application/xml", "application/xml"),
        (STATES, "text/csv", "text/csv"),
        (STATES, "text/tab-separated-values", "text/tab-separated-values"),
        (STATES, "text/*", "text/csv"),
        (STATES, "application/sparql-results+json;q=0.1, text/csv;q=0.9", "text/csv"),
        (STATES, "application/sparql-results+json;q=0, */*;q=0.1", "application/sparql-results+xml"),
        (STATES, "text/turtle, application/sparql-results+xml;q=0.2", "application/sparql-results+xml"),
        (STATES, "text/html,application/xhtml+xml,*/*;q=0.8", "application/sparql-results+json"),
        ("ASK {}", None, "application/sparql-results+json"),
        ("ASK {}", "application/sparql-results+xml", "application/sparql-results+xml"),
        ("ASK {}", "text/boolean", "text/boolean"),
        (GRAPH, None, "text/turtle"),
        (GRAPH, "application/n-triples", "application/n-triples"),
        (GRAPH, "application/ld+json", "application/ld+json"),
        (GRAPH, "application/rdf+xml", "application/rdf+xml"),
        (GRAPH, "application/trig", "application/trig"),
        (GRAPH, "application/n-quads", "application/n-quads"),
        ("DESCRIBE entity:x", None, None),
        (f"DESCRIBE <{BASE}entity/Q142>", "text/turtle;q=0.5, application/n-triples;q=0.6", "application/n-triples"),
    ],
)
def test_formats(client, query, accept, expected):
    reply = client.query(query, accept=accept)
    assert (reply.status, reply.type) == ((200, expected) if expected else (400, "application/problem+json"))


@pytest.mark.parametrize(
    ("query", "accept"),
    [(STATES, "text/turtle"), (STATES, "image/png"), ("ASK {}", "text/csv"), (GRAPH, "text/csv"), (STATES, "*/*;q=0")],
)
def test_not_acceptable(client, query, accept):
    assert client.query(query, accept=accept).status == 406


@pytest.mark.parametrize(
    ("query", "name", "expected"),
    [
        (STATES, "json", "application/sparql-results+json"),
        (STATES, "xml", "application/sparql-results+xml"),
        (STATES, "csv", "text/csv"),
        (STATES, "application/sparql-results+xml", "application/sparql-results+xml"),
        (GRAPH, "json", "application/ld+json"),
        (GRAPH, "xml", "application/rdf+xml"),
        (GRAPH, "nt", "application/n-triples"),
    ],
)
def test_format_parameter_beats_accept(client, query, name, expected):
    assert client.query(query, accept="text/html", format=name).type == expected


def test_several_accept_lines_count_as_one(client):
    path = "/sparql?" + urlencode({"query": STATES})
    headers = [("Accept", "application/sparql-results+json;q=0.2"), ("Accept", "text/csv;q=0.8")]
    assert client.send("GET", path, headers=headers).type == "text/csv"


@pytest.mark.parametrize(
    ("dataset", "expected"),
    [
        ({}, 1),
        ({"default_graph_uri": FIRST}, 1),
        ({"default_graph_uri": EVENTS}, 0),
        ({"default_graph_uri": [FIRST, SECOND]}, 1),  # the merge: stated twice, counted once
        ({"default_graph_uri": [FIRST, BASE + "graph/none", "urn:none"]}, 1),
        ({"default_graph_uri": "http://example.org/unknown"}, 0),
        ({"named_graph_uri": FIRST}, 0),
        ({"default_graph_uri": ""}, 1),
    ],
)
def test_protocol_dataset(client, dataset, expected):
    assert count(client.query(MEETINGS, **dataset)) == expected
    pairs = [(k.replace("_", "-"), v) for k, vs in dataset.items() for v in ([vs] if isinstance(vs, str) else vs)]
    assert count(client.send("POST", "/sparql?" + urlencode(pairs), headers=DIRECT, body=MEETINGS)) == expected
    body = urlencode([("query", MEETINGS), *pairs])
    assert count(client.send("POST", "/sparql", headers=FORM, body=body)) == expected


def test_protocol_dataset_overrides_from(client):
    query = f"SELECT (COUNT(*) AS ?n) FROM <{EVENTS}> FROM <http://127.0.0.1:1/x> {{ ?s a dip:Meeting }}"
    assert count(client.query(query, default_graph_uri=FIRST)) == 1


def test_from_and_from_named(client):
    both = f"FROM <{FIRST}> FROM <graph/article/second>"
    assert count(client.query(f"SELECT (COUNT(*) AS ?n) {both} {{ ?s a dip:Meeting }}")) == 1
    named = f"SELECT (COUNT(*) AS ?n) {both} FROM NAMED <{FIRST}> {{ GRAPH ?g {{ ?s a dip:Meeting }} }}"
    assert count(client.query(named)) == 1
    assert count(client.query(f"SELECT (COUNT(*) AS ?n) {both} {{ GRAPH ?g {{ ?s a dip:Meeting }} }}")) == 0
    assert count(client.query("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s a dip:Meeting } }")) == 2
    assert count(client.query(f"PREFIX g: <{BASE}graph/> SELECT (COUNT(*) AS ?n) FROM g:events {{ ?s ?p ?o }}")) == 4
    assert count(client.query(f"SELECT (COUNT(*) AS ?n) FROM <{BASE}graph/none> {{ ?s ?p ?o }}")) == 0


def test_from_of_every_graph_is_the_whole(client):
    graphs = [b["g"]["value"] for b in client.query("SELECT DISTINCT ?g { GRAPH ?g {} }").json["results"]["bindings"]]
    assert len(graphs) == 7
    everything = client.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert count(client.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", default_graph_uri=graphs)) == count(everything)


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ("query=ASK%7B%7D&query=ASK%7B%7D", 400),
        ("query=", 400),
        ("query=%FF", 400),
        ("query=ASK%7B%7D%ED%A0%80", 400),
        ("default-graph-uri=urn:x", 400),
        ("query=ASK%7B%7D&default-graph-uri=relative", 400),
        ("query=ASK%7B%7D&update=CLEAR%20ALL", 400),
        ("update=CLEAR%20ALL", 403),
        ("query=INSERT%20DATA%20%7B%7D", 400),
        ("query=LOAD%20%3Chttp://127.0.0.1:1/%3E", 400),
        ("query=ASK%7B%7D&unknown=1&unknown=2", 200),
    ],
)
def test_malformed_requests(client, parameters, status):
    assert client.send("GET", "/sparql?" + parameters).status == status
    assert client.query("ASK {}").status == 200  # the connection lives on


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        (DIRECT, b"", 400),
        (DIRECT, b"ASK {} \xff", 400),
        (FORM, b"", 400),
        (FORM, b"query=%FF", 400),
        (FORM, b"update=CLEAR+ALL", 403),
        ({"Content-Type": "application/sparql-update"}, b"CLEAR ALL", 403),
        ({"Content-Type": "text/plain"}, b"ASK {}", 415),
        ({"Content-Type": "application/sparql-query; charset=iso-8859-1"}, b"ASK {}", 415),
        (DIRECT | {"Content-Encoding": "gzip"}, gzip.compress(b"ASK {}"), 415),
        ({}, b"ASK {}", 415),
        (DIRECT, b"ASK {} #" + b"x" * 20_000, 413),
        (DIRECT, b"x" * 200_000, 413),
    ],
)
def test_malformed_posts(client, headers, body, status):
    reply = client.send("POST", "/sparql", headers=headers, body=body)
    assert reply.status == status
    assert reply.type == "application/problem+json"
    assert client.query("ASK {}").status == 200


def test_syntax_error_names_its_place_in_the_form_asked_for(client):
    query = "SELECT * WHERE {\n  ?s ?p }"
    problem = client.query(query)
    assert (problem.status, problem.type) == (400, "application/problem+json")
    assert (problem.json["status"], problem.json["line"], problem.json["column"]) == (400, 2, 9)
    text = client.query(query, accept="text/plain")
    assert (text.status, text.type) == (400, "text/plain")
    assert "Line 2, column 9" in text.text
    page = client.query(query, accept="text/html")
    assert (page.status, page.type) == (400, "text/html")
    assert "Line 2, column 9" in page.text
    assert "Traceback" not in problem.text + text.text + page.text


def test_methods(client):
    for method in ("PUT", "DELETE", "PATCH"):
        reply = client.send(method, "/sparql", body="x")
        assert reply.status == 405
        assert {"GET", "HEAD", "POST", "OPTIONS"} <= set(reply.headers["Allow"].split(", "))
    options = client.send("OPTIONS", "/sparql")
    assert options.status in (200, 204)
    assert "GET" in options.headers["Allow"]


def test_cors(client):
    preflight = client.send(
        "OPTIONS", "/sparql", headers={"Origin": "https://e.example", "Access-Control-Request-Headers": "x-own"}
    )
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert preflight.headers["Access-Control-Allow-Headers"] == "x-own"
    assert int(preflight.headers["Access-Control-Max-Age"]) > 0
    for reply in (client.query(STATES), client.query("broken"), client.query(STATES, accept="image/png")):
        assert reply.headers["Access-Control-Allow-Origin"] == "*"
        assert "ETag" in reply.headers["Access-Control-Expose-Headers"]


def test_long_addresses(client):
    query = "SELECT (COUNT(*) AS ?n) { VALUES ?x { " + '"éü" ' * 1500 + "} }"
    assert len(quote(query)) > 30_000
    assert count(client.query(query)) == 1500


def test_federation_is_refused_without_a_connection(client):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.3)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        for query, status in (
            (f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}", 403),
            (f"SELECT * {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}", 403),
            (f"PREFIX x: <{address}> SELECT * {{ service x: {{ ?s ?p ?o }} }}", 403),
            (f"SELECT * {{ VALUES ?u {{ <{address}> }} SERVICE ?u {{ ?s ?p ?o }} }}", 403),
            (f"SELECT * FROM <{address}g> {{ ?s ?p ?o }}", 400),
            (f"SELECT * FROM NAMED <{address}g> {{ ?s ?p ?o }}", 400),
        ):
            reply = client.query(query)
            assert reply.status == status, query
        with pytest.raises(TimeoutError):
            listener.accept()


def test_the_word_service_alone_is_no_federation(client):
    query = 'SELECT ?service { BIND("SERVICE <http://x/>" AS ?service) } # SERVICE <http://y/>'
    assert client.query(query).status == 200


def test_service_description(client):
    reply = client.query()
    assert (reply.status, reply.type) == (200, "text/turtle")
    for needed in (
        "sd:endpoint <",
        "sd:SPARQL11Query",
        "sd:UnionDefaultGraph",
        f"sd:name <{FIRST}>",
        "void:triples 48",
    ):
        assert needed in reply.text
    assert client.query(accept="application/rdf+xml").type == "application/rdf+xml"
    page = client.query(accept="text/html")
    assert (page.type, "<form" in page.text) == ("text/html", True)
    assert client.query(accept="image/png").status == 406
