"""A site as a client far away sees it: a real server process, asked by the data's own addresses."""

from __future__ import annotations

import gzip
import json
import warnings
from collections.abc import Iterable
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
Statements = set[tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]]


class Site:
    """Asks for the addresses of the data, wherever the server really listens: its header Host says what is meant."""

    def __init__(self, server: Server) -> None:
        self.server = server
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
