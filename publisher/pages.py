"""Pages for people: plain, semantic HTML that needs no script."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from heapq import nlargest
from itertools import groupby, islice
from typing import Any

from flask import render_template, request
from pyoxigraph import DefaultGraph, Literal, NamedNode

from publisher import schemaorg
from publisher.addresses import link, local_path, release
from publisher.assets import tags
from publisher.catalog import licence, terms
from publisher.formats import FORMATS, HTML
from publisher.memory import per_release
from publisher.namespaces import DIP, OA, RDF, RDFS, SKOS, compact, local_name
from publisher.release import PREFIXES, Release, Term
from publisher.statements import Description

EVENTS = 100
"""Events in the table of one page; the fragments hold all."""
ROWS = 300
"""Statements in the table of one page."""
INCOMING = 200
"""Statements that point to a resource, on its page."""
SHOWN = 300
"""Characters of a literal that a page shows."""

_REASONS = {
    "own adjunct": "the words that tell the event say when",
    "same article": "another sentence of the article says when",
    "statement": "the day of the statement that reports it",
    "publication": "reckoned from the article's own date",
    "office terms": "the days on which all held the offices named",
}
_PARTS = ("participant", "location", "topic", "atEvent")
"""How a resource has to do with an event."""
_LINKS = (*_PARTS, "capacity")
_MANY = 4000
"""Statements about a resource's part in events that are read one by one; beyond that the latest events are tried."""
_COLUMNS = (
    ("label", RDFS + "label"),
    ("from", DIP + "earliestDate"),
    ("to", DIP + "latestDate"),
    ("status", DIP + "status"),
)
_AGENTS = frozenset(
    DIP + name for name in ("Person", "State", "Organization", "ArmedGroup", "Mission", "GovernmentBody")
)
_ENTITIES = _AGENTS | {DIP + name for name in ("Place", "Office", "Instrument", "Occasion")} | {SKOS + "Concept"}


@per_release
def superclasses(release: Release) -> dict[str, set[str]]:
    """The classes above each class of the ontology."""
    above: dict[str, set[str]] = {}
    for quad in release.quads(predicate=NamedNode(RDFS + "subClassOf")):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode) and quad.subject != quad.object:
            above.setdefault(quad.subject.value, set()).add(quad.object.value)
    return above


def specific(types: Iterable[str]) -> list[str]:
    """The classes of our ontology that no other class given is below."""
    own = {kind for kind in types if kind.startswith(DIP)}
    above: set[str] = set()
    waiting = list(own)
    while waiting:
        for parent in superclasses().get(waiting.pop(), ()):
            if parent not in above:
                above.add(parent)
                waiting.append(parent)
    return sorted(own - above) or sorted(own)


def short(text: str, length: int = SHOWN) -> str:
    """A text cut to what a page shows, on one line.

    >>> short("a" * 400, 5)
    'aaaaa…'
    """
    line = " ".join(text[: 2 * length].split())
    return line if len(text) <= length else line[:length] + "…"


def day(text: str) -> str:
    """An ISO date as people write it; the text itself when it is none.

    >>> day("2025-03-04")
    '4 March 2025'
    """
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{found.day} {found:%B %Y}"


def when(earliest: str, latest: str) -> str:
    """The bounds of an event in words.

    >>> when("2025-03-04", "2025-03-04"), when("2025-03-04", "")
    ('4 March 2025', 'on or after 4 March 2025')
    """
    if earliest and latest:
        return day(earliest) if earliest == latest else f"between {day(earliest)} and {day(latest)}"
    return f"on or after {day(earliest)}" if earliest else f"on or before {day(latest)}" if latest else "not known"


@dataclass(frozen=True, slots=True)
class Row:
    """A statement as a page tells it: property, values, and the articles or graphs that say so."""

    property: str
    values: tuple[tuple[Term, tuple[str, ...]], ...]


def rows(description: Description) -> list[Row]:
    """The resource's own statements, by property, each value with the graphs that hold it."""
    told: dict[tuple[str, Term], set[str]] = {}
    for quad in description.quads:
        if quad.subject == NamedNode(description.iri):
            graphs = told.setdefault((quad.predicate.value, quad.object), set())
            if not isinstance(quad.graph_name, DefaultGraph):
                graphs.add(quad.graph_name.value)
    ordered = sorted(told, key=lambda key: (key[0] != RDF + "type", key[0], str(key[1])))[:ROWS]
    return [
        Row(name, tuple((value, tuple(sorted(told[name, value]))) for _, value in keys))
        for name, keys in groupby(ordered, key=lambda key: key[0])
    ]


def events_with(iri: str) -> tuple[list[dict[str, str]], bool]:
    """The latest events that a resource takes part in, is the place, topic or occasion of; whether there are more."""
    this, dates = NamedNode(iri), event_dates()
    pointing = (t.subject for name in _LINKS for t in release().triples(None, NamedNode(DIP + name), this))
    # Who acts in an office does so in a participation, which is a part of its event.
    events = (node.value.partition("#")[0] for node in pointing if isinstance(node, NamedNode))
    some = list(islice(events, _MANY))
    if len(some) < _MANY:
        found = {event for event in some if event in dates}
        newest = nlargest(EVENTS + 1, found, key=lambda event: (dates[event], event))
    else:  # so many that the first of them are soon met among the latest events of all
        newest = list(islice((event for event in latest_events() if _concerns(event, this)), EVENTS + 1))
    return [event_row(event_facts(event)) for event in newest[:EVENTS]], len(newest) > EVENTS


