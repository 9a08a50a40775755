"""The servers that `benchmarks/endpoint.py` asks: started over the same data, waited for, ended."""

from __future__ import annotations

import contextlib
import http.client
import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from processes import memory

PREFIXES = """PREFIX dip: <https://w3id.org/communique/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
ACCEPT = "application/sparql-results+json, application/n-triples;q=0.9, text/turtle;q=0.8"

# Memory for a few million triples, no limit on rows, no stop at costly queries; the rest as it comes.
_VIRTUOSO = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = {folder}/temporary.db
TransactionFile = {folder}/temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DirsAllowed = {data}
MaxClientConnections = 100
ServerThreads = 100
NumberOfBuffers = 100000
MaxDirtyBuffers = 60000
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
MaxClientConnections = 100
[SPARQL]
ResultSetMaxRows = 1000000
MaxQueryCostEstimationTime = 0
"""


@dataclass(frozen=True)
class Endpoint:
    """A running server: its name, where it answers, its process, seconds to its first answer, bytes it holds then."""

    name: str
    port: int
    path: str
    pid: int
    cold: float
    idle: int


def ask(connection: http.client.HTTPConnection, path: str, query: str) -> tuple[int, bytes]:
    """One query by GET: status and answer."""
    connection.request("GET", f"{path}?{urlencode({'query': PREFIXES + query})}", headers={"Accept": ACCEPT})
    response = connection.getresponse()
    return response.status, response.read()


def first_answer(port: int, path: str, process: subprocess.Popen[bytes], *, latest: float = 600.0) -> None:
    """Wait until an endpoint answers."""
    until = time.monotonic() + latest
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if ask(http.client.HTTPConnection("127.0.0.1", port, timeout=60), path, "ASK {}")[0] == 200:
                return
        time.sleep(0.02)
    sys.exit(f"{process.args!r} did not start.")


@contextlib.contextmanager
def ours(release: Path) -> Iterator[Endpoint]:
    """Our server, with its default settings but for the access log."""
    from server_process import running_server

    started = time.perf_counter()
    with running_server(release, access_log=False) as server:
        first_answer(server.port, "/sparql", server.process)
        cold, idle = time.perf_counter() - started, memory(server.process.pid)
        until, connection = time.monotonic() + 300, http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        while time.monotonic() < until:  # until it is warm
            connection.request("GET", "/health")
            health = json.loads(connection.getresponse().read())
            if health["measured"] and health["prepared"]:
                break
            time.sleep(0.1)
        connection.close()
        yield Endpoint("communique", server.port, "/sparql", server.process.pid, cold, idle)


@contextlib.contextmanager
def other(name: str, path: str, command: list[str]) -> Iterator[Endpoint]:
    """Another server; {port} in its command becomes a free port, unless a last part such as :8890 names it."""
    port = int(command.pop()[1:]) if command[-1].startswith(":") else free_port()
    filled, started = [part.replace("{port}", str(port)) for part in command], time.perf_counter()
    process = subprocess.Popen(filled, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        first_answer(port, path, process)
        cold = time.perf_counter() - started
        yield Endpoint(name, port, path, process.pid, cold, memory(process.pid))
    finally:
        process.terminate()
        process.wait(timeout=60)


def loaded_virtuoso(program: str, isql: str, dump: Path) -> list[str]:
    """The command of a Virtuoso server into which a file of N-Triples has been loaded; it lives beside the file."""
    folder, sql, http_port = dump.parent / "virtuoso", free_port(), free_port()
    folder.mkdir()
    configuration = folder / "virtuoso.ini"
    configuration.write_text(_VIRTUOSO.format(folder=folder, data=dump.parent, sql=sql, http=http_port))
    command = [program, "+foreground", "+wait", "+configfile", str(configuration)]
    load = (
        f"ld_dir('{dump.parent}', '{dump.name}', 'http://localhost:8000/'); rdf_loader_run(); checkpoint; shutdown();"
    )
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        first_answer(http_port, "/sparql", process)
        subprocess.run([isql, f"127.0.0.1:{sql}", "dba", "dba", f"exec={load}"], capture_output=True, check=False)
        process.wait(timeout=60)
    return [*command, f":{http_port}"]


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def program(given: str | None, name: str) -> str | None:
    """Where a program is: as given, beside this Python, or on the path."""
    beside = Path(sys.executable).parent / name
    return given or (str(beside) if beside.exists() else shutil.which(name))
