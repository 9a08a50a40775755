"""The four result formats of SPARQL 1.1, byte for byte, and what RDF formats must carry unharmed."""

from __future__ import annotations

import csv
import io
import json
import re
from xml.etree import ElementTree

import pytest
from blackbox import PARSERS, Site, statements
from rdflib import BNode, Literal, URIRef

JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV = "text/csv", "text/tab-separated-values"
NS = "{http://www.w3.org/2005/sparql-results#}"
XSD = "http://www.w3.org/2001/XMLSchema#"

# As SPARQL writes the term; then type, value, language or datatype as the results are to give them; then CSV and TSV.
TERMS = {
    "iri": ("<http://e.example/a?b=c&d>", ("uri", "http://e.example/a?b=c&d", None), "http://e.example/a?b=c&d",
            "<http://e.example/a?b=c&d>"),
    "plain": ('"a"', ("literal", "a", None), "a", '"a"'),
    "empty": ('""', ("literal", "", None), "", '""'),
    "language": ('"élan"@fr-CA', ("literal", "élan", "fr-ca"), "élan", '"élan"@fr-ca'),
    "typed": ('"2025-03-04"^^xsd:date', ("literal", "2025-03-04", XSD + "date"), "2025-03-04",
              f'"2025-03-04"^^<{XSD}date>'),
    "integer": ("42", ("literal", "42", XSD + "integer"), "42", "42"),
    "decimal": ("-1.5", ("literal", "-1.5", XSD + "decimal"), "-1.5", "-1.5"),
    "boolean": ("true", ("literal", "true", XSD + "boolean"), "true", "true"),
    "own type": ('"x"^^<http://e.example/t>', ("literal", "x", "http://e.example/t"), "x", '"x"^^<http://e.example/t>'),
    "markup": ('"<b>&amp;]]></b>"', ("literal", "<b>&amp;]]></b>", None), "<b>&amp;]]></b>", '"<b>&amp;]]></b>"'),
    "quotes": ('"say \\"no\\", then \'yes\'"', ("literal", "say \"no\", then 'yes'", None), "say \"no\", then 'yes'",
               '"say \\"no\\", then \'yes\'"'),
    "backslash": ('"a\\\\n"', ("literal", "a\\n", None), "a\\n", '"a\\\\n"'),
    "lines": ('"a\\nb\\r\\nc\\rd"', ("literal", "a\nb\r\nc\rd", None), "a\nb\r\nc\rd", '"a\\nb\\r\\nc\\rd"'),
    "tab": ('"a\\tb"', ("literal", "a\tb", None), "a\tb", '"a\\tb"'),
    "spaces": ('"  a  "', ("literal", "  a  ", None), "  a  ", '"  a  "'),
    "beyond the plane": ('"😀𝔘"', ("literal", "😀𝔘", None), "😀𝔘", '"😀𝔘"'),
    "right to left": ('"שלום \u202e"', ("literal", "שלום \u202e", None), "שלום \u202e", '"שלום \u202e"'),
}  # fmt: skip


def of(term: dict) -> tuple[str, str, str | None]:
    """A term of the JSON results; language tags are compared without case (RFC 5646, section 2.1.1)."""
    return term["type"], term["value"], term.get("datatype") or (term.get("xml:lang") or "").lower() or None


