"""The ontology, the shapes and the JSON-LD context: each a document of its own, with pages made from the Turtle."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from publisher import pages
from publisher.addresses import link, release
from publisher.description import document, format_of
from publisher.errors import ProblemError
from publisher.formats import FORMATS, HTML
from publisher.memory import per_release
from publisher.namespaces import DIP, ONTOLOGY, OWL, RDF, RDFS, SH, SHAPES, local_name
from publisher.release import Release, Term
from publisher.responses import respond
from publisher.statements import Description, describe
from publisher.termpages import counts

_KINDS = (
    ("Classes", (OWL + "Class", RDFS + "Class")),
    ("Properties", (OWL + "ObjectProperty", OWL + "DatatypeProperty", OWL + "AnnotationProperty", RDF + "Property")),
    ("Individuals", (OWL + "NamedIndividual",)),
)
blueprint = Blueprint("vocabularies", __name__)


def _parsed(release: Release, *names: str) -> list[Quad]:
    """The statements of some files of the release's vocabulary folder."""
    quads: list[Quad] = []
    for name in names:
        file = release.path / "vocabulary" / name
        if file.exists():
            quads += parse(path=str(file), format=RdfFormat.TURTLE, rename_blank_nodes=True)
    # The parser names blank nodes at random; here they are numbered, so that equal files give equal documents.
    numbered: dict[BlankNode, BlankNode] = {}

    def steady(term: Term) -> Any:
        return numbered.setdefault(term, BlankNode(f"b{len(numbered)}")) if isinstance(term, BlankNode) else term

    return list(dict.fromkeys(Quad(steady(q.subject), q.predicate, steady(q.object)) for q in quads))


def _source(*names: str) -> bytes:
    """The files as they were written: people read Turtle with its order and comments."""
    files = [release().path / "vocabulary" / name for name in names]
    return b"\n".join(file.read_bytes() for file in files if file.exists())


@per_release
def ontology_quads(release: Release) -> list[Quad]:
    """The ontology and its alignments."""
    return _parsed(release, "diplomacy.ttl", "alignments.ttl")


@per_release
def shape_quads(release: Release) -> list[Quad]:
    """The shapes that every release is held to."""
    return _parsed(release, "shapes.ttl")


@blueprint.get("/ontology")
@blueprint.get("/ontology.<suffix>")
def ontology(suffix: str | None = None) -> Response:
    """The whole ontology; its terms are parts of this document."""
    source = _source("diplomacy.ttl", "alignments.ttl")
    return document(
        "ontology",
        ontology_quads(),
        format_of(suffix),
        _ontology_page,
        about=ONTOLOGY,
        turtle=source,
    )


@blueprint.get("/shapes")
@blueprint.get("/shapes.<suffix>")
def shapes(suffix: str | None = None) -> Response:
    """The shapes (SHACL) that the data conforms to."""
    source = _source("shapes.ttl")
    return document(
        "shapes",
        shape_quads(),
        format_of(suffix),
        _shapes_page,
        about=SHAPES,
        turtle=source,
    )


@blueprint.get("/context.jsonld")
def context() -> Response:
    """The context that makes the JSON-LD readable, under an IRI of its own."""
    file = release().path / "vocabulary" / "context.jsonld"
    if not file.exists():
        raise ProblemError(404, detail="This release has no JSON-LD context.")
    return respond(file.read_bytes(), "application/ld+json", negotiated=False)


def _ontology_page() -> str:
    return pages.kept("ontology", _write_ontology)


def _shapes_page() -> str:
    return pages.kept("shapes", _write_shapes)


def _write_ontology() -> str:
    """Documentation of every term, grouped by what it is."""
    whole = describe(ONTOLOGY, ontology_quads())
    groups: list[tuple[str, list[str]]] = []
    taken: set[str] = set()
    own = sorted({_name(quad.subject) for quad in whole.quads if _name(quad.subject).startswith(DIP)})
    for title, kinds in _KINDS:
        terms = [iri for iri in own if iri not in taken and set(whole.types(iri)) & set(kinds)]
        taken |= set(terms)
        groups.append((title, terms))
    groups.append(("Other terms", [iri for iri in own if iri not in taken]))
    return _page("ontology.html", "ontology", whole, groups=[group for group in groups if group[1]], counts=counts())


def _write_shapes() -> str:
    """What the shapes demand, one table per class."""
    whole = describe(SHAPES, shape_quads())
    found = []
    for quad in whole.quads:
        if quad.predicate.value == RDF + "type" and quad.object == NamedNode(SH + "NodeShape"):
            subject = _name(quad.subject)
            found.append(
                {
                    "iri": subject,
                    "targets": whole.iris(SH + "targetClass", subject),
                    "comment": whole.text(RDFS + "comment", subject) or whole.text(RDFS + "label", subject),
                    "demands": _demands(whole, subject),
                }
            )
    found.sort(key=lambda shape: str(shape["iri"]))
    return _page("shapes.html", "shapes", whole, shapes=found)


def _demands(whole: Description, shape: str) -> list[dict[str, str]]:
    """The messages of a shape and its property shapes, with path and severity."""
    demands = []
    nodes = [shape, *(_name(term) for kind in ("property", "sparql") for term in whole.values(SH + kind, shape))]
    for node in nodes:
        message = whole.text(SH + "message", node)
        if message:
            path = next(iter(whole.iris(SH + "path", node)), "")
            severity = next(iter(whole.iris(SH + "severity", node)), SH + "Violation")
            demands.append({"path": path, "message": message, "severity": local_name(severity)})
    return demands


def _name(term: Term) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)


def _page(template: str, name: str, whole: Description, **values: object) -> str:
    def words(term: Term) -> str:
        return term.value if isinstance(term, (Literal, NamedNode)) else ""

    return pages.page(
        template, title=whole.label() if whole.values(RDF + "type") else name.capitalize(), d=whole, words=words,
        label=pages.namer(whole), document=link(release().base + name),
        formats=[format for format in FORMATS if format is not HTML], local_name=local_name, RDF=RDF, **values
    )  # fmt: skip
