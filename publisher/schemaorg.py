"""JSON-LD in schema.org's words for the pages, so that search engines read events, people, places and articles."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup
from pyoxigraph import Literal

from publisher.namespaces import DCAT, DCTERMS, DIP, OWL, SCHEMA, SKOS, VOID
from publisher.statements import Description
from publisher.wording import short

_KINDS = {
    "Person": "Person",
    "State": "Country",
    "GovernmentBody": "GovernmentOrganization",
    "ArmedGroup": "Organization",
    "Mission": "Organization",
    "Organization": "Organization",
    "Place": "Place",
    "Article": "NewsArticle",
    "Office": "Role",
    "Instrument": "Legislation",
    "Occasion": "Event",
}
_MOST = 15
"""Resources of a list: search engines need no more, and pages are to be small."""
_NAME = 80
"""Characters of their names."""
_LONGEST = 500
"""Characters of a description."""
_STATUS = {"Occurred": "EventScheduled", "Planned": "EventScheduled"}
_ATTENDANCE = {
    "InPerson": "OfflineEventAttendanceMode",
    "Virtual": "OnlineEventAttendanceMode",
    "Telephone": "OnlineEventAttendanceMode",
}


def script(document: dict[str, Any]) -> Markup:
    """The document as text that may stand in a `<script>` element: no `<`, `>` or `&` closes it.

    >>> print(script({"name": "</script>"}))
    {"name": "\\u003c/script\\u003e"}
    """
    text = json.dumps(document, ensure_ascii=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)  # every character that HTML could take for markup has just been escaped


def kind_of(description: Description, iri: str | None = None) -> str:
    """The class of schema.org that fits a resource; "Thing" where none does."""
    names = {kind.removeprefix(DIP) for kind in description.types(iri) if kind.startswith(DIP)}
    if "DiplomaticEvent" in names or description.values(DIP + "reportedBy", iri):
        return "Event"
    for name, kind in _KINDS.items():
        if name in names:
            return kind
    types = set(description.types(iri))
    if types & {SKOS + "ConceptScheme", OWL + "Ontology"}:
        return "DefinedTermSet"
    if SKOS + "Concept" in types or (iri or description.iri).startswith(DIP):
        return "DefinedTerm"
    return "Dataset" if types & {DCAT + "Dataset", VOID + "Dataset"} else "Thing"


def page_markup(title: str, *, address: str, dataset: str) -> dict[str, Any]:
    """A page about no single resource, in schema.org's words.

    :param address: where the page can be read.
    :param dataset: the IRI of the dataset that it is about.
    """
    part = {"@type": "Dataset", "@id": dataset}
    return {"@context": "https://schema.org", "@type": "WebPage", "url": address, "name": short(title), "about": part}


def markup(description: Description, *, address: str) -> dict[str, Any]:
    """A description in schema.org's words.

    :param address: where the page can be read.
    """
    kind = kind_of(description)
    document: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": kind,
        "@id": description.iri,
        "url": address,
        "name": short(description.label()),
    }
    same = description.iris(OWL + "sameAs")
    if same:
        document["sameAs"] = same
    known = (term.value for term in description.values(SKOS + "altLabel") if isinstance(term, Literal))
    aliases = sorted({short(name, _NAME) for name in known})
    if aliases:
        document["alternateName"] = aliases[:_MOST]
    add = {"Event": _event, "NewsArticle": _article}.get(kind, _other)
    document |= add(description)
    return document


def _node(description: Description, iri: str) -> dict[str, Any]:
    return {"@id": iri, "name": short(description.label(iri), _NAME)}


def _event(description: Description) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for name, property in (("startDate", "earliestDate"), ("endDate", "latestDate")):
        if date := description.text(DIP + property):
            document[name] = date
    places = description.iris(DIP + "location")
    if places:
        document["location"] = {"@type": "Place", **_node(description, places[0])}
    document["attendee"] = [_node(description, iri) for iri in description.iris(DIP + "participant")[:_MOST]]
    document["about"] = [_node(description, iri) for iri in description.iris(DIP + "topic")[:_MOST]]
    document["subjectOf"] = [
        {"@type": "NewsArticle", "@id": iri, "headline": short(description.label(iri), _NAME)}
        for iri in description.iris(DIP + "reportedBy")[:_MOST]
    ]
    for iri in description.iris(DIP + "status"):
        if status := _STATUS.get(iri.removeprefix(DIP)):
            document["eventStatus"] = f"https://schema.org/{status}"
    for iri in description.iris(DIP + "medium"):
        if mode := _ATTENDANCE.get(iri.removeprefix(DIP)):
            document["eventAttendanceMode"] = f"https://schema.org/{mode}"
    return {name: value for name, value in document.items() if value}


def _article(description: Description) -> dict[str, Any]:
    document: dict[str, Any] = {"headline": short(description.text(SCHEMA + "headline") or description.label())}
    if date := description.text(SCHEMA + "datePublished"):
        document["datePublished"] = date
    for name, kind in (("author", "Person"), ("publisher", "Organization")):
        if value := description.text(SCHEMA + name):
            document[name] = {"@type": kind, "name": value}
    document["mentions"] = [_node(description, iri) for iri in description.iris(SCHEMA + "mentions")[:_MOST]]
    return document


def _other(description: Description) -> dict[str, Any]:
    document: dict[str, Any] = {}
    if about := description.text(DCTERMS + "description") or description.text(SKOS + "definition"):
        document["description"] = short(about, _LONGEST)
    if licences := description.iris(DCTERMS + "license"):
        document["license"] = licences[0]
    if gender := description.text(SCHEMA + "gender"):
        document["gender"] = gender
    latitude, longitude = description.text(SCHEMA + "latitude"), description.text(SCHEMA + "longitude")
    if latitude and longitude:
        document["geo"] = {"@type": "GeoCoordinates", "latitude": latitude, "longitude": longitude}
    nationality = description.iris(DIP + "nationality")
    if nationality:
        document["nationality"] = {"@type": "Country", **_node(description, nationality[0])}
    return document
