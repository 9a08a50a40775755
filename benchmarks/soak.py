"""Innocent clients beside hostile ones: does everybody get an answer, and does the server stay up?

    python benchmarks/soak.py --seconds 600

Starts a server of its own for a release, lets hostile clients do their worst at it and innocent ones ask short
questions, and prints what each of them saw. Fails when an innocent request failed, when the slowest 5 % of them took
longer than 250 ms, when a hostile query was not answered clearly in time, or when a process was left over.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import itertools
import json
import multiprocessing
import os
import random
import socket
import statistics
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "benchmarks")]

from monsters import HOSTILE, TEN_MEGABYTES  # noqa: E402
from processes import children, left_over, memory  # noqa: E402

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
#: What a server may say to a hostile query.
CLEAR = {200, 400, 413, 429, 503, 504, 507}

INNOCENT = (
    "SELECT * { ?s a dip:Meeting ; dip:participant ?p . ?p rdfs:label ?l }",
    "SELECT ?s { ?s a dip:State ; rdfs:label ?l } ORDER BY ?l",
    "ASK { ?s dip:reportedBy ?a }",
    "SELECT (COUNT(*) AS ?n) { ?s a dip:Person }",
    "CONSTRUCT WHERE { ?s dip:location ?o }",
    "SELECT ?l { ?p rdfs:label ?l . FILTER(STRSTARTS(?l, '%s')) }",
)
PAGES = ("/health", "/", "/.well-known/void", "/sparql")


@dataclass
class Tally:
    """What clients saw."""

    innocent: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    hostile: Counter[str] = field(default_factory=Counter)
    unclear: list[str] = field(default_factory=list)
    slowest: float = 0.0
    memory: int = 0
    lock: Any = field(default_factory=threading.Lock)


def ask(connection: http.client.HTTPConnection, method: str, path: str, body: str | None = None) -> tuple[int, bytes]:
    """One request over a kept-alive connection: status and body."""
    connection.request(method, path, body=body, headers=FORM if body is not None else {})
    response = connection.getresponse()
    return response.status, response.read()


def innocent(port: int, until: float, tally: Tally, seed: int) -> None:
    """A client with short questions, a few each second."""
    chance = random.Random(seed)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while time.monotonic() < until:
        query = chance.choice(INNOCENT)
        query = query % chance.choice("ABCDEFGHIJ") if "%s" in query else query
        page = chance.random() < 0.3
        path = chance.choice(PAGES) if page else "/sparql?" + urlencode({"query": query})
        started = time.monotonic()
        try:
            status, _ = ask(connection, "GET", path)
            problem = None if status == 200 else f"{path}: {status}"
        except OSError as error:
            problem = f"{path}: {error!r}"
            connection.close()
        took = time.monotonic() - started
        with tally.lock:
            tally.innocent.append(took)
            if problem:
                tally.failures.append(problem)
        time.sleep(chance.uniform(0.02, 0.1))
    connection.close()


def hostile(port: int, until: float, tally: Tally, seed: int, latest: float) -> None:
    """A client that sends one monster after the other and waits for the answers."""
    chance, numbers = random.Random(seed), itertools.count(seed * 1_000_000)
    while time.monotonic() < until:
        kind = chance.choice(list(HOSTILE))
        text = HOSTILE[kind](next(numbers))
        body = urlencode({"query": text}) if text else TEN_MEGABYTES
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=latest + 30)
        started = time.monotonic()
        try:
            status, answer = ask(connection, "POST", "/sparql", body)
            took = time.monotonic() - started
            clear = status in CLEAR and (status == 200 or b'"detail"' in answer)
            if status == 200:
                json.loads(answer)
            note = f"{kind}: {status} after {took:.1f} s"
        except (OSError, http.client.HTTPException, ValueError) as error:
            status, took, clear, note = 0, time.monotonic() - started, False, f"{kind}: {error!r}"
        finally:
            connection.close()
        with tally.lock:
            tally.hostile[f"{kind}: {status}"] += 1
            tally.slowest = max(tally.slowest, took)
            if not clear or took > latest:
                tally.unclear.append(note)


def rude(port: int, until: float, tally: Tally, seed: int) -> None:
    """A client with bad manners: leaves in the middle, sends by drops, holds connections, speaks no HTTP."""
    chance = random.Random(seed)
    query = urlencode({"query": HOSTILE["long answer"](seed)})
    head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM['Content-Type']}\r\nContent-Length: "
    held: list[socket.socket] = []
    while time.monotonic() < until:
        manner = chance.choice(("leaves", "drops", "holds", "babbles", "reads little", "bytes", "floods"))
        try:
            connection = socket.create_connection(("127.0.0.1", port), timeout=5)
            if manner == "leaves":
                connection.sendall(f"{head}{len(query)}\r\n\r\n{query}".encode())
                time.sleep(chance.uniform(0, 0.5))
            elif manner == "drops":
                connection.sendall(f"{head}1000\r\n\r\nquery=".encode())
                held.append(connection)
            elif manner == "holds":
                held.append(connection)
            elif manner == "babbles":
                connection.sendall(os.urandom(2000) + b"\r\n\r\n")
                connection.recv(1000)
            elif manner == "floods":  # with what is answered at once, and reads nothing of it
                flood = (urlencode({"query": HOSTILE["three steps"](chance.randrange(10**9))}) for _ in range(30))
                connection.sendall("".join(f"GET /sparql?{one} HTTP/1.1\r\nHost: x\r\n\r\n" for one in flood).encode())
                held.append(connection)
            elif manner == "reads little":
                connection.sendall(f"{head}{len(query)}\r\n\r\n{query}".encode())
                held.append(connection)
            else:
                connection.sendall(b"GET /sparql?query=%FF%FE HTTP/1.1\r\nHost: x\r\n\r\n")
                connection.recv(1000)
            if connection not in held:
                connection.close()
        except OSError:
            pass  # the server may hang up on such a client
        while len(held) > 20:
            held.pop(0).close()
        for connection in held:
            connection.setblocking(False)
            with contextlib.suppress(OSError):
                connection.send(b"x")
        with tally.lock:
            tally.hostile[manner] += 1
        time.sleep(0.1)
    for connection in held:
        connection.close()


def soak(
    port: int, pid: int, *, seconds: float, deadline: float, hostiles: int = 64, innocents: int = 4, slack: float = 1.0
) -> Tally:
    """Run all clients against a server for so long.

    Parameters:
        port, pid: where the server listens, and its process.
        deadline: the server's deadline for a query, in seconds.
        hostiles, innocents: how many clients of each kind.
        slack: seconds after the deadline until which an answer is in time.
    """
    tally, until = Tally(), time.monotonic() + seconds
    # The hostile live in a process of their own, so that the times of the innocent are not their doing.
    context = multiprocessing.get_context("fork")
    theirs: multiprocessing.Queue[Tally] = context.Queue()
    enemy = context.Process(target=_hostiles, args=(port, until, deadline + slack, hostiles, theirs))
    enemy.start()
    threads = [threading.Thread(target=innocent, args=(port, until, tally, seed)) for seed in range(innocents)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        tally.memory = max(tally.memory, memory(pid))
        time.sleep(0.5)
    for thread in threads:
        thread.join()
    seen = theirs.get()
    enemy.join()
    tally.hostile, tally.unclear, tally.slowest = seen.hostile, seen.unclear, seen.slowest
    return tally


def _hostiles(port: int, until: float, latest: float, number: int, results: multiprocessing.Queue[Tally]) -> None:
    tally = Tally()
    threads = [threading.Thread(target=rude, args=(port, until, tally, seed)) for seed in range(min(4, number))]
    threads += [
        threading.Thread(target=hostile, args=(port, until, tally, seed, latest))
        for seed in range(number - len(threads))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.put(Tally(hostile=tally.hostile, unclear=tally.unclear, slowest=tally.slowest, lock=None))


def bulk(triples: int) -> str:
    """TriG of a graph with so many triples, to make hostile queries worth while."""
    lines = "\n".join(f"<urn:bulk:{i // 5}> <urn:p{i % 5}> <urn:bulk:{(i * 7919) % triples}> ." for i in range(triples))
    return f"<http://localhost:8000/graph/bulk> {{\n{lines}\n}}\n"


def report(tally: Tally) -> str:
    """What happened, for people."""
    ordered = sorted(tally.innocent)
    p50, p95 = statistics.median(ordered), ordered[int(len(ordered) * 0.95)]
    lines = [
        f"innocent: {len(ordered)} requests, {len(tally.failures)} failed, p50 {p50 * 1000:.0f} ms, "
        f"p95 {p95 * 1000:.0f} ms, slowest {ordered[-1] * 1000:.0f} ms",
        f"hostile: {sum(tally.hostile.values())}, slowest answer after {tally.slowest:.1f} s, "
        f"{len(tally.unclear)} unclear",
        f"memory: {tally.memory >> 20} MiB at most",
        *(f"  {number:6} {kind}" for kind, number in sorted(tally.hostile.items())),
        *(f"  failed: {failure}" for failure in tally.failures[:10]),
        *(f"  unclear: {note}" for note in tally.unclear[:10]),
    ]
    return "\n".join(lines)


def main() -> int:
    """Run the soak from the command line."""
    import tempfile

    from release_fixture import write_release
    from server_process import running_server

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20.0, help="how long (default: %(default)s)")
    parser.add_argument("--deadline", type=float, default=10.0)
    parser.add_argument("--hostiles", type=int, default=64)
    parser.add_argument("--triples", type=int, default=20_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        write_release(Path(folder), extra=bulk(options.triples))
        settings = {"deadline": options.deadline, "access_log": False}
        with running_server(Path(folder) / "current", **settings) as server:
            tally = soak(
                server.port,
                server.process.pid,
                seconds=options.seconds,
                deadline=options.deadline,
                hostiles=options.hostiles,
            )
            left = list(children(server.process.pid))
        print(report(tally))
    gone = not left_over(left)
    p95 = sorted(tally.innocent)[int(len(tally.innocent) * 0.95)]
    return 0 if not tally.failures and not tally.unclear and p95 < 0.25 and gone else 1


if __name__ == "__main__":
    sys.exit(main())
