"""From time expressions to bounds, and when an article was written.

Never a guessed day: what the words leave open stays open. Where the day of writing is itself only known within
bounds, an expression gets the bounds that hold for every day of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from mapper.calendars import Span, month_of, week_of, year_of
from mapper.datewords import make_date
from mapper.document import Article, Bounds, DateReason, Granularity, LineKind, Tenure
from mapper.moments import Tense, span_of
from mapper.timeforms import UNBOUNDED, TimeExpression, TimeKind
from mapper.timewords import find_times

__all__ = ["Tense", "TimeExpression", "TimeKind", "document_window", "find_times", "resolve", "year_candidates"]

YEARS = range(1990, 2051)
"""The years in which an article whose year is not told may have been written."""
LONGEST_WINDOW = 62
"""Up to so many days, a window of writing gives bounds that are wider by as much; a wider one only what is sure."""
AFTER_WEEKDAY = 2
"""News names a weekday with its day of the month while it is fresh: on the day or up to so many days after."""
NEAR = 900
"""A day of the month within so many characters after the first weekday, and falling on it, is the same day."""


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
    >>> str(resolve(find_times("on Friday")[0], written=monday, tense="past").day)
    '2024-06-07'
    >>> str(resolve(find_times("on Friday")[0], written=monday, tense="future").day)
    '2024-06-14'
    """
    if expression.kind in UNBOUNDED or expression.part == "about":
        return None
    spans = [
        span_of(expression, today, tense, anchor=_known(anchor), inverse=inverse)
        for today in _writing_days(written, expression)
    ]
    known = [span for span in spans if span]
    if not known or len(known) < len(spans):
        return None
    earliest, latest = known[0][0], known[-1][1]
    if known[0] != known[-1] and (latest - earliest).days > 2 * LONGEST_WINDOW:
        return None
    granularity = _granularity(expression, earliest, latest)
    return Bounds(earliest, latest, granularity, DateReason.ADJUNCT, expression.words)


def _known(bounds: Bounds | None) -> Span | None:
    return (bounds.earliest, bounds.latest) if bounds and bounds.earliest and bounds.latest else None


def _writing_days(written: Bounds | None, expression: TimeExpression) -> list[date | None]:
    """The first and last day on which the article may have been written; all between give bounds between.

    A weekday with its day of the month that fits one day of the window only is that day, however wide it is.
    """
    if written and expression.kind is TimeKind.DAY and expression.weekday is not None and not expression.year:
        fitting = [day for day in _fitting(expression) if _inside(day, written)]
        if len(fitting) == 1 and not _narrow(written):
            return [fitting[0]]
    known = _known(written)
    if not known:
        return [None]
    return [known[0]] if known[0] == known[1] else list(known)


def _narrow(bounds: Bounds) -> bool:
    known = _known(bounds)
    return bool(known and (known[1] - known[0]).days <= LONGEST_WINDOW)


def _inside(day: date, bounds: Bounds) -> bool:
    return (not bounds.earliest or bounds.earliest <= day) and (not bounds.latest or day <= bounds.latest)


def _granularity(expression: TimeExpression, earliest: date, latest: date) -> Granularity:
    """How exactly the days are told, by the calendar unit that they fill."""
    if earliest == latest:
        return Granularity.DAY
    units = {
        week_of(earliest): Granularity.WEEK,
        month_of(earliest): Granularity.MONTH,
        year_of(earliest.year): Granularity.YEAR,
    }
    quarter = Granularity.QUARTER if expression.kind is TimeKind.QUARTER else Granularity.RANGE
    return units.get((earliest, latest), quarter)


# --- when the article was written --------------------------------------------------------------------------


def year_candidates(expression: TimeExpression) -> tuple[int, ...]:
    """The years in which a day of the month falls on the weekday that is named with it.

    >>> year_candidates(find_times("on Thursday, November 7,")[0])[-4:]
    (2024, 2030, 2041, 2047)
    """
    return tuple(day.year for day in _fitting(expression))


def _fitting(one: TimeExpression, weekday: int | None = None) -> Iterator[date]:
    """The days in all years that fit weekday and day of the month."""
    named = one.weekday if weekday is None else weekday
    if one.kind is TimeKind.DAY and one.month and one.day and named is not None:
        for year in (one.year,) if one.year else YEARS:
            day = make_date(year, one.month, one.day)
            if day and day.weekday() == named:
                yield day


def document_window(
    article: Article, expressions: Iterable[TimeExpression], tenures: Iterable[Tenure] = ()
) -> Bounds | None:
    """When the article was written, as narrowly as it tells.

    `expressions` are those of the article in order; `tenures` one for each office that the text gives somebody
    who is named. The day of publication comes first; then a dateline's day, or a weekday with its day of the month, in
    the one year that leaves everybody in office; then the days on which everybody was; then nothing.
    """
    if article.published:
        return Bounds(article.published, article.published, Granularity.DAY, DateReason.PUBLICATION)
    found, offices = tuple(expressions), _offices(tenures)
    for days, after, words in (*_from_datelines(article, found), *_from_weekdays(found)):
        fitting = [day for day in days if not offices or _inside(day, offices)]
        if len(fitting) == 1:
            latest = fitting[0] + timedelta(after)
            reason = DateReason.OFFICES if offices else DateReason.CONTEXT
            return Bounds(fitting[0], latest, Granularity.RANGE if after else Granularity.DAY, reason, words)
    return offices


def _from_datelines(article: Article, found: tuple[TimeExpression, ...]) -> Iterator[tuple[list[date], int, str]]:
    """The days that datelines may mean: without a year those on or after whose eve the first weekday falls."""
    weekday = next((one.weekday for one in found if one.kind is TimeKind.WEEKDAY and not one.which), None)
    for line in article.lines:
        if line.kind is LineKind.DATELINE:
            for one in find_times(article.text[line.start : line.end]):
                if one.kind is TimeKind.DAY and one.month and one.day:
                    years = (one.year,) if one.year else YEARS
                    days = [day for year in years if (day := make_date(year, one.month, one.day))]
                    fresh = [day for day in days if one.year or weekday is None or (day.weekday() - weekday) % 7 <= 1]
                    yield fresh, 0, one.words


def _from_weekdays(found: tuple[TimeExpression, ...]) -> Iterator[tuple[list[date], int, str]]:
    """The days that a weekday with its day of the month may mean, or the first weekday and a day told soon after."""
    for one in found:
        if one.kind is TimeKind.SHIFT and one.name == "to the day" and one.first and one.first.year:
            span = span_of(one, None, "past")
            yield [span[0]] if span else [], AFTER_WEEKDAY, one.words
        yield list(_fitting(one)), AFTER_WEEKDAY, one.words
    first = next((one for one in found if one.kind is TimeKind.WEEKDAY), None)
    if first and not first.which and first.weekday is not None:
        for one in found:
            if one.kind is TimeKind.DAY and one.weekday is None and not one.year and 0 < one.start - first.start < NEAR:
                yield list(_fitting(one, first.weekday)), AFTER_WEEKDAY, f"{first.words} … {one.words}"


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
