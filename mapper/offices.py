"""Who holds an office that the text names, in which office somebody acts, and for whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mapper.document import Bounds, Capacity, Entity, Kind, Tenure, Title
from mapper.gazetteer import RANKS, Gazetteer, in_office
from mapper.names import name_key

Days = tuple[date | None, date | None]
"""The first and the last day of a span; None leaves a side open."""
LEVELS = {
    "leader": ("head_of_state", "head_of_government", "party_leader", "commander"),
    "top_diplomat": ("foreign_minister", "igo_head"),
    "chief": ("igo_head", "director", "commander"),
    "chair": ("chair", "igo_head", "director"),
}
"""Words that point at an office without naming it → the levels meant."""
_POINTING = frozenset({"leader", "top_diplomat", "chief", "counterpart", "royal"})
_STYLES = frozenset(
    {"president", "king", "queen", "emir", "sultan", "emperor", "pope", "chancellor", "premier", "taoiseach", "prime",
     "duke", "prince", "supreme"}
)  # fmt: skip
_EQUAL = ({"premier", "prime"}, {"taoiseach", "prime"}, {"king", "emir"}, {"prime", "chancellor"})
_PLAIN_WORDS = frozenset({"of", "the", "for", "and", "in"})
_THE = frozenset(
    {"Q30", "Q145", "Q878", "Q974", "Q971", "Q929", "Q213", "Q786", "Q1005", "Q55", "Q928", "Q826", "Q1042", "Q970",
     "Q709", "Q685", "Q237"}
)  # fmt: skip
"""States whose names take an article."""


def level_of(title: Title, gazetteer: Gazetteer) -> str:
    """The level of the office that a title names, such as head_of_state; empty when its words do not tell."""
    words = name_key(title.words)
    if level := gazetteer.title_levels.get(words):
        return level
    parts = words.split()
    for size in range(min(4, len(parts)), 0, -1):  # "special envoy for sudan", "deputy foreign minister"
        for start in (len(parts) - size, 0):
            found = gazetteer.tables.titles.get(" ".join(parts[start : start + size]))
            if found and found[1] != "institution":
                deputy = start > 0 and parts[0] in {"deputy", "vice", "assistant", "under"}
                return "minister" if deputy else found[1]
    return ""


def same_style(words: str, label: str) -> bool:
    """Whether words may name the office with this label: a president is no emir, a premier is a prime minister.

    >>> same_style("President", "Emir of Qatar"), same_style("Premier", "Prime Minister of Bermuda")
    (False, True)
    """
    said, styled = set(name_key(words).split()) & _STYLES, set(name_key(label).split()) & _STYLES
    return not said or not styled or bool(said & styled) or any(said & pair and styled & pair for pair in _EQUAL)


def same_field(words: str, label: str) -> bool:
    """Whether a minister's title may be the office with this label: they share a word that says of what.

    >>> same_field("Trade Minister", "Minister of Trade"), same_field("Trade Minister", "Minister of Health")
    (True, False)
    """
    kinds = {"minister", "secretary", "cabinet", "state", "federal", "affairs", "envoy", "special", "ambassador"}
    said = set(name_key(words).split()) - _PLAIN_WORDS - kinds
    return not said or bool(said & set(name_key(label).split()))


def fitting(person: Entity, title: Title, when: Days, gazetteer: Gazetteer) -> Tenure | None:
    """The person's tenure that a title speaks of, on those days; for a former office, at any time before."""
    level = level_of(title, gazetteer)
    levels = LEVELS.get(level, (level,))
    if name_key(title.words) in {"secretary", "minister"}:
        levels = ("foreign_minister", "minister", "igo_head")
    found: list[tuple[bool, int, bool, date, Tenure]] = []
    for tenure in gazetteer.tenures_of(person.key):
        owner = gazetteer.office_of(tenure.office)
        label = gazetteer.office_label(tenure.office) if tenure.office in gazetteer.tables.offices else ""
        if (title.of and owner != title.of) or not label:
            continue
        if gazetteer.office_level(tenure.office) not in levels or not same_style(title.words, label):
            continue
        if level == "minister" and not same_field(title.words, label):
            continue
        sure = in_office(tenure, *when)
        if title.former or sure is not None:
            rank = -_rank(gazetteer.office_level(tenure.office))
            found.append((bool(sure), rank, owner == person.country, tenure.start or date.min, tenure))
    return max(found, key=lambda f: f[:4])[4] if found else None


def holders(title: Title, level: str, when: Days, gazetteer: Gazetteer) -> tuple[Entity, ...]:
    """Who held an office that is named with its state or organization, on those days; the likeliest first."""
    if title.of is None or when == (None, None):
        return ()
    levels: Sequence[str] = LEVELS.get(level, (level,))
    if level == "leader" and gazetteer.leader_level(title.of) == "head_of_government":
        levels = ("head_of_government", "head_of_state")
    if level == "ambassador":
        return _posted(title, when, gazetteer)
    for one in levels:
        if level in {"minister", "envoy", "director", "spokesperson"}:
            named = gazetteer.office_named(assembled(title.words, title.of, gazetteer))
            if named and (found := gazetteer.holders(named, None, *when)):
                return found
            continue
        fit = [
            person
            for person in gazetteer.holders(one, title.of, *when)
            if any(
                gazetteer.office_level(t.office) == one
                and gazetteer.office_of(t.office) == title.of
                and same_style(title.words, gazetteer.office_label(t.office))
                for t in gazetteer.tenures_of(person.key)
            )
        ]
        if fit:
            return tuple(fit)
    return ()


