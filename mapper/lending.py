"""Which days events without their own are lent by others of the same article.

In this order, for what has happened and is told as of no other time:

- one of a list ("A pledged …, while B offered …"): the days of its fellow;
- it goes on from a sentence of its paragraph that tells a time: that time;
- its paragraph tells another time than the main event's: open;
- it is said of something dated, by others than the main event's parties: from that day to the day of writing;
- it stands in a live page, whose entries tell the time of day: the day of writing;
- it is told beside the main event ("before the vote"), or its parties say or do it: the main event's day;
- others react to fresh news: from the main event's day to the day of writing.

Plans, what is told in the pluperfect or as a habit, and what is told as old news are left open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from mapper.dates import TimeKind, find_times, resolve
from mapper.document import Bounds, DateReason, Granularity, Role, Status
from mapper.episodes import TALKS, Episode, disjoint, principals, sides
from mapper.patterns import REFERABLE, SIDELINES, SPEECH_ACTS
from mapper.syntax import in_main_clause

REACTIONS = frozenset({"Condemnation", "Endorsement", "Appeal", "Warning", "Denial", "Accusation", "JointStatement"})
REACH = 12
"""How many sentences after the main event others still react to it; further down stands what was before."""
FRESH = 2
"""How many days after the main event an article still tells reactions as of that day."""
OPENING = 2
"""How many sentences after the main event still tell the news itself."""
NEAR = 4
"""How many sentences after the main event its parties' ministries and aides still speak on that occasion."""
SAID = SPEECH_ACTS | {"Invitation", "AidPledge", "JointStatement", "Vote", "Agreement"}
"""Classes that happen where and when something is said."""


def spread_dates(episodes: Sequence[Episode], main: Episode, window: Bounds | None, *, live: bool = False) -> None:
    """Give undated episodes the days that follow from other events, above all from the main one.

    A `live` page tells what happens as it happens.
    """
    if main.bounds is None:
        return
    day = window.latest if window and window.granularity is not Granularity.OPEN else None
    fresh = main.bounds.reason is not DateReason.PUBLICATION or main.in_headline()
    fresh = fresh and day is not None and main.bounds.day is not None and (day - main.bounds.day).days <= FRESH
    session = any(e.type == "Vote" and e.first - main.first <= OPENING for e in (main, *episodes))
    for episode in episodes:
        _count_from(episode, main.bounds)
        if episode.bounds is not None or episode.main:
            continue
        told = _told_before(episode, episodes, main.bounds)
        if told is not None:
            episode.bounds = told
        elif _other_time(episode, main, main.bounds) and not _beside(episode, main):
            continue  # the paragraph tells of another time
        elif episode.since and day and not episode.agents() & main.agents() and not episode.pluperfect:
            episode.bounds = _from(episode.since, day)
        elif live and day and _plainly_told(episode) and not _told_apart(episode, main):
            episode.bounds = Bounds(day, day, Granularity.DAY, DateReason.PUBLICATION)
        elif _same_occasion(episode, main):
            episode.bounds = replace(main.bounds, reason=DateReason.CONTEXT)
        elif fresh and day and _follows(episode, main, session):
            outside = episode.type in REACTIONS and not _at_home(episode, main)
            episode.bounds = _from(main.bounds, day) if outside else replace(main.bounds, reason=DateReason.CONTEXT)
    for episode in episodes:
        fellow = _fellow(episode, episodes)
        if episode.bounds is None and fellow is not None:
            episode.bounds = fellow.bounds


def _count_from(episode: Episode, main: Bounds) -> None:
    """Let what is to come "within two months" do so from the main event on, where that is where it was agreed on."""
    if episode.status is Status.PLANNED and episode.bounds and main.day:
        within = [one for one in find_times(episode.bounds.words) if one.kind is TimeKind.WITHIN]
        episode.bounds = (within and resolve(within[0], written=main, tense="future")) or episode.bounds


def _elsewhen(episode: Episode, main: Bounds) -> bool:
    """Whether the paragraph has told a time that is not the main event's: another day, or a whole week or month."""
    return bool(episode.before) and not any(b.day and not disjoint(b, main) for b in episode.before)


def _other_time(episode: Episode, main: Episode, day: Bounds) -> bool:
    """Whether the paragraph tells of another time than the main event's."""
    return _elsewhen(episode, day) or (episode.aside and not episode.agents() & main.agents())


