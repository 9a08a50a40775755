"""What the site says of itself, from /.well-known/void along the links: dumps, numbers, vocabularies, site map."""

from __future__ import annotations

import gzip
import hashlib
import re
import urllib.robotparser
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph
import pyshacl
import pytest
import rdflib
from blackbox import BASE, PARSERS, Page, Site, one, statements, values
from rdflib import RDF, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDFS, SH, VOID
from server_process import Reply

DIP = "https://w3id.org/communique/ontology#"
TSV = pyoxigraph.QueryResultsFormat.TSV
FORMS = {"ttl": pyoxigraph.RdfFormat.TURTLE, "rdf": pyoxigraph.RdfFormat.RDF_XML, "nt": pyoxigraph.RdfFormat.N_TRIPLES}
SPDX = "http://spdx.org/rdf/terms#"
DATASET = URIRef(BASE + "dataset")
SUFFIXES = dict(zip(("ttl", "nt", "jsonld", "rdf", "trig", "nq"), PARSERS, strict=True))


@pytest.fixture(scope="module")
def void(site: Site) -> set:
    return statements(site.get("/.well-known/void", "text/turtle"))


@pytest.mark.parametrize("media_type", PARSERS)
def test_void_in_every_format(site: Site, void: set, media_type: str) -> None:
    reply = site.get("/.well-known/void", media_type)
    assert reply.type == media_type
    assert statements(reply) == void
    assert (DATASET, RDF.type, VOID.Dataset) in void


def test_void_is_turtle_for_those_who_do_not_say(site: Site) -> None:
    assert site.ask("/.well-known/void").type == site.ask("/.well-known/void", "*/*").type == "text/turtle"
    assert site.ask("/.well-known/void", "text/html,*/*;q=0.8").type == "text/html"


def test_what_void_promises(site: Site, void: set) -> None:
    assert values(void, DATASET, DCTERMS.title)
    assert values(void, DATASET, DCTERMS.description)
    assert values(void, DATASET, DCTERMS.license)
    assert values(void, DATASET, VOID.uriSpace) == {BASE}
    (endpoint,) = values(void, DATASET, VOID.sparqlEndpoint)
    assert site.get(f"{endpoint}?query=ASK%7B%7D").json["boolean"]
    (home,) = values(void, DATASET, FOAF.homepage)
    assert site.get(home, "text/html").type == "text/html"
    (search,) = values(void, DATASET, VOID.openSearchDescription)
    root = ElementTree.fromstring(site.get(search).body)
    template = next(url.get("template") for url in root.iter() if url.get("type") == "application/json")
    assert site.get(template.replace("{searchTerms}", "kenya")).json["total"] > 0
    examples = values(void, DATASET, VOID.exampleResource)
    assert len(examples) >= 2
    for example in examples:
        assert any(str(s) == example for s, _, _ in statements(site.get(example, "text/turtle")))
        (lookup,) = values(void, DATASET, VOID.uriLookupEndpoint)
        assert site.ask(lookup + example.replace("#", "%23")).status == 303
    for vocabulary in values(void, DATASET, VOID.vocabulary):
        assert site.rows(f'SELECT ?p {{ ?s ?p ?o FILTER(STRSTARTS(STR(?p), "{vocabulary}")) }} LIMIT 1')


def test_numbers_of_void_are_those_of_the_data(site: Site, void: set) -> None:
    for name, query in {
        VOID.triples: "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        VOID.distinctSubjects: "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
        VOID.distinctObjects: "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
        VOID.properties: "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
        VOID.classes: "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }",
    }.items():
        assert values(void, DATASET, name) == {site.rows(query)[0]["n"]}, name
    classes = {row["c"]: row["n"] for row in site.rows("SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c")}
    told = {}
    for partition in values(void, DATASET, VOID.classPartition):
        (kind,), (count,) = (values(void, URIRef(partition), name) for name in (VOID["class"], VOID.entities))
        told[kind] = count
    assert told == classes
    used = {row["p"]: row["n"] for row in site.rows("SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p")}
    told = {}
    for partition in values(void, DATASET, VOID.propertyPartition):
        (name,), (count,) = (values(void, URIRef(partition), name) for name in (VOID.property, VOID.triples))
        told[name] = count
    assert told == used
    for subset in values(void, DATASET, VOID.subset):
        (count,) = values(void, URIRef(subset), VOID.triples)
        if "/graph/" in subset:
            query = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{subset}> {{ ?s ?p ?o }} }}"
            assert site.rows(query)[0]["n"] == count


