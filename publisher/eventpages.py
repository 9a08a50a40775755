"""The page of an event: who says so in which words, why it is thought so, and what came before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import NamedNode

from publisher import selection, together
from publisher.addresses import release
from publisher.explanations import told_of
from publisher.namespaces import DCTERMS, DIP, OA, SCHEMA
from publisher.statements import Description
from publisher.wording import GRANULARITY, REASONS

ARTICLES = 8
"""Articles whose words stand side by side on a page; the table names more."""
REPORTS = 20
"""Reports in the table."""
QUOTES = 3
"""Quotes of one article."""
REASONED = 6
"""Articles whose reading is explained."""
RELATED = 5
"""Events before, and after."""
_CANDIDATES = 3
"""Other readings of a name."""


_OF_ARTICLE = tuple(NamedNode(iri) for iri in (SCHEMA + "datePublished", SCHEMA + "publisher", DCTERMS + "source"))


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of an article that tell an event."""

    iri: str
    article: str
    exact: str
    prefix: str = ""
    suffix: str = ""
    start: str = ""
    end: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """An article that reports an event: what is known of it, what it says, and in which words."""

    iri: str
    label: str
    published: str = ""
    publisher: str = ""
    url: str = ""
    main: bool = False
    report: str = ""
    differs: tuple[str, ...] = ()
    """Names of what it tells otherwise than the event is published."""
    quotes: tuple[Quote, ...] = field(default=())


def evidence(description: Description) -> list[Quote]:
    """The quotes of an event, by article and place."""
    quotes = []
    for iri in description.iris(DIP + "evidence"):
        article, parts = "", dict[str, str]()
        for target in description.iris(OA + "hasTarget", iri):
            article = next(iter(description.iris(OA + "hasSource", target)), "")
            for selector in description.iris(OA + "hasSelector", target):
                for name in ("exact", "prefix", "suffix", "start", "end"):
                    if text := description.text(OA + name, selector):
                        parts[name] = text
        if "exact" in parts:
            quotes.append(Quote(iri, article, rule=description.text(DIP + "rule", iri), **parts))
    return sorted(quotes, key=lambda quote: (quote.article, int(quote.start or 0), quote.iri))


def sources(description: Description) -> list[Source]:
    """The articles that report an event, those that it is the main event of first."""
    quotes: dict[str, list[Quote]] = {}
    for quote in evidence(description):
        quotes.setdefault(quote.article, []).append(quote)
    reports = {
        article: report
        for report in description.incoming().get(DIP + "reportOf", ())
        for article in description.iris(DIP + "reportIn", report)
    }
    main, current = set(description.iris(DIP + "mainEventOf")), release()
    ordered = sorted(description.iris(DIP + "reportedBy"), key=lambda iri: (iri not in main, iri))
    found = []
    for number, iri in enumerate(ordered[:REPORTS]):
        # What the article is called is part of the description; when and where it appeared is not.
        facts = {} if number >= ARTICLES else {
            name.value: str(getattr(triple.object, "value", ""))
            for name in _OF_ARTICLE
            for triple in current.triples(NamedNode(iri), name)
        }  # fmt: skip
        report = reports.get(iri, "")
        found.append(
            Source(
                iri,
                description.label(iri),
                facts.get(SCHEMA + "datePublished", ""),
                facts.get(SCHEMA + "publisher", ""),
                facts.get(DCTERMS + "source", ""),
                iri in main,
                report,
                _differs(description, report) if report else (),
                tuple(quotes.get(iri, ())[:QUOTES]),
            )
        )
    return found


def _differs(description: Description, report: str) -> tuple[str, ...]:
    """What a report tells otherwise than the event is published."""
    pairs = (
        ("when", "reportedEarliestDate", "earliestDate"),
        ("when", "reportedLatestDate", "latestDate"),
        ("status", "reportedStatus", "status"),
        ("where", "reportedLocation", "location"),
    )
    return tuple(
        dict.fromkeys(
            name
            for name, told, published in pairs
            if (said := description.values(DIP + told, report)) and set(said) - set(description.values(DIP + published))
        )
    )


def values(description: Description) -> dict[str, Any]:
    """What the template of an event takes beside the description."""
    row, articles = selection.event(description.iri), sources(description)
    before, after = together.around(row, limit=RELATED) if row else ([], [])
    return {
        "row": row,
        "sources": articles,
        "reports": len(description.iris(DIP + "reportedBy")),
        "with_words": [article for article in articles[:ARTICLES] if article.quotes],
        "twin": together.twin(row) if row else None,
        "announced": _announced(description, articles),
        "before": before,
        "after": after,
        "reason": REASONS.get(description.text(DIP + "dateReason"), ""),
        "exactly": GRANULARITY.get(description.text(DIP + "dateGranularity"), ""),
        "why": [
            (article, _readable(one))
            for article, one in told_of(description.iri, [source.iri for source in articles[:REASONED]])
        ],
    }


def _announced(description: Description, articles: list[Source]) -> list[Source]:
    """The articles that tell as planned what the event says has occurred, the earliest first."""
    if DIP + "Occurred" not in description.iris(DIP + "status"):
        return []
    told = [one for one in articles if DIP + "Planned" in description.iris(DIP + "reportedStatus", one.report)]
    return sorted(told, key=lambda one: (one.published or "9", one.iri)) if len(told) < len(articles) else []


def _readable(told: Mapping[str, Any]) -> dict[str, Any]:
    """An explanation with the readings of names that were not taken, and nothing that nobody asks for."""
    names: dict[tuple[str, str], dict[str, Any]] = {}
    for piece in told.get("evidence", ()):
        for mention in piece.get("mentions", ()):
            chosen = mention.get("entity") or {}
            readings = {one["entity"]["key"]: one for one in mention.get("candidates", ())}
            taken = readings.pop(chosen.get("key", ""), {})
            others = list(readings.values())
            reading = {"text": mention["text"], "chosen": chosen, "taken": taken, "others": others[:_CANDIDATES]}
            names.setdefault((mention["text"], chosen.get("key", "")), reading)
    bounds = told.get("bounds") or {}
    return {
        "bounds": bounds,
        "reason": REASONS.get(bounds.get("reason", ""), bounds.get("reason", "")),
        "confidence": told.get("confidence"),
        "merges": told.get("merges", [])[:5],
        "pieces": told.get("evidence", [])[:QUOTES],
        "rejected": told.get("rejected", [])[:8],
        "names": list(names.values())[:8],
    }
