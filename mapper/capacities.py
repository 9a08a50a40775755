"""Offices that nobody held on the day: an event that says so keeps the person and loses the office.

A merged event may have other days than the article that named the office, and an article may call somebody by an office
that is still to come. A missing office is better than a wrong one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta

from mapper.document import Bounds, MergedEvent, Participation, Rejected, Tenure

SLACK = timedelta(days=115)
"""How far a coarse tenure may be off: a little less than the shapes allow, which count in months of 30 days."""


def without_unheld(merged: MergedEvent, tenures_of: Callable[[str], Iterable[Tenure]]) -> MergedEvent:
    """The event without offices that the known tenures of their holders contradict; what was left out is recorded.

    `tenures_of` gives the tenures of a person by key.
    """
    event = merged.event
    wrong = [part for part in event.participations if _contradicted(part, event.bounds, tenures_of)]
    if not wrong:
        return merged
    parts = tuple(replace(part, capacity=None) if part in wrong else part for part in event.participations)
    left_out = tuple(
        Rejected(f"{part.agent.label} as {part.capacity.label}", "the office was not held on that day")
        for part in wrong
        if part.capacity
    )
    return replace(merged, event=replace(event, participations=parts, rejected=(*event.rejected, *left_out)))


def _contradicted(part: Participation, bounds: Bounds | None, tenures_of: Callable[[str], Iterable[Tenure]]) -> bool:
    if not part.capacity or not bounds or not bounds.earliest or not bounds.latest:
        return False
    tenures = [tenure for tenure in tenures_of(part.agent.key) if tenure.office == part.capacity.office]
    return bool(tenures) and not any(_covers(tenure, bounds.earliest, bounds.latest) for tenure in tenures)


def _covers(tenure: Tenure, first: date, last: date) -> bool:
    """
    >>> _covers(Tenure("Q1", "Q2", date(2001, 5, 1), None), date(2001, 4, 29), date(2001, 4, 30))
    False
    >>> _covers(Tenure("Q1", "Q2", date(2001, 5, 1), None, coarse=True), date(2001, 4, 29), date(2001, 4, 30))
    True
    """
    slack = SLACK if tenure.coarse else timedelta()
    return (tenure.start is None or tenure.start - slack <= last) and (
        tenure.end is None or first <= tenure.end + slack
    )
