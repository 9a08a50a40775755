"""From files to a release: what is published, what is left out and why, and that equal input gives equal bytes."""

from __future__ import annotations

import gzip
import json
import random
import shutil
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import ROOT

from mapper import pipeline
from mapper.document import Article, Event, MappedArticle
from mapper.errors import ConfigurationError, InputError, ReleaseError
from mapper.mapping import Tools, map_articles
from mapper.pipeline import build
from mapper.release import current, problems, read_manifest

CALL = """Leaders speak by telephone

3 May 2023

German Chancellor Olaf Scholz spoke by telephone with Japanese Prime Minister Fumio Kishida on Tuesday, 2 May 2023.
"""
AGAIN = """Scholz and Kishida hold a telephone call

4 May 2023

Chancellor Olaf Scholz of Germany held a telephone call with Japanese Prime Minister Fumio Kishida on 2 May 2023.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two articles that tell one call."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "one.txt").write_text(CALL, encoding="utf-8")
    (tmp_path / "in" / "two.txt").write_text(AGAIN, encoding="utf-8")
    return tmp_path / "in"


def contents(release: Path) -> dict[str, bytes]:
    """Every file but the store's own, by name."""
    paths = [path for path in sorted(release.rglob("*")) if path.is_file() and "store" not in path.parts]
    return {str(path.relative_to(release)): path.read_bytes() for path in paths}


class TestTheSeeds:
    def test_all_five_are_published(self, seeds_release: Path) -> None:
        manifest = read_manifest(seeds_release)
        assert manifest["counts"]["articles"] == 5
        assert manifest["held_back"] == manifest["set_aside"] == []
        assert manifest["previous"] is None
        assert problems(seeds_release) == []
        assert (seeds_release / "report.txt").read_text().startswith("Everything conforms")

    def test_one_call_with_two_reports(self, seeds_release: Path) -> None:
        store = ox.Store.read_only(str(seeds_release / "store"))
        rows = store.query(
            """PREFIX dip: <https://w3id.org/communique/ontology#> SELECT ?e (COUNT(DISTINCT ?a) AS ?n)
            { ?e a dip:TelephoneCall ; dip:reportedBy ?a } GROUP BY ?e HAVING (COUNT(DISTINCT ?a) > 1)"""
        )
        assert [row["n"].value for row in rows] == ["2"]

    def test_every_statement_of_an_event_is_in_the_union_once(self, seeds_release: Path) -> None:
        store = ox.Store.read_only(str(seeds_release / "store"))
        for name in ("status", "earliestDate", "latestDate", "location", "medium"):
            query = f"SELECT ?e {{ ?e <https://w3id.org/communique/ontology#{name}> ?a, ?b FILTER(?a != ?b) }}"
            assert not list(store.query(query)), name

    def test_no_text_is_republished(self, seeds_release: Path) -> None:
        texts = [path.read_text(encoding="utf-8") for path in (ROOT / "seeds").iterdir()]
        longest = max((line for text in texts for line in text.splitlines()), key=len)
        for suffix in ("nq", "trig", "ttl", "nt", "jsonld", "rdf"):
            dump = ox.parse((_unpacked(seeds_release / f"dumps/communique.{suffix}.gz")), _form(suffix))
            assert not [row for row in dump if len(getattr(row.object, "value", "")) > len(longest)], suffix
        assert not [path for path in (seeds_release / "articles").iterdir() if "text" in json.loads(path.read_text())]


def _unpacked(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes())


def _form(suffix: str) -> ox.RdfFormat:
    form = ox.RdfFormat.from_extension(suffix)
    assert form is not None
    return form


