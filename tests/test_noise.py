"""The article told from the page around it, on pages in the manner of many papers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from mapper.article import furniture, make_article
from mapper.cues import cues, rows
from mapper.datelines import dateline, own_dateline
from mapper.document import ARTICLE_LINES, Article, LineKind

KINDS = {
    "H": LineKind.HEADLINE, "S": LineKind.SUMMARY, "C": LineKind.CAPTION, "B": LineKind.BODY, "G": LineKind.HEADING,
    "Y": LineKind.BYLINE, "D": LineKind.DATELINE, "R": LineKind.RELATED, "A": LineKind.ADVERT, "X": LineKind.SHARE,
    "F": LineKind.FURNITURE, "O": LineKind.FOOTER,
}  # fmt: skip
MARK = re.compile(r"^(?:Headline: |\((?:LEAD|5th LD)\) )")


@dataclass(frozen=True)
class Page:
    name: str
    published: str
    byline: str
    text: str
    parts: tuple[tuple[int, str, LineKind], ...]

    @property
    def headline(self) -> str | None:
        return next((MARK.sub("", words) for _, words, kind in self.parts if kind is LineKind.HEADLINE), None)


def pages() -> list[Page]:
    found = []
    for file in sorted((Path(__file__).parent / "pages").glob("*.txt")):
        for block in file.read_text(encoding="utf-8").split("=== ")[1:]:
            head, *lines = block.rstrip("\n").split("\n")
            name, published, byline = (part.strip() for part in head.split("|"))
            text, parts = "", []
            for line in lines:
                letters, *words = line.split("\t")
                for letter, part in zip(letters.split(), words, strict=True):
                    parts.append((len(text), part, KINDS[letter]))
                    text += part
                text += "\n"
            found.append(Page(name, published, byline, text, tuple(parts)))
    return found


PAGES = pages()


def test_there_are_pages() -> None:
    assert len(PAGES) > 60
    assert sum(len(page.parts) for page in PAGES) > 700


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page(page: Page) -> None:
    article = make_article(page.text, identifier=page.name)
    for start, words, wanted in page.parts:
        middle = start + len(words.strip()) // 2
        line = next(line for line in article.lines if line.start <= middle < line.end)
        told = f"{words!r} is {line.kind.value}: {line.reason}"
        assert (line.kind in ARTICLE_LINES) == (wanted in ARTICLE_LINES), told
        assert (line.kind is LineKind.HEADLINE) == (wanted is LineKind.HEADLINE), told
        if wanted in ARTICLE_LINES and wanted is not LineKind.HEADLINE:
            assert article.text[line.start : line.end].strip() == words.strip()
    assert article.headline == page.headline
    assert str(article.published or "-") == page.published
    assert (article.byline or "-") == page.byline


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_lines_cover_the_page_in_order(page: Page) -> None:
    lines = make_article(page.text, identifier=page.name).lines
    assert all(line.start <= line.end and line.reason for line in lines)
    assert all(one.end <= other.start for one, other in pairwise(lines))
    covered = {place for line in lines for place in range(line.start, line.end)}
    assert [place for place, letter in enumerate(page.text) if not letter.isspace() and place not in covered] == []


def kinds(text: str) -> list[str]:
    return [line.kind.value for line in make_article(text, identifier="x").lines if line.kind is not LineKind.BLANK]


PROSE = "The presidents of both countries met in the capital on Friday and signed a treaty on trade."


def test_list_is_closed_by_prose() -> None:
    text = f"{PROSE}\nREAD MORE\nFloods in the south\nWhy maize prices may fall\n{PROSE}\n“We are glad,” he said."
    assert kinds(text) == ["body", "related", "related", "related", "body", "body"]


def test_advert_takes_only_what_follows_without_a_gap() -> None:
    text = f"Talks end well\n{PROSE}\n\nADVERTISEMENT\nBuy now, pay later\n\nWhat comes next\n{PROSE}"
    assert kinds(text) == ["headline", "body", "advert", "advert", "heading", "body"]


def test_items_after_a_colon_are_the_article_s() -> None:
    text = f"{PROSE}\nThey agreed on three points:\n• a joint commission\n• a new bridge\n• visa-free travel\n{PROSE}"
    assert kinds(text)[-4:] == ["body"] * 4


def test_page_that_begins_with_prose_has_no_headline() -> None:
    article = make_article(f"{PROSE}\n{PROSE}", identifier="x")
    assert article.headline is None
    assert [line.kind for line in article.lines] == [LineKind.BODY, LineKind.BODY]


def test_wrapped_paragraphs_are_joined() -> None:
    wrapped = (
        "Leaders sign treaty in Lima\n\nThe presidents of both countries met in the\ncapital on Friday and signed a"
        " treaty on\ntrade that had been drafted by a group of\nministers over the summer.\n\nThey agreed to meet again"
        " in Quito when\nthe parliaments of both countries have\nratified it.\n"
    )
    article = make_article(wrapped, identifier="x")
    own = [article.text[line.start : line.end] for line in article.own_lines()]
    assert len(own) == 3
    assert own[1].startswith("The presidents")
    assert own[1].endswith("over the summer.")
    assert own[1].count("\n") == 3


def test_slogan_over_the_menu_is_no_headline() -> None:
    menu = "Politics  |  Economy  |  Culture  |  Newsletters"
    title = "Presidents of both countries sign treaty on trade"
    page = f"THE ANDEAN POST\nNews, analysis and culture from the capital and beyond\n{menu}\n\n{title}\n\n{PROSE}"
    assert make_article(page, identifier="x").headline == title


def test_headline_of_the_metadata_is_found_in_the_page() -> None:
    article = make_article(f"World\nTALKS END IN LIMA\n{PROSE}", identifier="x", headline="Talks end in Lima")
    assert article.headline == "Talks end in Lima"
    assert kinds(article.text)[1:] == ["headline", "body"]


# --- over a corpus -----------------------------------------------------------------------------------------


def corpus() -> list[Article]:
    """Six pages of one paper, and three copies of one story."""
    names = ["Lima", "Quito", "Bogota", "Caracas", "La Paz", "Asuncion"]
    body = "The presidents of both countries met in {0} and signed a treaty on trade with {0}.\nAll of {0} saw it."
    foot = "Our correspondents live where the news of the continent is made, since 1921."
    own = [
        make_article(f"Talks end in {name}\n{body.format(name)}\nYour window on the south\n{foot}", identifier=name)
        for name in names
    ]
    story = f"A story that all papers print\n{PROSE}\nThey said that they were glad of it and would meet again soon."
    return own + [make_article(story, identifier=f"copy-{number}") for number in range(3)]


def test_recurring_lines_are_furniture_and_copies_are_not() -> None:
    articles = corpus()
    found = furniture(articles)
    assert found == furniture(reversed(articles))
    assert "your window on the south" in found
    assert any("correspondents live" in line for line in found)
    assert not any("story that all papers" in line or "treaty" in line for line in found)
    again = make_article(articles[0].text, identifier="again", furniture=found)
    own = [again.text[line.start : line.end] for line in again.own_lines()]
    assert len(own) == 3
    assert not any("correspondents" in line for line in own)


def test_title_that_several_papers_gave_is_the_title_of_each() -> None:
    title = "Presidents of Chile and Peru sign treaty"
    told = [f"{PROSE} Chile and Peru spoke of {what}." for what in ("copper", "fishing", "trains", "a dam")]
    pages = [f"Paper of {place}\n{title}\nMore news from the south\n{text}" for place, text in enumerate(told)]
    found = furniture(make_article(page, identifier=str(number)) for number, page in enumerate(pages))
    assert title.lower() in found
    assert "more news from the south" in found
    headlines = {make_article(page, identifier="x", furniture=found).headline for page in pages}
    assert headlines == {title}


# --- datelines and cues ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("LIMA, May 3 (Andean Wire) -- The two met.", "The two met."),
        ("Lima, March 18, 2025 (AW) - HE the President met.", "HE the President met."),
        ("LIMA/QUITO: The two met.", "The two met."),
        ("Lima – The two met.", "The two met."),
        ("LIMA—The two met.", "The two met."),
        ("New Delhi, Mar 3 (PTI) The two met.", "The two met."),
        ("UNITED NATIONS (AP) — The two met.", "The two met."),
        ("PORT-AU-PRINCE, Haiti — The two met.", "The two met."),
        ("12 June 2024, Geneva – The two met.", "The two met."),
        ("GENEVA (12 June 2024) – The two met.", "The two met."),
        ("St. Petersburg, June 3. /TASS/. The two met.", "The two met."),
        ("Dar es Salaam. The two met.", None),
        ("President Rey - who is ill - met him.", None),
        ("The minister of trade: We met.", None),
        ("Meanwhile, the two met in Lima - again.", None),
    ],
)
def test_dateline(text: str, rest: str | None) -> None:
    match = dateline(text, early=True)
    assert (text[match.end() :] if match else None) == rest


def test_dateline_without_day_or_agency_counts_only_at_the_beginning() -> None:
    assert dateline("Lima – The two met.", early=False) is None
    assert dateline("LIMA, May 3 (Wire) – The two met.", early=False)
    assert dateline("Rey: We met twice.", early=True, speakers=True) is None
    assert own_dateline("LIMA")
    assert not own_dateline("Leaders meet in Lima")


def test_every_hint_of_a_cue_lets_its_phrases_through() -> None:
    searched = [cue for cue in cues() if cue.anywhere]
    assert searched
    samples = ["Sign up for our newsletter", "This site uses cookies", "All rights reserved", "© 2024 The Post"]
    assert all(any(cue.found(next(rows(sample))) for cue in cues()) for sample in samples)
