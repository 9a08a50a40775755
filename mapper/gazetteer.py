"""The facts that ship with the product: names, people, offices, tenures, and what each name may stand for.

The tables lie in the folder `gazetteer/` beside this module, one fact per row with its source. `load` reads them
into a `Gazetteer`, which answers questions and never changes.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path

from mapper.document import Entity, Form, Kind, Tenure
from mapper.errors import ConfigurationError
from mapper.names import name_key, slug
from mapper.persons import FAMILY_FIRST, RANKS, in_office, known_by
from mapper.tables import Reading, Tables, qid_of, read_all

__all__ = ["RANKS", "Gazetteer", "Reading", "Tables", "in_office", "known_by", "load", "slug"]

FOLDER = Path(__file__).parent / "gazetteer"


class Gazetteer:
    """What is known offline; every answer is a value that stays as it is.

    >>> Gazetteer(Tables()).candidates("Atlantis")
    ()
    """

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    def entity(self, key: str) -> Entity | None:
        """The entity or office with this key."""
        return self.tables.entities.get(key) or self.office(key)

    def candidates(self, name: str) -> tuple[tuple[Entity, Form, bool], ...]:
        """Everything that a name may stand for, and whether the name is strong: enough by itself."""
        found = self.tables.readings.get(name_key(name), ())
        return tuple((self.tables.entities[r.key], r.form, r.strong) for r in found)

    def words(self, use: str) -> frozenset[str]:
        """The folded words of a use: modifier, body (of titles), honorific, ordinary (never a name alone), …"""
        return self.tables.words.get(use, frozenset())

    @cached_property
    def telling(self) -> frozenset[str]:
        """The folded words of all uses that tell of an office or a body, and so are no part of a person's name."""
        silent = {"ordinary", "calling", "given name", "surname"}
        return frozenset().union(*(words for use, words in self.tables.words.items() if use not in silent))

    @cached_property
    def title_starts(self) -> Mapping[str, int]:
        """First word of a folded title → how many words the longest title has that begins so."""
        found: dict[str, int] = {}
        for phrase in self.tables.titles:
            first = phrase.partition(" ")[0]
            found[first] = max(found.get(first, 0), phrase.count(" ") + 1)
        return found

    @cached_property
    def title_levels(self) -> Mapping[str, str]:
        """Folded title, as said and in its usual words → level of the office."""
        found = {name_key(usual): level for usual, level in self.tables.titles.values()}
        return found | {phrase: level for phrase, (_, level) in self.tables.titles.items()}

    def cues(self, name: str, key: str) -> frozenset[str]:
        """The folded words elsewhere in a text that speak for this reading of a name; "*" for the usual reading."""
        return self.tables.cues.get((name_key(name), key), frozenset())

    # --- offices

    def office(self, key: str) -> Entity | None:
        """The office with this key."""
        row = self.tables.offices.get(key)
        return Entity(key, row[0], Kind.OFFICE, qid_of(key), country=row[2] or None, level=row[1]) if row else None

    def office_label(self, office: str | Entity) -> str:
        """The office as it is shown: "President of Kenya"."""
        return office.label if isinstance(office, Entity) else self.tables.offices[office][0]

    def office_level(self, office: str) -> str:
        """head_of_state, head_of_government, foreign_minister, …; empty when not known."""
        return self.tables.offices[office][1] if office in self.tables.offices else ""

    def office_of(self, office: str) -> str | None:
        """The key of the state or organization that an office belongs to."""
        return (self.tables.offices[office][2] or None) if office in self.tables.offices else None

    def offices_of(self, owner: str) -> tuple[Entity, ...]:
        """The offices of a state or organization, the highest first."""
        return tuple(o for key in self._by_owner.get(owner, ()) if (o := self.office(key)))

    def offices_at(self, level: str) -> tuple[str, ...]:
        """The keys of all offices of a level, whoever they belong to."""
        return self._by_level.get(level, ())

    def office_named(self, label: str) -> str | None:
        """The key of the office with this label, whatever its case and articles."""
        return self._by_label.get(_office_words(label))

    def leader_level(self, state: str) -> str:
        """The level of the office that leads a state: head_of_government where the head of state is ceremonial."""
        return self.tables.leaders.get(state, "head_of_state")

    def capital(self, state: str) -> Entity | None:
        """The capital of a state."""
        return self.tables.entities.get(self.tables.capitals.get(state, ""))

    # --- what is told of organizations and in other languages

    def members(self, organization: str) -> tuple[Entity, ...]:
        """The states and organizations that are members of an organization."""
        known = self.tables.entities
        return tuple(known[key] for key in self.tables.members.get(organization, ()) if key in known)

    def seat(self, organization: str) -> Entity | None:
        """The place where an organization has its headquarters."""
        return self.tables.entities.get(self.tables.seats.get(organization, ""))

    def labels(self, key: str) -> tuple[tuple[str, str], ...]:
        """Language and label of an entity, for languages other than English."""
        return self.tables.labels.get(key, ())

    def identities(self, key: str) -> tuple[str, ...]:
        """IRIs of the same thing in DBpedia and GeoNames."""
        return self.tables.identities.get(key, ())

    # --- tenures

    @cached_property
    def horizon(self) -> date:
        """The last day that the tables know anything of: an open tenure reaches at least that far."""
        days = (day for tenure in self.tables.tenures for day in (tenure.start, tenure.end) if day)
        return max(days, default=date.min)

    def tenures_of(self, person: str) -> tuple[Tenure, ...]:
        """The tenures of a person, earliest first."""
        return self._tenures.get(("person", person), ())

    def tenures_in(self, office: str) -> tuple[Tenure, ...]:
        """The tenures in an office, earliest first."""
        return self._tenures.get(("office", office), ())

    def holders(
        self, office: str, owner: str | None, day_from: date | None, day_to: date | None = None
    ) -> tuple[Entity, ...]:
        """Who held an office, or any office of a level, on some day of a span; the last to start comes first.

        Parameters:
            office: an office's key, or a level such as head_of_state.
            owner: the key of the state or organization, for a level.
            day_from, day_to: the span, both days included; None leaves a side open.

        People who held it only within the slack of a coarse date are left out where others surely held it.
        """
        keys: Iterable[str] = (office,)
        if office not in self.tables.offices:
            keys = [k for k in self._by_owner.get(owner or "", ()) if self.tables.offices[k][1] == office]
        found: dict[str, tuple[bool, date]] = {}
        for tenure in (t for key in keys for t in self.tenures_in(key)):
            if (fit := in_office(tenure, day_from, day_to)) is not None:
                this = (fit, tenure.start or date.min)
                found[tenure.person] = max(found.get(tenure.person, this), this)
        if any(sure for sure, _ in found.values()):
            found = {person: fit for person, fit in found.items() if fit[0]}
        people = sorted(found, key=lambda p: (found[p], p), reverse=True)
        return tuple(self.tables.entities[p] for p in people if p in self.tables.entities)

    def rank(self, person: str, day_from: date | None = None, day_to: date | None = None) -> int:
        """How high the person's highest office is (0: head of state), on those days when given."""
        ranks = [
            RANKS.index(level)
            for t in self.tenures_of(person)
            if (level := self.office_level(t.office)) in RANKS and in_office(t, day_from, day_to) is not None
        ]
        return min(ranks, default=len(RANKS))

    # --- people

    def bearers(self, word: str) -> tuple[Entity, ...]:
        """The people who are known by this one folded word: a surname, or a name that stands first."""
        return tuple(self.tables.entities[key] for key in self._known_by.get(word, ()))

    def is_known_as(self, person: str, word: str) -> bool:
        """Whether the tables list this one word as a name of the person: everybody knows who is meant."""
        readings = self.tables.readings.get(name_key(word), ())
        return any(r.key == person and r.form is Form.SURNAME for r in readings)

    def reordered(self, words: Iterable[str]) -> tuple[Entity, ...]:
        """The people whose names are made of just these folded words, in whatever order."""
        return tuple(self.tables.entities[key] for key in self._word_sets.get(frozenset(words), ()))

    def is_given_name(self, word: str) -> bool:
        """Whether this folded word is a given name, or begins the name of some person here."""
        return word in self._given_names or word in self.words("given name")

    @cached_property
    def _tenures(self) -> Mapping[tuple[str, str], tuple[Tenure, ...]]:
        found: dict[tuple[str, str], list[Tenure]] = defaultdict(list)
        for tenure in sorted(self.tables.tenures, key=lambda t: (t.start or date.min, t.office, t.person)):
            found["person", tenure.person].append(tenure)
            found["office", tenure.office].append(tenure)
        return {key: tuple(tenures) for key, tenures in found.items()}

    @cached_property
    def _by_owner(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        rank = {level: number for number, level in enumerate(RANKS)}
        offices = self.tables.offices
        for key in sorted(offices, key=lambda k: (rank.get(offices[k][1], len(rank)), k)):
            found[offices[key][2]].append(key)
        return {owner: tuple(keys) for owner, keys in found.items()}

    @cached_property
    def _by_level(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for key, (_, level, _) in self.tables.offices.items():
            found[level].append(key)
        return {level: tuple(keys) for level, keys in found.items()}

    @cached_property
    def _by_label(self) -> Mapping[str, str]:
        offices = self.tables.offices
        best_last = sorted(offices, key=lambda k: (len(self.tenures_in(k)), k), reverse=False)
        return {_office_words(offices[key][0]): key for key in best_last}

    @cached_property
    def _known_by(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for entity in self.tables.entities.values():
            if entity.kind is Kind.PERSON:
                for word in known_by(entity):
                    found[word].append(entity.key)
        for words, readings in self.tables.readings.items():
            for reading in readings:
                if reading.form is Form.SURNAME and reading.key not in found[words]:
                    found[words].append(reading.key)
        return {word: tuple(keys) for word, keys in found.items()}

    @cached_property
    def _word_sets(self) -> Mapping[frozenset[str], tuple[str, ...]]:
        found: dict[frozenset[str], list[str]] = defaultdict(list)
        for entity in self.tables.entities.values():
            if entity.kind is Kind.PERSON and len(words := frozenset(name_key(entity.label).split())) > 2:
                found[words].append(entity.key)
        return {words: tuple(keys) for words, keys in found.items()}

    @cached_property
    def _given_names(self) -> frozenset[str]:
        people = (e for e in self.tables.entities.values() if e.kind is Kind.PERSON)
        return frozenset(name_key(p.label).partition(" ")[0] for p in people if p.country not in FAMILY_FIRST)


def load(folder: Path | None = None) -> Gazetteer:
    """Read the tables.

    `folder` holds them (default: those that ship with the product). Raises `ConfigurationError` when a table is missing
    or a row is not well formed.
    """
    folder = folder or FOLDER
    collecting = gc.isenabled()
    gc.disable()  # everything read is kept: looking for garbage among it would cost a third of the time
    try:
        return Gazetteer(read_all(folder))
    except (KeyError, ValueError) as error:
        raise ConfigurationError(f"The gazetteer's tables in {folder} hold a value that is none: {error}") from error
    finally:
        if collecting:
            gc.enable()


def _office_words(label: str) -> str:
    return " ".join(word for word in name_key(label).split() if word not in {"of", "the", "for"})
