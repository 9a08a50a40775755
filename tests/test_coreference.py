"""Who is meant by pronouns, plurals and counterparts, over sentences of one text."""

from __future__ import annotations

import pytest
from parsed import sentences

from mapper.coreference import Coreference
from mapper.mapping import Tools

MACRON, SCHOLZ, MELONI = "Emmanuel Macron", "Olaf Scholz", "Giorgia Meloni"


def meant(text: str, of: str, tools: Tools) -> list[str]:
    """The labels of those whom the last such word of the text refers to."""
    read = sentences(text, tools)
    references = Coreference(read, tools.gazetteer.entity).resolve()
    places = [(n, t.i) for n, each in enumerate(read) for t in each.parse if t.lower_ == of]
    assert places, f"no {of!r} in {text!r}"
    return [entity.label for entity in references.get(places[-1], ())]


@pytest.mark.parametrize(
    ("text", "of", "who"),
    [
        ("Emmanuel Macron met Olaf Scholz. He flew home.", "he", [MACRON]),
        ("Emmanuel Macron met Giorgia Meloni. She flew home.", "she", [MELONI]),
        ("Emmanuel Macron met Olaf Scholz. They discussed trade.", "they", [MACRON, SCHOLZ]),
        ("Emmanuel Macron met Olaf Scholz. The two leaders discussed trade.", "leaders", [MACRON, SCHOLZ]),
        ("Emmanuel Macron met Olaf Scholz. Both countries want peace.", "countries", ["France", "Germany"]),
        ("Emmanuel Macron met Olaf Scholz. The two countries want peace.", "countries", ["France", "Germany"]),
        ("Egypt and Qatar announced that they would mediate.", "they", ["Egypt", "Qatar"]),
        ("Italy left. It condemned the attack.", "it", ["Italy"]),
        ("The African Union met in Addis Ababa. The bloc condemned the coup.", "bloc", ["African Union"]),
        ("Chile recalled its ambassador. The government was angry.", "government", ["Chile"]),
        ("Rwanda cut ties with Belgium and gave its diplomats two days to leave.", "its", ["Belgium"]),
        ("Somalia thanked Turkey for its mediation.", "its", ["Turkey"]),
        ("Algeria cut ties in 2021, after its embassy was attacked.", "its", ["Algeria"]),
        ("Chad left the bloc. Spain, which it accuses of meddling, was angry.", "it", ["Chad"]),
        ("Italy met Spain. Brazil called it a success.", "it", ["Italy"]),
        ("Emmanuel Macron left Rome. Olaf Scholz thanked him.", "him", [MACRON]),
        ("Emmanuel Macron said that his country was ready.", "country", ["France"]),
        ("Norway's foreign ministry was angry. Spain left. The ministry protested.", "ministry", ["Norway"]),
        (
            "India accused Pakistan of firing. Pakistan warned India. Chad and Mali left. It rained. "
            "Iran called on both sides to stop.",
            "sides",
            ["Pakistan", "India"],
        ),
        ("The weather was fine. He left.", "he", []),
        ("The weather was fine. They left.", "they", []),
    ],
)
def test_references(text: str, of: str, who: list[str], tools: Tools) -> None:
    assert meant(text, of, tools) == who


def test_the_speaker_of_a_quotation(tools: Tools) -> None:
    assert meant('"I will go," Emmanuel Macron said.', "i", tools) == [MACRON]
    assert meant('Emmanuel Macron left. "We want peace," Olaf Scholz said.', "we", tools) == ["Germany"]
    assert meant('Emmanuel Macron met Olaf Scholz. "We discussed trade," Scholz said.', "we", tools) == [MACRON, SCHOLZ]


def test_nobody_speaks_outside_quotations(tools: Tools) -> None:
    assert meant("Emmanuel Macron said that I will go.", "i", tools) == []


def test_a_far_person_is_forgotten(tools: Tools) -> None:
    assert meant("Emmanuel Macron left. " + "The sun rose again. " * 14 + "He slept.", "he", tools) == []
