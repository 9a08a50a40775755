"""Scores a dataset against the gold annotations of the articles that it was mapped from.

docs/extraction.md explains the figures.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from math import comb

from mapper.annotations import Gold, Place
from mapper.figures import Scores
from mapper.published import Reading
from mapper.scoring import Judge


def evaluate(
    articles: Mapping[str, Reading],
    gold: Sequence[Gold],
    *,
    names: Mapping[str, str],
    same: Sequence[Sequence[Place]] | None = None,
) -> Scores:
    """Score what a dataset says against the gold.

    Parameters:
        articles: what `mapper.published` read, by identifier.
        gold: one annotation per article.
        names: Wikidata ids by names as `norm` writes them.
        same: groups of gold events, as article and number, that are one event.
    """
    scores = Scores()
    found: dict[Place, str] = {}
    for annotation in gold:
        identifier = annotation["id"]
        if identifier not in articles:
            scores.absent.append(identifier)
        judge = Judge(identifier, annotation, articles.get(identifier) or Reading(), names, scores)
        found |= {(identifier, number): iri for number, iri in judge.events().items()}
        judge.article()
    if same is not None:
        _score_pairs(scores, found, same)
    return scores


def _score_pairs(scores: Scores, found: Mapping[Place, str], same: Sequence[Sequence[Place]]) -> None:
    """Pairs of events that were found in two articles: is one what the gold says is one?

    Pairs are counted by group: there are too many of them in a large corpus to look at each.
    """
    group = {place: number for number, places in enumerate(same) for place in places}
    wanted = _pairs((place[0], group[place]) for place in found if place in group)
    merged = _pairs((place[0], iri) for place, iri in found.items())
    right = _pairs((place[0], (group[place], iri)) for place, iri in found.items() if place in group)
    counts = scores.counts["coreference_pairs"]
    for index, number in enumerate((right, merged - right, wanted - right)):
        counts[index] += number


def _pairs(members: Iterable[tuple[str, Hashable]]) -> int:
    """How many pairs of members, each given as its article and its group, share the group but not the article.

    >>> _pairs([("a", 1), ("b", 1), ("b", 1), ("c", 2)])
    2
    """
    groups: dict[Hashable, Counter[str]] = defaultdict(Counter)
    for article, group in members:
        groups[group][article] += 1
    return sum(comb(sizes.total(), 2) - sum(comb(size, 2) for size in sizes.values()) for sizes in groups.values())
