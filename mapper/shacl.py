"""The engines that apply shapes to data.

pySHACL is the reference. pyshacl-turbo does the same in compiled code, some thirty times as fast, and is used where it
is installed; it is young, so it is pinned, the tests compare it with the reference, and COMMUNIQUE_SHACL=pyshacl does
without it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any, Final

import pyoxigraph as ox
import pyshacl
from pyshacl.errors import ReportableRuntimeError
from rdflib import Graph, Literal, Variable
from rdflib.namespace import XSD
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.algebra import traverse
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result as SparqlResult

from mapper.errors import ConfigurationError

SETTING: Final = "COMMUNIQUE_SHACL"
REFERENCE: Final = "pyshacl"
FAST: Final = "pyshacl-turbo"


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine by its name, and how many statements it checks in about a second."""

    name: str
    pace: int


_ENGINES: Final = {REFERENCE: Engine(REFERENCE, 10_000), FAST: Engine(FAST, 50_000)}


def engine(name: str | None = None) -> Engine:
    """The engine of that name; by default the one that COMMUNIQUE_SHACL names, or the fastest that is installed.

    Raises:
        ConfigurationError: there is no such engine, or it is not installed.

    >>> engine("pyshacl").name
    'pyshacl'
    """
    installed = _installed()
    name = name or os.environ.get(SETTING) or (FAST if installed else REFERENCE)
    if name not in _ENGINES:
        raise ConfigurationError(f"{SETTING} is “{name}”: give one of {', '.join(_ENGINES)}.")
    if name == FAST and not installed:
        raise ConfigurationError(f"{SETTING} is “{name}”, which is not installed: install it, or give {REFERENCE}.")
    return _ENGINES[name]


def _installed() -> bool:
    try:
        import_module("pyshacl_turbo")
    except ImportError:
        return False
    return True


def apply(lines: Iterable[str], shapes: Graph, *, engine: Engine) -> Graph:
    """The report on data, in SHACL's vocabulary.

    Parameters:
        lines: the data, one statement each in the syntax of N-Triples, without the dot.
        shapes: the shapes; the same object again is compiled once only.
        engine: from `engine`.

    Raises:
        ConfigurationError: a shape itself is wrong.
    """
    data = "".join(f"{line} .\n" for line in lines)
    if engine.name == REFERENCE:
        return reference(Prepared(bind_namespaces="none").parse(data=data, format="nt"), shapes)
    return _fast(data, shapes)


# --- the reference -------------------------------------------------------------------------------------------


class Prepared(Graph):
    """A graph that parses a query once, not once per focus node: parsing takes ten times as long as answering."""

    def query(self, query_object: str | Query, *args: Any, **kwargs: Any) -> SparqlResult:
        query = _prepared(query_object) if isinstance(query_object, str) else query_object
        return super().query(query, *args, **kwargs)


def reference(data: Graph, shapes: Graph) -> Graph:
    """The report of pySHACL. Raises ConfigurationError when a shape itself is wrong."""
    try:
        _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", inplace=True, advanced=False)
    except ReportableRuntimeError as error:
        raise _wrong(error) from error
    return _sound(report)


@lru_cache(maxsize=64)
def _prepared(query: str) -> Query:
    """A query whose patterns are answered from $this onward: rdflib puts them in order without knowing that it is set.

    (SHACL-SPARQL, section 5.3.1: $this is bound to the focus node.)
    """
    prepared = prepareQuery(query)
    traverse(prepared.algebra, visitPost=_from_this)
    return prepared


def _from_this(part: Any) -> None:
    if isinstance(part, CompValue) and part.name == "BGP":
        known = {Variable("this")}
        waiting, part.triples = list(part.triples), []
        while waiting:
            best = min(waiting, key=lambda t: (sum(isinstance(n, Variable) and n not in known for n in t), t))
            waiting.remove(best)
            part.triples.append(best)
            known.update(node for node in best if isinstance(node, Variable))


# --- the fast one --------------------------------------------------------------------------------------------


def _fast(data: str, shapes: Graph) -> Graph:
    store = ox.Store()
    store.bulk_load(data.encode(), ox.RdfFormat.N_TRIPLES)
    try:
        _, report, _ = _compiled(shapes).validate(store)
    except (RuntimeError, ValueError) as error:  # of shapes that make no sense, when they are compiled or applied
        raise _wrong(error) from error
    return _sound(report)


@lru_cache(maxsize=2)
def _compiled(shapes: Graph) -> Any:
    """Shapes that can be applied again and again.

    A plain literal is one of xsd:string (RDF 1.1 Concepts, section 3.3). A store says so of each, so shapes must, too.
    """
    explicit = Graph(bind_namespaces="none")
    for subject, predicate, obj in shapes:
        if isinstance(obj, Literal) and obj.datatype is None and obj.language is None:
            obj = Literal(obj, datatype=XSD.string)
        explicit.add((subject, predicate, obj))
    return import_module("pyshacl_turbo").compile_shapes(explicit)


def _sound(report: object) -> Graph:
    if isinstance(report, Exception) or not isinstance(report, Graph):
        raise ConfigurationError(f"The shapes could not be applied: {report}")
    return report


def _wrong(error: Exception) -> ConfigurationError:
    return ConfigurationError(f"A shape in shapes/ is wrong: {error}")
