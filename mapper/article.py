"""Reads text, HTML and JSON Lines into articles, each line of them labelled."""

from __future__ import annotations

import heapq
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from mapper.bylines import author
from mapper.cues import rows, settings
from mapper.datewords import written_dates
from mapper.document import Article
from mapper.errors import InputError
from mapper.headlines import headline_end
from mapper.imprint import byline_of, published_day, publisher_of
from mapper.noise import label_lines
from mapper.reading import MOST_CHARACTERS, InputProblem, Record, read_records
from mapper.webpage import read_page

__all__ = ["InputProblem", "furniture", "make_article", "read_article", "read_articles", "read_rows", "recurring"]


def read_articles(
    paths: Iterable[Path], *, furniture: frozenset[str] = frozenset()
) -> Iterator[Article | InputProblem]:
    """Every article in files and folders of .txt, .html and .jsonl, one at a time and in sorted order.

    What is no article comes as an `InputProblem` with its reason. `furniture` are lines that recur over the corpus.
    """
    seen: set[bytes] = set()
    for record in read_records(paths):
        if isinstance(record, InputProblem):
            yield record
            continue
        name = sha256(record.identifier.encode()).digest()[:10]
        if name in seen:
            yield InputProblem(record.source, f"has the identifier {record.identifier!r}, which another article has")
            continue
        try:
            article = read_article(record, furniture)
        except InputError as error:
            yield InputProblem(record.source, str(error))
            continue
        seen.add(name)
        yield article


def read_article(record: Record, furniture: frozenset[str] = frozenset()) -> Article:
    """The article of a record: its own fields first, then what an HTML page says of itself, then the text.

    Raises InputError, with the reason, where the record holds none.
    """
    text, given = _content(record)
    return make_article(
        text,
        identifier=record.identifier,
        source=record.source,
        digest=record.digest,
        notes=record.notes,
        furniture=furniture,
        **given,
    )


def read_rows(record: Record) -> list[tuple[str, bool]]:
    """The lines of an article by which lines that recur are found: their keys, and whether they are prose.

    Raises InputError, with the reason, where the record holds no article.
    """
    return _keys(_content(record)[0])


def _content(record: Record) -> tuple[str, dict[str, Any]]:
    """The text of a record, and what is given beside it."""
    given = _given(record.fields or {})
    text, html = record.content, record.form == "html"
    if record.form == "jsonl" and record.fields:
        content = record.fields.get("text")
        html = not (isinstance(content, str) and content.strip())
        text = str(record.fields["html"] if html else content)
    if html:
        page = read_page(text, url=given.get("url"))
        text = page.pop("text")
        given = page | given
    given = _tidied(given)
    text = _clean(text)
    if not text.strip():
        raise InputError("has no text")
    if len(text) > MOST_CHARACTERS:
        raise InputError(f"is longer than an article can be ({len(text):,} characters)")
    return _titled(text, given.get("headline")), given


def _titled(text: str, headline: str | None) -> str:
    """The text with the title before it, where it comes without, so that events are read from the title too."""
    if not headline:
        return text
    wanted = re.sub(r"\W+", "", headline).casefold()
    if any(re.sub(r"\W+", "", row.text).casefold() == wanted for row in rows(text[:4000])):
        return text
    return f"{headline}\n\n{text}"


def _clean(text: str) -> str:
    """Text without what cannot be published: surrogates and control characters become spaces."""
    return re.sub(r"[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff\ufffe\uffff]", " ", text.removeprefix("\ufeff"))


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    """What a record tells of its article, as far as it can be used."""

    def words(value: Any) -> str | None:
        if isinstance(value, dict):
            value = value.get("name")
        if isinstance(value, list):
            value = " and ".join(filter(None, map(words, value)))
        clean = " ".join(_clean(value).split()) if isinstance(value, str) else ""
        return clean[:500] or None

    given: dict[str, Any] = {
        "headline": words(fields.get("title")),
        "byline": words(fields.get("author")),
        "publisher": words(fields.get("publisher")),
        "url": words(fields.get("url")),
        "published": parse_day(fields.get("published")),
    }
    return {key: value for key, value in given.items() if value}


