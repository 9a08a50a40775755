"""The smaller services of the Reconciliation Service API 0.2: suggest, flyout, preview and property proposals."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request

from publisher.addresses import link, release
from publisher.errors import ProblemError
from publisher.extension import properties_of, property_name
from publisher.index import index
from publisher.namespaces import RDFS, SKOS, compact, expand
from publisher.reconciliation import SUGGESTIONS, answer, entity, identifier, property_list, type_list, types_of
from publisher.responses import number, respond
from publisher.statements import gather
from publisher.things import Thing, normal
from publisher.wording import short

blueprint = Blueprint("suggestions", __name__, url_prefix="/reconcile")

_FEATURES = {
    "name_similarity": "How alike the name and the query are, from 0 to 100.",
    "exact_name": "Whether a name is the very query, apart from case, diacritics and punctuation.",
    "type_match": "Whether the candidate is of a type that was asked for.",
    "mentions": "In how many events and articles the candidate occurs.",
}


@blueprint.get("/suggest/entity")
def suggest_entity() -> Response:
    """Entities whose names begin so; the one with this identifier first."""
    prefix = _prefix()
    wanted = number("cursor", default=0, most=10**6) + number("limit", default=SUGGESTIONS, least=1, most=100)
    found = index().beginning(prefix, limit=wanted + 1)
    own = index().identified(prefix) if prefix else None
    things = [own, *(thing for thing in found if thing is not own)] if own else found
    return _suggest([_entity(thing) for thing in things])


def _entity(thing: Thing) -> dict[str, Any]:
    return {
        "id": identifier(thing.iri),
        "name": thing.label,
        **({"description": thing.description} if thing.description else {}),
        "notable": types_of(thing)[:1],
    }


@blueprint.get("/suggest/type")
def suggest_type() -> Response:
    """Types whose names begin so."""
    return _suggest(_beginning(type_list(), _prefix()))


@blueprint.get("/suggest/property")
def suggest_property() -> Response:
    """Properties whose names begin so."""
    return _suggest(_beginning(property_list(), _prefix()))


def _prefix() -> str:
    prefix = request.args.get("prefix")
    if prefix is None:
        raise ProblemError(400, detail="The parameter 'prefix' is missing.")
    return prefix


def _beginning(items: list[dict[str, Any]], prefix: str) -> list[dict[str, Any]]:
    """The items with the identifier, then those whose name begins so, then those with a word that does."""
    wanted = normal(prefix)

    def place(item: dict[str, Any]) -> int:
        name, iri = normal(item["name"]), expand(item["id"])
        if prefix.lower() in (item["id"].lower(), iri.lower(), item["id"].partition(":")[2].lower()):
            return 0
        if name.startswith(wanted) or item["id"].lower().startswith(prefix.lower()):
            return 1
        words = [*name.split(), normal(item["id"].partition(":")[2])]
        return 2 if any(word.startswith(wanted) for word in words) else 3

    return sorted((item for item in items if place(item) < 3), key=lambda item: (place(item), item["name"], item["id"]))


def _suggest(items: list[dict[str, Any]]) -> Response:
    cursor = number("cursor", default=0, most=10**6)
    limit = number("limit", default=SUGGESTIONS, least=1, most=100)
    return answer({"result": items[cursor : cursor + limit]})


@blueprint.get("/properties")
def propose() -> Response:
    """Properties that entities of a type have: the columns worth asking for."""
    kind = request.args.get("type")
    limit = number("limit", default=0, most=10**6)
    found = [{"id": compact(iri), "name": property_name(iri)} for iri in properties_of(expand(kind) if kind else None)]
    document: dict[str, Any] = {"properties": found[:limit] if limit else found}
    if kind is not None:
        document["type"] = kind
    if request.args.get("limit"):
        document["limit"] = limit
    return answer(document)


@blueprint.get("/preview")
def preview() -> Response:
    """A small page about an entity, made to stand in a frame of another page."""
    card = _card(entity(request.args.get("id", "")), whole=True)
    response = respond(card, "text/html; charset=utf-8", negotiated=False)
    # Clients show it in a frame, so the rules that keep other pages out of frames do not hold for it.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'; frame-ancestors *"
    return response


def _card(thing: Thing, *, whole: bool) -> str:
    found = gather(release(), thing.iri, incoming=0)
    definition = found.text(SKOS + "definition") if found else ""
    return render_template(
        "preview.html", thing=thing, types=types_of(thing), definition=definition, whole=whole, short=short,
        address=link(thing.iri), root_path=request.root_path.rstrip("/"),
    )  # fmt: skip


@blueprint.get("/flyout/<any(entity, type, property):kind>")
def flyout(kind: str) -> Response:
    """A few words of HTML about an entity, type or property."""
    asked = request.args.get("id", "")
    if kind == "entity":
        return answer({"id": asked, "html": _card(entity(asked), whole=False)})
    items = type_list() if kind == "type" else property_list()
    item = next((one for one in items if asked and expand(one["id"]) == expand(asked)), None)
    if item is None:
        raise ProblemError(404 if asked else 400, detail=f"There is no {kind} {asked[:200]!r}.")
    about = gather(release(), expand(item["id"]), incoming=0)
    definition = (about.text(SKOS + "definition") or about.text(RDFS + "comment")) if about else ""
    html = render_template("flyout.html", name=item["name"], definition=definition, id=item["id"])
    return answer({"id": asked, "html": html})


@blueprint.get("/feature")
def feature() -> Response:
    """What a matching feature means."""
    name = request.args.get("id", "")
    meaning = _FEATURES.get(name)
    if name.startswith("property:"):
        meaning = "How alike the property's value and the value asked for are, from 0 to 100."
    if meaning is None:
        raise ProblemError(404, detail=f"There is no matching feature {name[:200]!r}.")
    html = render_template("flyout.html", name=name, definition=meaning, id="")
    page = f"<!doctype html><html lang=en><title>Feature</title>{html}"
    return respond(page, "text/html; charset=utf-8", negotiated=False)
