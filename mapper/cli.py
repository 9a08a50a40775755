"""The command `communique`.

Exit codes: 0 done; 1 done, but something was left out (an input set aside, an article held back, a file that does not
conform); 2 not done, with the reason on standard error. A build that leaves something out still publishes the rest.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from mapper import commands, remotely
from mapper.cache import MOST_BYTES
from mapper.errors import CommuniqueError
from mapper.pipeline import LIMIT
from mapper.processes import cores

BASE = "http://localhost:8000/"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    options = parser().parse_args(arguments)
    logging.basicConfig(level=logging.DEBUG if options.debug else logging.WARNING, format="%(levelname)s: %(message)s")
    try:
        code: int = options.run(options)
        return code
    except CommuniqueError as error:
        print(f"communique: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("communique: interrupted; the current release is as it was.", file=sys.stderr)
        return 130


def parser() -> argparse.ArgumentParser:
    """The command line and its help."""
    top = argparse.ArgumentParser(prog="communique", description=metadata.metadata("communique")["Summary"])
    top.add_argument("--version", action="version", version=f"communique {metadata.version('communique')}")
    top.add_argument("--debug", action="store_true", help="tell more of what goes wrong")
    commands_of = top.add_subparsers(required=True, metavar="COMMAND")
    _build(commands_of.add_parser("build", help="map articles and publish them as the current release"))
    _watch(commands_of.add_parser("watch", help="publish what arrives in folders"))
    _serve(commands_of.add_parser("serve", add_help=False, help="answer over the web from a release"))
    _push(commands_of.add_parser("push", help="put a release into another SPARQL server"))
    _map(commands_of.add_parser("map", help="show what one file maps to, without publishing it"))
    _validate(commands_of.add_parser("validate", help="check a file, or what it maps to, against the shapes"))
    _explain(commands_of.add_parser("explain", help="show why an event is published as it is"))
    _evaluate(commands_of.add_parser("evaluate", help="score against gold annotations"))
    _gazetteer(commands_of.add_parser("gazetteer", help="refresh the tables of names and offices from Wikidata"))
    return top


def _build(command: argparse.ArgumentParser) -> None:
    command.description = (
        "Map articles and publish them as the current release. What cannot be read or mapped is set aside and what "
        "fails the shapes is held back, with the reason; the rest is published, and the exit code is then 1."
    )
    command.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", default=[Path("seeds")],
        help="files and folders of .txt, .html and .jsonl (default: seeds)",
    )  # fmt: skip
    _building(command)
    command.set_defaults(run=commands.build)


def _watch(command: argparse.ArgumentParser) -> None:
    command.description = (
        "Publish what is in folders, and again whenever something arrives, changes or is removed, until interrupted. "
        "Only what is new is mapped."
    )
    command.add_argument("paths", nargs="+", type=Path, metavar="FOLDER", help="folders of .txt, .html and .jsonl")
    command.add_argument("--once", action="store_true", help="end when all that is there is published")
    command.add_argument(
        "--every", type=_seconds, default=2.0, metavar="SECONDS", help="time between looks (default: %(default)s)"
    )
    command.add_argument(
        "--settle", type=_seconds, default=3.0, metavar="SECONDS",
        help="build when nothing changed for so long (default: %(default)s)",
    )  # fmt: skip
    _building(command)
    command.set_defaults(run=commands.watch)


def _building(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--out", type=Path, default=Path("releases"), metavar="DIR", help="folder of releases (default: releases)"
    )
    _base(command)
    command.add_argument(
        "--jobs",
        type=_positive,
        default=cores(),
        metavar="N",
        help="processes that share the work, at most; they make no difference to the release (default: one per core)",
    )
    command.add_argument(
        "--cache", type=Path, metavar="DIR",
        help="keep here what articles map to, for the next build (default: .cache in the folder of releases)",
    )  # fmt: skip
    command.add_argument("--no-cache", action="store_true", help="keep nothing, and use nothing that was kept")
    command.add_argument(
        "--cache-size", type=_positive, default=MOST_BYTES // 1_000_000, metavar="MB",
        help="give up what was not used for longest when more is kept (default: %(default)s)",
    )  # fmt: skip
    command.add_argument(
        "--time-limit", type=_seconds, default=LIMIT, metavar="SECONDS",
        help="set an article aside that takes longer to map (default: %(default)s)",
    )  # fmt: skip
    command.add_argument(
        "--cluster", metavar="URL", help="map on a Dask cluster, such as tcp://host:8786, that has this very package"
    )
    command.add_argument("--publish-text", action="store_true", help="publish the articles' texts, not only quotes")
    command.add_argument("--resolve", action="store_true", help="look unknown names up in Wikidata; needs a network")
    command.add_argument(
        "--resolve-cache", type=Path, metavar="DIR",
        help="keep answers of --resolve here (default: communique in XDG_CACHE_HOME or ~/.cache)",
    )  # fmt: skip
    command.add_argument(
        "--resolve-api", default=commands.API, metavar="URL", help="the search API of --resolve (default: %(default)s)"
    )
    command.add_argument("--quiet", action="store_true", help="tell nothing of the progress")
    _json(command)


def _serve(command: argparse.ArgumentParser) -> None:
    command.description = "Answer over the web from a release (SPARQL, linked data, dumps) until SIGTERM or SIGINT."
    command.add_argument("-h", "--help", action=_HelpWithSettings, nargs=0, help="show this help message and exit")
    _release(command)
    command.add_argument("--host", help="address to listen on (default: COMMUNIQUE_HOST or 127.0.0.1)")
    command.add_argument("--port", type=int, help="port to listen on (default: COMMUNIQUE_PORT or 8000)")
    command.add_argument(
        "--workers", type=_positive, metavar="N", help="query processes (default: COMMUNIQUE_WORKERS or 2)"
    )
    command.add_argument(
        "--engine",
        metavar="URL",
        help="a SPARQL server that the release was pushed to and that answers instead",
    )
    command.add_argument(
        "--config", type=Path, metavar="FILE", help="TOML file with the settings below (default: COMMUNIQUE_CONFIG)"
    )
    command.set_defaults(run=commands.serve)


def _push(command: argparse.ArgumentParser) -> None:
    command.description = (
        "Put a release into a server that speaks SPARQL 1.1 Update, and the Graph Store Protocol where it does. "
        "Graphs are sent beside what the server serves, counted, and swapped in by one update; a push that was "
        "interrupted goes on from where it was."
    )
    command.add_argument(
        "url", metavar="URL", help="where the server answers queries; without a path: /query, /update and /store of it"
    )
    command.add_argument("--update", metavar="URL", help="where it takes updates (default: URL)")
    command.add_argument(
        "--graph-store", metavar="URL", help="where it takes graphs (default: they are sent as updates)"
    )
    _release(command)
    command.add_argument("--user", help=f"sent when the server asks for it (default: {remotely.USER})")
    command.add_argument(
        "--password-file", type=Path, metavar="FILE", help=f"holds the password (default: {remotely.PASSWORD})"
    )
    command.add_argument(
        "--timeout", type=float, default=300.0, metavar="SECONDS", help="for each answer (default: %(default)g)"
    )
    command.add_argument(
        "--tries", type=_positive, default=5, metavar="N", help="of each request (default: %(default)s)"
    )
    command.add_argument("--quiet", action="store_true", help="tell nothing of the progress")
    _json(command)
    command.set_defaults(run=remotely.push)


class _HelpWithSettings(argparse.Action):
    """Help that ends with the settings of the server, which only then are looked at."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(parser.format_help() + "\n" + commands.settings_help(), end="")
        parser.exit()


