"""What there is and where: the description of the dataset, the site map, and the notes for robots and browsers."""

from __future__ import annotations

from collections.abc import Callable
from xml.sax.saxutils import escape

from flask import Blueprint, Response
from flask.sansio.blueprints import BlueprintSetupState
from pyoxigraph import NamedNode, Quad

from publisher import pages
from publisher.addresses import link, release, root
from publisher.catalog import catalog, context, licence
from publisher.errors import ProblemError
from publisher.formats import BY_SUFFIX, FORMATS, HTML, TURTLE, Format, write_rdf
from publisher.home import front_page
from publisher.memory import per_release
from publisher.namespaces import DCTERMS, RDFS, SKOS
from publisher.release import Release
from publisher.responses import choose, respond
from publisher.statements import describe

SITEMAP_SIZE = 50_000
"""Addresses that one site map may hold (sitemaps.org protocol)."""

blueprint = Blueprint("description", __name__)


def document(
    name: str,
    quads: list[Quad],
    format: Format | None,
    html: Callable[[], str],
    *,
    about: str | None = None,
    query: str = "",
    turtle: bytes | None = None,
    default: Format | None = None,
) -> Response:
    """Answer with a document of several resources in the format that was asked for.

    :param name: its path below the base, without suffix.
    :param about: the IRI that the document is about first of all.
    :param turtle: the document in Turtle, where it is a file that people wrote.
    :param query: "?…" of the address, where it is a page of several.
    :param default: the format for clients that take anything; HTML when not given.
    """
    current = release()
    chosen = choose(FORMATS, suffix=format.suffix if format else None, default=default)
    here = link(current.base + name)
    links = [f'<{here}.{f.suffix}{query}>; rel="alternate"; type="{f.media_type}"' for f in FORMATS if f is not chosen]
    links.append(f'<{here}.ttl{query}>; rel="describedby"; type="text/turtle"')
    links += [f'<{about}>; rel="describes"'] if about else []
    links += [f'<{licence()}>; rel="license"'] if licence() else []
    headers = {"Content-Location": f"{here}.{chosen.suffix}{query}"}
    if chosen is HTML:
        return respond(html(), HTML.content_type, headers=headers, links=links)
    if chosen is TURTLE and turtle is not None:
        return respond(turtle, TURTLE.content_type, headers=headers, links=links)
    body = write_rdf(quads, chosen, base=current.base, context=context(), root=about)
    return respond(body, chosen.content_type, headers=headers, links=links)


def format_of(suffix: str | None) -> Format | None:
    """The format of a suffix in the path.

    :raises ProblemError: 404 for a suffix that no document has.
    """
    if suffix is None:
        return None
    if suffix not in BY_SUFFIX:
        raise ProblemError(404, detail=f"There is no form of this document that ends in .{suffix}.")
    return BY_SUFFIX[suffix]


@blueprint.record_once
def tidy(state: BlueprintSetupState) -> None:
    """Let templates be laid out for people without the pages growing by it."""
    state.app.jinja_env.trim_blocks = state.app.jinja_env.lstrip_blocks = True


@blueprint.get("/")
def home() -> Response:
    """The first page; the description of the dataset for those who ask for RDF."""
    return _catalog("dataset", None, lambda: pages.kept("home", front_page))


@blueprint.get("/.well-known/void")
@blueprint.get("/void")
def void() -> Response:
    """VoID, which programs look for at this address (https://www.w3.org/TR/void/#well-known); Turtle if in doubt."""
    return _catalog("dataset", None, dataset_page, default=TURTLE)


@blueprint.get("/catalog")
@blueprint.get("/dataset")
@blueprint.get("/void.<suffix>")
@blueprint.get("/catalog.<suffix>")
@blueprint.get("/dataset.<suffix>")
def dataset(suffix: str | None = None) -> Response:
    """VoID, DCAT and PROV of the dataset, and its services."""
    return _catalog("dataset", format_of(suffix), dataset_page)


def _catalog(name: str, format: Format | None, html: Callable[[], str], *, default: Format | None = None) -> Response:
    return document(name, list(_described()), format, html, about=release().base + "dataset", default=default)


@per_release
def _described(release: Release) -> tuple[Quad, ...]:
    """The catalog and the labels of the classes and entities that it names."""
    quads = list(catalog())
    for node in sorted({quad.object for quad in quads if isinstance(quad.object, NamedNode)}, key=str):
        for predicate in (RDFS + "label", SKOS + "prefLabel", DCTERMS + "title"):
            quads += (Quad(*quad.triple) for quad in release.quads(node, NamedNode(predicate)))
    return tuple(dict.fromkeys(quads))


def dataset_page() -> str:
    """The page of the dataset."""
    iri = release().base + "dataset"
    return pages.kept("dataset", lambda: pages.render(describe(iri, _described()), iri))


@per_release
def _places(release: Release) -> tuple[str, ...]:
    """Every IRI of the data that has a page of its own."""
    rows = release.select(
        "SELECT DISTINCT ?s WHERE { ?s a ?type . FILTER(?type IN (dip:Article, dip:Person, dip:State, dip:Organization,"
        " dip:ArmedGroup, dip:Mission, dip:GovernmentBody, dip:Place, dip:Office, dip:Instrument, dip:Occasion,"
        " skos:Concept)) }"
    )
    events = release.select("SELECT DISTINCT ?s WHERE { ?s dip:reportedBy ?article }")
    found = {str(row["s"].value) for row in (*rows, *events)}  # type: ignore[union-attr]
    own = sorted(iri for iri in found if iri.startswith(release.base) and "#" not in iri)
    return (release.base, *(release.base + name for name in ("dataset", "ontology", "dumps/")), *own)


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """The addresses of all pages (sitemaps.org); an index where they do not fit into one file."""
    places = _places()
    if len(places) <= SITEMAP_SIZE:
        return _sitemap("urlset", "url", places)
    parts = range(1, -(-len(places) // SITEMAP_SIZE) + 1)
    return _sitemap("sitemapindex", "sitemap", [f"{root()}sitemap-{part}.xml" for part in parts])


@blueprint.get("/sitemap-<int:part>.xml")
def sitemap_part(part: int) -> Response:
    """A part of the addresses of all pages."""
    places = _places()[(part - 1) * SITEMAP_SIZE : part * SITEMAP_SIZE] if part else ()
    if not places:
        raise ProblemError(404, detail="The site map has no such part.")
    return _sitemap("urlset", "url", places)


def _sitemap(outer: str, inner: str, places: list[str] | tuple[str, ...]) -> Response:
    lines = "".join(f"<{inner}><loc>{escape(place)}</loc></{inner}>\n" for place in places)
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<{outer} xmlns="{namespace}">\n{lines}</{outer}>\n'
    return respond(body, "application/xml", negotiated=False)


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What robots should leave alone: what is computed; everything else is welcome to be read."""
    body = (
        "User-agent: *\nDisallow: /sparql?\nDisallow: /fragments?\nDisallow: /reconcile\n\n"
        f"Sitemap: {root()}sitemap.xml\n"
    )
    return respond(body, "text/plain; charset=utf-8", negotiated=False)
