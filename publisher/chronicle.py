"""All events of a release in one table in memory, so that pages find, count and order them in milliseconds.

Events are numbered from the latest to the earliest; those without a date come last. `concerns` says for everything
that an event has to do with how it has to do with it, and for which side:

    agent      takes part           behalf     somebody takes part for it
    office     somebody acts in it  place      it happened there     country   it happened in a place of it
    topic      it is about this     broader    it is about something below this
    occasion   it happened there    article    reports it            main      reports it first of all

The side of a participation is who it is made for: the state or body that somebody speaks for, else the agent.
"""

from __future__ import annotations

import csv
import io
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Any

from pyoxigraph import QueryResultsFormat, QuerySolutions

from publisher.cache import Cache
from publisher.classes import event_classes
from publisher.memory import per_release
from publisher.namespaces import local_name
from publisher.portable import Portable
from publisher.release import PREFIXES, Release

_SCHEMA = """
CREATE TABLE names (id INTEGER PRIMARY KEY, iri TEXT UNIQUE, label TEXT);
CREATE TABLE events (id INTEGER PRIMARY KEY, iri TEXT UNIQUE, label TEXT, kind TEXT, status TEXT, first TEXT,
  last TEXT, place INTEGER);
CREATE TABLE concerns (thing INTEGER, event INTEGER, how TEXT, role TEXT, side INTEGER,
  PRIMARY KEY (thing, event, how, role, side)) WITHOUT ROWID;
"""
_INDEXES = """
CREATE INDEX by_event ON concerns (event, how, side, thing);
CREATE INDEX by_kind ON events (kind, id);
CREATE INDEX by_status ON events (status, id);
ANALYZE;
"""
_LABELS = ("skos:prefLabel", "schema:headline", "rdfs:label")
"""Properties that name things, the strongest last."""


_KEPT = 16 << 20
"""Bytes of answers kept in memory: to count what the most frequent actors do takes a while."""


class Chronicle(Portable):
    """The table of events; one connection that all threads share by turns."""

    def __init__(self, release: Release) -> None:
        self._lock = threading.Lock()
        self._answers: Cache[list[tuple[Any, ...]]] = Cache(_KEPT)
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        self._database.executescript(_SCHEMA)
        _fill(self._database, release)
        self._database.executescript(_INDEXES)
        self._database.commit()

    def rows(self, query: str, values: Sequence[Hashable] = ()) -> list[tuple[Any, ...]]:
        """The rows that a query gives; nobody may change them, for they are kept for those who ask the same."""
        key = (query, *values)
        found = self._answers.get(key)
        if found is None:
            with self._lock:
                found = self._database.execute(query, values).fetchall()
            self._answers.put(key, found, 500 + sum(100 + 40 * len(row) for row in found))
        return found


@per_release
def chronicle(release: Release) -> Chronicle:
    """The table of the release."""
    return Chronicle(release)


