"""Who or what each mention means: readings weighed by type, context, time and office.

A missing link is better than a wrong one: what finds no support stays without an entity, or becomes an entity of its own
without a link. Linking twice gives the same as linking once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from mapper.document import Article, Bounds, Candidate, Entity, Form, Kind, Mention, Title
from mapper.gazetteer import RANKS, Gazetteer, in_office
from mapper.names import fold
from mapper.offices import LEVELS, Days, assembled, capacity, fitting, holders, level_of, represents, same_style
from mapper.surnames import KNOWN_ALONE
from mapper.unknown import local_entity

__all__ = ["capacity", "link", "represents"]

LINKED = 0.5
"""A reading that scores less is not taken."""
MARGIN = 0.04
"""Readings closer than this cannot be told apart."""
BASE = {
    "strong name": 0.6, "weak name": 0.3, "named in full in the article": 0.8, "part of a name in the article": 0.65,
    "surname alone": 0.2, "spelt differently": 0.35, "introduced in the text": 0.7, "found by the parser": 0.4, "told by its noun": 0.5,
    "inside a longer name": 0.0,
}  # fmt: skip
"""What a reading is worth before the context is asked, by the reason that the mention was found for."""


@dataclass(slots=True)
class _Context:
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


def link(
    mentions: Sequence[Mention], article: Article, gazetteer: Gazetteer, window: Bounds | None = None
) -> tuple[Mention, ...]:
    """Choose the reading of every mention.

    Parameters:
        mentions: as `mapper.mentions.find_mentions` returns them, or linked before.
        window: when the article was written, so that "the Kenyan president" is the one of those days.

    Mentions come back in order, their readings scored and explained, best first; `entity` is None where none is supported.
    A title gets the key of its state or organization, and of its office where the person is known to hold it.
    """
    days: Days = (window.earliest, window.latest) if window else (None, None)
    words = frozenset(fold(article.text).replace("-", " ").replace(",", " ").replace(".", " ").split())
    context = _Context(article.text, days, words)
    fresh = [m if m.form is Form.UNKNOWN else _fresh(m) for m in mentions]
    for mention in fresh:
        for key in _sure(mention, Kind.STATE):
            context.states[key] += 1
        context.keys.update(k for kind in (Kind.ORGANIZATION, Kind.PLACE) for k in _sure(mention, kind))
    chosen: dict[int, Mention] = {}
    people = [i for i, m in enumerate(fresh) if _personal(m)]
    for i, mention in enumerate(fresh):
        if i not in people and mention.form is not Form.OFFICE:
            chosen[i] = _choose(mention, context, gazetteer)
    owners = [m for m in chosen.values() if m.entity]
    for i in sorted(people, key=lambda i: (fresh[i].form is Form.SURNAME, i)):  # full names say whom a surname means
        chosen[i] = _choose(_owned(fresh[i], owners), context, gazetteer)
        if (entity := chosen[i].entity) and entity.country and fresh[i].form is Form.NAME:
            context.states[entity.country] += 1
    context.people = [(m, m.entity) for i in sorted(chosen) if (m := chosen[i]).entity and m.entity.kind is Kind.PERSON]
    for i, mention in enumerate(fresh):
        if mention.form is Form.OFFICE:
            chosen[i] = _resolve(_owned(mention, owners), context, gazetteer)
    return tuple(_with_office(chosen[i], context, gazetteer) for i in range(len(fresh)))


def _fresh(mention: Mention) -> Mention:
    """The mention as it was found, whatever an earlier linking made of it."""
    if mention.form is Form.OFFICE:
        return replace(mention, entity=None, candidates=(), confidence=0.0)
    candidates = tuple(Candidate(c.entity, 0.0, tuple(r for r in c.reasons if r in BASE)) for c in mention.candidates)
    return replace(mention, candidates=tuple(c for c in candidates if c.reasons), confidence=0.0)


def _personal(mention: Mention) -> bool:
    return bool(mention.candidates) and all(c.entity.kind is Kind.PERSON for c in mention.candidates)


def _sure(mention: Mention, kind: Kind) -> list[str]:
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


def _owned(mention: Mention, owners: Sequence[Mention]) -> Mention:
    """The title with the state or organization that it belongs to, now that the names inside it are linked."""
    title = mention.title
    if title is None:
        return mention
    inside = [m.entity for m in owners if m.entity and title.start <= m.start and m.end <= title.end]
    if title.of is not None and not any(e.key == title.of for e in inside):
        return mention
    of = next((e.key for e in inside if e.key == title.of), None)
    of = of or next((e.key for e in inside if e.kind not in {Kind.PLACE, Kind.PERSON}), None)
    of = of or next((e.country for e in inside if e.country), None)
    return replace(mention, title=replace(title, of=of or title.of))


def _with_office(mention: Mention, context: _Context, gazetteer: Gazetteer) -> Mention:
    """The title with the office that the person is known to hold."""
    if mention.title is None or mention.entity is None or mention.entity.kind is not Kind.PERSON:
        return mention
    tenure = fitting(mention.entity, mention.title, context.days, gazetteer)
    if tenure is None or mention.title.former:
        return mention
    of = mention.title.of or gazetteer.office_of(tenure.office)
    return replace(mention, title=replace(mention.title, office=tenure.office, of=of))


# --- weighing ----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Weight:
    """A score that grows by reasons."""

    score: float
    reasons: list[str]

    def add(self, weight: float, why: str) -> None:
        """Count a reason."""
        self.score += weight
        self.reasons.append(f"{why} ({weight:+.2f})")


def _choose(mention: Mention, context: _Context, gazetteer: Gazetteer) -> Mention:
    if mention.form is Form.UNKNOWN or not mention.candidates:
        entity = mention.candidates[0].entity if mention.candidates else mention.entity
        return replace(mention, entity=entity, confidence=0.4 if entity else 0.0)
    weigh = {c.entity.key: _weigh(c, mention, context, gazetteer) for c in mention.candidates}
    order = sorted(mention.candidates, key=lambda c: (-weigh[c.entity.key].score, c.entity.key))
    scored = [
        Candidate(c.entity, round(min(max(w.score, 0.0), 0.99), 2), tuple(w.reasons))
        for c in order
        for w in [weigh[c.entity.key]]
    ]
    best, place = scored[0], None
    if mention.form is Form.METONYM:
        states = [c for c in scored if c.entity.kind is Kind.STATE]
        bodies = [c for c in scored if c.entity.kind is Kind.GOVERNMENT_BODY]
        best = (bodies or states or scored)[0]
        home = {best.entity.key, best.entity.country}
        if best.entity.kind is Kind.STATE:
            places = [c.entity for c in scored if c.entity.kind is Kind.PLACE and c.entity.country in home]
            capital = gazetteer.capital(best.entity.key)
            place = capital if capital in places else next(iter(places), None)
        scored = [best, *(c for c in scored if c is not best)]
        rivals = [c for c in scored[1:] if not home & {c.entity.key, c.entity.country}]
    else:
        rivals = scored[1:]
    score = weigh[best.entity.key].score
    form = Form.NAME if mention.form is Form.METONYM and best.entity.kind is not Kind.STATE else mention.form
    if score >= LINKED and not any(weigh[c.entity.key].score > score - MARGIN for c in rivals):
        return replace(
            mention, candidates=tuple(scored), entity=best.entity, confidence=best.score, form=form, place=place
        )
    entity = _unlinked(mention, best, gazetteer)
    return replace(
        mention, candidates=tuple(scored), entity=entity, confidence=0.3 if entity else 0.0, form=form, place=None
    )


def _unlinked(mention: Mention, best: Candidate, gazetteer: Gazetteer) -> Entity | None:
    """An entity of its own for a name that is one for sure, where it is not known whose."""
    if best.entity.kind is not Kind.PERSON or mention.form is not Form.NAME or " " not in mention.text:
        return None
    entity = local_entity(mention.text, Kind.PERSON)
    return entity if gazetteer.entity(entity.key) is None else None


def _weigh(candidate: Candidate, mention: Mention, context: _Context, gazetteer: Gazetteer) -> _Weight:
    base = max(BASE[r] for r in candidate.reasons)
    weight = _Weight(base, list(candidate.reasons))
    if "inside a longer name" in candidate.reasons:
        weight.add(-0.5, "part of a longer name")
    if candidate.entity.kind is Kind.PERSON:
        _weigh_person(weight, candidate, mention, context, gazetteer)
    else:
        _weigh_other(weight, candidate.entity, mention, context, gazetteer)
    return weight


def _weigh_other(weight: _Weight, entity: Entity, mention: Mention, context: _Context, gazetteer: Gazetteer) -> None:
    if entity.kind is Kind.STATE:
        weight.add(0.2 if weight.score >= BASE["strong name"] else 0.1, "a state")
        if context.states[entity.key] > len(_sure(mention, Kind.STATE)):
            weight.add(0.1, "named elsewhere in the article")
    elif entity.country and context.states[entity.country]:
        acronym = mention.form is Form.ACRONYM and entity.kind is not Kind.ARMED_GROUP
        weight.add(0.2 if acronym else 0.15, "its state is named in the article")
    if entity.kind is Kind.PLACE and _word_before(context.text, mention.start) in {"in", "at", "near", "from", "to"}:
        weight.add(0.1, "stands where a place stands")
    told = {c.entity.key: gazetteer.cues(mention.text, c.entity.key) & context.words for c in mention.candidates}
    if mine := sorted(told[entity.key]):
        weight.add(min(0.15 * len(mine), 0.45), "told by " + ", ".join(mine[:3]))
    if "*" in gazetteer.cues(mention.text, entity.key):
        against = any(len(found) > 1 and key != entity.key for key, found in told.items()) and not mine
        weight.add(
            -0.35 if against else 0.1, "the usual reading, but other words speak" if against else "the usual reading"
        )


def _weigh_person(
    weight: _Weight, candidate: Candidate, mention: Mention, context: _Context, gazetteer: Gazetteer
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
        if title.of == entity.country:
            weight.add(0.15, "of the state that the title names")
        elif owner and owner.kind is Kind.STATE and entity.country and not title.former:
            weight.add(-0.3, "the title is another state's")
    if supported:
        weight.add(0.15, "the country is named in the article")
    if context.days != (None, None):
        if then <= KNOWN_ALONE:
            weight.add(0.2, "in high office then")
        elif then < len(RANKS):
            weight.add(0.1, "in office then")
        elif ever <= KNOWN_ALONE:
            weight.add(0.05, "once in high office")
    elif ever <= KNOWN_ALONE:
        weight.add(0.15, "in high office at some time")
    if ever <= 1 and not alone:
        weight.add(0.05, "has led a state")
    if not alone and ever > KNOWN_ALONE and not supported and not fit and weight.score < 0.8:
        weight.add(-0.25, "nothing else in the article speaks of this person")
    if _called(context.text, mention) & gazetteer.words("calling"):
        weight.add(-0.6, "called something that is no office")
    if title and level_of(title, gazetteer) == "spouse" and not fit:
        weight.add(-0.5, "the title is not theirs")
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


# --- offices without a name -----------------------------------------------------------------------------------------


def _resolve(mention: Mention, context: _Context, gazetteer: Gazetteer) -> Mention:
    """Whom "the Kenyan president" means: somebody whom the article names with that office, else who held it then."""
    title = mention.title
    if title is None or title.former:
        return mention
    level = level_of(title, gazetteer)
    if level == "institution":
        return _institution(mention, title, context, gazetteer)
    before = [(m, p) for m, p in context.people if m.start < mention.start]
    if level == "counterpart":
        level = _level_before(before, context, gazetteer)
        title = replace(title, words="")
    named = [p for m, p in context.people if _holds(p, m, title, level, context, gazetteer)]
    unique = list(dict.fromkeys(named))
    nearest = next((p for _, p in reversed(before) if p in unique), None)
    if title.of is None:
        titled = [p for m, p in before if p in unique and m.title and level_of(m.title, gazetteer) == level]
        if unique and (len(unique) == 1 or titled):
            return _held(
                mention, [(titled[-1] if titled else unique[0], 0.75)], "named with this office in the article"
            )
        return mention
    if unique:
        first = nearest or unique[0]
        others = [(p, 0.45) for p in unique if p != first]
        score = 0.85 if len(unique) == 1 else 0.6
        return _held(mention, [(first, score), *others], "named with this office in the article")
    found = holders(title, level, context.days, gazetteer)
    sure = 0.8 if len(found) == 1 else 0.45
    return _held(mention, [(p, sure) for p in found[:5]], "held the office then") if found else mention


def _holds(person: Entity, mention: Mention, title: Title, level: str, context: _Context, gazetteer: Gazetteer) -> bool:
    """Whether somebody named in the article holds the office that a title without a name speaks of."""
    levels = LEVELS.get(level, (level,))
    if own := mention.title:
        of = own.of or person.country
        if not own.former and level_of(own, gazetteer) in levels and same_style(title.words, own.words):
            return title.of in {None, of}
    for tenure in gazetteer.tenures_of(person.key):
        if in_office(tenure, *context.days) is None or gazetteer.office_level(tenure.office) not in levels:
            continue
        if not same_style(title.words, gazetteer.office_label(tenure.office)):
            continue
        if title.of in {None, gazetteer.office_of(tenure.office)} and context.days != (None, None):
            return True
        if title.of == gazetteer.office_of(tenure.office):
            return True
    return False


def _level_before(before: Sequence[tuple[Mention, Entity]], context: _Context, gazetteer: Gazetteer) -> str:
    """The level of the person last named, whose counterpart is spoken of."""
    for mention, person in reversed(before):
        if mention.title and (level := level_of(mention.title, gazetteer)) not in {"", "counterpart"}:
            return level
        if (rank := gazetteer.rank(person.key, *context.days)) < len(RANKS):
            return RANKS[rank]
    return ""


def _held(mention: Mention, found: Sequence[tuple[Entity, float]], why: str) -> Mention:
    candidates = tuple(Candidate(person, score, (why,)) for person, score in found)
    best = candidates[0]
    if best.score < LINKED:
        return replace(mention, candidates=candidates)
    return replace(mention, candidates=candidates, entity=best.entity, confidence=best.score)


def _institution(mention: Mention, title: Title, context: _Context, gazetteer: Gazetteer) -> Mention:
    """The state's own body that "the Turkish foreign ministry" names; without a state, that of the article's main one."""
    of = title.of or _main_state(context)
    owner = gazetteer.entity(of) if of else None
    if owner is None or owner.kind is not Kind.STATE:
        return mention
    label = assembled(title.words, owner.key, gazetteer)
    phrase = context.text[title.start : title.end]
    known = [e for name in (phrase, label) for e, _, _ in gazetteer.candidates(name) if e.country == owner.key]
    if not known and len(title.words.split()) == 1:
        return mention  # "the police" of a state is no name
    entity = known[0] if known else local_entity(label, Kind.GOVERNMENT_BODY, country=owner.key)
    sure = 0.8 if known else 0.6
    return _held(mention, [(entity, sure if title.of else sure - 0.1)], "a body of the state that the text names")


def _main_state(context: _Context) -> str | None:
    """The state of which the article speaks far more than of any other."""
    (first, most), (_, second), *_ = [*context.states.most_common(2), ("", 0), ("", 0)]
    return first if most >= 3 and most >= 2 * second else None