class TestTheSameBytes:
    def test_whatever_the_order_and_the_number_of_processes(self, folder: Path, tmp_path: Path, tools: Tools) -> None:
        one = build([folder], out=tmp_path / "a", tools=tools)
        files = [folder / "two.txt", folder / "one.txt"]
        other = build(files, out=tmp_path / "b", jobs=2)
        assert contents(one.release) == contents(other.release)
        assert one.events >= 1

    def test_a_second_build_of_the_same_changes_nothing(self, folder: Path, tmp_path: Path, tools: Tools) -> None:
        first = build([folder], out=tmp_path / "out", tools=tools)
        before = contents(first.release)
        again = build([folder], out=tmp_path / "out", tools=tools)
        assert (again.fresh, again.version) == (False, first.version)
        assert contents(first.release) == before

    def test_a_damaged_release_is_built_again_as_it_was(self, folder: Path, tmp_path: Path, tools: Tools) -> None:
        first = build([folder], out=tmp_path / "out", tools=tools)
        before = contents(first.release)
        (first.release / "dumps/communique.nt.gz").unlink()
        again = build([folder], out=tmp_path / "out", tools=tools)
        assert (again.fresh, again.version) == (True, first.version)
        assert contents(again.release) == before

    @pytest.mark.parametrize("change", ["base", "text", "article"])
    def test_what_decides_the_version(self, folder: Path, tmp_path: Path, tools: Tools, change: str) -> None:
        first = build([folder], out=tmp_path / "a", tools=tools)
        if change == "article":
            (folder / "one.txt").write_text(CALL + "\nMore.\n", encoding="utf-8")
        base = "https://data.example/" if change == "base" else pipeline.BASE
        other = build([folder], out=tmp_path / "b", base=base, publish_text=change == "text", tools=tools)
        assert other.version != first.version


class TestReleaseAfterRelease:
    def test_names_last_and_changes_are_told(self, folder: Path, tmp_path: Path, tools: Tools) -> None:
        (folder / "two.txt").rename(tmp_path / "two.txt")
        first = build([folder], out=tmp_path / "out", tools=tools)
        names = set(json.loads((first.release / "events.json").read_text()))
        shutil.copy(tmp_path / "two.txt", folder)
        second = build([folder], out=tmp_path / "out", tools=tools)
        changes = json.loads((second.release / "changes.json").read_text())
        assert read_manifest(second.release)["previous"] == changes["previous"] == first.version
        assert names <= set(json.loads((second.release / "events.json").read_text()))
        assert set(changes["changed"]) == names
        assert current(tmp_path / "out") == second.release

    def test_going_back_is_a_step_forward(self, folder: Path, tmp_path: Path, tools: Tools) -> None:
        first = build([folder], out=tmp_path / "out", tools=tools)
        (folder / "two.txt").unlink()
        (folder / "one.txt").write_text(
            "Nothing\n\nIt rained all day in the hills, and nobody came.\n", encoding="utf-8"
        )
        second = build([folder], out=tmp_path / "out", tools=tools)
        changes = json.loads((second.release / "changes.json").read_text())
        assert second.events == 0
        assert set(changes["withdrawn"]) == set(json.loads((first.release / "events.json").read_text()))
        (folder / "one.txt").write_text(CALL, encoding="utf-8")
        (folder / "two.txt").write_text(AGAIN, encoding="utf-8")
        third = build([folder], out=tmp_path / "out", tools=tools)
        assert third.version not in (first.version, second.version)
        assert json.loads((third.release / "changes.json").read_text())["withdrawn"] == {}


