"""Names that the gazetteer does not have: they become local entities, the same for the same name in every article."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from mapper.document import Article, Candidate, Entity, Form, Kind, Mention, Word
from mapper.gazetteer import Gazetteer, known_by
from mapper.holders import attach
from mapper.names import PARTICLES, Token, name_key, slug, tokens
from mapper.spans import Span, covered_by, is_heading, row_of
from mapper.titles import TitleSpan, find_titles

PARSER, NOUN = "found by the parser", "told by its noun"
"""Why a local entity is a reading."""
_CAMEL = re.compile(r"(?<!^)(?=[A-Z])")
NER_KINDS: Mapping[str, Kind] = {
    "PERSON": Kind.PERSON, "ORG": Kind.ORGANIZATION, "GPE": Kind.PLACE, "LOC": Kind.PLACE, "FAC": Kind.PLACE,
}  # fmt: skip
"""What the parser's labels mean here; other labels are left out."""
_ARTICLES = frozenset({"the", "a", "an"})
_LONGEST = 5
"""The most words of a person's name."""


def local_entity(label: str, kind: Kind, *, aliases: tuple[str, ...] = (), country: str | None = None) -> Entity:
    """An entity without a Wikidata item: the same name makes the same key in every article.

    >>> local_entity("Abdou Ndiaye", Kind.PERSON).key, local_entity("Front X", Kind.ARMED_GROUP).key
    ('person-abdou-ndiaye', 'armed-group-front-x')
    """
    prefix = _CAMEL.sub("-", kind.value).lower()
    return Entity(f"{prefix}-{slug(label)}", label, kind, None, aliases, country)


def kind_of_name(label: str, gazetteer: Gazetteer) -> Kind | None:
    """What a name is by its words: a Treaty is an instrument, a Ministry a government body; None when none tells."""
    words = name_key(label).split()
    for kind in (Kind.INSTRUMENT, Kind.MISSION, Kind.GOVERNMENT_BODY, Kind.ORGANIZATION, Kind.PLACE):
        if gazetteer.words(f"{kind.value} noun") & set(words):
            return kind
    return None


# --- names that tell by a noun what they are ------------------------------------------------------------------------


def long_names(
    text: str, words: Sequence[Token], spans: list[Span], titles: Sequence[TitleSpan], gazetteer: Gazetteer
) -> list[Span]:
    """Names of bodies and instruments told by their last noun: "Uganda Communications Commission", "Abraham Accords".

    Names inside them are taken out of `spans`: the commission is not its state. Nothing is told in a headline, where
    everything has a capital.
    """
    if is_heading(text, words):
        return []
    covered = covered_by(spans)
    titled = {k for t in titles for k in range(t.head, t.tail)}
    plain = gazetteer.words("ordinary")
    found: list[Span] = []
    i = 0
    while i < len(words):
        if not words[i].capital:
            i += 1
            continue
        last = _run(text, words, i, covered, titled)
        first = next((k for k in range(i, last) if k in covered or words[k].folded not in plain), last)
        noun = next((k for k in range(last - 1, first, -1) if _is_noun(words[k].folded, gazetteer)), None)
        i = max(last, i + 1)
        if noun is None or noun in covered or (first in covered and covered[first].last == noun and noun - first == 1):
            continue
        end = noun + 1
        end = _with_complement(text, words, end, covered)
        kind = kind_of_name(words[noun].text, gazetteer)
        if kind is None or any(s.first < first < s.last or s.first < end < s.last for s in spans):
            continue
        label = text[words[first].start : words[end - 1].end]
        owner = next(
            (c.entity.key for k in (first, end - 1) if _is_state(covered.get(k)) for c in covered[k].candidates), None
        )
        spans[:] = [s for s in spans if s.last <= first or s.first >= end]
        found.append(
            Span(first, end, Form.UNKNOWN, [Candidate(local_entity(label, kind, country=owner), 0.0, (NOUN,))])
        )
        i = end
    return found


