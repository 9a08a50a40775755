"""The release's files for downloading: as they are, with ranges, dates and checksums."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from flask import Blueprint, Response, request, send_file

from publisher import pages
from publisher.addresses import engine, release
from publisher.catalog import dataset_links
from publisher.encoding import accepts_gzip
from publisher.errors import ProblemError
from publisher.responses import respond
from publisher.snippets import Snippet

_OPEN = ("dumps/", "report.", "catalog.ttl", "changes.json", "manifest.json")
"""What of a release can be downloaded; article files and the store are the server's own business."""

_TEXT = 4 << 20
"""Bytes of a file that is no archive up to which it is compressed for those who like that."""

blueprint = Blueprint("dumps", __name__)


def listed() -> Mapping[str, Mapping[str, Any]]:
    """The downloadable files of the release, with media type, bytes, sha256 and triples."""
    files: Mapping[str, Mapping[str, Any]] = release().manifest.get("files", {})
    return {name: facts for name, facts in sorted(files.items()) if name.startswith(_OPEN)}


@blueprint.get("/dumps/", strict_slashes=False)
def index() -> Response:
    """The files, what is in them and how to check them."""
    body = pages.page(
        "dumps.html",
        title="Downloads",
        files=listed(),
        manifest=release().manifest,
        snippets=_snippets(),
    )
    return respond(body, "text/html; charset=utf-8", negotiated=False)


def _snippets() -> tuple[Snippet, ...]:
    """Lines that fetch the whole."""
    base = release().base
    return (
        Snippet("curl", f"curl -O {base}dumps/communique.nq.gz\ncurl {base}dumps/communique.nt.gz | gunzip | head"),
        Snippet("Python", "import gzip, urllib.request\nimport pyoxigraph\n\n"
                f'with urllib.request.urlopen("{base}dumps/communique.nq.gz") as answer:\n'
                "    store = pyoxigraph.Store()\n    store.load(gzip.decompress(answer.read()),"
                " pyoxigraph.RdfFormat.N_QUADS)"),
    )  # fmt: skip


@blueprint.get("/dumps/SHA256SUMS")
def checksums() -> Response:
    """The checksums of the dumps, as `sha256sum --check` reads them."""
    lines = "".join(
        f"{facts['sha256']}  {name.removeprefix('dumps/')}\n"
        for name, facts in listed().items()
        if name.startswith("dumps/")
    )
    return respond(lines, "text/plain; charset=utf-8", negotiated=False)


@blueprint.get("/dumps/<path:name>")
def dump(name: str) -> Response:
    """A dump, whole or in ranges (RFC 9110, section 14)."""
    return _file(f"dumps/{name}")


@blueprint.get("/report.<any(ttl, txt):suffix>")
def report(suffix: str) -> Response:
    """What validation found."""
    return _file(f"report.{suffix}")


@blueprint.get("/<any('manifest.json', 'changes.json'):name>")
def facts(name: str) -> Response:
    """The release's own facts, as they lie on disk."""
    return _file(name)


def _file(name: str) -> Response:
    """Send a file of the release; only what the manifest lists can be had, so no path leads elsewhere.

    Compressed dumps are sent as files (application/gzip), not as an encoding of something else: who downloads
    one gets the bytes that the checksum is of.
    """
    known = listed().get(name)
    path = release().path / PurePosixPath(name)
    if (known is None and name not in ("manifest.json", "changes.json")) or not path.is_file():
        raise ProblemError(404, detail=f"There is no file {name} in this release. /dumps/ lists all.")
    known = known or {}
    media_type = "application/gzip" if name.endswith(".gz") else str(known.get("mediaType", "application/json"))
    digest = str(known.get("sha256", ""))
    packed = name.endswith(".gz")
    gzip = accepts_gzip(request.headers.getlist("Accept-Encoding"))
    if not packed and "Range" not in request.headers and path.stat().st_size <= _TEXT and gzip:
        charset = "; charset=utf-8" if media_type.startswith("text/") else ""
        response = respond(path.read_bytes(), media_type + charset, negotiated=False)  # compressed on its way out
        digest = ""
    else:
        response = send_file(
            path,
            mimetype=media_type,
            conditional=False,
            etag=False,
            last_modified=int(release().created),
            as_attachment=packed,
            download_name=PurePosixPath(name).name,
        )
    response.set_etag(str(known.get("sha256") or f"{name}-{release().version}"))
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = f"public, max-age={engine().settings.max_age}"
    if digest:
        value = base64.b64encode(bytes.fromhex(digest)).decode()
        response.headers["Repr-Digest"] = f"sha-256=:{value}:"  # RFC 9530: of the whole file, also beside a range
        response.headers["Digest"] = f"sha-256={value}"  # RFC 3230, for clients that know only this
    for value in dataset_links():
        response.headers.add("Link", value)
    return response
