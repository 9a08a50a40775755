"""When: which time expression belongs to which event of a sentence, and what bounds follow.

The ladder: an expression that hangs on the event's own words; one that hangs on the clause that it is part of; the
day of the statement that reports it. What stays open here may follow from other sentences (`mapper.episodes`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from mapper.document import Bounds, DateReason, Sentence
from mapper.modality import Tense
from mapper.syntax import CONTROL, children, is_verb

if TYPE_CHECKING:
    from spacy.tokens import Token

SAYING = frozenset("say tell announce report declare confirm write post tweet state add note reveal read".split())
STATEMENTS = frozenset("statement post tweet communique readout release report".split())
TAKES_PLACE = frozenset(
    "hold set schedule take sign convene host chair mediate begin start reach conclude due plan facilitate "
    "release issue open end last occur happen".split()
)
"""Verbs that say no more than that an event took place."""


class Resolver(Protocol):
    """Turns the expression that begins at a place of the text into bounds."""

    def __call__(
        self, start: int, *, tense: Tense, anchor: Bounds | None = None, inverse: bool = False
    ) -> Bounds | None: ...

    def shifts(self, start: int) -> bool:
        """Whether the expression counts from another event ("a day after")."""
        ...


def bounds_of(
    sentence: Sentence, anchors: Sequence[Token], tense: Tense, resolve: Resolver, *, anchor: Bounds | None = None
) -> Bounds | None:
    """The bounds that the sentence gives to the event told by these words, or None.

    `anchor` are the bounds of what was told before, for "a day after" and "on the eve of".
    """
    governed = _governed(sentence)
    own, *others = _ladder(anchors)
    steps = [
        (own[0], [s for token in own[1] for s in governed.get(token.i, ())]),
        (DateReason.ADJUNCT, _beside(sentence, anchors)),
    ]
    steps += [(reason, [s for token in tokens for s in governed.get(token.i, ())]) for reason, tokens in others]
    for reason, starts in steps:
        found = [b for start in starts if (b := resolve(start, tense=tense, anchor=anchor)) is not None]
        if found:
            best = min(found, key=_width)
            return best if reason is DateReason.ADJUNCT else replace(best, reason=reason)
    return None


def shift_of(sentence: Sentence, anchors: Sequence[Token], resolve: Resolver) -> tuple[int, bool] | None:
    """The expression by which the event is counted from another one ("two days before"), and whether it is the other.

    "This comes a day after Kenya called …": the call is what "this" is counted from.
    """
    governed = _governed(sentence)
    for anchor in anchors:
        marks = [c for c in children(anchor, "mark", "prep") if c.lower_ in ("after", "before", "since")]
        for mark in marks:
            before = sentence.words[mark.i - 1] if mark.i else None
            if before is not None and before.time and resolve.shifts(before.start):
                return before.start, True
        for start in governed.get(anchor.i, ()):
            if resolve.shifts(start):
                return start, False
    return None


def _beside(sentence: Sentence, anchors: Sequence[Token]) -> list[int]:
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
        governor = token.head
        while not is_verb(governor) and governor.head != governor:
            governor = governor.head
        if sentence.words[token.i].time and governor.i <= token.i:
            found.append(sentence.words[token.i].start)
    return found


def _width(bounds: Bounds) -> int:
    if bounds.earliest is None or bounds.latest is None:
        return 100_000
    return (bounds.latest - bounds.earliest).days


ELSEWHEN = frozenset({"after", "before", "since", "following", "until", "ahead"})
"""Prepositions behind which stands the time of something else."""


def _governed(sentence: Sentence) -> Mapping[int, list[int]]:
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


def _ladder(anchors: Sequence[Token]) -> list[tuple[DateReason, list[Token]]]:
    """Where to look for expressions, the strongest first."""
    own = list(anchors)
    for anchor in anchors:
        if not is_verb(anchor) and (after := _after_phrase(anchor)) is not None:
            own.append(after)
        own += [t for t in anchor.subtree if t not in own and is_verb(t) and _tells(t, anchor)]
    steps = [(DateReason.ADJUNCT, own)]
    token = anchors[0]
    seen = {t.i for t in own}
    for _ in range(6):
        head = token.head
        if head == token or head.i in seen:
            break
        seen.add(head.i)
        if is_verb(token):
            if token.dep_ == "ccomp" and head.lemma_ in SAYING:
                steps.append((DateReason.STATEMENT, [head, *_statement(head)]))
                break
            if token.dep_ in ("relcl", "ccomp", "parataxis", "acl") or (token.dep_ == "advcl" and _parted(token)):
                break
        if is_verb(head) or (head.pos_ == "NOUN" and token.dep_ in ("pobj", "compound", "poss", "appos")):
            steps.append((DateReason.ADJUNCT, [head]))
        token = head
    said = [
        t
        for t in anchors[0].sent
        if t.lemma_ in SAYING
        and is_verb(t)
        and any(c == anchors[0] or anchors[0].is_ancestor(c) or c.is_ancestor(anchors[0]) for c in children(t, "ccomp"))
    ]
    if said:
        steps.append((DateReason.STATEMENT, [said[0], *_statement(said[0])]))
    return steps


def _after_phrase(noun: Token) -> Token | None:
    """The participle that follows the noun's phrase behind a comma and says when: "the summit of …, held on"."""
    doc = noun.doc
    last = max((t.i for t in noun.subtree if not is_verb(t)), default=noun.i)
    for step in (last + 1, last + 2):
        if (
            step < len(doc)
            and is_verb(doc[step])
            and doc[step].lemma_ in TAKES_PLACE
            and doc[step].tag_ in ("VBN", "VBG")
        ):
            return doc[step]
        if step < len(doc) and doc[step].text != ",":
            return None
    return None


def _tells(verb: Token, anchor: Token) -> bool:
    """Whether a verb below the anchor only says that it took place: "a summit held on", "began visiting on".

    The parser hangs "held" on the nearest noun, so any noun of the same phrase will do.
    """
    if is_verb(anchor):
        return verb.dep_ == "xcomp" and verb.head == anchor and anchor.lemma_ not in CONTROL
    head = verb
    while head.dep_ in ("xcomp", "auxpass", "aux") and head.head != head:
        head = head.head
    return verb.lemma_ in TAKES_PLACE and (head.dep_ in ("acl", "relcl") or head.head == anchor)


def _parted(verb: Token) -> bool:
    """Whether a conjunction parts the clause in time from what it hangs on ("after", "before", "when", "since")."""
    return any(
        child.lower_ in ("after", "before", "since", "until", "when", "once", "as", "while", "because", "although")
        for child in children(verb, "mark", "advmod")
    )


def _statement(verb: Token) -> list[Token]:
    """The noun that the statement is called by: "in a statement on Monday …, he said"."""
    return [noun for prep in children(verb, "prep") for noun in children(prep, "pobj") if noun.lemma_ in STATEMENTS]
