"""Which events somebody asks for, and what the table of events says of them: rows, numbers, partners, places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field

from publisher.chronicle import chronicle

ACTOR = ("agent", "behalf")
"""How somebody has to do with an event who acts in it, in person or through others."""
PLACE = ("place", "country")
TOPIC = ("topic", "broader")
_PARTIES = 12
"""Who of very many that take part in an event are looked for in others."""
ANY = (*ACTOR, *PLACE, *TOPIC, "office", "occasion", "article")


@dataclass(frozen=True, slots=True)
class Concern:
    """That an event has to do with a thing in one of some ways, and in a role if one is named."""

    thing: str
    how: tuple[str, ...] = ANY
    role: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """Events that are wanted: every condition that is given holds of them.

    Parameters:
        concerns: things that the event has to do with, all of them.
        kinds: classes, one of which the event is of.
        status: IRI of its status.
        first, last: ISO dates of a period in which it happened, or may have; events without a date are in none.
    """

    concerns: tuple[Concern, ...] = ()
    kinds: tuple[str, ...] = ()
    status: str = ""
    first: str = ""
    last: str = ""

    def where(self) -> tuple[str, list[Hashable]]:
        """The condition in SQL, and its values."""
        parts, values = [], list[Hashable]()
        for concern in self.concerns:
            inner, more = _of(concern)
            parts.append(f"e.id IN (SELECT event FROM concerns WHERE {inner})")
            values += more
        if self.kinds:
            parts.append(f"e.kind IN ({_marks(self.kinds)})")
            values += self.kinds
        if self.status:
            parts.append("e.status = ?")
            values.append(self.status)
        if self.first:
            parts.append("(e.last >= ? OR (e.last = '' AND e.first != ''))")
            values.append(self.first)
        if self.last:
            parts.append("e.first <= ? AND (e.first != '' OR e.last != '')")
            values.append(self.last)
        return " AND ".join(parts) or "1", values


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as a table tells it."""

    number: int
    iri: str
    label: str
    kind: str
    status: str
    first: str
    last: str
    place: str = ""
    place_label: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """A thing and in how many events it is found."""

    iri: str
    label: str
    count: int
    last: str = field(default="")
    """The latest day of such an event."""


def _marks(values: Sequence[Hashable]) -> str:
    return ", ".join("?" * len(values))


def _of(concern: Concern, table: str = "") -> tuple[str, list[Hashable]]:
    """The condition that a row of `concerns` is of this kind."""
    text = f"{table}thing = (SELECT id FROM names WHERE iri = ?) AND {table}how IN ({_marks(concern.how)})"
    values: list[Hashable] = [concern.thing, *concern.how]
    return (f"{text} AND {table}role = ?", [*values, concern.role]) if concern.role else (text, values)


def events(selection: Selection, *, limit: int, offset: int = 0) -> list[EventRow]:
    """The events, the latest first."""
    where, values = selection.where()
    return _read(f"WHERE {where} ORDER BY e.id LIMIT ? OFFSET ?", [*values, limit, offset])


def _read(rest: str, values: Sequence[Hashable]) -> list[EventRow]:
    rows = chronicle().rows(
        "SELECT e.id, e.iri, e.label, e.kind, e.status, e.first, e.last, COALESCE(p.iri, ''), COALESCE(p.label, '')"
        f" FROM events e LEFT JOIN names p ON p.id = e.place {rest}",
        values,
    )
    return [EventRow(*row) for row in rows]


def event(iri: str) -> EventRow | None:
    """The row of one event."""
    return next(iter(_read("WHERE e.iri = ?", [iri])), None)


def named_in_table(iri: str) -> tuple[str, str] | None:
    """IRI and name of a thing that some event concerns; None when none does."""
    return next(iter(chronicle().rows("SELECT iri, label FROM names WHERE iri = ?", [iri])), None)


def count(selection: Selection) -> int:
    """How many events there are."""
    where, values = selection.where()
    return int(chronicle().rows(f"SELECT COUNT(*) FROM events e WHERE {where}", values)[0][0])


def span(selection: Selection) -> tuple[str, str]:
    """The first and last day of the events that have one."""
    where, values = selection.where()
    rows = chronicle().rows(f"SELECT MIN(e.first), MAX(e.first) FROM events e WHERE e.first != '' AND {where}", values)
    return rows[0][0] or "", rows[0][1] or ""


def tally(selection: Selection, by: str) -> list[tuple[str, int]]:
    """How many events there are of each `kind` or `status`, the most first."""
    assert by in ("kind", "status"), by
    where, values = selection.where()
    return chronicle().rows(
        f"SELECT e.{by}, COUNT(*) FROM events e WHERE {where} GROUP BY e.{by} ORDER BY 2 DESC, 1", values
    )


def roles(iri: str) -> dict[str, list[tuple[str, int]]]:
    """For each class of event that somebody acts in, the most frequent first: in which roles, and how often."""
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    inner, values = _of(Concern(iri, ACTOR), "c.")
    for kind, role, number in chronicle().rows(
        "SELECT e.kind, c.role, COUNT(DISTINCT e.id) FROM concerns c JOIN events e ON e.id = c.event"
        f" WHERE {inner} GROUP BY e.kind, c.role ORDER BY 3 DESC, 1, 2",
        values,
    ):
        found[kind].append((role, number))
    return found


