"""The SPARQL 1.1 Service Description of the endpoint."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from publisher.memory import per_release
from publisher.namespaces import FORMATS
from publisher.release import PREFIXES, Release

_RESULT_FORMATS = (
    *("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"),
    *("Turtle", "N-Triples", "JSON-LD", "RDF_XML", "TriG", "N-Quads"),
)


def service_description(release: Release, endpoint: str, *, federated: bool) -> Iterator[ox.Triple]:
    """The triples that describe the endpoint: language, formats, features, and the graphs with their sizes.

    Parameters:
        release: what is queried.
        endpoint: the address at which the client reached the endpoint.
        federated: whether any SERVICE address is allowed.
    """
    sd, void, rdf = PREFIXES["sd"], PREFIXES["void"], PREFIXES["rdf"]
    service, dataset, everything = (f"{endpoint}#{name}" for name in ("service", "dataset", "default-graph"))

    def say(subject: str, predicate: str, value: str | int) -> ox.Triple:
        thing = ox.Literal(value) if isinstance(value, int) else ox.NamedNode(value)
        return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), thing)

    yield say(service, rdf + "type", sd + "Service")
    yield say(service, sd + "endpoint", endpoint)
    yield say(service, sd + "supportedLanguage", sd + "SPARQL11Query")
    for name in _RESULT_FORMATS:
        yield say(service, sd + "resultFormat", FORMATS + name)
    yield say(service, sd + "feature", sd + "UnionDefaultGraph")
    if federated:
        yield say(service, sd + "feature", sd + "BasicFederatedQuery")
    yield say(service, sd + "defaultEntailmentRegime", "http://www.w3.org/ns/entailment/Simple")
    yield say(service, sd + "defaultDataset", dataset)
    yield say(service, sd + "availableGraphs", dataset)
    yield say(dataset, rdf + "type", sd + "Dataset")
    yield say(dataset, rdf + "type", sd + "GraphCollection")
    yield say(dataset, sd + "defaultGraph", everything)
    yield say(everything, rdf + "type", sd + "Graph")
    yield say(everything, void + "triples", _size())
    for place, (name, triples) in enumerate(sorted(release.graphs.items()), start=1):
        entry, graph = f"{endpoint}#named-graph-{place}", f"{endpoint}#graph-{place}"
        yield say(dataset, sd + "namedGraph", entry)
        yield say(entry, rdf + "type", sd + "NamedGraph")
        yield say(entry, sd + "name", name)
        yield say(entry, sd + "graph", graph)
        yield say(graph, rdf + "type", sd + "Graph")
        yield say(graph, void + "triples", triples)


@per_release
def _size(release: Release) -> int:
    count = release.select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[0]["n"]
    return int(count.value) if isinstance(count, ox.Literal) else 0
