"""Other people's SPARQL servers, real and local: `oxigraph serve` of the package oxigraph, and Virtuoso of Debian."""

from __future__ import annotations

import http.client
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from mapper.graphstore import Server, addresses

VIRTUOSO = """[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = temporary.db
TransactionFile = temporary.trx
[Parameters]
ServerPort = {inner}
ServerThreads = 4
NumberOfBuffers = 4000
MaxDirtyBuffers = 3000
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = .
ServerThreads = 4
[SPARQL]
ResultSetMaxRows = 10000
"""


@contextmanager
def oxigraph(folder: Path) -> Iterator[Server]:
    """An empty Oxigraph that takes queries, updates and graphs."""
    program = Path(sys.executable).with_name("oxigraph")
    assert program.exists(), "the package oxigraph is missing: run make install"
    port = free_port()
    command = [str(program), "serve", "--location", str(folder / "oxigraph"), "--bind", f"127.0.0.1:{port}"]
    with _running(command, port, folder):
        yield Server(addresses(f"http://127.0.0.1:{port}"), pause=0.05)


@contextmanager
def virtuoso(folder: Path) -> Iterator[Server]:
    """An empty Virtuoso with its usual administrator, who has to identify himself by a digest."""
    program = shutil.which("virtuoso-t")
    assert program is not None, "Virtuoso is missing: run make virtuoso"
    port, inner = free_port(), free_port()
    home = folder / "virtuoso"
    home.mkdir()
    (home / "virtuoso.ini").write_text(VIRTUOSO.format(port=port, inner=inner))
    with _running([program, "-f", "-c", "virtuoso.ini"], port, home):
        root = f"http://127.0.0.1:{port}"
        at = addresses(f"{root}/sparql", update=f"{root}/sparql-auth", graphs=f"{root}/sparql-graph-crud-auth")
        yield Server(at, user="dba", password="dba", pause=0.05)


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@contextmanager
def _running(command: list[str], port: int, folder: Path) -> Iterator[None]:
    with (folder / "output.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        until = time.monotonic() + 180
        while not _answers(port):
            assert process.poll() is None, (folder / "output.log").read_text()
            assert time.monotonic() < until, f"{command} does not answer"
            time.sleep(0.1)
        yield
    finally:
        process.kill()
        process.wait()


def _answers(port: int) -> bool:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            return False
        return True
