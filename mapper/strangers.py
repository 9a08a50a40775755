"""People whom the text calls by an office and a name that the gazetteer does not have, or has in another spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz import fuzz, process

from mapper.document import Candidate, Entity, Form, Kind
from mapper.gazetteer import Gazetteer
from mapper.names import PARTICLES, Token, name_key
from mapper.spans import Span, covered_by, is_heading
from mapper.surnames import SPELT
from mapper.titles import TitleSpan
from mapper.unknown import local_entity

TITLED = "called by an office"
"""Why somebody whom nothing else is known of is a person."""
LIKE, VERY_LIKE = 80, 88
"""How alike (0 to 100) two names are that are one name: of a holder of the very office, of one like it."""
LONGEST = 5
"""The most words that the name of somebody unknown has."""
_INNER = PARTICLES - {"and", "of", "the"}
"""Small words that stand inside names, and not between a name and another."""
_NO_PERSON = frozenset({"institution", "counterpart"})
_CALENDAR = re.compile(r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|june|july"
                       r"|august|september|october|november|december")  # fmt: skip


def titled_strangers(
    text: str, words: Sequence[Token], spans: Sequence[Span], titles: Sequence[TitleSpan],
    owning: Sequence[Span], gazetteer: Gazetteer,
) -> list[Span]:  # fmt: skip
    """The people right behind an office whose names no span covers: "Kazakh Foreign Minister Mukhtar Tileuberdi".

    Parameters:
        spans: the names found so far.
        titles: the offices of the line; `owning` are the names that their `owners` count.

    Nothing is told in a headline, where everything has a capital.
    """
    if is_heading(text, words):
        return []
    covered = covered_by(spans)
    barred = {k for title in titles for k in range(title.first, title.last)} | set(covered)
    found = []
    for title in titles:
        if title.level in _NO_PERSON:
            continue
        first = title.last
        while first < len(words) and words[first].folded in gazetteer.words("honorific") and first not in covered:
            first += 1
        last = _name_end(text, words, first, barred, gazetteer)
        if last - first < 2:
            continue
        name = text[words[first].start : words[last - 1].end]
        states = [c.entity.key for n in title.owners for c in owning[n].candidates if c.entity.kind is not Kind.PERSON]
        known = _spelt(name, title.level, states, gazetteer)
        people = known or [local_entity(name, Kind.PERSON)]
        reason = SPELT if known else TITLED
        found.append(Span(first, last, Form.NAME, [Candidate(p, 0.0, (reason,)) for p in people], strong=False))
    return found


def _name_end(text: str, words: Sequence[Token], first: int, barred: set[int], gazetteer: Gazetteer) -> int:
    """Where the capitalised words end that begin with word `first`, right behind a title."""
    k = first
    while k < len(words) and k - first < LONGEST and k not in barred:
        gap = text[words[k - 1].end : words[k].start] if k else "\n"
        initial = gap == ". " and (len(words[k - 1].text) == 1 or words[k - 1].folded in gazetteer.words("honorific"))
        hyphened = gap == "-" and k > first
        if gap not in {" ", "\u00a0"} and not initial and not hyphened:
            break
        word = words[k]
        inner = hyphened or (word.folded in _INNER and k > first)
        if not inner and (not word.text[0].isupper() or not _may_be_name(word, gazetteer)):
            break
        k += 1
    while k > first and words[k - 1].folded in _INNER and not words[k - 1].capital:
        k -= 1
    return k


def _may_be_name(word: Token, gazetteer: Gazetteer) -> bool:
    if word.folded in gazetteer.telling or word.folded in gazetteer.tables.titles or _CALENDAR.fullmatch(word.folded):
        return False
    return word.folded not in gazetteer.words("ordinary") and not (word.text.isupper() and len(word.text) > 1)


def _spelt(name: str, level: str, states: Sequence[str], gazetteer: Gazetteer) -> list[Entity]:
    """Whoever held such an office and has nearly this name; of those states where they are told, else anywhere."""
    offices = [office.key for state in states for office in gazetteer.offices_of(state) if office.level == level]
    people = _names(offices or gazetteer.offices_at(level), gazetteer)
    given, *_, surname = name_key(name).split()
    same = [key for key, known in people.items() if known.split()[-1] == surname and known[0] == given[0]]
    if same:  # "Michael R. Pompeo"
        return [entity for key in same if (entity := gazetteer.entity(key))]
    least = LIKE if offices else VERY_LIKE
    found = process.extract(name_key(name), people, scorer=fuzz.ratio, score_cutoff=least, limit=3)
    return [entity for _, _, key in found if (entity := gazetteer.entity(key))]


def _names(offices: Iterable[str], gazetteer: Gazetteer) -> Mapping[str, str]:
    """Key → folded name of everybody who held one of the offices."""
    people = dict.fromkeys(tenure.person for office in offices for tenure in gazetteer.tenures_in(office))
    return {key: name_key(entity.label) for key in people if (entity := gazetteer.entity(key))}
