"""One article through all stages, from its text to its events."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from mapper.actors import Actors
from mapper.coreference import Coreference
from mapper.dates import document_window, resolve
from mapper.document import (
    Article,
    Bounds,
    DateReason,
    Entity,
    Form,
    Granularity,
    Kind,
    LineKind,
    MappedArticle,
    Mention,
    Sentence,
    Tenure,
    Title,
)
from mapper.drafts import Drafter
from mapper.events import Builder
from mapper.extraction import Extractor
from mapper.gazetteer import Gazetteer, load
from mapper.linking import link
from mapper.mentions import add_unknown, find_mentions, may_name
from mapper.modality import Tense
from mapper.offices import level_of
from mapper.parser import Cut, load_parser, parse_all
from mapper.parsing import cut
from mapper.places import place_of
from mapper.quotes import find_quotes
from mapper.rules import Rules, load_rules
from mapper.standing import Standing
from mapper.timeforms import UNBOUNDED, TimeExpression, TimeKind
from mapper.timeline import timeline
from mapper.timewords import find_times
from mapper.topics import Topics
from mapper.vocabulary import Ontology, load_ontology

if TYPE_CHECKING:
    from spacy.language import Language


@dataclass(frozen=True, slots=True, eq=False)
class Tools:
    """What every article needs, loaded once."""

    ontology: Ontology
    gazetteer: Gazetteer
    rules: Rules
    topics: Topics
    parser: Language


def load_tools(
    *, parser: str | None = None, gazetteer: Gazetteer | None = None, ontology: Ontology | None = None
) -> Tools:
    """Load ontology, gazetteer, rules and parser, as far as they are not given.

    `parser` names a spaCy model; by default COMMUNIQUE_PARSER, or the one that is installed. Raises
    ConfigurationError when any of them is missing or wrong.
    """
    ontology = ontology or load_ontology()
    return Tools(
        ontology,
        gazetteer or load(),
        load_rules(ontology.event_types),
        Topics(
            {name: topic.triggers for name, topic in ontology.topics.items()},
            {name: topic.broader for name, topic in ontology.topics.items()},
        ),
        load_parser(parser or os.environ.get("COMMUNIQUE_PARSER")),
    )


WIDEST = 1100
"""Days; what is bounded more loosely is not dated at all."""


class Times:
    """The article's time expressions, resolved on demand."""

    def __init__(self, expressions: Iterable[TimeExpression], window: Bounds | None):
        self._by_start = {expression.start: expression for expression in expressions}
        self._window = window

    def __call__(
        self, start: int, *, tense: Tense, anchor: Bounds | None = None, inverse: bool = False
    ) -> Bounds | None:
        expression = self._by_start.get(start)
        if expression is None or expression.kind in UNBOUNDED:
            return None
        if expression.kind is TimeKind.SHIFT and anchor is None:
            return None
        if expression.kind is TimeKind.SINCE:
            return None  # it bounds a state of things, not an act
        bounds = resolve(expression, written=self._window, tense=tense, anchor=anchor, inverse=inverse)
        if bounds and bounds.earliest and bounds.latest and (bounds.latest - bounds.earliest).days > WIDEST:
            return None
        return bounds

    def shifts(self, start: int) -> bool:
        """Whether the expression counts from another event."""
        expression = self._by_start.get(start)
        return expression is not None and expression.kind is TimeKind.SHIFT


@dataclass(frozen=True, slots=True)
class _Read:
    """An article with the names and times in it, before it is parsed."""

    article: Article
    mentions: tuple[Mention, ...]
    times: tuple[TimeExpression, ...]
    window: Bounds | None
    cuts: tuple[Cut, ...]


def map_article(article: Article, tools: Tools) -> MappedArticle:
    """Find the events that an article tells, and everybody it names."""
    return map_articles([article], tools)[0]


def map_articles(articles: Iterable[Article], tools: Tools) -> list[MappedArticle]:
    """The same for several, which are parsed together: that is faster, and makes no difference to any of them."""
    read = [_read(article, tools) for article in articles]
    parsed = parse_all([one.cuts for one in read], tools.parser)
    return [_mapped(one, sentences, tools) for one, sentences in zip(read, parsed, strict=True)]


def _read(article: Article, tools: Tools) -> _Read:
    bounded = tuple(e for e in _times(article) if e.kind not in UNBOUNDED)
    found = find_mentions(article, tools.gazetteer)
    published = _published(article.published)
    mentions = link(found, article, tools.gazetteer, published)
    window = published or _window(article, mentions, bounded, tools.gazetteer)
    if published is None and window is not None:
        mentions = link(found, article, tools.gazetteer, window)
    names = partial(may_name, article, gazetteer=tools.gazetteer)
    times = [(e.start, e.end) for e in bounded]
    cuts = cut(article, mentions, times, find_quotes(article), tools.parser, names)
    return _Read(article, mentions, bounded, window, tuple(cuts))


