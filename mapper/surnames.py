"""People named in part: by a surname after the full name, by a surname everybody knows, by a name misspelt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz import fuzz

from mapper.document import Candidate, Entity, Form, Line, LineKind
from mapper.gazetteer import Gazetteer, known_by
from mapper.names import PARTICLES, Token, name_key
from mapper.spans import Span, covered_by, is_heading
from mapper.titles import TitleSpan

KNOWN_ALONE = 3
"""Ranks up to this one (head of state … foreign minister) are written by surname alone."""
ALIKE = 72
"""How alike (0 to 100) two given names are that are taken for one name spelt twice."""
FULL, PART, ALONE, SPELT = (
    "named in full in the article",
    "part of a name in the article",
    "surname alone",
    "spelt differently",
)
"""Why a person is a reading of such a mention."""


def words_of(people: Iterable[tuple[Entity, str]]) -> dict[str, list[Entity]]:
    """Each single word of people's names, as listed and as used (folded) → the people.

    >>> from mapper.document import Kind
    >>> sorted(words_of([(Entity("Q7", "Angela Merkel", Kind.PERSON), "angela dorothea merkel")]))
    ['angela', 'dorothea', 'merkel']
    """
    found: dict[str, list[Entity]] = defaultdict(list)
    for person, name in people:
        for word in dict.fromkeys([*name_key(person.label).split(), *name.split()]):
            if len(word) > 1 and word not in PARTICLES and person not in found[word]:
                found[word].append(person)
    return {word: bearers for word, bearers in found.items() if bearers}


class PartialNames:
    """A line in which people are sought whom it names in part; `spans` holds its names."""

    def __init__(
        self, text: str, words: Sequence[Token], line: Line, spans: Sequence[Span], titles: Sequence[TitleSpan],
        gazetteer: Gazetteer,
    ) -> None:  # fmt: skip
        self.text, self.words, self.gazetteer = text, words, gazetteer
        self.spans = list(spans)
        self._titled = frozenset(k for t in titles for k in range(t.head, t.tail))
        self._title_ends = frozenset(t.last for t in titles)
        self._heading = line.kind is LineKind.HEADLINE or is_heading(text, words)

    def add_spelt(self) -> None:
        """Add people whose surname is known and whose given names are nearly, or partly, theirs."""
        self._covered = covered_by(self.spans)
        i = 0
        while i < len(self.words):
            starts = self._free(i) and self._joined(i) and not self._heading
            starts = starts and self.words[i].folded not in self.gazetteer.words("honorific")
            found = self._spelt(i) if starts else None
            if found:
                self.spans.append(Span(i, found[0], Form.NAME, found[1], strong=False))
            i = found[0] if found else i + 1
        self.spans.sort(key=lambda s: s.first)

    def add(self, spans: Iterable[Span]) -> None:
        """Add names that were found in another way."""
        self.spans = sorted([*self.spans, *spans], key=lambda s: s.first)

    def add_single(self, introduced: Mapping[str, list[Entity]]) -> None:
        """Add people named by one word.

        `introduced` holds those whom the article names in full (`words_of`). Lower-case words are never names; a word
        inside a longer unknown name is left alone.
        """
        self._covered = covered_by(self.spans)
        for i, word in enumerate(self.words):
            span = self._covered.get(i)
            if span is None and self._free(i):
                if candidates := self._single(i, introduced):
                    self.spans.append(Span(i, i + 1, Form.SURNAME, candidates, strong=False))
            elif (
                span and span.last - span.first == 1 and not span.strong and word.capital and word.folded in introduced
            ):
                known = {c.entity.key for c in span.candidates}
                new = [c for c in _back(introduced[word.folded], word) if c.entity.key not in known]
                span.candidates, span.form = [*new, *span.candidates], Form.SURNAME if new else span.form
        self.spans.sort(key=lambda s: s.first)

    def _joined(self, k: int) -> bool:
        """Whether only a space parts word k from the next."""
        if not 0 <= k < len(self.words) - 1:
            return False
        return self.text[self.words[k].end : self.words[k + 1].start] in {" ", "\u00a0"}

    def _free(self, k: int) -> bool:
        """Whether word k is capitalised and belongs to no name or title."""
        return 0 <= k < len(self.words) and self.words[k].capital and k not in self._covered and k not in self._titled

    def _opens(self, k: int) -> bool:
        """Whether word k stands first in a sentence, where everything has a capital."""
        before = self.text[: self.words[k].start].rstrip(" \"“‘'(")
        return k == 0 or before[-1:] in {".", "!", "?", ":", "\n", "—"}

    def _titled_before(self, k: int) -> bool:
        """Whether a title or honorific stands before word k."""
        if not self._joined(k - 1):
            return False
        return k in self._title_ends or self.words[k - 1].folded in self.gazetteer.words("honorific")

    def _stranger(self, k: int) -> bool:
        """Whether word k is part of a longer name that is not known."""
        if self._heading:
            return False
        if self._joined(k) and self._free(k + 1):
            return True
        if not self._joined(k - 1) or not self._free(k - 1) or self._titled_before(k):
            return False
        return not self._opens(k - 1) or self.gazetteer.is_given_name(self.words[k - 1].folded)

    def _single(self, i: int, introduced: Mapping[str, list[Entity]]) -> list[Candidate]:
        word, titled = self.words[i], self._titled_before(i)
        if self._stranger(i) or len(word.folded) < 2:
            return []
        if word.folded in introduced:
            people = introduced[word.folded]
            usual = [p for p in people if word.folded in known_by(p)]
            return _back(usual or people, word) if usual or titled or len(word.folded) > 3 else []
        if (word.folded in self.gazetteer.words("ordinary") and not titled) or (
            word.text.isupper() and not self._heading
        ):
            return []
        bearers = self.gazetteer.bearers(word.folded)
        known = [p for p in bearers if titled or self.gazetteer.rank(p.key) <= KNOWN_ALONE]
        return [Candidate(person, 0.0, (ALONE,)) for person in known[:60]]

    def _spelt(self, i: int) -> tuple[int, list[Candidate]] | None:
        """Where such a name ends that begins with word i, and whose it may be."""
        for last in range(min(i + 4, len(self.words)) - 1, i, -1):
            inner = range(i, last)
            if not self._free(last) or not all(self._joined(k) for k in inner):
                continue
            if not all(self._free(k) or self.words[k].folded in PARTICLES for k in inner):
                continue
            given, surname = [w.folded for w in self.words[i:last]], self.words[last].folded
            people = {*self.gazetteer.bearers(surname), *self.gazetteer.reordered([*given, surname])}
            same = sorted((p for p in people if _same_given(given, surname, p)), key=lambda p: p.key)
            if found := [Candidate(p, 0.0, (SPELT,)) for p in same]:
                return last + 1, found
        return None


def _back(people: Sequence[Entity], word: Token) -> list[Candidate]:
    return [Candidate(p, 0.0, (FULL if word.folded in known_by(p) else PART,)) for p in people]


def _same_given(given: Sequence[str], surname: str, person: Entity) -> bool:
    """Whether given names may be this person's.

    >>> from mapper.document import Kind
    >>> _same_given(["cyril"], "ramaphosa", Entity("Q", "Matamela Cyril Ramaphosa", Kind.PERSON))
    True
    """
    known = name_key(person.label).split()
    if surname not in known or len(known) < 2:
        return False
    known.remove(surname)
    if set(given) <= set(known) or (set(known) <= set(given) and len(given) <= len(known) + 2):
        return True
    return given[0][:1] == known[0][:1] and fuzz.ratio(" ".join(given), " ".join(known)) >= ALIKE
