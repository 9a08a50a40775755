"""Names and texts of a release, ready to be searched.

SQLite keeps two full-text tables in memory: one of words (labels, aliases, quotes) for looking things up, one of
letter triples for names that are spelled differently. Both are made when they are first needed, from the store,
so that a release stays a set of plain files and a server that nobody searches needs no memory for it.
"""

from __future__ import annotations

import re
import sqlite3
import threading
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from publisher.catalog import terms
from publisher.classes import event_classes, specific
from publisher.memory import per_release
from publisher.namespaces import DBPEDIA, DIP, GEONAMES, OWL, RDF, RDFS, SCHEMA, SKOS, WIKIDATA, local_name
from publisher.portable import Portable
from publisher.release import Release

CLASSES = (
    "Person",
    "State",
    "Organization",
    "ArmedGroup",
    "Mission",
    "GovernmentBody",
    "Place",
    "Office",
    "Instrument",
    "Occasion",
    "Article",
)
_WORD = re.compile(r"\w+")


def normal(text: str) -> str:
    """A name without case, diacritics and punctuation.

    >>> normal("Félix  Houphouët-Boigny")
    'felix houphouet boigny'
    """
    letters = (char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))
    return " ".join(_WORD.findall("".join(letters).replace("_", " ")))


@dataclass(frozen=True, slots=True)
class Thing:
    """Something with a name."""

    iri: str
    label: str
    names: tuple[str, ...]
    """Label and aliases."""
    types: frozenset[str]
    description: str = ""
    mentions: int = 0
    """Events and articles that name it: how likely it is the one that is meant."""
    normals: tuple[str, ...] = field(default=())
    """The names as `normal` writes them, in the same order."""


