"""However much there is of it, and however long or odd its names are, a page stays small and harmless."""

import pytest
from publishing import BASE, get, publishing
from test_pages import Page

LIMIT = 60_000
EVENTS = 150
NAMES = 60
LONG = "\\u202e" + "ق<b>&\\u2067" * 2000


def crowd() -> str:
    """TriG of very many events of one person, at one place, about one topic, in one article, all with long names."""
    events, people = [], []
    for n in range(EVENTS):
        event, other = f"<{BASE}event/crowd-{n}>", f"<{BASE}entity/person-{n % NAMES}>"
        events.append(
            f'{event} a dip:Meeting ; rdfs:label "{n} {LONG}"@en ; dip:status dip:Occurred ; dip:location entity:Q90 ;'
            f' dip:earliestDate "2024-01-{n % 28 + 1:02}"^^xsd:date ; dip:reportedBy article:crowd ;'
            f" dip:topic topic:trade ;"
            f" dip:hasParticipation <{BASE}event/crowd-{n}#a>, <{BASE}event/crowd-{n}#b> .\n"
            f"<{BASE}event/crowd-{n}#a> dip:agent <{BASE}entity/person-crowd> ; dip:role dip:Participant .\n"
            f"<{BASE}event/crowd-{n}#b> dip:agent {other} ; dip:role dip:Participant ; dip:capacity office:Q191954 .\n"
        )
    for n in range(NAMES):
        people.append(f'<{BASE}entity/person-{n}> a dip:Person ; rdfs:label "{n} {LONG}"@en .\n')
        people.append(f"article:crowd schema:mentions <{BASE}entity/person-{n}> .\n")
        people.append(f"<{BASE}event/crowd-all> dip:hasParticipation <{BASE}event/crowd-all#{n}> .\n")
        people.append(f"<{BASE}event/crowd-all#{n}> dip:agent <{BASE}entity/person-{n}> ; dip:role dip:Participant .\n")
        people.append(f"<{BASE}event/crowd-all> dip:reportedBy <{BASE}article/many-{n}> .\n")
        people.append(f'<{BASE}article/many-{n}> a dip:Article ; schema:headline "{n} {LONG}" .\n')
    aliases = " , ".join(f'"{n} {LONG}"' for n in range(40))
    return (
        f'<{BASE}graph/article/crowd> {{ article:crowd a dip:Article ; schema:headline "{LONG}" .\n'
        f"{''.join(events)}}}\n"
        f'<{BASE}graph/entities> {{ <{BASE}entity/person-crowd> a dip:Person ; rdfs:label "{LONG}"@en ;'
        f" skos:altLabel {aliases} .\n{''.join(people)}"
        f'<{BASE}event/crowd-all> a dip:Summit ; rdfs:label "{LONG}"@en ; dip:status dip:Planned . }}\n'
    )


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with publishing(tmp_path_factory.mktemp("releases"), extra=crowd()) as client:
        yield client


@pytest.mark.parametrize(
    "path",
    ["", "events", "events?actor=entity/person-crowd", "compare?a=entity/person-crowd&b=entity/person-1", "entity/Q90",
     "entity/person-crowd", "entity/person-1", "office/Q191954", "article/crowd", "topic/trade", "event/crowd-1",
     "event/crowd-all", "ontology/Meeting", "lookup?q=12"],
)  # fmt: skip
def test_pages_are_small(client, path):
    response = get(client, path, "text/html")
    assert len(response.data) <= LIMIT
    found = Page(response.text)
    assert not [tag for tag, _ in found.tags if tag == "b"], "what looks like markup in a name is text"
