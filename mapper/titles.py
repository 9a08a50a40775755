"""Offices as the text names them: "US Secretary of State", "former President of the Republic of Chile", "top diplomat".

Words are read against the gazetteer's table of titles. Nothing here decides who holds the office.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mapper.gazetteer import Gazetteer
from mapper.names import Token

FORMER = frozenset({"former", "ex", "then", "late", "onetime", "erstwhile", "ousted", "deposed", "past"})
_STANDING = frozenset(
    {"current", "incumbent", "new", "newly", "elected", "appointed", "outgoing", "visiting", "sitting"}
)
_LINKS = frozenset({"of", "for", "to", "on", "at", "in"})
_DEPUTIES = frozenset({"deputy", "vice", "assistant", "under", "joint", "parliamentary"})
_SPACES = frozenset({" ", "\u00a0", "-", "- "})
_POSSESSIVES = _SPACES | {"'s ", "’s ", "' ", "’ ", "’s\u00a0", "'s\u00a0"}


@dataclass(frozen=True, slots=True)
class TitleSpan:
    """An office in a line.

    Tokens `first` to `last`, exclusive, hold all of it, with country and "former"; `head` to `tail` the office words
    alone. `owners` are the numbers of the names inside that say whose office it is, the likeliest first.
    """

    first: int
    last: int
    head: int
    tail: int
    words: str
    level: str
    owners: tuple[int, ...]
    former: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A line's words and the names found in it.

    `covered` maps a token to the number of the name that covers it, `spans` are the names' token ranges, `owning` the
    numbers of the names that an office may belong to: states, organizations, capitals.
    """

    text: str
    words: Sequence[Token]
    covered: Mapping[int, int]
    spans: Sequence[tuple[int, int]]
    owning: frozenset[int]
    places: frozenset[int] = frozenset()
    """The numbers of the names that are places and nothing else."""

    def gap(self, i: int) -> str:
        """What stands between token i and the next."""
        return self.text[self.words[i].end : self.words[i + 1].start] if 0 <= i < len(self.words) - 1 else "\n"

    def owner(self, i: int) -> int | None:
        """The number of the owning name that ends with token i, where the next token may follow as its office."""
        number = self.covered.get(i)
        if number is None or number not in self.owning or self.spans[number][1] != i + 1:
            return None
        return number if self.gap(i) in _POSSESSIVES else None


def find_titles(row: Row, gazetteer: Gazetteer) -> list[TitleSpan]:
    """The offices that a line names, in order."""
    found: list[TitleSpan] = []
    starts = gazetteer.title_starts
    i = 0
    while i < len(row.words):
        if row.words[i].folded not in starts:
            i += 1
            continue
        count = _phrase(row, i, gazetteer)
        leads = count == 1 and row.words[i].folded in gazetteer.words("modifier") and row.gap(i) in _SPACES
        if leads and _phrase(row, i + 1, gazetteer):
            i += 1  # "Chief Adviser" is one title
        elif count:
            found.append(_grow(row, i, i + count, gazetteer))
            i = max(found[-1].last, i + count)
        else:
            i += 1
    return found


def _phrase(row: Row, i: int, gazetteer: Gazetteer) -> int:
    """How many tokens the longest title has that begins at token i."""
    longest = gazetteer.title_starts.get(row.words[i].folded, 0)
    if not longest or i in row.covered:
        return 0
    for n in range(min(longest, len(row.words) - i), 0, -1):
        part = row.words[i : i + n]
        if " ".join([token.folded for token in part]) not in gazetteer.tables.titles:
            continue
        if any(k in row.covered or row.gap(k - 1) not in _SPACES for k in range(i + 1, i + n)):
            continue
        return 0 if n == 1 and len(part[0].folded) <= 3 and not part[0].text.isupper() else n
    return 0