@pytest.mark.parametrize("name", TERMS)
def test_a_term_in_every_format(site: Site, name: str) -> None:
    written, (kind, value, more), in_csv, in_tsv = TERMS[name]
    query = f"SELECT ?before (({written}) AS ?x) ?after {{}}"
    if kind == "uri":
        query = f"SELECT ?before ?x ?after {{ VALUES ?x {{ {written} }} }}"
    document = site.query(query, JSON).json
    assert document["head"]["vars"] == ["before", "x", "after"]
    (row,) = document["results"]["bindings"]
    assert row.keys() == {"x"}, "what is not bound is not there"
    assert of(row["x"]) == (kind, value, more)

    root = ElementTree.fromstring(site.query(query, XML).body)
    assert [one.get("name") for one in root.iter(NS + "variable")] == ["before", "x", "after"]
    (binding,) = root.iter(NS + "binding")
    (term,) = binding
    attributes = {name.rpartition("}")[2]: text for name, text in term.attrib.items()}
    assert (binding.get("name"), term.tag, term.text or "") == ("x", NS + kind, value)
    assert (attributes.get("datatype") or attributes.get("lang", "").lower() or None) == more

    text = site.query(query, CSV).body.decode()
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["before", "x", "after"], ["", in_csv, ""]]
    assert text.startswith("before,x,after\r\n")
    assert text.endswith("\r\n")
    lines = site.query(query, TSV).body.decode().split("\n")
    assert lines[0] == "?before\t?x\t?after"
    before, shown, after = lines[1].split("\t")
    assert (before, after, lines[2:]) == ("", "", [""])
    assert re.sub(r"@[\w-]+$", lambda tag: tag[0].lower(), shown) == in_tsv


@pytest.mark.parametrize("codepoint", [0, 1, 8, 0xB, 0xC, 0xE, 0x1B, 0x1F, 0x7F, 0x85, 0x2028, 0xFFFE, 0xFFFF])
def test_characters_that_formats_cannot_hold(site: Site, codepoint: int) -> None:
    query = f'SELECT ("a\\u{codepoint:04X}b" AS ?x) {{}}'
    (row,) = site.query(query, JSON).json["results"]["bindings"]
    assert row["x"]["value"] == f"a{chr(codepoint)}b"
    for media_type in (XML, "application/xml"):
        (term,) = ElementTree.fromstring(site.query(query, media_type).body).iter(NS + "literal")
        fits = codepoint >= 0x20 and codepoint < 0xFFFE
        assert term.text == (f"a{chr(codepoint)}b" if fits else "a\ufffdb")
    assert f"a{chr(codepoint)}b" in site.query(query, CSV).body.decode()


def test_a_term_of_a_graph_comes_unharmed_in_every_format(site: Site) -> None:
    values = ["a\rb\r\nc\td", "\"\"\"'''\\", "<b>&</b>]]>", "  ", "😀", ""]
    pairs = " ".join(
        f"<http://e.example/p{n}> {json.dumps(text, ensure_ascii=False)} ;" for n, text in enumerate(values)
    )
    query = f'CONSTRUCT {{ <http://e.example/é> {pairs} a _:b . _:b <http://e.example/q> "x"@en, 1.5, true }} {{}}'
    expected = {Literal(text) for text in values} | {
        Literal("x", lang="en"),
        Literal("1.5", datatype=URIRef(XSD + "decimal")),
    }
    for media_type in PARSERS:
        found = statements(site.query(query, media_type))
        assert {o for _, _, o in found if isinstance(o, Literal)} >= expected, media_type
        assert {s for s, _, _ in found if isinstance(s, URIRef)} == {URIRef("http://e.example/é")}
        assert len({s for s, _, _ in found if isinstance(s, BNode)}) == 1


@pytest.mark.parametrize(("pattern", "expected"), [("{}", True), ("{ ?s a <http://e.example/none> }", False)])
def test_truth_values(site: Site, pattern: str, expected: bool) -> None:
    for media_type in (JSON, "application/json"):
        document = site.query("ASK " + pattern, media_type).json
        assert (document["boolean"], isinstance(document["head"], dict)) == (expected, True)
        assert "results" not in document
    root = ElementTree.fromstring(site.query("ASK " + pattern, XML).body)
    assert root.tag == NS + "sparql"
    assert [child.tag for child in root] == [NS + "head", NS + "boolean"]
    assert root.find(NS + "boolean").text == str(expected).lower()


