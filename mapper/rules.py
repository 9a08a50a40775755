"""The rules as data: which words, with which arguments, tell of which class of event.

Each `rules/<Class>.toml` holds `[[trigger]]` tables:

    verbs, nouns     lemmas that may tell of the event (one of the two lists)
    objects          the verb counts only with one of these nouns as its object (light verbs: "hold talks");
                     "#" stands for any number
    subjects         the verb counts only with one of these nouns as its subject ("troops arrived"), in the passive
                     as what is acted on; owner, with, between, … are looked for behind that noun too
    modifiers        the object, or the noun itself, counts only with one of these words beside it ("phone
                     conversation"); "there-are": the noun counts only where there are such ("there are soldiers from")
    clause_words     the verb counts only with one of these words in its clause
    with             the verb counts only with one of these particles or prepositions ("call for")
    without          … only without any of them
    passive          true: the verb counts only in the passive without an agent, whose "from" tells who acts
    negated          true: the verb counts only where it is denied ("has had no ambassador in")
    fallback         true: the trigger counts only where no other fits the word
    contradicts      true: the verb counts only where its clause says that something is not so ("said it had no troops")
    future           true: the verb counts only with "will" or "would"
    complement       the verb counts only with a clause ("that …", "to …"); "to" asks for an infinitive
    clause_without   the verb counts only without any of these lemmas in its clause
    args             place → role; places: subject, object, dative, clause and clause_object (subject and object of the
                     clause; of a noun too: "its demand that", and object_clause of the verb's object),
                     clause_to, clause_against, … (behind the verb of the clause), owner (of the object),
                     object_of, subject_on, … (behind the object or subject, or the noun that a noun wraps), or a
                     preposition;
                     of a noun also owner, host (who hosts it), bearer (who is "on" it), present (who speaks or
                     acts "during" or "after" it);
                     a place ending in "*" is searched inside its phrase too ("condemned Rwanda's backing")
    need             places of which at least one agent is needed; "a|b" means either
    agents           the least number of different agents (default 1)
    kinds            place → kinds of agents that count there: Person, State, Organization, GovernmentBody
    medium, status   what the words say beyond the class
    confidence       how sure the trigger is (default 0.8)
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mapper.document import Medium, Role, Status
from mapper.errors import ConfigurationError

FOLDER = Path(__file__).parent / "rules"


@dataclass(frozen=True, slots=True)
class Trigger:
    """One way in which a sentence tells of a class of event."""

    type: str
    words: frozenset[str]
    nominal: bool
    objects: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    modifiers: frozenset[str] = frozenset()
    clause_words: frozenset[str] = frozenset()
    clause_without: frozenset[str] = frozenset()
    particles: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    complement: bool = False
    infinitive: bool = False
    passive: bool = False
    contradicts: bool = False
    future: bool = False
    negated: bool = False
    fallback: bool = False
    args: Mapping[str, Role] = field(default_factory=dict)
    deep: frozenset[str] = frozenset()
    need: tuple[frozenset[str], ...] = ()
    agents: int = 1
    kinds: Mapping[str, frozenset[str]] = field(default_factory=dict)
    medium: Medium | None = None
    status: Status | None = None
    confidence: float = 0.8

    @property
    def specificity(self) -> int:
        """How much the trigger asks for; of two that match the same word the more specific one is right."""
        if self.fallback:
            return -1
        return (
            2 * bool(self.objects)
            + 2 * bool(self.subjects)
            + 2 * bool(self.modifiers)
            + 2 * bool(self.particles)
            + self.complement
            + self.passive
            + self.contradicts
            + self.future
            + self.negated
            + len(self.need)
        )


@dataclass(frozen=True, slots=True)
class Rules:
    """All triggers by the word that sets them off."""

    verbs: Mapping[str, tuple[Trigger, ...]]
    nouns: Mapping[str, tuple[Trigger, ...]]


FIELDS = frozenset(
    "verbs nouns objects subjects modifiers clause_words clause_without with without complement args need agents kinds "
    "medium status confidence passive future negated contradicts fallback".split()
)


def load_rules(classes: Iterable[str], folder: Path | None = None) -> Rules:
    """Read every rule file; the name of a file is that of its class.

    `classes` are the ontology's event classes. Raises ConfigurationError for a class, role or field that
    does not exist, naming the file.
    """
    known = set(classes)
    verbs: dict[str, list[Trigger]] = {}
    nouns: dict[str, list[Trigger]] = {}
    for path in sorted((folder or FOLDER).glob("*.toml")):
        if path.stem not in known:
            raise ConfigurationError(f"{path.name}: the ontology has no event class {path.stem}")
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))["trigger"]
            triggers = [_trigger(path.stem, table) for table in tables]
        except (tomllib.TOMLDecodeError, KeyError, ValueError) as error:
            raise ConfigurationError(f"{path.name}: {error}") from error
        for trigger in triggers:
            index = nouns if trigger.nominal else verbs
            for word in trigger.words:
                index.setdefault(word, []).append(trigger)
    return Rules({k: tuple(v) for k, v in verbs.items()}, {k: tuple(v) for k, v in nouns.items()})


def _trigger(name: str, table: dict[str, object]) -> Trigger:
    unknown = set(table) - FIELDS
    if unknown:
        raise ValueError(f"unknown field {', '.join(sorted(unknown))}")
    if ("verbs" in table) == ("nouns" in table):
        raise ValueError("a trigger has either verbs or nouns")

    def words(key: str) -> frozenset[str]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise ValueError(f"{key} must be a list of words")
        return frozenset(value)

    def mapping(key: str) -> dict[str, object]:
        value = table.get(key, {})
        if not isinstance(value, dict):
            raise ValueError(f"{key} must be a table")
        return value

    args = mapping("args")
    return Trigger(
        type=name,
        words=words("verbs") | words("nouns"),
        nominal="nouns" in table,
        objects=words("objects"),
        subjects=words("subjects"),
        modifiers=words("modifiers"),
        clause_words=words("clause_words"),
        clause_without=words("clause_without"),
        particles=words("with"),
        without=words("without"),
        complement=bool(table.get("complement", False)),
        infinitive=table.get("complement") == "to",
        passive=bool(table.get("passive", False)),
        contradicts=bool(table.get("contradicts", False)),
        future=bool(table.get("future", False)),
        negated=bool(table.get("negated", False)),
        fallback=bool(table.get("fallback", False)),
        args={place.rstrip("*"): Role(str(role)) for place, role in args.items()},
        deep=frozenset(place.rstrip("*") for place in args if place.endswith("*")),
        need=tuple(frozenset(place.split("|")) for place in sorted(words("need"))),
        agents=int(str(table.get("agents", 1))),
        kinds={
            place: frozenset(str(kind) for kind in kinds)
            for place, kinds in mapping("kinds").items()
            if isinstance(kinds, list)
        },
        medium=Medium(str(table["medium"])) if "medium" in table else None,
        status=Status(str(table["status"])) if "status" in table else None,
        confidence=float(str(table.get("confidence", 0.8))),
    )
