"""Events told by a noun: "a meeting between …", "Kenya's call for …"; and nouns that take up an event told before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapper.actors import Actor
from mapper.document import Medium, Role
from mapper.matches import Args, Match
from mapper.modality import mode_of
from mapper.patterns import (
    BY_PHONE,
    DEFINITE,
    HOSTING,
    REFERABLE,
    SPEECH_ACTS,
    WHOLES,
    attends,
    company,
    during,
    exist,
    has_modifier,
    refused,
)
from mapper.rules import Trigger
from mapper.scenes import Scene, cores, finished, fitting
from mapper.syntax import children, clause_head, is_verb, prepositional, subjects

if TYPE_CHECKING:
    from spacy.tokens import Token

COMPANY = frozenset({"between", "with", "by", "among"})
"""Prepositions that name the company although the parser hangs them on the verb: "a call took place between"."""
REFERENCE = 0.5
"""How sure a noun is that only takes up what was told before."""


def told_by_noun(trigger: Trigger, scene: Scene, noun: Token) -> Match | None:
    """The event that the trigger finds at this noun, or None."""
    if not _words_fit(trigger, noun) or refused(noun):
        return None
    mode = mode_of(noun, performative=trigger.type in SPEECH_ACTS)
    if mode is None:
        return None
    args = Args()
    for place, role in trigger.args.items():
        found = _named(place, scene, noun, deep=place in trigger.deep)
        args.add(place, fitting(trigger, place, found), role)
    return finished(scene, trigger, (noun,), args, mode)


def _words_fit(trigger: Trigger, noun: Token) -> bool:
    """Whether the words around the noun are those that the trigger asks for."""
    if trigger.without and has_modifier(noun, trigger.without):
        return False
    if "there-are" in trigger.modifiers:
        if not exist(noun):
            return False
    elif trigger.modifiers and not has_modifier(noun, trigger.modifiers):
        return False
    if trigger.complement and not _said_of(noun):
        return False
    wrapped = [core for of in prepositional(noun, "of", "for") for core in cores(of)]
    parts = [*wrapped, *children(noun, "compound")]
    return not trigger.objects or any(part.lemma_ in trigger.objects for part in parts)


def _named(place: str, scene: Scene, noun: Token, *, deep: bool) -> tuple[Actor, ...]:
    """Who stands in a place of the noun, or of the verb that governs it."""
    verb = clause_head(noun)
    governed = is_verb(verb) and (
        noun.dep_ in ("dobj", "nsubjpass", "attr", "acomp") or (noun.dep_ == "pobj" and noun.head.head == verb)
    )
    if place == "owner":
        return scene.owners(noun)
    if place == "clause":
        return scene.who(_said_of(noun))
    if place == "subject":
        does = noun.dep_ == "dobj" or (noun.dep_ in ("attr", "acomp") and verb.lemma_ in ("be", "become"))
        acts = governed and does and verb.lemma_ not in HOSTING - {"attend"}
        return scene.who(subjects(verb)) if acts else ()
    if place == "present":
        return scene.who(subjects(clause_head(noun))) if during(noun) else ()
    if place == "bearer":
        return scene.who(_bearers(noun))
    if place == "host":
        return scene.who(_hosts(noun))
    if place.startswith("object_"):  # "the severing of ties with Iran"
        wrapped = [core for of in prepositional(noun, "of") for core in cores(of)]
        return scene.who([each for core in wrapped for each in prepositional(core, place.removeprefix("object_"))])
    heads = company(noun, place)
    if noun.head.lemma_ in WHOLES:
        heads += prepositional(noun.head.head if noun.dep_ == "pobj" else noun.head, place)
    if place in COMPANY and (governed or noun.dep_ == "nsubj") and not (place == "by" and heads):
        heads += [each for each in prepositional(verb, place) if each.i > noun.i]
        if noun.dep_ == "nsubj":  # "the call was the second between"
            heads += [each for attr in children(verb, "attr") for each in prepositional(attr, place)]
    return scene.who(heads, deep=deep)


def _said_of(noun: Token) -> list[Token]:
    """Of whom a clause behind the noun speaks: "its demand that Riyadh withdraw"."""
    return [subject for verb in children(noun, "acl") for subject in children(verb, "nsubj", "nsubjpass")]


def _bearers(noun: Token) -> list[Token]:
    """Who is on it: "the minister, on a visit to Rome, said", "he said on a visit to Rome"."""
    if noun.dep_ != "pobj" or noun.head.lower_ not in ("on", "during"):
        return []
    above = noun.head.head
    return subjects(above) if is_verb(above) else [above]


def _hosts(noun: Token) -> list[Token]:
    """Who hosts it, as told by a clause that hangs on the noun: "talks mediated by Qatar"."""
    return [token for verb in children(noun, "acl", "relcl") if verb.lemma_ in HOSTING for token in subjects(verb)]


def taken_up(scene: Scene, noun: Token) -> Match | None:
    """The noun as one that takes up an event told before; None when it is indefinite and adds nobody."""
    lemma = noun.lemma_.lower()
    kind = REFERABLE.get(lemma)
    if kind is None or noun.pos_ not in ("NOUN", "PROPN") or refused(noun):
        return None
    if kind == "Meeting" and any(child.lower_ in BY_PHONE for child in noun.children):
        kind = "TelephoneCall"
    mode = mode_of(noun, performative=False)
    first = scene.sentence.words[0]
    if mode is None or (first.time and first.form == "yesterday"):
        return None  # "The day before, …" tells of something else
    present = _hosts(noun)
    verb = clause_head(noun)
    if is_verb(verb) and attends(verb) and noun.dep_ in ("dobj", "pobj"):
        present += subjects(verb)
    actors = scene.who(present)
    definite = any(child.lower_ in DEFINITE or scene.sentence.words[child.i].time for child in noun.children)
    if not definite and not actors and kind not in ("TelephoneCall", "Visit"):
        return None
    medium = None
    if kind == "TelephoneCall":
        video = any(child.lower_ == "video" for child in noun.children)
        medium = Medium.VIRTUAL if video else Medium.TELEPHONE
    trigger = Trigger(kind, frozenset({lemma}), True, medium=medium)
    named = tuple((actor, Role.PARTICIPANT) for actor in actors)
    word = f"{kind}/reference:{lemma}"
    return Match(
        trigger, scene.sentence, scene.number, noun, (noun,), named, mode, word, "nominal", REFERENCE, reference=True
    )
