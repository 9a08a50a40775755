"""Tells the article from the page around it: every line of raw page text gets a kind and the reason for it.

A cue opens a list and the first prose closes it; short lines without a full stop are labels; what stands after
the last prose is the page's again. The cues are data (noise.toml), so that they can grow with the pages seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mapper.bylines import ANNOUNCING, is_byline, name_line
from mapper.cues import Row, rows, settings
from mapper.datelines import dateline, is_speech, own_dateline
from mapper.daylines import dates_in_line
from mapper.document import ARTICLE_LINES, Line, LineKind
from mapper.headlines import choose_headline, headline_end, headline_start, is_institution
from mapper.tells import tell

Label = tuple[LineKind, str]
_PROSE: Label = (LineKind.BODY, "prose")


@dataclass(slots=True)
class _Page:
    """The page while its rows are being labelled, stage by stage."""

    rows: list[Row]
    labels: list[Label | None] = field(default_factory=list)
    opens: list[str | None] = field(default_factory=list)
    body: int = 0
    byline: int = -1
    headline: int | None = None


def label_lines(
    text: str, *, title: str | None = None, furniture: frozenset[str] = frozenset()
) -> tuple[tuple[Line, ...], Line | None]:
    """The labelled lines of raw page text in order, and the one that is the headline.

    `title` is the headline where metadata tell it; `furniture` holds lines (as `Row.key`) that recur over the corpus.

    >>> lines, headline = label_lines("Talks in Lima end\\n\\nBy Ana Rey\\n\\nThe two presidents met in Lima"
    ...     " on Friday and signed a treaty.\\nREAD MORE\\nFloods in Cusco\\n")
    >>> [line.kind.value for line in lines]
    ['headline', 'blank', 'byline', 'blank', 'body', 'related', 'related']
    """
    page = _Page(list(rows(text)))
    page.labels, page.opens = [None] * len(page.rows), [None] * len(page.rows)
    for index, row in enumerate(page.rows):
        told = tell(row, furniture)
        if told:
            page.labels[index], page.opens[index] = told[:2], told[2]
    _head(page)
    page.headline = choose_headline(page.rows, page.labels, page.body, title)
    _label_head(page)
    _label_body(page)
    lines = sorted([*_split(page), *_blanks(text)], key=lambda line: line.start)
    headline = next((line for line in lines if line.kind is LineKind.HEADLINE), None)
    return tuple(lines), headline


def _blanks(text: str) -> Iterator[Line]:
    position = 0
    for raw in text.splitlines(keepends=True):
        if not raw.strip():
            yield Line(position, position, LineKind.BLANK, "empty line")
        position += len(raw)


# --- head --------------------------------------------------------------------------------------------------


def _head(page: _Page) -> None:
    """Finds bylines and date lines near the top, and with them where the body begins."""
    limits, prose, last = settings(), 0, -1
    total = sum(row.words for row in page.rows if row.prose)
    told = 0
    prose_words = {word.strip(".,’'").casefold() for row in page.rows if row.prose for word in row.text.split()}
    first = next((index for index, row in enumerate(page.rows) if row.prose and not page.labels[index]), 0)
    begin = max(0, first - limits["head_rows"])
    for index in range(begin, min(len(page.rows), max(first, begin) + limits["head_rows"])):
        row, label = page.rows[index], page.labels[index]
        if row.prose and label is None and not is_byline(row.text):
            prose += 1
            told += row.words
            if prose > 2 or row.words > limits["deck_words"] or told > limits["deck_share"] * total:
                break
            continue
        if label and label[0] not in (LineKind.FURNITURE, LineKind.SHARE, LineKind.FOOTER):
            continue
        follows_by = index > 0 and page.rows[index - 1].text.strip(": ").lower() in ANNOUNCING
        named = index > 0 and name_line(row.text) and row.text.split()[1].strip(",").casefold() not in prose_words
        if is_byline(row.text) or dates_in_line(row.text) or named or (follows_by and row.words <= 6):
            page.labels[index] = LineKind.BYLINE, "tells who wrote it, or when"
            page.opens[index] = None
            if prose < 2 or not label:
                last = index
    free = [index for index, label in enumerate(page.labels) if label is None]
    unlabelled = [index for index in free if page.rows[index].prose] or [
        index for index in free if page.rows[index].stop and not page.rows[index].text.endswith("?")
    ]
    page.byline = last
    page.body = next((index for index in unlabelled if index > last), len(page.rows))


def _label_head(page: _Page) -> None:
    limits, summary = settings(), False
    for index in range(page.body):
        row, label = page.rows[index], page.labels[index]
        if index == page.headline:
            page.labels[index], summary = (LineKind.HEADLINE, "title of the article"), False
        elif label is not None:
            summary = page.opens[index] == "summary" or (summary and label[0] in (LineKind.ADVERT, LineKind.SHARE))
            if page.opens[index] == "advert":
                _advert(page, index)
        elif row.credit and row.words > 6:
            page.labels[index] = LineKind.CAPTION, "ends with the credit of a picture"
        elif summary or (row.bullet and page.headline is not None and index > page.headline):
            page.labels[index] = LineKind.SUMMARY, "point of the summary"
        elif page.headline is None and row.words >= limits["lead_words"] and row.text.endswith((".", ":", "”", '"')):
            page.labels[index] = LineKind.BODY, "sentence before the first paragraph"
        elif page.headline is None or index < page.headline:
            page.labels[index] = LineKind.FURNITURE, "stands before the headline"
        elif is_institution(row.text):
            page.labels[index] = LineKind.FURNITURE, "names an office"
        elif row.stop and index > page.byline >= 0:
            page.labels[index] = LineKind.BODY, "sentence after the byline"
        elif own_dateline(row.text) and row.words <= 6:
            page.labels[index] = LineKind.DATELINE, "names the place that it was written at"
        elif _title(row) == _title(page.rows[page.headline]):
            page.labels[index] = LineKind.FURNITURE, "repeats the headline"
        elif row.words >= limits["headline_words"] or row.stop:
            heading = row.text.endswith("?") and index == page.body - 1
            kind = LineKind.HEADING if heading else LineKind.SUMMARY
            page.labels[index] = kind, "stands between headline and body"
        else:
            page.labels[index] = LineKind.FURNITURE, "label in the head of the page"


def _title(row: Row) -> str:
    """The words of a title without marks before them and the paper after them, to compare it with another."""
    return row.text[headline_start(row.text) : headline_end(row.text)].casefold()


def _advert(page: _Page, index: int) -> None:
    """Short lines that follow the word "advertisement" without a gap are what it announces.

    On a page without gaps a sentence may as well be where the article goes on.
    """
    gaps = any(row.gap for row in page.rows[1:])
    for place in range(index + 1, len(page.rows)):
        row = page.rows[place]
        goes_on = not gaps and row.stop and row.words >= settings()["lead_words"]
        if row.gap or row.prose or goes_on or page.labels[place] is not None or place == page.headline:
            return
        page.labels[place] = LineKind.ADVERT, "follows the word advertisement"


# --- body --------------------------------------------------------------------------------------------------


def _label_body(page: _Page) -> None:
    total = sum(row.words for row, label in zip(page.rows, page.labels, strict=True) if row.prose and label is None)
    state: str | None = None
    told = 0
    for index in range(page.body, len(page.rows)):
        row, label = page.rows[index], page.labels[index]
        if label is not None:
            opens = page.opens[index]
            if opens == "advert":
                _advert(page, index)
            elif opens == "summary" and state != "end":
                state = "points"
            elif opens == "end" and told >= 0.6 * total:
                state = "end"
            elif opens and state != "end":
                state = "list"
        elif state == "end":
            page.labels[index] = LineKind.FOOTER, "after the end of the article"
        elif state == "points" and not row.stop:
            page.labels[index] = LineKind.SUMMARY, "point of a summary"
        elif row.prose and not (state == "list" and row.text.endswith(("...", "…"))):
            state = None
            told += row.words
            page.labels[index] = _PROSE
        elif state == "list":
            page.labels[index] = LineKind.RELATED, "short line of a list that was opened before"
        elif row.stop:
            page.labels[index] = LineKind.BODY, "sentence between paragraphs"
    _label_short(page)


def _label_short(page: _Page) -> None:
    """The short lines that are left: headings before prose, list items after a colon, the page's own after the end."""
    end = _end(page)
    index = page.body
    while index < len(page.rows):
        if page.labels[index] is not None:
            index += 1
            continue
        stop = index
        while stop < len(page.rows) and page.labels[stop] is None:
            stop += 1
        before = page.rows[index - 1] if index else None
        listed = before is not None and before.text.endswith(":") and page.labels[index - 1] is not None
        for place in range(index, stop):
            row = page.rows[place]
            if listed or (row.bullet and place < end and stop - index > 1):
                page.labels[place] = LineKind.BODY, "item of a list in the text"
            elif row.words >= _TELLING and place < end and (_POINT.match(row.text) or row.text.endswith(":")):
                page.labels[place] = LineKind.BODY, "numbered point, or what introduces some"
            elif place > end:
                page.labels[place] = LineKind.FOOTER, "after the last paragraph"
            elif stop - index > 2:
                page.labels[place] = LineKind.RELATED, "one of several short lines in a row"
            else:
                page.labels[place] = LineKind.HEADING, "short line before a paragraph"
        index = stop


