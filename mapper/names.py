"""How names are compared: words of a text, folded so that case, diacritics and apostrophes do not matter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_LETTERS = str.maketrans(
    {
        "ł": "l",
        "Ł": "l",
        "ø": "o",
        "Ø": "o",
        "đ": "d",
        "Đ": "d",
        "ð": "d",
        "Ð": "d",
        "ə": "a",
        "Ə": "a",
        "ı": "i",
        "ß": "ss",
        "æ": "ae",
        "Æ": "ae",
        "œ": "oe",
        "Œ": "oe",
        "þ": "th",
        "Þ": "th",
        **dict.fromkeys("'’‘ʻʼʿʾ`´.", ""),
    }
)
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|(?:[^\W\d_]\.)+[^\W\d_](?!\w)|\w+(?:['’‘ʻʼ`]\w+)*")
_APOSTROPHES = frozenset("'’‘")
_BETWEEN = str.maketrans(dict.fromkeys('-‐‑–—/(),;:&"“”[]+!?*|_~%#@', " "))
_ASCII = {**_LETTERS, **_BETWEEN}
"""What becomes of the characters of a name without diacritics, in one step."""
_NOT_SLUG = re.compile(r"[^a-z0-9]+")

PARTICLES = frozenset(
    {"al", "el", "bin", "ibn", "bint", "ben", "ould", "van", "von", "der", "den", "de", "da", "do", "dos", "das", "du",
     "la", "le", "di", "abu", "st", "the", "of", "and", "arap", "ole", "ii", "iii", "iv", "vi", "jr", "sr"}
)  # fmt: skip
"""Small words inside names that name nobody alone."""


def fold(text: str) -> str:
    """A text without case, diacritics, apostrophes and dots, for comparison only.

    >>> fold("Erdoğan"), fold("U.S."), fold("N’Djamena"), fold("João Lourenço"), fold("Þórdís Kolbrún")
    ('erdogan', 'us', 'ndjamena', 'joao lourenco', 'thordis kolbrun')
    """
    if text.isascii():
        return text.lower() if text.isalnum() else text.lower().translate(_LETTERS)
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


def slug(text: str) -> str:
    """A name as the last part of an IRI.

    >>> slug("Abdou Ndiaye"), slug("Côte d'Ivoire")
    ('abdou-ndiaye', 'cote-divoire')
    """
    return _NOT_SLUG.sub("-", fold(text)).strip("-") or "unnamed"


class Token(NamedTuple):
    """A word of the text; `end` is before a possessive 's."""

    start: int
    end: int
    text: str
    folded: str
    capital: bool
    """Whether it is written with a capital letter or a digit first."""


def tokens(text: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """The words of a text; a hyphen parts words, a possessive is left out.

    >>> [t.folded for t in tokens("Kenya-US ties, Qatar’s U.S. envoy")]
    ['kenya', 'us', 'ties', 'qatar', 'us', 'envoy']
    """
    for match in _WORD.finditer(text, start, len(text) if end is None else end):
        word = match.group()
        if word[-1] in "sS" and word[-2:-1] in _APOSTROPHES:
            word = word[:-2]
        start, first = match.start(), word[0]
        yield Token(start, start + len(word), word, fold(word), first.isupper() or first.isdigit())


@lru_cache(maxsize=1 << 16)  # labels are asked for by several indexes
def name_key(name: str) -> str:
    """The folded words of a name, as the index of names holds them.

    >>> name_key("Port-au-Prince"), name_key("The Hague")
    ('port au prince', 'the hague')
    """
    if "'" in name or "’" in name:  # a possessive has to be told from an apostrophe
        return " ".join(token.folded for token in tokens(name))
    if name.isascii():
        return " ".join(name.lower().translate(_ASCII).split())
    return " ".join(fold(name).translate(_BETWEEN).split())
