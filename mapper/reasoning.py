"""What follows from the data by the ontology, and whether anything contradicts it.

The rules are those of OWL 2 RL/RDF (OWL 2 Profiles, section 4.3). owlrl, which has them all, is the reference:
`entail`. Of the data only what some axiom speaks of can entail anything, and all that entails something lies close
together, so labels, texts and links are left aside and the rest goes through in portions. Where nothing contradicts
the ontology, `conclude` finds the same by the few rules that the ontology needs. COMMUNIQUE_OWL=owlrl does without it.
owl:sameAs is published but not expanded.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Final

import owlrl
import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, RDFS
from rdflib.term import Node

from mapper.closure import TYPE, Line, Rules
from mapper.errors import ReleaseError
from mapper.iris import Iris
from mapper.processes import spread
from mapper.terms import Triple, from_triple
from mapper.vocabulary import ONTOLOGY_FILES, data_dir, local_name, read_graph

SETTING: Final = "COMMUNIQUE_OWL"
REFERENCE: Final = "owlrl"

PORTION: Final = 2000
"""How many triples go through the rules at a time; fewer cost more in repeating the ontology, more in rounds."""

_AXIOMS: Final = frozenset(
    {RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, OWL.inverseOf, OWL.propertyChainAxiom}
    | {OWL.members, OWL.distinctMembers, RDF.first, RDF.rest}
)
_KINDS: Final = frozenset(
    {OWL.FunctionalProperty, OWL.InverseFunctionalProperty, OWL.AllDisjointClasses, OWL.AllDifferent}
)
_HIERARCHY: Final = frozenset({RDFS.subClassOf, RDFS.subPropertyOf})
_OWN_TERMS: Final = (str(OWL), str(RDF), str(RDFS))
OWN_WORDS: Final = tuple(f"<{space}" for space in _OWN_TERMS)
_DISJOINT: Final = re.compile(r"Disjoint classes (\S+) and (\S+) have a common individual (.+)")


@dataclass(frozen=True, eq=False)
class Terminology:
    """The part of the ontology that entails something, and what of data it speaks of."""

    axioms: Graph
    terms: frozenset[Node]
    """Classes and properties that some axiom mentions."""
    steps: frozenset[Node]
    """Properties that property chains go on with."""

    @cached_property
    def rules(self) -> Rules:
        """The axioms as rules."""
        return Rules(self.axioms)

    @cached_property
    def spoken_of(self) -> frozenset[str]:
        """The terms as N-Triples writes them."""
        return frozenset(term.n3() for term in self.terms)


@dataclass(frozen=True, slots=True)
class Entailment:
    """What follows, sorted, and what cannot be, in words."""

    triples: tuple[Triple, ...]
    contradictions: tuple[str, ...] = ()


def load_terminology(folder: Path | None = None) -> Terminology:
    """The axioms of ontology and alignments in `folder`, by default the project's own.

    Raises:
        ConfigurationError: a file is missing or is not Turtle.
    """
    axioms, steps = Graph(bind_namespaces="none"), set()
    for name in ONTOLOGY_FILES:
        graph = read_graph((folder or data_dir("ontology")) / name)
        individuals = set(graph.subjects(RDF.type, OWL.NamedIndividual))
        for s, p, o in graph:
            if p in _AXIOMS or (p == RDF.type and (o in _KINDS or (s in individuals and o != OWL.NamedIndividual))):
                axioms.add((s, p, o))
        for chain in graph.objects(None, OWL.propertyChainAxiom):
            steps.update(list(Collection(graph, chain))[1:])
    terms = {term for triple in axioms for term in triple if isinstance(term, URIRef)} - _AXIOMS - {RDF.type, RDF.nil}
    return Terminology(axioms=axioms, terms=frozenset(terms), steps=frozenset(steps))


def entail(data: Iterable[Triple], terminology: Terminology, *, portion: int = PORTION, jobs: int = 1) -> Entailment:
    """What follows from data by the ontology: new triples about the data and the hierarchy of classes and properties.

    Left out is what says nothing: that everything is itself, what OWL's own vocabulary is, and anything about
    owl:sameAs. An identity that would follow (of two values where one is allowed) is a contradiction instead, since
    everything published has one IRI.

    Parameters:
        data: asserted triples, their ontology left out or not
        terminology: from `load_terminology`
        portion: how many triples to put through the rules at a time
        jobs: how many processes share the portions
    """
    known = set(terminology.axioms)
    by_subject: dict[Node, list[Triple]] = {}
    for triple in data:
        known.add(triple)
        if _speaks(triple, terminology):
            by_subject.setdefault(triple[0], []).append(triple)
    found: set[Triple] = set()
    wrong: set[str] = set()
    tasks = [(terminology, part) for part in _portions(by_subject, terminology.steps, portion)]
    for triples, contradictions in spread(_close, tasks, jobs=jobs):
        found |= triples - known
        wrong |= contradictions
    return Entailment(triples=tuple(sorted(found)), contradictions=tuple(sorted(wrong)))


def conclude(data: Sequence[Triple], terminology: Terminology) -> Entailment | None:
    """What `entail` finds, many times as fast; nothing where something contradicts the ontology.

    Parameters:
        data: asserted triples, their ontology left out or not
        terminology: from `load_terminology`
    """
    nodes = {node.n3(): node for triple in (*data, *terminology.axioms) for node in triple}
    told = {(s.n3(), p.n3(), o.n3()) for s, p, o in data}
    found = follow(told, terminology)
    if found is None:
        return None
    axioms = {(s.n3(), p.n3(), o.n3()) for s, p, o in terminology.axioms}
    lines = (found | terminology.rules.hierarchy) - axioms - told
    triples = ((nodes[s], nodes[p], nodes[o]) for s, p, o in lines)
    return Entailment(triples=tuple(sorted(filter(_useful, triples))))


def follow(told: Iterable[Line], terminology: Terminology) -> set[Line] | None:
    """What follows from statements in the syntax of N-Triples, beside the hierarchy of classes and properties itself.

    Nothing where something contradicts the ontology; `entail` then tells what.
    """
    told = set(told)
    known = terminology.spoken_of
    speaking = [
        line
        for line in told
        if (line[2] if line[1] == TYPE else line[1]) in known and line[0] not in known and not line[0].startswith("_:")
    ]
    rules = terminology.rules
    found = rules.follow(speaking)
    if rules.clashes(speaking, found):
        return None
    return {line for line in found - told if not line[0].startswith('"') and not _of_owl(line)}


def infer(
    quads: Iterable[ox.Quad], iris: Iris, *, terminology: Terminology | None = None, jobs: int = 1
) -> list[ox.Quad]:
    """The statements that follow from those of a release, in the graph for inferred ones.

    Parameters:
        quads: everything asserted, from all graphs
        iris: the IRIs of this deployment
        terminology: from `load_terminology`, when it is already loaded
        jobs: how many processes share the work

    Raises:
        ReleaseError: the statements contradict the ontology; the message says which.
    """
    terminology = terminology or load_terminology()
    data = [from_triple(quad.triple) for quad in quads]
    entailment = None if os.environ.get(SETTING) == REFERENCE else conclude(data, terminology)
    entailment = entailment or entail(data, terminology, jobs=jobs)
    refuse(entailment)
    graph = iris.graph("inferred")
    return [ox.Quad(row.subject, row.predicate, row.object, graph) for row in parsed(entailment.triples)]


def refuse(entailment: Entailment) -> None:
    """Raise ReleaseError when something contradicts the ontology."""
    if entailment.contradictions:
        said = "".join(f"\n  {contradiction}" for contradiction in entailment.contradictions)
        raise ReleaseError(f"What is stated contradicts the ontology, so nothing is published:{said}")


def parsed(triples: Iterable[Triple]) -> Iterable[ox.Quad]:
    """Triples of rdflib's terms as the store has them."""
    lines = "".join(f"{s.n3()} {p.n3()} {o.n3()} .\n" for s, p, o in triples)
    return ox.parse(lines, ox.RdfFormat.N_TRIPLES)


