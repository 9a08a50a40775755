"""Pages for people: what they tell, that they link, and that hostile data is harmless in them."""

from html.parser import HTMLParser

import pytest
from publishing import BASE, CALL, MEETING, embedded, get, publishing

from publisher import chronicle

VOID_TAGS = {"meta", "link", "br", "input", "img"}
PATHS = [
    "",
    MEETING,
    CALL,
    "entity/Q3052772",
    "entity/Q142",
    "entity/Q90",
    "entity/person-hostile",
    "article/first",
    "topic/trade",
    "office/Q191954",
    "graph/events",
    "dataset",
    "ontology",
    "ontology/Meeting",
    "shapes",
    "dumps/",
    "topic/",
    "lookup?q=macron",
    "lookup?q=nobody+at+all",
    "events",
    "events?actor=Macron&type=Meeting&from=2025",
    "events?actor=nobody+at+all",
    "compare",
    "compare?a=France&b=United+Kingdom&from=2025&to=2025",
    "report",
    "fragments",
    "ldes",
    "reconcile/preview?id=entity/Q142",
]


class Page(HTMLParser):
    """What a page consists of; fails on tags that do not match."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.links, self.words = [], [], [], []
        self.feed(text)
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "a":
            self.links.append(dict(attrs)["href"])
        if tag not in VOID_TAGS:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data):
        if self.open and self.open[-1] != "script":
            self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with publishing(tmp_path_factory.mktemp("releases")) as client:
        yield client


def page(client, path):
    return Page(get(client, path, "text/html").text)


@pytest.mark.parametrize("path", PATHS)
def test_pages_are_whole_and_need_no_script_and_no_other_host(client, path):
    found = page(client, path)
    tags = [tag for tag, _ in found.tags]
    assert tags.count("h1") == tags.count("title") == tags.count("main") == 1
    assert ("html", {"lang": "en"}) in found.tags
    for tag, attributes in found.tags:
        if tag == "script" and attributes != {"type": "application/ld+json"}:
            assert attributes["type"] == "module", "a module runs after the page is read"
            assert attributes["src"].startswith("/static/build/")
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        if tag in ("link", "img", "iframe"):
            assert (attributes.get("href") or attributes.get("src")).startswith("/")


@pytest.mark.parametrize("path", [path for path in PATHS if "?" not in path])
def test_links_to_our_own_pages_lead_somewhere(client, path):
    for link in {link for link in page(client, path).links if link.startswith("/")}:
        response = client.get(link, headers={"Accept": "text/html"}, buffered=True, follow_redirects=True)
        assert response.status_code == (410 if link.endswith("#withdrawn") else 200), (path, link)


def test_an_event_tells_who_when_where_and_who_says_so(client):
    text = page(client, MEETING).text
    for words in (
        "Emmanuel Macron and Keir Starmer met in Paris on 4 March 2025",
        "When 4 March 2025",
        "Where Paris",
        "President of France",
        "Emmanuel Macron met Keir Starmer in Paris on Tuesday",
        "characters 10 to 60",
        "Meeting/verb:meet",
        "Macron meets Starmer in Paris",
    ):
        assert words in text, words
    assert "between 6 and 7 March 2025" in page(client, CALL).text


def test_statements_name_the_graph_that_holds_them(client):
    links = page(client, MEETING).links
    assert "/graph/article/first" in links
    assert "/graph/article/second" in links


def test_an_agent_has_its_events_and_offices(client):
    found = page(client, "entity/Q3052772")
    assert "President of France 14 May 2017" in found.text
    assert f"/{MEETING}" in found.links
    assert f"/{CALL}" in found.links
    assert "http://www.wikidata.org/entity/Q3052772" in found.links
    assert f"/{MEETING}" in page(client, "entity/Q90").links, "the place has them too"
    assert f"/{MEETING}" in page(client, "office/Q191954").links, "the office has them too"
    assert f"/{CALL}" in page(client, "topic/trade").links, "the topic has them too"


def test_search_engines_read_schema_org(client):
    event = embedded(get(client, MEETING, "text/html"))
    assert (event["@type"], event["startDate"], event["location"]["name"]) == ("Event", "2025-03-04", "Paris")
    assert {one["name"] for one in event["attendee"]} == {"Emmanuel Macron", "Keir Starmer"}
    person = embedded(get(client, "entity/Q3052772", "text/html"))
    assert (person["@type"], person["sameAs"]) == ("Person", ["http://www.wikidata.org/entity/Q3052772"])
    assert embedded(get(client, "entity/Q142", "text/html"))["@type"] == "Country"
    place = embedded(get(client, "entity/Q90", "text/html"))
    assert (place["@type"], place["geo"]["latitude"]) == ("Place", "48.8566")
    article = embedded(get(client, "article/second", "text/html"))
    assert (article["@type"], article["headline"]) == ("NewsArticle", 'A call, "and" a meeting <in> Paris & beyond')
    dataset = embedded(get(client, "", "text/html"))
    assert dataset["@type"] == "Dataset"
    assert BASE + "dumps/communique.nq.gz" in {one["contentUrl"] for one in dataset["distribution"]}


def test_hostile_names_are_only_names(client):
    response = get(client, "entity/person-hostile", "text/html")
    assert "<script>alert" not in response.text
    assert "x" * 400 not in response.text.replace(str(embedded(response)), "").partition("<body>")[2]
    found = Page(response.text)
    assert "<script>alert(1)</script>" in found.text, "it is shown as what it is"
    assert not [link for link in found.links if not link.startswith(("/", "#", "http://", "https://"))]
    assert embedded(response)["name"].startswith("<script>")
    for tag in ("h1", "td"):
        for part in response.text.split(f"<{tag}>")[1:]:
            if "\u202e" in (words := part.partition(f"</{tag}>")[0]):
                assert "<bdi" in words.partition("\u202e")[0], "what turns the reading direction is kept apart"


def test_the_ontology_page_has_an_anchor_for_each_term(client):
    found = page(client, "ontology")
    anchors = {attributes.get("id") for _, attributes in found.tags}
    assert {"Meeting", "participant", "Occurred", "DiplomaticEvent"} <= anchors
    assert "telephone call" in found.text
    assert len(get(client, "ontology", "text/html").data) < 60_000


def test_what_pages_need_is_made_before_anybody_asks(tmp_path, monkeypatch):
    with publishing(tmp_path) as client:
        client.application.extensions["communique"].prepare()
        monkeypatch.setattr(chronicle, "Chronicle", None)  # whoever makes it now fails
        for path in ("", MEETING, "entity/Q142", "topic/trade", "events"):
            assert "<h1" in get(client, path, "text/html").text
