"""An office that was not held on the day is left out, and that it was is recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from telling import KISHIDA, MACRON, article, event, on

from mapper.article import make_article
from mapper.capacities import without_unheld
from mapper.document import Bounds, Capacity, MergedEvent, Tenure
from mapper.mapping import Tools, map_article
from mapper.merging import merge

OFFICE = Capacity("President of France", "Q191954", "Q142")
TENURE = Tenure(MACRON.key, "Q191954", date(2017, 5, 14), date(2027, 5, 13))


def call(bounds: Bounds | None) -> MergedEvent:
    (merged,) = merge([article("a", event("Meeting", MACRON, KISHIDA, when=bounds, offices={MACRON: OFFICE}))])
    return merged


@pytest.mark.parametrize(
    ("bounds", "held"),
    [
        (on("2017-05-14"), True),
        (on("2027-05-13"), True),
        (on("2017-05-13"), False),
        (on("2017-05-01", "2017-05-14"), True),
        (None, True),
    ],
)
def test_on_that_day(bounds: Bounds | None, held: bool) -> None:
    told = without_unheld(call(bounds), lambda _: [TENURE]).event
    assert told.participations[0].capacity == (OFFICE if held else None)
    assert [rejected.what for rejected in told.rejected] == ([] if held else ["Emmanuel Macron as President of France"])


def test_coarse_days_have_slack() -> None:
    coarse = replace(TENURE, coarse=True)
    assert without_unheld(call(on("2017-03-01")), lambda _: [coarse]).event.participations[0].capacity == OFFICE
    assert without_unheld(call(on("2016-12-01")), lambda _: [coarse]).event.participations[0].capacity is None


def test_nothing_is_known_of_the_tenures() -> None:
    other = replace(TENURE, office="Q1")
    for tenures in ([], [other]):
        assert without_unheld(call(on("1999-01-01")), lambda _, t=tenures: t).event.participations[0].capacity == OFFICE


COUNCIL = (
    "The Security Council met on Monday. The Security Council heard that the text was late. The Security Council voted."
)


@pytest.mark.parametrize(
    ("text", "person", "office"),
    [
        (
            f"{COUNCIL} Algeria's ambassador, Amina Merabet, urged Israel to stop.",
            "Amina Merabet",
            "Permanent Representative of Algeria to the United Nations",
        ),
        ("Algeria's ambassador, Amina Merabet, urged Israel to stop.", "Amina Merabet", "Ambassador of Algeria"),
        ("Opposition leader Donald Tusk accused China.", "Donald Tusk", "Opposition Leader of Poland"),
        ("Democratic Party leader Ana Prunk urged Canada to act.", "Ana Prunk", "Leader of the Democratic Party"),
        (
            "Prime Minister Gaston Browne met Emmanuel Macron on Monday. Macron thanked Browne, the Prime Minister of"
            " Belgium and the Benelux chair, Alexander De Croo.",
            "Gaston Browne",
            "Prime Minister of Antigua and Barbuda",
        ),
    ],
)
def test_office_that_the_text_tells(text: str, person: str, office: str, tools: Tools) -> None:
    told = map_article(make_article(text, identifier="a", published=date(2021, 5, 3)), tools)
    parts = [part for event in told.events for part in event.participations if part.agent.label == person]
    assert {part.capacity.label for part in parts if part.capacity} == {office}
