"""How long does the server take for each type of page, and how large are they?

    python benchmarks/pages.py --release releases/current --each 50

Starts a server over a release (of the seeds, when none is given) and visits every type of page: for each many
resources, half of them those that most statements point to, half at random. All are visited once, none of them kept by
the server before, and then once more. Printed are milliseconds of the clock and of the server's processors, and the
size of the HTML; on a machine that other work shares only the second is the server's own. Fails where a page is larger
than 60 kB, where 95 of 100 pages of a type take the server more than 30 ms when they are visited for the first time, or
where one does not answer.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "benchmarks")]

from publisher.release import Release, open_release  # noqa: E402

MOST_MS, MOST_BYTES = 30.0, 60_000
QUIET_MS = 20.0
"""Milliseconds of the processors in a second below which a server is at rest."""
HEADERS = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Encoding": "gzip"}

#: Types of resources, each with what tells one.
RESOURCES = {
    "event": "?s dip:reportedBy ?by",
    "planned event": "?s dip:status dip:Planned",
    "article": "?s a dip:Article",
    "person": "?s a dip:Person",
    "state": "?s a dip:State",
    "organization": "?s a dip:Organization",
    "place": "?s a dip:Place",
    "office": "?s a dip:Office",
    "topic": "?s a skos:Concept",
    "instrument": "?s a dip:Instrument",
    "occasion": "?s a dip:Occasion",
}
#: Pages that there is one of, and some addresses of each.
SINGLE = {
    "home": [""],
    "topics": ["topic/"],
    "ontology": ["ontology"],
    "term": [f"ontology/{name}" for name in ("Meeting", "TelephoneCall", "participant", "Person", "status", "Mention")],
    "shapes": ["shapes"],
    "report": ["report"],
    "dumps": ["dumps/"],
    "dataset": ["dataset"],
    "workbench": ["sparql"],
    "missing": ["entity/nobody", "event/never"],
    "lookup, nothing asked": ["lookup"],
}
#: What many things are called, or quotes say.
WORDS = ["meeting", "president", "the", "e", "trade", "ministers met", "telephone call", "foreign minister of"]
#: What is no page for people: measured, but may take longer and be larger.
DATA = frozenset({"events.csv", "event stream, Turtle", "suggestion", "feed"})


@dataclass(frozen=True)
class Visit:
    """What a visit took: milliseconds of the clock and of the server's processors, bytes of the page."""

    clock: float
    server: float
    size: int
    path: str


