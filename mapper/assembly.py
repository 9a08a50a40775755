"""From mapped articles to the parts of a release: merge → name → state, check and conclude, article by article.

An article that fails its shapes is held back with its report, and all that was merged with it is done again without.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from mapper import working
from mapper.cache import key_of
from mapper.capacities import without_unheld
from mapper.commons import NAMED, Named
from mapper.corpus import Aside, Handle
from mapper.document import Event, MappedArticle, MergedEvent
from mapper.errors import ReleaseError
from mapper.gazetteer import Gazetteer
from mapper.iris import Iris
from mapper.keeping import Item, Keeper
from mapper.labels import label
from mapper.merging import merge
from mapper.naming import Memory, name_events
from mapper.naming import Named as NamedEvents
from mapper.parts import Facts, Part
from mapper.stating import Settings
from mapper.validation import Result, Severity, ValidationReport
from mapper.vocabulary import Ontology

_AT_ONCE = 32
"""Articles that are stated and checked together: shapes take a while to be applied at all."""


@dataclass(frozen=True, slots=True)
class Assembled:
    """What is to be published: the keys of all parts, in their order, and what is told of them."""

    parts: tuple[str, ...]
    articles: int
    events: NamedEvents
    digests: Mapping[str, str]
    """Of all that is stated of an event, by its name."""
    report: ValidationReport
    held_back: tuple[Aside, ...]


@dataclass(frozen=True, slots=True)
class Assembler:
    """Everything that parts are made with.

    `maker` is the digest of what decides what a part is beside articles and events.
    """

    keeper: Keeper
    settings: Settings
    maker: str
    gazetteer: Gazetteer
    ontology: Ontology

    def assemble(self, handles: Sequence[Handle], memory: Memory) -> Assembled:
        """Parts of all articles that conform to the shapes.

        Raises:
            ReleaseError: the statements contradict the ontology, or break the shapes beside the articles.
        """
        report, held = ValidationReport(), list[Aside]()
        while True:
            gone = {entry.identifier: f"its article was held back: {entry.reason}" for entry in held}
            articles = [working.unpack_events(self.keeper.get("map", handle.key)) for handle in handles]
            named = name_events(merged_events(articles, self.gazetteer), memory, gone=gone)
            named = replace(named, events=labelled(named.events, self.ontology))
            keys, failed = self._state(handles, articles, named.events)
            if not failed:
                gathered = self._gather(keys)
                found = ValidationReport(tuple(sorted(gathered.results)))
                report = report.merged(found) if held else found
                failed = self._reasons(found, handles)
                if found.conforms:
                    keys.append(gathered.commons)
                    return Assembled(tuple(keys), len(handles), named, gathered.digests, report, tuple(held))
                if not failed:
                    raise ReleaseError(f"What is published beside the articles breaks the shapes:\n{found.to_text()}")
            held += (Aside(h.source, failed[h.identifier], h.identifier) for h in handles if h.identifier in failed)
            handles = [handle for handle in handles if handle.identifier not in failed]

    def _state(
        self, handles: Sequence[Handle], articles: Sequence[MappedArticle], events: Sequence[MergedEvent]
    ) -> tuple[list[str], dict[str, str]]:
        """The keys of the articles' parts, which are there then; and why some could not be made, by identifier."""
        reported: dict[str, list[MergedEvent]] = {}
        for merged in events:
            for identifier in sorted({report.article for report in merged.reports}):
                reported.setdefault(identifier, []).append(merged)
        days = {mapped.article.identifier: mapped.article.published for mapped in articles}
        told = _Telling(handles, articles)
        keys = [self._key(handle, reported.get(handle.identifier, ()), told) for handle in handles]

        def items() -> Iterator[Item]:
            for handle, key in zip(handles, keys, strict=True):
                yield key, partial(work, handle)

        def work(handle: Handle) -> working.Work:
            mine = tuple(reported.get(handle.identifier, ()))
            others = {report.article for merged in mine for report in merged.reports} - {handle.identifier}
            mapped = self.keeper.get("map", handle.key)
            return working.Work(mapped, handle.source, mine, {name: days[name] for name in sorted(others)})

        failed = self.keeper.ensure(
            "part", items(), working.state, self.settings, at_once=_AT_ONCE, what="articles stated"
        )
        return keys, {h.identifier: failed[key] for h, key in zip(handles, keys, strict=True) if key in failed}

    def _key(self, handle: Handle, reported: Iterable[MergedEvent], told: _Telling) -> str:
        """All that decides what the part of an article is: what is told of its events, by whom, and their names."""
        parts = [self.maker, handle.key, handle.source]
        for merged in reported:
            parts += [merged.name, *merged.merges, *(told.of(report.event) for report in merged.reports)]
        return key_of(*parts)

    def _gather(self, keys: Sequence[str]) -> _Gathered:
        """What the parts of articles tell together, and the part that is made of it."""
        gathered = _Gathered()
        for key in keys:
            gathered.add(Part.unpack(self.keeper.get("part", key), whole=False).facts)
        named = gathered.named()
        gathered.commons = key_of(self.maker, repr(named))
        wrong = self.keeper.ensure("part", [(gathered.commons, lambda: named)], working.commons, self.settings)
        if wrong:
            raise ReleaseError(f"What the articles name cannot be described: {'; '.join(wrong.values())}")
        facts = Part.unpack(self.keeper.get("part", gathered.commons), whole=False).facts
        gathered.add_commons([_result(row) for row in facts["results"]], self._naming(keys, facts["results"]))
        return gathered

    def _naming(self, keys: Sequence[str], results: Sequence[Facts]) -> dict[str, set[str]]:
        """The articles that name an entity, by its IRI, as far as something does not hold of it."""
        found: dict[str, set[str]] = {}
        if not results:
            return found
        iris = Iris(self.settings.base)
        for key in keys:
            facts = Part.unpack(self.keeper.get("part", key), whole=False).facts
            article = iris.article(facts["identifier"]).value
            for name in (*facts["entities"], *facts["unknown"]):
                for iri in (iris.keyed(name).value, iris.office(name).value):
                    found.setdefault(iri, set()).add(article)
        return found

    def _reasons(self, found: ValidationReport, handles: Iterable[Handle]) -> dict[str, str]:
        """Why articles are held back, by identifier."""
        iris, failing = Iris(self.settings.base), found.held_back()
        reasons: dict[str, str] = {}
        for handle in handles:
            if results := failing.get(iris.article(handle.identifier).value, ()):
                reasons[handle.identifier] = "; ".join(sorted({f"{r.message} ({r.focus})" for r in results}))
        return reasons


