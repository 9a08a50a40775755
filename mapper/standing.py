"""For whom the people of an article stand: the offices that it names them with, and their states."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mapper.completing import completed
from mapper.document import Bounds, Entity, Form, Kind, Mention, Participation, Role, Title
from mapper.episodes import Episode
from mapper.gazetteer import Gazetteer
from mapper.offices import assembled, capacity, level_of, represents

PUBLIC = frozenset({Kind.STATE, Kind.ARMED_GROUP, Kind.MISSION, Kind.GOVERNMENT_BODY})
ENVOYS = frozenset({"ambassador", "envoy", "consul", "chargé", "charge", "attaché", "attache", "commissioner"})
SENT = ENVOYS | {"representative"}
"""Words in the titles of those who speak and vote for their states."""
LEADING = frozenset({"head_of_state", "head_of_government", "leader"})
"""Levels of offices whose holders are their states."""
COUNCILS = frozenset({"Q37470", "Q47423"})
"""The Security Council and the General Assembly."""
OFTEN = 3
"""How many times an article names a state that it speaks much of."""
LONGEST_STATE = 3
"""The most words at the start of a ministry's name that may be its state's."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What one article and the gazetteer say of offices and states."""

    mentions: Sequence[Mention]
    gazetteer: Gazetteer

    def title(self, person: Entity) -> Title | None:
        """The office that the article names the person with, the fullest naming first."""
        titles = (
            mention.title
            for mention in self.mentions
            if mention.entity and mention.entity.key == person.key and mention.title is not None
            if mention.form is not Form.REFERENCE
        )

        def fullness(title: Title) -> tuple[bool, bool, bool, int, int]:
            known, foreign = title.office is not None, self._foreign(title, person)
            return not foreign, title.of is not None, known, len(title.words), -title.start

        return max(titles, key=fullness, default=None)

    def _foreign(self, title: Title, person: Entity) -> bool:
        """Whether it is an office of another state that the person is not known to hold: of whom is named next."""
        owner = self.gazetteer.entity(title.of) if title.of and not title.office else None
        return bool(owner and person.country and owner.kind is Kind.STATE and owner.key != person.country)

    def abroad(self) -> bool:
        """Whether the article speaks of two states again and again."""
        named = Counter(m.entity.key for m in self.mentions if m.entity and m.entity.kind is Kind.STATE)
        return len([key for key, count in named.items() if count >= OFTEN]) > 1

    def public(self, entity: Entity) -> bool:
        """Whether diplomacy is made by such as this: not by a company, a club or a private person."""
        if entity.qid or entity.kind in PUBLIC or (entity.kind is Kind.ORGANIZATION and entity.level):
            return True
        return entity.kind is Kind.PERSON and self.title(entity) is not None

    def leads(self, person: Entity) -> bool:
        """Whether the article names the person as head of a state or a government, or the gazetteer does."""
        title = self.title(person)
        if title is not None:
            return level_of(title, self.gazetteer) in LEADING
        return any(self.gazetteer.office_level(t.office) in LEADING for t in self.gazetteer.tenures_of(person.key))

    def at_home(self, entity: Entity) -> Entity:
        """The entity with its state, where only the article tells it: "the Omani minister", "US Treasury Department".

        A body of government becomes its state.
        """
        if entity.kind is Kind.GOVERNMENT_BODY and not entity.country:
            words = entity.label.split()
            names = (" ".join(words[:length]) for length in range(LONGEST_STATE, 0, -1))
            states = (s for name in names for s, _, _ in self.gazetteer.candidates(name) if s.kind is Kind.STATE)
            return next(states, entity)
        if entity.kind is not Kind.PERSON or entity.country:
            return entity
        title = self.title(entity)
        home = self.gazetteer.entity(title.of) if title and title.of else None
        return replace(entity, country=home.key) if home is not None else entity

    def states_for_envoys(self, parts: dict[str, tuple[Entity, Role]]) -> dict[str, tuple[Entity, Role]]:
        """Participants of an act of state: what ambassadors do or suffer in it, the states do that sent them.

        An ambassador whom the article names suffers it too.
        """
        found: dict[str, tuple[Entity, Role]] = {}
        for entity, role in parts.values():
            title = self.title(entity) if entity.kind is Kind.PERSON else None
            sent = title is not None and not SENT.isdisjoint(title.words.lower().split())
            envoy = entity.kind is Kind.PERSON and (sent or role is Role.TARGET)
            home = self.gazetteer.entity(entity.country) if envoy and entity.country else None
            if home is not None and sent and role is Role.TARGET and self._named(entity):
                found.setdefault(entity.key, (entity, role))
            found.setdefault((home or entity).key, (home or entity, role))
        return found

    def _named(self, person: Entity) -> bool:
        """Whether the article names the person, not only the office."""
        forms = (m.form for m in self.mentions if m.entity and m.entity.key == person.key)
        return any(form not in (Form.OFFICE, Form.REFERENCE) for form in forms)

    def participation(self, entity: Entity, role: Role, episode: Episode, day: Bounds | None) -> Participation:
        """The entity's part in the event, a person's with the office held on that day and with whom it is held for."""
        if entity.kind is not Kind.PERSON:
            return Participation(entity, role)
        title = self._hat(episode, entity) or self.title(entity)
        if not self.gazetteer.tenures_of(entity.key):
            title = completed(title, self.mentions, episode.location, self.gazetteer)
        office = capacity(entity, self._at_council(title), self.gazetteer, day)
        return Participation(entity, role, office, represents(entity, self.gazetteer, title, day))

    def _at_council(self, title: Title | None) -> Title | None:
        """An ambassador's office where the article is about what the United Nations do: the one that speaks there."""
        if title is None or title.words.lower() != "ambassador" or title.of is None or title.former:
            return title
        bodies = [m for m in self.mentions if m.entity and m.entity.key in COUNCILS]
        words = f"{assembled('Permanent Representative', title.of, self.gazetteer)} to the United Nations"
        return replace(title, words=words) if len(bodies) >= OFTEN else title

    def _hat(self, episode: Episode, person: Entity) -> Title | None:
        """The office in which the event's own sentences name the person, where it is of another body than usual."""
        usual = self.title(person)
        if usual is None:
            return None
        for match in episode.matches:
            for actor, _ in match.actors:
                title = actor.mention.title if actor.mention and actor.entity.key == person.key else None
                if title is None or title.of is None or self._foreign(title, person):
                    continue
                if title.of != usual.of:
                    return title
        return None
