"""The values that flow through the mapper, all frozen.

Every position is a half-open range of characters in `Article.text`, the article's text as mapped
(for a text file its decoded content, for HTML the text taken from it).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc


class Kind(StrEnum):
    """What an entity is; the value is the local name of its class in the ontology."""

    PERSON = "Person"
    STATE = "State"
    ORGANIZATION = "Organization"
    ARMED_GROUP = "ArmedGroup"
    MISSION = "Mission"
    GOVERNMENT_BODY = "GovernmentBody"
    PLACE = "Place"
    OFFICE = "Office"
    INSTRUMENT = "Instrument"
    OCCASION = "Occasion"
    """A named gathering that others happen beside, such as a session of the UN General Assembly."""


AGENT_KINDS = frozenset(
    {Kind.PERSON, Kind.STATE, Kind.ORGANIZATION, Kind.ARMED_GROUP, Kind.MISSION, Kind.GOVERNMENT_BODY}
)


class Role(StrEnum):
    """How an agent takes part in an event; the value is the local name in the ontology."""

    INITIATOR = "Initiator"
    PARTICIPANT = "Participant"
    TARGET = "Target"
    HOST = "Host"
    MEDIATOR = "Mediator"


class Status(StrEnum):
    """Whether the article says that the event happened; the value is the local name in the ontology."""

    OCCURRED = "Occurred"
    PLANNED = "Planned"
    ALLEGED = "Alleged"
    DENIED = "Denied"


class Medium(StrEnum):
    """By what means people were in touch; the value is the local name in the ontology."""

    TELEPHONE = "Telephone"
    IN_PERSON = "InPerson"
    VIRTUAL = "Virtual"
    WRITTEN = "Written"


# --- dates -------------------------------------------------------------------------------------------------


class Granularity(StrEnum):
    """How exactly an expression tells the time."""

    DAY = "day"
    RANGE = "range"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    OPEN = "open"
    """Bounded by other knowledge only, such as publication or terms of office."""


class DateReason(StrEnum):
    """Where a bound comes from, in descending order of strength."""

    ADJUNCT = "own adjunct"
    """A time expression that belongs to the words that tell the event."""
    CONTEXT = "same article"
    """Another sentence of the article tells the same event with its date."""
    STATEMENT = "statement"
    """The day of the statement that reports it."""
    PUBLICATION = "publication"
    """The article's own date."""
    OFFICES = "office terms"
    """The days on which everybody held the office that the text names."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The earliest and the latest day on which something may have happened; None leaves a side open."""

    earliest: date | None
    latest: date | None
    granularity: Granularity
    reason: DateReason
    words: str = ""
    """The words that say so, for explanations; empty when none do."""

    @property
    def day(self) -> date | None:
        """The day itself when it is known.

        >>> Bounds(date(2025, 1, 27), date(2025, 1, 27), Granularity.DAY, DateReason.ADJUNCT).day
        datetime.date(2025, 1, 27)
        """
        return self.earliest if self.earliest == self.latest else None


# --- articles ----------------------------------------------------------------------------------------------


class LineKind(StrEnum):
    """What a line of a page is for."""

    HEADLINE = "headline"
    SUMMARY = "summary"
    BYLINE = "byline"
    DATELINE = "dateline"
    CAPTION = "caption"
    BODY = "body"
    HEADING = "heading"
    RELATED = "related"
    ADVERT = "advert"
    SHARE = "share"
    FURNITURE = "furniture"
    FOOTER = "footer"
    BLANK = "blank"


ARTICLE_LINES = frozenset({LineKind.HEADLINE, LineKind.SUMMARY, LineKind.CAPTION, LineKind.BODY, LineKind.HEADING})
"""The lines whose words are the article's own; everything else is the page around it."""


TIME_OF_DAY = "time of day"
"""The reason of a line that holds nothing but such a time: "17:48 GMT"."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the page with what it was taken for, and why. `end` is before the line break.

    Where only a part of the line belongs to the article (a dateline before the first sentence), the
    reader yields two Line values for it, one per part.
    """

    start: int
    end: int
    kind: LineKind
    reason: str


@dataclass(frozen=True, slots=True)
class Article:
    """One article and what its page, metadata or address say about it."""

    identifier: str
    text: str
    lines: tuple[Line, ...]
    headline: str | None = None
    byline: str | None = None
    publisher: str | None = None
    published: date | None = None
    url: str | None = None
    source: str = ""
    """The file that it came from, relative to the folder given, with #record for JSON Lines."""
    digest: str = ""
    """sha256 of the input bytes, in hexadecimal."""
    notes: tuple[str, ...] = ()
    """What had to be mended to read it, in words: another encoding than UTF-8, control characters."""

    def own_lines(self) -> tuple[Line, ...]:
        """The lines that belong to the article itself, in order."""
        return tuple(line for line in self.lines if line.kind in ARTICLE_LINES)

    def live(self) -> bool:
        """Whether the page tells what happens as it happens: three entries or more have their time of day."""
        return sum(line.reason == TIME_OF_DAY for line in self.lines) >= 3