def _mapped(read: _Read, sentences: tuple[Sentence, ...], tools: Tools) -> MappedArticle:
    article, window = read.article, read.window
    unknown = add_unknown(read.mentions, _unknown_names(sentences), article, tools.gazetteer)
    mentions = link(unknown, article, tools.gazetteer, window)
    sentences = tuple(_with_unknown(sentence, mentions) for sentence in sentences)
    entity = tools.gazetteer.entity
    coreference = Coreference(sentences, entity)
    actors = Actors(coreference.resolve(), entity)
    extractor = Extractor(tools.rules, actors, partial(place_of, travel=True))
    matches = [match for number, sentence in enumerate(sentences) for match in extractor.matches(number, sentence)]
    here = _written_at(article, tools.gazetteer)
    times, standing = Times(read.times, window), Standing(mentions, tools.gazetteer)
    drafter = Drafter(sentences, window, times, standing, timeline(sentences, times), here)
    heads = (sentence for sentence in sentences if sentence.line.kind is LineKind.HEADLINE)
    acts = frozenset(act for sentence in heads for act in extractor.acts(sentence))
    builder = Builder(article, tools.topics, drafter, acts)
    return MappedArticle(article, mentions, builder.events(matches), window)


def _written_at(article: Article, gazetteer: Gazetteer) -> Entity | None:
    """The city that the dateline names first, where it can be no other."""
    for line in article.lines:
        if line.kind is LineKind.DATELINE:
            words = re.split(r"[,(/—–:-]", article.text[line.start : line.end])[0]
            found = {e.key: e for e, _, _ in gazetteer.candidates(words.strip()) if e.kind is Kind.PLACE}
            if len(found) == 1:
                return next(iter(found.values()))
    return None


def _times(article: Article) -> list[TimeExpression]:
    return [
        e for line in article.own_lines() for e in find_times(article.text[line.start : line.end], offset=line.start)
    ]


def _published(day: date | None) -> Bounds | None:
    return Bounds(day, day, Granularity.DAY, DateReason.PUBLICATION) if day else None


def _window(
    article: Article, mentions: Sequence[Mention], times: Sequence[TimeExpression], gazetteer: Gazetteer
) -> Bounds | None:
    """When an article without a date was written: in one of the spans in which everybody held the office named.

    Where several spans are left and the weekdays of the text fit only one of them, it is that one.
    """
    spans = _spans(mentions, times, gazetteer)
    found = [
        bounds
        for start, end in spans
        if (bounds := document_window(article, times, (Tenure("", "", start, end),) if start or end else ()))
    ]
    exact = {(b.earliest, b.latest): b for b in found if b.granularity is not Granularity.OPEN}
    if len(exact) == 1:
        return next(iter(exact.values()))
    if exact or len(found) < len(spans) or not found:
        return None
    return replace(found[0], latest=found[-1].latest)


def _spans(
    mentions: Sequence[Mention], times: Sequence[TimeExpression], gazetteer: Gazetteer
) -> list[tuple[date | None, date | None]]:
    """The spans of time in which everybody held the office that the text names them with, in order."""
    horizon = gazetteer.horizon
    spans: list[tuple[date, date]] = [(date.min, date.max)]
    fullest: dict[str, Title] = {}
    for mention in mentions:
        if mention.entity and mention.title and not mention.title.former:
            known = fullest.get(mention.entity.key)
            if known is None or len(mention.title.words) > len(known.words):
                fullest[mention.entity.key] = mention.title
    for person, title in fullest.items():
        level = level_of(title, gazetteer)
        held = [
            (tenure.start or date.min, tenure.end or max(horizon, tenure.start or horizon))
            for tenure in gazetteer.tenures_of(person)
            if (
                tenure.office == title.office
                if title.office
                else level and gazetteer.office_level(tenure.office) == level
            )
        ]
        both = [(max(a, c), min(b, d)) for a, b in spans for c, d in held if max(a, c) <= min(b, d)]
        spans = both or spans
    latest = max((one.year for one in times if one.year and one.year <= horizon.year), default=date.min.year)
    # Nothing was written before what it looks back on.
    spans = [span for span in spans if span[1].year >= latest] or [(date(latest, 1, 1), date.max)]
    return [(None if a == date.min else a, None if b == date.max else b) for a, b in sorted(set(spans))]


def _may_name(title: Title, level: str, tenure: Tenure, gazetteer: Gazetteer) -> bool:
    """Whether a tenure is of the office that a title names; of its level, when the office itself is not known."""
    if title.office:
        return tenure.office == title.office
    return bool(level) and gazetteer.office_level(tenure.office) == level


def _unknown_names(sentences: Sequence[Sentence]) -> list[tuple[int, int, str]]:
    """The names that the parser saw where the gazetteer knows none."""
    names = []
    for sentence in sentences:
        for entity in sentence.parse.ents:
            words = sentence.words[entity.start : entity.end]
            if not any(word.mention or word.time for word in words):
                names.append((words[0].start, words[-1].end, entity.label_))
    return names


def _with_unknown(sentence: Sentence, mentions: Sequence[Mention]) -> Sentence:
    """The sentence with names that were found after parsing on their head words, and all mentions as now linked."""
    inside = [m for m in mentions if m.start < sentence.end and m.end > sentence.start]
    words = list(sentence.words)
    by_start = {m.start: m for m in inside}
    for index, word in enumerate(words):
        if word.mention is not None:
            words[index] = replace(word, mention=by_start.get(word.mention.start, word.mention))
    for mention in inside:
        if mention.form is not Form.UNKNOWN:
            continue
        covered = [i for i, word in enumerate(words) if word.start >= mention.start and word.end <= mention.end]
        if covered and not any(words[i].mention for i in covered):
            span = sentence.parse[covered[0] : covered[-1] + 1]
            words[span.root.i] = replace(words[span.root.i], mention=mention)
    return replace(sentence, words=tuple(words))
