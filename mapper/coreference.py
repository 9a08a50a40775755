"""Who "he", "they", "the two leaders", "his French counterpart" are, and who speaks in quotations.

A small rule system in the spirit of the sieves of Lee et al. (2013): precise cues first, the most recent subject
that agrees in number, gender and kind last. What stays open is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from mapper.document import AGENT_KINDS, Entity, Form, Kind, LineKind, Sentence
from mapper.memory import FAR, Memory, named
from mapper.references import (
    DETERMINERS,
    FIRST,
    GOVERNMENTS,
    HE,
    HOMES,
    IT,
    NUMBERS,
    ORGANIZATION_NOUNS,
    PAIR,
    SPEAKS,
    STATES,
    THEY,
    TOGETHER,
    WE,
    Seen,
    bodies,
    clause_index,
    coordinated,
    thing_here,
)
from mapper.syntax import SUBJECTS, children, clause_head, group, is_verb

if TYPE_CHECKING:
    from spacy.tokens import Token

SHARED = frozenset(
    "meeting talk discussion conversation call statement communique communiqué declaration encounter summit "
    "consultation negotiation dialogue".split()
)
"""What belongs to those who act together: "their talks"."""
BESIDE = frozenset({"alongside", "with", "beside"})
COUNTERPARTS = frozenset({"counterpart", "colleague", "homologue"})
FOLLOWING = 3
"""How many sentences after a quotation its speaker may be named."""


class Coreference:
    """Resolves the references of one document, sentence by sentence in reading order."""

    def __init__(self, sentences: Sequence[Sentence], entity: Callable[[str], Entity | None]):
        """`entity` looks a key up in the gazetteer."""
        self._sentences = sentences
        self._entity = entity
        self._memory = Memory(self._state_of)

    def resolve(self) -> dict[tuple[int, int], tuple[Entity, ...]]:
        """(sentence number, word number) → the entities meant, for every reference that could be resolved."""
        references: dict[tuple[int, int], tuple[Entity, ...]] = {}
        for number, sentence in enumerate(self._sentences):
            if sentence.line.kind is not LineKind.HEADLINE:
                speaker = self._speaker(number, sentence)
                for token in sentence.parse:
                    word = sentence.words[token.i]
                    if word.mention and word.mention.entity and word.mention.form is not Form.DEMONYM:
                        continue
                    meant = self._meant(number, sentence, token, speaker if word.quoted else None)
                    if meant:
                        references[number, token.i] = meant
                        subject = token.dep_ in SUBJECTS or token.dep_ == "nsubjpass"
                        self._memory.seen += (Seen(entity, number, token.i, subject) for entity in meant)
                        if len(meant) > 1:
                            self._memory.add_group(number, meant)
            self._memory.remember(number, sentence)
            self._memory.bodies |= {n: state for n, e in bodies(sentence).items() if (state := self._state_of(e))}
        return references

    # --- who speaks ---

    def _speaker(self, number: int, sentence: Sentence) -> Entity | None:
        """Whose words the quotation in this sentence are."""
        if any(word.quoted for word in sentence.words):
            found = self._saying(number, sentence) or self._following_speaker(number, sentence)
            self._memory.speaker = found or self._memory.speaker
        return self._memory.speaker

    def _saying(self, number: int, sentence: Sentence) -> Entity | None:
        """The subject of a verb of saying outside the quotation."""
        for subject in _speaking(sentence):
            mention = sentence.words[subject.i].mention
            if mention and mention.entity:
                return mention.entity
            meant = self._meant(number, sentence, subject, None)
            inside = children(subject, "appos", "compound", "poss", "amod")
            mentions = (sentence.words[child.i].mention for child in inside)
            entities = [*meant, *(m.entity for m in mentions if m and m.entity)]
            if entities:
                return entities[0]
        return None

    def _following_speaker(self, number: int, sentence: Sentence) -> Entity | None:
        """The speaker named after a sentence that is quoted throughout."""
        if any(not word.quoted and word.form.isalpha() for word in sentence.words):
            return None
        for later in self._sentences[number + 1 : number + 1 + FOLLOWING]:
            for subject in _speaking(later):
                mention = later.words[subject.i].mention
                if mention and mention.entity:
                    return mention.entity
                if subject.lower_ in HE:
                    return self._memory.acting_person(HE[subject.lower_])
            if any(token.is_alpha and not later.words[token.i].quoted for token in later.parse):
                return None
        return None

    # --- what a reference means ---

    def _meant(self, number: int, sentence: Sentence, token: Token, speaker: Entity | None) -> tuple[Entity, ...]:
        lower, pronoun = token.lower_, token.tag_ in ("PRP", "PRP$")
        if lower in FIRST:
            return (speaker,) if speaker else ()
        if lower in WE and pronoun:
            return self._we(token, speaker)
        if lower in HE:
            return self._person(number, sentence, token, HE[lower])
        if lower in THEY:
            return _themselves(sentence, token) or _owners_here(sentence, token) or self._memory.last_group(number)
        if lower in IT and pronoun:
            near = [*self._memory.seen_in(number), *named(number, sentence, token.i)]
            return thing_here(token, near) or self._memory.acting_thing(number)
        if token.pos_ in ("NOUN", "PROPN", "NUM", "PRON", "DET"):
            return self._noun(number, sentence, token)
        return ()

    def _we(self, token: Token, speaker: Entity | None) -> tuple[Entity, ...]:
        """The speaker's state; the speaker with a partner where "we" did what takes two."""
        if speaker is None:
            return ()
        if token.head.lemma_ in TOGETHER and token.dep_ == "nsubj":
            return self._memory.partners(speaker)
        state = self._state_of(speaker)
        return (state or speaker,)

    def _person(self, number: int, sentence: Sentence, token: Token, gender: str) -> tuple[Entity, ...]:
        """The last person of that gender, a subject before others of its sentence or the one after it."""
        clause = clause_index(token)
        best: Seen | None = None
        for seen in reversed([*self._memory.seen, *named(number, sentence, token.i)]):
            entity, here = seen.entity, seen.sentence == number
            if entity.kind is not Kind.PERSON or (entity.gender and entity.gender != gender):
                continue
            if number - seen.sentence > FAR:
                continue
            own_clause = here and clause == clause_index(sentence.parse[seen.word])
            if own_clause and seen.subject is not (token.dep_ == "nsubj") and token.dep_ != "poss":
                continue  # "Macron told him that he …": nobody is the subject of a verb that acts on him
            if best is None or (seen.sentence == best.sentence and seen.subject and not best.subject):
                best = seen
            elif seen.sentence < best.sentence:
                if seen.subject and not best.subject and seen.sentence + 1 >= best.sentence and best.sentence < number:
                    best = seen
                break
        return (best.entity,) if best else ()

    def _noun(self, number: int, sentence: Sentence, token: Token) -> tuple[Entity, ...]:
        """What a noun means that names nobody itself: "the two leaders", "both sides", "the bloc", "the government"."""
        lemma = token.lemma_.lower()
        if lemma in COUNTERPARTS:
            return _counterpart(sentence, token)
        owner = next((child for child in children(token, "poss") if child.lower_ in HE), None)
        if lemma in HOMES and token.tag_ == "NN" and owner is not None:
            people = self._person(number, sentence, owner, HE[owner.lower_])
            return tuple(state for person in people if (state := self._state_of(person)))
        determiners = {child.lower_ for child in children(token, *DETERMINERS)}
        wanted = next((NUMBERS[word] for word in determiners if word in NUMBERS), None)
        counted = lemma in ("two", "both", "pair", "duo", "three") and not any(children(token, "prep"))
        if counted and token.dep_ in ("nsubj", "nsubjpass"):
            size = NUMBERS.get(lemma, 2)
            before = {each.entity for each in (*self._memory.seen_in(number), *named(number, sentence, token.i))}
            here = [both for both in self._memory.pairs_here(number, sentence) if set(both) <= before]
            if fitting := [both for both in here if len(both) == size]:
                return fitting[-1]  # "A met B, and the two signed"
        if counted and token.dep_ in ("nsubj", "nsubjpass", "pobj", "dobj", "poss"):
            return self._two_here(number, sentence, token, NUMBERS.get(lemma, 2)) or self._memory.group(
                number, NUMBERS.get(lemma, 2), states=None
            )
        inside = (child for child in token.subtree if child.i != token.i)
        if any(sentence.words[c.i].mention for c in inside if c.dep_ in ("amod", "compound", "poss", "pobj")):
            return ()
        if token.tag_ in ("NNS", "NNPS"):
            if (
                lemma in PAIR
                and lemma not in STATES
                and wanted
                and (people := self._two_here(number, sentence, token, wanted))
            ):
                return people
            if lemma in PAIR | STATES and ("the" in determiners or wanted):
                states = lemma in STATES and (lemma not in PAIR or lemma in ("side", "party"))
                return self._memory.group(number, wanted, states=states)
            return ()
        if not determiners & {"the", "this", "that"}:
            return ()
        if token.text in self._memory.organs:
            return (self._memory.organs[token.text],)
        if lemma in ORGANIZATION_NOUNS:
            return self._memory.last(number, lambda entity: entity.kind is Kind.ORGANIZATION)
        return self._government(number, sentence, lemma) if lemma in GOVERNMENTS else ()

    def _two_here(self, number: int, sentence: Sentence, token: Token, size: int) -> tuple[Entity, ...]:
        """The persons named so far in the sentence, when they are as many: "he met Obama, and the two signed"."""
        near = [*self._memory.seen_in(number), *named(number, sentence, token.i)]
        people = tuple(dict.fromkeys(seen.entity for seen in near if seen.entity.kind is Kind.PERSON))
        return people if len(people) == size else ()

    def _government(self, number: int, sentence: Sentence, noun: str) -> tuple[Entity, ...]:
        """Whose a bare "the government" is: that of the capital that opens the sentence, else of the last state."""
        opening = sentence.words[1].mention if len(sentence.words) > 1 and sentence.words[0].form == "In" else None
        if opening is not None and opening.form is Form.METONYM and opening.entity is not None:
            return (opening.entity,)  # "In Niamey, the junta accused …"
        if noun in self._memory.bodies:
            return (self._memory.bodies[noun],)
        return self._memory.last(number, lambda entity: entity.kind in (Kind.STATE, Kind.GOVERNMENT_BODY))

    def _state_of(self, entity: Entity) -> Entity | None:
        if entity.kind in (Kind.PERSON, Kind.GOVERNMENT_BODY, Kind.PLACE):
            return self._entity(entity.country) if entity.country else None
        return entity


