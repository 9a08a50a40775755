"""The part of a release that belongs to no single article: entities, topics, ontology, the mapper, and what follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

import pyoxigraph as ox

from mapper import coding
from mapper.checking import focused
from mapper.closure import Line
from mapper.conclusions import conclusions, hierarchy
from mapper.descriptions import topic_scheme
from mapper.document import Entity
from mapper.gazetteer import Gazetteer
from mapper.iris import Iris, term
from mapper.parts import render
from mapper.portions import name_of
from mapper.provenance import agent
from mapper.statements import ontology_quads
from mapper.stating import Settings, described, inferred_quads, terminology
from mapper.validation import Result
from mapper.vocabulary import SCHEMA

NAMED = "urn:communique:named:"
"""Before the IRI of an entity: whatever articles name it. Results about entities belong to these articles."""

_MENTIONS = str(SCHEMA.mentions)


@dataclass(frozen=True, slots=True)
class Named:
    """What all articles together name."""

    entities: tuple[str, ...]
    """Keys of those that the gazetteer knows; sorted."""
    unknown: Mapping[str, str]
    """The others, as JSON, by their keys."""
    pointed: tuple[tuple[str, str], ...]
    """With which properties which IRIs are pointed at; sorted."""
    shared: tuple[Line, ...]
    """What follows from the articles' statements of these entities; sorted."""


def state_commons(named: Named, settings: Settings, gazetteer: Gazetteer) -> bytes:
    """The part, packed.

    Raises:
        ReleaseError: the statements contradict the ontology.
        ConfigurationError: a shape itself is wrong.
    """
    iris = Iris(settings.base)
    known = {key: entity for key in named.entities if (entity := gazetteer.entity(key))}
    entities = known | {key: coding.loads(row, Entity) for key, row in named.unknown.items()}
    about = [*described([entities], gazetteer, iris), *topic_scheme(iris)]
    quads = [*about, *agent(settings.software, iris), *ontology_quads(iris)]
    stated = {quad.triple for quad in quads}
    shared = {quad.triple for quad in inferred_quads(named.shared, iris)}
    found = conclusions(stated | shared, terminology()).union(named.shared, hierarchy(terminology()))
    told = {(str(t.subject), str(t.predicate), str(t.object)) for t in stated}
    results = _results(
        {quad.triple for quad in about}, named.pointed, [iris.entity(e).value for e in entities.values()]
    )
    return render(
        [*quads, *inferred_quads(found - told, iris)], facts={"results": [asdict(result) for result in results]}
    ).pack()


def _results(about: set[ox.Triple], pointed: Iterable[tuple[str, str]], named: Sequence[str]) -> list[Result]:
    """What the shapes say of the entities, each result with the entities by which articles lead to it."""
    told = {name_of(triple.subject) for triple in about}
    lines = set(about)
    for predicate, iri in (*pointed, *((_MENTIONS, iri) for iri in named)):
        if iri in told:
            lines.add(ox.Triple(ox.NamedNode(NAMED), ox.NamedNode(predicate), ox.NamedNode(iri)))
    leading = []
    for iri in named:
        article = ox.NamedNode(f"{NAMED}{iri}")
        leading.append(ox.Triple(article, term("rdf:type"), term("dip:Article")))
        leading.append(ox.Triple(article, ox.NamedNode(_MENTIONS), ox.NamedNode(iri)))
    return list(focused(lines, told, leading=leading))
