"""A client of a reconciliation service that looks at every answer with the specification in hand."""

from __future__ import annotations

import json
from urllib.parse import quote, urlencode

from blackbox import Site

ENDPOINT = "/reconcile"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
KENYA = "entity/Q114"


def encoded(text: str) -> str:
    """As a URI component (section 2.1)."""
    return quote(text, safe="")


def posted(site: Site, name: str, document: object, status: int = 200) -> dict:
    """The answer to a form with one field."""
    body = urlencode({name: document if isinstance(document, str) else json.dumps(document)})
    reply = site.ask(ENDPOINT, method="POST", headers=FORM, body=body)
    assert reply.status == status, reply.text
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert reply.type == ("application/json" if status == 200 else "application/problem+json")
    return reply.json


def candidates(site: Site, query: str | None = None, **more: object) -> list[dict]:
    """The candidates of one query, each seen to be what the specification says (section 4.2)."""
    asked = more if query is None else {"query": query, **more}
    (found,) = posted(site, "queries", {"q": asked}).values()
    assert found.keys() == {"result"}
    for one in found["result"]:
        assert one.keys() >= {"id", "name", "score", "match", "type"}
        assert one["id"]
        assert one["name"]
        assert isinstance(one["score"], int | float)
        assert isinstance(one["match"], bool)
        assert isinstance(one.get("description", ""), str)
        assert all(kind["id"] and kind["name"] for kind in one["type"])
        names = [feature["id"] for feature in one["features"]]
        assert len(names) == len(set(names))
        assert all(isinstance(feature["value"], bool | int | float) for feature in one["features"])
    scores = [one["score"] for one in found["result"]]
    assert scores == sorted(scores, reverse=True)
    assert len({one["id"] for one in found["result"]}) == len(scores)
    return found["result"]
