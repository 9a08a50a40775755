"""How fast are we beside others, on the same data, in the same run?

    python benchmarks/endpoint.py --oxigraph .../bin/oxigraph --rdflib-endpoint .../bin/rdflib-endpoint
    python benchmarks/endpoint.py --quads 2000000 --patience 60 --clients 8 --without rdflib-endpoint virtuoso

Maps the seeds (or takes --release), multiplies their statements, each copy with IRIs of its own, and asks our server,
`oxigraph serve-read-only` (over the very same store), rdflib-endpoint and Virtuoso the same queries, by turns in short
rounds, so that whatever else the machine does slows all of them alike. The others are programs of the Python packages
oxigraph and rdflib-endpoint and of Debian's virtuoso-opensource; one that is not found is left out, with a line that
says so. No query comes twice but in the kind "repeated". Takes some five minutes as it is, on two idle cores.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import multiprocessing
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "benchmarks")]

from servers import PREFIXES, Endpoint, ask, loaded_virtuoso, other, ours, program  # noqa: E402

#: A query of each kind: {entity} is the IRI of an agent, {word} stands in labels, {limit} is how long an answer is,
#: {n} never the same twice.
KINDS = {
    "point": "SELECT ?p ?o {{ <{entity}> ?p ?o }} # {n}",
    "two hops": "SELECT ?e ?l {{ ?e dip:participant <{entity}>, ?other . ?other rdfs:label ?l }} # {n}",
    "three hops": "SELECT ?l ?d {{ <{entity}> ^dip:participant ?e . ?e dip:participant ?o ; dip:location ?w . "
    "?w rdfs:label ?l . ?o rdfs:label ?d }} # {n}",
    "whole join": "SELECT (COUNT(*) AS ?c) {{ ?e dip:participant ?a ; dip:location ?w . ?w rdfs:label ?l }} # {n}",
    "aggregate": "SELECT ?t (COUNT(?a) AS ?c) {{ ?e a ?t ; dip:participant ?a }} GROUP BY ?t ORDER BY ?t # {n}",
    "full text": "SELECT ?s ?l {{ ?s rdfs:label ?l . FILTER(CONTAINS(LCASE(?l), '{word}')) }} # {n}",
    "describe": "DESCRIBE <{entity}> # {n}",
    "construct": "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }} LIMIT {limit} # {n}",
    "repeated": "SELECT ?t (COUNT(?a) AS ?c) {{ ?e a ?t ; dip:participant ?a }} GROUP BY ?t ORDER BY ?t",
}
WORDS = ("minister", "visit", "treaty", "talks", "president", "nations", "council", "summit")
MIX = (
    ["point"] * 45 + ["two hops"] * 20 + ["three hops"] * 10 + ["describe"] * 15 + ["full text"] * 5 + ["aggregate"] * 5
)
LONGEST = 60.0  # seconds to wait for one answer
COMPARED = ("point", "two hops", "three hops", "whole join", "aggregate")  # kinds whose answers must be of one size


@dataclass(frozen=True)
class Cell:
    """What clients saw of one kind: seconds of each answer, how many failed, and requests per second."""

    seconds: list[float]
    failed: int
    rate: float

    def __str__(self) -> str:
        if not self.seconds:
            return f"no answer, {self.failed} failed"
        cuts = statistics.quantiles(self.seconds, n=100, method="inclusive") if len(self.seconds) > 1 else None
        values = [cuts[place] for place in (49, 94, 98)] if cuts else self.seconds * 3
        told = "  ".join(f"{value * 1000:8.1f}" for value in values)
        return f"{told}  {self.rate:9.1f}" + (f"  {self.failed} failed" if self.failed else "")


def multiply(release: Path, folder: Path, quads: int) -> tuple[Path, Path, list[str], int]:
    """A release with so many quads below `folder`, its triples as a file, IRIs of agents in it, and its real size."""
    base = json.loads((release / "manifest.json").read_text())["base"]
    given = [quad for quad in ox.Store.read_only(str(release / "store")) if quad.graph_name != ox.DefaultGraph()]
    target = folder / "multiplied"
    shutil.copytree(release, target, ignore=shutil.ignore_patterns("store"))
    store, copies = ox.Store(str(target / "store")), 0
    while len(store) < quads or not copies:
        text = b"\n".join(str(quad).encode() + b" ." for quad in given)
        if copies:
            text = text.replace(f"<{base}".encode(), f"<{base}copy/{copies}/".encode())
        rows = list(ox.parse(text, ox.RdfFormat.N_QUADS))
        store.bulk_extend(rows)
        store.bulk_extend(ox.Quad(*row.triple) for row in rows)  # the default graph is the merge of all graphs
        copies += 1
    store.optimize()
    counts = Counter(quad.graph_name.value for quad in given)
    graphs = {
        f"{base}copy/{n}/{name.removeprefix(base)}": most for n in range(1, copies) for name, most in counts.items()
    }
    manifest = json.loads((target / "manifest.json").read_text())
    (target / "manifest.json").write_text(json.dumps(manifest | {"graphs": {**manifest["graphs"], **graphs}}))
    dump = folder / "triples.nt"
    store.dump(str(dump), ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
    found = store.query(PREFIXES + "SELECT DISTINCT ?a { ?e dip:participant ?a . ?a rdfs:label ?l } ORDER BY ?a")
    return target, dump, [row["a"].value for row in found], len(store)


def client(endpoint: Endpoint, make: Callable[[int], str], seconds: float, seed: int, results: object) -> None:
    """Ask for so many seconds, at least once, in a process of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", endpoint.port, timeout=60)
    times, failed, number, begun = [], 0, seed * 10_000_000, time.perf_counter()
    while number == seed * 10_000_000 or time.perf_counter() - begun < seconds:
        number += 1
        query, started = make(number), time.perf_counter()
        try:
            good = ask(connection, endpoint.path, query)[0] == 200
        except (OSError, http.client.HTTPException):
            good = False
            connection.close()
        if good:
            times.append(time.perf_counter() - started)
        failed += not good
    results.put((times, failed, time.perf_counter() - begun))


