"""The words that refer to somebody named before, and the groups that a plural may refer to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from mapper.document import AGENT_KINDS, Entity, Kind, Sentence
from mapper.syntax import OBJECTS, children, clause_head, group, is_verb, subjects

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
ENVOYS = frozenset("diplomat ambassador envoy consul embassy consulate mission attaché attache staff".split())
EXPELS = frozenset("expel give order declare summon evict oust kick close shut tell ban eject".split())
"""Verbs that a state does to the envoys of another: "gave its diplomats two days to leave"."""
CLAUSES = 4
"""How many clauses up "it" may look for what acts."""
ABOUT = frozenset("for over".split())
"""Prepositions of what somebody is praised or punished for: "sanctions on Russia for its invasion"."""
HOMES = frozenset("country government nation administration state homeland".split())
"""Nouns for the state of whoever owns them: "his country"."""
DETERMINERS = ("det", "nummod", "predet", "poss", "preconj")


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody named or referred to, with the place in the text and whether it is a subject there."""

    entity: Entity
    sentence: int
    word: int
    subject: bool


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


def pairs(sentence: Sentence, meant: Mapping[int, Entity] = MappingProxyType({})) -> list[tuple[Entity, ...]]:
    """Groups that a plural may refer to later: coordinated names, and subject with partner ("A met B").

    `meant` tells whom pronouns mean, by the number of the word.
    """
    if not any(word.mention for word in sentence.words):
        return []
    rows = [coordinated(sentence, [token]) for token in sentence.parse if token.n_rights and token.dep_ != "conj"]
    found = [row for row in rows if len(row) > 1]
    for verb in filter(is_verb, sentence.parse):
        heads = list(children(verb, "nsubj"))
        if not heads and verb.dep_ in ("xcomp", "advcl") and is_verb(verb.head):  # "flew there to meet B"
            heads = list(children(verb.head, "nsubj"))
        told = (meant[head.i] for head in heads if head.i in meant)
        first = coordinated(sentence, heads) or tuple(told)
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


def thing_here(token: Token, near: Sequence[Seen]) -> tuple[Entity, ...]:
    """What "it" and "its" mean inside their own sentence, of those seen before them; nothing when that is open.

    Whose envoys are sent home is not who sends them; what somebody is praised or punished for is theirs; otherwise
    "it" is what acts in its clause or in the one above.
    """
    things = [seen for seen in near if seen.entity.kind in AGENT_KINDS and seen.entity.kind is not Kind.PERSON]
    owned = token.head if token.dep_ == "poss" else None
    acting: list[Seen] = []
    verb = clause_head(token)
    if token.dep_ in OBJECTS and verb.head != verb:  # "Spain called it": that is not Spain
        verb = clause_head(verb.head)
    elif token.dep_ in OBJECTS:
        return ()
    described: set[int] = set()
    for _ in range(CLAUSES):
        if verb.dep_ == "relcl":
            described.add(verb.head.i)  # "the firm, which it sold": that is not what sold it
        acts = [*subjects(verb), *children(verb, "nsubjpass")]
        heads = {each.i for subject in acts for each in group(subject)} - {token.i} - described
        acting = [seen for seen in things if seen.word in heads]
        if acting or verb.head == verb:
            break
        verb = clause_head(verb.head)
    others = [seen for seen in things if seen not in acting]
    if owned is not None and others:
        sent_home = owned.lemma_ in ENVOYS and owned.head.lemma_ in EXPELS
        praised = owned.dep_ == "pobj" and owned.head.lower_ in ABOUT
        if sent_home or praised:
            return (others[-1].entity,)
    return (acting[0].entity,) if acting else ()


def bodies(sentence: Sentence) -> dict[str, Entity]:
    """Whose ministries and governments the sentence names: "Spain's foreign ministry", "the junta in Niamey"."""
    found: dict[str, Entity] = {}
    for token in sentence.parse:
        own = sentence.words[token.i].mention
        if own and own.entity and own.entity.kind is Kind.GOVERNMENT_BODY:
            found[own.text.split()[-1].lower()] = own.entity
        if token.lemma_.lower() not in GOVERNMENTS:
            continue
        owners = [each for child in children(token, "poss", "amod", "compound", "nmod") for each in group(child)]
        owners += [
            noun for prep in children(token, "prep") if prep.lower_ in ("of", "in") for noun in children(prep, "pobj")
        ]
        for owner in owners:
            mention = sentence.words[owner.i].mention
            if mention and mention.entity and mention.entity.kind in (Kind.STATE, Kind.PLACE):
                found[token.lemma_.lower()] = mention.entity
                break
    return found
