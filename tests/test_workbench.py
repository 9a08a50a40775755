"""What the workbench is made of: examples that answer, terms that an editor completes, files of the bundle."""

import pyoxigraph as ox
import pytest
from conftest import ROOT
from publishing import get, publishing

from publisher import assets
from publisher.examples import examples
from publisher.release import PREFIXES


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with publishing(tmp_path_factory.mktemp("releases")) as client:
        yield client


@pytest.fixture
def bundle(tmp_path, monkeypatch):
    """A bundle of two files, in place of the one that was built or was not."""
    (tmp_path / "manifest.json").write_text(
        '{"src/main.ts": {"file": "main-abc.js", "css": ["main-def.css"], "isEntry": true}}'
    )
    (tmp_path / "main-abc.js").write_text("document.title;\n" * 100)
    (tmp_path / "main-def.css").write_text("body {}")
    (tmp_path.parent / "secret.txt").write_text("secret")
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    kept = (assets._manifest, assets._names, assets._content)
    for one in kept:
        one.cache_clear()
    yield
    for one in kept:
        one.cache_clear()


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_an_example_answers_and_declares_its_prefixes(example, seeds_release):
    result = ox.Store.read_only(str(seeds_release / "store")).query(example.query)
    assert len(list(result)) > 0
    assert example.question
    assert example.view in ("", "timeline", "network", "map")


def test_examples_ask_for_nobody_by_name():
    assert len(examples()) >= 15
    texts = [example.query for example in examples()]
    assert not [text for text in texts if "wd:" in text or '"@en .' in text or "/entity/" in text]


def test_the_page_offers_every_example_without_any_script(client):
    text = get(client, "sparql", "text/html").text
    assert text.count("data-view=") == len(examples())
    for example in examples():
        assert example.question in text
    address = text.partition('href="/sparql?query=')[2].partition('"')[0]
    assert get(client, "sparql?query=" + address.replace("&amp;", "&")).status_code == 200


def test_terms_are_those_of_the_ontology_and_those_in_use(client):
    document = get(client, "sparql/terms").get_json()
    assert document["prefixes"] == dict(PREFIXES)
    terms = {term["id"]: term for term in document["terms"]}
    assert terms["dip:Meeting"]["name"] == "meeting"
    assert terms["dip:Meeting"]["iri"] == PREFIXES["dip"] + "Meeting"


def test_terms_in_use_come_first_with_their_counts(site):
    terms = site.get("/sparql/terms").json["terms"]
    counts = [term["count"] for term in terms]
    assert counts == sorted(counts, reverse=True)
    by_id = {term["id"]: term for term in terms}
    assert (by_id["dip:TelephoneCall"]["kind"], by_id["dip:TelephoneCall"]["count"]) == ("class", 3)
    assert by_id["rdfs:label"]["kind"] == "property"


@pytest.mark.usefixtures("bundle")
def test_pages_load_the_bundle_and_only_from_here(client):
    text = get(client, "", "text/html").text
    assert '<script type="module" src="/static/build/main-abc.js"></script>' in text
    assert '<link rel="stylesheet" href="/static/build/main-def.css">' in text


@pytest.mark.usefixtures("bundle")
def test_files_of_the_bundle_are_kept_for_ever_and_compressed(client):
    plain = get(client, "static/build/main-abc.js", Accept_Encoding="identity")
    packed = get(client, "static/build/main-abc.js", Accept_Encoding="gzip")
    assert plain.mimetype == "text/javascript"
    assert "immutable" in plain.headers["Cache-Control"]
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(plain.data) / 5
    tag = packed.headers["ETag"]
    assert tag != plain.headers["ETag"]
    assert get(client, "static/build/main-abc.js", status=304, If_None_Match=tag, Accept_Encoding="gzip").data == b""


@pytest.mark.usefixtures("bundle")
@pytest.mark.parametrize("name", ["none.js", "..%2Fsecret.txt", "%2Fetc%2Fpasswd", "manifest.json%00"])
def test_nothing_else_is_served_as_the_bundle(client, name):
    assert get(client, f"static/build/{name}", status=404).mimetype == "application/problem+json"


@pytest.mark.usefixtures("bundle")
def test_pages_are_whole_without_the_bundle(client, tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "FOLDER", tmp_path / "none")
    assets._manifest.cache_clear()
    text = get(client, "sparql", "text/html").text
    assert '<script type="module"' not in text
    assert "<textarea" in text


def test_the_lock_of_the_bundle_names_no_host():
    text = (ROOT / "web" / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text
    assert text.count('"integrity"') > 30
