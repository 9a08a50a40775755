"""The SPARQL endpoint: SPARQL 1.1 Protocol, read-only."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, current_app, g, request
from werkzeug.wsgi import wrap_file

from publisher import protocol
from publisher.addresses import root
from publisher.encoding import accepts_gzip
from publisher.engine import Engine, Query
from publisher.errors import ProblemError
from publisher.examples import examples
from publisher.negotiation import negotiate
from publisher.pages import page
from publisher.process import ClientGoneError
from publisher.release import PREFIXES
from publisher.results import BOOLEANS, GRAPHS, SOLUTIONS, write_graph
from publisher.service import service_description

blueprint = Blueprint("sparql", __name__)

OFFERED: Mapping[str, tuple[str, ...]] = {
    "solutions": tuple(SOLUTIONS),
    "boolean": tuple(BOOLEANS),
    "graph": tuple(GRAPHS),
}
# What `format=json` and `format=xml` mean depends on the kind of answer.
_SHORT: Mapping[str, Mapping[str, str]] = {
    "json": {"graph": "application/ld+json", "": "application/sparql-results+json"},
    "xml": {"graph": "application/rdf+xml", "": "application/sparql-results+xml"},
}


@blueprint.get("/sparql", strict_slashes=False)
def get() -> Response:
    """Answer a query sent by GET; without one, describe the service."""
    operation = protocol.read_get(request.environ.get("QUERY_STRING", ""))
    return _describe(operation.format) if operation.query is None else _answer(operation)


@blueprint.post("/sparql", strict_slashes=False)
def post() -> Response:
    """Answer a query sent by POST."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise ProblemError(415, detail="A query is sent uncompressed.", headers={"Accept-Encoding": "identity"})
    # Percent-encoding takes three bytes for one; the dataset needs some room too.
    if (request.content_length or 0) > 3 * _engine().settings.query_bytes + 65536:
        raise _too_large()
    body = request.get_data(cache=False)
    return _answer(
        protocol.read_post(request.environ.get("QUERY_STRING", ""), request.headers.get("Content-Type", ""), body)
    )


def _engine() -> Engine:
    engine: Engine = current_app.extensions["communique"]
    return engine


def _too_large() -> ProblemError:
    return ProblemError(413, "Query Too Large", f"A query may have {_engine().settings.query_bytes} bytes here.")


def _answer(operation: protocol.Operation) -> Response:
    engine, text = _engine(), operation.query or ""
    if len(text.encode()) > engine.settings.query_bytes:
        raise _too_large()
    formats = {kind: _choose(kind, offered, operation.format) for kind, offered in OFFERED.items()}
    query = Query(
        text, operation.default_graphs, operation.named_graphs, formats, OFFERED, accepts_gzip(request.headers)
    )
    gone = request.environ.get("waitress.client_disconnected", lambda: False)
    g.query = text
    try:
        answer, g.cached = engine.run(query, client=request.remote_addr or "", gone=gone)
    except ClientGoneError:
        return Response(status=499)  # nobody reads this
    if answer.file is None:
        response = Response(answer.body)
    else:
        response = Response(wrap_file(request.environ, answer.file), direct_passthrough=True)
        response.content_length = io.FileIO(answer.file.fileno(), closefd=False).seek(0, io.SEEK_END)
        answer.file.seek(0)
    if query.gzip:
        response.headers["Content-Encoding"] = "gzip"
    return _finish(response, answer.head, answer.version)


def _finish(response: Response, head: Mapping[str, Any], version: str) -> Response:
    """Give an answer its headers, and take its body away where the client has it already."""
    media_type = head["media_type"]
    response.content_type = media_type + "; charset=utf-8" if media_type.startswith("text/") else media_type
    response.headers["X-Release"] = version
    response.headers["Vary"] = "Accept, Accept-Encoding"
    if request.method != "POST":
        lasting = f"public, max-age={_engine().settings.max_age}"
        response.headers["Cache-Control"] = "no-cache" if head["volatile"] else lasting
    # Turtle and TriG may be the same bytes, and yet are two representations (RFC 9110, section 8.8.1).
    response.set_etag(hashlib.sha256(f"{media_type} {head['digest']}".encode()).hexdigest()[:32])
    response.make_conditional(request)
    return response


def _choose(kind: str, offered: Sequence[str], wanted: str | None) -> str | None:
    if wanted is not None and (short := _SHORT.get(wanted.lower())) is not None:
        return short.get(kind, short[""])
    return negotiate(request.headers.getlist("Accept"), offered, suffix=wanted)


def _describe(wanted: str | None) -> Response:
    """The service description, or for a browser a form to write a query in."""
    engine = _engine()
    graphs = OFFERED["graph"]
    media_type = negotiate(
        request.headers.getlist("Accept"), ("text/html", *graphs), suffix=wanted, default="text/turtle"
    )
    if media_type is None:
        raise ProblemError(406, detail=f"The description can be had as text/html, {', '.join(graphs)}.")
    if media_type == "text/html":
        body = page(
            "sparql.html", title="SPARQL workbench", graphs=engine.release.graphs, prefixes=PREFIXES,
            base=engine.release.base, examples=examples(),
        ).encode()  # fmt: skip
    else:
        federated = bool(engine.settings.service_allowlist)
        triples = service_description(engine.release, root() + "sparql", federated=federated)
        body = write_graph(triples, media_type, PREFIXES)
    response = Response(body)
    response.add_etag()
    digest = response.get_etag()[0]
    return _finish(response, {"media_type": media_type, "digest": digest, "volatile": False}, engine.release.version)
