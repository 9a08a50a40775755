"""The shape of a simple query: a few triple patterns beside one another, and nothing else.

Read strictly: whatever is not in this small part of the grammar (SPARQL 1.1 Query Language, section 19.8), or is not
plain ASCII outside of IRIs, strings and comments, is not simple. A simple query is one SELECT, ASK or DESCRIBE, has one
group without keywords in it, and names no graphs; so what it costs is the product of the fan-outs of its patterns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count

from publisher.orders import MOST_PATTERNS, Order, Pattern, Term, orders

_LONGEST = 2000  # characters of a query without its IRIs and strings
RDF_TYPE = ("<http", "//www.w3.org/1999/02/22-rdf-syntax-ns#type>")  # in no prefix is there such a mark

_CONSTANT = re.compile(r"""(<[^<>"{}|^`\\\x00-\x20]*>|"[^"\\\r\n]*"|'[^'\\\r\n]*'|\#[^\r\n]*)""")
_IRI, _STRING = "<>", '""'  # what stands for them in a skeleton; neither is left there otherwise
# A name, number or word does not go on in any way that the full grammar knows.
_TOKEN = re.compile(
    r"""[ \t\r\n]*(?:(?P<iri><>)|(?P<string>"")|(?P<variable>[?$][A-Za-z]\w*+)
      |(?P<name>(?:[A-Za-z](?:[\w-]*\w)?)?:(?:[A-Za-z][\w-]*+)?(?![.:%\\]*[\w%\\:-]))
      |(?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)|(?P<number>\d++(?![.]?[\w:]))
      |(?P<word>[A-Za-z]++(?![\w:.-]))|(?P<mark>\^\^|[{}().;,*^/]))""",
    re.VERBOSE | re.ASCII,
)


@dataclass(frozen=True)
class Shape:
    """What a simple query is made of.

    Parameters:
        kind: `solutions`, `boolean` or `graph`, as its answer is.
        patterns: its triple patterns; without any, it describes `described`.
        orders: in which ways the engine may go through the patterns, see `publisher.orders`.
        described: what a DESCRIBE describes.
        prefixes: the number of the IRI that each prefix declared stands for.
        undeclared: whether it uses a prefix that it does not declare.
    """

    kind: str
    patterns: tuple[Pattern, ...] = ()
    orders: tuple[Order, ...] = ()
    described: tuple[Term, ...] = ()
    prefixes: dict[str, int] = field(default_factory=dict)
    undeclared: bool = False


def skeleton(query: str) -> tuple[str, list[str]]:
    """A query without what its IRIs and strings say, and without comments; and those IRIs, with their brackets.

    >>> skeleton("ASK { <http://e/s> a 'x' } # who?")
    ('ASK { <> a "" }  ', ['<http://e/s>'])
    """
    parts = _CONSTANT.split(query)
    iris = []
    for place in range(1, len(parts), 2):
        first = parts[place][0]
        if first == "<":
            iris.append(parts[place])
            parts[place] = _IRI
        else:
            parts[place] = " " if first == "#" else _STRING
    return "".join(parts), iris


@lru_cache(1024)
def shape(text: str) -> Shape | None:
    """The shape that a skeleton has, None if it is not simple.

    >>> found = shape("SELECT ?l { <> dip:location/rdfs:label ?l }")
    >>> found.patterns, found.orders
    (((0, ('dip', 'location'), '?/0'), ('?/0', ('rdfs', 'label'), '?l')), (((0, 'out'), (1, 'out')),))
    >>> shape("SELECT * { ?s ?p ?o }") is shape("SELECT * { <> <>* ?o }") is None
    True
    """
    if len(text) > _LONGEST:
        return None
    try:
        return _Reader(list(_tokens(text))).query()
    except _NotSimpleError:
        return None


class _NotSimpleError(Exception):
    """The text is something else."""


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    end, whole = 0, len(text.rstrip(" \t\r\n"))
    while end < whole:
        match = _TOKEN.match(text, end)
        if match is None or match.lastgroup is None:
            raise _NotSimpleError
        yield match.lastgroup, match[match.lastgroup]
        end = match.end()
    yield "end", ""


class _Reader:
    """Reads tokens one after the other; raises _NotSimpleError."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens, self._place = tokens, 0
        self._iris, self._nodes = count(), count()
        self._prefixes: dict[str, int] = {}
        self._undeclared = False
        self._patterns: list[Pattern] = []

    def query(self) -> Shape:
        while self._word("PREFIX"):
            kind, name = self._next()
            if kind != "name" or not name.endswith(":") or not self._is("iri"):
                raise _NotSimpleError
            self._prefixes[name[:-1]] = next(self._iris)
            self._next()
        if self._word("DESCRIBE"):
            described = [self._resource()]
            while not self._is("end"):
                described.append(self._resource())
            return Shape("graph", (), (), tuple(described), self._prefixes, self._undeclared)
        if self._word("ASK"):
            kind = "boolean"
        elif self._word("SELECT"):
            kind = "solutions"
            self._columns()
        else:
            raise _NotSimpleError
        self._group()
        if kind == "solutions":
            self._modifiers()
        if not self._is("end"):
            raise _NotSimpleError
        patterns = tuple(self._patterns)
        ways = orders(patterns)
        if not ways:
            raise _NotSimpleError
        return Shape(kind, patterns, ways, (), self._prefixes, self._undeclared)

    def _next(self) -> tuple[str, str]:
        token = self._tokens[self._place]
        self._place += 1
        return token

    def _is(self, kind: str) -> bool:
        return self._tokens[self._place][0] == kind

    def _mark(self, mark: str) -> bool:
        """Step over a mark if it comes next."""
        found = self._tokens[self._place] == ("mark", mark)
        self._place += found
        return found

    def _word(self, word: str) -> bool:
        """Step over a keyword if it comes next."""
        kind, text = self._tokens[self._place]
        found = kind == "word" and text.upper() == word
        self._place += found
        return found

    def _expect(self, kind: str, text: str = "") -> str:
        found = self._next()
        if found[0] != kind or text not in ("", found[1]):
            raise _NotSimpleError
        return found[1]

    def _columns(self) -> None:
        if not self._word("DISTINCT"):
            self._word("REDUCED")
        if self._mark("*"):
            return
        self._expect("variable")
        while self._is("variable"):
            self._next()

    def _group(self) -> None:
        self._word("WHERE")
        self._expect("mark", "{")
        while not self._mark("}"):
            subject = self._object() if self._is("variable") else self._resource()
            self._predicates(subject)
            if not self._mark("."):
                self._expect("mark", "}")
                return

    def _predicates(self, subject: Term) -> None:
        while True:
            steps = self._path()
            while True:
                self._add(subject, steps, self._object())
                if not self._mark(","):
                    break
            if not self._mark(";"):
                return

    def _path(self) -> list[tuple[Term, bool]]:
        """A predicate, or several after another, and of each whether it is followed backwards."""
        if self._is("variable"):
            return [("?" + self._next()[1][1:], False)]
        steps = [self._step()]
        while self._mark("/"):
            steps.append(self._step())
        return steps

    def _step(self) -> tuple[Term, bool]:
        backwards = self._mark("^")
        if self._tokens[self._place] == ("word", "a"):
            self._next()
            return RDF_TYPE, backwards
        return self._resource(), backwards

    def _add(self, subject: Term, steps: list[tuple[Term, bool]], last: Term) -> None:
        for place, (predicate, backwards) in enumerate(steps):
            to = last if place == len(steps) - 1 else f"?/{next(self._nodes)}"
            self._patterns.append((to, predicate, subject) if backwards else (subject, predicate, to))
            subject = to
        if len(self._patterns) > MOST_PATTERNS:
            raise _NotSimpleError

    def _resource(self) -> Term:
        kind, text = self._next()
        if kind == "iri":
            return next(self._iris)
        if kind != "name":
            raise _NotSimpleError
        prefix, _, local = text.partition(":")
        self._undeclared = self._undeclared or prefix not in self._prefixes
        return prefix, local

    def _object(self) -> Term:
        kind, text = self._tokens[self._place]
        if kind == "variable":
            self._next()
            return "?" + text[1:]
        if kind == "number":
            self._next()
            return None
        if kind != "string":
            return self._resource()
        self._next()
        if self._mark("^^"):
            self._resource()
        elif self._is("language"):
            self._next()
        return None

    def _modifiers(self) -> None:
        if self._word("ORDER"):
            keys = 0 if self._word("BY") else -1
            while self._is("variable") or self._tokens[self._place][1].upper() in ("ASC", "DESC"):
                keys += 1
                if self._next()[0] == "word":
                    self._expect("mark", "(")
                    self._expect("variable")
                    self._expect("mark", ")")
            if keys <= 0:
                raise _NotSimpleError
        for _ in range(2):
            if self._word("LIMIT") or self._word("OFFSET"):
                self._expect("number")