def _with_complement(text: str, words: Sequence[Token], end: int, covered: Mapping[int, Span]) -> int:
    """Where a body's name ends: "Commission of Ghana", "Committee on Foreign Relations"."""
    if end + 1 >= len(words) or words[end].folded not in {"of", "on", "for"}:
        return end
    if words[end].folded == "of" and _is_state(covered.get(end + 1)):
        return covered[end + 1].last
    k = end + 1
    while (
        k < len(words)
        and k not in covered
        and words[k].text[0].isupper()
        and text[words[k - 1].end : words[k].start] == " "
    ):
        k += 1
    return k if k > end + 1 else end


def _run(text: str, words: Sequence[Token], i: int, covered: Mapping[int, Span], titled: set[int]) -> int:
    """Where the capitalised words end that begin with word i; "and" and "for" may stand between two of them."""
    k = i
    while (
        k < len(words)
        and k not in titled
        and words[k].text[0].isupper()
        and (k not in covered or not covered[k].is_person())
    ):
        if k + 1 < len(words) and text[words[k].end : words[k + 1].start] not in {" ", "\u00a0", "'s ", "’s "}:
            return k + 1
        k += 1
        joined = k + 1 < len(words) and words[k].folded in {"and", "for"} and k - 1 not in covered
        if joined and words[k + 1].text[0].isupper() and k + 1 not in covered:
            k += 1
    return k


def _is_noun(word: str, gazetteer: Gazetteer) -> bool:
    kinds = (Kind.INSTRUMENT, Kind.MISSION, Kind.GOVERNMENT_BODY, Kind.ORGANIZATION)
    return any(word in gazetteer.words(f"{kind.value} noun") for kind in kinds)


def _is_state(span: Span | None) -> bool:
    return span is not None and any(c.entity.kind is Kind.STATE for c in span.candidates)


# --- names that the parser found ---------------------------------------------------------------------------------


def may_name(article: Article, words: Sequence[Word], gazetteer: Gazetteer) -> bool:
    """Whether `add_unknown` could make a name of anything that the parser may see in a sentence.

    Nothing is one without a word in capitals that is no plain word, or without two of them near each other.
    """
    taken = [(word.start, word.end) for word in words if word.mention or word.time]
    known, last, at = _known_words(gazetteer), -_LONGEST, 0
    for number, token in enumerate(tokens(article.text, words[0].start, words[-1].end)):
        while at < len(taken) and taken[at][1] <= token.start:
            at += 1
        if at < len(taken) and taken[at][0] <= token.start:
            last = -_LONGEST  # no name goes over another
        elif token.capital and token.folded not in _ARTICLES:
            if token.folded not in known or article.text[token.end : token.end + 1] == "-" or number - last < _LONGEST:
                return True
            last = number
    return False


def add_unknown(
    mentions: Sequence[Mention], spans: Iterable[tuple[int, int, str]], article: Article, gazetteer: Gazetteer
) -> tuple[Mention, ...]:
    """The mentions with those names added that only the parser knows for names.

    `spans` are (start, end, label) with spaCy's labels; what overlaps a mention that is already there is left out.
    People keep the title beside them, and are found again by surname. These mentions are linked: to local entities.
    """
    names = sorted(set(spans))
    kept = list(mentions)
    people: dict[str, Entity] = {}
    for line in article.own_lines():
        words = list(tokens(article.text, line.start, line.end))
        begins = {w.start: k for k, w in enumerate(words)}
        ends = {w.end: k + 1 for k, w in enumerate(words)}
        others = [
            Span(begins[m.start], ends[m.end], m.form, list(m.candidates), m.title)
            for m in kept
            if m.start in begins and m.end in ends
        ]
        covered, new = covered_by(others), []
        for start, end, label in names:
            if not line.start <= start < end <= line.end:
                continue
            span = _unknown(article.text, words, (start, end, label), begins, ends, gazetteer)
            if span and not any(k in covered for k in range(span.first, span.last)):
                new.append(span)
                covered |= covered_by([span])
        if not new:
            continue
        row = sorted([*(s for s in others if s.form is not Form.OFFICE), *new], key=lambda s: s.first)
        attach(article.text, words, row, find_titles(row_of(article.text, words, row), gazetteer), gazetteer)
        for span in new:
            mention = replace(span.mention(article.text, words), entity=span.candidates[0].entity, confidence=0.4)
            kept = [m for m in kept if not _overlaps(m, mention)] + [mention]
            if span.is_person():
                people[span.candidates[0].entity.key] = span.candidates[0].entity
    kept += _again(article, people, kept)
    return tuple(sorted(kept, key=lambda m: (m.start, m.end)))


