"""A trigger found in a sentence, with those whom its arguments name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mapper.actors import Actor
from mapper.document import Entity, Kind, Role, Sentence
from mapper.modality import Mode
from mapper.rules import Trigger

if TYPE_CHECKING:
    from spacy.tokens import Token

BROAD: Mapping[str, frozenset[Kind]] = {
    "Organization": frozenset({Kind.ORGANIZATION, Kind.MISSION, Kind.GOVERNMENT_BODY}),
    "Person": frozenset({Kind.PERSON}),
    "State": frozenset({Kind.STATE}),
    "GovernmentBody": frozenset({Kind.GOVERNMENT_BODY}),
}
"""What a rule's kinds mean."""


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """A trigger found in a sentence with its arguments."""

    trigger: Trigger
    sentence: Sentence
    number: int
    token: Token
    anchors: tuple[Token, ...]
    """The words that tell the event, for whatever else hangs on them (time, place)."""
    actors: tuple[tuple[Actor, Role], ...]
    mode: Mode
    word: str
    matcher: str = "dependency"
    confidence: float = 0.8
    reference: bool = False
    """Whether it only takes up an event that is told elsewhere ("the call"), to date, place or complete it."""

    def by_role(self, *roles: Role) -> tuple[Entity, ...]:
        """The entities in these roles."""
        return tuple(actor.entity for actor, role in self.actors if role in roles)


@dataclass(slots=True)
class Args:
    """Arguments while they are gathered: one role for each entity, the first that was found."""

    places: dict[str, tuple[Actor, ...]] = field(default_factory=dict)
    chosen: dict[str, tuple[Actor, Role]] = field(default_factory=dict)

    def add(self, place: str, actors: Iterable[Actor], role: Role) -> None:
        """Put the actors in a place; who has a role already keeps it."""
        for actor in actors:
            self.places[place] = (*self.places.get(place, ()), actor)
            self.chosen.setdefault(actor.entity.key, (actor, role))


def persons_before_states(actors: list[tuple[Actor, Role]]) -> list[tuple[Actor, Role]]:
    """Where persons act together, their own states are not participants beside them."""
    roles = {role for _, role in actors}
    if roles != {Role.PARTICIPANT}:
        return actors
    states = {actor.entity.country for actor, _ in actors if actor.entity.kind is Kind.PERSON}
    return [
        (actor, role)
        for actor, role in actors
        if actor.entity.kind is not Kind.STATE or actor.entity.key not in states or actor.direct
    ]
