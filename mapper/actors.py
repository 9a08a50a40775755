"""Who is meant by a noun phrase of a parsed sentence, as entities that can act.

"Kigali" → Rwanda, "Chinese officials" → China, "the Biden administration" → the United States,
"soldiers from Jamaica" → Jamaica, "China's top diplomat, Yang Jiechi," → Yang Jiechi, "they" → whoever was meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mapper.document import AGENT_KINDS, Entity, Form, Kind, LineKind, Mention, Sentence
from mapper.nouns import DELEGATIONS, INSIDE, LINKS, NAMED_AFTER_PLACES, PRIVATE, STATE_BODIES, VICTIMS
from mapper.syntax import children, group

if TYPE_CHECKING:
    from spacy.tokens import Token


@dataclass(frozen=True, slots=True)
class Actor:
    """An entity that can act, and the word that names it."""

    entity: Entity
    word: int
    """Index in the sentence's words."""
    mention: Mention | None
    direct: bool = True
    """Whether it is named itself, not through an office, a people or a reference."""


class Actors:
    """Reads the actors out of one document's sentences.

    `references` maps (sentence number, word number) to what coreference found; `entity` looks a key up.
    """

    def __init__(
        self, references: Mapping[tuple[int, int], tuple[Entity, ...]], entity: Callable[[str], Entity | None]
    ):
        self._references = references
        self._entity = entity

    def of(self, sentence: Sentence, number: int, heads: Iterable[Token], *, deep: bool = False) -> tuple[Actor, ...]:
        """The actors named by these noun phrases and by all that is coordinated with them.

        With `deep` also those to whom the phrase belongs: "Rwanda's backing of the rebels".
        """
        found: dict[str, Actor] = {}
        for head in heads:
            for token in self._listed(sentence, group(head)):
                actors = self._phrase(sentence, number, token)
                if not actors and deep:
                    actors = self._inside(sentence, number, token)
                for actor in actors:
                    found.setdefault(actor.entity.key, actor)
        return tuple(found.values())

    def _listed(self, sentence: Sentence, members: list[Token]) -> list[Token]:
        """The members, and the names that stand in one list with them although the parser parted them.

        A list is names with nothing but commas, "and" and articles between them, with an "and" before the last.
        """
        words, parse = sentence.words, sentence.parse
        first = members[0]
        names = [first.i] if words[first.i].mention is not None else []
        if not names:
            names = [
                c.i for c in first.children if c.i > first.i and c.dep_ == "appos" and words[c.i].mention is not None
            ][:1]
        if not names:
            return members
        found, index, joined = list(names), names[0] + 1, False
        gap: list[str] = []
        if sentence.line.kind is LineKind.HEADLINE:
            joined = True
        while index < len(words) and len(gap) < 4:
            word = words[index]
            if (
                word.mention is not None
                and word.mention.form not in (Form.DEMONYM,)
                and any(g in (",", "and", "&") for g in gap)
                and not (parse[index].dep_ == "nsubj" and first.dep_ != "nsubj")  # the next clause begins
            ):
                found.append(index)
                last = "and" in gap or "&" in gap
                joined, gap = joined or last, []
                if last:
                    break
            elif word.form.lower() in LINKS:
                gap.append(word.form.lower())
            else:
                break
            index += 1
        left = names[0] - 1
        while joined and left > 0 and words[left].form == "," and words[left - 1].mention is not None:
            found.append(left - 1)
            left -= 2
        if not joined:
            return members
        listed = {t.i: t for t in members}
        for place in found:
            listed.setdefault(place, parse[place])
        return [listed[i] for i in sorted(listed)]

    def _phrase(self, sentence: Sentence, number: int, token: Token) -> tuple[Actor, ...]:
        own = self.of_word(sentence, number, token)
        if own and own[0].entity.kind is Kind.GOVERNMENT_BODY and not own[0].entity.country:
            own = self._owners(sentence, number, token) or own  # "the Philippines' Department of Foreign Affairs"
        if own and own[0].direct and own[0].entity.kind is Kind.PERSON:
            return own
        for child in children(token, "appos"):
            named = tuple(
                actor
                for each in group(child)
                for actor in self.of_word(sentence, number, each)
                if actor.entity.kind is Kind.PERSON or not own
            )
            if named:
                return named
        if own:
            return own
        listed = [
            noun
            for prep in children(token, "prep")
            if prep.lower_ in ("including", "as", "among")
            for noun in children(prep, "pobj")
        ]
        if listed and (included := self.of(sentence, number, listed)):
            return included
        lemma = token.lemma_.lower()
        if lemma in DELEGATIONS:
            members = [token, *(noun for of in children(token, "prep") for noun in children(of, "pobj"))]
            led = [v for noun in members for v in children(noun, "acl") if v.lemma_ in ("lead", "head")]
            leaders = [noun for v in led for by in children(v, "agent", "prep") for noun in children(by, "pobj")]
            if named := self.of(sentence, number, leaders):
                return named
        if lemma in STATE_BODIES and lemma not in VICTIMS and token.pos_ in ("NOUN", "PROPN"):
            return self._owners(sentence, number, token)
        if (
            lemma
            in (
                "some",
                "all",
                "both",
                "many",
                "most",
                "each",
                "one",
                "none",
                "number",
                "group",
                "several",
                "two",
                "three",
            )
            or token.pos_ == "NUM"
        ):
            return tuple(
                actor
                for of in children(token, "prep")
                if of.lower_ in ("of",)
                for noun in children(of, "pobj")
                for each in group(noun)
                for actor in self._phrase(sentence, number, each)
            )
        return ()

    def of_word(self, sentence: Sentence, number: int, token: Token) -> tuple[Actor, ...]:
        """The actors that this one word names or refers to."""
        word = sentence.words[token.i]
        if word.mention is not None:
            entity = acting(
                word.mention, noun=token.pos_ in ("NOUN", "PROPN", "PRON") or token.dep_ in ("nsubj", "pobj", "dobj")
            )
            if entity is not None:
                direct = word.mention.form in (Form.NAME, Form.SURNAME, Form.ACRONYM, Form.UNKNOWN)
                return (Actor(self._principal(entity), token.i, word.mention, direct),)
        return tuple(
            Actor(self._principal(entity), token.i, word.mention, False)
            for entity in self._references.get((number, token.i), ())
        )

    def _principal(self, entity: Entity) -> Entity:
        """What a ministry or a palace does, its state does."""
        if entity.kind is Kind.GOVERNMENT_BODY and entity.country:
            return self._entity(entity.country) or entity
        return entity

    def _owners(self, sentence: Sentence, number: int, token: Token, depth: int = 0) -> tuple[Actor, ...]:
        """Those on whose behalf the holder of this noun acts."""
        found: list[Actor] = []
        for child in token.children:
            if child.i < token.i and child.dep_ in INSIDE:
                for each in group(child):
                    found += self.owner(sentence, number, each)
            elif child.dep_ == "prep" and child.lower_ in ("of", "from", "for", "in") and depth < 2:
                if found and child.lower_ == "in":
                    continue  # "the Russian embassy in Vilnius": that is where it is
                for noun in children(child, "pobj"):
                    for each in group(noun):
                        found += self.owner(sentence, number, each) or self._owners(sentence, number, each, depth + 1)
        return tuple(found)

    def owner(self, sentence: Sentence, number: int, token: Token, *, themselves: bool = False) -> list[Actor]:
        """The state or organization named by a modifier.

        A person stands for the state that is theirs ("the Biden administration"), unless meant `themselves`
        ("Petro's visa").
        """
        found = []
        mention = sentence.words[token.i].mention
        if mention is not None and mention.place is not None and token.head.lemma_.lower() in NAMED_AFTER_PLACES:
            return []  # "the Vienna Convention"
        entities: tuple[Entity, ...] = ()
        if mention is not None:
            entity = acting(mention, noun=False)
            entities = (entity,) if entity else ()
        else:
            entities = self._references.get((number, token.i), ())
        for entity in entities:
            if entity.kind is Kind.PERSON and not themselves:
                state = self._entity(entity.country) if entity.country else None
                entity = state or entity
            found.append(Actor(self._principal(entity), token.i, mention, False))
        return found

    def _inside(self, sentence: Sentence, number: int, token: Token, depth: int = 0) -> tuple[Actor, ...]:
        """Those to whom a phrase belongs, or whose deed it is."""
        found: dict[str, Actor] = {}
        if token.lemma_.lower() in PRIVATE:
            return ()
        for child in token.children:
            actors: tuple[Actor, ...] | list[Actor] = ()
            if child.dep_ in ("poss", "compound", "amod", "nmod"):
                own = child.dep_ == "poss"
                owners = [each for one in group(child) for each in (*hyphened(one), one)]
                actors = [a for each in owners for a in self.owner(sentence, number, each, themselves=own)]
                if not actors and child.dep_ in ("compound", "nmod") and depth < 2:
                    actors = self._inside(sentence, number, child, depth + 1)
                if not actors and child.dep_ == "poss":
                    actors = self._phrase(sentence, number, child) or self._owners(sentence, number, child)
            elif child.dep_ in ("prep", "agent") and child.lower_ in ("of", "by", "from") and depth < 3:
                for noun in children(child, "pobj"):
                    actors = (*actors, *self._phrase(sentence, number, noun)) or self._inside(
                        sentence, number, noun, depth + 1
                    )
            for actor in actors:
                found.setdefault(actor.entity.key, actor)
            if found and child.dep_ == "poss":
                break
        return tuple(found.values())


def hyphened(token: Token) -> list[Token]:
    """What a hyphen joins to the word from the left: "US" in "joint US-Guyana drills"."""
    return [child for child in children(token, "compound", "nmod", "amod") if child.i == token.i - 2]


def side(entity: Entity) -> str | None:
    """The state or organization that somebody stands for; None for a person of whom that is not known."""
    if entity.kind is Kind.PERSON:
        return entity.country or (entity.key if entity.qid else None)
    if entity.kind in (Kind.ORGANIZATION, Kind.GOVERNMENT_BODY):
        return entity.country or entity.key
    return entity.key


def acting(mention: Mention, *, noun: bool) -> Entity | None:
    """The entity of a mention where it is one that can act; an adjective ("Kenyan") acts only inside a phrase."""
    entity = mention.entity
    if entity is None or entity.kind not in AGENT_KINDS:
        return None
    if noun and mention.form is Form.DEMONYM and not mention.text.endswith(("s", "ese", "ish", "ch")):
        return None
    return entity
