"""What pages need of a large release is made by another process and handed over."""

import pickle
import sys

import pytest
from release_fixture import write_release

from publisher import portable, warming
from publisher.addresses import release
from publisher.chronicle import chronicle
from publisher.index import index
from publisher.memory import made_of
from server import create_app

MADE = {"publisher.home.told", "publisher.topicpages.hierarchy", "publisher.termpages.counts", "publisher.index.index"}


@pytest.fixture
def app(tmp_path):
    write_release(tmp_path)
    return create_app(tmp_path / "current", access_log=False)


def names(app):
    with app.app_context():
        return set(made_of(app.extensions["communique"].release))


def page(app):
    return app.test_client().get("/", headers={"Accept": "text/html"}).get_data(as_text=True)


def test_another_process_makes_it(app, monkeypatch, tmp_path):
    (tmp_path / "other").mkdir()
    write_release(tmp_path / "other")
    here = page(create_app(tmp_path / "other" / "current", access_log=False))
    monkeypatch.setattr(warming, "_LARGE", 0)
    monkeypatch.setattr(warming, "_make", lambda _: None)  # not here
    app.extensions["communique"].prepare()
    assert names(app) >= MADE
    with app.app_context():
        assert [thing.label for thing in index().named("macron")][:1] == ["Emmanuel Macron"]
    assert page(app) == here


def test_where_that_process_fails_it_is_made_here(app, monkeypatch):
    monkeypatch.setattr(warming, "_LARGE", 0)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    app.extensions["communique"].prepare()
    assert names(app) >= MADE
    assert "Macron" in page(app)


def test_a_small_release_needs_no_other_process(app, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/none")
    app.extensions["communique"].prepare()
    assert names(app) >= MADE


def test_the_first_visitor_waits_for_nothing_more(app):
    app.extensions["communique"].prepare()
    made, visitor = names(app), app.test_client()
    with app.app_context():
        base, event, things = release().base, chronicle().events[0].iri, [iri for iri, _ in chronicle().things]
    for iri in [event, *(iri for iri in things if iri.startswith(base)), base + "ontology/Meeting"]:
        answer = visitor.get("/" + iri.removeprefix(base), headers={"Accept": "text/html"})
        assert answer.status_code == 200
    assert names(app) - made <= {"publisher.resources._kept"}


@pytest.mark.parametrize("many", [1, 1000])
def test_what_is_handed_over_says_the_same(app, monkeypatch, many):
    monkeypatch.setattr(portable, "_MANY", many)
    with app.app_context():
        for made in (index(), chronicle()):
            again = pickle.loads(pickle.dumps(made))
            if made is chronicle():
                assert again.events == made.events != []
                assert (again.thing.tolist(), again.number_of_thing) == (made.thing.tolist(), made.number_of_thing)
            else:
                assert again.things == made.things
                assert again.search("Paris") == made.search("Paris") != ([], 0)
                assert again.identified("Q90") == made.identified("Q90")
                assert (again.by_iri, again.same) == (made.by_iri, made.same)
