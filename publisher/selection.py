"""Which events somebody asks for, and what the table of events says of them: rows, numbers, things they concern."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from publisher.chronicle import HOW, Chronicle, EventRow, Marks, Numbers, chronicle

ACTOR = ("agent", "behalf")
"""How somebody has to do with an event who acts in it, in person or through others."""
PLACE = ("place", "country")
TOPIC = ("topic", "broader")
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


@dataclass(frozen=True, slots=True)
class Counted:
    """A thing and in how many events it is found."""

    iri: str
    label: str
    count: int
    last: str = field(default="")
    """The latest day of such an event."""


def numbers(selection: Selection) -> Numbers:
    """The numbers of the events, the latest first."""
    table = chronicle()
    keep = np.ones(len(table.events), np.bool_)
    for concern in selection.concerns:
        keep &= _concerned(table, concern)
    if selection.kinds:
        keep &= np.array([kind in selection.kinds for kind in table.kind.texts], np.bool_)[table.kind.codes]
    if selection.status:
        keep &= np.array([one == selection.status for one in table.status.texts], np.bool_)[table.status.codes]
    if selection.first:  # what ends on that day or later, or begins some day and has no known end
        from_here = bisect_left(table.dates, selection.first)
        keep &= (table.last >= from_here) | ((table.last == 0) & (table.first > 0))
    if selection.last:
        keep &= (table.first < bisect_right(table.dates, selection.last)) & ((table.first > 0) | (table.last > 0))
    return np.flatnonzero(keep).astype(np.int32)


def _concerned(table: Chronicle, concern: Concern) -> Marks:
    """For each event whether it has to do with a thing so."""
    rows = table.concerning(concern.thing, concern.how)
    if concern.role:
        rows = rows[np.array([one == concern.role for one in table.roles], np.bool_)[table.role[rows]]]
    marks = np.zeros(len(table.events), np.bool_)
    marks[table.event[rows]] = True
    return marks


def events(selection: Selection, *, limit: int, offset: int = 0) -> list[EventRow]:
    """The events, the latest first."""
    table = chronicle()
    return [table.events[number] for number in numbers(selection)[offset : offset + limit]]


def event(iri: str) -> EventRow | None:
    """The row of one event."""
    table = chronicle()
    number = table.number_of_event.get(iri)
    return table.events[number] if number is not None else None


def named_in_table(iri: str) -> tuple[str, str] | None:
    """IRI and name of a thing that some event concerns; None when none does."""
    table = chronicle()
    number = table.number_of_thing.get(iri)
    return table.things[number] if number is not None else None


def count(selection: Selection) -> int:
    """How many events there are."""
    return len(numbers(selection))


def span(selection: Selection) -> tuple[str, str]:
    """The first and last day of the events that have one."""
    table = chronicle()
    days = table.first[numbers(selection)]
    days = days[days > 0]
    return (table.dates[days.min()], table.dates[days.max()]) if len(days) else ("", "")


def tally(selection: Selection, by: str) -> list[tuple[str, int]]:
    """How many events there are of each `kind` or `status`, the most first."""
    table = chronicle()
    wanted = {"kind": table.kind, "status": table.status}[by]
    counts = np.bincount(wanted.codes[numbers(selection)], minlength=len(wanted.texts)).tolist()
    told = [(text, many) for text, many in zip(wanted.texts, counts, strict=True) if many]
    return sorted(told, key=lambda one: (-one[1], one[0]))


def roles(iri: str) -> dict[str, list[tuple[str, int]]]:
    """For each class of event that somebody acts in, the most frequent first: in which roles, and how often."""
    table = chronicle()
    rows = table.concerning(iri, ACTOR)
    event, role = distinct(table.event[rows], table.role[rows], len(table.roles))
    counts = Counter(zip(table.kind.codes[event].tolist(), role.tolist(), strict=True))
    named = ((table.kind.texts[kind], table.roles[part], many) for (kind, part), many in counts.items())
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for kind, part, many in sorted(named, key=lambda one: (-one[2], one[0], one[1])):
        found[kind].append((part, many))
    return found


def things(selection: Selection, how: Iterable[str], *, limit: int) -> list[Counted]:
    """What the events concern in one of these ways, the most frequent first."""
    table = chronicle()
    rows = table.of(numbers(selection), how)
    return most(table, table.event[rows], table.thing[rows], limit=limit)


def most(table: Chronicle, event: Numbers, thing: Numbers, *, limit: int) -> list[Counted]:
    """The things that stand beside the most events, the latest first among equals.

    :param event, thing: two columns of one length; a pair that comes twice counts once.
    """
    event, thing = distinct(event, thing, len(table.things))
    counts = np.bincount(thing, minlength=len(table.things))
    found = np.flatnonzero(counts)
    if len(found) > limit:  # to order all of very many takes longer than to find the least that is shown
        least = np.partition(counts[found], -limit)[-limit]
        found = found[counts[found] >= least]
    latest = np.zeros(len(table.things), np.int32)
    latest[thing[::-1]] = event[::-1]  # events run from the latest to the earliest, and what is written last stays
    days = table.first[latest[found]]
    order = np.lexsort((table.rank[found], -days, -counts[found]))[:limit]
    return [
        counted(table, one, int(counts[one]), table.dates[day])
        for one, day in zip(found[order].tolist(), days[order].tolist(), strict=True)
    ]


def counted(table: Chronicle, thing: int, count: int, last: str = "") -> Counted:
    """A thing by its number, and in how many events it is found."""
    iri, label = table.things[thing]
    return Counted(iri, label, count, last)


def distinct(event: Numbers, thing: Numbers, many: int) -> tuple[Numbers, Numbers]:
    """Pairs of two columns, each once, in order.

    :param many: more than any number in the second column.
    """
    keys = event.astype(np.int64) * many + thing
    keys.sort()
    keys = keys[np.concatenate(([True], keys[1:] != keys[:-1]))] if len(keys) else keys
    return (keys // many).astype(np.int32), (keys % many).astype(np.int32)


def concerned(numbers: Sequence[int]) -> dict[int, list[tuple[str, str, str, str]]]:
    """What each event concerns: IRI, name, how, and role."""
    table = chronicle()
    rows = table.of(np.array(numbers, np.int32))
    found: dict[int, list[tuple[str, str, str, str]]] = defaultdict(list)
    columns = (table.event, table.how, table.thing, table.role)
    for number, how, thing, role in dict.fromkeys(zip(*(one[rows].tolist() for one in columns), strict=True)):
        found[number].append((*table.things[thing], HOW[how], table.roles[role]))
    for told in found.values():
        told.sort(key=lambda one: (one[2], one[1], one[0]))
    return found
