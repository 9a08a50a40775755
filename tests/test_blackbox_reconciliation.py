"""The Reconciliation Service API 0.2 as its specification words it, found by way of the manifest alone.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from __future__ import annotations

import json
import re
from urllib.parse import quote

import pytest
from blackbox import BASE, Page, Site, content, listed
from reconciling import ENDPOINT, FORM, KENYA, candidates, encoded, posted

DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")


@pytest.fixture(scope="module")
def manifest(site: Site) -> dict:
    return site.get(ENDPOINT).json


def test_the_manifest(site: Site, manifest: dict) -> None:
    assert "0.2" in manifest["versions"]
    for name in ("name", "identifierSpace", "schemaSpace", "documentation", "serviceVersion"):
        assert isinstance(manifest[name], str)
        assert manifest[name]
    assert manifest["identifierSpace"].startswith(BASE)
    assert all(kind["id"] and kind["name"] for kind in manifest["defaultTypes"])
    assert len({kind["id"] for kind in manifest["defaultTypes"]}) == len(manifest["defaultTypes"])
    assert isinstance(manifest["batchSize"], int)
    assert {type(manifest["preview"][name]) for name in ("width", "height")} == {int}
    for template in (manifest["view"]["url"], manifest["feature_view"]["url"], manifest["preview"]["url"]):
        assert "{{id}}" in template
    for setting in manifest["extend"]["property_settings"]:
        assert {"name", "label", "type"} <= setting.keys()
        assert setting["type"] in ("number", "text", "checkbox", "select")
    assert site.get(manifest["documentation"], "text/html").type == "text/html"
    assert site.get(ENDPOINT, "text/html").type == "application/json", "whoever opens it gets the manifest"


@pytest.mark.parametrize("path", ["", "/", "?", "?x=1"])
def test_the_manifest_is_what_the_bare_endpoint_answers(site: Site, manifest: dict, path: str) -> None:
    assert site.get(ENDPOINT + path).json == manifest


def test_jsonp(site: Site, manifest: dict) -> None:
    reply = site.get(ENDPOINT + "?callback=jQuery123.then")
    assert reply.type in ("application/javascript", "text/javascript")
    inside = re.fullmatch(r"(?:/\*\*/)?jQuery123\.then\((.*)\);?\s*", reply.text, re.DOTALL)
    assert inside
    assert json.loads(inside[1]) == manifest
    for bad in ("alert(1)//", "<script>", "a b", ""):
        assert site.ask(ENDPOINT + "?callback=" + quote(bad)).status == 400


def addresses(manifest: dict) -> dict[str, str]:
    """Every address that the manifest names, filled in."""
    found = {"endpoint": ENDPOINT, "preview": manifest["preview"]["url"].replace("{{id}}", encoded(KENYA))}
    found["view"] = manifest["view"]["url"].replace("{{id}}", encoded(KENYA))
    found["feature"] = manifest["feature_view"]["url"].replace("{{id}}", "name_similarity")
    for kind, identifier in {"entity": KENYA, "type": "dip:Person", "property": "dip:nationality"}.items():
        suggest = manifest["suggest"][kind]
        found[f"suggest {kind}"] = suggest["service_url"] + suggest["service_path"] + "?prefix=k"
        flyout = suggest.get("flyout_service_url", suggest["service_url"]) + suggest["flyout_service_path"]
        found[f"flyout {kind}"] = flyout.replace("${id}", encoded(identifier))
    proposal = manifest["extend"]["propose_properties"]
    found["properties"] = proposal["service_url"] + proposal["service_path"] + "?type=dip%3APerson"
    found["queries"] = ENDPOINT + "?queries=" + encoded('{"q": {"query": "Kenya"}}')
    found["extend"] = ENDPOINT + "?extend=" + encoded('{"ids": ["entity/Q114"], "properties": [{"id": "rdfs:label"}]}')
    return found


PLACES = ("endpoint", "preview", "view", "feature", "suggest entity", "suggest type", "suggest property",
          "flyout entity", "flyout type", "flyout property", "properties", "queries", "extend")  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_every_address_of_the_manifest(site: Site, manifest: dict, place: str) -> None:
    address = addresses(manifest)[place]
    origin = {"Origin": "https://refine.example"}
    whole = site.get(address, headers=origin)
    assert whole.headers["Access-Control-Allow-Origin"] in ("*", origin["Origin"])
    head = site.get(address, method="HEAD", headers=origin)
    assert (head.body, head.headers["Content-Type"]) == (b"", whole.headers["Content-Type"])
    assert head.headers["Content-Length"] == str(len(whole.body))
    preflight = site.ask(address, method="OPTIONS", headers=origin | {"Access-Control-Request-Method": "POST"})
    assert preflight.status in (200, 204)
    assert preflight.headers["Access-Control-Allow-Origin"] in ("*", origin["Origin"])
    assert int(preflight.headers["Access-Control-Max-Age"]) > 0
    packed = site.get(address, headers={"Accept-Encoding": "gzip"})
    assert content(packed) == whole.body
    refused = site.ask(address, method="DELETE")
    assert refused.status == 405
    assert "get" in listed(refused, "Allow")
    unchanged = site.get(address, headers={"If-None-Match": whole.headers["ETag"]}, status=304)
    assert unchanged.body == b""


def test_queries_by_get_and_post(site: Site) -> None:
    batch = {"a": {"query": "Kenya"}, "": {"query": "Nairobi", "limit": 1}, "é q": {"query": "xqzw vvkjj"}}
    by_post = posted(site, "queries", batch)
    assert by_post.keys() == batch.keys()
    assert by_post["é q"] == {"result": []}
    assert len(by_post[""]["result"]) <= 1
    assert site.get(f"{ENDPOINT}?queries={encoded(json.dumps(batch))}").json == by_post
    assert posted(site, "queries", {"a": batch["a"]})["a"] == by_post["a"], "one query does not change another's answer"
    assert posted(site, "queries", {}) == {}


BAD = {
    "not json": "{",
    "an array": [],
    "a number": "1",
    "a query that is none": {"q": "Kenya"},
    "an empty query": {"q": {"query": ""}},
    "no query at all": {"q": {}},
    "no properties": {"q": {"properties": []}},
    "no limit": {"q": {"query": "x", "limit": 0}},
    "a negative limit": {"q": {"query": "x", "limit": -1}},
    "a broken limit": {"q": {"query": "x", "limit": 1.5}},
    "a limit in words": {"q": {"query": "x", "limit": "ten"}},
    "a query of numbers": {"q": {"query": 7}},
    "a type of numbers": {"q": {"query": "x", "type": 7}},
    "an unknown strictness": {"q": {"query": "x", "type_strict": "none"}},
    "properties that are none": {"q": {"query": "x", "properties": {"pid": "a", "v": "b"}}},
    "a property without a name": {"q": {"query": "x", "properties": [{"v": "b"}]}},
    "a property without a value": {"q": {"query": "x", "properties": [{"pid": "a"}]}},
    "an entity without an id": {"q": {"query": "x", "properties": [{"pid": "a", "v": {"name": "b"}}]}},
    "a field that is not there": {"q": {"query": "x", "colour": "red"}},
}


@pytest.mark.parametrize("name", BAD)
def test_malformed_queries(site: Site, name: str) -> None:
    problem = posted(site, "queries", BAD[name], status=400)
    assert len(problem["detail"]) > 10


@pytest.mark.parametrize(
    ("extension", "status"),
    [("{", 400), ([], 400), ({}, 400), ({"ids": "x", "properties": []}, 400), ({"ids": [1], "properties": []}, 400),
     ({"ids": []}, 400), ({"ids": [], "properties": [{}]}, 400), ({"ids": [], "properties": [7]}, 400),
     ({"ids": [], "properties": []}, 200)],
)  # fmt: skip
def test_malformed_extensions(site: Site, extension: object, status: int) -> None:
    answer = posted(site, "extend", extension, status=status)
    assert answer.keys() >= ({"meta", "rows"} if status == 200 else {"title", "status", "detail"})


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", '{"q": {"query": "x"}}', 415),
        ("text/plain", "queries={}", 415),
        (FORM["Content-Type"], "", 400),
        (FORM["Content-Type"], "query=x", 400),
        (FORM["Content-Type"] + "; charset=UTF-8", "queries=%7B%7D", 200),
    ],
)
def test_other_posts(site: Site, kind: str, body: str, status: int) -> None:
    reply = site.ask(ENDPOINT, method="POST", headers={"Content-Type": kind}, body=body)
    assert reply.status == status
    assert reply.headers["Access-Control-Allow-Origin"] == "*"


def test_batches_have_a_size(site: Site, manifest: dict) -> None:
    size = manifest["batchSize"]
    full = {f"q{n}": {"query": "Kenya", "limit": 1} for n in range(size)}
    assert posted(site, "queries", full).keys() == full.keys()
    posted(site, "queries", full | {"more": {"query": "Kenya"}}, status=413)


def test_limits(site: Site) -> None:
    for limit in (1, 2, 5):
        assert len(candidates(site, "Kenya", limit=limit)) <= limit
    assert candidates(site, "Kenya", limit=1) == candidates(site, "Kenya", limit=3)[:1]


def test_property_values_are_fetched(site: Site, manifest: dict) -> None:
    people = [
        row["s"].removeprefix(BASE) for row in site.rows("SELECT DISTINCT ?s { ?s a dip:Person } ORDER BY ?s LIMIT 5")
    ]
    proposal = manifest["extend"]["propose_properties"]
    address = proposal["service_url"] + proposal["service_path"]
    proposed = site.get(address + "?type=dip%3APerson").json
    assert proposed["type"] == "dip:Person"
    assert all(one["id"] and one["name"] for one in proposed["properties"])
    limited = site.get(address + "?type=dip%3APerson&limit=2").json
    assert (len(limited["properties"]), limited["limit"]) == (2, 2)
    assert site.get(address + "?type=no-such").json["properties"] == []
    wanted = [{"id": one["id"]} for one in proposed["properties"]] + [{"id": "no-such"}]
    answer = posted(site, "extend", {"ids": [*people, "entity/none"], "properties": wanted})
    assert [one["id"] for one in answer["meta"]] == [one["id"] for one in wanted]
    assert all(one["name"] for one in answer["meta"])
    assert answer["rows"].keys() == {*people, "entity/none"}
    assert all(cell == [] for cell in answer["rows"]["entity/none"].values())
    labels = {
        row["s"].removeprefix(BASE): row["o"] for row in site.rows("SELECT ?s ?o { ?s a dip:Person ; rdfs:label ?o }")
    }
    for person in people:
        row = answer["rows"][person]
        assert row.keys() == {one["id"] for one in wanted}
        assert {"str": labels[person]} in row["rdfs:label"]
        for cell in row.values():
            for value in cell:
                if "id" in value:
                    assert value.keys() <= {"id", "name", "description"}
                    assert site.get(BASE + value["id"], method="HEAD")
                else:
                    ((kind, found),) = value.items()
                    assert isinstance(found, {"str": str, "float": float, "int": int, "date": str}[kind])
                    assert kind != "date" or DATE.fullmatch(found)
    one = posted(site, "extend", {"ids": people[:1], "properties": [{"id": "skos:altLabel", "settings": {"limit": 1}}]})
    assert len(one["rows"][people[0]]["skos:altLabel"]) <= 1
    asked = encoded(json.dumps({"ids": people[:1], "properties": [{"id": "skos:altLabel", "settings": {"limit": 1}}]}))
    assert site.get(f"{ENDPOINT}?extend={asked}").json == one


@pytest.mark.parametrize(
    ("kind", "prefix", "identifier"),
    [("entity", "Keny", KENYA), ("entity", "kenya", KENYA), ("entity", KENYA, KENYA), ("entity", "Q114", KENYA),
     ("type", "pers", "dip:Person"), ("type", "dip:Person", "dip:Person"), ("type", "Meeting", "dip:Meeting"),
     ("property", "nation", "dip:nationality"), ("property", "dip:nationality", "dip:nationality")],
)  # fmt: skip
def test_suggestions(site: Site, manifest: dict, kind: str, prefix: str, identifier: str) -> None:
    suggest = manifest["suggest"][kind]
    address = suggest["service_url"] + suggest["service_path"] + "?prefix=" + encoded(prefix)
    found = site.get(address).json["result"]
    assert identifier in [one["id"] for one in found]
    for one in found:
        assert one["id"]
        assert one["name"]
        assert isinstance(one.get("description", ""), str)
        assert all(notable["id"] for notable in one.get("notable", []))
    assert site.get(address + "&cursor=1").json["result"][: len(found) - 1] == found[1:]
    assert site.get(address + "&cursor=100000").json["result"] == []
    assert site.ask(address + "&cursor=x").status == 400
    assert site.ask(address.replace("prefix=", "x=")).status == 400
    flyout = suggest.get("flyout_service_url", suggest["service_url"]) + suggest["flyout_service_path"]
    shown = site.get(flyout.replace("${id}", encoded(identifier))).json
    assert shown["id"] == identifier
    assert "<" in shown["html"]
    assert site.ask(flyout.replace("${id}", "none-such")).status == 404


def test_previews_fit_into_a_frame(site: Site, manifest: dict) -> None:
    for identifier in (
        KENYA,
        *(one["id"] for one in candidates(site, "spoke by telephone", type="dip:DiplomaticEvent")),
    ):
        reply = site.get(manifest["preview"]["url"].replace("{{id}}", encoded(identifier)))
        assert reply.type == "text/html"
        assert "X-Frame-Options" not in reply.headers
        assert "frame-ancestors *" in reply.headers["Content-Security-Policy"]
        assert Page(reply.text).title
        view = site.get(manifest["view"]["url"].replace("{{id}}", encoded(identifier)), "text/html")
        assert Page(view.text).title
    assert site.ask(manifest["preview"]["url"].replace("{{id}}", "none")).status == 404


def test_features_are_explained(site: Site, manifest: dict) -> None:
    asked = {"type": "dip:State", "properties": [{"pid": "dip:capital", "v": "Nairobi"}]}
    features = {feature["id"] for one in candidates(site, "Kenya", **asked) for feature in one["features"]}
    assert len(features) >= 4
    for name in features:
        assert site.get(manifest["feature_view"]["url"].replace("{{id}}", encoded(name))).type == "text/html"
