"""Finds the credit of a picture or an agency at the end of a line."""

from __future__ import annotations

import re
from functools import cache

_WORD = r"(?:photos?|pictures?|images?|pics?|photograph|credits?|courtesy|source|video|graphic)"
_CREDITS = (
    re.compile(rf"\s*[\[(](?i:(?:file |ap |afp )?{_WORD}|reuters|courtesy)\b[^()\[\]]{{0,80}}[\])]\.?$"),
    re.compile(r"\s*[\[(][A-Z][\w .'’-]{1,40}(?:/|\s\|\s)[A-Z][\w .,'’/-]{1,50}[\])]$"),
    re.compile(r"(?<=[.!?\"”])\s*\[[^\[\]]{2,50}\]$"),
    re.compile(rf"\s*\|?\s*\b(?i:{_WORD})\s*(?i:credits?|courtesy|by|of)?\s*[:/|]\s*[^.]{{2,60}}[\])]?$"),
    re.compile(r"(?<=[a-z.)])(?:Image|Photo|Picture|Credit)s?\s*:\s*[^.]{2,60}$"),
    re.compile(r"\s*\bCredit(?:\.\.\.|…)\s*[A-Z].{2,60}$"),
    re.compile(r"\s*©\s*[^©]{2,60}$"),
    re.compile(rf"(?<=[.!?\"”])\s*(?i:(?:file )?{_WORD})\s+(?i:by|from|courtesy|via|of)\s[^.]{{2,60}}[\])]?$"),
    re.compile(r"(?<=[.!?\"”])\s+[A-Z]{2,}(?:[ /][A-Z]{2,})*\]?$"),
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
    before = r"(?:\s*[|/]\s*|\s+[–—-]+\s*|(?<=[.!?\"”])\s+)(?:[\w .'’]{2,40}(?:/| via |, ))?"
    bare = rf"{before}(?:{names})(?:[/ ][\w .]{{2,40}})?\]?"
    return re.compile(rf"(?:{bare}|\s*[\[(](?:[\w .'’]{{2,40}}(?:/| via |, ))?(?:{names})\b[^()\[\]]{{0,60}}[\])])$")
