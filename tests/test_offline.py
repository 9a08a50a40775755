"""With the network cut everything works unchanged: no process of a build, server or query leaves the machine.

A guard in every process refuses connections and look-ups of names that lead elsewhere, and writes down who tried.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import ROOT
from server_process import Client

GUARD = """
import os, sys

_LOCAL = {"", "localhost", "::1", "0.0.0.0", "::"}


def _guard(event, arguments):
    if event in {"socket.connect", "socket.sendto"}:
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else ""  # others are sockets of the machine
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = arguments[0] or ""
        host = host.decode() if isinstance(host, bytes) else host
    else:
        return
    if host in _LOCAL or host.startswith("127."):
        return
    with open(os.environ["TRIED"], "a") as file:
        file.write(f"{event} {host} {sys.argv}\\n")
    raise OSError(101, "Network is unreachable")


sys.addaudithook(_guard)
open(os.environ["TRIED"], "a").close()
with open(os.environ["TRIED"] + ".guarded", "a") as file:
    file.write(f"{os.getpid()}\\n")
"""


class Cut:
    """Commands that run with the guard, and what they tried."""

    def __init__(self, folder: Path) -> None:
        (folder / "guard").mkdir()
        (folder / "guard" / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
        self.log = folder / "tried.txt"
        self.environment = {**os.environ, "PYTHONPATH": str(folder / "guard"), "TRIED": str(self.log)}

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, capture_output=True, text=True, check=False, env=self.environment)

    def guarded(self) -> int:
        """How many processes ran with the guard."""
        return len(Path(f"{self.log}.guarded").read_text(encoding="utf-8").splitlines())

    def tried(self) -> str:
        return self.log.read_text(encoding="utf-8")


@pytest.fixture
def cut(tmp_path: Path) -> Cut:
    return Cut(tmp_path)


COMMUNIQUE = Path(sys.executable).parent / "communique"


@contextmanager
def serving(cut: Cut, release: Path) -> Iterator[Client]:
    """The server over a release, with the guard; a client of it."""
    command = [COMMUNIQUE, "serve", "--release", release, "--port", "0"]
    process = subprocess.Popen(command, env=cut.environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        match = re.search(r":(\d+)/", line := process.stdout.readline())
        assert match, line
        client = Client(int(match[1]))
        yield client
        client.close()
    finally:
        process.terminate()
        process.communicate(timeout=60)


def test_the_guard_sees_what_goes_out(cut: Cut) -> None:
    tries = {
        "socket.connect 192.0.2.1": "import socket; socket.socket().connect(('192.0.2.1', 80))",
        "socket.getaddrinfo www.example.org": "import requests; requests.get('http://www.example.org/', timeout=1)",
    }
    for seen, code in tries.items():
        assert "Network is unreachable" in cut.run(sys.executable, "-c", code).stderr
        assert seen in cut.tried()


def test_build_serve_and_query_need_no_network(cut: Cut, tmp_path: Path, seeds_release: Path) -> None:
    built = cut.run(COMMUNIQUE, "build", ROOT / "seeds", "--out", tmp_path / "out", "--jobs", "2", "--quiet")
    assert (built.returncode, built.stderr) == (0, "")
    processes = cut.guarded()
    assert processes >= 3  # the command and its two workers
    release = tmp_path / "out" / "current"
    names = ("events.json", "dumps/communique.nq.gz")
    assert [(release / name).read_bytes() for name in names] == [(seeds_release / name).read_bytes() for name in names]
    event = sorted(json.loads((release / "events.json").read_text(encoding="utf-8")))[0]
    with serving(cut, release) as client:
        query = "SELECT (COUNT(*) AS ?n) { ?event a dip:Event }"
        answer = client.query(query, accept="application/sparql-results+json")
        assert int(answer.json["results"]["bindings"][0]["n"]["value"]) > 10
        for accept in ("text/html", "text/turtle", "application/ld+json"):
            assert client.send("GET", f"/event/{event}", headers={"Accept": accept}).status == 200
        assert client.send("GET", "/").status == 200
    for command in (
        ("explain", event, "--release", release),
        ("evaluate", ROOT / "tests/gold/seeds", "--data", release),
    ):
        assert cut.run(COMMUNIQUE, *command).returncode == 0
    assert cut.guarded() > processes + 2
    assert cut.tried() == ""
