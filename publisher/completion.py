"""What an editor of queries can complete: the classes, properties and values that the data use, with their labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response
from pyoxigraph import Literal, NamedNode

from publisher.catalog import catalog, terms
from publisher.memory import per_release
from publisher.namespaces import VOID, compact
from publisher.release import PREFIXES, Release
from publisher.responses import json_body, respond

blueprint = Blueprint("completion", __name__)

_PARTITIONS = (("class", "class", "entities"), ("property", "property", "triples"))


@blueprint.get("/sparql/terms")
def list_terms() -> Response:
    """Terms by their prefixed names, each with its IRI, label, kind and number of uses; prefixes for all of them."""
    return respond(json_body({"prefixes": dict(PREFIXES), "terms": vocabulary()}), "application/json", negotiated=False)


@per_release
def vocabulary(release: Release) -> list[dict[str, Any]]:
    """The terms of the ontology and all that the catalog (VoID) counts, those in use first."""
    del release  # it is that of the catalog
    uses = {kind: _uses(predicate, number) for kind, predicate, number in _PARTITIONS}
    labels = terms()
    kinds = {iri: kind for kind, counted in uses.items() for iri in counted}
    found = [
        {"id": compact(iri), "iri": iri, "name": labels.get(iri, ""), "kind": kinds.get(iri, ""),
         "count": uses[kinds[iri]][iri] if iri in kinds else 0}
        for iri in {*labels, *kinds}
    ]  # fmt: skip
    return sorted(found, key=lambda term: (-term["count"], term["id"]))


def _uses(predicate: str, number: str) -> Mapping[str, int]:
    """How often the classes or properties that partitions of the dataset name are used."""
    named = {q.subject: q.object.value for q in catalog() if q.predicate == NamedNode(VOID + predicate)
             and isinstance(q.object, NamedNode)}  # fmt: skip
    counts = {q.subject: int(q.object.value) for q in catalog() if q.predicate == NamedNode(VOID + number)
              and q.subject in named and isinstance(q.object, Literal)}  # fmt: skip
    return {iri: counts.get(part, 0) for part, iri in named.items()}