def _concerns(event: str, this: NamedNode) -> bool:
    """Whether a resource takes part in an event, or is what somebody acts as in it."""
    node, current = NamedNode(event), release()
    if any(True for name in _PARTS for _ in current.triples(node, NamedNode(DIP + name), this)):
        return True
    parts = (t.object for t in current.triples(node, NamedNode(DIP + "hasParticipation")))
    capacity = NamedNode(DIP + "capacity")
    return any(True for part in parts if isinstance(part, NamedNode) for _ in current.triples(part, capacity, this))


@per_release
def event_dates(release: Release) -> dict[str, str]:
    """The earliest day of every event, "" where none is known."""
    events = release.triples(None, NamedNode(DIP + "reportedBy"))
    dates = {triple.subject.value: "" for triple in events if isinstance(triple.subject, NamedNode)}
    for triple in release.triples(None, NamedNode(DIP + "earliestDate")):
        if isinstance(triple.object, Literal) and (event := getattr(triple.subject, "value", "")) in dates:
            dates[event] = triple.object.value
    return dates


@per_release
def latest_events(release: Release) -> tuple[str, ...]:
    """All events, the latest first."""
    del release  # it is that of the dates
    dates = event_dates()
    return tuple(sorted(dates, key=lambda event: (dates[event], event), reverse=True))


def event_facts(event: str) -> dict[str, str]:
    """What a table says of an event, by the names of its columns."""
    facts = {"event": event}
    for name, property in _COLUMNS:
        for triple in release().triples(NamedNode(event), NamedNode(property)):
            if isinstance(triple.object, (NamedNode, Literal)):
                facts[name] = triple.object.value
    return facts


def event_row(text: Mapping[str, str]) -> dict[str, str]:
    """An event for a table, with its class; from its `event`, `label`, `from`, `to` and `status`."""
    kinds = specific(q.object.value for q in release().quads(NamedNode(text["event"]), NamedNode(RDF + "type"))
                     if isinstance(q.object, NamedNode))  # fmt: skip
    return {
        "iri": text["event"],
        "label": text.get("label") or local_name(text["event"]),
        "when": when(text.get("from", ""), text.get("to", "")),
        "kind": kinds[0] if kinds else "",
        "status": text.get("status", ""),
    }


def evidence(description: Description) -> list[dict[str, Any]]:
    """The quotes of an event, each with its article, offsets and rule."""
    quotes = []
    for iri in description.iris(DIP + "evidence"):
        quote: dict[str, Any] = {"iri": iri, "rule": description.text(DIP + "rule", iri), "article": ""}
        for target in description.iris(OA + "hasTarget", iri):
            quote["article"] = next(iter(description.iris(OA + "hasSource", target)), "")
            for selector in description.iris(OA + "hasSelector", target):
                for name in ("exact", "prefix", "suffix", "start", "end"):
                    if text := description.text(OA + name, selector):
                        quote[name] = text
        if "exact" in quote:
            quotes.append(quote)
    return sorted(quotes, key=lambda quote: (quote["article"], int(quote.get("start", 0)), quote["iri"]))


def render(description: Description, document: str) -> str:
    """The page of a resource.

    :param document: IRI of the document without suffix.
    """
    types = set(description.types())
    values: dict[str, Any] = {}
    if description.values(DIP + "reportedBy") or DIP + "DiplomaticEvent" in types:
        template = "event.html"
        reports = list(description.incoming().get(DIP + "reportOf", ()))
        values = {"quotes": evidence(description), "reports": sorted(reports), "reason": _REASONS.get(
            description.text(DIP + "dateReason"), "")}  # fmt: skip
    elif DIP + "Article" in types:
        template = "article.html"
        found = description.incoming().get(DIP + "reportedBy", [])
        values = {"events": sorted(found, key=lambda iri: (description.text(DIP + "earliestDate", iri), iri))}
    elif types & _ENTITIES:
        template = "entity.html"
        events, more = events_with(description.iri)
        values = {"events": events, "more": more, "tenures": _tenures(description)}
    else:
        template = "resource.html"
    return page(
        template,
        title=description.label(),
        d=description,
        rows=rows(description),
        incoming={name: sorted(iris)[:ROWS] for name, iris in sorted(description.incoming().items())},
        label=namer(description),
        document=link(document),
        formats=[format for format in FORMATS if format is not HTML],
        markup=schemaorg.script(schemaorg.markup(description, address=document)),
        **values,
    )


def namer(description: Description) -> Callable[[str], str]:
    """What names resources: by their label, their term's label, or their IRI in short form."""
    known, base = terms(), release().base

    def name(iri: str) -> str:
        label = description.label(iri)
        return known.get(iri) or (compact(iri.removeprefix(base)) if iri.endswith(label) else label)

    return name


def _tenures(description: Description) -> list[str]:
    """Terms of office of a person, or in an office."""
    found = {*description.incoming().get(DIP + "person", ()), *description.incoming().get(DIP + "office", ())}
    return sorted(found, key=lambda iri: (description.text(DIP + "from", iri), iri))


def page(template: str, **values: Any) -> str:
    """Render a template with what every page can use."""
    base, prefix = release().base, request.root_path.rstrip("/")
    return render_template(
        template,
        root_path=prefix,
        link=lambda iri: local_path(iri, base, prefix),
        short=short,
        when=when,
        day=day,
        terms=terms(),
        compact=compact,
        specific=specific,
        is_iri=lambda term: isinstance(term, NamedNode),
        licence=licence(),
        bundle=tags,
        **{name: PREFIXES[name.lower()] for name in ("DIP", "RDFS", "SKOS", "SCHEMA")},
        **values,
    )
