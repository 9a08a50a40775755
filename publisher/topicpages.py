"""The pages of topics: the whole hierarchy, and for each topic what is above and below it and its events."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import NamedNode

from publisher import selection
from publisher.entitypages import ARTICLES, EVENTS, PARTNERS, name_of
from publisher.memory import per_release
from publisher.namespaces import RDF, SKOS
from publisher.release import Release
from publisher.selection import ACTOR, TOPIC, Concern, Selection
from publisher.statements import Description

_MOST = 100_000


@dataclass(slots=True)
class Topic:
    """A topic with those below it, and in how many events it is found, itself or one of them."""

    iri: str
    label: str
    count: int
    narrower: list[Topic] = field(default_factory=list)


@per_release
def hierarchy(release: Release) -> tuple[list[Topic], dict[str, Topic], dict[str, list[str]]]:
    """The topics that none is above, all topics by IRI, and the topics right above each."""
    concepts = [
        triple.subject.value
        for triple in release.triples(None, NamedNode(RDF + "type"), NamedNode(SKOS + "Concept"))
        if isinstance(triple.subject, NamedNode)
    ]
    counts = {one.iri: one.count for one in selection.things(Selection(), TOPIC, limit=_MOST)}
    topics = {iri: Topic(iri, name_of(iri), counts.get(iri, 0)) for iri in concepts}
    above: dict[str, list[str]] = defaultdict(list)
    for triple in release.triples(None, NamedNode(SKOS + "broader")):
        one, over = getattr(triple.subject, "value", ""), getattr(triple.object, "value", "")
        if one in topics and over in topics and over not in above[one]:
            above[one].append(over)
            topics[over].narrower.append(topics[one])
    for topic in topics.values():
        topic.narrower.sort(key=lambda one: (one.label.casefold(), one.iri))
    top = sorted((topic for topic in topics.values() if not above[topic.iri]), key=lambda one: one.label.casefold())
    return top, topics, dict(above)


def path(iri: str) -> list[Topic]:
    """The topics above a topic, the most general first; one way where there are several."""
    _, topics, above = hierarchy()
    found: list[Topic] = []
    while above.get(iri) and above[iri][0] not in {topic.iri for topic in found}:
        iri = sorted(above[iri])[0]
        found.insert(0, topics[iri])
    return found


def values(description: Description) -> dict[str, Any]:
    """What the template of a topic, or of all topics, takes beside the description."""
    if SKOS + "ConceptScheme" in description.types():
        return {"tree": hierarchy()[0], "many": len(hierarchy()[1])}
    about = Selection((Concern(description.iri, TOPIC),))
    here = hierarchy()[1].get(description.iri)
    return {
        "tree": [],
        "path": path(description.iri),
        "narrower": here.narrower if here else [],
        "events": selection.events(about, limit=EVENTS),
        "total": selection.count(about),
        "kinds": selection.tally(about, "kind"),
        "actors": selection.things(about, ACTOR, limit=PARTNERS),
        "articles": selection.things(about, ("article",), limit=ARTICLES),
    }
