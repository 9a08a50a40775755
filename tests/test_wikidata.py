"""Wikidata is asked politely, its answers are checked, and what is there is never damaged."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from wikidata_server import Clock, Wikidata, running, service

from mapper.document import Form, Kind
from mapper.errors import CommuniqueError, ConfigurationError
from mapper.fetching import FetchError, Service
from mapper.gazetteer import FOLDER, load
from mapper.merge_tables import read_tables, write_tables
from mapper.wikidata import Update, UpdateError, update


@pytest.fixture
def wikidata() -> Iterator[Wikidata]:
    with running() as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small gazetteer: Germany, its chancellor's office without an item, and two chancellors, one without an item."""
    small = tmp_path / "gazetteer"
    small.mkdir()
    keep = {"states": {"Q183"}, "people": {"Q567"}, "offices": {"chancellor-of-germany"}, "names": {"Q183", "Q567"}}
    keep |= {name: set() for name in ("places", "organizations", "tenures", "cues", "labels", "members", "seats")}
    more = {
        "people": "person-olaf-test\tOlaf Test\tmale\tQ183\told",
        "names": "person-olaf-test\tOlaf Test\tname\tstrong\told",
        "tenures": "Q567\tchancellor-of-germany\t2005-11\t\tcoarse\told",
    }
    for path in FOLDER.glob("*.tsv"):
        head, *lines = path.read_text(encoding="utf-8").splitlines()
        wanted = keep.get(path.stem)
        kept = lines if wanted is None else [line for line in lines if line.split("\t")[0] in wanted]
        kept += [more[path.stem]] if path.stem in more else []
        (small / path.name).write_text("\n".join([head, *kept]) + "\n", encoding="utf-8")
    return small


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def refresh(server: Wikidata, folder: Path, **options: Any) -> Any:
    asked = Update(service(server), languages=("en", "de"), **options)
    return update(folder=folder, languages=("en", "de"), today=date(2026, 1, 2), options=asked)


def test_new_facts_become_rows_with_their_source_and_the_tables_load(wikidata: Wikidata, folder: Path) -> None:
    changes = refresh(wikidata, folder)
    assert {row[0] for row in changes.added["states"]} == {"Q900001"}
    organizations = {"Q900004", "Q900007", "Q1501987", "Q160805", "Q900025"}
    assert {row[0] for row in changes.added["organizations"]} == organizations
    gazetteer = load(folder)
    state = gazetteer.entity("Q900001")
    assert state is not None
    assert (state.label, state.latitude, state.longitude) == ("Ruritania", 50.25, 14.5)
    capital = gazetteer.capital("Q900001")
    assert capital is not None
    assert capital.label == "Strelsau"
    assert [p.label for p in gazetteer.holders("head_of_state", "Q900001", date(2025, 1, 1))] == ["Rudolf Rassendyll"]
    assert gazetteer.office_label("Q900003") == "President of Ruritania"
    assert [(o.label, o.level) for o in gazetteer.offices_of("Q900001")][-1][1] == "foreign_minister"
    missions = {key for key, entity in gazetteer.tables.entities.items() if entity.kind is Kind.MISSION}
    assert missions == {"Q1501987", "Q160805", "Q900025"}
    assert {e.key for e, _, _ in gazetteer.candidates("Ruritanien")} == {"Q900001"}
    ((css, form, strong),) = gazetteer.candidates("CSS")
    assert (css.key, form, strong) == ("Q900004", Form.ACRONYM, False)
    rows = (folder / "states.tsv").read_text(encoding="utf-8").splitlines()
    assert next(row for row in rows if row.startswith("Q900001")).endswith("\twikidata@2026-01-02")
    assert rows[1:] == sorted(rows[1:])


def test_members_and_labels_in_other_languages_are_fetched_but_not_memberships_that_ended(
    wikidata: Wikidata, folder: Path
) -> None:
    changes = refresh(wikidata, folder)
    assert changes.added["members"] == [("Q900004", "Q900001", "wikidata@2026-01-02")]
    gazetteer = load(folder)
    assert [state.label for state in gazetteer.members("Q900004")] == ["Ruritania"]
    assert gazetteer.labels("Q900001") == (("de", "Ruritanien"),)
    seat = gazetteer.seat("Q900004")
    assert seat is not None
    assert seat.label == "Strelsau"


