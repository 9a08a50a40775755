"""The events as a Linked Data Event Stream: versions that never change, a new state of an event is a new member.

LDES: https://w3id.org/ldes/specification; pages and their links in TREE: https://w3id.org/tree/specification.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from flask import Blueprint, Response
from pyoxigraph import Literal, NamedNode, Quad, Triple

from publisher import pages, selection
from publisher.addresses import release, root
from publisher.catalog import licence
from publisher.changes import changed
from publisher.chronicle import chronicle
from publisher.description import document
from publisher.errors import ProblemError
from publisher.formats import BY_SUFFIX, FORMATS, HTML
from publisher.memory import per_release
from publisher.namespaces import ACTIVITY, DCTERMS, DIP, LDES, RDF, RDFS, TREE
from publisher.release import Release
from publisher.responses import choose, number
from publisher.statements import describe

MEMBERS = 20
"""Members on a page; an event has a hundred statements and more."""

blueprint = Blueprint("stream", __name__)


@per_release
def in_order(release: Release) -> tuple[str, ...]:
    """All events, in the order of their names."""
    del release  # it is that of the table
    return tuple(sorted(row.iri for row in chronicle().events))


@per_release
def tombstones(release: Release) -> tuple[tuple[str, str, str, str], ...]:
    """The events that are no more, and what became of them."""
    del release  # it is that of the changes
    return tuple(item for item in changed() if item[0] in ("merged", "withdrawn"))


@blueprint.get("/ldes")
@blueprint.get("/ldes.<any(ttl, jsonld, nt, rdf, trig, nq, html):suffix>")
def stream(suffix: str | None = None) -> Response:
    """The events as versions that never change; a new state of an event is a new member."""
    page = number("page", default=1, least=1, most=10**6)
    events, removed = in_order(), tombstones()
    total = len(events) + len(removed)
    start = (page - 1) * MEMBERS
    if page > 1 and start >= total:
        raise ProblemError(404, detail=f"The event stream has {max(1, -(-total // MEMBERS))} pages.")
    members, gone = (
        events[start : start + MEMBERS],
        removed[max(0, start - len(events)) : max(0, start + MEMBERS - len(events))],
    )
    format, iri = BY_SUFFIX[suffix] if suffix else None, release().base + "ldes"
    quads = [*_view(page, total)]
    if choose(FORMATS, suffix=suffix) is not HTML:  # the page for people names the events, not their versions
        quads += (quad for event in members for quad in _version(event))
        quads += (quad for item in gone for quad in _tombstone(*item))

    def write() -> str:
        named = [quad for event in members for quad in _named(event)]
        return pages.render(describe(iri, [*quads, *named]), iri)

    return document("ldes", quads, format, write, about=iri, query=f"?page={page}" if page > 1 else "")


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


def _named(event: str) -> Iterator[Quad]:
    """That an event is in the stream, and what it is called."""
    yield _say(f"{release().base}ldes", TREE + "member", event)
    row = selection.event(event)
    if row is not None:
        yield _say(event, RDFS + "label", Literal(row.label, language="en"))


def _own(event: str) -> list[Triple]:
    """What is stated of an event and its parts, in the merge of all graphs."""
    current, seen = release(), {event}
    waiting, found = [NamedNode(event)], list[Triple]()
    reports = [triple.subject for triple in current.triples(None, NamedNode(DIP + "reportOf"), NamedNode(event))]
    while waiting:
        said = list(current.triples(waiting.pop()))
        found += said
        for term in [*(triple.object for triple in said), *reports]:
            if isinstance(term, NamedNode) and term.value not in seen and term.value.startswith(event + "#"):
                seen.add(term.value)
                waiting.append(term)
    return found


def _version(event: str) -> Iterator[Quad]:
    """The state of an event and its parts, named after its content: equal statements, equal member."""
    own = _own(event)
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
