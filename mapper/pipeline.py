"""All stages in their order: from files to a release.

read → map → resolve → merge → name → state → validate → infer → publish. What cannot be read or mapped is set aside,
an article that fails its shapes is held back, both with their reasons; the others go on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from mapper import identity
from mapper.article import InputProblem, furniture, read_articles
from mapper.capacities import without_unheld
from mapper.checking import Checker
from mapper.cluster import map_on_cluster
from mapper.document import Article, MappedArticle, MergedEvent
from mapper.dumps import Statements
from mapper.errors import InputError, ReleaseError
from mapper.explanations import explain_article
from mapper.iris import Iris, text
from mapper.labels import label
from mapper.lineage import changes, origin, previous_version, read_memory, remembering
from mapper.mapping import Tools, load_tools
from mapper.merging import merge
from mapper.naming import Memory, Named, name_events, remember
from mapper.pool import Failure, map_all
from mapper.progress import Progress
from mapper.provenance import Software
from mapper.reasoning import infer
from mapper.release import Draft, locked, problems, promote, publish, read_manifest
from mapper.resolve import Resolver, links_digest, resolve_articles
from mapper.statements import (
    class_counts,
    event_digests,
    ontology_quads,
    state,
    text_quads,
    vocabulary_files,
)
from mapper.validation import ValidationReport

BASE = "http://localhost:8000/"
"""The base IRI of a deployment that sets none."""


@dataclass(frozen=True, slots=True)
class Aside:
    """An input that is not published, and why; `identifier` is empty where it could not be read at all."""

    source: str
    reason: str
    identifier: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a build came to."""

    release: Path
    version: str
    fresh: bool
    """False when the very same release was already there."""
    articles: int
    events: int
    set_aside: tuple[Aside, ...] = ()
    held_back: tuple[Aside, ...] = ()


@dataclass(frozen=True, slots=True)
class _Passed:
    """The articles that passed, their events, and all that is stated of them."""

    articles: tuple[MappedArticle, ...]
    named: Named
    quads: tuple[ox.Quad, ...]
    report: ValidationReport
    held_back: tuple[Aside, ...]


