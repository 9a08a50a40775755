"""Reads from a labelled page who wrote the article, who published it, and when."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

from mapper.bylines import ANNOUNCING, name_line, person, strip_by
from mapper.cues import settings
from mapper.datelines import dateline
from mapper.datewords import make_date, written_dates
from mapper.daylines import dates_in_line, published_in, url_date
from mapper.document import Line, LineKind

SOON = 7
"""News comes out so many days after what it tells at most, where a day may be read in two ways."""


NEAR = 10
"""Days between the day of an article and one that it writes out and that tells its year."""


def _of(text: str, lines: tuple[Line, ...], *kinds: LineKind) -> list[str]:
    return [text[line.start : line.end] for line in lines if line.kind in kinds]


def published_day(text: str, lines: tuple[Line, ...], url: str | None) -> date | None:
    """The day of publication: the head's first, then an update's, a dateline's, the address's, the signature's."""
    first = next((line.start for line in lines if line.kind is LineKind.HEADLINE), 0)
    ranked: list[tuple[int, date]] = []
    for line in lines:
        words = text[line.start : line.end]
        if line.kind is LineKind.BYLINE:
            day, update = published_in(words)
            labelled = re.search(r"(?i)\b(?:first )?(?:published|posted|issued|date)\b", words)
            if day:
                ranked.append((0 if labelled and not update else 1 + update + 2 * (line.start < first), day))
        elif line.kind is LineKind.DATELINE:
            day = next((one.date for one in dates_in_line(words) if one.date), None)
            if day:
                ranked.append((5, day))
    address = url_date(url) if url else None
    if address:
        ranked.append((7, address))
    title = next((text[line.start : line.end] for line in lines if line.kind is LineKind.HEADLINE), "")
    in_title = [one.date for one in written_dates(title) if one.date and not one.swapped and len(title) - one.end <= 2]
    if in_title:
        ranked.append((6, in_title[-1]))
    if not ranked and (either := _either(text, lines)):
        ranked.append((4, either))
    signed = _signed(text, lines)
    if signed:
        ranked.append((8, signed))
    if not ranked and (completed := _completed(text, lines)):
        return completed
    return min(ranked, key=lambda pair: pair[0])[1] if ranked else None


def _completed(text: str, lines: tuple[Line, ...]) -> date | None:
    """A day without a year in the head ("LIMA, April 18."), where the text writes out a day that is near to it."""
    told = [
        one
        for line in lines
        if line.kind in (LineKind.BYLINE, LineKind.DATELINE)
        for one in written_dates(text, line.start, line.end)
        if not one.year
    ]
    written = {one.date for one in written_dates(text) if one.date and not one.swapped}
    days = {
        day
        for one in told
        for year in {each.year for each in written}
        if (day := make_date(year, one.month, one.day)) and any(abs((day - each).days) <= NEAR for each in written)
    }
    return days.pop() if len(days) == 1 else None


def _either(text: str, lines: tuple[Line, ...]) -> date | None:
    """The reading of an ambiguous 3/4/2025 in the head that follows soon on a day written out on the page."""
    head = [one for line in lines if line.kind is LineKind.BYLINE for one in dates_in_line(text[line.start : line.end])]
    found = next((one for one in head if one.swapped), None)
    if not found or not found.date or not found.swapped:
        return None
    readings = (found.date, found.swapped)
    written = [one for one in written_dates(text) if not one.swapped]
    near = [
        reading
        for reading in readings
        if any(
            (day := make_date(one.year or reading.year, one.month, one.day)) and 0 <= (reading - day).days <= SOON
            for one in written
        )
    ]
    return near[0] if len(near) == 1 else None


def _signed(text: str, lines: tuple[Line, ...]) -> date | None:
    """The day under a statement, or one that the foot of the page calls that of publication."""
    last = max((index for index, line in enumerate(lines) if line.kind is LineKind.BODY), default=len(lines))
    shown = [line for line in lines[last + 1 :] if line.kind is not LineKind.BLANK]
    for place, line in enumerate(shown):
        words = text[line.start : line.end]
        labelled = re.match(r"(?i)\W*(?:first )?(?:published|posted|issued|date)\b(?!.*\bupdated\b)", words)
        found = dates_in_line(words)
        if (
            found
            and found[0].date
            and (labelled or (place < 4 and len(words) <= 40 and "updated" not in words.lower()))
        ):
            return found[0].date
    return None


# --- who wrote it ------------------------------------------------------------------------------------------


