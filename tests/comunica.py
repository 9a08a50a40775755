"""Comunica over one and two instances. `make clients` installs it and runs this; the suite itself needs no Node."""

from __future__ import annotations

import csv
import io
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from blackbox import BASE, Site
from release_fixture import write_release
from server_process import running_server

PROGRAM = Path(__file__).parent.parent / "build/clients/node_modules/.bin/comunica-sparql"
PREFIXES = """PREFIX dip: <https://w3id.org/communique/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
"""
STATES = "SELECT ?s ?name WHERE { ?s a dip:State ; rdfs:label ?name }"
SHARED = "SELECT DISTINCT ?a ?b WHERE { ?a a dip:State ; owl:sameAs ?same . ?b a dip:State ; owl:sameAs ?same }"
OTHER = "http://localhost:8001/"


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A second instance with data of its own."""
    folder = tmp_path_factory.mktemp("other")
    write_release(folder, base=OTHER)
    with running_server(folder / "current", access_log=False) as server:
        site = Site(server)
        yield site
        site.close()


def comunica(query: str, *sources: str) -> list[tuple[str, ...]]:
    """The rows of an answer, without the marks of terms."""
    command = [str(PROGRAM), *sources, PREFIXES + query, "-t", "text/csv"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=os.environ | {"NO_COLOR": "1"})
    assert done.returncode == 0, done.stderr
    rows = list(csv.reader(io.StringIO(done.stdout, newline="")))
    return sorted(tuple(value.strip("<>") for value in row) for row in rows[1:] if row)


def at(site: Site, path: str) -> str:
    return f"http://127.0.0.1:{site.server.port}/{path}"


@pytest.mark.parametrize("kind", ["sparql@", ""])
def test_the_endpoint(site: Site, kind: str) -> None:
    expected = sorted((row["s"], row["name"]) for row in site.rows(STATES))
    assert comunica(STATES, kind + at(site, "sparql")) == expected


def test_the_fragments(site: Site) -> None:
    assert comunica(STATES, at(site, "fragments")) == sorted((row["s"], row["name"]) for row in site.rows(STATES))


@pytest.mark.parametrize("suffix", ["", ".ttl", ".jsonld", ".rdf", ".nt", ".trig", ".nq"])
def test_a_resource(site: Site, suffix: str) -> None:
    kenya = f"<{BASE}entity/Q114>"
    query = f"SELECT ?same WHERE {{ {kenya} owl:sameAs ?same }}"
    assert ("http://www.wikidata.org/entity/Q114",) in comunica(query, at(site, f"entity/Q114{suffix}"))


@pytest.mark.parametrize(
    ("here", "there"),
    [("sparql@sparql", "sparql@sparql"), ("fragments", "fragments"), ("sparql", "fragments"), ("fragments", "sparql")],
)
def test_two_instances_as_one(site: Site, other: Site, here: str, there: str) -> None:
    sources = []
    for instance, named in ((site, here), (other, there)):
        kind, at_sign, path = named.rpartition("@")
        sources.append(kind + at_sign + at(instance, path))
    pairs = comunica(SHARED, *sources)
    assert (BASE + "entity/Q142", OTHER + "entity/Q142") in pairs
    assert all(a.rpartition("/")[2] == b.rpartition("/")[2] for a, b in pairs)
