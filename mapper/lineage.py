"""Where a release comes from: what it was made of, which one it follows, and what became of the events of that one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from mapper.corpus import Handle
from mapper.errors import ReleaseError
from mapper.naming import Memory, Named
from mapper.provenance import Software
from mapper.release import current, read_manifest


def origin(
    articles: Iterable[Handle], unread: Iterable[Mapping[str, str]], software: Software, *, publish_text: bool
) -> dict[str, Any]:
    """Everything that decides what a release says."""
    return {
        "inputs": [{"identifier": a.identifier, "source": a.source, "sha256": a.digest} for a in articles],
        "set_aside": [dict(entry) for entry in unread],
        "publish_text": publish_text,
        "mapper": software.version,
        "code": software.code,
        "rules": software.rules,
        "gazetteer": software.gazetteer,
        "ontology": software.ontology,
        "shapes": software.shapes,
    }


def previous_version(out: Path, created_from: Mapping[str, Any], base: str) -> str | None:
    """The version before this one: the current one, or the one before it when the current one is this very release."""
    release = current(out)
    if release is None:
        return None
    manifest = read_manifest(release)
    same = manifest["created_from"] == created_from and manifest["base"] == base
    before: str | None = manifest["previous"] if same else manifest["version"]
    return before


def remembering(out: Path, previous: str | None) -> Path | None:
    """The release that knows the names of events: the one before, or the current one when that was removed."""
    if previous is None:
        return None
    return out / previous if (out / previous).is_dir() else current(out)


def read_memory(release: Path | None) -> Memory:
    """What a release remembers of its events; nothing when there is no release."""
    if release is None:
        return Memory()
    try:
        events = json.loads((release / "events.json").read_text(encoding="utf-8"))
        changes = json.loads((release / "changes.json").read_text(encoding="utf-8"))
        return Memory(events, changes["merged"], changes["withdrawn"])
    except (OSError, ValueError, KeyError) as error:
        raise ReleaseError(
            f"What {release} remembers of its events cannot be read ({error}). "
            "Names of events would be lost: restore its events.json and changes.json, or build into another folder."
        ) from error


def changes(named: Named, events: Mapping[str, Any], memory: Memory, previous: str | None) -> dict[str, Any]:
    """What is new in this release, and what became of every name that was ever published; changes.json."""
    known = memory.events
    return {
        "previous": previous,
        "added": sorted(name for name in events if name not in known),
        "changed": sorted(n for n, told in events.items() if n in known and told["digest"] != known[n]["digest"]),
        "merged": named.merged,
        "withdrawn": named.withdrawn,
    }
