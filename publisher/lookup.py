"""Finding a resource: by words, by what others call it, by its own IRI."""

from __future__ import annotations

from urllib.parse import urlencode
from xml.sax.saxutils import escape

from flask import Blueprint, Response, request
from pyoxigraph import Literal, NamedNode, Quad

from publisher import pages
from publisher.addresses import link, release, root
from publisher.catalog import context, dataset_links, terms
from publisher.classes import specific
from publisher.errors import ProblemError
from publisher.formats import FORMATS, HTML, JSON, Format, write_rdf
from publisher.index import index, same_as
from publisher.namespaces import HYDRA, OWL, RDF, RDFS, WIKIDATA, compact, expand
from publisher.resources import described
from publisher.responses import choose, json_body, number, respond
from publisher.statements import valid_iri
from publisher.things import Thing, kinds_of

_FORMATS = (HTML, JSON, *(format for format in FORMATS if format is not HTML))

blueprint = Blueprint("lookup", __name__)


@blueprint.get("/lookup")
def lookup() -> Response:
    """Full-text search over labels, aliases and quotes: `q`, `type`, `limit`, `offset`."""
    text = request.args.get("q", "")
    limit = number("limit", default=20, least=1, most=200)
    offset = number("offset", default=0, most=10_000)
    types = frozenset(expand(kind) for kind in request.args.getlist("type") if kind)
    chosen = choose(_FORMATS)
    if not text.strip() and chosen is JSON:
        raise ProblemError(400, detail="Say what to look for: /lookup?q=…")
    shown, total = index().search(text, types=types, limit=limit, offset=offset)
    if chosen is HTML:
        html = _page(text, types, shown, total, offset, limit)
        return respond(html, HTML.content_type, links=dataset_links())
    if chosen is JSON:
        document = {
            "query": text,
            "total": total,
            "offset": offset,
            "limit": limit,
            "results": [_json(thing, score) for thing, score in shown],
        }
        return respond(json_body(document), "application/json", links=dataset_links())
    body = _rdf([thing for thing, _ in shown], total, chosen)
    return respond(body, chosen.content_type, links=dataset_links())


def _json(thing: Thing, score: float) -> dict[str, object]:
    return {
        "id": thing.iri,
        "label": thing.label,
        "description": thing.description,
        "type": kinds_of(thing.types),
        "score": score,
        "sameAs": sorted(index().same.get(thing.iri, ())),
    }


def _rdf(things: list[Thing], total: int, format: Format) -> bytes:
    """The hits as a Hydra collection with names and classes."""
    here = f"{root()}lookup?{request.query_string.decode('ascii', 'replace')}"
    address = NamedNode(here if valid_iri(here) else f"{root()}lookup")
    form, template = NamedNode(f"{root()}lookup#search"), f"{root()}lookup{{?q,type,limit,offset}}"
    quads = [
        Quad(address, NamedNode(RDF + "type"), NamedNode(HYDRA + "Collection")),
        Quad(address, NamedNode(HYDRA + "totalItems"), Literal(total)),
        Quad(address, NamedNode(HYDRA + "search"), form),
        Quad(form, NamedNode(RDF + "type"), NamedNode(HYDRA + "IriTemplate")),
        Quad(form, NamedNode(HYDRA + "template"), Literal(template)),
    ]
    for thing in things:
        node = NamedNode(thing.iri)
        quads.append(Quad(address, NamedNode(HYDRA + "member"), node))
        quads.append(Quad(node, NamedNode(RDFS + "label"), Literal(thing.label, language="en")))
        quads += [Quad(node, NamedNode(RDF + "type"), NamedNode(kind)) for kind in kinds_of(thing.types)]
    return write_rdf(quads, format, base=release().base, context=context(), root=address.value)


