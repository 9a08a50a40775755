"""Whom an act concerns that its own sentence leaves out: "Riyadh severed ties" with whom the article tells it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from mapper.document import Entity, Kind, Role
from mapper.episodes import Episode, principals
from mapper.matches import Match
from mapper.syntax import children, is_verb, objects

BILATERAL = frozenset({"RelationsChange", "Expulsion", "Recall", "Summoning"})
"""Acts that take two: whoever is left out is the one with whom the actor deals in the rest of the article."""
DEALINGS = BILATERAL | {"Accusation", "Condemnation", "Warning", "Agreement", "Meeting", "Negotiation", "Sanction"}
"""Kinds of events that tell with whom a state deals."""
BLAME = frozenset({"Condemnation"})
"""Acts against somebody whom the sentence may leave out: "condemned the raid"."""
ASKING = frozenset({"request", "initiative", "invitation"})
REACH = 6
"""How many sentences away the article tells with whom a state deals."""
ANY = frozenset("a an any all every each".split())
BROKERED = frozenset({"Agreement", "Negotiation", "Meeting", "Summit", "RelationsChange", "Mediation"})
"""What a go-between brings about."""


def add_counterparts(episodes: Sequence[Episode]) -> None:
    """Add those whom events concern and their sentences leave out, where the rest of the article tells who it is."""
    for episode in episodes:
        if episode.type == "TelephoneCall":
            _name_caller(episode)
        if episode.type in BILATERAL and len(principals(episode)) == 1:
            done = any(role is Role.INITIATOR for _, role in episode.parts.values())
            _add(episode, _partner(episode, episodes), Role.TARGET if done else Role.INITIATOR)
        elif (
            episode.type in BLAME and not episode.agents(Role.TARGET) and any(_is_definite(m) for m in episode.matches)
        ):
            _add(episode, _blamed(episode, episodes), Role.TARGET)
        elif episode.type == "Mediation" and not episode.agents(Role.PARTICIPANT, Role.TARGET):
            for party in _parties(episode, episodes):
                _add(episode, party, Role.PARTICIPANT)


def _name_caller(episode: Episode) -> None:
    """Who asked for a call initiates it: "the call took place at Trump's request"."""
    asking = [(token, match) for match in episode.matches for token in match.sentence.parse if token.lemma_ in ASKING]
    for token, match in asking:
        if token.dep_ != "pobj" or token.head.lower_ not in ("at", "on"):
            continue
        for owner in children(token, "poss"):
            mention = match.sentence.words[owner.i].mention
            if mention and mention.entity and mention.entity.key in episode.parts:
                episode.parts[mention.entity.key] = (episode.parts[mention.entity.key][0], Role.INITIATOR)


def _is_definite(match: Match) -> bool:
    """Whether it is told of a deed that the reader knows: "condemned the raid", not "condemned any violation"."""
    if match.token.dep_ == "relcl" or not is_verb(match.token):
        return False
    return not any(child.lower_ in ANY for noun in objects(match.token) for child in noun.children)


def _add(episode: Episode, entity: Entity | None, role: Role) -> None:
    if entity is not None:
        episode.parts.setdefault(entity.key, (entity, role))


def _states(episode: Episode) -> Iterator[Entity]:
    return (entity for entity, _ in episode.parts.values() if entity.kind in (Kind.STATE, Kind.ORGANIZATION))


def _partner(episode: Episode, episodes: Sequence[Episode]) -> Entity | None:
    """The state with which the actor deals most often in the article, where one stands out."""
    own = principals(episode)
    found: Counter[Entity] = Counter()
    for other in episodes:
        near = abs(other.first - episode.first) <= REACH
        if other is episode or other.type not in DEALINGS or not near or not own & principals(other):
            continue
        others = [state for state in _states(other) if state.key not in own]
        found.update(others if len(others) == 1 else ())
    return _outstanding(found)


def _blamed(episode: Episode, episodes: Sequence[Episode]) -> Entity | None:
    """Whom the article's other accusers blame, and who is shunned in the main event; nobody blames themselves."""
    own = principals(episode)
    found: Counter[Entity] = Counter()
    for other in episodes:
        if other is episode or other.type not in BLAME | BILATERAL:
            continue
        targets = [entity for entity, role in other.parts.values() if role is Role.TARGET and entity.kind is Kind.STATE]
        found.update(state for state in targets if state.key not in own)
    return _outstanding(found)


def _parties(episode: Episode, episodes: Sequence[Episode]) -> tuple[Entity, ...]:
    """The two between whom the article tells of agreements and talks, most often."""
    own = principals(episode) | episode.agents()
    found: Counter[frozenset[Entity]] = Counter()
    for other in episodes:
        if other is not episode and other.type in BROKERED:
            states = frozenset(state for state in _states(other) if state.kind is Kind.STATE and state.key not in own)
            found.update([states] if len(states) == 2 and len(principals(other) - own) == 2 else [])
    best = found.most_common(2)
    clear = best and (len(best) == 1 or best[0][1] > best[1][1])
    return tuple(sorted(best[0][0], key=lambda entity: entity.key)) if clear else ()


def _outstanding(found: Counter[Entity]) -> Entity | None:
    """The one counted most often; None when there is none, or two are."""
    best = found.most_common(2)
    return best[0][0] if best and (len(best) == 1 or best[0][1] > best[1][1]) else None