def _from(since: Bounds, day: date) -> Bounds | None:
    """From the day of what somebody speaks of to the day of writing."""
    if since.earliest is None or since.earliest > day:
        return None
    granularity = Granularity.DAY if since.earliest == day else Granularity.RANGE
    return Bounds(since.earliest, day, granularity, DateReason.CONTEXT, since.words)


def _told_before(episode: Episode, episodes: Sequence[Episode], main: Bounds) -> Bounds | None:
    """The time that the paragraph has told, where the episode goes on from there."""
    if episode.status is not Status.OCCURRED or episode.pluperfect or episode.perfect or episode.habitual:
        return None
    earlier = [e for e in episodes if e is not episode and 0 < episode.first - e.first <= 2 and e.bounds]
    if episode.before and (
        episode.type not in REACTIONS or episode.goes_on or any(principals(e) & principals(episode) for e in earlier)
    ):
        told = main if not _elsewhen(episode, main) else episode.before[-1]
        return replace(told, reason=DateReason.CONTEXT)
    return None


def _beside(episode: Episode, main: Episode) -> bool:
    """Whether it is told to have happened before, during or after the main event: "before the vote"."""
    if episode.beside in SIDELINES:
        return True
    kind = REFERABLE.get(episode.beside or "") or (episode.beside or "").capitalize()
    return bool(kind) and (kind == main.type or (kind in TALKS and main.type in TALKS))


def _same_occasion(episode: Episode, main: Episode) -> bool:
    """Whether an undated episode goes with the main event, whenever the article tells it."""
    if not _plainly_told(episode) or (episode.perfect and episode.first - main.first > OPENING):
        return False
    if _beside(episode, main):
        return True
    if _told_apart(episode, main):
        return False
    actors, company = _actors(episode), main.agents()
    if episode.type in SAID:
        return bool(actors & company) or (
            bool(sides(episode, actors) & principals(main)) and episode.first - main.first <= NEAR
        )
    return len(actors & company) >= 2 or (len(actors) == 1 and actors <= company and episode.type not in TALKS)


def _fellow(episode: Episode, episodes: Sequence[Episode]) -> Episode | None:
    """A dated act of the same kind in the same sentence: "A pledged …, while B offered …"."""
    if not _plainly_told(episode) or episode.beside or episode.shift:
        return None
    alike = (e for e in episodes if e.type == episode.type and e.first == episode.first and e.status is episode.status)
    return next((e for e in alike if e.bounds and not e.pluperfect), None)


def _follows(episode: Episode, main: Episode, session: bool) -> bool:
    """Whether an undated episode goes with fresh news: what others say to it, and further talks of its parties.

    In a `session` everybody speaks on one day, however long the article goes on.
    """
    if not _plainly_told(episode) or _told_apart(episode, main) or episode.perfect:
        return False
    if episode.type in SAID:
        plain = episode.type in REACTIONS or in_main_clause(episode.matches[0].token)
        return plain and (session or episode.first - main.first <= REACH)
    near = 0 <= episode.first - main.first <= NEAR and not episode.in_headline()
    return episode.type in TALKS and near and bool(sides(episode, _actors(episode)) & principals(main))


def _plainly_told(episode: Episode) -> bool:
    """Whether it is told as having happened once, and not before what else is told."""
    return episode.status is Status.OCCURRED and not episode.pluperfect and not episode.habitual


def _told_apart(episode: Episode, main: Episode) -> bool:
    """Whether its sentence puts it beside something else, or to a time before the main event."""
    if episode.beside == "" and not episode.in_headline():
        return True
    begin = main.bounds.earliest if main.bounds else None
    return any(b.latest and begin and b.latest < begin for b in episode.elsewhen)


def _actors(episode: Episode) -> frozenset[str]:
    return episode.agents(Role.INITIATOR, Role.PARTICIPANT, Role.MEDIATOR, Role.HOST)


def _at_home(episode: Episode, main: Episode) -> bool:
    """Whether those who act belong to the main event: they are of its sides, or of the country where it takes place."""
    where = {main.location.key, main.location.country} if main.location else set()
    return bool(sides(episode, _actors(episode)) & (principals(main) | where))
