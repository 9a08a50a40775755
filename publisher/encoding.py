"""Compression of answers (RFC 9110, sections 8.4 and 12.5.3)."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from werkzeug.wrappers import Response

_CODING = re.compile(r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*(?:;\s*[qQ]\s*=\s*([0-9.]+)\s*)?\Z")
_COMPRESSIBLE = re.compile(
    r"text/|application/(?:.*json|.*xml|n-triples|n-quads|trig|rdf-patch|javascript|sparql-query)|image/svg"
)
_SUFFIX = "-gzip"
_WORTHWHILE = 200  # bytes


def accepts_gzip(lines: Sequence[str]) -> bool:
    """Whether the client takes gzip and likes it no less than the plain answer.

    Parameters:
        lines: the values of all Accept-Encoding lines.

    >>> accepts_gzip(["gzip;q=0.5, identity;q=0.2"])
    True
    >>> accepts_gzip(["gzip;q=0, *"])
    False
    """
    return _accepts_gzip(tuple(lines))


@lru_cache(1024)
def _accepts_gzip(lines: tuple[str, ...]) -> bool:
    qualities = dict(_codings(lines))
    gzip = qualities.get("gzip", qualities.get("x-gzip", qualities.get("*", 0.0)))
    return gzip > 0 and gzip >= qualities.get("identity", 0.0)


def _codings(lines: Iterable[str]) -> Iterable[tuple[str, float]]:
    for element in ",".join(lines).split(","):
        if match := _CODING.match(element):
            try:
                yield match[1].lower(), float(match[2] or 1)
            except ValueError:
                continue


def compress(response: Response) -> None:
    """Compress an answer that is worth it, for a client that takes gzip."""
    plain = not response.headers.get("Content-Encoding") and not response.direct_passthrough
    kind = response.mimetype or ""
    if not plain or response.status_code in (204, 206, 304) or not _COMPRESSIBLE.match(kind):
        return
    if response.is_streamed:
        response.response = _packed(response.iter_encoded())
        response.headers.pop("Content-Length", None)
        response.headers["Content-Encoding"] = "gzip"
        return
    data = response.get_data()
    if len(data) >= _WORTHWHILE:
        response.set_data(b"".join(_packed((data,))))
        response.headers["Content-Encoding"] = "gzip"


def _packed(parts: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(5, zlib.DEFLATED, 31)
    for part in parts:
        if data := packer.compress(part):
            yield data
    yield packer.flush()


def mark_etag(response: Response, *, compressed: bool) -> None:
    """Tell the compressed form from the plain one by its ETag (RFC 9110, section 8.8.3.3)."""
    tag, weak = response.get_etag()
    if tag is not None and compressed:
        response.set_etag(marked(tag), weak=bool(weak))


def marked(tag: str) -> str:
    """The ETag of the compressed form.

    >>> marked("a"), marked("a-gzip")
    ('a-gzip', 'a-gzip')
    """
    return tag if tag.endswith(_SUFFIX) else tag + _SUFFIX


def unmark_etags(condition: str) -> str:
    """The ETags of an If-None-Match header as the application knows them.

    >>> unmark_etags('"a-gzip", W/"b"')
    '"a", W/"b"'
    """
    return condition.replace(_SUFFIX + '"', '"')
