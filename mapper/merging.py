"""The same event in several articles becomes one, however different the words.

Only reports that share agents, family of kinds and month are compared, so that the cost grows with the number of
reports and not with its square. Pairs are joined from the surest downward; a group takes in another only when no two
of their reports contradict each other. Nothing depends on the order in which the articles are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import combinations

from mapper.consolidation import consolidate
from mapper.document import Bounds, DateReason, Event, Granularity, MappedArticle, MergedEvent, Report, Role
from mapper.likeness import Likeness, Telling, compare
from mapper.measures import identities, limits, with_margin

_WIDE = 400
"""Days from which bounds no longer tell where to look for the same event."""
_MOST_PAIRS = 6
"""Agents of one event whose pairs are looked at; a conference of thirty needs no 435 of them."""


def merge(articles: Iterable[MappedArticle]) -> tuple[MergedEvent, ...]:
    """Join what the articles tell into events, each with all its reports.

    Names are still empty: `mapper.naming` gives them. The result is sorted by its first report.
    """
    tellings = sorted(_tellings(articles), key=lambda telling: telling.key)
    groups = _Groups(tellings)
    for _, one, other, likeness in sorted(_likely_pairs(tellings), key=lambda pair: pair[:3]):
        groups.join(one, other, likeness)
    return tuple(
        MergedEvent(
            name="",
            event=consolidate([tellings[index] for index in group]),
            reports=tuple(Report(tellings[index].article, tellings[index].event) for index in group),
            merges=reasons,
        )
        for group, reasons in groups.read()
    )


def _tellings(articles: Iterable[MappedArticle]) -> Iterator[Telling]:
    for mapped in articles:
        day = mapped.article.published
        written = Bounds(day, day, Granularity.DAY, DateReason.PUBLICATION) if day else mapped.window
        for event in mapped.events:
            yield Telling(mapped.article.identifier, event, written)


def _likely_pairs(tellings: Sequence[Telling]) -> Iterator[tuple[float, int, int, Likeness]]:
    """Pairs from which events are joined, with minus the score first, so that they sort from the surest downward."""
    blocks: dict[tuple[str, ...], list[int]] = {}
    for index, telling in enumerate(tellings):
        for block in _blocks(telling):
            blocks.setdefault(block, []).append(index)
    seen: set[tuple[int, int]] = set()
    for block in sorted(blocks):
        for pair in combinations(blocks[block], 2):
            if pair in seen:
                continue
            seen.add(pair)
            likeness = compare(tellings[pair[0]], tellings[pair[1]])
            if likeness.veto is None and likeness.score >= limits().limits["merge"]:
                yield -likeness.score, *pair, likeness


class _Groups:
    """Union-find over reports that refuses to join groups of which two reports contradict each other."""

    def __init__(self, tellings: Sequence[Telling]) -> None:
        self._tellings = tellings
        self._of = list(range(len(tellings)))
        self._members: dict[int, list[int]] = {index: [index] for index in self._of}
        self._reasons: dict[int, list[str]] = {index: [] for index in self._of}

    def join(self, one: int, other: int, likeness: Likeness) -> None:
        """Join the groups of two reports unless a report of the one is vetoed by a report of the other."""
        mine, theirs = sorted((self._of[one], self._of[other]))
        if mine == theirs or any(
            compare(self._tellings[a], self._tellings[b]).veto
            for a in self._members[mine]
            for b in self._members[theirs]
        ):
            return
        a, b = self._tellings[one].article, self._tellings[other].article
        for index in self._members[theirs]:
            self._of[index] = mine
        self._members[mine] += self._members.pop(theirs)
        said = f"{a} and {b}: {', '.join(likeness.reasons)} ({likeness.score:.2f})"
        self._reasons[mine] += [*self._reasons.pop(theirs), said]

    def read(self) -> Iterator[tuple[list[int], tuple[str, ...]]]:
        """The groups by their first report, each sorted, with the reasons for joining it."""
        for first, members in sorted(self._members.items(), key=lambda item: min(item[1])):
            yield sorted(members), tuple(sorted(self._reasons[first]))


# --- where to look for the same event ----------------------------------------------------------------------


def _blocks(telling: Telling) -> Iterator[tuple[str, ...]]:
    """The drawers that a report is put into: two reports are compared when they share one."""
    event = telling.event
    family = _family(event.type)
    for month in _months(telling):
        for agents in _agents(event):
            yield (family, month, *agents)


@cache
def _family(kind: str) -> str:
    """The first of all kinds that may merge with this one, directly or through others."""
    family, todo = {kind}, [kind]
    while todo:
        for pair in limits().kinds:
            if todo[-1] in pair and not pair <= family:
                todo[:0] = pair - family
                family |= pair
        todo.pop()
    return min(family)


def _agents(event: Event) -> Iterator[tuple[str, ...]]:
    """Of a directed kind each initiator; otherwise each pair of agents, states standing in for their people."""
    parts = event.participations
    if event.type in limits().directed:
        acting = [part for part in parts if part.role is Role.INITIATOR] or parts
        yield from sorted({(key,) for part in acting for key in identities(part)})
        return
    sides = sorted({tuple(sorted(identities(part))) for part in parts})[:_MOST_PAIRS]
    if len(sides) == 1 or event.type in limits().rare:  # of a summit one article may name one side only
        yield from sorted({(key,) for side in sides for key in side})
    for one, other in combinations(sides, 2):
        yield from sorted({tuple(sorted((a, b))) for a in one for b in other if a != b})


def _months(telling: Telling) -> list[str]:
    """The months that the event may lie in; of an undated one those around its article.

    >>> _between(date(2001, 12, 30), date(2002, 1, 2))
    ['2001-12', '2002-01']
    """
    bounds, written = telling.event.bounds, telling.published
    if bounds and bounds.earliest and bounds.latest and (bounds.latest - bounds.earliest).days <= _WIDE:
        return _between(with_margin(bounds).earliest or bounds.earliest, bounds.latest)
    if written and written.latest:
        margin = timedelta(days=limits().limits["days_between_articles"])
        return _between(written.latest - margin, written.latest)
    return ["undated"]


def _between(first: date, last: date) -> list[str]:
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{month // 12}-{month % 12 + 1:02}" for month in months]
