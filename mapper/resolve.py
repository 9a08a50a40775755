"""Looks names that the gazetteer does not have up in Wikidata's search, when the user asks for it.

A name is linked only where exactly one item bears it and is of the right type. Answers, also empty ones, are kept on
disk. A build is never held up: without an answer in time the name stays without a link, and after a few failures
nothing more is asked. Names are looked up in the order of the articles, by one process, each once.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from mapper.document import Candidate, Entity, Event, Form, Kind, MappedArticle, Mention, Participation
from mapper.errors import ConfigurationError
from mapper.fetching import FetchError, Service
from mapper.gazetteer import Gazetteer
from mapper.names import fold

_log = logging.getLogger(__name__)
API = "https://www.wikidata.org/w/api.php"
CONFIDENCE = 0.6
"""How sure a link is that a search found."""
_ITEM = re.compile(r"Q[1-9]\d{0,11}")
_HUMAN = "Q5"
_PAGES = frozenset({"Q4167410", "Q101352", "Q202444", "Q13406463", "Q4167836"})
"""Disambiguation page, family name, given name, list article, category: items that are no entities."""
_FAILURES = 2
"""After so many failures the service is taken for out of reach."""
_PROPERTIES = {
    Kind.PLACE: ({"P625"}, set[str]()),
    Kind.ORGANIZATION: ({"P571", "P856", "P159", "P112", "P488", "P169", "P1037"}, {"P569"}),
    Kind.GOVERNMENT_BODY: ({"P571", "P856", "P159", "P1001", "P17"}, {"P569"}),
    Kind.ARMED_GROUP: ({"P571", "P17", "P607", "P945"}, {"P569"}),
    Kind.MISSION: ({"P571", "P580", "P17", "P276"}, {"P569"}),
    Kind.INSTRUMENT: ({"P577", "P585", "P710", "P1891", "P571"}, {"P569"}),
}
"""Kind → the properties of which an item of it has at least one, and those that it never has."""


def search(address: str = API) -> Service:
    """A search API that is given up soon."""
    return Service(address, pause=0.2, timeout=5.0, tries=1, longest_wait=2.0)


@dataclass(slots=True)
class Resolver:
    """Finds the Wikidata items of names.

    `cache` is the folder of kept answers, `service` the search API, `language` that of the names. `asked` counts
    requests, `failures` those that came to nothing; `trouble` says why the last one did. Raises `ConfigurationError`
    when answers cannot be kept.
    """

    cache: Path
    service: Service = field(default_factory=search)
    language: str = "en"
    asked: int = 0
    failures: int = 0
    trouble: str = ""

    def resolve(self, name: str, kind: Kind) -> Entity | None:
        """The entity that bears a name and is of a kind; None when none or several do, or nobody answers."""
        if kind not in {Kind.PERSON, *_PROPERTIES} or not 3 <= len(name) <= 120:
            return None
        items = self._answer({"do": "search", "name": name}, {
            "action": "wbsearchentities", "search": name, "language": self.language, "uselang": self.language,
            "type": "item", "limit": "7", "format": "json",
        })  # fmt: skip
        found = _bearers(items, name)
        if not found:
            return None
        claims = self._answer({"do": "claims", "items": found}, {
            "action": "wbgetentities", "ids": "|".join(found), "props": "claims|labels", "languages": self.language,
            "format": "json",
        })  # fmt: skip
        right = [item for item in found if _is_of_kind(_entity(claims, item), kind)]
        if len(right) != 1:
            return None
        label = _label(_entity(claims, right[0]), self.language) or name
        return Entity(right[0], label, kind, right[0], (name,) if name != label else ())

    def _answer(self, key: Mapping[str, Any], parameters: Mapping[str, str]) -> Any:
        """The kept answer, or the service's; None when there is none."""
        digest = hashlib.sha256(
            json.dumps([key, self.language, self.service.address], sort_keys=True).encode()
        ).hexdigest()
        path = self.cache / f"{digest[:32]}.json"
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, json.JSONDecodeError):
            pass  # what is not there or damaged is asked for anew
        if self.failures >= _FAILURES:
            return None
        self.asked += 1
        try:
            answer = self.service.json(parameters)
        except FetchError as error:
            self.failures, self.trouble = self.failures + 1, str(error)
            return None
        if not isinstance(answer, dict) or "error" in answer:
            return None
        self._keep(path, json.dumps(answer))
        return answer

    def _keep(self, path: Path, answer: str) -> None:
        """Keep an answer; another build may write to the same folder at the same time."""
        try:
            self.cache.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                "w", dir=self.cache, suffix=".part", delete=False, encoding="utf-8"
            ) as file:
                file.write(answer)
            Path(file.name).replace(path)
        except OSError as error:
            raise ConfigurationError(f"Answers cannot be kept in {self.cache}: {error.strerror or error}.") from error


