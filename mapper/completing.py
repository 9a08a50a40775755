"""Offices that an article names by halves: whose a spokesperson is, and what office a counterpart holds.

Asked only of people of whom the gazetteer knows no office; of others it is known which one they held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mapper.document import Entity, Form, Mention, Title
from mapper.gazetteer import Gazetteer
from mapper.offices import level_of

NEAR = 150
"""How many characters may stand between somebody's office and the mention of the counterpart."""
_PASSING = ("Acting ", "Interim ", "Former ")
"""How somebody holds an office, which their counterpart need not."""
_VAGUE = frozenset({"", "counterpart", "institution", "leader", "chief"})
"""Levels of titles that do not say which office it is."""


def completed(
    title: Title | None, mentions: Sequence[Mention], place: Entity | None, gazetteer: Gazetteer
) -> Title | None:
    """The title of a person, with what the article leaves to be understood.

    Parameters:
        mentions: those of the article, in order.
        place: where the person acts.

    "The Polish interior minister met his Danish counterpart Ole Holm": Holm is an interior minister. "In Oslo, Foreign
    Ministry spokeswoman Kari Vik said": whoever speaks for a ministry in a capital speaks for the state whose it is.
    """
    if title is None:
        return None
    level = level_of(title, gazetteer)
    if level == "counterpart" and title.of:
        return _equal(title, mentions, gazetteer)
    if level == "spokesperson" and title.of is None and place is not None and place.country:
        return replace(title, of=place.country) if gazetteer.capital(place.country) == place else title
    return title


def _equal(title: Title, mentions: Sequence[Mention], gazetteer: Gazetteer) -> Title:
    """The counterpart's office: the one named last before, of the counterpart's own state."""
    before = [m.title for m in mentions if m.title and m.form is not Form.REFERENCE and m.title.end <= title.start]
    near = [other for other in before if title.start - other.end <= NEAR and other.of != title.of]
    named = [other for other in near if level_of(other, gazetteer) not in _VAGUE]
    if not named:
        return title
    words = max(named, key=lambda other: other.end).words
    for passing in _PASSING:
        words = words.removeprefix(passing)
    return replace(title, words=words)
