"""The ontology itself: its profile, its documentation, its consistency, its companions."""

from __future__ import annotations

import json
import re
from collections import Counter

import pyoxigraph as ox
import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DC, DCTERMS, OWL, RDF, RDFS, SKOS, XSD
from rdflib.term import Node

from mapper.reasoning import entail, load_terminology
from mapper.validation import validate_ontology
from mapper.vocabulary import DIP, PREFIXES, TOPIC, data_dir, load_ontology, read_graph

ONTOLOGY = data_dir("ontology")

# OWL 2 Profiles, section 4.2: the axioms and datatypes of OWL 2 RL that this ontology may use.
RL_AXIOMS = {RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, OWL.inverseOf, OWL.propertyChainAxiom}
RL_CHARACTERISTICS = {OWL.FunctionalProperty, OWL.InverseFunctionalProperty}
RL_DATATYPES = {XSD.string, XSD.decimal, XSD.boolean, XSD.integer, XSD.nonNegativeInteger, XSD.dateTime, XSD.anyURI}
ENTITIES = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, OWL.NamedIndividual}
NARY = {OWL.AllDisjointClasses: OWL.members, OWL.AllDifferent: OWL.distinctMembers}


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return read_graph(ONTOLOGY / "diplomacy.ttl")


@pytest.fixture(scope="module")
def everything() -> Graph:
    return read_graph(ONTOLOGY / "diplomacy.ttl") + read_graph(ONTOLOGY / "alignments.ttl")


def outside_of_rl(graph: Graph) -> list[str]:
    """Everything in an ontology that OWL 2 RL, or OWL 2 DL, does not allow; a closed list of what it does.

    Stricter than the profile: class expressions are names only.
    """
    kinds = {kind: set(graph.subjects(RDF.type, kind)) for kind in ENTITIES}
    annotations = kinds[OWL.AnnotationProperty] | {RDFS.label, RDFS.comment, RDFS.isDefinedBy, RDFS.seeAlso}
    annotations |= {OWL.versionInfo, OWL.versionIRI, OWL.imports, DC.title}
    chains = set(graph.subjects(OWL.propertyChainAxiom))
    wrong = []
    for s, p, o in graph:
        told = f"{s} {p} {o}"
        if p in annotations or p in (RDF.first, RDF.rest, OWL.members, OWL.distinctMembers):
            continue
        if p == RDF.type:
            named = o in ENTITIES | RL_CHARACTERISTICS | {OWL.Ontology} or o in kinds[OWL.Class]
            if not named and o not in NARY:
                wrong.append(f"not an axiom of OWL 2 RL: {told}")
            if o == OWL.FunctionalProperty and s in chains:
                wrong.append(f"a property with a chain cannot be functional: {told}")
        elif p not in RL_AXIOMS:
            wrong.append(f"not an axiom of OWL 2 RL: {told}")
        elif p == OWL.propertyChainAxiom:
            if not set(Collection(graph, o)) <= kinds[OWL.ObjectProperty]:
                wrong.append(f"a chain of something else than object properties: {told}")
        elif p in (RDFS.subClassOf, RDFS.domain) and o not in kinds[OWL.Class]:
            wrong.append(f"not a declared class: {told}")
        elif p == RDFS.range and o not in (RL_DATATYPES if s in kinds[OWL.DatatypeProperty] else kinds[OWL.Class]):
            wrong.append(f"not a class or a datatype of OWL 2 RL: {told}")
        elif p in (RDFS.subPropertyOf, OWL.inverseOf):
            both = [kind for kind in (OWL.ObjectProperty, OWL.DatatypeProperty) if {s, o} <= kinds[kind]]
            if not both:
                wrong.append(f"not two declared properties of one kind: {told}")
    for one, other in ((OWL.ObjectProperty, OWL.DatatypeProperty), (OWL.Class, OWL.ObjectProperty)):
        wrong += [f"declared as two things: {term}" for term in kinds[one] & kinds[other]]
    return wrong


def own_terms(graph: Graph) -> set[Node]:
    return {term for term in graph.subjects(RDF.type) if str(term).startswith(str(DIP))}


def test_the_ontology_keeps_to_owl_2_rl(ontology: Graph, everything: Graph) -> None:
    assert outside_of_rl(ontology) == []
    assert outside_of_rl(everything) == []


