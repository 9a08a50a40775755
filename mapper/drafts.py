"""What one sentence tells of an event, with its day, its place and how it is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from mapper.attachment import counts_from_clause
from mapper.document import Bounds, DateReason, Entity, Kind, LineKind, Medium, Sentence, Status
from mapper.episodes import TALKS, Episode
from mapper.matches import Match
from mapper.modality import at_once, is_perfect
from mapper.operative import is_completed
from mapper.patterns import BEGUN, PAPERS, SIDELINES, SPEECH_ACTS
from mapper.places import is_here, only_city, place_of
from mapper.reported import is_reported, is_unconfirmed
from mapper.sameness import ACTS_OF_STATE
from mapper.standing import Standing
from mapper.syntax import children, subjects
from mapper.timeline import Timeline
from mapper.timing import Resolver, beside_what, bounds_of, shift_of, told_of, with_participle

if TYPE_CHECKING:
    pass

PLACED = frozenset(
    {"Meeting", "Visit", "Summit", "Negotiation", "Mediation", "Agreement", "JointStatement", "Deployment", "Vote"}
)
"""Classes whose place is looked for beyond the event's own adjuncts."""
TRAVEL = frozenset({"Visit", "Deployment"})
"""Classes whose place is where somebody goes or is sent."""
REPEATEDLY = frozenset({"long", "repeatedly", "often", "always", "consistently", "regularly"})
SETTLED = BEGUN | {*TALKS, "Vote"}
DEMONSTRATIVES = frozenset({"that", "this", "those", "these"})
MONTH = 31
PRECEDING = 2
"""How many sentences back in its paragraph the day of a sentence without one may be told."""
RECENT_NEWS = 21
"""Days before an article beyond which nothing is what its headline tells."""


