"""What became of events from the release before to this one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from publisher.memory import per_release
from publisher.release import Release


@per_release
def changes(release: Release) -> Mapping[str, Mapping[str, str]]:
    """What became of events that were published before."""
    file = release.path / "changes.json"
    content: Mapping[str, Mapping[str, str]] = json.loads(file.read_bytes()) if file.exists() else {}
    return content


def changed() -> Iterator[tuple[str, str, str, str]]:
    """Kind, name of the event, what it became part of, and the reason."""
    found = changes()
    for kind in ("added", "changed"):
        for name in sorted(found.get(kind, ())):
            yield kind, name, "", ""
    for name, target in sorted(found.get("merged", {}).items()):
        yield "merged", name, target, ""
    for name, why in sorted(found.get("withdrawn", {}).items()):
        yield "withdrawn", name, "", why
