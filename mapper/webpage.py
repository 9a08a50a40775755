"""Takes the article from an HTML page: its text and what the page's metadata say of it. Never asks the network."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import trafilatura

from mapper.errors import InputError

DEEPEST = 400
"""Elements nested deeper than that are an attack or an accident, not a page."""
MOST_TAGS = 60_000

_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)[^<>]*?(/?)>")
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
    except (ValueError, RecursionError, AttributeError, TypeError) as error:
        raise InputError(f"is HTML that cannot be read: {error}") from error
    if page is None or isinstance(page, dict) or not page.text:
        raise InputError("is HTML without an article in it")
    found: dict[str, Any] = {
        "text": page.text, "headline": page.title, "byline": page.author, "publisher": page.sitename, "url": page.url,
        "published": date.fromisoformat(page.date) if page.date else None,
    }  # fmt: skip
    return {key: value for key, value in found.items() if value}


def _check(html: str) -> None:
    """Refuses pages that would take a parser out of its depth."""
    depth = 0
    for tags, match in enumerate(_TAG.finditer(html)):
        if match[2].lower() not in _VOID and not match[3]:
            depth = max(depth - 1, 0) if match[1] else depth + 1
        if depth > DEEPEST or tags > MOST_TAGS:
            raise InputError("is HTML nested too deep" if depth > DEEPEST else "is HTML with too many elements")