def measure(endpoint: Endpoint, make: Callable[[int], str], *, seconds: float, clients: int) -> Cell:
    """Let clients ask an endpoint at once."""
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    seeds = [random.randrange(1, 100_000) for _ in range(clients)]
    processes = [context.Process(target=client, args=(endpoint, make, seconds, seed, results)) for seed in seeds]
    for process in processes:
        process.start()
    seen = [results.get() for _ in processes]
    for process in processes:
        process.join()
    rate = sum(len(times) / took for times, _, took in seen)
    return Cell([second for times, _, _ in seen for second in times], sum(failed for _, failed, _ in seen), rate)


def makers(agents: list[str], limit: int) -> dict[str, Callable[[int], str]]:
    """For each kind, a function from a number to a query."""

    def one(kind: str) -> Callable[[int], str]:
        def make(n: int) -> str:
            chance = random.Random(n)
            return KINDS[kind].format(entity=chance.choice(agents), word=chance.choice(WORDS), limit=limit, n=n)

        return make

    each = {kind: one(kind) for kind in KINDS}
    return {**each, "mix": lambda n: each[random.Random(-n).choice(MIX)](n)}


def first_look(endpoint: Endpoint, kind: str, query: str) -> tuple[float, str]:
    """Seconds that one answer takes, and how many rows it has where that is compared, or what is wrong."""
    started = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", endpoint.port, timeout=LONGEST)
    try:
        status, body = ask(connection, endpoint.path, query)
        rows = len(json.loads(body)["results"]["bindings"]) if status == 200 and kind in COMPARED else 0
    except (OSError, http.client.HTTPException) as error:
        return LONGEST, f"no answer ({type(error).__name__})"
    finally:
        connection.close()
    return time.perf_counter() - started, f"{rows} rows" if status == 200 else f"status {status}"


def compare(endpoints: list[Endpoint], options: argparse.Namespace, make: dict[str, Callable[[int], str]]) -> None:
    """Measure all servers in short rounds by turns, kind after kind, and print what was seen."""
    mine, *others = endpoints
    ratios: dict[tuple[str, int], list[str]] = {}
    print(f"\n{'kind':12} clients  server             p50 ms    p95 ms    p99 ms  requests/s")
    for kind, maker in make.items():
        looks = {each.name: first_look(each, kind, maker(1)) for each in endpoints}
        for clients in options.clients:
            fit = [each for each in endpoints if looks[each.name][0] * clients <= options.patience]
            cells: dict[str, list[Cell]] = {each.name: [] for each in fit}
            for turn in range(options.rounds):
                for each in fit[::-1] if turn % 2 else fit:
                    cells[each.name].append(measure(each, maker, seconds=options.seconds, clients=clients))
            whole = {name: together(rounds) for name, rounds in cells.items()}
            for each in endpoints:
                took, told = looks[each.name]
                seen = whole.get(each.name, f"not asked: one answer took {took:.1f} s, {told}")
                print(f"{kind:12} {clients:7}  {each.name:15}  {seen}", flush=True)
            ours = whole[mine.name].rate if mine.name in whole else 1 / looks[mine.name][0]
            ratios[kind, clients] = [
                f"{ours / whole[each.name].rate:.2f}" if each.name in whole and whole[each.name].rate
                # One answer after the other is the most that a server gives that needs all of the machine for one.
                else f"~{ours * looks[each.name][0]:.0f}" if "rows" in looks[each.name][1] else "fails"
                for each in others
            ]  # fmt: skip
        for name, (_, told) in looks.items():
            if told != looks[mine.name][1]:
                print(f"{kind:12} {looks[mine.name][1]} by us, {told} by {name}")
    print("\nOur requests per second by theirs (~: by what one client got of them, for it took long)\n")
    print(f"| kind | clients | {' | '.join(each.name for each in others)} |\n|---|---|{'---|' * len(others)}")
    for (kind, clients), row in ratios.items():
        print(f"| {kind} | {clients} | {' | '.join(row)} |")


