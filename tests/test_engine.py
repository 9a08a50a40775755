"""The engine: its own queries, strangers' queries in worker processes, and what ends them."""

import asyncio
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
from release_fixture import DEFAULT_BASE, write_release

from publisher.cache import Cache
from publisher.diagnosis import syntax_problem
from publisher.engine import Engine, Query
from publisher.errors import ProblemError, ReleaseUnusableError, SettingsError
from publisher.lexer import outline
from publisher.release import open_release
from publisher.scheduling import Memory, Ticket, digests, next_fast, next_slow
from publisher.settings import load_settings

FORMATS = {"solutions": "text/csv", "boolean": "text/boolean", "graph": "application/n-triples"}
FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o }"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("releases")
    write_release(folder)
    return folder


@pytest.fixture(scope="module")
def engine(folder):
    settings = load_settings(environ={}, deadline=2.0, quantum=0.2, memory=200 << 20, result_bytes=3_000_000, workers=1)
    engine = Engine(folder / "current", settings)
    engine.start()
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def patient(folder):
    """One with time enough for other limits to come first, also on a busy machine."""
    engine = Engine(folder / "current", load_settings(environ={}, memory=200 << 20, workers=1))
    engine.start()
    yield engine
    engine.close()


def run(engine, text, *, client="a", **options):
    answer, _ = engine.run(Query(text, (), (), FORMATS, **options), client=client)
    return answer.body if answer.file is None else answer.file.read()


def refusal(engine, text, **options):
    with pytest.raises(ProblemError) as caught:
        run(engine, text, **options)
    return caught.value


def test_own_queries(engine):
    rows = engine.select("SELECT ?s ?x { ?s a dip:Meeting OPTIONAL { ?s dip:none ?x } }")
    assert [set(row) for row in rows] == [{"s"}]
    assert engine.ask("ASK { ?s a ?class }", s=rows[0]["s"])
    assert len(engine.construct("CONSTRUCT { ?s a dip:X } WHERE { ?s a dip:Meeting ; dip:participant ?p }")) == 1
    graphs = {quad.graph_name.value for quad in engine.describe(rows[0]["s"].value)}
    assert {f"{DEFAULT_BASE}graph/article/first", f"{DEFAULT_BASE}graph/article/second"} < graphs


def test_a_statement_of_two_graphs_is_one_solution(engine):
    assert run(engine, "SELECT (COUNT(*) AS ?n) { ?s a dip:Meeting }") == b"n\r\n1\r\n"
    assert run(engine, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s a dip:Meeting } }") == b"n\r\n2\r\n"


def test_deadline_ends_a_query_and_nothing_else(engine):
    started = time.monotonic()
    problem = refusal(engine, FOREVER)
    assert problem.status == 504
    assert "2 seconds" in problem.detail
    assert time.monotonic() - started < 4
    assert run(engine, "ASK {}") == b"true"


def test_memory_limit(patient):
    text = "SELECT (STRLEN(?v40) AS ?n) { BIND('xxxxxxxx' AS ?v0) " + " ".join(
        f"BIND(CONCAT(?v{i}, ?v{i}) AS ?v{i + 1})" for i in range(40)
    )
    problem = refusal(patient, text + "}")
    assert problem.status == 507
    assert "200 MiB" in problem.detail
    assert run(patient, "ASK {}") == b"true"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { FILTER(" + "!" * 50_000 + "true) }",
        "SELECT * { FILTER(" + "1+" * 50_000 + "1) }",
        "SELECT * { ?s " + "/".join(["<urn:p>"] * 50_000) + " ?o }",
        "SELECT * " + "{" * 50_000 + "}" * 50_000,
        "SELECT * { FILTER(" + "(" * 50_000 + "1" + ")" * 50_000 + ") }",
        "SELECT * { " + " UNION ".join(["{?s ?p ?o}"] * 20_000) + "}",
    ],
)
def test_deep_queries_cost_one_worker_at_most(patient, text):
    assert refusal(patient, text).status == 400
    assert run(patient, "ASK {}") == b"true"