def _speaking(sentence: Sentence) -> list[Token]:
    """The subjects of the verbs of saying that stand outside quotations."""
    return [
        subject
        for token in sentence.parse
        if token.lemma_ in SPEAKS and is_verb(token) and not sentence.words[token.i].quoted
        for subject in children(token, "nsubj")
        if not sentence.words[subject.i].quoted
    ]


def _themselves(sentence: Sentence, token: Token) -> tuple[Entity, ...]:
    """ "Iran and Saudi Arabia announced that they would …": the subjects of the clause that governs this one."""
    verb = token.head
    if token.dep_ not in ("nsubj", "nsubjpass") or verb.dep_ not in ("ccomp", "advcl"):
        return ()
    heads = list(children(verb.head, "nsubj"))
    members = coordinated(sentence, heads, AGENT_KINDS)
    if not members:  # "the governments of Ireland and Norway announced that they …", "the authorities in Rome said …"
        owners = [noun for head in heads for of in children(head, "prep") for noun in children(of, "pobj")]
        members = coordinated(sentence, owners, frozenset({Kind.STATE}))
        if members and any(head.lower_ in ("authorities", "officials") for head in heads):
            return members
    return members if len(members) > 1 else ()


def _owners_here(sentence: Sentence, token: Token) -> tuple[Entity, ...]:
    """ "In their statement, the two said", "posed before their talks": those who act together in the clause."""
    if token.dep_ != "poss" or token.head.lemma_ not in SHARED:
        return ()
    verb = clause_head(token)
    subject = list(children(verb, "nsubj"))
    members = coordinated(sentence, subject)
    if len(members) == 1:  # "Speaking alongside Obama after their talks, he said"
        members = (*members, *coordinated(sentence, _companions(verb)))
    return tuple(dict.fromkeys(members)) if len(members) > 1 else ()


def _companions(verb: Token) -> list[Token]:
    """Who is named beside the subject: "alongside", "together with", "with"."""
    near = [verb, *children(verb, "advcl", "ccomp")]
    return [
        noun
        for each in near
        for prep in children(each, "prep")
        if prep.lower_ in BESIDE
        for noun in children(prep, "pobj")
    ]


def _counterpart(sentence: Sentence, token: Token) -> tuple[Entity, ...]:
    """ "his French counterpart": the state named, unless a name follows (then that name is the mention)."""
    if any(children(token, "appos")):
        return ()
    owners = [each for child in children(token, "amod", "compound", "nmod", "poss") for each in group(child)]
    mentions = (sentence.words[each.i].mention for each in owners)
    return tuple(m.entity for m in mentions if m and m.entity and m.entity.kind is Kind.STATE)
