"""The words that refer to somebody named before, and the groups that a plural may refer to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mapper.document import AGENT_KINDS, Entity, Kind, Sentence
from mapper.syntax import children, clause_head, group, is_verb

if TYPE_CHECKING:
    from spacy.tokens import Token

HE = {
    "he": "male",
    "him": "male",
    "his": "male",
    "himself": "male",
    "she": "female",
    "her": "female",
    "hers": "female",
    "herself": "female",
}
THEY = frozenset("they them their themselves".split())
IT = frozenset("it its itself".split())
FIRST = frozenset("i me my myself".split())
WE = frozenset("we us our ours ourselves".split())
PAIR = frozenset(
    "leader president minister man official diplomat premier chief counterpart head secretary side party pair".split()
)
STATES = frozenset("country nation state side capital government party neighbour neighbor ally rival".split())
NUMBERS = {"two": 2, "both": 2, "three": 3, "four": 4, "five": 5}
SPEAKS = frozenset(
    "say tell add write post tweet state note announce declare explain remark comment conclude continue stress "
    "warn urge insist reply".split()
)
"""Verbs whose subject is the speaker of the quotation beside them."""
TOGETHER = frozenset("discuss agree meet exchange talk speak review".split())
"""Verbs of what takes two: "we discussed"."""
ORGANIZATION_NOUNS = frozenset("bloc organization organisation alliance body union group council assembly".split())
GOVERNMENTS = frozenset("ministry junta kingdom republic government".split())
DETERMINERS = ("det", "nummod", "predet", "poss", "preconj")


def is_subject(token: Token) -> bool:
    """Whether it is a subject, alone or coordinated with others."""
    while token.dep_ == "conj":
        token = token.head
    return token.dep_ in ("nsubj", "nsubjpass")


def clause_index(token: Token) -> int:
    """The number of the verb to whose clause the token belongs."""
    return int(clause_head(token).i)


def coordinated(sentence: Sentence, heads: Iterable[Token], kinds: frozenset[Kind] = AGENT_KINDS) -> tuple[Entity, ...]:
    """The entities of these kinds that the nouns and all that is coordinated with them name."""
    mentions = (sentence.words[each.i].mention for head in heads for each in group(head))
    return tuple(dict.fromkeys(m.entity for m in mentions if m and m.entity and m.entity.kind in kinds))


def pairs(sentence: Sentence) -> list[tuple[Entity, ...]]:
    """Groups that a plural may refer to later: coordinated names, and subject with partner ("A met B")."""
    rows = [coordinated(sentence, [token]) for token in sentence.parse if token.dep_ != "conj"]
    found = [row for row in rows if len(row) > 1]
    for verb in filter(is_verb, sentence.parse):
        first = coordinated(sentence, children(verb, "nsubj"))
        second = coordinated(sentence, _partners(verb))
        if len(first) == 1 and second and second[0].kind is first[0].kind:
            found.append(tuple(dict.fromkeys((*first, *second))))
    return found


def _partners(verb: Token) -> list[Token]:
    """The objects of the verb, and the nouns in its clause behind "with", "between" and "to"."""
    return [
        noun
        for noun in verb.subtree
        if noun.i > verb.i
        and noun.dep_ in ("dobj", "pobj")
        and (noun.head == verb or noun.head.lower_ in ("with", "between", "to"))
    ]
