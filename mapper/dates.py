"""From time expressions to bounds: which days an expression means, given when it was written.

Never a guessed day: what the words leave open stays open. Weeks run from Monday to Sunday. Where the day of
writing is itself only known within bounds, every day that it may be is tried, and the answer holds for all of them.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Literal

from mapper.datewords import make_date
from mapper.document import Article, Bounds, DateReason, Granularity, LineKind, Tenure
from mapper.timeforms import UNBOUNDED, TimeExpression, TimeKind, data, holidays
from mapper.timewords import find_times

__all__ = ["Tense", "TimeExpression", "TimeKind", "document_window", "find_times", "resolve", "year_candidates"]

Tense = Literal["past", "present", "future"]
Span = tuple[date, date]

YEARS = range(1990, 2051)
"""The years in which an article whose year is not told may have been written."""
LONGEST_WINDOW = 62
"""Up to so many days a window is tried day by day; a wider one dates only what has its year."""
AFTER_WEEKDAY = 2
"""News names a weekday with its day of the month while it is fresh: on the day or up to so many days after."""


def resolve(
    expression: TimeExpression,
    *,
    written: Bounds | None,
    tense: Tense,
    anchor: Bounds | None = None,
    inverse: bool = False,
) -> Bounds | None:
    """The days that the expression means, or None where it leaves them open.

    `written` is when the article was written; `tense` whether its verb looks back, at now, or forward; `anchor`
    the bounds of the event that an expression such as "a day after" starts from. With `inverse` the anchor
    is the event that is dated by the other one ("this comes a day after …"), and the other one is wanted.

    >>> monday = Bounds(date(2024, 6, 10), date(2024, 6, 10), Granularity.DAY, DateReason.PUBLICATION)
    >>> resolve(find_times("on Friday")[0], written=monday, tense="past").day
    datetime.date(2024, 6, 7)
    >>> resolve(find_times("on Friday")[0], written=monday, tense="future").day
    datetime.date(2024, 6, 14)
    """
    if expression.kind in UNBOUNDED or expression.part == "about":
        return None
    spans = []
    for today in _days(written, expression):
        span = _span(expression, today, tense, _known(anchor), inverse)
        if span is None:
            return None
        spans.append(span)
    if not spans:
        return None
    earliest, latest = min(first for first, _ in spans), max(last for _, last in spans)
    if (latest - earliest).days > 366 and len(set(spans)) > 1:
        return None
    granularity = _granularity(expression, earliest, latest)
    return Bounds(earliest, latest, granularity, DateReason.ADJUNCT, expression.words)


def _known(bounds: Bounds | None) -> Span | None:
    return (bounds.earliest, bounds.latest) if bounds and bounds.earliest and bounds.latest else None


def _days(written: Bounds | None, expression: TimeExpression) -> list[date | None]:
    """The days on which the article may have been written; [None] when they are unknown or too many."""
    known = _known(written)
    if known and (known[1] - known[0]).days <= LONGEST_WINDOW:
        return [known[0] + timedelta(days) for days in range((known[1] - known[0]).days + 1)]
    if written and expression.kind is TimeKind.DAY and expression.weekday is not None and not expression.year:
        days = [day for day in _candidates(expression) if _inside(day, written)]
        return [days[0]] if len(days) == 1 else []
    return [None]


def _inside(day: date, bounds: Bounds) -> bool:
    return (not bounds.earliest or bounds.earliest <= day) and (not bounds.latest or day <= bounds.latest)


def _granularity(expression: TimeExpression, earliest: date, latest: date) -> Granularity:
    """How exactly the days are told, by the calendar unit that they fill."""
    if earliest == latest:
        return Granularity.DAY
    if (earliest, latest) == _week(earliest):
        return Granularity.WEEK
    if (earliest, latest) == _month(earliest):
        return Granularity.MONTH
    if (earliest, latest) == _year(earliest.year):
        return Granularity.YEAR
    return Granularity.QUARTER if expression.kind is TimeKind.QUARTER else Granularity.RANGE


# --- calendar ----------------------------------------------------------------------------------------------


def _week(day: date, shift: int = 0) -> Span:
    monday = day - timedelta(day.weekday()) + timedelta(weeks=shift)
    return monday, monday + timedelta(6)


def _month(day: date, shift: int = 0) -> Span:
    year, month = divmod(day.year * 12 + day.month - 1 + shift, 12)
    return date(year, month + 1, 1), date(year, month + 1, monthrange(year, month + 1)[1])


def _year(year: int) -> Span:
    return date(year, 1, 1), date(year, 12, 31)


def _months(year: int, first: int, last: int) -> Span:
    """From the first day of one month to the last of another, which may lie in the next year."""
    return date(year, first, 1), _month(date(year + (last < first), last, 1))[1]


def _add(day: date, unit: str, count: int) -> date:
    """The day so many units on; a month's end stays inside the month."""
    if unit in ("month", "year", "quarter", "decade"):
        months = count * {"month": 1, "quarter": 3, "year": 12, "decade": 120}[unit]
        first, last = _month(day, months)
        return min(first + timedelta(day.day - 1), last)
    return day + timedelta(count * {"week": 7, "weekend": 7, "fortnight": 14}.get(unit, 1))


