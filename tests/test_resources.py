"""Dereferencing: every IRI of the data, in every format, by header and by suffix."""

import json

import pytest
from publishing import BASE, CALL, MEETING, PARSERS, SUFFIXES, get, publishing, triples
from rdflib import RDF, RDFS, Literal, URIRef
from release_fixture import write_release
from server_process import running_server

from publisher.release import open_release

DIP = "https://w3id.org/communique/ontology#"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with publishing(tmp_path_factory.mktemp("releases")) as client:
        yield client


@pytest.fixture(scope="module")
def release(client):
    return open_release(client.application.extensions["communique"].release.path)


def own_iris(release):
    """Every IRI below the base, or with a permanent IRI of ours, that stands anywhere in the data."""
    found = set()
    for quad in release.quads():
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            value = str(getattr(term, "value", ""))
            if value.startswith((BASE, "https://w3id.org/communique/")) and term.__class__.__name__ == "NamedNode":
                found.add(value.partition("#")[0].replace("https://w3id.org/communique/", BASE))
    return sorted(found)


@pytest.mark.parametrize("accept", ["text/html", *PARSERS])
def test_every_iri_of_the_data_answers(client, release, accept):
    iris = own_iris(release)
    assert len(iris) > 25
    for iri in iris:
        response = get(client, iri.removeprefix(BASE), accept)
        assert response.mimetype == accept, iri


@pytest.mark.parametrize("path", [MEETING, "entity/Q142", "article/second", "topic/trade", "graph/events", "dataset"])
def test_all_formats_say_the_same(client, path):
    by_header = {kind: triples(get(client, path, kind)) for kind in PARSERS}
    by_suffix = {kind: triples(get(client, f"{path}.{suffix}", "text/html")) for suffix, kind in SUFFIXES.items()}
    assert len(by_header["text/turtle"]) > 4
    for kind in PARSERS:
        assert by_header[kind] == by_header["application/n-triples"], kind
        assert by_suffix[kind] == by_header[kind], kind


def test_an_event_is_described_with_its_parts_and_names(client):
    found = triples(get(client, MEETING, "text/turtle"))
    event = URIRef(BASE + MEETING)
    quote = URIRef(f"{event}#evidence-first-10-60-quote")
    exact = URIRef("http://www.w3.org/ns/oa#exact")
    assert (quote, exact, Literal("Emmanuel Macron met Keir Starmer in Paris on Tuesday")) in found
    part = URIRef(f"{event}#participation-Q3052772-participant")
    assert (part, URIRef(DIP + "capacity"), URIRef(BASE + "office/Q191954")) in found
    for iri, label in (("entity/Q3052772", "Emmanuel Macron"), ("office/Q191954", "President of France")):
        assert (URIRef(BASE + iri), RDFS.label, Literal(label, lang="en")) in found
    headline = URIRef("http://schema.org/headline")
    assert (URIRef(BASE + "article/first"), headline, Literal("Macron meets Starmer in Paris")) in found


def test_an_entity_is_described_with_what_points_to_it_and_who_says_so(client):
    found = triples(get(client, "entity/Q1058967", "application/n-triples"))
    meeting, person = URIRef(BASE + MEETING), URIRef(BASE + "entity/Q1058967")
    assert (meeting, URIRef(DIP + "participant"), person) in found
    assert (meeting, URIRef(DIP + "reportedBy"), URIRef(BASE + "article/second")) in found
    assert (person, RDF.type, URIRef(DIP + "Person")) in found


def test_trig_keeps_the_graphs_of_statements(client):
    text = get(client, MEETING + ".nq").text
    line = f"<{BASE}{MEETING}> <{DIP}reportedBy> <{BASE}article/second> <{BASE}graph/article/second> ."
    assert line in text.splitlines()


def test_json_ld_is_nested_and_in_plain_words(client):
    document = json.loads(get(client, MEETING + ".jsonld").data)
    event = document["graph"][0]
    assert event["id"] == BASE + MEETING
    assert event["earliestDate"] == "2025-03-04"
    assert event["status"] == "Occurred"
    assert {part["role"] for part in event["hasParticipation"]} == {"Participant"}
    assert "capital" not in document["@context"], "only the words that are used"


