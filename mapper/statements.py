"""Everything that a release states, put together from articles, events, facts and the project's own vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

import pyoxigraph as ox
from rdflib import Graph

from mapper.descriptions import describe, topic_scheme
from mapper.document import MappedArticle, MergedEvent
from mapper.gazetteer import Gazetteer
from mapper.iris import Iris, term, text
from mapper.provenance import Software, provenance
from mapper.quads import article_quads, event_quads, referenced
from mapper.vocabulary import ONTOLOGY_SHAPES, EventType, data_dir, published_graph


def state(
    articles: Sequence[MappedArticle],
    events: Sequence[MergedEvent],
    *,
    gazetteer: Gazetteer,
    types: Mapping[str, EventType],
    software: Software,
    iris: Iris,
) -> Iterator[ox.Quad]:
    """All that is asserted of articles, events, agents and origins; without the ontology and what follows from it."""
    reported: dict[str, list[MergedEvent]] = {}
    for merged in events:
        for identifier in sorted({report.article for report in merged.reports}):
            reported.setdefault(identifier, []).append(merged)
        yield from event_quads(merged, iris, types)
    for mapped in articles:
        yield from article_quads(mapped, reported.get(mapped.article.identifier, ()), iris, types)
    yield from describe(referenced(articles, events), events, gazetteer, other_names(gazetteer), iris)
    yield from topic_scheme(iris)
    yield from provenance([mapped.article for mapped in articles], events, software, iris)


def text_quads(articles: Iterable[MappedArticle], iris: Iris) -> Iterator[ox.Quad]:
    """The articles' texts, for a publisher who may republish them."""
    for mapped in articles:
        identifier = mapped.article.identifier
        body = text(mapped.article.text)
        yield ox.Quad(iris.article(identifier), term("dip:text"), body, iris.article_graph(identifier))


def ontology_quads(iris: Iris) -> list[ox.Quad]:
    """Ontology and alignments in their graph."""
    lines = published_graph().serialize(format="nt", encoding="utf-8")
    graph = iris.graph("ontology")
    return [
        ox.Quad(quad.subject, quad.predicate, quad.object, graph) for quad in ox.parse(lines, ox.RdfFormat.N_TRIPLES)
    ]


def vocabulary_files() -> dict[str, bytes]:
    """The files that define the terms, as a release carries them; all shapes for the data in one."""
    folder = data_dir("ontology")
    names = ("diplomacy.ttl", "alignments.ttl", "topics.ttl", "context.jsonld")
    shapes = sorted(path for path in data_dir("shapes").glob("*.ttl") if path.name != ONTOLOGY_SHAPES)
    return {
        **{name: (folder / name).read_bytes() for name in names},
        "shapes.ttl": b"\n".join(path.read_bytes() for path in shapes),
    }


@lru_cache(maxsize=1)
def other_names(gazetteer: Gazetteer) -> dict[str, list[str]]:
    """By key every name that the gazetteer knows; demonyms and metonyms are not names of their state."""
    names: dict[str, list[str]] = {}
    for readings in gazetteer.tables.readings.values():
        for reading in readings:
            if reading.form.value in ("name", "surname", "acronym"):
                names.setdefault(reading.key, []).append(reading.name)
    return names


def as_graph(quads: Iterable[ox.Quad]) -> Graph:
    """The union of all graphs, for the libraries that take rdflib's."""
    lines = "".join(f"{line} .\n" for line in dict.fromkeys(str(quad.triple) for quad in quads))
    return Graph(bind_namespaces="none").parse(data=lines, format="nt")
