"""One event out of several reports of it: the most telling kind, the tightest bounds, everybody who takes part.

What each report says by itself stays with the report; this is what the dataset says of the event.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from mapper.document import (
    Bounds,
    Capacity,
    Entity,
    Event,
    Evidence,
    Granularity,
    Kind,
    Medium,
    Participation,
    Rejected,
    Role,
    Status,
)
from mapper.likeness import Telling
from mapper.measures import rank

_REASONS = {
    reason: strength
    for strength, reason in enumerate(("own adjunct", "same article", "statement", "publication", "office terms"))
}
_T = TypeVar("_T")


def consolidate(tellings: Sequence[Telling]) -> Event:
    """Join the reports of one event into one telling.

    Reports come in a fixed order, so that ties fall the same way in every run. An event told once stays as it is,
    each agent once per role.
    """
    events = [telling.event for telling in tellings]
    if len(events) == 1:
        return replace(events[0], participations=_participations(events))
    told = _status(tellings)
    return Event(
        type=_type(events),
        participations=_participations(events),
        evidence=_evidence(events),
        bounds=_bounds([event.bounds for event in events if event.bounds]),
        location=_location([event.location for event in events if event.location]),
        occasion=_commonest([event.occasion for event in events if event.occasion]),
        medium=_medium([event.medium for event in events if event.medium]),
        status=told.status,
        claimant=told.claimant if told.status in (Status.ALLEGED, Status.DENIED) else None,
        topics=_topics(events),
        main=any(event.main for event in events),
        confidence=_confidence([event.confidence for event in events]),
        rejected=_rejected(events),
    )


def _type(events: Sequence[Event]) -> str:
    """The most particular kind of those that the reports name; among kinds of one rank the one told most often."""
    counts = Counter(event.type for event in events)
    return max(counts, key=lambda kind: (rank(kind), counts[kind], kind))


def _participations(events: Sequence[Event]) -> tuple[Participation, ...]:
    """Everybody whom a report names, each agent once per role, in the order told, with the office most reports know."""
    groups: dict[tuple[str, Role], list[Participation]] = {}
    for event in events:
        for part in event.participations:
            groups.setdefault((part.agent.key, part.role), []).append(part)
    return tuple(
        Participation(
            agent=parts[0].agent,
            role=role,
            capacity=_capacity([part.capacity for part in parts if part.capacity]),
            behalf=_commonest([part.behalf for part in parts if part.behalf]),
        )
        for (_, role), parts in groups.items()
    )


def _capacity(capacities: Sequence[Capacity]) -> Capacity | None:
    """The office named most often; one that the gazetteer knows before one that is only words."""
    counts = Counter(capacities)
    return max(counts, key=lambda c: (c.office is not None, counts[c], c.label), default=None)


def _bounds(bounds: Sequence[Bounds]) -> Bounds | None:
    """The days that all reports allow.

    >>> from mapper.document import DateReason
    >>> week = Bounds(date(2001, 5, 1), date(2001, 5, 7), Granularity.WEEK, DateReason.ADJUNCT, "last week")
    >>> since = Bounds(date(2001, 5, 5), None, Granularity.OPEN, DateReason.OFFICES)
    >>> both = _bounds([week, since])
    >>> both.earliest.isoformat(), both.latest.isoformat(), both.granularity.value
    ('2001-05-05', '2001-05-07', 'range')
    """
    if not bounds:
        return None
    earliest = max((b.earliest for b in bounds if b.earliest), default=None)
    latest = min((b.latest for b in bounds if b.latest), default=None)
    ranked = sorted(bounds, key=lambda b: (_REASONS[b.reason.value], not b.words, b.words))
    if earliest and latest and earliest > latest:  # a day by words, and a day of publication beside it
        return ranked[0]
    exact = [b for b in ranked if (b.earliest, b.latest) == (earliest, latest)]
    if exact:
        return exact[0]
    words = "; ".join(
        dict.fromkeys(b.words for b in ranked if b.words and (b.earliest == earliest or b.latest == latest))
    )
    return Bounds(earliest, latest, _granularity(earliest, latest), ranked[0].reason, words)


def _granularity(earliest: date | None, latest: date | None) -> Granularity:
    if not earliest or not latest:
        return Granularity.OPEN
    return Granularity.DAY if earliest == latest else Granularity.RANGE


def _location(places: Sequence[Entity]) -> Entity | None:
    """The place named most often, a city before a country."""
    cities = [place for place in places if place.kind is not Kind.STATE]
    return _commonest(cities or places)


def _medium(media: Sequence[Medium]) -> Medium | None:
    """Telephone, presence and video exclude one another and were vetoed; writing only goes with them."""
    return min(media, key=lambda medium: (medium is Medium.WRITTEN, medium.value), default=None)


def _status(tellings: Sequence[Telling]) -> Event:
    """The report whose status holds: one that says it happened, else the latest article's."""

    def strength(telling: Telling) -> tuple[bool, date, str]:
        written = telling.published.latest if telling.published and telling.published.latest else date.min
        return telling.event.status is Status.OCCURRED, written, telling.article

    return max(tellings, key=strength).event


def _topics(events: Sequence[Event]) -> tuple[str, ...]:
    counts = Counter(topic for event in events for topic in event.topics)
    return tuple(sorted(counts, key=lambda topic: (-counts[topic], topic)))


def _confidence(values: Sequence[float]) -> float:
    """Each further article halves the doubt that the surest one leaves; articles copy one another, so never 1.

    >>> _confidence([0.8, 0.6])
    0.9
    """
    return min(0.99, round(1 - (1 - max(values)) * 0.5 ** (len(values) - 1), 4))


def _evidence(events: Iterable[Event]) -> tuple[Evidence, ...]:
    return tuple(piece for event in events for piece in event.evidence)


def _rejected(events: Iterable[Event]) -> tuple[Rejected, ...]:
    return tuple(dict.fromkeys(rejected for event in events for rejected in event.rejected))


def _commonest(values: Sequence[Entity]) -> Entity | None:
    """The entity named most often; the first by key among equals."""
    counts = Counter(value.key for value in values)
    by_key = {value.key: value for value in values}
    key = min(counts, key=lambda key: (-counts[key], key), default=None)
    return by_key[key] if key is not None else None
