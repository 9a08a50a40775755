"""The SPARQL endpoint: SPARQL 1.1 Protocol, read-only."""

from __future__ import annotations

import hashlib
import io

from flask import Blueprint, Response, g, request
from werkzeug.wsgi import wrap_file

from publisher import asking, protocol
from publisher.addresses import engine, root
from publisher.asking import ASKED, Asked
from publisher.catalog import dataset_links
from publisher.errors import ProblemError
from publisher.examples import examples
from publisher.negotiation import negotiate
from publisher.pages import page
from publisher.process import Answer
from publisher.release import PREFIXES
from publisher.results import GRAPHS, write_graph
from publisher.service import service_description

blueprint = Blueprint("sparql", __name__)


@blueprint.get("/sparql", strict_slashes=False)
def get() -> Response:
    """Answer a query sent by GET; without one, describe the service."""
    asked = request.environ.get(ASKED)
    if asked is None:
        operation = protocol.read_get(request.environ.get("QUERY_STRING", ""))
        if operation.query is None:
            return _describe(operation.format)
        asked = _ask(operation)
    return _tell(asked)


@blueprint.post("/sparql", strict_slashes=False)
def post() -> Response:
    """Answer a query sent by POST."""
    asked = request.environ.get(ASKED)
    if asked is None:
        query_bytes, sent = engine().settings.query_bytes, request.headers
        if (request.content_length or 0) > asking.longest_body(query_bytes):
            raise asking.too_large(query_bytes)
        body, query_string = request.get_data(cache=False), request.environ.get("QUERY_STRING", "")
        kind, coding = sent.get("Content-Type", ""), sent.get("Content-Encoding", "")
        asked = _ask(asking.read_body(query_string, kind, coding, body))
    return _tell(asked)


def _ask(operation: protocol.Operation) -> Asked:
    """Have a query answered that the front has not seen."""
    accept, coding = (tuple(request.headers.getlist(name)) for name in ("Accept", "Accept-Encoding"))
    query = asking.make_query(operation, accept, coding, query_bytes=engine().settings.query_bytes)
    g.query = query.text
    answer, g.cached = engine().run(query, client=request.remote_addr or "")
    return Asked(query.text, answer, query.gzip)


def _tell(asked: Asked) -> Response:
    """Write an answer."""
    answer = asked.outcome
    if isinstance(answer, ProblemError):
        raise answer
    if answer.file is None:
        response = Response(answer.body)
    else:
        response = Response(wrap_file(request.environ, answer.file), direct_passthrough=True)
        response.content_length = io.FileIO(answer.file.fileno(), closefd=False).seek(0, io.SEEK_END)
        answer.file.seek(0)
    return _finish(response, answer, gzip=asked.gzip)


def _finish(response: Response, answer: Answer, *, gzip: bool) -> Response:
    max_age = engine().settings.max_age
    response.headers.update(asking.headers(answer, gzip=gzip, method=request.method, max_age=max_age))
    response.set_etag(answer.head["etag"])
    response.headers["Vary"] = "Accept, Accept-Encoding"
    return response


def _describe(wanted: str | None) -> Response:
    """The service description, or for a browser a form to write a query in."""
    graphs = tuple(GRAPHS)
    media_type = negotiate(
        request.headers.getlist("Accept"), ("text/html", *graphs), suffix=wanted, default="text/turtle"
    )
    if media_type is None:
        raise ProblemError(406, detail=f"The description can be had as text/html, {', '.join(graphs)}.")
    release = engine().release
    if media_type == "text/html":
        body = page(
            "sparql.html", title="SPARQL workbench", graphs=release.graphs, prefixes=PREFIXES,
            base=release.base, examples=examples(),
        ).encode()  # fmt: skip
    else:
        federated = bool(engine().settings.service_allowlist)
        triples = service_description(release, root() + "sparql", federated=federated)
        body = write_graph(triples, media_type, PREFIXES)
    etag = hashlib.sha256(media_type.encode() + body).hexdigest()[:32]
    head = {"media_type": media_type, "etag": etag, "volatile": False}
    response = _finish(Response(body), Answer(head, release.version, body, None), gzip=False)
    for value in dataset_links():
        response.headers.add("Link", value)
    return response
