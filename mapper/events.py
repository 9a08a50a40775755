"""From matches to the article's events: who in which capacity, when, where, about what, by which words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from mapper.counterparts import add_counterparts
from mapper.diplomacy import is_diplomatic, public_sides
from mapper.document import (
    Article,
    Bounds,
    DateReason,
    Event,
    Evidence,
    Granularity,
    Participation,
    Rejected,
    Role,
    Status,
)
from mapper.drafts import Drafter
from mapper.episodes import Episode
from mapper.gathering import apart, gather
from mapper.lending import spread_dates
from mapper.main_event import choose_main, date_main, leading
from mapper.matches import Match
from mapper.occasions import name_leaders, take_up
from mapper.patterns import BEGUN, SPEECH_ACTS
from mapper.topics import Topics
from mapper.venues import spread_places

LEAST = 0.3
"""Events that are less sure are not worth telling."""
TENTATIVE = 0.4
"""What is less sure than this counts only when the article tells it twice."""
LASTING = re.compile(r"(?i)\b(\w+)[- ]day\b(?=[\w -]{0,30}\b(?:visit|trip|tour)\b)")
DAYS = {word: n for n, word in enumerate("two three four five six seven eight nine ten".split(), 2)} | {
    str(n): n for n in range(2, 15)
}
"""How long "a four-day visit" lasts."""
QUOTED = 100
"""Characters of a telling that was not taken, for explanations."""
BACKGROUND = 5
"""How many of the first sentences, up to the main event and beyond, tell what it is about."""


@dataclass(frozen=True, slots=True)
class Builder:
    """Builds the events of one article from what its sentences tell."""

    article: Article
    topics: Topics
    drafter: Drafter
    acts: frozenset[str] = frozenset()
    """The classes of measures that the words of the headline tell."""

    def events(self, matches: Sequence[Match]) -> tuple[Event, ...]:
        """The events that these matches tell, in the order of the article; the main one is marked."""
        window, standing = self.drafter.window, self.drafter.standing
        drafts = [draft for match in matches if (draft := self.drafter.draft(match)) is not None]
        told = [draft for draft in drafts if not draft.matches[0].reference]
        episodes = leading(gather(apart(told)), self.drafter.sentences)
        international = standing.abroad() or any(len(public_sides(e, standing)) > 1 for e in episodes)
        episodes = [
            e for e in episodes if e.confidence >= LEAST and is_diplomatic(e, standing, international=international)
        ]
        choose_main(episodes, self.drafter.sentences, self.acts)
        take_up(episodes, [draft for draft in drafts if draft.matches[0].reference])
        episodes = [e for e in episodes if e.confidence >= TENTATIVE or len(e.matches) > 1]
        if not any(e.main for e in episodes):
            choose_main(episodes, self.drafter.sentences, self.acts)
        add_counterparts(episodes)
        name_leaders(episodes, standing)
        main = date_main(episodes, window, self.drafter.news())
        if main is not None:
            self._count(episodes, main)
            spread_dates(episodes, main, window, live=self.article.live())
        spread_places(episodes, self.drafter.sentences)
        episodes.sort(key=lambda e: (e.first, e.matches[0].token.i))
        return tuple(self._event(_settled(episode, window)) for episode in episodes)

    def _count(self, episodes: Sequence[Episode], main: Episode) -> None:
        """Date what is told as so many days before or after the main event."""
        for episode in episodes:
            if episode.bounds is None and episode.shift is not None and main.bounds is not None and not episode.main:
                start, inverse, before = episode.shift
                bounds = self.drafter.resolve(start, tense="past", anchor=before or main.bounds, inverse=inverse)
                episode.bounds = replace(bounds, reason=DateReason.CONTEXT) if bounds else None

    def _event(self, episode: Episode) -> Event:
        evidence = self._evidence(episode)
        text = " ".join(each.exact for each in evidence)
        if episode.main:
            opening = self.drafter.sentences[: episode.first + BACKGROUND]
            text = " ".join([text, *(self.article.text[s.start : s.end] for s in opening)])
        return Event(
            type=episode.type,
            participations=self._participations(episode),
            evidence=tuple(sorted(evidence, key=lambda each: (each.start, each.end))),
            bounds=self._bounds(episode),
            location=episode.location,
            occasion=episode.occasion,
            medium=episode.medium,
            status=episode.status,
            claimant=episode.claimant,
            topics=self.topics.of(text),
            main=episode.main,
            confidence=round(episode.confidence, 2),
            rejected=tuple(
                Rejected(f"{kind} in “{self.article.text[sentence.start : sentence.end][:QUOTED]}”", why)
                for kind, sentence, why in episode.rejected
            ),
        )

    def _participations(self, episode: Episode) -> tuple[Participation, ...]:
        """Everybody's parts; who mediates also initiates."""
        day = episode.bounds or self.drafter.window
        return tuple(
            self.drafter.standing.participation(entity, each, episode, day)
            for _, (entity, role) in sorted(episode.parts.items())
            for each in ((Role.INITIATOR, role) if role is Role.MEDIATOR else (role,))
        )

    def _evidence(self, episode: Episode) -> list[Evidence]:
        """The sentences that tell it, each with the first rule that found it there."""
        found: dict[tuple[int, int], Evidence] = {}
        for match in episode.matches:
            start, end = match.sentence.start, match.sentence.end
            exact = self.article.text[start:end]
            found.setdefault((start, end), Evidence(start, end, exact, match.word, match.matcher))
        return list(found.values())

    def _bounds(self, episode: Episode) -> Bounds | None:
        """The event's bounds where both are known; those of a visit for as long as it is said to last."""
        bounds = episode.bounds
        if bounds is None or bounds.earliest is None or bounds.latest is None:
            return None
        if episode.type == "Visit" and bounds.day:
            text = " ".join(self.article.text[m.sentence.start : m.sentence.end] for m in episode.matches)
            if (told := LASTING.search(text)) and (days := DAYS.get(told.group(1).lower())):
                last = bounds.earliest + timedelta(days - 1)
                return replace(bounds, latest=last, granularity=Granularity.RANGE)
        return bounds


def _settled(episode: Episode, window: Bounds | None) -> Episode:
    """A plan whose day has passed is the day of its announcement: what states announce to do they have begun.

    Other plans lose such a day, which is not theirs. What has a day after the article is still to come.
    """
    bounds = episode.bounds
    if bounds is None or window is None:
        return episode
    ahead = bounds.earliest is not None and window.latest is not None and bounds.earliest > window.latest
    if ahead and episode.status is Status.OCCURRED and episode.type not in SPEECH_ACTS:
        return replace(episode, status=Status.PLANNED)
    if episode.status is not Status.PLANNED or bounds.latest is None or window.earliest is None:
        return episode
    if bounds.latest >= window.earliest:
        return episode
    return replace(episode, status=Status.OCCURRED) if episode.type in BEGUN else replace(episode, bounds=None)
