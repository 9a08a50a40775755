"""From what sentences tell to the events of the article: one act told three times is one event with three pieces of evidence.

Also what only the whole article can say: a date that another sentence gives, and which event the headline is about.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from mapper.actors import side
from mapper.document import Bounds, DateReason, Entity, Kind, LineKind, Medium, Rejected, Role, Status
from mapper.matches import Match

TALKS = ("Meeting", "Summit", "Negotiation", "TelephoneCall")
"""Kinds of talking, from the general to the particular: an article may use any for the same event."""
ACTS_OF_STATE = frozenset({"Expulsion", "Recall", "Summoning"})
"""What ministers and ambassadors do and suffer here, their states do."""
SYMMETRIC = frozenset({*TALKS, "Agreement", "JointStatement", "Vote"})
WORSE = frozenset(
    [
        "sever",
        "cut",
        "break",
        "suspend",
        "downgrade",
        "close",
        "shut",
        "seal",
        "freeze",
        "end",
        "terminate",
        "quit",
        "leave",
        "withdraw",
        "exit",
        "scrap",
    ]
)
ORDER = {reason: rank for rank, reason in enumerate(DateReason)}


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
    shift: tuple[int, bool] | None = None
    """The expression that counts its day from the main event, and whether the main event is counted from it."""
    perfect: bool = False
    """Whether it is told in the present perfect."""
    floor: date | None = None
    """The first day on which it can have happened, when the headline tells it."""
    separate: bool = False
    """Whether it is one of several meetings that were held one after another."""
    habitual: bool = False
    """Whether it is told in the present tense, as of no day: "Riyadh accuses Tehran of …"."""
    main: bool = False
    rejected: list[Rejected] = field(default_factory=list)

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


def gather(drafts: Iterable[Episode]) -> list[Episode]:
    """Join the tellings of the same act, in reading order; the body before the headline, which is vaguer."""
    ordered = sorted(drafts, key=lambda d: (d.in_headline(), d.first, d.matches[0].token.i))
    episodes: list[Episode] = []
    for draft in ordered:
        for episode in episodes:
            why = differ(episode, draft)
            if why is None:
                _absorb(episode, draft)
                break
            if why != "another kind" and agents_meet(episode, draft):
                episode.rejected.append(Rejected(f"{draft.type} in “{draft.matches[0].sentence.parse.text[:80]}”", why))
        else:
            episodes.append(draft)
    return episodes


def agents_meet(a: Episode, b: Episode) -> bool:
    """Whether the two have anybody in common."""
    return bool(a.agents() & b.agents())


def differ(a: Episode, b: Episode) -> str | None:
    """Why the two cannot be the same act; None when they can."""
    talks = a.type in TALKS and b.type in TALKS
    if a.type != b.type and not talks:
        return "another kind"
    if a.type == "RelationsChange" and _worsens(a) != _worsens(b):
        return "one brings them nearer, the other parts them"
    if (
        a.type == "Deployment"
        and abs(a.first - b.first) <= 2
        and not (a.bounds and b.bounds and disjoint(a.bounds, b.bounds))
    ):
        return None
    if (a.status is Status.PLANNED) != (b.status is Status.PLANNED) and not (a.in_headline() or b.in_headline()):
        return "one is planned, the other is not"
    if (
        a.status is not b.status
        and {a.status, b.status} & {Status.DENIED, Status.ALLEGED}
        and {a.status, b.status} != {Status.DENIED, Status.ALLEGED}
    ):
        return "one is only alleged or denied"
    if {a.medium, b.medium} == {Medium.TELEPHONE, Medium.IN_PERSON}:
        return "one by telephone, the other in person"
    if a.bounds and b.bounds and disjoint(a.bounds, b.bounds):
        return "their dates exclude one another"
    if any(x.floor and y.bounds and y.bounds.latest and y.bounds.latest < x.floor for x, y in ((a, b), (b, a))):
        return "too old for the headline"
    if (a.separate or b.separate) and a.agents() != b.agents():
        return "told as separate meetings"
    if (
        a.type == "Visit"
        and a.location
        and b.location
        and a.location.key != b.location.key
        and a.location.country != b.location.key
        and b.location.country != a.location.key
    ):
        return "visits to different places"
    if a.type == "Vote":
        return None if abs(a.first - b.first) <= 4 or a.in_headline() or b.in_headline() else "told too far apart"
    if talks or a.type in SYMMETRIC:
        return _different_company(a, b)
    first, second = a.agents(Role.INITIATOR, Role.MEDIATOR), b.agents(Role.INITIATOR, Role.MEDIATOR)
    if not (first & second) and not (
        _alike(a, first, b, second) and (a.in_headline() or b.in_headline() or a.type in ACTS_OF_STATE)
    ):
        return "other initiators"
    targets, others = a.agents(Role.TARGET, Role.PARTICIPANT), b.agents(Role.TARGET, Role.PARTICIPANT)
    if targets and others and not (targets & others) and not (sides(a, targets) & sides(b, others)):
        return "other targets"
    if bool(targets) != bool(others) and abs(a.first - b.first) > 4 and not (a.in_headline() or b.in_headline()):
        return "told too far apart"
    if not targets and not others and abs(a.first - b.first) > 2 and not (a.in_headline() or b.in_headline()):
        return "told too far apart"
    return None


def _worsens(episode: Episode) -> bool:
    """Whether a change of relations is for the worse."""
    return any(m.word.rpartition(":")[2] in WORSE for m in episode.matches)


def sides(episode: Episode, keys: Iterable[str]) -> frozenset[str]:
    found = set()
    for key in keys:
        entity = episode.parts[key][0]
        found.add(entity.country if entity.kind is Kind.PERSON and entity.country else key)
    return frozenset(found)


def _alike(a: Episode, first: frozenset[str], b: Episode, second: frozenset[str]) -> bool:
    """Whether two that share nobody may still be the same: a state in one for its ministers in the other."""
    persons = [all(e.parts[key][0].kind is Kind.PERSON for key in keys) for e, keys in ((a, first), (b, second))]
    return not all(persons) and bool(sides(a, first) & sides(b, second))


def _different_company(a: Episode, b: Episode) -> str | None:
    first, second = a.agents(), b.agents()
    shared = first & second
    if a.type == b.type == "Summit" and any(a.parts[key][0].kind is Kind.ORGANIZATION for key in shared):
        return None
    small = min(len(first), len(second))
    if len(shared) >= 2 and len(shared) >= 0.6 * small:
        if len(shared) == small or len(shared) >= 3:
            return None
    if len(shared) == small == 1 and (a.type == b.type or a.in_headline() or b.in_headline()):
        kinds = {entity.kind for entity, _ in a.parts.values()} | {entity.kind for entity, _ in b.parts.values()}
        if len(first) == len(second) or Kind.PERSON not in kinds:
            return None
    left, right = principals(a), principals(b)
    persons = [any(e.kind is Kind.PERSON for e, _ in x.parts.values()) for x in (a, b)]
    vague = a.in_headline() or b.in_headline()
    if (vague or persons[0] != persons[1]) and len(left & right) >= 2 and (left == right or (vague and (left <= right or right <= left))):
        return None
    return "other participants"


def disjoint(a: Bounds, b: Bounds) -> bool:
    if None in (a.earliest, a.latest, b.earliest, b.latest):
        return False
    assert a.earliest and a.latest and b.earliest and b.latest
    return a.latest < b.earliest or b.latest < a.earliest


def _absorb(episode: Episode, draft: Episode) -> None:
    """Take a further telling into the event."""
    if episode.type in TALKS and draft.type in TALKS:
        episode.type = max(episode.type, draft.type, key=TALKS.index)
    talks = episode.type in SYMMETRIC
    for key, (entity, role) in draft.parts.items():
        if key in episode.parts:
            old = episode.parts[key][1]
            if old is Role.PARTICIPANT and role is not old:
                episode.parts[key] = (entity, role)
            continue
        if talks and _stands_in(entity, episode):
            continue
        episode.parts[key] = (entity, role)
    if talks:
        people = {e.country for e, _ in episode.parts.values() if e.kind is Kind.PERSON}
        if episode.type != "JointStatement":
            named = {k for k, (e, _) in draft.parts.items() if e.kind is Kind.STATE and k in people}
            for key in named | {k for k, (e, _) in episode.parts.items() if e.kind is Kind.STATE and k in people}:
                episode.parts.pop(key, None)
    episode.matches += draft.matches
    episode.bounds = better(episode.bounds, draft.bounds)
    episode.location = narrower(episode.location, draft.location)
    episode.occasion = episode.occasion or draft.occasion
    episode.medium = episode.medium or draft.medium
    if draft.status is Status.OCCURRED and episode.status is Status.PLANNED:
        episode.status = draft.status
    if {episode.status, draft.status} == {Status.DENIED, Status.ALLEGED}:
        episode.status = Status.DENIED
    episode.nearby += draft.nearby
    episode.pluperfect = episode.pluperfect and draft.pluperfect
    episode.habitual = episode.habitual and draft.habitual


def _stands_in(entity: Entity, episode: Episode) -> bool:
    """Whether the entity is a state for which a person of the event already stands."""
    return entity.kind is Kind.STATE and any(
        e.kind is Kind.PERSON and e.country == entity.key for e, _ in episode.parts.values()
    )


def better(a: Bounds | None, b: Bounds | None) -> Bounds | None:
    """The stronger of two bounds: by reason, then by how narrow they are."""
    if a is None or b is None:
        return a or b

    def weight(bounds: Bounds) -> tuple[int, int]:
        open_ended = bounds.earliest is None or bounds.latest is None
        days = 99_999 if open_ended else (bounds.latest - bounds.earliest).days  # type: ignore[operator]
        return (ORDER[bounds.reason], days)

    return min((a, b), key=weight)


def narrower(a: Entity | None, b: Entity | None) -> Entity | None:
    """The narrower of two places: a city before its country."""
    if a is None or b is None:
        return a or b
    return b if a.kind is Kind.STATE and b.kind is Kind.PLACE else a


def apart(drafts: Iterable[Episode]) -> list[Episode]:
    """The drafts, with a meeting "separately with" several told as one meeting with each."""
    found: list[Episode] = []
    for draft in drafts:
        match = draft.matches[0]
        if draft.type not in TALKS or not any(t.lower_ == "separately" for t in match.token.children):
            found.append(draft)
            continue
        first = {a.entity.key for a, _ in match.actors if a.word < match.token.i}
        hosts = {key: part for key, part in draft.parts.items() if key in first}
        others = [key for key in draft.parts if key not in first]
        found += (
            [
                replace(draft, parts={**hosts, key: draft.parts[key]}, matches=list(draft.matches), separate=True)
                for key in others
            ]
            if hosts
            else [draft]
        )
    return found
