"""What follows from statements by the rules of OWL 2 RL/RDF that the ontology needs, in one pass over them.

cax-sco, scm-sco, scm-spo, prp-spo1, prp-spo2, prp-dom, prp-rng, prp-inv1, prp-inv2 (OWL 2 Profiles, section 4.3). The
other axioms of the ontology say what cannot be: `consistent` looks whether it is, and owlrl tells it in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from rdflib import Graph, Literal
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, RDFS
from rdflib.term import Node

Triple = tuple[Node, Node, Node]
_Nodes = dict[Node, list[Node]]
_Steps = dict[tuple[Node, Node], list[Node]]


class Closure:
    """All that follows from axioms and data together.

    Parameters:
        axioms: what the ontology says of classes and properties.
        data: statements.
    """

    def __init__(self, axioms: Graph, data: Iterable[Triple]) -> None:
        self._classes = _by_subject(axioms, RDFS.subClassOf)
        self._properties = _by_subject(axioms, RDFS.subPropertyOf)
        self._domains = _by_subject(axioms, RDFS.domain)
        self._ranges = _by_subject(axioms, RDFS.range)
        self._inverses: _Nodes = {}
        for one, other in axioms.subject_objects(OWL.inverseOf):
            self._inverses.setdefault(one, []).append(other)
            self._inverses.setdefault(other, []).append(one)
        self._chains: list[tuple[Node, list[Node]]] = [
            (RDFS.subClassOf, [RDFS.subClassOf] * 2),
            (RDFS.subPropertyOf, [RDFS.subPropertyOf] * 2),
        ]
        for prop, steps in axioms.subject_objects(OWL.propertyChainAxiom):
            self._chains.append((prop, list(Collection(axioms, steps))))
        self._linking = {step for _, chain in self._chains for step in chain}
        self._after: _Steps = {}
        self._before: _Steps = {}
        self.triples: set[Triple] = set()
        waiting = [*axioms, *data]
        while waiting:
            triple = waiting.pop()
            if triple not in self.triples:
                self.triples.add(triple)
                waiting += self._following(triple)

    def consistent(self, axioms: Graph) -> bool:
        """Whether nothing is of two classes that have nothing in common (cax-adc)."""
        types: dict[Node, set[Node]] = {}
        for subject, predicate, obj in self.triples:
            if predicate == RDF.type:
                types.setdefault(subject, set()).add(obj)
        apart = {
            pair
            for axiom in axioms.subjects(RDF.type, OWL.AllDisjointClasses)
            for members in axioms.objects(axiom, OWL.members)
            for pair in combinations(Collection(axioms, members), 2)
        }
        kinds = {frozenset(kinds) for kinds in types.values()}
        return not any(one in kind and other in kind for kind in kinds for one, other in apart)

    def _following(self, triple: Triple) -> Iterator[Triple]:
        subject, predicate, obj = triple
        if predicate == RDF.type:
            yield from ((subject, RDF.type, kind) for kind in self._classes.get(obj, ()))
        yield from ((subject, broader, obj) for broader in self._properties.get(predicate, ()))
        yield from ((subject, RDF.type, kind) for kind in self._domains.get(predicate, ()))
        if not isinstance(obj, Literal):
            yield from ((obj, RDF.type, kind) for kind in self._ranges.get(predicate, ()))
            yield from ((obj, inverse, subject) for inverse in self._inverses.get(predicate, ()))
        if predicate in self._linking:
            self._after.setdefault((subject, predicate), []).append(obj)
            self._before.setdefault((obj, predicate), []).append(subject)
            for prop, chain in self._chains:
                for place, step in enumerate(chain):
                    if step == predicate:
                        starts = _walk(subject, reversed(chain[:place]), self._before)
                        ends = _walk(obj, chain[place + 1 :], self._after)
                        yield from ((start, prop, end) for start in starts for end in ends)


def _walk(node: Node, steps: Iterable[Node], links: _Steps) -> list[Node]:
    """Where steps from a node lead."""
    nodes = [node]
    for step in steps:
        nodes = [further for near in nodes for further in links.get((near, step), ())]
    return nodes


def _by_subject(axioms: Graph, predicate: Node) -> _Nodes:
    found: _Nodes = {}
    for subject, obj in axioms.subject_objects(predicate):
        found.setdefault(subject, []).append(obj)
    return found
