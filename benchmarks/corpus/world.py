"""What happens in the made-up world: who did what to whom on which day, with people in office on that day.

The facts come from the gazetteer, what happens from a seed. Nothing happens twice to the same sides within six weeks,
so that a careful reader could tell any two happenings apart.
"""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from mapper.document import Entity, Kind
from mapper.gazetteer import RANKS, Gazetteer
from mapper.persons import known_by

FOLDER = Path(__file__).parent
FIRST, LAST = date(2016, 1, 4), date(2024, 6, 28)
APART = timedelta(days=42)
LEADERS = {"President": "head_of_state", "Prime Minister": "head_of_government", "Chancellor": "head_of_government"}


@cache
def table(name: str) -> dict[str, Any]:
    """One of the two files of words beside this module."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class State:
    """A state, as far as sentences need it."""

    entity: Entity
    adjective: str
    capital: str
    metonym: bool
    """Whether its capital may stand for it."""

    @property
    def name(self) -> str:
        """As it stands within a sentence: "the Netherlands"."""
        label = self.entity.label
        plural = label.startswith("United") or label.endswith(("Republic", "Netherlands", "Philippines"))
        return f"the {label}" if plural else label


@dataclass(frozen=True)
class Side:
    """Somebody who takes part: a state, a body, or a person for a state."""

    entity: Entity
    state: State | None = None
    title: str = ""
    office: str = ""

    @property
    def surname(self) -> str:
        """How the person is called once known; the whole name where that is not one word at its end."""
        last = self.entity.label.split()[-1]
        return last if last.casefold() in known_by(self.entity) else self.entity.label


@dataclass(frozen=True)
class Happening:
    """One event of the world."""

    number: int
    kind: str
    day: date
    sides: tuple[Side, ...]
    place: str
    words: dict[str, str]
    """The topic, deed, wish … of it."""


class World:
    """Draws happenings; the same seed draws the same ones."""

    def __init__(self, gazetteer: Gazetteer, seed: int) -> None:
        self._gazetteer = gazetteer
        self._random = random.Random(seed)
        self._words = table("furniture")
        self.states = _states(gazetteer, self._words["states"])
        self._weights = [6 if s.entity.label in self._words["prominent"] else 1 for s in self.states]
        self._bodies = [_named(gazetteer, label) for label in self._words["organizations"]]
        self._council = _named(gazetteer, "United Nations Security Council")
        self._busy: dict[tuple[str, frozenset[str]], list[date]] = {}
        self._drawn = 0

    def happening(self) -> Happening:
        """Something that has not happened yet."""
        kinds = table("telling")
        while True:
            kind = self._random.choice(sorted(kinds))
            day = FIRST + timedelta(days=self._random.randrange((LAST - FIRST).days))
            sides = self._sides(kinds[kind]["sides"], day)
            if sides and self._free(kinds[kind], sides, day):
                break
        self._drawn += 1
        words = {slot: self._random.choice(self._words[plural]) for slot, plural in SLOTS.items()}
        host = kinds[kind].get("at_home_of")
        home = sides["abc".index(host)].state if host else None
        place = home.capital if home else self._venue(sides)
        return Happening(self._drawn, kind, day, sides, place, words)

    def names(self) -> list[tuple[str, str]]:
        """Labels and Wikidata ids of all that happenings may name."""
        kinds = (Kind.STATE, Kind.PERSON, Kind.ORGANIZATION, Kind.GOVERNMENT_BODY)
        known = (e for e in self._gazetteer.tables.entities.values() if e.qid and e.kind in kinds)
        cities = [c for s in self.states if (c := self._gazetteer.capital(s.entity.key)) and c.qid]
        found = {e.label: e.qid for e in sorted(known, key=lambda e: (len(RANKS) - self._gazetteer.rank(e.key), e.key))}
        places = {city.label.partition(",")[0]: city.qid for city in cities}
        return sorted((label, qid) for label, qid in {**places, **found}.items() if qid)

    def _free(self, rules: dict[str, Any], sides: tuple[Side, ...], day: date) -> bool:
        """Whether nothing of the like has happened between them around that day; if so, now it has."""
        family = str(rules.get("gold_type", "")) or ("talks" if rules["sides"][0] == "leader" else rules["sides"][0])
        days = self._busy.setdefault(
            (family, frozenset(side.state.entity.key if side.state else side.entity.key for side in sides)), []
        )
        if any(abs(day - other) < APART for other in days):
            return False
        days.append(day)
        return True

    def _sides(self, wanted: list[str], day: date) -> tuple[Side, ...] | None:
        found: list[Side] = []
        taken: set[str] = set()
        for what in wanted:
            side = self._side(what, day)
            if side is None:
                return None
            owner = side.state.entity.key if side.state else side.entity.key
            if owner in taken:
                return None
            taken.add(owner)
            found.append(side)
        return tuple(found)

    def _side(self, what: str, day: date) -> Side | None:
        chance = self._random.random()
        if what == "council":
            return Side(self._council)
        if what == "body":
            what = "organization" if chance < 0.3 else "state"
        elif what == "power":
            what = "organization" if chance < 0.15 else "leader" if chance < 0.5 else "state"
        if what == "organization":
            return Side(self._random.choice(self._bodies))
        state = self._random.choices(self.states, self._weights)[0]
        if what == "state":
            return Side(state.entity, state)
        return self._holder(state, what, day)

    def _holder(self, state: State, what: str, day: date) -> Side | None:
        """The one person who surely holds the office on that day and for weeks around it."""
        key = state.entity.key
        level = "foreign_minister" if what == "foreign" else self._gazetteer.leader_level(key)
        early, late = (self._gazetteer.holders(level, key, day + timedelta(days=d)) for d in (-45, 45))
        people = self._gazetteer.holders(level, key, day)
        if not len(people) == 1 == len(early) == len(late) or not people[0].key == early[0].key == late[0].key:
            return None
        person = people[0]
        held = [
            office
            for tenure in self._gazetteer.tenures_of(person.key)
            if (office := self._gazetteer.office(tenure.office)) and office.level == level and office.country == key
            and tenure.start and tenure.start < day and not (tenure.end and tenure.end < day)
        ]  # fmt: skip
        if not held or len(person.label.split()) < 2 or person.qid is None:
            return None
        title = _title(held[0].label, what)
        return Side(person, state, title, held[0].label) if title else None

    def _venue(self, sides: tuple[Side, ...]) -> str:
        homes = [side.state.capital for side in sides if side.state]
        return self._random.choice(homes if homes and self._random.random() < 0.6 else self._words["venues"])


#: What a sentence may call by its slot, and the list that it is drawn from.
SLOTS = {
    "topic": "topics", "deed": "deeds", "wish": "wishes", "act": "acts",
    "sum": "sums", "use": "uses", "force": "forces",
}  # fmt: skip


def _title(office: str, what: str) -> str:
    if what == "foreign":
        return "Foreign Minister" if "Minister" in office and "Foreign" in office else ""
    return next((title for title in LEADERS if office.startswith(f"{title} of ")), "")


def _states(gazetteer: Gazetteer, adjectives: dict[str, str]) -> list[State]:
    known = {e.label: e for e in gazetteer.tables.entities.values() if e.kind is Kind.STATE}
    states = []
    for label, adjective in sorted(adjectives.items()):
        capital = gazetteer.capital(known[label].key)
        if capital is None:
            raise ValueError(f"{label} has no capital in the gazetteer")
        name = capital.label.partition(",")[0]
        metonym = any(e.key == known[label].key and strong for e, _, strong in gazetteer.candidates(name))
        states.append(State(known[label], adjective, name, metonym))
    return states


def _named(gazetteer: Gazetteer, label: str) -> Entity:
    return next(e for e, _, _ in gazetteer.candidates(label) if e.kind not in (Kind.PLACE, Kind.PERSON))
