"""A worker process as the server sees it: started, asked, waited for, ended."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, Any

from publisher.errors import ProblemError
from publisher.nursery import Nursery
from publisher.release import PREFIXES, Release
from publisher.settings import Settings
from publisher.worker import HEAD, receive

INLINE = 1 << 20  # bytes of an answer that are handed over in memory
_LOOK_EVERY = 0.25  # seconds between two looks whether the client is still there
_LONGEST_END = 60.0  # seconds to wait for a process that was killed


class EndedError(Exception):
    """The worker ended without an answer; the text says in one word why: memory, crash or gone."""


class ClientGoneError(Exception):
    """The client has left; nobody waits for the answer."""


@dataclass(frozen=True)
class Answer:
    """What a worker answered: the head of its frame, and the body in memory or in a file."""

    head: Mapping[str, Any]
    version: str
    body: bytes
    file: IO[bytes] | None


class WorkerProcess:
    """One running worker.

    Parameters:
        nursery: where it comes from.
        release: the release that it answers from, to its end.
        settings: its limits.
        network: whether it may call the addresses of the allowlist.
        idle_priority: whether it only gets the processor time that nobody else wants.
    """

    def __init__(
        self,
        nursery: Nursery,
        release: Release,
        settings: Settings,
        *,
        network: bool = False,
        idle_priority: bool = False,
    ) -> None:
        self.version = release.version
        self._settings = settings
        self._ready = False
        child = nursery.fork(
            {
                "store": str(release.path / "store"),
                "base": release.base,
                "prefixes": dict(PREFIXES),
                "allowlist": settings.service_allowlist,
                "network": network,
                "result_bytes": settings.result_bytes,
                "nesting": settings.nesting,
                "memory": settings.memory,
                "inline": INLINE,
                "spool": settings.spool,
            }
        )
        self._socket, self._messages = child.connection, child.messages
        self._pid, self._descriptor = child.pid, child.descriptor
        if idle_priority:
            self.lower_priority()

    def lower_priority(self) -> None:
        """From now on, let this worker have only the processor time that nobody else wants."""
        with contextlib.suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, self._pid, 19)

    def alive(self) -> bool:
        """Whether the process still runs."""
        return not _ready(self._descriptor, 0)

    def wait_ready(self, until: float, gone: Callable[[], bool]) -> bool:
        """Wait until the store is open; False when the moment `until` (monotonic seconds) comes first."""
        if not self._ready:
            if not self._wait(until, gone):
                return False
            if self._socket.recv(1) != b"!":
                raise EndedError(self._reason())
            self._ready = True
        return True

    def send(self, request: Mapping[str, Any]) -> None:
        """Hand over a query; raises EndedError when the process is gone."""
        text = json.dumps(request).encode()
        try:
            self._socket.sendall(HEAD.pack(len(text), 0) + text)
        except OSError as error:
            raise EndedError("gone") from error

    def wait(self, until: float, gone: Callable[[], bool]) -> Answer | None:
        """The answer to the query sent, or None when the moment `until` (monotonic seconds) comes first.

        Raises ClientGoneError as soon as `gone()` says so, and EndedError when the process ended.
        """
        if not self._wait(until, gone):
            return None
        try:
            first, descriptors, _, _ = socket.recv_fds(self._socket, HEAD.size, 1)
            if not first:
                raise EOFError
            first += receive(self._socket, HEAD.size - len(first))
            length, size = HEAD.unpack(first)
            head = json.loads(receive(self._socket, length))
            body = receive(self._socket, size)
        except (EOFError, ConnectionError) as error:
            raise EndedError(self._reason()) from error
        file = os.fdopen(descriptors[0], "rb") if descriptors else None
        return Answer(head, self.version, body, file)

    def wait_patiently(self, seconds: float, until: float, gone: Callable[[], bool]) -> Answer | None:
        """The answer, or None when it took more work: so many seconds of the processor, or eight times as long at all.

        On a busy machine a short query may take long for no fault of its own.
        """
        begun, latest = self._worked(), min(until, time.monotonic() + 8 * seconds)
        while (left := seconds - (self._worked() - begun)) > 0 and time.monotonic() < latest:
            answer = self.wait(min(latest, time.monotonic() + max(left, 0.01)), gone)
            if answer is not None:
                return answer
        return None

    def _worked(self) -> float:
        """Seconds of processor time that the process has used."""
        try:
            return time.clock_gettime(~self._pid << 3 | 2)  # the clock of a process, see clock_getcpuclockid(3)
        except OSError:  # it has ended, which the next read will show
            return 0.0

    def kill(self) -> None:
        """End the process at once, whatever it is doing."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._descriptor, signal.SIGKILL)

    def bury(self) -> None:
        """Wait until the process has ended, which takes a moment when it held much memory, and tidy up after it."""
        _ready(self._descriptor, _LONGEST_END)
        self._socket.close()
        os.close(self._messages)
        os.close(self._descriptor)

    def _wait(self, until: float, gone: Callable[[], bool]) -> bool:
        while (left := until - time.monotonic()) > 0:
            if _ready(self._socket.fileno(), min(left, _LOOK_EVERY)):
                return True
            if gone():
                raise ClientGoneError
        return False

    def _reason(self) -> str:
        """Why the process ended, from what it left behind on its standard error."""
        _ready(self._descriptor, 2.0)
        told = os.pread(self._messages, 65536, 0)
        if b"memory allocation of" in told or b"bad_alloc" in told or b"MemoryError" in told:
            return "memory"
        return "crash" if b"Fatal Python error" in told or b"overflowed its stack" in told else "gone"


def _ready(descriptor: int, seconds: float) -> bool:
    """Whether there is something to read within so many seconds; a process's descriptor is readable when it ended."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


def problem_of(reason: str, settings: Settings) -> ProblemError:
    """What the client is told when its query ended a worker, or the deadline did."""
    if reason == "memory":
        detail = f"The query needed more than {settings.memory >> 20} MiB of memory. Ask for less: add LIMIT, "
        return ProblemError(
            507, "Memory Limit Exceeded", detail + "narrow the patterns, sort or group fewer solutions."
        )
    if reason == "time":
        detail = f"The query took longer than {settings.deadline:g} seconds. Ask for less: add LIMIT, narrow the "
        return ProblemError(504, "Time Limit Exceeded", detail + "patterns, or take a dump of the whole release.")
    if reason == "busy":
        detail = "All workers are busy with queries that take long, and others wait already. Try again a little later."
        return ProblemError(503, "Busy", detail, {"Retry-After": "5"})
    if reason == "crash":
        detail = "The query is too complex for the engine, which gave up on it. Nest it less deeply, or split it."
        return ProblemError(400, "Query Too Complex", detail)
    return ProblemError(503, "Worker Lost", "The query was interrupted. Try again.", {"Retry-After": "1"})
