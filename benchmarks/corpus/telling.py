"""How an outlet tells a happening: the words for who, when and where, put into its sentences."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import date, timedelta

from corpus.world import Happening, Side, State

MONTHS = "January February March April May June July August September October November December".split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


@dataclass(frozen=True)
class Voice:
    """How one article calls somebody; in a sentence, `{a}` is the next way of doing so."""

    side: Side
    first: str

    def __str__(self) -> str:
        return self.first

    @property
    def state(self) -> str:
        """The state, or the name of a body."""
        return self.side.state.name if self.side.state else f"the {self.side.entity.label}"

    @property
    def Name(self) -> str:
        """The state at the beginning of a sentence."""
        return _capital(self.state)

    @property
    def last(self) -> str:
        """How it is called once known."""
        return self.side.surname if self.side.title else self.state

    @property
    def head(self) -> str:
        """As a headline has it: without articles."""
        return self.side.surname if self.side.title else self.side.entity.label

    @property
    def adjective(self) -> str:
        """The adjective of the state."""
        return self.side.state.adjective if self.side.state else ""

    @property
    def capital(self) -> str:
        """The capital of the state."""
        return self.side.state.capital if self.side.state else ""


@dataclass(frozen=True)
class Words:
    """A phrase, and the same at the beginning of a sentence."""

    text: str

    def __str__(self) -> str:
        return self.text

    @property
    def Start(self) -> str:
        """With a capital letter."""
        return _capital(self.text)


class Teller:
    """Tells happenings in one article: as of its day, in its own habits."""

    def __init__(self, chance: random.Random, day: date) -> None:
        self._chance = chance
        self._day = day
        self._american = chance.random() < 0.5
        self._known: set[str] = set()

    def tell(self, template: str, happening: Happening, *, exact: bool = False) -> str:
        """The sentence of a template; `exact` names the day of the month."""
        when = self.when(happening.day, exact=exact)
        slots: dict[str, object] = {key: Words(text) for key, text in happening.words.items()}
        letters = zip("abc", happening.sides, strict=False)
        voices = {letter: Voice(side, self._first(side)) for letter, side in letters}
        template = self._chosen(template)
        text = template.format(**slots, **voices, when=when, When=_capital(when), place=happening.place)
        for letter, side in zip("abc", happening.sides, strict=False):
            if f"{{{letter}}}" in template:
                self._known.add(side.entity.key)
        return _tidy(text)

    def headline(self, template: str, happening: Happening) -> str:
        """A headline: bare names, no articles before states."""
        slots: dict[str, object] = {key: Words(text) for key, text in happening.words.items()}
        for letter, side in zip("abc", happening.sides, strict=False):
            bare = side.entity.label if not side.title else side.surname
            slots[letter] = Voice(side, bare)
        return _capital(_tidy(self._chosen(template).format(**slots, when="", When="", place=happening.place)))

    def colour(self, template: str) -> str:
        """A sentence in which nobody acts."""
        return self._chosen(template)

    def about(self, template: str, one: State, other: State | None = None) -> str:
        """A sentence of background on states."""
        voices = {
            letter: Voice(Side(state.entity, state), state.name)
            for letter, state in (("s", one), ("t", other))
            if state
        }
        return _capital(_tidy(self._chosen(template).format(**voices)))

    def _chosen(self, template: str) -> str:
        """The template with one of the words wherever it leaves a choice: "a [long|hard] road"."""
        return re.sub(r"\[([^]]+)\]", lambda words: self._chance.choice(words[1].split("|")), template)

    def when(self, day: date, *, exact: bool = False) -> str:
        """The day as this article says it, from its own day: "yesterday", "on Tuesday", "on 3 March 2019"."""
        ago = (self._day - day).days
        numbered = f"{MONTHS[day.month - 1]} {day.day}" if self._american else f"{day.day} {MONTHS[day.month - 1]}"
        year = f"{',' if self._american else ''} {day.year}" if day.year != self._day.year else ""
        if exact or not -6 < ago < 6:
            return f"on {numbered}{year}"
        named = f"on {WEEKDAYS[day.weekday()]}"
        ways = [named, named, named, f"{named}, {numbered}," if not year else named]
        if ago in (0, 1):
            ways.append("today" if ago == 0 else "yesterday")
        return self._chance.choice(ways)

    def dateline(self) -> str:
        """The article's own day, as it stands above it."""
        day, month = self._day, MONTHS[self._day.month - 1]
        plain = f"{month} {day.day}, {day.year}" if self._american else f"{day.day} {month} {day.year}"
        return self._chance.choice([plain, f"{WEEKDAYS[day.weekday()]}, {plain}", f"Published {plain}"])

    def _first(self, side: Side) -> str:
        """How somebody is named: in full at first, then shorter."""
        if not side.title:
            return side.state.name if side.state else _organization(side)
        if side.entity.key in self._known:
            return self._chance.choice([side.surname, side.surname, side.entity.label, f"{side.title} {side.surname}"])
        name, state = side.entity.label, side.state
        if state is None:
            return name
        return self._chance.choice(
            [
                f"{state.adjective} {side.title} {name}",
                f"{side.title} {name} of {state.name}",
                f"{_of(state)} {side.title} {name}",
                f"the {side.title.lower()} of {state.name}, {name},",
                f"{_of(state)} {side.title.lower()}, {name},",
            ]
        )


def later_day(chance: random.Random, day: date) -> date:
    """The day on which an article on something of that day appears."""
    return day + timedelta(days=chance.choice([0, 0, 1, 1, 1, 2]))


def _organization(side: Side) -> str:
    label = side.entity.label
    return label if label.isupper() else f"the {label}"


def _of(state: State) -> str:
    return f"{state.name}'" if state.name.endswith("s") else f"{state.name}'s"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _tidy(text: str) -> str:
    text = re.sub(r",\s*([,.;])", r"\1", text)
    text = re.sub(r"\s+", " ", text).replace(" ,", ",").strip()
    return _capital(text)
