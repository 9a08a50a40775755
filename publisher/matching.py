"""How well a thing of the release fits what somebody asked for: a pure function of names, types and values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from publisher.things import Thing, normal

LEAST = 45.0
"""Scores below this are no candidates."""
_SURE, _LEAD = 95.0, 3.0
"""A candidate is called a match from this score on, and when the next one is so far behind."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A value that a candidate should have for a property: some of `values`."""

    property: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing with its score from 0 to 100 and what the score is made of."""

    thing: Thing
    score: float
    match: bool
    features: tuple[tuple[str, bool | float], ...]


def similarity(query: str, name: str) -> float:
    """How alike two normalised names are, 0 to 100: letters, words in another order, words left out or added.

    >>> similarity("emanuel macron", "emmanuel macron") > 95
    True
    >>> similarity("president emmanuel macron", "emmanuel macron") > similarity("president macron", "emmanuel macron")
    True
    """
    if not query or not name:
        return 0.0
    if query == name:
        return 100.0
    letters = fuzz.ratio(query, name)
    order = fuzz.token_sort_ratio(query, name)
    # Words that one side has beyond the other say less against a match than words that differ.
    words = fuzz.token_set_ratio(query, name) if min(len(query), len(name)) > 2 else 0.0
    return float(min(99.0, max(letters, 0.99 * order, 0.6 * words + 0.4 * order)))


def name_score(query: str, thing: Thing) -> tuple[float, bool]:
    """The best score of any name (an alias counts a little less), and whether a name is the very query."""
    wanted = normal(query)
    scores = [similarity(wanted, name) - (0.0 if place == 0 else 1.0) for place, name in enumerate(thing.normals)]
    return max(0.0, max(scores, default=0.0)), bool(wanted) and wanted in thing.normals


def rank(
    things: Sequence[Thing],
    query: str | None,
    *,
    types: frozenset[str] = frozenset(),
    strict: str = "any",
    wanted: Sequence[Wanted] = (),
    values: Callable[[Thing, str], Sequence[str]] | None = None,
    identified: Thing | None = None,
) -> list[Candidate]:
    """Candidates in descending order of score; equals by how often they are mentioned.

    :param query: the name asked for, if any.
    :param types: classes asked for.
    :param strict: "any" or "all": of how many classes a candidate has to be; "should": others only count less.
    :param wanted: property values asked for.
    :param values: the values that a thing has for a property, as words.
    :param identified: the thing whose identifier the query is.
    """
    found: list[tuple[float, Thing, tuple[tuple[str, bool | float], ...]]] = []
    for thing in things:
        shared = types & thing.types
        fits = not types or (shared == types if strict == "all" else bool(shared))
        if not fits and strict != "should":
            continue
        features: list[tuple[str, bool | float]] = []
        score = 100.0
        if query is not None:
            score, exact = (100.0, True) if thing is identified else name_score(query, thing)
            features += [("name_similarity", round(score, 2)), ("exact_name", exact)]
        if types:
            features.append(("type_match", fits))
            score *= 1.0 if fits else 0.8
        if wanted:
            alike = [_value_score(item, values(thing, item.property) if values else ()) for item in wanted]
            by_property: dict[str, float] = {}  # each feature once, however often its property was asked for
            for item, one in zip(wanted, alike, strict=True):
                by_property[item.property] = min(one, by_property.get(item.property, 100.0))
            features += [(f"property:{name}", round(one, 2)) for name, one in by_property.items()]
            mean = sum(alike) / len(alike)
            score = 0.7 * score + 0.3 * mean if query is not None else mean
        features.append(("mentions", thing.mentions))
        if score >= LEAST:
            found.append((round(score, 2), thing, tuple(features)))
    found.sort(key=lambda item: (-item[0], -item[1].mentions, item[1].iri))
    return [
        Candidate(thing, score, _sure(place, [item[0] for item in found]), features)
        for place, (score, thing, features) in enumerate(found)
    ]


def _sure(place: int, scores: Sequence[float]) -> bool:
    """Only the first can be a match, and only when nothing else comes near it."""
    return place == 0 and scores[0] >= _SURE and (len(scores) == 1 or scores[0] - scores[1] >= _LEAD)


def _value_score(wanted: Wanted, values: Sequence[str]) -> float:
    """How well the best value of a candidate fits any value asked for."""
    pairs = ((normal(one), normal(other), one == other) for one in wanted.values for other in values)
    return max((100.0 if same else similarity(one, other) for one, other, same in pairs), default=0.0)
