"""One HTTP/1.1 connection (RFC 9112): in which order answers leave, how long all may take, and when it ends."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import IO, TYPE_CHECKING, cast

from publisher.reading import Reader, RefusedError
from publisher.request import Request

if TYPE_CHECKING:
    from publisher.listening import Listener

_AHEAD = 4  # requests that wait when no more are read from the socket
_MOST_AHEAD = 128  # requests that may wait
_PART = 1 << 20  # bytes of a file sent at a time
_LINGER = 2.0  # seconds for which a client may go on sending what is not read any more
_log = logging.getLogger(__name__)


class Connection(asyncio.Protocol):
    """A client's connection; requests are answered one after the other, by the listener's `answer`.

    Parameters:
        listener: who listens, with the limits.
        address: the client's address.
    """

    def __init__(self, listener: Listener, address: str) -> None:
        self.address = address
        self.attaching: asyncio.Task[None] | None = None  # how it came to be, for nobody else holds it
        self._listener, self._idle = listener, listener.settings.idle_timeout
        self._reader = Reader(listener.settings, take=self._take, invite=self._invite)
        self._waiting: deque[Request] = deque()
        self._task: asyncio.Task[None] | None = None  # answers what waits
        self._closing = False  # nothing more is read
        self._last_words = b""  # what is said before the end
        self._first = True  # whether nothing is answered yet of what came in last
        self._since = time.monotonic()  # since when nothing has come of it
        self._writable: asyncio.Future[None] | None = None  # set while the client does not read fast enough
        self._sent = 0  # bytes sent from files
        self._mark = (0, 0)  # what was still to be sent, and `_sent`, at the last look

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection begins."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Bytes have come in."""
        if self._closing:
            return
        begun, self._first = self._reader.begun, True
        try:
            self._reader.feed(data)
        except RefusedError as refused:
            if not self._closing:  # else the last answer is given already, and the rest is nobody's business
                self._refuse(refused.status, refused.why)
        if not begun:
            self._since = time.monotonic()

    def connection_lost(self, _: Exception | None) -> None:
        """The connection has ended, by whichever side."""
        self._closing = True
        if self._task is not None:
            self._task.cancel()
        self.resume_writing()
        self._listener.forget(self)

    def pause_writing(self) -> None:
        """The client does not read as fast as we write."""
        self._writable = asyncio.get_running_loop().create_future()

    def resume_writing(self) -> None:
        """The client has caught up."""
        writable, self._writable = self._writable, None
        if writable is not None and not writable.done():
            writable.set_result(None)

    def write(
        self, request: Request, status: str, headers: Iterable[tuple[str, str]], body: bytes, fixed: str = ""
    ) -> None:
        """Send an answer that is in memory, for a client who reads what was sent before (see `send`)."""
        head = self._head(request, status, headers, len(body), fixed)
        self._transport.write(head if request.method == "HEAD" else head + body)

    async def send(
        self,
        request: Request,
        status: str,
        headers: Iterable[tuple[str, str]],
        body: bytes | IO[bytes],
        fixed: str = "",
    ) -> None:
        """Send an answer.

        Parameters:
            request: what it answers.
            status: `200 OK`.
            headers: its headers; those that tell where it ends are added.
            body: in memory, or as a file whose rest the kernel sends; it is closed then.
            fixed: further headers, written out.
        """
        if isinstance(body, bytes):
            self.write(request, status, headers, body, fixed)
        else:
            self._transport.write(self._head(request, status, headers, _rest(body), fixed))
            with body:
                if request.method != "HEAD":
                    await self._send_file(body)
        if self._writable is not None:
            await self._writable

    def _head(
        self, request: Request, status: str, headers: Iterable[tuple[str, str]], length: int | None, fixed: str
    ) -> bytes:
        """What stands before the body of an answer; after the last answer whatever else comes is ignored."""
        lines = [f"HTTP/1.1 {status}\r\n{fixed}{self._listener.stamp}"]
        for name, value in headers:
            lower = name.lower()
            if lower == "content-length":
                length = None  # it is told already; of the body that HEAD asks about, too
            if lower != "date":  # which the stamp has
                lines.append(f"{name}: {value}\r\n")
        if length is not None and status[:3] not in ("204", "304"):
            lines.append(f"Content-Length: {length}\r\n")
        if not request.keep_alive or self._listener.ending or self._closing:
            lines.append("Connection: close\r\n")
            self._closing = True
            self._waiting.clear()
        elif request.version == "1.0":
            lines.append("Connection: keep-alive\r\n")
        lines.append("\r\n")
        return "".join(lines).encode("latin-1")

    def look(self, now: float) -> None:
        """See to it that the client gets on (called once a second, with the time in monotonic seconds)."""
        waited = now - self._since
        if self._task is not None:
            mark = (self._transport.get_write_buffer_size(), self._sent)
            if self._writable is None or mark != self._mark:
                self._mark, self._since = mark, now
            elif waited > self._idle:  # it does not read
                self._transport.abort()
        elif self._closing:
            if waited > _LINGER:
                self._transport.abort()
        elif waited > self._idle:
            if self._reader.begun:
                self._refuse("408 Request Timeout", f"The request did not come in whole within {self._idle} seconds.")
            else:
                self._transport.close()

    def _take(self, request: Request) -> None:
        """A request has come in; the first of what came in at a time may be answered at once."""
        if self._task is None and self._writable is None and self._first:
            self._first = False
            later = self._begin(request)
            if later is None:
                self._since = time.monotonic()
                if self._closing:
                    self._close_our_side()
                return
            self._task = asyncio.get_running_loop().create_task(self._answer(request, later))
            return
        self._waiting.append(request)
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._answer())
        elif len(self._waiting) == _AHEAD:
            self._transport.pause_reading()
        elif len(self._waiting) > _MOST_AHEAD:
            raise RefusedError("429 Too Many Requests", "Wait for answers before you send more requests.")

    def _invite(self) -> None:
        if self._task is None:  # else it would fall into an answer; the client will send after a while
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _begin(self, request: Request) -> Callable[[], Awaitable[None]] | None:
        """Answer a request at once, or say how it will be."""
        try:
            later = self._listener.answer(request, self)
        except Exception as error:
            self._give_up(request, error)
            later = None
        if later is None and request.body is not None:
            request.body.close()
        return later

    async def _answer(self, request: Request | None = None, later: Callable[[], Awaitable[None]] | None = None) -> None:
        """Answer a request that is begun, and what has come in behind it."""
        while True:
            if request is not None and later is not None:
                try:
                    await later()
                except Exception as error:
                    self._give_up(request, error)
                    return
                finally:
                    if request.body is not None:
                        request.body.close()
            if not self._waiting:
                break
            request = self._waiting.popleft()
            if len(self._waiting) == _AHEAD - 1:
                self._transport.resume_reading()
            await asyncio.sleep(0)  # the others, too
            if self._writable is not None:
                await self._writable
            later = self._begin(request)
        self._task = None
        self._since = time.monotonic()
        if self._closing:
            self._close_our_side()

    def _give_up(self, request: Request, error: Exception) -> None:
        _log.error("unforeseen error at %s", request.target.partition("?")[0], exc_info=error)
        self._transport.abort()

    def _refuse(self, status: str, why: str) -> None:
        """Tell that nothing more is read, and end the connection after the answers that are due."""
        self._closing, self._since = True, time.monotonic()
        self._listener.refuse(self, status, why)
        self._last_words = (
            f"HTTP/1.1 {status}\r\n{self._listener.stamp}Content-Type: text/plain; charset=utf-8\r\n"
            f"Content-Length: {len(why.encode()) + 1}\r\nConnection: close\r\n\r\n{why}\n"
        ).encode()
        if self._task is None:
            self._close_our_side()

    def _close_our_side(self) -> None:
        """Say that no more will come; the client may go on sending for a moment, or it might never read the answer."""
        if not self._transport.is_closing():
            if self._last_words:
                self._transport.write(self._last_words)
            self._transport.write_eof()

    async def _send_file(self, file: IO[bytes]) -> None:
        """Have the kernel send the rest of a file, once what was written before it has left."""
        loop, offset = asyncio.get_running_loop(), file.tell()
        end = offset + _rest(file)
        self._transport.set_write_buffer_limits(0)
        if self._writable is not None:
            await self._writable
        out = os.dup(self._transport.get_extra_info("socket").fileno())
        try:
            while offset < end:
                sent = -1
                with contextlib.suppress(BlockingIOError):
                    sent = os.sendfile(out, file.fileno(), offset, min(_PART, end - offset))
                if sent == 0:
                    raise OSError("the file has become shorter")
                if sent > 0:
                    offset, self._sent = offset + sent, self._sent + sent
                    await asyncio.sleep(0)  # the others, too
                    continue
                self.pause_writing()
                loop.add_writer(out, self.resume_writing)
                if self._writable is not None:
                    await self._writable
        except OSError as error:  # there is no way to tell the client any more
            _log.info("an answer was not sent to its end: %s", error)
            self._transport.abort()
        finally:
            loop.remove_writer(out)
            os.close(out)
            self._transport.set_write_buffer_limits()


def _rest(file: IO[bytes]) -> int:
    return os.fstat(file.fileno()).st_size - file.tell()
