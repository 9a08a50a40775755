"""What is kept from build to build: used where nothing changed, made again where it was damaged."""

from __future__ import annotations

import gzip
import os
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import ROOT
from test_pipeline import AGAIN, CALL, contents

from mapper import working
from mapper.cache import Cache, key_of, opened
from mapper.coding import dumps, loads
from mapper.document import Article, Entity, Event, Kind, MappedArticle
from mapper.dumps import FORMATS
from mapper.errors import ReleaseError
from mapper.mapping import Tools, map_article, map_articles
from mapper.pipeline import build
from mapper.reading import Record


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    for number, text in enumerate((CALL, AGAIN, CALL.replace("2 May", "9 May"))):
        (tmp_path / "in" / f"{number}.txt").write_text(text, encoding="utf-8")
    return tmp_path / "in"


@pytest.fixture
def mapped(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The identifiers of articles that are mapped, as they are."""
    seen: list[str] = []

    def counting(articles: list[Article], tools: Tools) -> list[MappedArticle]:
        seen.extend(article.identifier for article in articles)
        return map_articles(articles, tools)

    monkeypatch.setattr("mapper.working.map_articles", counting)
    return seen


def stored(release: Path) -> set[str]:
    """What the store of a release holds."""
    return {str(quad) for quad in ox.Store.read_only(str(release / "store"))}


def dumped(release: Path) -> set[str]:
    """What the dumps of a release say: the graphs, and all of them as one."""
    whole = {name: gzip.decompress((release / f"dumps/communique.{name}.gz").read_bytes()) for name in ("nq", "nt")}
    return {str(quad) for name, lines in whole.items() for quad in ox.parse(lines, FORMATS[name])}


class TestEntries:
    def test_what_was_damaged_is_noticed_and_gone(self, tmp_path: Path) -> None:
        cache = Cache(tmp_path)
        cache.put("map", "ab1", b"something")
        (path,) = tmp_path.glob("*/*")
        whole = path.read_bytes()
        for spoilt in (whole[:-1], whole[:10], b"", whole[:-1] + b"X", b"X" + whole[1:]):
            path.write_bytes(spoilt)
            assert cache.get("map", "ab1") is None
            assert not path.exists()
        assert cache.damaged == ["ab1"] * 5

    def test_what_was_not_used_for_longest_goes_first(self, tmp_path: Path) -> None:
        cache = Cache(tmp_path)
        for age, name in enumerate(("old", "new", "older")):
            cache.put("map", name, bytes(100))
            os.utime(next(tmp_path.glob(f"*/{name}.map")), (1000 - age, 1000 - age if name != "new" else 2000))
        assert cache.prune(200) == 2
        assert (cache.get("map", "new"), cache.get("map", "older")) == (bytes(100), None)

    def test_a_cache_that_is_not_kept_leaves_nothing(self, tmp_path: Path) -> None:
        with opened(tmp_path / "cache", keep=False) as cache:
            cache.put("map", "a", b"x")
        assert not (tmp_path / "cache").exists()

    def test_others_cannot_read_it(self, tmp_path: Path) -> None:
        with opened(tmp_path / "cache", keep=True):
            assert (tmp_path / "cache").stat().st_mode & 0o077 == 0

    def test_parts_of_a_key_do_not_run_into_one_another(self) -> None:
        assert len({key_of("a", "b", "c"), key_of("ab", "c"), key_of("a", "bc"), key_of("abc")}) == 4


class TestValues:
    def test_a_mapped_article_comes_back_as_it_was(self, tools: Tools) -> None:
        record = Record("a\ud800b".replace("\ud800", "é"), "a.txt", "00", "text", CALL)
        (content,) = working.map_records([(record, frozenset())])
        found = working.unpack(content)
        expected = map_article(replace(found.article, source="a.txt"), tools)
        assert found == replace(expected, article=replace(expected.article, source=""))
        assert found.events
        slim = working.unpack_events(content)
        assert (slim.events, slim.window, slim.article.identifier) == (found.events, found.window, "aéb")

    def test_nothing_else_is_made_of_it(self) -> None:
        text = dumps((Entity("Q1", "Somebody", Kind.PERSON),))
        assert loads(text, tuple[Entity, ...])[0].kind is Kind.PERSON
        for wrong in ("", "{}", "[[],7]", "[[],[0]]", text.replace("Person", "Ghost"), text.replace('"Q1"', "1")):
            with pytest.raises(ValueError, match=r".+"):
                loads(wrong, tuple[Entity, ...])
        with pytest.raises(ValueError, match="is no"):
            loads(dumps(("a",)), Event)


class TestBuilds:
    def test_only_what_is_new_is_mapped(self, folder: Path, tmp_path: Path, tools: Tools, mapped: list[str]) -> None:
        build([folder], out=tmp_path / "out", tools=tools)
        assert sorted(mapped) == ["0", "1", "2"]
        mapped.clear()
        (folder / "3.txt").write_text(CALL.replace("2 May", "16 May"), encoding="utf-8")
        (folder / "2.txt").rename(folder / "2-moved.txt")
        again = build([folder], out=tmp_path / "out", tools=tools)
        assert sorted(mapped) == ["2-moved", "3"]
        mapped.clear()
        other = build([folder], out=tmp_path / "other", cache=tmp_path / "out" / ".cache", tools=tools)
        fresh = build([folder], out=tmp_path / "fresh", keep=False, tools=tools)
        assert sorted(mapped) == ["0", "1", "2-moved", "3"]
        assert again.articles == 4
        assert contents(other.release) == contents(fresh.release)
        assert not [path for path in (tmp_path / "fresh").iterdir() if "cache" in path.name]

    def test_lines_that_begin_to_recur_are_left_out_again(
        self, tmp_path: Path, tools: Tools, mapped: list[str]
    ) -> None:
        source = tmp_path / "in"
        source.mkdir()
        told = "Our app brings you everything that the United Nations says before anybody else has read it.\n"
        towns = ("Oslo", "Lima", "Rome", "Cairo", "Hanoi", "Quito", "Dakar", "Riga")
        for number, town in enumerate(towns):
            body = f"Talks in {town}\n\nThe mayor of {town} spoke about {number} new bridges over the river there.\n\n"
            (source / f"{town}.txt").write_text(body + told, encoding="utf-8")
            if number in (0, len(towns) - 1):
                release = build([source], out=tmp_path / "out", tools=tools)
        fresh = build([source], out=tmp_path / "fresh", tools=tools)
        assert mapped.count("Oslo") == 3
        one, other = contents(release.release), contents(fresh.release)
        assert one["articles/Oslo.json"] == other["articles/Oslo.json"]

    def test_a_store_goes_on_from_the_one_before(
        self, folder: Path, tmp_path: Path, tools: Tools, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        loaded: list[Path] = []

        def portions(path: Path) -> Iterator[bytes]:
            loaded.append(path)
            yield gzip.decompress(path.read_bytes())

        monkeypatch.setattr("mapper.loading._portions", portions)
        for month in ("January", "March", "July", "September", "November"):
            (folder / f"{month}.txt").write_text(CALL.replace("May", month), encoding="utf-8")
        build([folder], out=tmp_path / "out", tools=tools)
        loaded.clear()
        (folder / "March.txt").unlink()
        (folder / "9.txt").write_text(CALL.replace("Olaf Scholz", "Abdou Ndiaye"), encoding="utf-8")
        changed = build([folder], out=tmp_path / "out", tools=tools)
        assert loaded == []
        assert stored(changed.release) == dumped(changed.release)
        for path in (changed.release / "store").glob("*.sst"):
            path.write_bytes(b"")
        (folder / "8.txt").write_text(CALL.replace("May", "February"), encoding="utf-8")
        whole = build([folder], out=tmp_path / "out", tools=tools)
        assert len(loaded) == 2
        assert stored(whole.release) == dumped(whole.release)

    def test_damaged_entries_are_made_again(
        self, folder: Path, tmp_path: Path, tools: Tools, mapped: list[str]
    ) -> None:
        first = build([folder], out=tmp_path / "a", tools=tools)
        entries = sorted((tmp_path / "a" / ".cache").glob("*/*"))
        assert {path.suffix for path in entries} == {".rows", ".map", ".part", ".parts"}
        for number, path in enumerate(entries):
            content = path.read_bytes()
            path.write_bytes(content[: len(content) // 2] if number % 2 else b"")
        mapped.clear()
        again = build([folder], out=tmp_path / "b", cache=tmp_path / "a" / ".cache", tools=tools)
        assert sorted(mapped) == ["0", "1", "2"]
        assert contents(first.release) == contents(again.release)

    def test_an_article_that_hangs_is_set_aside_and_tried_again(
        self, folder: Path, tmp_path: Path, tools: Tools, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def slow(articles: list[Article], tools: Tools) -> list[MappedArticle]:
            if "1" in (article.identifier for article in articles):
                raise TimeoutError("it took too long")
            return map_articles(articles, tools)

        monkeypatch.setattr("mapper.working.map_articles", slow)
        first = build([folder], out=tmp_path / "out", tools=tools)
        assert [entry.identifier for entry in first.set_aside] == ["1"]
        monkeypatch.setattr("mapper.working.map_articles", map_articles)
        again = build([folder], out=tmp_path / "out", tools=tools)
        assert (again.articles, again.set_aside, again.version == first.version) == (3, (), False)


FULL = """
import sys
from pathlib import Path
import resource
from mapper.mapping import load_tools
from mapper.pipeline import build
from mapper.dumps import FORMATS
from mapper.errors import ReleaseError
tools = load_tools()
resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))
try:
    build([Path({folder!r})], out=Path({out!r}), tools=tools)
