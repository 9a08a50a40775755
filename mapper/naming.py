"""Names of events: the last part of their IRIs, kept from release to release.

A name is made once, from what the event is, and then belongs to the event: a later build that finds the same event,
told better or by more articles, keeps it. Names no longer in use are remembered with what became of them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mapper.document import Bounds, Event, Evidence, Kind, MergedEvent
from mapper.measures import limits
from mapper.names import slug

_MOST_AGENTS = 3
_LONGEST_AGENT = 24
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Memory:
    """What a release remembers of its events for the next build.

    `events` holds by name what events.json says; `merged` and `withdrawn` what became of earlier names.
    """

    events: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    merged: Mapping[str, str] = field(default_factory=dict)
    withdrawn: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Named:
    """Events with their names, and what became of names that are no longer in use."""

    events: tuple[MergedEvent, ...]
    merged: Mapping[str, str]
    withdrawn: Mapping[str, str]


def name_events(events: Sequence[MergedEvent], memory: Memory, *, gone: Mapping[str, str] | None = None) -> Named:
    """Give every event its name: the one it had, or a new one.

    Parameters:
        events: the events of this build, in their order.
        memory: what the release before remembers.
        gone: why an article of the release before is not in this one, by identifier.
    """
    kept, became = _recognize(events, memory)
    taken = set(kept.values())
    named = []
    for index, merged in enumerate(events):
        name = kept.get(index)
        if name is None:
            name = _new_name(merged, taken)
            taken.add(name)
        named.append(replace(merged, name=name))
    lost = {name for name in memory.events if name not in taken}
    follow = {name: kept[index] for name, index in became.items() if name in lost}
    withdrawn = {name: _why(memory.events[name], gone or {}) for name in lost - set(follow)}
    return Named(
        tuple(sorted(named, key=lambda merged: merged.name)),
        *_history(memory, follow, withdrawn, taken),
    )


def remember(event: MergedEvent, digest: str) -> dict[str, Any]:
    """What events.json says of an event; `digest` is that of its statements."""
    return {
        "type": event.event.type,
        "agents": sorted(event.event.agents()),
        "digest": digest,
        "reports": {
            report.article: sorted([piece.start, piece.end, _quote(piece)] for piece in report.event.evidence)
            for report in event.reports
        },
    }


# --- which event of the release before is it? --------------------------------------------------------------


def _recognize(events: Sequence[MergedEvent], memory: Memory) -> tuple[dict[int, str], dict[str, int]]:
    """The names that events keep, and for every earlier name the event that most resembles it."""
    by_article: dict[str, list[str]] = {}
    for name, known in memory.events.items():
        for article in known["reports"]:
            by_article.setdefault(article, []).append(name)
    likely = []
    for index, merged in enumerate(events):
        names = {name for report in merged.reports for name in by_article.get(report.article, ())}
        for name in names:
            strength = _resemblance(merged, memory.events[name])
            if strength:
                likely.append((strength, name, index))
    kept: dict[int, str] = {}
    became: dict[str, int] = {}
    used: set[str] = set()
    for _, name, index in sorted(likely, key=lambda row: ([-part for part in row[0]], row[1], row[2])):
        if index not in kept and name not in used:
            kept[index] = name
            used.add(name)
        became.setdefault(name, index)
    return kept, {name: index for name, index in became.items() if index in kept}


def _resemblance(merged: MergedEvent, known: Mapping[str, Any]) -> tuple[float, ...] | None:
    """Reports in common, then kind, then agents; None when it is another event."""
    common = sum(_overlap(report.event.evidence, known["reports"].get(report.article, ())) for report in merged.reports)
    mine, theirs = merged.event.agents(), set(known["agents"])
    agents = len(mine & theirs) / max(len(mine | theirs), 1)
    same = merged.event.type == known["type"]
    family = same or frozenset((merged.event.type, known["type"])) in limits().kinds
    return (common, same, agents) if common and family and (agents or same) else None


def _overlap(evidence: Iterable[Evidence], known: Iterable[Sequence[Any]]) -> bool:
    spans = [(start, end, quote) for start, end, quote in known]
    return any(
        (piece.start < end and start < piece.end) or _quote(piece) == quote
        for piece in evidence
        for start, end, quote in spans
    )


def _quote(piece: Evidence) -> str:
    return hashlib.sha256(piece.exact.encode("utf-8", "replace")).hexdigest()[:12]


def _why(known: Mapping[str, Any], gone: Mapping[str, str]) -> str:
    """Why an event is no longer published."""
    reasons = sorted({gone[article] for article in known["reports"] if article in gone})
    return "; ".join(reasons) or "no article is read any more as telling this event"


def _history(
    memory: Memory, follow: Mapping[str, str], withdrawn: Mapping[str, str], taken: set[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """What became of all names ever used: chains of mergers followed to their end, names back in use left out."""
    gone = {**memory.withdrawn, **withdrawn}
    merged: dict[str, str] = {}
    for old, new in sorted({**memory.merged, **follow}.items()):
        target = follow.get(new, new)
        if target in taken:
            merged[old] = target
        else:
            gone[old] = gone.get(target, "no article is read any more as telling this event")
    return (
        {old: new for old, new in sorted(merged.items()) if old not in taken},
        {old: reason for old, reason in sorted(gone.items()) if old not in taken and old not in merged},
    )


# --- new names ---------------------------------------------------------------------------------------------


def _new_name(merged: MergedEvent, taken: set[str]) -> str:
    event = merged.event
    stem = "-".join((_kebab(event.type), _when(event.bounds), *_agents(event)))
    first = merged.reports[0]
    start = min((piece.start for piece in first.event.evidence), default=0)
    digest = hashlib.sha256(f"{event.type}\n{first.article}\n{start}\n{sorted(event.agents())}".encode()).hexdigest()
    return next(name for length in range(_DIGITS, 65) if (name := f"{stem}-{digest[:length]}") not in taken)


def _kebab(kind: str) -> str:
    """
    >>> _kebab("TelephoneCall")
    'telephone-call'
    """
    return re.sub(r"(?<!^)(?=[A-Z])", "-", kind).lower()


def _when(bounds: Bounds | None) -> str:
    """The day, month or year that the bounds leave."""
    if not bounds or not bounds.earliest or not bounds.latest:
        return "undated"
    first, last = bounds.earliest.isoformat(), bounds.latest.isoformat()
    return next((first[:length] for length in (10, 7, 4) if first[:length] == last[:length]), "undated")


def _agents(event: Event) -> list[str]:
    """The names of the first agents, in alphabetical order: of people the last word.

    >>> from mapper.document import Entity, Participation, Role
    >>> people = (Entity("Q1", "Angela Merkel", Kind.PERSON), Entity("Q2", "Ban Ki-moon", Kind.PERSON))
    >>> _agents(Event("Meeting", tuple(Participation(person, Role.PARTICIPANT) for person in people), ()))
    ['ki-moon', 'merkel']
    """
    agents = {part.agent.key: part.agent for part in event.participations}.values()
    words = {slug(agent.label.split()[-1] if agent.kind is Kind.PERSON else agent.label) for agent in agents}
    return [_short(word) for word in sorted(words)[:_MOST_AGENTS]]


def _short(word: str) -> str:
    """A long name without its last words.

    >>> _short("united-nations-security-council")
    'united-nations-security'
    """
    return (
        word if len(word) <= _LONGEST_AGENT else word[: _LONGEST_AGENT + 1].rpartition("-")[0] or word[:_LONGEST_AGENT]
    )
