"""How alike two reports are: could they be reports of one event?

A typed event with linked actors and a day tells "the same event" far better than likeness of text does, so that is
what is compared; words only help where no date is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mapper.document import Bounds, Event, Kind, Medium, Role, Status
from mapper.measures import (
    agents_fit,
    common_words,
    date_fit,
    disjoint,
    limits,
    matched,
    place_fit,
    rank,
    with_role,
)


@dataclass(frozen=True, slots=True)
class Telling:
    """An event with what is known of the article that tells it; the unit that is compared and joined."""

    article: str
    event: Event
    published: Bounds | None = None

    @property
    def key(self) -> tuple[str, str, int, int, tuple[str, ...]]:
        """Sorts reports the same way whatever order the articles were read in."""
        first = min(((piece.start, piece.end) for piece in self.event.evidence), default=(0, 0))
        return (self.article, self.event.type, *first, tuple(sorted(self.event.agents())))


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two reports are (0 to 1 and a little more), with the reasons in words; or the veto."""

    score: float
    reasons: tuple[str, ...] = ()
    veto: str | None = None


def compare(one: Telling, other: Telling) -> Likeness:
    """Compare two reports; a veto says that they are of different events however alike they are.

    >>> from datetime import date
    >>> from mapper.document import DateReason, Entity, Granularity, Kind, Participation
    >>> agents = [Participation(Entity(k, k, Kind.STATE), Role.PARTICIPANT) for k in ("Q17", "Q159")]
    >>> day = Bounds(date(2001, 5, 4), date(2001, 5, 4), Granularity.DAY, DateReason.ADJUNCT)
    >>> call = Event("TelephoneCall", tuple(agents), (), day, medium=Medium.TELEPHONE)
    >>> talks = Event("Meeting", tuple(agents), (), day)
    >>> compare(Telling("a", call), Telling("b", talks)).reasons
    ('Meeting may be the TelephoneCall', 'same participants', 'same day')
    """
    a, b = one.event, other.event
    kind = 1.0 if a.type == b.type else limits().kinds.get(frozenset((a.type, b.type)), 0.0)
    if not kind:
        return Likeness(0.0, veto=f"{a.type} is not {b.type}")
    veto = _contradiction(one, other)
    if veto:
        return Likeness(0.0, veto=veto)
    agents, dates, words = agents_fit(a, b), date_fit(a.bounds, b.bounds), common_words(a, b)
    near = _days_apart(one, other)
    weakness = _weakness(a, b, agents, dates, words, near)
    if weakness:
        return Likeness(0.0, (weakness,))
    known = max(dates, 0.6) if dates < 0.2 else dates  # undated, and strong enough in everything else
    weights = limits().weights
    place = place_fit(a.location, b.location)
    topic = bool(set(a.topics) & set(b.topics))
    score = kind * weights["kind"] + agents * weights["agents"] + known * weights["date"]
    score += weights["same_place"] * (place > 0) + weights["other_city"] * (place < 0) + weights["same_topic"] * topic
    return Likeness(round(score, 4), tuple(_reasons(a, b, kind, agents, dates, words, place, topic, near)))


# --- what tells two events apart ---------------------------------------------------------------------------


def _contradiction(one: Telling, other: Telling) -> str | None:
    """What makes it impossible that both tell the same event."""
    a, b = one.event, other.event
    if one.article == other.article:
        return "one article tells both as different events"
    media = {medium for medium in (a.medium, b.medium) if medium and medium is not Medium.WRITTEN}
    if len(media) > 1:
        return f"{' against '.join(sorted(medium.value for medium in media))}"
    if disjoint(a.bounds, b.bounds):
        return "different days"
    if {a.status, b.status} == {Status.PLANNED, Status.OCCURRED}:
        veto = _plan_against_fact(one, other)
        if veto:
            return veto
    if a.type in limits().directed and b.type in limits().directed:
        for role, name in ((Role.INITIATOR, "initiators"), (Role.TARGET, "targets")):
            mine, theirs = with_role(a, role), with_role(b, role)
            if mine and theirs and not matched(mine, theirs):
                return f"different {name}"
    elif len(a.agents()) == len(b.agents()) == 2 and matched(a.participations, b.participations) <= 1.0:
        return "another counterpart"
    if a.occasion and b.occasion and a.occasion.key != b.occasion.key:
        return "on different occasions"
    if a.type == b.type == "Visit" and len({_country(a), _country(b)} - {None}) > 1:
        return "to different countries"
    return None


def _country(event: Event) -> str | None:
    """The key of the state that the event's place is in, or is."""
    place = event.location
    if place is None:
        return None
    return place.key if place.kind is Kind.STATE else place.country


def _plan_against_fact(one: Telling, other: Telling) -> str | None:
    """A plan is taken for what happened later only when the agents and the day, the place or the occasion agree."""
    plan, fact = (one, other) if one.event.status is Status.PLANNED else (other, one)
    if _later(plan, fact):
        return "planned after it is said to have happened"
    if agents_fit(plan.event, fact.event) < limits().limits["agents_plan"]:
        return "planned against occurred, with other participants"
    same_day = (
        plan.event.bounds
        and fact.event.bounds
        and plan.event.bounds.day
        and plan.event.bounds.day == fact.event.bounds.day
    )
    same_place = place_fit(plan.event.location, fact.event.location) > 0
    same_occasion = plan.event.occasion is not None and plan.event.occasion == fact.event.occasion
    if not (same_day or same_place or same_occasion):
        return "planned against occurred, with neither day nor place in common"
    return None


def _weakness(a: Event, b: Event, agents: float, dates: float, words: float, near: int | None) -> str | None:
    """Where dates say little, something else must say much."""
    bound = limits().limits
    if dates < 0.2:
        close = near is not None and near <= bound["days_between_articles"]
        if a.type != b.type or agents < bound["agents_undated"] or not (close or words >= bound["words_undated"]):
            return "the date is not known, and the rest is not enough"
    elif dates < bound["close_date"] and not {a.type, b.type} & limits().rare:
        alike = words >= bound["words_often"] or place_fit(a.location, b.location) > 0
        return None if alike else "it happens often, and the dates agree only loosely"
    return None


def _later(one: Telling, other: Telling) -> bool:
    """Whether the first article was written after the second."""
    mine, theirs = one.published, other.published
    return bool(mine and theirs and mine.earliest and theirs.latest and mine.earliest > theirs.latest)


def _days_apart(one: Telling, other: Telling) -> int | None:
    """Days between the two articles, where both have a date."""
    mine, theirs = (report.published.latest if report.published else None for report in (one, other))
    return abs((mine - theirs).days) if mine and theirs else None


def _reasons(
    a: Event,
    b: Event,
    kind: float,
    agents: float,
    dates: float,
    words: float,
    place: int,
    topic: bool,
    near: int | None,
) -> Iterable[str]:
    if kind == 1.0:
        yield f"same kind, {a.type}"
    else:
        general, particular = sorted((a.type, b.type), key=rank)
        yield f"{general} may be the {particular}"
    yield "same participants" if agents > 0.99 else f"participants agree by {agents:.2f}"
    if dates == 1.0:
        yield "same day" if a.bounds and a.bounds.day else "same days"
    elif dates >= 0.2:
        yield "compatible dates"
    elif near is not None and near <= limits().limits["days_between_articles"]:
        yield f"articles {near} days apart"
    else:
        yield f"the same words ({words:.2f})"
    if place > 0:
        yield "same place"
    if topic:
        yield "same topic"
    if a.status is not b.status:
        yield f"{a.status.value} in one article, {b.status.value} in the other"
