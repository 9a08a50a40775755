"""Finds the time expressions of news English; what days they mean is for `dates` to say.

Two steps: single expressions ("Tuesday", "last month", "March 6") are found by their form, then neighbours
are joined by the words between and before them ("from March 6 to 10", "by the end of", "Tuesday last week").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from mapper.datewords import month_number, weekday_number, written_dates
from mapper.timeforms import TimeExpression, TimeKind, blocked_names, data, forms

_NEAR = {"today": 0, "tonight": 0, "this": 0, "yesterday": -1, "last": -1, "tomorrow": 1}
_WHICH = {"this": "this", "this past": "last", "past": "last", "last": "last", "the previous": "last"}
_BACK = {"earlier", "before", "previously", "prior", "eve", "previous", "preceding"}
_SAME = {"same", "that", "that same"}
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": 4}


def find_times(text: str, *, offset: int = 0) -> tuple[TimeExpression, ...]:
    """Every time expression of the text, in order, none overlapping another; the longest reading wins.

    `offset` is added to all positions, for a text that is a part of a longer one.

    >>> [(found.words, found.kind.value) for found in find_times("They met late on Tuesday after talks in March 2021.")]
    [('late on Tuesday', 'weekday'), ('March 2021', 'month')]
    """
    single = _longest(_single(text))
    joined = _longest(_joined(text, single))
    return tuple(_moved(found, offset) for found in joined)


def _moved(found: TimeExpression, offset: int) -> TimeExpression:
    if not offset:
        return found
    first, last = (part and _moved(part, offset) for part in (found.first, found.last))
    return replace(found, start=found.start + offset, end=found.end + offset, first=first, last=last)


def _longest(found: Iterable[TimeExpression]) -> list[TimeExpression]:
    """The expressions without those that a longer one overlaps, in order of the text."""
    kept: list[TimeExpression] = []
    for one in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


# --- single expressions ------------------------------------------------------------------------------------


def _single(text: str) -> Iterator[TimeExpression]:
    blocked = [match.span() for match in blocked_names().finditer(text)]

    def free(start: int, end: int) -> bool:
        return all(end <= left or start >= right for left, right in blocked)

    for written in written_dates(text):
        if free(written.start, written.end):
            words = text[written.start : written.end]
            if written.swapped:
                yield TimeExpression(written.start, written.end, words, TimeKind.VAGUE)
            else:
                parts = {name: getattr(written, name) for name in ("day", "month", "year", "weekday")}
                yield TimeExpression(written.start, written.end, words, TimeKind.DAY, **parts)
    for name, day in named_days().items():
        for match in re.finditer(rf"\b{re.escape(name)}\b", text):
            yield TimeExpression(*match.span(), name, TimeKind.DAY, year=day.year, month=day.month, day=day.day)
    for kind, pattern in forms():
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
        fields["which"] = _WHICH.get(low["which"], "next")
    if kind is TimeKind.RANGE:
        return _years(groups, start, end, words)
    if kind is TimeKind.RELATIVE:
        fields |= _relative(low, fields)
    elif "amount" in groups or kind in (TimeKind.SHIFT, TimeKind.PAST):
        amount = _amount(low["amount"]) if "amount" in groups else 1
        fields["count"] = -amount if low.get("way", "").split(" ")[0] in _BACK else amount
        if low.get("way") in _SAME:
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
    if "near" in low:
        return {"unit": "day", "count": _NEAR[low["near"]]}
    if "beyond" in low:
        return {"unit": "day", "count": -2 if low["beyond"].startswith("before") else 2}
    if "amount" in low:
        return {"count": _amount(low["amount"]) * (-1 if low["way"] == "ago" else 1)}
    if "which" in low:
        return {"count": {"last": -1, "this": 0, "next": 1}[fields["which"]], "which": None}
    if low.get("part") in ("year", "month"):
        return {"unit": low["part"], "count": 0, "part": "end"}
    return {"count": 0}


# --- neighbours --------------------------------------------------------------------------------------------

_OF = re.compile(r",?\s+(?:of\s+)?", re.ASCII)
_TO = re.compile(r"\s*(?:[–—-]|\s(?:to|through|thru|until|till|and|or|&)\s)\s*(?:the\s+)?", re.IGNORECASE)
_NUMBER_AFTER = re.compile(
    r"\s*(?:[–-]|\s(?:to|through|until|till|and)\s)\s*(?:the\s+)?(\d{1,2})(?:st|nd|rd|th)?(?![\d:%.]\d|\w)"
)
_NUMBER_BEFORE = re.compile(r"(?<![\w.])(\d{1,2})(?:st|nd|rd|th)?\s*(?:[–-]|\s(?:to|through|until|till|and)\s)\s*$")
_YEAR_AFTER = re.compile(r",?\s+(?:of\s+)?((?:19|20)\d\d)(?!\d)")
_PART_BEFORE = re.compile(
    r"(?i:(?:(?:the|at|in)\s+)*\b(early|late|mid|earlier|later|end|start|beginning|middle|close|first half|second half"
    r"|morning|afternoon|evening|night|eve)(?:[ -]|\s+(?:on|in|of)\s+)(?:the\s+)?)$"
)
_BEFORE = re.compile(
    r"(?i:\b(?:by|before|no later than|not later than|until|till|up to|ahead of|prior to)\s+(?:the\s+)?)$"
)
_SINCE = re.compile(r"(?i:\b(?:ever\s+)?(?:since|from)\s+(?:the\s+)?)$")
_AFTER = re.compile(r"(?i:\b(?:after|following)\s+(?:the\s+)?)$")
_BETWEEN = re.compile(r"(?i:\b(?:from|between)\s+(?:the\s+)?)$")
_DATES = frozenset(
    {
        TimeKind.DAY, TimeKind.DAY_OF_MONTH, TimeKind.MONTH, TimeKind.YEAR, TimeKind.WEEKDAY, TimeKind.QUARTER,
        TimeKind.SEASON, TimeKind.HOLIDAY, TimeKind.RELATIVE,
    }
)  # fmt: skip


def _joined(text: str, single: list[TimeExpression]) -> Iterator[TimeExpression]:
    """The expressions themselves and every longer one that they make with their neighbours."""
    narrowed = [_with_part(text, one) for one in _narrowed(text, single)]
    for index, one in enumerate(narrowed):
        yield one
        if one.kind not in _DATES:
            following = narrowed[index + 1] if index + 1 < len(narrowed) else None
            if one.kind is TimeKind.SHIFT and following and following.kind in _DATES:
                gap = text[one.end : following.start]
                near = 3 if " to the day" not in one.words else 80
                if len(gap.split()) <= near and re.fullmatch(r"\s+(?:the\s+)?" if near == 3 else r"[^.;]*", gap):
                    yield _span(text, one.start, following.end, replace(one, first=following))
            continue
        ranged = _range(text, one, narrowed[index + 1 : index + 2])
        if ranged:
            yield ranged
        yield from _bounded(text, ranged or one)


def _span(text: str, start: int, end: int, found: TimeExpression) -> TimeExpression:
    return replace(found, start=start, end=end, words=text[start:end])


def _narrowed(text: str, single: list[TimeExpression]) -> list[TimeExpression]:
    """Joins what tells the year or week of an expression: "Tuesday last week", "the summer of 2023"."""
    out: list[TimeExpression] = []
    for one in single:
        before = out[-1] if out else None
        if before and _OF.fullmatch(text, before.end, one.start):
            relative = one.kind is TimeKind.RELATIVE and one.count in (-1, 0, 1)
            weekly = before.kind is TimeKind.WEEKDAY and one.unit == "week" and relative
            yearly = before.kind in _DATES - {TimeKind.YEAR, TimeKind.RELATIVE, TimeKind.WEEKDAY} and not before.year
            if weekly or (yearly and one.unit == "year" and relative):
                out[-1] = _span(text, before.start, one.end, replace(before, count=one.count, unit=one.unit))
                continue
            if before.kind is TimeKind.DAY_OF_MONTH and one.unit == "month" and relative:
                out[-1] = _span(text, before.start, one.end, replace(before, count=one.count, unit=one.unit))
                continue
            if yearly and one.kind is TimeKind.YEAR:
                out[-1] = _span(text, before.start, one.end, replace(before, year=one.year))
                continue
            if before.kind is TimeKind.WEEKDAY and one.kind is TimeKind.DAY:
                out[-1] = _span(text, before.start, one.end, replace(one, weekday=before.weekday))
                continue
        out.append(one)
    return [_with_year(text, one) for one in out]


def _with_year(text: str, one: TimeExpression) -> TimeExpression:
    """A year right after a holiday or quarter: "Christmas 2022", "Q3 2024"."""
    if one.kind in (TimeKind.HOLIDAY, TimeKind.QUARTER) and one.year is None and one.count is None:
        match = _YEAR_AFTER.match(text, one.end)
        if match:
            return _span(text, one.start, match.end(), replace(one, year=int(match[1])))
    return one


def _with_part(text: str, one: TimeExpression) -> TimeExpression:
    """An early, late or end before it; "the evening of" only lengthens the words."""
    if one.kind not in _DATES:
        return one
    match = _PART_BEFORE.search(text, 0, one.start)
    if not match:
        return one
    if match[1].lower() == "eve":
        return _span(
            text, match.start(), one.end, TimeExpression(0, 0, "", TimeKind.SHIFT, unit="day", count=-1, first=one)
        )
    return _span(text, match.start(), one.end, replace(one, part=match[1].lower()))


def _range(text: str, one: TimeExpression, following: list[TimeExpression]) -> TimeExpression | None:
    """A range that begins with this expression."""
    found: TimeExpression | None = None
    last = following[0] if following else None
    if one.kind is TimeKind.DAY:
        after = _NUMBER_AFTER.match(text, one.end)
        before = _NUMBER_BEFORE.search(text, 0, one.start)
        if after and 0 < int(after[1]) <= 31 and not one.year:
            year = _YEAR_AFTER.match(text, after.end())
            end = year.end() if year else after.end()
            one = replace(one, year=int(year[1]) if year else None)
            found = _span(text, one.start, end, _pair(one, replace(one, day=int(after[1]), weekday=None)))
        elif before and 0 < int(before[1]) < (one.day or 0):
            first = replace(one, day=int(before[1]), weekday=None)
            found = _span(text, before.start(), one.end, _pair(first, one))
    if not found and last and _alike(one, last) and _TO.fullmatch(text, one.end, last.start):
        if last.year and not one.year and one.kind in (TimeKind.DAY, TimeKind.MONTH, TimeKind.QUARTER):
            one = replace(one, year=last.year if (one.month or 0) <= (last.month or 12) else last.year - 1)
        found = _span(text, one.start, last.end, _pair(one, last))
    if not found:
        return None
    between = _BETWEEN.search(text, 0, found.start)
    return _span(text, between.start(), found.end, found) if between else found


def _alike(one: TimeExpression, other: TimeExpression) -> bool:
    return one.kind is other.kind and (one.kind is not TimeKind.RELATIVE or one.unit == other.unit)


def _pair(first: TimeExpression, last: TimeExpression) -> TimeExpression:
    return TimeExpression(0, 0, "", TimeKind.RANGE, first=first, last=last)


def _bounded(text: str, one: TimeExpression) -> Iterator[TimeExpression]:
    """The expression with the by, since or after before it."""
    for pattern, kind in ((_BEFORE, TimeKind.BEFORE), (_SINCE, TimeKind.SINCE), (_AFTER, TimeKind.AFTER)):
        match = pattern.search(text, 0, one.start)
        if match and one.kind is not TimeKind.RANGE:
            yield _span(text, match.start(), one.end, TimeExpression(0, 0, "", kind, first=one))
