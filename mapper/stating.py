"""What one article adds to a release: its statements, what follows from them, and what the shapes say of them.

Each article makes a part of its own, out of its own telling and of the events that it reports. What is said of an event
by several articles belongs to the first of them; the others add what only they say. Nothing else decides a part, so
it can be kept until one of these changes.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cache

import pyoxigraph as ox

from mapper import coding
from mapper.checking import focused
from mapper.closure import Line
from mapper.conclusions import conclusions
from mapper.descriptions import describe, offices_of, topic_scheme
from mapper.document import Article, Entity, MappedArticle, MergedEvent
from mapper.explanations import explain_article
from mapper.gazetteer import Gazetteer
from mapper.iris import Iris, term, text
from mapper.parts import json_bytes, render
from mapper.portions import name_of
from mapper.provenance import Software, agent, origins
from mapper.quads import agreed, article_quads, event_quads, referenced, surroundings
from mapper.reasoning import Terminology, load_terminology
from mapper.statements import other_names, text_quads
from mapper.validation import Result
from mapper.vocabulary import EventType

_NEEDLESS = frozenset({"skos:altLabel", "dip:hasMember"})
"""What no shape for articles and events asks of the entities around them."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What is the same for all articles of a release."""

    base: str
    software: Software
    publish_text: bool = False


@dataclass(frozen=True, slots=True)
class Assignment:
    """An article, the events that it reports, and on which days the other articles that do so were published."""

    mapped: MappedArticle
    reported: tuple[MergedEvent, ...]
    published: Mapping[str, date | None]


@dataclass(slots=True)
class _Draft:
    """A part while it is made."""

    assignment: Assignment
    quads: list[ox.Quad]
    around: set[ox.Triple]
    elsewhere: set[ox.Triple]
    own: set[str] = field(default_factory=set)
    results: list[Result] = field(default_factory=list)

    @property
    def identifier(self) -> str:
        return self.assignment.mapped.article.identifier

    @property
    def events(self) -> list[MergedEvent]:
        """The events that this article is the first to tell."""
        return [merged for merged in self.assignment.reported if merged.reports[0].article == self.identifier]

    def triples(self) -> set[ox.Triple]:
        """All that is known here."""
        return {quad.triple for quad in self.quads} | self.around


def state_articles(
    assignments: Sequence[Assignment], settings: Settings, gazetteer: Gazetteer, types: Mapping[str, EventType]
) -> list[bytes]:
    """The parts of articles, packed.

    Raises:
        ReleaseError: the statements contradict the ontology.
        ConfigurationError: a shape itself is wrong.
    """
    iris = Iris(settings.base)
    drafts = [_draft(assignment, settings, iris, types) for assignment in assignments]
    entities = described(
        [referenced([a.mapped], a.reported) | offices_of(a.reported) for a in assignments], gazetteer, iris
    )
    around = [quad for quad in (*entities, *topic_scheme(iris)) if quad.predicate not in _needless()]
    _check(drafts, [quad.triple for quad in around], iris)
    return [_part(draft, gazetteer, iris, publish_text=settings.publish_text) for draft in drafts]


def described(entities: Iterable[Mapping[str, Entity]], gazetteer: Gazetteer, iris: Iris) -> list[ox.Quad]:
    """Everybody and everything that articles name; of several ways to tell one thing the first in order counts."""
    chosen: dict[str, Entity] = {}
    for named in entities:
        for key, entity in named.items():
            if key not in chosen or (chosen[key] != entity and coding.dumps(entity) < coding.dumps(chosen[key])):
                chosen[key] = entity
    return list(describe(dict(sorted(chosen.items())), (), gazetteer, other_names(gazetteer), iris))


# --- what is stated ----------------------------------------------------------------------------------------


def _draft(assignment: Assignment, settings: Settings, iris: Iris, types: Mapping[str, EventType]) -> _Draft:
    mapped, identifier = assignment.mapped, assignment.mapped.article.identifier
    draft = _Draft(assignment, [], set(), set())
    draft.quads += article_quads(mapped, assignment.reported, iris, types)
    if settings.publish_text:
        draft.quads += text_quads([mapped], iris)
    draft.quads += (quad for merged in draft.events for quad in event_quads(merged, iris, types))
    draft.quads += origins([mapped.article], draft.events, settings.software, iris)
    draft.own = {name_of(quad.subject) for quad in draft.quads}
    others = {name: Article(name, "", (), published=day) for name, day in assignment.published.items()}
    for merged in assignment.reported:
        first = merged.reports[0].article == identifier
        draft.around.update(surroundings(merged, others if first else {}, iris, types))
        if first:
            continue
        for report in merged.reports:
            if report.article < identifier:
                draft.elsewhere |= agreed(report, merged, iris, types)
        draft.own -= {name_of(triple.subject) for triple in surroundings(merged, {}, iris, types)}
    known = (*agent(settings.software, iris), *origins(others.values(), (), settings.software, iris))
    draft.around.update(quad.triple for quad in known)
    draft.around -= {quad.triple for quad in draft.quads}
    return draft


