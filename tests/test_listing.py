"""Events found, counted, compared and taken away as a spreadsheet."""

import csv
import io
from urllib.parse import urlencode

import pytest
from publishing import BASE, CALL, EXTRA, MEETING, get, publishing
from test_pages import Page

MORE = """
<http://localhost:8000/graph/article/third> {
  article:third a dip:Article ; schema:headline "=HYPERLINK(1)" ; schema:datePublished "2025-05-01"^^xsd:date .
  <http://localhost:8000/event/condemnation-x> a dip:Condemnation ; dip:reportedBy article:third ;
    dip:status dip:Occurred ; dip:topic topic:tariffs ; dip:location entity:Q90 ;
    dip:hasParticipation <http://localhost:8000/event/condemnation-x#a> ,
      <http://localhost:8000/event/condemnation-x#b> .
  <http://localhost:8000/event/condemnation-x#a> dip:agent entity:Q142 ; dip:role dip:Initiator .
  <http://localhost:8000/event/condemnation-x#b> dip:agent entity:Q145 ; dip:role dip:Target .
}
<http://localhost:8000/graph/ontology> { dip:Condemnation a owl:Class ; rdfs:subClassOf dip:DiplomaticEvent . }
<http://localhost:8000/graph/entities> {
  topic:tariffs a skos:Concept ; skos:prefLabel "tariffs"@en ; skos:broader topic:trade ; skos:inScheme topic: .
}
<http://localhost:8000/graph/events> {
  <http://localhost:8000/event/condemnation-x> rdfs:label "=cmd|France condemned"@en .
}
"""
CONDEMNATION = "event/condemnation-x"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with publishing(tmp_path_factory.mktemp("releases"), extra=EXTRA + MORE) as client:
        yield client


def rows(client, **query):
    text = get(client, "events.csv?" + urlencode(query)).text
    return list(csv.DictReader(io.StringIO(text)))


def found(client, **query):
    return [row["event"].removeprefix(BASE) for row in rows(client, **query)]


def test_the_latest_come_first_and_those_without_a_date_last(client):
    assert found(client) == [CALL, MEETING, CONDEMNATION]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"actor": "Macron"}, [CALL, MEETING]),
        ({"actor": "entity/Q3052772"}, [CALL, MEETING]),
        ({"actor": "Q3052772", "type": "Meeting"}, [MEETING]),
        ({"type": "DiplomaticEvent"}, [CALL, MEETING, CONDEMNATION]),
        ({"status": "Planned"}, [CALL]),
        ({"actor": "France"}, [MEETING, CONDEMNATION]),  # Macron acts for France in the meeting
        ({"actor": "France", "role": "Initiator"}, [CONDEMNATION]),
        ({"actor": "France", "role": "Target"}, []),
        ({"actor": "France", "with": "United Kingdom"}, [MEETING, CONDEMNATION]),
        ({"place": "Paris"}, [MEETING, CONDEMNATION]),
        ({"place": "France"}, [MEETING, CONDEMNATION]),  # Paris is in it
        ({"topic": "tariffs"}, [CONDEMNATION]),
        ({"topic": "topic/trade"}, [CALL, CONDEMNATION]),  # tariffs are below it
        ({"about": "office/Q191954"}, [MEETING]),
        ({"from": "2025-03-07"}, [CALL]),  # it may have been on the seventh
        ({"to": "2025-03-05"}, [MEETING]),
        ({"from": "2025-03", "to": "2025-03"}, [CALL, MEETING]),
        ({"from": "2024", "to": "2024"}, []),
        ({"actor": "nobody at all"}, []),
    ],
)
def test_events_are_narrowed(client, query, expected):
    assert found(client, **query) == expected
    text = Page(get(client, "events?" + urlencode(query), "text/html").text).text
    assert f"{len(expected)} event" in text


@pytest.mark.parametrize(
    "query", ["type=Nonsense", "status=Maybe", "role=King", "from=yesterday", "to=2025-13", "page=0"]
)
def test_what_is_not_understood_is_refused(client, query):
    refused = get(client, f"events?{query}", "text/html", status=400)
    assert f"&#39;{query.partition('=')[0]}&#39;" in refused.text


def test_a_spreadsheet_has_roles_sources_and_no_formulas(client):
    row = rows(client, type="Condemnation")[0]
    assert (row["initiator"], row["target"], row["place"], row["topic"]) == (
        "France",
        "United Kingdom",
        "Paris",
        "tariffs",
    )
    assert row["label"] == "'=cmd|France condemned"
    assert row["headlines"] == "'=HYPERLINK(1)"
    assert row["articles"] == BASE + "article/third"
    meeting = rows(client, type="Meeting")[0]
    assert meeting["participant"] == "Emmanuel Macron | Keir Starmer"
    assert meeting["for"] == "France | United Kingdom"
    assert (meeting["earliest"], meeting["status"]) == ("2025-03-04", "Occurred")
    response = get(client, "events", "text/csv")
    assert response.mimetype == "text/csv"
    assert "attachment" in response.headers["Content-Disposition"]


def test_two_actors_are_compared(client):
    text = Page(get(client, "compare?a=France&b=United+Kingdom", "text/html").text).text
    assert "2 events with both France and United Kingdom" in text
    got = get(client, "compare.csv?a=France&b=United+Kingdom&from=2025&to=2025").text
    assert MEETING in got
    assert CONDEMNATION not in got, "nobody knows whether it was then"
    text = Page(get(client, "compare?a=Macron&b=Starmer", "text/html").text).text
    assert "Emmanuel Macron and Keir Starmer met in Paris on 4 March 2025" in text
    assert "No person, state or organization here is called" in get(client, "compare?a=Macron&b=zzz", "text/html").text


def test_pages_count_and_lead_to_lists(client):
    found = Page(get(client, "entity/Q145", "text/html").text)
    assert "/events?actor=entity/Q145&type=Condemnation&role=Target" in found.links
    assert "/compare?a=entity/Q145&b=entity/Q142" in found.links
    assert "Events by type" in found.text
    trade = Page(get(client, "topic/trade", "text/html").text)
    assert f"/{CONDEMNATION}" in trade.links
    assert "/topic/tariffs" in trade.links
    meeting = Page(get(client, MEETING, "text/html").text)
    assert f"/{CALL}" in meeting.links, "what came after stands beside it"


def test_lists_are_read_in_pages(tmp_path):
    events = "".join(
        f"<{BASE}event/e{n}> a dip:Meeting ; dip:reportedBy article:many ; dip:participant entity:Q142 ;"
        f' dip:earliestDate "2024-01-{n % 28 + 1:02}"^^xsd:date .\n'
        for n in range(60)
    )
    with publishing(
        tmp_path, extra=f"<{BASE}graph/article/many> {{\n article:many a dip:Article .\n{events}}}"
    ) as client:
        first = Page(get(client, "events", "text/html").text)
        assert "/events?page=2" in first.links
        second = Page(get(client, "events?page=2", "text/html").text)
        on_both = [{link for link in page.links if link.startswith("/event/")} for page in (first, second)]
        assert [len(links) for links in on_both] == [50, 12]
        assert not on_both[0] & on_both[1]
        assert "All 61 events" in Page(get(client, "entity/Q142", "text/html").text).text
