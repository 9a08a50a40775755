"""The Reconciliation Service API 0.2: what the specification demands, and that names find what they name."""

import json
import re
from urllib.parse import quote

import pytest
from publishing import BASE, CALL, MEETING, get, publishing

NAMES = """
<http://localhost:8000/graph/entities> {
  <http://localhost:8000/entity/Q8646> a dip:Place ; rdfs:label "Hong Kong"@en ; dip:country entity:Q142 .
  <http://localhost:8000/entity/place-one> a dip:Place ; rdfs:label "Springfield"@en ; dip:country entity:Q142 .
  <http://localhost:8000/entity/place-two> a dip:Place ; rdfs:label "Springfield"@en ; dip:country entity:Q145 .
  <http://localhost:8000/entity/Q42310> a dip:Person ; rdfs:label "Félix Houphouët-Boigny"@en ;
    skos:altLabel "le Vieux"@fr .
}
"""
COLUMN = {
    "Emmanuel Macron": "entity/Q3052772",
    "MACRON": "entity/Q3052772",
    "emanuel makron": "entity/Q3052772",
    "Macron, Emmanuel": "entity/Q3052772",
    "President Emmanuel Macron": "entity/Q3052772",
    "Felix Houphouet Boigny": "entity/Q42310",
    "le vieux": "entity/Q42310",
    "UK": "entity/Q145",
    "United Kingdon": "entity/Q145",
    " france ": "entity/Q142",
    "Hongkong": "entity/Q8646",
    "Q90": "entity/Q90",
    "http://www.wikidata.org/entity/Q142": "entity/Q142",
    "https://www.wikidata.org/wiki/Q142": "entity/Q142",
    "entity/Q1058967": "entity/Q1058967",
    BASE + MEETING: MEETING,
    "President of France": "office/Q191954",
    "Emmanuel Macron and Keir Starmer met in Paris on 4 March 2025": MEETING,
}


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with publishing(tmp_path_factory.mktemp("releases"), extra=NAMES) as client:
        yield client


def reconcile(client, queries, status=200):
    text = queries if isinstance(queries, str) else json.dumps(queries)
    response = client.post("/reconcile", data={"queries": text})
    assert response.status_code == status, response.text
    return response.json


def candidates(client, **query):
    return reconcile(client, {"q": query})["q"]["result"]


def test_manifest(client):
    manifest = get(client, "reconcile").json
    assert "0.2" in manifest["versions"]
    assert manifest["identifierSpace"] == BASE
    assert manifest["schemaSpace"].startswith("https://")
    assert {type["id"] for type in manifest["defaultTypes"]} >= {"dip:Person", "dip:State", "dip:DiplomaticEvent"}
    assert all(type["name"] for type in manifest["defaultTypes"])
    assert manifest["preview"]["width"] > 0 < manifest["preview"]["height"]
    for kind in ("entity", "type", "property"):
        suggest = manifest["suggest"][kind]
        address = (suggest["service_url"] + suggest["service_path"]).removeprefix("http://localhost/")
        assert "result" in get(client, address + "?prefix=pa").json
        assert "${id}" in suggest["flyout_service_path"]
    proposal = manifest["extend"]["propose_properties"]
    assert get(client, (proposal["service_url"] + proposal["service_path"]).removeprefix("http://localhost/")).json
    assert get(client, "reconcile/").json == get(client, "reconcile?other=1").json == manifest


@pytest.mark.parametrize(("name", "identifier"), COLUMN.items())
def test_a_column_of_names(client, name, identifier):
    found = candidates(client, query=name)
    assert found, "no candidate"
    assert found[0]["id"] == identifier
    assert [one["score"] for one in found] == sorted((one["score"] for one in found), reverse=True)


def test_candidates_have_the_form_of_the_specification(client):
    for one in candidates(client, query="Emmanuel Macron", type="dip:Person", properties=[{"pid": "x", "v": 1}]):
        assert {"id", "name", "type", "score", "match", "features"} <= one.keys()
        assert isinstance(one["score"], float | int)
        assert isinstance(one["match"], bool)
        assert all({"id", "name"} <= type.keys() for type in one["type"])
        features = [feature["id"] for feature in one["features"]]
        assert len(features) == len(set(features))
        assert all(isinstance(feature["value"], bool | int | float) for feature in one["features"])
        for feature in features:
            assert get(client, f"reconcile/feature?id={quote(feature)}")


def test_only_what_is_sure_is_a_match(client):
    assert candidates(client, query="Emmanuel Macron")[0]["match"] is True
    namesakes = candidates(client, query="Springfield")[:2]
    assert {one["id"] for one in namesakes} == {"entity/place-one", "entity/place-two"}
    assert [one["match"] for one in namesakes] == [False, False]
    assert candidates(client, query="emanuel makron")[0]["match"] is False
    assert candidates(client, query="felix houphouet boigny")[0]["match"] is True, "diacritics and hyphens aside"
    assert candidates(client, query="qqqq zzzz") == []


def test_properties_tell_namesakes_apart(client):
    for value in ("United Kingdom", {"id": "entity/Q145"}, ["nowhere", "Q145"], BASE + "entity/Q145"):
        found = candidates(client, query="Springfield", properties=[{"pid": "dip:country", "v": value}])
        assert found[0]["id"] == "entity/place-two", value
        assert found[0]["score"] > found[1]["score"]
    for pid, value in {
        "dip:earliestDate": "2025-03-04",
        "rdfs:label": "Emmanuel Macron and Keir Starmer met in Paris on 4 March 2025",
        "dip:participant": {"id": "entity/Q3052772"},
        "dip:location": "PARIS",
    }.items():
        assert MEETING in [one["id"] for one in candidates(client, properties=[{"pid": pid, "v": value}])], pid
    assert candidates(client, properties=[{"pid": "dip:location", "v": "Atlantis"}]) == []
    only = candidates(client, properties=[{"pid": "dip:nationality", "v": "France"}])
    assert only[0]["id"] == "entity/Q3052772"


