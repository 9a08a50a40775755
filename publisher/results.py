"""Answers as bytes: which media type is written how, and the way that the bytes take out of a worker."""

from __future__ import annotations

import hashlib
import io
import os
import re
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any, cast

import pyoxigraph as ox

#: What each kind of answer can be written as, in the server's order of preference; aliases follow what they stand for.
SOLUTIONS: Mapping[str, ox.QueryResultsFormat] = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/xml": ox.QueryResultsFormat.XML,
    "text/xml": ox.QueryResultsFormat.XML,
}
# CSV and TSV have no form for a truth value (SPARQL 1.1 Query Results CSV and TSV Formats, section 1).
BOOLEANS: Mapping[str, ox.QueryResultsFormat] = {
    **{name: form for name, form in SOLUTIONS.items() if "csv" not in name and "tab" not in name},
    "text/boolean": ox.QueryResultsFormat.CSV,  # the engine writes a bare true or false
}
GRAPHS: Mapping[str, ox.RdfFormat] = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "application/json": ox.RdfFormat.JSON_LD,
    "application/xml": ox.RdfFormat.RDF_XML,
    "text/xml": ox.RdfFormat.RDF_XML,
}

_PREFIXED = (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG)

OFFERED: Mapping[str, tuple[str, ...]] = {
    "solutions": tuple(SOLUTIONS),
    "boolean": tuple(BOOLEANS),
    "graph": tuple(GRAPHS),
}

# XML 1.0 (section 2.2) knows no way to write these, and reads a bare carriage return as a line feed (section 2.11).
_XML_PROBLEM = re.compile(rb"[\x00-\x08\x0b-\x1f]|\xef\xbf[\xbe\xbf]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}".encode()
# The end of an IRI that is an XML name without a colon (Namespaces in XML 1.0, section 4; XML 1.0, section 2.3).
_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
)
_START += "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
_XML_NAME = re.compile(rf"[{_START}][-.0-9\u00b7\u0300-\u036f\u203f\u2040{_START}]*\Z")


class TooLongError(Exception):
    """An answer exceeds the limit on its length."""


class UnwritableError(Exception):
    """There is no way to write an answer in the format chosen."""


class Spool:
    """A file-like sink that keeps a short answer in memory and moves a long one to an unnamed file."""

    def __init__(self, *, inline: int, folder: str) -> None:
        self._inline, self._folder = inline, folder
        self._parts: list[bytes] = []
        self.length = 0
        self.file: IO[bytes] | None = None

    def write(self, data: bytes) -> None:
        """Take in more bytes."""
        self.length += len(data)
        if self.file is None and self.length > self._inline:
            import tempfile  # only here: it costs a worker's start some milliseconds

            self.file = tempfile.TemporaryFile(dir=self._folder or None)  # noqa: SIM115 - handed over open
            self.file.write(b"".join(self._parts))
            self._parts.clear()
        if self.file is None:
            self._parts.append(data)
        else:
            self.file.write(data)

    def body(self) -> bytes:
        """A short answer; nothing for a long one, which lies in `file`."""
        return b"".join(self._parts)

    def finish(self) -> None:
        """Make the file ready to be read from its beginning."""
        if self.file is not None:
            self.file.flush()
            os.lseek(self.file.fileno(), 0, os.SEEK_SET)


class Encoder:
    """What the engine writes to: mends XML, counts, digests, compresses, and passes on to the spool.

    Parameters:
        spool: where the bytes end.
        media_type: what they are; in XML, characters that it cannot hold as they are must be escaped, or else replaced
            by U+FFFD.
        limit: bytes that may be written, before compression.
        compress: whether to write gzip.
    """

    def __init__(self, spool: Spool, media_type: str, *, limit: int, compress: bool = False) -> None:
        self._spool, self._limit, self._xml = spool, limit, "xml" in media_type
        self._gzip = zlib.compressobj(5, zlib.DEFLATED, 31) if compress else None
        # Turtle and TriG may be the same bytes, and yet are two representations (RFC 9110, section 8.8.1).
        self._digest = hashlib.sha256(media_type.encode())
        self._tail = b""
        self._written = 0

    def write(self, data: bytes) -> int:
        """Take in more of the answer; raises TooLongError beyond the limit."""
        size = len(data)
        self._written += size
        if self._written > self._limit:
            raise TooLongError(
                f"The answer is longer than {self._limit} bytes. Ask for less with LIMIT, or take a dump."
            )
        self._pass_on(self._mend(bytes(data)) if self._xml else bytes(data))
        return size

    def flush(self) -> None:
        """Nothing to do: the engine calls it when it ends."""

    def finish(self) -> str:
        """Write what is left; a digest of the media type and the uncompressed answer, in hexadecimal."""
        self._pass_on(self._tail)
        if self._gzip is not None:
            self._spool.write(self._gzip.flush())
        self._spool.finish()
        return self._digest.hexdigest()[:32]

    def _pass_on(self, data: bytes) -> None:
        self._digest.update(data)
        data = data if self._gzip is None else self._gzip.compress(data)
        if data:
            self._spool.write(data)

    def _mend(self, data: bytes) -> bytes:
        data = self._tail + data
        cut = len(data) - (2 if data.endswith(b"\xef\xbf") else data.endswith(b"\xef"))  # a character cut in two
        self._tail = data[cut:]
        return _XML_PROBLEM.sub(lambda match: b"&#13;" if match[0] == b"\r" else _REPLACEMENT, data[:cut])