def _map(command: argparse.ArgumentParser) -> None:
    command.description = "Show what one file maps to, without publishing it."
    command.add_argument("file", type=Path, metavar="FILE")
    command.add_argument(
        "--format",
        choices=commands.FORMATS,
        default="turtle",
        help="what to show (default: %(default)s); json explains",
    )
    command.add_argument(
        "--explain-lines", action="store_true", help="show each line with what it was taken for, and why"
    )
    _base(command)
    command.set_defaults(run=commands.map_file)


def _validate(command: argparse.ArgumentParser) -> None:
    command.description = (
        "Check an RDF file (.nq, .trig, .ttl, .nt) against the shapes, or, given articles, what they map to."
    )
    command.add_argument("file", type=Path, metavar="FILE")
    _base(command)
    _json(command)
    command.set_defaults(run=commands.validate)


def _explain(command: argparse.ArgumentParser) -> None:
    command.description = (
        "Show why an event is published as it is: words, rule, readings not taken, the reason of every date bound."
    )
    command.add_argument("event", metavar="EVENT", help="its IRI, or the last part of it")
    _release(command)
    _json(command)
    command.set_defaults(run=commands.explain)


def _evaluate(command: argparse.ArgumentParser) -> None:
    command.description = "Score a release, or a fresh mapping of annotated articles, against gold annotations."
    command.add_argument(
        "gold", type=Path, metavar="GOLD", help="folder of annotations, or one with gold/ and articles/"
    )
    command.add_argument(
        "--data", type=Path, help="a release or an RDF file (default: map the articles beside the gold)"
    )
    command.add_argument("--articles", type=Path, help="the articles to map (default: GOLD/articles)")
    command.add_argument("--names", type=Path, help="CSV with name and qid (default: names.csv in or above GOLD)")
    command.add_argument("--coref", type=Path, help="JSON with events that are one (default: GOLD/coref.json)")
    command.add_argument("--errors", action="store_true", help="list every error")
    command.add_argument(
        "--jobs", type=_positive, default=1, metavar="N", help="processes that map articles (default: 1)"
    )
    _json(command)
    command.set_defaults(run=commands.evaluate)


