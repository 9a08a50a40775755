"""Names are looked up in Wikidata's search with care, kept on disk, and never hold a build up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from wikidata_server import Clock, Wikidata, running

from mapper.document import Entity, Form, Kind, Mention
from mapper.fetching import Service
from mapper.gazetteer import load
from mapper.resolve import Resolver, resolve_mentions
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


def test_mentions_of_local_entities_get_the_link_and_no_others(wikidata: Wikidata, tmp_path: Path) -> None:
    gazetteer = load()
    known = gazetteer.entity("Q183")
    rupert, nobody = local_entity("Rupert of Hentzau", Kind.PERSON), local_entity("Nobody At All", Kind.PERSON)

    def mention(entity: Entity | None) -> Mention:
        return Mention(0, 5, "words", Form.UNKNOWN, entity, (), 0.4)

    given = tuple(mention(entity) for entity in (known, rupert, nobody, None))
    out = resolve_mentions(given, resolver(wikidata, tmp_path), gazetteer)
    assert (out[0], out[2], out[3]) == (given[0], given[2], given[3])
    assert out[1].entity is not None
    assert (out[1].entity.key, out[1].entity.qid) == ("Q900010", "Q900010")
    assert replace(out[1], entity=rupert, confidence=0.4) == given[1]
