"""Events and articles made by hand, in few words, for tests of what comes after mapping."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from hashlib import sha256

from mapper.document import (
    Article,
    Bounds,
    Capacity,
    DateReason,
    Entity,
    Event,
    Evidence,
    Granularity,
    Kind,
    Line,
    LineKind,
    MappedArticle,
    Medium,
    Participation,
    Role,
    Status,
)

JAPAN = Entity("Q17", "Japan", Kind.STATE, qid="Q17")
FRANCE = Entity("Q142", "France", Kind.STATE, qid="Q142")
TURKEY = Entity("Q43", "Turkey", Kind.STATE, qid="Q43")
STATES = Entity("Q30", "United States", Kind.STATE, qid="Q30")
KISHIDA = Entity("Q1361561", "Fumio Kishida", Kind.PERSON, qid="Q1361561", country="Q17")
MACRON = Entity("Q3052772", "Emmanuel Macron", Kind.PERSON, qid="Q3052772", country="Q142")
ERDOGAN = Entity("Q39259", "Recep Tayyip Erdoğan", Kind.PERSON, qid="Q39259", country="Q43")
PARIS = Entity("Q90", "Paris", Kind.PLACE, qid="Q90", country="Q142")
LYON = Entity("Q456", "Lyon", Kind.PLACE, qid="Q456", country="Q142")
OF = {KISHIDA: JAPAN, MACRON: FRANCE, ERDOGAN: TURKEY}


def on(day: str, last: str | None = None, reason: DateReason = DateReason.ADJUNCT, words: str = "") -> Bounds:
    """A day, or the days from one to another."""
    granularity = Granularity.RANGE if last else Granularity.DAY
    return Bounds(date.fromisoformat(day), date.fromisoformat(last or day), granularity, reason, words)


def event(
    kind: str,
    *agents: Entity,
    by: Iterable[Entity] = (),
    to: Iterable[Entity] = (),
    when: Bounds | None = None,
    where: Entity | None = None,
    medium: Medium | None = None,
    status: Status = Status.OCCURRED,
    words: str = "so it is",
    start: int = 0,
    main: bool = False,
    topics: tuple[str, ...] = (),
    confidence: float = 0.8,
    offices: dict[Entity, Capacity] | None = None,
) -> Event:
    """An event; people act for their states."""
    roles = [(a, Role.PARTICIPANT) for a in agents] + [(a, Role.INITIATOR) for a in by] + [(a, Role.TARGET) for a in to]
    parts = tuple(Participation(a, role, (offices or {}).get(a), OF.get(a)) for a, role in roles)
    evidence = (Evidence(start, start + len(words), words, f"{kind}/test"),)
    return Event(
        kind,
        parts,
        evidence,
        when,
        where,
        medium=medium,
        status=status,
        main=main,
        topics=topics,
        confidence=confidence,
    )


def article(
    identifier: str, *events: Event, published: str | None = None, text: str = "so it is, and more of it"
) -> MappedArticle:
    """An article with the events that it tells."""
    day = date.fromisoformat(published) if published else None
    digest = sha256(text.encode()).hexdigest()
    lines = (Line(0, len(text), LineKind.BODY, "test"),)
    return MappedArticle(
        Article(
            identifier,
            text,
            lines,
            headline=f"About {identifier}",
            published=day,
            source=f"{identifier}.txt",
            digest=digest,
        ),
        (),
        events,
    )
