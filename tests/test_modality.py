"""What a sentence says happened, is to happen, is claimed or denied, and what it does not say at all."""

from __future__ import annotations

import pytest
from parsed import sentence, source, word

from mapper.document import Status
from mapper.mapping import Tools
from mapper.modality import is_attribute, is_perfect, mode_of

DONE, AHEAD, SAID, DENIED = Status.OCCURRED, Status.PLANNED, Status.ALLEGED, Status.DENIED


@pytest.mark.parametrize(
    ("text", "trigger", "status"),
    [
        ("Emmanuel Macron met Olaf Scholz in Berlin.", "meet", DONE),
        ("Emmanuel Macron will meet Olaf Scholz in Berlin.", "meet", AHEAD),
        ("Emmanuel Macron is to meet Olaf Scholz.", "meet", AHEAD),
        ("Emmanuel Macron plans to visit Egypt.", "visit", AHEAD),
        ("Emmanuel Macron wants to visit Egypt.", "visit", None),
        ("Emmanuel Macron flew to Berlin to meet Olaf Scholz.", "meet", DONE),
        ("Emmanuel Macron refused to meet Olaf Scholz.", "meet", None),
        ("Emmanuel Macron did not meet Olaf Scholz.", "meet", None),
        ("Emmanuel Macron could meet Olaf Scholz.", "meet", None),
        ("China helped broker a truce.", "broker", DONE),
        ("Ukraine claimed that Iran deployed soldiers.", "deploy", SAID),
        ("Iran denied that it deployed soldiers.", "deploy", DENIED),
        ("Iran denied supplying drones to Russia.", "supply", DENIED),
        ("Ukraine accused Iran of supplying drones to Russia.", "supply", SAID),
        ("If India leaves, China will complain.", "leave", None),
        ("Qatar began mediating between the two.", "mediate", DONE),
        ("India held talks with Nepal.", "talk", DONE),
        ("India will hold talks with Nepal.", "talk", AHEAD),
        ("India cancelled talks with Nepal.", "talk", None),
        ("India called for talks with Nepal.", "talk", None),
        ("India made preparations for a summit with Nepal.", "summit", AHEAD),
        ("No such meeting took place.", "meeting", DENIED),
        ("The upcoming summit worries Nepal.", "summit", AHEAD),
    ],
)
def test_status(text: str, trigger: str, status: Status | None, tools: Tools) -> None:
    mode = mode_of(word(sentence(text, tools), trigger), performative=False)
    assert (mode.status if mode else None) == status


def test_what_exists_by_being_said_has_no_planned_form(tools: Tools) -> None:
    verb = word(sentence("Norway will condemn the attack.", tools), "condemn")
    assert mode_of(verb, performative=True) is None
    planned = mode_of(verb, performative=False)
    assert planned is not None
    assert planned.status is AHEAD


def test_tense_and_claimant(tools: Tools) -> None:
    read = sentence("Ukraine claimed that Iran had deployed soldiers.", tools)
    mode = mode_of(word(read, "deploy"), performative=False)
    assert mode is not None
    assert mode.claimant is not None
    assert (mode.pluperfect, source(read, mode.claimant)) == (True, "Ukraine")


def test_perfect_and_attribute(tools: Tools) -> None:
    assert is_perfect(word(sentence("Tehran has dismissed the report.", tools), "dismiss"))
    assert not is_perfect(word(sentence("Tehran dismissed the report.", tools), "dismiss"))
    assert is_attribute(word(sentence("The troops deployed in Haiti left.", tools), "deploy"))
    assert not is_attribute(word(sentence("Chile deployed troops in Haiti.", tools), "deploy"))
