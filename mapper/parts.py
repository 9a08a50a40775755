"""Statements that stand together in every dump, rendered once in every format, with what is to be counted."""

from __future__ import annotations

import io
import json
import struct
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import Any, Final

import pyoxigraph as ox

from mapper.errors import ReleaseError
from mapper.iris import term
from mapper.vocabulary import PREFIXES, WD

FORMATS = {
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
}
"""Formats by the suffix of their files."""
GRAPHS: Final = ("entities", "events", "provenance", "ontology", "inferred")
"""The graphs beside those of the articles; each has a dump of its own."""
LINKSETS: Final = {
    "linkset-wikidata": str(WD),
    "linkset-dbpedia": "http://dbpedia.org/resource/",
    "linkset-geonames": "https://sws.geonames.org/",
}
"""The dumps of what says that an entity is the same as one elsewhere, and how the IRIs there begin."""
WHOLE: Final = "communique"
"""The dump of everything."""

DIGESTED: Final = ("subjects", "objects", "typed")
"""What is counted over all parts by digests of the terms."""
_FEET: Final = {"jsonld": b"]", "rdf": b"</rdf:RDF>"}
_LEVEL: Final = 6
Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """Statements, rendered.

    `blobs` holds by the name of a dump its compressed lines, and digests of terms; `facts` what is counted.
    """

    facts: Facts
    blobs: Mapping[str, bytes]

    def pack(self) -> bytes:
        """The part as bytes, to be kept.

        >>> Part.unpack(Part({"quads": 0}, {"communique.nq": b"x"}).pack()).blobs
        {'communique.nq': b'x'}
        """
        sizes = {name: len(blob) for name, blob in self.blobs.items()}
        head = zlib.compress(json.dumps([self.facts, sizes], separators=(",", ":")).encode())
        return struct.pack("<I", len(head)) + head + b"".join(self.blobs.values())

    @staticmethod
    def unpack(content: bytes, *, whole: bool = True) -> Part:
        """What `pack` wrote; without `whole` the facts only."""
        (length,) = struct.unpack_from("<I", content)
        facts, sizes = json.loads(zlib.decompress(content[4 : 4 + length]))
        blobs, start = {}, 4 + length
        for name, size in sizes.items() if whole else ():
            blobs[name] = content[start : start + size]
            start += size
        return Part(facts, blobs)


def render(
    quads: Iterable[ox.Quad],
    *,
    elsewhere: frozenset[ox.Triple] | set[ox.Triple] = frozenset(),
    facts: Mapping[str, Any] | None = None,
    blobs: Mapping[str, bytes] | None = None,
) -> Part:
    """Statements in every format, each once, in the order of their N-Quads lines.

    Parameters:
        quads: the statements.
        elsewhere: triples that an earlier part states, too: they do not count in the union of the graphs again.
        facts: what else is to be known of the part.
        blobs: what else is to be kept with it.

    Raises:
        ReleaseError: a blank node would be published.
    """
    by_line = {str(quad): quad for quad in quads}
    rows = [by_line[line] for line in sorted(by_line)]
    union = {str(row.triple): row.triple for row in rows if row.triple not in elsewhere}
    triples = [union[line] for line in sorted(union)]
    for row in rows:
        if isinstance(row.subject, ox.BlankNode) or isinstance(row.object, ox.BlankNode):
            raise ReleaseError(f"A blank node would be published, which nobody can point at: {row}")
    counted = _counted(rows, triples)
    content = {
        f"{WHOLE}.nq": "".join(f"{line} .\n" for line in sorted(by_line)).encode(),
        f"{WHOLE}.nt": "".join(f"{line} .\n" for line in sorted(union)).encode(),
        f"{WHOLE}.trig": body(sorted(rows, key=lambda row: str(row.graph_name)), "trig"),
        **{f"{WHOLE}.{suffix}": body(triples, suffix) for suffix in ("ttl", "jsonld", "rdf")},
    }
    single: dict[str, list[str]] = {}
    for row in rows:
        if name := _dump_of(row):
            single.setdefault(name, []).append(f"{row.triple} .\n")
    for triple in triples:
        if name := _linkset_of(triple):
            single.setdefault(name, []).append(f"{triple} .\n")
    content |= {f"{name}.nt": "".join(sorted(set(lines))).encode() for name, lines in single.items()}
    counted["dumps"] = {name: len(set(lines)) for name, lines in single.items()}
    return Part(
        {**counted, **(facts or {})},
        {
            **{name: member(lines) for name, lines in content.items() if lines},
            "subjects": digests(str(triple.subject) for triple in triples),
            "objects": digests(str(triple.object) for triple in triples),
            "typed": digests(str(triple.subject) for triple in triples if triple.predicate == term("rdf:type")),
            **(blobs or {}),
        },
    )


