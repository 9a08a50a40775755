"""Clients that people really use, against a server process: rdflib, SPARQLWrapper, csv, an OpenRefine-like run."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
import rdflib
from blackbox import Site
from rdflib.namespace import OWL, RDF, RDFS
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from release_fixture import write_release
from server_process import running_server
from SPARQLWrapper import CSV, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

# rdflib uses old names of its own inside its parsers.
pytestmark = pytest.mark.filterwarnings("ignore:.*(ConjunctiveGraph|default_context) is deprecated:DeprecationWarning")

DIP = rdflib.Namespace("https://w3id.org/communique/ontology#")
GUIDE = Path(__file__).parent.parent / "docs" / "clients.md"
BASE = "http://localhost:8000/"
KENYA = rdflib.URIRef(BASE + "entity/Q114")
STATES = f"SELECT ?state ?name {{ ?state a <{DIP.State}> ; <{RDFS.label}> ?name }} ORDER BY ?state"


@pytest.fixture(scope="module")
def root(site: Site) -> str:
    """Where the server listens, with a slash at the end."""
    return f"http://127.0.0.1:{site.server.port}/"


@pytest.fixture(scope="module")
def states(site: Site) -> dict[str, str]:
    return {row["state"]: row["name"] for row in site.rows(STATES)}


def fetched(address: str, *, accept: str = "*/*", form: dict[str, str] | None = None) -> str:
    request = Request(address, headers={"Accept": accept}, data=urlencode(form).encode() if form else None)
    with urlopen(request, timeout=30) as reply:
        return reply.read().decode()


class TestRdflib:
    def test_a_remote_store(self, root: str, states: dict[str, str]) -> None:
        store = SPARQLStore(root + "sparql")
        graph = rdflib.Graph(store)
        assert {str(row.state): str(row.name) for row in graph.query(STATES)} == states
        assert (KENYA, RDF.type, DIP.State) in graph
        assert graph.value(KENYA, RDFS.label) == rdflib.Literal("Kenya", lang="en")
        assert set(map(str, graph.subjects(RDF.type, DIP.State))) == set(states)
        assert len(graph.query(f"CONSTRUCT {{ ?s a ?c }} {{ ?s a ?c . ?s a <{DIP.State}> }}").graph) >= len(states)
        assert graph.query("ASK { ?s ?p ?o }").askAnswer
        store.close()

    def test_one_graph_of_it(self, root: str, site: Site) -> None:
        name = BASE + "graph/entities"
        graph = rdflib.Graph(SPARQLStore(root + "sparql", returnFormat="json"), identifier=name)
        (row,) = graph.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
        (expected,) = site.rows(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{name}> {{ ?s ?p ?o }} }}")
        assert int(row.n) == int(expected["n"])

    @pytest.mark.parametrize("format", [None, "turtle", "n3", "xml", "nt", "json-ld"])
    def test_things_are_read_by_their_address(self, root: str, format: str | None) -> None:
        graph = rdflib.Graph().parse(root + "entity/Q114", format=format)
        assert (KENYA, RDF.type, DIP.State) in graph
        assert (KENYA, OWL.sameAs, rdflib.URIRef("http://www.wikidata.org/entity/Q114")) in graph

    @pytest.mark.parametrize("suffix", ["ttl", "rdf", "nt", "jsonld", "html"])
    def test_documents_are_read_by_their_suffix(self, root: str, suffix: str) -> None:
        address = f"{root}entity/Q114.{suffix}"
        if suffix == "html":
            assert "<h1" in fetched(address)
        else:
            assert (KENYA, RDF.type, DIP.State) in rdflib.Graph().parse(address)

    def test_a_query_of_ones_own_calls_the_service(self, root: str, states: dict[str, str]) -> None:
        mine = rdflib.Graph().add((rdflib.URIRef("urn:mine"), OWL.sameAs, KENYA))
        found = mine.query(
            f"SELECT ?name {{ SERVICE <{root}sparql> {{ ?state <{RDFS.label}> ?name }} ?mine <{OWL.sameAs}> ?state }}"
        )
        assert [str(row.name) for row in found] == [states[str(KENYA)]]


class TestSparqlWrapper:
    @pytest.fixture
    def wrapper(self, root: str) -> SPARQLWrapper:
        return SPARQLWrapper(root + "sparql")

    @pytest.mark.parametrize("way", ["GET", "POST", "POSTDIRECTLY"])
    def test_ways(self, wrapper: SPARQLWrapper, states: dict[str, str], way: str) -> None:
        wrapper.setQuery(STATES)
        wrapper.setReturnFormat(JSON)
        if way != "GET":
            wrapper.setMethod(POST)
        if way == "POSTDIRECTLY":
            wrapper.setRequestMethod(POSTDIRECTLY)
        rows = wrapper.queryAndConvert()["results"]["bindings"]
        assert {row["state"]["value"]: row["name"]["value"] for row in rows} == states

    def test_formats_of_solutions(self, wrapper: SPARQLWrapper, states: dict[str, str]) -> None:
        wrapper.setQuery(STATES)
        wrapper.setReturnFormat(XML)
        assert len(wrapper.queryAndConvert().getElementsByTagName("result")) == len(states)
        wrapper.setReturnFormat(CSV)
        assert len(wrapper.queryAndConvert().decode().splitlines()) == len(states) + 1
        wrapper.setReturnFormat(TSV)
        assert len(wrapper.queryAndConvert().decode().splitlines()) == len(states) + 1

    def test_formats_of_graphs(self, wrapper: SPARQLWrapper) -> None:
        wrapper.setQuery(f"DESCRIBE <{KENYA}>")
        sizes = set()
        for form, parser in ((TURTLE, "turtle"), (N3, "n3"), (RDFXML, None), (JSONLD, None)):
            wrapper.setReturnFormat(form)
            found = wrapper.queryAndConvert()
            graph = found if parser is None else rdflib.Graph().parse(data=found, format=parser)
            sizes.add(len(graph))
        assert len(sizes) == 1
        assert min(sizes) > 5

    def test_truth_dataset_and_errors(self, wrapper: SPARQLWrapper) -> None:
        wrapper.setReturnFormat(JSON)
        wrapper.setQuery(f"ASK {{ <{KENYA}> a <{DIP.State}> }}")
        assert wrapper.queryAndConvert()["boolean"] is True
        wrapper.addDefaultGraph(BASE + "graph/ontology")
        assert wrapper.queryAndConvert()["boolean"] is False
        wrapper.setQuery("SELECT nonsense")
        with pytest.raises(QueryBadFormed, match="Line 1"):
            wrapper.query()


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL))
def test_what_the_guide_shows(
    root: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: str
) -> None:
    monkeypatch.setenv("ROOT", root.rstrip("/"))
    exec(compile(code, GUIDE, "exec"), {})
    printed = capsys.readouterr().out
    for expected in re.findall(r"print\(.*\)  # (.*)$", code, re.MULTILINE):
        for line in expected.split(", "):
            assert line in printed.splitlines()


def test_tables(root: str, states: dict[str, str]) -> None:
    address = root + "sparql?" + urlencode({"query": STATES, "format": "csv"})
    table = list(csv.DictReader(io.StringIO(fetched(address), newline="")))
    assert {row["state"]: row["name"] for row in table} == states


@pytest.fixture(scope="module")
def federated(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Another instance, with data of its own, that is allowed to ask the first one."""
    folder = tmp_path_factory.mktemp("other")
    write_release(folder, base="http://localhost:8001/")
    allowed = f"http://127.0.0.1:{site.server.port}/sparql"
    with running_server(Path(folder) / "current", service_allowlist=(allowed,), access_log=False) as server:
        other = Site(server)
        yield other
        other.close()


