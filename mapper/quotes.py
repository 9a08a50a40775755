"""Where the article quotes somebody.

Quotations run over paragraphs: by convention every paragraph opens with a mark and only the last one closes.
"""

from __future__ import annotations

import re

from mapper.document import Article

OPENING, CLOSING, STRAIGHT = "“„«‟", "”»", '"'
LONGEST = 3000
"""Characters after which an open quotation is taken for a stray mark."""

_MARK = re.compile(r"[“”„«»‟\"]|(?<![\w’'])‘(?=\w)|(?<=[\w.,!?])’(?![\w])")


def find_quotes(article: Article) -> tuple[tuple[int, int], ...]:
    """The ranges between quotation marks, marks excluded, in order.

    An unclosed quotation ends with its paragraph; when the next paragraph opens with a mark again, that is
    the same speaker going on (see `mapper.coreference`).

    >>> from mapper.document import Line, LineKind
    >>> text = 'He said: "We met." Then he left.'
    >>> find_quotes(Article("a", text, (Line(0, len(text), LineKind.BODY, ""),)))
    ((10, 17),)
    """
    found: list[tuple[int, int]] = []
    for line in article.own_lines():
        start, closer = None, ""
        for mark in _MARK.finditer(article.text, line.start, line.end):
            sign = mark.group()
            if start is None:
                if sign in OPENING or sign == STRAIGHT or sign == "‘":
                    start = mark.end()
                    closer = {STRAIGHT: STRAIGHT, "‘": "’"}.get(sign, CLOSING)
            elif sign in closer or (sign == STRAIGHT and closer == CLOSING):
                found.append((start, mark.start()))
                start = None
            elif sign in OPENING and closer == CLOSING:
                start = mark.end()
        if start is not None and closer != "’":
            found.append((start, min(line.end, start + LONGEST)))
    return tuple(found)
