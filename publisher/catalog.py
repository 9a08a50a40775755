"""What the release says of itself (catalog.ttl, written by the mapper) and what only the server knows: its services."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from heapq import nsmallest

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from publisher import jsonld
from publisher.addresses import link, release
from publisher.memory import per_release
from publisher.namespaces import (
    DCAT,
    DCTERMS,
    DIP,
    FOAF,
    FORMATS,
    LDES,
    ONTOLOGY,
    RDF,
    RDFS,
    VOID,
    XSD,
)
from publisher.release import Release

_EXAMPLES = 3
_FEATURES = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML", "TriG", "N-Quads")
"""The formats that descriptions can be had in (VoID, section 3.1), by their names among W3C's unique URIs."""
_A = NamedNode(RDF + "type")


@per_release
def catalog(release: Release) -> tuple[Quad, ...]:
    """The description of the dataset: VoID, DCAT and PROV of the release, and the services of this server."""
    file = release.path / "catalog.ttl"
    written = [quad.triple for quad in parse(path=str(file), format=RdfFormat.TURTLE)] if file.exists() else []
    triples = [*written, *_services(release, written), *_files(release, written)]
    return tuple(Quad(*triple) for triple in dict.fromkeys(triples))


def _services(release: Release, known: list[Triple]) -> Iterator[Triple]:
    """Where the dataset can be asked, looked up and followed."""
    base = release.base
    dataset = NamedNode(base + "dataset")

    def add(subject: NamedNode, predicate: str, object: NamedNode | Literal | str) -> Triple:
        return Triple(subject, NamedNode(predicate), NamedNode(object) if isinstance(object, str) else object)

    document = NamedNode(base + "void")
    yield add(document, RDF + "type", VOID + "DatasetDescription")
    yield add(document, FOAF + "primaryTopic", dataset)
    yield add(document, DCTERMS + "title", Literal("Description of the dataset", language="en"))
    yield add(dataset, RDF + "type", VOID + "Dataset")
    yield add(dataset, RDF + "type", DCAT + "Dataset")
    yield add(dataset, FOAF + "homepage", base)
    yield add(NamedNode(base), RDF + "type", FOAF + "Document")
    yield add(NamedNode(base), FOAF + "primaryTopic", dataset)
    yield add(dataset, DCAT + "landingPage", base)
    yield add(dataset, VOID + "uriSpace", Literal(base))
    yield add(dataset, VOID + "sparqlEndpoint", base + "sparql")
    yield add(dataset, VOID + "uriLookupEndpoint", base + "describe?uri=")
    yield add(dataset, VOID + "openSearchDescription", base + "opensearch.xml")
    yield add(dataset, VOID + "vocabulary", DIP)
    told = Counter(triple.subject for triple in release.triples(None, NamedNode(DIP + "reportedBy")))
    for event in nsmallest(_EXAMPLES, told, key=lambda event: (-told[event], str(event))):
        yield Triple(dataset, NamedNode(VOID + "exampleResource"), event)
    for name in _FEATURES:
        yield add(dataset, VOID + "feature", FORMATS + name)
    listing = NamedNode(base + "catalog")
    services = (
        ("sparql", "sparql", "SPARQL 1.1 endpoint", "https://www.w3.org/TR/sparql11-protocol/"),
        ("fragments", "fragments", "Triple Pattern Fragments", "https://linkeddatafragments.org/specification/"),
        ("reconcile", "reconcile", "Reconciliation service",
         "https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/"),
        ("lookup", "lookup", "Full-text lookup", "https://github.com/dewitt/opensearch"),
    )  # fmt: skip
    endpoint = NamedNode(DCAT + "endpointURL")
    for name, path, title, standard in services:
        if any(triple.object == NamedNode(base + path) and triple.predicate == endpoint for triple in known):
            continue
        service = NamedNode(f"{base}dataset#service-{name}")
        yield add(service, RDF + "type", DCAT + "DataService")
        yield add(service, DCTERMS + "title", Literal(title, language="en"))
        yield Triple(service, endpoint, NamedNode(base + path))
        yield add(service, DCAT + "servesDataset", dataset)
        yield add(service, DCTERMS + "conformsTo", standard)
        yield add(listing, DCAT + "service", service.value)
    stream = NamedNode(base + "ldes")
    yield add(stream, RDF + "type", LDES + "EventStream")
    yield add(stream, DCTERMS + "title", Literal("Versions of the events", language="en"))
    yield add(stream, DCTERMS + "source", dataset)
    yield add(listing, RDF + "type", DCAT + "Catalog")
    yield add(listing, DCTERMS + "title", Literal("Communique", language="en"))
    yield add(listing, DCAT + "dataset", dataset)
    # The release tells no time, so that equal inputs give equal bytes; when it was put here the server knows.
    written = datetime.fromtimestamp(int(release.created), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for predicate in ("issued", "modified"):
        yield add(dataset, DCTERMS + predicate, Literal(written, datatype=NamedNode(XSD + "dateTime")))
    yield add(NamedNode(ONTOLOGY), RDFS + "isDefinedBy", base + "ontology")


def _files(release: Release, written: list[Triple]) -> Iterator[Triple]:
    """The dumps where the catalog does not name them, and where people reach each."""
    for triple in written:
        if triple.predicate.value == RDF + "type" and triple.object == NamedNode(DCAT + "Distribution"):
            yield Triple(triple.subject, NamedNode(DCAT + "accessURL"), NamedNode(release.base + "dumps/"))
    dump = NamedNode(VOID + "dataDump")
    if any(triple.predicate == dump for triple in written):
        return
    for name in sorted(release.manifest.get("files", {})):
        if name.startswith("dumps/communique."):
            yield Triple(NamedNode(release.base + "dataset"), dump, NamedNode(release.base + name))


@per_release
def licence(release: Release) -> str:
    """The licence of the data, or "" when the catalog names none."""
    dataset, predicate = NamedNode(release.base + "dataset"), NamedNode(DCTERMS + "license")
    found = (q.object.value for q in catalog() if q.subject == dataset and q.predicate == predicate
             and isinstance(q.object, NamedNode))  # fmt: skip
    return next(found, "")


def dataset_links() -> list[str]:
    """Values of Link headers (RFC 8288) of what is a part or a view of the dataset: its description and licence."""
    found = [f'<{link(release().base)}void.ttl>; rel="describedby"; type="text/turtle"']
    return [*found, f'<{licence()}>; rel="license"'] if licence() else found


@per_release
def context(release: Release) -> jsonld.Context:
    """The words of the release's JSON-LD."""
    file = release.path / "vocabulary" / "context.jsonld"
    return jsonld.read_context(file.read_bytes()) if file.exists() else jsonld.Context({})


@per_release
def terms(release: Release) -> dict[str, str]:
    """Labels of the terms of the ontology."""
    said = (
        (triple.subject.value, triple.object.value)
        for triple in release.triples(None, NamedNode(RDFS + "label"))
        if isinstance(triple.subject, NamedNode) and triple.subject.value.startswith(DIP)
        if isinstance(triple.object, Literal) and triple.object.language in ("en", None)
    )
    return dict(sorted(said))