@dataclass(frozen=True, slots=True)
class Drafter:
    """Reads one article's sentences. `window` is when it was written, `resolve` turns its time words into bounds."""

    sentences: Sequence[Sentence]
    window: Bounds | None
    resolve: Resolver
    standing: Standing
    timeline: Timeline
    here: Entity | None = None
    """The city that the dateline names."""

    def draft(self, match: Match) -> Episode | None:
        """The event as the sentence of the match tells it; None when nobody takes part in it."""
        settled = [(self.standing.at_home(actor.entity), role) for actor, role in match.actors]
        parts = {entity.key: (entity, role) for entity, role in reversed(settled)}
        if not parts and not match.reference:
            return None
        if match.trigger.type in ACTS_OF_STATE or match.trigger.type == "Vote":
            parts = self.standing.states_for_envoys(parts)
        done_by_saying = match.trigger.type in BEGUN
        upon = match.trigger.type in SPEECH_ACTS
        bounds = bounds_of(match.sentence, match.anchors, match.mode.tense, self.resolve, upon=upon)
        if match.mode.tense == "future" and bounds and bounds.reason is DateReason.STATEMENT and not done_by_saying:
            bounds = None  # the day of the announcement
        if (
            bounds
            and bounds.reason is DateReason.STATEMENT
            and match.mode.pluperfect
            and match.trigger.type not in SETTLED
        ):
            bounds = None  # "said on Sunday that they had invited him"
        if bounds and self._status(match) is Status.OCCURRED and self._to_come(bounds):
            bounds = None  # the time of a plan that the sentence tells too
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
            self._status(match),
            _claimant(match),
            match.mode.pluperfect,
            floor=self._floor() if headline else None,
            nearby=self._nearby(match.number),
            elsewhen=() if root else self._told_times(match.number),
            before=() if headline else self._before(match),
            since=told_of(match.sentence, match.anchors, self.resolve) if upon and bounds is None else None,
            goes_on=self._goes_on(match),
            aside=not headline and self._aside(match.number),
            beside=beside_what(match.anchors) if bounds is None else None,
            shift=self._shift(match) if bounds is None else None,
            perfect=is_perfect(match.token),
            habitual=not headline and _habitual(match),
        )

    def _status(self, match: Match) -> Status:
        """How the event is told: what others have not confirmed is only alleged."""
        status = match.trigger.status or match.mode.status
        if match.trigger.type == "Denial" and status in (Status.DENIED, Status.ALLEGED):
            return Status.OCCURRED  # who denies that they denied it has denied it
        if status is Status.PLANNED and match.trigger.type in BEGUN and at_once(match.token):
            return Status.OCCURRED
        reported = status is Status.OCCURRED and match.mode.pluperfect and is_reported(match.token)
        unsure = reported and is_unconfirmed(self.sentences[match.number : match.number + 2])
        return Status.ALLEGED if unsure else status

    def _to_come(self, bounds: Bounds) -> bool:
        """Whether it begins on the day of writing and ends later."""
        written = self.window.latest if self.window else None
        return bool(written and bounds.earliest and bounds.latest and bounds.earliest >= written < bounds.latest)

    def _floor(self) -> date | None:
        """The first day on which what the headline tells can have happened."""
        return self.window.earliest - timedelta(RECENT_NEWS) if self.window and self.window.earliest else None

    def _place(self, match: Match) -> Entity | None:
        """Where it happens; people who talk from afar are nowhere together."""
        capital = self.standing.gazetteer.capital
        kind, medium = match.trigger.type, match.trigger.medium
        agreed = [a for a in match.anchors if kind == "Agreement" and a.dep_ == "xcomp" and a.head in match.anchors]
        anchors = with_participle([a for a in match.anchors if a not in agreed])  # not where they agree to meet
        travel, said = kind in TRAVEL, kind in SPEECH_ACTS
        location = place_of(match.sentence, anchors, travel=travel, capital=capital, here=self.here, said=said)
        if medium in (Medium.TELEPHONE, Medium.VIRTUAL):
            return None
        if location is None and kind in PLACED:
            here = self.here if any(is_here(token) for token in match.sentence.parse) else None
            return here or only_city(match.sentence, capital=capital)
        return location

    def _nearby(self, number: int) -> tuple[Bounds, ...]:
        """What the time words of a sentence mean, then those of the lead and of the two sentences that follow."""
        lead = self._lead(number)
        before = number < lead  # a summary or a caption: the lead tells the day
        near = (lead, number) if before else (number, *((lead,) if number <= lead + 2 else ()))
        order = dict.fromkeys((*near, number + 1, number + 2))
        return tuple(b for n in order if n < len(self.sentences) for b in self._told_times(n))

    def _lead(self, default: int = 0) -> int:
        """The number of the first sentence of the text itself."""
        body = (n for n, s in enumerate(self.sentences) if s.line.kind is LineKind.BODY and not _point(s))
        return next(body, default)

    def news(self) -> Bounds | None:
        """The day that the article reports, or its own when it names none."""
        if self.window is None or self.window.latest is None:
            return None
        told = self.timeline.news(self._lead(), self.window.latest)
        if told is None and self.window.day:
            return replace(self.window, reason=DateReason.PUBLICATION)
        return told

    def _paragraph(self, number: int) -> Iterator[int]:
        """The numbers of the few sentences before it in its paragraph, the nearest first."""
        for n in range(number - 1, max(number - 1 - PRECEDING, -1), -1):
            before = self.sentences[n]
            if before.paragraph != self.sentences[number].paragraph or before.line.kind is LineKind.HEADLINE:
                return
            yield n

    def _before(self, match: Match) -> tuple[Bounds, ...]:
        """What the nearest sentence before it in its paragraph that tells a time tells."""
        acting = {actor.entity.key for actor, _ in match.actors}
        for n in self._paragraph(match.number):
            times = (one.bounds for one in self.timeline.told[n] if one.main or one.of & acting)
            told = tuple(b for b in times if b.day or _days(b) <= MONTH)
            if told:
                return told
        return ()

    def _shift(self, match: Match) -> tuple[int, bool, Bounds | None] | None:
        """The expression that counts its day from another one, whether that one is meant, and what was told before."""
        found = shift_of(match.sentence, match.anchors, self.resolve)
        if found is None:
            return None
        start, inverse = found
        if counts_from_clause(match.sentence, start):
            return start, inverse, next(iter(self._before(match)), None)
        return start, inverse, self.timeline.anchor(match.number, start)

    def _aside(self, number: int) -> bool:
        """Whether the paragraph has gone back to what was before another event: "a week earlier, …"."""
        return any(
            word.time and self.resolve.shifts(word.start)
            for n in self._paragraph(number)
            for word in self.sentences[n].words
        )

    def _goes_on(self, match: Match) -> bool:
        """Whether the sentence refers to the one before: "that plan", "he", "the plan" after "a plan"."""
        first = match.sentence.parse[: match.token.i + 6]
        if any(t.lower_ in DEMONSTRATIVES and t.dep_ == "det" for t in first) or first[0].tag_ in ("PRP", "PRP$"):
            return True
        if any(a.word < match.token.i and match.sentence.parse[a.word].tag_ == "PRP" for a, _ in match.actors):
            return True
        before = next(self._paragraph(match.number), None)
        told = {t.lemma_ for t in self.sentences[before].parse if t.pos_ == "NOUN"} if before is not None else set()
        return any(
            noun.lemma_ in told and any(c.lower_ == "the" for c in children(noun, "det"))
            for noun in children(match.token, "dobj", "nsubjpass", "nsubj")
        )

    def _told_times(self, number: int) -> tuple[Bounds, ...]:
        """What the time expressions of a sentence mean, read as past."""
        return tuple(told.bounds for told in self.timeline.told[number])


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


def _habitual(match: Match) -> bool:
    """Whether the words tell of no single day: present tense, "has long denied", "at the invitation of".

    Papers speak in the present: "the resolution condemns".
    """
    token = match.token
    if (
        match.trigger.nominal
        and token.dep_ == "pobj"
        and token.head.lower_ == "at"
        and match.trigger.type == "Invitation"
    ):
        return True
    if match.mode.tense == "present":
        return not any(noun.lemma_ in PAPERS for noun in subjects(token))
    return any(child.lower_ in REPEATEDLY for child in token.children)


def _point(sentence: Sentence) -> bool:
    """Whether it is a point of a list, as summaries have them."""
    return sentence.words[0].form in ("•", "-", "–", "*", "·")


def _days(bounds: Bounds) -> int:
    return (bounds.latest - bounds.earliest).days if bounds.earliest and bounds.latest else 10_000
