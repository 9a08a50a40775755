"""Checks data against the shapes, and tells for each result which articles it belongs to.

pySHACL does the checking (SHACL, W3C Recommendation of 20 July 2017, and SHACL-SPARQL). What the ontology declares
of event types is mixed into the data, and so are the texts of the articles, so that quotes can be compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pyshacl
from pyshacl.errors import ReportableRuntimeError
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF, RDFS, SH
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result as SparqlResult
from rdflib.term import Node

from mapper.errors import ConfigurationError
from mapper.vocabulary import DIP, OA, ONTOLOGY_SHAPES, PREFIXES, SCHEMA, data_dir, local_name, read_graph

_NO_TEXTS: Final[Mapping[str, str]] = MappingProxyType({})
_CONTEXT: Final = (RDFS.subClassOf, DIP.symmetric, DIP.expectsRole)
"""What the shapes ask the ontology for."""


class _Prepared(Graph):
    """A graph that parses a query once, not once per focus node: parsing takes ten times as long as answering."""

    def query(self, query_object: str | Query, *args: Any, **kwargs: Any) -> SparqlResult:
        query = _prepared(query_object) if isinstance(query_object, str) else query_object
        return super().query(query, *args, **kwargs)


@lru_cache(maxsize=64)
def _prepared(query: str) -> Query:
    return prepareQuery(query)


class Severity(StrEnum):
    """How bad a result is; the value is the local name in SHACL. Only violations hold an article back."""

    VIOLATION = "Violation"
    WARNING = "Warning"
    INFO = "Info"


@dataclass(frozen=True, slots=True, order=True)
class Result:
    """One thing that does not hold."""

    focus: str
    """IRI of what it does not hold of."""
    message: str
    severity: Severity
    path: str = ""
    """The property or properties concerned, shortened; empty where the whole is concerned."""
    value: str = ""
    """What stands there instead."""
    component: str = ""
    """Local name of the SHACL constraint component, such as MinCountConstraintComponent."""
    articles: tuple[str, ...] = ()
    """IRIs of the articles that it belongs to; none for what no article says."""


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """All results of a validation, sorted."""

    results: tuple[Result, ...] = ()

    @property
    def conforms(self) -> bool:
        """Whether nothing is violated; warnings are allowed.

        >>> ValidationReport((Result("urn:a", "An accusation should name the accused.", Severity.WARNING),)).conforms
        True
        """
        return not self.violations

    @property
    def violations(self) -> tuple[Result, ...]:
        """The results that must not be."""
        return tuple(result for result in self.results if result.severity is Severity.VIOLATION)

    def held_back(self) -> dict[str, tuple[Result, ...]]:
        """IRIs of the articles that must not be published, each with its violations."""
        articles = sorted({article for result in self.violations for article in result.articles})
        return {iri: tuple(result for result in self.violations if iri in result.articles) for iri in articles}

    def merged(self, other: ValidationReport) -> ValidationReport:
        """The results of both."""
        return ValidationReport(tuple(sorted({*self.results, *other.results})))

    def to_text(self) -> str:
        """The report for a person: one paragraph per result, grouped by what it is about.

        >>> print(ValidationReport().to_text())
        Everything conforms: no violations, no warnings.
        """
        warnings = sum(result.severity is Severity.WARNING for result in self.results)
        counts = f"{_count(len(self.violations), 'violation')}, {_count(warnings, 'warning')}."
        lines = [f"Everything conforms: {counts}" if self.conforms else f"Not everything conforms: {counts}"]
        for result in self.results:
            lines += ["", f"{result.severity.value}: {result.message}", f"  at       {result.focus}"]
            lines += [f"  property {result.path}"] if result.path else []
            lines += [f"  value    {result.value}"] if result.value else []
            lines += [f"  article  {article}" for article in result.articles]
        return "\n".join(lines)

    def to_graph(self) -> Graph:
        """The report in SHACL's own vocabulary (section 3.6), with the articles as `dip:reportedBy`."""
        graph = Graph(bind_namespaces="none")
        for prefix in ("dip", "sh", "xsd"):
            graph.bind(prefix, PREFIXES[prefix])
        report = URIRef("urn:communique:validation")
        graph.add((report, RDF.type, SH.ValidationReport))
        graph.add((report, SH.conforms, Literal(self.conforms)))
        for number, result in enumerate(self.results, start=1):
            node = URIRef(f"urn:communique:validation:{number}")
            graph.add((report, SH.result, node))
            graph.add((node, RDF.type, SH.ValidationResult))
            graph.add((node, SH.focusNode, URIRef(result.focus)))
            graph.add((node, SH.resultSeverity, SH[result.severity.value]))
            graph.add((node, SH.resultMessage, Literal(result.message, lang="en")))
            graph.add((node, SH.sourceConstraintComponent, SH[result.component]))
            if result.value:
                graph.add((node, SH.value, Literal(result.value)))
            for article in result.articles:
                graph.add((node, DIP.reportedBy, URIRef(article)))
        return graph

    def to_turtle(self) -> str:
        """`to_graph` as Turtle, the same bytes for the same results."""
        return self.to_graph().serialize(format="turtle")


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """The shapes, parsed once, and what they need to know of the ontology."""

    graph: Graph
    context: Graph