class TestLeftOut:
    def test_nine_of_ten_are_published_and_the_tenth_is_named(self, tmp_path: Path, tools: Tools) -> None:
        source = tmp_path / "in"
        source.mkdir()
        for number in range(9):
            (source / f"good-{number}.txt").write_text(CALL.replace("2 May", f"{number + 1} May"), encoding="utf-8")
        (source / "bad.txt").write_bytes(bytes(range(256)) * 40)
        outcome = build([source], out=tmp_path / "out", tools=tools)
        assert outcome.articles == 9
        (aside,) = outcome.set_aside
        assert aside.source == "bad.txt"
        assert aside.reason
        assert read_manifest(outcome.release)["set_aside"][0]["source"] == "bad.txt"

    def test_lines_that_recur_are_no_part_of_an_article(self, tmp_path: Path, tools: Tools) -> None:
        source = tmp_path / "in"
        source.mkdir()
        towns = ("Oslo", "Lima", "Rome", "Cairo", "Hanoi", "Quito", "Dakar", "Riga")
        for number, town in enumerate(towns):
            body = f"Talks in {town}\n\nThe mayor of {town} spoke about {number} new bridges over the river there.\n\n"
            told = "Our app brings you everything that the United Nations says before anybody else has read it.\n"
            (source / f"{town}.txt").write_text(body + told, encoding="utf-8")
        release = build([source], out=tmp_path / "out", tools=tools).release
        lines = json.loads((release / "articles" / "Oslo.json").read_text(encoding="utf-8"))["lines"]
        assert [kind for *_, kind, _ in lines if kind != "blank"][-1] == "furniture"
        assert b"entity/Q1065>" not in _unpacked(release / "dumps/entities.nt.gz")

    def test_no_article_at_all(self, tmp_path: Path, tools: Tools) -> None:
        (tmp_path / "in").mkdir()
        with pytest.raises(InputError, match="no article to publish"):
            build([tmp_path / "in"], out=tmp_path / "out", tools=tools)
        assert current(tmp_path / "out") is None

    def test_an_article_that_breaks_the_shapes_is_held_back(
        self, folder: Path, tmp_path: Path, tools: Tools, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def misquoted(articles: list[Article], tools: Tools) -> list[MappedArticle]:
            """The mapper with a fault: it quotes words that do not stand in the article."""
            return [
                _with_events(mapped, [_misquoted(event) for event in mapped.events])
                if mapped.article.identifier == "two"
                else mapped
                for mapped in map_articles(articles, tools)
            ]

        monkeypatch.setattr("mapper.working.map_articles", misquoted)
        outcome = build([folder], out=tmp_path / "out", tools=tools)
        (held,) = outcome.held_back
        assert held.identifier == "two"
        assert "The article does not have these words at this place" in held.reason
        assert outcome.articles == 1
        assert outcome.events >= 1
        report = (outcome.release / "report.txt").read_text()
        assert report.startswith("Not everything conforms")
        assert b"8000/article/two" not in _unpacked(outcome.release / "dumps/communique.nq.gz")

    def test_a_fault_in_one_article_does_not_cost_the_others(
        self, folder: Path, tmp_path: Path, tools: Tools, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def faulty(articles: list[Article], tools: Tools) -> list[MappedArticle]:
            if "two" in (article.identifier for article in articles):
                raise RecursionError("too deep")
            return map_articles(articles, tools)

        monkeypatch.setattr("mapper.working.map_articles", faulty)
        outcome = build([folder], out=tmp_path / "out", tools=tools)
        (aside,) = outcome.set_aside
        assert (aside.identifier, outcome.articles) == ("two", 1)
        assert "RecursionError: too deep" in aside.reason


def _with_events(mapped: MappedArticle, events: list[Event]) -> MappedArticle:
    return replace(mapped, events=tuple(events))


def _misquoted(event: Event) -> Event:
    return replace(event, evidence=tuple(replace(piece, exact=piece.exact[::-1]) for piece in event.evidence))


class TestSettings:
    def test_a_wrong_base(self, folder: Path, tmp_path: Path, tools: Tools) -> None:
        with pytest.raises(ConfigurationError, match="cannot be a base IRI"):
            build([folder], out=tmp_path / "out", base="http://localhost:8000", tools=tools)

    def test_every_iri_is_below_the_base(self, folder: Path, tmp_path: Path, tools: Tools) -> None:
        release = build([folder], out=tmp_path / "out", base="https://data.example/x/", tools=tools).release
        assert b"localhost" not in _unpacked(release / "dumps/communique.nq.gz")

    def test_texts_are_published_where_that_is_wanted(self, folder: Path, tmp_path: Path, tools: Tools) -> None:
        release = build([folder], out=tmp_path / "out", publish_text=True, tools=tools).release
        assert read_manifest(release)["publish_text"] is True
        assert b"ontology#text" in _unpacked(release / "dumps/communique.nt.gz")

    def test_a_folder_that_cannot_be_written(self, folder: Path, tmp_path: Path, tools: Tools) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(ReleaseError, match="cannot be written"):
            build([folder], out=tmp_path / "file", tools=tools)


def test_hostile_names_and_texts(tmp_path: Path, tools: Tools) -> None:
    """Whatever an article is called and says, the release is whole and every dump can be read."""
    source = tmp_path / "in"
    source.mkdir()
    body = CALL.replace("Olaf Scholz", "Olaf “<script>alert(1)</script>\\u0000” Scholz")
    names = ["a b", "é☎", "x%2Fy", "q?a=b&c#d", "'quote\"d'", "<tag>", "{}|\\^`"]
    record = {"text": body + random.Random(1).randbytes(300).decode("latin-1"), "url": "https://x.example/ <b>\"'{}"}
    lines = [json.dumps({**record, "id": name, "title": f"About {name}\ud800"}) for name in names]
    (source / "all.jsonl").write_text("\n".join(lines), encoding="utf-8")
    outcome = build([source], out=tmp_path / "out", tools=tools)
    assert outcome.articles + len(outcome.set_aside) == len(names)
    assert outcome.articles
    for suffix in ("nq", "rdf", "jsonld"):
        assert list(ox.parse(_unpacked(outcome.release / f"dumps/communique.{suffix}.gz"), _form(suffix)))
