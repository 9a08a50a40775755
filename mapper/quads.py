"""Articles and events as statements in named graphs; docs/data-model.md has the shape of them.

An event's consolidated statements stand in the graph of every article that agrees with them; what no article says by
itself stands in the graph of events. So every statement can be traced to its source, and their union says one thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pyoxigraph import Literal, NamedNode, Quad, Triple

from mapper.document import Article, Entity, Event, Evidence, Form, MappedArticle, MergedEvent, Participation, Report
from mapper.iris import Iris, count, day, decimal, office_key, placed, term, text, web_address
from mapper.vocabulary import EventType

_CONTEXT = 32
"""Characters before and after a quote that are published with it, enough to find it again."""

_NOT_NAMED = frozenset({Form.OFFICE, Form.REFERENCE})
"""Mentions that do not name their entity."""


def article_quads(
    mapped: MappedArticle, events: Sequence[MergedEvent], iris: Iris, types: Mapping[str, EventType]
) -> Iterator[Quad]:
    """What one article asserts.

    Parameters:
        mapped: the article.
        events: the events that it reports.
        iris: the IRIs of this deployment.
        types: the event types by name.
    """
    article = mapped.article
    graph = iris.article_graph(article.identifier)
    triples = set(_article(mapped, iris))
    for merged in events:
        for report in merged.reports:
            if report.article == article.identifier:
                triples |= agreed(report, merged, iris, types)
                triples.update(_report(report, merged.name, article, iris))
    return (placed(triple, graph) for triple in triples)


def agreed(report: Report, merged: MergedEvent, iris: Iris, types: Mapping[str, EventType]) -> set[Triple]:
    """The consolidated statements about an event with which one report of it agrees."""
    consolidated = set(_event(merged.event, merged.name, iris, types))
    return consolidated.intersection(_event(_as_agreed(report.event, merged.event), merged.name, iris, types))


def event_quads(merged: MergedEvent, iris: Iris, types: Mapping[str, EventType]) -> Iterator[Quad]:
    """What no article alone says of an event: label, confidence, and values that only the reports together have."""
    event, iri, graph = merged.event, iris.event(merged.name), iris.graph("events")
    said = {
        triple
        for report in merged.reports
        for triple in _event(_as_agreed(report.event, event), merged.name, iris, types)
    }
    yield Quad(iri, term("rdfs:label"), text(event.label, language="en"), graph)
    yield Quad(iri, term("dip:confidence"), decimal(round(event.confidence, 4)), graph)
    for triple in set(_event(event, merged.name, iris, types)) - said:
        yield placed(triple, graph)


def surroundings(
    merged: MergedEvent, others: Mapping[str, Article], iris: Iris, types: Mapping[str, EventType]
) -> Iterator[Triple]:
    """What is stated of an event, and by these other articles of it, without the words around their quotes."""
    yield from _event(merged.event, merged.name, iris, types)
    for report in merged.reports:
        if report.article in others:
            yield from _article(MappedArticle(others[report.article], (), ()), iris)
            told = _report(report, merged.name, others[report.article], iris)
            yield from (triple for triple in told if triple.predicate not in _in_context())


# --- an article --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Naming:
    """Somebody or something that an article names: in which words, and how sure it is that they mean it."""

    entity: Entity
    words: frozenset[str]
    confidence: float
    """That of the surest of its mentions, 0 to 1."""


def namings(mapped: MappedArticle) -> dict[str, Naming]:
    """Whoever and whatever the article's own lines name, by key; a city that stands for its state in both readings."""
    own = [(line.start, line.end) for line in mapped.article.own_lines()]
    found: dict[str, Naming] = {}
    for mention in mapped.mentions:
        if mention.form in _NOT_NAMED or not any(start <= mention.start < end for start, end in own):
            continue
        for entity in filter(None, (mention.entity, mention.place)):
            known = found.get(entity.key, Naming(entity, frozenset(), 0.0))
            sure = max(known.confidence, mention.confidence)
            found[entity.key] = Naming(entity, known.words | {mention.text}, sure)
    return found


