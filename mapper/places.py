"""Where: which place named in a sentence is the event's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from mapper.document import Entity, Form, Kind, Sentence
from mapper.syntax import children, clause_head, is_verb, later

if TYPE_CHECKING:
    from spacy.tokens import Token

AT = frozenset({"in", "at", "inside", "near", "outside"})
GATHERINGS = frozenset(
    "meeting talk summit conference session visit trip tour negotiation discussion ceremony palace house gathering "
    "forum dinner lunch luncheon breakfast reception banquet briefing reporter journalist interview speech event "
    "sideline margin".split()
)
WITHIN = ("acl", "relcl", "xcomp", "conj", "pcomp", "advcl")
"""Clauses that may say where what they hang on happened."""
LEAVING = frozenset({"leave", "depart", "quit"})
"""Verbs whose object is where somebody comes from."""
TOWARDS = frozenset({"to", "in", "at", "into", "for", "through"})


Capital = Callable[[str], Entity | None]


def place_of(
    sentence: Sentence,
    anchors: Sequence[Token],
    *,
    travel: bool,
    capital: Capital = lambda _: None,
    here: Entity | None = None,
    said: bool = False,
) -> Entity | None:
    """The place at which the event told by these words happens; a city before its country.

    `travel` says that a goal is a place too ("a visit to Kenya"); `here` is where the article was written. What is
    `said` speaks of places that are not its own ("condemned the attack in Kherson").
    """
    found: list[tuple[int, Entity]] = []
    for index in range(len(sentence.words)):
        token = sentence.parse[index]
        spot = here if is_here(token) else None
        entity = spot or _place(sentence, index) or _capital(sentence, index, capital)
        if entity is None:
            continue
        if (where := _where(token)) is not None and where in anchors:
            rank: int | None = 2
        elif _hosts(token, anchors):
            rank = 1
        elif spot is not None:
            rank = _distance(token.head, anchors)
        else:
            rank = _rank(token, anchors, travel=travel, whole=said or entity.kind is Kind.STATE)
        if rank is not None:
            found.append((rank + (entity.kind is Kind.STATE), entity))
    return min(found, key=lambda pair: pair[0])[1] if found else None


def is_here(token: Token) -> bool:
    """Whether the word says where the report was written: "met here on Thursday"."""
    return token.lower_ == "here" and token.dep_ == "advmod" and not any(token.children)


def _where(token: Token) -> Token | None:
    """The verb of the clause that begins with "where" behind the place."""
    clauses = [c for noun in (token, *children(token, "appos")) for c in children(noun, "relcl")]
    return next((c for c in clauses if any(w.lower_ == "where" for w in children(c, "advmod"))), None)


def _hosts(token: Token, anchors: Sequence[Token]) -> bool:
    """Whether a city or a state is said to host the event: "Luanda hosted talks"."""
    verb = token.head
    if token.dep_ == "nsubj" and verb.lemma_ == "be":  # "Luanda had been due to host talks"
        verb = next((to for due in children(verb, "acomp") for to in children(due, "xcomp")), verb)
    if token.dep_ != "nsubj" or verb.lemma_ != "host":
        return False
    return verb in anchors or any(anchor.head == verb and anchor.dep_ == "dobj" for anchor in anchors)


def only_city(sentence: Sentence, *, capital: Capital = lambda _: None) -> Entity | None:
    """The one city in which the sentence says that something is, wherever the parser hung it."""
    found = {}
    for index in range(len(sentence.words)):
        token = sentence.parse[index]
        entity = _place(sentence, index) or _capital(sentence, index, capital)
        while token.dep_ in ("compound", "nmod") and token.head.lower_ not in ("summit",) and token.head != token:
            token = token.head
        if token.dep_ == "appos" and token.head.lower_ in ("capital", "city", "town"):
            token = token.head
        within = token.dep_ == "pobj" and token.head.lower_ in AT
        if entity is not None and entity.kind is Kind.PLACE and (within or token.head.lower_ == "summit"):
            clause = clause_head(token)
            if within and (
                token.head.head.dep_ in ("relcl", "acl")
                or clause.dep_ == "xcomp"
                or (clause.dep_ == "pcomp" and clause.head.lower_ in ("before", "after"))
            ):
                continue  # where something else was, or is to be
            found[entity.key] = entity
    return next(iter(found.values())) if len(found) == 1 else None


def _capital(sentence: Sentence, index: int, capital: Capital) -> Entity | None:
    """ "the Turkish capital": the city meant."""
    token = sentence.parse[index]
    if token.lower_ != "capital" or token.pos_ not in ("NOUN", "PROPN"):
        return None
    for child in token.children:
        mention = sentence.words[child.i].mention
        if (
            mention
            and mention.entity
            and mention.entity.kind is Kind.STATE
            and child.dep_ in ("amod", "poss", "compound", "nmod")
        ):
            return capital(mention.entity.key)
    return None


def _place(sentence: Sentence, index: int) -> Entity | None:
    mention = sentence.words[index].mention
    if mention is None or mention.form is Form.DEMONYM:
        return None
    if mention.place is not None:
        return mention.place
    if mention.entity is not None and mention.entity.kind in (Kind.PLACE, Kind.STATE):
        return mention.entity
    return None


def _rank(token: Token, anchors: Sequence[Token], *, travel: bool, whole: bool) -> int | None:
    """How near the place stands to the event: 0 its own adjunct; None when it is not the event's.

    A `whole` state is named for many reasons, as is every place in what is said: it must hang on the event's own words.
    """
    original = token
    while token.dep_ in ("conj", "appos", "compound", "nmod", "poss") and token.head != token:
        token = token.head
    if travel and token.dep_ == "dobj" and token.head in anchors and token.head.lemma_ not in LEAVING:
        return 0
    if travel and original.dep_ in ("compound", "nmod") and original.head in anchors:
        return 1
    prep = token.head
    if token.dep_ != "pobj" or prep.lower_ not in (TOWARDS if travel else AT):
        return None
    if prep.head.dep_ == "prep" or prep.dep_ == "pcomp":
        prep = prep.head
    governor = prep.head
    inner = governor.pos_ in ("NOUN", "PROPN") and governor not in anchors
    if inner and whole and governor.lemma_.lower() not in GATHERINGS:
        return None  # "the crisis in the Congo": it says where something else is
    return _distance(governor, anchors)


def _distance(governor: Token, anchors: Sequence[Token]) -> int | None:
    """How far above what a place hangs on the event's own words are; None when the place is something else's."""
    for distance in range(5):
        if governor in anchors:
            return 2 * distance
        if any((anchor.head == governor and is_verb(governor)) or _light(anchor, governor) for anchor in anchors):
            return 2 * distance + 1
        if is_verb(governor) and (governor.dep_ not in WITHIN or _elsewhere(governor, anchors)):
            return None
        if governor.head == governor or later(governor) or _in_subject(governor, anchors):
            return None
        governor = governor.head
    return None


def _in_subject(noun: Token, anchors: Sequence[Token]) -> bool:
    """Whether the noun is who does something else than the event: "…, the presidency in Pretoria said"."""
    return noun.dep_ in ("nsubj", "nsubjpass") and is_verb(noun.head) and noun.head not in anchors


def _elsewhere(verb: Token, anchors: Sequence[Token]) -> bool:
    """Whether a clause below the event tells of another one: what came before or after it, or is agreed on."""
    if verb.dep_ == "pcomp":
        return verb.head.lower_ not in ("after", "by", "in", "on", "upon", "while")
    if verb.dep_ == "xcomp":
        return verb.head in anchors and verb.head.lemma_ not in ("begin", "start", "continue", "help")
    conjunctions = ("before", "after", "since", "when", "until")
    parted = any(child.lower_ in conjunctions for child in children(verb, "mark", "advmod"))
    return parted or (verb.dep_ == "relcl" and verb.head not in anchors)


def _light(anchor: Token, verb: Token) -> bool:
    """Whether the verb governs the anchor through a preposition: "agreed … at talks in"."""
    return is_verb(verb) and anchor.dep_ in ("pobj", "dobj", "nsubj", "nsubjpass") and anchor.head.head == verb
