"""Fixtures that several test modules share; what is slow to make is made once per session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from blackbox import Site
from server_process import running_server

from mapper.mapping import Tools, load_tools
from mapper.pipeline import build

if TYPE_CHECKING:
    from browser import Visit
    from playwright.sync_api import Browser

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def tools() -> Tools:
    """Ontology, gazetteer, rules and parser."""
    return load_tools()


@pytest.fixture(scope="session")
def seeds_release(tmp_path_factory: pytest.TempPathFactory, tools: Tools) -> Path:
    """The release that the five seeds make; nobody may write to it."""
    return build([ROOT / "seeds"], out=tmp_path_factory.mktemp("seeds"), tools=tools).release


@pytest.fixture(scope="session")
def site(seeds_release: Path) -> Iterator[Site]:
    """A server process over the seeds' release, asked from outside."""
    with running_server(seeds_release, access_log=False) as server:
        site = Site(server)
        yield site
        site.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; an event loop runs as long as it does, so it ends with the module."""
    from browser import running_browser  # only the tests that drive a browser need what it needs

    with running_browser() as browser:
        yield browser


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """A tab over the seeds' release, in which nothing may go wrong."""
    from browser import visiting

    with visiting(browser, site.port) as visit:
        yield visit
