"""Who is in events with whom, and what the same parties did before and after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from publisher.chronicle import EventRow, Numbers, chronicle
from publisher.memory import per_release
from publisher.namespaces import DIP
from publisher.release import Release
from publisher.selection import ACTOR, Counted, Selection, counted, distinct, most, numbers

_PARTIES = 12
"""Who of very many that take part in an event are looked for in others."""


def partners(iri: str, *, sides: bool, limit: int, within: Selection | None = None) -> list[Counted]:
    """With whom somebody is in events: other agents, or the sides that agents act for; the most frequent first.

    :param sides: whether states and bodies stand for those who act for them.
    """
    table = chronicle()
    mine = table.concerning(iri, ACTOR)
    if not len(mine):
        return []
    # Somebody may act for several sides in one event: then each of them has the others beside it.
    least, greatest = np.full(len(table.events), len(table.things), np.int32), np.full(len(table.events), -1, np.int32)
    np.minimum.at(least, table.event[mine], table.side[mine])
    np.maximum.at(greatest, table.event[mine], table.side[mine])
    wanted = np.flatnonzero(greatest >= 0).astype(np.int32)
    if within is not None:
        wanted = np.intersect1d(wanted, numbers(within), assume_unique=True)
    rows = table.of(wanted, ACTOR if sides else ("agent",))
    event, side = table.event[rows], table.side[rows]
    other = (side != least[event]) | (side != greatest[event])
    named = side if sides else table.thing[rows]
    keep = other & (named != table.number_of_thing[iri])
    return most(table, event[keep], named[keep], limit=limit)


@dataclass(frozen=True, slots=True)
class _Company:
    """Pairs of sides, in how many events they are together, and the latest of these; and each side of each event."""

    one: Numbers
    other: Numbers
    count: Numbers
    latest: Numbers
    event: Numbers
    side: Numbers


@per_release
def _company(release: Release) -> _Company:
    """All pairs of the release."""
    del release  # it is that of the table
    table = chronicle()
    rows = table.of(np.arange(len(table.events), dtype=np.int32), ACTOR)
    event, side = distinct(table.event[rows], table.side[rows], len(table.things) + 1)
    found, apart = [np.empty((3, 0), np.int32)], 1
    while (same := event[apart:] == event[:-apart]).any():  # sides stand in order within each event
        found.append(np.stack([side[:-apart][same], side[apart:][same], event[apart:][same]]))
        apart += 1
    one, other, where = np.concatenate(found, axis=1)
    order = np.lexsort((where, other, one))
    one, other, where = one[order], other[order], where[order]
    fresh = np.ones(len(one), np.bool_)
    fresh[1:] = (one[1:] != one[:-1]) | (other[1:] != other[:-1])
    begins = np.flatnonzero(fresh)
    counts = np.diff(np.append(begins, len(one))).astype(np.int32)
    return _Company(one[begins], other[begins], counts, where[begins], event, side)


def pairs(*, limit: int) -> list[tuple[Counted, Counted]]:
    """The sides that are most often in events together; the number of events stands with both."""
    table, all_pairs = chronicle(), _company()
    one, other = all_pairs.one, all_pairs.other
    days = table.first[all_pairs.latest]
    order = np.lexsort((table.rank[other], table.rank[one], -days, -all_pairs.count))[:limit]
    rows = zip(*(values[order].tolist() for values in (one, other, all_pairs.count, days)), strict=True)
    return [
        (counted(table, a, many, table.dates[day]), counted(table, b, many, table.dates[day]))
        for a, b, many, day in rows
    ]


def connected(*, limit: int) -> list[tuple[Counted, int]]:
    """The sides that are in events with the most others: each with its events, and with how many others."""
    table, all_pairs = chronicle(), _company()
    many = len(table.things)
    others = np.bincount(np.concatenate([all_pairs.one, all_pairs.other]), minlength=many)
    shared = np.bincount(all_pairs.event, minlength=len(table.events)) > 1
    counts = np.bincount(all_pairs.side[shared[all_pairs.event]], minlength=many)
    found = np.flatnonzero(others)
    order = np.lexsort((table.rank[found], -counts[found], -others[found]))[:limit]
    return [(counted(table, one, int(counts[one])), int(others[one])) for one in found[order].tolist()]


def around(one: EventRow, *, limit: int) -> tuple[list[EventRow], list[EventRow]]:
    """Events of the same sides (two of them at least, where there are two) before and after this one.

    A side is there when it is named itself, or when one who acts for it is.
    """
    table, found = chronicle(), same_parties(one)
    place = int(np.searchsorted(found, one.number))
    later, earlier = found[:place][-limit:], found[place:]
    earlier = earlier[earlier != one.number][:limit]
    return [table.events[number] for number in earlier], [table.events[number] for number in later]


def twin(one: EventRow) -> EventRow | None:
    """What probably became of a planned event, or the plan of one that occurred: nobody says so, it is computed.

    It is of the same type and the same parties, and the days on which it may have been overlap; the one whose days are
    known best.
    """
    other = {DIP + "Planned": DIP + "Occurred", DIP + "Occurred": DIP + "Planned"}.get(one.status)
    if other is None or not (one.kind and one.first and one.last):
        return None
    rows = (chronicle().events[number] for number in same_parties(one))
    alike = (row for row in rows if row.status == other and row.kind == one.kind)
    fit = (row for row in alike if row.first and row.first <= one.last and row.last >= one.first)
    mutual = (row for row in fit if one.number in same_parties(row))  # one party of many does not make it theirs
    return min(mutual, key=lambda row: (row.first != row.last, row.number), default=None)


def same_parties(one: EventRow) -> Numbers:
    """The numbers of the events, this one among them, of two of its sides at least, or of the only one."""
    table = chronicle()
    rows = table.of(np.array([one.number], np.int32), ACTOR)
    parties = list(dict.fromkeys(zip(table.side[rows].tolist(), table.thing[rows].tolist(), strict=True)))[:_PARTIES]
    hits = np.zeros(len(table.events), np.int32)
    for side in {side for side, _ in parties}:
        here = np.zeros(len(table.events), np.bool_)
        for thing in (thing for its, thing in parties if its == side):
            here[table.event[table.concerning(table.things[thing][0], ACTOR)]] = True
        hits += here
    sides = len(np.unique(table.side[rows]))
    return np.flatnonzero(hits >= min(2, sides)).astype(np.int32) if sides else np.empty(0, np.int32)
