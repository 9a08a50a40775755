"""Scores a dataset against the gold annotations of the articles that it was mapped from.

docs/extraction.md explains the figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

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
    """Pairs of events that were found in two articles: is one what the gold says is one?"""
    group = {place: number for number, places in enumerate(same) for place in places}
    counts = scores.counts["coreference_pairs"]
    for one, other in combinations(found, 2):
        if one[0] == other[0]:
            continue
        wanted = one in group and group[one] == group.get(other)
        merged = found[one] == found[other]
        for index, hit in enumerate((wanted and merged, merged and not wanted, wanted and not merged)):
            counts[index] += hit
