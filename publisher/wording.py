"""How pages put dates, doubts and long texts into words."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date

SHOWN = 300
"""Characters of a literal that a page shows."""

REASONS: Mapping[str, str] = {
    "own adjunct": "the words that tell the event say when",
    "same article": "another sentence of the article says when",
    "statement": "the day of the statement that reports it",
    "publication": "reckoned from the article's own date",
    "office terms": "the days on which all held the offices named",
}
"""Why an event is dated as it is."""

GRANULARITY: Mapping[str, str] = {
    "day": "to the day",
    "week": "to the week",
    "month": "to the month",
    "season": "to the season",
    "quarter": "to the quarter",
    "year": "to the year",
    "decade": "to the decade",
    "range": "between two days",
    "open": "one side is open",
}
"""How exactly a date is known."""


def short(text: str, length: int = SHOWN) -> str:
    """A text cut to what a page shows, on one line.

    >>> short("a" * 400, 5)
    'aaaaa…'
    """
    line = " ".join(text[: 2 * length].split())
    return line if len(text) <= length else line[:length] + "…"


def day(text: str) -> str:
    """An ISO date as people write it; the text itself when it is none.

    >>> day("2025-03-04")
    '4 March 2025'
    """
    found = _date(text)
    return f"{found.day} {found:%B %Y}" if found else text


def when(earliest: str, latest: str) -> str:
    """The bounds of an event in words; whole months and years by their name, what both days share only once.

    >>> when("2025-03-04", "2025-03-04"), when("2025-03-04", "")
    ('4 March 2025', 'on or after 4 March 2025')
    >>> when("2024-02-01", "2024-02-29"), when("2024-01-01", "2024-12-31")
    ('February 2024', '2024')
    >>> when("2024-01-27", "2024-02-02")
    'between 27 January and 2 February 2024'
    """
    if earliest and latest:
        if earliest == latest:
            return day(earliest)
        return _whole(earliest, latest) or f"between {_without(earliest, latest)} and {day(latest)}"
    return f"on or after {day(earliest)}" if earliest else f"on or before {day(latest)}" if latest else "not known"


def _whole(earliest: str, latest: str) -> str:
    """The name of the month or year that the bounds are, or ""."""
    first, last = _date(earliest), _date(latest)
    if first is None or last is None or first.day != 1 or first.year != last.year:
        return ""
    if (first.month, last.month, last.day) == (1, 12, 31):
        return str(first.year)
    ends = first.month == last.month and last.day == monthrange(last.year, last.month)[1]
    return f"{first:%B %Y}" if ends else ""


def _without(earliest: str, latest: str) -> str:
    """The first day without the month and year that it shares with the last."""
    first, last = _date(earliest), _date(latest)
    if first is None or last is None or first.year != last.year:
        return day(earliest)
    return str(first.day) if first.month == last.month else f"{first.day} {first:%B}"


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
