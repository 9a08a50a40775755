"""The words of a SPARQL query, by the terminals of its grammar (SPARQL 1.1 Query Language, section 19.8).

Enough to know what a query would reach out for before it runs, and nothing inside a string, an IRI or a comment is
ever mistaken for a keyword. The engine stays the only judge of the syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
      (?P<skip>[ \t\r\n]+|\#[^\r\n]*)
    | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)
    | (?P<string>"{3}(?:\\.|[^\\])*?"{3}|'{3}(?:\\.|[^\\])*?'{3}
                |"(?:\\.|[^"\\\r\n])*"|'(?:\\.|[^'\\\r\n])*')
    | (?P<variable>[?$]\w+)
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<name>(?:[^\W\d_](?:[\w.·-]*[\w·-])?|_)?:(?:[\w:·%.-]|\\[-_~.!$&'()*+,;=/?\#@%])*)
    | (?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)
    | (?P<word>[A-Za-z_]\w*)
    | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_VOLATILE = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})
# Without any of these, and with few brackets, a query reaches for nothing that an outline tells.
_NOTEWORTHY = ("SERVICE", "FROM", *sorted(_VOLATILE))
_FEW = 20
_OPEN, _CLOSE = frozenset("({["), frozenset(")}]")
_RESOURCE = frozenset({"iri", "name"})


@dataclass(frozen=True)
class Outline:
    """What the words of a query tell.

    Parameters:
        depth: how deep brackets are nested, or how many there are where they are few.
        volatile: whether the answer may differ each time (NOW, RAND, UUID …, blank nodes made by the query).
        services: what follows SERVICE, as written: an IRI, a prefixed name or a variable.
        default_graphs, named_graphs: what follows FROM and FROM NAMED, as written.
        prologue: the text of the BASE and PREFIX declarations, which gives those names their meaning.
    """

    depth: int
    volatile: bool
    services: tuple[str, ...]
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    prologue: str


def tokens(query: str) -> Iterator[tuple[str, int, str]]:
    """The tokens of a query: kind, where it begins, and text; white space and comments are of the kind `skip`.

    >>> [text for kind, _, text in tokens("ASK{?s<http://p>'x'@en}#") if kind != "skip"]
    ['ASK', '{', '?s', '<http://p>', "'x'", '@en', '}']
    """
    for match in _TOKEN.finditer(query):
        yield match.lastgroup or "mark", match.start(), match.group()


def outline(query: str) -> Outline:
    """Read the words of a query; whatever the text, this does not fail.

    >>> outline('PREFIX e: <http://e/> SELECT ("SERVICE <x>" AS ?s) FROM e:g { SERVICE SILENT ?s { } }').services
    ('?s',)
    >>> outline("SELECT * FROM <http://e/1> FROM NAMED <http://e/2> { FILTER((1) < 2) }").depth
    3
    """
    brackets = query.count("(") + query.count("{") + query.count("[")
    capitals = query.upper()
    if brackets <= _FEW and not any(word in capitals for word in _NOTEWORTHY):
        return Outline(brackets, False, (), (), (), "")
    depth = deepest = 0
    volatile = False
    services: list[str] = []
    sources: dict[bool, list[str]] = {False: [], True: []}
    awaiting = ""  # the keyword whose operand is awaited
    prologue_end: int | None = None
    in_declaration = 0
    for kind, start, text in tokens(query):
        if kind == "skip":
            continue
        if kind == "word":
            word = text.upper()
            if prologue_end is None:
                if word in ("PREFIX", "BASE"):
                    in_declaration = 2 if word == "PREFIX" else 1
                    continue
                prologue_end = start
            volatile = volatile or word in _VOLATILE
            if word in ("SERVICE", "FROM") or (word == "NAMED" and awaiting == "FROM"):
                awaiting = word
            elif not (word == "SILENT" and awaiting == "SERVICE"):
                awaiting = ""
            continue
        if prologue_end is None:
            if in_declaration:
                in_declaration -= 1
                continue
            prologue_end = start
        if awaiting == "SERVICE":
            services.append(text)
        elif awaiting and kind in _RESOURCE:
            sources[awaiting == "NAMED"].append(text)
        awaiting = ""
        if text in _OPEN:
            depth += 1
            deepest = max(deepest, depth)
        elif text in _CLOSE:
            depth -= 1
    return Outline(
        deepest, volatile, tuple(services), tuple(sources[False]), tuple(sources[True]), query[: prologue_end or 0]
    )
