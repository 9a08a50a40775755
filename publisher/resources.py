"""Every IRI of the data answers: as a page for people, as RDF by Accept header and by suffix.

An IRI answers 200 directly; Content-Location names the document that was chosen (`…/Q142.ttl`). What was merged
redirects to what it was merged into, what was withdrawn is gone and says why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request
from pyoxigraph import DefaultGraph, NamedNode, Quad

from publisher import pages
from publisher.addresses import link, release, requested_path
from publisher.cache import Cache
from publisher.catalog import catalog, context, licence
from publisher.changes import changes
from publisher.errors import ProblemError
from publisher.formats import BY_TYPE, FORMATS, HTML, N_QUADS, TRIG, TURTLE, Format, write_rdf
from publisher.memory import per_release
from publisher.namespaces import DCTERMS, FOAF, ONTOLOGY, OWL, PERMANENT, RDF, VOID
from publisher.negotiation import negotiate
from publisher.release import Release
from publisher.responses import choose, respond, split_suffix
from publisher.statements import INCOMING, Description, gather, valid_iri
from publisher.vocabularies import ontology_quads

GRAPH_TRIPLES = 5000
"""Statements up to which the description of a named graph holds what the graph says; the dumps hold larger ones."""

KEPT = 8 << 20
"""Bytes of documents that are kept in memory: those about what many events concern take a while to write."""

blueprint = Blueprint("resources", __name__)


@dataclass(frozen=True, slots=True)
class Written:
    """A document about a resource, ready to be sent."""

    body: bytes
    content_type: str
    location: str
    """The address of this very form of it."""
    links: Sequence[str]


@per_release
def _kept(release: Release) -> Cache[Written]:
    """Documents about the release's resources that were asked for lately."""
    del release  # it is here that they are forgotten with it
    return Cache(KEPT)


@blueprint.get("/<path:name>")
def resource(name: str) -> Response:
    """Answer for any IRI of the data."""
    del name  # the path is read as it stood in the request, before its percent-encodings were resolved
    readings, accepts = requested_path(), tuple(request.headers.getlist("Accept"))
    key = (readings, accepts, request.args.get("format"), request.root_path)
    kept = _kept().get(key)
    if kept is None:
        kept = _written(readings)
        _kept().put(key, kept, len(kept.body) + sum(map(len, kept.links)) + 1000)
    return respond(kept.body, kept.content_type, headers={"Content-Location": kept.location}, links=kept.links)


def _written(readings: Iterable[str]) -> Written:
    """The document about the first resource that is known among the readings of a path."""
    for reading in readings:
        stem, format = split_suffix(reading)
        for path, form in ((reading, None), *(((stem, format), (stem + "/", format)) if format else ())):
            description = find(path, brief=_is_page(form))
            if description is not None:
                return write(description, path, form)
    raise _missing(requested_path()[0])


def _is_page(format: Format | None) -> bool:
    """Whether people are going to read it, or nobody: that there is nothing is told before that it is unacceptable."""
    try:
        return choose(FORMATS, suffix=format.suffix if format else None) is HTML
    except ProblemError:
        return True


def find(path: str, *, brief: bool = False) -> Description | None:
    """The description of the resource at a path below the base, or None when the release knows none."""
    incoming = pages.INCOMING if brief else INCOMING
    current = release()
    iri = current.base + path
    if not valid_iri(iri):
        return None
    if path.startswith("ontology/"):
        # Terms have hash IRIs; this is a document about one of them, for those who want no more than that.
        name = path.removeprefix("ontology/")
        version = Quad(NamedNode(ONTOLOGY), NamedNode(OWL + "versionIRI"), NamedNode(f"{ONTOLOGY}/{name}"))
        if version in _of_ontology().get(ONTOLOGY, ()):
            return gather(current, ONTOLOGY, extra=ontology_quads(), incoming=incoming, brief=brief)
        term = f"{ONTOLOGY}#{name}"
        return gather(current, term, extra=_of_ontology().get(term, ()), incoming=incoming, brief=brief)
    extra = [*_catalogued(iri), *_graph(current, iri)]
    found = gather(current, iri, extra=extra, incoming=incoming, brief=brief, properties=_properties() if brief else ())
    # What has a permanent IRI, such as the alignments of the ontology, answers here too.
    return found or gather(current, PERMANENT + path, incoming=incoming, brief=brief)


@per_release
def _of_ontology(release: Release) -> Mapping[str, Sequence[Quad]]:
    """The ontology by what it speaks of."""
    del release  # it is here that it is forgotten with it
    found: dict[str, list[Quad]] = defaultdict(list)
    for quad in ontology_quads():
        if isinstance(quad.subject, NamedNode):
            found[quad.subject.value].append(quad)
    return found


def _catalogued(iri: str) -> Iterable[Quad]:
    """What the catalog says about a resource and its parts, and what in it points there."""
    return _by_resource().get(iri, ())


@per_release
def _by_resource(release: Release) -> Mapping[str, Sequence[Quad]]:
    """What the catalog says, by the resources that it says it of or that it points to."""
    del release  # it is that of the catalog
    found: dict[str, list[Quad]] = defaultdict(list)
    for quad in catalog():
        named = [term.value for term in (quad.subject, quad.object) if isinstance(term, NamedNode)]
        for iri in dict.fromkeys([*named, *(one.partition("#")[0] for one in named[:1])]):
            found[iri].append(quad)
    return found


