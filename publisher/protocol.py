"""What a request of the SPARQL 1.1 Protocol asks for, read strictly (section 2.1)."""

from __future__ import annotations

import re
from binascii import a2b_qp
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

import pyoxigraph as ox

from publisher.errors import ProblemError
from publisher.negotiation import split_media_type

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
_MOST_PARAMETERS = 5000
_ENCODED = re.compile(rb"%[0-9A-Fa-f]{2}")


@dataclass(frozen=True)
class Operation:
    """A query with its dataset, and the format named by `format`; the query is None where none was sent at all."""

    query: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format: str | None = None


def read_get(query_string: str) -> Operation:
    """Read a query sent by GET.

    Parameters:
        query_string: what follows the question mark, as WSGI hands it over.

    Raises ProblemError: 400 for what is malformed, 403 for an update.

    >>> read_get("query=ASK%20%7B%7D&default-graph-uri=http://e/g").default_graphs
    ('http://e/g',)
    """
    data = query_string.encode("latin-1")
    if data.startswith(b"query=") and b"&" not in data:  # as most are, and nothing more can be wrong with it
        return Operation(_decode(unquote(data[6:].replace(b"+", b" ")), "address"))
    return _operation(parameters(data, "address"))


def read_post(query_string: str, content_type: str, body: bytes) -> Operation:
    """Read a query sent by POST, as a form or directly.

    Raises ProblemError: 400, 403, and 415 for other content.
    """
    kind, options = split_media_type(content_type)
    if kind not in (FORM, QUERY, UPDATE):
        detail = f"A query is sent by POST as {QUERY} or as {FORM}, not as {kind or 'content without a type'}."
        raise ProblemError(415, detail=detail, headers={"Accept-Post": f"{QUERY}, {FORM}"})
    if options.get("charset", "utf-8") not in ("utf-8", "utf8", "us-ascii", "ascii"):
        detail = f"A query is sent in UTF-8, not in {options['charset']}."
        raise ProblemError(415, detail=detail, headers={"Accept-Post": f"{QUERY}, {FORM}"})
    in_address = parameters(query_string.encode("latin-1"), "address")
    if kind == UPDATE:
        raise _read_only()
    if kind == QUERY:
        return _operation([*in_address, ("query", _decode(body, "query").removeprefix("\ufeff"))])
    dataset = [item for item in in_address if item[0] not in ("query", "update")]
    operation = _operation([*dataset, *parameters(body, "form")])
    if operation.query is None:
        raise ProblemError(400, "No Query", "The form has no field named query.")
    return operation


def _operation(given: list[tuple[str, str]]) -> Operation:
    values: dict[str, list[str]] = {}
    for name, value in given:
        values.setdefault(name, []).append(value)
    for name in ("query", "update"):
        if len(values.get(name, ())) > 1:
            raise ProblemError(400, "Repeated Parameter", f"The parameter {name} may be given once only.")
    if "update" in values:
        if "query" in values:
            raise ProblemError(400, "Query And Update", "A request carries a query or an update, not both.")
        raise _read_only()
    query = values.get("query", [None])[0]
    default, named = (_graphs(values, name) for name in ("default-graph-uri", "named-graph-uri"))
    if query is None and (default or named):
        raise ProblemError(400, "No Query", "A dataset is named, but there is no query.")
    # SPARQLWrapper writes the format twice, the second time as a list of media types; the first is what it means.
    return Operation(query, default, named, values.get("format", [""])[0].replace(" ", "+") or None)


def _graphs(values: Mapping[str, list[str]], name: str) -> tuple[str, ...]:
    """IRIs of graphs, each once; empty values, as some forms send them, count as not given."""
    graphs = tuple(dict.fromkeys(value for value in values.get(name, ()) if value))
    for graph in graphs:
        try:
            ox.NamedNode(graph)
        except ValueError as error:
            raise ProblemError(400, "Malformed Graph Name", f"{name}: {graph!r} is not an absolute IRI.") from error
    return graphs


def parameters(data: bytes, where: str) -> list[tuple[str, str]]:
    """Names and values of a form, as the URL Standard (section 5.1) has it, in strict UTF-8.

    Parameters:
        data: the form, encoded.
        where: what it is a part of, for the error's text.

    Raises ProblemError: 400.

    >>> parameters(b"q=S%C3%A3o+Paulo&type=", "address")
    [('q', 'São Paulo'), ('type', '')]
    """
    if data.count(b"&") >= _MOST_PARAMETERS:
        raise ProblemError(400, detail=f"The {where} has too many parameters.")
    pairs = (part.partition(b"=") for part in data.replace(b"+", b" ").split(b"&") if part)
    return [(_decode(unquote(name), where), _decode(unquote(value), where)) for name, _, value in pairs]


def unquote(data: bytes) -> bytes:
    """Resolve percent-encodings; what is none stays as it is.

    >>> unquote(b"a%3Db%zz=%C3%A9") == "a=b%zz=é".encode()
    True
    """
    if len(_ENCODED.findall(data)) < data.count(b"%"):
        return unquote_to_bytes(data)
    # Well-formed, it is quoted-printable but for the sign, and a library in C reads that: queries are full of these.
    return a2b_qp(data.replace(b"=", b"=3D").replace(b"%", b"="))


def _decode(data: bytes, where: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8(where, error) from error


def _not_utf8(where: str, error: UnicodeDecodeError) -> ProblemError:
    return ProblemError(400, "Invalid UTF-8", f"The {where} is not valid UTF-8 at byte {error.start}.")


def _read_only() -> ProblemError:
    return ProblemError(403, "Read Only", "This endpoint answers queries only; nobody can change a release through it.")
