"""Takes a picture of every type of page for docs/screenshots; run by `make screenshots`, no part of the suite."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from blackbox import Site
from browser import DESKTOP, TELEPHONE, Visit, workbench
from playwright.sync_api import expect
from test_browser_pages import KINDS, PATHS, busiest

from publisher.examples import examples

FOLDER = Path(__file__).parent.parent / "docs" / "screenshots"
LONGEST = 1.6  # of the width of a window


def take(visit: Visit, name: str) -> None:
    """Two small files: light at the width of a desk, dark at that of a telephone."""
    for size, scheme, scale in ((DESKTOP, "light", 0.5), (TELEPHONE, "dark", 0.75)):
        visit.see(size, scheme=scheme)
        visit.page.wait_for_timeout(300)
        tall = visit.page.evaluate("document.documentElement.scrollHeight")
        height = min(tall, round(size["width"] * LONGEST * (1 if size is DESKTOP else 1.8)))
        clip = {"x": 0, "y": 0, "width": size["width"], "height": height, "scale": scale}
        session = visit.page.context.new_cdp_session(visit.page)
        options = {"format": "webp", "quality": 45, "captureBeyondViewport": True, "clip": clip}
        data = base64.b64decode(session.send("Page.captureScreenshot", options)["data"])
        FOLDER.mkdir(exist_ok=True)
        (FOLDER / f"{name}-{'desktop' if size is DESKTOP else 'telephone'}.webp").write_bytes(data)
        assert len(data) < 80_000, f"{name} is not small: {len(data)} bytes"


@pytest.mark.parametrize("kind", [*PATHS, "event", *KINDS])
def test_take_a_page(visit: Visit, site: Site, kind: str) -> None:
    visit.meant = "404"
    visit.go(busiest(site, kind))
    take(visit, kind.replace(", ", "-").replace(" ", "-"))


@pytest.mark.parametrize("view", ["timeline", "network", "map"])
def test_take_the_workbench(visit: Visit, view: str) -> None:
    example = next(
        one for one in examples() if one.view == view and not one.name.startswith(("what-was", "meetings-as"))
    )
    page = visit.go(workbench(example.query, view))
    expect(page.locator(f"#answer figure.{view} svg")).to_be_visible()
    take(visit, f"workbench-{view}")