def _part(draft: _Draft, gazetteer: Gazetteer, iris: Iris, *, publish_text: bool) -> bytes:
    assignment = draft.assignment
    inferred, shared = _inferred(draft)
    entities = referenced([assignment.mapped], assignment.reported) | offices_of(assignment.reported)
    unknown = {key: coding.dumps(entity) for key, entity in entities.items() if not gazetteer.entity(key)}
    explained = explain_article(assignment.mapped, assignment.reported, with_text=publish_text)
    return render(
        [*draft.quads, *inferred_quads(inferred, iris)],
        elsewhere=draft.elsewhere,
        facts={
            "identifier": draft.identifier,
            "results": [asdict(result) for result in draft.results],
            "events": _digests(draft, iris),
            "entities": sorted(set(entities) - set(unknown)),
            "unknown": unknown,
            "pointed": sorted(_pointed(draft)),
            "shared": sorted(shared),
        },
        blobs={"explained": zlib.compress(json_bytes(explained))},
    ).pack()


def _digests(draft: _Draft, iris: Iris) -> dict[str, str]:
    """By name a digest of all that is stated of an event and its parts: another one means a change."""
    names = {iris.event(merged.name).value: merged.name for merged in draft.events}
    lines: dict[str, list[str]] = {name: [] for name in names.values()}
    for triple in draft.triples():
        if name := names.get(name_of(triple.subject).partition("#")[0]):
            lines[name].append(str(triple))
    return {name: hashlib.sha256("\n".join(sorted(told)).encode()).hexdigest()[:16] for name, told in lines.items()}


def _pointed(draft: _Draft) -> set[tuple[str, str]]:
    """With which properties entities are pointed at."""
    known = {name_of(triple.subject) for triple in draft.triples()}
    return {
        (quad.predicate.value, quad.object.value)
        for quad in draft.quads
        if isinstance(quad.object, ox.NamedNode)
        and quad.object.value not in known
        and quad.predicate != term("rdf:type")
    }


# --- what follows ------------------------------------------------------------------------------------------


def _inferred(draft: _Draft) -> tuple[list[Line], set[Line]]:
    """What follows and belongs here, and what follows of things that no article owns.

    Of an event everything follows where it is told first, where all is known that is said of it.
    """
    triples = draft.triples()
    own = {f"<{name}>" for name in draft.own}
    foreign = {str(triple.subject) for triple in triples} - own
    mine, shared = list[Line](), set[Line]()
    for line in conclusions(triples, terminology()):
        for node in (line[0], line[2]):
            if node in own:
                mine.append(line)
                break
            if node in foreign:
                break
        else:
            shared.add(line)
    return mine, shared


def inferred_quads(lines: Iterable[Line], iris: Iris) -> list[ox.Quad]:
    """Statements in the graph of what follows."""
    graph = iris.graph("inferred")
    parsed = ox.parse("".join(f"{s} {p} {o} .\n" for s, p, o in sorted(lines)), ox.RdfFormat.N_TRIPLES)
    return [ox.Quad(row.subject, row.predicate, row.object, graph) for row in parsed]


@cache
def terminology() -> Terminology:
    """The project's own, loaded once in each process."""
    return load_terminology()


# --- what does not hold ------------------------------------------------------------------------------------


def _check(drafts: Sequence[_Draft], entities: Sequence[ox.Triple], iris: Iris) -> None:
    """Put what the shapes say to the drafts that it is about; of entities it is said elsewhere."""
    texts = [
        ox.Triple(iris.article(draft.identifier), term("dip:text"), text(draft.assignment.mapped.article.text))
        for draft in drafts
    ]
    triples = {triple for draft in drafts for triple in draft.triples()}.union(entities, texts)
    homes = {name: draft for draft in drafts for name in draft.own}
    known = {name_of(triple.subject) for triple in triples}
    for draft in drafts:
        for quad in draft.quads:
            if (obj := name_of(quad.object)) not in known:  # what is pointed at and told by nobody
                homes.setdefault(obj, draft)
    for result in focused(triples, frozenset(homes)):
        homes[result.focus].results.append(result)


@cache
def _needless() -> frozenset[ox.NamedNode]:
    return frozenset(term(name) for name in _NEEDLESS)
