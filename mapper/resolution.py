"""Whom an office without a name means: "the Kenyan president", "Washington's top diplomat", "the foreign ministry"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mapper.document import Candidate, Entity, Form, Kind, Mention, Title
from mapper.gazetteer import RANKS, Gazetteer, in_office
from mapper.offices import LEVELS, assembled, holders, level_of, same_field, same_style
from mapper.unknown import local_entity
from mapper.weighing import Context

LINKED = 0.5
"""A reading that scores less is not taken."""
_MANY = frozenset({"minister", "envoy", "ambassador", "director", "spokesperson"})
"""Levels of which a state has many offices."""


def resolve(mention: Mention, context: Context, gazetteer: Gazetteer) -> Mention:
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
        titled = [(m, p) for m, p in before if p in unique and m.title and level_of(m.title, gazetteer) == level]
        meant = unique[0] if len(unique) == 1 else context.last_apart(titled)
        if meant:
            return _held(mention, [(meant, 0.75)], "named with this office in the article")
        main = None if unique else context.main_state()
        found = holders(replace(title, of=main), level, context.days, gazetteer) if main else ()
        return _held(mention, [(found[0], 0.55)], "held it in the article's main state") if len(found) == 1 else mention
    if unique:
        first = nearest or unique[0]
        others = [(p, 0.45) for p in unique if p != first]
        score = 0.85 if len(unique) == 1 else 0.6
        return _held(mention, [(first, score), *others], "named with this office in the article")
    found = holders(title, level, context.days, gazetteer)
    sure = 0.8 if len(found) == 1 else 0.45
    return _held(mention, [(p, sure) for p in found[:5]], "held the office then") if found else mention


def _holds(person: Entity, mention: Mention, title: Title, level: str, context: Context, gazetteer: Gazetteer) -> bool:
    """Whether somebody named in the article holds the office that a title without a name speaks of."""
    levels = LEVELS.get(level, (level,))
    if own := mention.title:
        of = own.of or person.country
        if not own.former and level_of(own, gazetteer) in levels and same_style(title.words, own.words):
            return title.of in {None, of} and (level not in _MANY or same_field(title.words, own.words))
    for tenure in gazetteer.tenures_of(person.key):
        if in_office(tenure, *context.days) is None or gazetteer.office_level(tenure.office) not in levels:
            continue
        label = gazetteer.office_label(tenure.office)
        if not same_style(title.words, label) or (level in _MANY and not same_field(title.words, label)):
            continue
        if title.of in {None, gazetteer.office_of(tenure.office)} and context.days != (None, None):
            return True
        if title.of == gazetteer.office_of(tenure.office):
            return True
    return False


def _level_before(before: Sequence[tuple[Mention, Entity]], context: Context, gazetteer: Gazetteer) -> str:
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


def _institution(mention: Mention, title: Title, context: Context, gazetteer: Gazetteer) -> Mention:
    """The state's own body that "the Turkish foreign ministry" names; without a state, the article's main one's."""
    of = title.of or context.main_state()
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
    named = replace(mention, form=Form.NAME)  # a body is named by its words, unlike a person by an office
    return _held(named, [(entity, sure if title.of else sure - 0.1)], "a body of the state that the text names")
