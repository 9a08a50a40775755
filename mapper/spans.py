"""A name found in a line, before it becomes a mention."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mapper.document import Candidate, Form, Kind, Mention, Title
from mapper.names import Token
from mapper.titles import Row

OWNERS = frozenset({Kind.STATE, Kind.ORGANIZATION, Kind.ARMED_GROUP, Kind.MISSION, Kind.GOVERNMENT_BODY})
"""What an office may belong to."""


@dataclass(slots=True)
class Span:
    """Tokens `first` to `last`, exclusive, of a line, and what they may stand for."""

    first: int
    last: int
    form: Form
    candidates: list[Candidate]
    title: Title | None = None
    strong: bool = True

    def mention(self, text: str, words: Sequence[Token]) -> Mention:
        """The same as a mention, not yet linked."""
        start, end = words[self.first].start, words[self.last - 1].end
        return Mention(start, end, text[start:end], self.form, None, tuple(self.candidates), 0.0, self.title)

    def is_person(self) -> bool:
        """Whether some reading is a person."""
        return any(c.entity.kind is Kind.PERSON for c in self.candidates)


def row_of(text: str, words: Sequence[Token], spans: Sequence[Span]) -> Row:
    """A line with its names, for finding titles in it."""
    covered = {k: number for number, span in enumerate(spans) for k in range(span.first, span.last)}
    owning = (n for n, s in enumerate(spans) if any(c.entity.kind in OWNERS for c in s.candidates))
    places = (n for n, s in enumerate(spans) if s.candidates and all(c.entity.kind is Kind.PLACE for c in s.candidates))
    ranges = [(span.first, span.last) for span in spans]
    return Row(text, words, covered, ranges, frozenset(owning), frozenset(places))


def is_heading(text: str, words: Sequence[Token]) -> bool:
    """Whether a line is written as headings are: most words with a capital, no full stop at the end.

    >>> from mapper.names import tokens
    >>> is_heading("Leaders Meet in Lima", list(tokens("Leaders Meet in Lima")))
    True
    """
    if not words or sum(word.capital for word in words) <= 0.6 * len(words):
        return False
    return text[words[-1].end : words[-1].end + 1] not in {".", "!", "?", '"', "”", "’"}


def covered_by(spans: Iterable[Span]) -> dict[int, Span]:
    """Token → the name that covers it."""
    return {k: span for span in spans for k in range(span.first, span.last)}