def test_known_tenures_get_better_days_and_deprecated_statements_do_not_count(wikidata: Wikidata, folder: Path) -> None:
    changes = refresh(wikidata, folder)
    before, after = changes.mended["tenures"][-1]
    assert before[2:4] == ("2005-11", "")
    assert after[2:5] == ("2005-11-22", "2021-12-08", "")
    assert [t.start for t in load(folder).tenures_of("Q900006")] == [date(2024, 3, 5)]


def test_what_had_no_item_gets_the_one_that_is_surely_its_own(wikidata: Wikidata, folder: Path) -> None:
    refresh(wikidata, folder)
    gazetteer = load(folder)
    assert gazetteer.office("chancellor-of-germany") is None
    assert gazetteer.office_label("Q900020") == "Chancellor of Germany"
    assert [p.key for p in gazetteer.holders("Q900020", None, date(2010, 1, 1))] == ["Q567"]
    assert gazetteer.entity("person-olaf-test") is None
    assert [p.key for p in gazetteer.holders("Q900020", None, date(2022, 1, 1))] == ["Q900021"]
    assert {e.key for e, _, _ in gazetteer.candidates("Olaf Test")} == {"Q900021"}


def test_a_second_refresh_changes_nothing(wikidata: Wikidata, folder: Path) -> None:
    assert refresh(wikidata, folder)
    after = contents(folder)
    assert not refresh(wikidata, folder)
    assert contents(folder) == after


def test_what_would_change_is_shown_first_and_nothing_is_written_without_consent(
    wikidata: Wikidata, folder: Path
) -> None:
    before = contents(folder)
    shown: list[str] = []

    def refuse(changes: Any) -> bool:
        shown.extend(changes.lines())
        return False

    update(folder=folder, confirm=refuse, options=Update(service(wikidata)))
    assert "tenures: - Q567 | Q900020 | 2005-11 |  | coarse" in shown
    assert "tenures: + Q567 | Q900020 | 2005-11-22 | 2021-12-08 | " in shown
    assert contents(folder) == before


def test_every_request_says_who_asks_and_bears_maxlag(wikidata: Wikidata, folder: Path) -> None:
    refresh(wikidata, folder)
    assert {values["maxlag"] for values in wikidata.requests} == {"5"}
    assert all(agent.startswith("Communique/") for agent in wikidata.agents)


@pytest.mark.parametrize("fault", ["429", "500", "503", "html", "cut", "hang"])
def test_a_passing_trouble_is_waited_out(wikidata: Wikidata, folder: Path, fault: str) -> None:
    wikidata.faults = [fault, fault]
    assert refresh(wikidata, folder)
    assert load(folder).entity("Q900001")


def test_retry_after_is_heeded(wikidata: Wikidata) -> None:
    clock = Clock()
    wikidata.faults = ["429"]
    service(wikidata, clock).json({"query": "SELECT * WHERE {}"}, post=True)
    assert 3.0 in clock.waits


@pytest.mark.parametrize("fault", ["429", "500", "html", "cut", "hang", "list", "403", "redirect", "huge"])
def test_a_lasting_trouble_leaves_the_tables_as_they_were(wikidata: Wikidata, folder: Path, fault: str) -> None:
    before = contents(folder)
    wikidata.faults = ["", "", fault] + [fault] * 20
    with pytest.raises(CommuniqueError):
        update(folder=folder, options=Update(service(wikidata, most_bytes=200_000)))
    assert contents(folder) == before


def test_answers_that_are_too_long_or_lead_elsewhere_are_refused(wikidata: Wikidata) -> None:
    wikidata.faults = ["huge", "redirect"]
    asked = service(wikidata, most_bytes=200_000)
    with pytest.raises(FetchError, match="more than 200000 bytes"):
        asked.json({"query": "SELECT * {}"}, post=True)
    with pytest.raises(FetchError, match="status 302"):
        asked.json({"query": "SELECT * {}"}, post=True)


def test_tables_that_would_not_load_are_not_put_in_place(folder: Path) -> None:
    before = contents(folder)
    tables = dict(read_tables(folder))
    tables["organizations"] = [("Q900004", "Concert of Small States", "Nonsense", "igo", "", "test")]
    with pytest.raises(ConfigurationError, match="Nonsense"):
        write_tables(folder, tables)
    assert contents(folder) == before


