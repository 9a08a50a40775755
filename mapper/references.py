"""The words that refer to somebody named before, and the groups that a plural may refer to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mapper.document import AGENT_KINDS, Entity, Sentence
from mapper.syntax import children, group, is_verb

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


THEY = frozenset({"they", "them", "their", "themselves"})


IT = frozenset({"it", "its", "itself"})


FIRST = frozenset({"i", "me", "my", "myself"})


WE = frozenset({"we", "us", "our", "ours", "ourselves"})


PAIR = frozenset(
    [
        "leader",
        "president",
        "minister",
        "man",
        "official",
        "diplomat",
        "premier",
        "chief",
        "counterpart",
        "head",
        "secretary",
        "side",
        "party",
        "pair",
    ]
)


STATES = frozenset(
    ["country", "nation", "state", "side", "capital", "government", "party", "neighbour", "neighbor", "ally", "rival"]
)


NUMBERS = {"two": 2, "both": 2, "three": 3, "four": 4, "five": 5}


SPEAKS = frozenset(
    [
        "say",
        "tell",
        "add",
        "write",
        "post",
        "tweet",
        "state",
        "note",
        "announce",
        "declare",
        "explain",
        "remark",
        "comment",
        "conclude",
        "continue",
        "stress",
        "warn",
        "urge",
        "insist",
        "reply",
    ]
)


ORGANIZATION_NOUNS = frozenset(
    ["bloc", "organization", "organisation", "alliance", "body", "union", "group", "council", "assembly"]
)


def is_subject(token: Token) -> bool:
    while token.dep_ == "conj":
        token = token.head
    return token.dep_ in ("nsubj", "nsubjpass")


def clause_index(token: Token) -> int:
    while not is_verb(token) and token.head != token:
        token = token.head
    return int(token.i)


def pairs(sentence: Sentence) -> list[tuple[Entity, ...]]:
    """Groups that a plural may refer to later: coordinated names, and subject with partner ("A met B")."""
    found: list[tuple[Entity, ...]] = []

    def entities(tokens: Sequence[Token]) -> tuple[Entity, ...]:
        named = []
        for token in tokens:
            mention = sentence.words[token.i].mention
            if mention and mention.entity and mention.entity.kind in AGENT_KINDS:
                named.append(mention.entity)
        return tuple(dict.fromkeys(named))

    for token in sentence.parse:
        members = group(token) if token.dep_ != "conj" else []
        if len(members) > 1 and len(named := entities(members)) > 1:
            found.append(named)
    for token in sentence.parse:
        if is_verb(token):
            subject = [t for child in children(token, "nsubj") for t in group(child)]
            partners = [
                t
                for child in token.subtree
                if child.dep_ in ("dobj", "pobj")
                and (child.head == token or child.head.lower_ in ("with", "between", "to"))
                and child.i > token.i
                for t in group(child)
            ]
            first, second = entities(subject), entities(partners)
            if len(first) == 1 and second and second[0].kind is first[0].kind:
                found.append(tuple(dict.fromkeys((*first, *second))))
    return found
