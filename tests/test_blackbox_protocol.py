"""What the SPARQL 1.1 Protocol demands of an endpoint, asked from outside (https://www.w3.org/TR/sparql11-protocol/)."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from blackbox import BASE, PARSERS, Site, content, listed, statements

FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
FORM_TYPE, DIRECT_TYPE = {"Content-Type": FORM}, {"Content-Type": DIRECT}
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
NAMED = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
SELECT = "SELECT ?s ?label { ?s a dip:State ; rdfs:label ?label } ORDER BY ?s LIMIT 5"
CONSTRUCT = "CONSTRUCT { ?s a dip:State } WHERE { ?s a dip:State }"
DESCRIBE = f"DESCRIBE <{BASE}dataset> ?s {{ ?s a dip:State }}"
QUERIES = {"SELECT": SELECT, "ASK": "ASK { ?s a dip:State }", "CONSTRUCT": CONSTRUCT, "DESCRIBE": DESCRIBE}
SOLUTIONS = (
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
)
ENTITIES, EVENTS, UNKNOWN = f"{BASE}graph/entities", f"{BASE}graph/events", "http://nowhere.example/graph"
FORMATS = {"SELECT": SOLUTIONS, "ASK": SOLUTIONS[:2], "CONSTRUCT": tuple(PARSERS), "DESCRIBE": tuple(PARSERS)}
EACH_FORMAT = [(form, media_type) for form, offered in FORMATS.items() for media_type in offered]


def number(reply) -> int:
    assert reply.status == 200, reply.text
    return int(reply.json["results"]["bindings"][0]["n"]["value"])


def ways(site: Site, query: str, accept: str | None = None, dataset: tuple[tuple[str, str], ...] = ()):
    """The answers to a query sent in each way that the protocol has (section 2.1), and with the dataset elsewhere."""
    pairs = [("query", query), *dataset]
    yield site.ask("/sparql?" + urlencode(pairs), accept)
    yield site.ask("/sparql", accept, method="POST", headers=FORM_TYPE, body=urlencode(pairs))
    yield site.ask("/sparql?" + urlencode(dataset), accept, method="POST", headers=DIRECT_TYPE, body=query)
    yield site.ask(
        "/sparql?" + urlencode(dataset), accept, method="POST", headers=FORM_TYPE, body=urlencode({"query": query})
    )


@pytest.mark.parametrize(("form", "media_type"), EACH_FORMAT)
def test_every_way_gives_every_format(site: Site, form: str, media_type: str) -> None:
    replies = list(ways(site, QUERIES[form], media_type))
    assert [(reply.status, reply.type) for reply in replies] == [(200, media_type)] * 4
    assert len({reply.body for reply in replies}) == 1
    assert replies[0].body
    if media_type in PARSERS:
        assert len(statements(replies[0])) >= 5


@pytest.mark.parametrize(("form", "media_type"), EACH_FORMAT)
def test_head_compression_and_caching_of_every_format(site: Site, form: str, media_type: str) -> None:
    address = "/sparql?" + urlencode({"query": QUERIES[form]})
    plain, head = site.ask(address, media_type), site.ask(address, media_type, method="HEAD")
    assert (head.status, head.body) == (200, b"")
    for name in ("Content-Type", "Content-Length", "ETag", "Cache-Control", "Vary", "Access-Control-Allow-Origin"):
        assert head.headers[name] == plain.headers[name], name
    assert {"accept", "accept-encoding"} <= listed(plain, "Vary")
    assert "max-age" in plain.headers["Cache-Control"]
    packed = site.ask(address, media_type, headers={"Accept-Encoding": "gzip"})
    assert content(packed) == plain.body
    assert packed.headers["Content-Encoding"] == "gzip" or len(plain.body) < 1000
    if packed.headers["Content-Encoding"] == "gzip":
        assert packed.headers["ETag"] != plain.headers["ETag"], "a strong validator names one sequence of bytes"
    for tag in (plain.headers["ETag"], f"W/{plain.headers['ETag']}", f'"other", {plain.headers["ETag"]}', "*"):
        known = site.ask(address, media_type, headers={"If-None-Match": tag})
        assert (known.status, known.body, known.headers["ETag"]) == (304, b"", plain.headers["ETag"])
        assert {"accept", "accept-encoding"} <= listed(known, "Vary")
    assert site.ask(address, media_type, headers={"If-None-Match": '"other"'}).status == 200


def test_every_format_has_an_etag_of_its_own(site: Site) -> None:
    for form, offered in FORMATS.items():
        assert len({site.query(QUERIES[form], one).headers["ETag"] for one in offered}) == len(offered)


@pytest.mark.parametrize(
    ("form", "accept", "expected"),
    [
        ("SELECT", [], SOLUTIONS[0]),
        ("SELECT", [""], SOLUTIONS[0]),
        ("SELECT", ["*/*"], SOLUTIONS[0]),
        ("SELECT", ["application/*"], SOLUTIONS[0]),
        ("SELECT", ["text/*"], "text/csv"),
        ("SELECT", ["TEXT/CSV"], "text/csv"),
        ("SELECT", ["text/csv;header=present;charset=UTF-8"], "text/csv"),
        ("SELECT", ["text/csv;q=0.1, application/sparql-results+xml;q=0.2"], SOLUTIONS[1]),
        ("SELECT", ["text/csv;q=0.1", "application/sparql-results+xml;q=0.2"], SOLUTIONS[1]),
        ("SELECT", ["*/*;q=0.1", "text/csv"], "text/csv"),
        ("SELECT", ["text/csv;q=0, text/*"], "text/tab-separated-values"),
        ("SELECT", ["text/*;q=0.9, text/csv;q=0.2"], "text/tab-separated-values"),
        ("SELECT", ["image/png, text/turtle, text/csv;q=0.001"], "text/csv"),
        ("SELECT", ["text/csv ; Q=0.5 , application/sparql-results+json ; q=0.4"], "text/csv"),
        ("SELECT", ["application/json"], "application/json"),
        ("SELECT", ["application/xml"], "application/xml"),
        ("SELECT", ["text/csv;q=0"], None),
        ("SELECT", ["*/*;q=0"], None),
        ("SELECT", ["text/turtle"], None),
        ("SELECT", ["image/*"], None),
        ("ASK", ["text/csv"], None),
        ("ASK", ["*/*"], SOLUTIONS[0]),
        ("CONSTRUCT", [], "text/turtle"),
        ("CONSTRUCT", ["*/*"], "text/turtle"),
        ("CONSTRUCT", ["text/turtle;q=0.2, application/n-triples;q=0.8"], "application/n-triples"),
        ("CONSTRUCT", ["text/turtle;q=0", "*/*;q=0.1"], "application/n-triples"),
        ("CONSTRUCT", ['application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded"'], "application/ld+json"),
        ("CONSTRUCT", ["text/csv"], None),
        ("DESCRIBE", ["application/sparql-results+json"], None),
        ("DESCRIBE", ["application/rdf+xml, */*;q=0.5"], "application/rdf+xml"),
    ],
)
def test_negotiation(site: Site, form: str, accept: list[str], expected: str | None) -> None:
    reply = site.ask("/sparql?" + urlencode({"query": QUERIES[form]}), accept)
    assert (reply.status, reply.type) == ((200, expected) if expected else (406, "application/problem+json"))
    assert "accept" in listed(reply, "Vary")


DATASETS = {
    "nothing": ((), None, None),
    "a default graph": ((("default-graph-uri", ENTITIES),), ENTITIES, 0),
    "a named graph": ((("named-graph-uri", ENTITIES),), 0, ENTITIES),
    "both": ((("default-graph-uri", EVENTS), ("named-graph-uri", ENTITIES)), EVENTS, ENTITIES),
    "an unknown default graph": ((("default-graph-uri", UNKNOWN),), 0, 0),
    "an unknown named graph": ((("named-graph-uri", UNKNOWN),), 0, 0),
    "known and unknown": ((("default-graph-uri", UNKNOWN), ("default-graph-uri", ENTITIES)), ENTITIES, 0),
    "one graph twice": ((("default-graph-uri", ENTITIES), ("default-graph-uri", ENTITIES)), ENTITIES, 0),
}


@pytest.mark.parametrize("name", DATASETS)
def test_dataset_of_the_request(site: Site, name: str) -> None:
    dataset, default, named = DATASETS[name]

    def size(graph: str | int | None, everything: str) -> int:
        if isinstance(graph, int):
            return graph
        return int(
            site.rows(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}" if graph else everything)[0]["n"]
        )

    for query, graph in ((COUNT, default), (NAMED, named)):
        assert {number(reply) for reply in ways(site, query, dataset=dataset)} == {size(graph, query)}
    # It beats what the query itself says (section 2.1.4).
    said = COUNT.replace("{", f"FROM <{BASE}graph/ontology> {{", 1)
    if dataset:
        assert {number(reply) for reply in ways(site, said, dataset=dataset)} == {size(default, said)}


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("query=" + quote(COUNT), 200),
        ("query=" + quote(COUNT).replace("%20", "+"), 200),
        ("%71uery=" + quote(COUNT), 200),
        ("x=1&query=" + quote(COUNT) + "&y=%20", 200),
        ("query=" + quote("#" + "x" * 7900 + "\n" + COUNT), 200),
        ("query=" + quote(COUNT + " # é € 😀"), 200),
        ("query=" + quote("\ufeff" + COUNT), 400),
        ("query=", 400),
        ("query=%20", 400),
        ("query=" + quote(COUNT) + "&query=" + quote(COUNT), 400),
        ("query=%FF", 400),
        ("query=ASK%7B%7D%23%C3%28", 400),
        ("query=ASK%7B%7D%23%ED%A0%80", 400),
        ("query=ASK%7B%7D%23%C0%AF", 400),
        ("query=ASK%20%7B%20%3Fs", 400),
        ("query=SELECT%20%3Fx%20%7B%7D%20GROUP%20BY%20%3Fy", 400),
        ("query=" + quote("ASK { ?s nope:p ?o }"), 400),
        ("query=" + quote("INSERT DATA { <urn:a> <urn:b> <urn:c> }"), 400),
        ("query=" + quote("DROP ALL"), 400),
        ("query=" + quote("LOAD <http://127.0.0.1:1/>"), 400),
        ("query=" + quote("ASK FROM <http://127.0.0.1:1/x> {}"), 400),
        ("query=" + quote("ASK { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"), 403),
        ("query=ASK%7B%7D&default-graph-uri=not%20an%20iri", 400),
        ("query=ASK%7B%7D&default-graph-uri=%FF", 400),
        ("update=" + quote("CLEAR ALL"), 403),
    ],
)
def test_get(site: Site, address: str, status: int) -> None:
    reply = site.ask("/sparql?" + address)
    assert reply.status == status
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    if status >= 400:
        assert (reply.type, reply.json["status"]) == ("application/problem+json", status)
        assert "max-age" not in reply.headers["Cache-Control"]
    head = site.ask("/sparql?" + address, method="HEAD")
    assert (head.status, head.headers["Content-Type"], head.body) == (status, reply.headers["Content-Type"], b"")
    assert number(site.query(COUNT)) > 0, "the connection lives on"


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        (FORM, "query=" + quote(COUNT), 200),
        (FORM + "; charset=UTF-8", "query=" + quote(COUNT), 200),
        (FORM, "x=%26&query=" + quote(COUNT) + "&", 200),
        (FORM, "", 400),
        (FORM, "nothing=1", 400),
        (FORM, "query=ASK%7B%7D&query=ASK%7B%7D", 400),
        (FORM, b"query=ASK{}%23\xff", 400),
        (FORM, "query=%FF", 400),
        (FORM, "query=ASK%7B%7D&update=CLEAR+ALL", 400),
        (FORM, "update=CLEAR+ALL", 403),
        (DIRECT, COUNT, 200),
        (DIRECT + ";charset=utf-8", COUNT, 200),
        ("Application/Sparql-Query", COUNT, 200),
        (DIRECT, COUNT + " # é", 200),
        (DIRECT, "", 400),
        (DIRECT, "query=" + quote(COUNT), 400),
        (DIRECT, b"ASK {} # \xc3\x28", 400),
        (DIRECT, b"\xff\xfeA\x00S\x00K\x00", 400),
        (DIRECT + ";charset=utf-16", COUNT, 415),
        (DIRECT, "#" + "x" * 5_000_000, 413),
        ("application/sparql-update", "CLEAR ALL", 403),
        ("application/json", '{"query": "ASK {}"}', 415),
        ("text/plain", COUNT, 415),
        (
            "multipart/form-data; boundary=x",
            '--x\r\nContent-Disposition: form-data; name="query"\r\n\r\nASK {}\r\n--x--',
            415,
        ),
    ],
)
def test_post(site: Site, kind: str, body: str, status: int) -> None:
    reply = site.ask("/sparql", method="POST", headers={"Content-Type": kind}, body=body)
    assert reply.status == status, reply.text
    if status >= 400:
        assert (reply.type, reply.json["status"]) == ("application/problem+json", status)
    assert "Traceback" not in reply.text
    assert number(site.query(COUNT)) > 0, "the connection lives on"


def test_a_query_and_its_dataset_in_both_places_are_told_apart(site: Site) -> None:
    twice = site.ask("/sparql?query=ASK%7B%7D", method="POST", headers=DIRECT_TYPE, body="ASK {}")
    assert twice.status == 400
    update = site.ask("/sparql?update=CLEAR+ALL", method="POST", headers=DIRECT_TYPE, body="ASK {}")
    assert update.status in (400, 403)
