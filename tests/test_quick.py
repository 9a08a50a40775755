"""Simple queries are answered at once, as a worker would; what might cost much is left to the workers."""

import asyncio
import time
from collections import Counter

import pytest
from release_fixture import DEFAULT_BASE, fixture_quads, write_release

from publisher import quick
from publisher.engine import Engine, Query
from publisher.orders import MOST_PATTERNS
from publisher.settings import load_settings
from publisher.shape import shape, skeleton

DIP = "https://w3id.org/communique/ontology#"
ACTOR, MANY, CLASS = f"<{DEFAULT_BASE}entity/Q3052772>", f"<{DEFAULT_BASE}entity/many>", f"<{DIP}Meeting>"
PREFIX = f"PREFIX d: <{DIP}> "
CROWD = "".join(f"<urn:event:{n}> <{DIP}participant> {MANY} . " for n in range(600))
SIMPLE = {
    f"SELECT * {{ {ACTOR} ?p ?o }}": "solutions",
    f"SELECT ?p ?o WHERE {{ {ACTOR} ?p ?o . }} ORDER BY ?p DESC(?o) LIMIT 3 OFFSET 1": "solutions",
    f"select distinct ?e {{ ?e dip:participant {ACTOR} }} order by ?e": "solutions",
    f"{PREFIX}SELECT ?e ?l {{ ?e d:participant {ACTOR}, ?o . ?o rdfs:label ?l }} # people": "solutions",
    f"SELECT ?l {{ {ACTOR} ^dip:participant/dip:location/rdfs:label ?l }}": "solutions",
    f"SELECT ?e {{ ?e a {CLASS} ; dip:participant {ACTOR} . {ACTOR} rdfs:label ?l }}": "solutions",
    'SELECT ?s { ?s dip:rule "Meeting/verb:meet" }': "solutions",
    'SELECT ?s { ?s schema:datePublished "2025-03-05"^^xsd:date }': "solutions",
    "SELECT ?s { ?s oa:start 10 }": "solutions",
    "SELECT ?s { ?s rdfs:label 'Paris'@en, ?other }": "solutions",
    f"ASK {{ {ACTOR} a dip:Person }}": "boolean",
    f"DESCRIBE {ACTOR}": "graph",
    f"{PREFIX}DESCRIBE {ACTOR} d:Meeting": "graph",
}
OTHER = [
    "SELECT * { ?s ?p ?o }",
    "SELECT * { ?s rdfs:label ?o }",
    "SELECT ?s { ?s ?p 10 }",
    f"SELECT * {{ {ACTOR} ?p ?o . ?a ?b ?c }}",
    f"SELECT * {{ {ACTOR} ?p ?o . ?s ?p ?z }}",
    f"SELECT * {{ {ACTOR} ?p ?o . ?p rdfs:label ?l }}",
    f"SELECT (COUNT(*) AS ?n) {{ {ACTOR} ?p ?o }}",
    f"SELECT * {{ {ACTOR} dip:participant* ?o }}",
    f"SELECT * {{ {ACTOR} (dip:participant|dip:x) ?o }}",
    f"SELECT * {{ {ACTOR} !dip:participant ?o }}",
    f"SELECT * FROM <{DEFAULT_BASE}graph/events> {{ {ACTOR} ?p ?o }}",
    f"SELECT * {{ GRAPH ?g {{ {ACTOR} ?p ?o }} }}",
    f"SELECT * {{ {ACTOR} ?p ?o FILTER(REGEX(STR(?o), '(a+)+$')) }}",
    f"SELECT * {{ {ACTOR} ?p ?o BIND(RAND() AS ?r) }}",
    f"SELECT * {{ {{ {ACTOR} ?p ?o }} }}",
    f"SELECT * {{ {ACTOR} ?p ?o }} GROUP BY ?p",
    f"SELECT * {{ {ACTOR} ?p ?o }} VALUES ?p {{ <urn:x> }}",
    f"SELECT * {{ {ACTOR} ?p [ ?q ?o ] }}",
    f"SELECT * {{ {ACTOR} ?p _:b }}",
    f"SELECT * {{ {ACTOR} dip:a.dip:b ?o }}",
    f"BASE <{DEFAULT_BASE}> SELECT * {{ <entity/Q90> ?p ?o }}",
    "SELECT * { ?s ?p '''x''' }",
    f"SELECT * {{ {ACTOR} ?p ?o }} LIMIT 1 garbage",
    f"SELECT * {{ {ACTOR} ?p ?ö }}",
    f"CONSTRUCT {{ ?a ?b ?c }} WHERE {{ {ACTOR} ?p ?o . ?a ?b ?c }}",
    "DESCRIBE ?s { ?s ?p ?o }",
    "ASK {}",
    "",
    "SELECT * { " + f"{ACTOR} ?p ?o . " * (MOST_PATTERNS + 1) + "}",
    # Simple, and yet not to be bounded by what is known of the release.
    f"SELECT ?e {{ ?e dip:participant {MANY} }}",
    f"SELECT ?e {{ ?e dip:participant <{DEFAULT_BASE}x/../entity/many> }}",
    f"SELECT ?e {{ <{DEFAULT_BASE}entity/Q90> ^dip:location/dip:participant ?x . ?e dip:participant ?x }}",
    "SELECT ?e { ?e dip:participant <entity/many> }",
    f"SELECT * {{ {ACTOR} ?p1 ?o1 . {ACTOR} ?p2 ?o2 . {ACTOR} ?p3 ?o3 . {ACTOR} ?p4 ?o4 }}",
]
TYPES = {
    "solutions": ("application/sparql-results+json", "application/sparql-results+xml", "text/csv"),
    "boolean": ("application/sparql-results+json", "application/sparql-results+xml", "text/boolean"),
    "graph": ("text/turtle", "application/n-triples", "application/rdf+xml"),
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    folder = tmp_path_factory.mktemp("releases")
    write_release(folder, extra=f"<urn:crowd> {{ {CROWD} }}")
    engine = Engine(folder / "current", load_settings(environ={}, workers=1, cache_bytes=0))
    engine.start()
    until = time.monotonic() + 60
    while engine.quick is None and time.monotonic() < until:
        time.sleep(0.02)
    yield engine
    engine.close()


def query(text, *, place=0, gzip=False):
    return Query(text, (), (), {kind: types[place] for kind, types in TYPES.items()}, gzip)


@pytest.mark.parametrize("text", SIMPLE)
def test_simple_queries_are_answered_at_once_as_a_worker_answers(engine, text):
    assert shape(skeleton(text)[0]).kind == SIMPLE[text]
    for place, gzip in ((0, False), (1, False), (2, False), (0, True)):
        asked = query(text, place=place, gzip=gzip)
        found = engine.answer_at_once(asked)
        assert found is not None
        answer = asyncio.run_coroutine_threadsafe(engine.answer_later(asked, client="a"), engine._loop).result()
        assert found[0].body == answer.body
        assert found[0].head == {name: answer.head[name] for name in ("media_type", "etag", "volatile")}


@pytest.mark.parametrize("text", OTHER)
def test_other_queries_are_left_to_the_workers(engine, text):
    assert engine.answer_at_once(query(text)) is None


def test_named_datasets_and_impossible_formats_are_left_to_the_workers(engine):
    text = next(iter(SIMPLE))
    formats = dict.fromkeys(TYPES)
    assert engine.answer_at_once(Query(text, ("urn:crowd",), (), query(text).formats)) is None
    assert engine.answer_at_once(Query(text, (), ("urn:crowd",), query(text).formats)) is None
    assert engine.answer_at_once(Query(text, (), (), formats)) is None


def test_the_fans_are_those_of_the_release(engine):
    statements = {quad.triple for quad in fixture_quads(extra=f"<urn:crowd> {{ {CROWD} }}")}
    fans = engine.quick.fanout.fans
    assert set(fans) == {str(one.predicate) for one in statements}
    for predicate, fan in fans.items():
        of = [one for one in statements if str(one.predicate) == predicate]
        assert fan.out == max(Counter(one.subject for one in of).values())
        shared = Counter(str(one.object) for one in of)
        assert fan.heavy == {last: number for last, number in shared.items() if number > 16 and last[0] == "<"}
        assert fan.into >= max(shared.values()) >= min(fan.literal, fan.rest, *shared.values())
    assert engine.quick.fanout.degree == max(Counter(one.subject for one in statements).values())


def test_no_answer_is_longer_than_the_bound(engine):
    things = sorted({str(quad.subject) for quad in fixture_quads()})
    for thing in things:
        for pattern in (
            "{} ?p ?o",
            "?e dip:participant {}, ?o . ?o rdfs:label ?l",
            "{} ^dip:agent/dip:role ?r",
            "{} dip:participant ?x . ?x ^dip:agent/dip:onBehalfOf ?y . ?y rdfs:label ?l",
        ):
            text = f"SELECT * {{ {pattern.format(thing)} }}"
            found, iris = skeleton(text)
            rows = engine.select(text)
            assert len(rows) <= engine.quick.fanout.most(shape(found), iris)


def test_answers_that_take_long_have_a_share_of_the_time_only(engine, monkeypatch):
    dear, cheap = next(iter(SIMPLE)), f"ASK {{ {ACTOR} a dip:Person }}"
    monkeypatch.setattr(quick, "_FEW", 1.0)
    monkeypatch.setattr(quick, "_DEAR", 0.0)
    monkeypatch.setattr(quick, "_SHARE", 1e-9)  # used up by the first
    engine.quick._credit = 1e-9
    assert [engine.answer_at_once(query(dear)) is None for _ in range(3)] == [False, True, True]
    assert engine.answer_at_once(query(cheap)) is not None
    monkeypatch.undo()
    engine.quick._credit = 0.1
    assert all(engine.answer_at_once(query(dear)) for _ in range(3))
