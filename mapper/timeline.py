"""What times the sentences of an article tell, one after another: "On Sunday …", "A day later …"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from mapper.attachment import counts_from_clause
from mapper.document import Bounds, DateReason, LineKind, Sentence
from mapper.patterns import PAPERS
from mapper.syntax import children, clause_head
from mapper.timing import Resolver

if TYPE_CHECKING:
    from spacy.tokens import Token

ATTRIBUTES = frozenset({"poss", "compound", "nmod", "amod", "nummod"})
"""How a time hangs on what it names: "the May 10 ceasefire"."""
OPENING = 3
"""How many sentences, from the lead on, may tell the day of the news."""
RECENT = 7
"""How many days a day may lie before the article to be the day of its news."""
MONTH = 31
"""From so many days on, a time is too wide for others to be counted from it across sentences."""


@dataclass(frozen=True, slots=True)
class Told:
    """A time that a sentence tells: where its words begin, its days, and whether its main clause tells it.

    `of` are the keys of whom the clause that tells it describes ("Obama, who arrived on Monday") and of their state.
    """

    start: int
    bounds: Bounds
    main: bool
    of: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Timeline:
    """The times that each sentence tells, in order, read as past; and the last ones told before it."""

    told: tuple[tuple[Told, ...], ...]
    before: tuple[Bounds | None, ...]

    def anchor(self, number: int, start: int) -> Bounds | None:
        """What a time written here, such as "a day later", counts from: the nearest time told before it."""
        near = [told.bounds for told in self.told[number] if told.start < start]
        return near[-1] if near else self.before[number]

    def news(self, lead: int, written: date) -> Bounds | None:
        """The day that the article reports: the first recent one that the lead and the sentences after it tell."""
        for told in self.told[lead : lead + OPENING]:
            for one in told:
                if one.main and one.bounds.day and 0 <= (written - one.bounds.day).days <= RECENT:
                    return replace(one.bounds, reason=DateReason.CONTEXT)
        return None


def timeline(sentences: Sequence[Sentence], resolve: Resolver) -> Timeline:
    """Read the times of all sentences in order, those that are counted from others from the last one told."""
    now: Bounds | None = None
    all_told: list[tuple[Told, ...]] = []
    before: list[Bounds | None] = []
    for sentence in sentences:
        told: list[Told] = []
        for index, word in enumerate(sentence.words):
            clause = clause_head(sentence.parse[index])
            if not word.time or not looks_back(clause) or counts_from_clause(sentence, word.start):
                continue
            bounds = resolve(word.start, tense="past", anchor=told[-1].bounds if told else now)
            if bounds and bounds.earliest and bounds.latest:
                told.append(Told(word.start, bounds, _is_main(clause), _described(sentence, index)))
        before.append(now)
        all_told.append(tuple(told))
        if sentence.line.kind is not LineKind.CAPTION:
            near = [one for one in told if _days(one.bounds) <= MONTH and (one.main or one.of)]
            now = next((one.bounds for one in sorted(near, key=lambda one: (one.main, one.start), reverse=True)), now)
    return Timeline(tuple(all_told), tuple(before))


def looks_back(verb: Token) -> bool:
    """Whether a clause is in the past tense, or has no verb at all."""
    ahead = any(child.lower_ in ("will", "would", "to") for child in children(verb, "aux"))
    return not ahead and verb.tag_ not in ("VBZ", "VBP", "VB")


def _is_main(clause: Token) -> bool:
    """Whether a clause carries the sentence, or says when the paper quoted came out ("a letter released on")."""
    if clause.dep_ != "acl":
        return clause.dep_ in ("ROOT", "conj", "ccomp")
    above = (token for token in (clause.head, clause.head.head.head) if token.pos_ == "NOUN")
    return any(noun.lemma_ in PAPERS for noun in above)  # "a letter to Obama released on Monday"


def _described(sentence: Sentence, index: int) -> frozenset[str]:
    """Whom or what the relative clause around a time describes; a day that names a thing is no time."""
    clause = clause_head(sentence.parse[index])
    if clause.dep_ != "relcl" or sentence.parse[index].dep_ in ATTRIBUTES:
        return frozenset()
    mention = sentence.words[clause.head.i].mention
    if mention is None or mention.entity is None:
        return frozenset({clause.head.lemma_})
    return frozenset(key for key in (mention.entity.key, mention.entity.country) if key)


def _days(bounds: Bounds) -> int:
    return (bounds.latest - bounds.earliest).days if bounds.earliest and bounds.latest else 10_000
