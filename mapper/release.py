"""A release on disk: built beside the others, checked, renamed, and only then linked as the current one.

Whatever goes wrong at any moment, `current` stays as it was. Equal inputs give equal bytes, except for the store's own
files.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import shutil
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from mapper.catalog import About, catalog
from mapper.dumps import Dumps, Totals, Written
from mapper.errors import ReleaseError
from mapper.iris import Iris, segment
from mapper.loading import Change, write_store
from mapper.parts import Part, json_bytes
from mapper.vocabulary import DIP

WORK = ".building-"
"""What the names of unfinished things begin with."""
_MEDIA = {".ttl": "text/turtle", ".jsonld": "application/ld+json", ".json": "application/json", ".txt": "text/plain"}


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that a release says; `publish` writes it down.

    `created_from` names the inputs and the digests of what they were read with, `parts` are all statements, taken once
    and one by one, `types` the names of event types, `vocabulary` the files that define the terms, `events` and
    `changes` the names of events.
    """

    version: str
    base: str
    software: str
    parts: Iterable[Part]
    types: frozenset[str]
    created_from: Mapping[str, Any]
    counts: Mapping[str, Any]
    events: Mapping[str, Any]
    changes: Mapping[str, Any]
    vocabulary: Mapping[str, bytes]
    report: bytes
    report_text: str
    previous: str | None = None
    held_back: tuple[Mapping[str, Any], ...] = ()
    set_aside: tuple[Mapping[str, Any], ...] = ()
    publish_text: bool = False
    change: Change | None = None
    """How its store can be made of that of another release, where that is less work."""