class Index(Portable):
    """What can be found in a release."""

    def __init__(self, release: Release) -> None:
        self._lock = threading.Lock()
        self.things = _things(release)
        self.by_iri = {thing.iri: number for number, thing in enumerate(self.things)}
        self.same = _links(release)
        self._base = release.base
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        self._fill(_quotes(release))

    def _fill(self, quotes: dict[str, list[str]]) -> None:
        run = self._database.execute
        run("CREATE TABLE names (thing INTEGER, name TEXT)")
        run("CREATE VIRTUAL TABLE letters USING fts5(name, content='', tokenize='trigram')")
        run("CREATE VIRTUAL TABLE words USING fts5(label, names, quotes, tokenize='unicode61 remove_diacritics 2')")
        rows = [(number, name) for number, thing in enumerate(self.things) for name in dict.fromkeys(thing.normals)]
        self._database.executemany("INSERT INTO names VALUES (?, ?)", rows)
        run("INSERT INTO letters (rowid, name) SELECT rowid, name FROM names")
        run("CREATE INDEX by_name ON names (name)")
        self._database.executemany(
            "INSERT INTO words (rowid, label, names, quotes) VALUES (?, ?, ?, ?)",
            (
                (
                    number,
                    thing.label,
                    "\n".join(thing.names[1:]),
                    "\n".join((*quotes.get(thing.iri, ()), *_acts(thing))),
                )
                for number, thing in enumerate(self.things)
            ),
        )
        self._database.commit()

    def _numbers(self, query: str, *values: object) -> list[int]:
        with self._lock:
            return [row[0] for row in self._database.execute(query, values)]

    def identified(self, text: str) -> Thing | None:
        """The thing with this identifier: our IRI or its end, a Wikidata number or IRI, a DBpedia IRI."""
        text = text.strip()
        iris = [text, self._base + text, f"{self._base}entity/{text}", f"{self._base}event/{text}"]
        for other in (text, WIKIDATA + text):
            iris += self.same.get(_plain(other), ())
        return next((self.things[self.by_iri[iri]] for iri in iris if iri in self.by_iri), None)

    def called(self, text: str) -> list[Thing]:
        """Things with this very name, the often mentioned first."""
        numbers = self._numbers("SELECT DISTINCT thing FROM names WHERE name = ?", normal(text)[:500])
        return sorted((self.things[number] for number in numbers), key=lambda thing: (-thing.mentions, thing.iri))

    def named(self, text: str, *, limit: int = 200) -> list[Thing]:
        """Things with names like this, misspelled or not; likeliest first."""
        wanted = normal(text)[:500]
        numbers = self._numbers("SELECT DISTINCT thing FROM names WHERE name = ? LIMIT ?", wanted, limit)
        letters = {wanted[i : i + 3] for i in range(len(wanted) - 2)}
        if letters:
            match = " OR ".join(f'"{three}"' for three in sorted(letters))
            numbers += self._numbers(
                "SELECT thing FROM names WHERE rowid IN (SELECT rowid FROM letters WHERE letters MATCH ? ORDER BY rank"
                " LIMIT ?)",
                match,
                limit,
            )
        return [self.things[number] for number in dict.fromkeys(numbers)]

    def beginning(self, text: str) -> list[Thing]:
        """Things whose name, or a word of it, begins so; names first, then the often mentioned."""
        wanted = normal(text)
        if not wanted:
            return []
        last = wanted + "\U0010ffff"
        whole = self._numbers("SELECT DISTINCT thing FROM names WHERE name >= ? AND name < ?", wanted, last)
        match = "{label names} : " + " ".join(f'"{word}" *' for word in wanted.split())
        words = self._numbers("SELECT rowid FROM words WHERE words MATCH ? LIMIT 1000", match)

        def rank(number: int) -> tuple[bool, int, str, str]:
            thing = self.things[number]
            return (wanted not in thing.normals, -thing.mentions, thing.label, thing.iri)

        numbers = [*sorted(whole, key=rank), *sorted(set(words) - set(whole), key=rank)]
        return [self.things[number] for number in numbers]

    def search(
        self, text: str, *, types: frozenset[str] = frozenset(), most: int = 10_000
    ) -> list[tuple[Thing, float]]:
        """Things whose labels, aliases or quotes hold the words, best first, each with its score."""
        words = [word for word in normal(text).split() if word][:20]
        if not words:
            return []
        found: list[tuple[int, float]] = []
        for join in (" ", " OR "):
            match = join.join(f'"{word}"' for word in words[:-1]) + (join if words[1:] else "") + f'"{words[-1]}" *'
            with self._lock:
                found = self._database.execute(
                    "SELECT rowid, -bm25(words, 10.0, 5.0, 1.0) FROM words WHERE words MATCH ? ORDER BY 2 DESC LIMIT ?",
                    (match, most),
                ).fetchall()
            if found:
                break
        whole = " ".join(words)
        hits = [(self.things[number], score) for number, score in found]
        # bm25 is near zero, or below, in a small release: only the order that it gives is of use.
        top = max((score for _, score in hits), default=0.0)
        fit = [(thing, score) for thing, score in hits if not types or thing.types & types]
        ranked = [(thing, _score(thing, whole, score, top)) for thing, score in fit]
        return sorted(ranked, key=lambda hit: (-hit[1], -hit[0].mentions, hit[0].iri))


def _score(thing: Thing, whole: str, score: float, top: float) -> float:
    """100 for the very name, 90 for an alias, below that in the order of the full-text score."""
    if thing.normals and thing.normals[0] == whole:
        return 100.0
    if whole in thing.normals:
        return 90.0
    return round(80 * score / top, 2) if top > 0 and score > 0 else 1.0


@per_release
def index(release: Release) -> Index:
    """The index of the release."""
    return Index(release)


_SPELLINGS = (
    (re.compile(r"https?://www\.wikidata\.org/(?:entity|wiki)/"), WIKIDATA),
    (re.compile(r"https?://dbpedia\.org/(?:resource|page)/"), DBPEDIA),
    (re.compile(r"https?://(?:sws|www)\.geonames\.org/(\d+)(?:/.*)?\Z"), GEONAMES + r"\1/"),
)
"""The ways in which the same links are written, and the one in which they are compared."""


def _plain(iri: str) -> str:
    """An IRI as links are compared: Wikidata, DBpedia and GeoNames are written in several ways."""
    for spelling, usual in _SPELLINGS:
        if match := spelling.match(iri):
            return match.expand(usual) + iri[match.end() :]
    return iri


def same_as(iri: str) -> list[str]:
    """All other IRIs for what this IRI names, ours and others'."""
    found = index().same
    plain = _plain(iri)
    near = found.get(plain, set())
    return sorted((near | {other for one in near for other in found.get(one, ())}) - {plain})