def _article(mapped: MappedArticle, iris: Iris) -> Iterator[Triple]:
    article = mapped.article
    iri = iris.article(article.identifier)
    for name in ("dip:Article", "schema:NewsArticle", "prov:Entity"):
        yield Triple(iri, term("rdf:type"), term(name))
    yield Triple(iri, term("dcterms:identifier"), text(article.identifier))
    for name, value in (("headline", article.headline), ("author", article.byline), ("publisher", article.publisher)):
        if value:
            yield Triple(iri, term(f"schema:{name}"), text(value))
    if article.published:
        yield Triple(iri, term("schema:datePublished"), day(article.published))
    address = web_address(article.url)
    if address:
        yield Triple(iri, term("dcterms:source"), address)
    for naming in namings(mapped).values():
        yield Triple(iri, term("schema:mentions"), iris.entity(naming.entity))
        yield from _naming(naming, article, iris)


def _naming(naming: Naming, article: Article, iris: Iris) -> Iterator[Triple]:
    node = iris.mention(article.identifier, naming.entity.key)
    yield Triple(node, term("rdf:type"), term("dip:Mention"))
    yield Triple(node, term("dip:mentionIn"), iris.article(article.identifier))
    yield Triple(node, term("dip:mentionOf"), iris.entity(naming.entity))
    yield Triple(node, term("dip:linkConfidence"), decimal(round(naming.confidence, 4)))
    for words in naming.words:
        yield Triple(node, term("dip:mentionText"), text(words))


@cache
def _in_context() -> frozenset[NamedNode]:
    return frozenset({term("oa:prefix"), term("oa:suffix")})


# --- an event ----------------------------------------------------------------------------------------------


def _as_agreed(report: Event, merged: Event) -> Event:
    """A report whose participations are told as the consolidated event tells them: one office, one principal each."""
    told = {(part.agent.key, part.role): part for part in merged.participations}
    parts = tuple(told.get((part.agent.key, part.role), part) for part in report.participations)
    return Event(
        type=report.type,
        participations=parts,
        evidence=report.evidence,
        bounds=report.bounds,
        location=report.location,
        occasion=report.occasion,
        medium=report.medium,
        status=report.status,
        claimant=report.claimant,
        topics=report.topics,
    )


def _event(event: Event, name: str, iris: Iris, types: Mapping[str, EventType]) -> Iterator[Triple]:
    """The statements about an event that articles may agree on or not; of dates both bounds or none."""
    iri = iris.event(name)

    def say(predicate: str, value: NamedNode | Literal | None) -> Iterator[Triple]:
        if value is not None:
            yield Triple(iri, term(predicate), value)

    yield from say("rdf:type", term(f"dip:{event.type}"))
    yield from say("dip:status", term(f"dip:{event.status.value}"))
    yield from say("dip:medium", term(f"dip:{event.medium.value}") if event.medium else None)
    yield from say("dip:location", iris.entity(event.location) if event.location else None)
    yield from say("dip:atEvent", iris.entity(event.occasion) if event.occasion else None)
    yield from say("dip:claimant", iris.entity(event.claimant) if event.claimant else None)
    if event.bounds and event.bounds.earliest and event.bounds.latest:
        yield from say("dip:earliestDate", day(event.bounds.earliest))
        yield from say("dip:latestDate", day(event.bounds.latest))
        yield from say("dip:dateGranularity", text(event.bounds.granularity.value))
        yield from say("dip:dateReason", text(event.bounds.reason.value))
        yield from say("dip:dateText", text(event.bounds.words) if event.bounds.words else None)
    for topic in event.topics:
        yield from say("dip:topic", iris.topic(topic))
    if types[event.type].symmetric and len(event.agents()) == 1:
        yield from say("dip:onlyOneAgent", text("The article names no other side."))
    for part in event.participations:
        yield from say("dip:participant", iris.entity(part.agent))
        yield from say("dip:hasParticipation", iris.participation(iri, part.agent.key, part.role))
        yield from _participation(part, iri, iris)


