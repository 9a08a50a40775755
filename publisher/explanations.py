"""What a release keeps of how each article was read: the reasons behind its events, its lines, its names."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from publisher.addresses import release
from publisher.cache import Cache
from publisher.memory import per_release
from publisher.release import Release

_KEPT = 16 << 20
"""Bytes of explanations kept in memory."""


@per_release
def _kept(release: Release) -> Cache[Mapping[str, Any]]:
    del release  # it is here that they are forgotten with it
    return Cache(_KEPT)


def explanation(article: str) -> Mapping[str, Any]:
    """What is kept of an article, by its IRI; empty where the release keeps nothing."""
    kept = _kept().get(article)
    if kept is None:
        current = release()
        name = f"articles/{article.removeprefix(current.base + 'article/')}.json"
        # Only files that the manifest lists are read, so no IRI leads elsewhere.
        data = (current.path / name).read_bytes() if name in current.manifest.get("files", {}) else b"{}"
        kept = json.loads(data)
        _kept().put(article, kept, 4 * len(data))
    return kept


def told_of(event: str, articles: Iterable[str]) -> list[tuple[str, Mapping[str, Any]]]:
    """Article and explanation of an event, for each article that has one."""
    name = event.removeprefix(release().base + "event/")
    return [
        (article, one)
        for article in articles
        for one in explanation(article).get("events", ())
        if one.get("name") == name
    ]