def test_an_answer_that_is_too_long(engine):
    problem = refusal(engine, "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 20000")
    assert (problem.status, problem.title) == (507, "Answer Too Long")


def test_a_long_answer_comes_as_a_file(engine):
    query = Query("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 8000", (), (), FORMATS)
    answer, _ = engine.run(query, client="a")
    assert answer.file is not None
    with answer.file as file:
        assert file.read().count(b"\r\n") == 8001


def test_a_query_that_is_cancelled_frees_its_worker(folder):
    async def leave():
        engine = Engine(folder / "current", load_settings(environ={}, workers=1))
        await engine.open()
        waiting = asyncio.create_task(engine.answer(Query(FOREVER, (), (), FORMATS), client="a"))
        await asyncio.sleep(0.5)
        waiting.cancel()
        await asyncio.sleep(0)
        sizes = engine.sizes()
        answer, _ = await asyncio.wait_for(engine.answer(Query("ASK {}", (), (), FORMATS), client="a"), 5)
        await engine.shut()
        return sizes, answer.body

    sizes, body = asyncio.run(leave())
    assert (sizes["fast_running"], sizes["slow_running"], body) == (0, 0, b"true")


def test_answers_are_kept(engine):
    query = Query("SELECT * { ?s a dip:Person }", (), (), FORMATS)
    first, _ = engine.run(query, client="a")
    second, kept = engine.run(query, client="a")
    assert (kept, second.body) == (True, first.body)


def test_equal_answers_are_equal_bytes(folder):
    query = Query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", (), (), FORMATS | {"graph": "text/turtle"})
    bodies = set()
    for _ in range(2):
        engine = Engine(folder / "current", load_settings(environ={}, workers=1))
        try:
            bodies.add(engine.run(query, client="a")[0].body)
        finally:
            engine.close()
    assert len(bodies) == 1


def test_a_store_without_the_merge_is_refused(tmp_path):
    with pytest.raises(ReleaseUnusableError, match="No release can be opened"):
        open_release(tmp_path)
    release = write_release(tmp_path)
    store = ox.Store(str(release / "store"))
    store.clear_graph(ox.DefaultGraph())
    store.flush()
    del store
    with pytest.raises(ReleaseUnusableError, match="lacks the merge"):
        open_release(release)


def test_settings(tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text('deadline = 7\nworkers = 3\nservice_allowlist = ["http://a/"]\n')
    environ = {"COMMUNIQUE_WORKERS": "4", "COMMUNIQUE_ACCESS_LOG": "no", "COMMUNIQUE_CONFIG": str(file)}
    settings = load_settings(environ=environ, queue=5)
    assert (settings.deadline, settings.workers, settings.queue) == (7.0, 4, 5)
    assert (settings.access_log, settings.service_allowlist) == (False, ("http://a/",))
    for environ in ({"COMMUNIQUE_WORKERS": "many"}, {"COMMUNIQUE_ACCESS_LOG": "perhaps"}):
        with pytest.raises(SettingsError, match=next(iter(environ))):
            load_settings(environ=environ)
    with pytest.raises(SettingsError, match="no setting 'deadlin'"):
        load_settings(environ={}, deadlin=1)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("port", 65536, "0 to 65535"),
        ("workers", 0, "1 or more"),
        ("deadline", float("nan"), "out of range"),
        ("deadline", -1, "0.1 or more"),
        ("quantum", 21, "longer than the deadline"),
        ("memory", 1, "out of range"),
        ("spool", "/nowhere/at/all", "no folder"),
    ],
)
def test_settings_out_of_range(name, value, told):
    with pytest.raises(SettingsError, match=f"{name}.*{told}"):
        load_settings(environ={}, **{name: value})