class _Names:
    """Numbers for the things that events concern."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def __call__(self, iri: str) -> int:
        return self.numbers.setdefault(iri, len(self.numbers))


def _fill(database: sqlite3.Connection, release: Release) -> None:
    first, last = _texts(release, "dip:earliestDate"), _texts(release, "dip:latestDate")
    told = [(event, article) for event, article in _pairs(release, "dip:reportedBy")]
    ordered = sorted(dict.fromkeys(event for event, _ in told), key=lambda iri: (first.get(iri, ""), iri), reverse=True)
    number = {iri: place for place, iri in enumerate(ordered)}
    labels, kinds, names = _labels(release), _kinds(release), _Names()
    statuses, places = dict(_pairs(release, "dip:status")), dict(_pairs(release, "dip:location"))
    concerns = {
        (names(thing), number[event], how, role, names(side) if side else -1)
        for thing, event, how, role, side in _concerns(release, told, places)
        if event in number
    }
    database.executemany("INSERT INTO concerns VALUES (?, ?, ?, ?, ?)", sorted(concerns))
    database.executemany(
        "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                number[iri],
                iri,
                labels.get(iri) or local_name(iri),
                kinds.get(iri, ""),
                statuses.get(iri, ""),
                first.get(iri, ""),
                last.get(iri, ""),
                names(places[iri]) if iri in places else None,
            )
            for iri in ordered
        ),
    )
    database.executemany(
        "INSERT INTO names VALUES (?, ?, ?)",
        ((place, iri, labels.get(iri) or local_name(iri)) for iri, place in names.numbers.items()),
    )


def _concerns(
    release: Release, told: Iterable[tuple[str, str]], places: dict[str, str]
) -> Iterator[tuple[str, str, str, str, str]]:
    """What each event concerns: the thing, the event, how, in which role, and for which side."""
    roles, offices = dict(_pairs(release, "dip:role")), _several(release, "dip:capacity")
    behalves, agents = _several(release, "dip:onBehalfOf"), _several(release, "dip:agent")
    seen = set()
    for event, part in _pairs(release, "dip:hasParticipation"):
        role = roles.get(part, "")
        for agent in agents.get(part, ()):
            seen.add((event, agent))
            for side in behalves.get(part) or (agent,):
                yield agent, event, "agent", role, side
                if side != agent:
                    yield side, event, "behalf", role, side
                for office in offices.get(part, ()):
                    yield office, event, "office", role, side
    for event, agent in _pairs(release, "dip:participant"):
        if (event, agent) not in seen:
            yield agent, event, "agent", "", agent
    countries = dict(_pairs(release, "dip:country"))
    for event, place in places.items():
        yield place, event, "place", "", ""
        if place in countries:
            yield countries[place], event, "country", "", ""
    above = _broader(release)
    for event, topic in _pairs(release, "dip:topic"):
        yield topic, event, "topic", "", ""
        for broader in above.get(topic, ()):
            yield broader, event, "broader", "", ""
    for event, occasion in _pairs(release, "dip:atEvent"):
        yield occasion, event, "occasion", "", ""
    for event, article in told:
        yield article, event, "article", "", ""
    for event, article in _pairs(release, "dip:mainEventOf"):
        yield article, event, "main", "", ""


def _table(release: Release, query: str) -> Iterator[list[str]]:
    """The rows of a query as texts: written and read as CSV, which costs a tenth of taking each term in hand."""
    solutions = release.store.query(query, prefixes=dict(PREFIXES))
    assert isinstance(solutions, QuerySolutions), "a SELECT query gives solutions"
    data = solutions.serialize(format=QueryResultsFormat.CSV) or b""
    rows = csv.reader(io.StringIO(data.decode(), newline=""))
    next(rows)
    return rows


def _pairs(release: Release, name: str) -> Iterator[tuple[str, str]]:
    """Subject and object of every statement with a property, where both are IRIs."""
    rows = _table(release, f"SELECT ?s ?o {{ ?s {name} ?o FILTER(isIRI(?s) && isIRI(?o)) }}")
    return ((subject, object) for subject, object in rows)


def _several(release: Release, name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for subject, object in _pairs(release, name):
        found[subject].append(object)
    return found


def _texts(release: Release, name: str) -> dict[str, str]:
    """Subject and literal of every statement with a property."""
    rows = _table(release, f"SELECT ?s ?o {{ ?s {name} ?o FILTER(isIRI(?s) && isLiteral(?o)) }}")
    return {subject: text for subject, text in rows}  # noqa: C416 - a row is a list, not a pair


def _labels(release: Release) -> dict[str, str]:
    """What everything is called, in English where that is known."""
    found: dict[str, tuple[bool, str]] = {}
    for name in _LABELS:
        fresh: dict[str, tuple[bool, str]] = {}
        query = f"SELECT ?s ?o (LANG(?o) AS ?l) {{ ?s {name} ?o FILTER(isIRI(?s) && isLiteral(?o)) }}"
        for subject, text, language in _table(release, query):
            entry = (language not in ("en", ""), text)
            fresh[subject] = min(fresh.get(subject, entry), entry)
        found |= fresh
    return {iri: label for iri, (_, label) in found.items()}


def _kinds(release: Release) -> dict[str, str]:
    """The most specific class of each event; the classes come from the general to the specific."""
    return {
        subject: kind
        for kind in event_classes()
        for (subject,) in _table(release, f"SELECT ?s {{ ?s a <{kind}> FILTER(isIRI(?s)) }}")
    }


def _broader(release: Release) -> dict[str, set[str]]:
    """All topics above each topic."""
    direct = _several(release, "skos:broader")
    found: dict[str, set[str]] = {}
    for topic in direct:
        waiting, over = list(direct[topic]), set()
        while waiting:
            if (one := waiting.pop()) not in over:
                over.add(one)
                waiting += direct.get(one, ())
        found[topic] = over - {topic}
    return found
