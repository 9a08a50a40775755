"""The first page: what there is and where, and the whole as a schema.org Dataset for search engines."""

from __future__ import annotations

from collections import Counter
from itertools import groupby, islice
from typing import Any

from pyoxigraph import NamedNode

from publisher import schemaorg, selection, together
from publisher.addresses import release
from publisher.catalog import catalog, licence
from publisher.changes import changed
from publisher.entitypages import spots
from publisher.memory import per_release
from publisher.pages import page
from publisher.release import Release
from publisher.selection import Selection
from publisher.snippets import table_snippets

EVENTS = 15
PLACES = 15
PAIRS = 15
CONNECTED = 10
CHANGES = 4
"""Changes of each kind."""


@per_release
def told(release: Release) -> dict[str, Any]:
    """What the first page tells of the events, and how many changes of each kind there are."""
    everything = Selection()
    return {
        "events": selection.events(Selection(last="9999-12-31"), limit=EVENTS),
        "total": selection.count(everything),
        "span": selection.span(everything),
        "kinds": selection.tally(everything, "kind"),
        "statuses": selection.tally(everything, "status"),
        "pairs": together.pairs(limit=PAIRS),
        "connected": together.connected(limit=CONNECTED),
        "places": spots(selection.things(everything, ("place",), limit=PLACES)),
        "topics": selection.things(everything, ("topic",), limit=12),
        "changes": _changes(release.base),
        "change_counts": Counter(kind for kind, *_ in changed()),
        "previous": release.manifest.get("previous"),
    }


def _changes(base: str) -> list[tuple[str, str, str]]:
    """A few changes of each kind: what kind, the event, and what is to be said of it."""
    told = []
    for kind, found in groupby(changed(), key=lambda change: change[0]):
        for _, name, target, why in islice(found, CHANGES):
            iri = f"{base}event/{target or name}"
            row = selection.event(iri)
            told.append((kind, iri, why or (row.label if row else name)))
    return told


def front_page() -> str:
    """The first page: what there is and where."""
    current = release()
    return page(
        "home.html",
        title="Communique",
        manifest=current.manifest,
        formats=[],
        snippets=table_snippets("events.csv"),
        markup=schemaorg.script(_dataset(current)),
        **told(),
    )


def _dataset(current: Release) -> dict[str, Any]:
    """The whole as a schema.org Dataset."""
    dataset = NamedNode(current.base + "dataset")
    said = {q.predicate.value: q.object.value for q in catalog() if q.subject == dataset and hasattr(q.object, "value")}
    files = current.manifest.get("files", {})
    document: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": dataset.value,
        "name": said.get("http://purl.org/dc/terms/title", "Communique"),
        "description": said.get(
            "http://purl.org/dc/terms/description",
            "Diplomatic events from news articles as linked data: who met, called, condemned or promised what, when and"
            " where, with the words of the articles that say so.",
        ),
        "url": current.base,
        "version": current.version,
        "isAccessibleForFree": True,
        "distribution": [
            {
                "@type": "DataDownload",
                "contentUrl": current.base + name,
                "encodingFormat": files[name].get("mediaType", ""),
                "contentSize": str(files[name].get("bytes", "")),
                "sha256": files[name].get("sha256", ""),
            }
            for name in sorted(files)
            if name.startswith("dumps/")
        ],
    }
    if licence():
        document["license"] = licence()
    return document
