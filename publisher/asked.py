"""What a query string asks of the table of events: actors, classes, period, and what else narrows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask import request

from publisher.addresses import release
from publisher.classes import below, event_classes
from publisher.errors import ProblemError
from publisher.index import index
from publisher.namespaces import DIP, SKOS, expand
from publisher.selection import ACTOR, ANY, PLACE, TOPIC, Concern, Selection, named_in_table

ACTORS = frozenset(
    DIP + name for name in ("Person", "State", "Organization", "ArmedGroup", "Mission", "GovernmentBody")
)
_PLACES = frozenset({DIP + "Place", DIP + "State"})
_WAYS = (
    ("actor", ACTOR, ACTORS),
    ("with", ACTOR, ACTORS),
    ("place", PLACE, _PLACES),
    ("topic", TOPIC, frozenset({SKOS + "Concept"})),
    ("about", ANY, frozenset[str]()),
)
"""The parameters that name things: how the event is to concern them, and what they are."""
ROLES = ("Initiator", "Participant", "Target", "Host", "Mediator")
STATUSES = ("Occurred", "Planned", "Alleged", "Denied")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Named:
    """A thing that was named."""

    iri: str
    label: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A selection as somebody asked for it.

    Parameters:
        selection: the events that are asked for.
        things: the things that were named, by parameter.
        unknown: names that nobody knows, by parameter.
        given: the parameters as they were given, in a steady order, without those that are empty.
    """

    selection: Selection
    things: dict[str, Named]
    unknown: dict[str, str]
    given: tuple[tuple[str, str], ...]

    def shown(self, name: str) -> str:
        """What stands in the field of a parameter: the name of the thing, or what was given if that is too long."""
        thing = self.things.get(name)
        return thing.label if thing and len(thing.label) <= _LONGEST // 2 else dict(self.given).get(name, "")


def asked(*, ways: Iterable[tuple[str, tuple[str, ...], frozenset[str]]] = _WAYS) -> Asked:
    """Read the parameters of the request: what `ways` names, and type, role, status, from and to.

    :raises ProblemError: 400 for a class, role, status or date that is none.
    """
    things: dict[str, Named] = {}
    unknown: dict[str, str] = {}
    concerns, given = [], []
    role = _one_of("role", ROLES)
    for name, how, classes in ways:
        text = _text(name)
        if text:
            given.append((name, text))
            thing = find(text, classes)
            if thing is None:
                unknown[name] = text
            else:
                things[name] = thing
                concerns.append(Concern(thing.iri, how, role if role and how == ACTOR and name != "with" else ""))
    kinds = _kinds()
    status, first, last = _one_of("status", STATUSES), _day("from"), _day("to")
    given += [(name, _text(name)) for name in ("type", "role", "status", "from", "to") if _text(name)]
    return Asked(Selection(tuple(concerns), kinds, status, first, last), things, unknown, tuple(given))


def find(text: str, kinds: frozenset[str]) -> Named | None:
    """The thing that a person means: by its IRI, the end of it, a Wikidata number, or its name.

    :param kinds: classes, one of which it is to be of; empty for any.
    """
    row = named_in_table(release().base + text.lstrip("/")) or named_in_table(text)
    if row is not None:  # the addresses of our own pages name things so; no index is needed for them
        return Named(*row)
    found = index().identified(text)
    if found is None:
        likely = (thing for thing in index().called(text) if not kinds or thing.types & kinds)
        found = next(likely, None) or next((thing for thing, _ in index().search(text, types=kinds, limit=1)[0]), None)
    if found is None:
        found = next((thing for thing in index().named(text, limit=5) if not kinds or thing.types & kinds), None)
    return Named(found.iri, found.label) if found else None


def _text(name: str) -> str:
    return request.args.get(name, "").strip()[:_LONGEST]


def _one_of(name: str, known: Iterable[str]) -> str:
    """The IRI of a role or status that is given by its local name."""
    text, by_name = _text(name), {one.lower(): one for one in known}
    if not text:
        return ""
    if text.lower() not in by_name:
        raise ProblemError(400, detail=f"'{name}' is to be one of {', '.join(by_name.values())}.")
    return DIP + by_name[text.lower()]


def _kinds() -> tuple[str, ...]:
    text = _text("type")
    if not text:
        return ()
    kind = expand(text)
    if kind not in event_classes():
        raise ProblemError(400, detail="'type' is to be a class of events, such as Meeting: see /ontology.")
    return tuple(below(kind))


def _day(name: str) -> str:
    """A day, month or year as an ISO date: the first day of it for `from`, the last for `to`.

    :raises ProblemError: 400 when it is none.
    """
    text = _text(name)
    if not text:
        return ""
    ends = ("-01-01", "-01") if name == "from" else ("-12-31", "-31")
    whole = text + {4: ends[0], 7: ends[1]}.get(len(text), "")
    try:
        if len(text) == 7:  # the last day of a month is compared as text, and 31 is never before it
            date.fromisoformat(text + "-01")
        else:
            whole = date.fromisoformat(whole).isoformat()
    except ValueError as error:
        raise ProblemError(400, detail=f"'{name}' is to be a date such as 2025-01-27, 2025-01 or 2025.") from error
    return whole
