"""A worker process as the server sees it: started, asked, waited for, ended."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import time
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

from publisher.errors import ProblemError
from publisher.nursery import Child, Nursery
from publisher.release import PREFIXES, Release
from publisher.settings import Settings
from publisher.worker import HEAD

INLINE = 256 * 1024  # bytes of an answer that are handed over in memory
_PART = 65536  # bytes read at a time
_RIGHTS = socket.CMSG_SPACE(array("i").itemsize)
_LONGEST_END = 2.0  # seconds to wait for what a process has to say when it ends


class EndedError(Exception):
    """The worker ended without an answer; the text says in one word why: memory, crash or gone."""


@dataclass(frozen=True)
class Answer:
    """What a worker answered: the head of its frame, and the body in memory or in a file."""

    head: Mapping[str, Any]
    version: str
    body: bytes
    file: IO[bytes] | None


class WorkerProcess:
    """One running worker; the thread of the event loop alone may use it.

    Parameters:
        child: the process.
        version: the release that it answers from, to its end.
    """

    def __init__(self, child: Child, version: str) -> None:
        self.version = version
        self._loop = asyncio.get_running_loop()
        self._socket, self._messages = child.connection, child.messages
        self._pid, self._descriptor = child.pid, child.descriptor
        self._parts: list[bytes] = []
        self._file: IO[bytes] | None = None
        self._answer: Answer | None = None
        self._ready = self._hung_up = False
        self._news: asyncio.Future[bool] | None = None  # whoever waits for something to come
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._loop.add_reader(self._socket.fileno(), self._read)
        self._loop.add_reader(self._descriptor, self._end)

    @classmethod
    async def start(cls, nursery: Nursery, release: Release, settings: Settings, *, network: bool) -> WorkerProcess:
        """Start a worker; raises OSError when there is none to be had.

        Parameters:
            nursery: where it comes from.
            release: what it answers from.
            settings: its limits.
            network: whether it may call the addresses of the allowlist.
        """
        child = await nursery.fork(
            {
                "release": str(release.path),
                "engine": settings.engine,
                "merged": getattr(release.store, "merged", ""),
                "base": release.base,
                "prefixes": dict(PREFIXES),
                "allowlist": settings.service_allowlist,
                "network": network,
                "seconds": settings.deadline,
                "result_bytes": settings.result_bytes,
                "nesting": settings.nesting,
                "memory": settings.memory,
                "inline": INLINE,
                "spool": settings.spool,
            }
        )
        return cls(child, release.version)

    def lower_priority(self) -> None:
        """From now on, let this worker have only the processor time that nobody else wants."""
        with contextlib.suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, self._pid, 19)

    def alive(self) -> bool:
        """Whether the process still runs."""
        return not self._hung_up

    async def wait_ready(self, until: float) -> bool:
        """Wait until the store is open; False when the moment `until` (monotonic seconds) comes first."""
        while not self._ready:
            if not await self._wait(until):
                return False
        return True

    async def send(self, request: bytes) -> None:
        """Hand over a query; raises EndedError when the process is gone."""
        data = HEAD.pack(len(request), 0) + request
        try:
            sent = self._socket.send(data)
            if sent < len(data):
                await self._loop.sock_sendall(self._socket, data[sent:])
        except OSError as error:
            raise EndedError("gone") from error

    async def wait(self, until: float) -> Answer | None:
        """The answer to the query sent, or None when the moment `until` (monotonic seconds) comes first.

        Raises EndedError when the process ended.
        """
        while self._answer is None:
            if not await self._wait(until):
                return None
        answer, self._answer = self._answer, None
        return answer

    async def wait_patiently(self, seconds: float, until: float) -> Answer | None:
        """The answer, or None when it took more work: so many seconds of the processor, or eight times as long at all.

        On a busy machine a short query may take long for no fault of its own.
        """
        now = time.monotonic()
        begun, left, latest = self._worked(), seconds, min(until, now + 8 * seconds)
        while left > 0 and now < latest:
            answer = await self.wait(min(latest, now + max(left, 0.01)))
            if answer is not None:
                return answer
            left, now = seconds - (self._worked() - begun), time.monotonic()
        return None

    def kill(self) -> None:
        """End the process at once, whatever it is doing; what is left of it is tidied up when it has ended."""
        if not self._ended.done():
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._descriptor, signal.SIGKILL)

    async def ended(self, seconds: float) -> bool:
        """Wait until the process has ended, which takes a moment when it held much memory."""
        await asyncio.wait((self._ended,), timeout=seconds)
        return self._ended.done()

    def close(self) -> None:
        """Let go of the process."""
        if self._socket.fileno() < 0:
            return
        self._loop.remove_reader(self._socket.fileno())
        self._loop.remove_reader(self._descriptor)
        self._socket.close()
        os.close(self._messages)
        os.close(self._descriptor)

    def _worked(self) -> float:
        """Seconds of processor time that the process has used."""
        try:
            return time.clock_gettime(~self._pid << 3 | 2)  # the clock of a process, see clock_getcpuclockid(3)
        except OSError:  # it has ended, which the next read will show
            return 0.0

    async def _wait(self, until: float) -> bool:
        """Wait for the process to say something; False when the moment comes first."""
        if self._hung_up:
            raise EndedError(await self._reason())
        left = until - time.monotonic()
        if left <= 0:
            return False
        news: asyncio.Future[bool] = self._loop.create_future()
        self._news = news
        timer = self._loop.call_later(left, _settle, news, False)
        try:
            return await news
        finally:
            timer.cancel()
            self._news = None

    def _read(self) -> None:
        try:
            data, rights, _, _ = self._socket.recvmsg(_PART, _RIGHTS)
        except BlockingIOError:
            return
        except ConnectionError:
            data, rights = b"", []
        for _, _, packed in rights:
            self._file = os.fdopen(array("i", packed)[0], "rb")
        if not data:
            self._hung_up = True
            self._loop.remove_reader(self._socket.fileno())
        elif not self._ready:
            self._ready = True  # it says nothing else before it is asked
        else:
            self._take(data)
            if self._answer is None:
                return
        if self._news is not None:
            _settle(self._news, True)

    def _take(self, data: bytes) -> None:
        """Take in a part of a frame; the last one makes it an answer."""
        if self._parts:
            self._parts.append(data)
            data = b"".join(self._parts)
        if len(data) >= HEAD.size:
            length, size = HEAD.unpack_from(data)
            start = HEAD.size + length
            if len(data) == start + size:
                head = json.loads(data[HEAD.size : start].decode())
                self._answer = Answer(head, self.version, data[start:], self._file)
                self._parts, self._file = [], None
                return
        self._parts = [data]

    def _end(self) -> None:
        """The process has ended, however it came."""
        self._loop.remove_reader(self._descriptor)
        if not self._ended.done():
            self._ended.set_result(None)

    async def _reason(self) -> str:
        """Why the process ended, from what it left behind on its standard error."""
        await self.ended(_LONGEST_END)
        told = os.pread(self._messages, 65536, 0)
        if b"memory allocation of" in told or b"bad_alloc" in told or b"MemoryError" in told:
            return "memory"
        return "crash" if b"Fatal Python error" in told or b"overflowed its stack" in told else "gone"


def _settle(news: asyncio.Future[bool], value: bool) -> None:
    if not news.done():
        news.set_result(value)


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
