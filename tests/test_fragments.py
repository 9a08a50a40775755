"""Triple Pattern Fragments: every pattern, its count, its pages, and the controls that clients follow."""

from urllib.parse import quote, urlencode

import pytest
from publishing import BASE, MEETING, get, publishing, triples
from rdflib import RDF, Literal, Namespace, URIRef
from release_fixture import write_release
from server_process import running_server

HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
VOID = Namespace("http://rdfs.org/ns/void#")
DIP = Namespace("https://w3id.org/communique/ontology#")
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
MANY = "<http://localhost:8000/graph/events> {" + "".join(
    f"<http://localhost:8000/event/many-{n:03}> dip:dateText {n} ." for n in range(250)
) + "}"  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with publishing(tmp_path_factory.mktemp("releases"), extra=MANY) as client:
        yield client


@pytest.fixture(scope="module")
def store(client):
    return client.application.extensions["communique"].release.store


def fragment(client, accept="application/trig", **pattern):
    return get(client, f"fragments?{urlencode(pattern)}", accept)


def data(response):
    """The statements of the data alone: those of the default graph in N-Quads."""
    lines = [line for line in response.text.splitlines() if not line.endswith("#metadata> .")]
    return sorted(lines)


def count(response):
    (found,) = {int(o) for s, p, o in triples(response) if p == VOID.triples}
    assert found == next(int(o) for s, p, o in triples(response) if p == HYDRA.totalItems)
    return found


PATTERNS = [
    {},
    {"subject": BASE + MEETING},
    {"predicate": str(DIP.participant)},
    {"object": BASE + "entity/Q142"},
    {"object": '"France"@en'},
    {"object": '"2025-03-04"^^http://www.w3.org/2001/XMLSchema#date'},
    {"object": '"2025-03-04"^^<http://www.w3.org/2001/XMLSchema#date>'},
    {"object": '"first"'},
    {"subject": BASE + MEETING, "predicate": str(RDF.type)},
    {"subject": BASE + MEETING, "predicate": str(RDF.type), "object": str(DIP.Meeting)},
    {"subject": "?s", "predicate": LABEL, "object": "?o"},
    {"subject": BASE + "entity/nobody"},
    {"subject": '"a literal"'},
]


def sparql(pattern):
    terms = []
    for name in ("subject", "predicate", "object"):
        value = pattern.get(name, "")
        if not value or value.startswith("?"):
            terms.append(f"?{name}")
        elif value.startswith('"'):
            text, hats, datatype = value.partition("^^")
            terms.append(f"{text}^^<{datatype.strip('<>')}>" if hats else text)
        else:
            terms.append(f"<{value}>")
    return " ".join(terms)


@pytest.mark.parametrize("pattern", PATTERNS, ids=str)
def test_a_fragment_holds_what_matches(client, store, pattern):
    response = fragment(client, "application/n-quads", **pattern)
    if pattern.get("subject", "").startswith('"'):
        assert (count(response), data(response)) == (0, [])
        return
    expected = sorted(f"{triple} ." for triple in store.query(f"CONSTRUCT WHERE {{ {sparql(pattern)} }}"))
    assert count(response) == len(expected)
    assert data(response) == expected if len(expected) <= 100 else len(data(response)) == 100


def test_pages_together_hold_everything_once(client):
    seen, path = [], f"fragments?predicate={quote(str(DIP.dateText), safe='')}"
    for _ in range(9):
        response = get(client, path, "application/n-quads")
        seen += data(response)
        following = [str(o) for _, p, o in triples(response) if p == HYDRA.next]
        if not following:
            break
        path = following[0].removeprefix("http://localhost/")
    assert len(seen) == len(set(seen)) == 250
    assert get(client, path.replace("page=3", "page=4"), "application/n-quads", status=404)
    for wrong in ("page=0", "page=x", "page=-1"):
        assert get(client, f"fragments?{wrong}", status=400)


def test_the_controls_lead_to_every_other_fragment(client):
    found = triples(fragment(client, "text/turtle", predicate=LABEL))
    (template,) = {str(o) for _, p, o in found if p == HYDRA.template}
    assert template == "http://localhost/fragments{?subject,predicate,object}"
    variables = {str(o): s for s, p, o in found if p == HYDRA.variable}
    for name in ("subject", "predicate", "object"):
        assert (variables[name], HYDRA.property, RDF[name]) in found
    dataset = URIRef(BASE + "dataset")
    here = URIRef("http://localhost/fragments?" + urlencode({"predicate": LABEL}))
    assert (dataset, VOID.subset, here) in found
    assert {s for s, p, _ in found if p == HYDRA.search} == {dataset}
    assert (here, HYDRA.itemsPerPage, Literal(100)) in found


def test_controls_are_kept_apart_from_the_data(client):
    for line in fragment(client, "application/n-quads", predicate=LABEL).text.splitlines():
        if "/hydra/" in line or "void#" in line:
            assert line.endswith("#metadata> .")


@pytest.mark.parametrize("accept", ["text/turtle", "application/ld+json", "application/trig", "application/n-triples"])
def test_formats_hold_the_same(client, accept):
    assert triples(fragment(client, accept, object=BASE + "entity/Q142")) == triples(
        fragment(client, "application/n-quads", object=BASE + "entity/Q142")
    )


def test_patterns_that_are_none_are_refused(client):
    for wrong in (
        {"subject": "nothing"},
        {"object": "no quotes"},
        {"object": '"x"^^<a b>'},
        {"predicate": "http://a b"},
    ):
        assert fragment_status(client, wrong) == 400, wrong
    assert get(client, "fragments", "image/png", status=406)


def fragment_status(client, pattern):
    return client.get("/fragments", query_string=pattern, headers={"Accept": "text/turtle"}).status_code


def test_fragments_for_people(client):
    page = fragment(client, "text/html", subject=BASE + "entity/Q142").text
    assert 'href="/entity/Q90"' in page
    assert 'name="predicate"' in page


def test_a_page_names_itself_as_the_client_wrote_it(tmp_path):
    """Clients look for the address that they asked for, letter by letter, to find the controls."""
    write_release(tmp_path)
    with running_server(tmp_path / "current", access_log=False) as server:
        client = server.client()
        for query in (f"?predicate={LABEL.replace('#', '%23')}", f"?predicate={quote(LABEL, safe='')}&object=", ""):
            path = f"/fragments{query}"
            reply = client.send("GET", path, headers={"Accept": "application/trig"})
            assert f"<http://127.0.0.1:{server.port}{path}>" in reply.text
        client.close()
