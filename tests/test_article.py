"""What page, text, address and metadata say of an article, and the forms that it comes in."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from mapper.article import InputProblem, make_article, parse_day, read_articles
from mapper.bylines import is_byline, person
from mapper.daylines import dates_in_line, published_in, url_date
from mapper.document import Article, LineKind

PROSE = "The presidents of both countries met in the capital on Friday and signed a treaty on trade."
GOLD = Path(__file__).parent / "gold"
CHECKS = {"003", "004", "011", "014", "021", "025", "026", "027", "032", "038", "039"}
"""Articles that only the accuracy floors look at, so that no rule is written for them."""


def head(*lines: str) -> Article:
    return make_article("\n".join([*lines, PROSE, "They agreed to meet again."]), identifier="x")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("Talks end in Lima", "March 20, 2023 09:40 pm | Updated March 21, 2023 12:05 am IST"), "2023-03-20"),
        (("Talks end in Lima", "Staff  |12.12.2024 - Update : 13.12.2024"), "2024-12-12"),
        (("Talks end in Lima", "Updated 23 November 2020 | RIYADH"), "2020-11-23"),
        (("Talks end in Lima", "08-04-2024 00:15"), "2024-04-08"),
        (("Talks end in Lima", "Updated: 04/05/2024 10:00 EDT", "Published: 04/04/2024 10:00 EDT"), "2024-04-04"),
        (("Talks end in Lima", "04/05/2024"), "None"),
        (("Talks end in Lima", "Issued on: 04/05/2024 - 18:30"), "2024-05-04"),
        (("Talks end in Lima", "May 4, 2024 9:47 AM UTC · Updated 3 hours ago"), "2024-05-04"),
        (("Talks end in Lima", "All News 16:22 May 04, 2024"), "2024-05-04"),
        (("Talks end in Lima", "Ministry of Foreign Affairs of Japan   May 4, 2024"), "2024-05-04"),
        (("Talks end in Lima", "04/05/2024 9:30 AM EST"), "2024-04-05"),
        (("Saturday, 6 July 2024", "Talks end in Lima", "Published: 5 July 2024"), "2024-07-05"),
        (("Saturday, 6 July 2024", "Talks end in Lima", "5 July 2024"), "2024-07-05"),
        (("Thursday 12 December 2024  |  Tahsas 3, 2017 E.C.", "Talks end in Lima"), "2024-12-12"),
        (("Talks end in Lima", "Posted: 3 hours ago"), "None"),
        (("Statement of the minister on the talks in Lima on 3 May 2023",), "2023-05-03"),
        (("Talks end in Lima", "3 May"), "None"),
        (("Talks end in Lima",), "None"),
    ],
)
def test_day_of_publication(lines: tuple[str, ...], expected: str) -> None:
    assert str(head(*lines).published) == expected


def test_a_day_that_can_be_read_in_two_ways_is_the_one_soon_after_what_is_told() -> None:
    told = f"Talks end in Lima\n\n04/05/2024\n\n{PROSE} The treaty was signed on "
    assert make_article(told + "May 3.", identifier="x").published == date(2024, 5, 4)
    assert make_article(told + "April 4.", identifier="x").published == date(2024, 4, 5)
    assert make_article(told + "June 4.", identifier="x").published is None


def test_day_from_dateline_address_and_signature() -> None:
    told = make_article(f"LIMA, March 3, 2024 (Wire) - {PROSE}", identifier="x")
    assert told.published == date(2024, 3, 3)
    assert make_article(f"LIMA, March 3 (Wire) - {PROSE}", identifier="x").published is None
    signed = make_article(
        f"Talks end in Lima\n{PROSE}\n\nLima\nMarch 3, 2024\n\nPage last updated on: 4/5/2025", identifier="x"
    )
    assert signed.published == date(2024, 3, 3)
    assert make_article(PROSE, identifier="x", url="https://p.example/2024/12/03/talks").published == date(2024, 12, 3)
    assert make_article(f"{PROSE}\nIt was on 3 May 2022.", identifier="x").published is None
    given = head("Talks end in Lima", "3 May 2021")
    assert given.published == date(2021, 5, 3)


def test_given_metadata_win() -> None:
    text = f"Talks end in Lima\nBy Ana Rey\n3 May 2021\n{PROSE}"
    article = make_article(
        text,
        identifier="x",
        headline="Other title",
        byline="Eva Paz",
        publisher="Post",
        published=date(2020, 1, 2),
        url="u",
    )
    told = (article.headline, article.byline, article.publisher, article.published, article.url)
    assert told == ("Other title", "Eva Paz", "Post", date(2020, 1, 2), "u")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("By Ana Rey", "Ana Rey"),
        ("by ANA REY and AGENCIES", "Ana Rey"),
        ("By Ana Rey (Lima)", "Ana Rey"),
        ("By Lucía Ferreira, with wires", "Lucía Ferreira"),
        ("By Ana Rey at the stadium", "Ana Rey"),
        ("By Ana Rey and Eva Paz", "Ana Rey and Eva Paz"),
        ("BY  ANA O'NEILL-PAZ   STAFF WRITER", "Ana O'Neill-Paz"),
        ("ANA REY   28. 5. 2025   19:12   [updated]", "Ana Rey"),
        ("March 27, 2025 | TECHNOLOGY | Ana Rey", "Ana Rey"),
        ("Written by: Ana Rey on March 27, 2025", "Ana Rey"),
        ("Ana Rey in Quito", "Ana Rey"),
        ("By Staff Writer On Dec 15, 2023   0", None),
        ("By our Special Correspondent", None),
        ("By AFP", None),
        ("Political Bureau | Published Mar 3, 2022", None),
        ("18.03.2023 | Lima | Strategic Communications", None),
    ],
)
def test_byline(line: str, expected: str | None) -> None:
    assert head("Talks end in the capital", line).byline == expected


def test_byline_over_several_lines() -> None:
    assert head("Talks end in the capital", "National", "By", "Ana Rey", "| Feb 07, 2025").byline == "Ana Rey"
    assert head("Talks end in the capital", "Ana Rey", "Guest columnist").byline == "Ana Rey"
    assert not is_byline("By the end of the day the two had met, and then they left for the capital of the other.")
    assert person("Ministry of Trade") is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://p.example/2024/12/12/talks", "2024-12-12"),
        ("https://p.example/world/2024-12-12-talks.html", "2024-12-12"),
        ("https://p.example/world/2024/dec/03/talks", "2024-12-03"),
        ("https://p.example/eng/202401/t20240105_11219240.html", "2024-01-05"),
        ("https://p.example/2024/12/talks", "None"),
        ("https://p.example/story-20249912", "None"),
        ("https://p.example/a/1234567", "None"),
    ],
)
def test_day_in_an_address(url: str, expected: str) -> None:
    assert str(url_date(url)) == expected


def test_date_lines_are_not_titles_or_prose() -> None:
    assert dates_in_line("PM call with President of Ukraine: 20 June 2022") == []
    assert dates_in_line(f"{PROSE} It was 3 May 2022.") == []
    assert published_in("Last updated: May 3, 2022") == (date(2022, 5, 3), True)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-05-03", "2024-05-03"),
        ("2024-05-03T23:59:59+03:00", "2024-05-03"),
        ("Fri, 03 May 2024 10:00:00 GMT", "2024-05-03"),
        ("May 3, 2024", "2024-05-03"),
        ("3 May 2024 at noon", "2024-05-03"),
        ("3/4/2024", "None"),
        ("yesterday", "None"),
        (20240503, "None"),
        (None, "None"),
    ],
)
def test_day_of_a_record(value: object, expected: str) -> None:
    assert str(parse_day(value)) == expected


# --- forms -------------------------------------------------------------------------------------------------

HTML = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>Pact signed in Lima - The Andean Post</title>
<meta property="og:title" content="Pact signed in Lima">
<meta property="og:site_name" content="The Andean Post"><meta name="author" content="Ana Rey">
<meta property="article:published_time" content="2024-05-03T10:00:00Z">
<link rel="canonical" href="https://post.example/2024/05/03/pact"></head>
<body><nav><a href="/">Home</a> <a>World</a></nav>
<article><h1>Pact signed in Lima</h1><p>{0}</p>
<p>They had met twice before, and their ministers had drafted the text.</p>
<p>Both will meet again in June, when the parliaments of both countries are to ratify it.</p></article>
<aside><h2>Most read</h2><ul><li><a>Floods in Cusco</a></li></ul></aside>
<footer>© 2024 The Andean Post</footer></body></html>"""


