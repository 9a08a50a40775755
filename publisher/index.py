"""Names and texts of a release, ready to be searched.

SQLite keeps two full-text tables in memory: one of words (labels, aliases, quotes) for looking things up, one of
letter triples for names that are spelled differently. Both are made when they are first needed, from the store,
so that a release stays a set of plain files and a server that nobody searches needs no memory for it.
"""

from __future__ import annotations

import re
import sqlite3
import threading

from publisher.memory import per_release
from publisher.namespaces import DBPEDIA, GEONAMES, WIKIDATA
from publisher.portable import Portable
from publisher.release import Release
from publisher.things import Thing, acts, links_of, normal, quotes_of, things_of

_RANKED = 1000
"""Hits up to which all are put in order by how well they fit."""


class Index(Portable):
    """What can be found in a release. Things are numbered from the often mentioned to the seldom."""

    def __init__(self, release: Release) -> None:
        self._lock = threading.Lock()
        self.things = sorted(things_of(release), key=lambda thing: (-thing.mentions, thing.label, thing.iri))
        self.by_iri = {thing.iri: number for number, thing in enumerate(self.things)}
        self.same = links_of(release)
        self._base = release.base
        self._codes = {
            kind: f"k{number}" for number, kind in enumerate(sorted({k for t in self.things for k in t.types}))
        }
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        self._fill(quotes_of(release))

    def _fill(self, quotes: dict[str, list[str]]) -> None:
        run = self._database.execute
        run("CREATE TABLE names (thing INTEGER, name TEXT)")
        run("CREATE VIRTUAL TABLE letters USING fts5(name, content='', tokenize='trigram')")
        run(
            "CREATE VIRTUAL TABLE words USING fts5(label, names, quotes, kinds,"
            " tokenize='unicode61 remove_diacritics 2', prefix='1 2 3')"
        )
        rows = [(number, name) for number, thing in enumerate(self.things) for name in dict.fromkeys(thing.normals)]
        self._database.executemany("INSERT INTO names VALUES (?, ?)", rows)
        run("INSERT INTO letters (rowid, name) SELECT rowid, name FROM names")
        run("CREATE INDEX by_name ON names (name, thing)")
        self._database.executemany(
            "INSERT INTO words (rowid, label, names, quotes, kinds) VALUES (?, ?, ?, ?, ?)",
            (
                (
                    number,
                    thing.label,
                    "\n".join(thing.names[1:]),
                    "\n".join((*quotes.get(thing.iri, ()), *acts(thing))),
                    " ".join(self._codes[kind] for kind in thing.types),
                )
                for number, thing in enumerate(self.things)
            ),
        )
        self._database.commit()

    def _numbers(self, query: str, *values: object) -> list[int]:
        with self._lock:
            return [row[0] for row in self._database.execute(query, values)]

    def articles(self, iri: str) -> int:
        """How many articles name a thing."""
        return self.things[self.by_iri[iri]].articles if iri in self.by_iri else 0

    def identified(self, text: str) -> Thing | None:
        """The thing with this identifier: our IRI or its end, a Wikidata number or IRI, a DBpedia IRI."""
        text = text.strip()
        iris = [text, self._base + text, f"{self._base}entity/{text}", f"{self._base}event/{text}"]
        for other in (text, WIKIDATA + text):
            iris += self.same.get(_plain(other), ())
        return next((self.things[self.by_iri[iri]] for iri in iris if iri in self.by_iri), None)

    def called(self, text: str) -> list[Thing]:
        """Things with this very name, the often mentioned first."""
        numbers = self._numbers("SELECT DISTINCT thing FROM names WHERE name = ? ORDER BY thing", normal(text)[:500])
        return [self.things[number] for number in numbers]

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

    def beginning(self, text: str, *, limit: int = 200) -> list[Thing]:
        """Things whose name, or a word of it, begins so; names first, then the often mentioned."""
        wanted = normal(text)[:500]
        if not wanted:
            return []
        names = "SELECT DISTINCT thing FROM names WHERE name >= ? AND name < ? ORDER BY thing LIMIT ?"
        numbers = [self.by_iri[thing.iri] for thing in self.called(text)]
        numbers += self._numbers(names, wanted, wanted + "\U0010ffff", limit)
        if len(numbers) < limit:
            match = "{label names} : (" + " ".join(f'"{word}" *' for word in wanted.split()) + ")"
            numbers += self._matching(match, limit)
        return [self.things[number] for number in list(dict.fromkeys(numbers))[:limit]]

    def _matching(self, match: str, limit: int) -> list[int]:
        """Numbers of things that match, the often mentioned first."""
        return self._numbers("SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid LIMIT ?", match, limit)

    def search(
        self, text: str, *, types: frozenset[str] = frozenset(), limit: int = 20, offset: int = 0
    ) -> tuple[list[tuple[Thing, float]], int]:
        """Things whose labels, aliases or quotes hold the words, best first, with scores; and how many there are.

        Up to a thousand are put in order by how well they fit; where there are more, the words tell little and those
        that are so called come first, then those that are named so in part, the often mentioned first.
        """
        words = normal(text).split()[:20]
        kinds = [self._codes[kind] for kind in types if kind in self._codes]
        if not words or (types and not kinds):
            return [], 0
        for join in (" ", " OR "):
            asked = "(" + join.join([f'"{word}"' for word in words[:-1]] + [f'"{words[-1]}" *']) + ")"
            fit = f" AND kinds : ({' OR '.join(kinds)})" if kinds else ""
            match = f"({{label names quotes}} : {asked}){fit}"
            total = self._numbers("SELECT COUNT(*) FROM words WHERE words MATCH ?", match)[0]
            if 0 < total <= _RANKED:
                return self._ranked(match, " ".join(words))[offset : offset + limit], total
            if total:
                first = [self.by_iri[thing.iri] for thing in self.called(text) if not types or thing.types & types]
                first += self._matching(f"({{label names}} : {asked}){fit}", offset + limit)
                numbers = list(dict.fromkeys([*first, *self._matching(match, offset + limit)]))[offset : offset + limit]
                scores = (round(80 * (1 - (offset + place) / total), 2) for place in range(len(numbers)))
                shown = [(self.things[number], score) for number, score in zip(numbers, scores, strict=True)]
                return [(thing, _score(thing, " ".join(words), score)) for thing, score in shown], total
        return [], 0

    def _ranked(self, match: str, whole: str) -> list[tuple[Thing, float]]:
        """All that match, by how well."""
        with self._lock:
            found = self._database.execute(
                "SELECT rowid, -bm25(words, 10.0, 5.0, 1.0, 0.0) FROM words WHERE words MATCH ?", (match,)
            ).fetchall()
        # bm25 is near zero, or below, in a small release: only the order that it gives is of use.
        top = max((score for _, score in found), default=0.0)
        fits = (
            (self.things[one], round(80 * score / top, 2) if top > 0 and score > 0 else 1.0) for one, score in found
        )
        hits = [(thing, _score(thing, whole, score)) for thing, score in fits]
        return sorted(hits, key=lambda hit: (-hit[1], -hit[0].mentions, hit[0].iri))


def _score(thing: Thing, whole: str, score: float) -> float:
    """100 for the very name, 90 for an alias, below that as given."""
    if thing.normals and thing.normals[0] == whole:
        return 100.0
    return 90.0 if whole in thing.normals else score


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
