"""Fixtures that several test modules share; what is slow to make is made once per session."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapper.mapping import Tools, load_tools
from mapper.pipeline import build

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def tools() -> Tools:
    """Ontology, gazetteer, rules and parser."""
    return load_tools()


@pytest.fixture(scope="session")
def seeds_release(tmp_path_factory: pytest.TempPathFactory, tools: Tools) -> Path:
    """The release that the five seeds make; nobody may write to it."""
    return build([ROOT / "seeds"], out=tmp_path_factory.mktemp("seeds"), tools=tools).release