def test_types(client):
    person, french = {"query": "France", "type": "dip:Person"}, {"query": "France", "type": ["dip:State"]}
    result = reconcile(client, {"a": person, "b": french})
    assert "entity/Q142" not in {one["id"] for one in result["a"]["result"]}
    assert result["b"]["result"][0]["id"] == "entity/Q142"
    for kind in ("State", "dip:State", "https://w3id.org/communique/ontology#State"):
        assert candidates(client, query="France", type=kind)[0]["id"] == "entity/Q142"
    assert candidates(client, query="France", type="nothing") == []
    both = ["dip:State", "dip:Person"]
    assert candidates(client, query="France", type=both, type_strict="any")[0]["id"] == "entity/Q142"
    assert candidates(client, query="France", type=both, type_strict="all") == []
    soft = candidates(client, query="France", type="dip:Person", type_strict="should")
    assert 0 < soft[0]["score"] < 100
    events = candidates(client, query="Macron Starmer telephone", type="dip:DiplomaticEvent")
    assert events[0]["id"] == CALL, "a class holds what its subclasses hold"


def test_limit_and_batches(client):
    assert len(candidates(client, query="Springfield", limit=1)) == 1
    batch = {f"k {n}": {"query": "France"} for n in range(5)}
    result = reconcile(client, batch)
    assert list(result) == list(batch)
    by_get = client.get("/reconcile", query_string={"queries": json.dumps(batch)})
    assert by_get.json == result
    assert reconcile(client, {}) == {}
    too_many = {str(n): {"query": "x"} for n in range(get(client, "reconcile").json["batchSize"] + 1)}
    reconcile(client, too_many, status=413)


@pytest.mark.parametrize(
    "queries",
    [
        "",
        "{",
        "[]",
        "[" * 100_000,
        '"text"',
        '{"q": "text"}',
        '{"q": {}}',
        '{"q1": {"limit": 1}}',
        '{"q": {"query": ""}}',
        '{"q": {"query": 5}}',
        '{"q": {"query": "x", "limit": 0}}',
        '{"q": {"query": "x", "limit": -1}}',
        '{"q": {"query": "x", "limit": 1.5}}',
        '{"q": {"query": "x", "limit": "3"}}',
        '{"q": {"query": "x", "limit": true}}',
        '{"q": {"query": "x", "limit": NaN}}',
        '{"q": {"query": "x", "type": 5}}',
        '{"q": {"query": "x", "type_strict": "most"}}',
        '{"q": {"query": "x", "properties": {}}}',
        '{"q": {"query": "x", "properties": [{"pid": "a"}]}}',
        '{"q": {"query": "x", "properties": [{"v": "a"}]}}',
        '{"q": {"query": "x", "properties": [{"pid": "a", "v": {"name": "b"}}]}}',
        '{"q": {"properties": []}}',
        '{"q": {"query": "x", "unknown": 1}}',
    ],
)
def test_malformed_queries_are_refused(client, queries):
    problem = reconcile(client, queries, status=400)
    assert problem["detail"]
    if queries:
        assert client.get("/reconcile", query_string={"queries": queries[:2000]}).status_code == 400


def test_other_ways_to_ask_wrongly(client):
    assert client.post("/reconcile", data={}).status_code in (400, 415)
    assert client.post("/reconcile", data={"other": "1"}).status_code == 400
    assert client.post("/reconcile", json={"queries": {}}).status_code == 415
    refused = client.put("/reconcile")
    assert refused.status_code == 405
    assert {"GET", "POST"} <= set(refused.headers["Allow"].split(", "))


def test_long_and_strange_queries_do_no_harm(client):
    for query in (
        "x" * 100_000,
        '"; DROP TABLE names; --',
        "* OR NEAR(",
        "\u0000",
        "\ud83d\ude00",
        "𝓕𝓻𝓪𝓷𝓬𝓮",
        "''",
        '"',
    ):
        reconcile(client, {"q": {"query": query}})
    assert candidates(client, query="𝓕𝓻𝓪𝓷𝓬𝓮")[0]["id"] == "entity/Q142"


def test_cross_origin_and_jsonp(client):
    preflight = client.options(
        "/reconcile", headers={"Origin": "http://a.example", "Access-Control-Request-Method": "POST"}
    )
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    script = get(client, "reconcile?callback=app.on_answer")
    assert script.mimetype == "application/javascript"
    inner = re.fullmatch(r"/\*\*/app\.on_answer\((.*)\);", script.text, re.DOTALL)
    assert json.loads(inner[1])["versions"]
    for callback in ("alert(1)//", "a b", "", "1a", "a" * 500):
        assert get(client, f"reconcile?callback={quote(callback)}", status=400)


def test_view_and_preview(client):
    manifest = get(client, "reconcile").json
    for identifier in ("entity/Q142", MEETING):
        encoded = quote(identifier, safe="")
        view = manifest["view"]["url"].replace("{{id}}", encoded).removeprefix("http://localhost/")
        assert identifier.partition("/")[2] in get(client, view, "text/html").text
        preview = get(client, manifest["preview"]["url"].replace("{{id}}", encoded).removeprefix("http://localhost/"))
        assert preview.mimetype == "text/html"
        assert "frame-ancestors *" in preview.headers["Content-Security-Policy"]
        assert "<h1>" in preview.text
    assert get(client, "reconcile/preview?id=nobody", status=404)
    assert get(client, "reconcile/preview", status=400)
