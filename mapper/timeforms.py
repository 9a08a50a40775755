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


WHICH = {"this": "this", "this past": "last", "past": "last", "last": "last", "the previous": "last"}
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


_UNIT = r"(?P<unit>minute|hour|day|night|week|weekend|fortnight|month|quarter|year|decade)s?"
_DAYTIME = r"(?:morning|afternoon|evening|night|lunchtime|midday|noon)"


@cache
def forms() -> tuple[tuple[TimeKind, re.Pattern[str]], ...]:
    """The single expressions, as pairs of kind and pattern; groups are named after the fields they fill."""
    words = data()["words"]
    numbers = "|".join(sorted(words["numbers"], key=len, reverse=True))
    about = "|".join(words["about"])
    amount = rf"(?i:(?:(?P<about>{about})\s+)?(?P<amount>\d+|(?:{numbers})\b)(?:\s+and\s+a\s+half)?)[ -]{_UNIT}\b"
    seasons = "|".join(data()["seasons"])
    names = "|".join(re.escape(name) for name in sorted(holidays(), key=len, reverse=True))
    which = r"(?i:(?P<which>last|next|this past|this coming|this|past|coming|the previous|the following)\s+)"
    frequency = [form.format(weekday="|".join(WEEKDAYS), month="|".join(MONTHS)) for form in words["frequency"]]
    months = MONTH.replace("May|", "").replace("MAY|", "")
    licensed = (
        r"(?:in|of|since|until|till|by|from|during|between|around|before|after|early|late|mid|for|and|through|to)"
    )
    patterns = [
        (TimeKind.VAGUE, rf"(?i:{'|'.join(words['vague'])})"),
        (TimeKind.FREQUENCY, rf"(?i:{'|'.join(frequency)})"),
        (TimeKind.DURATION, rf"(?i:for|lasting|lasted|after)\s+(?:(?:the|a)\s+(?:last|past|full)\s+)?{amount}"),
        (TimeKind.DURATION, rf"(?i:\d+|{numbers})-(?:{_UNIT})(?:-(?:long|old))?"),
        (TimeKind.MONTH, rf"(?P<month>{MONTH}),?\s+(?:of\s+)?(?P<year>{YEAR})"),
        (TimeKind.MONTH, rf"{which}(?P<month>{MONTH})(?!\s+\d)"),
        (TimeKind.MONTH, rf"(?P<month>{months})(?!\s+(?:[A-Z][a-z]+|\d))"),
        (TimeKind.MONTH, rf"(?i:{licensed})[ -](?P<here>)(?P<month>{MONTH})(?!\s+\d)"),
        (
            TimeKind.WEEKDAY,
            rf"(?:{which})?(?P<weekday>{WEEKDAY})(?:\s+(?i:(?:early|late)\s+)?(?i:{_DAYTIME}))?",
        ),
        (
            TimeKind.RELATIVE,
            r"(?i:(?:earlier |later |late |early )?(?P<near>today|tonight|yesterday|tomorrow))"
            rf"(?:\s+{_DAYTIME})?",
        ),
        (TimeKind.RELATIVE, rf"(?i:(?P<near>this|last|yesterday))\s+{_DAYTIME}"),
        (TimeKind.RELATIVE, r"(?i:the\s+day\s+(?P<beyond>before\s+yesterday|after\s+tomorrow))"),
        (TimeKind.RELATIVE, rf"{which}(?P<unit>week|weekend|fortnight|month|quarter|year|decade)"),
        (TimeKind.RELATIVE, rf"{amount}\s+(?i:(?P<way>ago|from\s+now))"),
        (TimeKind.RELATIVE, r"(?i:(?P<part>earlier|later|early|late)\s+(?:in|on)\s+the)\s+(?P<unit>week|month|year)"),
        (
            TimeKind.RELATIVE,
            r"(?i:(?:the\s+)?(?P<part>end|start|beginning|middle|close)\s+of\s+the)\s+(?P<unit>week|month|year)",
        ),
        (TimeKind.RELATIVE, r"(?i:(?P<part>year|month)[ -]end)"),
        (
            TimeKind.SHIFT,
            rf"{amount}\s+(?i:(?P<way>earlier|later|before|after|afterwards|previously|prior\s+to|prior))",
        ),
        (TimeKind.SHIFT, r"(?i:(?:on\s+)?the\s+(?P<way>eve)\s+of)"),
        (TimeKind.SHIFT, r"(?i:the\s+(?P<unit>day|night|week|month|year)\s+(?P<way>before|after))"),
        (
            TimeKind.SHIFT,
            r"(?i:the\s+(?P<way>next|following|previous|preceding|same)\s+"
            r"(?P<unit>day|morning|evening|night|week|month|year))",
        ),
        (TimeKind.SHIFT, rf"(?i:(?P<way>that|that same)\s+(?P<unit>day|{_DAYTIME}|week|month|year))"),
        (TimeKind.SHIFT, r"(?i:(?P<unit>hour|minute)s\s+(?P<way>earlier|later|before|after|afterwards))"),
        (TimeKind.SHIFT, rf"{amount}\s+(?P<name>to\s+the\s+day)\s+(?P<way>since|after)"),
        (TimeKind.RELATIVE, r"(?i:(?:over|at|on|during)\s+(?P<name>the\s+weekend))"),
        (TimeKind.RELATIVE, r"(?P<name>(?i:overnight))"),
        (
            TimeKind.SHIFT,
            r"(?i:(?:the\s+)?(?P<unit>week)\s+(?P<way>of|beginning|starting|ending))(?=\s+(?:on\s+)?(?:\w+\s+)?[A-Z\d])",
        ),
        (
            TimeKind.WITHIN,
            rf"(?i:within|inside|in\s+under|in)\s+(?i:the\s+(?:next|coming)\s+)?{amount}(?:['’]s?\s+time)?",
        ),
        (TimeKind.WITHIN, rf"(?i:over|during|for)\s+(?i:the\s+(?:next|coming))\s+{amount}"),
        (TimeKind.PAST, rf"(?i:over|in|during|within)\s+(?i:the\s+(?:last|past|previous))\s+{amount}"),
        (TimeKind.PAST, rf"(?i:over|in|during|within)\s+(?i:the\s+(?:last|past|previous))\s+{_UNIT}"),
        (TimeKind.QUARTER, r"(?i:(?:the\s+)?(?P<ordinal>first|second|third|fourth|last|1st|2nd|3rd|4th)\s+quarter)"),
        (TimeKind.QUARTER, r"Q(?P<number>[1-4])"),
        (
            TimeKind.SEASON,
            rf"(?:{which}|(?i:in|during|of|since|by)\s+(?i:the\s+|early\s+|late\s+)*)"
            rf"(?P<name>(?i:{seasons}))",
        ),
        (TimeKind.SEASON, rf"(?P<name>(?i:{seasons}))\s+(?i:of\s+)?(?P<year>{YEAR})"),
        (TimeKind.HOLIDAY, rf"(?:{which})?(?P<name>{names})"),
        (
            TimeKind.DAY_OF_MONTH,
            r"(?i:the\s+)(?P<day>(?:3[01]|[12]\d|[1-9])(?:st|nd|rd|th))"
            r"(?=\s*(?:$|[.,;:)”]|(?:of\s+(?:this|last|next|the)|at|in|to|and|with|when|after)\b))",
        ),
        (TimeKind.YEAR, rf"(?i:{licensed}|[–-])(?:[ -]|(?<=[–-]))(?P<here>)(?P<year>{YEAR})(?![\d%]|,\d|-[a-z])"),
        (TimeKind.RANGE, rf"(?i:{licensed})\s+(?P<here>)(?P<from>{YEAR})[-–](?P<to>{YEAR}|\d\d)(?!\d|[-–]\d)"),
        (TimeKind.RANGE, r"(?i:the\s+(?:(?P<part>early|late|mid)[ -])?)(?P<decade>(?:19|20)\d0)s"),
    ]
    return tuple((kind, re.compile(rf"(?<![\w$€£]){pattern}(?!\w)")) for kind, pattern in patterns)
