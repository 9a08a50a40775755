"""On which words of a sentence its time expressions hang, as the parser has it and where it is known to err."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from mapper.document import Sentence
from mapper.syntax import CONTROL, children, clause_head, cleft, is_verb

if TYPE_CHECKING:
    from spacy.tokens import Token

ELSEWHEN = frozenset({"after", "before", "since", "following", "until", "ahead"})
"""Prepositions behind which stands the time of something else."""
CONJUNCTIONS = frozenset({"after", "before", "since"})
FRONT = 2
"""Within how many words a sentence begins with a time: "On Monday, …"."""


def governed(sentence: Sentence) -> Mapping[int, list[int]]:
    """Token → the starts of the time expressions that hang on it: on the verb, or on the noun that they describe."""
    found: dict[int, list[int]] = {}
    for index, word in enumerate(sentence.words):
        if not word.time:
            continue
        token = sentence.parse[index]
        chain: list[Token] = []
        while token.head != token:
            above = token.head
            if token.lower_ in ELSEWHEN and chain and chain[0].pos_ == "NOUN":
                break  # "after Wednesday's takeover": another event's day
            token = above
            chain.append(token)
            if is_verb(token):
                break
        for place in chain:
            if place.pos_ in ("NOUN", "PROPN", "VERB", "AUX"):
                found.setdefault(place.i, []).append(word.start)
    return found


def to_the_right(sentence: Sentence, anchors: Sequence[Token]) -> list[int]:
    """Time expressions to the right of a verb with no other verb between: its own, wherever the parser hung them."""
    verb = anchors[0]
    if not is_verb(verb):
        return []
    found = []
    for token in sentence.parse[verb.i + 1 :]:
        if token.text in (";", ":") or (
            is_verb(token)
            and token not in anchors
            and (token.dep_ not in ("xcomp", "aux", "auxpass") or verb.lemma_ in CONTROL)
        ):
            break
        governor, elsewhen = token.head, False
        while not is_verb(governor) and governor.head != governor:
            elsewhen = elsewhen or governor.lower_ in ELSEWHEN
            governor = governor.head
        if sentence.words[token.i].time and governor.i <= token.i and not elsewhen:
            found.append(sentence.words[token.i].start)
    return found


def at_front(sentence: Sentence, anchors: Sequence[Token]) -> list[int]:
    """A time that the sentence begins with, which is that of its main clause, wherever the parser hung it."""
    verb = clause_head(anchors[0])
    while verb.dep_ == "conj" and is_verb(verb.head):
        verb = verb.head
    verb = cleft(verb) or verb  # "In 1976 it was Morocco that severed ties"
    first = [word for word in sentence.words[:FRONT] if word.time]
    return [first[0].start] if first and verb.head == verb else []


def with_when(sentence: Sentence, anchors: Sequence[Token]) -> list[int]:
    """The expression that a clause with "when" explains: "began in January, when the two signed"."""
    verb = clause_head(anchors[0])
    for mark in children(verb, "advmod", "mark"):
        before = [i for i in range(max(0, mark.i - 2), mark.i) if sentence.words[i].form != ","]
        if mark.lower_ == "when" and before and sentence.words[before[-1]].time:
            return [sentence.words[before[-1]].start]
    return []


def of_objects(sentence: Sentence, anchors: Sequence[Token]) -> frozenset[int]:
    """The starts of the expressions that describe what is acted upon: "welcomed yesterday's announcement"."""
    found = set()
    for index, word in enumerate(sentence.words):
        token = sentence.parse[index]
        if word.time and token.dep_ in ("poss", "compound", "nmod", "amod", "nummod"):
            noun = token.head
            while noun.dep_ in ("compound", "nmod", "conj") and noun.head != noun:
                noun = noun.head
            if noun.dep_ in ("dobj", "nsubjpass") and noun.head in anchors:
                found.add(word.start)
    return frozenset(found)


def counts_from_clause(sentence: Sentence, start: int) -> bool:
    """Whether the expression counts from what is told behind it: "a day after the vote"."""
    index = next(i for i, word in enumerate(sentence.words) if word.start == start and word.time)
    after = sentence.parse[index + 1 : index + 3]
    return len(after) == 2 and after[0].lower_ in CONJUNCTIONS and after[1].pos_ not in ("PUNCT", "CCONJ")
