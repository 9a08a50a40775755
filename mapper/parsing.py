"""Sentences, simplified before they are parsed, with a map back to the article's own characters.

A small parser stumbles over what news is full of: titles before names, names of many words, dates with commas,
bracketed abbreviations. So the parser sees one plain word in the place of each name and of each date ("Obama",
"France", "Thursday"), and `Sentence.words` tells which characters each of its tokens stands for.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mapper.document import Article, Form, Kind, Line, LineKind, Mention, Sentence, Word
from mapper.operative import subjects_of_points
from mapper.parser import Cut, parse_all

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Token

STAND_IN = {
    Kind.PERSON: "Obama",
    Kind.STATE: "France",
    Kind.PLACE: "Paris",
    Kind.ARMED_GROUP: "NATO",
    Kind.MISSION: "UNESCO",
    Kind.OCCASION: "Expo",
    Kind.INSTRUMENT: "Treaty",
}
"""The word that the parser sees for a name of this kind; organizations are "NATO"."""

STOPS = frozenset({".", "!", "?", "…", "..."})
CLOSERS = frozenset({"”", "’", '"', "'", ")", "]", "»"})
ABBREVIATIONS = frozenset(
    "Gen. Lt. Col. Maj. Sgt. Capt. Hon. Rev. Amb. Gov. Sen. Rep. Dr. Mr. Mrs. Ms. Prof. St. Jr. Sr. No. Jan. "
    "Feb. Mar. Apr. Jun. Jul. Aug. Sept. Sep. Oct. Nov. Dec. Mon. Tue. Wed. Thu. Fri. Sat. Sun. vs.".split()
)
WEEKDAY = re.compile(r"(?i)\b(mon|tues|wednes|thurs|fri|satur|sun)day\b")
MONTH = re.compile(r"\b(Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z.]*\b")
ASIDE = re.compile(r"\s*,\s+(?:acting )?(?:in (?:his|her|its) capacity )?as (?:the |an? )?[^,.;:“”\"]{3,90},")
"""An office set between commas behind a name: ", as the Chair of the bloc,"."""
PLAINER = {"emergency": "urgent", "Emergency": "urgent", "extraordinary": "urgent"}
"""Words that the parser takes for another part of speech than they have in news."""
CHARGE = re.compile(r"(?i)charg[eé]s? d[’']affaires")
PREFIXED = re.compile(
    r"\b(?:[Rr]e|[Cc]o)-(?=(?:establish|open|join|start|launch|sign|host|chair|sponsor|admi|elect)[a-z]+)"
)
"""A prefix that the parser takes for a word of its own: "re-established", "co-hosted"."""
CLOSING = re.compile(r"\s*,(?=\s)")
"""The comma behind a name that stands between commas behind its title: "China's minister, Wang Yi, said"."""
HOST = re.compile(r"\s+to\s")
CONJUNCTION = re.compile(r"\s+(?:after|before|since)\s*$")
"""What ends an expression that counts from another event; the parser needs to see it."""
BRACKETED = 8
"""The most words in brackets that are set aside."""


@dataclass(frozen=True, slots=True)
class Span:
    """A range of the text that is shown to the parser as one word (or, with form "", as none)."""

    start: int
    end: int
    form: str
    mention: Mention | None = None
    time: bool = False


def parse(
    article: Article,
    mentions: Sequence[Mention],
    times: Iterable[tuple[int, int]],
    quotes: Sequence[tuple[int, int]],
    parser: Language,
) -> tuple[Sentence, ...]:
    """Split the article's own lines into sentences, simplify and parse them.

    `times` are the ranges of time expressions, `quotes` those of quotations, both in order.
    """
    return parse_all([cut(article, mentions, times, quotes, parser)], parser)[0]


def cut(
    article: Article,
    mentions: Sequence[Mention],
    times: Iterable[tuple[int, int]],
    quotes: Sequence[tuple[int, int]],
    parser: Language,
    may_name: Callable[[Sequence[Word]], bool] = bool,
) -> list[Cut]:
    """The sentences of the article's own lines, simplified; `may_name` tells where to look for unknown names."""
    spans = _simplifications(article, mentions, times)
    resolving = subjects_of_points(article, mentions)
    cuts = []
    for number, line in enumerate(article.own_lines()):
        sentences = list(_sentences(article, line, spans, quotes, parser))
        if line.start in resolving:
            sentences = _completed(sentences, *resolving[line.start])
        cuts += [Cut(words, line, number, may_name(words)) for words in sentences]
    return cuts


def _completed(sentences: Iterable[tuple[Word, ...]], begin: int, who: Mention) -> list[tuple[Word, ...]]:
    """An operative paragraph with its subject before it and without its number."""
    clauses = [words for words in sentences if words[-1].start >= begin]
    if not clauses:
        return []
    first, *rest = (word for word in clauses[0] if word.start >= begin)
    subject = Word(_stand_in(who), begin, begin, who)
    return [(subject, replace(first, form=first.form.lower()), *rest), *clauses[1:]]


