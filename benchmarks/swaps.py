"""Releases that change under a steady load: does every answer come, and from one release alone?

    python benchmarks/swaps.py --swaps 500

Starts a server of its own, lets clients ask without a pause, and moves the `current` link to and fro between two
releases, each time as soon as the last change was taken up. Fails when a request failed, when an answer held statements
of two releases or of another than its X-Release header names, when a change was not taken up, or when a process was
left over.
"""

from __future__ import annotations

import argparse
import http.client
import json
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
MARKS = 200  # statements that name their release; each answer holds them all
LATEST = 10.0  # seconds within which a change is to be taken up


@dataclass
class Tally:
    """What the clients saw."""

    answers: int = 0
    wrong: list[str] = field(default_factory=list)
    longest: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)


def ask(port: int, stop: threading.Event, tally: Tally, seed: int) -> None:
    """A client that asks for all marks, by turns a query that the server knows and one that it has never seen."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    count = 0
    while not stop.is_set():
        count += 1
        query = "SELECT ?o { ?s <urn:mark> ?o }" + (f" # {seed} {count}" if count % 2 else "")
        started, problem = time.monotonic(), None
        try:
            connection.request("GET", "/sparql?" + urlencode({"query": query}), headers={"Accept": "text/csv"})
            response = connection.getresponse()
            rows = response.read().decode().split()[1:]
            if response.status != 200:
                problem = f"status {response.status}"
            elif rows != [response.headers["X-Release"]] * MARKS:
                problem = f"{response.headers['X-Release']} answered with {len(rows)} rows of {sorted(set(rows))}"
        except (OSError, http.client.HTTPException) as error:
            problem = repr(error)
            connection.close()
        with tally.lock:
            tally.answers += 1
            tally.longest = max(tally.longest, time.monotonic() - started)
            if problem:
                tally.wrong.append(problem)
    connection.close()


def taken_up(port: int, version: str) -> bool:
    """Wait until the server answers from this release; False when it does not in time."""
    until = time.monotonic() + LATEST
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while time.monotonic() < until:
        connection.request("GET", "/health")
        if json.load(connection.getresponse())["release"] == version:
            connection.close()
            return True
        time.sleep(0.02)
    return False


def main() -> int:
    """Run from the command line."""
    from processes import children, left_over, memory
    from release_fixture import point_to, write_release
    from server_process import running_server

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--swaps", type=int, default=25, help="changes of release (default: %(default)s)")
    parser.add_argument("--clients", type=int, default=4, help="clients that ask (default: %(default)s)")
    options = parser.parse_args()
    tally, stop, missed, peak = Tally(), threading.Event(), 0, 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        releases = []
        for version in ("v0", "v1"):
            marks = " ".join(f'<urn:s{number}> <urn:mark> "{version}" .' for number in range(MARKS))
            releases.append(write_release(folder, version=version, extra=f"<urn:g> {{ {marks} }}"))
        with running_server(folder / "current", access_log=False) as server:
            arguments = [(server.port, stop, tally, seed) for seed in range(options.clients)]
            threads = [threading.Thread(target=ask, args=each) for each in arguments]
            for thread in threads:
                thread.start()
            started = time.monotonic()
            for number in range(options.swaps):
                release = releases[number % 2]
                point_to(folder, release)
                missed += not taken_up(server.port, release.name)
                if number % 25 == 0:
                    peak = max(peak, memory(server.process.pid))
            took = time.monotonic() - started
            stop.set()
            for thread in threads:
                thread.join()
            left = list(children(server.process.pid))
        gone = not left_over(left)
    print(
        f"{options.swaps} changes of release in {took:.0f} s, {missed} not taken up; {tally.answers} answers, ", end=""
    )
    print(f"{len(tally.wrong)} wrong, slowest {tally.longest * 1000:.0f} ms; {peak >> 20} MiB at most", end="")
    print("; no process left over" if gone else "; processes left over")
    for problem in tally.wrong[:10]:
        print(f"  wrong: {problem}")
    return 1 if tally.wrong or missed or not gone else 0


if __name__ == "__main__":
    sys.exit(main())
