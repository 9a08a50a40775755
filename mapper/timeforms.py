"""What a time expression is, and the forms that single expressions have."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from mapper.datewords import MONTH, MONTHS, WEEKDAY, WEEKDAYS, YEAR


class TimeKind(StrEnum):
    """What form an expression has."""

    DAY = "day"
    DAY_OF_MONTH = "day of the month"
    MONTH = "month"
    YEAR = "year"
    WEEKDAY = "weekday"
    QUARTER = "quarter"
    SEASON = "season"
    HOLIDAY = "holiday"
    RELATIVE = "relative to the day of writing"
    SHIFT = "relative to another event"
    RANGE = "range"
    BEFORE = "deadline"
    SINCE = "since"
    AFTER = "after"
    WITHIN = "within a time from now"
    PAST = "within a time up to now"
    DURATION = "duration"
    FREQUENCY = "frequency"
    VAGUE = "vague"


WHICH = {"this": "this", "this past": "last", "past": "last", "last": "last"}
"""The words before a weekday, month or season, as `TimeExpression.which`; all others mean the next."""
UNBOUNDED = frozenset({TimeKind.DURATION, TimeKind.FREQUENCY, TimeKind.VAGUE})
"""Expressions that bound nothing; found so that no part of them is taken for a date."""


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """A time expression, its range in the text, and its parts; what is not said is None.

    `count` says how many of `unit` lie between (negative: back), also as a change of year ("October last
    year") or week ("Tuesday last week"). `which` is "last", "this" or "next" before a weekday, month or season.
    `part` is "early", "late", "end" and the like. A range has `first` and `last`; a deadline and
    whatever else refers to a date written out has that in `first`.
    """

    start: int
    end: int
    words: str
    kind: TimeKind
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    number: int | None = None
    unit: str | None = None
    count: int | None = None
    which: str | None = None
    part: str | None = None
    name: str | None = None
    first: TimeExpression | None = None
    last: TimeExpression | None = None


@cache
def data() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("dates.toml").read_text(encoding="utf-8"))


@cache
def holidays() -> dict[str, dict[str, int]]:
    """Every holiday by name, with the fields of dates.toml."""
    return {name: entry for entry in data()["holiday"] for name in entry["names"]}


@cache
def blocked_names() -> re.Pattern[str]:
    """Names that hold a calendar word and are no date, such as a newspaper's."""
    return re.compile(rf"\b(?:{'|'.join(data()['words']['names'])})\b")


# --- the forms ---------------------------------------------------------------------------------------------

_UNITS = "week month year quarter decade fortnight weekend"
_MONTHS = " ".join(name[:3].lower() for name in MONTHS)
_UNIT = r"(?P<unit>minute|hour|day|night|week|weekend|fortnight|month|quarter|year|decade)s?"
_DAYTIME = r"(?:morning|afternoon|evening|night|lunchtime|midday|noon)"
_WHICH = r"(?i:(?P<which>last|next|this past|this coming|this|past|coming)\s+)"
_BESIDE = r"(?i:the\s+(?P<way>following|previous|preceding|same)\s+|(?P<that>that)\s+same\s+)"
_LICENSED = r"(?:in|of|since|until|till|by|from|during|between|around|before|after|early|late|mid|for|and|through|to)"
"""What may stand before a month or year that is one; "May said" and "the 2015 deal" tell no time."""
_LAST = r"(?i:over|in|during|within)\s+(?i:the\s+(?:last|past|previous))\s+"


@cache
def forms() -> tuple[tuple[TimeKind, tuple[str, ...], re.Pattern[str]], ...]:
    """The single expressions: kind, hints, and pattern, whose groups are named after the fields that they fill.

    One of the hints is in every text that the pattern matches (in lower case), so that most need no search.
    """
    words = data()["words"]
    numbers = "|".join(sorted(words["numbers"], key=len, reverse=True))
    about = "|".join(words["about"])
    amount = rf"(?i:(?:(?P<about>{about})\s+)?(?P<amount>\d+|(?:{numbers})\b)(?:\s+and\s+a\s+half)?)[ -]{_UNIT}\b"
    seasons = "|".join(data()["seasons"])
    names = "|".join(re.escape(name) for name in sorted(holidays(), key=len, reverse=True))
    frequency = [form.format(weekday="|".join(WEEKDAYS), month="|".join(MONTHS)) for form in words["frequency"]]
    months = MONTH.replace("May|", "").replace("MAY|", "")
    plain = [
        (TimeKind.VAGUE, "", rf"(?i:{'|'.join(words['vague'])})"),
        (TimeKind.FREQUENCY, "", rf"(?i:{'|'.join(frequency)})"),
        (
            TimeKind.DURATION,
            "for last after",
            rf"(?i:for|lasting|lasted|after)\s+(?:(?:the|a)\s+(?:last|past|full)\s+)?{amount}",
        ),
        (TimeKind.DURATION, "-", rf"(?i:\d+|{numbers})-(?:{_UNIT})(?:-(?:long|old))?"),
        (
            TimeKind.QUARTER,
            "quarter",
            r"(?i:(?:the\s+)?(?P<ordinal>first|second|third|fourth|final|1st|2nd|3rd|4th)\s+quarter)",
        ),
        (TimeKind.QUARTER, "q", r"Q(?P<number>[1-4])"),
        (TimeKind.RANGE, "0s", r"(?i:the\s+(?:(?P<part>early|late|mid)[ -])?)(?P<decade>(?:19|20)\d0)s"),
        (
            TimeKind.HOLIDAY,
            "day eve christmas easter thanksgiving halloween teenth july",
            rf"(?:{_WHICH})?(?P<name>{names})",
        ),
        (TimeKind.SEASON, seasons.replace("|", " "), rf"(?P<name>(?i:{seasons}))\s+(?i:of\s+)?(?P<year>{YEAR})"),
        (
            TimeKind.SEASON,
            seasons.replace("|", " "),
            rf"(?:{_WHICH}|(?i:in|during|of|since|by)\s+(?i:the\s+|early\s+|late\s+)*)(?P<name>(?i:{seasons}))",
        ),
    ]
    dated = [
        (TimeKind.MONTH, _MONTHS, rf"(?P<month>{MONTH}),?\s+(?:of\s+)?(?P<year>{YEAR})"),
        (TimeKind.MONTH, _MONTHS, rf"{_WHICH}(?P<month>{MONTH})(?!\s+\d)"),
        (TimeKind.MONTH, _MONTHS, rf"(?P<month>{months})(?!\s+(?:[A-Z][a-z]+|\d))"),
        (TimeKind.MONTH, _MONTHS, rf"(?i:{_LICENSED})[ -](?P<here>)(?P<month>{MONTH})(?!\s+\d)"),
        (TimeKind.SHIFT, "following previous preceding same", rf"{_BESIDE}(?P<weekday>{WEEKDAY})(?:\s+{_DAYTIME})?"),
        (TimeKind.SHIFT, "following previous preceding same", rf"{_BESIDE}(?P<month>{MONTH})(?!\s+\d)"),
        (TimeKind.SHIFT, "that", rf"(?i:(?P<that>that))\s+(?P<month>{MONTH})(?=[,.;])"),
        (
            TimeKind.WEEKDAY,
            "day",
            rf"(?:{_WHICH})?(?P<weekday>{WEEKDAY})(?:\s+(?i:(?:early|late)\s+)?(?i:{_DAYTIME}))?",
        ),
        (
            TimeKind.DAY_OF_MONTH,
            "st nd rd th",
            r"(?i:the\s+)(?P<day>(?:3[01]|[12]\d|[1-9])(?:st|nd|rd|th))"
            r"(?=\s*(?:$|[.,;:)”]|(?:of\s+(?:this|last|next|the)|at|in|to|and|with|when|after)\b))",
        ),
        (
            TimeKind.YEAR,
            "19 20",
            rf"(?i:{_LICENSED}|[–-])(?:[ -]|(?<=[–-]))(?P<here>)(?P<year>{YEAR})(?![\d%]|,\d|-[a-z])",
        ),
        (
            TimeKind.RANGE,
            "19 20",
            rf"(?i:{_LICENSED})\s+(?P<here>)(?P<from>{YEAR})[-–](?P<to>{YEAR}|\d\d)(?!\d|[-–]\d)",
        ),
    ]
    relative = [
        (
            "today tonight yesterday tomorrow",
            rf"(?i:(?:earlier |later |late |early )?(?P<near>today|tonight|yesterday|tomorrow))(?:\s+{_DAYTIME})?",
        ),
        ("this last", rf"(?i:(?P<near>this|last))\s+{_DAYTIME}"),
        ("this day", r"(?i:(?:as\s+of|as\s+from|from)\s+(?P<near>this)\s+day)"),
        ("yesterday tomorrow", r"(?i:the\s+day\s+(?P<beyond>before\s+yesterday|after\s+tomorrow))"),
        ("before last", r"(?i:the\s+(?P<unit>week|weekend|month|year)\s+(?P<beyond>before\s+last))"),
        (_UNITS, rf"{_WHICH}(?P<unit>{_UNITS.replace(' ', '|')})"),
        ("ago now", rf"{amount}\s+(?i:(?P<way>ago|from\s+now))"),
        ("earl late", r"(?i:(?P<part>earlier|later|early|late)\s+(?:in|on)\s+the)\s+(?P<unit>week|month|year)"),
        (
            " of the ",
            r"(?i:(?:the\s+)?(?P<part>end|start|beginning|middle|close)\s+of\s+the)\s+(?P<unit>week|month|year)",
        ),
        ("end", r"(?i:(?P<part>year|month)[ -]end)"),
        ("weekend", r"(?i:(?:over|at|on|during)\s+(?P<name>the\s+weekend))"),
        ("overnight", r"(?P<name>(?i:overnight))"),
    ]
    shifts = [
        (
            "earlier later before after previously prior",
            rf"{amount}\s+(?i:(?P<way>earlier|later|before|after|afterwards|previously|prior\s+to|prior))",
        ),
        ("eve", r"(?i:(?:on\s+)?the\s+(?P<way>eve)\s+of)"),
        ("before after", r"(?i:the\s+(?P<unit>day|night|week|month|year)\s+(?P<way>before|after))"),
        (
            "next following previous preceding same",
            r"(?i:the\s+(?P<way>next|following|previous|preceding|same)\s+(?P<unit>day|morning|evening|night|week|month|year))",
        ),
        (
            "the day evening morning afternoon",
            r"(?i:(?:earlier|later)\s+in\s+(?P<way>the)\s+(?P<unit>day|evening|night))",
        ),
        ("the day", r"(?i:during\s+(?P<way>the)\s+(?P<unit>day)(?!\s+of))"),
        (
            "morning afternoon evening",
            r"(?i:in\s+(?P<way>the)\s+(?P<unit>morning|afternoon|evening))(?!\s+(?:of|on)\b)",
        ),
        ("day", r"(?i:on\s+the\s+(?P<ordinal>first|second|third|fourth)\s+(?P<unit>day))"),
        ("that", rf"(?i:(?:earlier |later )?(?P<way>that|that same)\s+(?P<unit>day|{_DAYTIME}|week|month|year))"),
        ("hours minutes", r"(?i:(?P<unit>hour|minute)s\s+(?P<way>earlier|later|before|after|afterwards))"),
        (" to the day ", rf"{amount}\s+(?P<name>to\s+the\s+day)\s+(?P<way>since|after)"),
        (
            "week",
            r"(?i:(?:the\s+)?(?P<unit>week)\s+(?P<way>of|beginning|starting|ending))(?=\s+(?:on\s+)?(?:\w+\s+)?[A-Z\d])",
        ),
    ]
    within = [
        ("in", rf"(?i:within|inside|in\s+under|in)\s+(?i:the\s+(?:next|coming)\s+)?{amount}(?:['’]s?\s+time)?"),
        ("next coming", rf"(?i:over|during|for)\s+(?i:the\s+(?:next|coming))\s+{amount}"),
    ]
    patterns = [
        *plain,
        *dated,
        *((TimeKind.RELATIVE, hints, pattern) for hints, pattern in relative),
        *((TimeKind.SHIFT, hints, pattern) for hints, pattern in shifts),
        *((TimeKind.WITHIN, hints, pattern) for hints, pattern in within),
        (TimeKind.PAST, "last past previous", rf"{_LAST}{amount}"),
        (TimeKind.PAST, "last past previous", rf"{_LAST}{_UNIT}"),
    ]
    return tuple(
        (
            kind,
            (hints,) if hints.strip() != hints else tuple(hints.split()),
            re.compile(rf"(?<![\w$€£]){pattern}(?!\w)"),
        )
        for kind, hints, pattern in patterns
    )
