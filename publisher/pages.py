"""Pages for people: plain, semantic HTML that needs no script."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from flask import render_template, request
from markupsafe import Markup, escape
from pyoxigraph import DefaultGraph, NamedNode, Quad

from publisher import articlepages, entitypages, eventpages, schemaorg, termpages, topicpages
from publisher.addresses import link, local_path, release
from publisher.assets import tags
from publisher.cache import Cache
from publisher.catalog import licence, terms
from publisher.classes import above, specific
from publisher.formats import FORMATS, HTML
from publisher.memory import per_release
from publisher.namespaces import DIP, RDF, SKOS, compact
from publisher.release import PREFIXES, Release, Term
from publisher.snippets import snippets
from publisher.statements import Description
from publisher.wording import day, short, when

ROWS = 25
"""Statements in the table of one page; the fragments hold all."""
INCOMING = 20
"""Statements that point to a resource, on its page."""
KEPT = 8 << 20
"""Bytes of pages that are kept in memory."""
NAME = 120
"""Characters of a name in a list or a table."""
MARK = 60
"""Characters of a name in a picture."""

_ENTITIES = frozenset(
    DIP + name
    for name in ("Person", "State", "Organization", "ArmedGroup", "Mission", "GovernmentBody", "Place", "Office",
                 "Instrument", "Occasion")
)  # fmt: skip
_GRAPHS = {
    "events": "put together from the articles",
    "entities": "known beforehand",
    "ontology": "the ontology",
    "inferred": "follows from the ontology",
    "provenance": "how it was made",
}
"""What it means that a statement stands in one of the graphs that are no article's."""


@dataclass(frozen=True, slots=True)
class Row:
    """A statement as a page tells it: property, values, and the articles or graphs that say so."""

    property: str
    values: tuple[tuple[Term, tuple[str, ...]], ...]


def rows(description: Description) -> list[Row]:
    """The resource's own statements, by property, each value with the graphs that hold it."""
    node, told = NamedNode(description.iri), dict[tuple[NamedNode, Term], set[str]]()
    for quad in description.quads:
        if quad.subject == node:
            told.setdefault((quad.predicate, quad.object), set()).update(_graphs(quad))
    ordered = sorted(told, key=lambda key: (key[0].value != RDF + "type", key[0].value, str(key[1])))[:ROWS]
    for name, value in ordered:  # a page reads what is stated, and where only of what it lists
        for quad in release().quads(node, name, value):
            told[name, value].update(_graphs(quad))
    return [
        Row(name.value, tuple((value, tuple(sorted(told[name, value]))) for _, value in keys))
        for name, keys in groupby(ordered, key=lambda key: key[0])
    ]


def _graphs(quad: Quad) -> tuple[str, ...]:
    """The named graph of a statement, if it is in one."""
    return () if isinstance(quad.graph_name, DefaultGraph) else (quad.graph_name.value,)


def source(graph: str) -> str:
    """What a named graph is, in words: an article, or what our own graphs are for."""
    name = graph.rsplit("/graph/", 1)[-1]
    return _GRAPHS.get(name, name)


def render(description: Description, document: str) -> str:
    """The page of a resource.

    :param document: IRI of the document without suffix.
    """
    types = set(description.types())
    if description.values(DIP + "reportedBy") or DIP + "DiplomaticEvent" in types:
        template, values = "event.html", eventpages.values(description)
    elif description.iri.startswith(DIP):
        template, values = "term.html", termpages.values(description)
    elif DIP + "Article" in types:
        template, values = "article.html", articlepages.values(description)
    elif types & {SKOS + "Concept", SKOS + "ConceptScheme"}:
        template, values = "topic.html", topicpages.values(description)
    elif types & _ENTITIES:
        template, values = "entity.html", entitypages.values(description)
    else:
        template, values = "resource.html", {}
    return page(
        template,
        title=description.label(),
        d=description,
        rows=rows(description),
        incoming={name: sorted(iris)[:INCOMING] for name, iris in sorted(description.incoming().items())},
        label=namer(description),
        document=link(document),
        formats=[format for format in FORMATS if format is not HTML],
        markup=schemaorg.script(schemaorg.markup(description, address=document)),
        snippets=snippets(description.iri, document),
        **values,
    )


@per_release
def _written(release: Release) -> Cache[str]:
    """Pages that were written lately."""
    del release  # it is here that they are forgotten with it
    return Cache(KEPT)


def kept(name: str, write: Callable[[], str]) -> str:
    """A page that is written once and kept for as long as the release lasts, or until others need the room.

    :param name: what tells it from all other pages, such as its path and query.
    """
    key = (name, request.root_path)
    found = _written().get(key)
    if found is None:
        found = write()
        _written().put(key, found, 2 * len(found))
    return found


def namer(description: Description) -> Callable[[str], str]:
    """What names resources: by their label, their term's label, or their IRI in short form."""
    known, base = terms(), release().base

    def name(iri: str) -> str:
        return known.get(iri) or (description.label(iri) if description.named(iri) else compact(iri.removeprefix(base)))

    return name


class _Anchors:
    """Links to resources by their names: a page has hundreds, and a macro would take most of its time.

    :param base, prefix: see `local_path`.
    """

    def __init__(self, base: str, prefix: str) -> None:
        self._base, self._prefix = base, prefix

    def link(self, iri: str) -> str:
        """See `publisher.addresses.link`."""
        return local_path(iri, self._base, self._prefix)

    def anchor(self, iri: str, label: str, length: int = NAME) -> Markup:
        """A resource's name, of so many characters at most, that leads to it."""
        target, text = self.link(iri), escape(short(label, length))
        return Markup(f'<a href="{escape(target)}"><bdi>{text}</bdi></a>' if target else f"<bdi>{text}</bdi>")

    def anchors(self, iris: Iterable[str], label: Callable[[str], str]) -> Markup:
        """Several of them, with commas between."""
        return Markup(", ").join(self.anchor(iri, label(iri)) for iri in iris)


def term(iri: str) -> str:
    """The label of a term of the ontology, as a heading or a table has it."""
    label = terms().get(iri)
    return label[:1].upper() + label[1:] if label else compact(iri)


def page(template: str, **values: Any) -> str:
    """Render a template with what every page can use."""
    current, prefix = release(), request.root_path.rstrip("/")
    to = _Anchors(current.base, prefix)
    about = {"address": current.base + request.path.removeprefix("/"), "dataset": current.base + "dataset"}
    values.setdefault("markup", schemaorg.script(schemaorg.page_markup(str(values.get("title", "")), **about)))
    return render_template(
        template,
        root_path=prefix,
        version=current.version,
        link=to.link,
        anchor=to.anchor,
        anchors=to.anchors,
        short=short,
        when=when,
        day=day,
        term=term,
        terms=terms(),
        source=source,
        compact=compact,
        specific=specific,
        above=above,
        at=lambda path, query: f"{prefix}/{path}?{urlencode(query, safe='/')}",
        local_key=lambda iri: iri.removeprefix(current.base),
        NAME=NAME,
        MARK=MARK,
        is_iri=lambda term: isinstance(term, NamedNode),
        licence=licence(),
        bundle=tags,
        **{name: PREFIXES[name.lower()] for name in ("DIP", "RDFS", "SKOS", "SCHEMA", "OWL")},
        **values,
    )
