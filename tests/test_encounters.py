"""One sentence for each usual way of telling of encounters and of what states do together: the event is found.

Each line of `encounters.tsv` holds the classes that a coder may choose, who takes part, and the sentence.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from mapper.article import make_article
from mapper.mapping import Tools, map_article

LINES = (Path(__file__).parent / "encounters.tsv").read_text(encoding="utf-8").splitlines()
BESIDE = "Fiji invited Samoa to a fair in 2019."
"""What the article tells beside, so that it is one about several states."""


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.rpartition("\t")[2][:70])
def test_the_sentence_tells_of_the_event(line: str, tools: Tools) -> None:
    classes, participants, sentence = line.split("\t")
    article = make_article(f"{sentence}\n\n{BESIDE}\n", identifier="line", published=date(2024, 6, 14))
    events = map_article(article, tools).events
    found = [(event.type, {part.agent.label for part in event.participations}) for event in events]
    assert any(kind in classes.split("|") and who == set(participants.split(", ")) for kind, who in found), found
