"""Acts whose words are left out: "It did so in January", "as did Oman", "France pledged $5m and Japan $3m"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mapper.document import Role
from mapper.matches import Match
from mapper.modality import mode_of
from mapper.scenes import Scene
from mapper.syntax import children, has_particle, objects, prepositional, subjects

if TYPE_CHECKING:
    from spacy.tokens import Token

SURENESS = 0.85
"""How sure the act is, compared with the one that it is told like."""
TAKING_UP = frozenset("do follow reciprocate join respond reply retaliate answer have be".split())
"""Verbs that may stand for another."""
SUMS = frozenset({"$", "€", "£", "¥"})


def done_likewise(scene: Scene, verb: Token, last: Match | None) -> Match | None:
    """The act told last, done by another subject; None when the verb does not take one up."""
    if last is None or not _takes_up(verb) or scene.number - last.number > 1:
        return None
    mode = mode_of(verb, performative=False)
    actors = scene.who(subjects(verb))
    keys = {actor.entity.key for actor in actors}
    others = [
        (actor, role) for actor, role in last.actors if role is not Role.INITIATOR and actor.entity.key not in keys
    ]
    if not others and keys & {actor.entity.key for actor, _ in last.actors}:  # "France reciprocated"
        others = [(actor, Role.TARGET) for actor, role in last.actors if role is Role.INITIATOR]
    if mode is None or not actors or Role.INITIATOR not in {role for _, role in last.actors}:
        return None
    return replace(
        last,
        sentence=scene.sentence,
        number=scene.number,
        token=verb,
        anchors=(verb,),
        actors=(*((actor, Role.INITIATOR) for actor in actors), *others),
        mode=mode,
        word=f"{last.trigger.type}/likewise:{verb.lemma_}",
        confidence=last.confidence * SURENESS,
    )


def _takes_up(verb: Token) -> bool:
    """Whether a verb stands for another: "did so", "as did", "so has", "followed suit", "responded in kind"."""
    if verb.lemma_ not in TAKING_UP:
        return False
    done = {noun.lower_ for noun in objects(verb)}
    if verb.lemma_ in ("reciprocate", "join"):
        return not done and (verb.lemma_ != "join" or has_particle(verb, "in"))
    if verb.lemma_ in ("respond", "reply", "retaliate", "answer"):
        return any(noun.lower_ == "kind" for noun in prepositional(verb, "in"))
    if verb.lemma_ == "follow":
        return "suit" in done
    if verb.lemma_ in ("have", "be"):
        return verb.dep_ == "ROOT" and any(
            child.lower_ == "so" and child.i < verb.i for child in children(verb, "advmod")
        )
    if verb.lemma_ != "do" or verb.dep_ in ("aux", "auxpass"):
        return False
    beside = {child.lower_ for child in children(verb, "advmod", "mark", "dobj", "prep")}
    return "same" in done or bool(beside & {"so", "likewise", "as"})


def gapped(scene: Scene, match: Match) -> list[Match]:
    """The match, and the pledges of those named before a sum alone, behind the first pledge."""
    if match.trigger.type != "AidPledge" or len(match.anchors) < 2 or not subjects(match.token):
        return [match]
    parse, words = scene.sentence.parse, scene.sentence.words
    tokens = [
        token
        for token in parse[match.anchors[1].i + 1 : -1]
        if words[token.i].mention is not None
        and token.dep_ not in ("pobj", "dative")
        and (parse[token.i + 1].text in SUMS or parse[token.i + 1].like_num)
    ]
    givers = {actor.entity.key: (actor, token) for token in tokens for actor in scene.who([token])[:1]}
    others = tuple((actor, role) for actor, role in match.actors if actor.entity.key not in givers)
    receivers = tuple((actor, role) for actor, role in others if role is not Role.INITIATOR)
    return [
        replace(match, actors=others),
        *(
            replace(match, token=token, anchors=(match.token, token), actors=((giver, Role.INITIATOR), *receivers))
            for giver, token in givers.values()
        ),
    ]
