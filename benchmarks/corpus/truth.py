"""What is true of an article, as the annotation guide (tests/gold/GUIDE.md) writes it down."""

from __future__ import annotations

from typing import Any

from corpus.world import Happening, Side, table


def gold_event(
    happening: Happening, *, main: bool, evidence: str, initiative: bool, status: str, date: str, place: bool
) -> dict[str, Any]:
    """The annotation of a happening as one article tells it.

    `initiative` says whether the article tells who began, `place` whether it tells where; `date` is what it tells.
    """
    rules = table("telling")[happening.kind]
    sides = dict(zip("abc", happening.sides, strict=False))
    begins = rules.get("initiator") or ("a" if happening.kind == "visit" or initiative else None)
    people = [_participant(side, optional=letter != rules.get("only", letter)) for letter, side in sides.items()]
    if rules.get("also_states"):
        people += [{**_state(side), "optional": True} for side in happening.sides]
    return {
        "type": rules.get("gold_type", happening.kind),
        "main": main,
        "date": date,
        "participants": people,
        "initiator": sides[begins].entity.label if begins else None,
        "target": sides[rules["target"]].entity.label if "target" in rules else None,
        "location": happening.place if place else None,
        "mode": rules.get("mode", "unknown"),
        "topics": [],
        "evidence": evidence,
        "status": status,
        "optional": False,
    }


def gold_talks(mediation: dict[str, Any]) -> dict[str, Any]:
    """The talks of the two sides that a mediator brought together: one annotator lists them, another does not."""
    parties = mediation["participants"][1:]
    talks = {"type": ["negotiation", "meeting"], "main": False, "participants": parties, "initiator": None}
    return {**mediation, **talks, "optional": True}


def entities(happening: Happening) -> list[str]:
    """Who is named where a happening is told."""
    return [side.entity.label for side in happening.sides]


def _participant(side: Side, *, optional: bool) -> dict[str, Any]:
    part: dict[str, Any] = {"name": side.entity.label, "kind": "organization", "capacity": None, "represents": None}
    if side.title and side.state:
        part |= {"kind": "person", "capacity": side.office, "represents": side.state.entity.label}
    elif side.state:
        part["kind"] = "state"
    return {**part, "optional": True} if optional else part


def _state(side: Side) -> dict[str, Any]:
    label = side.state.entity.label if side.state else side.entity.label
    return {"name": label, "kind": "state", "capacity": None, "represents": None}
