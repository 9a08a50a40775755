"""Serving the application to the world, with waitress.

Waitress, because one thread of it reads and writes all connections: a request reaches a thread only when it has come in
whole, and an answer leaves it even when the reader is slow, so idle connections, slow posts and slow readers cost no
threads. It tells the application when a client has left, hands long answers over as files, and answers 100-continue,
chunked bodies and oversized headers by itself. Servers with a thread per connection (gunicorn's gthread, cheroot) need
a proxy in front for that; asynchronous ones do not tell a WSGI application that its client has left.
"""

from __future__ import annotations

import contextlib
import logging
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from flask import Flask
from waitress import create_server
from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.task import ThreadedTaskDispatcher, WSGITask

from publisher.engine import Engine
from publisher.errors import SettingsError
from publisher.express import AT_HAND, Express, Kept
from publisher.operations import TrustedProxies, access_log, contains, networks
from publisher.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_SPARE_THREADS = 16  # for requests that are not strangers' queries
_PENDING = 1 << 20  # bytes on their way to a client beyond which its next answer is not pushed out at once
_FILES = 8192  # descriptors wanted
_SORRY = b"This address has too many open connections. Close some, or send more requests over each.\n"
_REFUSED = b"HTTP/1.1 429 Too Many Requests\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n" % len(_SORRY)
_REFUSED += b"Retry-After: 5\r\nConnection: close\r\n\r\n" + _SORRY


class Task(WSGITask):  # type: ignore[misc]
    """An answer after which the connection lives on, even one without a length: waitress itself closes it then."""

    def set_close_on_finish(self) -> None:
        """Close the connection afterwards, unless the end of the answer is plain to see (RFC 9112, section 6.3)."""
        asked = self.request.headers.get("CONNECTION", "").lower() == "close"
        plain = self.chunked_response or not self.has_body
        if self.wrote_header or asked or not plain or self.version != "1.1":
            super().set_close_on_finish()

    def get_environment(self) -> dict[str, Any]:
        """The WSGI environment, with the answer if it is at hand."""
        environ: dict[str, Any] = super().get_environment()
        environ[AT_HAND] = self.channel.answer
        return environ


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection on which a request must come in whole within the idle time, however its bytes are spread."""

    task_class = Task
    at_hand: Kept | None = None  # the answer to its next request, to be sent by the thread that reads connections
    answer: Kept | None = None  # the one that is being sent by that thread
    _began = 0.0

    def received(self, data: bytes) -> bool:
        """Take in bytes; an unfinished request counts as idle since its first byte."""
        taken = bool(super().received(data))
        while self.at_hand is not None:
            self.answer, self.at_hand = self.at_hand, None
            self.service()  # which may find the next one at hand
            self.answer = None
        if self.request is None:
            self._began = 0.0
        else:
            self._began = self._began or time.time()
            self.last_activity = self._began
        return taken


class Door:
    """Lets connections in, but for those of an address that has as many as it may have.

    The proxies that are trusted may have any number: they stand for many clients.

    Parameters:
        settings: the number, and the proxies.
    """

    def __init__(self, settings: Settings) -> None:
        self._most = settings.connections_per_address
        self._proxies = networks(settings.trusted_proxies)

    def __call__(self, server: Any, connection: socket.socket, address: Any, *rest: Any, **options: Any) -> None:
        """Take a connection, which lives on in the server's map, or close it with a word of explanation."""
        host = address[0]
        held = sum(channel.addr[0] == host for channel in server.active_channels.values())
        if held < self._most or contains(self._proxies, host):
            Channel(server, connection, address, *rest, **options)
            return
        connection.setblocking(False)
        with contextlib.suppress(OSError):  # it has left, or sends so much that it does not hear
            connection.send(_REFUSED)
        connection.close()


class Dispatcher(ThreadedTaskDispatcher):  # type: ignore[misc]
    """Hands requests to threads, but for those whose answers are at hand.

    Parameters:
        express: holds the answers at hand.
    """

    def __init__(self, express: Express) -> None:
        super().__init__()
        self._express = express

    def add_task(self, task: Channel) -> None:
        """Take a connection with a request to be answered."""
        request = task.requests[0]

        def header(name: str) -> str | None:
            value: str | None = request.headers.get(name.removeprefix("HTTP_"))
            return value

        # A reader that does not read must not stop the thread that serves everybody: another can wait for it.
        reads = task.total_outbufs_len < _PENDING
        if reads and not request.error and threading.current_thread() is threading.main_thread():
            task.at_hand = self._express.find(request.command, request.path, request.query, header)
        if task.at_hand is None:
            super().add_task(task)


