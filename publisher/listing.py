"""All events, narrowed by actor, class, topic, place, period and status: `/events`, and the same as a spreadsheet."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, request

from publisher import pages, selection
from publisher.asked import ROLES, STATUSES, Asked, asked
from publisher.classes import event_classes
from publisher.formats import HTML, Format
from publisher.namespaces import local_name
from publisher.responses import choose, number, respond
from publisher.snippets import table_snippets
from publisher.spreadsheet import table

PAGE = 50
"""Events of a page."""
ROWS = 10_000
"""Events of a spreadsheet."""
CSV = Format("csv", "text/csv", "CSV")

blueprint = Blueprint("listing", __name__)


@blueprint.get("/events")
@blueprint.get("/events.<any(csv, html):suffix>")
def events(suffix: str | None = None) -> Response:
    """The events that fit, the latest first."""
    wanted = asked()
    chosen = choose((HTML, CSV), suffix=suffix)
    page = number("page", default=1, least=1, most=10**6)
    if chosen is CSV:
        return spreadsheet(wanted, "events")
    name = f"events {page} {wanted.given}"
    return respond(pages.kept(name, lambda: _page(wanted, page)), HTML.content_type)


def spreadsheet(wanted: Asked, name: str) -> Response:
    """What is asked for as CSV, as much as fits; a Link header leads to the rest."""
    start = (number("page", default=1, least=1, most=10**6) - 1) * ROWS
    found = [] if wanted.unknown else selection.events(wanted.selection, limit=ROWS + 1, offset=start)
    links = []
    if len(found) > ROWS:
        query = urlencode([*wanted.given, ("page", start // ROWS + 2)])
        links.append(f'<{request.root_path.rstrip("/")}/{name}.csv?{query}>; rel="next"; type="text/csv"')
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return respond(table(found[:ROWS]), CSV.content_type + "; header=present", headers=headers, links=links)


def _page(wanted: Asked, page: int) -> str:
    start = (page - 1) * PAGE
    chosen = wanted.selection
    total = 0 if wanted.unknown else selection.count(chosen)
    query = urlencode(wanted.given, safe="/")
    return pages.page(
        "events.html",
        title=_title(wanted),
        wanted=wanted,
        given=dict(wanted.given),
        events=selection.events(chosen, limit=PAGE, offset=start) if total else [],
        total=total,
        span=selection.span(chosen) if total else ("", ""),
        kinds=selection.tally(chosen, "kind") if total else [],
        statuses=selection.tally(chosen, "status") if total else [],
        classes=[(local_name(kind), pages.term(kind)) for kind in event_classes()],
        roles=ROLES,
        status_names=STATUSES,
        query=query,
        narrowed=lambda name, value: urlencode([*(pair for pair in wanted.given if pair[0] != name), (name, value)]),
        page=page,
        start=start,
        earlier=_address(wanted, page - 1) if page > 1 else "",
        later=_address(wanted, page + 1) if start + PAGE < total else "",
        snippets=table_snippets("events.csv" + (f"?{query}" if query else "")),
    )


def _address(wanted: Asked, page: int) -> str:
    return f"{request.root_path.rstrip('/')}/events?{urlencode([*wanted.given, ('page', page)])}"


def _title(wanted: Asked) -> str:
    """What is listed, in a few words."""
    given = dict(wanted.given)
    title = f"Events: {given['type']}" if "type" in given else "Events"
    names = " and ".join(thing.label for thing in wanted.things.values())
    return f"{title}, {names}" if names else title
