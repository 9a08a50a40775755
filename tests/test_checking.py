"""Checking in portions finds what a check of everything at once by the reference finds, and does nothing twice."""

from __future__ import annotations

import multiprocessing
import os
import random
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph

from mapper import checking
from mapper.checking import Checker
from mapper.errors import ConfigurationError
from mapper.processes import spread
from mapper.shacl import FAST, REFERENCE, Engine, engine
from mapper.statements import as_graph
from mapper.validation import ValidationReport, load_shapes, validate

EXAMPLES = Path(__file__).parent / "shapes"
SHAPES = load_shapes()
ARTICLE = "http://localhost:8000/article/"
TEXTS = {f"{ARTICLE}two": "Another text."}
ENGINES = (FAST, REFERENCE)


def quads(*names: str) -> list[ox.Quad]:
    """The surroundings and examples, with literals in the form that a release has."""
    store = ox.Store()
    for name in ("surroundings.ttl", *names):
        store.bulk_load(path=EXAMPLES / name, format=ox.RdfFormat.TURTLE)
    return sorted(store, key=str)


def whole(data: list[ox.Quad]) -> ValidationReport:
    return validate(as_graph(data), SHAPES, texts=TEXTS)


def in_portions(data: list[ox.Quad], engine: str, jobs: int = 1) -> ValidationReport:
    return Checker(engine=engine, jobs=jobs).check(data, texts=TEXTS)


def invalid() -> list[str]:
    return sorted(str(path.relative_to(EXAMPLES)) for path in EXAMPLES.glob("*/invalid-*.ttl"))


@pytest.fixture(scope="module")
def two_articles() -> list[ox.Quad]:
    """Article one with a meeting, article two without events, beside things that no article names."""
    return quads("Meeting/valid-two-agents.ttl", "Article/valid-article.ttl", "Concept/valid-topic.ttl")


