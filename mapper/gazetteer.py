"""The facts that ship with the product: names, people, offices, tenures, and what each name may stand for.

The tables lie in the folder `gazetteer/` beside this module, one fact per row with its source. `load()` reads
them into a `Gazetteer`, which answers questions and never changes.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from mapper.document import Entity, Form, Kind, Tenure
from mapper.errors import ConfigurationError

FOLDER = Path(__file__).parent / "gazetteer"
RANKS = ("head_of_state", "head_of_government", "igo_head", "foreign_minister", "deputy_head", "envoy", "minister",
         "spokesperson", "ambassador", "legislator", "governor_general", "regional")  # fmt: skip
"""Levels of office, the highest first."""
SLACK = timedelta(days=200)
"""How far the days of a coarse tenure may be off."""

_LETTERS = str.maketrans(
    {"ı": "i", "ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "ß": "ss", "æ": "ae", "Æ": "ae", "œ": "oe",
     "ə": "a", "Ə": "a", "ð": "d", "þ": "th", "'": "", "’": "", "‘": "", "ʻ": "", "ʼ": "", "`": "", ".": ""}
)  # fmt: skip
TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|(?:[^\W\d_]\.)+[^\W\d_](?![\w])|\w+(?:['’‘ʻʼ`]\w+)*")
_POSSESSIVE = re.compile(r"['’‘][sS]$")


def fold(text: str) -> str:
    """A name without case, diacritics, apostrophes and dots, for comparison only.

    >>> fold("Erdoğan"), fold("U.S."), fold("N’Djamena"), fold("João Lourenço")
    ('erdogan', 'us', 'ndjamena', 'joao lourenco')
    """
    if text.isascii():
        return text.lower().translate(_LETTERS)
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


def slug(text: str) -> str:
    """A name as the last part of an IRI.

    >>> slug("Abdou Ndiaye"), slug("Côte d'Ivoire")
    ('abdou-ndiaye', 'cote-divoire')
    """
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-") or "unnamed"


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the text; `end` is before a possessive 's."""

    start: int
    end: int
    text: str
    folded: str


