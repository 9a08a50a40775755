"""Offices named by halves: a counterpart's, a ministry's spokesperson's; and people known by such an office alone."""

from __future__ import annotations

from datetime import date

import pytest

from mapper.article import make_article
from mapper.mapping import Tools, map_article

WRITTEN = date(2024, 5, 9)


@pytest.mark.parametrize(
    ("text", "name", "office"),
    [
        ("Interior Minister Adam Nowik of Poland met his Danish counterpart, Ole Bruhn, in Riga.", "Ole Bruhn",
         "Interior Minister of Denmark"),
        ("General Paul Garnier, the French army chief, met his Malian counterpart, General Oumar Keita, in Bamako.",
         "Oumar Keita", "Army Chief of Mali"),
        ("Adam Nowik met his Danish counterpart, Ole Bruhn, in Riga. Japan condemned Russia.", "Ole Bruhn", None),
        ("In Oslo, Foreign Ministry spokeswoman Kari Vik accused Russia of lying.", "Kari Vik",
         "Foreign Ministry Spokesperson of Norway"),
        ("A British junior minister, Mary Thornley, met President Emmanuel Macron in Paris.", "Mary Thornley",
         "Junior Minister of the United Kingdom"),
        ("State Department spokesman Vedant Patel accused Russia of lying.", "Vedant Patel",
         "Spokesperson of the United States Department of State"),
    ],
)  # fmt: skip
def test_an_office_named_by_halves_is_completed(text: str, name: str, office: str | None, tools: Tools) -> None:
    events = map_article(make_article(text, identifier="case", published=WRITTEN), tools).events
    offices = [
        p.capacity.label if p.capacity else None for e in events for p in e.participations if p.agent.label == name
    ]
    assert offices == [office]
