"""What a row of a page says of itself, wherever it stands: a bar, a caption, an address, a cue phrase."""

from __future__ import annotations

import re
from collections.abc import Callable

from mapper.credits import is_credit
from mapper.cues import Cue, Row, cues, settings
from mapper.daylines import dates_in_line
from mapper.document import TIME_OF_DAY, LineKind
from mapper.headlines import RECURS

Tell = tuple[LineKind, str, str | None]
"""The kind that a row has, the reason, and what it opens (see noise.toml)."""


def tell(row: Row, furniture: frozenset[str] = frozenset()) -> Tell | None:
    """What the row says of itself, or None where only its place can tell."""
    if furniture and row.key in furniture:
        return *RECURS, None
    for test, kind, reason in _TESTS:
        if test(row):
            return kind, reason, "list" if test is _time_ago else None
    cue = _cue(row)
    return (cue.kind, cue.reason, cue.opens) if cue else None


_AGO = re.compile(
    r"(?i)\b(?:\d+|an?|one|two) ?"
    r"(?:s|secs?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|wks?|weeks?|mos?|months?|y|yrs?|years?) ago\W*$"
)
_TIME = re.compile(r"(?i)\d{1,2}[:.]\d{2}(?: ?[ap]\.?m\.?)?(?: ?\(?[A-Z]{2,5}\)?)?")
_ADDRESS = re.compile(r"(?:\S+@\S+\.\w+|(?:https?://|www\.)\S+)")
_CONTACT = re.compile(
    r"(?i)^(?:(?:tel(?:ephone)?|phone|fax|e-?mail|address|web(?:site)?|mobile|hotline)\b\.?\s*[:+\d(]|p\.? ?o\.? box\b)"
)
_SEPARATOR = re.compile(r"\s{0,9}[|›»>•·]\s{0,9}|\s{1,9}/\s{1,9}|\s{3,}|\t+")
_CAPTION = re.compile(
    r"(?i)^\[?(?:file |library |archive )?"
    r"(?:photo(?:graph)?s?|pictures?|images?|pics?|caption|illustration|graphic|map|video grab|screengrab)"
    r"(?: by [\w .]+| credit| caption)?\s*[:|]|^FILE\b ?(?:-|–|—|PHOTO)"
    r"|^(?:pictured|in this (?:photo|picture|image|handout))\b"
)


def _cue(row: Row) -> Cue | None:
    for cue in cues():
        how = cue.found(row)
        if how == "whole" or (how and not (row.prose and row.words > settings()["deck_words"])):
            return cue
    return None


def _plea(row: Row) -> bool:
    """Whether the publisher speaks to the reader about itself; a quotation never does."""
    if any(mark in row.text for mark in '"“”') or row.words > 2 * settings()["deck_words"]:
        return False
    words = " ".join(re.findall(r"[\w'’-]+", row.text.lower()))
    spoken = set(words.split()) & settings()["plea_person"]
    return bool(spoken) and any(f" {word} " in f" {words} " for word in settings()["plea"])


def _share_bar(row: Row) -> bool:
    words = [word.strip("|·•:,()").lower() for word in row.text.split()]
    words = [word for word in words if word and not re.fullmatch(r"[\d,.+kKmM]*", word)]
    return bool(words) and set(words) <= settings()["share"] and bool(set(words) & settings()["share_needs"])


def _navigation(row: Row) -> bool:
    if re.match(r"(?i)(?:home|start|index)\s*[»>›/|]", row.text):
        return True
    parts = [part for part in _SEPARATOR.split(row.text) if part.strip()]
    short = sum(len(part.split()) <= 4 for part in parts)
    return len(parts) >= 3 and short >= len(parts) - 1 and not row.stop and not dates_in_line(row.text)


def _languages(row: Row) -> bool:
    """Whether the line is written in other scripts too, as the choice of languages is."""
    letters = [character for character in row.text if character.isalpha()]
    foreign = sum(character > "\u024f" for character in letters)
    return foreign > 0.25 * len(letters) and not row.prose and not dates_in_line(row.text)


def _clock(row: Row) -> bool:
    return bool(_TIME.fullmatch(row.text))


def _time_ago(row: Row) -> bool:
    return not row.prose and row.words <= 12 and bool(_AGO.search(row.text)) and not dates_in_line(row.text)


def _contact(row: Row) -> bool:
    return (row.words <= 14 and bool(_CONTACT.match(row.text))) or _is_address(row)


def _is_address(row: Row) -> bool:
    if len(row.text) > 300 or not any(sign in row.text for sign in ("@", "://", "www.")):
        return False
    rest = _ADDRESS.sub("", row.text)
    return rest != row.text and len(re.findall(r"\w+", rest)) <= 4


def _credit_alone(row: Row) -> bool:
    return row.words <= 8 and is_credit(row.text, settings()["agencies"])


_TALLY = re.compile(
    r"(?i)(?:(?:voted |voting )?in favou?r|against|abstain\w*|abstentions?|absent|not voting|present)\s*:\s+[A-Z]"
)


_POINT = re.compile(r"\(?(?:\d{1,2}|[ivx]{1,4}|[a-z])[.)]\s+[A-Z][a-z].*(?:;|; and)")


def _point(row: Row) -> bool:
    return row.words > 3 and bool(_POINT.fullmatch(row.text))


def _tally(row: Row) -> bool:
    return bool(_TALLY.match(row.text))


def _is_caption(row: Row) -> bool:
    return bool(_CAPTION.match(row.text)) and row.words <= 60


_TESTS: tuple[tuple[Callable[[Row], bool], LineKind, str], ...] = (
    (_point, LineKind.BODY, "numbered point that a semicolon ends"),
    (_tally, LineKind.BODY, "tells who voted how, or was there"),
    (_share_bar, LineKind.SHARE, "bar to share or save the article"),
    (_is_caption, LineKind.CAPTION, "labelled as a picture's caption"),
    (_credit_alone, LineKind.FURNITURE, "credit of a picture or agency"),
    (_contact, LineKind.FOOTER, "address or contact"),
    (_clock, LineKind.FURNITURE, TIME_OF_DAY),
    (_time_ago, LineKind.RELATED, "tells the age of another article"),
    (_plea, LineKind.ADVERT, "speaks to the reader about the publisher"),
    (_languages, LineKind.FURNITURE, "written in other scripts"),
    (_navigation, LineKind.FURNITURE, "row of links"),
)
