"""What a published dataset says, article by article: the half of the evaluation that reads.

Only core terms are read, from any N-Quads, TriG, Turtle or N-Triples file, or from a release.
"""

from __future__ import annotations

import gzip
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from mapper.errors import InputError
from mapper.vocabulary import DIP, PREFIXES

_WIKIDATA = "OPTIONAL { %s owl:sameAs ?same FILTER(CONTAINS(STR(?same), 'wikidata.org')) }"
_AGENTS = (
    "SELECT DISTINCT ?e %s ?role ?agent ?label ?same ?capacity WHERE { %s { ?e dip:hasParticipation ?p ."
    " ?p dip:agent ?agent ; dip:role ?role } ?agent rdfs:label ?label . " + _WIKIDATA % "?agent"
    + " OPTIONAL { ?p dip:capacity/rdfs:label ?capacity } }"
)  # fmt: skip
_DATES = "SELECT DISTINCT ?e %s ?first ?last WHERE { %s { ?e dip:earliestDate ?first ; dip:latestDate ?last } }"
_LABELLED = (
    "SELECT DISTINCT ?e ?label ?other ?same WHERE { ?e %s ?x ."
    " { ?x rdfs:label ?label } UNION { ?x skos:prefLabel ?label }"
    " OPTIONAL { ?x skos:altLabel ?other } " + _WIKIDATA % "?x" + " }"
)


def norm(name: str | None) -> str:
    """A name for comparison: without case, accents, punctuation, "the" and "of".

    >>> norm("The Republic of Türkiye")
    'republic turkiye'
    """
    plain = unicodedata.normalize("NFKD", name or "").encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"[^a-z0-9 ]+", " ", plain)
    return re.sub(r"\s+", " ", re.sub(r"\b(the|of)\b", " ", plain)).strip()


@dataclass(slots=True)
class Told:
    """An event as one article of the dataset tells it; where that is silent, as the dataset does."""

    iri: str
    classes: set[str] = field(default_factory=set)
    roles: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Roles by agent: its Wikidata id, or its name for comparison."""
    labels: dict[str, str] = field(default_factory=dict)
    capacities: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    first: str = ""
    last: str = ""
    status: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    topics: set[str] = field(default_factory=set)
    main: bool = False

    @property
    def by_label(self) -> dict[str, str]:
        """Agents by their labels for comparison."""
        return {norm(label): key for key, label in self.labels.items()}


@dataclass(slots=True)
class Reading:
    """What the dataset says of one article."""

    events: dict[str, Told] = field(default_factory=dict)
    mentions: set[str] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)
    meta: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    linked: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def read_dataset(path: Path) -> dict[str, Reading]:
    """What a file or a release says, by the articles' identifiers. Raises InputError when it cannot be read."""
    ask = _source(path)
    articles: dict[str, Reading] = defaultdict(Reading)
    for row in ask("SELECT DISTINCT ?id ?e ?c WHERE { ?a dcterms:identifier ?id . ?e dip:reportedBy ?a ; a ?c }"):
        if row["c"].startswith(str(DIP)):
            told = articles[row["id"]].events.setdefault(row["e"], Told(row["e"]))
            told.classes.add(row["c"].removeprefix(str(DIP)))
    for row in ask("SELECT DISTINCT ?id WHERE { ?a a dip:Article ; dcterms:identifier ?id }"):
        articles.setdefault(row["id"], Reading())  # an article without events is read all the same
    _read_articles(ask, articles)
    everywhere: dict[str, list[tuple[str, Told]]] = defaultdict(list)
    for identifier, reading in articles.items():
        for iri, told in reading.events.items():
            everywhere[iri].append((identifier, told))
    _read_agents_and_dates(ask, everywhere)
    for row in ask("SELECT DISTINCT ?e ?status WHERE { ?e dip:reportedBy ?a . OPTIONAL { ?e dip:status ?status } }"):
        for _, told in everywhere.get(row["e"], ()):
            told.status.add(_local(row.get("status", "")).lower())
    for row in ask("SELECT DISTINCT ?id ?e WHERE { ?e dip:mainEventOf ?a . ?a dcterms:identifier ?id }"):
        if row["e"] in articles[row["id"]].events:
            articles[row["id"]].events[row["e"]].main = True
    for term in ("dip:location", "dip:topic"):
        for row in ask(_LABELLED % term):
            names = {norm(row["label"]), norm(row.get("other")), _item(row)} - {""}
            for _, told in everywhere.get(row["e"], ()):
                target = told.places if term == "dip:location" else told.topics
                target |= names
    return dict(articles)


