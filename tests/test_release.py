"""A release is whole, the same for the same content, and promoted in one step or not at all."""

from __future__ import annotations

import gzip
import hashlib
import json
import multiprocessing
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib

from mapper import release as release_module
from mapper.dumps import FORMATS
from mapper.errors import ReleaseError
from mapper.iris import term
from mapper.lineage import read_memory
from mapper.parts import Part, render
from mapper.release import Draft, current, locked, problems, promote, publish, read_manifest

BASE = "http://localhost:8000/"


def quad(subject: str, predicate: str, value: str, graph: str) -> ox.Quad:
    node = ox.Literal(value) if " " in value else ox.NamedNode(BASE + value)
    return ox.Quad(ox.NamedNode(BASE + subject), term(predicate), node, ox.NamedNode(f"{BASE}graph/{graph}"))


QUADS = (
    quad("event/x", "dip:location", "entity/y", "article/a"),
    quad("event/x", "dip:location", "entity/y", "article/b"),  # the same triple again
    quad("event/x", "rdfs:label", 'A "quoted" & <marked> word\n☎', "events"),
    quad("entity/y", "rdfs:label", "the place", "entities"),
    ox.Quad(
        ox.NamedNode(f"{BASE}entity/y"), term("owl:sameAs"), ox.NamedNode("http://www.wikidata.org/entity/Q90"),
        ox.NamedNode(f"{BASE}graph/entities"),
    ),
)  # fmt: skip


def parts(quads: Sequence[ox.Quad]) -> Iterator[Part]:
    """Two parts, the second of which repeats a triple of the first."""
    first = [quad for quad in quads if "article/a" in quad.graph_name.value]
    told = {"identifier": "a/b"}
    yield render(first, facts=told, blobs={"explained": zlib.compress(json.dumps(told).encode())})
    yield render([quad for quad in quads if quad not in first], elsewhere={quad.triple for quad in first})


def draft(version: str = "0123456789abcdef", **changed: Any) -> Draft:
    told: dict[str, Any] = {
        "version": version,
        "base": BASE,
        "software": "0.1.0",
        "types": frozenset(),
        "parts": parts(QUADS),
        "created_from": {"inputs": [{"identifier": "a", "source": "a.txt", "sha256": "00" * 32}]},
        "counts": {"articles": 1},
        "events": {"x": {"type": "Meeting", "agents": [], "digest": "", "reports": {"a": []}}},
        "changes": {"previous": None, "added": ["x"], "changed": [], "merged": {}, "withdrawn": {"old": "gone"}},
        "vocabulary": {"diplomacy.ttl": b"# nothing\n"},
        "report": b"",
        "report_text": "Everything conforms.\n",
    }
    return Draft(**{**told, **changed})


@pytest.fixture
def published(tmp_path: Path) -> Path:
    with locked(tmp_path):
        return publish(tmp_path, draft())


