"""From matches to the article's events: who in which capacity, when, where, about what, by which words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from mapper.actors import side
from mapper.document import (
    Article,
    Bounds,
    Capacity,
    DateReason,
    Entity,
    Event,
    Evidence,
    Form,
    Granularity,
    Kind,
    LineKind,
    Medium,
    Mention,
    Participation,
    Role,
    Sentence,
    Status,
    Title,
)
from mapper.episodes import ACTS_OF_STATE, Episode, apart, gather, principals
from mapper.gazetteer import Gazetteer
from mapper.matches import Match
from mapper.modality import is_perfect
from mapper.occasions import choose_main, date_main, leading, name_leaders, spread_dates, spread_places, take_up
from mapper.offices import capacity, represents
from mapper.places import only_city, place_of
from mapper.syntax import children, clause_head
from mapper.timing import Resolver, bounds_of, shift_of
from mapper.topics import Topics
from mapper.vocabulary import Ontology

if TYPE_CHECKING:
    from spacy.tokens import Token

PLACED = frozenset(
    {"Meeting", "Visit", "Summit", "Negotiation", "Mediation", "Agreement", "JointStatement", "Deployment", "Vote"}
)
"""Classes whose place is looked for beyond the event's own adjuncts."""
TRAVEL = frozenset({"Visit"})
SIDELINES = frozenset({"sideline", "margin", "fringe"})
RECENT_NEWS = 21
"""Days before an article beyond which nothing is what its headline tells."""
TENTATIVE = 0.4
"""What is less sure than this counts only when the article tells it twice."""
LASTING = re.compile(r"(?i)\b(\w+)[- ]day\b(?=[\w -]{0,30}\b(?:visit|trip|tour)\b)")
DAYS = {word: n for n, word in enumerate("two three four five six seven eight nine ten".split(), 2)} | {str(n): n for n in range(2, 15)}
"""How long "a four-day visit" lasts."""
BEGUN = frozenset({"RelationsChange", "Agreement", "Sanction", "AidPledge", "Deployment", "JointStatement"})
"""Acts that are done by announcing them."""
LEAST = 0.3
"""Events that are less sure are not worth telling."""


