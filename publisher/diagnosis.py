"""Where and why a query is malformed, as a person would say it.

The engine's parser reports the furthest character that it looked at. That may be far beyond the mistake, because it
reads as many characters as a keyword has before it compares them. So a malformed query is parsed once more with wide
gaps between its words: no keyword reaches over a gap, and the word before the gap is the one that does not fit.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from publisher.lexer import tokens

_PLACE = re.compile(r"^error at (\d+):(\d+): (.*)$", re.DOTALL)
_ALTERNATIVE = re.compile(r"""(?:(?<=, )|(?<=^))("(?:\\.|[^"\\])*"|[A-Za-z]+)(?=, |$)""")
_SAID = {
    "Prefix not found": "{} has a prefix that is not declared.",
    "IRI parsing failed": "{} is not a valid IRI.",
    "variable that is unbound": "SELECT names a variable that is neither grouped by nor bound.",
}
_GAP = " " * 20  # longer than any keyword
_LONGEST = 65_536  # characters of a query that is parsed again


def syntax_problem(query: str, message: str, parse: Callable[[str], object]) -> dict[str, Any]:
    """What a person is told of a syntax error: the place, and what could have stood there.

    Parameters:
        query: the query as it came.
        message: what the engine said of it.
        parse: parses a query, and raises SyntaxError.
    """
    problem: dict[str, Any] = {"status": 400, "title": "Malformed Query", "detail": message}
    if (match := _PLACE.match(message)) is None:
        return problem
    line, column, expected, found = int(match[1]), int(match[2]), match[3], "something before"
    if len(query) <= _LONGEST:
        text, starts = _spread(query)
        try:
            parse(text)
        except SyntaxError as error:
            if match := _PLACE.match(str(error)):
                reached = _offset(text, int(match[1]), int(match[2]))
                offset = len(query) if reached >= len(text) else _original(starts, reached)
                line, column = query.count("\n", 0, offset) + 1, offset - query.rfind("\n", 0, offset)
                expected, found = match[3], " ".join(query[offset:].split()[:1])[:40]
    return problem | {
        "detail": f"Line {line}, column {column}: {_reason(found, expected)}",
        "line": line,
        "column": column,
    }


def _reason(found: str, expected: str) -> str:
    """The mistake in words; the engine's character classes, which tell a person nothing, are left out."""
    for told, said in _SAID.items():
        if told in expected:
            return said.format(found)
    plain = _ALTERNATIVE.findall(expected.removeprefix("expected ").removeprefix("one of "))
    reason = f"{found} does not fit here" if found else "the query ends too early"
    return f"{reason}; expected {' or '.join(plain)}." if plain else reason + "."


def _spread(query: str) -> tuple[str, list[tuple[int, int]]]:
    """The query with wide gaps, and for each of its parts where it begins in the new text and in the old.

    Gaps are made where white space was, and behind brackets and semicolons: no such place is inside a token.
    """
    parts: list[str] = []
    starts: list[tuple[int, int]] = []
    length = 0
    fresh = True
    for kind, start, text in tokens(query):
        if kind == "skip":
            parts.append(_GAP)
            length += len(_GAP)
            fresh = True
            continue
        if fresh:
            starts.append((length, start))
            fresh = False
        parts.append(text)
        length += len(text)
        if text in ("{", "}", "(", ")", ";") and query[start + 1 : start + 2] != "|":
            parts.append(_GAP)
            length += len(_GAP)
            fresh = True
    parts.append(_GAP)
    return "".join(parts), starts


def _offset(text: str, line: int, column: int) -> int:
    before = 0
    for _ in range(line - 1):
        before = text.find("\n", before) + 1
    return before + column - 1


def _original(starts: list[tuple[int, int]], offset: int) -> int:
    """Where the part that the offset falls into begins in the original."""
    return max((pair for pair in starts if pair[0] <= offset), default=(0, 0))[1]