def _participation(part: Participation, event: NamedNode, iris: Iris) -> Iterator[Triple]:
    iri = iris.participation(event, part.agent.key, part.role)
    yield Triple(iri, term("rdf:type"), term("dip:Participation"))
    yield Triple(iri, term("dip:agent"), iris.entity(part.agent))
    yield Triple(iri, term("dip:role"), term(f"dip:{part.role.value}"))
    if part.capacity:
        yield Triple(iri, term("dip:capacity"), iris.office(office_key(part.capacity)))
    if part.behalf:
        yield Triple(iri, term("dip:onBehalfOf"), iris.entity(part.behalf))


# --- what one article says of it, and in which words ---------------------------------------------------------


def _report(report: Report, name: str, article: Article, iris: Iris) -> Iterator[Triple]:
    event, iri, source = report.event, iris.event(name), iris.article(article.identifier)
    yield Triple(iri, term("dip:reportedBy"), source)
    if event.main:
        yield Triple(iri, term("dip:mainEventOf"), source)
    node = iris.report(iri, article.identifier)
    yield Triple(node, term("rdf:type"), term("dip:Report"))
    yield Triple(node, term("dip:reportOf"), iri)
    yield Triple(node, term("dip:reportIn"), source)
    yield Triple(node, term("dip:reportedType"), term(f"dip:{event.type}"))
    yield Triple(node, term("dip:reportedStatus"), term(f"dip:{event.status.value}"))
    if event.location:
        yield Triple(node, term("dip:reportedLocation"), iris.entity(event.location))
    if event.claimant:
        yield Triple(node, term("dip:claimant"), iris.entity(event.claimant))
    if event.bounds and event.bounds.earliest and event.bounds.latest:
        yield Triple(node, term("dip:reportedDateReason"), text(event.bounds.reason.value))
        yield Triple(node, term("dip:reportedEarliestDate"), day(event.bounds.earliest))
        yield Triple(node, term("dip:reportedLatestDate"), day(event.bounds.latest))
    for piece in event.evidence:
        yield from _evidence(piece, iri, article, iris)


def _evidence(piece: Evidence, event: NamedNode, article: Article, iris: Iris) -> Iterator[Triple]:
    node, target, quote, position = (
        iris.evidence(event, article.identifier, piece, part) for part in ("", "-target", "-quote", "-position")
    )
    yield Triple(event, term("dip:evidence"), node)
    yield Triple(node, term("rdf:type"), term("oa:Annotation"))
    yield Triple(node, term("oa:motivatedBy"), term("oa:identifying"))
    yield Triple(node, term("oa:hasBody"), event)
    yield Triple(node, term("oa:hasTarget"), target)
    yield Triple(node, term("dip:rule"), text(piece.rule))
    yield Triple(node, term("dip:matcher"), text(piece.matcher))
    yield Triple(target, term("rdf:type"), term("oa:SpecificResource"))
    yield Triple(target, term("oa:hasSource"), iris.article(article.identifier))
    yield Triple(target, term("oa:hasSelector"), quote)
    yield Triple(target, term("oa:hasSelector"), position)
    yield Triple(quote, term("rdf:type"), term("oa:TextQuoteSelector"))
    yield Triple(quote, term("oa:exact"), text(piece.exact))
    yield Triple(quote, term("oa:prefix"), text(article.text[max(0, piece.start - _CONTEXT) : piece.start]))
    yield Triple(quote, term("oa:suffix"), text(article.text[piece.end : piece.end + _CONTEXT]))
    yield Triple(position, term("rdf:type"), term("oa:TextPositionSelector"))
    yield Triple(position, term("oa:start"), count(piece.start))
    yield Triple(position, term("oa:end"), count(piece.end))


def referenced(articles: Iterable[MappedArticle], events: Iterable[MergedEvent]) -> dict[str, Entity]:
    """Every entity that a statement points to, by key, so that each can be described."""
    found: dict[str, Entity] = {}
    for mapped in articles:
        found.update((key, naming.entity) for key, naming in namings(mapped).items())
    for merged in events:
        for event in (merged.event, *(report.event for report in merged.reports)):
            parts = [entity for part in event.participations for entity in (part.agent, part.behalf)]
            for entity in (*parts, event.location, event.occasion, event.claimant):
                if entity:
                    found[entity.key] = entity
    return dict(sorted(found.items()))
