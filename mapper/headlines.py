"""Chooses the line of a page that is the article's own title."""

from __future__ import annotations

import re

from mapper.cues import Row, settings
from mapper.document import LineKind

_MARK = re.compile(
    r"(?:UPDATE|WRAPUP|RPT|REFILE|CORRECTED|ADVISORY|EXCLUSIVE|URGENT)(?: ?\d+)?(?:-|–)(?=\S)"
    r"|\((?:\d(?:st|nd|rd|th) )?(?:LEAD|LD|URGENT|ROUNDUP|UPDATE\w*|News Focus)\)\s+"
    r"|(?:Headline|Title)\s*:\s+|#{1,3}\s+"
)
_INSTITUTION = re.compile(
    r"(?:The )?(?i:Ministry|Embassy|Department|Office|Government|Republic|Federal|Permanent Mission|State House"
    r"|Presidency|High Commission|Consulate|Royal|Kingdom|United Nations|European|Council|White House"
    r"|Prime Minister's Office)"
    r"(?:(?:,? (?i:of|for|the|and|in|&|to the))*,? [A-ZÀ-Þ][\w'’.]*)*"
)
_PLURALS = frozenset(
    ["affairs", "nations", "states", "relations", "emirates", "islands", "philippines", "netherlands", "maldives"]
)


_POINTING = frozenset({(LineKind.RELATED, "points to another article")})
MENU = (LineKind.FURNITURE, "row of links")
RECURS = (LineKind.FURNITURE, "recurs on many pages")
"""The label of a line that stands in several articles: the page's own, or a title that several papers gave."""


def headline_start(text: str) -> int:
    """Where the title begins behind an agency's mark.

    >>> "UPDATE 3-Leaders meet in Lima"[headline_start("UPDATE 3-Leaders meet in Lima"):]
    'Leaders meet in Lima'
    """
    match = _MARK.match(text)
    return match.end() if match else 0


def stems(text: str) -> set[str]:
    """The words of four letters or more, cut so that their forms fall together."""
    return {word[:5] for word in re.findall(r"[^\W\d_]{4,}", text.lower())}


def choose_headline(
    rows: list[Row], labels: list[tuple[LineKind, str] | None], body: int, title: str | None = None
) -> int | None:
    """The index of the row that is the title, or None where the page has none.

    Of the unlabelled rows before the body the first that shares words with it; a row that ends another one
    ("Home World Talks in Lima") stands for it. With a `title` from metadata, the row that equals it.
    """
    if title:
        wanted = _plain(title)
        same = [index for index, row in enumerate(rows) if _plain(row.text) == wanted]
        return next((index for index in same if index < body), same[0] if same and same[0] <= body else None)
    end = min(body, len(rows))
    window = range(max(0, end - settings()["menu_rows"]), end)
    candidates = [
        index
        for index in window
        if (labels[index] is None or (labels[index] == RECURS and rows[index].words >= settings()["headline_sure"]))
        and _may_be(rows[index])
    ]
    if not candidates:  # "Watch: …" is a title where there is no other
        candidates = [index for index in window if labels[index] in _POINTING and _may_be(rows[index])]
    if body >= len(rows):
        candidates = candidates[:1]
    crumbs = [
        later
        for later in candidates
        for early in range(window.start, later)
        if rows[early].text != rows[later].text and rows[early].text.endswith(rows[later].text)
    ]
    if crumbs:
        return crumbs[0]
    text = stems(" ".join(row.text for row in rows[body:] if row.prose))
    limits = settings()
    rights = [row.text for row in rows if "©" in row.text or "opyright" in row.text]
    candidates = [index for index in candidates if not any(rows[index].text in line for line in rights)]
    candidates = [i for i in candidates if not _is_slogan(i, candidates, rows, labels, text)]
    candidates.sort(key=lambda i: (rows[i].text.endswith("."), rows[i].credit is not None, _is_section(rows[i])))
    for place, index in enumerate(candidates):
        if _is_kicker(rows[index]) and any(_is_title(rows[later], text) for later in candidates[place + 1 : place + 2]):
            continue
        own = stems(rows[index].text)
        shared = len(own & text)
        if labels[index] == RECURS:
            if shared >= max(_OFTEN, 0.5 * len(own)):
                return index
        elif rows[index].words < limits["headline_words"]:
            if shared >= 2 and re.search(r"\b[a-z]{3,}", rows[index].text):
                return index
        elif shared >= 2 or (shared and (shared >= 0.4 * len(own) or rows[index].words >= limits["headline_sure"])):
            return index
    fresh = [index for index in candidates if labels[index] != RECURS]
    long = [index for index in fresh if rows[index].words >= limits["headline_words"]]
    return next((index for index in long or fresh if rows[index].words >= 2), None)


