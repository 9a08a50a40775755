"""Gives titles to the people they stand beside; what stands alone becomes a mention of an office."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from mapper.document import Form, Kind, Title
from mapper.gazetteer import Gazetteer
from mapper.names import Token
from mapper.spans import Span
from mapper.titles import TitleSpan

_APPOSITION = re.compile(
    r"(?:,| \(| ?[–—])\s?(?:who (?:is|was|serves as) |as )?(?:the |an? |its |their |his |her |our )?"
)
_INDEFINITE = frozenset({"a", "an", "any", "every", "each", "no", "another", "as", "some", "or"})
_SERIES = re.compile(r"(?: of (?:the )?[A-Z][\w. -]{2,40})?(?:,| and|, and|,? as well as) (?:[A-Z][\w']+'s )?")
"""What stands between people who share a title."""
_PLURALS = frozenset(
    {"presidents", "ministers", "leaders", "chancellors", "premiers", "ambassadors", "secretaries", "kings"}
)
_BARE = frozenset(
    {"chief", "leader", "minister", "director", "commander", "ambassador", "envoy", "royal", "spouse", "spokesperson",
     "igo_head", "legislator", "regional"}
)  # fmt: skip
"""Levels whose single word is too common to mean one holder unless somebody owns it."""


def attach(
    text: str, words: Sequence[Token], spans: Sequence[Span], titles: Sequence[TitleSpan], gazetteer: Gazetteer
) -> list[Span]:
    """Set the titles of the people in `spans`; return the offices that nobody beside them holds."""
    begins = {span.first: span for span in spans if span.is_person()}
    ends = {span.last: span for span in spans if span.is_person()}
    taken = {span.first for span in spans}
    used: set[int] = set()
    for number, title in enumerate(titles):  # "President Paul Biya", "Foreign Minister Dr. Subrahmanyam Jaishankar"
        person, gaps = _person_after(text, words, title, begins, taken, gazetteer)
        if person and not any("," in gap for gap in gaps):
            used.add(number)
            honorific = title.tail - title.head == 1 and words[title.head].folded in gazetteer.words("honorific")
            if honorific and number and _leads(text, words, titles[number - 1], title):
                used.add(number - 1)  # "Minister of Foreign Affairs, Ambassador X"
                title = replace(titles[number - 1], last=title.last)
            else:
                title = _doubled(text, words, titles, number, person, gazetteer)
                used |= {number - 1} if title is not titles[number] else set()
            person.title = person.title or _title(words, title, spans)
    for number, title in enumerate(titles):  # "Paul Biya, the president of Cameroon,"
        before = next((ends[k] for k in range(title.first, max(-1, title.first - 26), -1) if k in ends), None)
        if number in used or before is None:
            continue
        between = text[words[before.last - 1].end : words[title.first].start]
        telling = title.owners or title.tail - title.head > 1 or title.level not in _BARE
        if _APPOSITION.fullmatch(between) and telling:
            used.add(number)
            before.title = before.title or _title(words, title, spans)
    for number, title in enumerate(titles):  # "the president of Cameroon, Paul Biya,"
        person, _ = _person_after(text, words, title, begins, taken, gazetteer)
        if number not in used and person:
            used.add(number)
            person.title = person.title or _title(words, title, spans)
    _share(text, words, spans)
    for span in begins.values():  # "President Paul Kagame of Rwanda"
        if span.title and span.title.of is None and span.last + 1 < len(words) and words[span.last].folded == "of":
            owner = next((s for s in spans if s.first == span.last + 1), None)
            states = {c.entity.key for c in owner.candidates if c.entity.kind is Kind.STATE} if owner else set()
            if len(states) == 1:
                span.title = replace(span.title, of=states.pop())
    alone = (t for n, t in enumerate(titles) if n not in used and _definite(words, t))
    return [Span(t.head, t.tail, Form.OFFICE, [], _title(words, t, spans)) for t in alone]


def _share(text: str, words: Sequence[Token], spans: Sequence[Span]) -> None:
    """Give a plural title to everybody whom it leads: "Presidents Paul Biya of Cameroon and Bola Tinubu of Nigeria"."""
    people = sorted((s for s in spans if s.is_person()), key=lambda s: s.first)
    for before, span in pairwise(people):
        if before.title is None or span.title is not None:
            continue
        said = text[before.title.start : before.title.end].rpartition(" ")[2].lower()
        between = text[words[before.last - 1].end : words[span.first].start]
        if said in _PLURALS and _SERIES.fullmatch(between):
            span.title = replace(before.title, of=None)


def _leads(text: str, words: Sequence[Token], first: TitleSpan, second: TitleSpan) -> bool:
    return first.level != "institution" and text[words[first.last - 1].end : words[second.first].start] in {", ", " "}


def _doubled(
    text: str, words: Sequence[Token], titles: Sequence[TitleSpan], number: int, person: Span, gazetteer: Gazetteer
) -> TitleSpan:
    """The first of two offices that one person holds: "Prime Minister and Foreign Minister Mohammed Mustafa"."""
    title = titles[number]
    if number == 0:
        return title
    other = titles[number - 1]
    if text[words[other.last - 1].end : words[title.first].start] not in {" and ", " & "}:
        return title
    for candidate in person.candidates:
        levels = {gazetteer.office_level(t.office) for t in gazetteer.tenures_of(candidate.entity.key)}
        if {other.level, title.level} <= levels:
            return replace(other, last=title.last, owners=other.owners or title.owners)
    return title


def _person_after(
    text: str, words: Sequence[Token], title: TitleSpan, begins: dict[int, Span], taken: set[int], gazetteer: Gazetteer
) -> tuple[Span | None, list[str]]:
    """The person named right after a title, honorifics between them left out, and what stands between the words."""
    k, gaps = title.last, []
    while k < len(words):
        gap = text[words[k - 1].end : words[k].start]
        if (
            gap.strip(" \u00a0.") not in {"", ",", "–", "—"}
            or len(gap) > 3
            or ("." in gap and len(words[k - 1].text) > 5)
        ):
            break
        gaps.append(gap)
        if k in begins:
            return begins[k], gaps
        if k in taken or words[k].folded not in gazetteer.words("honorific"):
            break
        k += 1
    return None, gaps


def _title(words: Sequence[Token], title: TitleSpan, spans: Sequence[Span]) -> Title:
    of = None
    for number in title.owners:
        owners = {c.entity.key for c in spans[number].candidates if c.entity.kind is not Kind.PERSON}
        if len(owners) == 1:
            of = owners.pop()
            break
    return Title(words[title.first].start, words[title.last - 1].end, title.words, of, None, title.former)


def _definite(words: Sequence[Token], title: TitleSpan) -> bool:
    """Whether an office without a name speaks of one holder."""
    before = [word.folded for word in words[max(0, title.first - 3) : title.first]]
    last = before[-1] if before else ""
    if words[title.tail - 1].folded in _PLURALS:
        return False
    if "office" in before and last in {"of", "the"}:
        return False  # "the Office of the President" is no person
    if last in _INDEFINITE and not title.owners:
        return False
    if title.level == "counterpart":
        return bool(title.owners) or last in {"his", "her", "their"}
    bare = title.tail - title.head == 1
    if title.level == "institution":
        return bool(title.owners) or last == "the"
    if bare and title.level in _BARE and not title.owners:
        return last == "the" and title.level in {"ambassador", "envoy", "minister", "spokesperson"}
    return bool(title.owners) or last in {"the", "his", "her"} or words[title.head].capital
