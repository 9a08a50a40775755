"""Where things happened that their own sentences leave out: the place of the same talk, of a visit, of a briefing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from mapper.document import Entity, Kind, Medium, Role, Sentence, Status
from mapper.episodes import TALKS, Episode, disjoint, principals
from mapper.patterns import SPEECH_ACTS
from mapper.places import place_of
from mapper.references import SPEAKS
from mapper.syntax import children, is_verb

TOGETHER = frozenset({*TALKS, "Mediation", "Agreement", "JointStatement"})
"""Classes in which people are in one place."""
PLACEABLE = (TOGETHER | {"RelationsChange"}) - {"TelephoneCall"}
"""Classes that take their place from a talk of the same sides, or from what they signed there."""
GUEST = 1
"""How many sentences away from a visit what the visitor does is done there."""
BRIEFING = 8
"""How many sentences after somebody spoke to reporters what they say is still of that briefing."""
EXPLAINS = SPEAKS | {"explain", "brief", "speak"}


def spread_places(episodes: Sequence[Episode], sentences: Sequence[Sentence]) -> None:
    """Give events without a place that of what they belong to, where the article tells it."""
    for episode in episodes:
        if episode.location is not None or episode.medium in (Medium.TELEPHONE, Medium.VIRTUAL):
            continue
        if episode.type in PLACEABLE:
            lent = next(_of_same_people(episode, episodes), None) or next(_of_visit(episode, episodes), None)
            episode.location = lent or (_of_title(sentences) if episode.main else None)
        elif episode.type in SPEECH_ACTS:
            episode.location = next(_of_speaker(episode, sentences), None)


def _of_same_people(episode: Episode, episodes: Sequence[Episode]) -> Iterator[Entity]:
    """The places of talks of the same people on the same days, or told in the same sentence."""
    for other in episodes:
        if other.location is None or other.type not in TOGETHER or other.status is not episode.status:
            continue
        together = len(episode.agents() & other.agents()) >= 2 or len(principals(episode) & principals(other)) >= 2
        if together and (_same_days(episode, other) or _numbers(episode) & _numbers(other)):
            yield other.location


def _same_days(episode: Episode, other: Episode) -> bool:
    if other.bounds is None or episode.bounds is None:
        return False
    return (other.bounds.earliest, other.bounds.latest) == (episode.bounds.earliest, episode.bounds.latest)


def _numbers(episode: Episode) -> set[int]:
    """The numbers of the sentences that tell it."""
    return {match.number for match in episode.matches}


def _of_visit(episode: Episode, episodes: Sequence[Episode]) -> Iterator[Entity]:
    """The cities in which a visitor is whom the sentence, or the one before, tells to have come: "flew to … for talks".

    What has happened is not where somebody is yet to go.
    """
    for visit in episodes:
        if visit.type != "Visit" or not _is_city(visit.location):
            continue
        guests = visit.agents(Role.INITIATOR, Role.PARTICIPANT)
        near = any(0 <= mine - there <= GUEST for mine in _numbers(episode) for there in _numbers(visit))
        planned = (episode.status is Status.PLANNED) == (visit.status is Status.PLANNED)
        apart = episode.bounds is not None and visit.bounds is not None and disjoint(episode.bounds, visit.bounds)
        if visit.location is not None and guests & episode.agents() and near and planned and not apart:
            yield visit.location


def _of_title(sentences: Sequence[Sentence]) -> Entity | None:
    """The city of the meeting that a title names: "Remarks after the Geneva talks"."""
    for sentence in sentences[:1]:
        for word, following in pairwise(sentence.words):
            place = word.mention.place or word.mention.entity if word.mention else None
            if _is_city(place) and following.form.lower() in ("meeting", "talks", "summit"):
                return place
    return None


def _is_city(place: Entity | None) -> bool:
    """Whether it is a place that the gazetteer knows the state of."""
    return place is not None and place.kind is Kind.PLACE and place.country is not None


def _of_speaker(episode: Episode, sentences: Sequence[Sentence]) -> Iterator[Entity]:
    """The place at which the one who speaks is told to have spoken just before: "told a briefing in Geneva"."""
    speakers = episode.agents(Role.INITIATOR)
    if len(speakers) != 1 or episode.in_headline():
        return
    for sentence in reversed(sentences[max(0, episode.first - BRIEFING) : episode.first]):
        for verb in filter(is_verb, sentence.parse):
            if verb.lemma_ not in EXPLAINS:
                continue
            told = (sentence.words[noun.i].mention for noun in children(verb, "nsubj"))
            if any(m and m.entity and m.entity.key in speakers for m in told):
                place = place_of(sentence, [verb], travel=False, said=True)
                if place is not None and _is_city(place):
                    yield place