except ReleaseError as error:
    sys.exit(f"told: {{error}}")
"""


@pytest.mark.parametrize("size", [0, 900, 20_000, 100_000])
def test_a_disk_that_is_full_leaves_the_current_release(folder: Path, tmp_path: Path, tools: Tools, size: int) -> None:
    """A file may have so many bytes and no more, which fails as a full disk does: in the cache, a dump, the store."""
    out = tmp_path / "out"
    first = build([folder], out=out, tools=tools)
    before = contents(first.release)
    (folder / "3.txt").write_text(CALL.replace("2 May", "16 May"), encoding="utf-8")
    script = FULL.format(size=size, folder=str(folder), out=str(out))
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert re.search(
        r"^told: .*(File too large|I/O error).*[Tt]he current (release|one) stays", ran.stderr, re.S | re.M
    )
    assert (out / "current").resolve() == first.release
    assert contents(first.release) == before
    assert not list(out.glob(".building*"))
    again = build([folder], out=out, tools=tools)
    assert (again.fresh, again.articles) == (True, 4)


def test_a_folder_that_may_only_be_read(folder: Path, tmp_path: Path, tools: Tools) -> None:
    build([folder], out=tmp_path / "out", tools=tools)
    (folder / "0.txt").write_text(CALL + "More.\n", encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"cannot be used|cannot be written"):
        build([folder], out=tmp_path / "out", cache=Path("/proc/communique"), tools=tools)
    with pytest.raises(ReleaseError, match="cannot be written"):
        build([folder], out=Path("/proc/communique"), tools=tools)


def test_limits_are_those_of_the_process() -> None:
    """The disk of this process is not full, whatever the tests before did."""
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] in (-1, resource.RLIM_INFINITY)