def test_linksets(site: Site, void: set) -> None:
    linksets = {s for s, p, o in void if (p, o) == (RDF.type, VOID.Linkset)}
    assert {str(linkset).rpartition("#")[2] for linkset in linksets} == {
        "linkset-wikidata",
        "linkset-dbpedia",
        "linkset-geonames",
    }
    for linkset in linksets:
        (predicate,) = values(void, linkset, VOID.linkPredicate)
        assert values(void, linkset, VOID.subjectsTarget) | values(void, linkset, VOID.target) >= {str(DATASET)}
        (dump,) = values(void, linkset, VOID.dataDump)
        lines = gzip.decompress(site.get(dump).body).decode().splitlines()
        assert {str(len(lines))} == values(void, linkset, VOID.triples) != {"0"}
        (target,) = values(void, linkset, VOID.objectsTarget)
        assert all(f" <{target}" in line for line in lines)
        assert all(f"<{predicate}>" in line for line in lines)


def test_every_address_in_the_description_answers(site: Site, void: set) -> None:
    own = {str(term).partition("#")[0] for triple in void for term in triple if str(term).startswith(BASE)}
    own = {address for address in own if isinstance(address, str) and not address.endswith("?uri=")}
    assert len(own) > 30
    for address in sorted(own):
        reply = site.get(address, method="HEAD")
        assert reply.headers["Content-Type"], address
        assert reply.headers["Access-Control-Allow-Origin"] == "*"


def test_dumps_are_what_they_say(site: Site, void: set) -> None:
    media, found = "https://www.iana.org/assignments/media-types/", {}
    for node, address in sorted((s, str(o)) for s, p, o in void if p == VOID.dataDump):
        assert address in values(void, node, DCAT.distribution)
        file = URIRef(address)
        (download,), (checksum,) = (values(void, file, name) for name in (DCAT.downloadURL, URIRef(SPDX + "checksum")))
        reply = site.get(download)
        assert values(void, file, DCAT.byteSize) == {str(len(reply.body))}
        digest = hashlib.sha256(reply.body).hexdigest()
        assert values(void, URIRef(checksum), URIRef(SPDX + "checksumValue")) == {digest}
        assert values(void, file, DCAT.compressFormat) == {media + "application/gzip"}
        (media_type,) = values(void, file, DCAT.mediaType)
        unpacked = Reply(reply.status, reply.headers, gzip.decompress(reply.body))
        found[address] = statements(unpacked, kind=media_type.removeprefix(media))
        assert values(void, node, VOID.triples) == {str(len(found[address]))}, "a dump holds all that it is a dump of"
    whole = [found[address] for address in values(void, DATASET, VOID.dataDump)]
    assert len(whole) == len(SUFFIXES)
    assert all(one == whole[0] for one in whole), "every format holds the same statements"


@pytest.mark.parametrize("name", ["ontology", "shapes"])
def test_vocabularies(site: Site, name: str) -> None:
    texts = {media_type: statements(site.get(f"/{name}", media_type)) for media_type in PARSERS}
    assert len({len(found) for found in texts.values()}) == 1
    page = Page(site.get(f"/{name}", "text/html").text)
    ids = {a.get("id") for _, a in page.tags}
    if name == "ontology":
        terms = {str(s) for s, p, _ in texts["text/turtle"] if p == RDFS.label and str(s).startswith(DIP)}
        assert len(terms) > 60
        assert {term.removeprefix(DIP) for term in terms} <= ids, "each term has its place on the page"
    context = site.get("/context.jsonld")
    assert context.type == "application/ld+json"
    assert context.json["@context"]


def test_site_map_and_robots(site: Site) -> None:
    rules = urllib.robotparser.RobotFileParser()
    rules.parse(site.get("/robots.txt").text.splitlines())
    (index,) = rules.site_maps()
    assert rules.can_fetch("*", one(site, "event"))
    assert not rules.can_fetch("*", BASE + "sparql?query=ASK%7B%7D")
    places = [loc.text for loc in ElementTree.fromstring(site.get(index).body).iter() if loc.tag.endswith("}loc")]
    assert {one(site, kind) for kind in ("event", "person", "state", "article", "topic")} <= set(places)
    for place in places[::7]:
        assert site.get(place, "text/html", method="HEAD").headers["Content-Type"].startswith("text/html")


