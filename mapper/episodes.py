"""One event of the article while its tellings are gathered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from mapper.actors import side
from mapper.document import Bounds, DateReason, Entity, Kind, LineKind, Medium, Role, Sentence, Status
from mapper.matches import Match

TALKS = ("Meeting", "Summit", "Negotiation", "TelephoneCall")
"""Kinds of talking, from the general to the particular: an article may use any for the same event."""
ORDER = {reason: rank for rank, reason in enumerate(DateReason)}
"""How strong the reasons of bounds are, the strongest first."""


@dataclass(slots=True)
class Episode:
    """One event of the article while its tellings are gathered."""

    type: str
    parts: dict[str, tuple[Entity, Role]]
    matches: list[Match]
    bounds: Bounds | None = None
    location: Entity | None = None
    occasion: Entity | None = None
    medium: Medium | None = None
    status: Status = Status.OCCURRED
    claimant: Entity | None = None
    pluperfect: bool = False
    nearby: tuple[Bounds, ...] = ()
    """What the time expressions of its own and the next sentences mean, its own first."""
    elsewhen: tuple[Bounds, ...] = ()
    """What the other time expressions of its own sentence mean."""
    before: tuple[Bounds, ...] = ()
    """What the time expressions of the sentences before it in its paragraph mean, the nearest that have any."""
    goes_on: bool = False
    """Whether it goes on from the sentence before: "that plan", "he"."""
    aside: bool = False
    """Whether its paragraph has gone back to another time: "a week earlier"."""
    since: Bounds | None = None
    """The days of what it is said of: "condemned Monday's attack"."""
    beside: str | None = None
    """What it is told to have happened before, during or after, without its own day: "before the vote"."""
    shift: tuple[int, bool, Bounds | None] | None = None
    """The expression that counts its day from another one, whether the other is counted from it, and the day that was
    told before (None: the main event's)."""
    perfect: bool = False
    """Whether it is told in the present perfect."""
    floor: date | None = None
    """The first day on which it can have happened, when the headline tells it."""
    separate: bool = False
    """Whether it is one of several meetings that were held one after another."""
    habitual: bool = False
    """Whether it is told in the present tense, as of no day: "Riyadh accuses Tehran of …"."""
    main: bool = False
    rejected: list[tuple[str, Sentence, str]] = field(default_factory=list)
    """Tellings that were held against it and are not it: their kind, their sentence, and why."""

    @property
    def first(self) -> int:
        """The number of the first sentence that tells it, outside the headline when there is one."""
        body = [m.number for m in self.matches if m.sentence.line.kind in (LineKind.BODY, LineKind.SUMMARY)]
        return min(body or [m.number for m in self.matches])

    @property
    def confidence(self) -> float:
        """The best of its tellings, raised a little by every further one that agrees."""
        best = max(match.confidence for match in self.matches)
        return min(0.99, best + 0.03 * (len({m.number for m in self.matches}) - 1))

    def agents(self, *roles: Role) -> frozenset[str]:
        """Keys of those who take part, in these roles or in any."""
        return frozenset(key for key, (_, role) in self.parts.items() if not roles or role in roles)

    def in_headline(self) -> bool:
        """Whether the headline tells it."""
        return any(match.sentence.line.kind is LineKind.HEADLINE for match in self.matches)


def principals(episode: Episode) -> frozenset[str]:
    """The sides of the event: states and organizations as they are, persons by the state that is theirs."""
    return frozenset(key for entity, _ in episode.parts.values() if (key := side(entity)))


def sides(episode: Episode, keys: Iterable[str]) -> frozenset[str]:
    """Keys of the agents with these keys, persons by the state that is theirs."""
    found = set()
    for key in keys:
        entity = episode.parts[key][0]
        found.add(entity.country if entity.kind is Kind.PERSON and entity.country else key)
    return frozenset(found)


def disjoint(a: Bounds, b: Bounds) -> bool:
    """Whether the two, bounded on both sides, have no day in common."""
    if a.earliest is None or a.latest is None or b.earliest is None or b.latest is None:
        return False
    return a.latest < b.earliest or b.latest < a.earliest


def better(a: Bounds | None, b: Bounds | None) -> Bounds | None:
    """The stronger of two bounds: by reason, then by how narrow they are."""
    if a is None or b is None:
        return a or b

    def weight(bounds: Bounds) -> tuple[int, int]:
        if bounds.earliest is None or bounds.latest is None:
            return ORDER[bounds.reason], date.max.toordinal()
        return ORDER[bounds.reason], (bounds.latest - bounds.earliest).days

    return min((a, b), key=weight)


def narrower(a: Entity | None, b: Entity | None) -> Entity | None:
    """The narrower of two places: a city before its country."""
    if a is None or b is None:
        return a or b
    return b if a.kind is Kind.STATE and b.kind is Kind.PLACE else a
