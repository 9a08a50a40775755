"""Who or what each mention means: readings weighed by type, context, time and office.

A missing link is better than a wrong one: what finds no support stays without an entity, or becomes one of its own
without a link. Linking twice gives the same as linking once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mapper.document import Article, Bounds, Candidate, Entity, Form, Kind, Mention
from mapper.gazetteer import Gazetteer
from mapper.names import fold
from mapper.offices import Days, capacity, fitting, level_of, represents
from mapper.resolution import LINKED, resolve
from mapper.unknown import local_entity
from mapper.weighing import BASE, Context, sure, weigh

__all__ = ["capacity", "link", "represents"]

MARGIN = 0.04
"""Readings closer than this cannot be told apart."""


def link(
    mentions: Sequence[Mention], article: Article, gazetteer: Gazetteer, window: Bounds | None = None
) -> tuple[Mention, ...]:
    """Choose the reading of every mention.

    Parameters:
        mentions: as `mapper.mentions.find_mentions` returns them, or linked before.
        window: when the article was written, so that "the Kenyan president" is the one of those days.

    Mentions come back in order, their readings scored and explained, best first; `entity` is None without support.
    A title gets the key of its state or organization, and of its office where the person is known to hold it.
    """
    days: Days = (window.earliest, window.latest) if window else (None, None)
    words = frozenset(fold(article.text).replace("-", " ").replace(",", " ").replace(".", " ").split())
    context = Context(article.text, days, words)
    fresh = [m if m.form is Form.UNKNOWN else _fresh(m, gazetteer) for m in mentions]
    for mention in fresh:
        for key in sure(mention, Kind.STATE):
            context.states[key] += 1
        context.keys.update(k for kind in (Kind.ORGANIZATION, Kind.PLACE) for k in sure(mention, kind))
    chosen: dict[int, Mention] = {}
    people = [i for i, m in enumerate(fresh) if _personal(m)]
    for i, mention in enumerate(fresh):
        if i not in people and mention.form is not Form.OFFICE:
            chosen[i] = _choose(mention, context, gazetteer)
    owners = [m for m in chosen.values() if m.entity]
    for i in sorted(people, key=lambda i: (fresh[i].form is Form.SURNAME, i)):  # full names say whom a surname means
        if fresh[i].form is Form.SURNAME and not context.people:
            context.people = _people(chosen)
        chosen[i] = _choose(_owned(fresh[i], owners), context, gazetteer)
        if (entity := chosen[i].entity) and entity.country and fresh[i].form is Form.NAME:
            context.states[entity.country] += 1
    context.people = _people(chosen)
    for i, mention in enumerate(fresh):
        if mention.form is Form.OFFICE:
            chosen[i] = resolve(_owned(mention, owners), context, gazetteer)
    return tuple(_with_office(chosen[i], context, gazetteer) for i in range(len(fresh)))


def _people(chosen: Mapping[int, Mention]) -> list[tuple[Mention, Entity]]:
    """The people linked so far, in order of the text."""
    linked = [(chosen[i], chosen[i].entity) for i in sorted(chosen)]
    return [(mention, entity) for mention, entity in linked if entity and entity.kind is Kind.PERSON]


def _fresh(mention: Mention, gazetteer: Gazetteer) -> Mention:
    """The mention as it was found, whatever an earlier linking made of it."""
    title = mention.title
    alone = title is not None and title.start <= mention.start and mention.end <= title.end
    if mention.form is Form.OFFICE or (alone and title and level_of(title, gazetteer) == "institution"):
        return replace(mention, entity=None, candidates=(), confidence=0.0, form=Form.OFFICE)
    candidates = tuple(Candidate(c.entity, 0.0, tuple(r for r in c.reasons if r in BASE)) for c in mention.candidates)
    return replace(mention, candidates=tuple(c for c in candidates if c.reasons), confidence=0.0)


def _personal(mention: Mention) -> bool:
    return bool(mention.candidates) and all(c.entity.kind is Kind.PERSON for c in mention.candidates)


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


def _with_office(mention: Mention, context: Context, gazetteer: Gazetteer) -> Mention:
    """The title with the office that the person is known to hold."""
    if mention.title is None or mention.entity is None or mention.entity.kind is not Kind.PERSON:
        return mention
    tenure = fitting(mention.entity, mention.title, context.days, gazetteer)
    if tenure is None or mention.title.former:
        return mention
    of = mention.title.of or gazetteer.office_of(tenure.office)
    return replace(mention, title=replace(mention.title, office=tenure.office, of=of))


def _choose(mention: Mention, context: Context, gazetteer: Gazetteer) -> Mention:
    if mention.form is Form.UNKNOWN or not mention.candidates:
        entity = mention.candidates[0].entity if mention.candidates else mention.entity
        return replace(mention, entity=entity, confidence=0.4 if entity else 0.0)
    weights = {c.entity.key: weigh(c, mention, context, gazetteer) for c in mention.candidates}
    order = sorted(mention.candidates, key=lambda c: (-weights[c.entity.key].score, c.entity.key))
    scored = [
        Candidate(c.entity, round(min(max(w.score, 0.0), 0.99), 2), tuple(w.reasons))
        for c in order
        for w in [weights[c.entity.key]]
    ]
    best, place = scored[0], None
    if mention.form is Form.METONYM:
        states = [c for c in scored if c.entity.kind is Kind.STATE]
        bodies = [c for c in scored if c.entity.kind is Kind.GOVERNMENT_BODY]
        seated = _seated(mention, states, scored, context, gazetteer)
        best = (bodies or seated or states or scored)[0]
        state = best.entity if best not in seated else states[0].entity
        home = {best.entity.key, state.key, state.country}
        if state.kind is Kind.STATE:
            places = [c.entity for c in scored if c.entity.kind is Kind.PLACE and c.entity.country in home]
            capital = gazetteer.capital(state.key)
            place = capital if capital in places else next(iter(places), None)
        scored = [best, *(c for c in scored if c is not best)]
        rivals = [c for c in scored[1:] if not home & {c.entity.key, c.entity.country}]
    else:
        rivals = scored[1:]
    score = weights[best.entity.key].score
    named = mention.form is Form.METONYM and place is None and best.entity.kind is not Kind.STATE
    form = Form.NAME if named else mention.form
    if score >= LINKED and not any(weights[c.entity.key].score > score - MARGIN for c in rivals):
        return replace(
            mention, candidates=tuple(scored), entity=best.entity, confidence=best.score, form=form, place=place
        )
    entity = _unlinked(mention, best, gazetteer)
    return replace(
        mention, candidates=tuple(scored), entity=entity, confidence=0.3 if entity else 0.0, form=form, place=None
    )


def _seated(
    mention: Mention, states: Sequence[Candidate], scored: Sequence[Candidate], context: Context, gazetteer: Gazetteer
) -> list[Candidate]:
    """The organization that a capital stands for: Brussels for the Union, unless the article speaks of Belgium."""
    own = any(gazetteer.cues(mention.text, c.entity.key) & context.words for c in states)
    return [c for c in scored if c.entity.kind is Kind.ORGANIZATION and states and not own]


def _unlinked(mention: Mention, best: Candidate, gazetteer: Gazetteer) -> Entity | None:
    """An entity of its own for a name that is one for sure, where it is not known whose."""
    if best.entity.kind is not Kind.PERSON or mention.form is not Form.NAME or " " not in mention.text:
        return None
    entity = local_entity(mention.text, Kind.PERSON)
    return entity if gazetteer.entity(entity.key) is None else None
