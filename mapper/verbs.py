"""Events told by a verb: "condemned the coup", "held talks with", "called on both sides to"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mapper.document import Kind, Role, Status
from mapper.matches import Args, Match
from mapper.modality import Mode, is_attribute, mode_of
from mapper.patterns import (
    BEGUN,
    MEASURES,
    PAPERS,
    SPEECH_ACTS,
    clause_objects,
    company,
    has_modifier,
    is_decided,
    issuers,
    neutral,
    refused,
    says_no,
    speaker_of,
    to_come,
    together,
)
from mapper.rules import Trigger
from mapper.scenes import Scene, complete_row, cores, finished, fitting
from mapper.syntax import (
    children,
    clause_head,
    complement,
    has_particle,
    is_negated,
    is_passive,
    is_verb,
    objects,
    prepositional,
    shared_objects,
    subjects,
)

if TYPE_CHECKING:
    from spacy.tokens import Token

ADDED = frozenset({"another", "further"})
"""What more of a measure is: it is done, although other events of which it is said are not."""
THREATENING = frozenset({"will", "would", "shall", "'ll", "’ll"})
"""Auxiliaries of what somebody says that they or others are going to do."""
AIMING = frozenset({"target", "aim", "hit"})
"""Participles whose object is what a measure is meant for: "sanctions targeting Iran's drones"."""
ANNOUNCING = frozenset({"announce", "say", "declare", "confirm"})
ANNOUNCED = frozenset({"Expulsion", "Recall", "Summoning", "Sanction", "RelationsChange", "Deployment"})
"""Classes of acts that whoever announces them in the passive has done."""
RESOLVED = frozenset({"Appeal", "Sanction", "Deployment"})
"""Classes of acts that a resolution does for those who adopt it."""
NEVER_ATTRIBUTES = frozenset({"Deployment", "Endorsement"})
"""Classes of which a describing participle tells nothing new: "the troops deployed in Haiti"."""
NEVER_CLAIMED = frozenset({"Endorsement", "AidPledge", "Deployment"})
"""Classes that are no event where somebody only claims or denies them: "denied sending arms"."""


def told_by_verb(trigger: Trigger, scene: Scene, verb: Token) -> Match | None:
    """The event that the trigger finds at this verb, or None."""
    clause = complement(verb)
    if not _words_fit(trigger, verb, clause):
        return None
    nouns = shared_objects(verb)
    anchors = _anchors(trigger, scene, verb, nouns, clause)
    if anchors is None:
        return None
    if trigger.modifiers and not any(has_modifier(anchor, trigger.modifiers) for anchor in anchors[1:] or anchors):
        return None
    mode = _mode(trigger, verb, anchors)
    if mode is None:
        return None
    args = _arguments(trigger, scene, verb, nouns, clause, anchors)
    return finished(scene, trigger, anchors, args, mode)


def _words_fit(trigger: Trigger, verb: Token, clause: Token | None) -> bool:
    """Whether particles and clauses of the verb are those that the trigger asks for."""
    if trigger.particles and not any(has_particle(each, *trigger.particles) for each in _bearers(trigger, verb)):
        return False
    if trigger.without and (
        has_particle(verb, *trigger.without) or any(has_modifier(noun, trigger.without) for noun in objects(verb))
    ):
        return False
    if trigger.subjects and not _subject(trigger, verb):
        return False
    if trigger.passive and (not is_passive(verb) or any(children(verb, "agent"))):
        return False
    if trigger.future and not any(child.lower_ in THREATENING for child in children(verb, "aux")):
        return False
    if trigger.contradicts and (clause is None or not says_no(clause)):
        return False
    if trigger.complement and clause is None:
        return False
    if trigger.infinitive and (clause is None or not any(child.tag_ == "TO" for child in clause.children)):
        return False
    if trigger.clause_words and not any(token.lower_ in trigger.clause_words for token in verb.subtree):
        return False
    if trigger.clause_without and any(token.lemma_.lower() in trigger.clause_without for token in verb.subtree):
        return False
    blames = trigger.type == "Accusation" and clause is not None and not trigger.clause_words
    return not (blames and clause is not None and neutral(clause))


def _bearers(trigger: Trigger, verb: Token) -> list[Token]:
    """On what the particles of a trigger may hang: "discussed by phone", "discussed the crisis over the phone"."""
    if not trigger.objects:
        return [verb]
    return [verb, *(noun for noun in objects(verb) if noun.lemma_ not in trigger.objects)]


def _subject(trigger: Trigger, verb: Token) -> Token | None:
    """The subject of the verb, in a passive what is acted on, when it is one that the trigger asks for."""
    found = [core for noun in (*subjects(verb), *children(verb, "nsubjpass")) for core in cores(noun)]
    return next((noun for noun in found if noun.lemma_.lower() in trigger.subjects), None)


def _anchors(
    trigger: Trigger, scene: Scene, verb: Token, nouns: Sequence[Token], clause: Token | None
) -> tuple[Token, ...] | None:
    """The verb and the noun that makes it tell the event ("hold" → "talks"); None when that noun is missing."""
    if not trigger.objects:
        subject = _subject(trigger, verb) if trigger.subjects else None
        return (verb,) if subject is None else (verb, subject)
    pool = [core for noun in nouns for core in cores(noun)]
    held = [(each, p) for each in _bearers(trigger, verb) for p in sorted(trigger.particles)]
    pool += [core for each, p in held for noun in prepositional(each, p) for core in cores(noun)]
    pool += [noun for partner in prepositional(verb, "with") for noun in children(partner, "appos")]
    if verb.dep_ == "acl" and verb.head.dep_ == "pobj":
        pool.append(verb.head.head.head)  # "tariffs on Indian goods announced by"
    if clause is not None:
        if trigger.type not in MEASURES or any(child.lower_ == "to" for child in children(clause, "aux")):
            pool.append(clause)  # "announced that it is breaking ties" tells of the measure by itself
        if any(child.lower_ == "what" for child in clause.children):  # "rejected what it called imputations"
            pool += children(clause, "oprd", "attr", "dobj")
    return next(((verb, noun) for noun in pool if scene.is_object(trigger, noun)), None)


def _mode(trigger: Trigger, verb: Token, anchors: Sequence[Token]) -> Mode | None:
    """How the event is told, as far as its class has such a form; None when it is not told as one."""
    decided = trigger.type in MEASURES and is_decided(verb)
    lacking = trigger.negated and (is_negated(verb) or any(refused(noun) for noun in anchors[1:]))
    if trigger.negated and not lacking:
        return None
    if decided or lacking:
        mode: Mode | None = Mode(Status.OCCURRED)
    else:
        mode = mode_of(verb, performative=trigger.type in SPEECH_ACTS)
    announced = trigger.type in ("Expulsion", "Recall") and any(c.lower_ == "will" for c in children(verb, "aux"))
    if mode is None and announced:
        mode = mode_of(verb, performative=False) and Mode(Status.OCCURRED)  # it is decided when it is said
    if mode is None or (trigger.type in NEVER_ATTRIBUTES and is_attribute(verb)):
        return None
    lacking = lacking or (trigger.type in BEGUN and any(c.lower_ in ADDED for c in anchors[-1].children))
    if len(anchors) > 1 and not is_verb(anchors[1]) and refused(anchors[1]) and not lacking:
        return None
    if len(anchors) > 1 and mode.status is Status.OCCURRED and to_come(anchors[1]):
        mode = Mode(Status.PLANNED, "future")
    if trigger.type in NEVER_CLAIMED and mode.status in (Status.ALLEGED, Status.DENIED):
        return None
    if trigger.type == "Endorsement" and mode.status is not Status.OCCURRED:
        return None
    if trigger.type == "AidPledge" and mode.status is Status.PLANNED:
        return Mode(Status.OCCURRED)  # a promise is made by saying that one will
    return mode


def _arguments(
    trigger: Trigger,
    scene: Scene,
    verb: Token,
    nouns: Sequence[Token],
    clause: Token | None,
    anchors: tuple[Token, ...],
) -> Args:
    """Who stands in the places that the trigger has roles for."""
    args = Args()
    for place, role in trigger.args.items():
        if place == "owner":
            found = scene.owners(anchors[-1])
        else:
            deep = place in trigger.deep
            heads = _spokesmen(trigger, scene, verb) if place == "subject" else []
            found = scene.who(heads or _heads(place, scene, verb, nouns, clause, anchors, deep=deep), deep=deep)
        args.add(place, fitting(trigger, place, found), role)
    if "subject" in trigger.args and clause is not None and not args.places.get("subject"):
        theirs = any(child.tag_ == "PRP$" for noun in subjects(verb) for child in noun.children)
        args.add("subject", scene.who(subjects(clause)) if theirs else (), trigger.args["subject"])
    if "subject" in trigger.args and not args.places.get("subject"):
        announced = [a for a in scene.who(_announcers(trigger, verb)) if a.entity.key not in args.chosen]
        args.add("subject", fitting(trigger, "subject", tuple(announced)), trigger.args["subject"])
    if trigger.type == "Agreement" and len(args.chosen) == 1 and verb.dep_ == "acl":
        args.add("subject", scene.who(_bound(verb.head)), trigger.args["subject"])
    if scene.measure is not None and trigger.type in MEASURES:
        complete_row(args, trigger, scene.measure, agentless=is_passive(verb) and not any(children(verb, "agent")))
    if trigger.type in RESOLVED and not args.places.get("subject") and subjects(verb)[:1] and scene.organ:
        adopted = subjects(verb)[0].lemma_ == "resolution" and verb.dep_ not in ("conj", "acl")
        args.add("subject", scene.organ if adopted else (), Role.INITIATOR)
    return args


def _bound(paper: Token) -> list[Token]:
    """Whom a paper signed with others binds: "under a treaty signed with Israel, Egypt", "a treaty … obliges Egypt"."""
    above = clause_head(paper)
    if not is_verb(above):
        return []
    return objects(above) if paper in subjects(above) else subjects(above)


def _spokesmen(trigger: Trigger, scene: Scene, verb: Token) -> list[Token]:
    """Who speaks for the state that acts by speaking: "the minister, X, said Egypt condemned …".

    Who says what a participle goes on with: "said that troops had crossed the border, accusing Baku of …".
    """
    if trigger.type in SPEECH_ACTS and verb.dep_ == "advcl" and verb.tag_ == "VBG":
        above = verb.head
        said = [above.head] if above.dep_ == "ccomp" else list(children(above, "parataxis"))
        return [noun for each in said if each.lemma_ in ANNOUNCING and each.i < verb.i for noun in subjects(each)]
    if trigger.type not in SPEECH_ACTS or verb.dep_ != "ccomp" or verb.head.lemma_ not in ANNOUNCING:
        return []
    states = {actor.entity.key for actor in scene.who(subjects(verb)) if actor.entity.kind is Kind.STATE}
    speakers = subjects(verb.head)
    homes = set()
    for actor in scene.who(speakers):
        if not actor.direct:
            return []  # "a spokesman said the US condemned"
        title = actor.mention.title if actor.mention else None
        homes.add(actor.entity.country or (title.of if title else None))
    return speakers if states and states == homes else []


def _announcers(trigger: Trigger, verb: Token) -> list[Token]:
    """Who makes known that something was done, nobody says by whom: "Oslo said that two envoys had been expelled"."""
    passive = is_passive(verb) and not any(children(verb, "agent"))
    if trigger.type not in ANNOUNCED or not passive or verb.dep_ != "ccomp" or verb.head.lemma_ not in ANNOUNCING:
        return []
    return subjects(verb.head)


def _measured(noun: Token) -> list[Token]:
    """What else the words behind a measure may hang on: "tariffs of 50 percent on", "equipment worth $37m to"."""
    counted = prepositional(noun, "of")
    given = prepositional(noun, "in", "worth") if noun.pos_ == "NUM" else []
    return [*counted, *given, *(child for child in children(noun, "amod", "prep") if child.lower_ == "worth")]


def _heads(
    place: str,
    scene: Scene,
    verb: Token,
    nouns: Sequence[Token],
    clause: Token | None,
    anchors: tuple[Token, ...],
    *,
    deep: bool,
) -> list[Token]:
    """The nouns in a place of the verb; with `deep` their phrases are searched too."""
    if place == "subject":
        heads = subjects(verb)
        heads += together(verb, heads)
        voted = bool(heads) and heads[0].lemma_ == "resolution" and verb.dep_ == "acl"  # the vote is the act
        if heads and not voted and heads[0].lemma_ in PAPERS | {"decision"} and not scene.who(heads):
            return issuers(heads[0])
        if not heads and is_passive(verb):  # "were declared personae non gratae by Lima"
            heads = [
                noun for part in children(verb, "oprd", "dobj") for t in part.subtree for noun in prepositional(t, "by")
            ]
        return speaker_of(verb) if verb.dep_ == "conj" and not scene.who(heads) else heads
    if place == "object":
        heads = [noun for noun in nouns if noun not in anchors or deep]
        if deep and not heads and clause is not None:  # "condemned what they said was …"
            heads += [t for t in clause.subtree if t.dep_ in ("attr", "dobj") and t.pos_ in ("NOUN", "PROPN")]
        return heads + [t for t in children(verb, "dative") if t not in heads and not any(children(t, "pobj"))]
    if place == "dative":
        return list(children(verb, "dative"))
    if place == "clause":
        return subjects(clause) if clause is not None else []
    if place == "clause_object":
        return clause_objects(verb, nouns, clause)
    if place.startswith("subject_"):
        named = [each for noun in subjects(verb) for each in (noun, *_measured(noun))]
        return [each for noun in named for each in prepositional(noun, place.removeprefix("subject_"))]
    if place.startswith("clause_"):
        verbs = [] if clause is None else [clause, *children(clause, "xcomp")]
        return [noun for each in verbs for noun in prepositional(each, place.removeprefix("clause_"))]
    if place == "object_clause":
        return [each for noun in nouns for inner in children(noun, "acl") for each in children(inner, "nsubj")]
    if place.startswith("object_"):
        return [each for noun in nouns for each in prepositional(noun, place.removeprefix("object_"))]
    near = [*anchors, *(inner for anchor in anchors[1:] for inner in _measured(anchor))]
    heads = [noun for anchor in near for noun in company(anchor, place) if noun not in anchors]
    if place in ("on", "against"):  # "sanctions targeting Iran's drones", "aimed at Belarus"
        aimed = [v for anchor in anchors for v in children(anchor, "acl") if v.lemma_ in AIMING]
        heads += [noun for v in aimed for noun in (*children(v, "dobj"), *prepositional(v, "at"))]
    return heads
