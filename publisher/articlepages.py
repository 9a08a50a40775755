"""The page of an article: what was found in it, its words in their place, and what was passed over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from publisher import selection
from publisher.addresses import release
from publisher.chronicle import EventRow
from publisher.classes import specific
from publisher.explanations import explanation
from publisher.findings import findings_of
from publisher.namespaces import RDF, SCHEMA
from publisher.selection import Concern, Selection
from publisher.statements import Description

EVENTS = 20
MENTIONS = 50
"""Names in the article that a page lists."""
QUOTES = 30
TEXT = 16_000
"""Characters of a text that a page shows, where the publisher republishes it."""
_READ = frozenset({"headline", "summary", "caption", "body", "heading"})
"""Kinds of lines that are the article's own."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text, and the event that it tells, if it does."""

    text: str
    event: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text: what it is held to be and why, with its pieces."""

    kind: str
    reason: str
    pieces: tuple[Piece, ...]


def values(description: Description) -> dict[str, Any]:
    """What the template of an article takes beside the description."""
    told = explanation(description.iri)
    reported = selection.events(Selection((Concern(description.iri, ("article",)),)), limit=EVENTS)
    concerned = selection.concerned([row.number for row in reported])
    acting = {iri for things in concerned.values() for iri, _, how, _ in things if how in selection.ACTOR}
    quotes = _quotes(told, reported)
    return {
        "events": reported,
        "total": selection.count(Selection((Concern(description.iri, ("article",)),))),
        "main": {row.iri for row in reported if (description.iri, "main") in _ways(concerned[row.number])},
        "groups": _mentions(description, acting),
        "quotes": quotes[:QUOTES],
        "lines": _lines(told, quotes),
        "noise": _noise(told),
        "published": bool(told.get("text")),
        "findings": findings_of(description.iri),
    }


def _ways(things: Sequence[tuple[str, str, str, str]]) -> set[tuple[str, str]]:
    return {(iri, how) for iri, _, how, _ in things}


def _mentions(description: Description, acting: set[str]) -> list[tuple[str, list[tuple[str, bool]]]]:
    """The names in an article by class, each with whether it acts in an event that the article reports."""
    groups: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    ordered = sorted(description.iris(SCHEMA + "mentions"), key=lambda iri: (iri not in acting, description.label(iri)))
    for iri in ordered[:MENTIONS]:
        types = [
            triple.object.value
            for triple in release().triples(NamedNode(iri), NamedNode(RDF + "type"))
            if isinstance(triple.object, NamedNode)
        ]
        groups[next(iter(specific(types)), "")].append((iri, iri in acting))
    return sorted(groups.items())


def _quotes(told: Mapping[str, Any], reported: Sequence[EventRow]) -> list[tuple[int, int, str, EventRow]]:
    """The words that tell events, in the order of the text."""
    rows = {row.iri.rsplit("/", 1)[-1]: row for row in reported}
    found = {
        (piece["start"], piece["end"], piece["exact"], rows[event["name"]])
        for event in told.get("events", ())
        if event["name"] in rows
        for piece in event["evidence"]
    }
    return sorted(found, key=lambda quote: (quote[0], -quote[1], quote[3].number))


def _lines(told: Mapping[str, Any], quotes: Sequence[tuple[int, int, str, EventRow]]) -> list[Line]:
    """The text with what tells events marked, where the release holds it."""
    text = str(told.get("text") or "")[:TEXT]
    return [
        Line("" if kind in _READ else kind, reason, tuple(_pieces(text, start, end, quotes)))
        for start, end, kind, reason in told.get("lines", ())
        if text[start:end].strip()
    ]


def _pieces(text: str, start: int, end: int, quotes: Sequence[tuple[int, int, str, EventRow]]) -> list[Piece]:
    found, place = [], start
    for first, last, _, row in quotes:
        first, last = max(first, place), min(last, end)
        if first < last:
            found += [Piece(text[place:first]), Piece(text[first:last], row.iri)]
            place = last
    return [piece for piece in (*found, Piece(text[place:end])) if piece.text]


def _noise(told: Mapping[str, Any]) -> list[tuple[str, str, int, int]]:
    """What kinds of lines were held to be no part of the article, why, how many, and of how many characters."""
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for start, end, kind, reason in told.get("lines", ()):
        if kind not in _READ and kind != "blank":
            counts[kind, reason][0] += 1
            counts[kind, reason][1] += end - start
    return sorted((kind, reason, many, size) for (kind, reason), (many, size) in counts.items())
