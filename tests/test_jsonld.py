"""The JSON-LD writer: reading its documents gives back exactly the statements that went in."""

import json
import warnings

import pytest
import rdflib
from publishing import VOCABULARY
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from publisher.jsonld import Context, read_context, write

EX = "http://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
DIP = "https://w3id.org/communique/ontology#"
PROJECT = read_context((VOCABULARY / "context.jsonld").read_bytes())
AWKWARD = read_context(
    json.dumps(
        {
            "@context": {
                "@vocab": EX,
                "@language": "fr",
                "xsd": XSD,
                "ex": EX,
                "plain": "ex:p1",
                "english": {"@id": "ex:p2", "@language": "en"},
                "bare": {"@id": "ex:p3", "@language": None},
                "link": {"@id": "ex:p4", "@type": "@id"},
                "word": {"@id": "ex:p5", "@type": "@vocab"},
                "number": {"@id": "ex:p6", "@type": "xsd:nonNegativeInteger"},
                "day": {"@id": "ex:p7", "@type": "xsd:date"},
                "list": {"@id": "ex:p8", "@container": "@list"},
                "raw": {"@id": "ex:p9", "@type": "@json"},
                "kind": "@type",
                "id": "@id",
            }
        }
    )
)
VALUES = [
    NamedNode(EX + "thing"),
    NamedNode(EX + "p1"),
    NamedNode("mailto:a@example.org"),
    NamedNode(EX + "a:b/c#d"),
    BlankNode("x"),
    Literal("text"),
    Literal("texte", language="fr"),
    Literal("text", language="en"),
    Literal("text", language="en-GB"),
    Literal("5", datatype=NamedNode(XSD + "integer")),
    Literal("005", datatype=NamedNode(XSD + "integer")),
    Literal("-0", datatype=NamedNode(XSD + "integer")),
    Literal("5", datatype=NamedNode(XSD + "nonNegativeInteger")),
    Literal("99999999999999999999999", datatype=NamedNode(XSD + "integer")),
    Literal("0.930", datatype=NamedNode(XSD + "decimal")),
    Literal("1e3", datatype=NamedNode(XSD + "double")),
    Literal("true", datatype=NamedNode(XSD + "boolean")),
    Literal("1", datatype=NamedNode(XSD + "boolean")),
    Literal("2025-01-27", datatype=NamedNode(XSD + "date")),
    Literal("not a day", datatype=NamedNode(XSD + "date")),
    Literal("x", datatype=NamedNode(EX + "own")),
    Literal('</script> "quoted" \\ \n\t \u202e'),
]


# rdflib reads these through Python's numbers and dates and writes them its own way.
REWRITTEN = {"005", "-0", "1e3", "1", "not a day", "0.930"}


def steady(triple):
    """A triple as it can be compared: blank nodes without their names, language tags in lower case."""
    value = triple.object
    if isinstance(value, BlankNode):
        value = NamedNode("urn:blank")
    elif isinstance(value, Literal) and value.language:
        value = Literal(value.value, language=value.language.lower())
    return Triple(triple.subject, triple.predicate, value)


def back(document, reader):
    """The statements that a reader finds in a document."""
    if reader == "pyoxigraph":
        return {steady(quad.triple) for quad in parse(document, RdfFormat.JSON_LD)}
    graph = rdflib.Graph()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own, inside Graph.parse
        graph.parse(data=document, format="json-ld")
    return {steady(quad.triple) for quad in parse(graph.serialize(format="nt"), RdfFormat.N_TRIPLES)}


@pytest.mark.parametrize("reader", ["pyoxigraph", "rdflib"])
@pytest.mark.parametrize("context", [AWKWARD, PROJECT, Context({})], ids=["awkward", "project", "none"])
def test_nothing_is_lost_and_nothing_added(context, reader):
    values = [v for v in VALUES if reader != "rdflib" or not (isinstance(v, Literal) and v.value in REWRITTEN)]
    words = sorted({*context.properties, *(f"{EX}p{i}" for i in range(12))})
    triples = [Triple(NamedNode(f"{EX}s#part{i % 5}"), NamedNode(w), v) for i, w in enumerate(words) for v in values]
    triples += [Triple(NamedNode(EX + "s"), NamedNode(EX + "p4"), NamedNode(f"{EX}s#part{i}")) for i in range(3)]
    assert len(triples) > 150
    assert back(write(triples, context, root=EX + "s"), reader) == {steady(triple) for triple in triples}


def test_parts_stand_inside_what_they_are_part_of():
    root, part = NamedNode(EX + "s"), NamedNode(EX + "s#part")
    says = NamedNode(EX + "says")
    triples = [
        Triple(root, says, part),
        Triple(part, says, Literal("inner")),
        Triple(part, says, root),
        Triple(NamedNode(EX + "other"), says, Literal("outer")),
    ]
    context = read_context('{"@context": {"says": "http://example.org/says"}}')
    document = json.loads(write(triples, context, root=root.value))
    first, second = document["@graph"]
    assert first["says"]["@id"] == part.value
    assert {"@id": root.value} in first["says"]["says"]
    assert second["says"] == "outer"


def test_a_context_that_is_none_is_refused():
    with pytest.raises(ValueError, match="@context"):
        read_context("[]")


def test_only_words_in_use_are_explained():
    day = Literal("2025-01-27", datatype=NamedNode(XSD + "date"))
    triple = Triple(NamedNode(EX + "s"), NamedNode(DIP + "earliestDate"), day)
    context = json.loads(write([triple], PROJECT))["@context"]
    assert {"earliestDate", "dip", "xsd"} <= context.keys()
    assert "latestDate" not in context
