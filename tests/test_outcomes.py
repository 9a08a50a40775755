"""The page of a planned event tells what probably became of it, and the page of that, that it was planned."""

import pytest
from publishing import BASE, get, publishing

SIDES = "entity:Q142 entity:Q145"


def event(name: str, *, status: str, first: str, last: str, parties: str = SIDES, kind: str = "Meeting") -> str:
    parts = [f"<{BASE}event/{name}#{place}>" for place, _ in enumerate(parties.split())]
    agents = " ".join(f"{part} dip:agent {agent} ." for part, agent in zip(parts, parties.split(), strict=True))
    return (
        f'<{BASE}event/{name}> a dip:{kind} ; rdfs:label "{name}"@en ; dip:status dip:{status} ;'
        f' dip:earliestDate "{first}"^^xsd:date ; dip:latestDate "{last}"^^xsd:date ;'
        f" dip:reportedBy article:plan ; dip:hasParticipation {', '.join(parts)} .\n{agents}\n"
    )


PLAN = event("the-plan", status="Planned", first="2031-05-01", last="2031-05-31")
DONE = event("the-deed", status="Occurred", first="2031-05-12", last="2031-05-12")
OTHERS = "".join(
    [
        event("too-late", status="Occurred", first="2031-06-02", last="2031-06-02"),
        event("other-kind", status="Occurred", first="2031-05-12", last="2031-05-12", kind="TelephoneCall"),
        event("other-parties", status="Occurred", first="2031-05-12", last="2031-05-12", parties="entity:Q142"),
    ]
)
BOTH = (
    event("told-twice", status="Occurred", first="2032-01-02", last="2032-01-02")
    + f"<{BASE}event/told-twice> dip:reportedBy article:after .\n"
    + f"<{BASE}event/told-twice#r1> a dip:Report ; dip:reportOf <{BASE}event/told-twice> ; dip:reportIn article:plan ;"
    + " dip:reportedStatus dip:Planned .\n"
    + f"<{BASE}event/told-twice#r2> a dip:Report ; dip:reportOf <{BASE}event/told-twice> ; dip:reportIn article:after ;"
    + " dip:reportedStatus dip:Occurred .\n"
)
ARTICLES = """
article:plan a dip:Article ; schema:headline "What is to come" ; schema:datePublished "2031-04-20"^^xsd:date .
article:after a dip:Article ; schema:headline "What came" ; schema:datePublished "2032-01-03"^^xsd:date .
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    told = f"<{BASE}graph/events> {{ {PLAN}{DONE}{OTHERS}{BOTH}{ARTICLES} }}"
    with publishing(tmp_path_factory.mktemp("releases"), extra=told) as client:
        yield client


def test_a_plan_leads_to_what_it_probably_became_and_back(client):
    plan = get(client, "event/the-plan", "text/html").text
    assert "It probably took place as" in plan
    assert "the-deed" in plan.partition("It probably took place as")[2].partition("</p>")[0]
    deed = get(client, "event/the-deed", "text/html").text
    assert "the-plan" in deed.partition("Probably what was planned as")[2].partition("</p>")[0]


@pytest.mark.parametrize("name", ["too-late", "other-kind", "other-parties"])
def test_what_differs_in_days_type_or_parties_was_not_planned_so(client, name):
    assert "Probably what was planned" not in get(client, f"event/{name}", "text/html").text


def test_an_event_that_was_told_before_and_after_says_both(client):
    page = get(client, "event/told-twice", "text/html").text
    note = page.partition("Planned, as")[2].partition("</p>")[0]
    assert "What is to come" in note
    assert "20 April 2031" in note
    assert "2 January 2032" in note
