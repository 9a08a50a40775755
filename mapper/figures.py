"""Figures of the evaluation: counts, precision and recall, shares."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Scores:
    """Counts so far; `figures` tells them."""

    counts: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))
    """True positives, false positives and false negatives."""
    shares: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    """How many are right, of how many."""
    by_type: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))
    errors: list[tuple[str, ...]] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)

    def right(self, name: str, ok: bool, *error: object) -> None:
        """Count a judgement, and keep what is told of it when it is wrong."""
        self.shares[name][0] += ok
        self.shares[name][1] += 1
        if error and not ok:
            self.errors.append(tuple(str(part) for part in error))

    def figures(self) -> dict[str, Any]:
        """All figures, rounded to three places."""
        told: dict[str, Any] = {}
        for name in ("events", "events_lenient", "participants"):
            told[name] = _figures(self.counts[name])
        for name, (right, of) in sorted(self.shares.items()):
            told[name] = {"share": round(right / of, 3) if of else None, "n": right, "of": of}
        if "coreference_pairs" in self.counts:
            told["coreference_pairs"] = _figures(self.counts["coreference_pairs"])
        told["by_type"] = {kind: _figures(counts) for kind, counts in sorted(self.by_type.items())}
        told["articles_absent"] = self.absent
        return told


def f1(hits: int, spurious: int, missed: int) -> tuple[float, float, float]:
    """Precision, recall and their harmonic mean.

    >>> f1(1, 1, 0)
    (0.5, 1.0, 0.6666666666666666)
    """
    precision = hits / (hits + spurious) if hits + spurious else float(not missed)
    recall = hits / (hits + missed) if hits + missed else 1.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _figures(counts: list[int]) -> dict[str, Any]:
    precision, recall, mean = f1(*counts)
    rounded = {"precision": round(precision, 3), "recall": round(recall, 3), "f1": round(mean, 3)}
    return {**rounded, "tp_fp_fn": counts}