# --- entities and mentions ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tenure:
    """Somebody holds an office from one day to another (None: not known or not over)."""

    person: str
    office: str
    start: date | None
    end: date | None
    coarse: bool = False
    """Whether the days are only near."""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Entity:
    """Somebody or something with a name.

    `key` is the Wikidata id where it is known ("Q567"), else "<kind>-<slug>" ("person-abdou-ndiaye"),
    the same for the same name in every article. `country` is the key of the state it belongs to.
    """

    key: str
    label: str
    kind: Kind
    qid: str | None = None
    aliases: tuple[str, ...] = ()
    country: str | None = None
    gender: str | None = None
    level: str | None = None
    """For an office: head_of_state, head_of_government, foreign_minister, minister, ambassador, …"""
    latitude: float | None = None
    longitude: float | None = None


class Form(StrEnum):
    """How a mention names its entity."""

    NAME = "name"
    SURNAME = "surname"
    ACRONYM = "acronym"
    DEMONYM = "demonym"
    """"Kenyan", "the Kenyans": adjective or people."""
    METONYM = "metonym"
    """A capital or palace that may stand for its state or be a place; extraction decides."""
    OFFICE = "office"
    """"the Kenyan president": nobody is named."""
    UNKNOWN = "unknown"
    """A name that the gazetteer does not have."""
    REFERENCE = "reference"
    """"he", "the two leaders": resolved by coreference."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reading of a mention, its score (0 to 1), and the reasons for it in words."""

    entity: Entity
    score: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Title:
    """An office named with a person: "US Secretary of State" before, ", the president of Kenya," after.

    `words` is the office phrase without country ("Secretary of State"); `of` is the key of the state or
    organization that it belongs to, when the text or the context tells; `office` the key of the office in the
    gazetteer, when it is known. `former` for "former", "ex-", "then".
    """

    start: int
    end: int
    words: str
    of: str | None = None
    office: str | None = None
    former: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in the text that names an entity.

    `start` and `end` hold the name alone, without title and possessive. `entity` is the reading that was chosen;
    candidates stay for explanations, best first. A metonym's `entity` is its state, or the
    organization whose seat it is, and `place` the city.
    """

    start: int
    end: int
    text: str
    form: Form
    entity: Entity | None
    candidates: tuple[Candidate, ...] = ()
    confidence: float = 0.0
    title: Title | None = None
    place: Entity | None = None


# --- sentences ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Word:
    """A word as the parser saw it (`form`) and the range of the text that it stands for."""

    form: str
    start: int
    end: int
    mention: Mention | None = None
    time: bool = False
    """Whether it stands for a time expression, which begins at `start`."""
    quoted: bool = False
    """Whether it stands between quotation marks."""


@dataclass(frozen=True, slots=True, eq=False)
class Sentence:
    """A sentence of the article, simplified and parsed; `words[i]` is the parser's token i."""

    start: int
    end: int
    line: Line
    words: tuple[Word, ...]
    parse: Doc = field(repr=False)
    paragraph: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """An article with everything found in it so far."""

    article: Article
    mentions: tuple[Mention, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    window: Bounds | None = None
    """When the article was written: its own date, or the bounds that its weekdays and offices leave."""


# --- events ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Capacity:
    """The office in which somebody acts: "President of Kenya" with the keys of office and state where known."""

    label: str
    office: str | None = None
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Participation:
    """An agent's part in an event; `behalf` is the state or organization that a person acts for."""

    agent: Entity
    role: Role
    capacity: Capacity | None = None
    behalf: Entity | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words of the article that tell the event."""

    start: int
    end: int
    exact: str
    rule: str
    """"Meeting/verb:meet": the rule file and the trigger that matched."""
    matcher: str = "dependency"
    """dependency, nominal or surface."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A reading that was considered and not taken, with the reason, for `communique explain`."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Event:
    """A diplomatic event as one article tells it."""

    type: str
    """Local name of its class in the ontology, such as "TelephoneCall"."""
    participations: tuple[Participation, ...]
    evidence: tuple[Evidence, ...]
    bounds: Bounds | None = None
    location: Entity | None = None
    occasion: Entity | None = None
    medium: Medium | None = None
    status: Status = Status.OCCURRED
    claimant: Entity | None = None
    """Who says so, where the event is only alleged or denied."""
    topics: tuple[str, ...] = ()
    """Local names of concepts in the topic scheme."""
    main: bool = False
    confidence: float = 0.5
    label: str = ""
    rejected: tuple[Rejected, ...] = ()

    def agents(self) -> frozenset[str]:
        """The keys of all who take part."""
        return frozenset(part.agent.key for part in self.participations)


@dataclass(frozen=True, slots=True)
class Report:
    """What one article says of a merged event, kept even where the consolidated event says otherwise."""

    article: str
    event: Event


@dataclass(frozen=True, slots=True)
class MergedEvent:
    """One event with all the reports of it; `event` is the consolidated telling.

    `name` is the last part of its IRI, kept from release to release. `merges` tells in words why reports were joined.
    """

    name: str
    event: Event
    reports: tuple[Report, ...]
    merges: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MappedArticle:
    """All that one article maps to."""

    article: Article
    mentions: tuple[Mention, ...]
    events: tuple[Event, ...]
    window: Bounds | None = None
