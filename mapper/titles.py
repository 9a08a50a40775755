"""Offices as the text names them: "US Secretary of State", "former President of the Republic of Rwanda", "top diplomat".

Words are read against the gazetteer's title table. Nothing here decides who holds the office.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mapper.gazetteer import Gazetteer, Token

FORMER = frozenset({"former", "ex", "then", "late", "onetime", "erstwhile", "ousted", "deposed"})
STANDING = frozenset({"current", "incumbent", "new", "newly", "appointed", "elect", "outgoing", "visiting", "sitting"})
LINKS = frozenset({"of", "for", "to", "on", "at"})
ONE_WORD_OFFICES = frozenset(
    {"secretary", "minister", "chief", "head", "chair", "director", "commander", "representative"}
)
"""Words that name an office only together with other words."""
DEPUTIES = frozenset({"deputy", "vice", "assistant", "under", "joint", "parliamentary"})


@dataclass(frozen=True, slots=True)
class TitleSpan:
    """An office in the text: tokens `first` to `last` (exclusive) with country and "former", of which `head` to `tail` are the
    office words alone; `owners` are the numbers of the names inside that say whose office it is, the likeliest first."""

    first: int
    last: int
    head: int
    tail: int
    words: str
    level: str
    owners: tuple[int, ...]
    former: bool


def find_titles(
    tokens: Sequence[Token],
    text: str,
    covered: Mapping[int, int],
    spans: Sequence[tuple[int, int]],
    owning: frozenset[int],
    gazetteer: Gazetteer,
) -> list[TitleSpan]:
    """The offices that a line names, in order.

    `covered` maps a token to the number of the name that covers it, `spans` are the names' token ranges, `owning` the
    numbers of the names that may own an office (states, organizations, their people and capitals).
    """
    found: list[TitleSpan] = []
    i = 0
    while i < len(tokens):
        count = _phrase(tokens, i, covered, gazetteer)
        if not count:
            i += 1
            continue
        span = _grow(tokens, text, i, i + count, covered, spans, owning, gazetteer)
        found.append(span)
        i = max(span.last, i + count)
    return found


def _phrase(tokens: Sequence[Token], i: int, covered: Mapping[int, int], gazetteer: Gazetteer) -> int:
    for n in range(min(5, len(tokens) - i), 0, -1):
        if any(k in covered for k in range(i, i + n)):
            continue
        phrase = " ".join(token.folded for token in tokens[i : i + n])
        if phrase in gazetteer.titles:
            token = tokens[i]
            if n == 1 and len(token.folded) <= 3 and not token.text.isupper():
                return 0
            return n
    return 0


def _grow(
    tokens: Sequence[Token],
    text: str,
    head: int,
    tail: int,
    covered: Mapping[int, int],
    spans: Sequence[tuple[int, int]],
    owning: frozenset[int],
    gazetteer: Gazetteer,
) -> TitleSpan:
    phrase = " ".join(token.folded for token in tokens[head:tail])
    usual, level = gazetteer.titles[phrase]
    words, modifiers = [usual], gazetteer.title_words["modifier"]
    body = gazetteer.title_words["body"]
    first = head
    while (
        first > 0
        and first - 1 not in covered
        and _close(text, tokens, first - 1)
        and (
            tokens[first - 1].folded in modifiers
            or (tokens[first - 1].folded in body and tokens[first - 1].text[0].isupper())
        )
    ):
        first -= 1
    if first < head:
        before = text[tokens[first].start : tokens[head].start].strip()
        whole = " ".join(token.folded for token in tokens[first:tail])
        if whole in gazetteer.titles:
            words = [gazetteer.titles[whole][0]]
            level = gazetteer.titles[whole][1]
        else:
            words = [_title_case(before), usual]
            if {t.folded for t in tokens[first:head]} & DEPUTIES:
                level = "minister"
        head = first
    owners: list[int] = []
    # the complement: "of the Republic of Rwanda", "for Foreign Affairs of Turkey", "to Kenya"
    last, kept = tail, tail
    k = tail
    while k < len(tokens) and _close(text, tokens, k - 1) and tokens[k].folded in LINKS | {"and"}:
        link = tokens[k].folded
        if link == "and" and k == tail:
            break
        k += 1
        if k < len(tokens) and tokens[k].folded == "the":
            k += 1
        begun = k
        stop = False
        while k < len(tokens) and _near(text, tokens, k - 1):
            if k in covered:
                number = covered[k]
                if number not in owning:
                    stop = True
                    break
                k = spans[number][1]
                if link in {"of", "at"}:
                    owners.append(number)
                    last = k
                else:
                    last = kept = k
                break
            if (
                tokens[k].folded in body
                and tokens[k].text[0].isupper()
                or (
                    tokens[k].folded == "and"
                    and k > begun
                    and k + 1 < len(tokens)
                    and tokens[k + 1].folded in body
                    and tokens[k + 1].text[0].isupper()
                )
            ):
                k += 1
                last = kept = k
                continue
            break
        if stop or k == begun:
            break
    complement = text[tokens[tail].start : tokens[kept - 1].end] if kept > tail else ""
    if complement:
        words.append(complement)
        tail = kept
    # whose: "US", "Kenya's", "the Turkish"
    left = head
    if left > 0 and left - 1 in covered and covered[left - 1] in owning and _owner_gap(text, tokens, left - 1):
        owners.insert(0, covered[left - 1])
        left = spans[covered[left - 1]][0]
    former = False
    while (
        left > 0
        and left - 1 not in covered
        and tokens[left - 1].folded in FORMER | STANDING
        and _close(text, tokens, left - 1)
    ):
        former = former or tokens[left - 1].folded in FORMER
        left -= 1
    if (
        left == head
        and left > 0
        and left - 1 in covered
        and covered[left - 1] in owning
        and _owner_gap(text, tokens, left - 1)
    ):
        owners.insert(0, covered[left - 1])
        left = spans[covered[left - 1]][0]
    elif (
        former
        and left > 0
        and left - 1 in covered
        and covered[left - 1] in owning
        and _owner_gap(text, tokens, left - 1)
    ):
        owners.insert(0, covered[left - 1])
        left = spans[covered[left - 1]][0]
    return TitleSpan(left, max(last, tail), head, tail, " ".join(words), level, tuple(dict.fromkeys(owners)), former)


def _close(text: str, tokens: Sequence[Token], i: int) -> bool:
    """Whether only a space or a hyphen parts token i from the next."""
    return i >= 0 and i + 1 < len(tokens) and text[tokens[i].end : tokens[i + 1].start] in {" ", "-", "\u00a0", "- "}


def _near(text: str, tokens: Sequence[Token], i: int) -> bool:
    return text[tokens[i].end : tokens[i + 1].start] in {" ", "-", "\u00a0", " & ", "–"}


def _owner_gap(text: str, tokens: Sequence[Token], i: int) -> bool:
    return text[tokens[i].end : tokens[i + 1].start] in {" ", "'s ", "’s ", "' ", "’ ", "-", "\u00a0", "’s\u00a0"}


def _title_case(words: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in words.split())
