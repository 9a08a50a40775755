"""Content negotiation as one pure function (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

#: The file suffix of each media type that the server writes; `?format=` takes the same names.
SUFFIXES: Mapping[str, str] = {
    "html": "text/html",
    "ttl": "text/turtle",
    "turtle": "text/turtle",
    "n3": "text/turtle",  # which is a part of Notation3
    "nt": "application/n-triples",
    "ntriples": "application/n-triples",
    "jsonld": "application/ld+json",
    "json-ld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "rdfxml": "application/rdf+xml",
    "rdf+xml": "application/rdf+xml",
    "trig": "application/trig",
    "nq": "application/n-quads",
    "nquads": "application/n-quads",
    "srj": "application/sparql-results+json",
    "srx": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "json": "application/json",
    "xml": "application/xml",
    "txt": "text/plain",
}

# An element of the list: no comma outside a quoted string.  Parameters: name "=" (token / quoted-string).
_ELEMENT = re.compile(r'(?:[^",]|"(?:[^"\\]|\\.)*"?)+', re.DOTALL)
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_RANGE = re.compile(rf"\s*({_TOKEN})/({_TOKEN})\s*(?=;|$)|\s*\*\s*(?=;|$)")
_PARAMETER = re.compile(rf'\s*;\s*(?:({_TOKEN})\s*=\s*({_TOKEN}|"(?:[^"\\]|\\.)*"))?\s*(?=;|$)', re.DOTALL)
_QVALUE = re.compile(r"(?:0?(?:\.\d{0,3})?|1(?:\.0{0,3})?)\Z")

# What is true of every answer (UTF-8, names above the columns of a table), or only a wish that a server may pass over
# (a JSON-LD profile).
_ALWAYS_MET = {("charset", "utf-8"), ("charset", "utf8"), ("header", "present")}
_HINTS = {"profile", "version"}


@dataclass(frozen=True)
class MediaRange:
    """One element of an Accept header: `text/*;q=0.5`."""

    type: str
    subtype: str
    parameters: frozenset[tuple[str, str]]
    quality: float

    @property
    def specificity(self) -> tuple[int, int, int]:
        """More specific ranges compare greater: type, subtype, number of parameters."""
        return self.type != "*", self.subtype != "*", len(self.parameters)

    def matches(self, media_type: str) -> bool:
        """Whether an answer of this media type falls into the range."""
        name, parameters = split_media_type(media_type)
        kind, _, subtype = name.partition("/")
        if self.type not in ("*", kind) or self.subtype not in ("*", subtype):
            return False
        wanted = {item for item in self.parameters if item not in _ALWAYS_MET and item[0] not in _HINTS}
        return wanted <= set(parameters.items())


def split_media_type(text: str) -> tuple[str, dict[str, str]]:
    """Split a Content-Type into its lower-case name and its parameters.

    >>> split_media_type('Text/Turtle; charset="UTF-8"')
    ('text/turtle', {'charset': 'utf-8'})
    """
    name, _, rest = text.partition(";")
    return name.strip().lower(), _parameters(";" + rest) or {}


def _parameters(text: str) -> dict[str, str] | None:
    """Parameters of `;a=b;c="d"` with lower-case names and values, or None where the text is malformed."""
    found: dict[str, str] = {}
    position = 0
    while position < len(text):
        match = _PARAMETER.match(text, position)
        if match is None:
            return None
        position = match.end()
        if match[1]:
            value = match[2]
            if value.startswith('"'):
                value = re.sub(r"\\(.)", r"\1", value[1:-1], flags=re.DOTALL)
            found[match[1].lower()] = value.lower()
    return found


def parse_accept(headers: str | Iterable[str] | None) -> tuple[MediaRange, ...]:
    """Read the media ranges of one or several Accept lines; malformed elements are passed over.

    >>> [(r.type, r.subtype, r.quality) for r in parse_accept(["text/turtle;q=0.5", "*/*;q=0, nonsense"])]
    [('text', 'turtle', 0.5), ('*', '*', 0.0)]
    """
    lines = [headers] if isinstance(headers, str) else list(headers or ())
    ranges = []
    for element in _ELEMENT.findall(",".join(lines)):
        head = _RANGE.match(element)
        parameters = _parameters(element[head.end() :]) if head else None
        if head is None or parameters is None:
            continue
        quality = parameters.pop("q", "1")
        kind, subtype = (head[1] or "*").lower(), (head[2] or "*").lower()
        if _QVALUE.match(quality) and not (kind == "*" and subtype != "*"):
            ranges.append(MediaRange(kind, subtype, frozenset(parameters.items()), float(quality or 1)))
    return tuple(ranges)


def negotiate(
    accept_headers: str | Iterable[str] | None,
    offered: Sequence[str],
    *,
    suffix: str | None = None,
    default: str | None = None,
) -> str | None:
    """Choose the media type of an answer.

    The most specific range that matches a type gives the type its quality; the greatest quality above zero wins.
    Between equals the more specifically named wins (`text/turtle, */*` means Turtle), then the server's order.

    Parameters:
        accept_headers: the values of all Accept lines; None or nothing readable means that anything will do.
        offered: media types in the server's order of preference.
        suffix: a file suffix or `format` name, which decides alone (see `SUFFIXES`), or a media type.
        default: the answer to anything-will-do; the first offered one when not given.

    Returns: a member of `offered` (or `default`), or None for 406 Not Acceptable.

    >>> offered = ["text/html", "text/turtle", "application/ld+json"]
    >>> negotiate("application/ld+json;q=0.4, text/*;q=0.8, text/html;q=0", offered)
    'text/turtle'
    >>> negotiate("image/png", offered) is None
    True
    >>> negotiate("text/html", offered, suffix="jsonld")
    'application/ld+json'
    """
    lines = accept_headers if accept_headers is None or isinstance(accept_headers, str) else tuple(accept_headers)
    return _negotiate(lines, tuple(offered), suffix, default)


@lru_cache(1024)
def _negotiate(
    lines: str | tuple[str, ...] | None, offered: tuple[str, ...], suffix: str | None, default: str | None
) -> str | None:
    if suffix is not None:
        wanted = SUFFIXES.get(suffix.lower(), suffix.lower())
        return next((media_type for media_type in offered if split_media_type(media_type)[0] == wanted), None)
    ranges = parse_accept(lines)
    preferred = offered[0] if default is None else default
    if not ranges:
        return preferred
    best: tuple[float, tuple[int, int, int], bool] | None = None
    chosen = None
    for media_type in offered:
        match = max((r for r in ranges if r.matches(media_type)), key=lambda r: r.specificity, default=None)
        if match is None or match.quality == 0:
            continue
        rank = (match.quality, match.specificity, media_type == preferred)
        if best is None or rank > best:
            best, chosen = rank, media_type
    return chosen