def _close(task: tuple[Terminology, set[Triple]]) -> tuple[set[Triple], set[str]]:
    """What is worth keeping of the closure of one portion, and what is wrong with it."""
    terminology, part = task
    graph = Graph(bind_namespaces="none")
    for triple in (*terminology.axioms, *part):
        graph.add(triple)
    clashes = set(_clashes(graph, terminology))
    rules = owlrl.OWLRL_Semantics(graph, axioms=False, daxioms=False, rdfs=False)
    rules.closure()
    # Of two values that must be one, the rules make one thing, and then it is a great many things at once.
    return set(filter(_useful, graph)), clashes or {_readable(message) for message in rules.error_messages}


# --- portions ----------------------------------------------------------------------------------------------


def _speaks(triple: Triple, terminology: Terminology) -> bool:
    """Whether the ontology says anything about this triple, so that something can follow from it."""
    subject, predicate, obj = triple
    if subject in terminology.terms or isinstance(subject, BNode):
        return False  # the ontology itself is there already
    return (obj if predicate == RDF.type else predicate) in terminology.terms


def _portions(by_subject: dict[Node, list[Triple]], steps: frozenset[Node], size: int) -> Iterator[set[Triple]]:
    """The triples in portions, each with the types and the further steps of everything that it points at.

    There is always a portion, be it empty, since the ontology entails something by itself.
    """
    portion: set[Triple] = set()
    for _, triples in sorted(by_subject.items()):
        if portion and len(portion) + len(triples) > size:
            yield portion
            portion = set()
        portion.update(triples)
        for _, predicate, obj in triples:
            if predicate != RDF.type:
                portion.update(near for near in by_subject.get(obj, ()) if near[1] == RDF.type or near[1] in steps)
    yield portion


