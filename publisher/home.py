"""The first page: what there is and where, and the whole as a schema.org Dataset for search engines."""

from __future__ import annotations

from heapq import nlargest
from typing import Any

from pyoxigraph import NamedNode

from publisher import schemaorg
from publisher.addresses import release
from publisher.catalog import catalog, licence
from publisher.memory import per_release
from publisher.pages import event_dates, event_facts, event_row, page
from publisher.release import Release


@per_release
def latest(release: Release) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The latest events and articles."""
    dates = event_dates()
    events = nlargest(20, (iri for iri in dates if dates[iri]), key=lambda iri: (dates[iri], iri))
    articles = release.select(
        "SELECT ?article (SAMPLE(?title) AS ?label) (MAX(?day) AS ?date) WHERE { ?article a dip:Article"
        " OPTIONAL { ?article schema:headline ?title } OPTIONAL { ?article schema:datePublished ?day } }"
        " GROUP BY ?article ORDER BY DESC(?date) ?article LIMIT 20"
    )
    told = [{name: str(getattr(term, "value", "")) for name, term in row.items()} for row in articles]
    return [event_row(event_facts(iri)) for iri in events], told


def front_page() -> str:
    """The first page: what there is and where."""
    current = release()
    events, articles = latest()
    return page(
        "home.html",
        title="Communique",
        manifest=current.manifest,
        events=events,
        articles=articles,
        files=sorted(name for name in current.manifest.get("files", {}) if name.startswith("dumps/")),
        formats=[],
        markup=schemaorg.script(_dataset(current)),
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