def _links(release: Release) -> dict[str, set[str]]:
    """owl:sameAs and skos:exactMatch, both ways."""
    links: dict[str, set[str]] = defaultdict(set)
    for predicate in (OWL + "sameAs", SKOS + "exactMatch"):
        for quad in release.quads(predicate=NamedNode(predicate)):
            one, other = quad.subject, quad.object
            if isinstance(one, NamedNode) and isinstance(other, NamedNode) and one.value.startswith(release.base):
                links[one.value].add(other.value)
                links[other.value].add(one.value)
    return dict(links)


def _things(release: Release) -> list[Thing]:
    """Everything that has a name and a page."""
    a, kinds = NamedNode(RDF + "type"), (*(DIP + name for name in CLASSES), SKOS + "Concept")
    nodes = {triple.subject for kind in kinds for triple in release.triples(None, a, NamedNode(kind))}
    nodes |= {triple.subject for triple in release.triples(None, NamedNode(DIP + "reportedBy"))}
    types = {
        node.value: {_value(triple.object) for triple in release.triples(node, a)}
        for node in nodes
        if isinstance(node, NamedNode)
    }
    labels: dict[str, list[str]] = defaultdict(list)
    aliases: dict[str, list[str]] = defaultdict(list)
    for name in (RDFS + "label", SKOS + "prefLabel", SCHEMA + "headline", SKOS + "altLabel"):
        for triple in release.triples(None, NamedNode(name)):
            if isinstance(triple.object, Literal):
                other = name == SKOS + "altLabel" or triple.object.language not in (None, "en")
                (aliases if other else labels)[_value(triple.subject)].append(triple.object.value)
    counted = "SELECT ?s (COUNT(?x) AS ?n) WHERE { ?x dip:participant|schema:mentions ?s } GROUP BY ?s"
    mentions = {_value(row["s"]): int(_value(row["n"])) for row in release.select(counted)}
    descriptions = _descriptions(release)
    things = []
    for iri in sorted(types):
        label = min(labels.get(iri, ()), default="") or local_name(iri)
        names = tuple(dict.fromkeys([label, *sorted({*labels.get(iri, ()), *aliases.get(iri, ())})]))
        about = descriptions.get(iri, "")
        kinds_here, normals = frozenset(types[iri]), tuple(normal(name) for name in names)
        things.append(Thing(iri, label, names, kinds_here, about, mentions.get(iri, 0), normals))
    return things


def _descriptions(release: Release) -> dict[str, str]:
    """What tells namesakes apart: the country of people, places and bodies, the office of people, dates of events."""
    parts: dict[str, list[str]] = defaultdict(list)
    for query in (
        "SELECT DISTINCT ?s ?o WHERE { ?tenure dip:person ?s ; dip:office/rdfs:label ?o }",
        "SELECT DISTINCT ?s ?o WHERE { ?s dip:nationality|dip:country|dip:officeOf ?c . ?c rdfs:label ?o }",
    ):
        for row in release.select(query + " ORDER BY ?s ?o"):
            known = parts[_value(row["s"])]
            if len(known) < 3:
                known.append(_value(row["o"]))
    for name in (DIP + "earliestDate", SCHEMA + "datePublished"):
        for triple in release.triples(None, NamedNode(name)):
            parts[_value(triple.subject)].append(_value(triple.object))
    return {iri: "; ".join(dict.fromkeys(said)) for iri, said in parts.items()}


def _quotes(release: Release) -> dict[str, list[str]]:
    """The words that tell each event."""
    quotes: dict[str, list[str]] = defaultdict(list)
    for row in release.select(
        "SELECT ?s ?o WHERE { ?s dip:evidence/oa:hasTarget/oa:hasSelector/oa:exact ?o } ORDER BY ?s ?o"
    ):
        quotes[_value(row["s"])].append(_value(row["o"]))
    return quotes


def _acts(thing: Thing) -> list[str]:
    """What kind of event a thing is, in words, so that a call is found whose label says that somebody spoke."""
    return [terms()[kind] for kind in specific(thing.types) if kind in event_classes() and kind in terms()]


def _value(term: object) -> str:
    return str(getattr(term, "value", term))


def kinds_of(types: Iterable[str]) -> list[str]:
    """The classes among types that people search by."""
    return sorted(kind for kind in types if kind.startswith(DIP) or kind == SKOS + "Concept")