def _simplifications(article: Article, mentions: Sequence[Mention], times: Iterable[tuple[int, int]]) -> list[Span]:
    """What is shown to the parser in another form, in order and without overlaps."""
    spans: list[Span] = []
    for mention in mentions:
        if mention.form is Form.OFFICE and mention.entity is None and CHARGE.fullmatch(mention.text):
            spans.append(Span(mention.start, mention.end, "ambassador", mention))
            continue
        unknown = mention.form is Form.UNKNOWN and not (mention.title and _is_person(mention))
        if unknown or mention.form is Form.REFERENCE or (mention.form is Form.OFFICE and mention.entity is None):
            continue
        start, end, title = mention.start, mention.end, mention.title
        if title and title.end <= start and start - title.end <= 3:
            if "," in article.text[title.end : start] and (close := CLOSING.match(article.text, end)):
                spans.append(Span(end, close.end(), ""))
            start = title.start
        elif title and title.start > end:
            aside = re.compile(r"\s*[,(–-]\s*").match(article.text, end)
            if aside and aside.end() >= title.start - 4:
                close = re.compile(r"\s*[,)–-]").match(article.text, title.end)
                spans.append(Span(end, close.end() if close else title.end, ""))
        if mention.form is Form.OFFICE and (host := HOST.search(article.text, start, end)):
            end = host.start()  # "the ambassador to Peru": rules ask where an envoy is
        spans.append(Span(start, end, _stand_in(mention), mention))
    for start, end in times:
        if shift := CONJUNCTION.search(article.text[start:end]):
            end = start + shift.start()
        spans.append(Span(start, end, _time_form(article.text[start:end]), time=True))
    for line in article.own_lines():
        for bracket in re.compile(r"\([^()]*\)").finditer(article.text, line.start, line.end):
            if len(bracket.group().split()) <= BRACKETED:
                spans.append(Span(bracket.start(), bracket.end(), ""))
        for word in PREFIXED.finditer(article.text, line.start, line.end):
            spans.append(Span(word.start(), word.end(), ""))
    for mention in mentions:
        if aside := ASIDE.match(article.text, mention.end):
            spans.append(Span(mention.end, aside.end(), ""))
    within = [(span.start, span.end) for span in spans if span.time]
    spans = [
        s for s in spans if s.mention is None or not any(a <= s.mention.start and s.mention.end <= b for a, b in within)
    ]
    spans.sort(key=lambda span: (span.start, -span.end))
    kept: list[Span] = []
    for span in spans:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
        elif kept[-1].time and span.mention and span.end > kept[-1].end:
            kept[-1] = span
    return kept


def _is_person(mention: Mention) -> bool:
    return mention.entity is not None and mention.entity.kind is Kind.PERSON


def _stand_in(mention: Mention) -> str:
    entity = mention.entity or (mention.candidates[0].entity if mention.candidates else None)
    if mention.form is Form.DEMONYM:
        return "French" if not mention.text.endswith("s") or mention.text.endswith("ss") else "Germans"
    return STAND_IN.get(entity.kind, "NATO") if entity else "Obama"


def _time_form(words: str) -> str:
    if WEEKDAY.search(words):
        return "Thursday"
    if MONTH.search(words):
        return "January"
    return "2001" if words.strip().isdigit() else "yesterday"


def _sentences(
    article: Article, line: Line, spans: Sequence[Span], quotes: Sequence[tuple[int, int]], parser: Language
) -> Iterator[tuple[Word, ...]]:
    """The words of each sentence of a line."""
    words: list[Word] = []
    headline = line.kind is LineKind.HEADLINE
    pending = False
    for word in _words(article, line, spans, parser):
        first = article.text[word.start] if word.time else word.form[0]  # "Two days later" is shown as "yesterday"
        opens = first.isupper() or first.isdigit() or first in "“\"‘'«„(" or word.mention
        if (
            pending
            and opens
            and word.form not in CLOSERS - {'"', "'"}
            and not (word.form in ('"', "'") and word.start == words[-1].end)
        ):
            yield _finish(words, headline, quotes)
            words = []
        if word.form in STOPS:
            pending = True
        elif word.form not in CLOSERS or (pending and words and word.start > words[-1].end):
            pending = False
        words.append(word)
    if words:
        yield _finish(words, headline, quotes)


def _finish(words: list[Word], headline: bool, quotes: Sequence[tuple[int, int]]) -> tuple[Word, ...]:
    """Mark what is quoted; in a headline, undo capitals that are style."""
    starts = [start for start, _ in quotes]
    done = []
    for index, word in enumerate(words):
        place = bisect_right(starts, word.start) - 1
        quoted = place >= 0 and word.end <= quotes[place][1]
        form = word.form if word.mention else PLAINER.get(word.form, word.form).replace("’", "'")
        if (
            headline
            and not word.mention
            and not word.time
            and (form.istitle() or form.isupper())
            and index
            and len(form) > 1
        ):
            form = form.lower()
        done.append(Word(form, word.start, word.end, word.mention, word.time, quoted))
    return tuple(done)


def _words(article: Article, line: Line, spans: Sequence[Span], parser: Language) -> Iterator[Word]:
    """The words of a line as the parser shall see them."""
    at = bisect_right([span.end for span in spans], line.start)
    tokens: list[Token] = list(parser.make_doc(article.text[line.start : line.end]))
    for token in tokens:
        start, end = line.start + token.idx, line.start + token.idx + len(token)
        while at < len(spans) and spans[at].end <= start:
            at += 1
        span = spans[at] if at < len(spans) else None
        if span is None or end <= span.start:
            if not token.is_space:
                yield from _split(token.text, start, end)
            continue
        if start < span.start:
            yield from _split(article.text[start : span.start], start, span.start)
            start = span.start
        if start == span.start and span.form:
            yield Word(span.form, span.start, span.end, span.mention, span.time)
        while end > span.end:
            rest = span.end
            at += 1
            span = spans[at] if at < len(spans) else None
            if span is None or end <= span.start:
                yield from _split(article.text[rest:end], rest, end)
                break
            if rest < span.start:
                yield from _split(article.text[rest : span.start], rest, span.start)
            if span.form:
                yield Word(span.form, span.start, span.end, span.mention, span.time)


def _split(text: str, start: int, end: int) -> Iterator[Word]:
    """A piece of text as a word, without the white space around it."""
    if text.strip():
        start += len(text) - len(text.lstrip())
        end -= len(text) - len(text.rstrip())
        yield Word(text.strip(), start, end)
