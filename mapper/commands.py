"""What the commands of the command line do; each takes the parsed options and returns the exit code."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import tempfile
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from mapper import annotations as gold_files
from mapper import evaluation, published, resolve, wikidata
from mapper.article import InputProblem, read_articles
from mapper.checking import Checker
from mapper.document import MappedArticle
from mapper.errors import InputError, ReleaseError
from mapper.explanations import explain_article, tell
from mapper.fetching import Service
from mapper.iris import segment
from mapper.mapping import load_tools, map_article
from mapper.merge_tables import Changes
from mapper.parts import FORMATS as FORMATS_OF_FILES
from mapper.pipeline import Outcome, check, events_of, statements_of
from mapper.pipeline import build as build_release
from mapper.processes import cores
from mapper.progress import Progress
from mapper.release import read_manifest
from mapper.resolve import Resolver
from mapper.validation import ValidationReport
from mapper.vocabulary import PREFIXES
from mapper.watching import Watch

FORMATS = ("turtle", "jsonld", "trig", "nquads", "json")
_RDF = {
    "turtle": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
}
_DATASETS = ("trig", "nquads")
DONE, LEFT_OUT = 0, 1
ENDPOINT, API = wikidata.ENDPOINT, resolve.API


def build(options: argparse.Namespace) -> int:
    """Publish a release."""
    outcome = _built(options)
    if options.json:
        _print_json({**asdict(outcome), "release": str(outcome.release)})
    else:
        _tell_outcome(outcome, options.out)
    return LEFT_OUT if outcome.set_aside or outcome.held_back else DONE


def _built(options: argparse.Namespace) -> Outcome:
    return build_release(
        options.paths,
        out=options.out,
        base=options.base,
        jobs=options.jobs,
        cluster=options.cluster,
        publish_text=options.publish_text,
        cache=options.cache,
        keep=not options.no_cache,
        most_kept=options.cache_size * 1_000_000,
        limit=options.time_limit,
        resolver=_resolver(options) if options.resolve else None,
        progress=Progress(quiet=options.quiet or options.json),
    )


def watch(options: argparse.Namespace) -> int:
    """Publish what arrives, until interrupted."""

    def say(line: str) -> None:
        now = datetime.now().isoformat(sep=" ", timespec="seconds")
        print(json.dumps({"time": now, "message": line}) if options.json else f"{now} {line}", flush=True)

    def publish() -> str:
        outcome = _built(options)
        if not options.json:
            _tell_left_out(outcome)
        return outcome.told(options.out)

    watching = Watch(tuple(options.paths), publish, say, every=options.every, settle=options.settle)
    try:
        return DONE if watching.run(once=options.once) else LEFT_OUT
    except KeyboardInterrupt:
        say("Stopped; the current release stays.")
        return DONE


def _resolver(options: argparse.Namespace) -> Resolver:
    cache = options.resolve_cache or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "communique"
    return Resolver(cache, resolve.search(options.resolve_api))


def _tell_outcome(outcome: Outcome, out: Path) -> None:
    _tell_left_out(outcome)
    print(outcome.told(out))


def _tell_left_out(outcome: Outcome) -> None:
    for what, entries in (("set aside", outcome.set_aside), ("held back", outcome.held_back)):
        for entry in entries:
            print(f"{what}: {entry.source}: {entry.reason}", file=sys.stderr)


def serve(options: argparse.Namespace) -> int:
    """Answer over the web until stopped. The server is no part of the mapper and knows nothing of it; it is started."""
    server, faults = importlib.import_module("server"), importlib.import_module("publisher.errors")
    settings = {name: getattr(options, name) for name in ("host", "port", "workers", "engine", "config")}
    try:
        server.serve(options.release, **settings)
    except faults.PublisherError as error:
        raise ReleaseError(str(error)) from error
    except OSError as error:
        raise ReleaseError(f"The server cannot listen there: {error.strerror or error}.") from error
    return DONE


def settings_help() -> str:
    """What can be set of the server, and how, for the help of the command line."""
    module = importlib.import_module("publisher.settings")
    lines = [f"  {name} = {default}\n      {meaning}" for name, default, meaning in module.listing()]
    told = (
        "settings, with their defaults:\n"
        "  Each can stand in the file of --config (TOML), or in the environment as COMMUNIQUE_ and its name in\n"
        "  capitals (COMMUNIQUE_DEADLINE=5; lists with commas). An option beats the environment,\n"
        "  which beats the file.\n\n"
    )
    return told + "\n".join(lines) + "\n"


def map_file(options: argparse.Namespace) -> int:
    """Show what one file maps to."""
    if options.explain_lines:
        for article in _articles(options.file):
            for line in article.lines:
                shown = article.text[line.start : line.end].strip()
                print(f"{line.kind.value:<10} {line.reason:<40} {shown[:100]}")
        return DONE
    tools = load_tools()
    mapped = [map_article(article, tools) for article in _articles(options.file)]
    if options.format == "json":
        events = events_of(mapped, tools=tools)
        reporting = {m.article.identifier: [e for e in events if _reports(e.reports, m)] for m in mapped}
        told = [explain_article(m, reporting[m.article.identifier], with_text=False) for m in mapped]
        _print_json(told[0] if len(told) == 1 else told)
        return DONE
    quads = statements_of(mapped, tools=tools, base=options.base)
    rows: Any = quads if options.format in _DATASETS else list(dict.fromkeys(quad.triple for quad in quads))
    ox.serialize(rows, sys.stdout.buffer, _RDF[options.format], prefixes=dict(PREFIXES))
    return DONE


def _reports(reports: Any, mapped: MappedArticle) -> bool:
    return any(report.article == mapped.article.identifier for report in reports)


def validate(options: argparse.Namespace) -> int:
    """Check a file against the shapes."""
    suffix = options.file.suffix.lstrip(".")
    if suffix in FORMATS_OF_FILES:
        try:
            quads = list(ox.parse(path=options.file, format=FORMATS_OF_FILES[suffix]))
        except (OSError, SyntaxError) as error:
            raise InputError(f"{options.file} cannot be read: {error}") from error
        report = Checker(jobs=cores()).check(quads, texts={})
    else:
        tools = load_tools()
        mapped = [map_article(article, tools) for article in _articles(options.file)]
        report = check(mapped, tools=tools, base=options.base)
    return _tell_report(report, as_json=options.json)


def _tell_report(report: ValidationReport, *, as_json: bool) -> int:
    if as_json:
        _print_json({"conforms": report.conforms, "results": [asdict(result) for result in report.results]})
    else:
        print(report.to_text())
    return DONE if report.conforms else LEFT_OUT


def explain(options: argparse.Namespace) -> int:
    """Show why an event is published as it is."""
    manifest = read_manifest(options.release)
    name = options.event.removeprefix(f"{manifest['base']}event/").partition("#")[0]
    events = json.loads((options.release / "events.json").read_text(encoding="utf-8"))
    changes = json.loads((options.release / "changes.json").read_text(encoding="utf-8"))
    if name in changes["withdrawn"]:
        raise InputError(f"{name} is no longer published: {changes['withdrawn'][name]}.")
    name = changes["merged"].get(name, name)
    if name not in events:
        raise InputError(f"Release {manifest['version']} has no event “{name}”.")
    paths = [options.release / "articles" / f"{segment(article)}.json" for article in events[name]["reports"]]
    articles = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    if options.json:
        told = [
            {"article": article["identifier"], **event}
            for article in articles
            for event in article["events"]
            if event["name"] == name
        ]
        _print_json(told)
    else:
        print("\n".join(tell(name, articles)))
    return DONE


def evaluate(options: argparse.Namespace) -> int:
    """Score against gold annotations."""
    gold = options.gold / "gold" if (options.gold / "gold").is_dir() else options.gold
    names = options.names or _first(gold / "names.csv", gold.parent / "names.csv", gold.parent.parent / "names.csv")
    coref = options.coref or _first(gold / "coref.json", gold.parent / "coref.json")
    articles = options.articles or _first(gold.parent / "articles")
    annotated = gold_files.read_gold(gold)
    if options.data:
        told = published.read_dataset(options.data)
    elif articles:
        with tempfile.TemporaryDirectory() as folder:
            progress = Progress(quiet=options.json)
            release = build_release([articles], out=Path(folder), jobs=options.jobs, progress=progress).release
            told = published.read_dataset(release)
    else:
        raise InputError(f"There are no articles beside {gold}: name a release with --data, or them with --articles.")
    scores = evaluation.evaluate(
        told,
        annotated,
        names=gold_files.read_names(names) if names else {},
        same=gold_files.read_same(coref) if coref else None,
    )
    figures = scores.figures()
    if options.json:
        _print_json({**figures, "errors": scores.errors} if options.errors else figures)
        return DONE
    by_type = figures.pop("by_type")
    for name, value in figures.items():
        print(f"{name:20} {value}")
    print("\nby type of event     precision  recall  f1     tp fp fn")
    for kind, value in by_type.items():
        counts = " ".join(map(str, value["tp_fp_fn"]))
        print(f"{kind:20} {value['precision']:<10} {value['recall']:<7} {value['f1']:<6} {counts}")
    for error in scores.errors if options.errors else ():
        print("  ", *error, sep=" | ")
    return DONE


def update_gazetteer(options: argparse.Namespace) -> int:
    """Refresh the gazetteer's tables; what would change is shown before anything is replaced."""
    replaced: list[bool] = []

    def confirm(changes: Changes) -> bool:
        if not options.json:
            print("\n".join(changes.lines()))
        if options.yes or options.dry_run:
            replaced.append(not options.dry_run)
            return replaced[-1]
        if not sys.stdin.isatty():
            print("Nothing is replaced without --yes where nobody can be asked.", file=sys.stderr)
            return False
        replaced.append(input("Replace the tables? [y/N] ").strip().casefold() in ("y", "yes"))
        return replaced[-1]

    progress = Progress(quiet=options.json)
    service = Service(options.endpoint)
    languages = tuple(code for code in options.languages.split(",") if code)
    settings = wikidata.Update(service, languages, state=options.state, progress=progress.say)
    changes = wikidata.update(folder=options.folder, languages=languages, confirm=confirm, options=settings)
    if options.json:
        _print_json({"replaced": any(replaced), "added": changes.added, "mended": changes.mended})
    elif not changes:
        print("The tables are up to date.")
    return DONE


def _first(*paths: Path) -> Path | None:
    return next((path for path in paths if path.exists()), None)


def _articles(path: Path) -> list[Any]:
    found = list(read_articles([path]))
    problems = [entry for entry in found if isinstance(entry, InputProblem)]
    if problems:
        raise InputError("\n".join(f"{problem.source}: {problem.reason}" for problem in problems))
    return found


def _print_json(content: object) -> None:
    json.dump(content, sys.stdout, ensure_ascii=False, indent=1, default=str)
    print()