@pytest.mark.parametrize(
    ("turtle", "reason"),
    [
        ("dip:Person rdfs:subClassOf [ a owl:Restriction ; owl:onProperty dip:agent ] .", "not an axiom"),
        ("dip:Person owl:equivalentClass [ owl:unionOf ( dip:State dip:Place ) ] .", "not an axiom"),
        ("dip:earliestDate rdfs:range xsd:date .", "datatype of OWL 2 RL"),
        ("dip:participant a owl:FunctionalProperty .", "cannot be functional"),
        ("dip:location rdfs:range dip:Undeclared .", "not a class"),
        ("dip:location rdfs:subPropertyOf dip:dateText .", "of one kind"),
    ],
)
def test_the_check_of_the_profile_finds_what_is_outside(ontology: Graph, turtle: str, reason: str) -> None:
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    assert any(reason in told for told in outside_of_rl(ontology + Graph().parse(data=prefixes + turtle)))


def test_every_term_is_labelled_defined_and_exemplified(ontology: Graph) -> None:
    terms = own_terms(ontology)
    assert len(terms) > 100
    for term in terms:
        for predicate in (RDFS.label, SKOS.definition, SKOS.example):
            values = list(ontology.objects(term, predicate))
            assert len(values) == 1, f"{term} {predicate}"
            assert isinstance(values[0], Literal)
            assert values[0].language == "en"
        assert list(ontology.objects(term, RDFS.isDefinedBy)) == [URIRef(str(DIP).rstrip("#"))], term


def test_every_term_has_its_own_definition(ontology: Graph) -> None:
    twice = [text for text, count in Counter(ontology.objects(None, SKOS.definition)).items() if count > 1]
    assert twice == []


def test_the_ontology_conforms_to_the_shapes_for_it(ontology: Graph) -> None:
    report = validate_ontology(ontology)
    assert report.results == (), report.to_text()


@pytest.mark.parametrize(
    ("predicate", "message"),
    [
        (OWL.versionIRI, "An ontology must have one version IRI."),
        (DCTERMS.license, "An ontology must have one licence."),
        (DCTERMS.creator, "An ontology must name a creator."),
        (DCTERMS.modified, "An ontology must say when it was last modified."),
    ],
)
def test_an_ontology_that_says_too_little_of_itself_is_caught(ontology: Graph, predicate: URIRef, message: str) -> None:
    changed = ontology + Graph()
    changed.remove((URIRef(str(DIP).rstrip("#")), predicate, None))
    assert {result.message for result in validate_ontology(changed).violations} == {message}


@pytest.mark.parametrize(
    ("predicate", "message"),
    [
        (RDFS.label, "A term must have one English label."),
        (SKOS.definition, "A term must have one English definition."),
        (SKOS.example, "A term must have an English example."),
        (RDFS.isDefinedBy, "A term must say that the ontology defines it."),
        (DIP.expectsRole, "An event type must say which roles it expects."),
        (DIP.cameoCode, "An event type must have a CAMEO code of three digits."),
        (DIP.ploverType, "An event type must have a PLOVER event type."),
        (RDFS.subClassOf, "An event type must have exactly one parent."),
    ],
)
def test_an_event_type_that_says_too_little_is_caught(ontology: Graph, predicate: URIRef, message: str) -> None:
    changed = ontology + Graph()
    changed.remove((DIP.Meeting, predicate, None))
    assert {result.message for result in validate_ontology(changed).violations} == {message}


def test_the_ontology_contradicts_nothing_by_itself() -> None:
    assert entail([], load_terminology()).contradictions == ()


def test_alignments_speak_of_declared_terms_only(ontology: Graph) -> None:
    alignments = read_graph(ONTOLOGY / "alignments.ttl")
    subjects = {term for term in alignments.subjects() if str(term).startswith(str(DIP))}
    assert subjects <= own_terms(ontology)
    vocabularies = ("schema.org", "ns/prov#", "2009/11/sem/", "ns/org#", "2006/time#", "ns/oa#", "skos/core#")
    targets = {str(term) for term in alignments.objects()}
    assert all(any(part in target for target in targets) for part in vocabularies)
    assert any(re.fullmatch(r"http://www\.wikidata\.org/entity/Q[0-9]+", target) for target in targets)
    assert any(re.fullmatch(r"http://www\.wikidata\.org/entity/P[0-9]+", target) for target in targets)


