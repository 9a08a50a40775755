"""What articles may bring: names that are scripts, of 10,000 characters, or that turn the reading direction."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser import DESKTOP, TELEPHONE, Visit, visiting, workbench
from playwright.sync_api import Browser, expect
from publishing import MEETING
from release_fixture import write_release
from server_process import Server, running_server

SCRIPT = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
NAMES = {
    "script": f"Marker {SCRIPT}".replace('"', '\\"'),
    "long": "Marker" + "x" * 10_000,
    "turned": "Marker \u202egnorw\u2066 \u200f",
    "arabic": "Marker الملك عبد الله الثاني",
    "quote": "Marker '\\\" --> </script></svg>",
}
EXTRA = "".join(
    f"""
<http://localhost:8000/graph/entities> {{
  <http://localhost:8000/entity/person-{key}> a dip:Person ; rdfs:label "{name}"@en ; skos:altLabel "{name}" ;
    dcterms:source <javascript:window.hacked%3D1> .
}}
<http://localhost:8000/graph/events> {{
  <http://localhost:8000/event/meeting-{key}> a dip:Meeting ; rdfs:label "{name}"@en ;
    dip:earliestDate "2025-03-0{place}"^^xsd:date ; dip:latestDate "2025-03-0{place}"^^xsd:date ;
    dip:participant <http://localhost:8000/entity/person-{key}>, <http://localhost:8000/entity/Q3052772> ;
    dip:location <http://localhost:8000/entity/Q90> ; dip:reportedBy <http://localhost:8000/article/first> .
}}
"""
    for place, (key, name) in enumerate(NAMES.items(), 1)
)
PATHS = [
    "",
    "events",
    "entity/Q3052772",
    "entity/Q90",
    "article/first",
    "lookup?q=marker",
    "fragments",
    MEETING,
    *(f"entity/person-{key}" for key in NAMES),
    *(f"event/meeting-{key}" for key in NAMES),
]
QUERY = """SELECT ?one ?oneLabel ?other ?otherLabel ?day ("48" AS ?latitude) ("2" AS ?longitude) WHERE {
  ?event dip:participant ?one , ?other ; dip:earliestDate ?day .
  ?one rdfs:label ?oneLabel . ?other rdfs:label ?otherLabel
  FILTER(STR(?one) < STR(?other)) }"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("releases")
    write_release(folder, base="http://localhost:8000/", extra=EXTRA)
    with running_server(folder / "current", access_log=False) as server:
        yield server


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Visit]:
    with visiting(browser, server.port) as visit:
        yield visit


def harmless(visit: Visit) -> None:
    assert visit.page.evaluate("window.hacked") is None
    assert visit.page.locator("img[src=x], a[href^='javascript']").count() == 0
    for size in (DESKTOP, TELEPHONE):
        visit.see(size)
        assert visit.overflow() <= 0, (visit.page.url, size)


@pytest.mark.parametrize("path", PATHS)
def test_names_are_only_names(visit: Visit, path: str) -> None:
    page = visit.go(path)
    harmless(visit)
    assert page.locator("h1").count() == 1, "the page is there"


@pytest.mark.parametrize("view", ["table", "network", "timeline"])
def test_names_are_only_names_in_the_workbench(visit: Visit, view: str) -> None:
    page = visit.go(workbench(QUERY, view))
    expect(page.locator("#rows tbody tr").first).to_be_visible()
    if view != "table":
        expect(page.locator(f"figure.{view} svg")).to_be_visible()
    assert "onerror" in page.locator("#rows").inner_text(), "it is shown as what it is"
    harmless(visit)


def test_names_are_only_names_among_suggestions(visit: Visit) -> None:
    page = visit.go("lookup")
    page.locator("main input[type=search]").press_sequentially("marker")
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    assert options.count() >= 4
    assert max(len(text) for text in options.all_inner_texts()) < 250
    assert "\u202e" not in "".join(options.all_inner_texts())
    harmless(visit)


def test_names_in_a_query_of_an_address_are_only_text(visit: Visit) -> None:
    page = visit.go(
        workbench(f'SELECT ("{SCRIPT}" AS ?x) {{}}'.replace('"x', "x").replace('="', "='").replace('1">', "1'>"))
    )
    expect(page.locator("#rows")).to_contain_text("onerror")
    harmless(visit)
    searched = visit.go(f"lookup?q={SCRIPT}")
    expect(searched.locator("main input[type=search]")).to_be_visible()
    harmless(visit)
