"""The page of a term of the ontology: what it means, how often it is used, and examples from the data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from pyoxigraph import Literal, NamedNode

from publisher import selection
from publisher.catalog import catalog
from publisher.classes import below, event_classes, superclasses
from publisher.memory import per_release
from publisher.namespaces import DIP, RDFS, VOID
from publisher.release import Release
from publisher.selection import Selection
from publisher.statements import Description

EXAMPLES = 10


@per_release
def counts(release: Release) -> Mapping[str, int]:
    """How often each class and property is used, as the description of the dataset (VoID) says."""
    del release  # it is that of the catalog
    told: dict[str, dict[str, str]] = defaultdict(dict)
    for quad in catalog():
        if isinstance(quad.object, (NamedNode, Literal)):
            told[str(quad.subject)][quad.predicate.value] = quad.object.value
    found = {}
    for facts in told.values():
        for what, number in (("class", "entities"), ("property", "triples")):
            if VOID + what in facts and VOID + number in facts:
                found[facts[VOID + what]] = int(facts[VOID + number])
    for kind in event_classes():  # a release whose catalog does not tell has events all the same
        found.setdefault(kind, selection.count(Selection(kinds=tuple(below(kind)))))
    return found


@per_release
def _of(release: Release) -> Mapping[str, list[str]]:
    """The properties of each class: those that name it as their domain."""
    found: dict[str, list[str]] = defaultdict(list)
    for triple in release.triples(None, NamedNode(RDFS + "domain")):
        if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode):
            found[triple.object.value].append(triple.subject.value)
    return {iri: sorted(properties) for iri, properties in found.items()}


def values(description: Description) -> dict[str, Any]:
    """What the template of a term takes beside the description."""
    iri = description.iri
    kinds = tuple(below(iri)) if iri in event_classes() else ()
    return {
        "count": counts().get(iri),
        "counts": counts(),
        "over": sorted(one for one in superclasses().get(iri, ()) if one.startswith(DIP)),
        "under": [one for one in below(iri) if one != iri],
        "properties": [one for one in _of().get(iri, ()) if one.startswith(DIP)],
        "events": selection.events(Selection(kinds=kinds), limit=EXAMPLES) if kinds else [],
        "is_event": bool(kinds),
    }