def _unknown(
    text: str, words: Sequence[Token], name: tuple[int, int, str], begins: Mapping[int, int], ends: Mapping[int, int],
    gazetteer: Gazetteer,
) -> Span | None:  # fmt: skip
    """The name without what the parser took with it: articles, titles, possessives."""
    start, end, label = name
    kind = NER_KINDS.get(label)
    first = next((k for s, k in sorted(begins.items()) if s >= start), None)
    last = next((k for e, k in sorted(ends.items(), reverse=True) if e <= end), None)
    if kind is None or first is None or last is None:
        return None
    while first < last and (words[first].folded in _ARTICLES or not words[first].capital):
        first += 1
    if kind is Kind.PERSON:
        skip = gazetteer.words("honorific") | gazetteer.words("modifier")
        while first < last and (words[first].folded in skip or words[first].folded in gazetteer.tables.titles):
            first += 1
        if last - first < 2 or last - first > _LONGEST:
            return None
    while last > first and not words[last - 1].capital:
        last -= 1
    while last < len(words) and last > first and text[words[last - 1].end : words[last].start] == "-":
        last += 1  # "Hyung-bae"
    name_text = text[words[first].start : words[last - 1].end] if first < last else ""
    if len(name_text) < 3 or "\n" in name_text or not words[first].capital or last - first > 9:
        return None
    if kind is not Kind.PERSON:
        if _is_plain(text, words[first:last], gazetteer):
            return None
        kind = kind_of_name(name_text, gazetteer) or kind
    return Span(first, last, Form.UNKNOWN, [Candidate(local_entity(name_text, kind), 0.0, (PARSER,))])


def _is_plain(text: str, words: Sequence[Token], gazetteer: Gazetteer) -> bool:
    """Whether words are no name after all: they are offices, kinds of bodies, or stand in lower case elsewhere."""
    if len(words) == 1 and not words[0].text.isupper():
        return re.search(rf"\b{re.escape(words[0].text.lower())}\b", text) is not None or words[
            0
        ].folded in _known_words(gazetteer)
    if "," in text[words[0].start : words[-1].end]:
        return True
    return all(word.folded in _known_words(gazetteer) or word.folded in gazetteer.tables.titles for word in words)


@lru_cache(maxsize=1)
def _known_words(gazetteer: Gazetteer) -> frozenset[str]:
    return frozenset().union(*gazetteer.tables.words.values()) | PARTICLES


def _overlaps(mention: Mention, name: Mention) -> bool:
    """Whether an office mention is now the title of the name, or lies in the name."""
    if mention.form is not Form.OFFICE:
        return False
    whole = [(name.start, name.end)] + ([(name.title.start, name.title.end)] if name.title else [])
    return any(start < mention.end and mention.start < end for start, end in whole)


def _again(article: Article, people: Mapping[str, Entity], mentions: Sequence[Mention]) -> list[Mention]:
    """Unknown people named once in full, again by surname."""
    surnames: dict[str, list[Entity]] = defaultdict(list)
    for person in people.values():
        for word in known_by(person):
            surnames[word].append(person)
    taken = {k for m in mentions for k in range(m.start, m.end)}
    out = []
    for line in article.own_lines():
        for token in tokens(article.text, line.start, line.end):
            bearers = surnames.get(token.folded, ())
            if len(bearers) == 1 and token.capital and token.start not in taken:
                reading = Candidate(bearers[0], 0.0, (PARSER,))
                out.append(Mention(token.start, token.end, token.text, Form.SURNAME, bearers[0], (reading,), 0.4))
    return out
