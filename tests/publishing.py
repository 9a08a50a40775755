"""An application over the fixture release, asked in this process, and readers of what it answers."""

from __future__ import annotations

import json
import re
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import rdflib
from flask.testing import FlaskClient
from release_fixture import write_release
from werkzeug.test import TestResponse

from server import create_app

BASE = "http://localhost:8000/"
VOCABULARY = Path(__file__).parent.parent / "ontology"
MEETING = "event/meeting-2025-03-04-macron-starmer-aaaaaa"
CALL = "event/telephone-call-2025-03-06-macron-starmer-dddddd"
PARSERS = {
    "text/turtle": "turtle",
    "application/ld+json": "json-ld",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
    "application/trig": "trig",
    "application/n-quads": "nquads",
}
SUFFIXES = dict(zip(("ttl", "jsonld", "nt", "rdf", "trig", "nq"), PARSERS, strict=True))
HOSTILE = "<script>alert(1)</script> \u202egnorw " + "x" * 10_000
EXTRA = """
<http://localhost:8000/graph/entities> {
  <http://localhost:8000/entity/person-jos%C3%A9> a dip:Person ; rdfs:label "José <b>Ñandú</b>"@en ;
    dip:nationality entity:Q142 .
  <http://localhost:8000/entity/person-hostile> a dip:Person ; rdfs:label "HOSTILE" ;
    dcterms:source <javascript:alert%281%29> .
}
<http://localhost:8000/graph/article/page.html> {
  <http://localhost:8000/article/page.html> a dip:Article ; schema:headline "Named like a page" .
}
""".replace("HOSTILE", HOSTILE)


@contextmanager
def publishing(folder: Path, *, base: str = BASE, extra: str = EXTRA, **written: object) -> Iterator[FlaskClient]:
    """A client of the fixture release, with the project's own vocabulary and JSON-LD context in it."""
    release = write_release(folder, base=base, extra=extra, **written)
    for name in ("diplomacy.ttl", "alignments.ttl", "context.jsonld"):
        shutil.copy(VOCABULARY / name, release / "vocabulary" / name)
    app = create_app(folder / "current", access_log=False)
    yield app.test_client()
    app.extensions["communique"].close()


def get(client: FlaskClient, path: str, accept: str | None = None, status: int = 200, **headers: str) -> TestResponse:
    """Ask for a path below the root and see that it answers with a status."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    response = client.get("/" + path, headers=given | ({"Accept": accept} if accept else {}), buffered=True)
    assert response.status_code == status, f"{path}: {response.status_code} {response.text[:300]}"
    return response


def triples(response: TestResponse) -> set[tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]]:
    """The statements of an answer, whatever RDF it is written in; graphs are joined."""
    dataset = rdflib.Dataset(default_union=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own, inside Dataset.parse
        dataset.parse(data=response.data, format=PARSERS[response.mimetype], publicID=BASE)
    return {(s, p, o) for s, p, o, _ in dataset.quads()}


def embedded(response: TestResponse) -> dict:
    """The JSON-LD inside a page."""
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', response.text, re.DOTALL)
    assert found, "the page holds no JSON-LD"
    return json.loads(found[1])
