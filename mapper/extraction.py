"""The events that each sentence tells: rules matched against the parse.

Three matchers, each in a function of its own: verbs ("condemned"), nouns ("a meeting between …") and, for headlines that
the parser cannot read, the order of names and trigger words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from mapper.actors import Actor, Actors
from mapper.document import Entity, LineKind, Medium, Role, Sentence, Status
from mapper.matches import BROAD, Args, Match, persons_before_states
from mapper.modality import Mode, is_attribute, mode_of
from mapper.patterns import (
    BY_PHONE,
    DEFINITE,
    HOSTING,
    REFERABLE,
    SPEECH_ACTS,
    WHOLES,
    attends,
    during,
    exist,
    has_modifier,
    neutral,
    refused,
    speaker_of,
    to_come,
    together,
)
from mapper.rules import Rules, Trigger
from mapper.surface import Surface, roles_of
from mapper.syntax import (
    children,
    clause_head,
    complement,
    group,
    has_particle,
    is_verb,
    objects,
    prepositional,
    shared_objects,
    subjects,
)

if TYPE_CHECKING:
    from spacy.tokens import Token


class Extractor:
    """Matches the rules against one document."""

    def __init__(self, rules: Rules, actors: Actors, place: Callable[[Sentence, Sequence[Token]], Entity | None]):
        self._rules = rules
        self._actors = actors
        self._place = place
        self._surface = Surface(rules, actors)

    def matches(self, number: int, sentence: Sentence) -> list[Match]:
        """The events that a sentence tells, in its order."""
        found: dict[int, Match] = {}
        taken: set[int] = set()
        for token in sentence.parse:
            if sentence.words[token.i].mention is not None or sentence.words[token.i].time:
                continue
            match = self._best(number, sentence, token)
            if match is None and token.pos_ in ("NOUN", "PROPN") and token.lemma_.lower() in REFERABLE:
                match = self._reference(number, sentence, token)
            if match is not None:
                found[token.i] = match
                taken.update(anchor.i for anchor in match.anchors if anchor.i != token.i)
        if sentence.line.kind is LineKind.HEADLINE:
            told = [index for index, match in found.items() if not match.reference]
            found |= {i: m for i, m in self._headline(number, sentence).items() if not told or i < min(told)}
        return [match for index, match in found.items() if index not in taken or not match.trigger.nominal]

    def _headline(self, number: int, sentence: Sentence) -> dict[int, Match]:
        """The best surface reading of a headline that the parser could not read."""
        readings: list[Match] = []
        for trigger, token, places, ahead in self._surface.candidates(number, sentence):
            if ahead and trigger.type in SPEECH_ACTS:
                continue
            args = Args()
            for place, actors, role in roles_of(trigger, places):
                args.add(place, self._fit(trigger, place, actors), role)
            mode = Mode(Status.PLANNED, "future") if ahead else Mode(Status.OCCURRED, "present")
            word = token.lower_
            for match in self._finish(trigger, number, sentence, token, (token,), args, mode, "verb", word):
                readings.append(replace(match, matcher="surface", confidence=match.confidence * 0.9))
        if not readings:
            return {}
        best = max(readings, key=lambda m: (m.trigger.specificity, m.confidence, len(m.actors)))
        return {best.token.i: best}

    def _best(self, number: int, sentence: Sentence, token: Token) -> Match | None:
        candidates: list[Match] = []
        lemma = token.lemma_.lower()
        if is_verb(token):
            for trigger in self._rules.verbs.get(lemma, ()):
                candidates += self._verb(trigger, number, sentence, token)
        elif token.pos_ in ("NOUN", "PROPN", "ADJ", "VERB"):
            for trigger in self._rules.nouns.get(lemma, ()):
                candidates += self._noun(trigger, number, sentence, token)
        if not candidates:
            return None
        return max(candidates, key=lambda match: (match.trigger.specificity, match.confidence, len(match.actors)))

    # --- verbs ---

    def _verb(self, trigger: Trigger, number: int, sentence: Sentence, verb: Token) -> Iterator[Match]:
        if trigger.particles and not has_particle(verb, *trigger.particles):
            return
        if trigger.without and (
            has_particle(verb, *trigger.without) or any(has_modifier(n, trigger.without) for n in objects(verb))
        ):
            return
        clause = complement(verb)
        if trigger.complement and clause is None:
            return
        if trigger.infinitive and (clause is None or not any(child.tag_ == "TO" for child in clause.children)):
            return
        nouns = list(shared_objects(verb))
        anchors: tuple[Token, ...] = (verb,)
        if trigger.objects:
            pool = [c for noun in nouns for c in self._cores(noun)]
            pool += [c for p in sorted(trigger.particles) for noun in prepositional(verb, p) for c in self._cores(noun)]
            if clause is not None:
                pool.append(clause)
            core = next((noun for noun in pool if self._is_object(trigger, sentence, noun)), None)
            if core is None:
                return
            anchors = (verb, core)
        if trigger.modifiers and not any(has_modifier(anchor, trigger.modifiers) for anchor in anchors[1:] or anchors):
            return
        if trigger.clause_words and not any(t.lower_ in trigger.clause_words for t in verb.subtree):
            return
        if trigger.clause_without and any(t.lemma_.lower() in trigger.clause_without for t in verb.subtree):
            return
        mode = mode_of(verb, performative=trigger.type in SPEECH_ACTS)
        if mode is None or (trigger.type in ("Deployment", "Endorsement", "Mediation") and is_attribute(verb)):
            return
        if len(anchors) > 1 and mode.status is Status.OCCURRED and to_come(anchors[1]):
            mode = Mode(Status.PLANNED, "future")
        if trigger.type in ("Endorsement", "AidPledge", "Deployment") and mode.status in (
            Status.ALLEGED,
            Status.DENIED,
        ):
            return
        if trigger.type == "Endorsement" and mode.status is not Status.OCCURRED:
            return
        if trigger.type == "AidPledge" and mode.status is Status.PLANNED:
            mode = Mode(Status.OCCURRED)  # a promise is made by saying that one will
        if len(anchors) > 1 and not is_verb(anchors[1]) and refused(anchors[1]):
            return
        if trigger.type == "Accusation" and clause is not None and not trigger.clause_words and neutral(clause):
            return
        args = self._arguments(trigger, number, sentence, verb, nouns, clause, anchors)
        yield from self._finish(trigger, number, sentence, verb, anchors, args, mode, "verb", verb.lemma_.lower())

    def _arguments(
        self,
        trigger: Trigger,
        number: int,
        sentence: Sentence,
        verb: Token,
        nouns: Sequence[Token],
        clause: Token | None,
        anchors: Sequence[Token],
    ) -> Args:
        args = Args()
        for place, role in trigger.args.items():
            deep = place in trigger.deep
            heads: list[Token]
            if place == "subject":
                heads = subjects(verb)
                heads = heads + together(verb, heads)
                if verb.dep_ == "conj" and not self._actors.of(sentence, number, heads):
                    heads = speaker_of(verb)
            elif place == "object":
                heads = [noun for noun in nouns if noun not in anchors or deep]
                if deep and not heads and clause is not None:  # "condemned what they said was …"
                    heads += [t for t in clause.subtree if t.dep_ in ("attr", "dobj") and t.pos_ in ("NOUN", "PROPN")]
                heads += [
                    child
                    for child in children(verb, "dative")
                    if child not in heads and not list(children(child, "pobj"))
                ]
            elif place == "dative":
                heads = list(children(verb, "dative"))
            elif place == "clause":
                heads = subjects(clause) if clause is not None else []
            elif place == "clause_object":
                heads = objects(clause) if clause is not None else []
            elif place == "owner":
                args.add(place, self._fit(trigger, place, self._owner(sentence, number, anchors[-1])), role)
                continue
            elif place.startswith("object_"):
                heads = [n for noun in nouns for n in prepositional(noun, place.removeprefix("object_"))]
            else:
                heads = [noun for anchor in anchors for noun in prepositional(anchor, place) if noun not in anchors]
                if place in ("on", "against"):  # "sanctions targeting Iran's drones", "aimed at Belarus"
                    aimed = [v for anchor in anchors for v in children(anchor, "acl") if v.lemma_ in ("target", "aim", "hit")]
                    heads += [n for v in aimed for n in (*children(v, "dobj"), *prepositional(v, "at"))]
            args.add(place, self._fit(trigger, place, self._actors.of(sentence, number, heads, deep=deep)), role)
        return args

    def _owner(self, sentence: Sentence, number: int, noun: Token) -> tuple[Actor, ...]:
        owners: dict[str, Actor] = {}
        for child in noun.children:
            if child.dep_ in ("poss", "compound", "amod", "nmod") and child.i < noun.i:
                for each in group(child):
                    for actor in self._actors.owner(sentence, number, each, themselves=child.dep_ == "poss"):
                        owners.setdefault(actor.entity.key, actor)
        return tuple(owners.values())

    # --- nouns ---

    def _noun(self, trigger: Trigger, number: int, sentence: Sentence, noun: Token) -> Iterator[Match]:
        if trigger.without and has_modifier(noun, trigger.without):
            return
        if "there-are" in trigger.modifiers:
            if not exist(noun):
                return
        elif trigger.modifiers and not has_modifier(noun, trigger.modifiers):
            return
        if trigger.objects and not any(
            core.lemma_ in trigger.objects
            for core in [n for of in prepositional(noun, "of") for n in self._cores(of)]
            + list(children(noun, "compound"))
        ):
            return
        mode = mode_of(noun, performative=trigger.type in SPEECH_ACTS)
        if mode is None or refused(noun):
            return
        verb = clause_head(noun)
        governs = is_verb(verb) and (
            noun.dep_ in ("dobj", "nsubjpass", "attr") or (noun.dep_ == "pobj" and noun.head.head == verb)
        )
        args = Args()
        for place, role in trigger.args.items():
            if place == "owner":
                found = self._owner(sentence, number, noun)
            elif place == "subject":
                acted = (
                    governs
                    and verb.lemma_ not in HOSTING - {"attend"}
                    and (noun.dep_ == "dobj" or (noun.dep_ == "attr" and verb.lemma_ in ("be", "become")))
                )
                found = self._actors.of(sentence, number, subjects(verb)) if acted else ()
            elif place == "present":
                found = self._actors.of(sentence, number, subjects(verb)) if during(noun) else ()
            elif place == "host":
                hosting = [v for v in children(noun, "acl", "relcl") if v.lemma_ in HOSTING]
                found = self._actors.of(sentence, number, [t for v in hosting for t in subjects(v)])
            else:
                heads = [n for n in prepositional(noun, place)]
                if noun.head.lemma_ in WHOLES:
                    heads += prepositional(noun.head.head if noun.dep_ == "pobj" else noun.head, place)
                if governs or noun.dep_ == "nsubj":
                    heads += [
                        n
                        for n in prepositional(verb, place)
                        if place in ("between", "with", "by", "among") and n.i > noun.i
                    ]
                found = self._actors.of(sentence, number, heads, deep=place in trigger.deep)
            args.add(place, self._fit(trigger, place, found), role)
        yield from self._finish(trigger, number, sentence, noun, (noun,), args, mode, "noun", noun.lemma_.lower())

    def _reference(self, number: int, sentence: Sentence, noun: Token) -> Match | None:
        """The noun as one that takes up an event told before; None when it is indefinite and adds nobody."""
        lemma = noun.lemma_.lower()
        kind = REFERABLE[lemma]
        if any(child.lower_ in BY_PHONE for child in noun.children) and kind == "Meeting":
            kind = "TelephoneCall"
        mode = mode_of(noun, performative=False)
        if mode is None or refused(noun):
            return None
        hosts = [t for verb in children(noun, "acl", "relcl") if verb.lemma_ in HOSTING for t in subjects(verb)]
        verb = clause_head(noun)
        if is_verb(verb) and attends(verb) and noun.dep_ in ("dobj", "pobj"):
            hosts += subjects(verb)
        actors = self._actors.of(sentence, number, hosts)
        if any(sentence.words[t.i].time and sentence.words[t.i].form == "yesterday" and t.i == 0 for t in sentence.parse):
            return None  # "The day before, …" tells of something else
        definite = any(child.lower_ in DEFINITE for child in noun.children) or any(
            sentence.words[child.i].time for child in noun.children
        )
        if not definite and not actors and kind not in ("TelephoneCall", "Visit"):
            return None
        video = any(child.lower_ == "video" for child in noun.children)
        medium = (Medium.VIRTUAL if video else Medium.TELEPHONE) if kind == "TelephoneCall" else None
        trigger = Trigger(kind, frozenset({lemma}), True, medium=medium)
        named = tuple((actor, Role.PARTICIPANT) for actor in actors)
        word = f"{kind}/reference:{lemma}"
        return Match(trigger, sentence, number, noun, (noun,), named, mode, word, "nominal", 0.5, True)

    # --- both ---

    def _cores(self, noun: Token) -> Iterator[Token]:
        """The noun itself and the nouns that it only counts or wraps: "a round of talks", "talks and a dinner"."""
        for each in group(noun):
            yield each
            for of in prepositional(each, "of", "in"):
                if each.lemma_ in WHOLES or each.pos_ == "NUM" or each.dep_ in ("dobj", "nsubjpass"):
                    yield of
            yield from children(each, "quantmod", "nummod", "compound", "nmod")

    def _is_object(self, trigger: Trigger, sentence: Sentence, noun: Token) -> bool:
        if noun.lemma_.lower() in trigger.objects or noun.lower_ in trigger.objects:
            return True
        mention = sentence.words[noun.i].mention
        words = (
            []
            if mention is None
            else mention.text.split()[-1:] + (mention.title.words.split() if mention.title else [])
        )
        return any(word.lower() in trigger.objects for word in words)

    def _fit(self, trigger: Trigger, place: str, actors: tuple[Actor, ...]) -> tuple[Actor, ...]:
        kinds = trigger.kinds.get(place)
        if kinds is None:
            return actors
        allowed = frozenset().union(*(BROAD[kind] for kind in kinds))
        return tuple(actor for actor in actors if actor.entity.kind in allowed)

    def _finish(
        self,
        trigger: Trigger,
        number: int,
        sentence: Sentence,
        token: Token,
        anchors: tuple[Token, ...],
        args: Args,
        mode: Mode,
        sort: str,
        word: str,
    ) -> Iterator[Match]:
        for need in trigger.need:
            if not any(args.places.get(place) for place in need - {"place"}) and not (
                "place" in need and self._place(sentence, [token, *objects(token)]) is not None
            ):
                return
        actors = persons_before_states(trigger, list(args.chosen.values()))
        if len({actor.entity.key for actor, _ in actors}) < trigger.agents or not actors:
            return
        confidence = (
            trigger.confidence
            * min((actor.mention.confidence or 0.8) if actor.mention else 0.75 for actor, _ in actors) ** 0.5
        )
        name = f"{trigger.type}/{sort}:{word}"
        yield Match(
            trigger,
            sentence,
            number,
            token,
            anchors,
            tuple(actors),
            mode,
            name,
            "nominal" if sort == "noun" else "dependency",
            confidence,
        )
