"""The ways to write RDF down, and the media types that go with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pyoxigraph import DefaultGraph, Quad, RdfFormat, Triple, serialize

from publisher import jsonld
from publisher.namespaces import HYDRA, VOID
from publisher.release import PREFIXES


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write statements."""

    suffix: str
    media_type: str
    name: str
    rdf: RdfFormat | None = None
    """How pyoxigraph calls it; None for HTML."""

    @property
    def content_type(self) -> str:
        """The media type as a response states it: text types with their encoding."""
        return self.media_type + ("; charset=utf-8" if self.media_type.startswith("text/") else "")


HTML = Format("html", "text/html", "HTML")
TURTLE = Format("ttl", "text/turtle", "Turtle", RdfFormat.TURTLE)
JSON_LD = Format("jsonld", "application/ld+json", "JSON-LD", RdfFormat.JSON_LD)
N_TRIPLES = Format("nt", "application/n-triples", "N-Triples", RdfFormat.N_TRIPLES)
RDF_XML = Format("rdf", "application/rdf+xml", "RDF/XML", RdfFormat.RDF_XML)
TRIG = Format("trig", "application/trig", "TriG", RdfFormat.TRIG)
N_QUADS = Format("nq", "application/n-quads", "N-Quads", RdfFormat.N_QUADS)

JSON = Format("json", "application/json", "JSON")

FORMATS: tuple[Format, ...] = (HTML, TURTLE, JSON_LD, N_TRIPLES, RDF_XML, TRIG, N_QUADS)
"""All formats of a description, in the server's order of preference."""
BY_TYPE: Mapping[str, Format] = {format.media_type: format for format in FORMATS}
BY_SUFFIX: Mapping[str, Format] = {format.suffix: format for format in FORMATS}
OFFERED: tuple[str, ...] = tuple(BY_TYPE)
ALIASES: Mapping[str, Format] = {
    name: replace(format, media_type=name)
    for name, format in (
        *(("application/json", JSON_LD), ("application/xml", RDF_XML), ("text/xml", RDF_XML)),
        *(("text/n3", TURTLE), ("text/rdf+n3", TURTLE), ("application/x-turtle", TURTLE), ("text/plain", N_TRIPLES)),
    )
}
"""More general or older names under which many clients ask; they get the same bytes under the name that they gave."""


def write_rdf(
    quads: Iterable[Quad],
    format: Format,
    *,
    base: str,
    context: jsonld.Context,
    root: str | None = None,
    order: bool = True,
) -> bytes:
    """Write statements in a format; named graphs are kept by the formats that have them.

    :param base: base IRI of the data, for prefixes.
    :param context: the words of the JSON-LD.
    :param root: the resource that a JSON-LD document is about.
    :param order: whether subjects are sorted, the resource first; False keeps the order given.

    >>> from pyoxigraph import Literal, NamedNode
    >>> quad = Quad(NamedNode("http://example.org/a"), NamedNode("http://example.org/p"), Literal("x"))
    >>> write_rdf([quad], N_TRIPLES, base="http://example.org/", context=jsonld.Context({}))
    b'<http://example.org/a> <http://example.org/p> "x" .\\n'
    """
    assert format.rdf is not None, "HTML is written by a template"
    data: list[Quad] | list[Triple]
    if format.rdf.supports_datasets and format.suffix != JSON_LD.suffix:
        data = list(dict.fromkeys(quads))
        if order:
            data.sort(key=lambda quad: (str(quad.graph_name), _rank(quad, root), str(quad.subject), *_place(quad)))
    else:
        data = list(dict.fromkeys(quad.triple for quad in quads))
        if order:
            data.sort(key=lambda triple: (_rank(triple, root), str(triple.subject), *_place(triple)))
    if format.suffix == JSON_LD.suffix:
        return jsonld.write(data, context, root=root)  # type: ignore[arg-type]
    if format in (N_TRIPLES, N_QUADS):
        return serialize(data, format=format.rdf) or b""
    return serialize(data, format=format.rdf, prefixes=_prefixes(base, data, root)) or b""


def _rank(statement: Quad | Triple, root: str | None) -> int:
    """The resource first, then its parts, then everything else."""
    subject = str(statement.subject)
    if root is None:
        return 0
    return 0 if subject == f"<{root}>" else 1 if subject.startswith(f"<{root}#") else 2


def _place(statement: Quad | Triple) -> tuple[bool, str, str]:
    """Types first, then by property and value."""
    predicate = statement.predicate.value
    return (not predicate.endswith("#type"), predicate, str(statement.object))


def _prefixes(base: str, data: list[Quad] | list[Triple], root: str | None) -> dict[str, str]:
    """The prefixes that the statements use, with those of the data's own folders."""
    known = dict(PREFIXES) | {"hydra": HYDRA, "void": VOID}
    known |= {
        name: f"{base}{name}/" for name in ("article", "event", "entity", "office", "tenure", "topic", "activity")
    }
    if root is not None and root + "#" not in known.values():
        known[""] = root + "#"  # the resource's own parts
    text = set()
    for statement in data:
        for term in statement if isinstance(statement, Triple) else (*statement.triple, statement.graph_name):
            if not isinstance(term, DefaultGraph):
                text.add(getattr(term, "datatype", term))
    starts = {getattr(term, "value", "") for term in text}
    return {name: iri for name, iri in known.items() if any(start.startswith(iri) for start in starts)}