def test_headers_for_caches_and_crawlers(client):
    response = get(client, "entity/Q142", "text/turtle")
    assert response.headers["Content-Location"] == "/entity/Q142.ttl"
    assert {"Accept", "Accept-Encoding"} <= set(response.headers["Vary"].split(", "))
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    links = response.headers.getlist("Link")
    assert '</entity/Q142.jsonld>; rel="alternate"; type="application/ld+json"' in links
    assert '</entity/Q142.ttl>; rel="describedby"; type="text/turtle"' in links
    assert f'<{DIP}State>; rel="type"' in links
    again = client.get("/entity/Q142", headers={"Accept": "text/turtle", "If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    unchanged = {"Accept": "text/turtle", "If-Modified-Since": response.headers["Last-Modified"]}
    assert client.get("/entity/Q142", headers=unchanged).status_code == 304
    other = get(client, "entity/Q142", "application/n-triples", If_None_Match=response.headers["ETag"])
    assert other.headers["ETag"] != response.headers["ETag"]


def test_head_and_options(client):
    whole = get(client, MEETING, "text/turtle")
    head = client.head("/" + MEETING, headers={"Accept": "text/turtle"})
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(whole.data))
    assert head.headers["ETag"] == whole.headers["ETag"]
    options = client.options("/" + MEETING)
    assert {"GET", "HEAD", "OPTIONS"} <= set(options.headers["Allow"].split(", "))
    assert client.post("/" + MEETING).status_code == 405


def test_nothing_acceptable_is_told_with_what_there_is(client):
    problem = get(client, "entity/Q142", "image/png", status=406)
    assert problem.mimetype == "application/problem+json"
    assert "text/turtle" in problem.json["available"]
    assert get(client, "entity/Q142", "text/turtle;q=0, image/png", status=406)


def test_what_is_not_known(client):
    assert get(client, "entity/nobody", "text/turtle", status=404).mimetype == "application/problem+json"
    assert get(client, "entity/nobody", "text/html", status=404).mimetype == "text/html"
    assert get(client, "entity/Q142.png", status=404)
    assert get(client, "entity/%3E%20%22", status=404)
    assert get(client, "entity/%FF%FE", status=404)


def test_what_was_merged_leads_on(client):
    response = get(client, "event/meeting-2025-03-04-macron-bbbbbb.ttl?x=1", status=301)
    assert response.headers["Location"] == f"/{MEETING}.ttl?x=1"
    assert get(client, "event/meeting-2025-03-04-macron-bbbbbb", status=301).headers["Location"] == "/" + MEETING


def test_what_was_withdrawn_says_why(client):
    problem = get(client, "event/visit-2025-03-05-macron-cccccc", "text/turtle", status=410)
    assert "the article was held back" in problem.json["detail"]
    assert (
        "the article was held back" in get(client, "event/visit-2025-03-05-macron-cccccc.html", "text/html", 410).text
    )


@pytest.mark.parametrize(
    "path",
    ["entity/person-jos%C3%A9", "entity/person-jos%c3%a9", "entity%2Fperson-jos%25C3%25A9", "entity/person-josé"],
)
def test_percent_encoded_names_in_every_writing(client, path):
    found = triples(get(client, path, "text/turtle"))
    assert (URIRef(BASE + "entity/person-jos%C3%A9"), RDF.type, URIRef(DIP + "Person")) in found


def test_an_identifier_that_ends_like_a_suffix(client):
    found = triples(get(client, "article/page.html", "text/turtle"))
    assert any(subject == URIRef(BASE + "article/page.html") for subject, _, _ in found)
    assert get(client, "article/page.html.nt").mimetype == "application/n-triples"


def test_an_iri_that_ends_with_a_slash(client):
    assert get(client, "topic/", "text/turtle").headers["Content-Location"] == "/topic.ttl"
    assert triples(get(client, "topic.ttl")) == triples(get(client, "topic/", "text/turtle"))


def test_terms_and_versions_of_the_ontology_have_documents(client):
    label = Literal("meeting", lang="en")
    assert (URIRef(DIP + "Meeting"), RDFS.label, label) in triples(get(client, "ontology/Meeting.ttl"))
    assert len(triples(get(client, "ontology/0.1.0", "text/turtle"))) > 300
    assert get(client, "ontology/Nonsense", status=404)


def test_the_base_may_be_another_host(tmp_path):
    with publishing(tmp_path, base="https://data.example/news/", extra="") as client:
        response = get(client, CALL, "text/turtle")
        assert URIRef(f"https://data.example/news/{CALL}") in {s for s, _, _ in triples(response)}
        page = get(client, CALL, "text/html")
        assert 'href="/entity/Q3052772"' in page.text
        assert (
            "https://data.example/news/entity/Q3052772"
            not in page.text.split("All statements")[1].split("Identifier")[0]
        )


def test_a_real_server_answers_what_the_client_in_process_saw(tmp_path):
    write_release(tmp_path)
    with running_server(tmp_path / "current", access_log=False) as server:
        client = server.client()
        reply = client.send("GET", "/entity%2FQ142", headers={"Accept": "text/turtle", "Accept-Encoding": "gzip"})
        assert (reply.status, reply.headers["Content-Encoding"]) == (200, "gzip")
        condition = {"Accept": "text/turtle", "Accept-Encoding": "gzip", "If-None-Match": reply.headers["ETag"]}
        assert client.send("GET", "/entity/Q142", headers=condition).status == 304
        assert client.send("GET", "/entity/%E9", headers={"Accept": "text/turtle"}).status == 404
        client.close()
