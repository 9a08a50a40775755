"""When: which time expression belongs to which event of a sentence, and what bounds follow.

The ladder: an expression that hangs on the event's own words; one that hangs on the clause that it is part of; the
day of the statement that reports it. What stays open here may follow from other sentences (`mapper.episodes`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from mapper.attachment import at_front, counts_from_clause, governed, of_objects, to_the_right, with_when
from mapper.document import Bounds, DateReason, Sentence
from mapper.modality import Tense
from mapper.patterns import PAPERS
from mapper.syntax import CONTROL, children, clause_head, is_verb, later, prepositional

if TYPE_CHECKING:
    from spacy.tokens import Token

SAYING = frozenset("say tell announce report declare confirm write post tweet state add note reveal read".split())
STATEMENTS = PAPERS | {"release", "report"}
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
    sentence: Sentence,
    anchors: Sequence[Token],
    tense: Tense,
    resolve: Resolver,
    *,
    anchor: Bounds | None = None,
    upon: bool = False,
) -> Bounds | None:
    """The bounds that the sentence gives to the event told by these words, or None.

    `anchor` are the bounds of what was told before, for "a day after" and "on the eve of". With `upon`, the event is
    said of another one, whose own day is not its day ("condemned Monday's attack").
    """
    hanging = governed(sentence)
    own, *others = _ladder(anchors)
    steps = [
        (own[0], [s for token in own[1] for s in hanging.get(token.i, ())]),
        (DateReason.ADJUNCT, to_the_right(sentence, anchors)),
        (DateReason.ADJUNCT, with_when(sentence, anchors)),
        (DateReason.ADJUNCT, at_front(sentence, anchors)),
        (DateReason.STATEMENT, [s for token in _statement(anchors[0]) for s in hanging.get(token.i, ())]),
    ]
    steps += [(reason, [s for token in tokens for s in hanging.get(token.i, ())]) for reason, tokens in others]
    barred = of_objects(sentence, anchors) if upon else frozenset[int]()
    for reason, starts in steps:
        found = [
            bounds
            for start in starts
            if start not in barred
            and (bounds := resolve(start, tense=_tense_at(sentence, start, anchors, tense, reason), anchor=anchor))
        ]
        if found:
            best = min(found, key=_width)
            return best if reason is DateReason.ADJUNCT else replace(best, reason=reason)
        if any(resolve.shifts(start) and not counts_from_clause(sentence, start) for start in starts):
            return None  # it is counted from another event, which `shift_of` tells
    outer = _clause_in_time(anchors)
    coarse = outer and bounds_of(sentence, [outer], "past", resolve, anchor=anchor)
    return replace(coarse, reason=DateReason.CONTEXT) if coarse and _width(coarse) >= COARSE else None


def _tense_at(sentence: Sentence, start: int, anchors: Sequence[Token], tense: Tense, reason: DateReason) -> Tense:
    """The tense in which an expression is read: "on Tuesday agreed to meet" looks back, whatever is agreed on."""
    index = next(i for i, word in enumerate(sentence.words) if word.start == start)
    verb = clause_head(sentence.parse[index])
    before = index < anchors[0].i or reason is DateReason.STATEMENT
    decided = before and verb.tag_ == "VBD" and verb not in anchors
    return "past" if tense == "future" and decided else tense


def _clause_in_time(anchors: Sequence[Token]) -> Token | None:
    """The verb of the clause that an event told behind "after" or "before" stands in time to."""
    verb = clause_head(anchors[0])
    timed = any(child.lower_ in ("after", "before", "when", "once") for child in children(verb, "mark", "advmod"))
    return verb.head if timed and verb.dep_ == "advcl" and is_verb(verb.head) else None


def told_of(sentence: Sentence, anchors: Sequence[Token], resolve: Resolver) -> Bounds | None:
    """The days of what the event is said of: "condemned Monday's attack"."""
    found = [bounds for start in of_objects(sentence, anchors) if (bounds := resolve(start, tense="past"))]
    return min(found, key=_width, default=None)


def shift_of(sentence: Sentence, anchors: Sequence[Token], resolve: Resolver) -> tuple[int, bool] | None:
    """The expression by which the event is counted from another one ("two days before"), and whether it is the other.

    "This comes a day after Kenya called …": the call is what "this" is counted from.
    """
    hanging = governed(sentence)
    for anchor in _with_first(anchors):
        marks = [c for c in children(anchor, "mark", "prep") if c.lower_ in ("after", "before", "since")]
        for mark in marks:
            before = sentence.words[mark.i - 1] if mark.i else None
            if before is not None and before.time and resolve.shifts(before.start):
                return before.start, True
        for start in hanging.get(anchor.i, ()):
            if resolve.shifts(start):
                return start, False
    front = (start for start in at_front(sentence, anchors) if not counts_from_clause(sentence, start))
    return next(((start, False) for start in front if resolve.shifts(start)), None)


def _with_first(anchors: Sequence[Token]) -> list[Token]:
    """The anchors, then the verb that one in the same tense is coordinated with: "had met a day before, and had"."""
    verb = anchors[0]
    return [*anchors, verb.head] if verb.dep_ == "conj" and verb.head.tag_ == verb.tag_ else [*anchors]


def beside_what(anchors: Sequence[Token]) -> str | None:
    """The noun that the event is told to have happened before, during or after: "before the vote" → vote.

    Empty where a whole clause or a stretch of time tells when ("soon after the invasion began", "days after talks").
    """
    noun, verb = anchors[0], clause_head(anchors[0])
    if noun != verb and noun.dep_ == "pobj" and later(noun.head):
        return ""
    for prep in children(verb, "prep", "advmod"):
        if prep.lower_ in SIDE_BY_SIDE:
            for other in children(prep, "pobj"):
                if any(child.lower_ in ("the", "their", "this") for child in children(other, "det", "poss")):
                    return other.lemma_.lower()
    for clause in children(verb, "advcl"):
        if any(c.lower_ in ("after", "since", "when") for c in children(clause, "mark", "advmod")):
            return ""
    return None


SIDE_BY_SIDE = frozenset({"before", "after", "during", "following", "at", "on"})
"""Prepositions that put an event beside another."""
COARSE = 27
"""From so many days on, bounds are too wide to tell apart what is told to have come before and after."""


def _width(bounds: Bounds) -> int:
    if bounds.earliest is None or bounds.latest is None:
        return 100_000
    return (bounds.latest - bounds.earliest).days


def _ladder(anchors: Sequence[Token]) -> list[tuple[DateReason, list[Token]]]:
    """Where to look for expressions, the strongest first."""
    own = with_participle(anchors)
    for anchor in anchors:
        own += [t for t in anchor.subtree if t not in own and is_verb(t) and _tells(t, anchor)]
    steps = [(DateReason.ADJUNCT, own)]
    token = anchors[0]
    seen = {t.i for t in own}
    for _ in range(6):
        head = token.head
        if head == token or head.i in seen or later(token):
            break
        seen.add(head.i)
        if is_verb(token) and not _here_or_then(token) and not _read_out(token):
            if token.dep_ == "ccomp" and head.lemma_ in SAYING:
                steps.append((DateReason.STATEMENT, [head, *_statement(head)]))
                break
            if _by_which(token):
                steps.append((DateReason.ADJUNCT, [head]))
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


def with_participle(anchors: Sequence[Token]) -> list[Token]:
    """The words, and for a noun the participle that says when and where it took place: "the summit of …, held in"."""
    after = (_after_phrase(anchor) for anchor in anchors if not is_verb(anchor))
    return [*anchors, *(verb for verb in after if verb is not None)]


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


def _here_or_then(verb: Token) -> bool:
    """Whether the clause goes on where and when the one before it was: "visited Chile, where", "talks at which"."""
    there = any(c.lower_ in ("where", "when") for c in children(verb, "advmod"))
    during = (prep for prep in children(verb, "prep") if prep.lower_ in ("in", "at", "during"))
    there = there or any(noun.lower_ == "which" for prep in during for noun in children(prep, "pobj"))
    return verb.dep_ == "relcl" and there


def _by_which(verb: Token) -> bool:
    """Whether the noun that the clause describes is the act itself: "resolution 1 of 3 May, by which it imposed"."""
    return verb.dep_ == "relcl" and any(noun == verb.head for noun in prepositional(verb, "by", "through", "under"))


def _read_out(verb: Token) -> bool:
    """Whether a paper says so, which has its own time: "issued a statement on Monday condemning the attack"."""
    return verb.dep_ == "acl" and verb.tag_ == "VBG" and verb.head.lemma_ in STATEMENTS


def _parted(verb: Token) -> bool:
    """Whether a conjunction parts the clause in time from what it hangs on ("after", "before", "when", "since")."""
    return any(
        child.lower_ in ("after", "before", "since", "until", "when", "once", "as", "while", "because", "although")
        for child in children(verb, "mark", "advmod")
    )


def _statement(verb: Token) -> list[Token]:
    """The paper that it stands in, and what is said of its coming out: "in a letter released on Monday …, he said"."""
    nouns = [noun for prep in children(verb, "prep") for noun in children(prep, "pobj") if noun.lemma_ in STATEMENTS]
    return [*nouns, *(participle for noun in nouns for participle in children(noun, "acl"))]
