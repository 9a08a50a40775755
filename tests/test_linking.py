"""Readings are chosen by type, context, time and office; what has no support is not linked."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from mapper_texts import article, gazetteer, linked, links, on

from mapper.document import Form, Kind, Mention, Title
from mapper.gazetteer import Gazetteer, Tables
from mapper.linking import capacity, link, represents
from mapper.mentions import find_mentions

CASES = Path(__file__).with_name("linking_cases.tsv")


def cases() -> list[tuple[str, str, str, str]]:
    rows = [tuple(line.split("\t")) for line in CASES.read_text(encoding="utf-8").splitlines()[1:]]
    return [(text, words, expected, day) for text, words, expected, day in rows]


def right(text: str, words: str, expected: str, day: str) -> bool:
    match = re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text)
    assert match, f"{words!r} does not stand in {text!r}"
    start, end = match.span()
    mentions = [m for m in linked(text, day) if (m.start, m.end) == (start, end)]
    known = [m.entity.key for m in mentions if m.entity and gazetteer().entity(m.entity.key)]
    return known == ([] if expected == "none" else [expected])


def test_ambiguous_mentions_in_context_are_resolved() -> None:
    table = cases()
    unlinked = sum(expected == "none" for _, _, expected, _ in table)
    assert len(table) >= 150
    assert abs(unlinked / len(table) - 0.5) < 0.05
    wrong = [case for case in table if not right(*case)]
    assert len(wrong) / len(table) <= 0.05, wrong


def test_what_has_no_link_in_the_table_is_hardly_ever_linked() -> None:
    """A wrong link is worse than a missing one."""
    table = [case for case in cases() if case[2] == "none"]
    wrong = [case for case in table if not right(*case)]
    assert len(wrong) / len(table) <= 0.03, wrong


def one(mentions: tuple[Mention, ...], words: str, number: int = 0) -> Mention:
    return [m for m in mentions if m.text == words][number]


def test_a_metonym_keeps_its_state_and_its_city() -> None:
    mention = one(linked("Talks were held in Doha."), "Doha")
    assert mention.form is Form.METONYM
    assert mention.entity is not None
    assert mention.place is not None
    assert (mention.entity.label, mention.place.label) == ("Qatar", "Doha")
    palace = one(linked("They met at the White House."), "White House")
    assert palace.entity is not None
    assert palace.place is not None
    assert (palace.entity.label, palace.place.label) == ("United States", "White House")


def test_time_decides_who_holds_an_office() -> None:
    text = "The US president spoke."
    assert links(text, "2016-05-01")["president"] == "Barack Obama"
    assert links(text, "2023-05-01")["president"] == "Joe Biden"
    assert links(text, None)["president"] is None


def test_a_title_supports_a_surname_that_nothing_else_supports() -> None:
    assert links("President Mnangagwa spoke.")["Mnangagwa"] == "Emmerson Mnangagwa"
    assert links("Mnangagwa spoke.").get("Mnangagwa") is None


def test_an_office_means_the_person_whom_the_article_names_with_it() -> None:
    text = "Paul Kagame, the president of Rwanda, flew home. The president then spoke. The Rwandan president left."
    mentions = [m for m in linked(text, None) if m.text == "president" and m.form is Form.OFFICE]
    assert [m.entity.label for m in mentions if m.entity] == ["Paul Kagame", "Paul Kagame"]


def test_an_office_alone_is_left_open_when_two_hold_it() -> None:
    text = "Presidents Paul Kagame of Rwanda and Yoweri Museveni of Uganda met. The president spoke."
    assert one(linked(text), "president").entity is None


def test_a_counterpart_holds_the_same_office_elsewhere() -> None:
    text = "US President Donald Trump called his French counterpart on Monday."
    mention = one(linked(text), "counterpart")
    assert mention.entity is not None
    assert mention.entity.label == "Emmanuel Macron"


def test_two_people_with_one_surname_are_kept_apart() -> None:
    text = "President Donald Trump and First Lady Melania Trump arrived. Mrs Trump smiled. President Trump waved."
    mentions = linked(text)
    labels = [m.entity.label if m.entity else None for m in mentions if m.text == "Trump"]
    assert "Donald Trump" not in labels[:1]
    assert labels[1] == "Donald Trump"


@pytest.mark.parametrize(
    ("text", "words", "label"),
    [
        ("Britain's ambassador to the United States was recalled.", "ambassador to the United States", "Karen Pierce"),
        ("The US ambassador to the UN spoke.", "ambassador to the UN", "Linda Thomas-Greenfield"),
        ("Pakistan summoned the Indian ambassador.", "ambassador", None),
        ("Pakistan summoned the Indian charge d'affaires.", "charge d'affaires", None),
        ("The Indian consul to the United States spoke.", "consul to the United States", None),
    ],
)
def test_an_envoy_without_a_name_is_somebody_only_with_the_host(text: str, words: str, label: str | None) -> None:
    entity = one(linked(text, "2024-06-01"), words).entity
    assert (entity.label if entity else None) == label


def test_a_body_of_a_state_is_named_with_it() -> None:
    mentions = linked("The Zambian foreign ministry summoned the envoy.")
    body = one(mentions, "foreign ministry").entity
    assert body is not None
    assert (body.label, body.kind, body.country) == (
        "Ministry of Foreign Affairs of Zambia",
        Kind.GOVERNMENT_BODY,
        "Q953",
    )


def test_links_carry_their_confidence_and_reasons() -> None:
    mention = one(linked("Congo accused Rwanda of backing the rebels in Goma."), "Congo")
    assert 0.5 <= mention.confidence <= 1
    assert mention.candidates[0].entity.label == "Democratic Republic of the Congo"
    assert any("told by goma" in reason for reason in mention.candidates[0].reasons)
    assert [c.score for c in mention.candidates] == sorted((c.score for c in mention.candidates), reverse=True)


def test_linking_twice_changes_nothing() -> None:
    text = "President William Ruto of Kenya met Macron of France in Congo. The French president thanked Ruto."
    value = article(text)
    window = on("2025-03-01")
    once = link(find_mentions(value, gazetteer()), value, gazetteer(), window)
    assert link(once, value, gazetteer(), window) == once


def test_a_later_window_replaces_what_an_earlier_one_chose() -> None:
    value = article("The US president spoke.")
    first = link(find_mentions(value, gazetteer()), value, gazetteer(), on("2016-05-01"))
    second = link(first, value, gazetteer(), on("2023-05-01"))
    assert [m.entity.label for m in second if m.entity and m.form is Form.OFFICE] == ["Joe Biden"]


def test_names_that_cannot_be_told_apart_get_an_entity_of_their_own() -> None:
    mention = one(linked("The poet Michael Martin read aloud."), "Michael Martin")
    assert mention.entity is not None
    assert (mention.entity.key, mention.entity.qid) == ("person-michael-martin", None)


def test_titles_get_the_office_that_the_person_holds() -> None:
    title = one(linked("Rwandan President Paul Kagame spoke."), "Paul Kagame").title
    assert title is not None
    assert title.office is not None
    assert gazetteer().office_label(title.office) == "President of Rwanda"


def acting(name: str, title: Title | None, day: str | None) -> str | None:
    person = next(e for e, _, _ in gazetteer().candidates(name) if e.kind is Kind.PERSON)
    found = capacity(person, title, gazetteer(), on(day))
    return found.label if found else None


def titled(words: str, of: str | None = None, *, former: bool = False) -> Title:
    return Title(0, 1, words, of, None, former)


@pytest.mark.parametrize(
    ("name", "title", "day", "label"),
    [
        ("Paul Kagame", titled("President"), "2025-01-01", "President of Rwanda"),
        (
            "Hakan Fidan",
            titled("Minister of Foreign Affairs", "Q43"),
            "2025-01-01",
            "Minister of Foreign Affairs of Turkey",
        ),
        ("John Kerry", titled("Secretary of State", "Q30"), "2015-01-01", "United States Secretary of State"),
        ("John Kerry", titled("Secretary"), "2015-01-01", "United States Secretary of State"),
        ("Abiy Ahmed", None, "2025-01-01", "Prime Minister of Ethiopia"),
        ("António Guterres", None, "2025-01-01", "Secretary-General of the United Nations"),
        ("Charles III", None, "2025-01-01", "King of the United Kingdom"),
        ("Charles III", titled("King"), "2025-01-01", "King of the United Kingdom"),
        ("Charles III", titled("King", "Q16"), "2025-01-01", "King of Canada"),
        ("Donald Trump", None, "2023-01-01", None),
        ("Donald Trump", None, None, None),
        (
            "Barack Obama",
            titled("President", "Q30", former=True),
            "2025-01-01",
            "Former President of the United States",
        ),
        ("Barack Obama", titled("President", "Q30", former=True), "2015-01-01", "President of the United States"),
        ("Emmanuel Macron", titled("Counterpart", "Q142"), "2025-01-01", "President of France"),
        ("Mohammed bin Salman", titled("Crown Prince", "Q851"), "2025-01-01", "Crown Prince of Saudi Arabia"),
        (
            "Tom Perriello",
            titled("Special Envoy for Sudan", "Q30"),
            "2024-06-01",
            "Special Envoy for Sudan of the United States",
        ),
    ],
)
def test_the_capacity_in_which_somebody_acts(
    name: str, title: Title | None, day: str | None, label: str | None
) -> None:
    assert acting(name, title, day) == label


def test_nobody_has_a_capacity_in_an_empty_gazetteer() -> None:
    person = next(e for e, _, _ in gazetteer().candidates("Paul Kagame"))
    assert capacity(person, None, Gazetteer(Tables()), on("2025-01-01")) is None


@pytest.mark.parametrize(
    ("name", "title", "day", "label"),
    [
        ("Paul Kagame", None, None, "Rwanda"),
        ("António Guterres", None, None, "United Nations"),
        ("Kaja Kallas", None, date(2022, 1, 1), "Estonia"),
        ("Kaja Kallas", None, date(2025, 1, 1), "European Union"),
        ("Barack Obama", titled("President", "Q30", former=True), None, None),
        ("Yossi Cohen", titled("Director of Mossad", "government-body-mossad"), None, "Israel"),
    ],
)
def test_whom_somebody_acts_for(name: str, title: Title | None, day: date | None, label: str | None) -> None:
    person = next(e for e, _, _ in gazetteer().candidates(name) if e.kind is Kind.PERSON)
    found = represents(person, gazetteer(), title, on(day))
    assert (found.label if found else None) == label
