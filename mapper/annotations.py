"""Gold annotations as files and values: types, dates and offices as the annotation guide writes them."""

from __future__ import annotations

import calendar
import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mapper.errors import InputError
from mapper.published import norm

Place = tuple[str, int]
"""A gold event: its article and its number there."""

Gold = Mapping[str, Any]

CLASSES: Mapping[str, frozenset[str]] = {
    kind: frozenset(classes.split())
    for kind, classes in {
        "phone_call": "TelephoneCall", "meeting": "Meeting", "visit": "Visit", "summit": "Summit",
        "negotiation": "Negotiation", "mediation": "Mediation", "agreement": "Agreement",
        "statement_joint": "JointStatement", "condemnation": "Condemnation", "accusation": "Accusation",
        "denial": "Denial", "appeal": "Appeal", "praise_support": "Endorsement", "threat_warning": "Warning",
        "invitation": "Invitation", "sanction": "Sanction", "expulsion_recall": "Expulsion Recall Summoning",
        "relations_change": "RelationsChange", "aid_pledge": "AidPledge", "deployment": "Deployment", "vote": "Vote",
        "other": "",
    }.items()
}  # fmt: skip
"""The classes that count as the same, by the gold's types."""

NEAR = tuple(
    frozenset(kinds.split())
    for kinds in (
        "meeting visit summit negotiation mediation phone_call",
        "condemnation accusation threat_warning denial",
        "appeal invitation statement_joint praise_support",
        "aid_pledge deployment praise_support",
        "sanction expulsion_recall relations_change",
        "agreement statement_joint",
        "vote praise_support deployment",
    )
)
"""Near misses that a human coder would not call wrong: they count in the lenient figures only."""

_OFFICE_WORDS = {
    "us": "united states", "u s": "united states", "uk": "united kingdom", "un": "united nations",
    "foreign minister": "minister foreign affairs", "foreign secretary": "secretary foreign affairs",
    "pm": "prime minister", "cs": "cabinet secretary", "eu": "european union", "american": "united states",
}  # fmt: skip


def read_gold(folder: Path) -> list[dict[str, Any]]:
    """The annotations of a folder, by file name. Raises InputError when there is none or one is broken."""
    gold = []
    for path in sorted(folder.glob("*.json")):
        try:
            annotation = json.loads(path.read_text(encoding="utf-8"))
            annotation.setdefault("id", path.stem)
            gold.append(annotation)
        except (OSError, ValueError, AttributeError) as error:
            raise InputError(f"{path} is not an annotation: {error}") from error
    if not gold:
        raise InputError(f"There is no annotation (*.json) in {folder}.")
    return gold


def read_names(path: Path) -> dict[str, str]:
    """Wikidata ids by names, from a CSV with the columns name and qid."""
    with path.open(encoding="utf-8", newline="") as lines:
        return {norm(row["name"]): row["qid"] for row in csv.DictReader(lines) if row.get("qid")}


def read_same(path: Path) -> list[list[Place]]:
    """Groups of gold events that are one event."""
    return [[(article, number) for article, number in group] for group in json.loads(path.read_text(encoding="utf-8"))]


def kinds_of(event: Gold) -> list[str]:
    """The types that coders give an event."""
    kinds: str | list[str] = event["type"]
    return kinds if isinstance(kinds, list) else [kinds]


def classes_of(event: Gold, *, near: bool) -> frozenset[str]:
    """The classes of the ontology that agree with the types of an event; `near` takes in the near misses."""
    kinds = set(kinds_of(event))
    if near:
        kinds |= {kind for family in NEAR if family & kinds for kind in family}
    return frozenset().union(*(CLASSES[kind] for kind in kinds))


def interval(written: str | None) -> tuple[str, str] | None:
    """First and last day of a date of the gold.

    >>> interval("2024-02"), interval("2024-02-01/2024-02-03"), interval(None)
    (('2024-02-01', '2024-02-29'), ('2024-02-01', '2024-02-03'), None)
    """
    if not written:
        return None
    first, slash, last = written.partition("/")
    if slash:
        return _first_and_last(first)[0], _first_and_last(last)[1]
    return _first_and_last(written)


def same_office(gold: str, got: str) -> bool:
    """Whether two names of an office share most of their words.

    >>> same_office("US Foreign Minister", "Minister of Foreign Affairs of the United States")
    True
    """
    one, other = _office_words(gold), _office_words(got)
    return bool(one and other) and len(one & other) / len(one | other) >= 0.6


def _first_and_last(written: str) -> tuple[str, str]:
    if len(written) == 4:
        return f"{written}-01-01", f"{written}-12-31"
    if len(written) == 7:
        return f"{written}-01", f"{written}-{calendar.monthrange(int(written[:4]), int(written[5:]))[1]:02}"
    return written, written


def _office_words(office: str) -> set[str]:
    told = f" {norm(office)} "
    for short, long in _OFFICE_WORDS.items():
        told = told.replace(f" {short} ", f" {long} ")
    return set(told.split()) - {"and", "for", "to", "a", "s", "his", "her"}
