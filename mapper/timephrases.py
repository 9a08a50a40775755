"""Joins single time expressions with their neighbours by the words between and before them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from mapper.datewords import MONTH
from mapper.timeforms import WHICH, TimeExpression, TimeKind

REACH = 40
"""How many characters before an expression the words that belong to it may begin."""
_OF = re.compile(r",?\s+(?:of\s+)?", re.ASCII)
_TO = re.compile(r"\s*(?:[–—/-]|\s(?:to|through|thru|until|till|and|or|&)\s)\s*(?:the\s+)?", re.IGNORECASE)
_WHICH_BEFORE = re.compile(r"(?i:\b(last|next|this past|this coming|this)\s+)$")
_NUMBER_AFTER = re.compile(
    r"(?:,\s*\d{1,2}(?:st|nd|rd|th)?)*,?\s*(?:[–-]|\s(?:to|through|until|till|and)\s)\s*(?:the\s+)?(\d{1,2})(?:st|nd|rd|th)?(?![\d:%.]\d|\w)"
    rf"(?!\s+(?:of\s+)?{MONTH})"
)
_NUMBER_BEFORE = re.compile(
    r"(?<![\w.])(\d{1,2})(?:st|nd|rd|th)?(?:,\s*\d{1,2}(?:st|nd|rd|th)?)*,?\s*(?:[–-]|\s(?:to|through|until|till|and)\s)\s*$"
)
_YEAR_AFTER = re.compile(r",?\s+(?:of\s+)?((?:19|20)\d\d)(?!\d)")
_PART_BEFORE = re.compile(
    r"(?i:(?:the\s+)?\b(early|late|mid|earlier|later|end|start|beginning|middle|close|first half|second half"
    r"|morning|afternoon|evening|night|early hours|eve)(?:[ -]|\s+(?:on|in|of)\s+)(?:the\s+)?)$"
)
_BEFORE = re.compile(r"(?i:\b(?:by|before|no later than|not later than|until|till|up to|ahead of|prior to)\s+)$")
_SINCE = re.compile(r"(?i:\b(?:ever\s+)?since\s+)$")
_AFTER = re.compile(r"(?i:\b(?:after|following)\s+)$")
_ATTRIBUTE = re.compile(r"['’]s?\b")
"""What makes an expression describe a noun: "after Monday's talks" is not after Monday."""
_BETWEEN = re.compile(r"(?i:\b(?:from|between)\s+(?:the\s+)?)$")
_DATES = frozenset(
    {
        TimeKind.DAY, TimeKind.DAY_OF_MONTH, TimeKind.MONTH, TimeKind.YEAR, TimeKind.WEEKDAY, TimeKind.QUARTER,
        TimeKind.SEASON, TimeKind.HOLIDAY, TimeKind.RELATIVE,
    }
)  # fmt: skip


def joined(text: str, single: list[TimeExpression]) -> Iterator[TimeExpression]:
    """The expressions themselves and every longer one that they make with their neighbours."""
    narrowed = [_with_part(text, _with_which(text, one)) for one in _narrowed(text, single)]
    for index, one in enumerate(narrowed):
        yield one
        if one.kind not in _DATES:
            following = narrowed[index + 1] if index + 1 < len(narrowed) else None
            if one.kind is TimeKind.SHIFT and following and following.kind in _DATES:
                gap = text[one.end : following.start]
                near = 3 if one.name != "to the day" else 80
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
            same = one.kind is TimeKind.SHIFT and one.unit == "year" and one.count == 0 and not one.first
            if before.kind is TimeKind.MONTH and not before.year and same:  # "in June of that year"
                shift = replace(before, kind=TimeKind.SHIFT, count=0, part=None)
                out[-1] = _span(text, before.start, one.end, shift)
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
    match = _PART_BEFORE.search(text, max(0, one.start - REACH), one.start)
    if not match:
        return one
    if match[1].lower() == "eve":
        return _span(
            text, match.start(), one.end, TimeExpression(0, 0, "", TimeKind.SHIFT, unit="day", count=-1, first=one)
        )
    return _span(text, match.start(), one.end, replace(one, part=match[1].lower()))


def _with_which(text: str, one: TimeExpression) -> TimeExpression:
    """A last, this or next before a day: "last December 14"."""
    match = (
        _WHICH_BEFORE.search(text, max(0, one.start - REACH), one.start)
        if one.kind is TimeKind.DAY and not one.year
        else None
    )
    if not match:
        return one
    which = WHICH.get(" ".join(match[1].lower().split()), "next")
    return _span(text, match.start(), one.end, replace(one, which=which))


def _range(text: str, one: TimeExpression, following: list[TimeExpression]) -> TimeExpression | None:
    """A range that begins with this expression."""
    found: TimeExpression | None = None
    last = following[0] if following else None
    if one.kind is TimeKind.DAY:
        after = _NUMBER_AFTER.match(text, one.end)
        before = _NUMBER_BEFORE.search(text, max(0, one.start - REACH), one.start)
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
    between = _BETWEEN.search(text, max(0, found.start - REACH), found.start)
    return _span(text, between.start(), found.end, found) if between else found


def _alike(one: TimeExpression, other: TimeExpression) -> bool:
    return one.kind is other.kind and (one.kind is not TimeKind.RELATIVE or one.unit == other.unit)


def _pair(first: TimeExpression, last: TimeExpression) -> TimeExpression:
    return TimeExpression(0, 0, "", TimeKind.RANGE, first=first, last=last)


def _bounded(text: str, one: TimeExpression) -> Iterator[TimeExpression]:
    """The expression with the by, since or after before it."""
    for pattern, kind in ((_BEFORE, TimeKind.BEFORE), (_SINCE, TimeKind.SINCE), (_AFTER, TimeKind.AFTER)):
        match = pattern.search(text, max(0, one.start - REACH), one.start)
        if match and one.kind is not TimeKind.RANGE and not _ATTRIBUTE.match(text, one.end):
            yield _span(text, match.start(), one.end, TimeExpression(0, 0, "", kind, first=one))
