"""The ontology as the mapper sees it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from rdflib import BNode

from mapper.document import Role
from mapper.errors import ConfigurationError
from mapper.vocabulary import Ontology, data_dir, load_ontology, published_graph, read_graph

PUBLISHED = """
    Accusation Agreement AidPledge Appeal Condemnation Denial Deployment Endorsement Expulsion Invitation
    JointStatement Mediation Meeting Negotiation Recall RelationsChange Sanction Summit Summoning TelephoneCall
    Visit Vote Warning
"""


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of ontology/ that a test may break."""
    return Path(shutil.copytree(data_dir("ontology"), tmp_path / "ontology"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_published_classes_are_declared_and_no_others(ontology: Ontology) -> None:
    assert list(ontology.event_types) == PUBLISHED.split()


def test_no_published_class_lies_above_another(ontology: Ontology) -> None:
    """Inference would give an event two of them otherwise."""
    assert {each.parent for each in ontology.event_types.values()} == {"Consultation", "Statement", "Measure"}


def test_an_event_type_knows_what_its_block_says(ontology: Ontology) -> None:
    call = ontology.event_types["TelephoneCall"]
    assert call.label == "telephone call"
    assert call.symmetric
    assert Role.PARTICIPANT in call.roles
    assert (call.plover, call.modes, call.cameo) == (("CONSULT",), ("phone",), ("041",))
    assert not ontology.event_types["Condemnation"].symmetric


def test_every_event_type_has_an_example_sentence_of_its_own(ontology: Ontology) -> None:
    sentences = [example for each in ontology.event_types.values() for example in each.examples]
    assert len(sentences) == len(set(sentences)) >= 23
    assert all(sentence.endswith(".") and len(sentence.split()) >= 6 for sentence in sentences)


def test_topics_lead_to_a_top_without_running_in_circles(ontology: Ontology) -> None:
    for topic in ontology.topics.values():
        seen = set()
        while topic.broader is not None:
            assert topic.name not in seen
            seen.add(topic.name)
            topic = ontology.topics[topic.broader]


def test_triggers_are_phrases_that_can_stand_in_a_text(ontology: Ontology) -> None:
    triggers = [trigger for topic in ontology.topics.values() for trigger in topic.triggers]
    assert len(triggers) > 500
    assert all(trigger == trigger.strip() and len(trigger) > 1 and "|" not in trigger for trigger in triggers)


def test_a_topic_without_triggers_groups_others(ontology: Ontology) -> None:
    broader = {topic.broader for topic in ontology.topics.values()}
    assert not {topic.name for topic in ontology.topics.values() if not topic.triggers} - broader


def test_the_published_graph_has_no_blank_nodes_and_is_always_the_same() -> None:
    first, second = published_graph(), published_graph()
    assert not any(isinstance(term, BNode) for triple in first for term in triple)
    assert set(first) == set(second)
    assert len(first) > 1000


def test_an_unknown_role_is_refused(copy: Path) -> None:
    change(copy / "diplomacy.ttl", "dip:expectsRole dip:Mediator ,", "dip:expectsRole dip:Spectator ,")
    with pytest.raises(ConfigurationError, match="Mediation expects the role Spectator"):
        load_ontology(copy)


def test_a_missing_label_is_refused(copy: Path) -> None:
    change(copy / "diplomacy.ttl", 'rdfs:label "summit"@en ;', "")
    with pytest.raises(ConfigurationError, match="Summit needs exactly one label"):
        load_ontology(copy)


def test_an_unclear_symmetry_is_refused(copy: Path) -> None:
    change(copy / "diplomacy.ttl", "dip:symmetric true ;", 'dip:symmetric "perhaps" ;')
    with pytest.raises(ConfigurationError, match="true or false, not “perhaps”"):
        load_ontology(copy)


def test_a_broader_topic_that_is_missing_is_named(copy: Path) -> None:
    change(copy / "topics.ttl", "skos:broader topic:peace ;", "skos:broader topic:tranquillity ;")
    with pytest.raises(ConfigurationError, match="tranquillity"):
        load_ontology(copy)


def test_broken_turtle_is_told_with_file_and_line(copy: Path) -> None:
    change(copy / "diplomacy.ttl", "dip:Vote a owl:Class ;", "dip:Vote a owl:Class")
    with pytest.raises(ConfigurationError, match=r"diplomacy\.ttl is not valid Turtle.*line"):
        load_ontology(copy)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="Cannot read"):
        read_graph(tmp_path / "none.ttl")
    with pytest.raises(ConfigurationError, match="“nowhere” is missing"):
        data_dir("nowhere")
