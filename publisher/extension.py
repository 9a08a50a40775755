"""Data extension (section 7 of the Reconciliation Service API 0.2): values of properties for reconciled entities."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import islice
from typing import Any

from pyoxigraph import Literal, NamedNode

from publisher.addresses import release
from publisher.catalog import terms
from publisher.classes import specific
from publisher.errors import ProblemError
from publisher.index import index
from publisher.matching import Wanted
from publisher.memory import per_release
from publisher.namespaces import DCTERMS, DIP, OWL, RDF, RDFS, SCHEMA, SKOS, WIKIDATA, XSD, compact, expand, local_name
from publisher.release import Release, Term
from publisher.things import Thing

IDS, COLUMNS = 1000, 100
"""Entities and properties of one extension query."""
ALIKE, MOST = 20, 2000
"""Values with a name like the one asked for that are tried, and things with them that are looked at."""
_NAMES = {
    RDFS + "label": "name",
    SKOS + "prefLabel": "preferred name",
    SKOS + "altLabel": "other name",
    OWL + "sameAs": "same as",
    RDF + "type": "class",
    SCHEMA + "headline": "headline",
    SCHEMA + "datePublished": "date published",
    DCTERMS + "source": "source",
    DCTERMS + "identifier": "identifier",
}
_NUMBERS = {XSD + name for name in ("decimal", "double", "float")}
_WHOLE = {XSD + name for name in ("integer", "int", "long", "nonNegativeInteger", "positiveInteger")}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def property_name(iri: str) -> str:
    """A property's name for people.

    >>> property_name("http://www.w3.org/2000/01/rdf-schema#label")
    'name'
    """
    if iri in _NAMES:
        return _NAMES[iri]
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", local_name(iri)).lower()
    return terms().get(iri, words) if iri.startswith(DIP) else words


@per_release
def _used(release: Release) -> dict[str, tuple[str, ...]]:
    """The properties of the entities of each class, and of all of them under ""."""
    rows = release.select("SELECT DISTINCT ?type ?property WHERE { ?s a ?type ; ?property ?o }")
    used: dict[str, set[str]] = {}
    for row in rows:
        kind, name = str(getattr(row["type"], "value", "")), str(getattr(row["property"], "value", ""))
        if kind.startswith(DIP) or kind == SKOS + "Concept":
            used.setdefault(kind, set()).add(name)
            used.setdefault("", set()).add(name)
    return {kind: tuple(sorted(names, key=lambda iri: (compact(iri), iri))) for kind, names in used.items()}


def properties_of(kind: str | None) -> tuple[str, ...]:
    """The properties that entities of a class have; of any class for None."""
    return _used().get(kind or "", ())


def extend(query: dict[str, Any]) -> dict[str, Any]:
    """The values of properties for entities, as rows and a head.

    :raises ProblemError: 400 for a query that is not of the form.
    """
    ids, wanted = query.get("ids"), query.get("properties")
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise ProblemError(400, detail="'ids' is to be an array of strings.")
    if not isinstance(wanted, list) or not all(isinstance(p, dict) and isinstance(p.get("id"), str) for p in wanted):
        raise ProblemError(400, detail="'properties' is to be an array of objects with a string 'id'.")
    if len(ids) > IDS or len(wanted) > COLUMNS:
        raise ProblemError(413, detail=f"Ask for at most {IDS} entities and {COLUMNS} properties at a time.")
    limits = [_limit(one) for one in wanted]
    rows: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for identifier in ids:
        thing = index().identified(identifier)
        row = rows.setdefault(identifier, {})
        for one, most in zip(wanted, limits, strict=True):
            row[one["id"]] = [value_of(term) for term in _terms(thing, one["id"])[:most]] if thing else []
    return {"meta": [_column(one["id"]) for one in wanted], "rows": rows}


def _limit(wanted: dict[str, Any]) -> int | None:
    """How many values a property is to have; None for all."""
    settings = wanted.get("settings") or {}
    if not isinstance(settings, dict):
        raise ProblemError(400, detail="'settings' is to be an object.")
    try:
        limit = int(settings.get("limit") or 0)
    except (TypeError, ValueError) as error:
        raise ProblemError(400, detail="The setting 'limit' is to be a number.") from error
    return limit if limit > 0 else None


def _column(name: str) -> dict[str, Any]:
    """The head of a column; with its type where all its values are of one."""
    iri = expand(name)
    column: dict[str, Any] = {"id": name, "name": property_name(iri)}
    kinds = [q.object.value for q in release().quads(_node(iri), NamedNode(RDFS + "range"))
             if isinstance(q.object, NamedNode) and q.object.value.startswith(DIP)] if _node(iri) else []  # fmt: skip
    if kinds:
        kind = (specific(kinds) or kinds)[0]
        column["type"] = {"id": compact(kind), "name": terms().get(kind, local_name(kind))}
    return column


def _node(iri: str) -> NamedNode | None:
    try:
        return NamedNode(iri)
    except ValueError:
        return None


def _terms(thing: Thing, property: str) -> Sequence[Term]:
    """The values of a property of a thing, in a fixed order; superclasses and labels in other languages go last."""
    node = _node(expand(property))
    if node is None:
        return ()
    found = {triple.object for triple in release().triples(NamedNode(thing.iri), node)}
    first = set(specific(thing.types))
    return sorted(found, key=lambda term: (getattr(term, "value", "") not in first, str(term)))


def value_of(term: Term) -> dict[str, Any]:
    """A value as the API writes it: an entity, a number, a date or a string."""
    if isinstance(term, NamedNode):
        iri, found = term.value, index()
        if iri in found.by_iri:
            return {"id": iri.removeprefix(release().base), "name": found.things[found.by_iri[iri]].label}
        return {"str": terms().get(iri, iri)}
    if not isinstance(term, Literal):
        return {"str": str(term)}
    kind, text = term.datatype.value, term.value
    if kind in _WHOLE and re.fullmatch(r"[+-]?\d{1,15}", text):
        return {"int": int(text)}
    if kind in _NUMBERS:
        try:
            number = Decimal(text)
        except InvalidOperation:
            return {"str": text}
        return {"float": float(number)} if number.is_finite() else {"str": text}
    if kind == XSD + "date" and _DATE.fullmatch(text[:10]):
        return {"date": f"{text[:10]}T00:00:00Z"}
    return {"str": text}


def values_as_words(thing: Thing, property: str) -> tuple[str, ...]:
    """The values of a property as somebody may have written them in a table: names, identifiers, plain values."""
    return _words(str(release().path), thing.iri, property)


def things_with(wanted: Iterable[Wanted]) -> list[Thing]:
    """The things that have a value asked for, or one with a name like it: candidates where no name is asked for."""
    found, values = index(), release().triples
    iris: dict[str, None] = {}
    for name, text in ((item.property, text) for item in wanted for text in item.values):
        node = _node(expand(name))
        if node is None:
            continue
        named = [found.identified(text), *found.named(text, limit=ALIKE)]
        objects: list[Term] = [NamedNode(thing.iri) for thing in dict.fromkeys(named) if thing is not None]
        objects += [Literal(text), Literal(text, language="en")]
        objects += [Literal(text, datatype=NamedNode(XSD + kind)) for kind in ("date", "decimal", "integer", "boolean")]
        objects += [iri] if ":" in text and (iri := _node(text)) else []
        objects += [NamedNode(term) for term, label in terms().items() if label.lower() == text.lower()]
        pointing = (triple.subject for value in dict.fromkeys(objects) for triple in values(None, node, value))
        iris |= dict.fromkeys(subject.value for subject in islice(pointing, MOST) if isinstance(subject, NamedNode))
    return [found.things[found.by_iri[iri]] for iri in iris if iri in found.by_iri]


@lru_cache(maxsize=50_000)
def _words(path: str, iri: str, property: str) -> tuple[str, ...]:
    del path  # it is here to tell releases apart
    found = index()
    words: list[str] = []
    for term in _terms(found.things[found.by_iri[iri]], property):
        if isinstance(term, NamedNode):
            words.append(term.value)
            words.append(term.value.removeprefix(WIKIDATA).removeprefix(release().base))
            if term.value in found.by_iri:
                thing = found.things[found.by_iri[term.value]]
                words += [*thing.names, thing.iri.rpartition("/")[2]]
            elif term.value in terms():
                words.append(terms()[term.value])
        elif isinstance(term, Literal):
            words.append(term.value)
    return tuple(dict.fromkeys(words))
