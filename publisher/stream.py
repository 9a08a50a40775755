"""The events as a Linked Data Event Stream: versions that never change, a new state of an event is a new member.

LDES: https://w3id.org/ldes/specification; pages and their links in TREE: https://w3id.org/tree/specification.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from flask import Blueprint, Response
from pyoxigraph import Literal, NamedNode, Quad

from publisher import pages
from publisher.addresses import release, root
from publisher.catalog import licence
from publisher.changes import changed
from publisher.chronicle import chronicle
from publisher.description import document
from publisher.errors import ProblemError
from publisher.formats import BY_SUFFIX
from publisher.memory import per_release
from publisher.namespaces import ACTIVITY, DCTERMS, LDES, RDF, TREE
from publisher.release import Release
from publisher.responses import number
from publisher.statements import describe, gather

MEMBERS = 50
"""Members on a page."""

blueprint = Blueprint("stream", __name__)


@per_release
def _events(release: Release) -> tuple[str, ...]:
    """All events, in the order of their names."""
    del release  # it is that of the table
    return tuple(row[0] for row in chronicle().rows("SELECT iri FROM events ORDER BY iri"))


@blueprint.get("/ldes")
@blueprint.get("/ldes.<any(ttl, jsonld, nt, rdf, trig, nq, html):suffix>")
def stream(suffix: str | None = None) -> Response:
    """The events as versions that never change; a new state of an event is a new member."""
    page = number("page", default=1, least=1, most=10**6)
    events = _events()
    removed = [item for item in changed() if item[0] in ("merged", "withdrawn")]
    total = len(events) + len(removed)
    start = (page - 1) * MEMBERS
    if page > 1 and start >= total:
        raise ProblemError(404, detail=f"The event stream has {max(1, -(-total // MEMBERS))} pages.")
    quads = [*_view(page, total)]
    for event in events[start : start + MEMBERS]:
        quads += _version(event)
    for kind, name, target, why in removed[max(0, start - len(events)) : max(0, start + MEMBERS - len(events))]:
        quads += _tombstone(kind, name, target, why)
    iri = release().base + "ldes"
    return document(
        "ldes", quads, BY_SUFFIX[suffix] if suffix else None,
        lambda: pages.render(describe(iri, quads), iri), about=iri, query=f"?page={page}" if page > 1 else "",
    )  # fmt: skip


def _say(subject: str, predicate: str, object: str | Literal) -> Quad:
    return Quad(NamedNode(subject), NamedNode(predicate), NamedNode(object) if isinstance(object, str) else object)


def _view(page: int, total: int) -> Iterator[Quad]:
    """The stream, this page of it, and the way to the next."""
    stream, here = f"{release().base}ldes", f"{root()}ldes" + (f"?page={page}" if page > 1 else "")
    yield _say(stream, RDF + "type", LDES + "EventStream")
    yield _say(stream, DCTERMS + "title", Literal("Versions of the events", language="en"))
    yield _say(stream, LDES + "versionOfPath", DCTERMS + "isVersionOf")
    yield _say(stream, TREE + "view", f"{root()}ldes")
    yield _say(here, RDF + "type", TREE + "Node")
    if licence():
        yield _say(stream, DCTERMS + "license", licence())
    if page * MEMBERS < total:
        relation = f"{root()}ldes#relation-{page + 1}"
        yield _say(here, TREE + "relation", relation)
        yield _say(relation, RDF + "type", TREE + "Relation")
        yield _say(relation, TREE + "node", f"{root()}ldes?page={page + 1}")


def _version(event: str) -> Iterator[Quad]:
    """The state of an event and its parts, named after its content: equal statements, equal member."""
    found = gather(release(), event, incoming=0)
    own = [t for t in found.triples() if str(t.subject).startswith((f"<{event}>", f"<{event}#"))] if found else []
    digest = hashlib.sha256("\n".join(sorted(str(triple) for triple in own)).encode()).hexdigest()[:16]
    member = f"{event}#version-{digest}"
    yield _say(f"{release().base}ldes", TREE + "member", member)
    yield _say(member, DCTERMS + "isVersionOf", event)
    for triple in own:
        subject = NamedNode(member) if triple.subject == NamedNode(event) else triple.subject
        yield Quad(subject, triple.predicate, triple.object)


def _tombstone(kind: str, name: str, target: str, why: str) -> Iterator[Quad]:
    """That an event is no more, and what became of it."""
    event = f"{release().base}event/{name}"
    member = f"{event}#{kind}"
    yield _say(f"{release().base}ldes", TREE + "member", member)
    yield _say(member, RDF + "type", ACTIVITY + "Delete")
    yield _say(member, DCTERMS + "isVersionOf", event)
    if target:
        yield _say(member, DCTERMS + "isReplacedBy", f"{release().base}event/{target}")
    if why:
        yield _say(member, DCTERMS + "description", Literal(why, language="en"))
