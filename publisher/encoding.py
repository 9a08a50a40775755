"""Compression of answers (RFC 9110, sections 8.4 and 12.5.3)."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from werkzeug.wrappers import Response

from publisher.errors import ProblemError

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
    return _accepted(tuple(lines))[0]


def accepts_plain(lines: Sequence[str]) -> bool:
    """Whether the client takes what is not compressed, as all do that do not say otherwise.

    >>> accepts_plain(["gzip"]), accepts_plain(["gzip, identity;q=0"]), accepts_plain(["*;q=0, identity;q=0.1"])
    (True, False, True)
    """
    return _accepted(tuple(lines))[1]


@lru_cache(1024)
def _accepted(lines: tuple[str, ...]) -> tuple[bool, bool]:
    qualities = dict(_codings(lines))
    gzip = qualities.get("gzip", qualities.get("x-gzip", qualities.get("*", 0.0)))
    plain = qualities.get("identity", qualities.get("*", 1.0))
    return gzip > 0 and gzip >= qualities.get("identity", 0.0), plain > 0


def not_acceptable() -> ProblemError:
    """What is told to who takes neither gzip nor the plain answer."""
    return ProblemError(406, detail="This can be had plain or, mostly, as gzip; Accept-Encoding refuses what there is.")


def _codings(lines: Iterable[str]) -> Iterable[tuple[str, float]]:
    for element in ",".join(lines).split(","):
        if match := _CODING.match(element):
            try:
                yield match[1].lower(), float(match[2] or 1)
            except ValueError:
                continue


def packs(response: Response, lines: Sequence[str]) -> bool:
    """Whether an answer is sent as gzip: it is already, or the client takes that and it is worth it.

    Parameters:
        lines: the values of all Accept-Encoding lines.
    """
    if response.headers.get("Content-Encoding"):
        return response.headers["Content-Encoding"] == "gzip"
    if response.direct_passthrough or not accepts_gzip(lines):
        return False
    least = _WORTHWHILE if accepts_plain(lines) else 1
    if not response.is_streamed and len(response.get_data()) < least:
        return False
    return least == 1 or _COMPRESSIBLE.match(response.mimetype or "") is not None


def compress(response: Response) -> None:
    """Compress an answer, unless it is compressed."""
    if response.headers.get("Content-Encoding"):
        return
    if response.is_streamed:
        response.response = _packed(response.iter_encoded())
        response.headers.pop("Content-Length", None)
    else:
        response.set_data(b"".join(_packed((response.get_data(),))))
    response.headers["Content-Encoding"] = "gzip"


def _packed(parts: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(5, zlib.DEFLATED, 31)
    for part in parts:
        if data := packer.compress(part):
            yield data
    yield packer.flush()


def mark_etag(response: Response) -> None:
    """Tell the compressed form from the plain one by its ETag (RFC 9110, section 8.8.3.3)."""
    tag, weak = response.get_etag()
    if tag is not None:
        response.set_etag(marked(tag), weak=bool(weak))


def marked(tag: str) -> str:
    """The ETag of the compressed form.

    >>> marked("a"), marked("a-gzip")
    ('a-gzip', 'a-gzip')
    """
    return tag if tag.endswith(_SUFFIX) else tag + _SUFFIX
