"""Days, weeks, months and holidays: the arithmetic that dates rest on. A week runs from Monday to Sunday."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

Span = tuple[date, date]
"""A first and a last day."""


def week_of(day: date, shift: int = 0) -> Span:
    """The week that holds the day, or one `shift` weeks on."""
    monday = day - timedelta(day.weekday()) + timedelta(weeks=shift)
    return monday, monday + timedelta(6)


def month_of(day: date, shift: int = 0) -> Span:
    """The month that holds the day, or one `shift` months on.

    >>> [str(end) for end in month_of(date(2024, 12, 5), 2)]
    ['2025-02-01', '2025-02-28']
    """
    year, month = divmod(day.year * 12 + day.month - 1 + shift, 12)
    return date(year, month + 1, 1), date(year, month + 1, monthrange(year, month + 1)[1])


def year_of(year: int) -> Span:
    """The whole year."""
    return date(year, 1, 1), date(year, 12, 31)


def months_of(year: int, first: int, last: int) -> Span:
    """From the first day of one month to the last of another, which may lie in the next year."""
    return date(year, first, 1), month_of(date(year + (last < first), last, 1))[1]


def unit_of(day: date, unit: str, shift: int = 0) -> Span:
    """The calendar unit (day, week, weekend, fortnight, month, quarter, year, decade) of the day, or a later one.

    >>> [str(end) for end in unit_of(date(2024, 5, 15), "quarter", -1)]
    ['2024-01-01', '2024-03-31']
    """
    if unit == "weekend":
        monday, sunday = week_of(day, shift)
        return monday + timedelta(5), sunday
    if unit in ("week", "fortnight"):
        return week_of(day, shift * (2 if unit == "fortnight" else 1))
    if unit == "month":
        return month_of(day, shift)
    if unit == "quarter":
        first = month_of(day, shift * 3)[0]
        begin = (first.month - 1) // 3 * 3 + 1
        return months_of(first.year, begin, begin + 2)
    if unit == "year":
        return year_of(day.year + shift)
    if unit == "decade":
        decade = (day.year // 10 + shift) * 10
        return date(decade, 1, 1), date(decade + 9, 12, 31)
    shifted = day + timedelta(shift)
    return shifted, shifted


def add(day: date, unit: str, count: int) -> date:
    """The day so many units on; from a month's end it stays inside the month.

    >>> str(add(date(2024, 1, 31), "month", 1))
    '2024-02-29'
    """
    if unit in ("month", "year", "quarter", "decade"):
        first, last = month_of(day, count * {"month": 1, "quarter": 3, "year": 12, "decade": 120}[unit])
        return min(first + timedelta(day.day - 1), last)
    return day + timedelta(count * {"week": 7, "weekend": 7, "fortnight": 14}.get(unit, 1))


def holiday_of(entry: dict[str, int], year: int) -> date:
    """The day of a holiday (an entry of dates.toml) in a year: fixed, after Easter, or a weekday of a month.

    >>> str(holiday_of({"easter": -2}, 2024)), str(holiday_of({"month": 11, "weekday": 3, "place": 4}, 2024))
    ('2024-03-29', '2024-11-28')
    """
    if "easter" in entry:
        return easter(year) + timedelta(entry["easter"])
    if "day" in entry:
        return date(year, entry["month"], entry["day"])
    first, last = month_of(date(year, entry["month"], 1))
    if entry["place"] < 0:
        return last - timedelta((last.weekday() - entry["weekday"]) % 7)
    return first + timedelta((entry["weekday"] - first.weekday()) % 7 + 7 * (entry["place"] - 1))


def easter(year: int) -> date:
    """Western Easter Sunday (J. Meeus, Astronomical Algorithms, 2nd edition, chapter 8).

    >>> str(easter(2025))
    '2025-04-20'
    """
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    h = (19 * a + b - d - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    days = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * days) // 451
    month, day = divmod(h + days - 7 * m + 114, 31)
    return date(year, month, day + 1)
