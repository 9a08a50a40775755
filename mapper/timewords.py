"""Finds the time expressions of news English; what days they mean is for `dates` to say.

Two steps: single expressions ("Tuesday", "last month", "March 6") are found by their form, then neighbours
are joined by the words between and before them ("from March 6 to 10", "by the end of", "Tuesday last week").
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from mapper.datewords import month_number, weekday_number, written_dates
from mapper.timeforms import WHICH, TimeExpression, TimeKind, blocked_names, data, forms
from mapper.timephrases import joined

_NEAR = {"today": 0, "tonight": 0, "this": 0, "yesterday": -1, "last": -1, "tomorrow": 1}
_BACK = {"earlier", "before", "previously", "prior", "eve", "previous", "preceding"}
_SAME = {"same", "that", "that same", "the", "of", "beginning", "starting", "ending"}
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "final": 4}


def find_times(text: str, *, offset: int = 0) -> tuple[TimeExpression, ...]:
    """Every time expression of the text, in order, none overlapping another; the longest reading wins.

    `offset` is added to all positions, for a text that is a part of a longer one.

    >>> [(found.words, found.kind.value) for found in find_times("They met late on Tuesday after talks in March 2021.")]
    [('late on Tuesday', 'weekday'), ('March 2021', 'month')]
    """
    single = _longest(_single(text))
    return tuple(_moved(found, offset) for found in _longest(joined(text, single)))


def _moved(found: TimeExpression, offset: int) -> TimeExpression:
    if not offset:
        return found
    first, last = (part and _moved(part, offset) for part in (found.first, found.last))
    return replace(found, start=found.start + offset, end=found.end + offset, first=first, last=last)


def _longest(found: Iterable[TimeExpression]) -> list[TimeExpression]:
    """The expressions without those that a longer one overlaps, in order of the text."""
    kept: list[TimeExpression] = []
    for one in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        place = bisect(kept, one.start, key=lambda other: other.start)
        before = place == 0 or kept[place - 1].end <= one.start
        if before and (place == len(kept) or one.end <= kept[place].start):
            kept.insert(place, one)
    return kept


# --- single expressions ------------------------------------------------------------------------------------


def _single(text: str) -> Iterator[TimeExpression]:
    lower = text.lower()
    blocked = [match.span() for match in blocked_names().finditer(text)]

    def free(start: int, end: int) -> bool:
        place = bisect(blocked, (start, len(text)))
        return (place == 0 or blocked[place - 1][1] <= start) and (place == len(blocked) or end <= blocked[place][0])

    for written in written_dates(text):
        if free(written.start, written.end):
            words = text[written.start : written.end]
            if written.swapped:
                yield TimeExpression(written.start, written.end, words, TimeKind.VAGUE)
            else:
                parts = {name: getattr(written, name) for name in ("day", "month", "year", "weekday")}
                yield TimeExpression(written.start, written.end, words, TimeKind.DAY, **parts)
    for name, day in named_days().items():
        start = text.find(name)
        if start >= 0:
            yield TimeExpression(
                start, start + len(name), name, TimeKind.DAY, year=day.year, month=day.month, day=day.day
            )
    for kind, hints, pattern in forms():
        if hints and not any(hint in lower for hint in hints):
            continue
        for match in pattern.finditer(text):
            groups = {key: value for key, value in match.groupdict().items() if value is not None}
            start = match.start("here") if "here" in groups else match.start()
            if free(start, match.end()):
                yield _built(kind, groups, start, match.end(), text[start : match.end()])


@cache
def named_days() -> dict[str, date]:
    """The days of one year that are known by their date, by name."""
    return {name: entry["date"] for entry in data()["named_day"] for name in entry["names"]}


def _built(kind: TimeKind, groups: dict[str, str], start: int, end: int, words: str) -> TimeExpression:
    """An expression from the groups that its pattern filled."""
    low = {key: re.sub(r"\s+", " ", value.lower()) for key, value in groups.items()}
    fields: dict[str, Any] = {}
    if "month" in groups:
        fields["month"] = month_number(groups["month"])
    if "weekday" in groups:
        fields["weekday"] = weekday_number(groups["weekday"])
    if "year" in groups:
        fields["year"] = int(groups["year"])
    if "day" in groups:
        fields["day"] = int(re.sub(r"\D", "", groups["day"]))
    if "number" in groups or "ordinal" in groups:
        fields["number"] = int(groups["number"]) if "number" in groups else _ORDINALS[low["ordinal"]]
    if "name" in groups:
        fields["name"] = groups["name"] if kind is TimeKind.HOLIDAY else low["name"]
    if "part" in groups:
        fields["part"] = low["part"]
    if "unit" in groups:
        fields["unit"] = low["unit"]
    if "which" in groups:
        fields["which"] = WHICH.get(low["which"], "next")
    if kind is TimeKind.RANGE:
        return _years(groups, start, end, words)
    if kind is TimeKind.RELATIVE:
        fields |= _relative(low, fields)
    elif "amount" in groups or kind in (TimeKind.SHIFT, TimeKind.PAST):
        amount = _amount(low["amount"]) if "amount" in groups else 1
        fields["count"] = -amount if low.get("way", "").split(" ")[0] in _BACK else amount
        if low.get("way") in _SAME or "that" in low:
            fields["count"] = 0
        if low.get("way") in ("eve",):
            fields["unit"] = "day"
        if low.get("way") in ("morning", "evening", "night", "afternoon"):
            fields["unit"] = "day"
    if "about" in groups and low["about"] not in ("only", "up to") and kind is not TimeKind.WITHIN:
        fields["part"] = "about"
    if fields.get("unit") in ("morning", "evening", "night", "afternoon", "midday", "noon", "lunchtime"):
        fields["unit"] = "day"
    return TimeExpression(start, end, words, kind, **fields)


def _years(groups: dict[str, str], start: int, end: int, words: str) -> TimeExpression:
    """A decade, or years with a dash between them ("2018-20")."""
    begin = int(groups.get("decade") or groups["from"])
    to = groups.get("to", str(begin + 9))
    years = (begin, int(f"{begin // 100}{to}" if len(to) == 2 else to))
    first, last = (TimeExpression(start, end, words, TimeKind.YEAR, year=year) for year in years)
    return TimeExpression(start, end, words, TimeKind.RANGE, first=first, last=last)


def _amount(word: str) -> int:
    return int(word) if word.isdigit() else int(data()["words"]["numbers"][word])


def _relative(low: dict[str, str], fields: dict[str, Any]) -> dict[str, Any]:
    if "name" in low:
        return {"unit": "weekend" if "weekend" in low["name"] else "day", "count": 0}
    if "near" in low:
        return {"unit": "day", "count": _NEAR[low["near"]]}
    if "beyond" in low:
        return {"unit": low.get("unit", "day"), "count": -2 if low["beyond"].startswith("before") else 2}
    if "amount" in low:
        return {"count": _amount(low["amount"]) * (-1 if low["way"] == "ago" else 1)}
    if "which" in low:
        return {"count": {"last": -1, "this": 0, "next": 1}[fields["which"]], "which": None}
    if low.get("part") in ("year", "month"):
        return {"unit": low["part"], "count": 0, "part": "end"}
    return {"count": 0}
