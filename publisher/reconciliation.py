"""The Reconciliation Service API 0.2, as OpenRefine and others speak it: names in, candidates out.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from __future__ import annotations

import json
import re
from typing import Any

from flask import Blueprint, Response, request

from publisher.addresses import release, root
from publisher.catalog import terms
from publisher.classes import specific, superclasses
from publisher.errors import ProblemError
from publisher.extension import extend, properties_of, property_name, things_with, values_as_words
from publisher.index import index
from publisher.matching import Candidate, Wanted, rank
from publisher.memory import per_release
from publisher.namespaces import DIP, SKOS, compact, expand
from publisher.protocol import FORM, parameters
from publisher.release import Release
from publisher.resources import described
from publisher.responses import json_body, respond
from publisher.things import CLASSES, Thing, normal

BATCH = 200
"""Queries in one batch."""
MOST = 100
"""Candidates of one query, however many are asked for."""
SUGGESTIONS = 20
_CALLBACK = re.compile(r"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*", re.ASCII)
_DEFAULT_TYPES = ("Person", "State", "Organization", "Place", "DiplomaticEvent")
_ASKED_FOR = frozenset({DIP + "Article", SKOS + "Concept"})
"""Classes whose members are candidates only for who asks for the class or gives the very name: they hold many names."""
_FIELDS = frozenset({"query", "type", "type_strict", "limit", "properties"})

blueprint = Blueprint("reconciliation", __name__, url_prefix="/reconcile")


def answer(document: object) -> Response:
    """JSON, or a script that calls `callback` with it (JSONP) for old clients."""
    callback = request.args.get("callback")
    if callback is None:
        return respond(json_body(document), "application/json", negotiated=False)
    if not _CALLBACK.fullmatch(callback) or len(callback) > 128:
        raise ProblemError(400, detail="The callback is to be a name of JavaScript.")
    text = json.dumps(document).replace("<", "\\u003c")
    # The comment keeps a browser plug-in from reading the answer as something else (the "Rosetta Flash" attack).
    return respond(f"/**/{callback}({text});", "application/javascript; charset=utf-8", negotiated=False)


@blueprint.get("")
@blueprint.get("/")
def get() -> Response:
    """The manifest, or the answer to queries in the address; for who asks for RDF, what the catalog says of it."""
    found = _answer(request.args.get("queries"), request.args.get("extend"))
    return found or described("reconcile", ("application/json",)) or answer(manifest())


@blueprint.post("")
@blueprint.post("/")
def post() -> Response:
    """The answer to queries in a form."""
    if request.mimetype not in (FORM, "multipart/form-data"):
        detail = f"Send a form ({FORM}) with a field 'queries' or 'extend'."
        raise ProblemError(415, detail=detail, headers={"Accept-Post": FORM})
    in_parts = request.mimetype == "multipart/form-data"
    form = request.form if in_parts else dict(parameters(request.get_data(), "form"))
    found = _answer(*(form.get(name, request.args.get(name)) for name in ("queries", "extend")))
    if found is None:
        raise ProblemError(400, detail="The form has neither a field 'queries' nor a field 'extend'.")
    return found


def _answer(queries: str | None, extension: str | None) -> Response | None:
    if queries is not None:
        batch = _object(queries, "queries")
        if len(batch) > BATCH:
            raise ProblemError(413, detail=f"A batch has at most {BATCH} queries; this one has {len(batch)}.")
        read = {key: read_query(key, query) for key, query in batch.items()}  # all or nothing: check before work
        return answer({key: {"result": [_candidate(one) for one in run(query)]} for key, query in read.items()})
    return answer(extend(_object(extension, "extend"))) if extension is not None else None


def _object(text: str, name: str) -> dict[str, Any]:
    """A JSON object.

    :raises ProblemError: 400 when it is something else.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ProblemError(400, detail=f"'{name}' is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise ProblemError(400, detail=f"'{name}' is to be a JSON object.")
    return found


def read_query(key: str, query: Any) -> dict[str, Any]:
    """A query as it is worked on.

    :raises ProblemError: 400 that names the query and what is wrong with it.
    """

    def wrong(what: str) -> ProblemError:
        return ProblemError(400, detail=f"Query {key[:100]!r}: {what}")

    if not isinstance(query, dict):
        raise wrong("it is to be an object.")
    unknown = sorted(query.keys() - _FIELDS)
    if unknown:
        raise wrong(f"there is no field {unknown[0]!r}; there are {', '.join(sorted(_FIELDS))}.")
    text, limit, strict = query.get("query"), query.get("limit", 10), query.get("type_strict", "any")
    if text is not None and (not isinstance(text, str) or not text):
        raise wrong("'query' is to be a non-empty string.")
    if isinstance(limit, bool) or not isinstance(limit, int | float) or limit != limit // 1 or limit < 1:
        raise wrong("'limit' is to be a positive whole number.")
    if strict not in ("any", "all", "should"):
        raise wrong("'type_strict' is to be any, all or should.")
    given = query.get("type", [])
    types = [one.get("id") if isinstance(one, dict) else one for one in (given if isinstance(given, list) else [given])]
    if not all(isinstance(one, str) for one in types):
        raise wrong("'type' is to be a type identifier or an array of them.")
    wanted = _properties(query.get("properties", []), wrong)
    if text is None and not wanted:
        raise wrong("at least one of 'query' and 'properties' is needed.")
    kinds = frozenset(expand(one) for one in types if one)
    return {"query": text, "limit": min(int(limit), MOST), "types": kinds, "strict": strict, "wanted": wanted}


def _properties(given: Any, wrong: Any) -> list[Wanted]:
    """The property values asked for; a value is a string, number, boolean or entity, or an array of them."""
    if not isinstance(given, list):
        raise wrong("'properties' is to be an array.")
    wanted = []
    for one in given:
        if not isinstance(one, dict) or not isinstance(one.get("pid"), str) or "v" not in one:
            raise wrong("each of 'properties' is to be an object with a string 'pid' and a value 'v'.")
        values = []
        for value in one["v"] if isinstance(one["v"], list) else [one["v"]]:
            if isinstance(value, dict):
                if not isinstance(value.get("id"), str):
                    raise wrong("an entity as a property value is to have a string 'id'.")
                values.append(value["id"])
            elif isinstance(value, bool):
                values.append(str(value).lower())
            elif isinstance(value, str | int | float):
                values.append(str(value))
            else:
                raise wrong("a property value is to be a string, number, boolean or entity.")
        wanted.append(Wanted(one["pid"], tuple(values)))
    return wanted


def run(query: dict[str, Any]) -> list[Candidate]:
    """The candidates of one query."""
    found, text = index(), query["query"]
    identified = found.identified(text) if text else None
    if text:
        name = normal(text)
        things = [
            thing
            for thing in found.named(text)
            if query["types"] or not thing.types & _ASKED_FOR or name in thing.normals
        ]
        things = [identified, *(thing for thing in things if thing is not identified)] if identified else things
    else:
        things = [
            thing
            for thing in things_with(query["wanted"])
            if (thing.types & query["types"] if query["types"] else not thing.types & _ASKED_FOR)
        ]
    ranked = rank(things, text, types=query["types"], strict=query["strict"], wanted=query["wanted"],
                  values=values_as_words, identified=identified)  # fmt: skip
    return ranked[: query["limit"]]


def identifier(iri: str) -> str:
    """The identifier of an entity: its IRI without the identifier space."""
    return iri.removeprefix(release().base)


def types_of(thing: Thing) -> list[dict[str, str]]:
    """The classes of a thing, the most specific first."""
    first = specific(thing.types)
    rest = sorted(kind for kind in thing.types if kind.startswith(DIP) and kind not in first)
    concept = [SKOS + "Concept"] if SKOS + "Concept" in thing.types else []
    return [{"id": compact(kind), "name": type_name(kind)} for kind in (*first, *rest, *concept)]


def type_name(iri: str) -> str:
    """The label of a class."""
    return terms().get(iri) or {SKOS + "Concept": "topic"}.get(iri, compact(iri).partition(":")[2] or iri)


def _candidate(one: Candidate) -> dict[str, Any]:
    return {
        "id": identifier(one.thing.iri),
        "name": one.thing.label,
        **({"description": one.thing.description} if one.thing.description else {}),
        "type": types_of(one.thing),
        "score": one.score,
        "match": one.match,
        "features": [{"id": name, "value": value} for name, value in one.features],
    }


def manifest() -> dict[str, Any]:
    """What the service offers and where (section 3.1)."""
    here = root().rstrip("/")

    def suggest(kind: str) -> dict[str, str]:
        return {
            "service_url": here,
            "service_path": f"/reconcile/suggest/{kind}",
            "flyout_service_url": here,
            "flyout_service_path": f"/reconcile/flyout/{kind}?id=${{id}}",
        }

    limit = {"name": "limit", "label": "Limit", "type": "number", "default": 0,
             "help_text": "Values per entity and property; 0 for all"}  # fmt: skip
    return {
        "versions": ["0.2"],
        "name": "Communique: people, states, organizations, places and diplomatic events",
        "identifierSpace": release().base,
        "schemaSpace": DIP,
        "documentation": f"{here}/",
        "serviceVersion": release().version,
        "defaultTypes": [{"id": f"dip:{name}", "name": type_name(DIP + name)} for name in _DEFAULT_TYPES],
        "view": {"url": f"{here}/{{{{id}}}}"},
        "feature_view": {"url": f"{here}/reconcile/feature?id={{{{id}}}}"},
        "preview": {"url": f"{here}/reconcile/preview?id={{{{id}}}}", "width": 430, "height": 300},
        "suggest": {kind: suggest(kind) for kind in ("entity", "property", "type")},
        "extend": {
            "propose_properties": {"service_url": here, "service_path": "/reconcile/properties"},
            "property_settings": [limit],
        },
        "batchSize": BATCH,
    }


@per_release
def type_list(release: Release) -> list[dict[str, Any]]:
    """All types that entities have, with the types directly above them."""
    rows = release.select("SELECT DISTINCT ?type WHERE { ?s a ?type }")
    used = {str(row["type"].value) for row in rows}  # type: ignore[union-attr]
    known = {kind for kind in used if kind.startswith(DIP)} | {DIP + name for name in (*CLASSES, "DiplomaticEvent")}
    hidden = {DIP + name for name in ("Participation", "Report", "Tenure")}
    above = superclasses()
    result = []
    for kind in [*sorted(known - hidden), SKOS + "Concept"]:
        entry: dict[str, Any] = {"id": compact(kind), "name": type_name(kind)}
        broader = specific(above.get(kind, ()))  # those directly above: what is inferred holds them all
        if broader:
            entry["broader"] = [{"id": compact(parent), "name": type_name(parent)} for parent in broader]
        result.append(entry)
    return result


def property_list() -> list[dict[str, str]]:
    """All properties that entities have."""
    used = properties_of(None)
    return [{"id": compact(iri), "name": property_name(iri), "description": compact(iri)} for iri in used]


def entity(text: str) -> Thing:
    """The thing with an identifier.

    :raises ProblemError: 400 for none, 404 for an unknown one.
    """
    if not text:
        raise ProblemError(400, detail="The parameter 'id' is missing.")
    thing = index().identified(text)
    if thing is None:
        raise ProblemError(404, detail=f"There is no entity {text[:200]!r}.")
    return thing
