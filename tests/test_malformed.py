"""Malformed inputs of every kind, a small share of what `make soak` reads (see benchmarks/malformed.py)."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mapper.errors import InputError
from mapper.mapping import Tools
from mapper.webpage import read_page

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))

from badinputs import MAKERS, PROSE
from malformed import run


def test_each_is_mapped_or_told_with_its_reason(tools: Tools) -> None:
    tally = run(15 * len(MAKERS), seed=7, share=0.2, tools=tools)
    assert tally.faults == []
    assert tally.inputs == 15 * len(MAKERS)
    assert tally.mapped > 5
    assert len(tally.set_aside) > 12


@pytest.mark.parametrize(
    "page",
    [
        "<p " + " ".join(f"a{number}" for number in range(30_000)) + f">{PROSE}",
        "<p " + "".join(f" a{number}='<'" for number in range(30_000)) + f">{PROSE}",
        "<p " + "".join(f" a{number}='>'" for number in range(30_000)) + f">{PROSE}",
        f"<p>{PROSE}" + "<br>" * 100_000,
        f"<ul><li>{PROSE}" + "<li>x" * 100_000,
        "<div>" * 1_000 + PROSE,
    ],
    ids=["attributes", "attributes with <", "attributes with >", "breaks", "items", "nested"],
)
def test_pages_that_a_parser_takes_minutes_for_are_refused(page: str) -> None:
    with pytest.raises(InputError, match=r"too many|too deep"):
        read_page(f"<html><body>{page}</body></html>")


def test_pages_with_large_scripts_and_styles_are_read() -> None:
    script = "<script>" + "if (a < b && c > d) { e('<p>'); } " * 20_000 + "</SCRIPT>"
    style = "<style>" + "nav > a { b: c } " * 20_000 + "</style>"
    comment = "<!--" + "<p a b c> " * 20_000 + "-->"
    page = f"<html><head>{script}{style}</head><body>{comment}<article><p>{PROSE * 3}</p></article></body></html>"
    assert PROSE in read_page(page)["text"]
