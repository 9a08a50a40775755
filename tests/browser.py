"""A real browser for tests, which sees to it that a page is quiet, accessible and keeps to its server."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

ROOT = Path(__file__).parent.parent
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
DESKTOP = ViewportSize(width=1280, height=900)
TELEPHONE = ViewportSize(width=360, height=740)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = ["color-contrast", "target-size", "scrollable-region-focusable"]
"""What depends on colours and on the size of the window."""
_FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()
# Whatever a page asks of others, nothing leaves the machine.
_NOBODY_ELSE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
_NOT_DRAWN = "figure[data-source]:not([hidden]):not(:has(svg))"


def chromium() -> str:
    """Where the browser is; fails with what to do where there is none."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert found, "These tests drive Chromium, which is not installed: run `make browser`, or name it in CHROMIUM."
    return found


def bundle() -> str:
    """The accessibility checks, which come with the sources of the pages' scripts."""
    assert AXE.is_file(), f"{AXE} is missing: run `make web`."
    return AXE.read_text(encoding="utf-8")


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Chromium without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=[*_FLAGS, _NOBODY_ELSE])
        yield browser
        browser.close()


@dataclass
class Visit:
    """A tab over one server, and what went wrong in it."""

    page: Page
    root: str
    scripts: bool = True
    meant: str = "nothing of the kind"
    """What the console may say, such as the status of a page that is not there."""
    wrong: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Note errors of the console and of scripts, dialogs, and requests to anybody but the server."""
        self.page.on(
            "console", lambda said: self.wrong.append(said.text) if said.type in ("error", "warning") else None
        )
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.page.on("request", lambda request: self._note(request.url))

    def _note(self, url: str) -> None:
        if not url.startswith((self.root, "data:", "blob:")):
            self.elsewhere.append(url)

    def go(self, path: str) -> Page:
        """Open a page of the server and wait until its pictures are drawn."""
        self.page.goto(self.root + path.removeprefix("/"))
        if self.scripts:
            expect(self.page.locator(_NOT_DRAWN)).to_have_count(0)
        return self.page

    def see(self, size: ViewportSize, *, scheme: str = "light") -> None:
        """Look at the page in another size, in light or dark."""
        self.page.set_viewport_size(size)
        self.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")

    def path(self) -> str:
        """Where the tab is, below the root."""
        parts = urlsplit(self.page.url)
        return parts.path.removeprefix("/")

    def violations(self, rules: list[str] = RULES) -> list[str]:
        """What axe-core finds wrong, in a line each; by its tags or by its rules."""
        if not self.page.evaluate("typeof window.axe === 'object'"):
            self.page.evaluate(bundle())
        found = self.page.evaluate("rules => axe.run({runOnly: rules, resultTypes: ['violations']})", rules)
        return [
            f"{one['id']}: {node['html'][:300]} – {node['failureSummary']}"
            for one in found["violations"]
            for node in one["nodes"][:3]
        ]

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        wide: int = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return wide

    def end(self) -> None:
        """Close the tab; nothing may have gone wrong in it."""
        self.page.context.close()
        wrong = [said for said in self.wrong if self.meant not in said]
        assert not wrong, wrong
        assert not self.elsewhere, self.elsewhere


@contextmanager
def visiting(browser: Browser, port: int, *, scripts: bool = True) -> Iterator[Visit]:
    """A tab of its own; fails at its end when something went wrong in it."""
    context = browser.new_context(viewport=DESKTOP, java_script_enabled=scripts, reduced_motion="reduce")
    context.set_default_timeout(15_000)
    visit = Visit(context.new_page(), f"http://127.0.0.1:{port}/", scripts)
    visit.watch()
    yield visit
    visit.end()


def workbench(query: str, view: str = "table") -> str:
    """The address of a query in the workbench."""
    return f"sparql#query={quote(query)}&view={view}"
