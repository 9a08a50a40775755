"""A real server process for tests, and a client that sends exactly what it is told to."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).parent.parent
IDLE = 5
"""Seconds after which a connection is not used again: servers close the idle."""


@dataclass(frozen=True)
class Reply:
    """An answer, read whole."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> dict:
        return json.loads(self.body)

    @property
    def type(self) -> str:
        return self.headers["Content-Type"].partition(";")[0]


class Client:
    """One kept-alive connection to the server."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._used = time.monotonic()
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def send(self, method: str, path: str, *, headers: dict[str, str] | list[tuple[str, str]] = (), body=None) -> Reply:
        if time.monotonic() - self._used > IDLE:
            self._connection.close()  # the next request opens a new one
        connection, lines = self._connection, list(headers.items() if isinstance(headers, dict) else headers)
        has_host = any(name.lower() == "host" for name, _ in lines)
        connection.putrequest(method, path, skip_host=has_host, skip_accept_encoding=True)
        for name, value in lines:
            connection.putheader(name, value)
        data = body.encode() if isinstance(body, str) else body
        if data is not None:
            connection.putheader("Content-Length", str(len(data)))
        connection.endheaders(data)
        response = connection.getresponse()
        reply = Reply(response.status, response.headers, response.read())
        self._used = time.monotonic()
        return reply

    def query(
        self, query: str | None = None, *, accept: str | None = None, method: str = "GET", headers=None, **more
    ) -> Reply:
        """Send a query by GET; further parameters by name, with - for _."""
        values = [("query", query)] if query is not None else []
        for name, value in more.items():
            values += [(name.replace("_", "-"), item) for item in ([value] if isinstance(value, str) else value)]
        headers = dict(headers or {}) | ({"Accept": accept} if accept is not None else {})
        return self.send(method, "/sparql" + ("?" + urlencode(values) if values else ""), headers=headers)

    def close(self) -> None:
        self._connection.close()


@dataclass
class Server:
    """A running server: its process and where it listens."""

    process: subprocess.Popen
    port: int

    def client(self) -> Client:
        return Client(self.port)

    def children(self) -> list[int]:
        """The process ids of all that it has started, directly or not."""
        return sorted(_descendants(self.process.pid))


def _descendants(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(FileNotFoundError):  # a thread that has ended since
            for child in (int(text) for text in task.read_text().split()):
                yield child
                yield from _descendants(child)


@contextmanager
def running_server(
    release: Path, *, log: Path | None = None, ends_with: int = 0, **settings: object
) -> Iterator[Server]:
    """Start a server for a release on a free port; ends it afterwards and sees that it ended well.

    `ends_with` is the status that it is to end with. What it prints after its first line is written to `log`.
    """
    code = f"import server; server.serve({str(release)!r}, port=0, **{settings!r})"
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        match = re.search(r":(\d+)/ ", line)
        assert match, f"the server did not start: {line!r}"
        yield Server(process, int(match[1]))
    finally:
        process.terminate()
        printed, _ = process.communicate(timeout=60)
        if log is not None:
            log.write_text(printed)
    assert process.returncode == ends_with


def exchange(server: Server, *data: bytes) -> bytes:
    """Send bytes over a fresh connection and read until the server closes it."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        for part in data:
            connection.sendall(part)
        answer = b""
        with contextlib.suppress(TimeoutError):
            while part := connection.recv(65536):
                answer += part
        return answer


def metrics(server: Server) -> dict[str, str]:
    """The values that the server counts, by name and labels."""
    client = server.client()
    text = client.send("GET", "/metrics").text
    client.close()
    return dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
