"""The events that each sentence tells: rules matched against the parse.

Three matchers, each in a module of its own: verbs ("condemned"), nouns ("a meeting between …") and, for headlines that
the parser cannot read, the order of names and trigger words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from mapper.actors import Actor, Actors
from mapper.document import Kind, LineKind, Role, Sentence, Status
from mapper.ellipsis import done_likewise, gapped
from mapper.matches import Args, Match
from mapper.modality import Mode
from mapper.nominals import taken_up, told_by_noun
from mapper.patterns import MEASURES, SPEECH_ACTS, is_decided
from mapper.rules import Rules
from mapper.scenes import PlaceOf, Scene, finished, fitting
from mapper.surface import Surface, roles_of
from mapper.syntax import is_verb
from mapper.verbs import told_by_verb

if TYPE_CHECKING:
    from spacy.tokens import Token

REACH = 2
"""How many sentences after a measure others are told without who takes them."""
BY_ORDER = 0.9
"""How sure the order of words is, compared with the parse."""


class Extractor:
    """Matches the rules against one document.

    `place` tells at which place something told by the given words of a sentence happens.
    """

    def __init__(self, rules: Rules, actors: Actors, place: PlaceOf):
        self._rules = rules
        self._actors = actors
        self._place = place
        self._surface = Surface(rules, actors)
        self._last: Match | None = None
        self._measure: Match | None = None
        self._organ: tuple[Actor, ...] = ()

    def matches(self, number: int, sentence: Sentence) -> list[Match]:
        """The events that the sentence with this number tells, in its order."""
        if sentence.line.kind is LineKind.HEADLINE and sentence.words[-1].form == "?" and not presupposes(sentence):
            return []  # it asks what the article answers
        before = Scene(sentence, number, self._actors, self._place)
        found: dict[int, Match] = {}
        taken: set[int] = set()
        for token in sentence.parse:
            word = sentence.words[token.i]
            if word.mention is not None or word.time:
                continue
            recent = self._measure if self._measure and number - self._measure.number <= REACH else None
            scene = replace(before, measure=recent, organ=self._organ)
            match = self._best(scene, token) or done_likewise(scene, token, self._last) or taken_up(scene, token)
            if match is not None:
                found[token.i] = match
                taken.update(anchor.i for anchor in match.anchors if anchor.i != token.i)
                self._remember(match)
        if sentence.line.kind is LineKind.HEADLINE:
            first = min((index for index, match in found.items() if not match.reference), default=len(sentence.words))
            match = self._by_order(before)
            if match is not None and match.token.i < first:
                found[match.token.i] = match
        taken.update(_done_by_agreeing(found))
        told = [
            match
            for index, match in found.items()
            if index not in taken or not (match.trigger.nominal or match.trigger.type == "Agreement")
        ]
        return [each for match in told for each in gapped(before, match)]

    def acts(self, sentence: Sentence) -> frozenset[str]:
        """The classes of measures that its words tell, whoever takes them: "More than 20 countries expel envoys"."""
        present = {form for token in sentence.parse for form in (token.lemma_.lower(), token.lower_)}
        told = (
            trigger
            for token in sentence.parse
            if sentence.words[token.i].mention is None
            for trigger in (self._rules.verbs if is_verb(token) else self._rules.nouns).get(token.lemma_.lower(), ())
        )
        return frozenset(
            trigger.type
            for trigger in told
            if trigger.type in MEASURES
            and not trigger.without & present
            and all(
                not words or words & present
                for words in (trigger.objects, trigger.subjects, trigger.modifiers, trigger.particles)
            )
        )

    def _remember(self, match: Match) -> None:
        """Keep what the next words may take up."""
        if match.reference:
            return
        self._last = match
        actors = tuple(actor for actor, role in match.actors if role is Role.INITIATOR)
        if match.trigger.type in MEASURES and actors:
            self._measure = match
        if match.trigger.type == "Vote" and actors:
            self._organ = tuple(actor for actor in actors if actor.entity.kind is Kind.ORGANIZATION)

    def _best(self, scene: Scene, token: Token) -> Match | None:
        """The most specific reading of a word, by the parse."""
        lemma = token.lemma_.lower()
        if is_verb(token):
            readings = [told_by_verb(trigger, scene, token) for trigger in self._rules.verbs.get(lemma, ())]
        elif token.pos_ in ("NOUN", "PROPN", "ADJ"):
            readings = [told_by_noun(trigger, scene, token) for trigger in self._rules.nouns.get(lemma, ())]
        else:
            return None
        return max((match for match in readings if match), key=_weight, default=None)

    def _by_order(self, scene: Scene) -> Match | None:
        """The most specific reading of a headline, by the order of its words."""
        readings: list[Match] = []
        for trigger, token, places, ahead in self._surface.candidates(scene.number, scene.sentence):
            if ahead and trigger.type in SPEECH_ACTS:
                continue
            args = Args()
            for place, actors, role in roles_of(trigger, places):
                args.add(place, fitting(trigger, place, actors), role)
            mode = Mode(Status.PLANNED, "future") if ahead else Mode(Status.OCCURRED, "present")
            match = finished(scene, trigger, (token,), args, mode, word=token.lower_)
            if match is not None:
                readings.append(replace(match, matcher="surface", confidence=match.confidence * BY_ORDER))
        return max(readings, key=_weight, default=None)


def presupposes(sentence: Sentence) -> bool:
    """Whether the question takes for granted what it names: "Why did Lima cut ties?", "What is behind …?"."""
    words = [word.form.lower() for word in sentence.words[:4]]
    return words[:1] == ["why"] or (words[:1] == ["what"] and "behind" in words)


def _done_by_agreeing(found: Mapping[int, Match]) -> Iterator[int]:
    """Where people agree on what is told as an act of its own: "agreed to restore ties"."""
    for index, match in found.items():
        verb = match.token
        if match.trigger.type in MEASURES and is_decided(verb) and verb.head.lemma_ == "agree" and index != verb.head.i:
            yield verb.head.i


def _weight(match: Match) -> tuple[int, float, int]:
    return match.trigger.specificity, match.confidence, len(match.actors)
