"""Conditions, ranges and codings of RFC 9110, and what every address has in common, as a client far away sees them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from blackbox import BASE, PARSERS, Page, Site, content, listed, statements
from rdflib import URIRef

DUMP = "/dumps/events.nt.gz"
ADDRESSES = {
    "page": ("/entity/Q114", "text/html"),
    "turtle": ("/entity/Q114", "text/turtle"),
    "dump": (DUMP, None),
    "file": ("/manifest.json", None),
    "short": ("/robots.txt", None),
    "manifest": ("/reconcile", None),
    "results": ("/sparql?query=SELECT%20*%20%7B%7D", "application/sparql-results+json"),
    "long results": ("/sparql?query=SELECT%20*%20%7B%3Fs%20a%20%3Ft%7D%20LIMIT%2050", "text/csv"),
}
EARLIER, LATER = "Sat, 01 Jan 2000 00:00:00 GMT", "Thu, 01 Jan 2099 00:00:00 GMT"


def conditions(etag: str, date: str | None) -> Iterator[tuple[int, dict[str, str]]]:
    """What is to become of an answer with an ETag and a date, by the conditions of the request."""
    yield 304, {"If-None-Match": etag}
    yield 304, {"If-None-Match": "*"}
    yield 304, {"If-None-Match": f'"a", W/{etag} ,"b"'}
    yield 304, {"If-None-Match": etag, "If-Modified-Since": EARLIER}
    yield 200, {"If-None-Match": '"a", W/"b"'}
    yield 200, {"If-None-Match": '"a"', "If-Modified-Since": LATER}
    yield 200, {"If-Match": f'"a", {etag}'}
    yield 200, {"If-Match": "*"}
    yield 412, {"If-Match": f"W/{etag}"}
    yield 412, {"If-Match": '"a"', "If-None-Match": etag}
    yield 200, {"If-Modified-Since": "yesterday"}
    yield (304 if date else 200), {"If-Modified-Since": date or LATER}
    yield 200, {"If-Modified-Since": EARLIER}
    yield (412 if date else 200), {"If-Unmodified-Since": EARLIER}
    yield 200, {"If-Unmodified-Since": date or EARLIER}


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize("coding", ["", "gzip"])
def test_conditions(site: Site, name: str, coding: str) -> None:
    address, accept = ADDRESSES[name]
    sent = {"Accept-Encoding": coding} if coding else {}
    whole = site.ask(address, accept, headers=sent)
    etag = whole.headers["ETag"]
    for status, asked in conditions(etag, whole.headers["Last-Modified"]):
        for method in ("GET", "HEAD"):
            reply = site.ask(address, accept, method=method, headers=sent | asked)
            assert reply.status == status, (method, asked)
        if status == 304:
            assert (reply.headers["ETag"], reply.body) == (etag, b"")
            assert listed(reply, "Vary") == listed(whole, "Vary")


def test_a_validator_is_that_of_one_coding(site: Site) -> None:
    plain = site.ask("/entity/Q114", "text/turtle")
    packed = site.ask("/entity/Q114", "text/turtle", headers={"Accept-Encoding": "gzip"})
    assert plain.headers["ETag"] != packed.headers["ETag"]
    assert content(packed) == plain.body
    other = {"Accept-Encoding": "gzip", "If-None-Match": plain.headers["ETag"]}
    assert site.ask("/entity/Q114", "text/turtle", headers=other).status == 200
    assert site.ask("/entity/Q114", "text/turtle", headers={"If-None-Match": packed.headers["ETag"]}).status == 200


def test_ranges(site: Site) -> None:
    whole = site.ask(DUMP)
    size, etag, date = len(whole.body), whole.headers["ETag"], whole.headers["Last-Modified"]
    asked = [
        ({"Range": "bytes=0-9"}, 206, (0, 10)),
        ({"Range": "bytes=-5"}, 206, (size - 5, size)),
        ({"Range": f"bytes=-{2 * size}"}, 206, (0, size)),
        ({"Range": f"bytes=7-{2 * size}"}, 206, (7, size)),
        ({"Range": "bytes=-0"}, 416, None),
        ({"Range": f"bytes={size}-"}, 416, None),
        ({"Range": "bytes=0-9", "If-Range": etag}, 206, (0, 10)),
        ({"Range": "bytes=0-9", "If-Range": date}, 206, (0, 10)),
        ({"Range": "bytes=0-9", "If-Range": f"W/{etag}"}, 200, (0, size)),
        ({"Range": "bytes=0-9", "If-Range": LATER}, 200, (0, size)),
        ({"Range": "bytes=0-9", "If-None-Match": etag}, 304, (0, 0)),
        ({"Range": "bytes=0-9", "If-Match": '"a"'}, 412, None),
    ]
    for headers, status, part in asked:
        reply = site.ask(DUMP, headers=headers)
        assert reply.status == status, headers
        assert part is None or reply.body == whole.body[slice(*part)], headers
        if status in (206, 416):
            start, end = part or (0, 0)
            expected = f"bytes {start}-{end - 1}/{size}" if part else f"bytes */{size}"
            assert reply.headers["Content-Range"] == expected


@pytest.mark.parametrize(
    "address", ["/health", "/robots.txt", "/reconcile", "/static/icon.svg", "/sparql?query=ASK%7B%7D"]
)
def test_who_refuses_what_is_not_compressed(site: Site, address: str) -> None:
    reply = site.ask(address, headers={"Accept-Encoding": "gzip, identity;q=0"})
    assert reply.status == (406 if address.startswith("/static") else 200), "files are sent as they lie on disk"
    assert content(reply) != reply.body
    for refused in ("identity;q=0", "*;q=0", "br, *;q=0"):
        assert site.ask(address, headers={"Accept-Encoding": refused}).status == 406, refused
    assert site.ask(address, headers={"Accept-Encoding": "*;q=0, identity"}).status == 200


def test_a_dump_is_no_coding_of_something_else(site: Site) -> None:
    assert site.ask(DUMP, headers={"Accept-Encoding": "gzip, identity;q=0"}).status == 406


def test_what_xml_cannot_name_is_not_written(site: Site) -> None:
    for predicate in ("http://e.example/1", "http://e.example/", "http://e.example/a/~"):
        query = f"CONSTRUCT {{ <http://e.example/s> <{predicate}> 1 }} {{}}"
        refused = site.query(query, "application/rdf+xml", status=406)
        assert predicate in refused.json["detail"]
        assert len(statements(site.query(query, "text/turtle"))) == 1
    named = "CONSTRUCT { <http://e.example/s> <http://e.example/1a>, <http://e.example/%20é> 1 } {}"
    assert site.query(named.replace(",", " 2 ;"), "application/rdf+xml").type == "application/rdf+xml"


@pytest.mark.parametrize("address", ["/lookup?q=caf%E9", "/reconcile/suggest/entity?prefix=%FF", "/?a=%C3"])
def test_addresses_are_in_utf_8(site: Site, address: str) -> None:
    assert site.ask(address).status == 400


def test_forms_are_in_utf_8(site: Site) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    queries = b"queries=" + urlencode({"": '{"q":{"query":"Caf?"}}'}).encode()[1:]
    assert site.ask("/reconcile", method="POST", headers=form, body=queries).status == 200
    assert site.ask("/reconcile", method="POST", headers=form, body=queries.replace(b"%3F", b"%E9")).status == 400


@pytest.mark.parametrize("path", ["reconcile", "opensearch.xml"])
def test_services_are_described_in_rdf(site: Site, path: str) -> None:
    for media_type in PARSERS:
        reply = site.ask(f"/{path}", f"{media_type}, */*;q=0.1")
        assert reply.type == media_type
        assert any(URIRef(BASE + path) in triple for triple in statements(reply))
        assert site.ask(reply.headers["Content-Location"]).body == reply.body
    assert site.ask(f"/{path}", "text/html, */*;q=0.5").type == site.ask(f"/{path}").type != "text/turtle"


KINDS = {
    "": "Dataset", "dataset": "Dataset", "sparql": "WebPage", "fragments": "WebPage", "lookup?q=Kenya": "WebPage",
    "ontology": "WebPage", "ontology/Meeting": "DefinedTerm", "shapes": "WebPage", "dumps/": "WebPage",
    "report": "WebPage", "events": "WebPage", "compare": "WebPage", "topic/": "DefinedTermSet",
    "entity/Q114": "Country",
}  # fmt: skip


@pytest.mark.parametrize("path", KINDS)
def test_every_page_says_what_it_is_in_words_of_schema_org(site: Site, path: str) -> None:
    (said,) = Page(site.get(f"/{path}", "text/html").text).data
    assert (said["@context"], said["@type"]) == ("https://schema.org", KINDS[path])
    assert said["url"].rstrip("/") == (BASE + path.partition("?")[0]).rstrip("/")
    assert said["name"]


@pytest.mark.parametrize("path", ["sparql", "fragments", "lookup?q=Kenya", "dumps/events.nt.gz", "entity/Q114"])
def test_what_is_of_the_dataset_links_to_its_description_and_licence(site: Site, path: str) -> None:
    links = " ".join(site.get(f"/{path}", "text/turtle, */*;q=0.1").headers.get_all("Link"))
    assert 'rel="license"' in links
    assert 'rel="describedby"' in links
