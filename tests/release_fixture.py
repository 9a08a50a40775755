"""A small release on disk, made by hand as docs/data-model.md lays it out, for the tests of the web server."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from pathlib import Path

import pyoxigraph as ox

DATA = Path(__file__).parent / "release_fixture.trig"
DEFAULT_BASE = "http://localhost:8000/"
MEDIA_TYPES = {
    "nq": ("application/n-quads", ox.RdfFormat.N_QUADS),
    "trig": ("application/trig", ox.RdfFormat.TRIG),
    "ttl": ("text/turtle", ox.RdfFormat.TURTLE),
    "nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    "jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
    "rdf": ("application/rdf+xml", ox.RdfFormat.RDF_XML),
}
ONTOLOGY = """@prefix dip: <https://w3id.org/communique/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://w3id.org/communique/ontology> a owl:Ontology ; rdfs:label "Communique"@en .
dip:DiplomaticEvent a owl:Class ; rdfs:label "diplomatic event"@en .
dip:Meeting a owl:Class ; rdfs:subClassOf dip:DiplomaticEvent ; rdfs:label "meeting"@en .
"""


def fixture_quads(base: str = DEFAULT_BASE, extra: str = "") -> list[ox.Quad]:
    """The quads of the fixture, in named graphs only; `extra` is further TriG."""
    trig = (DATA.read_text(encoding="utf-8") + extra).replace(DEFAULT_BASE, base)
    return list(ox.parse(trig, ox.RdfFormat.TRIG))


def write_release(
    folder: Path, *, base: str = DEFAULT_BASE, extra: str = "", version: str | None = None, link: bool = True
) -> Path:
    """Write a release below `folder` and return its own path; `folder`/current then points to it.

    Parameters:
        folder: the folder of all releases.
        base: the base IRI of the data.
        extra: further TriG, such as a change against an earlier release or bulk for load tests.
        version: the version, when the test wants to know it; else made from the content.
    """
    quads = sorted(fixture_quads(base, extra), key=str)
    lines = sorted(f"{quad} .\n" for quad in quads)
    version = version or hashlib.sha256("".join(lines).encode()).hexdigest()[:16]
    release = folder / version
    (release / "dumps").mkdir(parents=True)
    (release / "vocabulary").mkdir()
    (release / "articles").mkdir()
    triples = sorted({quad.triple for quad in quads}, key=str)

    store = ox.Store(str(release / "store"))
    store.bulk_extend(quads)
    store.bulk_extend(ox.Quad(*triple) for triple in triples)  # the default graph is the merge of all graphs
    store.flush()
    store.optimize()
    del store

    files: dict[str, dict[str, object]] = {}

    def add(name: str, data: bytes, media_type: str, count: int | None = None) -> None:
        (release / name).write_bytes(data)
        files[name] = {"mediaType": media_type, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        if count is not None:
            files[name]["triples"] = count

    def dump(name: str, rows: list[ox.Quad] | list[ox.Triple], suffix: str) -> None:
        media_type, form = MEDIA_TYPES[suffix]
        output = io.BytesIO()
        ox.serialize(rows, output, form)
        add(f"dumps/{name}.{suffix}.gz", gzip.compress(output.getvalue(), mtime=0), media_type, len(rows))

    for suffix in MEDIA_TYPES:
        dump("communique", quads if suffix in ("nq", "trig") else triples, suffix)
    graphs: dict[str, int] = {}
    for quad in quads:
        graphs[quad.graph_name.value] = graphs.get(quad.graph_name.value, 0) + 1
    for name in ("entities", "events", "provenance", "ontology", "inferred"):
        dump(name, [quad.triple for quad in quads if quad.graph_name.value == f"{base}graph/{name}"], "nt")
    same = [triple for triple in triples if triple.predicate.value.endswith("#sameAs")]
    for name, host in (("wikidata", "www.wikidata.org"), ("dbpedia", "dbpedia.org"), ("geonames", "sws.geonames.org")):
        dump(f"linkset-{name}", [triple for triple in same if f"//{host}/" in str(triple.object)], "nt")
    add("vocabulary/diplomacy.ttl", ONTOLOGY.encode(), "text/turtle")
    add("vocabulary/alignments.ttl", b"", "text/turtle")
    add("vocabulary/topics.ttl", b"", "text/turtle")
    add("vocabulary/shapes.ttl", b"", "text/turtle")
    add(
        "vocabulary/context.jsonld",
        b'{"@context": {"dip": "https://w3id.org/communique/ontology#"}}',
        "application/ld+json",
    )
    add("catalog.ttl", f"<{base}dataset> a <http://rdfs.org/ns/void#Dataset> .\n".encode(), "text/turtle")
    add("report.ttl", b"[] a <http://www.w3.org/ns/shacl#ValidationReport> .\n", "text/turtle")
    add("report.txt", b"conforms\n", "text/plain")
    changes = {
        "previous": None,
        "added": ["meeting-2025-03-04-macron-starmer-aaaaaa"],
        "changed": [],
        "merged": {"meeting-2025-03-04-macron-bbbbbb": "meeting-2025-03-04-macron-starmer-aaaaaa"},
        "withdrawn": {"visit-2025-03-05-macron-cccccc": "the article was held back"},
    }
    add("changes.json", json.dumps(changes, indent=1, sort_keys=True).encode(), "application/json")
    classes = [t.object.value for t in triples if t.predicate.value.endswith("#type")]
    counts = {
        "articles": sum(c.endswith("#Article") for c in classes),
        "events": len([g for g in triples if g.predicate.value.endswith("#confidence")]),
        "events_by_class": {"Meeting": 1, "TelephoneCall": 1},
        "entities_by_class": {"Person": 2, "State": 2, "Place": 1},
        "quads": len(quads),
        "triples": len(triples),
    }
    manifest = {
        "version": version,
        "base": base,
        "created_from": {"inputs": [], "mapper": "0.1.0", "rules": "", "gazetteer": "", "ontology": "", "shapes": ""},
        "counts": counts,
        "graphs": dict(sorted(graphs.items())),
        "files": files,
        "previous": None,
        "held_back": [],
        "set_aside": [],
        "publish_text": False,
    }
    (release / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")
    if link:
        point_to(folder, release)
    return release


def point_to(folder: Path, release: Path) -> Path:
    """Move `folder`/current to the release in one atomic step and return the link."""
    link, fresh = folder / "current", folder / ".current"
    fresh.symlink_to(release.name)
    fresh.replace(link)
    return link
