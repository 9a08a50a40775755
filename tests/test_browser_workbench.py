"""The SPARQL workbench in a real browser: examples, pictures, shared addresses, completion, errors, downloads."""

from __future__ import annotations

import csv
import io
import re

import pytest
from blackbox import Site
from browser import LOOKS, TELEPHONE, Visit, workbench
from playwright.sync_api import expect

from publisher.examples import examples

CALLS = "SELECT ?call ?day { ?call a dip:TelephoneCall ; dip:earliestDate ?day } ORDER BY ?day"


def write(visit: Visit, text: str) -> None:
    """Type a query in place of the one that is there."""
    page = visit.page
    page.locator(".CodeMirror").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type(text)


def run(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Run", exact=True).click()


@pytest.mark.parametrize("view", ["timeline", "network", "map"])
def test_an_example_is_run_by_one_click_and_drawn(visit: Visit, view: str) -> None:
    page = visit.go("sparql")
    example = next(one for one in examples() if one.view == view and not one.name.startswith("what-was"))
    page.get_by_role("link", name=example.question, exact=True).click()
    expect(page.locator(f"#answer figure.{view} svg")).to_be_visible()
    assert page.locator(f"#answer figure.{view} .mark").count() > 0
    expect(page.get_by_role("button", name=view.capitalize(), exact=True)).to_have_attribute("aria-pressed", "true")
    assert example.query.splitlines()[0] in page.locator(".CodeMirror").inner_text().replace("\u200b", "")
    assert visit.violations() == []
    visit.see(TELEPHONE, scheme="dark")
    assert visit.violations(LOOKS) == []
    assert visit.overflow() <= 0


def test_every_example_is_answered(visit: Visit) -> None:
    page = visit.go("sparql")
    for example in examples():
        page.get_by_role("link", name=example.question, exact=True).click()
        expect(page.locator("#answer [role=status]")).to_contain_text("seconds")
        shown = page.locator("#answer .views [aria-pressed=true]")
        if example.view:
            expect(shown).to_have_text(example.view.capitalize())
        page.evaluate("document.getElementById('answer').replaceChildren()")


def test_a_query_has_an_address_that_can_be_shared(visit: Visit) -> None:
    page = visit.go("sparql")
    write(visit, CALLS)
    run(visit)
    expect(page.locator("#rows tbody tr")).to_have_count(3)
    page.get_by_role("button", name="Timeline").click()
    expect(page.locator("#answer figure.timeline svg")).to_be_visible()
    address = page.url
    visit.go("")
    page.goto(address)
    expect(page.locator("#answer figure.timeline svg")).to_be_visible()
    expect(page.locator("#rows tbody tr")).to_have_count(3)
    page.go_back()
    expect(page.locator("h1")).not_to_have_text("SPARQL workbench")


def test_things_are_linked_to_their_pages_here(visit: Visit) -> None:
    page = visit.go(workbench(CALLS))
    link = page.locator("#rows tbody a").first
    expect(link).to_have_attribute("href", f"/{link.inner_text()}")
    link.click()
    page.wait_for_url("**/event/*")
    expect(page.locator("h1")).to_have_count(1)


def test_yes_no_and_graphs(visit: Visit) -> None:
    page = visit.go(workbench("ASK { ?a dip:reportedBy ?b }"))
    expect(page.locator("#answer")).to_contain_text("Yes")
    visit.go("")
    visit.go(workbench("CONSTRUCT { ?a dip:participant ?b } WHERE { ?a dip:participant ?b }", "network"))
    expect(page.locator("#answer figure.network svg")).to_be_visible()
    expect(page.get_by_role("link", name="Turtle")).to_have_attribute("download", "answer.ttl")


def test_an_error_tells_what_is_wrong_and_the_next_query_works(visit: Visit) -> None:
    visit.meant = "400"
    page = visit.go("sparql")
    write(visit, "SELECT * { ?a ?b }")
    run(visit)
    expect(page.locator("#answer .problem")).to_contain_text("Line 1, column 18")
    write(visit, CALLS)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#rows tbody tr")).to_have_count(3)


def test_answers_are_downloaded_in_the_format_chosen(visit: Visit) -> None:
    page = visit.go(workbench(CALLS))
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV", exact=True).click()
    rows = list(csv.reader(io.StringIO(waiting.value.path().read_text(encoding="utf-8"))))
    assert rows[0] == ["call", "day"]
    assert len(rows) == 4
    assert waiting.value.suggested_filename == "answer.csv"


def test_terms_of_the_vocabulary_are_completed(visit: Visit) -> None:
    page = visit.go("sparql")
    write(visit, "SELECT * { ?call a dip:Teleph")
    expect(page.locator(".CodeMirror-hints")).to_contain_text("telephone call")
    page.keyboard.press("Enter")
    assert "dip:TelephoneCall" in page.locator(".CodeMirror").inner_text()


def test_things_in_the_data_are_completed_by_name(visit: Visit, site: Site) -> None:
    kenya = site.rows('SELECT ?s { ?s a dip:State ; rdfs:label "Kenya"@en }')[0]["s"]
    page = visit.go("sparql")
    write(visit, "SELECT * { ?event dip:participant keny")
    page.keyboard.press("Control+Space")
    page.locator(".CodeMirror-hint", has_text=re.compile("^Kenya$")).click()
    assert f"<{kenya}>" in page.locator(".CodeMirror").inner_text()


def test_prefixes_are_declared_for_use_elsewhere(visit: Visit) -> None:
    page = visit.go("sparql")
    write(visit, "SELECT * { ?a rdfs:label ?b . ?a a dip:State }")
    page.get_by_role("button", name="Declare prefixes").click()
    text = page.locator(".CodeMirror")
    expect(text).to_contain_text("PREFIX dip: <https://w3id.org/communique/ontology#>")
    expect(text).to_contain_text("PREFIX rdfs:")
    assert "PREFIX skos:" not in text.inner_text()


def test_the_tab_key_leaves_the_editor(visit: Visit) -> None:
    page = visit.go("sparql")
    page.locator(".CodeMirror").click()
    page.keyboard.press("Tab")
    expect(page.locator("#format")).to_be_focused()


def test_the_workbench_stays_within_its_bytes(visit: Visit) -> None:
    page = visit.go("sparql")
    page.get_by_role("link", name="Where did events happen, and how many?").click()
    expect(page.locator("#answer figure.map svg")).to_be_visible()
    sizes = page.evaluate(
        "performance.getEntriesByType('resource').map((one) => /[.]js$/.test(one.name) ? one.encodedBodySize : 0)"
    )
    assert 0 < sum(sizes) <= 350_000, sizes