def build(
    paths: Sequence[Path],
    *,
    out: Path,
    base: str = BASE,
    jobs: int = 1,
    cluster: str | None = None,
    publish_text: bool = False,
    tools: Tools | None = None,
    resolver: Resolver | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Map articles and publish them as the current release below a folder.

    Parameters:
        paths: files and folders of .txt, .html and .jsonl.
        out: the folder of releases; `current` in it points to the one that is published.
        base: the base IRI of the data, with a slash at its end.
        jobs: how many processes share the work, at most; they make no difference to the release.
        cluster: the address of the scheduler of a cluster that maps them instead; it makes no difference either.
        publish_text: whether the articles' texts are published with them.
        tools: ontology, gazetteer, rules and parser, when they are already loaded.
        resolver: looks up names that the gazetteer does not have, where it is wished.
        progress: who is told how far it is.

    Raises:
        InputError: no article could be read.
        ConfigurationError: the project's own data or a setting is wrong.
        ReleaseError: the release cannot be written; the current one stays as it was.
    """
    progress = progress or Progress(quiet=True)
    iris, software = Iris(base), identity.software()
    with locked(out):
        articles, unread = _read(paths)
        created_from = origin(articles, [asdict(entry) for entry in unread], software, publish_text=publish_text)
        early = None
        if resolver:  # its answers decide what the release says, so they come before its version
            tools = tools or load_tools()
            early = _map(articles, jobs=jobs, cluster=cluster, tools=tools, resolver=resolver, progress=progress)
            created_from["links"] = links_digest(early[0])
        previous = previous_version(out, created_from, base)
        version = identity.version({**created_from, "base": base, "previous": previous})
        there = out / version
        if there.is_dir() and not problems(there):
            promote(out, there)
            progress.say(f"Release {version} is there already: the same articles, read by the same mapper.")
            return _outcome(there, fresh=False)
        tools = tools or load_tools()
        mapped, unmapped = early or _map(articles, jobs=jobs, cluster=cluster, tools=tools, progress=progress)
        memory = read_memory(remembering(out, previous))
        progress.say("Merging, stating and checking")
        passed = _pass(mapped, memory, tools=tools, software=software, iris=iris, jobs=jobs)
        quads = [*passed.quads, *ontology_quads(iris)]
        if publish_text:
            quads += text_quads(passed.articles, iris)
        statements = Statements.of([*quads, *infer(quads, iris, jobs=jobs)])
        counts = {
            "articles": len(passed.articles),
            "events": len(passed.named.events),
            **class_counts(statements, iris, tools.ontology.event_types),
        }
        digests = event_digests(passed.quads, iris)
        events = {merged.name: remember(merged, digests[merged.name]) for merged in passed.named.events}
        progress.say("Writing the release")
        release = publish(
            out,
            Draft(
                version=version,
                base=base,
                software=software.version,
                statements=statements,
                created_from=created_from,
                counts=counts,
                events=events,
                changes=changes(passed.named, events, memory, previous),
                articles=_explanations(passed, with_text=publish_text),
                vocabulary=vocabulary_files(),
                report=passed.report.to_turtle().encode(),
                report_text=passed.report.to_text() + "\n",
                previous=previous,
                held_back=tuple(asdict(entry) for entry in passed.held_back),
                set_aside=tuple(asdict(entry) for entry in (*unread, *unmapped)),
                publish_text=publish_text,
            ),
        )
    return _outcome(release, fresh=True)


def events_of(articles: Sequence[MappedArticle], *, tools: Tools) -> tuple[MergedEvent, ...]:
    """The events that the articles tell, merged, named and labelled, without a release that remembers any."""
    return _labelled(name_events(_merged(articles, tools), Memory()).events, tools)


def statements_of(articles: Sequence[MappedArticle], *, tools: Tools, base: str = BASE) -> tuple[ox.Quad, ...]:
    """What the articles state by themselves, for a look at them without a release."""
    events = events_of(articles, tools=tools)
    types = tools.ontology.event_types
    quads = state(
        articles, events, gazetteer=tools.gazetteer, types=types, software=identity.software(), iris=Iris(base)
    )
    return Statements.of(quads).quads


def check(articles: Sequence[MappedArticle], *, tools: Tools, base: str = BASE) -> ValidationReport:
    """Whether what the articles state conforms to the shapes."""
    return Checker().check(statements_of(articles, tools=tools, base=base), texts=_texts(articles, Iris(base)))


# --- reading and mapping -----------------------------------------------------------------------------------


def _read(paths: Sequence[Path]) -> tuple[list[Article], tuple[Aside, ...]]:
    """All articles, sorted by their identifiers, and what could not be read.

    Lines that recur over the articles belong to no one of them: where there are any, all are read again without.
    """
    articles, aside = _read_with(paths, frozenset())
    recurring = furniture(articles)
    if recurring:
        articles, aside = _read_with(paths, recurring)
    if not articles:
        said = "".join(f"\n  {entry.source}: {entry.reason}" for entry in aside)
        raise InputError(f"There is no article to publish in {', '.join(map(str, paths))}.{said}")
    return sorted(articles, key=lambda article: article.identifier), aside


def _read_with(paths: Sequence[Path], recurring: frozenset[str]) -> tuple[list[Article], tuple[Aside, ...]]:
    found = list(read_articles(paths, furniture=recurring))
    aside = tuple(Aside(entry.source, entry.reason) for entry in found if isinstance(entry, InputProblem))
    return [entry for entry in found if isinstance(entry, Article)], aside


def _map(
    articles: Sequence[Article], *, jobs: int, cluster: str | None, tools: Tools, progress: Progress,
    resolver: Resolver | None = None,
) -> tuple[list[MappedArticle], tuple[Aside, ...]]:  # fmt: skip
    jobs = min(jobs, len(articles))
    results = map_on_cluster(articles, cluster) if cluster else map_all(articles, jobs=jobs, tools=tools)
    told = list(progress.count(results, "articles", total=len(articles)))
    mapped = [result for result in told if not isinstance(result, Failure)]
    aside = [Aside(r.article.source, r.reason, r.article.identifier) for r in told if isinstance(r, Failure)]
    return (resolve_articles(mapped, resolver, tools.gazetteer) if resolver else mapped), tuple(aside)


# --- merging and checking ----------------------------------------------------------------------------------


def _pass(
    mapped: Sequence[MappedArticle], memory: Memory, *, tools: Tools, software: Software, iris: Iris, jobs: int
) -> _Passed:
    """Merge, name and state what the articles tell, until all that are left conform to the shapes."""
    report, checker = ValidationReport(), Checker(jobs=jobs)
    articles, held = list(mapped), list[Aside]()
    while True:
        gone = {entry.identifier: f"its article was held back: {entry.reason}" for entry in held}
        named = name_events(_merged(articles, tools), memory, gone=gone)
        named = replace(named, events=_labelled(named.events, tools))
        types = tools.ontology.event_types
        quads = tuple(
            state(articles, named.events, gazetteer=tools.gazetteer, types=types, software=software, iris=iris)
        )
        found = checker.check(quads, texts=_texts(articles, iris))
        report = report.merged(found) if held else found
        failing = found.held_back()
        if found.conforms:
            return _Passed(tuple(articles), named, quads, report, tuple(held))
        kept = [mapped for mapped in articles if iris.article(mapped.article.identifier).value not in failing]
        if len(kept) == len(articles):
            raise ReleaseError(f"What is published beside the articles breaks the shapes:\n{found.to_text()}")
        for left in articles:
            results = failing.get(iris.article(left.article.identifier).value, ())
            if results:
                reasons = "; ".join(sorted({f"{result.message} ({result.focus})" for result in results}))
                held.append(Aside(left.article.source, reasons, left.article.identifier))
        articles = kept


def _merged(articles: Iterable[MappedArticle], tools: Tools) -> tuple[MergedEvent, ...]:
    return tuple(without_unheld(merged, tools.gazetteer.tenures_of) for merged in merge(articles))


def _texts(articles: Iterable[MappedArticle], iris: Iris) -> dict[str, str]:
    return {iris.article(m.article.identifier).value: text(m.article.text).value for m in articles}


def _labelled(events: Iterable[MergedEvent], tools: Tools) -> tuple[MergedEvent, ...]:
    topics = {name: topic.label for name, topic in tools.ontology.topics.items()}
    return tuple(replace(m, event=replace(m.event, label=label(m.event, topics=topics))) for m in events)


# --- what is told of it --------------------------------------------------------------------------------------


def _explanations(passed: _Passed, *, with_text: bool) -> dict[str, Any]:
    reported: dict[str, list[MergedEvent]] = {}
    for merged in passed.named.events:
        for identifier in {report.article for report in merged.reports}:
            reported.setdefault(identifier, []).append(merged)
    named = {mapped.article.identifier: mapped for mapped in passed.articles}
    return {name: explain_article(m, reported.get(name, ()), with_text=with_text) for name, m in named.items()}


def _outcome(release: Path, *, fresh: bool) -> Outcome:
    manifest = read_manifest(release)
    return Outcome(
        release=release,
        version=manifest["version"],
        fresh=fresh,
        articles=manifest["counts"]["articles"],
        events=manifest["counts"]["events"],
        set_aside=tuple(Aside(**entry) for entry in manifest["set_aside"]),
        held_back=tuple(Aside(**entry) for entry in manifest["held_back"]),
    )
