"""Who acts in a parsed sentence and what is done to whom."""

from __future__ import annotations

import pytest
from parsed import sentence, shown, word

from mapper.mapping import Tools
from mapper.syntax import complement, group, is_negated, is_passive, objects, prepositional, shared_objects, subjects


@pytest.mark.parametrize(
    ("text", "verb", "who"),
    [
        ("France condemned the coup in Niger.", "condemn", ["France"]),
        ("The coup in Niger was condemned by France.", "condemn", ["France"]),
        ("Emmanuel Macron flew to Cairo and met Abdel Fattah al-Sisi.", "meet", ["Emmanuel Macron"]),
        ("Emmanuel Macron wants to meet Olaf Scholz.", "meet", ["Emmanuel Macron"]),
        ("Japan urged North Korea to release the sailors.", "release", ["North Korea"]),
        ("Japan thanked Oman for hosting the talks.", "host", ["Oman"]),
        ("Egypt, which mediated the truce, welcomed the news.", "mediate", ["Egypt"]),
        ("Chile, praising Peru, signed the treaty.", "praise", ["Chile"]),
        ("The talks were held in Geneva.", "hold", []),
    ],
)
def test_subjects(text: str, verb: str, who: list[str], tools: Tools) -> None:
    read = sentence(text, tools)
    assert shown(read, subjects(word(read, verb))) == who


@pytest.mark.parametrize(
    ("text", "verb", "what"),
    [
        ("France condemned Niger.", "condemn", ["Niger"]),
        ("Niger was condemned by France.", "condemn", ["Niger"]),
        ("Brazil denounced the accord signed by Peru.", "sign", ["accord"]),
        ("Brazil left.", "leave", []),
    ],
)
def test_objects(text: str, verb: str, what: list[str], tools: Tools) -> None:
    read = sentence(text, tools)
    assert shown(read, objects(word(read, verb))) == what


def test_an_object_is_shared_by_the_verbs_before_it(tools: Tools) -> None:
    read = sentence("China condemned and rejected the report.", tools)
    assert shown(read, shared_objects(word(read, "condemn"))) == ["report"]


@pytest.mark.parametrize(("text", "passive"), [("Spain was warned.", True), ("Spain warned Italy.", False)])
def test_passive(text: str, passive: bool, tools: Tools) -> None:
    assert is_passive(word(sentence(text, tools), "warn")) is passive


def test_coordinated_names(tools: Tools) -> None:
    read = sentence("Egypt, Qatar and Jordan called for a truce.", tools)
    assert shown(read, group(word(read, "france"))) == ["Egypt", "Qatar", "Jordan"]


@pytest.mark.parametrize(
    ("text", "verb", "preposition", "nouns"),
    [
        ("Egypt met with Qatar.", "meet", "with", ["Qatar"]),
        ("Egypt met with Qatar.", "meet", "on", []),
        ("Moscow rejected the claim as baseless.", "reject", "as", ["baseless"]),
    ],
)
def test_prepositional(text: str, verb: str, preposition: str, nouns: list[str], tools: Tools) -> None:
    read = sentence(text, tools)
    assert shown(read, prepositional(word(read, verb), preposition)) == nouns


@pytest.mark.parametrize(
    ("text", "of", "negated"),
    [
        ("India did not meet Pakistan.", "meet", True),
        ("India met Pakistan.", "meet", False),
        ("No meeting took place.", "meeting", True),
        ("India left without meeting Pakistan.", "meet", True),
    ],
)
def test_negation(text: str, of: str, negated: bool, tools: Tools) -> None:
    assert is_negated(word(sentence(text, tools), of)) is negated


def test_the_clause_that_a_verb_governs(tools: Tools) -> None:
    read = sentence("Italy said that Greece had left.", tools)
    assert complement(word(read, "say")) == word(read, "leave")
    assert complement(word(read, "leave")) is None
