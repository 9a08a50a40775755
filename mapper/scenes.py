"""A sentence with those who can act in it, as the matchers see it, and the match that their findings make."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mapper.actors import Actor, Actors, hyphened
from mapper.document import Entity, Role, Sentence
from mapper.matches import BROAD, Args, Match, persons_before_states
from mapper.modality import Mode
from mapper.patterns import OWNING, WHOLES, is_somewhere
from mapper.rules import Trigger
from mapper.syntax import children, group, objects, prepositional

if TYPE_CHECKING:
    from spacy.tokens import Token

PlaceOf = Callable[[Sentence, Sequence["Token"]], Entity | None]
"""The place at which something told by these words happens."""
UNSCORED, REFERRED, AT_LEAST = 0.8, 0.75, 0.64
"""How sure it is who is meant by a mention without a score, by a reference, and by any mention: that somebody is meant
is surer than who it is."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A sentence, its number, who its words name or refer to, and where things happen."""

    sentence: Sentence
    number: int
    actors: Actors
    place: PlaceOf
    measure: Match | None = None
    """The measure told last, not far before: who took it against whom also did what nobody is said to have done."""
    organ: tuple[Actor, ...] = ()
    """Who adopted the resolution told last."""

    def who(self, heads: Iterable[Token], *, deep: bool = False) -> tuple[Actor, ...]:
        """The actors named by these noun phrases; with `deep` also those to whom the phrases belong."""
        return self.actors.of(self.sentence, self.number, heads, deep=deep)

    def owners(self, noun: Token) -> tuple[Actor, ...]:
        """To whom the noun belongs: "China's call", "the Kenyan call"."""
        owners: dict[str, Actor] = {}
        for child in children(noun, *OWNING):
            if child.i < noun.i:
                for each in [*hyphened(child), *group(child)]:
                    themselves = child.dep_ == "poss"
                    found = self.actors.owner(self.sentence, self.number, each, themselves=themselves)
                    for actor in found or (self.who([each]) if themselves else ()):
                        owners.setdefault(actor.entity.key, actor)
        return tuple(owners.values())

    def is_object(self, trigger: Trigger, noun: Token) -> bool:
        """Whether the trigger may have this noun as its object, or the last noun of the title that it stands for."""
        if noun.lemma_.lower() in trigger.objects or noun.lower_ in trigger.objects:
            return True
        if "#" in trigger.objects and noun.like_num:
            return True
        mention = self.sentence.words[noun.i].mention
        if mention is None:
            return False
        words = [*mention.text.split()[-1:], *(mention.title.words.split() if mention.title else ())]
        return any(word.lower() in trigger.objects for word in words)


def cores(noun: Token) -> Iterator[Token]:
    """The noun itself and the nouns that it only counts or wraps: "a round of talks", "talks and a dinner"."""
    for each in group(noun):
        yield each
        for of in prepositional(each, "of", "in"):
            if each.lemma_ in WHOLES or each.pos_ == "NUM" or each.dep_ in ("dobj", "nsubjpass"):
                yield of
        yield from children(each, "quantmod", "nummod", "compound", "nmod")


def fitting(trigger: Trigger, place: str, actors: tuple[Actor, ...]) -> tuple[Actor, ...]:
    """Those of the actors that are of a kind which the trigger takes in this place."""
    kinds = trigger.kinds.get(place)
    if kinds is None:
        return actors
    allowed = frozenset().union(*(BROAD[kind] for kind in kinds))
    return tuple(actor for actor in actors if actor.entity.kind in allowed)


def finished(
    scene: Scene, trigger: Trigger, anchors: tuple[Token, ...], args: Args, mode: Mode, *, word: str | None = None
) -> Match | None:
    """The match, when everybody is there whom the trigger needs; `anchors[0]` is the word that sets it off.

    `word` is the name of that word in the rule, by default its lemma.
    """
    token = anchors[0]
    for need in trigger.need:
        named = any(args.places.get(place) for place in need - {"place"})
        placed = "place" in need and (
            is_somewhere(token) or scene.place(scene.sentence, [token, *objects(token)]) is not None
        )
        if not named and not placed:
            return None
    actors = persons_before_states(list(args.chosen.values()))
    if not actors or len({actor.entity.key for actor, _ in actors}) < trigger.agents:
        return None
    surest = (max(actor.mention.confidence or UNSCORED, AT_LEAST) if actor.mention else REFERRED for actor, _ in actors)
    sort, matcher = ("noun", "nominal") if trigger.nominal else ("verb", "dependency")
    return Match(
        trigger,
        scene.sentence,
        scene.number,
        token,
        anchors,
        tuple(actors),
        mode,
        f"{trigger.type}/{sort}:{word or token.lemma_.lower()}",
        matcher,
        trigger.confidence * min(surest) ** 0.5,
    )


def complete_row(args: Args, trigger: Trigger, measure: Match, *, agentless: bool) -> None:
    """Add those to whom a row of measures belongs: "It expelled two envoys. Flights were suspended." """
    takers = tuple(actor for actor, role in measure.actors if role is Role.INITIATOR)
    others = tuple((actor, role) for actor, role in measure.actors if role is not Role.INITIATOR)
    taking = {actor.entity.key for actor in takers}
    role = trigger.args.get("subject")
    if role is not None and agentless and not args.places.get("subject") and not taking & set(args.chosen):
        args.add("subject", fitting(trigger, "subject", takers), role)
    own = {actor.entity.key for actor in args.places.get("subject", ())}
    if own and own <= taking and not set(args.chosen) - own:
        for actor, each in others:
            args.add("context", (actor,), each)
