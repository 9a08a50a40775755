"""The usual ways in which news tells of statements and measures: each of them is found, with those who act in it.

The ways lie in `wordings.tsv`. A text before each tells of others, so that one state alone may act in it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from mapper.article import make_article
from mapper.document import Event, Role
from mapper.mapping import Tools, map_article

TOLD_BEFORE = "Ministers of Samoa and Tuvalu held talks in Apia on Monday.\n\n"
ROWS = [
    line.split("\t")
    for line in (Path(__file__).parent / "wordings.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
KINDS = sorted({row[0] for row in ROWS})


def sides(event: Event, *, initiators: bool) -> set[str]:
    """The states and bodies on one side of the event, also those for whom persons act."""
    return {
        (part.behalf or part.agent).label
        for part in event.participations
        if (part.role is Role.INITIATOR) is initiators
    }


def tells(event: Event, kind: str, initiators: str, targets: str) -> bool:
    """Whether this is the event that the row tells of."""
    asked = ((initiators, True), (targets, False))
    return event.type == kind and all(
        names == "*" or sides(event, initiators=side) == set(filter(None, names.split(", "))) for names, side in asked
    )


@pytest.mark.parametrize("kind", KINDS)
def test_usual_wordings_are_found(kind: str, tools: Tools) -> None:
    missed = []
    for _, initiators, targets, words in (row for row in ROWS if row[0] == kind):
        events = map_article(make_article(TOLD_BEFORE + words, identifier="wording"), tools).events
        if not any(tells(event, kind, initiators, targets) for event in events):
            missed.append(
                (words, [(e.type, [(p.role.value, p.agent.label) for p in e.participations]) for e in events])
            )
    assert not missed


def test_every_statement_and_measure_has_wordings() -> None:
    assert len(KINDS) == 12
