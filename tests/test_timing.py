"""Which time expression of a sentence belongs to which event, and which bounds follow."""

from __future__ import annotations

import pytest
from mapper_texts import on
from parsed import DAY, sentence, word

from mapper.document import Bounds, DateReason
from mapper.mapping import Times, Tools
from mapper.timewords import find_times
from mapper.timing import beside_what, bounds_of, shift_of, told_of


def resolver(text: str) -> Times:
    return Times(find_times(text), on(DAY))


def bounds(text: str, trigger: str, tools: Tools) -> Bounds | None:
    read = sentence(text, tools)
    return bounds_of(read, [word(read, trigger)], "past", resolver(text))


@pytest.mark.parametrize(
    ("text", "trigger", "day", "reason"),
    [
        ("Egypt met Qatar on Tuesday.", "meet", "2024-05-07", DateReason.ADJUNCT),
        ("On Tuesday Egypt met Qatar.", "meet", "2024-05-07", DateReason.ADJUNCT),
        ("Egypt held a meeting with Qatar on Tuesday.", "meeting", "2024-05-07", DateReason.ADJUNCT),
        ("Egypt met Qatar on Tuesday and left on Wednesday.", "leave", "2024-05-08", DateReason.ADJUNCT),
        ("Egypt met Qatar on Tuesday and left on Wednesday.", "meet", "2024-05-07", DateReason.ADJUNCT),
        ("Egypt hosted Qatar on Tuesday after Monday's coup.", "host", "2024-05-07", DateReason.ADJUNCT),
        ("The war began on Tuesday, when Egypt met Qatar.", "meet", "2024-05-07", DateReason.ADJUNCT),
        ("Egypt visited Kenya on Tuesday, where it met Qatar.", "meet", "2024-05-07", DateReason.ADJUNCT),
        ("Cairo said on Wednesday that Egypt had met Qatar.", "meet", "2024-05-08", DateReason.STATEMENT),
    ],
)
def test_days(text: str, trigger: str, day: str, reason: DateReason, tools: Tools) -> None:
    found = bounds(text, trigger, tools)
    assert found is not None
    assert (str(found.day), found.reason) == (day, reason)


@pytest.mark.parametrize(
    ("text", "trigger"),
    [
        ("Egypt met Qatar.", "meet"),
        ("Egypt had called a summit after Tuesday's coup.", "call"),
        ("Egypt met Qatar, which had hosted a summit on Monday.", "meet"),
    ],
)
def test_no_day(text: str, trigger: str, tools: Tools) -> None:
    assert bounds(text, trigger, tools) is None


def test_what_is_agreed_on_is_not_of_the_day_on_which_it_was(tools: Tools) -> None:
    text = "Egypt on Tuesday agreed to meet Qatar."
    read = sentence(text, tools)
    found = bounds_of(read, [word(read, "meet")], "future", resolver(text))
    assert found is not None
    assert str(found.day) == "2024-05-07"  # past, so that it is no plan's day
    text = "Egypt agreed to meet Qatar on Tuesday."
    read = sentence(text, tools)
    found = bounds_of(read, [word(read, "meet")], "future", resolver(text))
    assert found is not None
    assert str(found.day) == "2024-05-14"


def test_the_day_of_what_is_acted_upon(tools: Tools) -> None:
    text = "Egypt condemned Tuesday's attack."
    read = sentence(text, tools)
    condemn = [word(read, "condemn")]
    assert bounds_of(read, condemn, "past", resolver(text), upon=True) is None
    told = told_of(read, condemn, resolver(text))
    assert told is not None
    assert str(told.day) == "2024-05-07"


@pytest.mark.parametrize(
    ("text", "trigger", "beside"),
    [
        ("Egypt met Qatar before the vote.", "meet", "vote"),
        ("Egypt met Qatar on the sidelines.", "meet", "sideline"),
        ("Egypt met Qatar soon after the war began.", "meet", ""),
        ("Egypt signed the pact days after talks with Qatar.", "talk", ""),
        ("Egypt met Qatar.", "meet", None),
    ],
)
def test_what_an_event_is_told_beside(text: str, trigger: str, beside: str | None, tools: Tools) -> None:
    assert beside_what([word(sentence(text, tools), trigger)]) == beside


def test_a_month_bounds_both_sides(tools: Tools) -> None:
    found = bounds("Egypt met Qatar in April.", "meet", tools)
    assert found is not None
    assert (str(found.earliest), str(found.latest)) == ("2024-04-01", "2024-04-30")


def test_what_is_counted_from_another_event(tools: Tools) -> None:
    text = "Egypt met Qatar two days earlier."
    read = sentence(text, tools)
    shift = shift_of(read, [word(read, "meet")], resolver(text))
    assert shift == (text.index("two"), False)
    text = "Egypt met Qatar on Tuesday."
    read = sentence(text, tools)
    assert shift_of(read, [word(read, "meet")], resolver(text)) is None
