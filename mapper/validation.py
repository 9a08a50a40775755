"""Checks data against the shapes, and tells for each result which articles it belongs to.

`mapper.shacl` has the engines (SHACL, W3C Recommendation of 20 July 2017, and SHACL-SPARQL); here the reference
checks everything at once, which `mapper.checking` does in portions. What the ontology declares of event types is mixed
into the data, and so are the texts of the articles, so that quotes can be compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF, RDFS, SH
from rdflib.term import Node

from mapper.owners import Links, Owners
from mapper.portions import Asked
from mapper.shacl import Prepared, reference
from mapper.vocabulary import DIP, ONTOLOGY_SHAPES, PREFIXES, data_dir, local_name, read_graph

_NO_TEXTS: Final[Mapping[str, str]] = MappingProxyType({})
_CONTEXT: Final = (RDFS.subClassOf, DIP.symmetric, DIP.expectsRole)
"""What the shapes ask the ontology for."""
_IN_QUERIES: Final = (DIP.person, DIP.hasParticipation)
"""Queries ask for the tenures of a person, and for the event of a participation."""


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

    @property
    def context_lines(self) -> frozenset[str]:
        """The context in the syntax of N-Triples, without dots."""
        return frozenset(f"{s.n3()} {p.n3()} {o.n3()}" for s, p, o in self.context)

    @property
    def asked(self) -> Asked:
        """What the shapes ask for against the direction of statements."""
        paths = {*self.graph.objects(None, SH.inversePath), *_IN_QUERIES}
        targets = set(self.graph.objects(None, SH.targetObjectsOf))
        return Asked(frozenset(map(str, paths)), frozenset(map(str, targets)))


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
    union = Prepared(bind_namespaces="none")
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


def results(report: Graph) -> tuple[Result, ...]:
    """What a report in SHACL's vocabulary says, sorted; the articles are still missing."""
    return tuple(sorted({_result(report, node) for node in report.objects(None, SH.result)}))


def _run(data: Graph, shapes: Graph) -> ValidationReport:
    found = results(reference(data, shapes))
    owners = Owners(Links.of((str(s), str(p), str(o)) for s, p, o in data))
    return ValidationReport(tuple(sorted({replace(result, articles=owners.of(result.focus)) for result in found})))


def _result(report: Graph, node: Node) -> Result:
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


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"
