"""Terms of the store as those of rdflib, for the libraries that take these."""

from __future__ import annotations

import pyoxigraph as ox
from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

Triple = tuple[Node, Node, Node]


def from_triple(triple: ox.Triple) -> Triple:
    """A triple for the libraries that take rdflib's terms."""
    return _node(triple.subject), _node(triple.predicate), _node(triple.object)


def _node(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.Literal):
        return Literal(term.value, lang=term.language, datatype=None if term.language else URIRef(term.datatype.value))
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    raise TypeError(f"statements about statements are not reasoned about: {term}")
