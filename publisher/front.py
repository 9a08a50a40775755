"""In front of the application: requests to the SPARQL endpoint are answered here, in the event loop.

What is not the plain answer to a query goes on to the application, in a thread: pages, descriptions, and also problems
and conditional requests, with what became of the query.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from publisher import asking, protocol, wsgi
from publisher.asking import ASKED, Asked
from publisher.connection import Connection
from publisher.encoding import marked
from publisher.engine import Engine, Query
from publisher.errors import ProblemError
from publisher.operations import ALWAYS, STARTED, contains, log_access, networks
from publisher.process import Answer
from publisher.request import Request
from publisher.turns import Turns

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_PATHS = ("/sparql", "/sparql/")
_METHODS = {"GET": "sparql.get", "HEAD": "sparql.get", "POST": "sparql.post"}
_CONDITIONS = ("if-none-match", "if-modified-since", "if-match", "if-unmodified-since", "range", "if-range")
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

    def answer(self, request: Request, connection: Connection) -> Callable[[], Awaitable[None]] | None:
        """Answer a request: at once, or by what is returned, to be cancelled when the client leaves."""
        query: Query | None = None
        asked: Asked | None = None
        try:
            query = self._query(request)
        except ProblemError as problem:
            asked = Asked(None, problem)
        found = self._engine.answer_at_once(query) if query is not None and _is_plain(request) else None
        if query is None or found is None:
            return partial(self._answer_later, request, connection, query, asked)
        answer, cached = found
        headers = self._observed(request, connection, query, answer, cached=cached)
        connection.write(request, "200 OK", headers, answer.body, _FIXED)
        return None

    async def _answer_later(
        self, request: Request, connection: Connection, query: Query | None, asked: Asked | None
    ) -> None:
        self._engine.metrics.enter()
        try:
            if query is not None:
                try:
                    answer, cached = await self._engine.answer(query, client=self._client(request, connection))
                except ProblemError as problem:
                    asked = Asked(query.text, problem)
                else:
                    if _is_plain(request):
                        headers = self._observed(request, connection, query, answer, cached=cached)
                        body = answer.body if answer.file is None else answer.file
                        await connection.send(request, "200 OK", headers, body, _FIXED)
                        return
                    asked = Asked(query.text, answer, query.gzip, cached)
            await self._pass_on(request, connection, asked)
        finally:
            self._engine.metrics.leave()

    def _query(self, request: Request) -> Query | None:
        """The query that a request carries, None where it is something else; raises ProblemError."""
        if not request.host_is_clear:
            raise _NO_HOST
        path, _, query_string = request.target.partition("?")
        if path not in _PATHS or request.method not in _METHODS:
            return None
        operation = self._read(request, query_string)
        if operation.query is None:
            return None
        values, most = request.headers.values, self._engine.settings.query_bytes
        return asking.make_query(operation, values("accept"), values("accept-encoding"), query_bytes=most)

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

    def _observed(
        self, request: Request, connection: Connection, query: Query, answer: Answer, *, cached: bool
    ) -> list[tuple[str, str]]:
        """The headers of an answer that is sent without the application, once it is counted and logged."""
        settings, metrics = self._engine.settings, self._engine.metrics
        headers = asking.headers(answer, gzip=query.gzip, method=request.method, max_age=settings.max_age)
        etag = answer.head["etag"]
        headers.append(("ETag", f'"{marked(etag) if query.gzip else etag}"'))
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
                query=query.text,
                cached=cached,
            )
        return headers

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
    return not any(map(request.headers.values, _CONDITIONS))