def tokens(text: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """The words of a text; a hyphen parts words, a possessive is left out.

    >>> [t.folded for t in tokens("Kenya-US ties, Qatar’s U.S. envoy")]
    ['kenya', 'us', 'ties', 'qatar', 'us', 'envoy']
    """
    for match in TOKEN.finditer(text, start, len(text) if end is None else end):
        word = match.group()
        if possessive := _POSSESSIVE.search(word):
            word = word[: possessive.start()]
        yield Token(match.start(), match.start() + len(word), word, fold(word))


def name_key(name: str) -> str:
    """The folded words of a name, as the index holds them.

    >>> name_key("Port-au-Prince"), name_key("The Hague")
    ('port au prince', 'the hague')
    """
    return " ".join(token.folded for token in tokens(name))


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that a name may stand for; a weak reading needs support from the context."""

    key: str
    form: Form
    strong: bool
    name: str
    """The name as the table writes it: an acronym counts only in that very case."""


@dataclass(frozen=True, slots=True, eq=False)
class _Tables:
    entities: Mapping[str, Entity]
    readings: Mapping[str, tuple[Reading, ...]]
    longest: Mapping[str, int]
    tenures: tuple[Tenure, ...]
    offices: Mapping[str, tuple[str, str, str]]
    titles: Mapping[str, tuple[str, str]]
    title_words: Mapping[str, frozenset[str]]
    topics: tuple[tuple[str, str, str], ...]
    capitals: Mapping[str, str] = field(default_factory=dict)
    leaders: Mapping[str, str] = field(default_factory=dict)
    cues: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)


class Gazetteer:
    """What is known offline; every answer is a value that stays as it is."""

    def __init__(self, tables: _Tables) -> None:
        self._t = tables
        self.readings = tables.readings
        """Folded name → its readings."""
        self.longest = tables.longest
        """First word of a folded name → how many words the longest name that begins so has."""
        self.titles = tables.titles
        """Folded title → (its usual words, level of the office)."""
        self.title_words = tables.title_words
        """modifier, body, honorific → the folded words that stand before a title, in its complement, before a name."""
        self.topics = tables.topics
        """(key, label, phrase) of the topics that a text may treat."""

    def entity(self, key: str) -> Entity | None:
        """The entity or office with this key."""
        return self._t.entities.get(key) or self.office(key)

    def candidates(self, name: str) -> tuple[tuple[Entity, Form, bool], ...]:
        """Everything that a name may stand for, and whether the name is strong: enough by itself."""
        return tuple((self._t.entities[r.key], r.form, r.strong) for r in self.readings.get(name_key(name), ()))

    def office(self, key: str) -> Entity | None:
        """The office with this key."""
        row = self._t.offices.get(key)
        return row and Entity(key, row[0], Kind.OFFICE, _qid(key), country=row[2] or None, level=row[1] or None)

    def office_label(self, office: str) -> str:
        """The office as it is shown: "President of Kenya"."""
        return self._t.offices[office][0]

    def office_level(self, office: str) -> str:
        """head_of_state, head_of_government, foreign_minister, …; empty when not known."""
        return self._t.offices[office][1] if office in self._t.offices else ""

    def office_of(self, office: str) -> str | None:
        """The key of the state or organization that an office belongs to."""
        return (self._t.offices[office][2] or None) if office in self._t.offices else None

    def offices_of(self, country: str) -> tuple[Entity, ...]:
        """The offices of a state or organization, the highest first."""
        return tuple(o for key in self._by_country.get(country, ()) if (o := self.office(key)))

    def office_named(self, label: str) -> str | None:
        """The key of the office with this label, whatever its case and articles."""
        return self._by_label.get(_office_key(label))

    def capital(self, state: str) -> Entity | None:
        """The capital of a state."""
        return self._t.entities.get(self._t.capitals.get(state, ""))

    def cues(self, name: str, key: str) -> frozenset[str]:
        """The folded words elsewhere in a text that speak for this reading of a name; "*" for the usual reading."""
        return self._t.cues.get((name_key(name), key), frozenset())

    def leader_level(self, state: str) -> str:
        """The level of the office that leads a state: head_of_government where the head of state is ceremonial."""
        return self._t.leaders.get(state, "head_of_state")

    def tenures_of(self, person: str) -> tuple[Tenure, ...]:
        """The tenures of a person, earliest first."""
        return self._tenures["person", person]

    def tenures_in(self, office: str) -> tuple[Tenure, ...]:
        """The tenures in an office, earliest first."""
        return self._tenures["office", office]

    def holders(
        self, office: str, country: str | None, day_from: date | None, day_to: date | None = None
    ) -> tuple[Entity, ...]:
        """Who held an office, or any office of a level in a country, on some day of a span; the last to start first.

        `office` is an office's key, or a level with the key of the state or organization as `country`.
        """
        if office in self._t.offices:
            keys: Iterable[str] = (office,)
        else:
            keys = (k for k in self._by_country.get(country or "", ()) if self._t.offices[k][1] == office)
        found: dict[str, tuple[bool, date]] = {}
        for key in keys:
            for tenure in self.tenures_in(key):
                if (fit := in_office(tenure, day_from, day_to)) is not None:
                    found[tenure.person] = max(
                        found.get(tenure.person, (False, date.min)), (fit, tenure.start or date.min)
                    )
        people = sorted(found, key=lambda p: (found[p], p), reverse=True)
        return tuple(self._t.entities[p] for p in people if p in self._t.entities)

    def surname_bearers(self, word: str) -> tuple[Entity, ...]:
        """The people who are known by this one word (folded): a surname, or a family name that stands first."""
        return tuple(self._t.entities[key] for key in self._surnames.get(word, ()))

    def rank(self, person: str, day_from: date | None = None, day_to: date | None = None) -> int:
        """How high the person's highest office is (0 is a head of state), on those days when given."""
        ranks = [
            RANKS.index(level)
            for t in self.tenures_of(person)
            if (level := self.office_level(t.office)) in RANKS and in_office(t, day_from, day_to) is not None
        ]
        return min(ranks, default=len(RANKS))

    @classmethod
    def empty(cls) -> Gazetteer:
        """A gazetteer that knows nothing."""
        return cls(
            _Tables(
                {}, {}, {}, (), {}, {}, {"modifier": frozenset(), "body": frozenset(), "honorific": frozenset()}, ()
            )
        )

    @cached_property
    def _tenures(self) -> Mapping[tuple[str, str], tuple[Tenure, ...]]:
        found: dict[tuple[str, str], list[Tenure]] = defaultdict(list)
        for tenure in self._t.tenures:
            found["person", tenure.person].append(tenure)
            found["office", tenure.office].append(tenure)
        early = {k: tuple(sorted(v, key=lambda t: (t.start or date.min, t.office, t.person))) for k, v in found.items()}
        return defaultdict(tuple, early)

    @cached_property
    def _by_country(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for key, (_, _, of) in self._t.offices.items():
            found[of].append(key)
        rank = {level: i for i, level in enumerate(RANKS)}
        return {c: tuple(sorted(ks, key=lambda k: (rank.get(self._t.offices[k][1], 99), k))) for c, ks in found.items()}

    @cached_property
    def _by_label(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for key in sorted(self._t.offices, key=lambda k: (not k.startswith("Q"), k)):
            found.setdefault(_office_key(self._t.offices[key][0]), key)
        return found

    @cached_property
    def _surnames(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for entity in self._t.entities.values():
            if entity.kind is Kind.PERSON:
                for word in known_by(entity):
                    found[word].append(entity.key)
        return {word: tuple(keys) for word, keys in found.items()}


FAMILY_FIRST = frozenset({"Q148", "Q865", "Q884", "Q423", "Q881", "Q424", "Q14773", "Q8646"})
"""States whose people's family names stand first: China, Taiwan, the Koreas, Viet Nam, Cambodia, Macau, Hong Kong."""
GIVEN_NAME_COUNTRIES = frozenset({"Q115", "Q986"})
"""States whose people are called by their given name: Ethiopia, Eritrea."""


def known_by(person: Entity) -> tuple[str, ...]:
    """The folded single words by which a person is usually called.

    >>> known_by(Entity("Q6", "Xi Jinping", Kind.PERSON, country="Q148")), known_by(Entity("Q7", "Angela Merkel", Kind.PERSON))
    (('xi',), ('merkel',))
    """
    words = name_key(person.label).split()
    if len(words) < 2:
        return ()
    first = person.country in FAMILY_FIRST or person.country in GIVEN_NAME_COUNTRIES
    return (words[0] if first else words[-1],)


def in_office(tenure: Tenure, day_from: date | None, day_to: date | None = None) -> bool | None:
    """Whether a tenure covers some day of a span: True surely, False when only its slack does, None when not.

    A span without days is covered by every tenure.
    """
    first, last = day_from or date.min, day_to or day_from or date.max
    start, end = tenure.start or date.min, tenure.end or date.max
    if start <= last and first <= end:
        return True
    if tenure.coarse:
        early = start if start == date.min else start - SLACK
        late = end if end == date.max else end + SLACK
        if early <= last and first <= late:
            return False
    return None


def load(folder: Path | None = None) -> Gazetteer:
    """Read the tables.

    `folder` holds the tables (default: those that ship with the product). Raises `ConfigurationError` when a table is
    missing or a row is not well formed.
    """
    folder = folder or FOLDER
    entities: dict[str, Entity] = {}
    capitals = {}
    leaders = {}
    for key, label, _, _, capital, leader, latitude, longitude, _ in _rows(folder, "states", 9):
        leaders[key] = leader
        entities[key] = Entity(
            key, label, Kind.STATE, _qid(key), (), None, None, None, _number(latitude), _number(longitude)
        )
        capitals[key] = capital
    for key, label, _, country, latitude, longitude, _ in _rows(folder, "places", 7):
        entities[key] = Entity(
            key, label, Kind.PLACE, _qid(key), (), country or None, None, None, _number(latitude), _number(longitude)
        )
    for key, label, kind, level, country, _ in _rows(folder, "organizations", 6):
        entities[key] = Entity(key, label, Kind(kind), _qid(key), (), country or None, None, level or None)
    for key, label, gender, country, _ in _rows(folder, "people", 5):
        entities[key] = Entity(key, label, Kind.PERSON, _qid(key), (), country or None, gender or None)
    readings: dict[str, list[Reading]] = {}
    longest: dict[str, int] = {}
    forms = {form.value: form for form in Form}
    for key, name, form, strength, _ in _rows(folder, "names", 5):
        words = name_key(name)
        readings.setdefault(words, []).append(Reading(key, forms[form], strength == "strong", name))
        first, count = words.partition(" ")[0], words.count(" ") + 1
        if longest.get(first, 0) < count:
            longest[first] = count
    offices = {key: (label, level, of) for key, label, level, of, _ in _rows(folder, "offices", 5)}
    tenures = tuple(
        Tenure(person, office, _day(start, last=False), _day(end, last=True), coarse == "coarse", source)
        for person, office, start, end, coarse, source in _rows(folder, "tenures", 6)
    )
    titles: dict[str, tuple[str, str]] = {}
    title_words: dict[str, set[str]] = {"modifier": set(), "body": set(), "honorific": set()}
    for phrase, words, level, use, _ in _rows(folder, "titles", 5):
        if use == "title":
            titles[phrase] = words, level
        else:
            title_words[use].add(phrase)
    topics = tuple((key, label, phrase) for key, label, phrase, _, _ in _rows(folder, "topics", 5))
    cues: dict[tuple[str, str], set[str]] = defaultdict(set)
    for name, key, cue, _ in _rows(folder, "cues", 4):
        cues[name_key(name), key].add(cue)
    packed = {words: tuple(found) for words, found in readings.items()}
    used = {use: frozenset(words) for use, words in title_words.items()}
    return Gazetteer(
        _Tables(
            entities,
            packed,
            longest,
            tenures,
            offices,
            titles,
            used,
            topics,
            capitals,
            leaders,
            {k: frozenset(v) for k, v in cues.items()},
        )
    )


def _rows(folder: Path, table: str, columns: int) -> Iterator[list[str]]:
    path = folder / f"{table}.tsv"
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"The gazetteer's table {path} cannot be read: {error}") from error
    for number, line in enumerate(lines[1:], start=2):
        if line:
            row = line.split("\t")
            if len(row) != columns:
                raise ConfigurationError(f"{path}, line {number}: {len(row)} columns instead of {columns}")
            yield row


def _qid(key: str) -> str | None:
    return key if key[0] == "Q" and key[1:].isdigit() else None


def _number(text: str) -> float | None:
    return float(text) if text else None


def _day(text: str, *, last: bool) -> date | None:
    """A day from an ISO date that may be cut after the month or the year: its first or its last day."""
    if not text:
        return None
    if len(text) == 10:
        return date.fromisoformat(text)
    year, month = int(text[:4]), int(text[5:7] or (12 if last else 1))
    if not last:
        return date(year, month, 1)
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _office_key(label: str) -> str:
    return " ".join(word for word in name_key(label).split() if word not in {"of", "the", "for"})
