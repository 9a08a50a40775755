"""The description of the dataset, found from /.well-known/void, and the notes for robots."""

import json
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from publishing import BASE, MEETING, PARSERS, get, publishing, triples
from rdflib import RDF, Literal, Namespace, URIRef

VOID = Namespace("http://rdfs.org/ns/void#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
DATASET = URIRef(BASE + "dataset")
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with publishing(tmp_path_factory.mktemp("releases")) as client:
        yield client


def path_of(iri):
    assert str(iri).startswith(BASE)
    return str(iri).removeprefix(BASE)


@pytest.mark.parametrize("path", [".well-known/void", "void", "catalog", "dataset", ""])
@pytest.mark.parametrize("accept", PARSERS)
def test_the_description_in_every_format(client, path, accept):
    found = triples(get(client, path, accept))
    assert (DATASET, RDF.type, VOID.Dataset) in found
    assert (DATASET, RDF.type, DCAT.Dataset) in found


def test_following_the_description(client):
    found = triples(get(client, ".well-known/void", "text/turtle"))

    def objects(predicate):
        values = [o for s, p, o in found if s == DATASET and p == predicate]
        assert values, f"nothing for {predicate}"
        return values

    for dump in objects(VOID.dataDump):
        assert get(client, path_of(dump)).mimetype == "application/gzip"
    for example in objects(VOID.exampleResource):
        assert (example, None) != (DATASET, None)
        assert len(triples(get(client, path_of(example), "text/turtle"))) > 5
        (lookup,) = objects(VOID.uriLookupEndpoint)
        seen = get(client, path_of(lookup) + quote(str(example), safe=""), status=303)
        assert seen.headers["Location"] == "/" + path_of(example)
    assert objects(VOID.uriSpace) == [Literal(BASE)]
    assert get(client, path_of(objects(VOID.openSearchDescription)[0]))
    endpoints = {o for s, p, o in found if p == DCAT.endpointURL}
    assert {URIRef(BASE + name) for name in ("sparql", "fragments", "reconcile", "lookup")} <= endpoints
    assert (DATASET, URIRef(BASE)) in {(s, o) for s, p, o in found if p == DCAT.landingPage}


def test_what_the_mapper_wrote_is_kept_and_not_said_twice(tmp_path):
    with publishing(tmp_path) as client:
        file = client.application.extensions["communique"].release.path / "catalog.ttl"
        service, licence = f"{BASE}dataset#service", "https://creativecommons.org/licenses/by/4.0/"
        file.write_text(
            f"<{DATASET}> <http://purl.org/dc/terms/license> <{licence}> ; <{VOID.dataDump}> <{BASE}dumps/one.gz> .\n"
            f"<{service}> <{DCAT.endpointURL}> <{BASE}sparql> .\n"
        )
        found = triples(get(client, "void.nt"))
        assert [o for _, p, o in found if p == VOID.dataDump] == [URIRef(BASE + "dumps/one.gz")]
        assert [s for s, p, o in found if p == DCAT.endpointURL and o == URIRef(BASE + "sparql")] == [URIRef(service)]
        response = get(client, MEETING, "text/turtle")
        assert f'<{licence}>; rel="license"' in response.headers.getlist("Link")
        assert f'rel="license" href="{licence}"' in get(client, MEETING, "text/html").text


def test_an_unknown_form_is_not_there(client):
    assert get(client, "void.pdf", status=404)
    assert get(client, "void", "image/png", status=406)


def test_the_site_map_names_pages_that_are_there(client):
    robots = get(client, "robots.txt")
    assert robots.mimetype == "text/plain"
    assert "Sitemap: http://localhost/sitemap.xml" in robots.text.splitlines()
    root = ElementTree.fromstring(get(client, "sitemap.xml").data)
    places = [loc.text for loc in root.iter(SITEMAP + "loc")]
    assert BASE + MEETING in places
    assert len(places) == len(set(places)) > 10
    for place in places:
        get(client, path_of(place), "text/html")


def test_a_great_site_map_is_cut_into_parts(client, monkeypatch):
    monkeypatch.setattr("publisher.description.SITEMAP_SIZE", 5)
    index = ElementTree.fromstring(get(client, "sitemap.xml").data)
    parts = [loc.text.removeprefix("http://localhost/") for loc in index.iter(SITEMAP + "loc")]
    assert len(parts) > 2
    sizes = [len(list(ElementTree.fromstring(get(client, part).data).iter(SITEMAP + "loc"))) for part in parts]
    assert all(size == 5 for size in sizes[:-1])
    assert get(client, f"sitemap-{len(parts) + 1}.xml", status=404)


def test_ontology_shapes_and_context_are_documents(client):
    turtle = triples(get(client, "ontology.ttl"))
    assert len(turtle) > 500
    assert {(s, p, o) for s, p, o in turtle if isinstance(o, Literal)} <= triples(get(client, "ontology.nt"))
    context = get(client, "context.jsonld")
    assert context.mimetype == "application/ld+json"
    assert "@context" in json.loads(context.data)
    assert get(client, "shapes.ttl").mimetype == "text/turtle"


def test_opensearch(client):
    response = get(client, "opensearch.xml")
    assert response.mimetype == "application/opensearchdescription+xml"
    urls = ElementTree.fromstring(response.data).iter("{http://a9.com/-/spec/opensearch/1.1/}Url")
    assert "http://localhost/lookup?q={searchTerms}" in {url.attrib["template"] for url in urls}