def test_ranges_of_a_dump(site: Site) -> None:
    whole = site.get("/dumps/communique.nq.gz")
    assert whole.headers["Accept-Ranges"] == "bytes"
    size, tag = len(whole.body), whole.headers["ETag"]
    for asked, part in {
        "bytes=0-9": slice(0, 10),
        "bytes=10-": slice(10, None),
        "bytes=-5": slice(size - 5, None),
        f"bytes=5-{size + 100}": slice(5, None),
    }.items():
        reply = site.get("/dumps/communique.nq.gz", headers={"Range": asked, "If-Range": tag}, status=206)
        assert reply.body == whole.body[part]
        last = part.start + len(reply.body) - 1
        assert reply.headers["Content-Range"] == f"bytes {part.start}-{last}/{size}"
    beyond = site.get("/dumps/communique.nq.gz", headers={"Range": f"bytes={size}-"}, status=416)
    assert beyond.headers["Content-Range"] == f"bytes */{size}"
    assert site.get("/dumps/communique.nq.gz", headers={"Range": "bytes=0-9", "If-Range": '"other"'}).body == whole.body
    sums = dict(line.split("  ")[::-1] for line in site.get("/dumps/SHA256SUMS").text.splitlines())
    assert sums["communique.nq.gz"] == hashlib.sha256(whole.body).hexdigest()


def test_the_endpoint_answers_every_quad_of_the_dump(site: Site, void: set) -> None:
    dump = pyoxigraph.parse(gzip.decompress(site.get("/dumps/communique.nq.gz").body), pyoxigraph.RdfFormat.N_QUADS)
    quads = {tuple(str(term) for term in (quad.graph_name, *quad.triple)) for quad in dump}
    answer = site.query("SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } }", "text/tab-separated-values").body.decode()
    given = [tuple(str(term) for term in solution) for solution in pyoxigraph.parse_query_results(answer, TSV)]
    assert len(given) == len(set(given)) == len(quads) > 1000
    assert set(given) == quads
    union = {quad[1:] for quad in quads}
    (count,) = site.rows("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    lines = gzip.decompress(site.get("/dumps/communique.nt.gz").body).decode().splitlines()
    assert {len(union), int(count["n"]), len(lines), len(set(lines))} == {int(*values(void, DATASET, VOID.triples))}
    assert site.get("/manifest.json").json["counts"]["triples"] == len(union)


def test_literals_are_the_same_in_descriptions_and_dump(site: Site) -> None:
    lines = gzip.decompress(site.get("/dumps/communique.nq.gz").body).decode().splitlines()
    typed = {kind: line for line in lines for kind in re.findall(r'"\^\^<([^>]*)>', line)}
    assert {kind.partition("#")[2] for kind in typed} >= {"integer", "decimal", "date", "boolean"}
    for line in typed.values():
        (quad,) = pyoxigraph.parse(line, pyoxigraph.RdfFormat.N_QUADS)
        address = quad.subject.value
        for suffix, form in FORMS.items():
            document = address.partition("#")[0]
            if document.startswith(BASE):
                text = site.get(f"{document}.{suffix}").body
                assert quad.triple in {one.triple for one in pyoxigraph.parse(text, form, base_iri=document)}, line


@pytest.mark.parametrize("media_type", ["text/turtle", "application/ld+json"])
def test_descriptions_conform_to_their_shapes(site: Site, media_type: str) -> None:
    graph = rdflib.Graph()
    for address in ("/.well-known/void", "/sparql"):
        for statement in statements(site.get(address, media_type)):
            graph.add(statement)
    shapes = rdflib.Graph().parse(Path(__file__).parent / "descriptions.shapes.ttl")
    for kind in set(shapes.objects(None, SH.targetClass)):
        assert (None, RDF.type, kind) in graph, f"nothing to hold {kind} to"
    conforms, _, text = pyshacl.validate(graph, shacl_graph=shapes)
    assert conforms, text
