"""Acronyms that the text itself explains: "Coastal Fisheries and Trade Partnership (CFTP)"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from mapper.document import Candidate, Form, Line
from mapper.gazetteer import Gazetteer
from mapper.names import PARTICLES, Token
from mapper.spans import Span, covered_by
from mapper.unknown import kind_of_name, local_entity

INTRODUCED = "introduced in the text"
"""Why something is a reading of an acronym."""
_BRACKETED = re.compile(r" ?\(([A-Z][A-Za-z0-9&/-]{1,11})\)")


def introduced_acronyms(
    text: str, lines: Sequence[tuple[Line, list[Token]]], found: Sequence[list[Span]], gazetteer: Gazetteer
) -> dict[str, list[Candidate]]:
    """Acronym → what it means here, from "Coastal Trade Partnership (CTP)".

    A name that is not known becomes a local entity, and is added to the line's names.
    """
    known: dict[str, list[Candidate]] = {}
    for (_, words), spans in zip(lines, found, strict=True):
        for i, word in enumerate(words):
            match = _BRACKETED.match(text, word.end)
            if match is None or match.group(1) in known:
                continue
            acronym = match.group(1)
            start = _initials(words, i + 1, acronym)
            span = next((s for s in spans if s.last == i + 1 and s.last - s.first > 1), None)
            if span and (start is None or span.first <= start):
                known[acronym] = [replace(c, reasons=(*c.reasons, INTRODUCED)) for c in span.candidates]
            elif start is not None and not any(s.first < start < s.last for s in spans):
                label = text[words[start].start : word.end]
                if (kind := kind_of_name(label, gazetteer)) is None:
                    continue
                known[acronym] = [Candidate(local_entity(label, kind, aliases=(acronym,)), 0.0, (INTRODUCED,))]
                spans[:] = [s for s in spans if s.last <= start or s.first > i]
                spans.append(Span(start, i + 1, Form.UNKNOWN, known[acronym]))
    return known


def _initials(words: Sequence[Token], last: int, acronym: str) -> int | None:
    """Where the words begin whose initials make an acronym."""
    letters = [c for c in acronym.lower() if c.isalnum()]
    i = last - 1
    while letters and i >= 0:
        word = words[i]
        if word.capital and word.folded[:1] == letters[-1]:
            letters.pop()
        elif word.capital or word.folded not in PARTICLES | {"for", "on", "in", "to", "a"}:
            return None
        i -= 1
    return None if letters else i + 1


def apply_acronyms(words: Sequence[Token], spans: list[Span], known: Mapping[str, list[Candidate]]) -> list[Span]:
    """The acronyms that the text itself introduces mean what it says."""
    covered = covered_by(spans)
    for i, word in enumerate(words):
        if word.text not in known:
            continue
        if i not in covered:
            spans.append(Span(i, i + 1, Form.ACRONYM, list(known[word.text])))
        elif covered[i].last - covered[i].first == 1:
            covered[i].candidates, covered[i].form = list(known[word.text]), Form.ACRONYM
    return sorted(spans, key=lambda s: s.first)
