"""How people find things: the paths of docs/usability.md, clicked in a real browser, none longer than three clicks."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field

import pytest
from browser import TELEPHONE, Visit
from playwright.sync_api import Locator, expect


@dataclass
class Visitor:
    """Somebody who came for the first time, and whose clicks are counted."""

    visit: Visit
    clicks: int = 0
    went: list[str] = field(default_factory=list)

    def click(self, what: Locator) -> None:
        self.clicks += 1
        assert self.clicks <= 3, f"too many clicks, over {self.went}"
        what.click()
        self.visit.page.wait_for_load_state()
        self.went.append(self.visit.page.url)


@pytest.fixture(params=["desktop", "telephone"])
def visitor(visit: Visit, request: pytest.FixtureRequest) -> Visitor:
    if request.param == "telephone":
        visit.see(TELEPHONE)
    visit.go("")
    return Visitor(visit)


def test_from_search_over_the_event_to_the_source(visitor: Visitor) -> None:
    page = visitor.visit.page
    box = page.locator("main input[type=search]")
    box.press_sequentially("spoke by telephone", delay=5)
    box.press("Enter")
    page.wait_for_url("**/lookup?*")
    visitor.click(page.locator("main ol a").first)
    assert "/event/" in page.url
    expect(page.locator("main mark").first).to_be_visible()
    visitor.click(page.locator("#sources ~ .sources h3 a, section[aria-labelledby=sources] h3 a").first)
    assert "/article/" in page.url
    expect(page.locator("main mark").first).to_be_visible()


def test_a_suggestion_leads_to_its_page_by_the_keyboard_too(visitor: Visitor) -> None:
    page = visitor.visit.page
    box = page.locator("main input[type=search]")
    box.press_sequentially("keny", delay=5)
    expect(page.get_by_role("option").first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    assert visitor.visit.violations() == []
    box.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_have_count(1)
    assert box.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    box.press("a")
    page.get_by_role("option", name="Kenya", exact=False).first.click()
    page.wait_for_url(lambda url: not url.endswith("/"))


def test_a_suggestion_fills_in_a_form_that_asks_for_more(visit: Visit) -> None:
    page = visit.go("compare")
    for name, typed, meant in (("a", "keny", "Kenya"), ("b", "united st", "United States")):
        page.locator(f"#{name}").press_sequentially(typed, delay=5)
        page.get_by_role("option", name=meant).first.click()
        expect(page.locator(f"#{name}")).to_have_value(meant)
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("#events-table tbody tr").first).to_be_visible()


def test_when_did_kenya_and_the_united_states_last_talk_at_the_top(visitor: Visitor) -> None:
    page = visitor.visit.page
    visitor.click(page.get_by_role("link", name="what passed between two actors"))
    visitor.click(page.get_by_role("link", name="United States and Kenya"))
    told = page.locator(".note", has_text="They last talked")
    expect(told).to_contain_text("6 February 2025")
    expect(told).to_contain_text("about")


def test_who_condemned_rwanda(visitor: Visitor) -> None:
    page = visitor.visit.page
    visitor.click(page.get_by_role("link", name="Condemnation", exact=True).first)
    row = page.locator("#events-table tr", has_text="condemned Rwanda")
    for state in ("France", "United Kingdom", "United States", "26 January 2025"):
        expect(row.first).to_contain_text(state)


def test_what_is_known_of_the_planned_summit_and_did_it_happen(visitor: Visitor) -> None:
    page = visitor.visit.page
    visitor.click(page.get_by_role("link", name="what is planned"))
    row = page.get_by_role("row").filter(has_text="Dar es Salaam").filter(has_text="Paul Kagame")
    visitor.click(row.locator("a[href*='/event/']").first)
    expect(page.locator("dl.facts").first).to_contain_text("between 7 and 8 February 2025")
    expect(page.locator("main .note")).to_contain_text("tell this as planned")


def test_which_sources_say_the_call_was_on_27_january(visitor: Visitor) -> None:
    page = visitor.visit.page
    visitor.click(page.get_by_role("link", name="spoke by telephone on 27 January 2025").first)
    reports = page.get_by_role("table", name="What each article says of it")
    expect(reports.locator("tbody tr")).to_have_count(2)
    assert all("27 January 2025" in row for row in reports.locator("tbody tr").all_inner_texts())
    expect(page.locator("main mark")).not_to_have_count(0)


def test_all_of_it_as_a_spreadsheet(visitor: Visitor) -> None:
    page = visitor.visit.page
    with page.expect_download() as waiting:
        visitor.click(page.get_by_role("link", name="As a spreadsheet (CSV)"))
    rows = list(csv.DictReader(io.StringIO(waiting.value.path().read_text(encoding="utf-8-sig"))))
    assert len(rows) == 24
    assert {"label", "type"} & {name.lower() for name in rows[0]}
