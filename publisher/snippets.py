"""How to get the thing at hand into a program or a spreadsheet: lines to copy."""

from __future__ import annotations

from dataclasses import dataclass

from publisher.addresses import release


@dataclass(frozen=True, slots=True)
class Snippet:
    """Lines of a language that fetch something."""

    language: str
    text: str


def snippets(iri: str, document: str) -> tuple[Snippet, ...]:
    """Lines that fetch what is known of a resource.

    They name the data's own IRIs, never the address that a request came by: pages are kept for everybody.

    :param iri: the resource.
    :param document: IRI of its document without suffix.
    """
    base = release().base
    query = f"SELECT ?property ?value WHERE {{ <{iri}> ?property ?value }}"
    return (
        Snippet("curl", f"curl -L -H 'Accept: text/turtle' '{iri}'\ncurl -O '{document}.jsonld'"),
        Snippet("Python", f'import rdflib\n\ngraph = rdflib.Graph().parse("{document}.ttl")\n'
                f'for property, value in graph.predicate_objects(rdflib.URIRef("{iri}")):\n    print(property, value)'),
        Snippet("R", f'query <- "{query}"\n'
                f'table <- read.csv(paste0("{base}sparql?format=csv&query=", URLencode(query, reserved = TRUE)))'),
        Snippet("JavaScript", f'const answer = await fetch("{document}.jsonld");\nconst data = await answer.json();'),
        Snippet("SPARQL", query),
        Snippet("OpenRefine", f"Reconcile > Start reconciling > Add standard service:\n{base}reconcile"),
    )  # fmt: skip


def table_snippets(path: str) -> tuple[Snippet, ...]:
    """Lines that fetch a table of events.

    :param path: path and query of the CSV below the base.
    """
    address = release().base + path
    return (
        Snippet("curl", f"curl -o events.csv '{address}'"),
        Snippet("Python", f'import pandas\n\nevents = pandas.read_csv("{address}")'),
        Snippet("R", f'events <- read.csv("{address}")'),
        Snippet("JavaScript", f'const answer = await fetch("{address}");\nconst text = await answer.text();'),
        Snippet("OpenRefine", f"Create project > Web addresses (URLs):\n{address}"),
    )