def serialize(results: Any, media_type: str, output: IO[bytes], prefixes: Mapping[str, str]) -> None:
    """Write the engine's results in a media type that their kind can be written as."""
    if isinstance(results, ox.QuerySolutions):
        results.serialize(output, SOLUTIONS[media_type])
    elif isinstance(results, ox.QueryBoolean):
        results.serialize(output, BOOLEANS[media_type])
    else:
        _serialize_graph(results, media_type, output, prefixes)


def _is_unprefixed(results: Any, media_type: str) -> bool:
    return isinstance(results, ox.QueryTriples) and GRAPHS[media_type] not in _PREFIXED


def write_short(results: Any, media_type: str, prefixes: Mapping[str, str], *, compress: bool) -> tuple[bytes, str]:
    """An answer known to be short, the very bytes that an `Encoder` would write, and their digest."""
    solutions = isinstance(results, ox.QuerySolutions)
    if not compress and "xml" not in media_type and (solutions or _is_unprefixed(results, media_type)):
        body = results.serialize(format=SOLUTIONS[media_type] if solutions else GRAPHS[media_type])  # without detours
        return body, hashlib.sha256(media_type.encode() + body).hexdigest()[:32]
    spool = Spool(inline=sys.maxsize, folder="")
    encoder = Encoder(spool, media_type, limit=sys.maxsize, compress=compress)
    serialize(results, media_type, cast(IO[bytes], encoder), prefixes)
    etag = encoder.finish()
    return spool.body(), etag


def _serialize_graph(
    triples: Iterable[ox.Triple], media_type: str, output: IO[bytes], prefixes: Mapping[str, str]
) -> None:
    form = GRAPHS[media_type]
    if form == ox.RdfFormat.RDF_XML:
        triples = _with_xml_names(triples)
    if form not in _PREFIXED:
        if isinstance(triples, ox.QueryTriples):
            triples.serialize(output, form)  # the engine's own need not become objects on the way
        else:
            ox.serialize(triples, output, form)
        return
    # The engine would declare prefixes in an order of its own each time; equal answers are to be equal bytes.
    for prefix, iri in sorted(prefixes.items()):
        output.write(f"@prefix {prefix}: <{iri}> .\n".encode())
    ox.serialize(triples, cast(IO[bytes], _WithoutPrefixes(output)), form, prefixes=dict(prefixes))


def _with_xml_names(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """The triples, as long as XML can name their predicates (RDF 1.1 XML Syntax, section 5.2)."""
    known: set[ox.NamedNode] = set()
    for triple in triples:
        if triple.predicate not in known:
            if not _XML_NAME.search(triple.predicate.value):
                raise UnwritableError(
                    f"RDF/XML has no way to write the predicate {triple.predicate}, for it does not end in an XML name."
                    " Ask for text/turtle or another format."
                )
            known.add(triple.predicate)
        yield triple


def write_graph(triples: Iterable[ox.Triple], media_type: str, prefixes: Mapping[str, str]) -> bytes:
    """Write triples of the server's own in a media type of `GRAPHS`."""
    output = io.BytesIO()
    _serialize_graph(triples, media_type, output, prefixes)
    return output.getvalue()


class _WithoutPrefixes:
    """Passes on what is written after the declarations of prefixes at the beginning."""

    def __init__(self, output: IO[bytes]) -> None:
        self._output = output
        self._head: bytes | None = b""

    def write(self, data: bytes) -> int:
        size = len(data)
        if self._head is not None:
            self._head += bytes(data)
            while (end := self._head.find(b"\n") + 1) and self._head.startswith(b"@prefix "):
                self._head = self._head[end:]
            if b"@prefix ".startswith(self._head[:8]):
                return size  # the end of the declarations is not in sight
            data, self._head = self._head, None
        self._output.write(data)
        return size

    def flush(self) -> None:
        """Nothing is held back but declarations."""