def partners(iri: str, *, sides: bool, limit: int, within: Selection | None = None) -> list[Counted]:
    """With whom somebody is in events: other agents, or the sides that agents act for; the most frequent first.

    :param sides: whether states and bodies stand for those who act for them.
    """
    inner, values = _of(Concern(iri, ACTOR), "mine.")
    other, condition = ("other.side", "") if sides else ("other.thing", " AND other.how = 'agent'")
    where, more = within.where() if within else ("1", [])
    return _counted(
        f"SELECT n.iri, n.label, COUNT(DISTINCT e.id), MAX(e.first) FROM concerns mine"
        " JOIN concerns other ON other.event = mine.event AND other.side != mine.side AND other.side >= 0"
        f" JOIN events e ON e.id = mine.event JOIN names n ON n.id = {other}"
        f" WHERE {inner}{condition} AND other.how IN ('agent', 'behalf') AND n.iri != ? AND {where}"
        " GROUP BY n.id ORDER BY 3 DESC, 4 DESC, 2 LIMIT ?",
        [*values, iri, *more, limit],
    )


def things(selection: Selection, how: Iterable[str], *, limit: int) -> list[Counted]:
    """What the events concern in one of these ways, the most frequent first."""
    ways, (where, values) = tuple(how), selection.where()
    return _counted(
        "SELECT n.iri, n.label, COUNT(DISTINCT e.id), MAX(e.first) FROM events e JOIN concerns c ON c.event = e.id"
        f" JOIN names n ON n.id = c.thing WHERE c.how IN ({_marks(ways)}) AND {where}"
        " GROUP BY n.id ORDER BY 3 DESC, 4 DESC, 2 LIMIT ?",
        [*ways, *values, limit],
    )


def _counted(query: str, values: Sequence[Hashable]) -> list[Counted]:
    return [Counted(*row) for row in chronicle().rows(query, values)]


def pairs(*, limit: int) -> list[tuple[Counted, Counted]]:
    """The sides that are most often in events together; the number of events stands with both."""
    rows = chronicle().rows(
        "SELECT a.iri, a.label, b.iri, b.label, x.n, x.last FROM"
        " (SELECT one.side AS s, other.side AS t, COUNT(DISTINCT one.event) AS n, MAX(e.first) AS last"
        "  FROM concerns one JOIN concerns other ON other.event = one.event AND other.how IN ('agent', 'behalf')"
        "  AND one.side < other.side JOIN events e ON e.id = one.event"
        "  WHERE one.how IN ('agent', 'behalf') GROUP BY 1, 2 ORDER BY 3 DESC, 4 DESC, 1, 2 LIMIT ?) x"
        " JOIN names a ON a.id = x.s JOIN names b ON b.id = x.t ORDER BY x.n DESC, x.last DESC, a.label, b.label",
        [limit],
    )
    return [(Counted(a, one, n, last), Counted(b, other, n, last)) for a, one, b, other, n, last in rows]


def connected(*, limit: int) -> list[tuple[Counted, int]]:
    """The sides that are in events with the most others: each with its events, and with how many others."""
    rows = chronicle().rows(
        "SELECT n.iri, n.label, COUNT(DISTINCT one.event), COUNT(DISTINCT other.side) FROM concerns one"
        " JOIN concerns other ON other.event = one.event AND other.how IN ('agent', 'behalf')"
        " AND one.side != other.side JOIN names n ON n.id = one.side"
        " WHERE one.how IN ('agent', 'behalf') GROUP BY one.side ORDER BY 4 DESC, 3 DESC, 2 LIMIT ?",
        [limit],
    )
    return [(Counted(iri, label, number), others) for iri, label, number, others in rows]


def concerned(numbers: Sequence[int]) -> dict[int, list[tuple[str, str, str, str]]]:
    """What each event concerns: IRI, name, how, and role."""
    found: dict[int, list[tuple[str, str, str, str]]] = defaultdict(list)
    for start in range(0, len(numbers), 500):  # SQLite takes so many values and no more at a time
        some = numbers[start : start + 500]
        for number, *rest in chronicle().rows(
            "SELECT DISTINCT c.event, n.iri, n.label, c.how, c.role FROM concerns c JOIN names n ON n.id = c.thing"
            f" WHERE c.event IN ({_marks(some)}) ORDER BY c.event, c.how, n.label, n.iri",
            some,
        ):
            found[number].append((rest[0], rest[1], rest[2], rest[3]))
    return found


def around(one: EventRow, *, limit: int) -> tuple[list[EventRow], list[EventRow]]:
    """Events of the same sides (two of them at least, where there are two) before and after this one.

    A side is there when it is named itself, or when one who acts for it is.
    """
    acting = f"how IN ({_marks(ACTOR)})"
    sides = chronicle().rows(
        f"SELECT COUNT(DISTINCT side) FROM concerns WHERE event = ? AND {acting}", [one.number, *ACTOR]
    )[0][0]
    found = []
    for direction, order in ((">", ""), ("<", " DESC")):  # numbers run from the latest to the earliest
        rows = chronicle().rows(
            f"SELECT other.event FROM (SELECT DISTINCT thing, side FROM concerns WHERE event = ? AND {acting} LIMIT ?)"
            f" mine JOIN concerns other ON other.thing = mine.thing WHERE other.{acting} AND other.event {direction} ?"
            f" GROUP BY other.event HAVING COUNT(DISTINCT mine.side) >= ? ORDER BY other.event{order} LIMIT ?",
            [one.number, *ACTOR, _PARTIES, *ACTOR, one.number, min(2, sides), limit],
        )
        numbers = [row[0] for row in rows]
        found.append(_read(f"WHERE e.id IN ({_marks(numbers)}) ORDER BY e.id", numbers))
    return found[0], found[1]
