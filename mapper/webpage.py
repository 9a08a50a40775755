"""Takes the article from an HTML page: its text and what the page's metadata say of it. Never asks the network."""

from __future__ import annotations

import re
from datetime import date
from string import ascii_lowercase, ascii_uppercase
from typing import Any

import trafilatura

from mapper.errors import InputError

DEEPEST = 400
"""Elements nested deeper than that are an attack or an accident, not a page."""
MOST_TAGS = 30_000
"""Beginnings and ends of elements; what the parser takes for each grows with their number."""
MOST_ATTRIBUTES = 2_000
"""Of one element. The parser compares each with all before it."""

_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)[^<>]*?(/?)>")
_START = re.compile(r"<[a-zA-Z][^>]*")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_APART = re.compile(r"[\s/]+")
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
"""Unlike `str.lower`, this keeps the length."""
_SILENT = {"<!--": "-->", "<script": "</script", "<style": "</style"}
"""What begins and ends the parts of a page in which no elements are."""
_VOID = frozenset(
    ["area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option"]
) | frozenset(["p", "param", "source", "td", "th", "tr", "track", "wbr"])
"""Elements that need no end tag."""


def read_page(html: str, *, url: str | None = None) -> dict[str, Any]:
    """Text, headline, byline, publisher, published and url of a page, those that it tells; InputError without a text.

    Dates are taken from metadata only: one found by a wider search could be anything's.
    """
    _check(html)
    try:
        page = trafilatura.bare_extraction(
            html,
            url=url,
            with_metadata=True,
            include_comments=False,
            include_tables=False,
            deduplicate=False,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except (AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise InputError(
            f"is HTML that cannot be read ({type(error).__name__} {error})".replace("\n", " ")[:200]
        ) from error
    if page is None or isinstance(page, dict) or not page.text:
        raise InputError("is HTML without an article in it")
    found: dict[str, Any] = {
        "text": page.text, "headline": page.title, "byline": page.author, "publisher": page.sitename, "url": page.url,
        "published": date.fromisoformat(page.date) if page.date else None,
    }  # fmt: skip
    return {key: value for key, value in found.items() if value}


def _check(html: str) -> None:
    """Refuses pages that would take a parser out of its depth, or more time than any article is worth."""
    html = _without_silent(html)
    depth = tags = 0
    for match in _TAG.finditer(html):
        tags += 1
        if match[2].lower() not in _VOID and not match[3]:
            depth = max(depth - 1, 0) if match[1] else depth + 1
        if depth > DEEPEST:
            raise InputError("is HTML nested too deep")
        if tags > MOST_TAGS:
            raise InputError("is HTML with too many elements")
    if html.count(">") - tags > MOST_ATTRIBUTES or any(
        _attributes(start[0]) > MOST_ATTRIBUTES
        for start in _START.finditer(html)
        if len(start[0]) > 2 * MOST_ATTRIBUTES
    ):
        raise InputError("is HTML with too many attributes or too much that is none")


def _attributes(start: str) -> int:
    """About how many attributes the start of an element has, those with brackets in their values included.

    >>> _attributes("<a href='x y' class=z hidden")
    3
    """
    return len(_APART.findall(_QUOTED.sub("", start)))


def _without_silent(html: str) -> str:
    """The page without comments, scripts and styles."""
    low, kept, place = html.translate(_LOWER), list[str](), 0
    for match in re.finditer("|".join(map(re.escape, _SILENT)), low):
        if match.start() >= place:
            end = low.find(_SILENT[match[0]], match.end())
            if end < 0:
                break
            kept.append(html[place : match.start()])
            place = end + len(_SILENT[match[0]])
    return "".join(kept) + html[place:]
