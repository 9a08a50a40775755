"""How answers of the SPARQL endpoint are written: HEAD, caching, compression, and the result formats."""

import gzip
from xml.etree import ElementTree

import pytest
from release_fixture import write_release
from server_process import running_server

STATES = "SELECT ?s { ?s a dip:State } ORDER BY ?s"
GRAPH = "CONSTRUCT { ?s a dip:State } WHERE { ?s a dip:State }"
RESULTS = "{http://www.w3.org/2005/sparql-results#}"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("releases")
    write_release(folder)
    with running_server(folder / "current", access_log=False) as server:
        client = server.client()
        yield client
        client.close()


def test_head_has_the_headers_of_get(client):
    for query in (STATES, GRAPH, "ASK {}"):
        get, head = client.query(query), client.query(query, method="HEAD")
        assert (head.status, head.body) == (200, b"")
        for name in ("Content-Type", "Content-Length", "ETag", "Vary", "Cache-Control"):
            assert head.headers[name] == get.headers[name]


def test_conditional_get(client):
    first = client.query(STATES)
    tag = first.headers["ETag"]
    assert "max-age" in first.headers["Cache-Control"]
    for condition in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = client.query(STATES, headers={"If-None-Match": condition})
        assert (again.status, again.body) == (304, b"")
        assert (again.headers["ETag"], again.headers["Vary"]) == (tag, "Accept, Accept-Encoding")
    assert client.query(STATES, headers={"If-None-Match": '"other"'}).status == 200
    assert client.query(STATES, accept="text/csv").headers["ETag"] != tag


def test_a_repeated_answer_is_the_same_and_depends_on_what_vary_says(client):
    query = "SELECT ?l { ?s rdfs:label ?l } ORDER BY ?l"
    first, second = client.query(query), client.query(query)
    for reply in (first, second):
        del reply.headers["Date"]
    assert (second.body, second.headers.items()) == (first.body, first.headers.items())
    assert client.query(query, accept="text/csv").type == "text/csv"
    packed = client.query(query, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.body) == first.body
    assert client.query(query, method="HEAD").body == b""
    assert client.query(query, headers={"If-None-Match": first.headers["ETag"]}).status == 304
    assert client.query(query).body == first.body


def test_answers_that_change_are_not_cached(client):
    query = "SELECT (STRUUID() AS ?v) {}"
    first, second = client.query(query), client.query(query)
    assert first.body != second.body
    assert first.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "accept",
    ["application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_gzip(client, accept, method):
    plain = client.query(STATES, accept=accept)
    packed = client.query(STATES, accept=accept, headers={"Accept-Encoding": "gzip, deflate"}, method=method)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["ETag"] != plain.headers["ETag"]
    if method == "GET":
        assert gzip.decompress(packed.body) == plain.body
    condition = {"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
    assert client.query(STATES, accept=accept, headers=condition).status == 304
    assert (
        "Content-Encoding" not in client.query(STATES, accept=accept, headers={"Accept-Encoding": "gzip;q=0"}).headers
    )


def test_xml_holds_what_xml_can_hold(client):
    query = 'SELECT ("a\\rb\\tc\\nd <&> é\\u0001\\uFFFF😀" AS ?v) ("x"@en-GB AS ?l) (<http://e/?a&b> AS ?i) {}'
    root = ElementTree.fromstring(client.query(query, accept="application/sparql-results+xml").body)
    values = {b.get("name"): b[0] for b in root.iter(RESULTS + "binding")}
    assert values["v"].text == "a\rb\tc\nd <&> é��😀"
    assert values["i"].text == "http://e/?a&b"
    assert values["l"].get("{http://www.w3.org/XML/1998/namespace}lang").lower() == "en-gb"
    assert client.query(query).json["results"]["bindings"][0]["v"]["value"] == "a\rb\tc\nd <&> é\x01\uffff😀"


def test_csv_and_tsv_by_the_letter(client):
    query = 'SELECT ("a,b\\"c\\r\\n" AS ?v) (<http://e/x> AS ?i) (1 AS ?n) ?none ("t\\tt"@en AS ?l) {}'
    assert client.query(query, accept="text/csv").body == b'v,i,n,none,l\r\n"a,b""c\r\n",http://e/x,1,,t\tt\r\n'
    tsv = client.query(query, accept="text/tab-separated-values").text
    assert tsv == '?v\t?i\t?n\t?none\t?l\n"a,b\\"c\\r\\n"\t<http://e/x>\t1\t\t"t\\tt"@en\n'
