"""What changed: Atom, RDF patch and the event stream."""

import json
import re
from xml.etree import ElementTree

import pytest
from publishing import BASE, CALL, MEETING, get, publishing, triples
from pyoxigraph import RdfFormat, parse
from rdflib import RDF, Namespace, URIRef
from release_fixture import point_to, write_release

from server import create_app

ATOM = "{http://www.w3.org/2005/Atom}"
TREE, LDES = Namespace("https://w3id.org/tree#"), Namespace("https://w3id.org/ldes#")
DCTERMS = Namespace("http://purl.org/dc/terms/")
ADDED = '<http://localhost:8000/graph/entities> { entity:Q64 a dip:Place ; rdfs:label "Berlin"@en . }'


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with publishing(tmp_path_factory.mktemp("releases")) as client:
        yield client


def successor(folder, *, keep_first=True):
    """Two releases, the second with a little more, and a client of the second."""
    first = write_release(folder, version="1111111111111111", link=False)
    second = write_release(folder, extra=ADDED, version="2222222222222222", link=False)
    manifest = json.loads((second / "manifest.json").read_text())
    (second / "manifest.json").write_text(json.dumps(manifest | {"previous": first.name}))
    if not keep_first:
        (first / "dumps" / "communique.nq.gz").unlink()
    return create_app(point_to(folder, second), access_log=False).test_client()


def test_the_atom_feed_tells_every_kind_of_change(client):
    response = get(client, "changes.atom")
    assert response.mimetype == "application/atom+xml"
    feed = ElementTree.fromstring(response.data)
    for name in ("id", "title", "updated", "author"):
        assert feed.find(ATOM + name) is not None, name
    entries = {entry.find(ATOM + "category").attrib["term"]: entry for entry in feed.iter(ATOM + "entry")}
    assert entries.keys() == {"added", "merged", "withdrawn"}
    for entry in entries.values():
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", entry.find(ATOM + "updated").text)
        assert entry.find(ATOM + "id").text.startswith(BASE + "release/")
    assert "Emmanuel Macron and Keir Starmer met" in entries["added"].find(ATOM + "title").text
    assert "the article was held back" in entries["withdrawn"].find(ATOM + "summary").text
    link = entries["merged"].find(ATOM + "link").attrib["href"]
    assert link == f"http://localhost/{MEETING}"
    ids = [entry.find(ATOM + "id").text for entry in feed.iter(ATOM + "entry")]
    assert len(ids) == len(set(ids))


def test_hostile_names_leave_the_feed_well_formed(tmp_path):
    label = f'<http://localhost:8000/graph/events> {{ <{BASE}{MEETING}> rdfs:label "\\u0001]]></title>&"@en . }}'
    with publishing(tmp_path, extra=label) as client:
        feed = ElementTree.fromstring(get(client, "changes.atom").data)
        assert len(list(feed.iter(ATOM + "entry"))) == 3


def test_the_first_patch_adds_everything(client):
    response = get(client, "changes.rdfp")
    assert response.mimetype == "application/rdf-patch"
    lines = response.text.splitlines()
    release = client.application.extensions["communique"].release
    assert lines[0] == f"H id <{BASE}release/{release.version}> ."
    assert (lines[1], lines[-1]) == ("TX .", "TC .")
    quads = list(parse("\n".join(line[2:] for line in lines[2:-1]), RdfFormat.N_QUADS))
    assert {line[0] for line in lines[2:-1]} == {"A"}
    assert set(quads) >= set(release.quads()) or len(quads) == release.manifest["counts"]["quads"]
    assert get(client, "changes.rdfp", status=304, If_None_Match=response.headers["ETag"]).data == b""


def test_a_later_patch_holds_the_difference_only(tmp_path):
    client = successor(tmp_path)
    response = get(client, "changes.rdfp")
    lines = response.text.splitlines()
    assert lines[:3] == [
        f"H id <{BASE}release/2222222222222222> .",
        f"H prev <{BASE}release/1111111111111111> .",
        "TX .",
    ]
    assert len(lines) == 6
    assert all(line.startswith(f"A <{BASE}entity/Q64> ") for line in lines[3:5])
    assert get(client, "changes.rdfp", status=304, If_None_Match=response.headers["ETag"]).data == b""
    assert get(client, "changes.rdfp", status=206, Range="bytes=0-3").text == "H id"


def test_no_patch_without_the_release_before(tmp_path):
    problem = get(successor(tmp_path, keep_first=False), "changes.rdfp", status=404)
    assert "1111111111111111" in problem.json["detail"]


def test_the_event_stream(client):
    found = triples(get(client, "ldes", "text/turtle"))
    stream = URIRef(BASE + "ldes")
    assert (stream, RDF.type, LDES.EventStream) in found
    versions = {o: s for s, p, o in found if p == DCTERMS.isVersionOf}
    members = {o for s, p, o in found if (s, p) == (stream, TREE.member)}
    assert set(versions.values()) == members
    assert {URIRef(BASE + MEETING), URIRef(BASE + CALL)} < versions.keys()
    deleted = {s for s, p, o in found if p == RDF.type and str(o).endswith("#Delete")}
    assert len(deleted) == 2
    assert triples(get(client, "ldes.nt")) == found


def test_members_keep_their_name_while_the_event_stays_the_same(tmp_path):
    changed = f'<http://localhost:8000/graph/events> {{ <{BASE}{CALL}> dip:dateText "soon" . }}'
    names = []
    for number, extra in enumerate(("", ADDED, changed)):
        with publishing(tmp_path / str(number), extra=extra) as client:
            found = triples(get(client, "ldes", "text/turtle"))
            names.append({o: s for s, p, o in found if p == DCTERMS.isVersionOf})
    meeting, call = URIRef(BASE + MEETING), URIRef(BASE + CALL)
    assert names[0] == names[1]
    assert names[0][meeting] == names[2][meeting]
    assert names[0][call] != names[2][call]


def test_pages_of_the_stream_hold_every_member_once(client, monkeypatch):
    monkeypatch.setattr("publisher.stream.MEMBERS", 1)
    whole, path = [], "ldes"
    for _ in range(10):
        found = triples(get(client, path, "text/turtle"))
        whole += [o for _, p, o in found if p == TREE.member]
        following = [str(o) for _, p, o in found if p == TREE.node]
        if not following:
            break
        path = following[0].removeprefix("http://localhost/")
    assert len(whole) == len(set(whole)) == 4
    assert get(client, "ldes?page=9", status=404)
    assert get(client, "ldes?page=x", status=400)
