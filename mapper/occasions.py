"""What events of one article lend one another: what is taken up again, and names of leaders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mapper.document import Kind, Medium, Role, Status
from mapper.episodes import TALKS, Episode, better, disjoint
from mapper.standing import Standing

PAPERS = frozenset({"Agreement", "JointStatement", "RelationsChange"})


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
            and not (e.floor and reference.bounds and reference.bounds.latest and reference.bounds.latest < e.floor)
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


def name_leaders(episodes: Sequence[Episode], standing: Standing) -> None:
    """Put persons in the place of states in agreements and mediations that came of talks of these persons.

    Calls, meetings and agreements between persons list the persons, and states only where nobody is named.
    What states are first told to have agreed stays theirs where only their ministers talked.
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
        signers = {entity.country for entity, _ in episode.parts.values() if entity.kind is Kind.PERSON}
        if len(states) >= 2 and all(state in present for state in states) and not signers & set(states):
            people = {present[key].key: (present[key], episode.parts[key][1]) for key in states}
            by_states = _agreed_by_states(episode) and not any(standing.leads(present[key]) for key in states)
            kept = {key: part for key, part in episode.parts.items() if key not in states or by_states}
            episode.parts = people | kept


def _agreed_by_states(episode: Episode) -> bool:
    """Whether the first sentence that tells an agreement tells it of states."""
    first = (match for match in episode.matches if match.number == episode.first)
    return episode.type == "Agreement" and any(actor.entity.kind is Kind.STATE for m in first for actor, _ in m.actors)
