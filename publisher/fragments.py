"""Triple Pattern Fragments: the simplest interface that query engines elsewhere can federate over.

A fragment holds the statements that match one pattern, page by page, an exact count, and the controls to reach
every other fragment (https://linkeddatafragments.org/specification/triple-pattern-fragments/, Hydra Core Vocabulary).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, request
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from publisher import pages
from publisher.addresses import release, root
from publisher.catalog import context, dataset_links, licence, terms
from publisher.errors import ProblemError
from publisher.formats import FORMATS, HTML, JSON_LD, N_QUADS, TRIG, Format, write_rdf
from publisher.namespaces import DCTERMS, FOAF, HYDRA, RDF, VOID, compact, expand
from publisher.release import Term
from publisher.responses import choose, number, respond

PAGE = 100
"""Statements of a page."""
_FORMATS = (TRIG, *(format for format in FORMATS if format is not TRIG))
_LITERAL = re.compile(r'"(.*)"(?:@([A-Za-z]+(?:-[A-Za-z0-9]+)*)|\^\^<?([^<>"\s]+)>?)?', re.DOTALL)

blueprint = Blueprint("fragments", __name__)


def read_term(text: str) -> Term | None:
    """A term of a pattern in Hydra's explicit representation; None for a variable.

    :raises ProblemError: 400 for what is neither IRI nor literal nor variable.

    >>> read_term('"Paris"@en')
    <Literal value=Paris language=en>
    >>> read_term("?x") is None
    True
    """
    if not text or text.startswith(("?", "_:")):
        return None
    literal = _LITERAL.fullmatch(text)
    try:
        if literal:
            value, language, datatype = literal.groups()
            if language:
                return Literal(value, language=language)
            return Literal(value, datatype=NamedNode(expand(datatype))) if datatype else Literal(value)
        if ":" not in text:
            raise ValueError("an IRI has a scheme")
        return NamedNode(expand(text.removeprefix("<").removesuffix(">")))
    except ValueError as error:
        detail = f"{text[:200]!r} is neither an IRI, a literal in double quotes nor a variable: {error}"
        raise ProblemError(400, detail=detail) from error


@dataclass(frozen=True, slots=True)
class Pattern:
    """A triple pattern; None stands for anything."""

    subject: Term | None
    predicate: Term | None
    object: Term | None

    def where(self) -> str:
        """The pattern as SPARQL writes it."""
        terms = (self.subject, self.predicate, self.object)
        return " ".join(f"?{name}" if term is None else str(term) for name, term in zip("spo", terms, strict=True))

    def possible(self) -> bool:
        """Whether any statement can match: literals are no subjects, and predicates are IRIs."""
        return not isinstance(self.subject, Literal) and not isinstance(self.predicate, Literal)

    def triples(self, offset: int, limit: int) -> list[Triple]:
        """Statements that match, from a place on; a release does not change, so neither does their order."""
        if not self.possible():
            return []
        rows = release().select(f"SELECT * WHERE {{ {self.where()} }} OFFSET {offset} LIMIT {limit}")
        return [
            Triple(self.subject or row["s"], self.predicate or row["p"], self.object or row["o"])  # type: ignore[arg-type]
            for row in rows
        ]

    def count(self) -> int:
        """How many statements match."""
        if not self.possible():
            return 0
        total = release().manifest.get("counts", {}).get("triples")
        if self == Pattern(None, None, None) and isinstance(total, int):
            return total
        return _count(str(release().path), self.where())


@lru_cache(maxsize=4096)
def _count(path: str, where: str) -> int:
    """The count of a pattern; kept, for engines ask for each pattern again and again."""
    del path  # it is here to tell releases apart
    (row,) = release().select(f"SELECT (COUNT(*) AS ?n) WHERE {{ {where} }}")
    return int(str(row["n"].value))  # type: ignore[union-attr]


@blueprint.get("/fragments")
def fragments() -> Response:
    """A page of a fragment."""
    pattern = Pattern(*(read_term(request.args.get(name, "")) for name in ("subject", "predicate", "object")))
    page = number("page", default=1, least=1, most=10**7)
    chosen = choose(_FORMATS) if request.headers.get("Accept") or request.args.get("format") else HTML
    count = pattern.count()
    triples = pattern.triples((page - 1) * PAGE, PAGE)
    if not triples and page > 1:
        raise ProblemError(404, detail=f"This fragment has {-(-count // PAGE)} pages.")
    controls = _controls(page, count)
    links = [f'<{link}>; rel="{name}"' for name, link in _neighbours(page, count).items() if link.isascii()]
    links += dataset_links()
    if chosen is HTML:
        return respond(_page(triples, pattern, page, count), HTML.content_type, links=links)
    return respond(_write(triples, controls, chosen), chosen.content_type, links=links)


def _here() -> str:
    """The address of the page exactly as the client wrote it: clients compare."""
    raw = urlsplit(str(request.environ.get("REQUEST_URI") or ""))
    path = raw.path.removeprefix(request.root_path.rstrip("/")).removeprefix("/") or "fragments"
    return f"{root()}{path}" + (f"?{raw.query}" if raw.query else "")


def _address(page: int | None) -> str:
    """The address of a page of the same fragment; of the fragment itself for None."""
    query = {name: value for name in ("subject", "predicate", "object", "format") if (value := request.args.get(name))}
    if page is not None:
        query["page"] = str(page)
    return f"{root()}fragments" + (f"?{urlencode(query)}" if query else "")


def _neighbours(page: int, count: int) -> dict[str, str]:
    found = {"first": _address(1)}
    if page > 1:
        found["previous"] = _address(page - 1)
    if page * PAGE < count:
        found["next"] = _address(page + 1)
    return found


def _controls(page: int, count: int) -> list[Triple]:
    """What the page is, how much there is, and how to get any other fragment."""
    here, fragment, dataset = NamedNode(_here()), NamedNode(_address(None)), NamedNode(release().base + "dataset")
    form = NamedNode(f"{root()}fragments#pattern")

    def iri(subject: NamedNode, predicate: str, object: str) -> Triple:
        return Triple(subject, NamedNode(predicate), NamedNode(object))

    controls = [
        iri(dataset, RDF + "type", VOID + "Dataset"),
        iri(dataset, RDF + "type", HYDRA + "Collection"),
        iri(dataset, VOID + "subset", here.value),
        iri(dataset, VOID + "subset", fragment.value),
        iri(dataset, HYDRA + "search", form.value),
        iri(form, RDF + "type", HYDRA + "IriTemplate"),
        Triple(form, NamedNode(HYDRA + "template"), Literal(f"{root()}fragments{{?subject,predicate,object}}")),
        iri(form, HYDRA + "variableRepresentation", HYDRA + "ExplicitRepresentation"),
        iri(fragment, VOID + "subset", here.value),
        iri(here, RDF + "type", HYDRA + "PartialCollectionView"),
        iri(here, DCTERMS + "source", dataset.value),
        Triple(here, NamedNode(DCTERMS + "title"), Literal("A fragment of the dataset", language="en")),
        Triple(here, NamedNode(HYDRA + "totalItems"), Literal(count)),
        Triple(here, NamedNode(VOID + "triples"), Literal(count)),
        Triple(here, NamedNode(HYDRA + "itemsPerPage"), Literal(PAGE)),
        *(iri(here, HYDRA + name, address) for name, address in _neighbours(page, count).items()),
    ]
    for name in ("subject", "predicate", "object"):
        mapping = NamedNode(f"{root()}fragments#{name}")
        controls.append(iri(form, HYDRA + "mapping", mapping.value))
        controls.append(Triple(mapping, NamedNode(HYDRA + "variable"), Literal(name)))
        controls.append(iri(mapping, HYDRA + "property", RDF + name))
    if licence():
        controls.append(iri(dataset, DCTERMS + "license", licence()))
    return list(dict.fromkeys(controls))


def _write(triples: list[Triple], controls: list[Triple], format: Format) -> bytes:
    """Data in the default graph, controls in a graph of their own where the format has graphs."""
    graph = NamedNode(_here() + "#metadata")
    about = NamedNode(FOAF + "primaryTopic")
    topics = [Triple(graph, about, node) for node in (controls[0].subject, NamedNode(_here()))]
    quads = [Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in triples]
    quads += [Quad(t.subject, t.predicate, t.object, graph) for t in [*topics, *controls]]
    if format.suffix == JSON_LD.suffix:  # expanded: the compact form of descriptions has no graphs
        return serialize(quads, format=RdfFormat.JSON_LD) or b""
    order = format not in (TRIG, N_QUADS)
    return write_rdf(quads, format, base=release().base, context=context(), order=order)


def _page(triples: list[Triple], pattern: Pattern, page: int, count: int) -> str:
    """The fragment for people."""
    known = terms()
    del pattern
    return pages.page(
        "fragments.html",
        title="Triple pattern fragments",
        triples=triples,
        count=count,
        number=page,
        neighbours=_neighbours(page, count),
        label=lambda iri: known.get(iri) or compact(iri),
        asked={name: request.args.get(name, "") for name in ("subject", "predicate", "object")},
    )
