"""The day an article came out, as lines at the head of a page and addresses tell it."""

from __future__ import annotations

import re
from datetime import date

from mapper.cues import settings
from mapper.datewords import WrittenDate, written_dates

_TIME = r"(?:\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?\s*(?:[ap]\.?m\.?)?|\d{1,2}\s*[ap]\.?m\.?)"
_CLOCK = re.compile(rf"{_TIME}(?:\s*(?:\(?[A-Z]{{2,5}}\)?|\(?GMT ?[+-]\d+\)?))?", re.IGNORECASE)


def dates_in_line(text: str) -> list[WrittenDate]:
    """The days with a year that a line tells, where the line is there to tell them and little else.

    >>> [found.date.year for found in dates_in_line("Updated 3 May 2021 | LIMA")]
    [2021]
    >>> dates_in_line("The two signed the treaty on 3 May 2021 in the palace of the president in Lima, and left.")
    []
    """
    found = [one for one in written_dates(text) if one.year]
    if not found:
        return []
    rest = _CLOCK.sub(" ", _without(text, found))
    words = re.findall(r"\w[\w'’.-]*", rest)
    if len(words) > settings()["date_line_words"]:
        return []
    parted = re.search(r"[|•·]", rest) or re.search(r"\s{2,}", rest.strip()) or re.search(r"\s{2,}", text.strip())
    labelled = parted or _CLOCK.search(text) or _DATE_LABEL.match(text)
    titled = sum(word.isalpha() for word in words) >= 4 and found[0].start > 8 and not labelled
    return [] if titled else found


_DATE_LABEL = re.compile(
    r"(?i)\W*(?:first |last )?"
    r"(?:up ?dated?|published|posted|issued|released|created|modified|by|date|source|today|on)\b"
)


def _without(text: str, found: list[WrittenDate]) -> str:
    for one in reversed(found):
        text = text[: one.start] + "  " + text[one.end :]
    return text


_UPDATED = re.compile(
    r"(?i)\b(?:up ?dated?|last (?:updated|modified|changed|edited)|modified|edited|revised)\b[^|]{0,20}$"
)


def published_in(text: str) -> tuple[date | None, bool]:
    """The day that a date line tells, and whether it is only that of an update.

    >>> published_in("Updated March 3, 2021")
    (datetime.date(2021, 3, 3), True)
    >>> published_in("3 May 2021 | Updated 4 May 2021")
    (datetime.date(2021, 5, 3), False)
    """
    found = dates_in_line(text)
    for one in found:
        if not _UPDATED.search(text[: one.start]):
            return _sure(one, text), False
    return (_sure(found[0], text), True) if found else (None, False)


def _sure(one: WrittenDate, text: str) -> date | None:
    """The day, unless it could be read month first too: times of the United States say that it is to be.

    Times of other zones, and a clock of 24 hours, say that the day comes first.
    """
    if one.swapped and re.search(r"\b(?:1[3-9]|2[0-3])[:.h]\d\d\b(?!\s*[ap]\.?m)", text, re.IGNORECASE):
        return one.date  # whoever counts 24 hours puts the day first
    if one.swapped and re.search(r"\b(?:[ECMP][SD]?T|Eastern|Pacific)\b", text):
        return one.swapped
    return one.date if not one.swapped or _ELSEWHERE.search(text) else None


_ELSEWHERE = re.compile(r"\b(?:CES?T|BST|EES?T|EAT|WAT|CAT|SAST|MSK|IST|PKT|WES?T)\b|\b(?:GMT|UTC) ?[+]")


_URL_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[/_.-]?(0[1-9]|1[0-2]|[a-z]{3})[/_.-]?([0-3]\d)(?!\d)|(?<!\d)((?:19|20)\d\d)/([1-9]|1[0-2])/([0-3]?\d)(?!\d)"
)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


def url_date(url: str) -> date | None:
    """The day in an address, as many papers write it.

    >>> url_date("https://paper.example/2024/dec/03/talks"), url_date("https://ministry.example/t20240705_113.html")
    (datetime.date(2024, 12, 3), datetime.date(2024, 7, 5))
    """
    for match in _URL_DATE.finditer(url.lower()):
        year, month, day = (part for part in match.groups() if part)
        number = int(month) if month.isdigit() else _MONTHS.index(month) + 1 if month in _MONTHS else 0
        try:
            return date(int(year), number, int(day))
        except ValueError:
            continue
    return None