def together(rounds: list[Cell]) -> Cell:
    """What was seen in several rounds."""
    seconds = [second for each in rounds for second in each.seconds]
    return Cell(seconds, sum(each.failed for each in rounds), statistics.mean(each.rate for each in rounds))


def main() -> int:
    """Run from the command line."""
    from processes import memory

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quads", type=int, default=50_000, help="size of the store at least (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=0.5, help="seconds of each round (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each kind (default: %(default)s)")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 64], help="clients at once (default: 1 8 64)")
    parser.add_argument(
        "--patience", type=float, default=4.0, help="a server that answers all clients once in more seconds, were they "
        "to queue, is not asked by so many (default: %(default)s; with 2,000,000 quads, 60 is right)"
    )  # fmt: skip
    parser.add_argument("--release", type=Path, help="a release to multiply (default: the seeds are mapped anew)")
    parser.add_argument("--oxigraph", help="the program oxigraph (default: where it is found)")
    parser.add_argument("--rdflib-endpoint", help="the program rdflib-endpoint (default: where it is found)")
    parser.add_argument("--virtuoso", help="the program virtuoso-t (default: where it is found)")
    parser.add_argument("--isql", help="the program isql-vt that belongs to it (default: where it is found)")
    parser.add_argument("--without", nargs="*", default=[], help="servers to leave out, by name")
    parser.add_argument("--kinds", nargs="*", help="kinds of queries (default: all)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as running:
        folder = Path(name)
        if options.release is None:
            command = [sys.executable, "-c", "import sys; from mapper.cli import main; sys.exit(main())", "build"]
            subprocess.run([*command, "--quiet", "--out", str(folder / "releases")], cwd=ROOT, check=False)
        source = (options.release or folder / "releases" / "current").resolve()
        release, dump, agents, size = multiply(source, folder, options.quads)
        make = makers(agents, min(100_000, size // 4))
        make = {kind: make[kind] for kind in options.kinds or make}
        print(f"{size} quads, {len(agents)} agents; construct gives {min(100_000, size // 4)} triples")
        endpoints = [running.enter_context(ours(release))]
        for name, (path, command) in rivals(options, release, dump).items():
            if command[0] is None or name in options.without:
                print(f"{name}: left out (pip install {name} or Debian's package of virtuoso, or give --{name})")
            else:
                endpoints.append(running.enter_context(other(name, path, command)))
        for each in endpoints:
            print(f"{each.name}: first answer after {each.cold:.2f} s, {each.idle >> 20} MiB then")
        compare(endpoints, options, make)
        for each in endpoints:
            print(f"{each.name}: {memory(each.pid) >> 20} MiB afterwards")
    return 0


def rivals(options: argparse.Namespace, release: Path, dump: Path) -> dict[str, tuple[str, list]]:
    """The other servers: where they answer, and how they are started; nothing for one that is not there."""
    oxigraph, rdflib = program(options.oxigraph, "oxigraph"), program(options.rdflib_endpoint, "rdflib-endpoint")
    virtuoso, isql = program(options.virtuoso, "virtuoso-t"), program(options.isql, "isql-vt")
    wanted = virtuoso and isql and "virtuoso" not in options.without
    store, serve = str(release / "store"), ["serve", "--host", "127.0.0.1", "--port", "{port}"]
    return {
        "oxigraph": ("/query", [oxigraph, "serve-read-only", "-l", store, "-b", "127.0.0.1:{port}"]),
        "rdflib-endpoint": ("/", [rdflib, *serve, str(dump)]),
        "virtuoso": ("/sparql", loaded_virtuoso(virtuoso, isql, dump) if wanted else [None]),
    }


if __name__ == "__main__":
    sys.exit(main())
