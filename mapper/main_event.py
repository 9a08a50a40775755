"""Which event the headline is about, and when that was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from mapper.document import Bounds, DateReason, Granularity, LineKind, Sentence, Status
from mapper.drafts import RECENT_NEWS
from mapper.episodes import TALKS, Episode, principals
from mapper.patterns import SPEECH_ACTS
from mapper.syntax import in_main_clause

ONE_SIDED = SPEECH_ACTS | {"RelationsChange", "Sanction", "Vote", "AidPledge", "Deployment", "Invitation"}
"""Classes of what one side does alone: that nobody else takes part says nothing against it."""
RECENT = 7
"""How many days a day may lie before the article for its main event to be told as news."""


def choose_main(episodes: Sequence[Episode], sentences: Sequence[Sentence], acts: frozenset[str] = frozenset()) -> None:
    """Mark the event that the headline is about; without one, the first that the article tells.

    The first thing a headline says is its subject; among events told in it, one with more agents comes first.
    Where it tells none, that of the lead which best fits whom the headline names and the `acts` in its words.
    """
    candidates = [e for e in episodes if e.in_headline()]
    told = [e for e in candidates if len({m.number for m in e.matches}) > 1] or [
        e for e in candidates if len(e.parts) > 1
    ]
    sure = told or [e for e in candidates if e.type in ONE_SIDED and not _begun(e, episodes, sentences)]
    if sure or (candidates and not _lead(episodes)):
        chosen = min(
            sure or candidates,
            key=lambda e: min(m.token.i for m in e.matches if m.sentence.line.kind is LineKind.HEADLINE),
        )
        chosen.main = True
        return
    begin = min((e.first for e in episodes), default=0)
    occurred = [
        e
        for e in episodes
        if e.status is Status.OCCURRED
        or (e.first == begin and any(in_main_clause(m.token) or m.token.dep_ == "ROOT" for m in e.matches))
    ] or list(episodes)
    if not occurred:
        return
    told = [e for e in occurred if any(m.sentence.line.kind in (LineKind.BODY, LineKind.SUMMARY) for m in e.matches)]
    occurred = told or occurred
    start = max(min(e.first for e in occurred), _begin(sentences))
    lead = [e for e in occurred if e.first <= start + 1]
    named = _named(sentences)
    chosen = min(
        lead,
        key=lambda e: (
            -_fit(e, named, acts),
            e.first < start
            and any(m.mode.pluperfect for m in e.matches if m.number == e.first),  # a point of a summary
            e.first,
            e.pluperfect,
            e.type == "Visit" and _to_summit(e, lead),
            e.type == "Invitation" and all(m.token.dep_ == "pobj" for m in e.matches),  # "at the invitation of …"
            not any(in_main_clause(m.token) for m in e.matches if m.number == e.first),
            e.type in SPEECH_ACTS and len(e.parts) < 2,
            min(m.token.i for m in e.matches if m.number == e.first),
        ),
    )
    chosen.main = True


def _to_summit(visit: Episode, lead: Sequence[Episode]) -> bool:
    """Whether the same sentence tells of the summit for which somebody has come: that is what they do there."""
    return any(e.type == "Summit" and e.first == visit.first and e.agents() & visit.agents() for e in lead)


def _begin(sentences: Sequence[Sentence]) -> int:
    """The number of the first sentence of the text itself."""
    return next((n for n, s in enumerate(sentences) if s.line.kind is LineKind.BODY), 0)


def _named(sentences: Sequence[Sentence]) -> frozenset[str]:
    """Keys of those whom the headline names."""
    return frozenset(
        word.mention.entity.key
        for sentence in sentences
        if sentence.line.kind is LineKind.HEADLINE
        for word in sentence.words
        if word.mention and word.mention.entity
    )


def _fit(episode: Episode, named: frozenset[str], acts: frozenset[str]) -> int:
    """How well an event fits a headline: by two whom it names doing it together, and by an act that its words tell."""
    together = episode.type not in SPEECH_ACTS and len(episode.agents() & named) > 1
    return together + (episode.type in acts)


def _begun(headline: Episode, episodes: Sequence[Episode], sentences: Sequence[Sentence]) -> bool:
    """Whether the text begins with another act, which then says what the headline is about."""
    begin = _begin(sentences)
    return any(
        e is not headline and (e.first <= begin or (e.first <= begin + 1 and e.agents() & headline.agents()))
        for e in _lead(episodes)
    )


def _lead(episodes: Sequence[Episode]) -> list[Episode]:
    """The episodes that the text itself tells as having happened."""
    return [
        e
        for e in episodes
        if e.status is Status.OCCURRED and any(m.sentence.line.kind is LineKind.BODY for m in e.matches)
    ]


def leading(episodes: Sequence[Episode], sentences: Sequence[Sentence]) -> list[Episode]:
    """The episodes without bare agreements ("they agreed to stay in touch") beyond the headline and the lead.

    What people agree on in a talk is its matter; it is an act of its own where the article is about it.
    """
    body = [n for n, s in enumerate(sentences) if s.line.kind is LineKind.BODY]
    lead = body[0] if body else 0
    return [
        e
        for e in episodes
        if e.type != "Agreement"
        or (
            e.bounds is not None
            and e.bounds.day is not None
            and e.bounds.reason is DateReason.ADJUNCT
            and len(principals(e)) > 1
            and not _talks_beside(e, episodes)
        )
        or any(
            not m.word.endswith(":agree") or m.number <= lead or m.sentence.line.kind is LineKind.HEADLINE
            for m in e.matches
        )
    ]


def _talks_beside(agreement: Episode, episodes: Sequence[Episode]) -> bool:
    """Whether the same sentence tells a talk of the same people, whose matter the agreement is."""
    numbers = {m.number for m in agreement.matches}
    return any(
        e.type in TALKS
        and e.agents() & agreement.agents()
        and numbers & {m.number for m in e.matches}
        and not e.in_headline()
        for e in episodes
    )


def _recent(bounds: Bounds, window: Bounds | None, days: int) -> bool:
    """Whether it is a day at most so many days before the article."""
    return bool(bounds.day and window and window.latest and 0 <= (window.latest - bounds.day).days <= days)


def _days_beside(main: Episode, episodes: Sequence[Episode], window: Bounds | None) -> list[Bounds]:
    """The recent days of what the first sentences tell of the same people, or the lead of the same side."""
    occurred = [e for e in episodes if e is not main and e.status is Status.OCCURRED]
    told = [
        e
        for e in occurred
        if e.bounds and (_recent(e.bounds, window, RECENT_NEWS) or (e.bounds.day and window is None))
    ]
    same = [e for e in told if len(e.agents() & main.agents()) >= 2 and e.first <= main.first + 2]
    lead = min((e.first for e in episodes if e is not main), default=0)
    near = [e for e in told if e.first == lead and principals(e) & principals(main)]
    floor = main.floor or date.min
    return [e.bounds for e in (*same, *near) if e.bounds and e.bounds.latest and e.bounds.latest >= floor]


def date_main(episodes: Sequence[Episode], window: Bounds | None, news: Bounds | None) -> Episode | None:
    """Date the main event when its sentences do not, and return it as what has happened, for others to be dated by.

    It takes the first recent day that its own or the next sentences name, else the day of the news. A plan stays as it
    is, and so does what was long before: what is returned for them has the day of the news.
    """
    main = next((e for e in episodes if e.main), None)
    if main is None:
        return None
    if main.status is not Status.OCCURRED:
        return replace(main, bounds=news, status=Status.OCCURRED, floor=None)
    if main.bounds is None and main.since and main.since.earliest and window and window.latest:
        span = Granularity.RANGE
        main.bounds = replace(main.since, latest=window.latest, granularity=span, reason=DateReason.CONTEXT)
    if main.bounds is None and not main.pluperfect and main.shift is None:
        near = [b for b in main.nearby if _recent(b, window, RECENT)]
        beside = _days_beside(main, episodes, window)
        if main.in_headline() and len({m.number for m in main.matches}) == 1 and beside:
            main.bounds = replace(beside[0], reason=DateReason.CONTEXT)
        elif near:
            main.bounds = replace(near[0], reason=DateReason.CONTEXT)
        elif main.before and main.before[0].day:
            main.bounds = replace(main.before[0], reason=DateReason.CONTEXT)
        elif news is not None:
            main.bounds = news
        elif window is not None and window.earliest and window.latest:
            main.bounds = window  # no day is known: the days on which everybody held the office
    return main if _is_news(main, window) else replace(main, bounds=news)


def _is_news(main: Episode, window: Bounds | None) -> bool:
    """Whether it was when the article says its news was, and not long before."""
    if main.bounds is None or main.bounds.latest is None:
        return False
    return window is None or window.latest is None or (window.latest - main.bounds.latest).days <= RECENT_NEWS
