"""What one sentence tells of an event, with its day, its place and how it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from mapper.document import Bounds, Entity, Kind, LineKind, Medium, Sentence, Status
from mapper.episodes import Episode
from mapper.matches import Match
from mapper.modality import is_perfect
from mapper.operative import is_completed
from mapper.places import only_city, place_of
from mapper.sameness import ACTS_OF_STATE
from mapper.standing import Standing
from mapper.syntax import children, clause_head
from mapper.timing import Resolver, bounds_of, shift_of

if TYPE_CHECKING:
    from spacy.tokens import Token

PLACED = frozenset(
    {"Meeting", "Visit", "Summit", "Negotiation", "Mediation", "Agreement", "JointStatement", "Deployment", "Vote"}
)
"""Classes whose place is looked for beyond the event's own adjuncts."""
TRAVEL = frozenset({"Visit"})
"""Classes whose place is where somebody goes."""
SIDELINES = frozenset({"sideline", "margin", "fringe"})
REPEATEDLY = frozenset({"long", "repeatedly", "often", "always", "consistently", "regularly"})
RECENT_NEWS = 21
"""Days before an article beyond which nothing is what its headline tells."""


@dataclass(frozen=True, slots=True)
class Drafter:
    """Reads one article's sentences. `window` is when it was written, `resolve` turns its time words into bounds."""

    sentences: Sequence[Sentence]
    window: Bounds | None
    resolve: Resolver
    standing: Standing

    def draft(self, match: Match) -> Episode | None:
        """The event as the sentence of the match tells it; None when nobody takes part in it."""
        settled = [(self.standing.at_home(actor.entity), role) for actor, role in match.actors]
        parts = {entity.key: (entity, role) for entity, role in reversed(settled)}
        if not parts and not match.reference:
            return None
        if match.trigger.type in ACTS_OF_STATE:
            parts = self.standing.states_for_envoys(parts)
        bounds = bounds_of(match.sentence, match.anchors, match.mode.tense, self.resolve)
        if bounds is None and is_completed(match.sentence) and match.mode.tense != "future":
            bounds = self.window  # a resolution is done by saying so
        headline = match.sentence.line.kind is LineKind.HEADLINE
        root = match.token.dep_ in ("ROOT", "conj") or match.token.head.dep_ == "ROOT"
        return Episode(
            match.trigger.type,
            parts,
            [match],
            bounds,
            self._place(match),
            _occasion(match),
            match.trigger.medium,
            _status(match),
            _claimant(match),
            match.mode.pluperfect,
            floor=self._floor() if headline else None,
            nearby=() if headline else self._nearby(match.number),
            elsewhen=() if root else self._told_times(match.number),
            shift=shift_of(match.sentence, match.anchors, self.resolve) if bounds is None else None,
            perfect=is_perfect(match.token),
            habitual=not headline and _habitual(match),
        )

    def _floor(self) -> date | None:
        """The first day on which what the headline tells can have happened."""
        return self.window.earliest - timedelta(RECENT_NEWS) if self.window and self.window.earliest else None

    def _place(self, match: Match) -> Entity | None:
        """Where it happens; people who talk from afar are placed only where a city is named."""
        capital = self.standing.gazetteer.capital
        kind, medium = match.trigger.type, match.trigger.medium
        location = place_of(match.sentence, match.anchors, travel=kind in TRAVEL, capital=capital)
        city = location is not None and location.kind is Kind.PLACE and location.country is not None
        if medium in (Medium.TELEPHONE, Medium.VIRTUAL) and not city:
            location = None
        if location is None and kind in PLACED and medium is not Medium.TELEPHONE:
            return only_city(match.sentence, capital=capital)
        return location

    def _nearby(self, number: int) -> tuple[Bounds, ...]:
        """What the time words of a sentence mean, then those of the lead and of the two sentences that follow."""
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


def _status(match: Match) -> Status:
    status = match.trigger.status or match.mode.status
    denies = match.trigger.type == "Denial" and status in (Status.DENIED, Status.ALLEGED)
    return Status.OCCURRED if denies else status  # who denies that they denied it has denied it


def _claimant(match: Match) -> Entity | None:
    if match.mode.claimant is None:
        return None
    mention = match.sentence.words[match.mode.claimant.i].mention
    return mention.entity if mention else None


def _occasion(match: Match) -> Entity | None:
    """The gathering on whose sidelines it happened."""
    words = match.sentence.words
    for token in match.sentence.parse:
        if token.lemma_ not in SIDELINES:
            continue
        for later in token.subtree:
            mention = words[later.i].mention
            if mention and mention.entity and mention.entity.kind in (Kind.ORGANIZATION, Kind.OCCASION):
                return Entity(f"occasion-{mention.entity.key.lower()}", mention.entity.label, Kind.OCCASION)
    return None


def _looks_back(verb: Token) -> bool:
    """Whether a clause is in the past tense, or has no verb at all."""
    ahead = any(child.lower_ in ("will", "would", "to") for child in children(verb, "aux"))
    return not ahead and verb.tag_ not in ("VBZ", "VBP", "VB")


def _habitual(match: Match) -> bool:
    """Whether the words tell of no single day: present tense, "has long denied"."""
    return match.mode.tense == "present" or any(child.lower_ in REPEATEDLY for child in match.token.children)
