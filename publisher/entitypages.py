"""The page of a person, state, organization, place, office: its offices, events, partners, places and topics."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pyoxigraph import Literal, NamedNode

from publisher import selection, together
from publisher.addresses import release
from publisher.index import index
from publisher.namespaces import DCTERMS, DIP, RDFS, SCHEMA, local_name
from publisher.selection import ACTOR, Concern, Counted, Selection
from publisher.statements import Description

EVENTS = 20
"""Events in the table of one page; the listing has all."""
PARTNERS = 10
PLACES = 15
TOPICS = 12
ARTICLES = 10
TENURES = 40
OFFICES = 40
_LOOKED_AT = 400
"""Terms of office that are read to show the latest."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the map, and in how many events it is found."""

    iri: str
    label: str
    count: int
    latitude: str
    longitude: str


@dataclass(frozen=True, slots=True)
class Tenure:
    """A term of office."""

    person: str
    office: str
    first: str
    last: str
    source: str = ""


def text_of(iri: str, *properties: str) -> str:
    """The first literal that the release has for one of the properties, or ""."""
    node = NamedNode(iri)
    for name in properties:
        for triple in release().triples(node, NamedNode(name)):
            if isinstance(triple.object, Literal):
                return triple.object.value
    return ""


def name_of(iri: str) -> str:
    """What a resource is called, or the end of its IRI."""
    return text_of(iri, RDFS + "label", SCHEMA + "headline") or local_name(iri)


def spots(found: Iterable[Counted]) -> list[Spot]:
    """Where on the map places are; "" where nobody knows."""
    return [
        Spot(
            one.iri, one.label, one.count, text_of(one.iri, SCHEMA + "latitude"), text_of(one.iri, SCHEMA + "longitude")
        )
        for one in found
    ]


def tenures(iri: str) -> list[Tenure]:
    """Terms of office of a person, or in an office; the latest first."""
    node, current = NamedNode(iri), release()
    found = []
    for name in ("person", "office"):
        pointing = current.triples(None, NamedNode(DIP + name), node)
        for term in (
            triple.subject for triple in islice(pointing, _LOOKED_AT) if isinstance(triple.subject, NamedNode)
        ):
            facts = {t.predicate.value: getattr(t.object, "value", "") for t in current.triples(term)}
            names = (DIP + "person", DIP + "office", DIP + "from", DIP + "to", DCTERMS + "source")
            found.append(Tenure(*(str(facts.get(name, "")) for name in names)))
    return sorted(set(found), key=lambda one: (one.first, one.last, one.office, one.person), reverse=True)


def offices(iri: str) -> list[tuple[str, str]]:
    """Offices of a state or body, with their names."""
    pointing = release().triples(None, NamedNode(DIP + "officeOf"), NamedNode(iri))
    some = [triple.subject.value for triple in islice(pointing, _LOOKED_AT) if isinstance(triple.subject, NamedNode)]
    return sorted(((one, name_of(one)) for one in some), key=lambda pair: (pair[1], pair[0]))[:OFFICES]


def values(description: Description) -> dict[str, Any]:
    """What the template of an entity takes beside the description."""
    iri, types = description.iri, set(description.types())
    acting = Selection((Concern(iri, ACTOR),))
    everything = Selection((Concern(iri),))
    person = DIP + "Person" in types
    terms = tenures(iri)
    total = selection.count(everything)
    return {
        "kind": _kind(types),
        "named": index().articles(iri),
        "events": selection.events(everything, limit=EVENTS),
        "total": total,
        "roles": selection.roles(iri),
        "partners": together.partners(iri, sides=not person, limit=PARTNERS),
        "places": spots(selection.things(acting, ("place",), limit=PLACES)),
        "topics": selection.things(acting if types & _ACTORS else everything, ("topic",), limit=TOPICS),
        "articles": selection.things(everything, ("article",), limit=ARTICLES),
        "visitors": selection.things(everything, ACTOR, limit=PARTNERS) if not types & _ACTORS else [],
        "tenures": terms[:TENURES],
        "names": {one: name_of(one) for term in terms[:TENURES] for one in (term.person, term.office)},
        "offices": offices(iri) if types & {DIP + "State", DIP + "Organization"} else [],
    }


_ACTORS = {DIP + name for name in ("Person", "State", "Organization", "ArmedGroup", "Mission", "GovernmentBody")}


def _kind(types: set[str]) -> str:
    """Which of the templates' kinds of entity this is."""
    for name in ("Person", "State", "Organization", "Place", "Office"):
        if DIP + name in types:
            return name
    return ""
