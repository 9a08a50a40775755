"""What surrounds every request: security and CORS headers, compression, the access log, health and metrics."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, current_app, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from publisher.asking import ASKED, Asked
from publisher.conditions import hold
from publisher.encoding import accepts_plain, compress, mark_etag, not_acceptable, packs
from publisher.engine import Engine
from publisher.errors import ProblemError, SettingsError, problem_response
from publisher.protocol import parameters

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

blueprint = Blueprint("operations", __name__)
access_log = logging.getLogger("communique.access")

#: Where in a WSGI environment it stands when a request had come in, by `time.perf_counter`.
STARTED = "communique.started"
_SECURITY = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",  # the data is for everybody
}
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Accept-Post, Accept-Ranges, Allow, Content-Disposition, Content-Encoding, Content-Length, Content-Location, "
        "Content-Range, Digest, ETag, Last-Modified, Link, Location, Repr-Digest, Retry-After, Vary, X-Release"
    ),
}
#: Headers of every answer, unless it says otherwise.
ALWAYS = tuple((_SECURITY | _CORS | {"Vary": "Accept, Accept-Encoding"}).items())
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": (
        "Accept, Accept-Language, Authorization, Cache-Control, Content-Language, Content-Type, If-Modified-Since, "
        "If-None-Match, Range, User-Agent, X-Requested-With"
    ),
    "Access-Control-Max-Age": "86400",
}


@blueprint.get("/health")
def health() -> Response:
    """Whether the server lives and can answer; 503 while it is shutting down."""
    engine = _engine()
    body = {"status": "ending" if engine.ending else "ok", "release": engine.release.version, **engine.sizes()}
    response = Response(json.dumps(body) + "\n", 503 if engine.ending else 200, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/metrics")
def metrics() -> Response:
    """Counters for Prometheus."""
    engine = _engine()
    gauges: dict[str, float] = {f"pool_{name}": value for name, value in engine.sizes().items()}
    gauges |= {"cache_bytes": engine.cache.size, "cache_hits": engine.cache.hits, "cache_misses": engine.cache.misses}
    text = engine.metrics.text(gauges, release=engine.release.version)
    response = Response(text, content_type="text/plain; version=0.0.4; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response


def _engine() -> Engine:
    engine: Engine = current_app.extensions["communique"]
    return engine


def register_operations(app: Flask, engine: Engine) -> None:
    """Pin every request to one release, hold it to its conditions, compress, measure and log its answer.

    All answers get the common headers.
    """
    app.register_blueprint(blueprint)

    @app.before_request
    def begin() -> None:
        engine.pin()
        g.started = request.environ.get(STARTED) or time.perf_counter()
        asked: Asked | None = request.environ.get(ASKED)
        if asked is not None:
            g.query, g.cached = asked.query, asked.cached
            if isinstance(asked.outcome, ProblemError):
                raise asked.outcome
        elif "%" in (query_string := request.environ.get("QUERY_STRING", "")):
            parameters(query_string.encode("latin-1"), "address")  # or else what is no UTF-8 would be read as something

    @app.after_request
    def finish(response: Response) -> Response:
        codings = request.headers.getlist("Accept-Encoding")
        try:
            if packs(response, codings):
                mark_etag(response)
            elif response.status_code == 200 and request.method != "OPTIONS" and not accepts_plain(codings):
                raise not_acceptable()
            hold(response, request)
        except ProblemError as problem:
            response.close()
            response = problem_response(problem)
        present = {name.lower() for name in response.headers.keys()}  # noqa: SIM118 - a dictionary of its own kind
        for name, value in ALWAYS:
            if name.lower() not in present:
                response.headers.add(name, value)
        if request.method == "OPTIONS":
            response.headers.update(_PREFLIGHT)
            if asked := request.headers.get("Access-Control-Request-Headers"):
                response.headers["Access-Control-Allow-Headers"] = asked
        if response.status_code not in (206, 304) and packs(response, codings):
            compress(response)
        seconds = time.perf_counter() - g.get("started", time.perf_counter())
        engine.metrics.observe(request.endpoint or "none", _method(), response.status_code, seconds)
        if engine.settings.access_log:
            log_access(
                client=request.remote_addr,
                method=request.method,
                path=request.path,
                status=response.status_code,
                length=response.content_length,
                seconds=seconds,
                release=engine.release.version,
                query=g.get("query"),
                cached=bool(g.get("cached")),
            )
        return response

    @app.teardown_request
    def end(_: BaseException | None) -> None:
        engine.unpin()


def _method() -> str:
    """The method, if it is one of the usual ones: nobody is to fill the metrics with names."""
    return request.method if request.method in ("GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH") else "other"


def log_access(
    *,
    client: str | None,
    method: str,
    path: str,
    status: int,
    length: int | None,
    seconds: float,
    release: str,
    query: str | None,
    cached: bool,
) -> None:
    """Write one line of JSON; a query appears by its digest only, an address without what follows the question mark."""
    line: dict[str, object] = {"client": client, "method": method, "path": path, "status": status, "bytes": length}
    line |= {"ms": round(seconds * 1000, 1), "release": release}
    if query is not None:
        line |= {"query": hashlib.sha256(query.encode()).hexdigest()[:16], "cached": cached}
    access_log.info(json.dumps(line))


def networks(texts: Iterable[str]) -> list[IPv4Network | IPv6Network]:
    """Addresses and networks from their texts; raises SettingsError for what is neither."""
    try:
        return [ip_network(text, strict=False) for text in texts]
    except ValueError as error:
        raise SettingsError(f"trusted_proxies: {error}. Give addresses or networks, such as 10.0.0.0/8.") from error


def contains(trusted: Collection[IPv4Network | IPv6Network], address: str) -> bool:
    """Whether an address is in one of the networks.

    >>> contains(networks(["10.0.0.0/8", "::1"]), "10.1.2.3")
    True
    """
    if not trusted:
        return False
    try:
        found = ip_address(address)
    except ValueError:  # a socket without an address
        return False
    return any(found in network for network in trusted)


class TrustedProxies:
    """Believes X-Forwarded-For, -Proto, -Host and -Prefix from the given addresses, and from nobody else.

    Parameters:
        application: what is behind.
        trusted: addresses or networks (`10.0.0.0/8`) of the proxies.
    """

    def __init__(self, application: WSGIApplication, trusted: Iterable[str]) -> None:
        self._plain = application
        self._proxied = ProxyFix(application, x_for=1, x_proto=1, x_host=1, x_prefix=1)
        self._networks = networks(trusted)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request, as WSGI has it."""
        trusted = contains(self._networks, environ.get("REMOTE_ADDR", ""))
        return (self._proxied if trusted else self._plain)(environ, start_response)
