"""Sentences are cut, simplified and parsed, and every word still points at the article's own characters."""

from __future__ import annotations

import pytest
from mapper_texts import article
from parsed import sentence, sentences

from mapper.document import Form
from mapper.errors import ConfigurationError
from mapper.mapping import Tools, map_article, map_articles
from mapper.mentions import may_name
from mapper.parser import load_parser

LONG = (
    "Japanese Prime Minister Fumio Kishida (who took office in 2021) met French President Emmanuel Macron on Thursday, "
    'May 2, in Paris. "It was good," he said. The U.S. Secretary of State came later.'
)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Kenya left. Uganda stayed.", 2),
        ("Gen. John Smith and Dr. Jane Doe met on Jan. 5 in Rome.", 1),
        ('"It is over. We won." She left.', 3),
        ("The U.S. and the U.K. agreed.", 1),
        ("Is it over? Yes! It is.", 3),
    ],
)
def test_sentences(text: str, count: int, tools: Tools) -> None:
    assert len(sentences(text, tools)) == count


def test_names_and_times_are_one_word_each(tools: Tools) -> None:
    read = sentence("Japanese Prime Minister Fumio Kishida met Emmanuel Macron on Thursday, May 2.", tools)
    assert [word.form for word in read.words] == ["Obama", "met", "Obama", "on", "Thursday", "."]
    assert [word.mention is not None for word in read.words] == [True, False, True, False, False, False]
    assert [word.time for word in read.words] == [False, False, False, False, True, False]


def test_short_brackets_are_set_aside_and_long_ones_kept(tools: Tools) -> None:
    assert len(sentence("Peru (population 34 million) left.", tools).words) == 3
    assert len(sentence("Peru (which has a population of more than thirty million people) left.", tools).words) > 10


def test_words_point_at_the_article(tools: Tools) -> None:
    text = article(LONG).text
    for read in sentences(LONG, tools):
        assert len(read.parse) == len(read.words)
        assert (read.start, read.end) == (read.words[0].start, read.words[-1].end)
        ends = [word.end for word in read.words]
        assert all(start >= end for start, end in zip([w.start for w in read.words[1:]], ends, strict=False))
        for word in read.words:
            if word.mention is None and not word.time:
                assert text[word.start : word.end] == word.form


def test_quoted_words_are_marked(tools: Tools) -> None:
    read = sentence('Olaf Scholz said "never" twice.', tools)
    assert [word.form for word in read.words if word.quoted] == ["never"]


def test_capitals_of_a_headline_are_style(tools: Tools) -> None:
    headline = sentences("Nothing happened.", tools, headline="Japan Signs Deal With Peru")[0]
    assert [word.form for word in headline.words] == ["France", "signs", "deal", "with", "France"]


def test_a_parser_that_is_not_there() -> None:
    with pytest.raises(ConfigurationError, match="no_such_parser"):
        load_parser("no_such_parser")


NAMED = """Reporters asked Mwanaidi Achterberg about it. Talks ended at Lake Vembanadu on Thursday.
Anti-corruption Network officials agreed. Later the Prime Minister of Japan met Kazimierz Wolfsohn-Drabik.
The ministers left. Will Wright Foundation members protested, she said. They want peace, and so do we.
NGO workers came to the Horn of Plenty Hall. Fumio Kishida arrived with Ndeye Thiam-Kowalczyk, "Envoy" to all."""


def test_names_are_not_looked_for_in_vain(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    value, looked = article(NAMED, headline="Kishida Meets Kazimierz Wolfsohn-Drabik"), list[bool]()

    def noted(*given: object, **named: object) -> bool:
        looked.append(may_name(*given, **named))  # type: ignore[arg-type]
        return looked[-1]

    monkeypatch.setattr("mapper.mapping.may_name", noted)
    found = map_article(value, tools)
    monkeypatch.setattr("mapper.mapping.may_name", lambda *_, **__: True)
    assert map_article(value, tools) == found
    assert sum(mention.form is Form.UNKNOWN for mention in found.mentions) > 2
    assert len(looked) - sum(looked) == 2  # the ministers, and they


def test_articles_that_are_parsed_together_map_to_the_same(tools: Tools) -> None:
    articles = [article(NAMED), article(LONG), article(f"{LONG} Kenya left.\n{NAMED}", headline="Kenya leaves")]
    assert map_articles(articles, tools) == [map_article(each, tools) for each in articles]
    assert map_articles([], tools) == []