class Tracked:
    """Counts the requests that are being answered, their bodies included.

    Parameters:
        application: what is behind.
        engine: where to count.
    """

    def __init__(self, application: WSGIApplication, engine: Engine) -> None:
        self._application, self._metrics = application, engine.metrics

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request, as WSGI has it."""
        self._metrics.enter()
        try:
            body: Iterable[bytes] = self._application(environ, start_response)
        except BaseException:
            self._metrics.leave()
            raise
        if type(body) is environ.get("wsgi.file_wrapper"):
            self._metrics.leave()  # the server sends a file without us
            return body
        return self._counted(body)

    def _counted(self, body: Iterable[bytes]) -> Iterator[bytes]:
        try:
            yield from body
        finally:
            self._metrics.leave()
            if hasattr(body, "close"):
                body.close()


def run(app: Flask) -> None:
    """Serve the application until SIGTERM or SIGINT; requests under way are answered first.

    Raises SettingsError when the address cannot be listened on or a trusted proxy is no address.
    """
    engine: Engine = app.extensions["communique"]
    settings = engine.settings
    _log_to_stdout()
    _raise_file_limit()
    door, listener = Door(settings), _listen(settings)
    engine.start()
    express = Express(app.wsgi_app, engine)
    application: WSGIApplication = Tracked(express, engine)
    if settings.trusted_proxies:
        application = TrustedProxies(application, settings.trusted_proxies)
    dispatcher = Dispatcher(express)
    waiting = settings.workers + settings.slow_workers + settings.queue
    dispatcher.set_thread_count(settings.threads or waiting + _SPARE_THREADS)
    server = create_server(
        application,
        sockets=[listener],
        _dispatcher=dispatcher,
        ident="communique",
        asyncore_use_poll=True,
        connection_limit=settings.connections,
        channel_timeout=settings.idle_timeout,
        cleanup_interval=min(5, settings.idle_timeout),
        recv_bytes=65536,
        channel_request_lookahead=1,  # keep reading while a query runs, so as to see the client leave
        max_request_header_size=settings.header_bytes,
        max_request_body_size=settings.body_bytes,
        clear_untrusted_proxy_headers=not settings.trusted_proxies,
        log_socket_errors=False,
    )
    server.channel_class = door
    host, port = listener.getsockname()[:2]
    where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    print(f"Serving release {engine.release.version} at http://{where}/ (data of {engine.release.base})", flush=True)
    _end_gracefully(engine)
    try:
        server.run()
    finally:
        engine.close()
        server.close()


def _listen(settings: Settings) -> socket.socket:
    try:
        family, kind, proto, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with contextlib.ExitStack() as stack:
            listener = stack.enter_context(socket.socket(family, kind, proto))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            stack.pop_all()  # it stays open
    except OSError as error:
        raise SettingsError(f"Cannot listen on {settings.host}, port {settings.port}: {error.strerror}.") from error
    return listener


def _end_gracefully(engine: Engine) -> None:
    """On SIGTERM or SIGINT, wait for the requests under way, at most for the deadline of a query, and then end."""

    def wait_and_end() -> None:
        until = time.monotonic() + engine.settings.deadline + 1
        while engine.metrics.active and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.25)  # the last bytes leave
        os.kill(os.getpid(), signal.SIGUSR1)

    def on_signal(_number: int, _frame: object) -> None:
        if not engine.ending:
            engine.ending = True
            threading.Thread(target=wait_and_end, daemon=True, name="end").start()

    def on_end(_number: int, _frame: object) -> None:
        raise SystemExit(0)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    signal.signal(signal.SIGUSR1, on_end)


def _log_to_stdout() -> None:
    """Requests go to standard output, one line of JSON each; everything else to standard error."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    waitress = logging.getLogger("waitress")
    waitress.setLevel(logging.ERROR)
    waitress.addFilter(lambda record: not _only_left(record))
    if not access_log.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(logging.Formatter("%(message)s"))
        access_log.addHandler(handler)
        access_log.propagate = False


def _only_left(record: logging.LogRecord) -> bool:
    """Whether waitress only reports that a client has left, which is the client's good right."""
    error = record.exc_info[1] if record.exc_info else None
    return isinstance(error, ClientDisconnected) or isinstance(getattr(error, "__context__", None), ClientDisconnected)


def _raise_file_limit() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
