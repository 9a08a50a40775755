"""What the lines at the head of a page say of the article: dateline, byline, day, and how they are told apart."""

from __future__ import annotations

import re
from datetime import date

from mapper.cues import settings
from mapper.datewords import ANY_WEEKDAY, DAY, MONTH, YEAR, WrittenDate, written_dates

_TIME = r"(?:\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?\s*(?:[ap]\.?m\.?)?|\d{1,2}\s*[ap]\.?m\.?)"
_CLOCK = re.compile(rf"{_TIME}(?:\s*(?:\(?[A-Z]{{2,5}}\)?|\(?GMT ?[+-]\d+\)?))?", re.IGNORECASE)
_DATE = rf"(?:{ANY_WEEKDAY},?\s+)?(?:{MONTH}\s*{DAY}|{DAY}\s+{MONTH})(?:[,/]?\s*{YEAR})?"
_PARTICLE = r"(?:de|del|da|do|di|la|le|el|al|es|bin|of|the|du|des|den|am|an|der|upon|y)"
_NAME = r"[^\W\d_a-zß-öø-ÿ][\w'’.-]*"
_PLACE = rf"{_NAME}(?:(?:\s+|/|-)(?:{_PARTICLE}[\s-]+)?{_NAME}){{0,3}}"
_PLACES = rf"(?P<place>{_PLACE}(?:,\s*(?!{MONTH}){_PLACE})?)"
_AGENCY = r"(?:\((?P<agency>[^()]{2,60})\)|/(?P<slashed>[A-Z][\w ]{1,20})/|(?P<bare>[A-Z]{3,12}(?:\.COM)?|Kyodo|Xinhua|Jiji)\b)"
_DASH = r"(?:\s*(?:--+|—|–)\s*|\s+-+\s+|-{2,}\s*)"
_BEGINS = r"(?=[\"“‘'«(\[]?[^\W_])"
_DATELINES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_PLACES}(?:[.,]|{_DASH})?\s*\(?(?P<date>{_DATE})\)?[.,]?(?:(?:,\s*|\s+|(?=[(/])){_AGENCY})?\.?(?:{_DASH}|\s*:\s+|\.\s+|(?<=\))\s+){_BEGINS}",
        rf"(?P<date>{_DATE})[.,]?\s*\(?(?:{_PLACES}\)?(?:(?:,\s*|\s+|(?=[(/])){_AGENCY})?|\(?{_AGENCY.replace('P<', 'P<only_')})(?:{_DASH}|\s*:\s+){_BEGINS}",
        rf"{_PLACES}(?:,\s*|\s+|(?=\()){_AGENCY}\.?(?:{_DASH}|\s*:\s*|(?<=\))\s+){_BEGINS}",
        rf"{_PLACES}(?:{_DASH}){_BEGINS}",
        rf"(?P<place>{_NAME}(?:[\s/-]{_NAME}){{0,2}}):\s+{_BEGINS}",
        rf"(?P<place>{_NAME}(?:\s{_NAME})?,\s(?:{_NAME}(?:\s{_NAME})?))\.\s+{_BEGINS}",
        rf"\((?P<agency>[A-Z][\w .]{{1,25}})\)(?:{_DASH}|\s+){_BEGINS}",
    )
)
_SPEAKER = 4
"""The form that a speaker's name before what he says has as well."""
_OWN_LINE = re.compile(rf"{_PLACES}(?:,?\s*(?P<date>{_DATE}))?(?:,?\s*{_AGENCY})?\s*(?:[-–—:]+)?")
_LABEL = re.compile(
    r"(?i)(?:explained|explainer|opinion|analysis|watch|video|photos?|live|breaking|exclusive|update[ds]?|note"
    r"|fact ?check|interview|question|answer|q|a|editorial|summary|background|context|minister|president|secretary"
    r"|spokes\w+|moderator|reporter|journalist|press|source|statement|remarks|chair\w*|ambassador|the [\w ]+|caption|image)\b"
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
    for number, pattern in enumerate(_DATELINES):
        match = pattern.match(text)
        if not match or len(match[0]) > 100:
            continue
        place = match.groupdict().get("place") or ""
        if (
            _LABEL.match(place)
            or len(place) > 60
            or (number == _SPEAKER and (speakers or place in settings()["agencies"]))
        ):
            continue
        if number == 2 and match[0].rstrip().endswith(")") and not _agency(match):
            continue
        if number < 3 or (early and number < 6) or (number == 6 and _agency(match)):
            return match
    return None


def is_speech(text: str) -> bool:
    """Whether the paragraph begins with a name and a colon, as answers in an interview do."""
    return bool(_DATELINES[_SPEAKER].match(text))


def _agency(match: re.Match[str]) -> bool:
    name = match["agency"] or ""
    return any(
        part in settings()["agencies"] or (part.isupper() and len(part) > 2) for part in re.split(r"[ /,-]+", name)
    ) or bool(re.search(r"/|\w\.\w", name))


def own_dateline(text: str) -> bool:
    """Whether the line is a dateline without the paragraph: "ANKARA", "Lima, 3 May 2024 -"."""
    match = _OWN_LINE.fullmatch(text)
    told = match and (match["place"].isupper() or match["date"] or match["agency"] or match["bare"])
    return bool(told and len(text) <= 60)


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
    labelled = re.search(r"[|•·]|\s{2,}", rest.strip()) or _CLOCK.search(text) or _DATE_LABEL.match(text)
    titled = sum(word.isalpha() for word in words) >= 4 and found[0].start > 8 and not labelled
    return [] if titled else found


_DATE_LABEL = re.compile(
    r"(?i)\W*(?:first |last )?(?:up ?dated?|published|posted|issued|released|created|modified|by|date|source|today|on)\b"
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
    """The day, unless it could be read month first too; times of the United States say that it is to be."""
    if one.swapped and re.search(r"\b(?:[ECMP][SD]?T|Eastern|Pacific)\b", text):
        return one.swapped
    return one.date if not one.swapped else None


# --- bylines -----------------------------------------------------------------------------------------------

_BY = re.compile(
    r"(?i)(?:^|[|•·]\s*|\s{2,})(?:(?:written|posted|published|reported|story|report|words|text|edited|compiled|authored|article)"
    r"\s+)?by\b[:\s]*|^from\s*:\s*|^(?:authors?|writer|reporter|correspondent)\s*:\s*|^from\s+(?=[A-Z][\w.'’-]+\s+[A-Z])"
)
_NAME_WORD = (
    r"(?:[^\W\d_a-zß-öø-ÿ][\w'’-]*\.?|de|da|del|della|der|den|van|von|bin|bint|ibn|al|el|la|le|dos|du|ter|ten|y|e)"
)
_PERSON = re.compile(rf"{_NAME_WORD}(?:[ \u00a0-]{_NAME_WORD}){{1,4}}['’]?")
_CUT = re.compile(r"(?i)\s+(?:on|at|in|for|with|for|from|via)\s+|\s*[|•·(,\[–—/]\s*|\s{2,}|\s+-\s+|\t|\d|@")


def is_byline(text: str) -> bool:
    """Whether the line begins with who wrote it.

    >>> is_byline("By our staff"), is_byline("By the lake the two signed a treaty, and then they left for Lima.")
    (True, False)
    """
    match = _BY.match(text)
    if not match:
        return False
    rest = text[match.end() :].strip()
    words = rest.split()
    if not rest:
        return True
    return len(words) <= 14 and not re.search(r"[a-z]{3}[.!?]['\"”’]?$", rest) and person(rest, label=True) is not None


def name_line(text: str) -> str | None:
    """The name in a line that is nothing but a name with the place or paper that it writes for.

    >>> name_line("Ana Rey in Lima"), name_line("Ana Rey, The Lima Herald"), name_line("Leaders meet in Lima")
    ('Ana Rey', 'Ana Rey', None)
    """
    match = _NAME_LINE.fullmatch(text)
    if not match or not (match["place"] or match["paper"]):
        return None
    paper = {word.lower() for word in (match["paper"] or "").split()}
    known = paper & (settings()["outlets"] | settings()["desk"]) or len(text.split()) <= 6
    return person(match["name"]) if match["place"] or known else None


_FULL_NAME = r"[A-ZÀ-Þ][\w'’-]+(?: (?:[A-ZÀ-Þ]\.|[A-ZÀ-Þ][\w'’-]+|al|bin|de|van|von|el|da)){1,3}"
_NAME_LINE = re.compile(
    rf"(?P<name>{_FULL_NAME}(?: and {_FULL_NAME})?)"
    rf"(?: in (?P<place>[A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+){{0,2}})|,? (?P<paper>(?:The |the )?[A-ZÀ-Þ].{{3,40}}))?"
)


def person(text: str, *, label: bool = False) -> str | None:
    """The name of the person that a byline names; None for a desk or an agency.

    With `label` a desk or an agency counts too and is given as it stands.

    >>> person("JOY ACHIENG and AGENCIES"), person("Ana de la Cruz (Quito)"), person("our Special Correspondent")
    ('Joy Achieng', 'Ana de la Cruz', None)
    """
    names = []
    for part in re.split(r"(?i)\s+(?:and|&)\s+|\s*[,;]\s*(?=[^\W\d_a-z][\w'’-]+\s[^\W\d_a-z])", _cut(text)):
        found = _PERSON.fullmatch(part.strip())
        low = {word.lower().strip(".") for word in re.findall(r"[^\s-]+", part)}
        if found and not low & settings()["desk"] and not low <= settings()["outlets"] and not part.strip().isdigit():
            names.append(_cased(part.strip()))
        elif label and not names and low & settings()["desk"]:
            return part.strip()
    if label and not names:
        short = _cut(text)
        return short if short and len(short.split()) <= 4 and short[:1].isupper() else None
    return " and ".join(names) or None


def _cut(text: str) -> str:
    """The text up to what follows a name in a byline."""
    head = text.strip(" :|•·–—-")
    match = _CUT.search(head)
    while match and match.group().strip() == "," and _PERSON.match(head[match.end() :]) and "and" in head:
        match = _CUT.search(head, match.end())
    return head[: match.start()] if match else head


def _cased(name: str) -> str:
    """A name in capitals as it is written otherwise.

    >>> _cased("MARY O'BRIEN-SMITH")
    "Mary O'Brien-Smith"
    """
    if not name.isupper():
        return name
    return re.sub(r"[^\W\d_]+(?:['’][a-z]\b)?", lambda word: word[0][:1].upper() + word[0][1:].lower(), name)


def strip_by(text: str) -> str | None:
    """What follows the "by" of a line, or None without one."""
    match = _BY.search(text)
    return text[match.end() :] if match else None


# --- addresses ---------------------------------------------------------------------------------------------

_URL_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[/_.-]?(0[1-9]|1[0-2]|[a-z]{3})[/_.-]?([0-3]\d)(?!\d)|(?<!\d)((?:19|20)\d\d)/([1-9]|1[0-2])/([0-3]?\d)(?!\d)"
)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905


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
