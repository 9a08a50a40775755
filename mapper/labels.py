"""A short English sentence for an event, as a person would write it: who, what, where, when.

The words of each class lie in labels.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

from mapper.document import Bounds, Entity, Event, Granularity, Kind, Participation, Role, Status

_MOST_NAMES = 4
_LONGEST_SPAN = 92
"""Days; a wider span tells a reader nothing."""


def label(event: Event, *, topics: Mapping[str, str] | None = None) -> str:
    """The sentence for an event; `topics` gives the labels of topics by their local names.

    >>> states = [Entity("Q30", "United States", Kind.STATE), Entity("Q142", "France", Kind.STATE)]
    >>> by = tuple(Participation(state, Role.INITIATOR) for state in states)
    >>> to = Participation(Entity("Q43", "Turkey", Kind.STATE), Role.TARGET)
    >>> label(Event("Condemnation", (*by, to), ()))
    'The United States and France condemned Turkey'
    """
    words = _words().get(event.type) or _words()["default"]
    subject, target, place = _arguments(event, words)
    about = f" about {topics[event.topics[0]]}" if topics and event.topics and event.topics[0] in topics else ""
    with_target = "{target}" in words["past"] and target
    if "{target}" in words["past"]:
        past, infinitive = (words["past"], words["infinitive"]) if with_target else words["alone"]
    else:
        past, infinitive = (words["past"], words["infinitive"]) if len(subject) > 1 else words["alone"]
    values = {"target": _join(target), "about": about, "kind": _spaced(event.type)}
    who = _join(subject) if subject else "Somebody"
    plural = len(subject) > 1
    where = f" in {_named(place)}" if place else ""
    did = f"{who} {past.format(**values)}{where}"
    if event.status is Status.PLANNED:
        sentence = f"{who} {'are' if plural else 'is'} to {infinitive.format(**values)}{where}"
    elif event.status is Status.ALLEGED:
        sentence = f"According to {_named(event.claimant)}, {did}" if event.claimant else f"Reportedly, {did}"
    elif event.status is Status.DENIED:
        sentence = f"{_named(event.claimant)} denies that {did}" if event.claimant else f"It is denied that {did}"
    else:
        sentence = did
    sentence += when(event.bounds)
    return sentence[:1].upper() + sentence[1:]


def when(bounds: Bounds | None) -> str:
    """The days in words, with a blank in front; nothing where they are not known or too far apart to say.

    >>> from datetime import date
    >>> from mapper.document import DateReason
    >>> when(Bounds(date(2025, 1, 27), date(2025, 2, 2), Granularity.WEEK, DateReason.ADJUNCT))
    ' between 27 January and 2 February 2025'
    >>> when(Bounds(date(2016, 1, 1), date(2016, 1, 31), Granularity.MONTH, DateReason.ADJUNCT))
    ' in January 2016'
    """
    if not bounds or not bounds.earliest or not bounds.latest or bounds.granularity is Granularity.OPEN:
        return ""
    first, last = bounds.earliest, bounds.latest
    if first == last:
        return f" on {first.day} {first:%B} {first.year}"
    if bounds.granularity is Granularity.MONTH and (first.year, first.month) == (last.year, last.month):
        return f" in {first:%B} {first.year}"
    if bounds.granularity is Granularity.YEAR and first.year == last.year:
        return f" in {first.year}"
    if (last - first).days > _LONGEST_SPAN:
        return ""
    begin = f"{first.day} {first:%B}" + ("" if first.year == last.year else f" {first.year}")
    return f" between {begin} and {last.day} {last:%B} {last.year}"


# --- who does what to whom ---------------------------------------------------------------------------------


def _arguments(event: Event, words: Mapping[str, Any]) -> tuple[list[Entity], list[Entity], Entity | None]:
    """Subject, target and place as the words of this class want them."""
    parts = _sides(event.participations)
    by_role = {role: [part.agent for part in parts if part.role is role] for role in Role}
    place = event.location if words.get("has_place", True) else None
    if words["subject"] == "all":
        return _unique([*by_role[Role.INITIATOR], *(part.agent for part in parts)]), [], place
    first = by_role[Role.MEDIATOR] if words["subject"] == "mediators" else []
    subject = (
        first or by_role[Role.INITIATOR] or by_role[Role.PARTICIPANT] or by_role[Role.TARGET] or by_role[Role.HOST]
    )
    rest = by_role[Role.TARGET] if words["subject"] != "mediators" else [part.agent for part in parts]
    target = [agent for agent in _unique(rest) if agent not in subject]
    if words.get("target_is_place") and place:
        return _unique(subject), [place], None
    if words.get("target_is_place"):
        target = [agent for agent in _unique([*by_role[Role.HOST], *target]) if agent not in subject]
    return _unique(subject), target, place


def _sides(parts: Iterable[Participation]) -> list[Participation]:
    """The participations without states that are named beside the people who act for them."""
    parts = list(parts)
    represented = {(part.behalf.key, part.role) for part in parts if part.behalf and part.agent.kind is Kind.PERSON}
    return [part for part in parts if (part.agent.key, part.role) not in represented]


def _unique(agents: Iterable[Entity]) -> list[Entity]:
    return list({agent.key: agent for agent in agents}.values())


# --- names -------------------------------------------------------------------------------------------------


def _named(entity: Entity) -> str:
    """The name with its article where English wants one.

    >>> _named(Entity("Q55", "Netherlands", Kind.STATE)), _named(Entity("Q38", "Italy", Kind.STATE))
    ('the Netherlands', 'Italy')
    >>> _named(Entity("Q1065", "United Nations", Kind.ORGANIZATION)), _named(Entity("Q7184", "NATO", Kind.ORGANIZATION))
    ('the United Nations', 'NATO')
    """
    name = entity.label
    if entity.kind is Kind.PERSON or (entity.kind is Kind.PLACE and "Islands" not in name):
        return name
    if name.startswith("The "):
        return f"the {name[4:]}"
    words = _words()["article"]
    takes = name in words["names"] or not set(name.split()).isdisjoint(words["words"])
    return f"the {name}" if takes or entity.kind is Kind.OCCASION else name


def _join(agents: list[Entity]) -> str:
    names = [_named(agent) for agent in agents]
    if len(names) > _MOST_NAMES:
        names = [*names[: _MOST_NAMES - 1], f"{len(names) - _MOST_NAMES + 1} others"]
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _spaced(kind: str) -> str:
    """
    >>> _spaced("RelationsChange")
    'a relations change'
    """
    return "a " + "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in kind).strip()


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(resources.files("mapper").joinpath("labels.toml").read_text(encoding="utf-8"))
