"""What a reader of the article remembers at each point: who was named, in which groups, and who is speaking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from mapper.document import AGENT_KINDS, Entity, Form, Kind, Sentence
from mapper.references import Seen, is_subject, pairs

FAR = 12
"""How many sentences back a person or a group may be referred to."""
BODY, GROUP, THING = 3, 4, 2
"""How many sentences back "the bloc", "they" and "it" may point."""

SIDES = frozenset({Kind.PERSON, Kind.STATE, Kind.GOVERNMENT_BODY})
"""Kinds whose state is a side of what the article is about."""
ORGANS = frozenset("authority assembly conference council committee commission secretariat board bureau".split())
"""What the parts of an organization are called that speak for it."""
JUST_BEFORE = 1.5
"""How much it counts, beside being named together once more, that a group was named just before."""
NEARBY = 40
"""How many of the last that were seen can be of one sentence."""


@dataclass(slots=True)
class Memory:
    """What has been said so far, newest last. `state_of` gives the state of a person, and a state itself."""

    state_of: Callable[[Entity], Entity | None]
    seen: list[Seen] = field(default_factory=list)
    groups: list[tuple[int, tuple[Entity, ...]]] = field(default_factory=list)
    speaker: Entity | None = None
    bodies: dict[str, Entity] = field(default_factory=dict)
    """"ministry" → the state whose ministry was last spoken of."""
    organs: dict[str, Entity] = field(default_factory=dict)
    """"Authority" → the organization whose authority was last spoken of by its full name."""
    parties: Counter[frozenset[str]] = field(default_factory=Counter)
    """How often two states, by their keys, were named together: what the article is about."""

    def remember(self, number: int, sentence: Sentence) -> None:
        """Take in those whom the sentence names."""
        self.seen += (each for each in named(number, sentence) if each.entity.kind in AGENT_KINDS)
        for entities in pairs(sentence):
            self.add_group(number, entities)
        self.organs.update(_organs(sentence))
        everybody = {m.entity for word in sentence.words if (m := word.mention) and m.entity and m.entity.kind in SIDES}
        if len(keys := self._keys(everybody)) == 2:
            self.parties[keys] += 1

    def pairs_here(self, number: int, sentence: Sentence) -> list[tuple[Entity, ...]]:
        """The groups that the sentence names, or refers to, as far as its references have been read."""
        meant = [seen for seen in self.seen_in(number) if seen.entity.kind is Kind.PERSON]
        return pairs(sentence, {seen.word: seen.entity for seen in meant})

    def add_group(self, number: int, entities: tuple[Entity, ...]) -> None:
        """Take in that these were spoken of together."""
        self.groups.append((number, entities))
        self.parties[self._keys(entities)] += 1

    def _keys(self, entities: Iterable[Entity]) -> frozenset[str]:
        """The keys of the states of these, as far as they are known."""
        return frozenset(state.key for entity in entities if (state := self.state_of(entity)))

    def seen_in(self, number: int) -> list[Seen]:
        """Those whom references of the sentence with this number mean, as far as it has been read."""
        return [seen for seen in self.seen[-NEARBY:] if seen.sentence == number]

    def acting_person(self, gender: str) -> Entity | None:
        """The last person of that gender who was the subject of a sentence."""
        for seen in reversed(self.seen):
            if seen.entity.kind is Kind.PERSON and seen.subject and seen.entity.gender in (None, "", gender):
                return seen.entity
        return None

    def acting_thing(self, number: int) -> tuple[Entity, ...]:
        """What "it" means: the last state or organization that was the subject of a sentence near by."""
        for seen in reversed(self.seen):
            if number - seen.sentence > THING:
                break
            if seen.entity.kind is not Kind.PERSON and seen.subject:
                return (seen.entity,)
        return ()

    def last(self, number: int, fits: Callable[[Entity], bool]) -> tuple[Entity, ...]:
        """The last that fits, one that was a subject before any other."""
        fallback: tuple[Entity, ...] = ()
        for seen in reversed(self.seen):
            if number - seen.sentence > BODY:
                break
            if fits(seen.entity):
                if seen.subject:
                    return (seen.entity,)
                fallback = fallback or (seen.entity,)
        return fallback

    def last_group(self, number: int) -> tuple[Entity, ...]:
        """What "they" means: the last group, if it is near."""
        where, entities = self.groups[-1] if self.groups else (number, ())
        return entities if number - where <= GROUP else ()

    def partners(self, entity: Entity) -> tuple[Entity, ...]:
        """The last two of whom this is one."""
        pairs_with = (both for _, both in reversed(self.groups) if entity in both and len(both) == 2)
        return next(pairs_with, ())

    def group(self, number: int, size: int | None, *, states: bool | None) -> tuple[Entity, ...]:
        """The group of this size that is meant; of states when states are meant, of persons when they are not.

        Where states are meant and persons were named, it is their states: of two those of whom the article speaks
        most, unless others were named just before.
        """
        best: tuple[float, tuple[Entity, ...]] = (0.0, ())
        for where, entities in reversed(self.groups):
            if number - where > FAR:
                break
            if size and len(entities) != size:
                continue
            if states is False and not all(entity.kind is Kind.PERSON for entity in entities):
                continue
            if not states:
                return entities
            owners = [self.state_of(entity) for entity in entities]
            known = tuple(dict.fromkeys(owner for owner in owners if owner))
            if None in owners or (size and len(known) != size):
                continue
            weight = self.parties[frozenset(owner.key for owner in known)] + (JUST_BEFORE if number - where <= 1 else 0)
            if weight > best[0]:
                best = (weight, known)
        return best[1]


def _organs(sentence: Sentence) -> Iterator[tuple[str, Entity]]:
    """The parts of organizations that are named with them: "the Authority of Heads of State of the Union"."""
    for token in sentence.parse:
        if token.lower_ in ORGANS and token.text.istitle():
            inside = (sentence.words[part.i].mention for part in token.subtree if part.i != token.i)
            owners = [m.entity for m in inside if m and m.entity and m.entity.kind is Kind.ORGANIZATION]
            if owners:
                yield token.text, owners[0]


def named(number: int, sentence: Sentence, before: int | None = None) -> Iterator[Seen]:
    """Those whom the words of the sentence name, up to the word `before`; adjectives ("Kenyan") name nobody."""
    for token in sentence.parse[:before]:
        mention = sentence.words[token.i].mention
        if mention and mention.entity and mention.form is not Form.DEMONYM:
            yield Seen(mention.entity, number, token.i, is_subject(token))
