"""Two actors side by side over a period: `/compare?a=&b=&from=&to=`, and the same as a spreadsheet."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response
from pyoxigraph import NamedNode

from publisher import pages, selection, together
from publisher.addresses import release
from publisher.asked import ACTORS, Asked, asked
from publisher.chronicle import EventRow
from publisher.classes import below
from publisher.formats import HTML
from publisher.listing import CSV, spreadsheet
from publisher.namespaces import DIP, RDF
from publisher.responses import choose, respond
from publisher.selection import ACTOR, Selection
from publisher.snippets import table_snippets

EVENTS = 50
"""Events of the table; the spreadsheet has all."""
PARTNERS = 12
SUGGESTED = 12
"""Pairs that are offered before anybody chose."""

blueprint = Blueprint("comparison", __name__)


@blueprint.get("/compare")
@blueprint.get("/compare.<any(csv, html):suffix>")
def compare(suffix: str | None = None) -> Response:
    """What two actors had to do with each other."""
    wanted = asked(ways=(("a", ACTOR, ACTORS), ("b", ACTOR, ACTORS)))
    chosen = choose((HTML, CSV), suffix=suffix)
    if chosen is CSV:
        return spreadsheet(wanted, "compare")
    return respond(pages.kept(f"compare {wanted.given}", lambda: _page(wanted)), HTML.content_type)


def _is_person(iri: str) -> bool:
    a, person = NamedNode(RDF + "type"), NamedNode(DIP + "Person")
    return any(True for _ in release().triples(NamedNode(iri), a, person))


def _page(wanted: Asked) -> str:
    a, b = wanted.things.get("a"), wanted.things.get("b")
    query = urlencode(wanted.given)
    values: dict[str, object] = {"events": [], "total": 0}
    if a and b:
        chosen = wanted.selection
        period = Selection((), chosen.kinds, chosen.status, chosen.first, chosen.last)
        found = selection.events(chosen, limit=EVENTS)
        talks = Selection(chosen.concerns, tuple(below(DIP + "Consultation")), "", chosen.first, chosen.last)
        values = {
            "events": found,
            "total": selection.count(chosen),
            "kinds": selection.tally(chosen, "kind"),
            "talk": next(iter(selection.events(talks, limit=1)), None),
            "who": selection.things(chosen, ("agent",), limit=20),
            "topics": selection.things(chosen, ("topic",), limit=12),
            "network": [
                (one, partner)
                for one in (a, b)
                for partner in together.partners(one.iri, sides=not _is_person(one.iri), limit=PARTNERS, within=period)
            ],
        }
        talk = values["talk"]
        if isinstance(talk, EventRow):
            values["talk_about"] = [row for row in selection.concerned([talk.number])[talk.number] if row[2] == "topic"]
    return pages.page(
        "compare.html",
        title=f"{a.label} and {b.label}" if a and b else "Compare two actors",
        wanted=wanted,
        given=dict(wanted.given),
        a=a,
        b=b,
        query=query,
        pairs=[] if a and b else together.pairs(limit=SUGGESTED),
        snippets=table_snippets(f"compare.csv?{query}") if a and b else (),
        **values,
    )