def byline_of(text: str, lines: tuple[Line, ...], publisher: str | None) -> str | None:
    """The person that the head names as the author; never a desk, an agency, a section or a place."""
    head = _of(text, lines, LineKind.BYLINE)
    for place, words in enumerate(head):
        after = strip_by(words)
        if after is not None:
            after = after or (head[place + 1] if place + 1 < len(head) else "")
            name = person(after)
            if name:
                return name
    own = " ".join(_of(text, lines, LineKind.BODY, LineKind.HEADLINE, LineKind.SUMMARY, LineKind.DATELINE)).lower()
    title = next((line.start for line in lines if line.kind is LineKind.HEADLINE), 0)
    below = [text[line.start : line.end] for line in lines if line.kind is LineKind.BYLINE and line.start > title]
    for words in [*below, *_near(text, lines)]:
        named = name_line(words)
        if named:
            return named
        if strip_by(words) is not None:
            continue
        for each in re.split(r"\s*[|•·]\s*|\s{2,}|\s+[-/]\s+", words):
            part = _CITY_AFTER.sub("", each) if each != words else each  # beside the day: "ANA REY, LIMA"
            if len(part.split()) in (2, 3, 4) and _name_alone(part, own, publisher):
                name = person(part)
                if name:
                    return name
    return None


_CITY_AFTER = re.compile(r", [^\W\d_]{3,}$")


def _near(text: str, lines: tuple[Line, ...]) -> list[str]:
    """Short lines of the head beside a role ("Guest columnist") or a date line."""
    shown = [line for line in lines if line.kind is not LineKind.BLANK]
    names: list[str] = []
    before: Line | None = None
    for line, following in pairwise(shown):
        if line.kind is LineKind.BODY:
            break
        after = text[following.start : following.end].lower()
        role = bool(set(re.findall(r"\w+", after)) & settings()["desk"]) and len(after.split()) <= 5
        if (
            line.kind is LineKind.FURNITURE
            and line.reason != "row of links"
            and strip_by(text[line.start : line.end]) is None
            and (role or after.startswith("@") or LineKind.BYLINE in (following.kind, before.kind if before else None))
        ):
            names.append(text[line.start : line.end])
        before = line
    return names


def _name_alone(part: str, own: str, publisher: str | None) -> bool:
    words = {word.lower().strip(".,") for word in part.split()}
    if words & (settings()["outlets"] | settings()["desk"]) or part.lower() in own or re.search(r"[\d,:]", part):
        return False
    return not (publisher and part.lower() in publisher.lower())


# --- who published it --------------------------------------------------------------------------------------

_RIGHTS = re.compile(
    r"(?:©|\([cC]\)|[Cc]opyright)\s*(?:©\s*)?(?:(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)\d\d)?,?\s*)?(?:by\s+)?([^\d.,©|]{3,50})"
)
_RIGHTS_AFTER = re.compile(r"([^\d.,©|]{3,50})\s*©\s*(?:19|20)\d\d")
_SOURCE = re.compile(r"^\W*[Ss]ource\s*:\s*([^\d|:]{3,40}?)(?:\s{2,}|\s*\||\s+Editor\b|$)")
_STAFF = re.compile(r"^([A-Z][\w&' ]{2,40}?) (?:Staff|Reporter|Correspondent|Newsdesk|News Desk)\b")


def publisher_of(text: str, lines: tuple[Line, ...]) -> str | None:
    """The publisher that page, dateline or copyright notice names."""
    for line in lines:
        words = text[line.start : line.end]
        if line.kind in (LineKind.BYLINE, LineKind.FOOTER, LineKind.FURNITURE):
            match = _SOURCE.search(words)
            if match:
                return match[1].strip()
    for line in lines:
        words = text[line.start : line.end]
        if line.kind is LineKind.DATELINE:
            match = dateline(words + " A", early=True)
            if match and match.groupdict().get("agency") and " " in match["agency"]:
                return match["agency"].strip()
    for line in lines:
        words = text[line.start : line.end]
        if line.kind is LineKind.FOOTER and "©" in words:
            match = _RIGHTS.search(words) or _RIGHTS_AFTER.search(words)
            if match:
                return re.sub(r"\s*[Aa]ll rights reserved.*", "", match[1]).strip(" -–") or None
    return _masthead(text, lines)


def _masthead(text: str, lines: tuple[Line, ...]) -> str | None:
    """A short line of the head that the page repeats below, or that names a paper."""
    below = " ".join(_of(text, lines, LineKind.FOOTER, LineKind.ADVERT, LineKind.RELATED)).lower()
    before = ""
    for line in lines:
        words = text[line.start : line.end]
        if line.kind is LineKind.BODY:
            return None
        if line.kind is not LineKind.BLANK:
            announced, before = before.strip(": ").lower() in ANNOUNCING, words
            if announced:
                continue  # who wrote it, whatever the foot of the page tells of them
        if line.kind in (LineKind.FURNITURE, LineKind.BYLINE):
            match = _STAFF.match(words)
            for part in [match[1]] if match else re.split(r"\s*\|\s*", words):
                low = part.lower().split()
                papers = settings()["papers"]
                named = len(low) >= 2 and low[-1] in papers
                if (
                    2 <= len(low) <= 5
                    and part.istitle()
                    and not re.search(r"\d", part)
                    and (part.lower() in below or named)
                ):
                    return part.strip()
    return None