_OFTEN = 3
"""How many words a line that recurs on many pages shares with the text, at least, where it is its title."""


def _is_kicker(row: Row) -> bool:
    """Whether a line is so short that a title behind it is the better one: "The island question"."""
    return bool(row.words < settings()["headline_words"])


def _is_title(row: Row, text: set[str]) -> bool:
    """Whether a line is as long as titles are, and of what the text tells."""
    long = row.words >= int(settings()["headline_sure"])
    return long and not row.text.endswith(".") and len(stems(row.text) & text) >= 2


def _is_slogan(
    index: int, candidates: list[int], rows: list[Row], labels: list[tuple[LineKind, str] | None], text: set[str]
) -> bool:
    """Whether the row stands over a menu, and a title that fits the text better under it."""
    shared = len(stems(rows[index].text) & text)
    return any(
        len(stems(rows[later].text) & text) > shared
        and _is_title(rows[later], text)
        and any(label == MENU for label in labels[index + 1 : later])
        for later in candidates
        if later > index
    )


_FROM_AGENCY = re.compile(r"\s*(?:[–—|-]+)\s*[\w .]{2,20}")
"""The only credit that a title may end with: "Leaders meet in Lima — Reuters"."""


def _is_section(row: Row) -> bool:
    """Whether the line is where the page stands in the paper: "Football | Africa Cup"."""
    return " | " in row.text and row.words <= 6


_MASTHEAD = re.compile(r"\b(?:News|Press) (?:Agency|Service|Network)$|\bBroadcasting (?:Corporation|Service)$")


def _may_be(row: Row) -> bool:
    if row.credit and not _FROM_AGENCY.fullmatch(row.text, row.credit):
        return False
    if row.bullet or row.words > settings()["headline_most"] or row.text.endswith((":", ";", ",")):
        return False
    if row.words <= 8 and _MASTHEAD.search(row.text):
        return False
    parts = [part.strip() for part in row.text.split(",")]
    if row.text.isupper() and len(parts) > 1 and all(len(part.split()) <= 2 for part in parts):
        return False
    return not is_institution(row.text)


def is_institution(text: str) -> bool:
    """Whether the line is the name of an office rather than news about it: nothing in it looks like a verb.

    >>> is_institution("Ministry of Foreign Affairs of Japan"), is_institution("White House Hails Accord")
    (True, False)
    """
    if len(text.split()) > 14 or not _INSTITUTION.fullmatch(text):
        return False
    words = re.findall(r"[\w'’]+", text.lower())
    return not any(re.search(r"(?<!')s$|ed$|ing$", word) and word not in _PLURALS for word in words)


_PAPER_AFTER = re.compile(r"\s+[|–—-]\s+(?P<name>(?:The |the )?[A-ZÀ-Þ][\w.&'’]*(?: [A-ZÀ-Þ&][\w.&'’]*){0,4})$")


def headline_end(text: str, publisher: str | None = None) -> int:
    """Where the title ends before the name of the paper: one that is known as such, or the `publisher`.

    >>> "Leaders meet in Lima | The Andean Post"[:headline_end("Leaders meet in Lima | The Andean Post")]
    'Leaders meet in Lima'
    """
    match = _PAPER_AFTER.search(text)
    if match and (
        set(match["name"].lower().split()) & settings()["papers"] or _plain(match["name"]) == _plain(publisher or "")
    ):
        return match.start()
    return len(text)


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip()
