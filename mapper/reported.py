"""Who says that something happened, and whether the article vouches for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mapper.syntax import clause_head, is_verb, subjects

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spacy.tokens import Token

    from mapper.document import Sentence

SAYING = frozenset("say tell reveal disclose add".split())
NAMELESS = frozenset("official source diplomat person people insider aide minister".split())
HIDDEN = frozenset("anonymity unnamed anonymous briefed familiar named identified".split())
"""Words by which somebody is kept nameless: "on condition of anonymity", "who did not want to be named"."""
UNCONFIRMED = re.compile(r"(?i)\b(?:not|never) (?:yet |be |been |independently )*(?:confirm|verif)|\bunconfirmed\b")
"""Words by which an article leaves it open whether what somebody says is so."""


def is_reported(trigger: Token) -> bool:
    """Whether somebody is told to have said so: "revealed that he had invited her"."""
    verb = clause_head(trigger)
    while verb.dep_ == "conj" and is_verb(verb.head):
        verb = verb.head
    return verb.dep_ == "ccomp" and verb.head.lemma_ in SAYING


def is_nameless(verb: Token) -> bool:
    """Whether it is said by somebody who would not be named: "a diplomat briefed on the matter said that …"."""
    return verb.lemma_ in SAYING and any(
        noun.lemma_ in NAMELESS and any(token.lower_ in HIDDEN for token in noun.subtree) for noun in subjects(verb)
    )


def is_unconfirmed(sentences: Iterable[Sentence]) -> bool:
    """Whether the article says there that something is not confirmed: "Hanoi has not confirmed it"."""
    return any(UNCONFIRMED.search(" ".join(word.form for word in sentence.words)) for sentence in sentences)
