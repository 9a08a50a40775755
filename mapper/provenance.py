"""Which input, which version of the mapper and which reasons a statement goes back to, in PROV-O."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode, Quad

from mapper.document import Article, MergedEvent
from mapper.iris import Iris, term, text


@dataclass(frozen=True, slots=True)
class Software:
    """The mapper as it ran: its version and the sha256 of what decides what it finds, in hexadecimal."""

    version: str
    code: str
    rules: str
    gazetteer: str
    ontology: str
    shapes: str


def provenance(
    articles: Iterable[Article], events: Iterable[MergedEvent], software: Software, iris: Iris
) -> Iterator[Quad]:
    """Where articles, article graphs and events come from, and the software that read them."""
    yield from agent(software, iris)
    yield from origins(articles, events, software, iris)


def agent(software: Software, iris: Iris) -> Iterator[Quad]:
    """The mapper itself."""
    graph, node = iris.graph("provenance"), iris.software(software.version)
    yield Quad(node, term("rdf:type"), term("prov:SoftwareAgent"), graph)
    yield Quad(node, term("rdfs:label"), text(f"Communique {software.version}", language="en"), graph)
    yield Quad(node, term("schema:softwareVersion"), text(software.version), graph)
    yield Quad(node, term("dip:rulesDigest"), text(software.rules), graph)
    yield Quad(node, term("dip:gazetteerDigest"), text(software.gazetteer), graph)


def origins(
    articles: Iterable[Article], events: Iterable[MergedEvent], software: Software, iris: Iris
) -> Iterator[Quad]:
    """Where articles, article graphs and events come from."""
    graph, mapper = iris.graph("provenance"), iris.software(software.version)
    for article in articles:
        iri, activity = iris.article(article.identifier), iris.activity(article.identifier)
        yield Quad(activity, term("rdf:type"), term("prov:Activity"), graph)
        yield Quad(activity, term("prov:used"), iri, graph)
        yield Quad(activity, term("prov:wasAssociatedWith"), mapper, graph)
        yield Quad(iris.article_graph(article.identifier), term("prov:wasGeneratedBy"), activity, graph)
        if article.digest:
            yield Quad(iri, term("prov:wasDerivedFrom"), NamedNode(f"urn:sha-256:{article.digest}"), graph)
    for merged in events:
        event = iris.event(merged.name)
        for identifier in sorted({report.article for report in merged.reports}):
            yield Quad(event, term("prov:wasGeneratedBy"), iris.activity(identifier), graph)
        for reason in merged.merges:
            yield Quad(event, term("dip:mergeReason"), text(reason), graph)
