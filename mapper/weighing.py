"""Weighs one reading of a mention: by its kind, the context, the time and the office."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from mapper.document import Candidate, Entity, Form, Kind, Mention
from mapper.gazetteer import RANKS, Gazetteer
from mapper.names import fold
from mapper.offices import Days, fitting, level_of
from mapper.surnames import KNOWN_ALONE

BASE = {
    "strong name": 0.6,
    "weak name": 0.3,
    "named in full in the article": 0.8,
    "part of a name in the article": 0.65,
    "surname alone": 0.2,
    "spelt differently": 0.35,
    "introduced in the text": 0.7,
    "found by the parser": 0.4,
    "told by its noun": 0.5,
    "called by an office": 0.55,
    "inside a longer name": 0.0,
}
"""What a reading is worth before the context is asked, by the reason that the mention was found for."""


@dataclass(slots=True)
class Context:
    """What the rest of the article says."""

    text: str
    days: Days
    words: frozenset[str]
    states: Counter[str] = field(default_factory=Counter)
    """How often each state is named without doubt, or acts through somebody."""
    keys: set[str] = field(default_factory=set)
    """Organizations and places named without doubt."""
    people: list[tuple[Mention, Entity]] = field(default_factory=list)
    """The people linked, in order of the text."""

    def named_last(self, mention: Mention) -> str | None:
        """Whom of several bearers of a surname the article named last before, in a sentence without the others."""
        bearers = {c.entity.key for c in mention.candidates if "named in full in the article" in c.reasons}
        if len(bearers) < 2:
            return None
        before = [(m, p) for m, p in self.people if m.form is Form.NAME and m.end <= mention.start and p.key in bearers]
        last = self.last_apart(before)
        return last.key if last else None

    def last_apart(self, named: Sequence[tuple[Mention, Entity]]) -> Entity | None:
        """The person named last, unless the others are named in the same sentence."""
        if not named:
            return None
        last, person = named[-1]
        others = [m.end for m, other in named if other != person]
        between = self.text[max(others, default=0) : last.start]
        return person if not others or ". " in between or "\n" in between else None

    def main_state(self) -> str | None:
        """The state of which the article speaks far more than of any other."""
        (first, most), (_, second), *_ = [*self.states.most_common(2), ("", 0), ("", 0)]
        return first if most >= 3 and most >= 2 * second else None


def sure(mention: Mention, kind: Kind) -> list[str]:
    """The key of what a mention must mean, if it is of this kind."""
    keys = [c.entity.key for c in mention.candidates if c.entity.kind is kind and "strong name" in c.reasons]
    others = [c for c in mention.candidates if c.entity.kind is not kind]
    if (
        len(keys) != 1
        or (others and mention.form is not Form.METONYM)
        or "inside a longer name" in mention.candidates[0].reasons
    ):
        return []
    return keys


@dataclass(slots=True)
class Weight:
    """A score that grows by reasons."""

    score: float
    reasons: list[str]

    def add(self, weight: float, why: str) -> None:
        """Count a reason."""
        self.score += weight
        self.reasons.append(f"{why} ({weight:+.2f})")


def weigh(candidate: Candidate, mention: Mention, context: Context, gazetteer: Gazetteer) -> Weight:
    base = max(BASE[r] for r in candidate.reasons)
    weight = Weight(base, list(candidate.reasons))
    if "inside a longer name" in candidate.reasons:
        weight.add(-0.5, "part of a longer name")
    if candidate.entity.kind is Kind.PERSON:
        _weigh_person(weight, candidate, mention, context, gazetteer)
    else:
        _weigh_other(weight, candidate.entity, mention, context, gazetteer)
    return weight


def _weigh_other(weight: Weight, entity: Entity, mention: Mention, context: Context, gazetteer: Gazetteer) -> None:
    if entity.kind is Kind.STATE:
        weight.add(0.2 if weight.score >= BASE["strong name"] else 0.1, "a state")
        if context.states[entity.key] > len(sure(mention, Kind.STATE)):
            weight.add(0.1, "named elsewhere in the article")
    elif entity.country and context.states[entity.country]:
        acronym = mention.form is Form.ACRONYM and entity.kind is not Kind.ARMED_GROUP
        weight.add(0.2 if acronym else 0.15, "its state is named in the article")
    if entity.kind is Kind.PLACE and _word_before(context.text, mention.start) in {"in", "at", "near", "from", "to"}:
        weight.add(0.1, "stands where a place stands")
    if entity.kind is Kind.PLACE and entity.level == "city":
        weight.add(0.05, "a city")
    told = {c.entity.key: gazetteer.cues(mention.text, c.entity.key) & context.words for c in mention.candidates}
    if mine := sorted(told[entity.key]):
        weight.add(min(0.15 * len(mine), 0.45), "told by " + ", ".join(mine[:3]))
    if "*" in gazetteer.cues(mention.text, entity.key):
        against = any(len(found) > 1 and key != entity.key for key, found in told.items()) and not mine
        weight.add(
            -0.35 if against else 0.1, "the usual reading, but other words speak" if against else "the usual reading"
        )


def _weigh_person(
    weight: Weight, candidate: Candidate, mention: Mention, context: Context, gazetteer: Gazetteer
) -> None:
    entity, title = candidate.entity, mention.title
    alone = "surname alone" in candidate.reasons
    then, ever = gazetteer.rank(entity.key, *context.days), gazetteer.rank(entity.key)
    supported = bool(entity.country and context.states[entity.country])
    fit = fitting(entity, title, context.days, gazetteer) if title else None
    if title and fit:
        weight.add(0.35, "held the office that the text names")
    elif title and title.of:
        owner = gazetteer.entity(title.of)
        of_home = owner is not None and owner.kind is Kind.GOVERNMENT_BODY and owner.country == entity.country
        if title.of == entity.country or (of_home and entity.country):
            weight.add(0.15, "of the state that the title names")
        elif owner and owner.kind is Kind.STATE and entity.country and not title.former:
            weight.add(-0.3, "the title is another state's")
    if supported:
        weight.add(0.15, "the country is named in the article")
    if context.days != (None, None):
        if then <= KNOWN_ALONE:
            weight.add(0.2, "in high office then")
            if alone and gazetteer.is_known_as(entity.key, mention.text):
                weight.add(0.12, "widely known by this name")
        elif then < len(RANKS):
            weight.add(0.1, "in office then")
        elif ever <= KNOWN_ALONE:
            weight.add(0.05, "once in high office")
    elif ever <= KNOWN_ALONE:
        weight.add(0.15, "in high office at some time")
    if ever <= 1 and not alone:
        weight.add(0.05, "has led a state")
    in_office = title is not None and not title.former and then < len(RANKS)
    if not alone and ever > KNOWN_ALONE and not supported and not fit and not in_office and weight.score < 0.8:
        weight.add(-0.25, "nothing else in the article speaks of this person")
    if _called(context.text, mention) & gazetteer.words("calling"):
        weight.add(-0.6, "called something that is no office")
    if title and level_of(title, gazetteer) == "spouse" and not fit:
        weight.add(-0.5, "the title is not theirs")
    if context.named_last(mention) == entity.key:
        weight.add(0.25, "the last to be named in full before")
    honorific = _word_before(context.text, mention.start)
    if (entity.gender == "male" and honorific in {"mrs", "ms", "madam", "lady"}) or (
        entity.gender == "female" and honorific in {"mr", "sir"}
    ):
        weight.add(-0.5, "addressed as somebody else")


def _word_before(text: str, start: int) -> str:
    """The word before a position, folded; empty at the start of a sentence."""
    before = text[max(0, start - 40) : start]
    words = before.split()
    return fold(words[-1].strip(',;:()"“”‘’')) if words and "\n" not in before[-2:] else ""


def _called(text: str, mention: Mention) -> set[str]:
    """The words right before a name and in the apposition after it."""
    before = {fold(w) for w in text[max(0, mention.start - 60) : mention.start].rpartition(". ")[2].split()[-3:]}
    after = text[mention.end : mention.end + 70]
    if after[:1] not in {",", "("}:
        return before
    return before | {fold(w.strip(".")) for w in after[1:].partition(",")[0].partition(")")[0].split()[:8]}
