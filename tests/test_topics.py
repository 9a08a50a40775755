"""Topics are found by their phrases, the narrowest only."""

from __future__ import annotations

import pytest

from mapper.mapping import Tools
from mapper.topics import Topics

TOPICS = Topics(
    {"conflict": ["war", "conflict"], "truce": ["ceasefire", "truce"], "Gaza war": ["Gaza ceasefire"]},
    {"truce": "conflict", "Gaza war": "truce"},
)


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("They spoke of war.", ("conflict",)),
        ("A ceasefire ends a war.", ("truce",)),
        ("The Gaza ceasefire holds.", ("Gaza war",)),
        ("WAR is over.", ("conflict",)),
        ("A warning about software.", ()),
        ("", ()),
    ],
)
def test_topics(text: str, topics: tuple[str, ...]) -> None:
    assert TOPICS.of(text) == topics


def test_no_phrases_no_topics() -> None:
    assert Topics({}, {}).of("war") == ()


def test_a_circle_of_broader_topics_ends() -> None:
    assert Topics({"a": ["war"]}, {"a": "b", "b": "a"}).of("the war") == ()


def test_the_topics_that_ship(tools: Tools) -> None:
    assert "ceasefire" in " ".join(tools.topics.of("The two sides agreed on a ceasefire.")).lower()
    assert tools.topics.of("The weather was fine.") == ()