def _unit(day: date, unit: str, count: int) -> Span:
    """The calendar unit (day, week, …) so many on from the one that holds the day."""
    if unit == "weekend":
        monday = _week(day, count)[0]
        return monday + timedelta(5), monday + timedelta(6)
    if unit in ("week", "fortnight"):
        return _week(day, count * (2 if unit == "fortnight" else 1))
    if unit == "month":
        return _month(day, count)
    if unit == "quarter":
        first = _month(day, count * 3)[0]
        return _months(first.year, (first.month - 1) // 3 * 3 + 1, (first.month - 1) // 3 * 3 + 3)
    if unit == "year":
        return _year(day.year + count)
    if unit == "decade":
        decade = day.year // 10 * 10 + 10 * count
        return date(decade, 1, 1), date(decade + 9, 12, 31)
    shifted = day + timedelta(count)
    return shifted, shifted


def _easter(year: int) -> date:
    """Western Easter by the anonymous Gregorian computus (Meeus, Astronomical Algorithms, chapter 8)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    h = (19 * a + b - d - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    ell = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * ell) // 451
    month, day = divmod(h + ell - 7 * m + 114, 31)
    return date(year, month, day + 1)


def _holiday(name: str, year: int) -> date:
    entry = holidays()[name]
    if "easter" in entry:
        return _easter(year) + timedelta(entry["easter"])
    if "day" in entry:
        return date(year, entry["month"], entry["day"])
    first, last = _month(date(year, entry["month"], 1))
    if entry["place"] < 0:
        return last - timedelta((last.weekday() - entry["weekday"]) % 7)
    return first + timedelta((entry["weekday"] - first.weekday()) % 7 + 7 * (entry["place"] - 1))


# --- meaning -----------------------------------------------------------------------------------------------


def _span(one: TimeExpression, today: date | None, tense: Tense, anchor: Span | None, inverse: bool) -> Span | None:
    """The days of an expression as written on `today`."""
    match one.kind:
        case TimeKind.RANGE:
            return _ranged(one, today, tense, anchor)
        case TimeKind.BEFORE | TimeKind.SINCE | TimeKind.AFTER:
            return _bounded(one, today, tense, anchor)
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
        return _month(date(year, one.month, 1))
    if one.kind is TimeKind.QUARTER and one.number:
        return _months(year, one.number * 3 - 2, one.number * 3)
    if one.kind is TimeKind.SEASON and one.name:
        return _months(year, *data()["seasons"][one.name])
    if one.kind is TimeKind.HOLIDAY and one.name:
        return (_holiday(one.name, year),) * 2
    if one.part in ("first half", "second half"):
        return _months(year, *((1, 6) if one.part == "first half" else (7, 12)))
    return _year(year)


def _nearest(spans: list[Span | None], today: date, tense: Tense, which: str | None) -> Span | None:
    """Of the same days in several years those that the tense points to: the last begun, or the first not over."""
    known = [span for span in spans if span]
    if which == "last":
        return max((span for span in known if span[1] < today), default=None)
    if which == "next":
        return min((span for span in known if span[0] > today), default=None)
    if which == "this":
        return next((span for span in known if span[0].year == today.year), None)
    if tense == "future":
        return min((span for span in known if span[1] >= today), default=None)
    return max((span for span in known if span[0] <= today), default=None)


def _weekday(one: TimeExpression, today: date | None, tense: Tense) -> Span | None:
    if today is None or one.weekday is None:
        return None
    monday = _week(today)[0]
    ahead = (one.weekday - today.weekday()) % 7
    if one.unit == "week":
        day = monday + timedelta(weeks=one.count or 0, days=one.weekday)
    elif one.which == "last":
        day = today - timedelta((7 - ahead) % 7 or 7)
    elif one.which == "next":
        day = monday + timedelta(weeks=1, days=one.weekday)
    elif one.which == "this":
        day = monday + timedelta(one.weekday)
    elif tense == "past":
        day = today - timedelta((7 - ahead) % 7)
    else:
        day = today + timedelta(ahead)
    return day, day


def _day_of_month(one: TimeExpression, today: date | None, tense: Tense) -> Span | None:
    if today is None or one.day is None:
        return None
    shifts = (one.count,) if one.unit == "month" and one.count is not None else (-1, 0, 1)
    months = [_month(today, shift)[0] for shift in shifts]
    days = [day for first in months if (day := make_date(first.year, first.month, one.day))]
    if len(shifts) == 1:
        return (days[0], days[0]) if days else None
    return _nearest([(day, day) for day in days], today, tense, None)


def _relative(one: TimeExpression, today: date | None, tense: Tense) -> Span | None:
    if today is None or one.unit is None or one.count is None:
        return None
    if one.unit in ("hour", "minute"):
        return (today - timedelta(1), today) if one.count < 0 else (today, today + timedelta(1))
    first, last = _unit(today, one.unit, one.count)
    if one.count == 0 and one.unit == "week":
        if tense == "past" or one.part in ("earlier", "early"):
            return first, min(last, today)
        if tense == "future" or one.part in ("later", "late"):
            return max(first, today), last
    if one.part in ("first half", "second half") and one.unit == "year":
        return _in_year(one, first.year)
    return first, last


def _ranged(one: TimeExpression, today: date | None, tense: Tense, anchor: Span | None) -> Span | None:
    if not one.first or not one.last:
        return None
    last = _span(one.last, today, tense, anchor, False)
    first = _span(one.first, today, tense, anchor, False)
    if not first or not last:
        return None
    if last[1] < first[0]:  # "from Thursday to Sunday", "December and January": the ends lie in turn
        other = _span(one.last, first[0], "future", anchor, False)
        before = _span(one.first, last[1], "past", anchor, False)
        if tense == "future" and other and other[1] >= first[0]:
            last = other
        elif before and before[0] <= last[1]:
            first = before
    return (first[0], last[1]) if first[0] <= last[1] else None


def _bounded(one: TimeExpression, today: date | None, tense: Tense, anchor: Span | None) -> Span | None:
    """By, since and after a date: the other side is the day of writing, where there is one."""
    if not one.first or today is None:
        return None
    if one.kind is TimeKind.BEFORE:
        span = _span(one.first, today, "future" if tense != "past" else tense, anchor, False)
        return (today, span[1]) if span and span[1] >= today else None
    span = _span(one.first, today, "past", anchor, False)
    return (span[0], today) if span and span[0] <= today and one.kind is TimeKind.SINCE else None


def _within(one: TimeExpression, today: date | None, tense: Tense, anchor: Span | None) -> Span | None:
    if one.unit is None or one.count is None or today is None:
        return None
    days = -(-one.count // 24) if one.unit == "hour" else 1 if one.unit == "minute" else None
    unit, count = ("day", days) if days else (one.unit, one.count)
    if one.kind is TimeKind.PAST:
        return _add(today, unit, -count), today
    if tense == "past":
        return None
    return today, _add(anchor[1] if anchor and anchor[1] <= today else today, unit, count)


def _shifted(one: TimeExpression, today: date | None, tense: Tense, anchor: Span | None, inverse: bool) -> Span | None:
    """Days counted from another event, or from a date that is written out beside them."""
    base = _span(one.first, today, tense, anchor, False) if one.first else anchor
    if not base or one.count is None or one.unit is None:
        return None
    count = -one.count if inverse and not one.first else one.count
    if one.unit in ("hour", "minute"):
        first, last = (base[0] - timedelta(1), base[1]) if count < 0 else (base[0], base[1] + timedelta(1))
    elif one.unit in ("day", "night") or " to the day" in one.words:
        unit = "day" if one.unit == "night" else one.unit
        first, last = _add(base[0], unit, count), _add(base[1], unit, count)
    else:
        first, last = _unit(base[0], one.unit, count)[0], _unit(base[1], one.unit, count)[1]
    if today and tense == "past":
        last = min(last, today)
    return (first, last) if first <= last else None


# --- when the article was written --------------------------------------------------------------------------


def year_candidates(expression: TimeExpression) -> tuple[int, ...]:
    """The years in which a day of the month falls on the weekday that is named with it.

    >>> year_candidates(find_times("on Thursday, November 7,")[0])[-4:]
    (2024, 2030, 2041, 2047)
    """
    return tuple(day.year for day in _candidates(expression))


def _candidates(one: TimeExpression) -> Iterator[date]:
    if one.kind is TimeKind.DAY and one.month and one.day and one.weekday is not None:
        for year in (one.year,) if one.year else YEARS:
            day = make_date(year, one.month, one.day)
            if day and day.weekday() == one.weekday:
                yield day


def document_window(
    article: Article, expressions: Iterable[TimeExpression], tenures: Iterable[Tenure] = ()
) -> Bounds | None:
    """When the article was written, as narrowly as it tells.

    `expressions` are those of the article in order; `tenures` one for each office that the text gives somebody
    who is named. The day of publication comes first; then a weekday with its day of the month, in the one year that
    leaves everybody in office; then the days on which everybody was; then nothing.
    """
    if article.published:
        return Bounds(article.published, article.published, Granularity.DAY, DateReason.PUBLICATION)
    found = tuple(expressions)
    offices = _offices(tenures)
    datelines = [line for line in article.lines if line.kind is LineKind.DATELINE]
    for line in datelines:
        for one in find_times(article.text[line.start : line.end]):
            weekday = next((other.weekday for other in found if other.kind is TimeKind.WEEKDAY), None)
            days = [day for day in _dateline_days(one, weekday) if not offices or _inside(day, offices)]
            if len(days) == 1:
                return Bounds(days[0], days[0], Granularity.DAY, _reason(offices), one.words)
    for one in found:
        days = [day for day in _dated(one) if not offices or _inside(day, offices)]
        if len(days) == 1:
            latest = days[0] + timedelta(AFTER_WEEKDAY)
            return Bounds(days[0], latest, Granularity.RANGE, _reason(offices), one.words)
    return offices


def _reason(offices: Bounds | None) -> DateReason:
    return DateReason.OFFICES if offices else DateReason.CONTEXT


def _dated(one: TimeExpression) -> list[date]:
    """The days that an expression may name which news writes only while they are fresh."""
    if one.kind is TimeKind.SHIFT and one.first and " to the day" in one.words and one.first.year:
        span = _span(one, None, "past", None, False)
        return [span[0]] if span else []
    return list(_candidates(one))


def _dateline_days(one: TimeExpression, weekday: int | None) -> list[date]:
    """The days of a dateline: its own, or without a year those on or after whose eve the first weekday falls."""
    if one.kind is not TimeKind.DAY or not one.month or not one.day:
        return []
    if one.year:
        day = make_date(one.year, one.month, one.day)
        return [day] if day else []
    days = [day for year in YEARS if (day := make_date(year, one.month, one.day))]
    return [day for day in days if weekday is None or (day.weekday() - weekday) % 7 <= 1]


def _offices(tenures: Iterable[Tenure]) -> Bounds | None:
    """The days on which everybody held the office; None without any, or where they never met."""
    held = tuple(tenures)
    starts = [tenure.start for tenure in held if tenure.start]
    ends = [tenure.end for tenure in held if tenure.end]
    if not starts and not ends:
        return None
    first, last = max(starts, default=None), min(ends, default=None)
    if first and last and last < first:
        return None
    return Bounds(first, last, Granularity.OPEN, DateReason.OFFICES)