@dataclass(frozen=True, slots=True)
class Builder:
    """Builds the events of one article."""

    article: Article
    mentions: Sequence[Mention]
    window: Bounds | None
    gazetteer: Gazetteer
    topics: Topics
    ontology: Ontology
    resolve: Resolver
    sentences: Sequence[Sentence]

    def events(self, matches: Sequence[Match]) -> tuple[Event, ...]:
        """The events that these matches tell, in the order of the article; the main one is marked."""
        drafts = [draft for match in matches if not match.reference and (draft := self._draft(match)) is not None]
        references = [draft for match in matches if match.reference and (draft := self._draft(match)) is not None]
        episodes = leading(gather(apart(drafts)), self.sentences)
        international = any(len(principals(e)) > 1 for e in episodes)
        episodes = [e for e in episodes if e.confidence >= LEAST and self._diplomatic(e, international)]
        choose_main(episodes)
        take_up(episodes, references)
        episodes = [e for e in episodes if e.confidence >= TENTATIVE or len(e.matches) > 1]
        if not any(e.main for e in episodes):
            choose_main(episodes)
        name_leaders(episodes)
        main = date_main(episodes, self.window)
        if main is not None:
            self._count(episodes, main)
            spread_dates(episodes, main, self.window)
        spread_places(episodes)
        return tuple(self._event(self._settled(e)) for e in sorted(episodes, key=lambda e: (e.first, e.matches[0].token.i)))

    def _count(self, episodes: Sequence[Episode], main: Episode) -> None:
        """Date what is told as so many days before or after the main event."""
        for episode in episodes:
            if episode.bounds is None and episode.shift is not None and main.bounds is not None and episode is not main:
                start, inverse = episode.shift
                bounds = self.resolve(start, tense="past", anchor=main.bounds, inverse=inverse)
                episode.bounds = replace(bounds, reason=DateReason.CONTEXT) if bounds else None

    # --- drafts ---

    def _draft(self, match: Match) -> Episode | None:
        settled = [(self._at_home(actor.entity), role) for actor, role in match.actors]
        parts = {entity.key: (entity, role) for entity, role in reversed(settled)}
        if not parts and not match.reference:
            return None
        kind = match.trigger.type
        if kind in ACTS_OF_STATE:
            parts = self._states_for_envoys(parts)
        bounds = bounds_of(match.sentence, match.anchors, match.mode.tense, self.resolve)
        location = place_of(match.sentence, match.anchors, travel=kind in TRAVEL, capital=self.gazetteer.capital)
        if match.trigger.medium in (Medium.TELEPHONE, Medium.VIRTUAL) and (location is None or location.kind is not Kind.PLACE or location.country is None):
            location = None
        if location is None and kind in PLACED and match.trigger.medium is not Medium.TELEPHONE:
            location = only_city(match.sentence, capital=self.gazetteer.capital)
        claimant = None
        if match.mode.claimant is not None:
            mention = match.sentence.words[match.mode.claimant.i].mention
            claimant = mention.entity if mention else None
        status = match.trigger.status or match.mode.status
        root = match.token.dep_ in ("ROOT", "conj") or match.token.head.dep_ == "ROOT"
        headline = match.sentence.line.kind is LineKind.HEADLINE
        told = () if root else self._told_times(match.number)
        if status is Status.DENIED and kind == "Denial":
            status = Status.OCCURRED
        return Episode(
            kind,
            parts,
            [match],
            bounds,
            location,
            self._occasion(match),
            match.trigger.medium,
            status,
            claimant,
            match.mode.pluperfect,
            floor=self.window.earliest - timedelta(RECENT_NEWS)
            if headline and self.window and self.window.earliest
            else None,
            nearby=() if headline else self._nearby(match.number),
            elsewhen=told,
            shift=shift_of(match.sentence, match.anchors, self.resolve) if bounds is None else None,
            perfect=is_perfect(match.token),
            habitual=_habitual(match),
        )

    def _nearby(self, number: int) -> tuple[Bounds, ...]:
        """What the time expressions of a sentence mean, then those of the lead, then those of the two sentences that follow."""
        lead = next((n for n, s in enumerate(self.sentences) if s.line.kind is LineKind.BODY), number)
        before = number < lead  # a summary or a caption: the lead tells the day
        near = (lead, number) if before else (number, *((lead,) if number <= lead + 2 else ()))
        order = dict.fromkeys((*near, number + 1, number + 2))
        return tuple(bounds for n in order for bounds in self._told_times(n))

    def _told_times(self, number: int) -> tuple[Bounds, ...]:
        """What the time expressions of a sentence mean, read as past."""
        if number >= len(self.sentences):
            return ()
        sentence = self.sentences[number]
        found = (
            self.resolve(word.start, tense="past")
            for index, word in enumerate(sentence.words)
            if word.time and _looks_back(clause_head(sentence.parse[index]))
        )
        return tuple(b for b in found if b and b.earliest and b.latest)

    def _occasion(self, match: Match) -> Entity | None:
        """The gathering on whose sidelines it happened."""
        words = match.sentence.words
        for token in match.sentence.parse:
            if token.lemma_ in SIDELINES:
                for later in token.subtree:
                    mention = words[later.i].mention
                    if mention and mention.entity and mention.entity.kind in (Kind.ORGANIZATION, Kind.OCCASION):
                        entity = mention.entity
                        return Entity(f"occasion-{entity.key.lower()}", entity.label, Kind.OCCASION)
        return None

    def _diplomatic(self, episode: Episode, international: bool) -> bool:
        """Whether it crosses a border: two sides, or one side in an article about more than one."""
        entities = [entity for entity, _ in episode.parts.values()]
        if not any(self._stands_for_something(entity, episode) for entity in entities):
            return False
        initiators = [entity for entity, role in episode.parts.values() if role is Role.INITIATOR]
        if initiators and not any(self._stands_for_something(entity, episode) for entity in initiators):
            return False
        if episode.type == "Visit":
            place = episode.location
            home = {entity.country for entity in entities}
            if place is None:
                return any(m.word.startswith("Visit/noun") or m.trigger.objects for m in episode.matches)
            return (place.key if place.kind is Kind.STATE else place.country) not in home
        if len(principals(episode)) > 1:
            return True
        if not principals(episode):
            return False
        if len(entities) > 1 and all(side(entity) for entity in entities):
            return international and not all(entity.kind is Kind.PERSON for entity in entities)
        if (episode.type == "Vote" and self._in_an_organ(episode)) or any(
            entity.kind is Kind.ORGANIZATION and entity.qid and not entity.country for entity in entities
        ):
            return True
        return international or self._names_others(episode)

    def _in_an_organ(self, episode: Episode) -> bool:
        """Whether the vote is one of an organization of states: it is named, or only there is there a veto."""
        words = [word for match in episode.matches for word in match.sentence.words]
        named = [word.mention.entity for word in words if word.mention and word.mention.entity]
        return any(e.kind is Kind.ORGANIZATION and not e.country for e in named) or any(
            m.token.lemma_ == "veto" for m in episode.matches
        )

    def _names_others(self, episode: Episode) -> bool:
        """Whether the sentences that tell it name another state than its own."""
        own = principals(episode)
        for match in episode.matches:
            for word in match.sentence.words:
                named = word.mention.entity if word.mention else None
                if named is not None and named.kind is Kind.STATE and named.key not in own:
                    return True
        return False

    def _stands_for_something(self, entity: Entity, episode: Episode) -> bool:
        """Whether an entity is one that diplomacy is made by: not a company, a club or a private person."""
        if entity.qid or entity.kind in (Kind.STATE, Kind.ARMED_GROUP, Kind.MISSION, Kind.GOVERNMENT_BODY):
            return True
        return entity.kind is Kind.PERSON and self._title(entity) is not None

    # --- events ---

    def _settled(self, episode: Episode) -> Episode:
        """A plan whose day has passed is the day of its announcement: what states announce to do they have begun.

        Other plans lose such a day, which is not theirs.
        """
        written, bounds = self.window, episode.bounds
        if episode.status is not Status.PLANNED or bounds is None or bounds.latest is None or written is None or written.earliest is None:
            return episode
        if bounds.latest >= written.earliest:
            return episode
        if episode.type in BEGUN:
            return replace(episode, status=Status.OCCURRED)
        return replace(episode, bounds=None)

    def _event(self, episode: Episode) -> Event:
        day = episode.bounds or self.window
        parts = tuple(
            self._participation(entity, one, day, self._hat(episode, entity))
            for _, (entity, role) in sorted(episode.parts.items())
            for one in ((Role.INITIATOR, role) if role is Role.MEDIATOR else (role,))
        )
        evidence = {}
        for match in episode.matches:
            sentence = match.sentence
            evidence.setdefault(
                (sentence.start, sentence.end),
                Evidence(
                    sentence.start,
                    sentence.end,
                    self.article.text[sentence.start : sentence.end],
                    match.word,
                    match.matcher,
                ),
            )
        text = " ".join(e.exact for e in evidence.values())
        if episode.main:
            text = " ".join([text, *(self.article.text[s.start : s.end] for s in self.sentences[: episode.first + 4])])
        medium = episode.medium
        return Event(
            type=episode.type,
            participations=parts,
            evidence=tuple(evidence[key] for key in sorted(evidence)),
            bounds=self._bounds(episode),
            location=episode.location,
            occasion=episode.occasion,
            medium=medium,
            status=episode.status,
            claimant=episode.claimant,
            topics=self.topics.of(text),
            main=episode.main,
            confidence=round(episode.confidence, 2),
            rejected=tuple(episode.rejected),
        )

    def _bounds(self, episode: Episode) -> Bounds | None:
        bounds = episode.bounds
        if episode.type == "Visit" and bounds is not None and bounds.earliest and bounds.day:
            text = " ".join(self.article.text[m.sentence.start : m.sentence.end] for m in episode.matches)
            if (told := LASTING.search(text)) and (days := DAYS.get(told.group(1).lower())):
                return replace(bounds, latest=bounds.earliest + timedelta(days - 1), granularity=Granularity.RANGE)
        if bounds is None or bounds.earliest is None or bounds.latest is None:
            return None
        return bounds

    def _states_for_envoys(self, parts: dict[str, tuple[Entity, Role]]) -> dict[str, tuple[Entity, Role]]:
        """An act against an ambassador is one against the state that the ambassador stands for."""
        found: dict[str, tuple[Entity, Role]] = {}
        for entity, role in parts.values():
            home = self.gazetteer.entity(entity.country) if role is Role.TARGET and entity.kind is Kind.PERSON and entity.country else None
            found.setdefault((home or entity).key, (home or entity, role))
        return found

    def _at_home(self, entity: Entity) -> Entity:
        """A person of whom no table tells the state, with the one that the article's title gives ("the Omani minister")."""
        if entity.kind is Kind.GOVERNMENT_BODY and not entity.country:
            words = entity.label.split()
            for length in (3, 2, 1):
                for state, _, _ in self.gazetteer.candidates(" ".join(words[:length])):
                    if state.kind is Kind.STATE:
                        return state  # "US Treasury Department"
        if entity.kind is not Kind.PERSON or entity.country:
            return entity
        title = self._title(entity)
        home = self.gazetteer.entity(title.of) if title and title.of else None
        return replace(entity, country=home.key) if home is not None else entity

    def _hat(self, episode: Episode, person: Entity) -> Title | None:
        """The office in which the sentences of the event name the person, where it is of another body than the usual one."""
        usual = self._title(person)
        for match in episode.matches:
            for actor, _ in match.actors:
                title = actor.mention.title if actor.mention and actor.entity.key == person.key else None
                if title is not None and title.of is not None and usual is not None and title.of != usual.of:
                    return title
        return None

    def _participation(self, entity: Entity, role: Role, day: Bounds | None, hat: Title | None) -> Participation:
        if entity.kind is not Kind.PERSON:
            return Participation(entity, role)
        title = hat if hat is not None else self._title(entity)
        office: Capacity | None = capacity(entity, title, self.gazetteer, day)
        behalf = represents(entity, self.gazetteer, title, day)
        return Participation(entity, role, office, behalf)

    def _title(self, person: Entity) -> Title | None:
        """The office that the article names the person with, the fullest first."""
        titles = [
            m.title
            for m in self.mentions
            if m.entity and m.entity.key == person.key and m.title and m.form is not Form.REFERENCE
        ]
        return (
            max(titles, key=lambda t: (t.of is not None, t.office is not None, len(t.words), -t.start))
            if titles
            else None
        )


def _looks_back(verb: Token) -> bool:
    """Whether a clause is in the past tense, or has no verb at all."""
    return verb.tag_ not in ("VBZ", "VBP", "VB") and not any(
        c.lower_ in ("will", "would", "to") for c in children(verb, "aux")
    )


def _habitual(match: Match) -> bool:
    """Whether the words tell of no single day: present tense outside a headline, "has long denied"."""
    if match.sentence.line.kind is LineKind.HEADLINE:
        return False
    repeated = any(
        child.lower_ in ("long", "repeatedly", "often", "always", "consistently", "regularly")
        for child in match.token.children
    )
    return match.mode.tense == "present" or repeated


__all__ = ["Builder", "Medium", "Status"]
