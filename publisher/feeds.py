"""What changed from one release to the next: as Atom (RFC 4287) and as RDF patch (https://afs.github.io/rdf-patch/)."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from heapq import merge
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryFile, _TemporaryFileWrapper

from flask import Blueprint, Response, send_file

from publisher import pages, selection
from publisher.addresses import engine, release, root
from publisher.changes import changed
from publisher.errors import ProblemError
from publisher.memory import per_release
from publisher.release import Release
from publisher.responses import respond

ENTRIES = 1000
"""Entries of the Atom feed; the RDF patch holds every change."""
_RUN = 200_000
"""Lines that are sorted in memory at a time."""

blueprint = Blueprint("feeds", __name__)


@blueprint.get("/changes.atom")
def atom() -> Response:
    """What was added, changed, merged and withdrawn by this release."""
    current = release()
    updated = datetime.fromtimestamp(int(current.created), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    entries = [
        {
            "id": f"{current.base}release/{current.version}#{kind}-{name}",
            "kind": kind,
            "title": _xml(_label(target or name)),
            "iri": f"{current.base}event/{target or name}",
            "old": f"{current.base}event/{name}" if target or kind == "withdrawn" else "",
            "why": _xml(why),
        }
        for kind, name, target, why in islice(changed(), ENTRIES)
    ]
    body = pages.page(
        "changes.xml", entries=entries, updated=updated, base=current.base,
        here=f"{root()}changes.atom", address=lambda iri: root() + iri.removeprefix(current.base),
    )  # fmt: skip
    return respond(body, "application/atom+xml; charset=utf-8", negotiated=False)


def _xml(text: str) -> str:
    """A text without the control characters that XML 1.0 has no way to write."""
    return "".join(char for char in text if char in "\t\n\r" or (char >= " " and char not in "\ufffe\uffff"))


def _label(name: str) -> str:
    row = selection.event(f"{release().base}event/{name}")
    return row.label if row else name


@blueprint.get("/changes.rdfp")
def patch() -> Response:
    """The statements that this release deletes and adds, compared with the one before it.

    The first release of all adds everything, so its patch is written on the way out; any other is made once, as a
    file, so that whatever goes wrong is found before the answer begins.
    """
    current = release()
    before = current.manifest.get("previous")
    etag, written = f"patch-{before}-{current.version}", datetime.fromtimestamp(int(current.created), UTC)
    if before:
        response = send_file(_patch().name, mimetype="application/rdf-patch", conditional=False, etag=False)
        response.headers["Accept-Ranges"] = "bytes"
    else:
        added = (f"A {line}".encode() for line in _lines(_dump(current.path)))
        response = Response(_framed(current, added), content_type="application/rdf-patch")
    response.set_etag(etag)
    response.last_modified = written
    response.headers["Cache-Control"] = f"public, max-age={engine().settings.max_age}"
    response.headers["Vary"] = "Accept-Encoding"
    return response


def _dump(folder: Path) -> Path:
    return folder / "dumps" / "communique.nq.gz"


@per_release
def _patch(release: Release) -> _TemporaryFileWrapper[bytes]:
    """The patch against the release before, as a temporary file that goes when the release does."""
    before = str(release.manifest["previous"])
    old = _dump(release.path.parent / before)
    if not old.is_file():
        raise ProblemError(
            404,
            detail=f"Release {before}, the one before this, is no longer kept here, so no patch can be made."
            " Take the whole release from /dumps/.",
        )
    file = NamedTemporaryFile(prefix="communique-patch-")  # noqa: SIM115 - kept open for as long as the release is
    changed = (line.encode() for line in difference(_lines(old), _lines(_dump(release.path))))
    file.writelines(_framed(release, changed))
    file.flush()
    return file


def _framed(release: Release, rows: Iterable[bytes]) -> Iterator[bytes]:
    """The rows of a patch as one transaction, with what it is and what it follows."""
    before = release.manifest.get("previous")
    yield f"H id <{release.base}release/{release.version}> .\n".encode()
    if before:
        yield f"H prev <{release.base}release/{before}> .\n".encode()
    yield b"TX .\n"
    yield from rows
    yield b"TC .\n"


def _lines(path: Path) -> Iterator[str]:
    """The lines of a dump, sorted; a dump is sorted part by part only. Runs of lines lie on the disk meanwhile."""
    with ExitStack() as stack:
        file = stack.enter_context(gzip.open(path, "rt", encoding="utf-8", newline="\n"))
        runs: list[Iterable[str]] = []
        while lines := sorted(islice(file, _RUN)):
            run = stack.enter_context(TemporaryFile("w+", encoding="utf-8", newline="\n", prefix="communique-sort-"))
            run.writelines(lines)
            run.seek(0)
            runs.append(run)
        yield from merge(*runs)


def difference(old: Iterable[str], new: Iterable[str]) -> Iterator[str]:
    """Rows of a patch between two sorted files of N-Quads, read side by side so that neither is held in memory.

    :raises ValueError: when a file is not sorted.

    >>> list(difference(["<a> <b> <c> .\\n"], ["<a> <b> <d> .\\n"]))
    ['D <a> <b> <c> .\\n', 'A <a> <b> <d> .\\n']
    """
    left, right = _sorted(old), _sorted(new)
    mine, other = next(left, None), next(right, None)
    while mine is not None or other is not None:
        if other is None or (mine is not None and mine < other):
            yield f"D {mine}"
            mine = next(left, None)
        elif mine is None or other < mine:
            yield f"A {other}"
            other = next(right, None)
        else:
            mine, other = next(left, None), next(right, None)


def _sorted(lines: Iterable[str]) -> Iterator[str]:
    last = ""
    for line in lines:
        if line < last:
            raise ValueError(f"N-Quads are not sorted: {line[:200]!r} follows {last[:200]!r}")
        last = line
        yield line
