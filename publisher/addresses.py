"""From the address of a request to an IRI of the data, and back.

The data's base IRI may differ from the host that answers: a release built for https://data.example/ can be looked
at on localhost. So IRIs in RDF are always those of the data, links in HTML and headers are paths on this server,
and documents that must name the service itself in full use the address at which the client reached it.
"""

from __future__ import annotations

from urllib.parse import quote, unquote_to_bytes, urlsplit

from flask import current_app, request

from publisher.engine import Engine
from publisher.namespaces import PERMANENT
from publisher.release import Release


def engine() -> Engine:
    """The engine of the running application."""
    found: Engine = current_app.extensions["communique"]
    return found


def release() -> Release:
    """The release that the request at hand reads."""
    return engine().release


def root() -> str:
    """The address of this server as the client knows it, with a slash at the end.

    It is the base IRI where the client came by the base's host (a proxy may end TLS before us), else the
    address of the request.
    """
    base = urlsplit(release().base)
    if request.host in (base.netloc, ""):  # "" where the header is missing or no host
        return release().base
    return request.url_root


def link(iri: str) -> str:
    """Where a person who clicks on this IRI should get: a path here for our own, the IRI itself for others.

    Addresses of other schemes than http and https give "": nobody should be led to a `javascript:` of the data.
    """
    return local_path(iri, release().base, request.root_path.rstrip("/"))


def local_path(iri: str, base: str, prefix: str = "") -> str:
    """See `link`.

    >>> local_path("https://data.example/event/a#b", "https://data.example/")
    '/event/a#b'
    >>> local_path("https://w3id.org/communique/ontology#Meeting", "https://data.example/")
    '/ontology#Meeting'
    >>> local_path("javascript:alert(1)", "https://data.example/")
    ''
    """
    if iri.startswith(base):
        return f"{prefix}/{iri.removeprefix(base)}"
    if iri.startswith(PERMANENT):
        return f"{prefix}/{iri.removeprefix(PERMANENT)}"
    return iri if iri.lower().startswith(("http://", "https://")) else ""


def requested_path() -> tuple[str, ...]:
    """The readings of the requested path, below the root and without its first slash, likeliest first."""
    raw = request.environ.get("REQUEST_URI") or request.environ.get("RAW_URI") or ""
    path = urlsplit(raw).path if not raw.startswith("//") else raw.partition("?")[0]
    return readings(path.removeprefix(request.root_path.rstrip("/")), request.path)


def readings(raw: str, decoded: str) -> tuple[str, ...]:
    """How a path may have been meant, each reading encoded as IRIs of the data are.

    Identifiers in the data are percent-encoded except for unreserved characters, in capital digits (RFC 3986,
    section 6.2.2). Clients write less or more: `é` for `%C3%A9`, `%2F` for the slash of a whole identifier.

    :param raw: the path as it stood in the request; "" where the server does not tell.
    :param decoded: the path with its percent-encodings resolved.

    >>> readings("/entity/person-jos%c3%a9", "/entity/person-josé")
    ('entity/person-jos%C3%A9',)
    >>> readings("/entity%2Fperson-jos%25C3%25A9", "/entity/person-jos%C3%A9")[-1]
    'entity/person-jos%C3%A9'
    """
    path = raw or quote(decoded)
    segments = path.removeprefix("/").split("/")
    normal = "/".join(quote(unquote_to_bytes(segment), safe="") for segment in segments)
    whole = "/".join(quote(segment, safe="") for segment in decoded.removeprefix("/").split("/"))
    plain = quote(decoded.removeprefix("/"), safe="/%!$&'()*+,;=:@~")
    return tuple(dict.fromkeys((normal, whole, plain)))
