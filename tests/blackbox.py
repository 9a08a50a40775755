"""A site as a client far away sees it: a real server process, asked by the data's own addresses."""

from __future__ import annotations

import gzip
import json
import warnings
from collections.abc import Iterable
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

import rdflib
from server_process import Reply, Server

BASE = "http://localhost:8000/"
PARSERS = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/ld+json": "json-ld",
    "application/rdf+xml": "xml",
    "application/trig": "trig",
    "application/n-quads": "nquads",
}
KINDS = {
    "event": "?s dip:mainEventOf ?article",
    "person": "?s a dip:Person",
    "state": "?s a dip:State",
    "place": "?s a dip:Place",
    "office": "?s a dip:Office",
    "tenure": "?s a dip:Tenure",
    "topic": "?s a skos:Concept ; skos:prefLabel ?label",
    "article": "?s a dip:Article",
    "graph": "GRAPH ?s { ?a dip:reportedBy ?b }",
    "activity": "?s a prov:Activity",
    "software": "?s a prov:SoftwareAgent",
}
Statements = set[tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]]


class Site:
    """Asks for the addresses of the data, wherever the server really listens: its header Host says what is meant."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.port = server.port
        self._client = server.client()

    def ask(
        self,
        address: str,
        accept: str | Iterable[str] | None = None,
        *,
        method: str = "GET",
        headers: dict[str, str] | None = None,
        body: bytes | str | None = None,
        host: str = urlsplit(BASE).netloc,
    ) -> Reply:
        """Send one request; `accept` may be several lines."""
        assert address.startswith((BASE, "/")), f"{address} is not ours"
        lines = [accept] if isinstance(accept, str) else list(accept or ())
        sent = [("Host", host), *(("Accept", line) for line in lines), *(headers or {}).items()]
        return self._client.send(method, address.removeprefix(BASE.rstrip("/")), headers=sent, body=body)

    def get(self, address: str, accept: str | None = None, *, status: int = 200, **more: object) -> Reply:
        """Ask for an address, follow it where it leads, and see how it ends."""
        reply = self.ask(address, accept, **more)
        for _ in range(3):
            if reply.status not in (301, 302, 303, 307, 308):
                break
            address = urljoin(urljoin(BASE, address), reply.headers["Location"])
            reply = self.ask(address, accept, **more)
        assert reply.status == status, f"{address}: {reply.status} {reply.body[:300]!r}"
        return reply

    def query(self, query: str, accept: str | None = None, **more: object) -> Reply:
        """Send a query by GET."""
        return self.get("/sparql?" + urlencode({"query": query}), accept, **more)

    def rows(self, query: str) -> list[dict[str, str]]:
        """The values of a query's solutions."""
        bindings = self.query(query, "application/sparql-results+json").json["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in bindings]

    def close(self) -> None:
        """Leave."""
        self._client.close()


def content(reply: Reply) -> bytes:
    """The body, unpacked."""
    return gzip.decompress(reply.body) if reply.headers["Content-Encoding"] == "gzip" else reply.body


def statements(reply: Reply, *, kind: str | None = None) -> Statements:
    """The statements of an answer in any RDF format; those of all graphs together."""
    dataset = rdflib.Dataset(default_union=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own, inside Dataset.parse
        dataset.parse(data=content(reply), format=PARSERS[kind or reply.type], publicID=BASE)
    return {(s, p, o) for s, p, o, _ in dataset.quads()}


def listed(reply: Reply, name: str) -> set[str]:
    """The members of a header that is a list, in small letters."""
    return {
        part.strip().lower() for line in reply.headers.get_all(name, []) for part in line.split(",") if part.strip()
    }


def objects(document: str) -> list[dict]:
    """All JSON objects inside a JSON text, however deep."""
    found: list[dict] = []
    json.loads(document, object_hook=lambda one: found.append(one) or one)
    return found


def one(site: Site, kind: str) -> str:
    """The address of a thing of a kind."""
    return site.rows(f"SELECT DISTINCT ?s {{ {KINDS[kind]} }} ORDER BY ?s LIMIT 1")[0]["s"]


def values(said: Statements, subject: rdflib.URIRef, predicate: rdflib.URIRef) -> set[str]:
    """The values of a property of a subject."""
    return {str(o) for s, p, o in said if (s, p) == (subject, predicate)}


class Page(HTMLParser):
    """What a program finds in a page: titles, links, embedded JSON-LD, scripts, addresses."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.data: list[dict] = []
        self.title, self._inside = "", ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = "json" if (tag, dict(attrs).get("type")) == ("script", "application/ld+json") else tag

    def handle_endtag(self, _: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "json":
            self.data.append(json.loads(data))
        elif self._inside == "title":
            self.title += data