class _Telling:
    """Which event of which mapped article an event is, in a word."""

    def __init__(self, handles: Iterable[Handle], articles: Iterable[MappedArticle]) -> None:
        self._of = {
            id(event): f"{handle.key} {number}"
            for handle, mapped in zip(handles, articles, strict=True)
            for number, event in enumerate(mapped.events)
        }

    def of(self, event: Event) -> str:
        """The same word for the same event told by the same article."""
        return self._of[id(event)]


class _Gathered:
    """What the facts of all parts come to."""

    def __init__(self) -> None:
        self.commons = ""
        self.digests: dict[str, str] = {}
        self.results: set[Result] = set()
        self._entities: set[str] = set()
        self._unknown: dict[str, str] = {}
        self._pointed: set[tuple[str, str]] = set()
        self._shared: set[tuple[str, str, str]] = set()

    def add(self, facts: Facts) -> None:
        """Count in the part of an article."""
        self.digests |= facts["events"]
        self.results |= {_result(row) for row in facts["results"]}
        self._entities |= set(facts["entities"])
        for key, row in facts["unknown"].items():
            self._unknown[key] = min(row, self._unknown.get(key, row))
        self._pointed |= {(predicate, iri) for predicate, iri in facts["pointed"]}
        self._shared |= {(s, p, o) for s, p, o in facts["shared"]}

    def named(self) -> Named:
        """What all articles together name."""
        return Named(
            tuple(sorted(self._entities)),
            dict(sorted(self._unknown.items())),
            tuple(sorted(self._pointed)),
            tuple(sorted(self._shared)),
        )

    def add_commons(self, results: Iterable[Result], naming: Mapping[str, set[str]]) -> None:
        """Count in what does not hold of entities: it belongs to all articles that name them."""
        for result in results:
            named = (iri.removeprefix(NAMED) for iri in result.articles)
            articles = {article for iri in named for article in naming.get(iri, ())}
            self.results.add(replace(result, articles=tuple(sorted(articles))))


def _result(row: Facts) -> Result:
    return Result(**{**row, "severity": Severity(row["severity"]), "articles": tuple(row["articles"])})


def merged_events(articles: Iterable[MappedArticle], gazetteer: Gazetteer) -> tuple[MergedEvent, ...]:
    """The events that articles tell, without offices that nobody held on the day; still without names."""
    return tuple(without_unheld(merged, gazetteer.tenures_of) for merged in merge(articles))


def labelled(events: Iterable[MergedEvent], ontology: Ontology) -> tuple[MergedEvent, ...]:
    """The events with their labels."""
    topics = {name: topic.label for name, topic in ontology.topics.items()}
    return tuple(replace(m, event=replace(m.event, label=label(m.event, topics=topics))) for m in events)
