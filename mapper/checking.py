"""Checks everything that is stated, in portions, and no portion twice that did not change."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

import pyoxigraph as ox

from mapper.owners import Links, Owners
from mapper.portions import Portion, Told, divide, name_of
from mapper.processes import spread
from mapper.shacl import apply, engine
from mapper.validation import Result, Shapes, ValidationReport, load_shapes, results


class Checker:
    """Checks statements against the project's shapes, and remembers what it found for the next time.

    Parameters:
        jobs: how many processes share the work.
        engine: name of the engine, as for `mapper.shacl.engine`.
    """

    def __init__(self, *, jobs: int = 1, engine: str | None = None) -> None:
        self._jobs = jobs
        self._engine = engine
        self._known: dict[str, tuple[Result, ...]] = {}

    def check(self, quads: Iterable[ox.Quad], *, texts: Mapping[str, str]) -> ValidationReport:
        """The report on all graphs as one: what a check of everything at once would say.

        Parameters:
            quads: articles with their events, the entities in them and their provenance.
            texts: article IRI → text of the article as mapped.

        Raises:
            ConfigurationError: a shape itself is wrong, or there is no such engine.
        """
        told = Told.of(quads, texts)
        portions = {portion.digest: portion for portion in divide(told, _shapes().asked)}
        new = [portion for digest, portion in portions.items() if digest not in self._known]
        self._known = {digest: self._known[digest] for digest in portions if digest in self._known}
        self._known |= dict(self._checked(new))
        owners = Owners(told.links)
        found = {
            replace(result, articles=owners.of(result.focus)) for known in self._known.values() for result in known
        }
        return ValidationReport(tuple(sorted(found)))

    def _checked(self, portions: Sequence[Portion]) -> Iterator[tuple[str, tuple[Result, ...]]]:
        chosen = engine(self._engine)
        batches = list(_batches(portions, chosen.pace))
        tasks = [(chosen.name, frozenset(line for portion in batch for line in portion.lines)) for batch in batches]
        for batch, found in zip(batches, spread(_apply, tasks, jobs=self._jobs), strict=True):
            for portion in batch:
                yield portion.digest, tuple(result for result in found if result.focus in portion.focus)


def focused(triples: Iterable[ox.Triple], focus: Container[str], *, leading: Iterable[ox.Triple] = ()) -> list[Result]:
    """What the shapes say of some things, each result with the articles that it belongs to.

    Parameters:
        triples: all that is stated of these things, and whatever else shapes ask for.
        focus: IRIs of the things.
        leading: what else leads from articles to these things; no shape is applied to it.

    Raises:
        ConfigurationError: a shape itself is wrong, or there is no such engine.
    """
    triples = list(triples)
    found = [result for result in _apply((engine().name, frozenset(map(str, triples)))) if result.focus in focus]
    if not found:
        return []
    ways = ((name_of(t.subject), t.predicate.value, name_of(t.object)) for t in (*triples, *leading))
    owners = Owners(Links.of(ways))
    return [replace(result, articles=owners.of(result.focus)) for result in found]


def _batches(portions: Iterable[Portion], size: int) -> Iterator[list[Portion]]:
    """Portions that are checked together, with about `size` statements."""
    batch: list[Portion] = []
    count = 0
    for portion in portions:
        if batch and count + len(portion.lines) > size:
            yield batch
            batch, count = [], 0
        batch.append(portion)
        count += len(portion.lines)
    if batch:
        yield batch


def _apply(task: tuple[str, frozenset[str]]) -> tuple[Result, ...]:
    name, lines = task
    shapes = _shapes()
    return results(apply(sorted(lines | shapes.context_lines), shapes.graph, engine=engine(name)))


@cache
def _shapes() -> Shapes:
    return load_shapes()
