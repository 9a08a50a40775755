"""What events of one article lend one another: names, days and places of the occasion to which they belong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from mapper.document import Bounds, DateReason, Granularity, Kind, Medium, Role, Status
from mapper.episodes import TALKS, Episode, better, disjoint, principals, sides
from mapper.patterns import REFERABLE, SIDELINES, SPEECH_ACTS
from mapper.syntax import in_main_clause

PAPERS = frozenset({"Agreement", "JointStatement", "RelationsChange"})
PLACEABLE = frozenset({"Meeting", "Summit", "Negotiation", "Mediation", "Agreement", "JointStatement"})
REACTIONS = frozenset({"Condemnation", "Endorsement", "Appeal", "Warning", "Denial", "Accusation", "JointStatement"})
REACH = 12
"""How many sentences after the main event others still react to it; further down stands what was before."""
FRESH = 2
"""How many days after the main event an article still tells reactions as of that day."""
NEAR = 4
"""How many sentences after the main event its parties' ministries and aides still speak on that occasion."""
SAID = SPEECH_ACTS | {"Invitation", "AidPledge", "JointStatement", "Vote", "Agreement"}
"""Classes that happen where and when something is said."""


def take_up(episodes: list[Episode], references: Sequence[Episode]) -> None:
    """Add what the sentences say that only take an event up again: "the Monday telephone conversation …"."""
    for reference in references:
        number = reference.matches[0].number
        fitting = [
            e
            for e in episodes
            if (
                e.type == reference.type
                or (e.type in TALKS and reference.type in TALKS)
                or {e.type, reference.type} <= PAPERS
            )
            and min(m.number for m in e.matches) <= number
            and not (e.bounds and reference.bounds and disjoint(e.bounds, reference.bounds))
            and (e.status is reference.status or reference.status is Status.OCCURRED)
            and {e.medium, reference.medium} != {Medium.TELEPHONE, Medium.IN_PERSON}
            and not _among_others(reference, e)
        ]
        if not fitting:
            if (call := _call_behind(episodes, reference)) is not None:
                episodes.append(call)
            continue
        day = reference.bounds.day if reference.bounds else None
        nearest = max(
            fitting,
            key=lambda e: (
                e.main and day is not None and e.bounds is not None and e.bounds.day == day,
                max(m.number for m in e.matches if m.number <= number) >= number - 1,
                e.type == reference.type,
                (e.medium is Medium.TELEPHONE) == (reference.type == "TelephoneCall"),  # no call is "the meeting"
                e.main,
                len(e.parts),
                -e.first,
            ),
        )
        nearest.bounds = better(nearest.bounds, reference.bounds)
        nearest.nearby += reference.nearby
        if nearest.medium is not Medium.TELEPHONE:
            nearest.location = nearest.location or reference.location
        nearest.medium = nearest.medium or reference.medium
        if reference.type == "TelephoneCall" and nearest.type == "Meeting":
            nearest.type = reference.type
        for key, part in reference.parts.items():
            nearest.parts.setdefault(key, part)
        if reference.bounds or reference.location or reference.parts:
            nearest.matches += reference.matches


def _among_others(reference: Episode, episode: Episode) -> bool:
    """Whether the reference names who was there, and the event is a talk of others, told further off.

    Of a summit of organizations it may name the presidents who came.
    """
    number = reference.matches[0].number
    near = any(abs(match.number - number) <= 1 for match in episode.matches)
    open_to_more = len(episode.parts) < 2 or any(e.kind is Kind.ORGANIZATION for e, _ in episode.parts.values())
    return bool(reference.parts) and not near and not open_to_more and not reference.agents() & episode.agents()


def _call_behind(episodes: Sequence[Episode], reference: Episode) -> Episode | None:
    """The call in which two persons dealt with each other: "Biden warned Xi …, the White House said after a call"."""
    if reference.type != "TelephoneCall":
        return None
    number = reference.matches[0].number
    for episode in episodes:
        people = {key: entity for key, (entity, _) in episode.parts.items() if entity.kind is Kind.PERSON}
        if any(e.type in TALKS and len(e.agents() & set(people)) == 2 for e in episodes):
            continue
        if (
            len(people) == 2
            and episode.status is Status.OCCURRED
            and any(abs(m.number - number) <= 1 for m in episode.matches)
        ):
            parts = {key: (entity, Role.PARTICIPANT) for key, entity in people.items()}
            return replace(
                reference,
                parts=parts,
                bounds=reference.bounds or episode.bounds,
                medium=reference.medium,
                matches=list(reference.matches),
            )
    return None


def name_leaders(episodes: Sequence[Episode]) -> None:
    """Put persons in the place of states in agreements and mediations that came of talks of these persons.

    Calls, meetings and agreements between persons list the persons, and states only where nobody is named.
    """
    present = {
        entity.country: entity
        for episode in reversed(episodes)
        if episode.type in TALKS and episode.status is Status.OCCURRED
        for entity, _ in episode.parts.values()
        if entity.kind is Kind.PERSON and entity.country
    }
    for episode in episodes:
        if episode.type not in ("Agreement", "Mediation") or episode.status is not Status.OCCURRED or not episode.main:
            continue
        states = [
            key
            for key, (entity, role) in episode.parts.items()
            if entity.kind is Kind.STATE and role is Role.PARTICIPANT
        ]
        if len(states) >= 2 and all(state in present for state in states):
            episode.parts = {
                (present[key].key if key in states else key): ((present[key], part[1]) if key in states else part)
                for key, part in episode.parts.items()
            }


