"""How well the parts of two reports agree: their agents, dates, places and words; one pure function for each.

The numbers lie in merging.toml.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from importlib import resources
from math import prod

from mapper.document import Bounds, DateReason, Entity, Event, Granularity, Kind, Participation, Role

_LEFT_OUT = 0.9
"""What it costs when only one of two reports names the initiator or the target."""


@dataclass(frozen=True, slots=True)
class Limits:
    """merging.toml as values."""

    kinds: dict[frozenset[str], float]
    specificity: tuple[str, ...]
    directed: frozenset[str]
    rare: frozenset[str]
    weights: dict[str, float]
    limits: dict[str, float]


@cache
def limits() -> Limits:
    """Read merging.toml, once."""
    raw = tomllib.loads(resources.files("mapper").joinpath("merging.toml").read_text(encoding="utf-8"))
    return Limits(
        kinds={frozenset(row["pair"]): row["fit"] for row in raw["kinds"]},
        specificity=tuple(raw["types"]["specificity"]),
        directed=frozenset(raw["types"]["directed"]),
        rare=frozenset(raw["types"]["rare"]),
        weights=raw["weights"],
        limits=raw["limits"],
    )


def rank(kind: str) -> int:
    order = limits().specificity
    return order.index(kind) if kind in order else len(order)


# --- agents ----------------------------------------------------------------------------------------------------


def identities(part: Participation) -> frozenset[str]:
    """Whom a participation may stand for: the agent, and the state or organization it acts for.

    >>> minister = Entity("Q1", "A Minister", Kind.PERSON)
    >>> sorted(identities(Participation(minister, Role.INITIATOR, behalf=Entity("Q17", "Japan", Kind.STATE))))
    ['Q1', 'Q17']
    """
    keys = {part.agent.key}
    if part.behalf:
        keys.add(part.behalf.key)
    if part.agent.kind in (Kind.GOVERNMENT_BODY, Kind.MISSION) and part.agent.country:
        keys.add(part.agent.country)
    return frozenset(keys)


def with_role(event: Event, role: Role) -> tuple[Participation, ...]:
    return tuple(part for part in event.participations if part.role is role)


def _fit(a: Participation, b: Participation) -> float:
    """1 for the same agent, less where one stands for the other, 0 for two people of one state."""
    if a.agent.key == b.agent.key:
        return 1.0
    if a.agent.kind is Kind.PERSON and b.agent.kind is Kind.PERSON:
        return 0.0
    stands = a.agent.key in identities(b) or b.agent.key in identities(a)
    return limits().limits["behalf"] if stands else 0.0


def matched(a: Iterable[Participation], b: Iterable[Participation]) -> float:
    """The sum of the best one-to-one matches, the same agents first."""
    pairs = sorted(
        ((_fit(x, y), x.agent.key, y.agent.key) for x in a for y in b if _fit(x, y)),
        key=lambda row: (-row[0], row[1], row[2]),
    )
    used_a: set[str] = set()
    used_b: set[str] = set()
    total = 0.0
    for fit, x, y in pairs:
        if x not in used_a and y not in used_b:
            used_a.add(x)
            used_b.add(y)
            total += fit
    return total


def _f1(a: tuple[Participation, ...], b: tuple[Participation, ...]) -> float:
    a, b = _sides(a), _sides(b)
    return 2 * matched(a, b) / (len(a) + len(b)) if a or b else 1.0


def _sides(parts: tuple[Participation, ...]) -> tuple[Participation, ...]:
    """Each agent once, without the states that are named beside the people who act for them."""
    represented = {part.behalf.key for part in parts if part.behalf}
    sides = {part.agent.key: part for part in parts if part.agent.key not in represented}
    return tuple(sides.values())


def agents_fit(a: Event, b: Event) -> float:
    """F1 over the agents; of a directed kind that of the initiators times that of the targets, where both name them."""
    if a.type not in limits().directed or b.type not in limits().directed:
        return _f1(a.participations, b.participations)
    sides = [(with_role(a, role), with_role(b, role)) for role in (Role.INITIATOR, Role.TARGET)]
    fits = [_f1(mine, theirs) for mine, theirs in sides if mine and theirs]
    left_out = any(bool(mine) != bool(theirs) for mine, theirs in sides)
    return prod(fits) * (_LEFT_OUT if left_out else 1.0) if fits else _f1(a.participations, b.participations)


# --- dates, places, words ----------------------------------------------------------------------------------


def date_fit(a: Bounds | None, b: Bounds | None) -> float:
    """How well overlapping bounds agree: 1 for the same day, next to nothing when a side is open."""
    if not a or not b or not (a.earliest and a.latest and b.earliest and b.latest):
        return 0.0
    if a.day and a.day == b.day:
        return 1.0
    if (a.earliest, a.latest) == (b.earliest, b.latest) and a.granularity is b.granularity is Granularity.RANGE:
        return 1.0
    a, b = with_margin(a), with_margin(b)
    widest = max((bounds.latest - bounds.earliest).days for bounds in (a, b) if bounds.earliest and bounds.latest)
    return next((fit for days, fit in ((8, 0.8), (31, 0.6), (92, 0.4), (366, 0.2)) if widest <= days), 0.0)


def with_margin(bounds: Bounds) -> Bounds:
    """A day that no words tell is the day of publication, and what an article tells without a day may be a day older.

    >>> from datetime import date
    >>> written = Bounds(date(2001, 5, 4), date(2001, 5, 4), Granularity.DAY, DateReason.PUBLICATION)
    >>> with_margin(written).earliest.isoformat()
    '2001-05-03'
    """
    told = bounds.words or bounds.reason is DateReason.ADJUNCT
    if told or bounds.earliest is None or bounds.day is None:
        return bounds
    return replace(bounds, earliest=bounds.earliest - timedelta(days=1))


def place_fit(a: Entity | None, b: Entity | None) -> int:
    """1 for the same place or one inside the other, -1 for two cities, 0 where nothing can be said.

    >>> osaka = Entity("Q35765", "Osaka", Kind.PLACE, country="Q17")
    >>> place_fit(osaka, Entity("Q17", "Japan", Kind.STATE)), place_fit(osaka, Entity("Q90", "Paris", Kind.PLACE))
    (1, -1)
    """
    if not a or not b:
        return 0
    return 1 if a.key == b.key or a.country == b.key or b.country == a.key else -1


def _words(event: Event) -> frozenset[str]:
    """The longer words of the evidence, without the names of those who act."""
    names = {word for part in event.participations for word in re.findall(r"\w+", part.agent.label.casefold())}
    return frozenset(
        w for piece in event.evidence for w in re.findall(r"\w{4,}", piece.exact.casefold()) if w not in names
    )


def common_words(a: Event, b: Event) -> float:
    mine, theirs = _words(a), _words(b)
    return len(mine & theirs) / min(len(mine), len(theirs)) if mine and theirs else 0.0


def disjoint(a: Bounds | None, b: Bounds | None) -> bool:
    """Whether no day is allowed by both."""
    if not a or not b:
        return False
    a, b = with_margin(a), with_margin(b)
    return bool(
        (a.earliest and b.latest and a.earliest > b.latest) or (b.earliest and a.latest and b.earliest > a.latest)
    )
