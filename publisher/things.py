"""Everything in a release that has a name and a page: what it is called, what it is, and how often it is named."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from publisher.catalog import terms
from publisher.classes import event_classes, specific
from publisher.namespaces import DIP, OWL, RDF, RDFS, SCHEMA, SKOS, local_name
from publisher.release import Release

CLASSES = (
    "Person",
    "State",
    "Organization",
    "ArmedGroup",
    "Mission",
    "GovernmentBody",
    "Place",
    "Office",
    "Instrument",
    "Occasion",
    "Article",
)
_WORD = re.compile(r"\w+")


def normal(text: str) -> str:
    """A name without case, diacritics and punctuation.

    >>> normal("Félix  Houphouët-Boigny")
    'felix houphouet boigny'
    """
    letters = (char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))
    return " ".join(_WORD.findall("".join(letters).replace("_", " ")))


@dataclass(frozen=True, slots=True)
class Thing:
    """Something with a name."""

    iri: str
    label: str
    names: tuple[str, ...]
    """Label and aliases."""
    types: frozenset[str]
    description: str = ""
    mentions: int = 0
    """Events and articles that name it: how likely it is the one that is meant."""
    normals: tuple[str, ...] = field(default=())
    """The names as `normal` writes them, in the same order."""
    articles: int = 0
    """Articles that name it."""


def links_of(release: Release) -> dict[str, set[str]]:
    """owl:sameAs and skos:exactMatch, both ways."""
    links: dict[str, set[str]] = defaultdict(set)
    for predicate in (OWL + "sameAs", SKOS + "exactMatch"):
        for quad in release.quads(predicate=NamedNode(predicate)):
            one, other = quad.subject, quad.object
            if isinstance(one, NamedNode) and isinstance(other, NamedNode) and one.value.startswith(release.base):
                links[one.value].add(other.value)
                links[other.value].add(one.value)
    return dict(links)


def things_of(release: Release) -> list[Thing]:
    """Everything that has a name and a page."""
    a, kinds = NamedNode(RDF + "type"), (*(DIP + name for name in CLASSES), SKOS + "Concept")
    nodes = {triple.subject for kind in kinds for triple in release.triples(None, a, NamedNode(kind))}
    nodes |= {triple.subject for triple in release.triples(None, NamedNode(DIP + "reportedBy"))}
    types = {
        node.value: {_value(triple.object) for triple in release.triples(node, a)}
        for node in nodes
        if isinstance(node, NamedNode)
    }
    labels: dict[str, list[str]] = defaultdict(list)
    aliases: dict[str, list[str]] = defaultdict(list)
    for name in (RDFS + "label", SKOS + "prefLabel", SCHEMA + "headline", SKOS + "altLabel"):
        for triple in release.triples(None, NamedNode(name)):
            if isinstance(triple.object, Literal):
                other = name == SKOS + "altLabel" or triple.object.language not in (None, "en")
                (aliases if other else labels)[_value(triple.subject)].append(triple.object.value)
    events, articles = _counts(release, "dip:participant"), _counts(release, "schema:mentions")
    descriptions = _descriptions(release)
    things = []
    for iri in sorted(types):
        label = min(labels.get(iri, ()), default="") or local_name(iri)
        names = tuple(dict.fromkeys([label, *sorted({*labels.get(iri, ()), *aliases.get(iri, ())})]))
        about = descriptions.get(iri, "")
        kinds_here, normals = frozenset(types[iri]), tuple(normal(name) for name in names)
        many = events.get(iri, 0) + articles.get(iri, 0)
        things.append(Thing(iri, label, names, kinds_here, about, many, normals, articles.get(iri, 0)))
    return things


def _counts(release: Release, name: str) -> dict[str, int]:
    """How many point to each thing with a property."""
    rows = release.select(f"SELECT ?s (COUNT(?x) AS ?n) WHERE {{ ?x {name} ?s }} GROUP BY ?s")
    return {_value(row["s"]): int(_value(row["n"])) for row in rows}


def _descriptions(release: Release) -> dict[str, str]:
    """What tells namesakes apart: the country of people, places and bodies, the office of people, dates of events."""
    parts: dict[str, list[str]] = defaultdict(list)
    for query in (
        "SELECT DISTINCT ?s ?o WHERE { ?tenure dip:person ?s ; dip:office/rdfs:label ?o }",
        "SELECT DISTINCT ?s ?o WHERE { ?s dip:nationality|dip:country|dip:officeOf ?c . ?c rdfs:label ?o }",
    ):
        for row in release.select(query + " ORDER BY ?s ?o"):
            known = parts[_value(row["s"])]
            if len(known) < 3:
                known.append(_value(row["o"]))
    for name in (DIP + "earliestDate", SCHEMA + "datePublished"):
        for triple in release.triples(None, NamedNode(name)):
            parts[_value(triple.subject)].append(_value(triple.object))
    return {iri: "; ".join(dict.fromkeys(said)) for iri, said in parts.items()}


def quotes_of(release: Release) -> dict[str, list[str]]:
    """The words that tell each event."""
    quotes: dict[str, list[str]] = defaultdict(list)
    for row in release.select(
        "SELECT ?s ?o WHERE { ?s dip:evidence/oa:hasTarget/oa:hasSelector/oa:exact ?o } ORDER BY ?s ?o"
    ):
        quotes[_value(row["s"])].append(_value(row["o"]))
    return quotes


def acts(thing: Thing) -> list[str]:
    """What kind of event a thing is, in words, so that a call is found whose label says that somebody spoke."""
    return [terms()[kind] for kind in specific(thing.types) if kind in event_classes() and kind in terms()]


def _value(term: object) -> str:
    return str(getattr(term, "value", term))


def kinds_of(types: Iterable[str]) -> list[str]:
    """The classes among types that people search by."""
    return sorted(kind for kind in types if kind.startswith(DIP) or kind == SKOS + "Concept")
