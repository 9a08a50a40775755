"""Who "he", "they", "the two leaders", "his French counterpart" are, and who speaks in quotations.

A small rule system in the spirit of the sieves of Lee et al. (2013): precise cues first, the most recent subject
that agrees in number, gender and kind last. What stays open is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mapper.document import AGENT_KINDS, Entity, Form, Kind, LineKind, Sentence
from mapper.references import (
    FIRST,
    HE,
    IT,
    NUMBERS,
    ORGANIZATION_NOUNS,
    PAIR,
    SPEAKS,
    STATES,
    THEY,
    WE,
    clause_index,
    is_subject,
    pairs,
)
from mapper.syntax import SUBJECTS, children, group, is_verb

if TYPE_CHECKING:
    from spacy.tokens import Token

MEMORY = 12
"""How many sentences back a reference may reach."""


@dataclass(slots=True)
class _Seen:
    entity: Entity
    sentence: int
    word: int
    subject: bool
    depth: int = 0


@dataclass(slots=True)
class _State:
    """What has been mentioned so far, newest last."""

    seen: list[_Seen] = field(default_factory=list)
    groups: list[tuple[int, tuple[Entity, ...]]] = field(default_factory=list)
    speaker: Entity | None = None


class Coreference:
    """Resolves the references of one document, sentence by sentence in reading order."""

    def __init__(self, sentences: Sequence[Sentence], entity: Callable[[str], Entity | None]):
        self._sentences = sentences
        self._entity = entity
        self._state = _State()
        self.references: dict[tuple[int, int], tuple[Entity, ...]] = {}
        self.speakers: dict[int, Entity] = {}

    def resolve(self) -> dict[tuple[int, int], tuple[Entity, ...]]:
        """(sentence number, word number) → the entities meant, for every reference that could be resolved."""
        for number, sentence in enumerate(self._sentences):
            if sentence.line.kind is LineKind.HEADLINE:
                self._remember(number, sentence)
                continue
            speaker = self._speaker(number, sentence)
            for token in sentence.parse:
                word = sentence.words[token.i]
                if (
                    word.mention is not None
                    and word.mention.entity is not None
                    and word.mention.form is not Form.DEMONYM
                ):
                    continue
                meant = self._meant(number, sentence, token, speaker if word.quoted else None)
                if meant:
                    self.references[number, token.i] = meant
                    for entity in meant:
                        self._state.seen.append(
                            _Seen(entity, number, token.i, token.dep_ in SUBJECTS or token.dep_ == "nsubjpass")
                        )
            self._remember(number, sentence)
        return self.references

    # --- what has been said ---

    def _remember(self, number: int, sentence: Sentence) -> None:
        for token in sentence.parse:
            mention = sentence.words[token.i].mention
            if mention and mention.entity and mention.entity.kind in AGENT_KINDS and mention.form is not Form.DEMONYM:
                subject = is_subject(token)
                self._state.seen.append(_Seen(mention.entity, number, token.i, subject))
        for entities in pairs(sentence):
            self._state.groups.append((number, entities))

    def _speaker(self, number: int, sentence: Sentence) -> Entity | None:
        """Whose words the quotation in this sentence are."""
        if not any(word.quoted for word in sentence.words):
            return self._state.speaker
        for token in sentence.parse:
            if sentence.words[token.i].quoted or token.lemma_ not in SPEAKS or not is_verb(token):
                continue
            for subject in children(token, "nsubj"):
                if sentence.words[subject.i].quoted:
                    continue
                mention = sentence.words[subject.i].mention
                named = (
                    (mention.entity,) if mention and mention.entity else self._meant(number, sentence, subject, None)
                )
                if not named:
                    named = tuple(
                        m.entity
                        for c in subject.children
                        if (m := sentence.words[c.i].mention)
                        and m.entity
                        and c.dep_ in ("appos", "compound", "poss", "amod")
                    )
                if named:
                    self._state.speaker = named[0]
                    self.speakers[number] = named[0]
                    return named[0]
        following = self._following_speaker(number, sentence)
        if following:
            self._state.speaker = following
        self.speakers.setdefault(number, self._state.speaker) if self._state.speaker else None
        return self._state.speaker

    def _following_speaker(self, number: int, sentence: Sentence) -> Entity | None:
        """The speaker named after the quotation: in the next sentences of the same paragraph."""
        if any(not word.quoted and word.form.isalpha() for word in sentence.words):
            return None
        for later in self._sentences[number + 1 : number + 4]:
            unquoted = [token for token in later.parse if not later.words[token.i].quoted]
            for token in unquoted:
                if token.lemma_ in SPEAKS and is_verb(token):
                    for subject in children(token, "nsubj"):
                        mention = later.words[subject.i].mention
                        if mention and mention.entity:
                            return mention.entity
                        if subject.lower_ in HE:
                            return self._last_person(HE[subject.lower_])
            if any(token.is_alpha for token in unquoted):
                return None
        return None

    def _last_person(self, gender: str) -> Entity | None:
        """The last person who was the subject of a sentence, of that gender."""
        for seen in reversed(self._state.seen):
            if seen.entity.kind is Kind.PERSON and seen.subject and seen.entity.gender in (None, "", gender):
                return seen.entity
        return None

    # --- what a reference means ---

    def _meant(self, number: int, sentence: Sentence, token: Token, speaker: Entity | None) -> tuple[Entity, ...]:
        lower = token.lower_
        if lower in FIRST:
            return (speaker,) if speaker else ()
        if lower in WE and token.tag_ in ("PRP", "PRP$"):
            return self._we(number, token, speaker)
        if lower in HE:
            return self._person(number, sentence, token, HE[lower])
        if lower in THEY:
            return self._speakers_themselves(sentence, token) or self._plural(number, token)
        if lower in IT and token.tag_ in ("PRP", "PRP$"):
            return self._thing(number, token)
        if token.pos_ in ("NOUN", "PROPN", "NUM", "PRON", "DET"):
            return self._noun(number, sentence, token)
        return ()

    def _we(self, number: int, token: Token, speaker: Entity | None) -> tuple[Entity, ...]:
        if speaker is None:
            return ()
        verb = token.head.lemma_
        if verb in ("discuss", "agree", "meet", "exchange", "talk", "speak", "review") and token.dep_ == "nsubj":
            for _, entities in reversed(self._state.groups):
                if speaker in entities and len(entities) == 2:
                    return entities
            return ()
        state = self._entity(speaker.country) if speaker.kind is Kind.PERSON and speaker.country else None
        return (state,) if state else (speaker,)

    def _person(self, number: int, sentence: Sentence, token: Token, gender: str) -> tuple[Entity, ...]:
        clause = clause_index(token)
        best: _Seen | None = None
        local = [
            _Seen(m.entity, number, t.i, is_subject(t))
            for t in sentence.parse
            if t.i < token.i and (m := sentence.words[t.i].mention) and m.entity and m.form is not Form.DEMONYM
        ]
        for seen in reversed(self._state.seen + local):
            entity = seen.entity
            if (
                entity.kind is not Kind.PERSON
                or (entity.gender and entity.gender != gender)
                or number - seen.sentence > MEMORY
            ):
                continue
            if (
                seen.sentence == number
                and not seen.subject
                and clause == clause_index(sentence.parse[seen.word])
                and token.dep_ == "nsubj"
            ):
                continue
            if best is None or (seen.sentence == best.sentence and seen.subject and not best.subject):
                best = seen
            elif seen.sentence < best.sentence:
                if seen.sentence >= best.sentence - 1 and seen.subject and not best.subject and best.sentence < number:
                    best = seen
                break
        return (best.entity,) if best else ()

    def _speakers_themselves(self, sentence: Sentence, token: Token) -> tuple[Entity, ...]:
        """"Iran and Saudi Arabia announced that they would …": the subjects of the clause that governs this one."""
        verb = token.head if token.dep_ in ("nsubj", "nsubjpass") else token.head.head
        if verb.dep_ not in ("ccomp", "advcl") or token.dep_ not in ("nsubj", "nsubjpass"):
            return ()
        named = [
            mention.entity
            for subject in children(verb.head, "nsubj")
            for each in group(subject)
            if (mention := sentence.words[each.i].mention) and mention.entity and mention.entity.kind in AGENT_KINDS
        ]
        if not named:  # "the governments of Ireland and Norway announced that they …"
            named = [
                mention.entity
                for subject in children(verb.head, "nsubj")
                for of in children(subject, "prep")
                for noun in children(of, "pobj")
                for each in group(noun)
                if (mention := sentence.words[each.i].mention) and mention.entity and mention.entity.kind is Kind.STATE
            ]
        return tuple(named) if len(named) > 1 else ()

    def _plural(self, number: int, token: Token) -> tuple[Entity, ...]:
        for where, entities in reversed(self._state.groups):
            if number - where <= 4:
                return entities
            break
        return ()

    def _thing(self, number: int, token: Token) -> tuple[Entity, ...]:
        for seen in reversed(self._state.seen):
            if number - seen.sentence > 2:
                break
            if seen.entity.kind is not Kind.PERSON and seen.subject:
                return (seen.entity,)
        return ()

    def _noun(self, number: int, sentence: Sentence, token: Token) -> tuple[Entity, ...]:
        lemma = token.lemma_.lower()
        determiners = {
            child.lower_ for child in token.children if child.dep_ in ("det", "nummod", "predet", "poss", "preconj")
        }
        named = any(
            sentence.words[child.i].mention
            for child in token.subtree
            if child.i != token.i and child.dep_ in ("amod", "compound", "poss", "pobj")
        )
        if lemma == "counterpart":
            return self._counterpart(sentence, number, token)
        wanted = next((NUMBERS[word] for word in determiners if word in NUMBERS), None)
        if (
            lemma in ("two", "both", "pair", "duo", "three")
            and not any(children(token, "prep"))
            and token.dep_ in ("nsubj", "nsubjpass", "pobj", "dobj", "poss")
        ):
            return self._group(number, NUMBERS.get(lemma, 2), None)
        if named:
            return ()
        plural = token.tag_ in ("NNS", "NNPS")
        if plural and (lemma in PAIR or lemma in STATES) and ("the" in determiners or wanted):
            states = (lemma in STATES and lemma not in PAIR) or lemma in ("side", "party")
            return self._group(number, wanted, states)
        if not plural and determiners & {"the", "this", "that"}:
            if lemma in ORGANIZATION_NOUNS:
                return self._last(number, lambda e: e.kind is Kind.ORGANIZATION)
            if lemma in ("ministry", "junta", "kingdom", "republic", "government"):
                opening = (
                    sentence.words[1].mention if len(sentence.words) > 1 and sentence.words[0].form == "In" else None
                )
                if opening is not None and opening.form is Form.METONYM and opening.entity is not None:
                    return (opening.entity,)  # "In Niamey, the junta accused …"
                return self._last(number, lambda e: e.kind in (Kind.STATE, Kind.GOVERNMENT_BODY))
        return ()

    def _last(self, number: int, fits: Callable[[Entity], bool]) -> tuple[Entity, ...]:
        fallback: tuple[Entity, ...] = ()
        for seen in reversed(self._state.seen):
            if number - seen.sentence > 3:
                break
            if fits(seen.entity):
                if seen.subject:
                    return (seen.entity,)
                fallback = fallback or (seen.entity,)
        return fallback

    def _counterpart(self, sentence: Sentence, number: int, token: Token) -> tuple[Entity, ...]:
        """ "his French counterpart": the state named, unless a name follows (then the name itself is the mention)."""
        if any(children(token, "appos")):
            return ()
        states = [
            mention.entity
            for child in token.children
            if child.dep_ in ("amod", "compound", "nmod", "poss")
            for each in group(child)
            if (mention := sentence.words[each.i].mention) and mention.entity and mention.entity.kind is Kind.STATE
        ]
        return tuple(states)

    def _group(self, number: int, size: int | None, states: bool | None) -> tuple[Entity, ...]:
        """The last group of this size; of states when states are meant and persons were named, their states."""
        for where, entities in reversed(self._state.groups):
            if number - where > MEMORY:
                break
            if size and len(entities) != size:
                continue
            if states is False and not all(e.kind is Kind.PERSON for e in entities):
                continue
            if states:
                owners = tuple(self._state_of(e) for e in entities)
                if all(owner is not None for owner in owners):
                    return tuple(dict.fromkeys(owner for owner in owners if owner))
                continue
            return entities
        return ()

    def _state_of(self, entity: Entity) -> Entity | None:
        if entity.kind is Kind.PERSON:
            return self._entity(entity.country) if entity.country else None
        return entity
