"""What README.md shows is what one gets: its example queries give the answers that stand below them."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import ROOT

from mapper.cli import parser
from mapper.vocabulary import PREFIXES

README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```sparql\n([^`]*)```\n\n((?:\|.*\n)+)", README)


def cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


@pytest.mark.parametrize(("query", "table"), EXAMPLES)
def test_example(query: str, table: str, seeds_release: Path) -> None:
    header, _, *rows = [cells(row) for row in table.splitlines()]
    result = ox.Store.read_only(str(seeds_release / "store")).query(query, prefixes=dict(PREFIXES))
    assert isinstance(result, ox.QuerySolutions)
    names = [variable.value for variable in result.variables]
    assert names == header
    assert [[str(getattr(row[name], "value", "")) for name in names] for row in result] == rows


def test_there_are_five_examples() -> None:
    assert len(EXAMPLES) == README.count("```sparql") == 5


def test_every_command_is_named() -> None:
    named = set(re.findall(r"^\| `communique (\w+)", README, re.MULTILINE))
    listed = set(re.findall(r"^ {4}(\w+)", parser().format_help(), re.MULTILINE))
    assert listed
    assert listed == named
