"""Where the article names somebody or something.

Names are matched longest first against the whole gazetteer, in the article's own lines; every reading is kept for
`mapper.linking` to choose from. Mentions never overlap: an office without a name ("the Kenyan president") is mentioned
by its office words alone, beside the mention of the state in it; `Mention.title` holds the whole phrase.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from mapper.acronyms import apply_acronyms, introduced_acronyms
from mapper.document import Article, Candidate, Entity, Form, Kind, Mention
from mapper.gazetteer import Gazetteer, Reading
from mapper.holders import attach
from mapper.names import Token, tokens
from mapper.spans import Span, is_heading, row_of
from mapper.strangers import titled_strangers
from mapper.surnames import ALONE, PartialNames, words_of
from mapper.titles import find_titles
from mapper.unknown import add_unknown, long_names, may_name

__all__ = ["add_unknown", "find_mentions", "may_name"]

STRONG, WEAK, LONGER = "strong name", "weak name", "inside a longer name"
"""Why something is a reading of a name, and what speaks against it."""
_ORDER = {Form.NAME: 0, Form.ACRONYM: 1, Form.DEMONYM: 2, Form.METONYM: 3}
_GAPS = frozenset({" ", "  ", "\u00a0", "-", "–", "‑", "‐", "/", " & ", "-\u00a0"})


def find_mentions(article: Article, gazetteer: Gazetteer) -> tuple[Mention, ...]:
    """All mentions in the article's own lines, in order of the text, with their readings and titles.

    The readings are not weighed yet: `Mention.entity` is None until `mapper.linking.link` chooses.
    """
    text = article.text
    lines = [(line, list(tokens(text, line.start, line.end))) for line in article.own_lines()]
    found = [longest_names(text, words, gazetteer) for _, words in lines]
    acronyms = introduced_acronyms(text, lines, found, gazetteer)
    known = [apply_acronyms(words, spans, acronyms) for (_, words), spans in zip(lines, found, strict=True)]
    titled = [
        find_titles(row_of(text, words, spans), gazetteer) for (_, words), spans in zip(lines, known, strict=True)
    ]
    rows = [
        PartialNames(text, words, line, spans, titles, gazetteer)
        for (line, words), spans, titles in zip(lines, known, titled, strict=True)
    ]
    for row, spans, titles in zip(rows, known, titled, strict=True):
        row.add_spelt()
        row.add(titled_strangers(text, row.words, row.spans, titles, spans, gazetteer))
    introduced = words_of(_people(rows))
    mentions: list[Mention] = []
    for (_, words), row, titles in zip(lines, rows, titled, strict=True):
        row.add_single(introduced)
        spans = row.spans
        _mark_longer(text, words, spans, gazetteer)
        spans += long_names(text, words, spans, titles, gazetteer)
        titles = find_titles(row_of(text, words, spans), gazetteer)  # now that all names are known
        offices = attach(text, words, spans, titles, gazetteer)
        mentions += [span.mention(text, words) for span in [*spans, *offices]]
    return tuple(sorted(mentions, key=lambda m: (m.start, m.end)))


def _people(rows: Sequence[PartialNames]) -> list[tuple[Entity, str]]:
    """Everybody whom the article names in full, with the name that it uses."""
    people: dict[tuple[str, str], Entity] = {}
    for row in rows:
        for span in row.spans:
            name = " ".join(word.folded for word in row.words[span.first : span.last])
            for candidate in span.candidates:
                if candidate.entity.kind is Kind.PERSON and (" " in name or STRONG in candidate.reasons):
                    people[candidate.entity.key, name] = candidate.entity
    return [(entity, name) for (_, name), entity in people.items()]


def longest_names(text: str, words: Sequence[Token], gazetteer: Gazetteer) -> list[Span]:
    """The longest names from left to right."""
    shouting = _shouting(words)
    longest, index = gazetteer.tables.longest, gazetteer.tables.readings
    spans: list[Span] = []
    i = 0
    while i < len(words):
        most = longest.get(f"{words[i].folded} {words[i + 1].folded}", 1) if i + 1 < len(words) else 1
        if most == 1 and words[i].folded not in index:
            i += 1
            continue
        for n in range(min(most, len(words) - i), 0, -1):
            part = words[i : i + n]
            known = index.get(" ".join(word.folded for word in part), ())
            readings = [
                r for r in known if r.form is not Form.SURNAME and _written_so(text, part, r, shouting, gazetteer)
            ]
            if readings:
                spans.append(_span(i, i + n, readings, gazetteer))
                i += n
                break
        else:
            i += 1
    return spans


def _span(first: int, last: int, readings: Sequence[Reading], gazetteer: Gazetteer) -> Span:
    best: dict[str, Reading] = {}
    for reading in readings:
        if reading.key not in best or (reading.strong and not best[reading.key].strong):
            best[reading.key] = reading
    candidates = [
        Candidate(gazetteer.tables.entities[key], 0.0, (STRONG if reading.strong else WEAK,))
        for key, reading in best.items()
    ]
    forms = {reading.form for reading in best.values()}
    form = Form.METONYM if Form.METONYM in forms else min(forms, key=lambda f: _ORDER.get(f, len(_ORDER)))
    return Span(first, last, form, candidates, strong=any(reading.strong for reading in best.values()))


def _written_so(text: str, words: Sequence[Token], reading: Reading, shouting: bool, gazetteer: Gazetteer) -> bool:
    """Whether the text writes these words as that name.

    Acronyms count in their own case only, "Sino-" before a hyphen only; other names need a capital letter. Commas and
    full stops do not stand inside names, but for "Washington, D.C." and "St. Lucia".
    """
    if len(words) > 1 and reading.name.split()[-1].islower() and reading.form is not Form.ACRONYM:
        return False  # "Rwandan army" is said by its state and its office
    for here, after in pairwise(words):
        gap = text[here.end : after.start]
        if "'" in reading.name or "’" in reading.name:
            gap = gap.removeprefix("'s").removeprefix("’s")
        dotted = gap == ". " and len(here.text) <= 3
        if gap not in _GAPS and not dotted and not (gap == ", " and "," in reading.name):
            return False
    if reading.name.endswith("-"):
        return text[words[-1].end : words[-1].end + 1] == "-" and words[0].capital
    if reading.form is Form.ACRONYM:
        wanted = reading.name.replace(".", "").replace(" ", "").replace("-", "")
        return "".join(w.text.replace(".", "") for w in words) == wanted and not (
            shouting and (len(wanted) < 3 or wanted.lower() in gazetteer.words("ordinary"))
        )
    if words[0].text == "the" and len(words) > 1:  # "the Gambia", but not "the Star"
        return words[1].capital and gazetteer.tables.entities[reading.key].kind in {Kind.STATE, Kind.PLACE}
    if not words[0].capital and len(words) == 1:
        return words[0].text == reading.name
    return any(word.capital for word in words)


def _shouting(words: Sequence[Token]) -> bool:
    """Whether a line is written in capitals."""
    long = [word.text for word in words if len(word.text) > 3]
    return len(long) > 2 and all(word.isupper() for word in long)


def _mark_longer(text: str, words: Sequence[Token], spans: Sequence[Span], gazetteer: Gazetteer) -> None:
    """Mark the names that are part of a longer one which is not known: Michael Jordan, Chad Smith."""
    if is_heading(text, words):
        return  # everything has a capital there
    covered = {k for s in spans for k in range(s.first, s.last) if not any(ALONE in c.reasons for c in s.candidates)}
    known = gazetteer.telling
    nouns = gazetteer.words("Organization noun") | gazetteer.words("Place noun")  # "Paul Biya Foundation"

    def stranger(k: int) -> bool:
        if not 0 <= k < len(words) or k in covered or not words[k].text[0].isupper() or len(words[k].text) < 3:
            return False
        return words[k].folded not in known and words[k].folded not in gazetteer.tables.titles

    for span in spans:
        name, before, after = words[span.first], span.first - 1, span.last
        left = (
            stranger(before)
            and words[before].folded not in gazetteer.words("ordinary")
            and _spaced(text, words, before)
        )
        right = stranger(after) and _spaced(text, words, span.last - 1)
        if span.is_person():
            named_after = after < len(words) and words[after].capital and words[after].folded in nouns
            right = right or (named_after and _spaced(text, words, span.last - 1))
            longer = span.last - span.first > 1 and (right or (left and gazetteer.is_given_name(words[before].folded)))
        elif span.last - span.first != 1 or span.form is Form.DEMONYM or name.text.isupper():
            continue
        else:
            given = gazetteer.is_given_name(words[before].folded) if left else False
            longer = (left and (given or name.folded in gazetteer.words("surname"))) or (
                right and gazetteer.is_given_name(name.folded)
            )
        if longer:
            span.candidates = [Candidate(c.entity, c.score, (*c.reasons, LONGER)) for c in span.candidates]


def _spaced(text: str, words: Sequence[Token], k: int) -> bool:
    """Whether only a space parts word k from the next."""
    return text[words[k].end : words[k + 1].start] in {" ", "\u00a0"}
