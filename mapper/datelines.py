"""Datelines: the place, day and agency that a report begins with, in the manners of agencies and papers."""

from __future__ import annotations

import re
from enum import Enum, auto

from mapper.cues import settings
from mapper.datewords import ANY_WEEKDAY, DAY, MONTH, YEAR

LONGEST = 100
"""Characters that a dateline has at most, and 60 for its place."""

_DATE = rf"(?:{ANY_WEEKDAY},?\s+)?(?:{MONTH}\s*{DAY}|{DAY}\s+{MONTH})(?:[,/]?\s*{YEAR})?"
_PARTICLE = r"(?:de|del|da|do|di|la|le|el|al|es|bin|of|the|du|des|den|am|an|au|der|en|sur|upon|y)"
_NAME = r"[^\W\d_a-zß-öø-ÿ][\w'’.]*"
_PLACE = rf"{_NAME}(?:(?:\s+|\s?/\s?|-)(?:{_PARTICLE}[\s-]+)?{_NAME}){{0,3}}"
_PLACES = rf"(?P<place>{_PLACE}(?:,\s*(?!{MONTH}){_PLACE})?)"
_BARE = r"[A-Z]{3,12}(?:\.COM)?|Kyodo|Xinhua|Jiji"
_AGENCY = rf"(?:\((?P<agency>[^()]{{2,60}})\)|/(?P<slashed>[A-Z][\w ]{{1,20}})/|(?P<bare>{_BARE})\b)"
_THEN = r"(?:,\s*|\s+|(?=[(/]))"
_DASH = r"(?:\s*(?:--+|—|–)\s*|\s+-+\s+|-{2,}\s*)"
_BEGINS = r"(?=[\"“‘'«(\[]?[^\W_])"


class _Where(Enum):
    """Where a form counts: anywhere, in the first paragraphs, not on a page of speeches, of a known agency."""

    ANYWHERE = auto()
    EARLY = auto()
    NO_SPEECH = auto()
    AGENCY = auto()


_FORMS = tuple(
    (where, re.compile(pattern))
    for where, pattern in (
        (  # LIMA, May 3 (Wire) -- / Lima, May 3, 2024, WIRE – / LIMA, May 3. /WIRE/.
            _Where.ANYWHERE,
            rf"{_PLACES}(?:[.,]|{_DASH})?\s*\(?(?P<date>{_DATE})\)?[.,]?(?:{_THEN}{_AGENCY})?\.?"
            rf"(?:{_DASH}|\s*:\s+|\.\s+|(?<=\))\s+){_BEGINS}",
        ),
        (  # 3 May 2024, Lima: / May 3 (Wire) —
            _Where.ANYWHERE,
            rf"(?P<date>{_DATE})[.,]?\s*\(?(?:{_PLACES}\)?(?:{_THEN}{_AGENCY})?|\((?P<only>[^()]{{2,60}})\))"
            rf"(?:{_DASH}|\s*:\s+){_BEGINS}",
        ),
        (  # LIMA, Peru (Wire) —
            _Where.ANYWHERE,
            rf"{_PLACES}{_THEN}\((?P<agency>[^()]{{2,60}})\)\.?(?:{_DASH}|\s*:\s*){_BEGINS}",
        ),
        (_Where.ANYWHERE, rf"{_PLACES}(?:,\s*|\s+)(?P<bare>{_BARE})\.?{_DASH}{_BEGINS}"),  # LIMA, WIRE –
        (_Where.AGENCY, rf"{_PLACES}{_THEN}\((?P<agency>[^()]{{2,60}})\)\s+{_BEGINS}"),  # Lima (Wire) The
        (_Where.EARLY, rf"{_PLACES}(?:{_DASH}){_BEGINS}"),  # LIMA —
        (_Where.NO_SPEECH, rf"(?P<place>{_NAME}(?:[\s/-]{_NAME}){{0,2}}):\s+{_BEGINS}"),  # Lima:
        (  # Lima, Peru. The
            _Where.EARLY,
            rf"(?P<place>{_NAME}(?:\s{_NAME})?,\s{_NAME}(?:\s{_NAME})?)\.\s+{_BEGINS}",
        ),
        (_Where.AGENCY, rf"\((?P<agency>[A-Z][\w .]{{1,25}})\)(?:{_DASH}|\s+){_BEGINS}"),  # (WIRE) The
    )
)
_SPEECH = next(pattern for where, pattern in _FORMS if where is _Where.NO_SPEECH)
_OWN_LINE = re.compile(rf"{_PLACES}(?:,?\s*(?P<date>{_DATE}))?(?:,?\s*{_AGENCY})?\s*(?:[-–—:]+)?")
_LABEL = re.compile(
    r"(?i)(?:explained|explainer|opinion|analysis|watch|video|photos?|live|breaking|exclusive|update[ds]?|note|image"
    r"|fact ?check|interview|question|answer|q|a|editorial|summary|background|context|minister|president|secretary"
    r"|spokes\w+|moderator|reporter|journalist|press|source|statement|remarks|chair\w*|ambassador|the [\w ]+|caption)\b"
)


def dateline(text: str, *, early: bool, speakers: bool = False) -> re.Match[str] | None:
    """The dateline that the paragraph begins with; its match ends where the first sentence starts.

    Away from the `early` paragraphs only one with a day or an agency counts; "Lima: …" is none on a page where
    names before a colon tell the `speakers`.

    >>> dateline("ACCRA, May 3 (Gold Coast Wire) -- The ministers met.", early=True)["place"]
    'ACCRA'
    >>> dateline("Lima: The two ministers met in the palace and signed.", early=True).end()
    6
    """
    for where, pattern in _FORMS:
        match = pattern.match(text, 0, LONGEST)
        if not match:
            continue
        place = match.groupdict().get("place") or ""
        if _LABEL.match(place) or len(place) > 60:
            continue
        said = not early or speakers or place in settings()["agencies"]
        if (
            where is _Where.ANYWHERE
            or (where is _Where.EARLY and early)
            or (where is _Where.NO_SPEECH and not said)
            or (where is _Where.AGENCY and _is_agency(match["agency"]))
        ):
            return match
    return None


def is_speech(text: str) -> bool:
    """Whether the paragraph begins with a name and a colon, as answers in an interview do."""
    return bool(_SPEECH.match(text))


def _is_agency(name: str) -> bool:
    """Whether the words in brackets are an agency: a known one, capitals, or an address on the web."""
    parts = re.split(r"[ /,-]+", name)
    return any(part in settings()["agencies"] or (part.isupper() and len(part) > 2) for part in parts) or bool(
        re.search(r"/|\w\.\w", name)
    )


def own_dateline(text: str) -> bool:
    """Whether the line is a dateline without the paragraph.

    >>> own_dateline("ANKARA"), own_dateline("Lima, 3 May 2024 -"), own_dateline("Lima talks end")
    (True, True, False)
    """
    match = _OWN_LINE.fullmatch(text) if len(text) <= 60 else None
    told = match and (match["place"].isupper() or match["date"] or match["agency"] or match["bare"])
    return bool(told)
