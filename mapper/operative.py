"""Resolutions and communiqués: "The Council: 1. Condemns …; 2. Urges …". Who resolves is named once, before the points.

Each operative paragraph is a clause without its subject (United Nations Editorial Manual, "Resolutions and other formal
decisions"), so the parser is shown the subject before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mapper.document import Article, Kind, Line, LineKind, Mention, Sentence

RESOLVING = (Kind.ORGANIZATION, Kind.GOVERNMENT_BODY)
_POINT = re.compile(
    r"\s*(?:[•●▪*–-]\s+|\(?(?:\d{1,2}|[ivx]{1,4}|[a-z])[.)]\s+)?"
    r"(?=(?:(?:Strongly|Further|Also|Deeply|Once|Again|Firmly|Unequivocally|Categorically|Urgently|Specifically)"
    r"(?:,? (?:and|further|also|again|once|more)?,? ?\w+ly)* )*"
    r"(?:Accuses|Adopts|Affirms|Appeals|Applauds|Appoints|Approves|Authori[sz]es|Calls|Commends|Condemns|Congratulates"
    r"|Decides|Declares|Demands|Denounces|Deplores|Deploys|Directs|Emphasi[sz]es|Encourages|Endorses|Expresses|Imposes"
    r"|Insists|Instructs|Invites|Lifts|Mandates|Notes|Pledges|Praises|Reaffirms|Recogni[sz]es|Regrets|Reiterates"
    r"|Rejects|Renews|Requests|Resolves|Salutes|Stresses|Supports|Suspends|Takes|Thanks|Underlines|Underscores|Urges"
    r"|Warns|Welcomes)\b)",
    re.IGNORECASE,
)
_CAPITAL = re.compile(r"[A-Z]")
_INTRODUCES = re.compile(r"[:,]\s*$")
FEWEST = 2
"""Points that make a resolution; one line alone that begins with a verb may be a headline's."""


def subjects_of_points(article: Article, mentions: Sequence[Mention]) -> dict[int, tuple[int, Mention]]:
    """Start of a line → where its clause begins and who resolves, for the operative paragraphs of the article.

    `mentions` are linked; where the words before the points name no body, it is the first that the text names.
    """
    points = {line.start: match.end() for line, match in _points(article)}
    if len(points) < FEWEST:
        return {}
    bodies = [m for m in mentions if m.entity and m.entity.kind in RESOLVING]
    found: dict[int, tuple[int, Mention]] = {}
    who: Mention | None = next((m for m in bodies if any(_holds(line, m) for line in _text_lines(article))), None)
    for line in _text_lines(article):
        if (begin := points.get(line.start)) is not None:
            if who:
                found[line.start] = begin, who
        elif _INTRODUCES.search(article.text[line.start : line.end]):
            who = next((m for m in reversed(bodies) if _holds(line, m)), who)
    return found


def is_completed(sentence: Sentence) -> bool:
    """Whether the sentence is an operative paragraph that was given its subject."""
    return sentence.words[0].start == sentence.words[0].end


def _text_lines(article: Article) -> list[Line]:
    return [line for line in article.own_lines() if line.kind in (LineKind.BODY, LineKind.HEADING)]


def _points(article: Article) -> Iterator[tuple[Line, re.Match[str]]]:
    for line in _text_lines(article):
        match = _POINT.match(article.text, line.start, line.end)
        if match and _CAPITAL.match(article.text, match.end()):
            yield line, match


def _holds(line: Line, mention: Mention) -> bool:
    return line.start <= mention.start < line.end
