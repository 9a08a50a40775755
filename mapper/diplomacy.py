"""What is diplomacy, and what is a country's own affair or somebody's private one."""

from __future__ import annotations

from mapper.actors import side
from mapper.document import Entity, Kind, Role
from mapper.episodes import Episode, principals
from mapper.patterns import is_somewhere
from mapper.standing import Standing


def is_diplomatic(episode: Episode, standing: Standing, *, international: bool) -> bool:
    """Whether the event crosses a border: two sides, or one side in an article that tells of more than one.

    `international` says that another event of the article has two sides, or that the article speaks much of two states.
    """
    entities = [entity for entity, _ in episode.parts.values()]
    initiators = [entity for entity, role in episode.parts.values() if role is Role.INITIATOR]
    if not any(map(standing.public, entities)) or (initiators and not any(map(standing.public, initiators))):
        return False
    if episode.type == "Visit":
        return _goes_abroad(episode)
    parties = public_sides(episode, standing)
    if len(parties) != 1:
        return bool(parties)
    if len(entities) > 1 and all(side(entity) for entity in entities):
        return international and not all(entity.kind is Kind.PERSON for entity in entities)
    if episode.type == "Vote" and _in_an_organ(episode):
        return True
    if any(_of_states(entity) for entity in entities):
        return True
    return international or _names_others(episode)


def public_sides(episode: Episode, standing: Standing) -> set[str]:
    """The states and organizations on whose behalf diplomacy is made in an event, by key."""
    entities = (entity for entity, _ in episode.parts.values())
    return {key for entity in entities if standing.public(entity) and (key := side(entity))}


def _of_states(entity: Entity) -> bool:
    """Whether this is an organization that belongs to no single state, known to the gazetteer."""
    return entity.kind is Kind.ORGANIZATION and not entity.country and bool(entity.qid or entity.level)


def _goes_abroad(visit: Episode) -> bool:
    """Whether a visit is to another country, or, where no place is told, is called a visit at all."""
    place = visit.location
    if place is None:
        return any(m.trigger.nominal or m.trigger.objects or is_somewhere(m.token) for m in visit.matches)
    home = {entity.country for entity, _ in visit.parts.values()}
    return (place.key if place.kind is Kind.STATE else place.country) not in home


def _in_an_organ(vote: Episode) -> bool:
    """Whether the vote is one of an organization of states: it is named, or only there is there a veto."""
    words = [word for match in vote.matches for word in match.sentence.words]
    named = [word.mention.entity for word in words if word.mention and word.mention.entity]
    return any(entity.kind is Kind.ORGANIZATION and not entity.country for entity in named) or any(
        match.token.lemma_ == "veto" for match in vote.matches
    )


def _names_others(episode: Episode) -> bool:
    """Whether the sentences that tell it name another state than its own."""
    own = principals(episode)
    words = [word for match in episode.matches for word in match.sentence.words]
    named = [word.mention.entity for word in words if word.mention and word.mention.entity]
    return any(entity.kind is Kind.STATE and entity.key not in own for entity in named)
