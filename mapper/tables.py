"""Reading the gazetteer's tables: tab-separated text, a header, one fact per row, the source in the last column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from mapper.document import Entity, Form, Kind, Tenure
from mapper.errors import ConfigurationError
from mapper.names import name_key


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that a name may stand for; a weak reading needs support from the context."""

    key: str
    form: Form
    strong: bool
    name: str
    """The name as the table writes it: an acronym counts only in that very case."""


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """The rows as read."""

    entities: Mapping[str, Entity] = field(default_factory=dict)
    readings: Mapping[str, tuple[Reading, ...]] = field(default_factory=dict)
    """Folded name → its readings."""
    longest: Mapping[str, int] = field(default_factory=dict)
    """First two words of a folded name → how many words the longest name that begins so has."""
    tenures: tuple[Tenure, ...] = ()
    offices: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    """Key of an office → label, level, key of the state or organization."""
    titles: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Folded title → its usual words, level of the office."""
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """modifier, body, honorific, ordinary, … → folded words of that use."""
    topics: tuple[tuple[str, str, str], ...] = ()
    """Key, label and phrase of the topics that a text may treat."""
    capitals: Mapping[str, str] = field(default_factory=dict)
    leaders: Mapping[str, str] = field(default_factory=dict)
    cues: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    labels: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """Key → language and label in it, for languages other than English."""
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Key of an organization → keys of its members."""
    seats: Mapping[str, str] = field(default_factory=dict)
    """Key of an organization → key of the place where it sits."""
    identities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Key → IRIs of the same thing in other datasets than Wikidata."""


def rows(folder: Path, table: str, columns: int) -> list[list[str]]:
    """The rows of a table, without its header.

    Raises `ConfigurationError` when the file cannot be read or a row has not that many columns.
    """
    path = folder / f"{table}.tsv"
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"The gazetteer's table {path} cannot be read: {error}") from error
    found = [line.split("\t") for line in lines[1:] if line]
    if any(len(row) != columns for row in found):
        wrong = next(n for n, line in enumerate(lines[1:], start=2) if line and line.count("\t") != columns - 1)
        raise ConfigurationError(f"{path}, line {wrong}: not {columns} columns")
    return found


def qid_of(key: str) -> str | None:
    """The Wikidata id that a key is, if it is one.

    >>> qid_of("Q42"), qid_of("person-abdou-ndiaye"), qid_of("Quad")
    ('Q42', None, None)
    """
    return key if key[0] == "Q" and key[1:].isdigit() else None


def number(text: str) -> float | None:
    """A number, or None for an empty cell."""
    return float(text) if text else None


def day_of(text: str, *, last: bool = False) -> date | None:
    """A day from an ISO date that may be cut after the month or the year: its first day, or its last.

    >>> day_of("2024-02"), day_of("2024-02", last=True), day_of("2024", last=True), day_of("")
    (datetime.date(2024, 2, 1), datetime.date(2024, 2, 29), datetime.date(2024, 12, 31), None)
    """
    if not text:
        return None
    if len(text) == 10:
        return date.fromisoformat(text)
    year, month = int(text[:4]), int(text[5:7] or (12 if last else 1))
    if not last:
        return date(year, month, 1)
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def read_all(folder: Path) -> Tables:
    """The tables of a folder.

    Raises `ConfigurationError` when one is missing or a row is not well formed.
    """
    entities: dict[str, Entity] = {}
    capitals, leaders = {}, {}
    for key, label, _, _, capital, leader, north, east, _ in rows(folder, "states", 9):
        entities[key] = Entity(key, label, Kind.STATE, qid_of(key), latitude=number(north), longitude=number(east))
        capitals[key], leaders[key] = capital, leader
    for key, label, use, country, north, east, _ in rows(folder, "places", 7):
        home = country or None
        entities[key] = Entity(key, label, Kind.PLACE, qid_of(key), (), home, None, use, number(north), number(east))
    for key, label, kind, use, country, _ in rows(folder, "organizations", 6):
        entities[key] = Entity(key, label, Kind(kind), qid_of(key), country=country or None, level=use or None)
    for key, label, gender, country, _ in rows(folder, "people", 5):
        entities[key] = Entity(key, label, Kind.PERSON, qid_of(key), (), country or None, gender or None)
    readings: dict[str, list[Reading]] = defaultdict(list)
    longest: dict[str, int] = {}
    forms = {form.value: form for form in Form}
    for key, name, form, strength, _ in rows(folder, "names", 5):
        words = name_key(name)
        readings[words].append(Reading(key, forms[form], strength == "strong", name))
        if " " in words:
            parts = words.split(" ", 2)
            first, count = f"{parts[0]} {parts[1]}", words.count(" ") + 1
            if longest.get(first, 0) < count:
                longest[first] = count
    tenures = tuple(
        Tenure(person, office, day_of(start), day_of(end, last=True), coarse == "coarse", source)
        for person, office, start, end, coarse, source in rows(folder, "tenures", 6)
    )
    titles: dict[str, tuple[str, str]] = {}
    uses: dict[str, set[str]] = defaultdict(set)
    for phrase, words, level, use, _ in rows(folder, "titles", 5):
        if use == "title":
            titles[phrase] = words, level
        else:
            uses[use].add(phrase)
    cues: dict[tuple[str, str], set[str]] = defaultdict(set)
    for name, key, cue, _ in rows(folder, "cues", 4):
        cues[name_key(name), key].add(cue)
    labels: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for key, language, label, _ in rows(folder, "labels", 4):
        labels[key].append((language, label))
    members: dict[str, list[str]] = defaultdict(list)
    for key, member, _ in rows(folder, "members", 3):
        members[key].append(member)
    identities: dict[str, list[str]] = defaultdict(list)
    for key, iri, _ in rows(folder, "identities", 3):
        identities[key].append(iri)
    return Tables(
        entities,
        {words: tuple(found) for words, found in readings.items()},
        longest,
        tenures,
        {key: (label, level, of) for key, label, level, of, _ in rows(folder, "offices", 5)},
        titles,
        {use: frozenset(words) for use, words in uses.items()},
        tuple((key, label, phrase) for key, label, phrase, _, _ in rows(folder, "topics", 5)),
        capitals,
        leaders,
        {reading: frozenset(words) for reading, words in cues.items()},
        {key: tuple(told) for key, told in labels.items()},
        {key: tuple(told) for key, told in members.items()},
        {key: place for key, place, _ in rows(folder, "seats", 3)},
        {key: tuple(iris) for key, iris in identities.items()},
    )
