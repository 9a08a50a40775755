"""The rule files: complete, strict about what they may say, and able to find what the ontology gives as examples."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from mapper.article import make_article
from mapper.errors import ConfigurationError
from mapper.mapping import Tools, map_article
from mapper.rules import FOLDER, load_rules
from mapper.vocabulary import load_ontology

EXAMPLES = [
    pytest.param(name, sentence, id=name)
    for name, event_type in load_ontology().event_types.items()
    for sentence in event_type.examples
]
TRIGGER = '[[trigger]]\nverbs = ["meet"]\nargs = { subject = "Participant" }\n'


def load(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    load_rules({"Meeting"}, folder)


def test_every_class_has_rules_and_every_rule_file_a_class() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(load_ontology().event_types)


def test_no_trigger_gives_a_role_that_its_class_does_not_expect(tools: Tools) -> None:
    triggers = {id(t): t for index in (tools.rules.verbs, tools.rules.nouns) for ts in index.values() for t in ts}
    wrong = [
        (trigger.type, sorted(trigger.words), role.value)
        for trigger in triggers.values()
        for role in trigger.args.values()
        if role not in tools.ontology.event_types[trigger.type].roles
    ]
    assert wrong == []


def test_what_a_trigger_needs_is_among_its_arguments(tools: Tools) -> None:
    triggers = {id(t): t for index in (tools.rules.verbs, tools.rules.nouns) for ts in index.values() for t in ts}
    wrong = [
        (trigger.type, sorted(trigger.words), place)
        for trigger in triggers.values()
        for need in trigger.need
        for place in need - {"place"}
        if place not in trigger.args
    ]
    assert wrong == []


def test_words_are_found_by_their_lemma(tmp_path: Path) -> None:
    (tmp_path / "Meeting.toml").write_text(TRIGGER, encoding="utf-8")
    rules = load_rules({"Meeting"}, tmp_path)
    assert [trigger.type for trigger in rules.verbs["meet"]] == ["Meeting"]
    assert rules.nouns == {}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("Dinner", TRIGGER, r"Dinner\.toml: .*no event class Dinner"),
        ("Meeting", TRIGGER.replace("Participant", "Guest"), r"Meeting\.toml: .*Guest"),
        ("Meeting", TRIGGER + 'wiht = ["up"]\n', r"Meeting\.toml: unknown field wiht"),
        ("Meeting", TRIGGER + 'medium = "Pigeon"\n', r"Meeting\.toml: .*Pigeon"),
        ("Meeting", TRIGGER + 'nouns = ["meeting"]\n', r"Meeting\.toml: .*either verbs or nouns"),
        ("Meeting", '[[trigger]]\nverbs = "meet"\n', r"Meeting\.toml: verbs must be a list of words"),
        ("Meeting", '[[trigger]]\nverbs = ["meet"]\nargs = ["subject"]\n', r"Meeting\.toml: args must be a table"),
        ("Meeting", "verbs = [", r"Meeting\.toml: "),
    ],
)
def test_mistakes_are_refused_with_the_file_and_the_word(tmp_path: Path, name: str, text: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        load(tmp_path, name, text)


@pytest.mark.parametrize(("name", "sentence"), EXAMPLES)
def test_the_examples_of_the_ontology_are_found(name: str, sentence: str, tools: Tools) -> None:
    article = make_article(sentence, identifier="example", published=date(2024, 11, 22))
    assert name in {event.type for event in map_article(article, tools).events}
