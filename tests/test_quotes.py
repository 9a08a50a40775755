"""Where the article quotes somebody."""

from __future__ import annotations

import pytest
from mapper_texts import article

from mapper.quotes import LONGEST, find_quotes


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('He said "yes" and "no".', ["yes", "no"]),
        ("He said “yes, ‘maybe’ even”.", ["yes, ‘maybe’ even"]),
        ("Il a dit « oui ».", [" oui "]),
        ("He said ‘yes’ to the world’s leaders.", ["yes"]),
        ("The world’s leaders didn’t meet.", []),
        ("“One.\n“Two.”", ["One.", "Two."]),
        ("“Never closed", ["Never closed"]),
        ("Nothing is quoted.", []),
    ],
)
def test_quotes(text: str, quoted: list[str]) -> None:
    value = article(text)
    assert [value.text[start:end] for start, end in find_quotes(value)] == quoted


def test_a_stray_mark_does_not_quote_without_end() -> None:
    ((start, end),) = find_quotes(article("“" + "word " * 2000))
    assert end - start == LONGEST


def test_only_the_articles_own_lines_count() -> None:
    assert find_quotes(article("Nothing.", noise='Read "this"')) == ()
