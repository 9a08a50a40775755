"""The smaller services of the Reconciliation Service API: suggest, flyout, property proposals, data extension."""

import json
import re
from urllib.parse import quote

import pytest
from publishing import CALL, MEETING, get, publishing

DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with publishing(tmp_path_factory.mktemp("releases")) as client:
        yield client


def suggest(client, kind, prefix, **more):
    query = "&".join(f"{name}={quote(str(value))}" for name, value in {"prefix": prefix, **more}.items())
    return get(client, f"reconcile/suggest/{kind}?{query}").json["result"]


def extend(client, ids, *properties, status=200):
    query = {"ids": ids, "properties": [p if isinstance(p, dict) else {"id": p} for p in properties]}
    response = client.post("/reconcile", data={"extend": json.dumps(query)})
    assert response.status_code == status, response.text
    return response.json


@pytest.mark.parametrize("prefix", ["Emm", "emmanuel mac", "mac", "Emmanuel Macron", "Q3052772", "entity/Q3052772"])
def test_entities_by_what_is_typed(client, prefix):
    first = suggest(client, "entity", prefix)[0]
    assert (first["id"], first["name"]) == ("entity/Q3052772", "Emmanuel Macron")
    assert first["notable"] == [{"id": "dip:Person", "name": "person"}]
    assert "France" in first["description"]


@pytest.mark.parametrize(
    ("kind", "prefix", "identifier"),
    [
        ("type", "per", "dip:Person"),
        ("type", "dip:TelephoneCall", "dip:TelephoneCall"),
        ("type", "call", "dip:TelephoneCall"),
        ("type", "https://w3id.org/communique/ontology#State", "dip:State"),
        ("property", "nat", "dip:nationality"),
        ("property", "owl:sameAs", "owl:sameAs"),
        ("property", "name", "rdfs:label"),
    ],
)
def test_types_and_properties_by_what_is_typed(client, kind, prefix, identifier):
    assert suggest(client, kind, prefix)[0]["id"] == identifier
    flyout = get(client, f"reconcile/flyout/{kind}?id={quote(identifier)}").json
    assert flyout["id"] == identifier
    assert "<strong>" in flyout["html"]


def test_types_know_those_directly_above_them(client):
    (call,) = [one for one in suggest(client, "type", "dip:TelephoneCall") if one["id"] == "dip:TelephoneCall"]
    assert call["broader"] == [{"id": "dip:DiplomaticEvent", "name": "diplomatic event"}]


def test_the_cursor_skips_what_was_seen(client):
    everything = suggest(client, "entity", "e", limit=100)
    assert len(everything) > 2
    assert suggest(client, "entity", "e", cursor=1) == everything[1:21]
    assert suggest(client, "entity", "e", cursor=10_000) == []
    assert suggest(client, "entity", "qqqq") == []
    assert suggest(client, "entity", "") == []
    for wrong in ("cursor=x", "cursor=-1", "cursor=1.5"):
        assert get(client, f"reconcile/suggest/entity?prefix=e&{wrong}", status=400)
    for kind in ("entity", "type", "property"):
        assert get(client, f"reconcile/suggest/{kind}", status=400).json["detail"]
    assert suggest(client, "entity", '" OR *') is not None


def test_flyout_of_an_entity(client):
    flyout = get(client, "reconcile/flyout/entity?id=entity%2FQ142").json
    assert flyout["id"] == "entity/Q142"
    assert "France" in flyout["html"]
    hostile = get(client, "reconcile/flyout/entity?id=entity/person-hostile").json["html"]
    assert "<script" not in hostile
    assert get(client, "reconcile/flyout/entity?id=nobody", status=404)
    assert get(client, "reconcile/flyout/type?id=nothing", status=404)
    assert get(client, "reconcile/flyout/entity", status=400)


def test_properties_are_proposed_for_a_type(client):
    proposal = get(client, "reconcile/properties?type=dip:Person").json
    assert proposal["type"] == "dip:Person"
    known = {one["id"]: one["name"] for one in proposal["properties"]}
    assert known["dip:nationality"] == "nationality"
    assert "dip:capital" not in known
    short = get(client, "reconcile/properties?type=dip:Person&limit=1").json
    assert (len(short["properties"]), short["limit"]) == (1, 1)
    assert get(client, "reconcile/properties?type=nothing").json["properties"] == []
    assert len(get(client, "reconcile/properties").json["properties"]) > len(known)
    assert get(client, "reconcile/properties?type=dip:Person&limit=x", status=400)


def test_data_extension(client):
    answer = extend(
        client,
        ["entity/Q142", "entity/Q90", MEETING, "Q145", "nobody"],
        "rdfs:label",
        "dip:capital",
        "schema:latitude",
        "dip:earliestDate",
        "owl:sameAs",
        "dip:status",
        "dip:participant",
        "no such thing",
    )
    rows = answer["rows"]
    assert list(rows) == ["entity/Q142", "entity/Q90", MEETING, "Q145", "nobody"]
    assert rows["entity/Q142"]["rdfs:label"] == [{"str": "France"}]
    assert rows["entity/Q142"]["dip:capital"] == [{"id": "entity/Q90", "name": "Paris"}]
    assert rows["entity/Q142"]["owl:sameAs"] == [{"str": "http://www.wikidata.org/entity/Q142"}]
    assert rows["entity/Q90"]["schema:latitude"] == [{"float": 48.8566}]
    assert DATE.fullmatch(rows[MEETING]["dip:earliestDate"][0]["date"])
    assert rows["Q145"]["rdfs:label"] == [{"str": "United Kingdom"}]
    assert len(rows[MEETING]["dip:participant"]) == 2
    assert all(values == [] for values in rows["nobody"].values())
    assert [one["id"] for one in answer["meta"]] == list(rows["nobody"])
    assert all(one["name"] for one in answer["meta"])


def test_data_extension_keeps_to_its_settings(client):
    one = extend(client, [CALL], {"id": "dip:participant", "settings": {"limit": 1}})
    assert len(one["rows"][CALL]["dip:participant"]) == 1
    every = extend(client, [CALL], {"id": "dip:participant", "settings": {"limit": 0}})
    assert len(every["rows"][CALL]["dip:participant"]) == 2
    assert extend(client, [CALL], {"id": "dip:participant", "settings": {"limit": "many"}}, status=400)
    by_get = client.get("/reconcile", query_string={"extend": json.dumps({"ids": [CALL], "properties": []})})
    assert by_get.json == {"meta": [], "rows": {CALL: {}}}


@pytest.mark.parametrize(
    "query", ["{", "[]", "{}", '{"ids": []}', '{"properties": []}', '{"ids": "a", "properties": []}',
              '{"ids": [1], "properties": []}', '{"ids": [], "properties": [{"name": "x"}]}']
)  # fmt: skip
def test_malformed_extensions_are_refused(client, query):
    response = client.post("/reconcile", data={"extend": query})
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")
