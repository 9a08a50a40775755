"""The ontology as Python: prefixes, event types, topics.

The declarations lie in ontology/*.ttl; nothing of them is repeated here. Importing this module reads nothing:
`load_ontology` does, on demand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from rdflib import BNode, Graph, Namespace, URIRef
from rdflib.compare import to_canonical_graph
from rdflib.namespace import OWL, RDF, RDFS, SKOS
from rdflib.term import Node

from mapper.document import Role
from mapper.errors import ConfigurationError

DIP: Final = Namespace("https://w3id.org/communique/ontology#")
SCHEMA: Final = Namespace("http://schema.org/")
OA: Final = Namespace("http://www.w3.org/ns/oa#")
WD: Final = Namespace("http://www.wikidata.org/entity/")
TOPIC: Final = Namespace("https://w3id.org/communique/topic/")
"""Where ontology/topics.ttl has its concepts; a release moves them to `{base}topic/`."""

PREFIXES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "dip": str(DIP),
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "dcterms": "http://purl.org/dc/terms/",
        "schema": str(SCHEMA),
        "prov": "http://www.w3.org/ns/prov#",
        "oa": str(OA),
        "sh": "http://www.w3.org/ns/shacl#",
        "wd": str(WD),
    }
)
"""Well-known prefixes, as they stand in everything that the project writes."""

ONTOLOGY_FILES: Final = ("diplomacy.ttl", "alignments.ttl")
TOPICS_FILE: Final = "topics.ttl"
ONTOLOGY_SHAPES: Final = "ontology.ttl"
"""The file in shapes/ that is about the ontology itself, not about the data."""


@dataclass(frozen=True, slots=True)
class EventType:
    """A class of diplomatic events as declared in ontology/diplomacy.ttl; `name` is its local name."""

    name: str
    label: str
    definition: str
    parent: str
    """Local name of the class above it."""
    examples: tuple[str, ...]
    """Sentences that tell such an event."""
    roles: frozenset[Role]
    """The roles that agents can have in it."""
    symmetric: bool
    """Whether it takes two agents that do the same to each other."""
    plover: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    cameo: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """A concept of the topic scheme; `name` is the last part of its IRI."""

    name: str
    label: str
    aliases: tuple[str, ...] = ()
    triggers: tuple[str, ...] = ()
    """Phrases that show that an event is about it; label and aliases are among them only where they do."""
    broader: str | None = None
    qid: str | None = None
    """The Wikidata item that is exactly this topic."""


@dataclass(frozen=True, slots=True)
class Ontology:
    """What the mapper needs to know of the ontology; both mappings are by local name, sorted."""

    version: str
    event_types: Mapping[str, EventType]
    topics: Mapping[str, Topic]


def data_dir(name: str) -> Path:
    """The folder of the project's own data called `name`: "ontology" or "shapes".

    In an installed package it lies inside `mapper`, in the source tree beside it.

    >>> (data_dir("ontology") / "diplomacy.ttl").is_file()
    True

    Raises:
        ConfigurationError: there is no such folder, so the installation is incomplete.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / name, package.parent / name):
        if folder.is_dir() and any(folder.glob("*.ttl")):
            return folder
    raise ConfigurationError(f"The data folder “{name}” is missing beside {package}. Install the project again.")


def read_graph(path: Path) -> Graph:
    """A Turtle file as a graph.

    Raises:
        ConfigurationError: it cannot be read or is not Turtle; the message names file and place.
    """
    try:
        return Graph(bind_namespaces="none").parse(path, format="turtle")
    except OSError as error:
        raise ConfigurationError(f"Cannot read {path}: {error.strerror}.") from error
    except SyntaxError as error:  # rdflib's BadSyntax
        raise ConfigurationError(f"{path} is not valid Turtle: {error}") from error


