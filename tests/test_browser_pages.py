"""Every type of page in a real browser: quiet, accessible, no wider than a telephone, and whole without scripts."""

from __future__ import annotations

import pytest
from blackbox import BASE, Site, one
from browser import DESKTOP, LOOKS, RULES, TELEPHONE, Visit, visiting
from playwright.sync_api import Browser, expect

KINDS = {
    "state": "?e dip:participant ?s . ?s a dip:State",
    "organization": "?e dip:participant ?s . ?s a dip:Organization",
    "person": "?e dip:participant ?s . ?t dip:person ?s",
    "place": "?e dip:location ?s",
    "office": "?p dip:capacity ?s",
    "topic": "?e dip:topic ?s",
    "article": "?s a dip:Article",
}
PATHS = {
    "home": "",
    "events": "events",
    "lookup": "lookup?q=kenya",
    "lookup, nothing found": "lookup?q=xyzzy",
    "compare": "compare?a=entity/Q114&b=entity/Q30",
    "topics": "topic/",
    "dataset": "dataset",
    "downloads": "dumps/",
    "ontology": "ontology",
    "term": "ontology/Meeting",
    "shapes": "shapes",
    "report": "report",
    "fragments": "fragments",
    "stream": "ldes",
    "workbench": "sparql",
    "problem": "entity/none",
}
PICTURES = {"home": ("network", "timeline", "map"), "person": ("network",), "compare": ("timeline",)}


def busiest(site: Site, kind: str) -> str:
    """The path of a thing of a kind: the one that most statements of its kind's pattern name."""
    if kind in PATHS:
        return PATHS[kind]
    pattern = KINDS.get(kind)
    if pattern is None:
        return one(site, kind).removeprefix(BASE)
    query = f"SELECT ?s (COUNT(*) AS ?n) {{ {pattern} }} GROUP BY ?s ORDER BY DESC(?n) ?s LIMIT 1"
    return site.rows(query)[0]["s"].removeprefix(BASE)


@pytest.mark.parametrize("kind", [*PATHS, "event", *KINDS, "tenure", "graph"])
def test_a_page_is_quiet_accessible_and_fits(visit: Visit, site: Site, kind: str) -> None:
    visit.meant = "404" if kind == "problem" else visit.meant
    page = visit.go(busiest(site, kind))
    expect(page.locator("h1")).to_have_count(1)
    for picture in PICTURES.get(kind, ()):
        expect(page.locator(f"figure.{picture} svg").first).to_be_visible()
    for size, scheme, rules in ((DESKTOP, "light", RULES), (TELEPHONE, "dark", LOOKS)):
        visit.see(size, scheme=scheme)
        assert visit.violations(rules) == [], (kind, scheme)
        assert visit.overflow() <= 0, f"{kind} is too wide at {size['width']} pixels"


@pytest.mark.parametrize("kind", ["home", "event", "person", "article", "compare", "workbench"])
def test_a_page_is_whole_without_scripts(browser: Browser, site: Site, kind: str) -> None:
    with visiting(browser, site.port, scripts=False) as visit:
        page = visit.go(busiest(site, kind))
        assert page.locator("main table, main textarea").count() > 0
        assert page.locator("figure svg").count() == 0
        assert all(
            box.bounding_box() is None or box.bounding_box()["height"] < 5 for box in page.locator("figure").all()
        )


def test_the_first_page_is_light(visit: Visit) -> None:
    visit.go("")
    encoded = {
        entry["name"]: entry["encodedBodySize"]
        for entry in visit.page.evaluate("performance.getEntriesByType('resource').map((one) => one.toJSON())")
    }
    scripts = {url: size for url, size in encoded.items() if url.endswith(".js")}
    assert 0 < sum(scripts.values()) <= 120_000, scripts
    assert not [url for url in scripts if "workbench" in url]


def test_printed_pages_have_no_controls(visit: Visit, site: Site) -> None:
    page = visit.go(busiest(site, "event"))
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Site")).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("mark").first).to_be_visible()


def test_the_keyboard_reaches_the_content_and_walks_a_picture(visit: Visit, site: Site) -> None:
    page = visit.go(busiest(site, "person"))
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_class("skip")
    page.keyboard.press("Enter")
    first = page.locator("figure.network a.mark").first
    first.focus()
    name = first.get_attribute("aria-label")
    page.keyboard.press("ArrowRight")
    moved = page.locator("a.mark:focus")
    assert moved.get_attribute("aria-label") != name
    assert page.locator("figure.network a.mark[tabindex='0']").count() == 1
    href = moved.get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{href}")
