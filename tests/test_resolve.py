"""Names are looked up in Wikidata's search with care, kept on disk, and never hold a build up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from wikidata_server import Clock, Wikidata, running

from mapper.document import Article, Entity, Event, Form, Kind, MappedArticle, Mention, Participation, Role
from mapper.errors import ConfigurationError
from mapper.fetching import Service
from mapper.gazetteer import load
from mapper.resolve import Resolver, links_digest, resolve_articles
from mapper.unknown import local_entity


@pytest.fixture
def wikidata() -> Iterator[Wikidata]:
    with running() as server:
        yield server


def resolver(server: Wikidata, cache: Path) -> Resolver:
    return Resolver(cache, Service(server.url, pause=0.0, timeout=0.3, tries=1, sleep=Clock()))


@pytest.mark.parametrize(
    ("name", "kind", "key"),
    [
        ("Rupert of Hentzau", Kind.PERSON, "Q900010"),
        ("Rupert of Hentzau", Kind.ORGANIZATION, None),
        ("Jane Doe", Kind.PERSON, None),
        ("Zenda", Kind.PLACE, "Q900013"),
        ("Zenda", Kind.PERSON, None),
        ("Moon Palace", Kind.PLACE, None),
        ("Nobody At All", Kind.PERSON, None),
        ("Rupert of Hentzau", Kind.STATE, None),
        ("Evil", Kind.PERSON, None),
    ],
)
def test_a_name_is_linked_when_one_item_of_its_type_bears_it(
    wikidata: Wikidata, tmp_path: Path, name: str, kind: Kind, key: str | None
) -> None:
    found = resolver(wikidata, tmp_path / "cache").resolve(name, kind)
    assert (found.key if found else None) == key


def test_answers_are_kept_also_empty_ones_and_damaged_ones_are_asked_anew(wikidata: Wikidata, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = resolver(wikidata, cache)
    first.resolve("Rupert of Hentzau", Kind.PERSON)
    first.resolve("Nobody At All", Kind.PERSON)
    assert first.asked == 3
    again = resolver(wikidata, cache)
    found = again.resolve("Rupert of Hentzau", Kind.PERSON)
    assert found is not None
    assert again.resolve("Nobody At All", Kind.PERSON) is None
    assert again.asked == 0
    for path in cache.iterdir():
        path.write_bytes(b'{"search": [')
    assert again.resolve("Rupert of Hentzau", Kind.PERSON) == found
    assert again.asked == 2


@pytest.mark.parametrize("fault", ["429", "500", "html", "cut", "hang", "list"])
def test_troubles_leave_the_name_without_a_link_and_are_not_kept(
    wikidata: Wikidata, tmp_path: Path, fault: str
) -> None:
    wikidata.faults = [fault]
    one = resolver(wikidata, tmp_path)
    assert one.resolve("Rupert of Hentzau", Kind.PERSON) is None
    found = one.resolve("Rupert of Hentzau", Kind.PERSON)
    assert found is not None
    assert found.key == "Q900010"


def test_without_a_network_little_is_asked_and_the_build_goes_on(tmp_path: Path) -> None:
    offline = Resolver(tmp_path, Service("http://127.0.0.1:9/", pause=0.0, timeout=0.2, tries=1, sleep=Clock()))
    assert [offline.resolve(f"Name {i}", Kind.PERSON) for i in range(50)] == [None] * 50
    assert offline.asked == 2


RUPERT, NOBODY = local_entity("Rupert of Hentzau", Kind.PERSON), local_entity("Nobody At All", Kind.PERSON)


def mapped(*entities: Entity | None, events: tuple[Event, ...] = ()) -> MappedArticle:
    mentions = tuple(Mention(i, i + 1, "words", Form.UNKNOWN, e, (), 0.4) for i, e in enumerate(entities))
    return MappedArticle(Article("one", "words", ()), mentions, events)


def test_mentions_of_local_entities_get_the_link_and_no_others(wikidata: Wikidata, tmp_path: Path) -> None:
    gazetteer = load()
    given = mapped(gazetteer.entity("Q183"), RUPERT, NOBODY, None)
    (out,) = resolve_articles([given], resolver(wikidata, tmp_path), gazetteer)
    assert (out.mentions[0], out.mentions[2:]) == (given.mentions[0], given.mentions[2:])
    linked = out.mentions[1]
    assert linked.entity is not None
    assert (linked.entity.key, linked.entity.qid, linked.confidence) == ("Q900010", "Q900010", 0.6)
    assert linked.candidates[0].reasons == ("the one item of this name and kind in Wikidata",)
    assert links_digest([out]) != links_digest([given])


def test_events_get_the_same_links_and_nobody_takes_part_twice(wikidata: Wikidata, tmp_path: Path) -> None:
    item = Entity("Q900010", "Label of Q900010", Kind.PERSON, "Q900010", ("Rupert of Hentzau",))
    zenda = local_entity("Zenda", Kind.PLACE)
    parts = tuple(Participation(agent, Role.PARTICIPANT) for agent in (RUPERT, item, NOBODY))
    event = Event("Meeting", parts, (), location=zenda, claimant=RUPERT)
    (out,) = resolve_articles([mapped(RUPERT, events=(event,))], resolver(wikidata, tmp_path), load())
    (told,) = out.events
    assert [part.agent.key for part in told.participations] == ["Q900010", NOBODY.key]
    assert told.location is not None
    assert told.claimant is not None
    assert (told.location.key, told.claimant.key) == ("Q900013", "Q900010")


def test_a_cache_that_cannot_be_written_is_told_plainly(wikidata: Wikidata, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="cannot be kept in"):
        resolver(wikidata, tmp_path / "file" / "cache").resolve("Rupert of Hentzau", Kind.PERSON)
