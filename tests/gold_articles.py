"""The gold annotations as the mapper's own values: what a mapper without faults would hand on to merging."""

from __future__ import annotations

import csv
import json
from calendar import monthrange
from datetime import date
from pathlib import Path
from typing import Any

from mapper.document import (
    Article,
    Bounds,
    Capacity,
    DateReason,
    Entity,
    Event,
    Evidence,
    Granularity,
    Kind,
    MappedArticle,
    Medium,
    Participation,
    Role,
    Status,
)

GOLD = Path(__file__).parent / "gold"
HELD_BACK = frozenset(f"dev-{number:03}" for number in (3, 4, 11, 14, 21, 25, 26, 27, 32, 38, 39))
"""The check set: its scores are looked at, never its errors."""
CLASSES = {
    "phone_call": "TelephoneCall",
    "meeting": "Meeting",
    "visit": "Visit",
    "summit": "Summit",
    "negotiation": "Negotiation",
    "mediation": "Mediation",
    "agreement": "Agreement",
    "statement_joint": "JointStatement",
    "condemnation": "Condemnation",
    "accusation": "Accusation",
    "denial": "Denial",
    "appeal": "Appeal",
    "praise_support": "Endorsement",
    "threat_warning": "Warning",
    "invitation": "Invitation",
    "sanction": "Sanction",
    "expulsion_recall": "Expulsion",
    "relations_change": "RelationsChange",
    "aid_pledge": "AidPledge",
    "deployment": "Deployment",
    "vote": "Vote",
}
MEDIA = {"phone": Medium.TELEPHONE, "in_person": Medium.IN_PERSON, "virtual": Medium.VIRTUAL, "written": Medium.WRITTEN}


def names() -> dict[str, str]:
    """Wikidata ids by the names that the gold uses."""
    with (GOLD / "names.csv").open(encoding="utf-8") as lines:
        return {row["name"]: row["qid"] for row in csv.DictReader(lines) if row["qid"]}


def read(folder: Path, articles: Path) -> list[MappedArticle]:
    """Every annotated article of a folder."""
    ids = names()
    return [
        _article(json.loads(path.read_text(encoding="utf-8")), ids, articles) for path in sorted(folder.glob("*.json"))
    ]


def _article(gold: dict[str, Any], ids: dict[str, str], folder: Path) -> MappedArticle:
    day = date.fromisoformat(gold["document_date"]) if gold["document_date"] else None
    text = (folder / f"{gold['id']}.txt").read_text(encoding="utf-8")
    article = Article(
        gold["id"], text, (), headline=gold["headline"], published=day, source=f"{gold['id']}.txt", digest="0" * 64
    )
    return MappedArticle(
        article, (), tuple(_event(event, ids, text) for event in gold["events"] if event["type"] != "other")
    )


def _event(gold: dict[str, Any], ids: dict[str, str], text: str) -> Event:
    def entity(name: str, kind: str = "state") -> Entity:
        key = ids.get(name, f"{kind}-{name.lower().replace(' ', '-')}")
        known = {"person": Kind.PERSON, "state": Kind.STATE, "place": Kind.PLACE}
        return Entity(key, name, known.get(kind, Kind.ORGANIZATION), qid=ids.get(name))

    def role(name: str) -> Role:
        for field, value in (("initiator", Role.INITIATOR), ("target", Role.TARGET)):
            if name in (gold[field] or "").split("|"):
                return value
        return Role.PARTICIPANT

    kind = gold["type"][0] if isinstance(gold["type"], list) else gold["type"]
    parts = tuple(
        Participation(
            entity(part["name"], part.get("kind") or "state"),
            role(part["name"]),
            Capacity(part["capacity"]) if part.get("capacity") else None,
            entity(part["represents"]) if part.get("represents") else None,
        )
        for part in gold["participants"]
    )
    exact = gold["evidence"] if isinstance(gold["evidence"], str) else gold["evidence"][0]
    start = max(text.find(exact), 0)
    return Event(
        CLASSES[kind],
        parts,
        (Evidence(start, start + len(exact), exact, "gold"),),
        bounds(gold["date"]),
        entity(gold["location"], "place") if gold["location"] else None,
        medium=MEDIA.get(gold["mode"]),
        status=Status(gold.get("status", "occurred").capitalize()),
        main=gold["main"],
        confidence=0.9,
    )


def bounds(written: str | None) -> Bounds | None:
    """The days of a date as the guide writes it: day, month, year, or two of them with a slash between."""
    if written is None:
        return None
    first, _, last = written.partition("/")
    (earliest, granularity), (latest, _) = _days(first), _days(last or first)
    return Bounds(earliest[0], latest[1], Granularity.RANGE if last else granularity, DateReason.ADJUNCT, written)


def _days(written: str) -> tuple[tuple[date, date], Granularity]:
    parts = [int(part) for part in written.split("-")]
    if len(parts) == 3:
        return (date(*parts), date(*parts)), Granularity.DAY
    if len(parts) == 2:
        return (date(*parts, 1), date(*parts, monthrange(*parts)[1])), Granularity.MONTH
    return (date(parts[0], 1, 1), date(parts[0], 12, 31)), Granularity.YEAR


def numbers(identifier: str, folder: Path = GOLD / "dev" / "gold") -> list[int]:
    """The numbers in the annotation of the events that `read` makes."""
    gold = json.loads((folder / f"{identifier}.json").read_text(encoding="utf-8"))
    return [index for index, event in enumerate(gold["events"]) if event["type"] != "other"]
