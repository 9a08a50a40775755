"""What follows from statements by the rules of OWL 2 RL/RDF that the ontology needs, in one pass over them.

cax-sco, scm-sco, scm-spo, prp-spo1, prp-spo2, prp-dom, prp-rng, prp-inv1, prp-inv2 (OWL 2 Profiles, section 4.3). The
other axioms of the ontology say what cannot be: `clashes` looks whether it is, and owlrl tells it in words.

Terms are strings in the syntax of N-Triples: millions of statements pass through here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Final

from rdflib import Graph
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, RDFS
from rdflib.term import Node

Line = tuple[str, str, str]
"""A triple whose terms are written as in N-Triples."""
_Terms = dict[str, list[str]]
_Steps = dict[tuple[str, str], list[str]]

TYPE: Final = RDF.type.n3()


class Rules:
    """What axioms say of classes and properties, ready to be applied to data again and again.

    Parameters:
        axioms: the part of an ontology that entails something.
    """

    def __init__(self, axioms: Graph) -> None:
        self._classes = _closed(axioms, RDFS.subClassOf)
        self._properties = _closed(axioms, RDFS.subPropertyOf)
        self._domains = _by_subject(axioms, RDFS.domain)
        self._ranges = _by_subject(axioms, RDFS.range)
        self._inverses: _Terms = {}
        for one, other in axioms.subject_objects(OWL.inverseOf):
            self._inverses.setdefault(_n3(one), []).append(_n3(other))
            self._inverses.setdefault(_n3(other), []).append(_n3(one))
        self._chains: list[tuple[str, list[str]]] = [
            (_n3(prop), [_n3(step) for step in Collection(axioms, steps)])
            for prop, steps in axioms.subject_objects(OWL.propertyChainAxiom)
        ]
        self._linking = {step for _, chain in self._chains for step in chain}
        self._apart = [
            (_n3(one), _n3(other))
            for axiom in axioms.subjects(RDF.type, OWL.AllDisjointClasses)
            for members in axioms.objects(axiom, OWL.members)
            for one, other in combinations(Collection(axioms, members), 2)
        ]
        self._one_value = {_n3(prop) for prop in axioms.subjects(RDF.type, OWL.FunctionalProperty)}
        self._one_subject = {_n3(prop) for prop in axioms.subjects(RDF.type, OWL.InverseFunctionalProperty)}
        self.hierarchy: frozenset[Line] = frozenset(
            (narrow, predicate.n3(), broad)
            for predicate, terms in ((RDFS.subClassOf, self._classes), (RDFS.subPropertyOf, self._properties))
            for narrow, broader in terms.items()
            for broad in broader
        )
        """Every class and property with all that is broader."""

    def follow(self, data: Iterable[Line]) -> set[Line]:
        """The statements and all that follows from them."""
        after: _Steps = {}
        before: _Steps = {}
        found: set[Line] = set()
        waiting = list(data)
        while waiting:
            line = waiting.pop()
            if line not in found:
                found.add(line)
                waiting += self._following(line, after, before)
        return found

    def clashes(self, told: Iterable[Line], found: Iterable[Line]) -> bool:
        """Whether what is told, or what follows from it, cannot be.

        Two values, or two subjects, where there can be one only; something of two classes that have nothing in common
        (prp-fp, prp-ifp, cax-adc). Two ways to write one value count as two: whoever asks then asks owlrl.
        """
        values: dict[tuple[str, str], str] = {}
        subjects: dict[tuple[str, str], str] = {}
        for subject, predicate, obj in told:
            if predicate in self._one_value and values.setdefault((subject, predicate), obj) != obj:
                return True
            if predicate in self._one_subject and subjects.setdefault((obj, predicate), subject) != subject:
                return True
        types: dict[str, set[str]] = {}
        for subject, predicate, obj in found:
            if predicate == TYPE:
                types.setdefault(subject, set()).add(obj)
        kinds = {frozenset(kinds) for kinds in types.values()}
        return any(one in kind and other in kind for kind in kinds for one, other in self._apart)

    def _following(self, line: Line, after: _Steps, before: _Steps) -> Iterator[Line]:
        subject, predicate, obj = line
        if predicate == TYPE:
            yield from ((subject, TYPE, kind) for kind in self._classes.get(obj, ()))
        yield from ((subject, broader, obj) for broader in self._properties.get(predicate, ()))
        yield from ((subject, TYPE, kind) for kind in self._domains.get(predicate, ()))
        if not obj.startswith('"'):
            yield from ((obj, TYPE, kind) for kind in self._ranges.get(predicate, ()))
            yield from ((obj, inverse, subject) for inverse in self._inverses.get(predicate, ()))
        if predicate in self._linking:
            after.setdefault((subject, predicate), []).append(obj)
            before.setdefault((obj, predicate), []).append(subject)
            for prop, chain in self._chains:
                for place, step in enumerate(chain):
                    if step == predicate:
                        starts = _walk(subject, reversed(chain[:place]), before)
                        ends = _walk(obj, chain[place + 1 :], after)
                        yield from ((start, prop, end) for start in starts for end in ends)


def _walk(term: str, steps: Iterable[str], links: _Steps) -> list[str]:
    """Where steps from a term lead."""
    terms = [term]
    for step in steps:
        terms = [further for near in terms for further in links.get((near, step), ())]
    return terms


def _n3(node: Node) -> str:
    return node.n3()


def _by_subject(axioms: Graph, predicate: Node) -> _Terms:
    found: _Terms = {}
    for subject, obj in axioms.subject_objects(predicate):
        found.setdefault(_n3(subject), []).append(_n3(obj))
    return found


def _closed(axioms: Graph, predicate: Node) -> _Terms:
    """For each term all that is broader, however far."""
    near = _by_subject(axioms, predicate)
    closed: _Terms = {}
    for term in near:
        waiting, seen = [term], dict[str, None]()
        while waiting:
            for broader in near.get(waiting.pop(), ()):
                if broader not in seen:
                    seen[broader] = None
                    waiting.append(broader)
        closed[term] = list(seen)
    return closed