def load_shapes(*, shapes: Path | None = None, ontology: Path | None = None) -> Shapes:
    """The shapes for the data, by default the project's own.

    Parameters:
        shapes: folder with one Turtle file per class
        ontology: folder with diplomacy.ttl

    Raises:
        ConfigurationError: a file is missing or is not Turtle.
    """
    graph = Graph(bind_namespaces="none")
    for path in sorted((shapes or data_dir("shapes")).glob("*.ttl")):
        if path.name != ONTOLOGY_SHAPES:
            graph += read_graph(path)
    declarations = read_graph((ontology or data_dir("ontology")) / "diplomacy.ttl")
    context = Graph(bind_namespaces="none")
    for predicate in _CONTEXT:
        for triple in declarations.triples((None, predicate, None)):
            context.add(triple)
    return Shapes(graph=graph, context=context)


def validate(data: Graph, shapes: Shapes, *, texts: Mapping[str, str] = _NO_TEXTS) -> ValidationReport:
    """Check data, all of its graphs as one, against the shapes.

    Parameters:
        data: articles with their events, the entities in them and their provenance; it is not changed
        shapes: from `load_shapes`
        texts: article IRI → text of the article as mapped. A quote from an article without a text is not compared.

    Raises:
        ConfigurationError: a shape itself is wrong.
    """
    union = _Prepared(bind_namespaces="none")
    union += data
    union += shapes.context
    for article, text in texts.items():
        union.set((URIRef(article), DIP.text, Literal(text)))
    return _run(union, shapes.graph)


def validate_ontology(ontology: Graph, *, shapes: Path | None = None) -> ValidationReport:
    """Check the ontology itself against the shapes for it.

    Raises:
        ConfigurationError: the file of shapes is missing or wrong.
    """
    return _run(ontology, read_graph((shapes or data_dir("shapes")) / ONTOLOGY_SHAPES))


def _run(data: Graph, shapes: Graph) -> ValidationReport:
    try:
        _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", inplace=True, advanced=False)
    except ReportableRuntimeError as error:
        raise ConfigurationError(f"A shape in shapes/ is wrong: {error}") from error
    if isinstance(report, Exception) or not isinstance(report, Graph):
        raise ConfigurationError(f"The shapes could not be applied: {report}")
    owners = _Owners(data)
    return ValidationReport(tuple(sorted({_result(report, node, owners) for node in report.objects(None, SH.result)})))


def _result(report: Graph, node: Node, owners: _Owners) -> Result:
    focus = report.value(node, SH.focusNode) or BNode()
    path = report.value(node, SH.resultPath)
    value = report.value(node, SH.value)
    return Result(
        focus=str(focus),
        message=" ".join(sorted(str(message) for message in report.objects(node, SH.resultMessage))),
        severity=Severity(local_name(report.value(node, SH.resultSeverity) or SH.Violation)),
        path="" if path is None else _path(report, path),
        value="" if value is None or isinstance(value, BNode) else str(value),
        component=local_name(report.value(node, SH.sourceConstraintComponent) or BNode("")),
        articles=owners.of(focus),
    )


def _path(report: Graph, path: Node) -> str:
    """A property path as SPARQL writes it."""
    if isinstance(path, URIRef):
        prefix = next((name for name, start in PREFIXES.items() if path.startswith(start)), None)
        return f"{prefix}:{path.removeprefix(PREFIXES[prefix])}" if prefix else f"<{path}>"
    if inverse := report.value(path, SH.inversePath):
        return f"^{_path(report, inverse)}"
    if alternatives := report.value(path, SH.alternativePath):
        return "|".join(_path(report, step) for step in Collection(report, alternatives))
    return "/".join(_path(report, step) for step in Collection(report, path))


class _Owners:
    """Finds the articles that something in the data belongs to."""

    _DIRECT: Final = (DIP.reportIn, OA.hasSource)
    """Parts of one article's telling point at it."""

    def __init__(self, data: Graph) -> None:
        self._data = data
        self._found: dict[Node, tuple[str, ...]] = {}

    def of(self, focus: Node) -> tuple[str, ...]:
        """IRIs of the articles, sorted."""
        if focus not in self._found:
            self._found[focus] = tuple(sorted(str(article) for article in self._search(focus)))
        return self._found[focus]

    def _search(self, focus: Node) -> set[Node]:
        # Nearest first: an article is its own, evidence and reports name theirs, an event all that report it.
        # Entities and other things belong to whoever points at them, however far away.
        seen, layer = {focus}, {focus}
        while layer:
            if found := {article for node in layer for article in self._articles(node)}:
                return found
            layer = {above for node in layer for above in self._above(node)} - seen
            seen |= layer
        return set()

    def _articles(self, node: Node) -> Iterator[Node]:
        if (node, RDF.type, DIP.Article) in self._data or (None, DIP.reportedBy, node) in self._data:
            yield node
            return
        for predicate in (*self._DIRECT, DIP.reportedBy):
            yield from self._data.objects(node, predicate)
        for target in self._data.objects(node, OA.hasTarget):
            yield from self._data.objects(target, OA.hasSource)

    def _above(self, node: Node) -> Iterable[Node]:
        yield from self._data.subjects(None, node)
        yield from self._data.objects(node, DIP.person)  # a tenure belongs where its person is named
        yield from self._data.subjects(SCHEMA.mentions, node)
        event = URIRef(str(node).partition("#")[0])  # participations and evidence are fragments of their event
        if isinstance(node, URIRef) and (event, None, None) in self._data:
            yield event


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"
