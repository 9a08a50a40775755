"""Labels read as a person would write them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from telling import ERDOGAN, FRANCE, JAPAN, KISHIDA, MACRON, PARIS, STATES, TURKEY, event, on

from mapper.document import Bounds, DateReason, Entity, Event, Granularity, Kind, Status
from mapper.labels import label
from mapper.vocabulary import load_ontology

DAY = on("2022-03-04")
UNITED_NATIONS = Entity("Q1065", "United Nations", Kind.ORGANIZATION)
CASES = [
    (
        event("TelephoneCall", KISHIDA, MACRON, when=DAY),
        "Fumio Kishida and Emmanuel Macron spoke by telephone on 4 March 2022",
    ),
    (event("TelephoneCall", MACRON, where=PARIS), "Emmanuel Macron held a telephone call"),
    (event("Meeting", KISHIDA, when=DAY), "Fumio Kishida held a meeting on 4 March 2022"),
    (event("Meeting", KISHIDA, MACRON, where=PARIS), "Fumio Kishida and Emmanuel Macron met in Paris"),
    (
        event("Summit", JAPAN, FRANCE, when=on("2022-03-04", "2022-03-05"), where=PARIS, status=Status.PLANNED),
        "Japan and France are to hold a summit in Paris between 4 March and 5 March 2022",
    ),
    (
        event("Condemnation", by=[STATES, FRANCE, JAPAN], to=[TURKEY], when=DAY),
        "The United States, France and Japan condemned Turkey on 4 March 2022",
    ),
    (
        event("Visit", by=[KISHIDA], when=DAY, where=PARIS, status=Status.PLANNED),
        "Fumio Kishida is to visit Paris on 4 March 2022",
    ),
    (event("Visit", by=[KISHIDA], to=[FRANCE]), "Fumio Kishida visited France"),
    (event("Denial", by=[TURKEY]), "Turkey issued a denial"),
    (event("Appeal", by=[MACRON], to=[UNITED_NATIONS]), "Emmanuel Macron appealed to the United Nations"),
    (event("Agreement", KISHIDA, MACRON, JAPAN, FRANCE), "Fumio Kishida and Emmanuel Macron reached an agreement"),
    (
        replace(event("Condemnation", by=[FRANCE], to=[TURKEY], status=Status.ALLEGED), claimant=JAPAN),
        "According to Japan, France condemned Turkey",
    ),
    (
        replace(event("Meeting", MACRON, ERDOGAN, status=Status.DENIED), claimant=TURKEY),
        "Turkey denies that Emmanuel Macron and Recep Tayyip Erdoğan met",
    ),
    (event("Vote", by=[UNITED_NATIONS], when=on("2016-01-01", "2016-12-31")), "The United Nations held a vote"),
]  # fmt: skip


@pytest.mark.parametrize(("told", "sentence"), CASES)
def test_sentence(told: Event, sentence: str) -> None:
    assert label(told) == sentence


def test_many_agents_are_counted() -> None:
    states = [Entity(f"Q{n}", f"State {n}", Kind.STATE) for n in range(7)]
    assert label(event("Agreement", *states)) == "State 0, State 1, State 2 and 4 others reached an agreement"


def test_a_topic_says_more_where_nobody_is_addressed() -> None:
    told = event("Appeal", by=[MACRON], topics=("ceasefire",))
    assert label(told, topics={"ceasefire": "ceasefire"}) == "Emmanuel Macron made an appeal about ceasefire"


@pytest.mark.parametrize(
    ("granularity", "last", "words"),
    [
        (Granularity.MONTH, "2022-03-31", " in March 2022"),
        (Granularity.YEAR, "2022-12-31", " in 2022"),
        (Granularity.OPEN, "2022-03-31", ""),
    ],
)
def test_spans(granularity: Granularity, last: str, words: str) -> None:
    first = "2022-01-01" if granularity is Granularity.YEAR else "2022-03-01"
    bounds = on(first, last)
    told = replace(
        event("Meeting", MACRON, KISHIDA),
        bounds=Bounds(bounds.earliest, bounds.latest, granularity, DateReason.ADJUNCT),
    )
    assert label(told) == f"Emmanuel Macron and Fumio Kishida met{words}"


@pytest.mark.parametrize("kind", sorted(load_ontology().event_types))
@pytest.mark.parametrize("status", list(Status))
def test_every_class_has_words_of_its_own(kind: str, status: Status) -> None:
    told = label(event(kind, by=[FRANCE], to=[TURKEY], status=status))
    assert "France" in told
    assert "take part" not in told
    assert "took part" not in told
    assert "{" not in told