@pytest.mark.parametrize(
    ("query", "names", "rows"),
    [
        ("SELECT ?x { FILTER(false) }", ["x"], 0),
        ("SELECT ?x ?y { VALUES ?x { UNDEF } }", ["x", "y"], 1),
        ("SELECT ?y ?x { VALUES (?x ?y) { (1 2) (UNDEF 3) (4 UNDEF) } }", ["y", "x"], 3),
        ("SELECT * { VALUES (?b ?a) { (1 2) } }", ["b", "a"], 1),
        ("SELECT ?x { VALUES ?x { 1 1 1 } }", ["x"], 3),
        ("SELECT (1 AS ?x) {} LIMIT 0", ["x"], 0),
        ('SELECT ("a" AS ?été) {}', ["été"], 1),
    ],
)
def test_shape_of_solutions(site: Site, query: str, names: list[str], rows: int) -> None:
    document = site.query(query, JSON).json
    assert sorted(document["head"]["vars"]) == sorted(names)
    assert len(document["results"]["bindings"]) == rows
    root = ElementTree.fromstring(site.query(query, XML).body)
    assert [child.tag for child in root] == [NS + "head", NS + "results"]
    assert sorted(one.get("name") for one in root.iter(NS + "variable")) == sorted(names)
    assert len(list(root.iter(NS + "result"))) == rows
    assert len(list(csv.reader(io.StringIO(site.query(query, CSV).body.decode(), newline="")))) == rows + 1
    assert site.query(query, TSV).body.decode().count("\n") == rows + 1


def test_solutions_without_variables(site: Site) -> None:
    document = site.query("SELECT * {}", JSON).json
    assert (document["head"]["vars"], document["results"]["bindings"]) == ([], [{}])
    assert len(list(ElementTree.fromstring(site.query("SELECT * {}", XML).body).iter(NS + "result"))) == 1


def test_blank_nodes_are_the_same_within_one_answer(site: Site) -> None:
    query = "SELECT ?a ?b ?c { BIND(BNODE() AS ?a) BIND(?a AS ?b) BIND(BNODE() AS ?c) }"
    (row,) = site.query(query, JSON).json["results"]["bindings"]
    assert {term["type"] for term in row.values()} == {"bnode"}
    assert row["a"]["value"] == row["b"]["value"] != row["c"]["value"]
    a, b, c = [node.text for node in ElementTree.fromstring(site.query(query, XML).body).iter(NS + "bnode")]
    assert a == b != c
    a, b, c = site.query(query, TSV).body.decode().split("\n")[1].split("\t")
    assert a == b != c
    assert re.fullmatch(r"_:\w+", a)


def test_the_same_values_in_every_format(site: Site) -> None:
    query = "SELECT ?s ?o { ?s rdfs:label ?o } ORDER BY ?s ?o LIMIT 400"
    rows = [(row["s"]["value"], row["o"]["value"]) for row in site.query(query, JSON).json["results"]["bindings"]]
    assert len(rows) > 50
    root = ElementTree.fromstring(site.query(query, XML).body)
    assert [tuple(binding[0].text for binding in result) for result in root.iter(NS + "result")] == rows
    assert [tuple(row) for row in csv.reader(io.StringIO(site.query(query, CSV).body.decode(), newline=""))][1:] == rows
    in_tsv = [line.split("\t") for line in site.query(query, TSV).body.decode().splitlines()[1:]]
    assert [(s[1:-1], o[1 : o.rindex('"')]) for s, o in in_tsv] == [(s, o.replace('"', '\\"')) for s, o in rows]


def test_a_long_answer_is_whole(site: Site) -> None:
    places = " ".join(str(place) for place in range(20))
    query = f"SELECT * {{ {{ SELECT ?s ?p ?o {{ ?s ?p ?o }} LIMIT 1000 }} VALUES ?place {{ {places} }} }}"
    assert len(site.query(query, JSON).json["results"]["bindings"]) == 20_000
    assert len(list(csv.reader(io.StringIO(site.query(query, CSV).text, newline="")))) == 20_001
