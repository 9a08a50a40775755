"""Events as a spreadsheet: comma-separated values (RFC 4180), one event a row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from publisher.chronicle import EventRow
from publisher.namespaces import DIP, local_name
from publisher.selection import concerned

_ROLES = ("Initiator", "Participant", "Target", "Host", "Mediator")
COLUMNS = (
    *("event", "label", "type", "earliest", "latest", "status", "place"),
    *(role.lower() for role in _ROLES),
    *("for", "topic", "articles", "headlines"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula (OWASP, CSV Injection).

    >>> cell("=1+1"), cell("Paris")
    ("'=1+1", 'Paris')
    """
    return "'" + text if text.startswith(_FORMULA) else text


def table(events: Sequence[EventRow]) -> str:
    """The events as CSV with a row of headings; several values of a cell are parted by " | "."""
    things = concerned([event.number for event in events])
    output = io.StringIO()
    writer = csv.writer(output)
    writer.writerow(COLUMNS)
    for event in events:
        of = things[event.number]
        fixed = (event.iri, event.label, local_name(event.kind), event.first, event.last, local_name(event.status))
        roles = [_joined(label for _, label, how, role in of if how == "agent" and role in (DIP + name, _plain(name)))
                 for name in _ROLES]  # fmt: skip
        rest = (
            _joined(label for _, label, how, _ in of if how == "behalf"),
            _joined(label for _, label, how, _ in of if how == "topic"),
            _joined(iri for iri, _, how, _ in of if how == "article"),
            _joined(label for _, label, how, _ in of if how == "article"),
        )
        writer.writerow([cell(text) for text in (*fixed, event.place_label, *roles, *rest)])
    return output.getvalue()


def _plain(role: str) -> str:
    """Who takes part without a role of their own is a participant."""
    return "" if role == "Participant" else DIP + role


def _joined(texts: Iterable[str]) -> str:
    return " | ".join(dict.fromkeys(text.replace("|", "/") for text in texts))
