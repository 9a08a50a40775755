"""All stages in their order: from files to a release.

list → map → resolve → merge → name → state, check, infer → publish. What cannot be read or mapped is set aside, an
article that fails its shapes is held back, both with their reasons; the others go on. Everything that is made of one
article is kept in a cache: the next build does only what is new, and one that was broken off goes on where it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from mapper import identity, working
from mapper.assembly import Assembled, Assembler, labelled, merged_events
from mapper.cache import MOST_BYTES, Cache, key_of, opened
from mapper.checking import Checker
from mapper.cluster import joined
from mapper.corpus import Aside, Handle, list_articles, map_articles
from mapper.document import MappedArticle, MergedEvent
from mapper.errors import InputError
from mapper.iris import Iris, text
from mapper.keeping import Keeper, Runner
from mapper.lineage import changes, origin, previous_version, read_memory, remembering
from mapper.loading import Change
from mapper.mapping import Tools
from mapper.naming import Memory, name_events, remember
from mapper.parts import Part
from mapper.pool import Here, Pool
from mapper.progress import Progress
from mapper.release import WORK, Draft, locked, problems, promote, publish, read_manifest
from mapper.resolve import Resolver, links_digest, resolve_articles
from mapper.statements import state, vocabulary_files
from mapper.stating import Settings
from mapper.validation import ValidationReport

BASE = "http://localhost:8000/"
"""The base IRI of a deployment that sets none."""
LIMIT = 60.0
"""Seconds that one article may take to be mapped, if nothing else is said."""
CACHE = ".cache"
"""The cache in a folder of releases, if it is nowhere else."""
_FEW = 500
"""Parts of which two releases may differ if one's store is to be made of the other's."""


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

    def told(self, out: Path) -> str:
        """It in one line, where `out` is the folder of releases."""
        left = f", {len(self.set_aside)} set aside" if self.set_aside else ""
        left += f", {len(self.held_back)} held back" if self.held_back else ""
        return f"{self.articles} articles, {self.events} events{left}: {out / 'current'} is release {self.version}"


def build(
    paths: Sequence[Path],
    *,
    out: Path,
    base: str = BASE,
    jobs: int = 1,
    publish_text: bool = False,
    cache: Path | None = None,
    keep: bool = True,
    most_kept: int = MOST_BYTES,
    limit: float | None = LIMIT,
    tools: Tools | None = None,
    resolver: Resolver | None = None,
    cluster: str | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Map articles and publish them as the current release below a folder.

    Parameters:
        paths: files and folders of .txt, .html and .jsonl.
        out: the folder of releases; `current` in it points to the one that is published.
        base: the base IRI of the data, with a slash at its end.
        jobs: how many processes share the work; they make no difference to the release.
        publish_text: whether the articles' texts are published with them.
        cache: the folder of what is kept from build to build; by default in that of the releases.
        keep: whether anything is kept.
        most_kept: how many bytes of it.
        limit: seconds that one article may take; it is set aside when it takes longer.
        tools: ontology, gazetteer, rules and parser, when they are already loaded; all is then done in this process.
        resolver: looks up names that the gazetteer does not have, where it is wished.
        cluster: the address of the scheduler of a cluster that does the work instead; it makes no difference either.
        progress: who is told how far it is.

    Raises:
        InputError: no article could be read.
        ConfigurationError: the project's own data or a setting is wrong.
        ReleaseError: the release cannot be written; the current one stays as it was.
    """
    progress = progress or Progress(quiet=True)
    Iris(base)  # refuses what cannot be one
    software = identity.software()
    with locked(out, progress.say), ExitStack() as stack:
        folder = (cache or out / CACHE) if keep else out / f"{WORK}cache"
        kept = stack.enter_context(opened(folder, keep=keep))
        workers = stack.enter_context(ExitStack())
        runner = _runner(workers, jobs=jobs, limit=limit, tools=tools, cluster=cluster)
        keeper = Keeper(kept, runner, progress)
        reader = identity.reader(software)
        listed = list_articles(paths, keeper, reader)
        if not listed.articles:
            said = "".join(f"\n  {entry.source}: {entry.reason}" for entry in listed.aside)
            raise InputError(f"There is no article to publish in {', '.join(map(str, paths))}.{said}")
        aside = [asdict(entry) for entry in listed.aside]
        created_from = origin(listed.articles, aside, software, publish_text=publish_text)
        if not resolver and (there := _there(out, created_from, base)):
            progress.say(f"Release {there.name} is there already: the same articles, read by the same mapper.")
            return _outcome(there, fresh=False)
        handles, unmapped = map_articles(paths, listed, keeper)
        if resolver:  # its answers decide what the release says, so they come before its version
            handles, created_from["links"] = _resolved(handles, resolver, keeper)
        if unmapped:  # another build may fare better, so this is part of what the release was made of
            created_from["set_aside"] = [*aside, *(asdict(entry) for entry in unmapped)]
        if there := _there(out, created_from, base):
            return _outcome(there, fresh=False)
        previous = previous_version(out, created_from, base)
        version = identity.version({**created_from, "base": base, "previous": previous})
        memory = read_memory(remembering(out, previous))
        progress.say("Merging, stating and checking")
        settings = Settings(base, software, publish_text)
        maker = key_of(reader, software.shapes, base, str(publish_text), *identity.engines())
        assembler = Assembler(keeper, settings, maker, working.gazetteer(), working.ontology())
        assembled = assembler.assemble(handles, memory)
        events = {m.name: remember(m, assembled.digests[m.name]) for m in assembled.events.events}
        workers.close()  # what they hold is better used by the store
        kept.put("parts", version, json.dumps(assembled.parts).encode())
        progress.say("Writing the release")
        release = publish(
            out,
            Draft(
                version=version,
                base=base,
                software=software.version,
                types=frozenset(working.ontology().event_types),
                parts=_parts(assembled, keeper),
                created_from=created_from,
                counts={"articles": assembled.articles, "events": len(events)},
                events=events,
                changes=changes(assembled.events, events, memory, previous),
                vocabulary=vocabulary_files(),
                report=assembled.report.to_turtle().encode(),
                report_text=assembled.report.to_text() + "\n",
                previous=previous,
                held_back=tuple(asdict(entry) for entry in assembled.held_back),
                set_aside=tuple(created_from["set_aside"]),
                publish_text=publish_text,
                change=_change(out, previous, assembled.parts, kept),
            ),
        )
        if keep:
            kept.prune(most_kept)
    return _outcome(release, fresh=True)