def spread_dates(episodes: Sequence[Episode], main: Episode, window: Bounds | None) -> None:
    """Give undated episodes the day of the main event where they belong to the same occasion.

    So does what its participants say and do there, and what others say of it while it is fresh, unless their own
    sentence speaks of another time.
    """
    if main.bounds is None:
        return
    day = window.latest if window and window.granularity is not Granularity.OPEN else None
    fresh = main.bounds.reason is not DateReason.PUBLICATION or main.in_headline()
    fresh = fresh and day is not None and main.bounds.day is not None and (day - main.bounds.day).days <= FRESH
    for episode in episodes:
        if episode.bounds is not None or episode is main:
            continue
        told = _told_before(episode, episodes, main.bounds)
        if told is not None:
            episode.bounds = told
        elif _other_time(episode, main, main.bounds) and not _beside(episode, main):
            continue  # the paragraph tells of another time
        elif episode.since and day and not episode.agents() & main.agents() and not episode.pluperfect:
            episode.bounds = _from(episode.since, day)
        elif _same_occasion(episode, main, fresh):
            episode.bounds = replace(main.bounds, reason=DateReason.CONTEXT)


def _elsewhen(episode: Episode, main: Bounds) -> bool:
    """Whether the paragraph has told a time that is not the main event's: another day, or a whole week or month."""
    return bool(episode.before) and not any(b.day and not disjoint(b, main) for b in episode.before)


def _other_time(episode: Episode, main: Episode, day: Bounds) -> bool:
    """Whether the paragraph tells of another time than the main event's."""
    return _elsewhen(episode, day) or (episode.aside and not episode.agents() & main.agents())


def _from(since: Bounds, day: date) -> Bounds | None:
    """From the day of what somebody speaks of to the day of writing."""
    if since.earliest is None or since.earliest > day:
        return None
    granularity = Granularity.DAY if since.earliest == day else Granularity.RANGE
    return Bounds(since.earliest, day, granularity, DateReason.CONTEXT, since.words)


def _told_before(episode: Episode, episodes: Sequence[Episode], main: Bounds) -> Bounds | None:
    """The time that the paragraph has told, where the episode goes on from there."""
    if episode.status is not Status.OCCURRED or episode.pluperfect or episode.perfect or episode.habitual:
        return None
    earlier = [e for e in episodes if e is not episode and 0 < episode.first - e.first <= 2 and e.bounds]
    if episode.before and (episode.goes_on or any(principals(e) & principals(episode) for e in earlier)):
        told = main if not _elsewhen(episode, main) else episode.before[-1]
        return replace(told, reason=DateReason.CONTEXT)
    return None


def _beside(episode: Episode, main: Episode) -> bool:
    """Whether it is told to have happened before, during or after the main event: "before the vote"."""
    if episode.beside in SIDELINES:
        return True
    kind = REFERABLE.get(episode.beside or "") or (episode.beside or "").capitalize()
    return bool(kind) and (kind == main.type or (kind in TALKS and main.type in TALKS))


def _same_occasion(episode: Episode, main: Episode, fresh: bool) -> bool:
    """Whether an undated episode goes with the main event."""
    if episode.status is not Status.OCCURRED or episode.pluperfect or episode.habitual:
        return False
    if _beside(episode, main):
        return True
    if episode.beside == "" and not episode.in_headline():
        return False
    if any(
        b.latest and main.bounds and main.bounds.earliest and b.latest < main.bounds.earliest for b in episode.elsewhen
    ):
        return False
    actors = episode.agents(Role.INITIATOR, Role.PARTICIPANT, Role.MEDIATOR, Role.HOST)
    company = main.agents()
    if episode.type in SAID:
        if actors & company:
            return True
        if sides(episode, actors) & principals(main) and episode.first - main.first <= NEAR:
            return True
        near = episode.first - main.first <= REACH
        plain = episode.type in REACTIONS or in_main_clause(episode.matches[0].token)
        return fresh and near and not episode.perfect and plain
    if episode.type in TALKS and fresh and not episode.perfect and not episode.in_headline():
        near = 0 <= episode.first - main.first <= NEAR
        if near and sides(episode, actors) & principals(main):
            return True
    return len(actors & company) >= 2 or (len(actors) == 1 and actors <= company and episode.type not in TALKS)


def spread_places(episodes: Sequence[Episode]) -> None:
    """Give talks, and what they led to, the place that is told of the talk of the same people on the same days."""
    placed = [
        e for e in episodes if e.location is not None and e.type in (*TALKS, "JointStatement", "Mediation", "Agreement")
    ]
    for episode in episodes:
        if episode.location is not None or episode.type not in PLACEABLE or episode.medium is Medium.TELEPHONE:
            continue
        for other in placed:
            together = len(episode.agents() & other.agents()) >= 2 or len(principals(episode) & principals(other)) >= 2
            if (
                together
                and other.status is episode.status
                and other.bounds
                and episode.bounds
                and (other.bounds.earliest, other.bounds.latest) == (episode.bounds.earliest, episode.bounds.latest)
            ):
                episode.location = other.location
                break