def read(folder: Path) -> dict[str, Article | InputProblem]:
    return {(one.identifier if isinstance(one, Article) else one.source): one for one in read_articles([folder])}


def test_text_html_and_records_give_the_same_article(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(HTML.format(PROSE), encoding="utf-8")
    (tmp_path / "plain.txt").write_text(f"Pact signed in Lima\nBy Ana Rey\n3 May 2024\n{PROSE}", encoding="utf-8")
    records = [
        {"id": "text", "text": PROSE, "title": "Pact signed in Lima", "author": "Ana Rey", "published": "2024-05-03"},
        {"id": "html", "html": HTML.format(PROSE), "url": "https://post.example/other"},
        {
            "id": 7,
            "text": f"Pact signed in Lima\n{PROSE}",
            "author": ["Ana Rey"],
            "url": "https://p.example/2024/05/03/x",
        },
        {"text": f"Pact signed in Lima\nBy Ana Rey\n3 May 2024\n{PROSE}", "publisher": {"name": "The Andean Post"}},
    ]
    (tmp_path / "many.jsonl").write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    found = read(tmp_path)
    assert sorted(found) == ["7", "html", "many-4", "page", "plain", "text"]
    for article in found.values():
        assert isinstance(article, Article)
        assert (article.headline, article.byline, str(article.published)) == (
            "Pact signed in Lima",
            "Ana Rey",
            "2024-05-03",
        )
        own = [article.text[line.start : line.end] for line in article.own_lines()]
        assert own[:2] == ["Pact signed in Lima", PROSE]
        assert article.lines[0].kind is LineKind.HEADLINE
        assert not any("Floods" in line or "Home" in line for line in own)
    page, record = found["page"], found["html"]
    assert isinstance(page, Article)
    assert isinstance(record, Article)
    assert (page.publisher, page.url) == ("The Andean Post", "https://post.example/2024/05/03/pact")
    assert record.url == "https://post.example/other"
    assert record.source == "many.jsonl#2"


def test_offsets_of_a_text_file_are_those_of_its_content(tmp_path: Path) -> None:
    content = f"\ufeffPact signed in Lima\r\n\r\n{PROSE}\r\n“Good,” he said of the treaty.\r\n"
    (tmp_path / "a.txt").write_bytes(content.encode())
    article = read(tmp_path)["a"]
    assert isinstance(article, Article)
    assert article.text == content[1:]
    assert [article.text[line.start : line.end] for line in article.own_lines()][-1] == "“Good,” he said of the treaty."


@pytest.mark.parametrize("folder", ["seeds", "dev"])
def test_articles_of_the_gold_data(folder: str) -> None:
    """Headline, byline and day as annotated; articles of the check set are left to the accuracy floors."""
    articles = GOLD.parent.parent / "seeds" if folder == "seeds" else GOLD / "dev" / "articles"
    annotations = GOLD / "seeds" if folder == "seeds" else GOLD / "dev" / "gold"
    wrong = []
    files = [file for file in sorted(articles.glob("*.txt")) if file.stem.removeprefix("dev-") not in CHECKS]
    for file in files:
        gold = json.loads((annotations / f"{file.stem}.json").read_text(encoding="utf-8"))
        article = make_article(file.read_text(encoding="utf-8"), identifier=file.stem)
        told = (article.headline, str(article.published) if article.published else None)
        if told != (gold["headline"], gold["document_date"]):
            wrong.append((file.stem, told))
    assert len(files) in (5, 34)
    assert wrong == []
