"""What is known of people in general: how they are called, how high their offices are, when they hold them."""

from __future__ import annotations

from datetime import date, timedelta

from mapper.document import Entity, Tenure
from mapper.names import name_key

RANKS = (
    "head_of_state",
    "head_of_government",
    "igo_head",
    "foreign_minister",
    "deputy_head",
    "chair",
    "envoy",
    "minister",
    "party_leader",
    "spokesperson",
    "ambassador",
    "commander",
    "director",
    "governor_general",
    "spouse",
    "regional",
    "legislator",
)
"""Levels of office, the highest first."""
SLACK = timedelta(days=90)
"""How far the days of a coarse tenure may be off."""
FAMILY_FIRST = frozenset({"Q148", "Q865", "Q884", "Q423", "Q881", "Q424", "Q14773", "Q8646"})
"""States whose people's family names stand first: China, Taiwan, the Koreas, Vietnam, Cambodia, Macau, Hong Kong."""
GIVEN_NAMES = frozenset({"Q115", "Q986"})
"""States whose people are called by their given name: Ethiopia, Eritrea."""
_REGNAL = frozenset({"i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xiv", "xvi"})


def known_by(person: Entity) -> tuple[str, ...]:
    """The folded single words by which a person is usually called.

    >>> from mapper.document import Kind
    >>> known_by(Entity("Q6", "Xi Jinping", Kind.PERSON, country="Q148"))
    ('xi',)
    >>> known_by(Entity("Q7", "Angela Merkel", Kind.PERSON))
    ('merkel',)
    >>> known_by(Entity("Q8", "Abdullah II of Jordan", Kind.PERSON))
    ('abdullah',)
    """
    words = name_key(person.label).split()
    if len(words) < 2:
        return ()
    if "of" in words or words[-1] in _REGNAL:
        return (words[0],)
    if "bin" in words or "bint" in words:
        return (words[0], words[-1])
    return (words[0] if person.country in FAMILY_FIRST | GIVEN_NAMES else words[-1],)


def in_office(tenure: Tenure, day_from: date | None, day_to: date | None = None) -> bool | None:
    """Whether a tenure covers some day of a span: True surely, False when only its slack does, None when not.

    A span without days is covered by every tenure.
    """
    first, last = day_from or date.min, day_to or day_from or date.max
    start, end = tenure.start or date.min, tenure.end or date.max
    if start <= last and first <= end:
        return True
    if tenure.coarse:
        early = start if start == date.min else start - SLACK
        late = end if end == date.max else end + SLACK
        if early <= last and first <= late:
            return False
    return None
