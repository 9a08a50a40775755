"""Articles made of a few lines, for tests of what is found in them."""

from __future__ import annotations

from datetime import date
from functools import cache

from mapper.document import Article, Bounds, DateReason, Granularity, Line, LineKind, Mention
from mapper.gazetteer import Gazetteer, load
from mapper.linking import link
from mapper.mentions import find_mentions


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer that ships with the product."""
    return load()


def article(text: str, *, headline: str = "", noise: str = "") -> Article:
    """An article of body lines, with a headline before and a line of the page around it behind."""
    parts = [
        (headline, LineKind.HEADLINE),
        *((line, LineKind.BODY) for line in text.split("\n")),
        (noise, LineKind.RELATED),
    ]
    whole, lines = "", []
    for part, kind in parts:
        if part:
            lines.append(Line(len(whole), len(whole) + len(part), kind, "written so"))
            whole += part + "\n"
    return Article("test", whole, tuple(lines))


def on(day: date | str | None) -> Bounds | None:
    """The window of an article written on a day."""
    if day is None:
        return None
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return Bounds(day, day, Granularity.DAY, DateReason.PUBLICATION)


def linked(text: str, day: str | None = "2025-03-01", *, headline: str = "", noise: str = "") -> tuple[Mention, ...]:
    """The mentions of a text, linked."""
    value = article(text, headline=headline, noise=noise)
    return link(find_mentions(value, gazetteer()), value, gazetteer(), on(day))


def links(text: str, day: str | None = "2025-03-01", *, headline: str = "") -> dict[str, str | None]:
    """What each mention's words are taken for: the label of its entity."""
    return {m.text: m.entity.label if m.entity else None for m in linked(text, day, headline=headline)}
