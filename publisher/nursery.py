"""Where worker processes come from: one small process that has everything loaded and forks on demand.

A fork of it answers queries after some twenty milliseconds of work, where a process started anew would need a hundred;
and the forks share its memory. It holds no thread and no store.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph

_ROOT = str(Path(__file__).parent.parent)
_SITE = str(Path(pyoxigraph.__file__).parent.parent)
_START = "import sys; sys.path[:0] = {paths!r}; from publisher.worker import nursery; nursery({descriptor}, {parent})"


@dataclass(frozen=True)
class Child:
    """A forked worker: its process, a descriptor that stands for just this process, and our end of its socket."""

    pid: int
    descriptor: int
    connection: socket.socket
    messages: int


class Nursery:
    """The forking process as the server sees it. It, and all its children, end with the thread that started it."""

    def __init__(self, *, temporary: str) -> None:
        self._environment = {"PATH": os.environ.get("PATH", ""), "RUST_BACKTRACE": "0"}
        if temporary or "TMPDIR" in os.environ:
            self._environment["TMPDIR"] = temporary or os.environ["TMPDIR"]
        self._start()

    def fork(self, options: Mapping[str, Any]) -> Child:
        """A new worker with these options (see `publisher.worker`)."""
        if self._process.poll() is not None:
            self._start()
        ours, theirs = socket.socketpair()
        messages = os.memfd_create("worker")
        with theirs:
            socket.send_fds(self._connection, [json.dumps(options).encode()], [theirs.fileno(), messages])
            reply, descriptors, _, _ = socket.recv_fds(self._connection, 100, 1)
        if not descriptors:
            raise OSError("no worker process could be started")
        return Child(int(reply), descriptors[0], ours, messages)

    def close(self) -> None:
        """End the forking process; workers that still run end with it."""
        self._connection.close()
        self._process.wait()

    def _start(self) -> None:
        self._connection, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            code = _START.format(paths=[_ROOT, _SITE], descriptor=theirs.fileno(), parent=os.getpid())
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", code],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # a Ctrl-C at the terminal is the server's to handle
                env=self._environment,
            )
