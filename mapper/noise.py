"""Tells the article from the page around it: every line of raw page text gets a kind and the reason for it.

A cue opens a list and the first prose closes it; short lines without a full stop are labels; what stands after
the last prose is the page's again. The cues are data (noise.toml), so that they can grow with the pages seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from mapper.cues import Cue, Row, cues, rows, settings
from mapper.document import ARTICLE_LINES, Line, LineKind
from mapper.headlines import choose_headline, headline_start, is_institution
from mapper.mastheads import dateline, dates_in_line, is_byline, is_speech, name_line, own_dateline

Label = tuple[LineKind, str]


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
    _by_cue(page, furniture)
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


# --- what a row says of itself -----------------------------------------------------------------------------

_AGO = re.compile(
    r"(?i)\b(?:\d+|an?|one|two) ?"
    r"(?:s|secs?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|wks?|weeks?|mos?|months?|y|yrs?|years?) ago\W*$"
)
_ADDRESS = re.compile(r"(?:\S+@\S+\.\w+|(?:https?://|www\.)\S+)")
_CONTACT = re.compile(
    r"(?i)^(?:(?:tel(?:ephone)?|phone|fax|e-?mail|address|web(?:site)?|mobile|hotline)\b\.?\s*[:+\d(]|p\.? ?o\.? box\b)"
)
_SEPARATOR = re.compile(r"\s*[|›»>•·]\s*|\s+/\s+|\s{3,}|\t+")
_CAPTION = re.compile(
    r"(?i)^\[?(?:file |library |archive )?"
    r"(?:photo(?:graph)?s?|pictures?|images?|pics?|caption|illustration|graphic|map|video grab|screengrab)"
    r"(?: by [\w .]+| credit| caption)?\s*[:|]|^FILE\b ?(?:-|–|—|PHOTO)"
    r"|^(?:pictured|in this (?:photo|picture|image|handout))\b"
)


def _by_cue(page: _Page, furniture: frozenset[str]) -> None:
    for index, row in enumerate(page.rows):
        if row.key in furniture:
            page.labels[index] = LineKind.FURNITURE, "recurs on many pages"
            continue
        for test, label in _TESTS:
            if test(row):
                page.labels[index] = label
                page.opens[index] = "list" if test is _time_ago else None
                break
        else:
            cue = _cue(row)
            if cue:
                page.labels[index], page.opens[index] = (cue.kind, cue.reason), cue.opens


def _cue(row: Row) -> Cue | None:
    for cue in cues():
        how = cue.found(row.text)
        if how == "whole" or (how and not (row.prose and row.words > settings()["deck_words"])):
            return cue
    return None


def _share_bar(row: Row) -> bool:
    words = [word.strip("|·•:,()").lower() for word in row.text.split()]
    words = [word for word in words if word and not re.fullmatch(r"[\d,.+kKmM]*", word)]
    return bool(words) and set(words) <= settings()["share"] and bool(set(words) & settings()["share_needs"])


def _navigation(row: Row) -> bool:
    if re.match(r"(?i)(?:home|start|index)\s*[»>›/|]", row.text):
        return True
    parts = [part for part in _SEPARATOR.split(row.text) if part.strip()]
    short = sum(len(part.split()) <= 4 for part in parts)
    return len(parts) >= 3 and short >= len(parts) - 1 and not row.stop and not dates_in_line(row.text)


def _languages(row: Row) -> bool:
    """Whether the line is written in other scripts too, as the choice of languages is."""
    letters = [character for character in row.text if character.isalpha()]
    foreign = sum(character > "\u024f" for character in letters)
    return foreign > 0.25 * len(letters) and not row.prose and not dates_in_line(row.text)


def _time_ago(row: Row) -> bool:
    return not row.prose and row.words <= 12 and bool(_AGO.search(row.text))


def _contact(row: Row) -> bool:
    return (row.words <= 14 and bool(_CONTACT.match(row.text))) or _is_address(row)


def _is_address(row: Row) -> bool:
    rest = _ADDRESS.sub("", row.text)
    return rest != row.text and len(re.findall(r"\w+", rest)) <= 4


def _is_caption(row: Row) -> bool:
    return bool(_CAPTION.match(row.text)) and row.words <= 60


_TESTS: tuple[tuple[Callable[[Row], bool], Label], ...] = (
    (_share_bar, (LineKind.SHARE, "bar to share or save the article")),
    (_is_caption, (LineKind.CAPTION, "labelled as a picture's caption")),
    (_contact, (LineKind.FOOTER, "address or contact")),
    (_time_ago, (LineKind.RELATED, "tells the age of another article")),
    (_languages, (LineKind.FURNITURE, "written in other scripts")),
    (_navigation, (LineKind.FURNITURE, "row of links")),
)


# --- head --------------------------------------------------------------------------------------------------


def _head(page: _Page) -> None:
    """Finds bylines and date lines near the top, and with them where the body begins."""
    limits, prose, last = settings(), 0, -1
    total = sum(row.words for row in page.rows if row.prose)
    told = 0
    prose_words = {word.strip(".,’'") for row in page.rows if row.prose for word in row.text.split()}
    for index, row in enumerate(page.rows[: limits["head_rows"] + 6]):
        label = page.labels[index]
        if row.prose and label is None and not is_byline(row.text):
            prose += 1
            told += row.words
            if prose > 2 or row.words > limits["deck_words"] or told > limits["deck_share"] * total:
                break
            continue
        if label and label[0] not in (LineKind.FURNITURE, LineKind.SHARE, LineKind.FOOTER):
            continue
        follows_by = index > 0 and page.rows[index - 1].text.strip(": ").lower() in ("by", "author", "written by")
        named = index > 0 and name_line(row.text) and row.text.split()[1].strip(",") not in prose_words
        if is_byline(row.text) or dates_in_line(row.text) or named or (follows_by and row.words <= 6):
            if index >= limits["head_rows"]:
                break
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
        elif row.text.casefold() == page.rows[page.headline].text.casefold():
            page.labels[index] = LineKind.FURNITURE, "repeats the headline"
        elif row.words >= limits["headline_words"] or row.stop:
            heading = row.text.endswith("?") and index == page.body - 1
            kind = LineKind.HEADING if heading else LineKind.SUMMARY
            page.labels[index] = kind, "stands between headline and body"
        else:
            page.labels[index] = LineKind.FURNITURE, "label in the head of the page"


def _advert(page: _Page, index: int) -> None:
    """Short lines that follow the word "advertisement" without a gap are what it announces."""
    for place in range(index + 1, len(page.rows)):
        row = page.rows[place]
        if row.gap or row.prose or page.labels[place] is not None or place == page.headline:
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
            elif opens == "end" and told >= 0.6 * total:
                state = "end"
            elif opens and state != "end":
                state = "list"
        elif state == "end":
            page.labels[index] = LineKind.FOOTER, "after the end of the article"
        elif row.prose:
            state = None
            told += row.words
            page.labels[index] = LineKind.BODY, "prose"
        elif state == "list":
            page.labels[index] = LineKind.RELATED, "short line of a list that was opened before"
        elif row.stop:
            page.labels[index] = LineKind.BODY, "sentence between paragraphs"
    _label_short(page)


def _label_short(page: _Page) -> None:
    """The short lines that are left: headings before prose, list items after a colon, the page's own after the end."""
    prose = [index for index, row in enumerate(page.rows) if page.labels[index] == (LineKind.BODY, "prose")]
    end = prose[-1] if prose else -1
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
            elif place > end:
                page.labels[place] = LineKind.FOOTER, "after the last paragraph"
            elif stop - index > 2:
                page.labels[place] = LineKind.RELATED, "one of several short lines in a row"
            else:
                page.labels[place] = LineKind.HEADING, "short line before a paragraph"
        index = stop


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