@contextmanager
def locked(folder: Path, say: Callable[[str], None] | None = None) -> Iterator[None]:
    """Hold the folder of releases for one build; another one waits, and is told so by `say`.

    The system lets go of the lock when the process ends, however it ends. What a build that was killed left behind is
    removed. Raises ReleaseError when the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("a+")
        if not os.access(folder, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise ReleaseError(f"Releases cannot be written to {folder}: {error.strerror}.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            if say:
                say(f"Process {lock.read().strip() or '?'} is building into {folder}; waiting until it is done.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        _take(lock, folder)
        yield


def _take(lock: IO[str], folder: Path) -> None:
    """Say who holds the lock, and clear away what a build that was killed left."""
    try:
        os.ftruncate(lock.fileno(), 0)
        os.write(lock.fileno(), str(os.getpid()).encode())
        for left in folder.glob(f"{WORK}*"):
            shutil.rmtree(left)
    except OSError as error:
        raise ReleaseError(
            f"Releases cannot be written to {folder}: {error.strerror or error}. The current one stays."
        ) from error


def current(folder: Path) -> Path | None:
    """The release that is published now, None when there is none."""
    link = folder / "current"
    return link.resolve() if (link / "manifest.json").is_file() else None


def read_manifest(release: Path) -> dict[str, Any]:
    """The manifest of a release. Raises ReleaseError when it is missing or broken."""
    try:
        manifest: dict[str, Any] = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ReleaseError(f"The manifest of {release} cannot be read: {error}") from error
    return manifest


def problems(release: Path) -> list[str]:
    """What is wrong with the files of a release, compared with its manifest; empty when it is whole."""
    found = []
    for path, facts in read_manifest(release)["files"].items():
        file = release / path
        if not file.is_file():
            found.append(f"{path} is missing")
        elif _digest(file) != facts["sha256"]:
            found.append(f"{path} was changed")
    if not (release / "store").is_dir():
        found.append("the store is missing")
    return found


def publish(folder: Path, draft: Draft) -> Path:
    """Write a release below `folder`, check it, and make it the current one; the caller holds the lock.

    Returns the folder of the release. Raises ReleaseError when it cannot be written or is not whole; the current
    release is then as it was.
    """
    work = folder / f"{WORK}{draft.version}"
    try:
        work.mkdir()
        manifest = _write(work, draft)
        _write_json(work / "manifest.json", manifest)
        wrong = problems(work)
        if wrong:
            raise ReleaseError(f"The new release is not whole: {'; '.join(wrong)}. The current one stays.")
        _sync(work)
        release = folder / draft.version
        if release.exists():  # broken, or the caller would not build it again
            broken = folder / f"{WORK}broken-{draft.version}"
            release.rename(broken)
        work.rename(release)
        _sync_folder(folder)
        promote(folder, release)
    except OSError as error:
        raise ReleaseError(
            f"The release cannot be written to {folder}: {error.strerror or error}. The current one stays."
        ) from error
    finally:
        for left in folder.glob(f"{WORK}*"):
            shutil.rmtree(left, ignore_errors=True)
    return release


def promote(folder: Path, release: Path) -> None:
    """Let `folder`/current point to a release, in one step that readers see before or after, never between."""
    fresh = folder / ".current"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(release.name)
    fresh.replace(folder / "current")
    _sync_folder(folder)


# --- what lies in a release --------------------------------------------------------------------------------


def _write(work: Path, draft: Draft) -> dict[str, Any]:
    """Write everything but the manifest, and return the manifest."""
    (work / "articles").mkdir()
    (work / "vocabulary").mkdir()
    files: dict[str, Any] = {}
    with Dumps(work) as dumps:
        for part in draft.parts:
            dumps.add(part)
            if "explained" in part.blobs:
                path = f"articles/{segment(part.facts['identifier'])}.json"
                (work / path).write_bytes(zlib.decompress(part.blobs["explained"]))
                files[path] = _facts(work, Written(path, _MEDIA[".json"]))
        written = list(dumps.close())
    totals = dumps.totals
    files |= {entry.path: _facts(work, entry) for entry in written}
    write_store(work, totals, draft.change)
    plain = {
        **{f"vocabulary/{name}": content for name, content in draft.vocabulary.items()},
        "report.ttl": draft.report,
        "report.txt": draft.report_text.encode(),
        "changes.json": json_bytes(draft.changes),
        "events.json": json_bytes(draft.events),
        "catalog.ttl": catalog(
            totals,
            files,
            About(
                draft.version,
                draft.previous,
                draft.software,
                sorted({entry["sha256"] for entry in draft.created_from["inputs"]}),
            ),
            Iris(draft.base),
        ),
    }
    for path, content in plain.items():
        (work / path).write_bytes(content)
        files[path] = _facts(work, Written(path, _MEDIA[Path(path).suffix]))
    return {
        "version": draft.version,
        "base": draft.base,
        "created_from": draft.created_from,
        "counts": {
            **draft.counts,
            **_by_class(totals, draft.types),
            "quads": totals.quads,
            "triples": totals.triples,
        },
        "graphs": dict(sorted(totals.graphs.items())),
        "files": dict(sorted(files.items())),
        "previous": draft.previous,
        "held_back": list(draft.held_back),
        "set_aside": list(draft.set_aside),
        "publish_text": draft.publish_text,
    }


def _by_class(totals: Totals, types: frozenset[str]) -> dict[str, dict[str, int]]:
    """How many events and entities there are of each class of the ontology."""

    def own(counted: Mapping[str, int]) -> dict[str, int]:
        space = str(DIP)
        return {name.removeprefix(space): n for name, n in sorted(counted.items()) if name.startswith(space)}

    events = {name: count for name, count in own(totals.whole).items() if name in types}
    return {"events_by_class": events, "entities_by_class": own(totals.described)}


def _facts(work: Path, entry: Written) -> dict[str, Any]:
    path = work / entry.path
    facts: dict[str, Any] = {"mediaType": entry.media_type, "bytes": path.stat().st_size, "sha256": _digest(path)}
    if entry.triples is not None:
        facts["triples"] = entry.triples
    if entry.quads is not None:
        facts["quads"] = entry.quads
    return facts


def _json(content: object) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8", "replace")


def _write_json(path: Path, content: object) -> None:
    path.write_bytes(_json(content))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# --- down to the disk --------------------------------------------------------------------------------------


def _sync(folder: Path) -> None:
    """Make sure that everything below a folder is on the disk before anything points to it."""
    for path in sorted(folder.rglob("*"), reverse=True):
        _sync_folder(path)
    _sync_folder(folder)


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