def _counted(rows: Sequence[ox.Quad], triples: Sequence[ox.Triple]) -> Facts:
    kind = term("rdf:type")
    graphs = Counter(row.graph_name.value for row in rows if isinstance(row.graph_name, ox.NamedNode))
    typed = [t for t in triples if t.predicate == kind and isinstance(t.object, ox.NamedNode)]
    whole = [t for t in typed if isinstance(t.subject, ox.NamedNode) and "#" not in t.subject.value]
    return {
        "quads": len(rows),
        "triples": len(triples),
        "graphs": graphs,
        "classes": Counter(t.object.value for t in typed if isinstance(t.object, ox.NamedNode)),
        "whole": Counter(t.object.value for t in whole if isinstance(t.object, ox.NamedNode)),
        "described": Counter(
            row.object.value
            for row in rows
            if row.predicate == kind and isinstance(row.object, ox.NamedNode) and _dump_of(row) == "entities"
        ),
        "properties": Counter(t.predicate.value for t in triples),
    }


def _dump_of(row: ox.Quad) -> str | None:
    """The dump of a single graph that a statement belongs to; articles' graphs have none."""
    name = row.graph_name.value.rpartition("/graph/")[2] if isinstance(row.graph_name, ox.NamedNode) else ""
    return name if name in GRAPHS else None


def _linkset_of(triple: ox.Triple) -> str | None:
    """The linkset that a statement belongs to, if it says that one thing is the same as another."""
    if triple.predicate != term("owl:sameAs") or not isinstance(triple.object, ox.NamedNode):
        return None
    return next((name for name, start in LINKSETS.items() if triple.object.value.startswith(start)), None)


def digests(terms: Iterable[str]) -> bytes:
    """64-bit digests of terms, each once, by which distinct ones are counted over all parts."""
    return b"".join(sorted({blake2b(name.encode(), digest_size=8).digest() for name in terms}))


def json_bytes(content: object) -> bytes:
    """JSON as a release holds it: in one line, since there is much of it."""
    return (json.dumps(content, ensure_ascii=False, sort_keys=True) + "\n").encode("utf-8", "replace")


# --- pieces of files -----------------------------------------------------------------------------------------


def head(suffix: str) -> bytes:
    """What a file of a format begins with, before any part."""
    if suffix in ("ttl", "trig"):
        return "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in PREFIXES.items()).encode()
    return _empty(suffix).removesuffix(_FEET.get(suffix, b""))


def foot(suffix: str) -> bytes:
    """What a file of a format ends with."""
    return _FEET.get(suffix, b"")


def body(rows: Sequence[ox.Quad] | Sequence[ox.Triple], suffix: str) -> bytes:
    """Statements in a format, without the beginning and the end of a file."""
    output = io.BytesIO()
    ox.serialize(rows, output, FORMATS[suffix], prefixes=dict(PREFIXES))
    return output.getvalue().removeprefix(head(suffix)).removesuffix(foot(suffix))


@cache
def _empty(suffix: str) -> bytes:
    output = io.BytesIO()
    ox.serialize([], output, FORMATS[suffix], prefixes=dict(PREFIXES))
    return output.getvalue()


def member(content: bytes) -> bytes:
    """Content as one member of a gzip file, whose bytes depend on nothing else: no name, no time, no system.

    (RFC 1952, section 2.3.)

    >>> import gzip
    >>> gzip.decompress(member(b"one") + member(b" two"))
    b'one two'
    """
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(content) + packer.flush()
    size = len(content) & 0xFFFFFFFF
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + packed + struct.pack("<II", zlib.crc32(content), size)
