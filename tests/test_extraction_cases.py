"""Short texts in plain wire style, and the events that the mapper is to find in them: all of them, and no others.

The texts lie in `extraction/*.toml`, one file for each phenomenon. Type, participants with their roles, and status of
every event are compared; day or bounds (or that it has none), location, medium and whether it is the main event where
the file lists them.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from mapper.article import make_article
from mapper.document import Event
from mapper.mapping import Tools, map_article

FOLDER = Path(__file__).parent / "extraction"
CASES: dict[str, dict[str, Any]] = {
    f"{path.stem}: {case['name']}": case
    for path in sorted(FOLDER.glob("*.toml"))
    for case in tomllib.loads(path.read_text(encoding="utf-8"))["text"]
}
TOLD = {"type", "participants", "status", "day", "undated", "earliest", "latest", "location", "medium", "main"}


def expected(event: dict[str, Any]) -> dict[str, Any]:
    """What the file says of an event, in the form of `found`."""
    assert set(event) <= TOLD, f"unknown field in {event}"
    roles = {label: sorted([role] if isinstance(role, str) else role) for label, role in event["participants"].items()}
    told = {"status": "Occurred", **event, "participants": roles}
    if "day" in told:
        told["earliest"] = told["latest"] = told.pop("day")
    if told.pop("undated", False):
        told["earliest"] = told["latest"] = None
    if told.get("location") is False:
        told["location"] = None
    return told


def found(event: Event, fields: set[str]) -> dict[str, Any]:
    """The event as the mapper found it, reduced to these fields."""
    roles: dict[str, list[str]] = {}
    for part in event.participations:
        roles.setdefault(part.agent.label, []).append(part.role.value)
    everything = {
        "type": event.type,
        "participants": {label: sorted(each) for label, each in roles.items()},
        "status": event.status.value,
        "earliest": event.bounds.earliest if event.bounds else None,
        "latest": event.bounds.latest if event.bounds else None,
        "location": event.location.label if event.location else None,
        "medium": event.medium.value if event.medium else None,
        "main": event.main,
    }
    return {key: value for key, value in everything.items() if key in fields}


def order(event: Event) -> tuple[str, list[str]]:
    return event.type, sorted(part.agent.label for part in event.participations)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_events_of_the_text_are_found_and_no_others(case: dict[str, Any], tools: Tools) -> None:
    article = make_article(case["text"], identifier="case", published=case["written"])
    wanted = sorted((expected(e) for e in case.get("event", [])), key=lambda e: (e["type"], sorted(e["participants"])))
    events = sorted(map_article(article, tools).events, key=order)
    fields = [set(event) for event in wanted] + [TOLD] * max(0, len(events) - len(wanted))
    assert [found(event, told) for event, told in zip(events, fields, strict=False)] == wanted


def test_there_are_texts_that_tell_of_nothing() -> None:
    silent = [case for case in CASES.values() if not case.get("event")]
    assert len(silent) >= 15
