"""One act told three times is one event with three pieces of evidence: tellings are joined, and told apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mapper.document import Entity, Kind, Role, Status
from mapper.episodes import TALKS, Episode, better, narrower
from mapper.sameness import SYMMETRIC, differ


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
                episode.rejected.append((draft.type, draft.matches[0].sentence, why))
        else:
            episodes.append(draft)
    return episodes


def agents_meet(a: Episode, b: Episode) -> bool:
    """Whether the two have anybody in common."""
    return bool(a.agents() & b.agents())


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


def apart(drafts: Iterable[Episode]) -> list[Episode]:
    """The drafts, with a meeting "separately with" several told as one meeting with each.

    So are the acts of those who "separately condemned" something.
    """
    found: list[Episode] = []
    for draft in drafts:
        match = draft.matches[0]
        if not any(t.lower_ in ("separately", "individually") for t in match.token.children):
            found.append(draft)
            continue
        if draft.type not in TALKS:
            first = set(draft.agents(Role.INITIATOR))
            found += [
                replace(
                    draft,
                    parts={k: part for k, part in draft.parts.items() if k == key or k not in first},
                    matches=list(draft.matches),
                    separate=True,
                )
                for key in sorted(first)
            ] or [draft]
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
