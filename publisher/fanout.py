"""How far a release fans out: how many statements of a predicate share a subject or an object, at most.

Measured once by a worker process at the lowest priority; the server knows by it what a simple query costs at most
before it runs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from publisher.orders import Pattern, Term
from publisher.release import PREFIXES
from publisher.shape import RDF_TYPE, Shape

_FEW = 16  # statements that may share an object without being counted for each
_MOST_OBJECTS = 5000  # of a predicate that are counted each
_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")
_PREDICATES = "SELECT DISTINCT ?p { ?s ?p ?o }"
_DEGREE = "SELECT (MAX(?n) AS ?most) { { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s } }"
_BLANK = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(ISBLANK(?s)) }"
_OUT = "SELECT (MAX(?n) AS ?most) {{ {{ SELECT (COUNT(*) AS ?n) {{ ?s {} ?o }} GROUP BY ?s }} }}"
_IN = (
    f"SELECT ?o (COUNT(*) AS ?n) {{{{ ?s {{}} ?o }}}} GROUP BY ?o HAVING(COUNT(*) > {_FEW}) "
    f"ORDER BY DESC(?n) LIMIT {_MOST_OBJECTS}"
)


@dataclass(frozen=True, slots=True)
class Fan:
    """How many statements of a predicate share a subject or an object at most.

    Parameters:
        out: with one subject.
        into: with one object, whatever it is.
        literal: with one literal for an object.
        rest: with one object that is not among `heavy`.
        heavy: IRIs of objects, in angle brackets, and how many statements each has.
    """

    out: int
    into: int
    literal: int
    rest: int
    heavy: Mapping[str, int]


@dataclass(frozen=True)
class Fanout:
    """The fans of all predicates, by their IRIs in angle brackets.

    Parameters:
        fans: of each predicate.
        degree: how many statements share a subject at most.
        blank: how many statements have a blank node for a subject.
    """

    fans: Mapping[str, Fan]
    degree: int
    blank: int

    def most(self, shape: Shape, iris: list[str]) -> float:
        """How many solutions a query has at most, also on the way to the end; infinite where nothing is known.

        Parameters:
            shape: of the query.
            iris: the query's IRIs, see `publisher.shape.skeleton`.
        """
        if shape.described:
            return len(shape.described) * (self.degree + self.blank)
        most = 0.0
        for order in shape.orders:
            product = 1.0
            for place, how in order:
                product *= self.degree if how == "any" else self._step(shape.patterns[place], how, shape, iris)
            most = max(most, product)
        return most

    def _step(self, pattern: Pattern, how: str, shape: Shape, iris: list[str]) -> float:
        predicate = _iri(pattern[1], shape, iris)
        if predicate is None:
            return math.inf
        fan = self.fans.get(predicate)
        if fan is None:  # no statement has this predicate
            return 1
        if how == "out":
            return fan.out
        last = pattern[2]
        if isinstance(last, str):  # a variable, which may be anything
            return fan.into
        if last is None:
            return fan.literal
        known = _iri(last, shape, iris)
        return math.inf if known is None else fan.heavy.get(known, fan.rest)


def _iri(term: Term, shape: Shape, iris: list[str]) -> str | None:
    """The IRI that stands for a term, in angle brackets; None where it is not known without further ado."""
    if term == RDF_TYPE:
        return ":".join(RDF_TYPE)
    if isinstance(term, tuple):
        place = shape.prefixes.get(term[0])
        start = f"<{PREFIXES.get(term[0], '')}" if place is None else iris[place][:-1]
        iri = f"{start}{term[1]}>"
    else:
        iri = iris[term] if isinstance(term, int) else ""
    return iri if _ABSOLUTE.match(iri) and "/." not in iri else None  # the engine takes /../ out


async def measure(ask: Callable[[str], Awaitable[list[list[str]]]]) -> Fanout:
    """Measure a release.

    Parameters:
        ask: gives the rows of a query's answer, each value as in SPARQL 1.1 Query Results TSV.
    """
    fans = {}
    for (predicate,) in await ask(_PREDICATES):
        out = _number(await ask(_OUT.format(predicate)))
        rows = [(last, int(number)) for last, number in await ask(_IN.format(predicate))]
        into = rows[0][1] if rows else _FEW
        rest = rows[-1][1] if len(rows) == _MOST_OBJECTS else _FEW
        literal = max((number for last, number in rows if last[0] != "<"), default=rest)
        fans[predicate] = Fan(out, into, literal, rest, {last: number for last, number in rows if last[0] == "<"})
    return Fanout(fans, _number(await ask(_DEGREE)), _number(await ask(_BLANK)))


def _number(rows: list[list[str]]) -> int:
    return int(rows[0][0]) if rows and rows[0][0] else 0
