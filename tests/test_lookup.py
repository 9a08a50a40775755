"""Finding a resource by words, by what others call it, and by its own IRI."""

from urllib.parse import quote

import pytest
from publishing import BASE, CALL, MEETING, get, publishing, triples
from rdflib import OWL, RDFS, Literal, URIRef

from publisher import index

WD = "http://www.wikidata.org/entity/"
LINKS = f"""
<http://localhost:8000/graph/entities> {{
  entity:Q142 owl:sameAs <http://dbpedia.org/resource/France> , <https://sws.geonames.org/3017382/> .
  topic:trade skos:exactMatch wd:Q601401 .
  <{WD}Q999> rdfs:label "somebody else's name" .
}}
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with publishing(tmp_path_factory.mktemp("releases"), extra=LINKS) as client:
        yield client


def found(client, query):
    return get(client, f"lookup?{query}", "application/json").json


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("France", "entity/Q142"),
        ("UK", "entity/Q145"),
        ("starmer", "entity/Q1058967"),
        ("Emmanuel Macron", "entity/Q3052772"),
        ("tuesday", MEETING),
        ("trade", "topic/trade"),
        ("plan speak telephone", CALL),
        ("pari", "entity/Q90"),
    ],
)
def test_names_aliases_and_quotes_are_found(client, words, first):
    answer = found(client, f"q={quote(words)}")
    assert answer["results"][0]["id"] == BASE + first
    scores = [one["score"] for one in answer["results"]]
    assert scores == sorted(scores, reverse=True)
    assert answer["total"] >= len(scores) > 0


def test_results_can_be_narrowed_and_leafed_through(client):
    people = found(client, "q=macron&type=dip:Person")["results"]
    assert [one["id"] for one in people] == [BASE + "entity/Q3052772"]
    assert found(client, "q=macron&type=Meeting")["results"][0]["id"] == BASE + MEETING
    everything = found(client, "q=macron")
    rest = found(client, "q=macron&offset=1&limit=2")
    assert rest["results"] == everything["results"][1:3]
    assert rest["total"] == everything["total"]
    for wrong in ("limit=0", "limit=x", "offset=-1", "limit=100000"):
        assert get(client, f"lookup?q=macron&{wrong}", "application/json", status=400)


def test_nothing_asked_and_nothing_found(client):
    assert get(client, "lookup", "application/json", status=400)
    assert get(client, "lookup", "text/html").status_code == 200
    for words in ("qqqq", "*", '"', "NEAR(", "{label} : x", "\u0000"):
        assert found(client, f"q={quote(words)}")["results"] == []


def test_results_as_page_and_as_rdf(client):
    page = get(client, "lookup?q=macron", "text/html")
    assert 'href="/entity/Q3052772"' in page.text
    assert "<script>alert" not in get(client, "lookup?q=%3Cscript%3Ealert(1)", "text/html").text
    rdf = triples(get(client, "lookup?q=macron", "text/turtle"))
    assert (URIRef(BASE + "entity/Q3052772"), RDFS.label, Literal("Emmanuel Macron", lang="en")) in rdf
    assert get(client, "lookup?q=macron", "image/png", status=406)


@pytest.mark.parametrize(
    ("uri", "target"),
    [
        (WD + "Q142", "/entity/Q142"),
        ("https://www.wikidata.org/wiki/Q142", "/entity/Q142"),
        ("http://dbpedia.org/resource/France", "/entity/Q142"),
        ("https://dbpedia.org/page/France", "/entity/Q142"),
        ("https://sws.geonames.org/3017382/", "/entity/Q142"),
        ("http://www.geonames.org/3017382/france.html", "/entity/Q142"),
        (BASE + "entity/Q142", WD + "Q142"),
        (WD + "Q601401", "/topic/trade"),
        (BASE + "entity/Q90", WD + "Q90"),
    ],
)
def test_the_same_thing_elsewhere(client, uri, target):
    response = get(client, f"sameas?uri={quote(uri, safe='')}", status=303)
    assert response.headers["Location"] == target
    listed = get(client, f"sameas?uri={quote(uri, safe='')}", "application/json").json
    assert (BASE + target[1:] if target.startswith("/") else target) in listed["sameAs"]
    assert listed["label"]


def test_all_names_of_a_thing_belong_together(client):
    listed = get(client, f"sameas?uri={quote(WD + 'Q142', safe='')}&format=json").json["sameAs"]
    assert listed == ["http://dbpedia.org/resource/France", BASE + "entity/Q142", "https://sws.geonames.org/3017382/"]
    rdf = triples(get(client, f"sameas?uri={quote(WD + 'Q142', safe='')}", "text/turtle"))
    assert (URIRef(WD + "Q142"), OWL.sameAs, URIRef(BASE + "entity/Q142")) in rdf


def test_what_is_not_known_to_be_the_same(client):
    assert get(client, f"sameas?uri={quote(WD + 'Q1', safe='')}", status=404)
    assert get(client, f"sameas?uri={quote(WD + 'Q999', safe='')}", status=404)
    for wrong in ("", "?uri=", "?uri=not%20an%20iri", "?uri=nothing"):
        assert get(client, f"sameas{wrong}", status=400)


def test_describe_leads_to_the_description(client):
    for uri, target in ((BASE + MEETING, "/" + MEETING), (WD + "Q90", "/entity/Q90")):
        assert get(client, f"describe?uri={quote(uri, safe='')}", status=303).headers["Location"] == target
    term = "https://w3id.org/communique/ontology#Meeting"
    assert get(client, f"describe?uri={quote(term, safe='')}", status=303).headers["Location"] == "/ontology#Meeting"
    assert get(client, f"describe?uri={quote('http://evil.example/', safe='')}", status=404)
    assert get(client, "describe?uri=", status=303).headers["Location"] == "/dataset"
    assert get(client, "describe", status=400)


def test_words_that_very_many_things_are_called_by_are_paged_without_gaps(client, monkeypatch):
    ranked = found(client, "q=m&limit=200")
    monkeypatch.setattr(index, "_RANKED", 0)  # whatever matches is too much to be put in order by how well it fits
    many = ranked["total"]
    assert many > 3
    pages = [found(client, f"q=m&limit=3&offset={start}") for start in range(0, many, 3)]
    seen = [hit["id"] for page in pages for hit in page["results"]]
    assert {page["total"] for page in pages} == {many}
    assert sorted(seen) == sorted(hit["id"] for hit in ranked["results"])
    scores = [hit["score"] for page in pages for hit in page["results"]]
    assert scores == sorted(scores, reverse=True)
