"""Where worker processes come from: one small process that has everything loaded and forks on demand.

A fork of it answers queries after some twenty milliseconds of work, where a process started anew would need a hundred;
and the forks share its memory. It holds no thread and no store.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections import deque
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
    """The forking process as the server sees it. It, and all its children, end with the thread that started it.

    That is the thread of the running event loop, which alone may use this.

    Parameters:
        temporary: folder for long answers; the system's if empty.
    """

    def __init__(self, *, temporary: str) -> None:
        self._environment = {"PATH": os.environ.get("PATH", ""), "RUST_BACKTRACE": "0"}
        if temporary or "TMPDIR" in os.environ:
            self._environment["TMPDIR"] = temporary or os.environ["TMPDIR"]
        self._loop = asyncio.get_running_loop()
        self._replies: deque[asyncio.Future[tuple[int, int]]] = deque()
        self._start()

    async def fork(self, options: Mapping[str, Any]) -> Child:
        """A new worker with these options (see `publisher.worker`); raises OSError when there is none to be had."""
        if self._process.poll() is not None:
            self._end()
            self._start()
        ours, theirs = socket.socketpair()
        messages = os.memfd_create("worker")
        reply: asyncio.Future[tuple[int, int]] = self._loop.create_future()
        try:
            with theirs:
                socket.send_fds(self._connection, [json.dumps(options).encode()], [theirs.fileno(), messages])
            self._replies.append(reply)
            pid, descriptor = await reply
        except BaseException:
            ours.close()
            os.close(messages)
            raise
        ours.setblocking(False)
        return Child(pid, descriptor, ours, messages)

    def close(self) -> None:
        """End the forking process; workers that still run end with it."""
        self._end()
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
        self._connection.setblocking(False)
        self._loop.add_reader(self._connection.fileno(), self._read)

    def _end(self) -> None:
        if self._connection.fileno() >= 0:
            self._loop.remove_reader(self._connection.fileno())
            self._connection.close()
        while self._replies:
            self._fail(self._replies.popleft())

    def _read(self) -> None:
        """Take in a reply: the number of the new process, and its descriptor unless there is none."""
        try:
            reply, descriptors, _, _ = socket.recv_fds(self._connection, 100, 1)
        except OSError:
            reply, descriptors = b"", []
        if not reply:
            self._end()
            return
        waiting = self._replies.popleft()
        if not descriptors:
            self._fail(waiting)
        elif waiting.done():  # whoever wanted it has given up
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(descriptors[0], signal.SIGKILL)
            os.close(descriptors[0])
        else:
            waiting.set_result((int(reply), descriptors[0]))

    @staticmethod
    def _fail(waiting: asyncio.Future[tuple[int, int]]) -> None:
        if not waiting.done():
            waiting.set_exception(OSError("no worker process could be started"))
