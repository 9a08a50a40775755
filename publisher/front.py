"""In front of the application: requests to the SPARQL endpoint are answered here, in the event loop.

What is not the plain answer to a query goes on to the application, in a thread: pages, descriptions, and also problems
and conditional requests, with what became of the query.
"""

from __future__ import annotations

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from publisher import asking, protocol, wsgi
from publisher.asking import ASKED, Asked
from publisher.connection import Connection
from publisher.encoding import marked
from publisher.engine import Engine
from publisher.errors import ProblemError
from publisher.operations import ALWAYS, STARTED, contains, log_access, networks
from publisher.process import Answer
from publisher.request import Request
from publisher.turns import Turns

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_PATHS = ("/sparql", "/sparql/")
_METHODS = {"GET": "sparql.get", "HEAD": "sparql.get", "POST": "sparql.post"}
_CONDITIONS = {"if-none-match", "if-modified-since", "if-match", "if-unmodified-since", "range", "if-range"}
_FIXED = "".join(f"{name}: {value}\r\n" for name, value in ALWAYS)
_NO_HOST = ProblemError(400, "Host Unclear", "A request names its host in one header Host (RFC 9112, section 3.2).")
_FAILED = ("500 Internal Server Error", [("Content-Type", "text/plain")], b"The server failed on this request.\n")
_log = logging.getLogger(__name__)


class Front:
    """Answers requests.

    Parameters:
        application: what is behind.
        engine: answers queries; to be opened in the event loop.
    """

    def __init__(self, application: WSGIApplication, engine: Engine) -> None:
        self._application, self._engine = application, engine
        self._proxies = networks(engine.settings.trusted_proxies)
        self._threads = ThreadPoolExecutor(engine.settings.threads, thread_name_prefix="page")
        self._turns = Turns(engine.settings.threads)
        self.server = ("localhost", 80)  # where it listens

    async def answer(self, request: Request, connection: Connection) -> None:
        """Answer a request; cancelled when the client leaves."""
        self._engine.metrics.enter()
        try:
            asked = await self._ask(request, connection)
            if asked is not None and isinstance(asked.outcome, Answer) and _is_plain(request):
                await self._tell(request, connection, asked, asked.outcome)
            else:
                await self._pass_on(request, connection, asked)
        finally:
            self._engine.metrics.leave()

    async def _ask(self, request: Request, connection: Connection) -> Asked | None:
        """What becomes of a query; None for whatever is none."""
        if not request.host_is_clear:
            return Asked(None, _NO_HOST)
        path, _, query_string = request.target.partition("?")
        if path not in _PATHS or request.method not in _METHODS:
            return None
        text, settings = None, self._engine.settings
        try:
            operation = self._read(request, query_string)
            if operation.query is None:
                return None
            text = operation.query
            accept, coding = request.values("accept"), request.values("accept-encoding")
            query = asking.make_query(operation, accept, coding, query_bytes=settings.query_bytes)
            answer, cached = await self._engine.answer(query, client=self._client(request, connection))
        except ProblemError as problem:
            return Asked(text, problem)
        return Asked(text, answer, query.gzip, cached)

    def _read(self, request: Request, query_string: str) -> protocol.Operation:
        if request.method != "POST":
            return protocol.read_get(query_string)
        query_bytes = self._engine.settings.query_bytes
        if request.length > asking.longest_body(query_bytes):
            raise asking.too_large(query_bytes)
        body = request.body.read() if request.body is not None else b""
        kind, coding = (next(iter(request.values(name)), "") for name in ("content-type", "content-encoding"))
        return asking.read_body(query_string, kind, coding, body)

    def _client(self, request: Request, connection: Connection) -> str:
        """The address that a query is accounted to: a trusted proxy tells it."""
        told = request.values("x-forwarded-for") if contains(self._proxies, connection.address) else ()
        return told[-1].rpartition(",")[2].strip() if told else connection.address

    async def _tell(self, request: Request, connection: Connection, asked: Asked, answer: Answer) -> None:
        """Send an answer without the application."""
        settings, metrics = self._engine.settings, self._engine.metrics
        headers = asking.headers(answer, gzip=asked.gzip, method=request.method, max_age=settings.max_age)
        etag = answer.head["etag"]
        headers.append(("ETag", f'"{marked(etag) if asked.gzip else etag}"'))
        seconds = time.perf_counter() - request.started
        metrics.observe(_METHODS[request.method], request.method, 200, seconds)
        if settings.access_log:
            log_access(
                client=self._client(request, connection),
                method=request.method,
                path=request.target.partition("?")[0],
                status=200,
                length=len(answer.body) if answer.file is None else None,
                seconds=seconds,
                release=answer.version,
                query=asked.query,
                cached=asked.cached,
            )
        body = answer.body if answer.file is None else answer.file
        await connection.send(request, "200 OK", headers, body, _FIXED)

    async def _pass_on(self, request: Request, connection: Connection, asked: Asked | None) -> None:
        """Have the application answer, in a thread."""
        more = {STARTED: request.started, ASKED: asked}
        environ = wsgi.environment(request, client=connection.address, server=self.server, more=more)
        client, loop = self._client(request, connection), asyncio.get_running_loop()
        await self._turns.enter(client)
        work = self._threads.submit(wsgi.call, self._application, environ)
        # The place is free when the thread is, also where nobody waits for it any more.
        work.add_done_callback(lambda _: loop.call_soon_threadsafe(self._turns.leave, client))
        try:
            page = await asyncio.wrap_future(work)
        except Exception as error:  # the application tells its errors itself; this is the net below it
            _log.error("unforeseen error at %s", request.target.partition("?")[0], exc_info=error)
            page = wsgi.Page(*_FAILED)
        await connection.send(request, page.status, page.headers, page.body)

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(cancel_futures=True)


def _is_plain(request: Request) -> bool:
    """Whether the whole answer is wanted, whatever the client has already."""
    return not any(name in _CONDITIONS for name, _ in request.headers)