def _tidied(given: dict[str, Any]) -> dict[str, Any]:
    """What is given of an article, its title without the name of the paper, its author without "By" and addresses.

    >>> _tidied({"headline": "Talks in Lima end - The Post", "byline": "By Ana Rey", "publisher": "The Post"})
    {'headline': 'Talks in Lima end', 'byline': 'Ana Rey', 'publisher': 'The Post'}
    """
    headline, byline, publisher = (given.get(key) for key in ("headline", "byline", "publisher"))
    if headline:
        given = given | {"headline": headline[: headline_end(headline, publisher)]}
    if byline:
        given = given | {"byline": author(byline, publisher=publisher)}
    return {key: value for key, value in given.items() if value}


def parse_day(value: Any) -> date | None:
    """The day in a date that a record gives: ISO 8601, as in mail, or written out; None for anything else.

    >>> parse_day("2024-05-03T23:10:00Z").isoformat(), parse_day("Fri, 03 May 2024 10:00:00 GMT").isoformat()
    ('2024-05-03', '2024-05-03')
    """
    if not isinstance(value, str):
        return None
    text = value.strip()
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        pass
    found = next((one.date for one in written_dates(text[:100]) if one.date and not one.swapped), None)
    if found:
        return found
    try:
        return parsedate_to_datetime(text).date()
    except ValueError:
        return None


def make_article(
    text: str,
    *,
    identifier: str,
    headline: str | None = None,
    byline: str | None = None,
    publisher: str | None = None,
    published: date | None = None,
    url: str | None = None,
    source: str = "",
    digest: str = "",
    notes: tuple[str, ...] = (),
    furniture: frozenset[str] = frozenset(),
) -> Article:
    """The article in raw page text; what is given is taken, what is not is read from page and address.

    >>> article = make_article("Talks in Lima end\\nBy ANA REY\\n3 May 2021\\nThe presidents of both states met in Lima"
    ...     " on Friday and signed a treaty.", identifier="lima")
    >>> article.headline, article.byline, article.published.isoformat()
    ('Talks in Lima end', 'Ana Rey', '2021-05-03')
    """
    lines, title = label_lines(text, title=headline, furniture=furniture)
    outlet = publisher or publisher_of(text, lines)
    return Article(
        identifier=identifier,
        text=text,
        lines=lines,
        headline=headline or (text[title.start : title.end] if title else None),
        byline=byline or byline_of(text, lines, outlet),
        publisher=outlet,
        published=published or published_day(text, lines, url),
        url=url,
        source=source,
        digest=digest,
        notes=notes,
    )


def furniture(articles: Iterable[Article]) -> frozenset[str]:
    """The lines that recur over a corpus without being anybody's words, as keys for `make_article`.

    A line is furniture when it stands in several articles that have little else in common; copies of one story do
    not count. The order of the articles makes no difference; of a large corpus a sample is looked at.
    """
    by_name = {article.identifier: article for article in articles}
    return recurring(by_name, lambda name: _keys(by_name[name].text))


def recurring(identifiers: Iterable[str], keys_of: Callable[[str], list[tuple[str, bool]]]) -> frozenset[str]:
    """`furniture` of articles by their identifiers, with the lines of those that are looked at from `keys_of`."""
    limits = settings()
    sample = heapq.nsmallest(limits["sample"], identifiers, key=lambda name: (sha256(name.encode()).digest(), name))
    pages = [keys_of(name) for name in sample]
    count = _counted(pages)
    fresh = [
        keys for keys in pages
        if 2 * sum(prose and count[key] > 1 for key, prose in keys) <= sum(prose for _, prose in keys)
    ]  # fmt: skip
    return frozenset(key for key, number in _counted(fresh).items() if number >= limits["recurs"])


def _keys(text: str) -> list[tuple[str, bool]]:
    return [(row.key, row.prose) for row in rows(text)]


def _counted(pages: Iterable[list[tuple[str, bool]]]) -> dict[str, int]:
    """In how many pages each line stands."""
    count: dict[str, int] = defaultdict(int)
    for keys in pages:
        for key in {key for key, _ in keys}:
            count[key] += 1
    return count
