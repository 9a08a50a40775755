"""Headlines that the parser cannot read are read by the order of their words."""

from __future__ import annotations

import pytest
from parsed import sentences

from mapper.actors import Actors
from mapper.coreference import Coreference
from mapper.extraction import Extractor
from mapper.mapping import Tools
from mapper.matches import Match
from mapper.places import place_of
from mapper.surface import base_forms


def told(headline: str, tools: Tools) -> list[Match]:
    read = sentences("Nothing happened.", tools, headline=headline)
    actors = Actors(Coreference(read, tools.gazetteer.entity).resolve(), tools.gazetteer.entity)
    place = lambda sentence, anchors: place_of(sentence, anchors, travel=True)  # noqa: E731
    return Extractor(tools.rules, actors, place).matches(0, read[0])


@pytest.mark.parametrize(
    ("headline", "event", "who"),
    [
        ("Colombia severs ties with Israel", "RelationsChange", {"Colombia", "Israel"}),
        ("Indonesia, Australia ink defence pact", "Agreement", {"Indonesia", "Australia"}),
        ("Guterres appeals for ceasefire in Sudan", "Appeal", {"António Guterres"}),
        ("Norway expels Russian diplomats", "Expulsion", {"Norway", "Russia"}),
        ("Macron, Scholz to meet in Berlin", "Meeting", {"Emmanuel Macron", "Olaf Scholz"}),
    ],
)
def test_headlines(headline: str, event: str, who: set[str], tools: Tools) -> None:
    (match,) = told(headline, tools)
    assert match.trigger.type == event
    assert {actor.entity.label for actor, _ in match.actors} == who


@pytest.mark.parametrize("headline", ["Colombia does not sever ties with Israel", "Peru enjoys the sun", "Ties"])
def test_headlines_that_tell_of_nothing(headline: str, tools: Tools) -> None:
    assert told(headline, tools) == []


@pytest.mark.parametrize(
    ("word", "form"), [("denies", "deny"), ("pushes", "push"), ("meets", "meet"), ("urged", "urge"), ("press", "press")]
)
def test_base_forms(word: str, form: str) -> None:
    assert form in base_forms(word)
