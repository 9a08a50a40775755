"""Bytes to requests (RFC 9112), with limits on what may come. The parser is llhttp's."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from tempfile import SpooledTemporaryFile
from typing import IO, cast

import httptools

from publisher.request import Headers, Request
from publisher.settings import Settings

_LINE = re.compile(rb"GET (/[!-\"$-~]{0,7000}) HTTP/1\.1\Z")  # no white space, no fragment
_NOT_PLAIN = ("content-length", "transfer-encoding", "connection", "expect", "upgrade")
_HELD = 64 * 1024  # bytes of a request body that are held in memory; more goes to a file


class RefusedError(Exception):
    """Bytes that are read no further; carries the status line's end and what to say."""

    def __init__(self, status: str, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


class Reader:
    """Reads one connection's requests.

    Parameters:
        settings: the limits.
        take: takes each request that has come in whole; may raise RefusedError.
        invite: tells a client that waits for it that it may send its body.
    """

    def __init__(self, settings: Settings, *, take: Callable[[Request], None], invite: Callable[[], None]) -> None:
        self._settings, self._take, self._invite = settings, take, invite
        self._parser = httptools.HttpRequestParser(self)
        self._request: Request | None = None  # the one that is coming in
        self._head = 0  # bytes that came for it, until its headers are complete
        self._in_body = False
        self._block = b""  # what came after the request line of the last one, if it was a plain one
        self._headers = Headers()  # which is what they said

    @property
    def begun(self) -> bool:
        """Whether a part of a request has come in."""
        return self._request is not None or self._head > 0

    def feed(self, data: bytes) -> None:
        """Take in bytes; raises RefusedError for what is no request, or too long.

        Most clients send the same headers with each request of a connection, and nobody need read them twice.
        """
        fresh = not self.begun
        line, _, block = data.partition(b"\r\n")
        if fresh and block and block == self._block and (match := _LINE.match(line)):
            self._repeat(match[1])
            return
        self._block = block if fresh and block.find(b"\r\n\r\n") == len(block) - 4 and _LINE.match(line) else b""
        if not self._in_body:
            self._head += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:  # which is declined by answering in HTTP/1.1
            self._parser = httptools.HttpRequestParser(self)
            if rest := data[upgrade.args[0] :]:
                self.feed(rest)
        except httptools.HttpParserCallbackError as error:
            raise error.__context__ or error from None  # what a method below has raised
        except httptools.HttpParserError as error:
            raise RefusedError("400 Bad Request", f"This is no HTTP request: {error}.") from error
        if not self._in_body and self._head > self._settings.header_bytes:
            raise self._long_head()

    # What the parser calls.

    def on_message_begin(self) -> None:
        """A request begins."""
        self._request = Request()
        self._in_body = False

    def on_url(self, part: bytes) -> None:
        """A part of its target has come."""
        if self._request is not None:
            self._request.target += part.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header has come; one that follows a body in parts is not for us."""
        if self._request is not None and not self._in_body:
            self._request.headers.lines.append((name.decode("latin-1").lower(), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        """All headers have come."""
        request, settings = self._request, self._settings
        if request is None:
            return
        if self._head > settings.header_bytes:  # among what came, there may be a body
            size = len(request.target) + sum(len(name) + len(value) + 4 for name, value in request.headers.lines)
            if size > settings.header_bytes:
                raise self._long_head()
        self._head, self._in_body = 0, True
        request.method = self._parser.get_method().decode("latin-1")
        request.version = self._parser.get_http_version()
        if request.version not in ("1.0", "1.1"):
            raise RefusedError("505 HTTP Version Not Supported", "This server speaks HTTP/1.1 and HTTP/1.0.")
        request.keep_alive = self._parser.should_keep_alive()
        request.settle_host()
        length = request.values("content-length")
        if length and int(length[0]) > settings.body_bytes:
            raise self._long_body()
        if request.version == "1.1" and "100-continue" in (value.lower() for value in request.values("expect")):
            self._invite()

    def on_body(self, data: bytes) -> None:
        """A part of the body has come."""
        request = self._request
        if request is None:
            return
        request.length += len(data)
        if request.length > self._settings.body_bytes:
            raise self._long_body()
        if request.body is None:
            folder = self._settings.spool or None
            request.body = cast(IO[bytes], SpooledTemporaryFile(_HELD, dir=folder))  # noqa: SIM115 - closed when answered
        request.body.write(data)

    def on_message_complete(self) -> None:
        """A request has come in whole."""
        request, self._request = self._request, None
        self._head, self._in_body = 0, False
        if request is not None:
            request.started = time.perf_counter()
            if self._block:
                plain = request.keep_alive and request.host_is_clear and not any(map(request.values, _NOT_PLAIN))
                self._block, self._headers = self._block if plain else b"", request.headers
            if request.body is not None:
                request.body.seek(0)
            self._take(request)

    def _repeat(self, target: bytes) -> None:
        """A request has come in whole whose headers are the last one's."""
        request = Request()
        request.method, request.version, request.target = "GET", "1.1", target.decode("latin-1")
        request.headers, request.started = self._headers, time.perf_counter()
        self._take(request)

    def _long_head(self) -> RefusedError:
        why = f"The request line and the headers may have {self._settings.header_bytes} bytes here."
        return RefusedError("431 Request Header Fields Too Large", why)

    def _long_body(self) -> RefusedError:
        return RefusedError("413 Content Too Large", f"A request body may have {self._settings.body_bytes} bytes here.")