def _gazetteer(command: argparse.ArgumentParser) -> None:
    command.description = "The tables of states, organizations, people, offices and tenures that names are linked with."
    what = command.add_subparsers(required=True, metavar="WHAT")
    update = what.add_parser("update", help="refresh the tables from a Wikidata-compatible SPARQL endpoint")
    update.description = (
        "Fetch heads of state and government, ministers, heads of organizations, states and their names from an "
        "endpoint, show what would change, and replace the tables when that is confirmed. Needs a network."
    )
    update.add_argument("--endpoint", default=commands.ENDPOINT, metavar="URL", help="default: %(default)s")
    update.add_argument(
        "--languages", default="en", metavar="CODES", help="languages of names, such as en,fr (default: en)"
    )
    update.add_argument("--folder", type=Path, metavar="DIR", help="the tables (default: those that the product reads)")
    update.add_argument(
        "--state", type=Path, metavar="DIR", help="keep fetched pages here, so that a run can be resumed"
    )
    update.add_argument("--yes", action="store_true", help="replace without asking")
    update.add_argument("--dry-run", action="store_true", help="only show what would change")
    _json(update)
    update.set_defaults(run=commands.update_gazetteer)


def _base(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--base", default=os.environ.get("COMMUNIQUE_BASE_IRI", BASE), metavar="IRI",
        help="base IRI of the data, ending with a slash (default: COMMUNIQUE_BASE_IRI or %(default)s)",
    )  # fmt: skip


def _release(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--release",
        type=Path,
        default=Path("releases/current"),
        metavar="DIR",
        help="the release (default: %(default)s)",
    )


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="answer as JSON")


def _seconds(value: str) -> float:
    number = float(value)
    if not 0 < number < 1e7:
        raise argparse.ArgumentTypeError("give a number of seconds above 0")
    return number


def _positive(value: str) -> int:
    number = int(value)
    if number < 1:
        raise argparse.ArgumentTypeError("give a number of at least 1")
    return number