def _posted(title: Title, when: Days, gazetteer: Gazetteer) -> tuple[Entity, ...]:
    """The ambassadors of a state to the host that a title names; nobody where it names none.

    A chargé d'affaires or a consul is somebody else than the ambassador.
    """
    said = name_key(title.words).split()
    host = _host(title.words, gazetteer)
    if host is None or title.of is None or not {"ambassador", "permanent", "commissioner"} & set(said):
        return ()
    posts = [office for office in gazetteer.offices_of(title.of) if office.level == "ambassador"]
    people = [p for o in posts if _host(o.label, gazetteer) == host for p in gazetteer.holders(o.key, None, *when)]
    return tuple(dict.fromkeys(people))


def _host(words: str, gazetteer: Gazetteer) -> str | None:
    """The key of the state or organization to which words send somebody: "Ambassador to Malta of France"."""
    name = words.partition(" to ")[2].removeprefix("the ")
    for part in (name, name.rpartition(" of ")[0]):
        keys = {e.key for e, _, strong in gazetteer.candidates(part) if strong and e.kind is not Kind.PERSON}
        if len(keys) == 1:
            return keys.pop()
    return None


def assembled(words: str, of: str | None, gazetteer: Gazetteer) -> str:
    """The office's words with its state or organization: "President" and Kenya make "President of Kenya"."""
    owner = gazetteer.entity(of) if of else None
    if owner is None or set(name_key(owner.label).split()) <= set(name_key(words).split()):
        return words
    if of == "Q30" and words.startswith(("Secretary of State", "National Security")):
        return f"United States {words}"
    label = owner.label.removeprefix("The ")
    article = "the " if label != owner.label or owner.key in _THE or _takes_article(owner) else ""
    return f"{words} of {article}{label}"


def _takes_article(owner: Entity) -> bool:
    return owner.kind is not Kind.STATE and " " in owner.label


def capacity(
    person: Entity, title: Title | None, gazetteer: Gazetteer, when: Bounds | None = None, context: str | None = None
) -> Capacity | None:
    """The office in which somebody acts; None when it is not known.

    Parameters:
        person: who acts.
        title: the title that the text gives, which counts first, completed with its country.
        when: the days of the act; without a title, the highest office held on them.
        context: the key of the state or organization acted for, when the text says so.
    """
    days: Days = (when.earliest, when.latest) if when else (None, None)
    if title is not None and (found := _titled(person, title, days, context, gazetteer)):
        return found
    if when is None:
        return None
    held = [t for t in gazetteer.tenures_of(person.key) if in_office(t, *days) is not None]
    held = [t for t in held if in_office(t, *days)] or held
    held = [t for t in held if context and gazetteer.office_of(t.office) == context] or held
    held.sort(key=lambda t: t.start or date.min, reverse=True)
    held.sort(key=lambda t: gazetteer.office_of(t.office) != person.country)
    held.sort(key=lambda t: _rank(gazetteer.office_level(t.office)))
    return _known(held[0].office, gazetteer) if held else None


def _titled(person: Entity, title: Title, days: Days, context: str | None, gazetteer: Gazetteer) -> Capacity | None:
    """The office that a title names; None when its words only point at one that is not known."""
    level = level_of(title, gazetteer)
    of = title.of or context or (None if level == "igo_head" else person.country)
    tenure = fitting(person, title, days, gazetteer) or fitting(person, title, (None, None), gazetteer)
    if of is None and tenure:
        of = gazetteer.office_of(tenure.office)
    label = assembled(title.words, of, gazetteer)
    if title.former and not (days != (None, None) and tenure and in_office(tenure, *days)):
        return Capacity(f"Former {label}", None, of)
    if "opposition" in name_key(title.words).split():
        return Capacity(label, None, of)
    if level in _POINTING:
        if tenure:
            return _known(tenure.office, gazetteer)
        return (
            Capacity(label, None, of) if level == "leader" and title.of and name_key(title.words) == "leader" else None
        )
    exact = gazetteer.office_named(label)
    if exact and gazetteer.office_of(exact) in {of, None}:
        return Capacity(gazetteer.office_label(exact), exact, of)
    if tenure and level in {"head_of_state", "head_of_government", "foreign_minister"}:
        return _known(tenure.office, gazetteer)
    if tenure and len(name_key(title.words).split()) == 1:
        return _known(tenure.office, gazetteer)
    return Capacity(label, None, of)


def _known(office: str, gazetteer: Gazetteer) -> Capacity:
    return Capacity(gazetteer.office_label(office), office, gazetteer.office_of(office))


def represents(
    person: Entity, gazetteer: Gazetteer, title: Title | None = None, when: Bounds | None = None
) -> Entity | None:
    """The state or organization that a person acts for.

    That of the title in the text; else that of the highest office on those days, or of the last office known; else the
    country. Nobody for somebody called a former holder.
    """
    if title and title.former:
        days: Days = (when.earliest, when.latest) if when else (None, None)
        tenure = fitting(person, title, days, gazetteer)
        if days == (None, None) or tenure is None or not in_office(tenure, *days):
            return None
    if title and title.of:
        return _state_of(title.of, gazetteer)
    found = capacity(person, None, gazetteer, when) if when else None
    if found is None and (tenures := gazetteer.tenures_of(person.key)):
        found = _known(max(tenures, key=lambda t: (t.end or date.max, t.start or date.min)).office, gazetteer)
    if found and found.of:
        return _state_of(found.of, gazetteer)
    return gazetteer.entity(person.country) if person.country else None


def _state_of(owner: str, gazetteer: Gazetteer) -> Entity | None:
    """Whom an office's owner acts for: a body of government for its state, anybody else for itself."""
    entity = gazetteer.entity(owner)
    if entity and entity.kind is Kind.GOVERNMENT_BODY and entity.country:
        return gazetteer.entity(entity.country)
    return entity


def _rank(level: str) -> int:
    return RANKS.index(level) if level in RANKS else len(RANKS)