def _page(
    text: str, types: frozenset[str], shown: list[tuple[Thing, float]], total: int, offset: int, limit: int
) -> str:
    known = terms()

    def other(start: int) -> str:
        query = [("q", text), *(("type", kind) for kind in sorted(types)), ("offset", start), ("limit", limit)]
        return f"{request.root_path.rstrip('/')}/lookup?{urlencode(query)}"

    return pages.page(
        "lookup.html",
        title=f"Look up: {text}" if text else "Look up",
        text=text,
        hits=[(thing, specific(thing.types) or kinds_of(thing.types)) for thing, _ in shown],
        total=total,
        offset=offset,
        label=lambda iri: known.get(iri) or compact(iri),
        earlier=other(max(0, offset - limit)) if offset else "",
        later=other(offset + limit) if offset + limit < total else "",
    )


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    """How browsers and other programs search here (OpenSearch 1.1)."""
    own = ("application/opensearchdescription+xml", "application/xml", "text/xml")
    if (about := described("opensearch.xml", own)) is not None:
        return about
    here = escape(root())
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">\n'
        "<ShortName>Communique</ShortName>\n<Description>Diplomatic events from the news</Description>\n"
        f'<Url type="text/html" template="{here}lookup?q={{searchTerms}}"/>\n'
        f'<Url type="application/json" template="{here}lookup?q={{searchTerms}}&amp;format=json"/>\n'
        "<InputEncoding>UTF-8</InputEncoding>\n</OpenSearchDescription>\n"
    )
    return respond(body, own[0])


@blueprint.get("/sameas")
def sameas() -> Response:
    """What else a resource is called: our IRI for one of Wikidata, DBpedia or GeoNames, theirs for ours.

    A client that asks for JSON or RDF gets the list; everybody else is led to the other IRI (303), to Wikidata's first.
    """
    uri = _uri()
    others = same_as(uri)
    if not others and uri not in index().by_iri:
        raise ProblemError(404, detail=f"Nothing here is known to be the same as {uri}.")
    wants_list = request.args.get("format") or request.headers.get("Accept", "*/*").strip() not in ("", "*/*")
    chosen = choose((JSON, *_FORMATS[2:], HTML)) if wants_list else HTML
    if chosen is JSON:
        document = {"uri": uri, "sameAs": others, "label": _label(uri, others)}
        return respond(json_body(document), "application/json")
    if chosen is not HTML:
        quads = [Quad(NamedNode(uri), NamedNode(OWL + "sameAs"), NamedNode(other)) for other in others]
        return respond(write_rdf(quads, chosen, base=release().base, context=context()), chosen.content_type)
    first = (release().base, WIKIDATA)
    return _see(min(others, key=lambda other: [not other.startswith(start) for start in first], default=uri))


@blueprint.get("/describe")
def describe_uri() -> Response:
    """Lead to the description of a resource: `uri` is ours, or one that we know to be the same as ours."""
    base = release().base
    if request.args.get("uri") == "":
        return _see(base + "dataset")  # the address of the service itself, as the catalog gives it
    uri = _uri()
    target = next((iri for iri in (uri, *same_as(uri)) if iri.startswith(base) or link(iri) != iri), None)
    if target is None:
        raise ProblemError(404, detail=f"Nothing here is known about {uri}.")
    return _see(target)


def _uri() -> str:
    """The parameter `uri`.

    :raises ProblemError: 400 when it is missing or no absolute IRI.
    """
    uri = request.args.get("uri", "").strip()
    if not uri or not valid_iri(uri):
        raise ProblemError(400, detail="The parameter 'uri' is to be an absolute IRI, percent-encoded.")
    return uri


def _label(uri: str, others: list[str]) -> str:
    found = index()
    number = next((found.by_iri[iri] for iri in (uri, *others) if iri in found.by_iri), None)
    return found.things[number].label if number is not None else ""


def _see(iri: str) -> Response:
    """See other (RFC 9110, section 15.4.4)."""
    target = link(iri)
    if not target:
        raise ProblemError(404, detail=f"{iri} cannot be followed.")
    return Response(
        status=303,
        headers={"Location": target, "Vary": "Accept, Accept-Encoding", "Cache-Control": "public, max-age=300"},
    )
