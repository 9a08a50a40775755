"""The tables of facts are well formed, and the gazetteer answers from them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest

from mapper.document import Form, Kind, Tenure
from mapper.errors import ConfigurationError
from mapper.gazetteer import FOLDER, RANKS, Gazetteer, load
from mapper.names import fold, name_key, slug, tokens

TABLES = (
    "cues", "identities", "labels", "members", "names", "offices", "organizations", "people", "places", "seats",
    "states", "tenures", "titles", "topics",
)  # fmt: skip
KEY = re.compile(r"Q[1-9]\d*|[a-z][a-z0-9]*(-[a-z0-9]+)*")
DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
EXCLUSIVE = {"head_of_state", "head_of_government"}
"""Levels of offices that one person holds at a time, as a rule."""


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load()


def table(name: str) -> list[dict[str, str]]:
    lines = (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    header = lines[0].split("\t")
    found = [dict(zip(header, line.split("\t"), strict=True)) for line in lines[1:]]
    assert found, f"{name}.tsv is empty"
    return found


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_sorted_without_duplicates_and_every_row_has_its_source(name: str) -> None:
    text = (FOLDER / f"{name}.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines()[1:]]
    assert rows == sorted(rows)
    assert len({tuple(row) for row in rows}) == len(rows)
    assert all(row[-1].strip() for row in rows)
    assert text.endswith("\n")
    assert "\r" not in text


@pytest.mark.parametrize("name", ["states", "places", "organizations", "people", "offices"])
def test_keys_are_wikidata_ids_or_slugs_and_stand_once(name: str) -> None:
    keys = [row["key"] for row in table(name)]
    assert [key for key in keys if not KEY.fullmatch(key)] == []
    assert [key for key, count in Counter(keys).items() if count > 1] == []


def test_no_key_stands_in_two_tables() -> None:
    keys = [row["key"] for name in ("states", "places", "organizations", "people", "offices") for row in table(name)]
    assert [key for key, count in Counter(keys).items() if count > 1] == []


def test_names_tenures_and_cues_speak_of_known_entities(gazetteer: Gazetteer) -> None:
    entities, offices = gazetteer.tables.entities, gazetteer.tables.offices
    assert {row["key"] for row in table("names")} <= set(entities)
    assert {row["key"] for row in table("cues")} <= set(entities)
    assert {row["person"] for row in table("tenures")} <= {k for k, e in entities.items() if e.kind is Kind.PERSON}
    assert {row["office"] for row in table("tenures")} <= set(offices)


def test_labels_have_a_language_and_members_are_states_or_organizations(gazetteer: Gazetteer) -> None:
    entities = gazetteer.tables.entities
    assert {row["key"] for row in table("labels")} <= set(entities)
    assert [row for row in table("labels") if not re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]+)*", row["language"])] == []
    twice = Counter((row["key"], row["language"]) for row in table("labels"))
    assert [at for at, count in twice.items() if count > 1] == []
    assert {entities[row["organization"]].kind for row in table("members")} == {Kind.ORGANIZATION}
    assert {entities[row["member"]].kind for row in table("members")} == {Kind.STATE, Kind.ORGANIZATION}
    assert {entities[row["organization"]].kind for row in table("seats")} == {Kind.ORGANIZATION}
    assert {entities[row["place"]].kind for row in table("seats")} == {Kind.PLACE}
    assert len(gazetteer.members("Q458")) == 27
    assert dict(gazetteer.labels("Q183"))["fr"] == "Allemagne"


def test_identities_are_of_known_entities_one_of_each_dataset_and_of_no_two(gazetteer: Gazetteer) -> None:
    found = table("identities")
    forms = {"dbpedia": r"http://dbpedia\.org/resource/[^\s/#?]+", "geonames": r"https://sws\.geonames\.org/[1-9]\d*/"}
    told = [(row["key"], name) for row in found for name, form in forms.items() if re.fullmatch(form, row["iri"])]
    assert len(told) == len(set(told)) == len(found)
    assert len({row["iri"] for row in found}) == len(found)
    entities = gazetteer.tables.entities
    assert {key for key, _ in told} <= set(entities)
    assert {entities[key].kind for key, name in told if name == "geonames"} == {Kind.STATE, Kind.PLACE}
    assert set(gazetteer.identities("Q142")) == {
        "http://dbpedia.org/resource/France",
        "https://sws.geonames.org/3017382/",
    }
    assert gazetteer.identities("person-nobody") == ()


def test_countries_and_capitals_are_known(gazetteer: Gazetteer) -> None:
    states = {key for key, entity in gazetteer.tables.entities.items() if entity.kind is Kind.STATE}
    assert len(states) > 190
    for name in ("organizations",):
        assert {row["country"] for row in table(name)} <= states | {""}
    known = [state for state in states if gazetteer.capital(state)]
    assert len(known) > 150


def test_every_entity_has_a_name_and_every_cue_is_for_a_name_of_its_entity(gazetteer: Gazetteer) -> None:
    named = {row["key"] for row in table("names")}
    assert {key for key in gazetteer.tables.entities if key not in named} == set()
    readings = {(words, r.key) for words, found in gazetteer.tables.readings.items() for r in found}
    assert [(r["name"], r["key"]) for r in table("cues") if (name_key(r["name"]), r["key"]) not in readings] == []


def test_days_of_tenures_are_days_and_in_order() -> None:
    for row in table("tenures"):
        for day in (row["start"], row["end"]):
            assert day == "" or DAY.fullmatch(day), row
        if row["start"] and row["end"]:
            assert row["start"][:4] <= row["end"][:4], row
        assert row["coarse"] in {"", "coarse"}


def overlap(one: Tenure, other: Tenure) -> int:
    """On how many days two people held an office together."""
    ends = [t.end or date.max for t in (one, other)]
    starts = [t.start or date.min for t in (one, other)]
    return (min(ends) - max(starts)).days


def test_exact_tenures_in_a_single_office_do_not_overlap_for_years(gazetteer: Gazetteer) -> None:
    """Two people cannot both be president for more than a year by exact dates; offices that several hold are few."""
    shared = set()
    for key, (label, level, _) in gazetteer.tables.offices.items():
        if level not in EXCLUSIVE:
            continue
        exact = [t for t in gazetteer.tenures_in(key) if t.start and t.end and not t.coarse]
        for one in exact:
            for other in exact:
                if one.person < other.person and overlap(one, other) > 366:
                    shared.add(label)
    assert len(shared) <= 12, sorted(shared)


def test_strong_names_with_two_readings_are_listed_as_ambiguous() -> None:
    """A strong name of two states has cues that tell which is meant."""
    states = {row["key"] for row in table("states")}
    readings: dict[str, set[str]] = defaultdict(set)
    for row in table("names"):
        if row["key"] in states and row["strength"] == "strong":
            readings[name_key(row["name"])].add(row["key"])
    cues = {name_key(row["name"]) for row in table("cues")}
    ambiguous = {name for name, keys in readings.items() if len(keys) > 1}
    assert {"congo", "congolese", "korean", "dominican"} <= ambiguous
    assert ambiguous - cues - {"channel islander", "channel islanders"} == set()


def test_no_two_organizations_share_a_strong_name() -> None:
    """They would never be linked; the two that do are namesakes."""
    organizations = {row["key"] for row in table("organizations")}
    readings: dict[str, set[str]] = defaultdict(set)
    for row in table("names"):
        if row["key"] in organizations and row["strength"] == "strong":
            readings[name_key(row["name"])].add(row["key"])
    shared = {name for name, keys in readings.items() if len(keys) > 1}
    assert shared == {"ansar al sunna", "ministry of foreign trade of costa rica"}


def test_cities_bear_their_present_names(gazetteer: Gazetteer) -> None:
    for old, now in (("Kiev", "Kyiv"), ("Odessa", "Odesa")):
        (city,) = {e.key: e for e, _, _ in gazetteer.candidates(old) if e.kind is Kind.PLACE}.values()
        assert city.label == now


def test_levels_are_known_ones() -> None:
    assert {row["level"] for row in table("offices")} <= set(RANKS)


def test_a_table_that_is_missing_or_broken_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"states\.tsv cannot be read"):
        load(tmp_path)
    for name in TABLES:
        (tmp_path / f"{name}.tsv").write_text((FOLDER / f"{name}.tsv").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "people.tsv").write_text("key\tlabel\nQ1\tSomebody\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"people\.tsv, line 2: not 5 columns"):
        load(tmp_path)


def test_names_are_found_whatever_their_spelling(gazetteer: Gazetteer) -> None:
    for name in ("Recep Tayyip Erdoğan", "Recep Tayyip Erdogan", "RECEP TAYYIP ERDOĞAN"):
        assert [e.key for e, _, _ in gazetteer.candidates(name)] == ["Q39259"]
    for name in ("Zelensky", "Zelenskyy", "Zelenskiy"):
        assert "Q3874799" in {e.key for e, _, _ in gazetteer.candidates(name)}
    assert {e.key for e, form, _ in gazetteer.candidates("US") if form is Form.ACRONYM} == {"Q30"}
    assert {e.label for e, _, _ in gazetteer.candidates("Congo")} == {
        "Democratic Republic of the Congo",
        "Republic of the Congo",
    }


def test_holders_are_those_of_the_day(gazetteer: Gazetteer) -> None:
    def who(level: str, owner: str, day: date) -> list[str]:
        return [person.label for person in gazetteer.holders(level, owner, day)]

    assert who("head_of_state", "Q30", date(2024, 6, 1)) == ["Joe Biden"]
    assert who("head_of_state", "Q30", date(2025, 6, 1)) == ["Donald Trump"]
    assert who("head_of_government", "Q183", date(2019, 6, 1)) == ["Angela Merkel"]
    assert who("head_of_government", "Q183", date(2025, 9, 1)) == ["Friedrich Merz"]
    assert who("igo_head", "Q1065", date(2020, 1, 1)) == ["António Guterres"]
    assert gazetteer.holders("head_of_state", "Q30", date(1700, 1, 1)) == ()
    both = gazetteer.holders("head_of_state", "Q30", date(2024, 6, 1), date(2025, 6, 1))
    assert {person.label for person in both} == {"Joe Biden", "Donald Trump"}


def test_offices_are_labelled_and_found_by_label(gazetteer: Gazetteer) -> None:
    key = gazetteer.office_named("the Prime Minister of Ethiopia")
    assert key is not None
    assert gazetteer.office_label(key) == "Prime Minister of Ethiopia"
    assert gazetteer.office_of(key) == "Q115"
    assert gazetteer.office_level(key) == "head_of_government"
    assert "Prime Minister of Ethiopia" in [office.label for office in gazetteer.offices_of("Q115")]
    assert gazetteer.office_named("Grand Vizier of Ethiopia") is None


def test_folding_keeps_words_apart_and_possessives_out() -> None:
    assert [t.text for t in tokens("Qatar’s emir met Côte d'Ivoire's leader")] == [
        "Qatar", "emir", "met", "Côte", "d'Ivoire", "leader",
    ]  # fmt: skip
    assert fold("Łódź Đinđić ÇİÇEK") == "lodz dindic cicek"
    assert name_key("People's Republic of China") == name_key("People’s Republic of China")
    assert slug("Ngozi Okonjo-Iweala") == "ngozi-okonjo-iweala"
