"""Finds the credit of a picture or an agency at the end of a line."""

from __future__ import annotations

import re
from functools import cache

_WORD = r"(?:photos?|pictures?|images?|pics?|photograph|credits?|courtesy|source|video|graphic)"
_CREDITS = (
    re.compile(rf"\s{{0,3}}[\[(](?i:(?:file |ap |afp )?{_WORD}|reuters|courtesy)\b[^()\[\]]{{0,80}}[\])]\.?$"),
    re.compile(r"\s{0,3}[\[(][A-Z][\w .'’-]{1,40}(?:/|\s\|\s)[A-Z][\w .,'’/-]{1,50}[\])]$"),
    re.compile(r"(?<=[.!?\"”])\s{0,3}\[[^\[\]]{2,50}\]$"),
    re.compile(
        rf"\s{{0,3}}\|?\s{{0,3}}\b(?i:{_WORD})\s{{0,3}}(?i:credits?|courtesy|by|of)?\s{{0,3}}[:/|]\s{{0,3}}[^.]{{2,60}}[\])]?$"
    ),
    re.compile(r"(?<=[a-z.)])(?:Image|Photo|Picture|Credit)s?\s{0,3}:\s{0,3}[^.]{2,60}$"),
    re.compile(r"\s{0,3}\bCredit(?:\.\.\.|…)\s{0,3}[A-Z].{2,60}$"),
    re.compile(r"\s{0,3}©\s{0,3}[^©]{2,60}$"),
    re.compile(
        rf"(?<=[.!?\"”])\s{{0,3}}(?i:(?:file )?{_WORD})\s{{1,3}}(?i:by|from|courtesy|via|of)\s[^.]{{2,60}}[\])]?$"
    ),
    re.compile(r"(?<=[.!?\"”])\s{1,3}[A-Z]{2,}(?:[ /][A-Z]{2,})*\]?$"),
)


LONGEST = 130
"""Characters that a credit has at most."""


def credit_start(text: str, agencies: frozenset[str]) -> int | None:
    """Where the credit at the end of a line begins; None without one.

    >>> credit_start("The two presidents in Lima. [AFP]", frozenset())
    27
    """
    begin = max(0, len(text) - LONGEST)
    found = [match.start() for pattern in (_of_agencies(agencies), *_CREDITS) if (match := pattern.search(text, begin))]
    return min((start for start in found if start), default=None)


@cache
def _of_agencies(agencies: frozenset[str]) -> re.Pattern[str]:
    """A known agency at the end of a line, after a stroke, in brackets or after a sentence."""
    names = "|".join(re.escape(name) for name in sorted(agencies | {"-"}, key=len, reverse=True))
    before = r"(?:\s{0,3}[|/]\s{0,3}|\s{1,3}[–—-]+\s{0,3}|(?<=[.!?\"”])\s{1,3})(?:[\w .'’]{2,40}(?:/| via |, ))?"
    bare = rf"{before}(?:{names})(?:[/ ][\w .]{{2,40}})?\]?"
    return re.compile(
        rf"(?:{bare}|\s{{0,3}}[\[(](?:[\w .'’]{{2,40}}(?:/| via |, ))?(?:{names})\b[^()\[\]]{{0,60}}[\])])$"
    )


def is_credit(text: str, agencies: frozenset[str]) -> bool:
    """Whether the line is a credit and nothing else.

    >>> is_credit("UN Photo/Ana Rey", frozenset({"UN Photo"})), is_credit("Ana Rey", frozenset())
    (True, False)
    """
    return bool(_alone(agencies).fullmatch(text))


@cache
def _alone(agencies: frozenset[str]) -> re.Pattern[str]:
    names = "|".join(re.escape(name) for name in sorted(agencies | {"-"}, key=len, reverse=True))
    label = rf"(?i:{_WORD}\s{{0,3}}(?:by|:|/|credit|courtesy)\s{{0,3}})?"
    return re.compile(rf"[(\[]?(?:©\s{{0,3}})?{label}(?:{names})(?:\s{{0,3}}[/,|]\s{{0,3}}[\w .'’-]{{2,40}})?[)\]]?")
