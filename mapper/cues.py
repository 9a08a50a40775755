"""The cue phrases of noise.toml, compiled, and the rows of a page that they are matched against."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from mapper.credits import credit_start
from mapper.document import LineKind

_BULLET = re.compile(r"^[\s•●▪◦*·‣♦►▶»>❯→–—✓■□-]+(?=\S)")
_MARKS = " :»>›→…❯.!"
_COUNT = re.compile(r"\(\d+\)$")
_STOP = re.compile(r"[.!?…]['\"”’»)\]]*$")
_SPACES = " \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\xa0\u2028\u2029\u3000\u200b\u2009\u202f\ufeff"
_WORD = re.compile(r"\w[\w'’.-]*")
_BREAK = re.compile(r"[a-z)\"”’][.!?][\"”’]?\s+[\"“‘]?[A-Z]")
_BREAKS = re.compile(r"[\r\n\t\v\f\x1c-\x1f\x85\u2028\u2029]")
_QUOTE = "\"“”‘'«"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the page without its outer spaces; `gap` tells of an empty line before it."""

    start: int
    end: int
    text: str
    gap: bool
    words: int
    stop: bool
    prose: bool
    bullet: re.Match[str] | None
    credit: int | None
    """Where in the line the credit of a picture or an agency begins."""

    @property
    def lower(self) -> str:
        """The line in lower case."""
        return self.text.lower()

    @property
    def bare(self) -> str:
        """The line without bullets before and marks, arrows and counts after it."""
        start = self.bullet.end() if self.bullet else 0
        text = self.text[start:].strip("[]»› ").rstrip(_MARKS)
        return _COUNT.sub("", text).rstrip(_MARKS) if text.endswith(")") else text

    @property
    def key(self) -> str:
        """The line as it is compared across pages: lower case, digits and spaces made alike."""
        return re.sub(r"\d+", "0", " ".join(self.text.lower().split()))


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue phrase: the kind of line it makes, why, and whether it opens something."""

    kind: LineKind
    reason: str
    opens: str | None
    whole: re.Pattern[str] | None
    begin: re.Pattern[str] | None
    anywhere: re.Pattern[str] | None
    hints: tuple[str, ...]
    """Of which one is in every line that `anywhere` matches, so that most lines need no search."""

    def found(self, row: Row) -> str | None:
        """How the cue stands in the line: "whole", "begin", "anywhere", or not at all."""
        if self.whole and row.words <= settings()["whole_words"] and self.whole.fullmatch(row.bare):
            return "whole"
        begins = row.bullet.end() if row.bullet else 0
        if self.begin and self.begin.match(row.text, begins):
            return "begin"
        if self.anywhere and any(hint in row.lower for hint in self.hints) and self.anywhere.search(row.text):
            return "anywhere"
        return None


@cache
def settings() -> dict[str, Any]:
    """The thresholds and word lists of noise.toml."""
    read = tomllib.loads(Path(__file__).with_name("noise.toml").read_text(encoding="utf-8"))
    words = {name: frozenset(entries) for name, entries in read["words"].items()}
    return {"cue": read["cue"], **read["thresholds"], **words}


@cache
def cues() -> tuple[Cue, ...]:
    """All cues in the order of noise.toml."""

    def compiled(phrases: list[str], form: str = "{}") -> re.Pattern[str] | None:
        either = "|".join(phrases)
        return re.compile(form.format(f"(?:{either})"), re.IGNORECASE) if phrases else None

    return tuple(
        Cue(
            LineKind(entry["kind"]),
            entry["reason"],
            entry.get("opens"),
            compiled(entry.get("whole", [])),
            compiled(entry.get("begin", []) + [f"(?:{one})\\s*[:|–—»]" for one in entry.get("start", [])]),
            compiled(entry.get("anywhere", []), "(?<!\\w){}"),
            tuple(entry.get("hints", ())),
        )
        for entry in settings()["cue"]
    )


def rows(text: str) -> Iterator[Row]:
    """The lines of the text that are not empty; a paragraph broken at a fixed width is one of them.

    >>> [row.words for row in rows("Talks end\\n\\nThe two met.\\n")]
    [2, 3]
    """
    limits = settings()
    for start, end, gap in _paragraphs(list(_lines(text)), text):
        line = _BREAKS.sub(" ", text[start:end])
        words = len(_WORD.findall(line))
        stop = bool(_STOP.search(line))
        prose = _prose(line, words, stop, limits)
        credit = credit_start(line, limits["agencies"]) if words <= 2 * limits["deck_words"] else None
        yield Row(start, end, line, gap, words, stop, prose, _BULLET.match(line), credit)


def _lines(text: str) -> Iterator[tuple[int, int, bool]]:
    """Start and end of every line that is not empty, without outer spaces, and whether an empty line is before it."""
    position, gap = 0, True
    for raw in text.splitlines(keepends=True):
        line = raw.strip(_SPACES)
        if line:
            start = position + raw.index(line)
            yield start, start + len(line), gap
        gap = not line
        position += len(raw)


def _paragraphs(lines: list[tuple[int, int, bool]], text: str) -> Iterator[tuple[int, int, bool]]:
    """The lines, those joined that a fixed width broke: on a page where many full lines go on in lower case."""
    width = max((end - start for start, end, _ in lines), default=0)
    broken = [_goes_on(one, other, text, width) for one, other in pairwise(lines)]
    continued = sum(mark and text[other[0]].islower() for mark, other in zip(broken, lines[1:], strict=True))
    if width > settings()["wrap_width"] or continued < max(3, settings()["wrap_share"] * len(lines)):
        yield from lines
        return
    start, gap = lines[0][0], lines[0][2]
    for (_, end, _), (begin, _, following), mark in zip(lines, lines[1:], broken, strict=False):
        if not mark:
            yield start, end, gap
            start, gap = begin, following
    yield start, lines[-1][1], gap


def _goes_on(one: tuple[int, int, bool], other: tuple[int, int, bool], text: str, width: int) -> bool:
    """Whether a line is full, so that the next one, with no gap between, may continue it."""
    room = width - (one[1] - one[0])
    return not other[2] and room <= len(text[other[0] : other[1]].split(" ", 1)[0]) + 8


def _prose(line: str, words: int, stop: bool, limits: dict[str, Any]) -> bool:
    """Whether the line reads as prose rather than as a title or label."""
    if line[0] in _QUOTE and words >= limits["quote_words"] and stop:
        return True
    if stop and words >= limits["prose_words"] and _BREAK.search(line):
        return True
    if stop and words >= limits["prose_words"] and not (line.endswith("?") and words < limits["long_words"]):
        return True
    return words >= limits["long_words"] and not _listed(line)


def _listed(line: str) -> bool:
    """Whether the line is a row of short entries side by side."""
    parts = re.split(r"\s{1,9}[|•·/›»]\s{1,9}|\s{3,}|\t", line)
    return len(parts) >= 4