class _Ask:
    """Queries over a store, all graphs as one; solutions as plain strings."""

    def __init__(self, store: ox.Store, *, union: bool) -> None:
        self._store = store
        self._union = union

    def __call__(self, query: str) -> Iterator[dict[str, str]]:
        solutions = self._store.query(query, prefixes=dict(PREFIXES), use_default_graph_as_union=self._union)
        if not isinstance(solutions, ox.QuerySolutions):
            raise TypeError("a SELECT query is needed")
        names = [variable.value for variable in solutions.variables]
        for solution in solutions:
            yield {name: str(getattr(solution[name], "value", "")) for name in names if solution[name] is not None}


def _source(path: Path) -> _Ask:
    if (path / "store").is_dir():
        return _Ask(ox.Store.read_only(str(path / "store")), union=False)
    suffix = path.name.removesuffix(".gz").rsplit(".", 1)[-1]
    form = ox.RdfFormat.from_extension(suffix)
    if form is None:
        raise InputError(f"{path} is neither a release nor an RDF file (.nq, .trig, .ttl, .nt, also with .gz).")
    store = ox.Store()
    try:
        data = path.read_bytes()
        store.bulk_load(gzip.decompress(data) if path.suffix == ".gz" else data, form)
    except (OSError, SyntaxError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error
    return _Ask(store, union=True)


def _read_articles(ask: _Ask, articles: dict[str, Reading]) -> None:
    for name in ("headline", "datePublished", "author", "publisher"):
        named = f"?a dcterms:identifier ?id ; schema:{name} ?v . OPTIONAL {{ ?v rdfs:label|schema:name ?n }}"
        for row in ask(f"SELECT DISTINCT ?id ?v ?n WHERE {{ {named} }}"):
            articles[row["id"]].meta[name].add(row.get("n") or row["v"])
    mentioned = "?a dcterms:identifier ?id ; schema:mentions ?x . ?x rdfs:label ?label " + _WIKIDATA % "?x"
    for row in ask(f"SELECT DISTINCT ?id ?label ?same WHERE {{ {mentioned} }}"):
        reading = articles[row["id"]]
        reading.mentions.add(_item(row) or norm(row["label"]))
        reading.labels.add(norm(row["label"]))
        if row.get("same"):
            reading.linked[norm(row["label"])].add(_item(row))


def _read_agents_and_dates(ask: _Ask, everywhere: dict[str, list[tuple[str, Told]]]) -> None:
    """First from the graphs of the articles that report the event; then, where those are silent, from all."""
    home: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in ask("SELECT DISTINCT ?id ?e ?g WHERE { GRAPH ?g { ?e dip:reportedBy ?a } ?a dcterms:identifier ?id }"):
        home[row["id"], row["e"]].add(row["g"])
    for query in (_AGENTS, _DATES):
        own: set[tuple[str, str]] = set()
        for row in ask(query % ("?g", "GRAPH ?g")):
            for identifier, told in everywhere.get(row["e"], ()):
                if row["g"] in home[identifier, told.iri]:
                    own.add((identifier, told.iri))
                    _take(told, row)
        for row in ask(query % ("", "")):
            for identifier, told in everywhere.get(row["e"], ()):
                if (identifier, told.iri) not in own:
                    _take(told, row)


def _take(told: Told, row: dict[str, str]) -> None:
    if "first" in row:
        told.first, told.last = row["first"][:10], row["last"][:10]
        return
    key = _item(row) or norm(row["label"])
    told.roles[key].add(_local(row["role"]))
    told.labels[key] = row["label"]
    told.capacities[key].add(norm(row.get("capacity")))


def _item(row: dict[str, str]) -> str:
    return row.get("same", "").rsplit("/", 1)[-1]


def _local(iri: str) -> str:
    return iri.rsplit("#", 1)[-1]
