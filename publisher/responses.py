"""Answers that caches can keep: a release does not change, so each of its documents has an ETag and a date."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256

from flask import Response, request

from publisher.addresses import engine
from publisher.errors import ProblemError
from publisher.formats import ALIASES, BY_SUFFIX, Format
from publisher.negotiation import negotiate


def choose(offered: Iterable[Format], *, suffix: str | None = None, default: Format | None = None) -> Format:
    """The format that the client wants: by suffix, by `?format=`, else by its Accept headers.

    :param default: for clients that take anything; the first offered one when not given.
    :raises ProblemError: 406 with the formats that there are.
    """
    formats = list(offered)
    wanted = suffix or request.args.get("format")
    known = {f.media_type: f for f in formats}
    known |= {name: f for name, f in ALIASES.items() if name not in known and any(f.rdf == one.rdf for one in formats)}
    media_type = negotiate(
        request.headers.getlist("Accept"),
        list(known),
        suffix=wanted or None,
        default=default.media_type if default else None,
    )
    if media_type is None:
        names = ", ".join(f"{f.media_type} (.{f.suffix})" for f in formats)
        raise ProblemError(
            406, detail=f"This document can be had as {names}.", available=[f.media_type for f in formats]
        )
    return known[media_type]


def split_suffix(path: str) -> tuple[str, Format | None]:
    """A path without the suffix of a format, and that format.

    >>> split_suffix("event/a.ttl")[0], split_suffix("event/a.b")[0]
    ('event/a', 'event/a.b')
    """
    stem, dot, suffix = path.rpartition(".")
    found = BY_SUFFIX.get(suffix.lower()) if dot else None
    return (stem, found) if found else (path, None)


def respond(
    body: bytes | str,
    content_type: str,
    *,
    headers: Mapping[str, str] | None = None,
    links: Iterable[str] = (),
    negotiated: bool = True,
) -> Response:
    """An answer with what caches need.

    :param headers: further headers, such as Content-Location.
    :param links: values of Link headers (RFC 8288).
    :param negotiated: whether the same address has other answers for other Accept headers.
    """
    data = body.encode() if isinstance(body, str) else body
    response = Response(data, content_type=content_type)
    response.set_etag(sha256(f"{content_type}\n".encode() + data).hexdigest()[:32])
    response.last_modified = datetime.fromtimestamp(int(engine().release.created), UTC)
    response.headers["Cache-Control"] = f"public, max-age={engine().settings.max_age}"
    response.headers["Vary"] = "Accept, Accept-Encoding" if negotiated else "Accept-Encoding"
    for value in links:
        response.headers.add("Link", value)
    response.headers.update(headers or {})
    return response


def json_body(document: object) -> str:
    """JSON for people too: indented, in the characters that were meant."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def number(name: str, *, default: int, least: int = 0, most: int) -> int:
    """A whole number from the query string.

    :raises ProblemError: 400 when it is not one or out of bounds.
    """
    text = request.args.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not least <= int(text[:10]) <= most:
        raise ProblemError(400, detail=f"'{name}' is to be a whole number from {least} to {most}.")
    return int(text)