def test_the_topic_scheme_keeps_the_rules_of_skos() -> None:
    scheme = read_graph(ONTOLOGY / "topics.ttl")
    concepts = set(scheme.subjects(RDF.type, SKOS.Concept))
    assert len(concepts) > 200
    for concept in concepts:
        preferred = set(scheme.objects(concept, SKOS.prefLabel))
        assert len(preferred) == 1
        assert not preferred & set(scheme.objects(concept, SKOS.altLabel)), f"S13: {concept}"
        assert str(concept).startswith(str(TOPIC))
        top = (concept, SKOS.topConceptOf, URIRef(str(TOPIC))) in scheme
        assert top != bool(set(scheme.objects(concept, SKOS.broader))), f"either on top or below another: {concept}"
        matches = [*scheme.objects(concept, SKOS.exactMatch), *scheme.objects(concept, SKOS.closeMatch)]
        assert all(re.fullmatch(r"http://www\.wikidata\.org/entity/Q[1-9][0-9]*", str(match)) for match in matches)
    labels = Counter(str(label).casefold() for label in scheme.objects(None, SKOS.prefLabel))
    assert [label for label, count in labels.items() if count > 1] == []
    items = Counter(scheme.objects(None, SKOS.exactMatch))
    assert [item for item, count in items.items() if count > 1] == []
    assert not any(isinstance(term, BNode) for triple in scheme for term in triple)


def test_the_context_has_a_word_for_every_property(ontology: Graph) -> None:
    context = json.loads((ONTOLOGY / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    for kind in (OWL.ObjectProperty, OWL.DatatypeProperty):
        for prop in ontology.subjects(RDF.type, kind):
            name = str(prop).removeprefix(str(DIP))
            definition = context[name]
            assert (definition if isinstance(definition, str) else definition["@id"]) == f"dip:{name}"


def test_json_ld_in_the_words_of_the_context_means_what_the_turtle_says() -> None:
    context = json.loads((ONTOLOGY / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    document = {
        "@context": context,
        "id": "http://localhost:8000/event/meeting-1",
        "type": "Meeting",
        "label": "They met",
        "earliestDate": "2024-05-02",
        "status": "Occurred",
        "confidence": "0.9",
        "reportedBy": ["http://localhost:8000/article/one"],
        "hasParticipation": [
            {
                "id": "http://localhost:8000/event/meeting-1#participation-Q142-host",
                "agent": "http://localhost:8000/entity/Q142",
                "role": "Host",
            }
        ],
    }
    turtle = """
        @prefix dip: <https://w3id.org/communique/ontology#> .
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        @base <http://localhost:8000/> .
        <event/meeting-1> a dip:Meeting ; <http://www.w3.org/2000/01/rdf-schema#label> "They met"@en ;
            dip:earliestDate "2024-05-02"^^xsd:date ; dip:status dip:Occurred ; dip:confidence 0.9 ;
            dip:reportedBy <article/one> ; dip:hasParticipation <event/meeting-1#participation-Q142-host> .
        <event/meeting-1#participation-Q142-host> dip:agent <entity/Q142> ; dip:role dip:Host ."""
    read = set(ox.parse(json.dumps(document), ox.RdfFormat.JSON_LD))
    assert read == set(ox.parse(turtle, ox.RdfFormat.TURTLE))


@pytest.mark.parametrize(
    ("path", "accept", "expected"),
    [
        ("ontology", "text/html", "/ontology"),
        ("ontology", "text/turtle", "/ontology.ttl"),
        ("ontology/0.1.0", "application/ld+json", "/ontology.jsonld"),
        ("ontology.nt", "*/*", "/ontology.nt"),
        ("topic/ceasefire", "text/html", "/topic/ceasefire"),
        ("", "text/html", "/"),
    ],
)
def test_the_redirects_lead_to_the_server(path: str, accept: str, expected: str) -> None:
    assert redirect((ONTOLOGY / "w3id" / ".htaccess").read_text(encoding="utf-8"), path, accept) == expected


def redirect(htaccess: str, path: str, accept: str) -> str | None:
    """What Apache's mod_rewrite makes of a path, as far as this file uses it; the target without its host."""
    applies = True
    for line in htaccess.splitlines():
        if line.startswith("RewriteCond %{HTTP_ACCEPT} "):
            applies = re.search(line.split(" ")[2], accept) is not None
        elif line.startswith("RewriteRule ") and "[E=" not in line:
            _, pattern, target, _ = line.split(" ")
            if applies and (match := re.search(pattern, path)):
                return match.expand(target.replace("$1", r"\1")).replace("%{ENV:HOME}", "")
            applies = True
    return None


def test_example_sentences_come_from_no_article_of_the_project() -> None:
    examples = [example for each in load_ontology().event_types.values() for example in each.examples]
    root = ONTOLOGY.parent
    articles = [path.read_text(encoding="utf-8") for path in sorted((root / "seeds").glob("*.txt"))]
    assert articles
    assert not [example for example in examples for article in articles if example in article]
