"""Whether reconciliation finds what is meant: names as people write them, types, properties, identifiers."""

from __future__ import annotations

import pytest
from blackbox import BASE, Site
from reconciling import ENDPOINT, KENYA, candidates, posted


@pytest.fixture(scope="module")
def manifest(site: Site) -> dict:
    return site.get(ENDPOINT).json


def test_types(site: Site, manifest: dict) -> None:
    for kind in ("dip:State", "dip:Person", "dip:Office"):
        for strict in ("any", "all"):
            found = candidates(site, "Kenya", type=kind, type_strict=strict)
            assert all(kind in {one["id"] for one in candidate["type"]} for candidate in found)
        assert candidates(site, "Kenya", type=[kind]) == candidates(site, "Kenya", type=kind)
    assert candidates(site, "Kenya", type="dip:State")[0]["id"] == KENYA
    both = candidates(site, "Kenya", type=["dip:State", "dip:Person"], type_strict="any")
    assert both[0]["id"] == KENYA
    assert candidates(site, "Kenya", type=["dip:State", "dip:Person"], type_strict="all") == []
    assert candidates(site, "Kenya", type=["dip:Person"], type_strict="should")[0]["id"] == KENYA
    assert candidates(site, "Kenya", type="dip:NoSuchType") == []
    for kind in manifest["defaultTypes"]:
        assert candidates(site, "kenya", type=kind["id"], type_strict="should")


def test_properties_decide(site: Site) -> None:
    rows = site.rows(
        "SELECT ?s ?label ?state ?name { ?s a dip:Person ; rdfs:label ?label ; dip:nationality ?state ."
        " ?state rdfs:label ?name } ORDER BY ?s LIMIT 3"
    )
    assert rows
    for row in rows:
        identifier = row["s"].removeprefix(BASE)
        state = row["state"].removeprefix(BASE)
        for value in (
            row["name"],
            {"id": state},
            {"id": state, "name": "x"},
            [row["name"], {"id": state}],
            row["state"],
        ):
            (first, *_) = candidates(site, row["label"], properties=[{"pid": "dip:nationality", "v": value}])
            assert first["id"] == identifier
            assert first["score"] > 95
        wrong = candidates(site, row["label"], properties=[{"pid": "dip:nationality", "v": "Atlantis"}])
        assert wrong[0]["score"] < 95
        alone = candidates(site, properties=[{"pid": "dip:nationality", "v": row["name"]}], limit=100)
        assert identifier in {one["id"] for one in alone}
    for value in (1, 1.5, True, "", ["", 0, False]):
        assert isinstance(candidates(site, "Kenya", properties=[{"pid": "no-such", "v": value}]), list)


def misspelled(name: str) -> list[str]:
    """How people write a name: in capitals, with spaces, a letter too few or too many, two of them swapped."""
    middle, words = len(name) // 2, name.split()
    forms = [name, name.upper(), name.lower(), f"  {name} "]
    if len(name) > 6:
        left, right = name[:middle], name[middle + 1 :]
        forms += [left + right, left + 2 * name[middle] + right, left + right[:1] + name[middle] + right[1:]]
    return forms + ([f"{words[1]}, {words[0]}"] if len(words) == 2 else [])


KINDS = ("Person", "State", "Organization", "Place", "Office", "DiplomaticEvent")


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_of_names(site: Site, kind: str) -> None:
    said = "{ ?s a ?any ; rdfs:label|skos:altLabel ?name }"
    bearers: dict[str, set[str]] = {}
    for row in site.rows(f"SELECT ?s ?name {said}"):
        bearers.setdefault(row["name"].lower(), set()).add(row["s"].removeprefix(BASE))
    names = sorted({row["name"] for row in site.rows(f"SELECT ?name {{ ?s a dip:{kind} ; rdfs:label ?name }}")})
    assert len(names) >= 5
    column = [
        (text, name, more) for name in names for text in misspelled(name) for more in ({}, {"type": f"dip:{kind}"})
    ]
    for start in range(0, len(column), 200):
        rows = column[start : start + 200]
        answer = posted(site, "queries", {str(n): {"query": text, **more} for n, (text, _, more) in enumerate(rows)})
        for n, (text, name, _) in enumerate(rows):
            assert answer[str(n)]["result"], f"{text!r} finds nothing"
            assert answer[str(n)]["result"][0]["id"] in bearers[name.lower()], text


def test_a_column_of_identifiers(site: Site) -> None:
    links = site.rows('SELECT ?s ?o { ?s owl:sameAs ?o FILTER(STRSTARTS(STR(?o), "http://www.wikidata.org/entity/")) }')
    assert len(links) > 20
    for row in links[:60]:
        number, identifier = row["o"].rpartition("/")[2], row["s"].removeprefix(BASE)
        batch = {text: {"query": text} for text in (number, row["o"], identifier, row["s"])}
        for text, found in posted(site, "queries", batch).items():
            first = found["result"][0]
            assert (first["id"], first["match"], first["score"]) == (identifier, True, 100), text


def test_every_name_finds_what_bears_it(site: Site) -> None:
    rows = site.rows("SELECT DISTINCT ?s ?name { ?s a skos:Concept ; skos:prefLabel ?name }")
    assert len(rows) > 10
    answer = posted(site, "queries", {row["s"]: {"query": row["name"]} for row in rows[:200]})
    assert [row["s"] for row in rows[:200]] == [BASE + answer[row["s"]]["result"][0]["id"] for row in rows[:200]]