def _grow(row: Row, head: int, tail: int, gazetteer: Gazetteer) -> TitleSpan:
    """Add what stands around the title: its modifiers, its complement, its owner, "former"."""
    usual, level = gazetteer.tables.titles[" ".join(token.folded for token in row.words[head:tail])]
    words = [usual]
    first = _modifiers(row, head, gazetteer)
    if first < head:
        whole = " ".join(token.folded for token in row.words[first:tail])
        if whole in gazetteer.tables.titles:
            usual, level = gazetteer.tables.titles[whole]
            words = [usual]
        else:
            before = row.text[row.words[first].start : row.words[head].start]
            words = [" ".join(word[:1].upper() + word[1:] for word in before.replace("-", " ").split()), usual]
            if {token.folded for token in row.words[first:head]} & _DEPUTIES:
                level = "minister"
    owners: list[int] = []
    end, last = _complement(row, tail, owners, gazetteer)
    if end > tail:
        words.append(row.text[row.words[tail].start : row.words[end - 1].end])
    left, former = first, False
    for _ in range(2):
        if (number := row.owner(left - 1)) is not None:
            owners.insert(0, number)
            left = row.spans[number][0]
        while left > 0 and left - 1 not in row.covered and row.gap(left - 1) in _SPACES:
            if row.words[left - 1].folded not in FORMER | _STANDING:
                break
            former = former or row.words[left - 1].folded in FORMER
            left -= 1
    return TitleSpan(left, max(last, end), first, end, " ".join(words), level, tuple(dict.fromkeys(owners)), former)


def _modifiers(row: Row, head: int, gazetteer: Gazetteer) -> int:
    """Where the words before a title begin that belong to it: "deputy foreign", "special presidential"."""
    first = head
    while first > 0 and row.gap(first - 1) in _SPACES:
        if (number := row.covered.get(first - 1)) is not None:
            if number not in row.places or row.spans[number][1] != first:
                break
            first = row.spans[number][0]  # "Middle East envoy"
            continue
        word = row.words[first - 1]
        if word.folded not in gazetteer.words("modifier") and not (
            word.capital and word.folded in gazetteer.words("body")
        ):
            break
        first -= 1
    return first


def _is_office_word(row: Row, k: int, gazetteer: Gazetteer) -> bool:
    if k in row.covered or row.words[k].text[0].isupper():
        return False
    return any(row.words[k].folded in gazetteer.words(use) for use in ("modifier", "body", "GovernmentBody noun"))


def _complement(row: Row, tail: int, owners: list[int], gazetteer: Gazetteer) -> tuple[int, int]:
    """Where the office words and the whole title end: "of the Republic of Rwanda", "for Foreign Affairs", "to Kenya".

    Owners that it names are added to `owners`.
    """
    body = gazetteer.words("body")
    end = last = k = tail
    while k < len(row.words) and row.gap(k - 1) in _SPACES and row.words[k].folded in _LINKS:
        link = row.words[k].folded
        k += 1
        if k < len(row.words) and row.words[k].folded == "the":
            k += 1
        begun = k
        while k < len(row.words) and k not in row.covered and row.gap(k - 1) in _SPACES | {", "}:
            word = row.words[k]
            joined = word.folded in {"and", "of", "the"} and k > begun and k + 1 < len(row.words)
            if word.capital and word.folded in body:
                end = last = k + 1
            elif not (joined and (k + 1 in row.covered or row.words[k + 1].folded in body | {"the"})):
                break
            k += 1
        placed = k in row.covered and k == begun and row.covered[k] in row.places and row.gap(k - 1) in _SPACES
        if placed and link in {"of", "for", "to"}:
            k = end = last = row.spans[row.covered[k]][1]  # "governor of Lagos"
        elif k in row.covered and row.covered[k] in row.owning and row.gap(k - 1) in _SPACES:
            number = row.covered[k]
            k = last = row.spans[number][1]
            if link in {"of", "at"} or (row.words[row.spans[number][0] - 1].folded in {"of", "the"} and end > tail):
                owners.append(number)
            else:
                end = k
                while k < len(row.words) and row.words[k].folded in body and row.words[k].capital:
                    k += 1  # "for EAC Affairs"
                    end = last = k
            while k < len(row.words) and row.gap(k - 1) in _POSSESSIVES and _is_office_word(row, k, gazetteer):
                k += 1  # "of Ukraine's presidential office"
                last = k
        elif k == begun:
            break
        k = max(k, last)
    return end, last