def resolve_articles(
    articles: Iterable[MappedArticle], resolver: Resolver, gazetteer: Gazetteer
) -> list[MappedArticle]:
    """The articles with links for those local entities that a search finds; everything else stays as it is.

    An entity means the same item wherever it stands: in mentions and in events.
    """
    links = Links(resolver, gazetteer)
    resolved = [
        replace(
            mapped,
            mentions=tuple(links.mention(mention) for mention in mapped.mentions),
            events=tuple(links.event(event) for event in mapped.events),
        )
        for mapped in articles
    ]
    if resolver.failures:
        _log.warning("Some names were not looked up, the build goes on without: %s", resolver.trouble)
    return resolved


@dataclass(slots=True)
class Links:
    """What was found for each local entity, by its key."""

    resolver: Resolver
    gazetteer: Gazetteer
    found: dict[str, Entity] = field(default_factory=dict)

    def entity(self, entity: Entity) -> Entity:
        """The entity itself, or that of the item that it is."""
        if entity.qid or self.gazetteer.entity(entity.key):
            return entity
        if entity.key not in self.found:
            item = self.resolver.resolve(entity.label, entity.kind)
            known = (self.gazetteer.entity(item.key) or replace(item, country=entity.country)) if item else None
            self.found[entity.key] = known if known and known.kind is entity.kind else entity
        return self.found[entity.key]

    def mention(self, mention: Mention) -> Mention:
        """The mention with the link, and with the search as its reason."""
        if mention.entity is None or mention.form is Form.OFFICE:
            return mention
        entity = self.entity(mention.entity)
        if entity is mention.entity:
            return mention
        reading = Candidate(entity, CONFIDENCE, ("the one item of this name and kind in Wikidata",))
        return replace(mention, entity=entity, confidence=CONFIDENCE, candidates=(reading, *mention.candidates))

    def event(self, event: Event) -> Event:
        """The event with the links; somebody who took part under two names takes part once."""
        parts = tuple(dict.fromkeys(self._part(part) for part in event.participations))
        return replace(
            event,
            participations=parts,
            location=event.location and self.entity(event.location),
            occasion=event.occasion and self.entity(event.occasion),
            claimant=event.claimant and self.entity(event.claimant),
        )

    def _part(self, part: Participation) -> Participation:
        return replace(part, agent=self.entity(part.agent), behalf=part.behalf and self.entity(part.behalf))


def links_digest(articles: Iterable[MappedArticle]) -> str:
    """The sha256 of all that mentions mean: what a search answered is among what a release is made of."""
    told = [
        [mapped.article.identifier, mention.start, mention.entity.key, mention.entity.label]
        for mapped in articles
        for mention in mapped.mentions
        if mention.entity
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


# --- reading answers, which nobody vouches for --------------------------------------------------------------------


def _bearers(answer: Any, name: str) -> list[str]:
    """The items found whose label or alias is the name itself."""
    hits = answer.get("search") if isinstance(answer, dict) else None
    found = []
    for hit in hits if isinstance(hits, list) else ():
        if not isinstance(hit, dict) or not isinstance(hit.get("id"), str) or not _ITEM.fullmatch(hit["id"]):
            continue
        aliases, match = hit.get("aliases"), hit.get("match")
        names = [hit.get("label"), *(aliases if isinstance(aliases, list) else ())]
        names += [match.get("text")] if isinstance(match, dict) else []
        if any(isinstance(other, str) and fold(other) == fold(name) for other in names):
            found.append(hit["id"])
    return list(dict.fromkeys(found))


def _entity(answer: Any, item: str) -> dict[str, Any]:
    entities = answer.get("entities") if isinstance(answer, dict) else None
    entity = entities.get(item) if isinstance(entities, dict) else None
    return entity if isinstance(entity, dict) else {}


def _label(entity: Mapping[str, Any], language: str) -> str | None:
    labels = entity.get("labels")
    label = labels.get(language) if isinstance(labels, dict) else None
    text = label.get("value") if isinstance(label, dict) else None
    return text if isinstance(text, str) and 0 < len(text) <= 200 and text.isprintable() else None


def _is_of_kind(entity: Mapping[str, Any], kind: Kind) -> bool:
    """Whether an item is of a kind, by what it is an instance of and by its properties."""
    claims = entity.get("claims")
    if not isinstance(claims, dict):
        return False
    classes = _targets(claims.get("P31"))
    if classes & _PAGES or not classes:
        return False
    if kind is Kind.PERSON:
        return _HUMAN in classes
    needed, never = _PROPERTIES[kind]
    return _HUMAN not in classes and bool(needed & set(claims)) and not never & set(claims)


def _targets(statements: Any) -> set[str]:
    """The items that statements point at."""
    found = set()
    for statement in statements if isinstance(statements, list) else ():
        try:
            item = statement["mainsnak"]["datavalue"]["value"]["id"]
        except (TypeError, KeyError):
            continue
        if isinstance(item, str) and _ITEM.fullmatch(item):
            found.add(item)
    return found
