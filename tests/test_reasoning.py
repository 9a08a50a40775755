"""What follows from the data, and what is caught as a contradiction."""

from __future__ import annotations

from pathlib import Path

import owlrl
import pyoxigraph as ox
import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS

from mapper.errors import ReleaseError
from mapper.iris import Iris
from mapper.reasoning import Entailment, Terminology, conclude, entail, infer, load_terminology
from mapper.vocabulary import DIP, PREFIXES, SCHEMA, published_graph, read_graph

EXAMPLES = Path(__file__).parent / "shapes"
BASE = "http://localhost:8000/"
EVENT = URIRef(f"{BASE}event/meeting-1")
MACRON, FRANCE, ARTICLE = (URIRef(f"{BASE}{name}") for name in ("entity/Q3052772", "entity/Q142", "article/one"))
HEADER = f"@base <{BASE}> .\n" + "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())


@pytest.fixture(scope="module")
def terminology() -> Terminology:
    return load_terminology()


@pytest.fixture
def data() -> Graph:
    return read_graph(EXAMPLES / "surroundings.ttl") + read_graph(EXAMPLES / "Meeting" / "valid-two-agents.ttl")


def test_the_property_chain_gives_the_participants(data: Graph, terminology: Terminology) -> None:
    data.remove((None, DIP.participant, None))
    assert (EVENT, DIP.participant, MACRON) in entail(data, terminology).triples


@pytest.mark.parametrize(
    "expected",
    [
        (EVENT, RDF.type, DIP.DiplomaticEvent),
        (EVENT, RDF.type, SCHEMA.Event),
        (FRANCE, RDF.type, DIP.GeographicalArea),
        (MACRON, DIP.participatesIn, EVENT),
        (ARTICLE, DIP.reports, EVENT),
        (EVENT, SCHEMA.location, URIRef(f"{BASE}entity/Q90")),
        (DIP.Meeting, RDFS.subClassOf, DIP.DiplomaticEvent),
    ],
)
def test_what_the_ontology_says_follows(
    data: Graph, terminology: Terminology, expected: tuple[URIRef, URIRef, URIRef]
) -> None:
    assert expected not in data
    assert expected in entail(data, terminology).triples


def test_only_what_is_new_and_says_something_is_kept(data: Graph, terminology: Terminology) -> None:
    triples = entail(data, terminology).triples
    asserted = set(data) | set(published_graph())
    assert triples
    assert not set(triples) & asserted
    for subject, predicate, obj in triples:
        assert predicate != OWL.sameAs
        assert subject != obj
        assert not isinstance(subject, BNode | Literal)
        assert not isinstance(obj, BNode)
        assert not str(obj).startswith((str(OWL), str(RDF), str(RDFS)))
    assert list(triples) == sorted(triples)


def test_identity_is_published_but_not_expanded(data: Graph, terminology: Terminology) -> None:
    assert (MACRON, OWL.sameAs, URIRef("http://www.wikidata.org/entity/Q3052772")) in data
    assert not any("wikidata" in str(term) for triple in entail(data, terminology).triples for term in triple)


def test_an_event_keeps_one_published_class(data: Graph, terminology: Terminology) -> None:
    types = {o for s, p, o in entail(data, terminology).triples if (s, p) == (EVENT, RDF.type)}
    assert {DIP.Event, DIP.DiplomaticEvent, DIP.Consultation} == {t for t in types if str(t).startswith(str(DIP))}


def test_portions_change_nothing(data: Graph, terminology: Terminology) -> None:
    whole = entail(data, terminology)
    assert entail(data, terminology, portion=1) == whole


def test_several_processes_change_nothing(data: Graph, terminology: Terminology) -> None:
    data.add((FRANCE, RDF.type, DIP.Person))
    alone = entail(data, terminology, portion=40)
    assert alone.contradictions
    assert entail(data, terminology, portion=40, jobs=2) == alone


def test_what_lies_in_different_portions_meets_all_the_same(terminology: Terminology) -> None:
    apart = Graph().parse(
        data=HEADER
        + """
        <a/event> dip:hasParticipation <z/participation> . <z/participation> dip:agent <entity/Q142> .
        <b/person> dip:nationality <y/organization> . <y/organization> a dip:Organization .
        """
    )
    entailment = entail(apart, terminology, portion=1)
    assert (URIRef(f"{BASE}a/event"), DIP.participant, FRANCE) in entailment.triples
    assert entailment.contradictions == (
        f"{BASE}y/organization is said to be both Organization and State, and nothing can be both.",
    )


