"""What days a time expression means when it is written on a known day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from mapper.calendars import Span, add, holiday_of, month_of, months_of, unit_of, week_of, year_of
from mapper.datewords import make_date
from mapper.timeforms import TimeExpression, TimeKind, data, holidays

Tense = Literal["past", "present", "future"]

SOON = 14
"""A day said to be still to come may be at most so many days gone, where its next return is nearly a year off."""
FAR = 330
COMING = 30
"""A day without a year that is so near ahead is not the one of a year ago: "called off his June 12 trip", in May."""


def span_of(
    one: TimeExpression, today: date | None, tense: Tense, *, anchor: Span | None = None, inverse: bool = False
) -> Span | None:
    """The first and last day that the expression means, or None where the words leave them open.

    `today` is the day of writing (None: unknown), `anchor` the days of the event that it counts from; with
    `inverse` it counts towards that event instead.
    """
    match one.kind:
        case TimeKind.RANGE:
            return _range(one, today, tense)
        case TimeKind.BEFORE | TimeKind.SINCE | TimeKind.AFTER:
            return _bounded(one, today, tense)
        case TimeKind.SHIFT:
            return _shifted(one, today, tense, anchor, inverse)
        case TimeKind.WITHIN | TimeKind.PAST:
            return _within(one, today, tense, anchor)
        case TimeKind.RELATIVE:
            return _relative(one, today, tense)
        case TimeKind.WEEKDAY:
            return _weekday(one, today, tense)
        case TimeKind.DAY_OF_MONTH:
            return _day_of_month(one, today, tense)
    if one.year:
        return _in_year(one, one.year)
    if today is None:
        return None
    if one.count is not None:
        return _in_year(one, today.year + one.count)
    return _nearest([_in_year(one, today.year + shift) for shift in (-1, 0, 1)], today, tense, one.which)


def _in_year(one: TimeExpression, year: int) -> Span | None:
    """The days of an expression of which only the year was open."""
    if one.kind is TimeKind.DAY and one.month and one.day:
        day = make_date(year, one.month, one.day)
        return (day, day) if day else None
    if one.kind is TimeKind.MONTH and one.month:
        return month_of(date(year, one.month, 1))
    if one.kind is TimeKind.QUARTER and one.number:
        return months_of(year, one.number * 3 - 2, one.number * 3)
    if one.kind is TimeKind.SEASON and one.name:
        return months_of(year, *data()["seasons"][one.name])
    if one.kind is TimeKind.HOLIDAY and one.name:
        return (holiday_of(holidays()[one.name], year),) * 2
    if one.part in ("first half", "second half"):
        return months_of(year, *((1, 6) if one.part == "first half" else (7, 12)))
    return year_of(year)


def _nearest(spans: list[Span | None], today: date, tense: Tense, which: str | None) -> Span | None:
    """Of the same days in several years those that the tense points to: the last begun, or the first not over.

    A day just gone may still be told as to come ("the talks that were to be held on May 4", written on May 5).
    """
    known = [span for span in spans if span]
    before = max((span for span in known if span[0] <= today), default=None)
    after = min((span for span in known if span[1] >= today), default=None)
    if which == "last":
        return max((span for span in known if span[1] < today), default=None)
    if which == "next":
        return min((span for span in known if span[0] > today), default=None)
    if which == "this":
        return next((span for span in known if span[0].year == today.year), None)
    if not before or not after or before[0] != before[1]:
        return after if tense == "future" else before
    if tense == "future":
        return before if _distance(after, today) > FAR and _distance(before, today) <= SOON else after
    coming = before[0].year < today.year and _distance(before, today) > FAR and _distance(after, today) <= COMING
    return after if coming else before


def _distance(span: Span, today: date) -> int:
    return 0 if span[0] <= today <= span[1] else min(abs((span[0] - today).days), abs((span[1] - today).days))


def _weekday(one: TimeExpression, today: date | None, tense: Tense) -> Span | None:
    if today is None or one.weekday is None:
        return None
    monday = week_of(today)[0]
    back = (today.weekday() - one.weekday) % 7
    if one.unit == "week":
        day = monday + timedelta(weeks=one.count or 0, days=one.weekday)
    elif one.which == "last":
        day = today - timedelta(back or 7)
    elif one.which == "next":
        day = monday + timedelta(weeks=1, days=one.weekday)
    elif one.which == "this":
        day = monday + timedelta(one.weekday)
    elif tense == "past":
        day = today - timedelta(back)
    else:
        day = today + timedelta(-back % 7)
    return day, day


def _day_of_month(one: TimeExpression, today: date | None, tense: Tense) -> Span | None:
    if today is None or one.day is None:
        return None
    shifts = (one.count,) if one.unit == "month" and one.count is not None else (-2, -1, 0, 1, 2)
    months = [month_of(today, shift)[0] for shift in shifts]
    days = [day for first in months if (day := make_date(first.year, first.month, one.day))]
    if len(shifts) == 1:
        return (days[0], days[0]) if days else None
    return _nearest([(day, day) for day in days], today, tense, None)


def _relative(one: TimeExpression, today: date | None, tense: Tense) -> Span | None:
    if today is None or one.unit is None or one.count is None:
        return None
    if one.unit in ("hour", "minute"):
        return (today - timedelta(1), today) if one.count < 0 else (today, today + timedelta(1))
    if one.name == "overnight":
        return today - timedelta(1), today
    count = one.count
    if one.name == "the weekend":  # "over the weekend": the last one begun, or the next one not over
        count = -1 if tense == "past" and today.weekday() < 5 else 0
    first, last = unit_of(today, one.unit, count)
    if count == 0 and one.unit == "week":
        if tense == "past" or one.part in ("earlier", "early"):
            return first, min(last, today)
        if tense == "future" or one.part in ("later", "late"):
            return max(first, today), last
    if one.part in ("first half", "second half") and one.unit == "year":
        return _in_year(one, first.year)
    return first, last


def _range(one: TimeExpression, today: date | None, tense: Tense) -> Span | None:
    if not one.first or not one.last:
        return None
    first, last = span_of(one.first, today, tense), span_of(one.last, today, tense)
    if not first or not last:
        return None
    if last[1] < first[0]:  # "from Thursday to Sunday" around today: the other end lies on its other side
        if tense == "future":
            last = span_of(one.last, first[0], "future")
        else:
            first = span_of(one.first, last[1], "past")
    return (first[0], last[1]) if first and last and first[0] <= last[1] else None


def _bounded(one: TimeExpression, today: date | None, tense: Tense) -> Span | None:
    """By, since and after a date: the other side is the day of writing."""
    if not one.first or today is None:
        return None
    if one.kind is TimeKind.BEFORE:
        span = span_of(one.first, today, "past" if tense == "past" else "future")
        return (today, span[1]) if span and span[1] >= today else None
    span = span_of(one.first, today, "past")
    return (span[0], today) if span and span[0] <= today and tense == "past" else None


def _within(one: TimeExpression, today: date | None, tense: Tense, anchor: Span | None) -> Span | None:
    """Within so long from now (or from the event that it counts from), or in the time up to now."""
    if one.unit is None or one.count is None or today is None:
        return None
    unit, count = one.unit, one.count
    if unit in ("hour", "minute"):
        unit, count = "day", -(-count // (24 if unit == "hour" else 1440))
    if one.kind is TimeKind.PAST:
        return add(today, unit, -count), today
    if tense == "past":
        return None
    return today, add(anchor[1] if anchor and anchor[1] <= today else today, unit, count)


def _shifted(one: TimeExpression, today: date | None, tense: Tense, anchor: Span | None, inverse: bool) -> Span | None:
    """Days counted from another event, or from a date that is written out beside them."""
    base = span_of(one.first, today, tense) if one.first else anchor
    if not base or one.count is None:
        return None
    count = -one.count if inverse and not one.first else one.count
    span = _counted(one, base, count)
    if not span:
        return None
    first, last = span[0], min(span[1], today) if today and tense == "past" else span[1]
    return (first, last) if first <= last else None


def _counted(one: TimeExpression, base: Span, count: int) -> Span | None:
    """What lies so many units before or after these days, or in them."""
    if one.number:  # "on the second day"
        day = base[0] + timedelta(one.number - 1)
        return (day, day) if base[0] < base[1] and day <= base[1] else None
    if one.weekday is not None:
        return _weekday_beside(one.weekday, base, count)
    if one.month:
        return _month_beside(one.month, base, count)
    if one.unit in ("hour", "minute"):
        return base[0] - timedelta(count < 0), base[1] + timedelta(count > 0)
    if one.unit in ("day", "night") or one.name == "to the day":
        return add(base[0], one.unit or "day", count), add(base[1], one.unit or "day", count)
    return (unit_of(base[0], one.unit, count)[0], unit_of(base[1], one.unit, count)[1]) if one.unit else None


def _weekday_beside(weekday: int, base: Span, count: int) -> Span | None:
    """The weekday next to these days, or the one among them: "the following Monday", "that same Monday"."""
    if count:
        back, ahead = (base[0].weekday() - weekday) % 7 or 7, (weekday - base[1].weekday()) % 7 or 7
        day = base[0] - timedelta(back) if count < 0 else base[1] + timedelta(ahead)
    else:
        day = base[0] + timedelta((weekday - base[0].weekday()) % 7)
    return (day, day) if count or day <= base[1] else None


def _month_beside(month: int, base: Span, count: int) -> Span | None:
    """The month next to these days, or the one of the same year: "the following May", "in June of that year"."""
    months = [month_of(date(base[0].year + year, month, 1)) for year in (-1, 0, 1)]
    if count < 0:
        return max((span for span in months if span[1] < base[0]), default=None)
    return min((span for span in months if span[0] > base[1]), default=None) if count else months[1]
