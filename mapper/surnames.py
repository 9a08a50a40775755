"""People named in part: by a surname after the full name, by a surname everybody knows, by a name misspelt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from mapper.document import Candidate, Entity, Form, Line, LineKind
from mapper.gazetteer import Gazetteer, known_by
from mapper.names import PARTICLES, Token, name_key
from mapper.spans import Span, covered_by
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


def words_of(people: Iterable[Entity]) -> dict[str, list[Entity]]:
    """Each single word of people's names → the people.

    >>> from mapper.document import Kind
    >>> sorted(words_of([Entity("Q7", "Angela Merkel", Kind.PERSON)]))
    ['angela', 'merkel']
    """
    found: dict[str, list[Entity]] = defaultdict(list)
    for person in people:
        for word in dict.fromkeys(name_key(person.label).split()):
            if len(word) > 1 and word not in PARTICLES:
                found[word].append(person)
    return found


@dataclass(slots=True)
class _Line:
    """A line in which names are sought; `introduced` are the people whom the article names in full, by word."""

    text: str
    words: Sequence[Token]
    covered: Mapping[int, Span]
    titled: frozenset[int]
    titles_end: frozenset[int]
    heading: bool
    introduced: Mapping[str, list[Entity]]
    gazetteer: Gazetteer

    def joined(self, k: int) -> bool:
        """Whether only a space parts word k from the next."""
        if not 0 <= k < len(self.words) - 1:
            return False
        return self.text[self.words[k].end : self.words[k + 1].start] in {" ", "\u00a0"}

    def free(self, k: int) -> bool:
        """Whether word k is capitalised and belongs to no name or title."""
        return 0 <= k < len(self.words) and self.words[k].capital and k not in self.covered and k not in self.titled

    def opens(self, k: int) -> bool:
        """Whether word k stands first in a sentence, where everything has a capital."""
        before = self.text[: self.words[k].start].rstrip(" \"“‘'(")
        return k == 0 or before[-1:] in {".", "!", "?", ":", "\n", "—"}

    def titled_before(self, k: int) -> bool:
        """Whether a title or honorific stands before word k."""
        if k in self.titles_end or k - 1 in self.titled:
            return True
        return k > 0 and self.joined(k - 1) and self.words[k - 1].folded in self.gazetteer.words("honorific")

    def stranger(self, k: int) -> bool:
        """Whether word k is part of a longer name that is not known."""
        if self.heading:
            return False
        if self.joined(k) and self.free(k + 1):
            return True
        if not self.joined(k - 1) or not self.free(k - 1) or self.titled_before(k) or self.opens(k - 1):
            return False
        return self.words[k - 1].folded not in self.gazetteer.words("honorific")


def name_parts(
    text: str, words: Sequence[Token], line: Line, spans: list[Span], titles: Sequence[TitleSpan],
    introduced: Mapping[str, list[Entity]], gazetteer: Gazetteer,
) -> list[Span]:  # fmt: skip
    """The line's names with those added that name people in part.

    `introduced` holds the people whom the article names in full (`words_of`). Lower-case words are never names; a word
    inside a longer unknown name is left alone.
    """
    heading = line.kind is LineKind.HEADLINE or sum(w.capital for w in words) > 0.6 * len(words)
    titled = frozenset(k for t in titles for k in range(t.head, t.tail))
    here = _Line(
        text, words, covered_by(spans), titled, frozenset(t.last for t in titles), heading, introduced, gazetteer
    )
    out = list(spans)
    i = 0
    while i < len(words):
        word = words[i]
        span = here.covered.get(i)
        if span is not None:
            if span.last - span.first == 1 and not span.strong and word.folded in introduced and word.capital:
                span.candidates = [*_back(introduced[word.folded], word), *span.candidates]
                span.form = Form.SURNAME
            i += 1
        elif not here.free(i):
            i += 1
        elif here.joined(i) and here.free(i + 1) and (found := _spelt(here, i)):
            out.append(Span(i, found[0], Form.NAME, found[1], strong=False))
            i = found[0]
        else:
            if candidates := _single(here, i):
                out.append(Span(i, i + 1, Form.SURNAME, candidates, strong=False))
            i += 1
    return sorted(out, key=lambda s: s.first)


def _single(here: _Line, i: int) -> list[Candidate]:
    word = here.words[i]
    titled = here.titled_before(i)
    if here.stranger(i) or len(word.folded) < 2:
        return []
    if word.folded in here.introduced:
        people = here.introduced[word.folded]
        usual = [p for p in people if word.folded in known_by(p)]
        return _back(usual or people, word) if usual or titled or len(word.folded) > 3 else []
    if word.folded in here.gazetteer.words("ordinary") and not titled:
        return []
    if word.text.isupper() and not here.heading:
        return []
    bearers = here.gazetteer.bearers(word.folded)
    known = [p for p in bearers if titled or here.gazetteer.rank(p.key) <= KNOWN_ALONE]
    return [Candidate(person, 0.0, (ALONE,)) for person in known[:60]]


def _back(people: Sequence[Entity], word: Token) -> list[Candidate]:
    return [Candidate(p, 0.0, (FULL if word.folded in known_by(p) else PART,)) for p in people]


def _spelt(here: _Line, i: int) -> tuple[int, list[Candidate]] | None:
    """A name whose surname is known and whose given names are nearly, or partly, those of a known person."""
    for n in (4, 3, 2):
        last = i + n - 1
        if not all(
            here.free(k) or here.words[min(k, len(here.words) - 1)].folded in PARTICLES for k in range(i, last + 1)
        ):
            continue
        if last >= len(here.words) or not here.free(last) or not all(here.joined(k) for k in range(i, last)):
            continue
        given = [w.folded for w in here.words[i:last]]
        surname = here.words[last].folded
        people = {p.key: p for p in (*here.introduced.get(surname, ()), *here.gazetteer.bearers(surname))}
        found = [Candidate(p, 0.0, (SPELT,)) for p in people.values() if _same_given(given, surname, p)]
        if found:
            return last + 1, found
    return None


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