def events_of(articles: Sequence[MappedArticle], *, tools: Tools) -> tuple[MergedEvent, ...]:
    """The events that the articles tell, merged, named and labelled, without a release that remembers any."""
    return labelled(name_events(merged_events(articles, tools.gazetteer), Memory()).events, tools.ontology)


def statements_of(articles: Sequence[MappedArticle], *, tools: Tools, base: str = BASE) -> tuple[ox.Quad, ...]:
    """What the articles state by themselves, for a look at them without a release."""
    events = events_of(articles, tools=tools)
    types = tools.ontology.event_types
    quads = state(
        articles, events, gazetteer=tools.gazetteer, types=types, software=identity.software(), iris=Iris(base)
    )
    by_line = {str(quad): quad for quad in quads}
    return tuple(by_line[line] for line in sorted(by_line))


def check(articles: Sequence[MappedArticle], *, tools: Tools, base: str = BASE) -> ValidationReport:
    """Whether what the articles state conforms to the shapes."""
    return Checker().check(statements_of(articles, tools=tools, base=base), texts=_texts(articles, Iris(base)))


# --- steps of a build --------------------------------------------------------------------------------------


def _runner(stack: ExitStack, *, jobs: int, limit: float | None, tools: Tools | None, cluster: str | None) -> Runner:
    if cluster:
        return stack.enter_context(joined(cluster))
    if tools:
        working.use(tools)
        return Here()
    return stack.enter_context(Pool(jobs, limit=limit))


def _there(out: Path, created_from: Mapping[str, Any], base: str) -> Path | None:
    """The release of exactly this, promoted, if it is there and whole."""
    version = identity.version({**created_from, "base": base, "previous": previous_version(out, created_from, base)})
    release = out / version
    if not release.is_dir() or problems(release):
        return None
    promote(out, release)
    return release


def _resolved(handles: Sequence[Handle], resolver: Resolver, keeper: Keeper) -> tuple[list[Handle], str]:
    """The articles with names looked up; these, too, are kept."""
    mapped = [working.unpack(keeper.get("map", handle.key)) for handle in handles]
    found = resolve_articles(mapped, resolver, working.gazetteer())
    links = links_digest(found)
    resolved = [replace(handle, key=key_of(handle.key, links)) for handle in handles]
    for handle, article in zip(resolved, found, strict=True):
        keeper.cache.put("map", handle.key, working.pack(article))
    return resolved, links


def _parts(assembled: Assembled, keeper: Keeper) -> Iterator[Part]:
    return (Part.unpack(keeper.get("part", key)) for key in assembled.parts)


def _change(out: Path, previous: str | None, keys: Sequence[str], kept: Cache) -> Change | None:
    """How the release comes from the one before it, where that is known, and little."""
    known = kept.get("parts", previous) if previous else None
    if not previous or known is None:
        return None
    before = json.loads(known)
    gone, fresh = sorted({*before} - {*keys}), sorted({*keys} - {*before})
    if len(gone) + len(fresh) > min(len(keys) // 2, _FEW):
        return None
    contents = [kept.get("part", key) for key in (*gone, *fresh)]
    parts = [Part.unpack(content) for content in contents if content]
    if len(parts) < len(contents):
        return None
    return Change(out / previous / "store", tuple(parts[: len(gone)]), tuple(parts[len(gone) :]))


def _texts(articles: Sequence[MappedArticle], iris: Iris) -> dict[str, str]:
    return {iris.article(m.article.identifier).value: text(m.article.text).value for m in articles}


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
