"""Linked data as a stranger meets it: one thing asked for in every way, and what is not there."""

from __future__ import annotations

import json
import re

import pyoxigraph
import pytest
from blackbox import BASE, KINDS, PARSERS, Page, Site, content, listed, one, statements
from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, PROV

DIP = "https://w3id.org/communique/ontology#"
SPDX = "http://spdx.org/rdf/terms#"
DATASET = URIRef(BASE + "dataset")
SUFFIXES = dict(zip(("ttl", "nt", "jsonld", "rdf", "trig", "nq"), PARSERS, strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_a_thing_in_every_format(site: Site, kind: str) -> None:
    address = one(site, kind)
    union = statements(site.get(address, "text/turtle"))
    assert any(address in (str(s), str(s).partition("#")[0]) for s, _, _ in union)
    tags = set()
    for suffix, media_type in SUFFIXES.items():
        reply = site.get(address, media_type)
        assert reply.type == media_type
        assert statements(reply) == union, media_type
        assert reply.headers["Content-Location"].endswith("." + suffix)
        assert listed(reply, "Vary") >= {"accept", "accept-encoding"}
        same = site.get(address + "." + suffix, "text/html")
        assert (same.type, same.body) == (media_type, reply.body)
        tags.add(reply.headers["ETag"])
        if suffix in ("trig", "nq"):
            quads = list(pyoxigraph.parse(reply.body, pyoxigraph.RdfFormat.from_media_type(media_type), base_iri=BASE))
            merged = {quad.triple for quad in quads if isinstance(quad.graph_name, pyoxigraph.DefaultGraph)}
            assert merged == {quad.triple for quad in quads}, "the default graph is the merge of the others"
    assert len(tags) == len(SUFFIXES)
    page = Page(site.get(address, "text/html,application/xhtml+xml,*/*;q=0.8").text)
    assert page.title.strip()
    assert ("html", {"lang": "en"}) in page.tags
    assert page.data, "a page holds its data as JSON-LD"
    alternates = {a.get("type"): a.get("href") for tag, a in page.tags if tag == "link" and a.get("rel") == "alternate"}
    for media_type in PARSERS:
        assert site.get(alternates[media_type]).type == media_type


@pytest.mark.parametrize("kind", ["event", "person", "state", "article"])
def test_pages_speak_schema_org(site: Site, kind: str) -> None:
    page = Page(site.get(one(site, kind), "text/html").text)
    expected = {"event": "Event", "person": "Person", "state": "Country", "article": "NewsArticle"}[kind]
    found = json.dumps(page.data)
    assert "schema.org" in found
    assert re.search(rf'"(?:schema:)?{expected}"', found)


@pytest.mark.parametrize("kind", ["event", "person", "article"])
def test_links_inside_a_page_lead_somewhere(site: Site, kind: str) -> None:
    page = Page(site.get(one(site, kind), "text/html").text)
    targets = {a["href"] for tag, a in page.tags if tag in ("a", "link") and (a.get("href") or "").startswith("/")}
    assert len(targets) > 10
    for target in sorted(targets):
        site.get(target.partition("#")[0], method="HEAD")
    assert not [
        tag for tag, a in page.tags if tag == "script" and a.get("type") != "application/ld+json" and "src" not in a
    ]


@pytest.mark.parametrize("kind", ["event", "person", "topic"])
def test_caching_head_options_and_other_methods(site: Site, kind: str) -> None:
    address = one(site, kind)
    for accept in ("text/html", *PARSERS):
        whole = site.get(address, accept)
        head = site.get(address, accept, method="HEAD")
        assert head.body == b""
        for name in ("Content-Type", "Content-Length", "ETag", "Last-Modified", "Vary", "Content-Location"):
            assert head.headers[name] == whole.headers[name] != None, name  # noqa: E711 - both are there and the same
        assert head.headers.get_all("Link") == whole.headers.get_all("Link")
        for header, value in (("If-None-Match", whole.headers["ETag"]), ("If-None-Match", "*"),
                              ("If-Modified-Since", whole.headers["Last-Modified"])):  # fmt: skip
            known = site.get(address, accept, headers={header: value}, status=304)
            assert (known.body, known.headers["ETag"]) == (b"", whole.headers["ETag"])
        both = {"If-None-Match": '"other"', "If-Modified-Since": whole.headers["Last-Modified"]}
        assert site.get(address, accept, headers=both).body == whole.body
        packed = site.get(address, accept, headers={"Accept-Encoding": "gzip"})
        assert (packed.headers["Content-Encoding"], content(packed)) == ("gzip", whole.body)
        assert packed.headers["ETag"] != whole.headers["ETag"]
    options = site.ask(address, method="OPTIONS", headers={"Origin": "https://e.example"})
    assert options.status in (200, 204)
    assert listed(options, "Allow") == {"get", "head", "options"}
    assert int(options.headers["Access-Control-Max-Age"]) > 0
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        refused = site.ask(address, method=method, body="x")
        assert (refused.status, listed(refused, "Allow")) == (405, {"get", "head", "options"})


LINK = re.compile(r'<([^>]*)>((?:\s*;\s*[\w-]+="[^"]*")*)')


def test_link_headers(site: Site) -> None:
    address = one(site, "event")
    found = LINK.findall(", ".join(site.get(address, "text/turtle").headers.get_all("Link")))
    rels: dict[str, list[tuple[str, str]]] = {}
    for target, parameters in found:
        named = dict(re.findall(r'([\w-]+)="([^"]*)"', parameters))
        rels.setdefault(named["rel"], []).append((target, named.get("type", "")))
    assert rels.keys() >= {"alternate", "describedby", "type", "license", "describes"}
    for target, media_type in rels["alternate"] + rels["describedby"]:
        assert site.get(target).type == media_type
    assert any(target.startswith(DIP) for target, _ in rels["type"])


@pytest.mark.parametrize(
    ("path", "accept", "status"),
    [
        ("/event/none-such", "text/turtle", 404),
        ("/entity/Q0", "text/html", 404),
        ("/entity/Q0", None, 404),
        ("/none", "image/png", 404),
        ("/entity/", "text/html", 404),
        ("/%00", "text/html", 404),
        ("/entity/%FF", "text/html", 404),
        ("/entity/<x>", "application/json", 404),
        ("/dumps/none.nt.gz", "text/html", 404),
        ("/dumps/..%2Fmanifest.json", None, 404),
        ("/store/CURRENT", None, 404),
        ("/dataset", "image/png", 406),
        ("/ontology", "text/csv", 406),
        ("/dataset.none", "text/turtle", 404),
        ("/describe?uri=none", None, 400),
        ("/describe?uri=http://e.example/x", None, 404),
        ("/sameas", None, 400),
        ("/sameas?uri=http://e.example/x", "application/json", 404),
        ("/fragments?subject=%22", "text/turtle", 400),
        ("/fragments?page=x", "text/turtle", 400),
        ("/fragments?page=99999", "text/turtle", 404),
        ("/lookup?limit=-1", "application/json", 400),
        ("/ldes?page=999", "text/turtle", 404),
    ],
)
def test_what_is_not_there(site: Site, path: str, accept: str | None, status: int) -> None:
    reply = site.ask(path, accept)
    assert reply.status == status
    expected = accept if accept in ("text/html", "application/json") else "application/problem+json"
    assert reply.type == expected
    assert "accept" in listed(reply, "Vary")
    assert "Traceback" not in reply.text
    if expected.endswith("json"):
        assert reply.json["status"] == status
        assert len(reply.json["detail"]) > 10


def test_provenance_leads_from_an_event_to_its_words(site: Site) -> None:
    event = URIRef(one(site, "event"))
    said = statements(site.get(str(event), "application/n-triples"))
    articles = {o for s, p, o in said if (s, p) == (event, URIRef(DIP + "reportedBy"))}
    exact = [o for _, p, o in said if str(p) == "http://www.w3.org/ns/oa#exact"]
    assert articles
    assert exact
    assert any(p == PROV.wasGeneratedBy and s == event for s, p, _ in said)
    for article in articles:
        text = statements(site.get(str(article), "text/turtle"))
        assert any((s, p) == (article, DCTERMS.identifier) and isinstance(o, Literal) for s, p, o in text)
        assert any((s, p, o) == (event, URIRef(DIP + "reportedBy"), article) for s, p, o in text)
