"""Who and what the articles name, described: agents, places, offices, tenures, topics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Protocol

import pyoxigraph as ox

from mapper.document import Capacity, Entity, Kind, MergedEvent, Tenure
from mapper.iris import Iris, day, decimal, office_key, placed, term, text
from mapper.vocabulary import TOPIC, TOPICS_FILE, WD, data_dir


class Facts(Protocol):
    """What descriptions ask of the gazetteer."""

    def entity(self, key: str) -> Entity | None:
        """The entity or office with this key."""

    def capital(self, state: str) -> Entity | None:
        """The capital of a state."""

    def labels(self, key: str) -> tuple[tuple[str, str], ...]:
        """Language and label of an entity, for languages other than English."""

    def identities(self, key: str) -> tuple[str, ...]:
        """IRIs of the same thing elsewhere."""

    def members(self, organization: str) -> tuple[Entity, ...]:
        """The states and organizations that are members of an organization."""

    def seat(self, organization: str) -> Entity | None:
        """The place where an organization has its headquarters."""

    def tenures_of(self, person: str) -> tuple[Tenure, ...]:
        """The tenures of a person, earliest first."""


def describe(
    entities: Mapping[str, Entity],
    events: Iterable[MergedEvent],
    facts: Facts,
    names: Mapping[str, Iterable[str]],
    iris: Iris,
) -> Iterator[ox.Quad]:
    """Describe what statements point to, and whatever these descriptions point to in turn.

    Parameters:
        entities: who and what articles and events refer to, by key.
        events: the events, whose capacities name offices.
        facts: the gazetteer.
        names: other names by key.
        iris: the IRIs of this deployment.
    """
    graph = iris.graph("entities")
    offices = offices_of(events)
    todo = [*entities.values(), *offices.values()]
    seen: set[str] = set()
    listed: dict[str, Entity] = {}
    while todo:
        entity = todo.pop()
        if entity.key in seen:
            continue
        seen.add(entity.key)
        entity = facts.entity(entity.key) or entity
        if entity.country not in entities and not facts.entity(entity.country or ""):
            entity = replace(entity, country=None)  # nothing could be said of it
        for triple in _entity(entity, names.get(entity.key, ()), facts, iris):
            yield placed(triple, graph)
        for member in facts.members(entity.key):
            yield ox.Quad(iris.entity(entity), term("dip:hasMember"), iris.entity(member), graph)
            listed.setdefault(member.key, member)
        tenures = _told_once(facts.tenures_of(entity.key)) if entity.kind is Kind.PERSON else []
        for tenure in tenures:
            for triple in _tenure(tenure, iris):
                yield placed(triple, graph)
        if entity.kind is Kind.STATE and (capital := facts.capital(entity.key)):
            yield ox.Quad(iris.entity(entity), term("dip:capital"), iris.entity(capital), graph)
            todo.append(capital)
        if seat := facts.seat(entity.key):
            yield ox.Quad(iris.entity(entity), term("dip:seat"), iris.entity(seat), graph)
            todo.append(seat)
        related = [entity.country, *(tenure.office for tenure in tenures)]
        todo += [other for key in related if key and (other := facts.entity(key))]
    for key in sorted(set(listed) - seen):  # named by a list of members only: no more is told than what it is
        for triple in _entity(listed[key], names.get(key, ()), facts, iris):
            yield placed(triple, graph)


def _told_once(tenures: Iterable[Tenure]) -> list[Tenure]:
    """One tenure where sources give one beginning and several ends: the exact one, else the last end that any knows."""
    told: dict[tuple[str, date | None], Tenure] = {}
    for tenure in sorted(tenures, key=lambda tenure: (not tenure.coarse, tenure.end or date.min)):
        told[tenure.office, tenure.start] = tenure
    return list(told.values())


def offices_of(events: Iterable[MergedEvent]) -> dict[str, Entity]:
    """The offices that somebody acts in, those that the gazetteer does not know included."""
    found: dict[str, Entity] = {}
    for merged in events:
        for part in merged.event.participations:
            if part.capacity:
                office = _office(part.capacity)
                found.setdefault(office.key, office)
    return dict(sorted(found.items()))


def _office(capacity: Capacity) -> Entity:
    return Entity(office_key(capacity), capacity.label, Kind.OFFICE, country=capacity.of)


def _entity(entity: Entity, names: Iterable[str], facts: Facts, iris: Iris) -> Iterator[ox.Triple]:
    iri = iris.entity(entity)
    yield ox.Triple(iri, term("rdf:type"), term(f"dip:{entity.kind.value}"))
    yield ox.Triple(iri, term("rdfs:label"), text(entity.label, language="en"))
    tagged = dict(facts.labels(entity.key))
    for language, label in tagged.items():
        yield ox.Triple(iri, term("skos:altLabel"), text(label, language=language))
    for name in sorted({*names, *entity.aliases} - {entity.label, *tagged.values()}):
        yield ox.Triple(iri, term("skos:altLabel"), text(name))  # in any language, so with none
    if entity.qid:
        yield ox.Triple(iri, term("owl:sameAs"), ox.NamedNode(str(WD) + entity.qid))
    for other in facts.identities(entity.key):
        yield ox.Triple(iri, term("owl:sameAs"), ox.NamedNode(other))
    if entity.country:
        belongs = {Kind.PERSON: "dip:nationality", Kind.OFFICE: "dip:officeOf"}.get(entity.kind, "dip:country")
        yield ox.Triple(iri, term(belongs), iris.keyed(entity.country))
    if entity.gender:
        yield ox.Triple(iri, term("schema:gender"), text(entity.gender))
    if entity.latitude is not None and entity.longitude is not None:
        yield ox.Triple(iri, term("schema:latitude"), decimal(entity.latitude))
        yield ox.Triple(iri, term("schema:longitude"), decimal(entity.longitude))


def _tenure(tenure: Tenure, iris: Iris) -> Iterator[ox.Triple]:
    iri = iris.tenure(tenure)
    yield ox.Triple(iri, term("rdf:type"), term("dip:Tenure"))
    yield ox.Triple(iri, term("dip:person"), iris.keyed(tenure.person))
    yield ox.Triple(iri, term("dip:office"), iris.office(tenure.office))
    if tenure.start:
        yield ox.Triple(iri, term("dip:from"), day(tenure.start))
    if tenure.end:
        yield ox.Triple(iri, term("dip:to"), day(tenure.end))
    if tenure.coarse:
        yield ox.Triple(iri, term("dip:coarse"), ox.Literal(True))
    if tenure.source:
        yield ox.Triple(iri, term("dcterms:source"), text(tenure.source))


def topic_scheme(iris: Iris) -> Iterator[ox.Quad]:
    """The topics under this deployment's base IRI, without the phrases that are for the mapper alone."""
    graph = iris.graph("entities")

    def moved(node: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> ox.NamedNode | ox.Literal:
        if isinstance(node, ox.NamedNode) and node.value.startswith(str(TOPIC)):
            return iris.topic(node.value.removeprefix(str(TOPIC)))
        if not isinstance(node, ox.NamedNode | ox.Literal):
            raise TypeError(f"topics hold names and texts only, not {node}")
        return node

    for quad in ox.parse(path=data_dir("ontology") / TOPICS_FILE, format=ox.RdfFormat.TURTLE):
        if quad.predicate != term("dip:trigger"):
            subject = moved(quad.subject)
            if isinstance(subject, ox.NamedNode):
                yield ox.Quad(subject, quad.predicate, moved(quad.object), graph)
                if quad.predicate == term("skos:prefLabel"):
                    yield ox.Quad(subject, term("rdfs:label"), quad.object, graph)