@per_release
def _properties(release: Release) -> tuple[NamedNode, ...]:
    """The properties that the release uses, as its catalog says."""
    del release  # it is that of the catalog
    used = {q.object for q in catalog() if q.predicate.value == VOID + "property" and isinstance(q.object, NamedNode)}
    return tuple(sorted(used, key=lambda node: node.value))


def _graph(current: Release, iri: str) -> Iterable[Quad]:
    """What a named graph says, where it is small enough to be read in one go."""
    size = current.graphs.get(iri)
    return current.quads(graph=NamedNode(iri)) if size is not None and size <= GRAPH_TRIPLES else ()


def write(description: Description, path: str, format: Format | None) -> Written:
    """Write a description in the format that was asked for."""
    chosen = choose(FORMATS, suffix=format.suffix if format else None)
    current = release()
    stem = path.rstrip("/")
    location = link(f"{current.base}{stem}.{chosen.suffix}")
    links = links_of(description, current.base + stem, chosen)
    if chosen is HTML:
        return Written(pages.render(description, current.base + stem).encode(), HTML.content_type, location, links)
    quads = [*description.quads, *document_metadata(description.iri, f"{current.base}{stem}.{TURTLE.suffix}")]
    if chosen in (TRIG, N_QUADS):
        # Most readers look at the default graph alone, so it is the merge of the others, as in the store.
        quads += [Quad(*triple) for triple in description.triples()]
    body = write_rdf(quads, chosen, base=current.base, context=context(), root=description.iri)
    return Written(body, chosen.content_type, location, links)


def document_metadata(iri: str, document: str) -> list[Quad]:
    """What the document is, as opposed to what it is about; the same statements in every format."""
    current, node = release(), NamedNode(document)
    stated = [
        (RDF + "type", FOAF + "Document"),
        (FOAF + "primaryTopic", iri),
        (VOID + "inDataset", current.base + "dataset"),
    ]
    if licence():
        stated.append((DCTERMS + "license", licence()))
    return [Quad(node, NamedNode(predicate), NamedNode(value), DefaultGraph()) for predicate, value in stated]


def described(path: str, own: Sequence[str]) -> Response | None:
    """What the catalog says of a service's address, for a client that likes RDF more than what answers there itself.

    :param path: the address below the base.
    :param own: media types of what answers there, the usual one first.
    """
    rdf = tuple(format.media_type for format in FORMATS if format is not HTML)
    wanted = negotiate(request.headers.getlist("Accept"), (*own, *rdf))
    description = find(path) if wanted in rdf else None
    if description is None or wanted is None:
        return None
    about = write(description, path, BY_TYPE[wanted])
    return respond(about.body, about.content_type, headers={"Content-Location": about.location}, links=about.links)


def links_of(description: Description, document: str, chosen: Format) -> list[str]:
    """Link headers (RFC 8288): the other formats, what the document describes, its classes and licence."""
    found = [
        f'<{link(f"{document}.{other.suffix}")}>; rel="alternate"; type="{other.media_type}"'
        for other in FORMATS
        if other is not chosen
    ]
    found.append(f'<{link(document)}.ttl>; rel="describedby"; type="text/turtle"')
    found.append(f'<{description.iri}>; rel="describes"')
    found += [f'<{kind}>; rel="type"' for kind in sorted(description.types())[:8] if kind.isascii()]
    if licence():
        found.append(f'<{licence()}>; rel="license"')
    return [value for value in found if value.isascii()]


def _missing(path: str) -> Exception | ProblemError:
    """Why nothing is found: merged (a redirect), withdrawn, or never published."""
    stem, format = split_suffix(path)
    suffix = f".{format.suffix}" if format else ""
    name = stem.removeprefix("event/")
    merged, withdrawn = changes().get("merged", {}), changes().get("withdrawn", {})
    seen = {name}
    while stem.startswith("event/") and name in merged and merged[name] not in seen:
        name = merged[name]
        seen.add(name)
    if len(seen) > 1 and name not in withdrawn:
        return _Moved(link(f"{release().base}event/{name}{suffix}"))
    if stem.startswith("event/") and name in withdrawn:
        return ProblemError(410, detail=f"This event was withdrawn: {withdrawn[name]}", withdrawn=f"event/{name}")
    hint = "Look it up by name at /lookup, or see /dataset for what there is."
    return ProblemError(404, detail=f"The release says nothing about {release().base}{path}. {hint}")


class _Moved(Exception):
    """An address that was merged into another."""

    def __init__(self, target: str) -> None:
        super().__init__(target)
        self.target = target


@blueprint.errorhandler(_Moved)
def moved(error: _Moved) -> Response:
    """Lead on to what a resource was merged into."""
    query = f"?{request.query_string.decode('ascii', 'replace')}" if request.query_string else ""
    response = Response(status=301, headers={"Location": error.target + query})
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["Vary"] = "Accept, Accept-Encoding"
    return response
