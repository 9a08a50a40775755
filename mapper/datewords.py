"""Calendar words and dates as they are written out, in the prose as on the page around it.

Shared by the reader, which looks for the day an article came out, and by the finder of time expressions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

MONTHS = "January February March April May June July August September October November December".split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


def _names(full: list[str], short: dict[str, str]) -> dict[str, int]:
    """Every spelling of the names to their place, the first being 1."""
    table = {name: number for number, name in enumerate(full, 1)}
    table |= {abbreviation: table[name] for abbreviation, name in short.items()}
    return table | {name.upper(): number for name, number in table.items()}


_SHORT_MONTHS = {name[:3]: name for name in MONTHS if len(name) > 3} | {"Sept": "September"}
_SHORT_DAYS = {name[:3]: name for name in WEEKDAYS} | {"Tues": "Tuesday", "Thur": "Thursday", "Thurs": "Thursday"}
_MONTH_NUMBERS = _names(MONTHS, _SHORT_MONTHS)
_DAY_NUMBERS = _names(WEEKDAYS, _SHORT_DAYS)


def _alternatives(names: dict[str, int]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


MONTH = rf"(?:(?:{_alternatives(_names(MONTHS, {}))})\b|(?:{_alternatives(_names(MONTHS, _SHORT_MONTHS))})\b\.?)"
"""A month by name, as a regular expression; capitals count, so that "may" and "march" are left alone."""
WEEKDAY = rf"(?:(?:{_alternatives(_names(WEEKDAYS, {}))})\b)"
"""A weekday by its full name, as a regular expression."""
ANY_WEEKDAY = rf"(?:(?:{_alternatives(_DAY_NUMBERS)})\b\.?)"
"""A weekday by name or abbreviation; abbreviations are only sure before a date."""
DAY = r"(?:(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?)"
YEAR = r"(?:(?:19|20)\d\d)"


def month_number(name: str) -> int:
    """The month's number, 1 to 12.

    >>> month_number("Sept."), month_number("JUNE")
    (9, 6)
    """
    return _MONTH_NUMBERS[name.rstrip(".")]


def weekday_number(name: str) -> int:
    """The weekday's number as in `datetime.date.weekday`: Monday is 0.

    >>> weekday_number("Wed."), weekday_number("Sunday")
    (2, 6)
    """
    return _DAY_NUMBERS[name.rstrip(".")] - 1


def make_date(year: int, month: int, day: int) -> date | None:
    """The date, or None where the calendar has no such day.

    >>> make_date(2023, 2, 29) is None
    True
    """
    try:
        return date(year, month, day)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A day written with its month; `swapped` is the other reading of an ambiguous 3/4/2025."""

    start: int
    end: int
    day: int
    month: int
    year: int | None = None
    weekday: int | None = None
    swapped: date | None = None

    @property
    def date(self) -> date | None:
        """The day itself, when its year is written."""
        return make_date(self.year, self.month, self.day) if self.year else None


_WEEKDAY_FIRST = rf"(?:(?P<weekday>{ANY_WEEKDAY}),?\s+(?:the\s+)?)?"
_FORMS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![\w./-]){_WEEKDAY_FIRST}(?P<year>{YEAR})(?P<sep>[-/.])(?P<month>[01]?\d)(?P=sep)"
        rf"(?P<day>[0-3]?\d)(?![\d/-])",
        rf"(?<![\w./-]){_WEEKDAY_FIRST}(?P<day>[0-3]?\d)(?P<sep>[-/.]) ?(?P<month>[01]?\d)(?P=sep) ?"
        rf"(?P<year>{YEAR})(?![\d/-])",
        rf"(?<![\w./-]){_WEEKDAY_FIRST}(?P<month>1[3-9]|[01]?\d)/(?P<day>1[3-9]|2\d|3[01])/(?P<year>{YEAR})(?![\d/-])",
        rf"(?<![\dA-Z.])(?<!\d[,:]){_WEEKDAY_FIRST}(?P<day>{DAY})(?:\s+(?:day\s+)?of\s+|\s+|-)(?P<month>{MONTH})"
        rf"(?:(?:,\s?|\s+|-)(?P<year>{YEAR})(?![\d:]))?",
        rf"(?<!\w){_WEEKDAY_FIRST}(?P<month>{MONTH})\s*(?:the\s+)?(?P<day>{DAY})(?![\d%]|,\d{{3}}(?!\d)|[.:]\d)"
        rf"(?:(?:,\s*|\s+)(?P<year>{YEAR})(?![\d:]))?",
    )
)


_DIGIT = re.compile(r"\d")


def written_dates(text: str, start: int = 0, end: int | None = None) -> Iterator[WrittenDate]:
    """Every day written with its month in `text[start:end]`, in order and without overlaps.

    Numbers between full stops or dashes are read day first; between slashes too, with the other
    reading kept in `swapped` where the calendar allows it.

    >>> [found.date.isoformat() for found in written_dates("Fri., March 18, 2022 | 28. 5. 2025, 2024-12-08")]
    ['2022-03-18', '2025-05-28', '2024-12-08']
    """
    end = len(text) if end is None else end
    if not _DIGIT.search(text, start, end):
        return
    found = [match for form in _FORMS for match in form.finditer(text, start, end)]
    position = start
    for match in sorted(found, key=lambda match: (match.start(), -match.end())):
        written = _written(match)
        if written and match.start() >= position:
            position = match.end()
            yield written


def _written(match: re.Match[str]) -> WrittenDate | None:
    parts = match.groupdict()
    month = int(parts["month"]) if parts["month"].isdigit() else month_number(parts["month"])
    day = int(re.sub(r"\D", "", parts["day"]))
    year = int(parts["year"]) if parts["year"] else None
    weekday = weekday_number(parts["weekday"]) if parts["weekday"] else None
    if not make_date(year or 2024, month, day):
        return None
    ambiguous = parts.get("sep") == "/" and year and match.start("day") < match.start("year") and day != month
    swapped = make_date(year, day, month) if ambiguous and year else None
    if swapped and weekday is not None and swapped.weekday() == weekday:
        day, month, swapped = month, day, None
    return WrittenDate(match.start(), match.end(), day, month, year, weekday, swapped)