class TestContent:
    def test_every_dump_holds_every_statement(self, published: Path) -> None:
        triples = {quad.triple for quad in QUADS}
        files = read_manifest(published)["files"]
        for suffix, form in FORMATS.items():
            name = f"dumps/communique.{suffix}.gz"
            found = list(ox.parse(gzip.decompress((published / name).read_bytes()), form))
            assert {row.triple for row in found} == triples, suffix
            assert files[name]["triples"] == len(triples) == 4
            if suffix in ("nq", "trig"):
                assert set(found) == set(QUADS)
                assert files[name]["quads"] == 5

    @pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's JSON-LD parser uses its own
    @pytest.mark.parametrize(("suffix", "name"), [("rdf", "xml"), ("jsonld", "json-ld"), ("ttl", "turtle")])
    def test_another_library_reads_the_same(self, published: Path, suffix: str, name: str) -> None:
        data = gzip.decompress((published / f"dumps/communique.{suffix}.gz").read_bytes())
        assert len(rdflib.Graph().parse(data=data, format=name)) == 4

    def test_the_store_holds_the_graphs_and_their_merge(self, published: Path) -> None:
        store = ox.Store.read_only(str(published / "store"))
        (row,) = store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
        assert row["n"].value == "4"
        (row,) = store.query("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")
        assert row["n"].value == "5"

    def test_the_manifest_names_every_file_as_it_is(self, published: Path) -> None:
        manifest = read_manifest(published)
        there = {str(path.relative_to(published)) for path in published.rglob("*") if path.is_file()}
        assert {name for name in there if not name.startswith("store/")} - {"manifest.json"} == set(manifest["files"])
        for name, facts in manifest["files"].items():
            data = (published / name).read_bytes()
            assert (facts["bytes"], facts["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
        assert manifest["counts"] == {
            "articles": 1,
            "events_by_class": {},
            "entities_by_class": {},
            "quads": 5,
            "triples": 4,
        }
        assert manifest["graphs"] == {
            f"{BASE}graph/article/a": 1,
            f"{BASE}graph/article/b": 1,
            f"{BASE}graph/entities": 2,
            f"{BASE}graph/events": 1,
        }

    def test_the_catalog_counts_as_the_manifest_does(self, published: Path) -> None:
        catalog = rdflib.Graph().parse(published / "catalog.ttl")
        void = rdflib.Namespace("http://rdfs.org/ns/void#")
        dataset = rdflib.URIRef(f"{BASE}dataset")
        assert catalog.value(dataset, void.triples).toPython() == 4
        for name, count in (("wikidata", 1), ("dbpedia", 0), ("geonames", 0)):
            links = rdflib.URIRef(f"{BASE}dataset#linkset-{name}")
            assert catalog.value(links, void.triples).toPython() == count
            assert catalog.value(links, void.dataDump) == rdflib.URIRef(f"{BASE}dumps/linkset-{name}.nt.gz")
        assert not [node for node in catalog.all_nodes() if isinstance(node, rdflib.BNode)]
        dumps = {f"{BASE}{name}" for name in read_manifest(published)["files"] if name.startswith("dumps/")}
        assert {str(node) for node in catalog.objects(None, void.dataDump)} == dumps
        whole = {str(node) for node in catalog.objects(dataset, void.dataDump)}
        assert whole == {name for name in dumps if "/communique." in name}, "a dump is of the whole it is said to be of"

    def test_names_of_articles_stay_in_their_folder(self, published: Path) -> None:
        assert [path.name for path in (published / "articles").iterdir()] == ["a%2Fb.json"]

    def test_equal_content_gives_equal_bytes(self, published: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
        other = tmp_path_factory.mktemp("other")
        with locked(other):
            again = publish(other, draft(parts=parts(QUADS[::-1])))
        for name in (*read_manifest(published)["files"], "manifest.json"):
            assert (published / name).read_bytes() == (again / name).read_bytes(), name


class TestPromotion:
    def test_current_points_to_the_new_one_and_the_old_one_stays(self, published: Path) -> None:
        folder = published.parent
        with locked(folder):
            second = publish(folder, draft("fedcba9876543210"))
        assert current(folder) == second
        assert problems(published) == []
        assert str((folder / "current").readlink()) == second.name  # relative, so that the folder can be moved

    def test_a_failure_leaves_current_and_nothing_half_done(
        self, published: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(release_module, "write_store", fail)
        folder = published.parent
        with locked(folder), pytest.raises(ReleaseError, match="No space left on device"):
            publish(folder, draft("fedcba9876543210"))
        assert current(folder) == published
        assert sorted(path.name for path in folder.iterdir()) == [".lock", published.name, "current"]

    def test_nothing_points_to_it_before_it_is_on_the_disk(
        self, published: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder, seen = published.parent, []
        sync = release_module._sync

        def watch(work: Path) -> None:
            seen.append((current(folder), (work / "manifest.json").is_file(), (folder / "current").resolve()))
            sync(work)

        monkeypatch.setattr(release_module, "_sync", watch)
        with locked(folder):
            publish(folder, draft("fedcba9876543210"))
        assert seen == [(published, True, published)]

    def test_a_damaged_file_keeps_the_release_from_being_promoted(
        self, published: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write_store = release_module.write_store

        def damage(work: Path, *what: Any) -> None:
            write_store(work, *what)
            (work / "dumps/communique.nq.gz").write_bytes(b"")

        monkeypatch.setattr(release_module, "write_store", damage)
        folder = published.parent
        with locked(folder), pytest.raises(ReleaseError, match=r"communique\.nq\.gz was changed"):
            publish(folder, draft("fedcba9876543210"))
        assert current(folder) == published

    def test_a_broken_release_is_replaced(self, published: Path) -> None:
        (published / "report.txt").write_text("changed")
        (published / "articles/a%2Fb.json").unlink()
        assert problems(published) == ["articles/a%2Fb.json is missing", "report.txt was changed"]
        with locked(published.parent):
            publish(published.parent, draft())
        assert problems(published) == []

    def test_what_a_killed_build_left_is_removed(self, published: Path) -> None:
        left = published.parent / ".building-fedcba9876543210"
        (left / "dumps").mkdir(parents=True)
        with locked(published.parent):
            assert not left.exists()
        assert current(published.parent) == published

    def test_a_folder_that_cannot_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(ReleaseError, match="cannot be written"), locked(tmp_path / "file" / "releases"):
            pytest.fail("the lock was taken")

    def test_no_release_yet(self, tmp_path: Path) -> None:
        assert current(tmp_path) is None
        assert read_memory(None).events == {}


class TestMemory:
    def test_it_tells_events_and_what_became_of_others(self, published: Path) -> None:
        memory = read_memory(published)
        assert list(memory.events) == ["x"]
        assert memory.withdrawn == {"old": "gone"}

    def test_names_are_never_lost_silently(self, published: Path) -> None:
        (published / "events.json").write_text("{")
        with pytest.raises(ReleaseError, match="Names of events would be lost"):
            read_memory(published)


KILLED = """
import sys; sys.path[:0] = {path!r}
from pathlib import Path
from test_release import draft
from mapper.release import locked, publish
folder = Path({folder!r})
print("ready", flush=True)
with locked(folder):
    for number in range(1000):
        publish(folder, draft(f"{{number:016x}}"))
"""


def test_a_build_that_is_killed_leaves_a_whole_release(published: Path) -> None:
    folder, root = published.parent, Path(__file__).parent
    for number in range(8):
        script = KILLED.format(path=[str(root), str(root.parent)], folder=str(folder))
        with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(0.02 + number * 0.013)
            process.send_signal(signal.SIGKILL)
        there = current(folder)
        assert there is not None
        assert problems(there) == []
        ox.Store.read_only(str(there / "store"))


def _hold(folder: Path, taken: Any, leave: Any) -> None:
    with locked(folder):
        taken.set()
        leave.wait(120)


def test_two_builds_take_turns(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    taken, leave, second = context.Event(), context.Event(), context.Event()
    one = context.Process(target=_hold, args=(tmp_path, taken, leave))
    other = context.Process(target=_hold, args=(tmp_path, second, leave))
    one.start()
    assert taken.wait(120)
    other.start()
    assert not second.wait(1.5)
    leave.set()
    assert second.wait(120)
    one.join()
    other.join()


def test_readers_never_see_a_link_that_leads_nowhere(published: Path) -> None:
    folder = published.parent
    with locked(folder):
        publish(folder, draft("fedcba9876543210"))
    releases = [published, folder / "fedcba9876543210"]
    for number in range(50):
        promote(folder, releases[number % 2])
        assert json.loads((folder / "current/manifest.json").read_text())["version"] == releases[number % 2].name
