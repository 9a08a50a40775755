"""The release described for machines: VoID, DCAT 3 and PROV-O, as Turtle without blank nodes.

VoID: https://www.w3.org/TR/void/; DCAT: https://www.w3.org/TR/vocab-dcat-3/; checksums: SPDX 2.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from mapper.dumps import Totals
from mapper.iris import Iris, term, text
from mapper.parts import LINKSETS
from mapper.vocabulary import PREFIXES

LICENSE = ox.NamedNode("https://creativecommons.org/licenses/by/4.0/")
_MORE_PREFIXES = {
    "void": "http://rdfs.org/ns/void#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "spdx": "http://spdx.org/rdf/terms#",
    "foaf": "http://xmlns.com/foaf/0.1/",
}
_MEDIA = "https://www.iana.org/assignments/media-types/"
_TITLE = "Communique: diplomatic events from news articles"
_ABOUT = "Who met, called, condemned or supported whom, when, where and about what, with the words that say so."
_KEYWORDS = ("diplomacy", "foreign policy", "events", "news")
_PARTS = {
    "entities": "people, states, organizations, places, offices and topics",
    "events": "what no article alone says of the events",
    "provenance": "where the statements come from",
    "ontology": "the ontology",
    "inferred": "what follows by OWL 2 RL",
    "linkset-wikidata": "links to Wikidata",
    "linkset-dbpedia": "links to DBpedia",
    "linkset-geonames": "links to GeoNames",
}
"""What the dumps of parts hold, by their names."""


@dataclass(frozen=True, slots=True)
class About:
    """What the catalog says of a release besides its statements."""

    version: str
    previous: str | None
    software: str
    inputs: Sequence[str]
    """sha256 of every input, in hexadecimal."""


def catalog(totals: Totals, files: Mapping[str, Mapping[str, Any]], about: About, iris: Iris) -> bytes:
    """The description as Turtle.

    Parameters:
        totals: what the release publishes, counted.
        files: the files of the manifest, by path.
        about: version, predecessor and origins.
        iris: the IRIs of this deployment.
    """
    triples = {
        str(triple): triple
        for part in (
            _dataset(totals, iris),
            _partitions(totals, iris),
            _files(files, iris),
            _origin(about, iris),
        )
        for triple in part
    }
    rows = [triples[line] for line in sorted(triples)]
    output = io.BytesIO()
    ox.serialize(rows, output, ox.RdfFormat.TURTLE, prefixes={**PREFIXES, **_MORE_PREFIXES})
    return output.getvalue()


def _term(name: str) -> ox.NamedNode:
    prefix, _, local = name.partition(":")
    return ox.NamedNode(_MORE_PREFIXES[prefix] + local) if prefix in _MORE_PREFIXES else term(name)


def _say(subject: ox.NamedNode, *pairs: tuple[str, ox.NamedNode | ox.Literal]) -> Iterator[ox.Triple]:
    for predicate, value in pairs:
        yield ox.Triple(subject, _term(predicate), value)


def _dataset(totals: Totals, iris: Iris) -> Iterator[ox.Triple]:
    endpoint, service = ox.NamedNode(f"{iris.base}sparql"), ox.NamedNode(f"{iris.base}dataset#service")
    yield from _say(
        iris.dataset,
        ("rdf:type", _term("void:Dataset")),
        ("rdf:type", _term("dcat:Dataset")),
        ("dcterms:title", text(_TITLE, language="en")),
        ("dcterms:description", text(_ABOUT, language="en")),
        ("dcterms:license", LICENSE),
        ("dcterms:language", ox.NamedNode("http://id.loc.gov/vocabulary/iso639-1/en")),
        ("foaf:homepage", ox.NamedNode(iris.base)),
        *(("dcat:keyword", text(word, language="en")) for word in _KEYWORDS),
        ("void:sparqlEndpoint", endpoint),
        ("void:uriSpace", ox.Literal(iris.base)),
        ("void:triples", _number(totals.triples)),
        ("void:distinctSubjects", _number(totals.distinct("subjects"))),
        ("void:distinctObjects", _number(totals.distinct("objects"))),
    )
    for namespace in PREFIXES.values():
        if any(name.startswith(namespace) for name in totals.properties):
            yield from _say(iris.dataset, ("void:vocabulary", ox.NamedNode(namespace)))
    yield from _say(
        service,
        ("rdf:type", _term("dcat:DataService")),
        ("dcterms:title", text("SPARQL endpoint", language="en")),
        ("dcat:endpointURL", endpoint),
        ("dcat:servesDataset", iris.dataset),
        ("dcterms:conformsTo", ox.NamedNode("https://www.w3.org/TR/sparql11-protocol/")),
    )
    for name, target in LINKSETS.items():
        links = ox.NamedNode(f"{iris.base}dataset#{name}")
        yield from _say(iris.dataset, ("void:subset", links))
        yield from _say(
            links,
            ("rdf:type", _term("void:Linkset")),
            ("void:linkPredicate", term("owl:sameAs")),
            ("void:subjectsTarget", iris.dataset),
            ("void:objectsTarget", ox.NamedNode(target)),
            ("void:triples", _number(totals.dumps[name])),
        )


def _partitions(totals: Totals, iris: Iris) -> Iterator[ox.Triple]:
    """How many entities each class has, and how many triples each property and graph."""
    yield from _say(
        iris.dataset,
        ("void:classes", _number(len(totals.classes))),
        ("void:properties", _number(len(totals.properties))),
        ("void:entities", _number(totals.distinct("typed"))),
    )
    for name, entities in totals.classes.items():
        part = ox.NamedNode(f"{iris.base}dataset#class-{_short(name)}")
        yield from _say(iris.dataset, ("void:classPartition", part))
        yield from _say(part, ("void:class", ox.NamedNode(name)), ("void:entities", _number(entities)))
    for name, triples in totals.properties.items():
        part = ox.NamedNode(f"{iris.base}dataset#property-{_short(name)}")
        yield from _say(iris.dataset, ("void:propertyPartition", part))
        yield from _say(part, ("void:property", ox.NamedNode(name)), ("void:triples", _number(triples)))
    for graph, triples in totals.graphs.items():
        node = ox.NamedNode(graph)
        yield from _say(iris.dataset, ("void:subset", node))
        yield from _say(node, ("rdf:type", _term("void:Dataset")), ("void:triples", _number(triples)))


def _files(files: Mapping[str, Mapping[str, Any]], iris: Iris) -> Iterator[ox.Triple]:
    for path, facts in files.items():
        if not path.startswith("dumps/"):
            continue
        file = ox.NamedNode(iris.base + path)
        checksum = ox.NamedNode(f"{file.value}#checksum")
        part = path.removeprefix("dumps/").partition(".")[0]
        whole = _dumped(part, iris)
        yield from _say(whole, ("dcat:distribution", file), ("void:dataDump", file))
        if whole != iris.dataset:
            yield from _say(
                whole,
                ("rdf:type", _term("dcat:Dataset")),
                ("dcterms:title", text(f"Communique: {_PARTS[part]}", language="en")),
                ("dcterms:isPartOf", iris.dataset),
                ("dcterms:license", LICENSE),
            )
        yield from _say(
            file,
            ("rdf:type", _term("dcat:Distribution")),
            ("dcat:downloadURL", file),
            ("dcat:mediaType", ox.NamedNode(_MEDIA + facts["mediaType"])),
            ("dcat:compressFormat", ox.NamedNode(f"{_MEDIA}application/gzip")),
            ("dcat:byteSize", ox.Literal(str(facts["bytes"]), datatype=term("xsd:nonNegativeInteger"))),
            ("dcterms:license", LICENSE),
            ("spdx:checksum", checksum),
        )
        yield from _say(
            checksum,
            ("rdf:type", _term("spdx:Checksum")),
            ("spdx:algorithm", _term("spdx:checksumAlgorithm_sha256")),
            ("spdx:checksumValue", ox.Literal(facts["sha256"], datatype=term("xsd:hexBinary"))),
        )


def _dumped(part: str, iris: Iris) -> ox.NamedNode:
    """What a dump is the whole of (VoID, section 3.2): the dataset, one of its graphs, or a linkset."""
    if part == "communique":
        return iris.dataset
    return ox.NamedNode(f"{iris.dataset.value}#{part}") if part.startswith("linkset-") else iris.graph(part)


def _origin(about: About, iris: Iris) -> Iterator[ox.Triple]:
    """Which release this is, of which it is the successor, and from what it was made."""
    release, activity = iris.release(about.version), ox.NamedNode(f"{iris.release(about.version).value}#build")
    yield from _say(
        iris.dataset,
        ("dcat:version", text(about.version)),
        ("dcat:hasCurrentVersion", release),
        ("dcterms:creator", iris.software(about.software)),
    )
    yield from _say(
        release,
        ("rdf:type", term("prov:Entity")),
        ("dcat:isVersionOf", iris.dataset),
        ("dcat:version", text(about.version)),
        ("prov:wasGeneratedBy", activity),
    )
    yield from _say(
        activity,
        ("rdf:type", term("prov:Activity")),
        ("prov:wasAssociatedWith", iris.software(about.software)),
    )
    if about.previous:
        yield from _say(release, ("dcat:previousVersion", iris.release(about.previous)))
        yield from _say(release, ("prov:wasRevisionOf", iris.release(about.previous)))
    for digest in about.inputs:
        yield from _say(activity, ("prov:used", ox.NamedNode(f"urn:sha-256:{digest}")))


def _number(value: int) -> ox.Literal:
    return ox.Literal(value)


def _short(name: str) -> str:
    """A name for the partition of a term: its prefix and local name."""
    for prefix, namespace in {**PREFIXES, **_MORE_PREFIXES}.items():
        if name.startswith(namespace):
            return f"{prefix}-{name.removeprefix(namespace)}"
    return name.rsplit("/", 1)[-1].replace("#", "-")
