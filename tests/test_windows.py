"""When an article was written, as narrowly as it tells."""

from __future__ import annotations

from datetime import date

from mapper.article import make_article
from mapper.dates import document_window, find_times, year_candidates
from mapper.document import Bounds, Tenure


def told(bounds: Bounds | None) -> str:
    if bounds is None:
        return "-"
    return str(bounds.day) if bounds.day else f"{bounds.earliest}/{bounds.latest}"


def held(start: str | None, end: str | None) -> Tenure:
    first, last = (date.fromisoformat(one) if one else None for one in (start, end))
    return Tenure("person", "office", first, last)


def read(text: str, *tenures: Tenure) -> str:
    article = make_article(text, identifier="x")
    times = [
        one
        for line in article.own_lines()
        for one in find_times(article.text[line.start : line.end], offset=line.start)
    ]
    bounds = document_window(article, times, tenures)
    return told(bounds) + (f" {bounds.reason.value}" if bounds else "")


BODY = (
    "The presidents of both countries met in Lima on {when} and signed a treaty on trade.\nThey agreed to meet again."
)


def test_window_from_publication() -> None:
    assert read("Treaty signed in Lima\n3 May 2021\n" + BODY.format(when="Friday")) == "2021-05-03 publication"


def test_window_from_weekday_and_offices() -> None:
    text = BODY.format(when="Thursday, November 7,")
    assert read(text, held("2021-01-26", "2025-01-20")) == "2024-11-07/2024-11-09 office terms"
    assert read(text) == "-"
    assert read(text, held("2012-01-26", "2025-01-20")) == "2012-01-26/2025-01-20 office terms"


def test_window_from_dateline_and_offices() -> None:
    text = "LIMA, July 30 (Wire) - " + BODY.format(when="Sunday")
    assert read(text, held("2021-01-26", "2025-01-20")) == "2023-07-30 office terms"


def test_window_from_a_weekday_and_a_day_told_soon_after() -> None:
    text = BODY.format(when="Monday").replace("again.", "again, a minister said in Lima, April 28.")
    assert read(text, held("2025-01-28", "2026-01-01")) == "2025-04-28/2025-04-30 office terms"


def test_window_from_offices_alone() -> None:
    text = BODY.format(when="Friday")
    assert (
        read(text, held("2021-01-26", "2025-01-20"), held("2022-09-13", None)) == "2022-09-13/2025-01-20 office terms"
    )
    assert read(text, held("2021-01-26", "2022-01-20"), held("2022-09-13", None)) == "-"


def test_year_candidates() -> None:
    assert set(year_candidates(find_times("on Monday, January 27")[0])) >= {2014, 2020, 2025, 2031}
    assert year_candidates(find_times("on January 27")[0]) == ()
    assert year_candidates(find_times("Monday, January 27, 2025")[0]) == (2025,)