@pytest.fixture
def applied(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many statements went through the engine, each time."""
    counts: list[int] = []
    apply = checking.apply

    def counting(lines: list[str], shapes: Graph, *, engine: Engine) -> Graph:
        counts.append(len(lines))
        return apply(lines, shapes, engine=engine)

    monkeypatch.setattr("mapper.checking.apply", counting)
    return counts


@pytest.mark.parametrize("name", invalid())
def test_every_invalid_example_gives_the_same_report(name: str) -> None:
    data = quads(name)
    expected = whole(data)
    assert expected.results
    assert in_portions(data, FAST) == expected


@pytest.mark.parametrize("engine", ENGINES)
def test_whatever_is_missing_is_missed_all_the_same(two_articles: list[ox.Quad], engine: str) -> None:
    assert in_portions(two_articles, engine) == whole(two_articles)
    chosen = random.Random(7)
    found = 0
    for _ in range(25):
        gone = set(chosen.sample(two_articles, 3))
        data = [quad for quad in two_articles if quad not in gone]
        report = in_portions(data, engine)
        assert report == whole(data), gone
        found += len(report.results)
    assert found > 50


@pytest.mark.parametrize("engine", ENGINES)
def test_quotes_are_compared_with_the_texts(two_articles: list[ox.Quad], engine: str) -> None:
    texts = {f"{ARTICLE}one": "Not what is quoted."}
    data = [quad for quad in two_articles if not quad.predicate.value.endswith("#text")]
    report = Checker(engine=engine).check(data, texts=texts)
    assert report == validate(as_graph(data), SHAPES, texts=texts)
    assert list(report.held_back()) == [f"{ARTICLE}one"]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_text_where_a_thing_should_be_is_found(two_articles: list[ox.Quad], engine: str) -> None:
    """What is to be checked need not have an IRI."""
    (event,) = {quad.subject for quad in two_articles if quad.predicate.value.endswith("#hasParticipation")}
    for name in ("evidence", "hasParticipation", "location"):
        predicate = ox.NamedNode(f"https://w3id.org/communique/ontology#{name}")
        data = [*two_articles, ox.Quad(event, predicate, ox.Literal("somewhere"))]
        report = in_portions(data, engine)
        assert report == whole(data)
        assert list(report.held_back()) == [f"{ARTICLE}one"]


def test_what_did_not_change_is_not_checked_again(two_articles: list[ox.Quad], applied: list[int]) -> None:
    checker = Checker()
    first = checker.check(two_articles, texts=TEXTS)
    everything = sum(applied)
    applied.clear()
    assert checker.check(reversed(two_articles), texts=TEXTS) == first
    assert applied == []
    without = [quad for quad in two_articles if "article/two" not in str(quad)]
    assert checker.check(without, texts={}) == validate(as_graph(without), SHAPES)
    assert applied == []
    changed = [quad for quad in two_articles if "identifier" not in str(quad) or "article/two" not in str(quad)]
    report = checker.check(changed, texts=TEXTS)
    assert report == whole(changed)
    assert list(report.held_back()) == [f"{ARTICLE}two"]
    assert 0 < sum(applied) < everything


def test_a_text_that_changed_is_checked_again(two_articles: list[ox.Quad]) -> None:
    checker = Checker()
    data = [quad for quad in two_articles if not quad.predicate.value.endswith("#text")]
    assert checker.check(data, texts={}).conforms
    assert not checker.check(data, texts={f"{ARTICLE}one": "Not what is quoted."}).conforms


def test_several_processes_give_the_same_report(two_articles: list[ox.Quad], monkeypatch: pytest.MonkeyPatch) -> None:
    data = [quad for quad in two_articles if not quad.predicate.value.endswith("label")]
    expected = whole(data)
    assert expected.results
    monkeypatch.setattr("mapper.shacl._ENGINES", {FAST: Engine(FAST, pace=1)})
    monkeypatch.setattr("mapper.processes._EACH", 1)
    assert in_portions(data, FAST, jobs=2) == expected


def test_processes_that_check_load_no_parser() -> None:
    code = "import sys, mapper.checking, mapper.reasoning; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def _ends_its_process(number: int) -> int:
    if number == 2 and multiprocessing.parent_process():
        os._exit(9)
    return number * number


def test_what_a_lost_process_did_is_done_again() -> None:
    assert list(spread(_ends_its_process, (1, 2, 3, 4), jobs=2)) == [1, 4, 9, 16]


class TestSetting:
    def test_the_setting_names_the_engine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COMMUNIQUE_SHACL", "pyshacl")
        assert engine().name == REFERENCE
        monkeypatch.delenv("COMMUNIQUE_SHACL")
        assert engine().name == FAST

    def test_there_is_no_such_engine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COMMUNIQUE_SHACL", "jena")
        with pytest.raises(ConfigurationError, match="give one of pyshacl, pyshacl-turbo"):
            engine()

    def test_without_the_fast_engine_the_reference_checks(
        self, monkeypatch: pytest.MonkeyPatch, two_articles: list[ox.Quad]
    ) -> None:
        monkeypatch.setitem(sys.modules, "pyshacl_turbo", None)
        assert engine().name == REFERENCE
        assert Checker().check(two_articles, texts=TEXTS).conforms
        with pytest.raises(ConfigurationError, match="not installed"):
            engine(FAST)


@pytest.mark.parametrize("name", ENGINES)
def test_a_wrong_shape_is_a_matter_of_configuration(name: str) -> None:
    from mapper.shacl import apply

    shapes = Graph().parse(
        data="@prefix sh: <http://www.w3.org/ns/shacl#> . "
        "<urn:broken> a sh:NodeShape ; sh:targetNode <urn:a> ; sh:property [ sh:minCount 1 ] .",
    )
    with pytest.raises(ConfigurationError, match="shapes/ is wrong"):
        apply(["<urn:a> <urn:b> <urn:c>"], shapes, engine=engine(name))
