"""One act told three times is one event with three pieces of evidence: tellings are joined, and told apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from mapper.document import Entity, Kind, Role, Status
from mapper.episodes import TALKS, Episode, better, narrower
from mapper.matches import Match
from mapper.sameness import SIGNING, SYMMETRIC, differ, turned_round
from mapper.syntax import children, prepositional

if TYPE_CHECKING:
    from spacy.tokens import Token

ONE_BY_ONE = frozenset({"separately", "separate", "individually", "respectively"})
"""Words that tell of several acts where the sentence has one verb."""
TOGETHER = frozenset("together jointly joint trilateral tripartite quadrilateral way conference".split())
CALLING = frozenset({"speak", "talk", "call", "telephone", "phone", "ring"})
"""Verbs of calls that are made to one after another."""


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
    if episode.type == draft.type and turned_round(episode, draft):
        episode.matches += draft.matches
        return
    if episode.type in TALKS and draft.type in TALKS:
        episode.type = max(episode.type, draft.type, key=TALKS.index)
    talks = episode.type in SYMMETRIC
    signed = episode.type == "Agreement" and _signed(episode) and _signed(draft)
    parties = frozenset(episode.parts if signed else ())  # states that signed stay beside their signers
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
                if key not in parties:
                    episode.parts.pop(key, None)
    episode.matches += draft.matches
    if episode.status is draft.status or Status.PLANNED not in (episode.status, draft.status):
        episode.bounds = better(episode.bounds, draft.bounds)
    elif episode.status is Status.PLANNED:
        episode.bounds = draft.bounds  # the day of a plan is not that of what has happened
    episode.location = narrower(episode.location, draft.location)
    episode.occasion = episode.occasion or draft.occasion
    episode.medium = episode.medium or draft.medium
    if draft.status is Status.OCCURRED and episode.status is Status.PLANNED:
        episode.status = draft.status
    if {episode.status, draft.status} == {Status.DENIED, Status.ALLEGED}:
        episode.status = Status.DENIED
    episode.floor = episode.floor or draft.floor
    episode.nearby += draft.nearby
    episode.pluperfect = episode.pluperfect and draft.pluperfect
    episode.habitual = episode.habitual and draft.habitual


def _signed(episode: Episode) -> bool:
    """Whether it is told with the word for signing."""
    return any(match.token.lemma_ in SIGNING for match in episode.matches)


def _stands_in(entity: Entity, episode: Episode) -> bool:
    """Whether the entity is a state for which a person of the event already stands."""
    return entity.kind is Kind.STATE and any(
        e.kind is Kind.PERSON and e.country == entity.key for e, _ in episode.parts.values()
    )


def apart(drafts: Iterable[Episode]) -> list[Episode]:
    """The drafts, with what was done one by one told as one act for each.

    "met separately with A and B" is two meetings, "A and B separately condemned" two condemnations, and so are
    telephone calls "to A and B" and meetings with "A in Paris and B in Rome".
    """
    found: list[Episode] = []
    for draft in drafts:
        match = draft.matches[0]
        talks = draft.type in TALKS
        parted = any(_one_by_one(anchor) for anchor in match.anchors)
        if not parted and not (talks and _one_after_another(match)):
            found.append(draft)
            continue
        first = draft.agents(Role.INITIATOR)
        if talks:
            first = frozenset(actor.entity.key for actor, _ in match.actors if actor.word < match.token.i)
        others = [key for key in draft.parts if key not in first] if talks else sorted(first)
        if not first or not others:
            found.append(draft)
            continue
        for key in others:
            alone = {k: part for k, part in draft.parts.items() if k == key or ((k in first) is talks)}
            found.append(replace(draft, parts=alone, matches=list(draft.matches), separate=True))
    return found


def _one_by_one(verb: Token) -> bool:
    """Whether the verb says that each did it: "separately", "in separate statements", "all made appeals"."""
    ways = [noun for prep in children(verb, "prep") if prep.lower_ == "in" for noun in children(prep, "pobj")]
    near = [token for each in (verb, *ways) for token in each.children]
    many = any(noun.tag_ == "NNS" for noun in children(verb, "dobj"))
    each = any(
        token.lower_ == "all" and token.dep_ == "appos" for who in children(verb, "nsubj") for token in who.subtree
    )
    return any(token.lower_ in ONE_BY_ONE for token in near) or (many and each)


def _together(match: Match, last: int) -> bool:
    """Whether the words up to the last of those talked with say that they were together."""
    near = [*match.token.children, *match.sentence.parse[match.token.i : last + 1]]
    return any(token.lower_ in TOGETHER for token in near)


def _one_after_another(match: Match) -> bool:
    """Whether somebody talked with several who were not together: by telephone, or each at a place of their own."""
    first = [actor for actor, _ in match.actors if actor.word < match.token.i]
    others = [actor for actor, _ in match.actors if actor.word > match.token.i]
    if len(first) != 1 or len(others) < 2 or _together(match, others[-1].word):
        return False
    if match.trigger.type == "TelephoneCall" and match.token.lemma_ in CALLING:
        return len({actor.entity.country for actor in others}) == len(others)
    parse, words = match.sentence.parse, match.sentence.words
    placed = [
        actor for actor in others if any(words[noun.i].mention for noun in prepositional(parse[actor.word], "in"))
    ]
    return len(placed) >= max(2, len(others) - 1)