# --- what to keep --------------------------------------------------------------------------------------------


def _useful(triple: Triple) -> bool:
    subject, predicate, obj = triple
    if isinstance(subject, Literal | BNode) or isinstance(obj, BNode):
        return False
    if predicate in _HIERARCHY:
        return not str(obj).startswith(_OWN_TERMS)
    if str(predicate).startswith(_OWN_TERMS) and predicate != RDF.type:
        return False  # identities; domains, ranges and the like, inherited
    return not str(obj).startswith(_OWN_TERMS)


def _of_owl(line: Line) -> bool:
    """Whether a statement says something in OWL's own words, which says nothing of data but its type."""
    return line[2].startswith(OWN_WORDS) or (line[1] != TYPE and line[1].startswith(OWN_WORDS))


def _clashes(graph: Graph, terminology: Terminology) -> Iterator[str]:
    """Where there is more than one value of a property, or more than one subject, and may be one only."""
    for prop in terminology.axioms.subjects(RDF.type, OWL.FunctionalProperty):
        yield from _several(prop, graph.subject_objects(prop), "two values of")
    for prop in terminology.axioms.subjects(RDF.type, OWL.InverseFunctionalProperty):
        yield from _several(prop, ((o, s) for s, o in graph.subject_objects(prop)), "two subjects of")


def _several(prop: Node, pairs: Iterable[tuple[Node, Node]], what: str) -> Iterator[str]:
    values: dict[Node, set[Node]] = {}
    for node, value in pairs:
        values.setdefault(node, set()).add(value)
    for node, several in values.items():
        for one, other in combinations(sorted(several, key=str), 2):
            if _differ(one, other):
                yield f"{node} has {what} dip:{local_name(prop)}, {one} and {other}, where there can be one only."


def _readable(message: str) -> str:
    if disjoint := _DISJOINT.fullmatch(message):
        one, other = sorted(local_name(URIRef(iri)) for iri in disjoint.group(1, 2))
        return f"{disjoint.group(3)} is said to be both {one} and {other}, and nothing can be both."
    return message


def _differ(one: Node, other: Node) -> bool:
    """Whether two values are two, and not one value written in two ways."""
    if isinstance(one, Literal) and isinstance(other, Literal) and one.datatype == other.datatype:
        return not one.eq(other)
    return one != other