def _end(page: _Page) -> int:
    """The last row of the article: the last prose and the sentences or numbered points that go on after it.

    Only adverts and captions may lie between; sentences further down are the page's again.
    """
    prose = [index for index, label in enumerate(page.labels) if label == _PROSE]
    end = prose[-1] if prose else -1
    near = True
    for index in range(end + 1, len(page.rows)):
        label = page.labels[index]
        if label and label[0] is LineKind.BODY:
            if near or _POINT.match(page.rows[index].text) or label[1].startswith("tells who voted"):
                end, near = index, True
            elif prose:
                page.labels[index] = LineKind.FOOTER, "after the last paragraph"
        elif not label or label[0] not in (LineKind.ADVERT, LineKind.CAPTION):
            near = False
    return end


_POINT = re.compile(r"\(?(?:\d{1,2}|[ivx]{1,4}|[a-z])[.)]\s")
_TELLING = 8
"""The words from which on a numbered line, or one that ends with a colon, is a part of the text."""


# --- parts of lines ----------------------------------------------------------------------------------------


def _split(page: _Page) -> Iterator[Line]:
    """The lines of the page; datelines, credits and marks before a headline are lines of their own."""
    paragraphs = 0
    end_of_body = max(
        (index for index, label in enumerate(page.labels) if label and label[0] is LineKind.BODY), default=-1
    )
    speakers = sum(is_speech(row.text) for row in page.rows if row.prose) > 1
    for index, (row, label) in enumerate(zip(page.rows, page.labels, strict=True)):
        kind, reason = label or (LineKind.FURNITURE, "nothing tells what it is")
        start, end = row.start, row.end
        if kind is LineKind.HEADLINE:
            skip = headline_start(row.text)
            if skip:
                yield Line(start, start + skip, LineKind.FURNITURE, "mark of an agency before the headline")
                start += skip
            stop = headline_end(row.text)
            if stop < len(row.text):
                yield Line(row.start + stop, row.end, LineKind.FURNITURE, "name of the paper after the headline")
                end = row.start + stop
        elif kind in (LineKind.BODY, LineKind.CAPTION, LineKind.HEADING, LineKind.SUMMARY):
            cut = row.credit
            last = index == end_of_body
            if cut:
                end = start + cut
                yield Line(start + cut, row.end, LineKind.FURNITURE, "credit of a picture or agency")
                if not last:
                    kind, reason = LineKind.CAPTION, "ends with the credit of a picture"
            if kind is LineKind.BODY and (row.prose or not paragraphs):
                paragraphs += 1
                match = dateline(row.text, early=paragraphs <= settings()["dateline_rows"], speakers=speakers)
                if match and match.end() < len(row.text):
                    yield Line(
                        start, start + len(match[0].rstrip()), LineKind.DATELINE, "place and day before the text"
                    )
                    start += match.end()
        yield Line(start, end, kind, reason)


def own_words(lines: tuple[Line, ...]) -> int:
    """How many characters the article's own lines have."""
    return sum(line.end - line.start for line in lines if line.kind in ARTICLE_LINES)
