"""Answers that were given before, given again without waking the application.

An answer to GET or HEAD depends on the release, the address and a few headers only, as its own Vary says. So the
finished answer of the SPARQL endpoint is kept as it left, headers included, and the thread that reads the connections
sends it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from publisher.cache import Cache
from publisher.engine import Engine
from publisher.operations import log_access

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_PATH = "/sparql"
_LONGEST = 256 * 1024  # bytes of an answer that is kept
_DEPENDS_ON = (
    "HTTP_ACCEPT",
    "HTTP_ACCEPT_ENCODING",
    "HTTP_IF_NONE_MATCH",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_HOST",
    "HTTP_X_FORWARDED_HOST",
)
#: Where the server puts an answer that it has found at hand already.
AT_HAND = "communique.at_hand"


@dataclass(frozen=True)
class Kept:
    """A finished answer, and the digest of the query that it answers."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes
    query: str
    release: str


class Express:
    """Keeps finished answers in front of the application.

    Parameters:
        application: what is behind.
        engine: tells the release, and counts.
    """

    def __init__(self, application: WSGIApplication, engine: Engine) -> None:
        self._application, self._engine = application, engine
        self._kept: Cache[Kept] = Cache(engine.settings.cache_bytes // 4)

    def find(self, method: str, path: str, query: str, header: Callable[[str], str | None]) -> Kept | None:
        """The answer to a request, if it is at hand; `header` gives a header of the request by its WSGI name."""
        if path != _PATH or method not in ("GET", "HEAD"):
            return None
        return self._kept.get((self._engine.pin().version, *self._key(method, query, header)))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request, as WSGI has it."""
        started = time.perf_counter()
        method, query = environ["REQUEST_METHOD"], environ.get("QUERY_STRING", "")
        kept = environ.get(AT_HAND) or self.find(method, environ.get("PATH_INFO", ""), query, environ.get)
        if kept is None:
            return self._keep(environ, start_response)
        seconds = time.perf_counter() - started
        status = int(kept.status[:3])
        self._engine.metrics.observe("sparql.get", method, status, seconds)
        if self._engine.settings.access_log:
            log_access(
                client=environ.get("REMOTE_ADDR"),
                method=method,
                path=_PATH,
                status=status,
                length=len(kept.body),
                seconds=seconds,
                release=kept.release,
                query=kept.query,
                cached=True,
            )
        start_response(kept.status, list(kept.headers))
        return [kept.body]

    def _key(self, method: str, query: str, header: Callable[[str], str | None]) -> tuple[str | None, ...]:
        return (method, query, *(header(name) for name in _DEPENDS_ON))

    def _keep(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Have the application answer, and keep what may be kept."""
        seen: list[tuple[str, list[tuple[str, str]]]] = []

        def watch(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            seen.append((status, headers))
            return start_response(status, headers, exc_info) if exc_info else start_response(status, headers)

        method, query = environ["REQUEST_METHOD"], environ.get("QUERY_STRING", "")
        key = self._key(method, query, environ.get)
        body = self._application(environ, watch)
        status, headers = seen[-1] if seen else ("", [])
        known = {name.lower(): value for name, value in headers}
        release = known.get("x-release")
        lasting = status[:3] in ("200", "304") and "max-age" in known.get("cache-control", "")
        short = int(known.get("content-length", 0)) <= _LONGEST and type(body) is not environ.get("wsgi.file_wrapper")
        if environ.get("PATH_INFO") != _PATH or method == "POST" or release is None or not lasting or not short:
            return body
        data = b"".join(body)
        if hasattr(body, "close"):
            body.close()
        text = parse_qs(query).get("query", [""])[0]
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        size = len(data) + sum(len(part or "") for part in key) + 2000
        self._kept.put((release, *key), Kept(status, headers, data, digest, release), size)
        return [data]
