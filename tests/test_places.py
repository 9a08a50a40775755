"""Which place of a sentence is the event's own."""

from __future__ import annotations

import pytest
from parsed import sentence, word

from mapper.document import Entity, Kind
from mapper.mapping import Tools
from mapper.places import only_city, place_of


@pytest.mark.parametrize(
    ("text", "trigger", "travel", "place"),
    [
        ("Egypt met Qatar in Geneva.", "meet", False, "Geneva"),
        ("Egypt met Qatar in Geneva, Switzerland.", "meet", False, "Geneva"),
        ("Egypt met Qatar.", "meet", False, None),
        ("Fumio Kishida travelled to Paris.", "travel", True, "Paris"),
        ("Fumio Kishida travelled to Paris.", "travel", False, None),
        ("Fumio Kishida visited Kenya.", "visit", True, "Kenya"),
        ("The two met in the Turkish capital.", "meet", False, "Ankara"),
        ("Geneva hosted talks between Egypt and Qatar.", "talk", False, "Geneva"),
        ("Egypt visited Kenya, where it met Qatar.", "meet", False, "Kenya"),
        ("Egypt met Qatar before touring a museum in Geneva.", "meet", False, None),
        ("Egypt agreed to meet Qatar in Geneva.", "agree", False, None),
        ("Egypt met Qatar, an official in Geneva said.", "meet", False, None),
    ],
)
def test_place(text: str, trigger: str, travel: bool, place: str | None, tools: Tools) -> None:
    read = sentence(text, tools)
    found = place_of(read, [word(read, trigger)], travel=travel, capital=tools.gazetteer.capital)
    assert (found.label if found else None) == place


def test_here_is_where_it_was_written(tools: Tools) -> None:
    oslo = Entity("Q585", "Oslo", Kind.PLACE)
    for text, place in (("Egypt met Qatar here on Monday.", oslo), ("Egypt met Qatar on Monday.", None)):
        read = sentence(text, tools)
        assert place_of(read, [word(read, "meet")], travel=False, here=oslo) == place


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("The two agreed on a truce at talks in Geneva.", "Geneva"),
        ("The two agreed in Geneva on talks in Doha.", None),
        ("The two agreed on a truce for Geneva.", None),
    ],
)
def test_the_only_city(text: str, city: str | None, tools: Tools) -> None:
    found = only_city(sentence(text, tools))
    assert (found.label if found else None) == city