def resources(release: Release, each: int) -> dict[str, list[str]]:
    """Paths of resources of each type: those most pointed to, and some at random."""
    chance, found = random.Random(0), {}
    for kind, where in RESOURCES.items():
        rows = release.select(f"SELECT ?s (COUNT(?x) AS ?n) {{ {{ SELECT DISTINCT ?s {{ {where} }} }} ?x ?p ?s }}"
                              " GROUP BY ?s ORDER BY DESC(?n) ?s")  # fmt: skip
        paths = [row["s"].value.removeprefix(release.base) for row in rows if hasattr(row["s"], "value")]
        paths = [path for path in paths if "#" not in path and not path.startswith("http")]
        busy, rest = paths[: each // 2], paths[each // 2 :]
        found[kind] = busy + chance.sample(rest, min(len(rest), each - len(busy)))
    return found


def queries(release: Release, found: dict[str, list[str]], each: int) -> dict[str, list[str]]:
    """Addresses of the lists and services, asked about the busiest and about others."""
    chance = random.Random(1)
    pools = {name: found[kind] for kind, name in (("person", "actor"), ("state", "with"), ("place", "place"))}
    names = [
        row["l"].value.split()
        for row in release.select("SELECT DISTINCT ?l { ?s a dip:Person ; rdfs:label ?l } ORDER BY ?l LIMIT 2000")
        if hasattr(row["l"], "value")
    ]
    words = [chance.choice(name) for name in chance.sample(names, min(len(names), each // 2)) if name] + WORDS
    lists = [urlencode({name: chance.choice(pool)}) for name, pool in pools.items() if pool for _ in range(each // 8)]
    lists += [f"type={kind}" for kind in ("Meeting", "Consultation", "DiplomaticEvent")]
    lists += [f"status={status}" for status in ("Planned", "Denied", "Occurred")] + ["page=2", "page=300", ""]
    lists += [f"from={year}&to={year}" for year in (2023, 2024, 2025)] + ["from=2024-03&actor=" + found["state"][0]]
    pairs = [chance.sample(found["state"] + found["person"], 2) for _ in range(each // 2)]
    pairs += [found["state"][n : n + 2] for n in range(each // 4)]
    about = [release.base + path for kind in ("state", "person", "event") for path in found[kind][: each // 6]]
    return {
        "events": [f"events?{query}" for query in lists],
        "events.csv": [f"events.csv?{query}" for query in lists[:: max(1, len(lists) // 5)]],
        "compare": ["compare", *(f"compare?{urlencode({'a': a, 'b': b})}" for a, b in (p for p in pairs if p[1:]))],
        "lookup": [f"lookup?{urlencode({'q': word})}" for word in words],
        "suggestion": [f"reconcile/suggest/entity?{urlencode({'prefix': word[:n]})}" for word in words for n in (1, 3)],
        "fragments": ["fragments", *(f"fragments?{urlencode({name: iri})}"
                                     for name in ("subject", "object") for iri in about)],
        "event stream": ["ldes", *(f"ldes?page={n}" for n in (2, 5, 9, 20, 40))],
        "event stream, Turtle": [f"ldes.ttl?page={n}" for n in (1, 3, 7, 11, 21)],
        "feed": ["changes.atom"],
    }  # fmt: skip


def processor(pids: list[int]) -> float:
    """Milliseconds that processes and all their threads have had a processor."""
    total = 0
    for pid in filter(lambda one: Path(f"/proc/{one}").is_dir(), pids):
        for task in Path(f"/proc/{pid}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
    return total / 1e6


def walk(port: int, pids: list[int], paths: list[tuple[str, str]]) -> tuple[dict[str, list[Visit]], list[str]]:
    """Visit pages in an order that mixes their types; what each took, and what went wrong."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    seen, wrong = defaultdict(list), []
    for kind, path in random.Random(2).sample(paths, len(paths)):
        before, started = processor(pids), time.perf_counter()
        connection.request("GET", f"/{path}", headers=HEADERS)
        response = connection.getresponse()
        body = response.read()
        clock = 1000 * (time.perf_counter() - started)
        spent = processor(pids) - before
        if response.status != (404 if kind == "missing" else 200):
            wrong.append(f"/{path} answered {response.status}")
        size = len(gzip.decompress(body) if response.headers["Content-Encoding"] == "gzip" else body)
        seen[kind].append(Visit(clock, spent, size, path))
    connection.close()
    return seen, wrong


@contextmanager
def serving(release: Path) -> Iterator[tuple[int, list[int]]]:
    """A server that has made what it makes once for a release: its port, and its processes."""
    from server_process import running_server

    with running_server(release, access_log=False) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
        for path in ("/", "/lookup?q=president", "/reconcile/suggest/entity?prefix=a", "/ldes"):
            connection.request("GET", path, headers=HEADERS)
            connection.getresponse().read()
        connection.close()
        yield server.port, at_rest(server.process.pid, server.children)


def at_rest(server: int, children: Callable[[], list[int]]) -> list[int]:
    """The processes of a server, once none of them does anything: what it makes for later is no page's time."""
    while True:
        pids = [server, *children()]
        before = processor(pids)
        time.sleep(1)
        if pids == [server, *children()] and processor(pids) - before < QUIET_MS:
            return pids


def of(values: list[float], share: float) -> float:
    """The value that so much of all is not above."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def table(first: dict[str, list[Visit]], again: dict[str, list[Visit]]) -> list[dict[str, float | int | str]]:
    """For each type: how many pages, milliseconds of the first and of later visits, and sizes."""
    rows = []
    for kind, visits in first.items():
        row: dict[str, float | int | str] = {"kind": kind, "pages": len(visits)}
        for name, some in (("first", visits), ("again", again[kind])):
            for what in ("clock", "server"):
                times = [getattr(one, what) for one in some]
                row |= {f"{name} {what} p50": statistics.median(times), f"{name} {what} p95": of(times, 0.95)}
        slowest = max(visits, key=lambda one: one.server)
        row |= {"bytes": max(one.size for one in visits), "slowest": slowest.path, "slowest ms": slowest.server}
        rows.append(row)
    return rows


def tell(rows: list[dict[str, float | int | str]]) -> list[str]:
    """Print the table; what is over a bound."""
    over = []
    print(f"{'':24}       {'first visit, ms':^37}  {'visited again':^18}")
    print(f"{'':24}       {'clock':^18} {'processor':^18}  {'processor':^18}")
    print(f"{'type of page':24} pages" + "      p50      p95" * 3 + "   kB at most   slowest")
    for row in rows:
        times = "".join(f"{row[f'{name} p{share}']:9.1f}" for name in ("first clock", "first server", "again server")
                        for share in (50, 95))  # fmt: skip
        kilobytes = int(row["bytes"]) / 1000
        print(
            f"{row['kind']:24} {row['pages']:5}{times}   {kilobytes:10.1f}   {row['slowest ms']:.0f} /{row['slowest']}"
        )
        if row["kind"] not in DATA:
            if float(row["first server p95"]) > MOST_MS:
                over.append(f"{row['kind']}: {row['first server p95']:.1f} ms")
            if int(row["bytes"]) > MOST_BYTES:
                over.append(f"{row['kind']}: {kilobytes:.1f} kB")
    return over


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--release", type=Path, help="the release to serve (default: the seeds are mapped anew)")
    parser.add_argument("--each", type=int, default=40, help="resources of each type (default: %(default)s)")
    parser.add_argument("--only", nargs="+", default=[], help="types of pages (default: all)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return measure(options.release or mapped_seeds(Path(folder)), options)


def mapped_seeds(folder: Path) -> Path:
    """A release of the seeds."""
    command = [sys.executable, "-c", "import sys; from mapper.cli import main; sys.exit(main())", "build"]
    subprocess.run([*command, "--quiet", "--out", str(folder / "releases")], cwd=ROOT, check=False)
    return folder / "releases" / "current"


def measure(path: Path, options: argparse.Namespace) -> int:
    """Visit the pages of a release and tell what was seen; the exit status."""
    release = open_release(path)
    found = resources(release, options.each)
    addresses = found | queries(release, found, options.each) | SINGLE
    chosen = [(kind, path) for kind, some in addresses.items() for path in dict.fromkeys(some)
              if not options.only or kind in options.only]  # fmt: skip
    with serving(path) as (port, pids):
        first, wrong = walk(port, pids, chosen)
        again, more = walk(port, pids, chosen)
    rows = table({kind: first[kind] for kind in addresses if kind in first}, again)
    if options.json:
        print(json.dumps(rows, indent=1))
        return 0
    counts = release.manifest.get("counts", {})
    print(f"{counts.get('articles')} articles, {counts.get('events')} events, {counts.get('triples')} statements\n")
    over = [*tell(rows), *dict.fromkeys([*wrong, *more])]
    for problem in over:
        print(f"over the bounds: {problem}")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