def test_the_result_is_what_owlrl_finds_on_everything_at_once(data: Graph, terminology: Terminology) -> None:
    """Leaving out what no axiom speaks of, and going in portions, loses nothing about the data."""
    everything = data + terminology.axioms
    everything.remove((None, OWL.sameAs, None))
    before = set(everything)
    owlrl.OWLRL_Semantics(everything, axioms=False, daxioms=False, rdfs=False).closure()
    told = {s for s in data.subjects() if isinstance(s, URIRef)}
    reference = {
        (s, p, o)
        for s, p, o in everything
        if (s, p, o) not in before and s in told and p != OWL.sameAs and o not in (OWL.Thing, RDFS.Resource)
    }
    assert reference == {triple for triple in entail(data, terminology).triples if triple[0] in told}


@pytest.mark.parametrize(
    "path", sorted(EXAMPLES.glob("*/valid-*.ttl")), ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_the_few_rules_find_what_owlrl_finds(path: Path, terminology: Terminology) -> None:
    whole = read_graph(EXAMPLES / "surroundings.ttl") + read_graph(path)
    found = conclude(list(whole), terminology)
    expected = entail(whole, terminology)
    assert expected.triples
    assert (found or Entailment(())) == expected or (found is None and expected.contradictions)


@pytest.mark.parametrize(
    ("turtle", "contradiction"),
    [
        ("<entity/Q142> a dip:Person .", f"{FRANCE} is said to be both Person and State, and nothing can be both."),
        ("<entity/Q90> dip:nationality <entity/Q142> .", "both Person and Place"),
        ("<article/one> dip:location <entity/Q90> .", "both Article and Event"),
        (
            "<event/meeting-1> dip:status dip:Planned .",
            f"{EVENT} has two values of dip:status, {DIP.Occurred} and {DIP.Planned}, where there can be one only.",
        ),
        ('<event/meeting-1> dip:latestDate "2024-05-03"^^xsd:date .', "two values of dip:latestDate"),
        ("<event/meeting-1#participation-Q61053-participant> dip:agent <entity/Q142> .", "two values of dip:agent"),
        (
            "<event/other> dip:hasParticipation <event/meeting-1#participation-Q61053-participant> .",
            "two subjects of dip:hasParticipation",
        ),
    ],
)
def test_contradictions_are_caught_and_told_in_words(
    data: Graph, terminology: Terminology, turtle: str, contradiction: str
) -> None:
    assert entail(data, terminology).contradictions == ()
    wrong = data + Graph().parse(data=HEADER + turtle)
    assert conclude(list(wrong), terminology) is None
    found = entail(wrong, terminology).contradictions
    assert found
    assert all(contradiction in told for told in found), found


def test_a_city_state_is_no_contradiction(terminology: Terminology) -> None:
    city_state = read_graph(EXAMPLES / "State" / "valid-which-is-a-city.ttl")
    assert entail(city_state, terminology).contradictions == ()


def quads(graph: Graph) -> list[ox.Quad]:
    lines = graph.serialize(format="nt", encoding="utf-8")
    name = ox.NamedNode(f"{BASE}graph/article/one")
    return [ox.Quad(q.subject, q.predicate, q.object, name) for q in ox.parse(lines, ox.RdfFormat.N_TRIPLES)]


def test_inferred_statements_lie_in_a_graph_of_their_own(data: Graph) -> None:
    stated = quads(data)
    inferred = infer(stated, Iris(BASE))
    assert {quad.graph_name for quad in inferred} == {ox.NamedNode(f"{BASE}graph/inferred")}
    assert not {quad.triple for quad in inferred} & {quad.triple for quad in stated}
    assert len(inferred) == len(set(inferred)) > 50
    assert inferred == infer(list(reversed(stated)), Iris(BASE))


def test_dates_keep_their_type_on_the_way(data: Graph) -> None:
    day = ox.Literal("2024-05-02", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#date"))
    assert any(
        quad.object == day and "hasEarliestBegin" in quad.predicate.value for quad in infer(quads(data), Iris(BASE))
    )


def test_a_release_that_contradicts_the_ontology_is_refused(data: Graph) -> None:
    data.add((FRANCE, RDF.type, DIP.Person))
    with pytest.raises(ReleaseError, match="entity/Q142 is said to be both Person and State"):
        infer(quads(data), Iris(BASE))


def test_statements_about_statements_are_refused() -> None:
    node = ox.NamedNode("urn:a")
    quoted = ox.Triple(node, node, node)
    with pytest.raises(TypeError, match="about statements"):
        infer([ox.Quad(node, node, quoted)], Iris(BASE))