def test_an_endpoint_that_knows_nothing_damages_nothing(wikidata: Wikidata, folder: Path) -> None:
    before = contents(folder)
    wikidata.faults = ["empty"] * 50
    with pytest.raises(UpdateError, match="partial answer"):
        refresh(wikidata, folder)
    assert contents(folder) == before


def test_pages_follow_one_another(wikidata: Wikidata, folder: Path) -> None:
    wikidata.store.update(
        "PREFIX wd: <http://www.wikidata.org/entity/> PREFIX wdt: <http://www.wikidata.org/prop/direct/>"
        " PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> INSERT DATA {"
        + " ".join(f'wd:Q91000{i} wdt:P31 wd:Q3624078 ; rdfs:label "Isle {"ABCDEF"[i]}"@en .' for i in range(6))
        + "}"
    )
    changes = refresh(wikidata, folder, page=2, batch=3)
    assert len(changes.added["states"]) == 7
    offsets = [v["query"].rpartition("OFFSET ")[2].strip() for v in wikidata.requests if "Q3624078" in v["query"]]
    assert offsets == ["0", "2", "4", "6", "8"]


def test_an_interrupted_refresh_goes_on_where_it_stopped(wikidata: Wikidata, folder: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    wikidata.faults = ["", "", "", *["500"] * 4]
    with pytest.raises(FetchError):
        refresh(wikidata, folder, state=state)
    kept = len(list(state.glob("*.json")))
    assert kept == 3
    asked = wikidata.answers
    assert refresh(wikidata, folder, state=state)
    again = wikidata.answers - asked
    assert not state.exists()
    refresh(wikidata, folder)
    assert wikidata.answers - asked - again == again + kept


def test_hostile_values_never_reach_the_tables(wikidata: Wikidata, folder: Path) -> None:
    wikidata.store.update(
        "PREFIX wd: <http://www.wikidata.org/entity/> PREFIX wdt: <http://www.wikidata.org/prop/direct/>"
        " PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"
        " INSERT DATA { <http://evil.example/Q1> wdt:P31 wd:Q3624078 ; rdfs:label 'Evil'@en ."
        " wd:Q920001 wdt:P31 wd:Q3624078 ; rdfs:label 'Tab\\there'@en ."
        " wd:Q920002 wdt:P31 wd:Q3624078 ; rdfs:label 'Line\\nbreak'@en ."
        f" wd:Q920003 wdt:P31 wd:Q3624078 ; rdfs:label '{'x' * 500}'@en ."
        " wd:Q920004 wdt:P31 wd:Q3624078 ; rdfs:label 'Fine'@en ; wdt:P297 '<script>' ; wdt:P625 'Point(1 2); DROP' ."
        " wd:Q900001 skos:altLabel 'Right\\u202Eto left'@en }"
    )
    refresh(wikidata, folder)
    load(folder)
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.tsv"))
    assert "Q920001" not in text
    assert "Q920002" not in text
    assert "Q920003" not in text
    assert "evil.example" not in text
    assert "\u202e" not in text
    assert "Q920004\tFine\t\t\t\thead_of_state\t\t\twikidata@2026-01-02" in text


def test_a_language_that_is_none_is_refused_before_anything_is_asked(wikidata: Wikidata, folder: Path) -> None:
    with pytest.raises(UpdateError, match="Not a language code"):
        update(folder=folder, languages=['en") } DELETE {'], options=Update(service(wikidata)))
    assert wikidata.requests == []


def test_nobody_at_the_other_end_is_told_plainly(folder: Path) -> None:
    before = contents(folder)
    nobody = Service("http://127.0.0.1:9/", pause=0.0, timeout=0.2, tries=2, sleep=Clock())
    with pytest.raises(FetchError, match="did not answer after 2 tries"):
        update(folder=folder, options=Update(nobody))
    assert contents(folder) == before


def test_the_shipped_tables_can_be_refreshed(wikidata: Wikidata, tmp_path: Path) -> None:
    """Every table of the product survives being read, merged and written."""
    copy = tmp_path / "gazetteer"
    shutil.copytree(FOLDER, copy)
    before = contents(copy) if not (copy / "queries").exists() else None
    wikidata.faults = []
    with pytest.raises(UpdateError, match="partial answer"):
        update(folder=copy, options=Update(service(wikidata), batch=5000))
    assert before is None or contents(copy) == before
    load(copy)
