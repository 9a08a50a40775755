"""Who or what each mention means: readings weighed by type, context, time and office.

A missing link is better than a wrong one: what finds no support stays without an entity.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from mapper.document import Article, Bounds, Candidate, Capacity, Entity, Form, Kind, Mention, Title
from mapper.gazetteer import RANKS, Gazetteer, fold, name_key

LINKED = 0.5
"""A reading below this is not taken."""
MARGIN = 0.04
"""Two different readings closer than this cannot be told apart."""
NOT_OFFICIALS = frozenset(
    "striker goalkeeper midfielder defender footballer forward winger coach batsman bowler cricketer captain quarterback "
    "singer rapper actor actress novelist author painter guitarist drummer comedian sprinter marathoner runner boxer golfer "
    "tennis player chef model filmmaker musician pianist jockey cyclist swimmer wrestler economist historian".split()
)
"""What a namesake of a politician may be called."""
_LEADERS = {"leader": ("head_of_state", "head_of_government"), "top_diplomat": ("foreign_minister", "igo_head"),
            "chief": ("igo_head",), "counterpart": ()}  # fmt: skip


@dataclass(slots=True)
class _Context:
    """What the rest of the article says."""

    text: str
    window: tuple[date | None, date | None]
    states: Counter[str] = field(default_factory=Counter)
    """How often each state is named without doubt."""
    people: list[tuple[Mention, Entity]] = field(default_factory=list)
    """The people linked so far, in order."""
    words: frozenset[str] = frozenset()


def link(
    mentions: Sequence[Mention], article: Article, gazetteer: Gazetteer, window: Bounds | None = None
) -> tuple[Mention, ...]:
    """Choose the reading of every mention.

    `window` tells when the article was written, so that "the Kenyan president" is the one of those days. Mentions come
    back in order, each with its readings scored and explained, best first; `entity` is None where none is supported.
    """
    context = _Context(article.text, (window.earliest, window.latest) if window else (None, None))
    context.words = frozenset(fold(article.text).replace("-", " ").split())
    for mention in mentions:
        for state in _sure_states(mention):
            context.states[state] += 1
    chosen: dict[int, Mention] = {}
    order = sorted(range(len(mentions)), key=lambda i: (mentions[i].form is Form.OFFICE, i))
    places = [i for i in order if not _personal(mentions[i]) and mentions[i].form is not Form.OFFICE]
    for i in places:
        chosen[i] = _choose(mentions[i], context, gazetteer)
    for i in places:
        entity = chosen[i].entity
        if entity and entity.kind is Kind.STATE and not any(True for _ in _sure_states(mentions[i])):
            context.states[entity.key] += 1
    owners = [(m.start, m.end, m.entity) for m in chosen.values() if m.entity and m.entity.kind is not Kind.PERSON]
    people = [i for i in order if i not in chosen and mentions[i].form is not Form.OFFICE]
    for i in people:  # full names first: they say whom a surname means
        if mentions[i].form is not Form.SURNAME:
            chosen[i] = _choose(_owned(mentions[i], owners, gazetteer), context, gazetteer)
            if (entity := chosen[i].entity) and entity.country:
                context.states[entity.country] += 1
    for i in people:
        if i not in chosen:
            chosen[i] = _choose(_owned(mentions[i], owners, gazetteer), context, gazetteer)
    context.people = [(m, m.entity) for i in sorted(chosen) if (m := chosen[i]).entity and m.entity.kind is Kind.PERSON]
    for i in order:
        if i not in chosen:
            chosen[i] = _holder(_owned(mentions[i], owners, gazetteer), context, gazetteer)
    return tuple(chosen[i] for i in range(len(mentions)))


def _personal(mention: Mention) -> bool:
    return bool(mention.candidates) and all(c.entity.kind is Kind.PERSON for c in mention.candidates)


def _sure_states(mention: Mention) -> list[str]:
    states = [c.entity.key for c in mention.candidates if c.entity.kind is Kind.STATE]
    others = [c for c in mention.candidates if c.entity.kind is not Kind.STATE and mention.form is not Form.METONYM]
    return states if len(states) == 1 and not others else []


def _owned(mention: Mention, owners: Sequence[tuple[int, int, Entity]], gazetteer: Gazetteer) -> Mention:
    """The title with the state or organization that it belongs to, now that the names inside it are linked."""
    title = mention.title
    if title is None:
        return mention
    of = title.of
    if of is None:
        inside = [e for s, e_, e in owners if title.start <= s and e_ <= title.end]
        of = next((e.key for e in inside if e.kind is not Kind.PLACE), None) or next(
            (e.country for e in inside if e.country), None
        )
    if of == title.of:
        return mention
    return replace(mention, title=replace(title, of=of))


# --- weighing ----------------------------------------------------------------------------------------------------


def _choose(mention: Mention, context: _Context, gazetteer: Gazetteer) -> Mention:
    if mention.form is Form.UNKNOWN or not mention.candidates:
        entity = mention.candidates[0].entity if mention.candidates else mention.entity
        return replace(mention, entity=entity, confidence=mention.confidence or 0.4)
    scored = sorted(
        (_score(c, mention, context, gazetteer) for c in mention.candidates), key=lambda c: (-c.score, c.entity.key)
    )
    place = None
    if mention.form is Form.METONYM:
        state = next((c for c in scored if c.entity.kind is Kind.STATE), None)
        place = next((c.entity for c in scored if c.entity.kind is Kind.PLACE), None)
        body = next((c for c in scored if c.entity.kind is Kind.GOVERNMENT_BODY), None)
        if body is None and state and (place is None or place.country in {None, state.entity.key}):
            ok = state.score >= LINKED
            return replace(
                mention, candidates=tuple(scored), entity=state.entity if ok else None, place=place if ok else None,
                confidence=round(min(state.score, 0.99), 2) if ok else 0.0,
            )  # fmt: skip
        if body:
            scored = [body, *(c for c in scored if c is not body and c.entity.key != body.entity.country)]
    best = scored[0]
    rival = next((c for c in scored[1:] if c.score > best.score - MARGIN), None)
    form = Form.NAME if mention.form is Form.METONYM and best.entity.kind is not Kind.STATE else mention.form
    if best.score < LINKED or (rival and best.score < 0.95):
        return replace(mention, candidates=tuple(scored), entity=None, confidence=0.0, form=form)
    return replace(
        mention, candidates=tuple(scored), entity=best.entity, confidence=round(min(best.score, 0.99), 2), form=form
    )


def _score(candidate: Candidate, mention: Mention, context: _Context, gazetteer: Gazetteer) -> Candidate:
    entity, score, reasons = candidate.entity, candidate.score, list(candidate.reasons)

    def add(weight: float, why: str) -> None:
        nonlocal score
        score += weight
        reasons.append(f"{why} ({weight:+.2f})")

    if entity.kind is Kind.PERSON:
        return _score_person(candidate, mention, context, gazetteer)
    if entity.kind is Kind.STATE:
        add(0.25, "a state")
        if context.states[entity.key] > (len(_sure_states(mention)) and 1):
            add(0.1, "named elsewhere in the article")
    elif entity.country and context.states[entity.country]:
        add(0.2, "its state is named in the article")
    elif entity.kind is Kind.PLACE and _before(context.text, mention.start) in {
        "in",
        "at",
        "near",
        "from",
        "to",
        "around",
    }:
        add(0.15, "stands where a place stands")
    if cues := gazetteer.cues(mention.text, entity.key):
        if "*" in cues:
            add(0.1, "the usual reading")
        if told := sorted(cues & context.words):
            add(min(0.15 * len(told), 0.45), "told by " + ", ".join(told[:3]))
    if mention.form is Form.ACRONYM and "introduced in the text" in reasons:
        add(0.2, "acronym explained in the text")
    return Candidate(entity, round(max(0.0, min(score, 1.0)), 3), tuple(reasons))


def _score_person(candidate: Candidate, mention: Mention, context: _Context, gazetteer: Gazetteer) -> Candidate:
    entity, score, reasons = candidate.entity, candidate.score, list(candidate.reasons)

    def add(weight: float, why: str) -> None:
        nonlocal score
        score += weight
        reasons.append(f"{why} ({weight:+.2f})")

    title, (early, late) = mention.title, context.window
    rank_then = gazetteer.rank(entity.key, early, late)
    rank_ever = gazetteer.rank(entity.key)
    fits = None
    if title:
        fits = _fits_title(entity, title, context, gazetteer)
        if fits:
            add(0.35, "held the office that the text names")
        elif title.of and title.of == entity.country:
            add(0.2, "of the country that the title names")
        elif title.of and entity.country and not title.former:
            add(-0.3, "the title is another country's")
    if entity.country and context.states[entity.country]:
        add(0.15, "the country is named in the article")
    if early or late:
        if rank_then <= 3:
            add(0.2, "in high office then")
        elif rank_then < len(RANKS):
            add(0.1, "in office then")
        elif rank_ever <= 3:
            add(0.05, "once in high office")
    elif rank_ever <= 3:
        add(0.15, "in high office")
    if rank_ever <= 1 and "surname alone" not in candidate.reasons:
        add(0.1, "head of state or government")
    if _before(context.text, mention.start) in NOT_OFFICIALS:
        add(-0.6, "called something that is no office")
    return Candidate(entity, round(max(0.0, min(score, 1.0)), 3), tuple(reasons))


def _fits_title(person: Entity, title: Title, context: _Context, gazetteer: Gazetteer) -> bool:
    level = level_of(title, gazetteer)
    levels = _LEADERS.get(level, (level,))
    when = (None, None) if title.former else context.window
    for tenure in gazetteer.tenures_of(person.key):
        if title.of and gazetteer.office_of(tenure.office) not in {title.of, person.country}:
            continue
        if gazetteer.office_level(tenure.office) in levels and _covers(tenure, when):
            if _same_style(title.words, gazetteer.office_label(tenure.office)):
                return True
    return False


_STYLES = frozenset(
    "president king queen emir sultan emperor pope chancellor premier taoiseach prime duke prince leader chair".split()
)


def _same_style(words: str, label: str) -> bool:
    """Whether the words may name this office: a president is no emir.

    >>> _same_style("President", "Emir of Qatar"), _same_style("Prime Minister", "Chancellor of Germany")
    (False, False)
    """
    said, styled = set(name_key(words).split()) & _STYLES - {"leader"}, set(name_key(label).split()) & _STYLES
    return not said or not styled or bool(said & styled)


def _covers(tenure: object, when: tuple[date | None, date | None]) -> bool:
    from mapper.document import Tenure
    from mapper.gazetteer import in_office

    assert isinstance(tenure, Tenure)
    return in_office(tenure, *when) is not None


def _before(text: str, start: int) -> str:
    """The word before a position, folded."""
    words = text[max(0, start - 40) : start].split()
    return fold(words[-1].strip(',;:()"“”')) if words else ""


def level_of(title: Title, gazetteer: Gazetteer) -> str:
    """The level of the office that a title names, such as head_of_state; empty when the words do not tell."""
    key = name_key(title.words)
    if key in gazetteer.titles:
        return gazetteer.titles[key][1]
    return _LEVEL_BY_WORDS.get(key, "minister" if "minister" in key or "secretary" in key else "")


_LEVEL_BY_WORDS = {"minister of foreign affairs": "foreign_minister", "top diplomat": "top_diplomat"}


# --- offices without a name ------------------------------------------------------------------------------------------


def _holder(mention: Mention, context: _Context, gazetteer: Gazetteer) -> Mention:
    """Whom "the Kenyan president" means: somebody named before with that office, else who held it then."""
    title = mention.title
    if title is None or title.former:
        return mention
    level = level_of(title, gazetteer)
    before = [(m, p) for m, p in context.people if m.start < mention.start]
    if level == "counterpart":
        level = next((level_of(m.title, gazetteer) for m, _ in reversed(before) if m.title), "") or _level_then(
            before, context, gazetteer
        )
    levels = _LEADERS.get(level) or (level,)
    antecedents = []
    for m, person in reversed([*before, *[(m, p) for m, p in context.people if m.start > mention.start]]):
        offices = [t for t in gazetteer.tenures_of(person.key) if _covers(t, context.window)]
        held = {
            (gazetteer.office_level(t.office), gazetteer.office_of(t.office))
            for t in offices
            if _same_style(title.words, gazetteer.office_label(t.office))
        }
        if m.title and not m.title.former and _same_style(title.words, m.title.words):
            held.add((level_of(m.title, gazetteer), m.title.of or person.country))
        if any(lv in levels and (title.of is None or of == title.of) for lv, of in held):
            antecedents.append(person)
    unique = list(dict.fromkeys(antecedents))
    if title.of is None:
        nearest = next((p for _, p in reversed(before) if p in unique), None)
        if nearest and (len(unique) == 1 or _same_title(mention, nearest, context, gazetteer)):
            return _resolved(mention, [Candidate(nearest, 0.8, ("named with this office in the article",))])
        return mention
    if len(unique) == 1:
        return _resolved(mention, [Candidate(unique[0], 0.85, ("named with this office in the article",))])
    early, late = context.window
    if not (early or late):
        return mention
    for one in _leading(title.of, levels, gazetteer):
        if holders := gazetteer.holders(one, title.of, early, late):
            found = [Candidate(p, 0.8 if len(holders) == 1 else 0.45, ("held the office then",)) for p in holders[:5]]
            return _resolved(mention, found)
    return mention


def _leading(country: str, levels: Sequence[str], gazetteer: Gazetteer) -> Sequence[str]:
    if levels == _LEADERS["leader"] and gazetteer.leader_level(country) == "head_of_government":
        return ("head_of_government", "head_of_state")
    return levels


def _level_then(before: Sequence[tuple[Mention, Entity]], context: _Context, gazetteer: Gazetteer) -> str:
    for _, person in reversed(before):
        rank = gazetteer.rank(person.key, *context.window)
        if rank < len(RANKS):
            return RANKS[rank]
    return ""


def _same_title(mention: Mention, person: Entity, context: _Context, gazetteer: Gazetteer) -> bool:
    """Whether the article itself gives this person the title."""
    assert mention.title
    level = level_of(mention.title, gazetteer)
    return any(p == person and m.title and level_of(m.title, gazetteer) == level for m, p in context.people)


def _resolved(mention: Mention, found: Sequence[Candidate]) -> Mention:
    best = found[0]
    if best.score < LINKED:
        return replace(mention, candidates=tuple(found))
    return replace(mention, candidates=tuple(found), entity=best.entity, confidence=best.score)


# --- capacities ------------------------------------------------------------------------------------------------------

_NO_OFFICE = frozenset({"counterpart", "leader", "top_diplomat", "chief", "royal"})
"""Levels of words that point at an office without naming it."""


def capacity(
    person: Entity, title: Title | None, gazetteer: Gazetteer, when: Bounds | None = None, context: str | None = None
) -> Capacity | None:
    """The office in which somebody acts.

    The title that the text gives counts first, completed with its country; else the highest office that the person held
    `when`. `context` is the key of the state or organization acted for, when the text says so. None when nothing is known.

    >>> capacity(Entity("person-x", "X Y", Kind.PERSON), None, Gazetteer.empty())
    """
    span = (when.earliest, when.latest) if when else (None, None)
    held = [t for t in gazetteer.tenures_of(person.key) if _covers(t, span)] if when else []
    held.sort(key=lambda t: t.start or date.min, reverse=True)
    held.sort(key=lambda t: _rank(gazetteer.office_level(t.office)))
    if title is not None:
        level = level_of(title, gazetteer)
        of = title.of or context or (None if level == "igo_head" else person.country)
        if title.former:
            return Capacity(f"Former {_assembled(title.words, of, gazetteer)}", None, of)
        if title.office:
            return Capacity(gazetteer.office_label(title.office), title.office, gazetteer.office_of(title.office))
        levels = _LEADERS.get(level) or (level,)
        fitting = [
            t for t in held if gazetteer.office_level(t.office) in levels and gazetteer.office_of(t.office) == of
        ]
        label = _assembled(title.words, of, gazetteer)
        exact = gazetteer.office_named(label)
        if level not in _NO_OFFICE:
            if exact:
                return Capacity(gazetteer.office_label(exact), exact, of)
            if fitting and level in {"head_of_state", "head_of_government", "foreign_minister"}:
                return Capacity(gazetteer.office_label(fitting[0].office), fitting[0].office, of)
            return Capacity(label, None, of)
        if fitting:
            return Capacity(gazetteer.office_label(fitting[0].office), fitting[0].office, of)
    if context:
        held = [t for t in held if gazetteer.office_of(t.office) == context] or held
    if held:
        office = held[0].office
        return Capacity(gazetteer.office_label(office), office, gazetteer.office_of(office))
    return None


def represents(
    person: Entity, gazetteer: Gazetteer, title: Title | None = None, when: Bounds | None = None
) -> Entity | None:
    """The state or organization that a person acts for: the title's, else that of the highest office, else the country."""
    if title and title.former:
        return None
    if title and title.of:
        return gazetteer.entity(title.of)
    if found := capacity(person, None, gazetteer, when):
        return gazetteer.entity(found.of) if found.of else None
    return gazetteer.entity(person.country) if person.country else None


def _rank(level: str) -> int:
    return RANKS.index(level) if level in RANKS else len(RANKS)


_THE = frozenset(
    {
        "Q30",
        "Q145",
        "Q878",
        "Q974",
        "Q971",
        "Q929",
        "Q213",
        "Q786",
        "Q1005",
        "Q55",
        "Q928",
        "Q826",
        "Q1042",
        "Q970",
        "Q709",
        "Q685",
    }
)
"""States whose names take an article."""


def _assembled(words: str, of: str | None, gazetteer: Gazetteer) -> str:
    """ "President" and Kenya make "President of Kenya"."""
    owner = gazetteer.entity(of) if of else None
    if owner is None:
        return words
    if of == "Q30" and words == "Secretary of State":
        return "United States Secretary of State"
    label = owner.label
    if label.startswith("The "):
        label = label[4:]
        return f"{words} of the {label}"
    article = "the " if owner.key in _THE or owner.kind is not Kind.STATE and " " in label else ""
    return f"{words} of {article}{label}"
