"""Sentences as the mapper reads them: names linked, times found, simplified and parsed, for tests of single stages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mapper_texts import article, gazetteer, on

from mapper.document import Sentence
from mapper.linking import link
from mapper.mapping import Tools
from mapper.mentions import find_mentions
from mapper.parsing import parse
from mapper.quotes import find_quotes
from mapper.timeforms import UNBOUNDED
from mapper.timewords import find_times

if TYPE_CHECKING:
    from spacy.tokens import Token

DAY = "2024-05-09"


def sentences(text: str, tools: Tools, *, headline: str = "") -> tuple[Sentence, ...]:
    """The sentences of an article that was written on `DAY`."""
    value = article(text, headline=headline)
    mentions = link(find_mentions(value, gazetteer()), value, gazetteer(), on(DAY))
    times = [
        (each.start, each.end)
        for line in value.own_lines()
        for each in find_times(value.text[line.start : line.end], offset=line.start)
        if each.kind not in UNBOUNDED
    ]
    return parse(value, mentions, times, find_quotes(value), tools.parser)


def sentence(text: str, tools: Tools) -> Sentence:
    """The one sentence of a text."""
    (only,) = sentences(text, tools)
    return only


def word(of: Sentence, lemma: str) -> Token:
    """The first word with this lemma or form."""
    return next(token for token in of.parse if lemma in (token.lemma_, token.lower_))


def shown(of: Sentence, tokens: list[Token]) -> list[str]:
    """What the article says in the place of these words."""
    return [source(of, token) for token in tokens]


def source(of: Sentence, token: Token) -> str:
    """The article's own characters for a word: the name of a mention, the form of any other."""
    mention = of.words[token.i].mention
    return mention.text if mention else token.text