def load_ontology(folder: Path | None = None) -> Ontology:
    """The event types and topics declared in `folder`, by default the project's own ontology/.

    >>> ontology = load_ontology()
    >>> ontology.event_types["TelephoneCall"].label
    'telephone call'
    >>> ontology.topics["ceasefire"].broader
    'peace'

    Raises:
        ConfigurationError: a file is missing or broken, or a declaration is incomplete.
    """
    folder = folder or data_dir("ontology")
    graph = read_graph(folder / "diplomacy.ttl")
    types = [_event_type(graph, iri) for iri in graph.subjects(DIP.symmetric, unique=True)]
    scheme = read_graph(folder / TOPICS_FILE)
    topics = [_topic(scheme, iri) for iri in scheme.subjects(RDF.type, SKOS.Concept, unique=True)]
    headers = list(graph.subjects(RDF.type, OWL.Ontology))
    if len(headers) != 1:
        raise ConfigurationError(f"{folder / 'diplomacy.ttl'} must declare exactly one owl:Ontology.")
    for topic in topics:
        if topic.broader is not None and not any(other.name == topic.broader for other in topics):
            raise ConfigurationError(f"Topic “{topic.name}” has the broader topic “{topic.broader}”, which is missing.")
    return Ontology(
        version=_one(graph, headers[0], OWL.versionInfo),
        event_types=MappingProxyType({each.name: each for each in sorted(types, key=lambda each: each.name)}),
        topics=MappingProxyType({each.name: each for each in sorted(topics, key=lambda each: each.name)}),
    )


def published_graph(folder: Path | None = None) -> Graph:
    """Ontology and alignments as a release publishes them: without blank nodes.

    The lists of OWL's n-ary axioms get IRIs, as RDF 1.1 Concepts, section 3.5, proposes, named by their content
    and therefore the same each time.
    """
    folder = folder or data_dir("ontology")
    whole = Graph(bind_namespaces="none")
    for name in ONTOLOGY_FILES:
        whole += read_graph(folder / name)
    published = Graph(bind_namespaces="none")
    for subject, predicate, obj in to_canonical_graph(whole):
        published.add((_named(subject), predicate, _named(obj)))
    return published


def local_name(iri: Node) -> str:
    """What follows the namespace in the IRI of a term.

    >>> local_name(DIP.Meeting)
    'Meeting'
    """
    return str(iri).replace("#", "/").rsplit("/", 1)[-1]


def _named(term: Node) -> Node:
    return URIRef(f"https://w3id.org/communique/.well-known/genid/{term}") if isinstance(term, BNode) else term


def _event_type(graph: Graph, iri: Node) -> EventType:
    roles = [local_name(role) for role in graph.objects(iri, DIP.expectsRole)]
    unknown = sorted(set(roles) - {role.value for role in Role})
    if unknown:
        raise ConfigurationError(f"{local_name(iri)} expects the role {unknown[0]}, which is not a role.")
    symmetric = _one(graph, iri, DIP.symmetric)
    if symmetric not in ("true", "false"):
        raise ConfigurationError(f"{local_name(iri)} needs dip:symmetric true or false, not “{symmetric}”.")
    return EventType(
        name=local_name(iri),
        label=_one(graph, iri, RDFS.label),
        definition=_one(graph, iri, SKOS.definition),
        parent=local_name(URIRef(_one(graph, iri, RDFS.subClassOf))),
        examples=_all(graph, iri, SKOS.example),
        roles=frozenset(Role(role) for role in roles),
        symmetric=symmetric == "true",
        plover=_all(graph, iri, DIP.ploverType),
        modes=_all(graph, iri, DIP.ploverMode),
        cameo=_all(graph, iri, DIP.cameoCode),
    )


def _topic(scheme: Graph, iri: Node) -> Topic:
    broader = _all(scheme, iri, SKOS.broader)
    match = _all(scheme, iri, SKOS.exactMatch)
    return Topic(
        name=local_name(iri),
        label=_one(scheme, iri, SKOS.prefLabel),
        aliases=_all(scheme, iri, SKOS.altLabel),
        triggers=_all(scheme, iri, DIP.trigger),
        broader=local_name(URIRef(broader[0])) if broader else None,
        qid=local_name(URIRef(match[0])) if match else None,
    )


def _all(graph: Graph, subject: Node, predicate: URIRef) -> tuple[str, ...]:
    return tuple(sorted(str(value) for value in graph.objects(subject, predicate)))


def _one(graph: Graph, subject: Node, predicate: URIRef) -> str:
    values = _all(graph, subject, predicate)
    if len(values) != 1:
        raise ConfigurationError(f"{subject} needs exactly one {local_name(predicate)}, but has {len(values)}.")
    return values[0]