def test_lexer_sees_words_and_not_what_looks_like_them():
    tricky = outline(
        "BASE <http://e/> PREFIX service: <http://s/>\n# FROM <http://no/>\n"
        "SELECT ?from (\"SERVICE <x>\" AS ?x) ('''FROM <y>''' AS ?y) FROM service:g from named <rel>\n"
        '{ ?s service:p <http://e/#SERVICE> ; <a> "\\"SERVICE" . FILTER(?a<?b && ?c>?d) SERVICE SILENT <http://r/> {} }'
    )
    assert tricky.services == ("<http://r/>",)
    assert (tricky.default_graphs, tricky.named_graphs) == (("service:g",), ("<rel>",))
    assert tricky.prologue == "BASE <http://e/> PREFIX service: <http://s/>\n# FROM <http://no/>\n"
    assert not tricky.volatile
    assert outline("SELECT (now() AS ?n) {}").volatile


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("SELECT * WHERE {\n  ?s ?p }", (2, 9)),
        ("SELECT *\nWHERE {\n ?s ?p ?o FILTER(foo(1)) }", (3, 18)),
        ("# note\nSELCT * {}", (2, 1)),
        ("SELECT * { ?s ?p ?o } }", (1, 23)),
        ("SELECT * {", (1, 11)),
        ("SELECT * { ?s none:x ?o }", (1, 15)),
    ],
)
def test_syntax_errors_name_the_word(engine, query, place):
    with pytest.raises(SyntaxError) as caught:
        engine.release.store.query(query)
    problem = syntax_problem(query, str(caught.value), engine.release.store.query)
    assert (problem["line"], problem["column"]) == place


def test_known_short_queries_go_first_and_tried_shapes_last():
    memory = Memory()
    tried = Ticket("a", "ASK { ?s ?p 1 }")
    like, other, known = (
        Ticket("b", "ASK { ?s ?p 2 }"),
        Ticket("b", "ASK { ?s ?p ?o }"),
        Ticket("b", "ASK { 1 ?p ?o }", known_short=True),
    )
    assert next_fast([like, other, known], [tried], memory, 1) is like  # in quiet times whoever came first
    memory.note_long(digests("ASK {}"), "d", proven=True)
    assert next_fast([like, other, known], [tried], memory, 1) is known
    assert next_fast([like, other], [tried], memory, 1) is other
    memory.note_long(digests("ASK {}"), "b", proven=True)
    stranger = Ticket("c", "ASK { ?s ?p ?o . ?o ?q ?r }")
    assert next_fast([like, other, stranger], [tried], memory, 1) is stranger
    assert next_fast([], [], memory, 1) is None


def test_no_address_holds_all_slow_slots():
    waiting = [Ticket("a"), Ticket("a"), Ticket("b")]
    assert next_slow(waiting, Counter({"a": 1}), 2).client == "b"
    assert next_slow(waiting[:2], Counter({"a": 1}), 2) is None
    assert next_slow(waiting[:2], Counter(), 1).client == "a"


def test_verdicts():
    memory = Memory()
    long, short = digests("SELECT * { ?s ?p 1 }"), digests("SELECT * { ?s ?p 2 }")
    memory.note_long(long, "a", proven=True)
    memory.note_short(short)
    assert [memory.is_long(names) for names in (long, short, digests("SELECT * { ?s ?p 3 }"))] == [True, False, True]
    assert memory.is_long(digests("ASK {}")) is None
    memory.acquit(long)
    assert memory.is_long(digests("SELECT * { ?s ?p 3 }")) is False


def test_cache_is_bounded():
    cache = Cache(80)
    for key in range(20):
        cache.put(key, key, 10)
    assert (cache.size, cache.get(19), cache.get(0)) == (80, 19, None)
    cache.put("large", "x", 11)
    assert cache.get("large") is None


def test_workers_cannot_open_sockets():
    """The fence behind the refusal of SERVICE."""
    code = (
        "from publisher.sandbox import close_network; import socket\n"
        "assert close_network()\n"
        "try: socket.socket()\nexcept PermissionError: print('refused')\n"
    )
    root = Path(__file__).parent.parent
    assert subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True).stdout == "refused\n"