def test_two_instances_answer_as_one(federated: Site, root: str) -> None:
    shared = (
        "SELECT ?here ?there { ?here a dip:State ; owl:sameAs ?same SERVICE <%ssparql> { ?there owl:sameAs ?same } }"
    )
    rows = federated.rows(shared % root)
    assert {(row["here"], row["there"]) for row in rows} >= {
        ("http://localhost:8001/entity/Q142", BASE + "entity/Q142")
    }
    refused = federated.query(shared % "http://127.0.0.1:1/", status=403)
    assert "SERVICE" in refused.json["detail"]


def test_reconciling_a_column_as_openrefine_does(root: str) -> None:
    """Guess the type from the first rows, match all in small batches, then fetch a column of values."""
    column = {"Kenya": "Q114", "RWANDA": "Q1037", "France": "Q142", "United States of America": "Q30", "Kenia": "Q114"}
    manifest = json.loads(fetched(root + "reconcile"))
    assert "0.2" in manifest["versions"]

    def ask(field: str, document: object) -> dict:
        return json.loads(fetched(root + "reconcile", form={field: json.dumps(document)}))

    guesses = ask("queries", {f"q{n}": {"query": name, "limit": 3} for n, name in enumerate(column)})
    votes = Counter(kind["id"] for found in guesses.values() for one in found["result"][:1] for kind in one["type"][:1])
    ((kind, _),) = votes.most_common(1)
    assert kind == "dip:State"
    more = {"type": kind, "type_strict": "should", "limit": 5}
    names, matched = list(column), {}
    for start in range(0, len(names), 2):
        answer = ask("queries", {name: {"query": name, **more} for name in names[start : start + 2]})
        matched |= {name: found["result"][0] for name, found in answer.items()}
    assert {name: one["id"] for name, one in matched.items()} == {n: f"entity/{q}" for n, q in column.items()}
    assert all(one["match"] for name, one in matched.items() if name != "Kenia")
    ids = sorted({one["id"] for one in matched.values()})
    fetched_values = ask("extend", {"ids": ids, "properties": [{"id": "dip:capital"}, {"id": "owl:sameAs"}]})
    for identifier in ids:
        number = identifier.removeprefix("entity/")
        assert {"str": f"http://www.wikidata.org/entity/{number}"} in fetched_values["rows"][identifier]["owl:sameAs"]
