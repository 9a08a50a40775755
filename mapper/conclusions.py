"""What follows from statements of a release, quickly; by the reference where it is wished or in doubt."""

from __future__ import annotations

import os
from collections.abc import Iterable

import pyoxigraph as ox

from mapper.closure import Line
from mapper.reasoning import OWN_WORDS, REFERENCE, SETTING, Terminology, entail, follow, parsed, refuse
from mapper.terms import from_triple


def conclusions(triples: Iterable[ox.Triple], terminology: Terminology) -> set[Line]:
    """What follows from statements, beside the hierarchy of classes and properties itself.

    Raises:
        ReleaseError: the statements contradict the ontology; the message says which.
    """
    triples = list(triples)
    if os.environ.get(SETTING) != REFERENCE:
        found = follow(((str(t.subject), str(t.predicate), str(t.object)) for t in triples), terminology)
        if found is not None:
            return found
    entailment = entail([from_triple(triple) for triple in triples], terminology)
    refuse(entailment)
    lines = {(str(t.subject), str(t.predicate), str(t.object)) for t in parsed(entailment.triples)}
    return lines - terminology.rules.hierarchy


def hierarchy(terminology: Terminology) -> set[Line]:
    """Every class and property with all that is broader, whether it is stated or follows."""
    return {
        line for line in terminology.rules.hierarchy
        if not line[0].startswith("_:") and not line[2].startswith(("_:", *OWN_WORDS))
    }  # fmt: skip
