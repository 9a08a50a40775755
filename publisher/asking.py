"""From a request to the SPARQL endpoint to a query, and from its answer to the headers; without a web framework.

The front (`publisher.front`) answers most requests with it alone; the application (`publisher.sparql`) the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from publisher import protocol
from publisher.encoding import accepts_gzip, accepts_plain, not_acceptable
from publisher.engine import Query
from publisher.errors import ProblemError
from publisher.negotiation import negotiate
from publisher.process import Answer
from publisher.results import OFFERED

# What `format=json` and `format=xml` mean depends on the kind of answer.
_SHORT: Mapping[str, Mapping[str, str]] = {
    "json": {"graph": "application/ld+json", "": "application/sparql-results+json"},
    "xml": {"graph": "application/rdf+xml", "": "application/sparql-results+xml"},
}
#: Where in a WSGI environment the front puts what became of a query (`Asked`).
ASKED = "communique.asked"
_ROOM = 65536  # bytes that a form may have for the dataset beside the query


@dataclass(frozen=True)
class Asked:
    """What became of a query: its text, and its answer or why there is none.

    Parameters:
        query: the text, None where it could not be read.
        outcome: the answer, or the problem to be told.
        gzip: whether the answer is compressed.
        cached: whether the answer came from memory.
    """

    query: str | None
    outcome: Answer | ProblemError
    gzip: bool = False
    cached: bool = False


def longest_body(query_bytes: int) -> int:
    """Bytes of the longest body that a query of so many bytes may come in: percent-encoding takes three for one."""
    return 3 * query_bytes + _ROOM


def too_large(query_bytes: int) -> ProblemError:
    """What is told of a query that is longer than so many bytes."""
    return ProblemError(413, "Query Too Large", f"A query may have {query_bytes} bytes here.")


def read_body(query_string: str, content_type: str, content_encoding: str, body: bytes) -> protocol.Operation:
    """Read a query sent by POST; raises ProblemError."""
    if content_encoding.lower() not in ("", "identity"):
        raise ProblemError(415, detail="A query is sent uncompressed.", headers={"Accept-Encoding": "identity"})
    return protocol.read_post(query_string, content_type, body)


def make_query(
    operation: protocol.Operation, accept: tuple[str, ...], accept_encoding: tuple[str, ...], *, query_bytes: int
) -> Query:
    """The query of an operation that has one, with the formats that the client likes best.

    Parameters:
        operation: what was asked.
        accept, accept_encoding: the values of all lines of these headers.
        query_bytes: the longest query that is taken.

    Raises ProblemError: 413 for a longer one, 406 where nobody could read the answer.
    """
    text = operation.query or ""
    if len(text) * 4 > query_bytes and len(text.encode()) > query_bytes:
        raise too_large(query_bytes)
    gzip = accepts_gzip(accept_encoding)
    if not gzip and not accepts_plain(accept_encoding):
        raise not_acceptable()
    formats = _formats(accept, operation.format)
    return Query(text, operation.default_graphs, operation.named_graphs, formats, gzip)


@lru_cache(1024)
def _formats(accept: tuple[str, ...], wanted: str | None) -> Mapping[str, str | None]:
    """The media type for each kind of answer."""
    short = _SHORT.get(wanted.lower()) if wanted is not None else None
    if short is not None:
        return {kind: short.get(kind, short[""]) for kind in OFFERED}
    return {kind: negotiate(accept, offered, suffix=wanted) for kind, offered in OFFERED.items()}


def headers(answer: Answer, *, gzip: bool, method: str, max_age: int) -> list[tuple[str, str]]:
    """The headers of an answer that are not the same for all, but for its ETag.

    Parameters:
        answer: what is sent.
        gzip: whether it is compressed.
        method: the method of the request; answers to POST are not for caches.
        max_age: seconds for which caches may keep an answer without asking again.
    """
    media_type = answer.head["media_type"]
    found = [
        ("Content-Type", media_type + "; charset=utf-8" if media_type.startswith("text/") else media_type),
        ("X-Release", answer.version),
    ]
    if method != "POST":
        found.append(("Cache-Control", "no-cache" if answer.head["volatile"] else f"public, max-age={max_age}"))
    if gzip:
        found.append(("Content-Encoding", "gzip"))
    return found
