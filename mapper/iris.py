"""The IRIs of the data and the terms that statements are made of; docs/data-model.md has the table.

Everything that comes from outside is percent-encoded, so that no name can break out of its place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from urllib.parse import quote, urlsplit

from pyoxigraph import Literal, NamedNode, Quad, Triple

from mapper.document import Capacity, Entity, Evidence, Kind, Role, Tenure
from mapper.errors import ConfigurationError
from mapper.names import slug
from mapper.vocabulary import PREFIXES

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0, section 2.2, excludes: results and dumps in XML could not hold them."""


@cache
def term(name: str) -> NamedNode:
    """A term by its prefixed name.

    >>> term("dip:Meeting").value
    'https://w3id.org/communique/ontology#Meeting'
    """
    prefix, _, local = name.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


def placed(triple: Triple, graph: NamedNode) -> Quad:
    """A statement in a graph."""
    return Quad(triple.subject, triple.predicate, triple.object, graph)


def text(value: str, *, language: str | None = None) -> Literal:
    """A string that every format can hold: characters outside XML become U+FFFD, one for one, so that offsets stay.

    >>> text("a\\x00b").value
    'a\ufffdb'
    """
    return Literal(_NOT_IN_XML.sub("\ufffd", value), language=language)


def day(value: date) -> Literal:
    """A day as xsd:date."""
    return Literal(value.isoformat(), datatype=term("xsd:date"))


def count(value: int) -> Literal:
    """A number of characters as xsd:integer: the store knows no other whole numbers, and dumps are to say the same."""
    return Literal(str(value), datatype=term("xsd:integer"))


def decimal(value: float) -> Literal:
    """A number as xsd:decimal, in its canonical form (XML Schema 2, section 3.3.3).

    >>> decimal(0.5).value, decimal(-1.2860).value, decimal(1).value, decimal(-0.0000001).value
    ('0.5', '-1.286', '1', '0')
    """
    written = f"{value:.6f}".rstrip("0").rstrip(".")
    return Literal("0" if written == "-0" else written, datatype=term("xsd:decimal"))


def web_address(url: str | None) -> NamedNode | None:
    """An http address from outside as an IRI; nothing where it is none.

    >>> web_address("https://news.example/a b?q=é").value, web_address("javascript:alert(1)")
    ('https://news.example/a%20b?q=%C3%A9', None)
    """
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return None
        return NamedNode(quote(url.strip(), safe="%:/?#[]@!$&'()*+,;=~"))
    except ValueError:
        return None


def segment(value: str) -> str:
    """A name as one part of a path: everything but RFC 3986's unreserved characters is percent-encoded.

    >>> segment("a/b c"), segment("été")
    ('a%2Fb%20c', '%C3%A9t%C3%A9')
    """
    return quote(value, safe="", errors="replace")


@dataclass(frozen=True, slots=True)
class Iris:
    """The IRIs below one base.

    `base` is the deployment's base IRI and ends with a slash.

    >>> Iris("http://localhost:8000/").article("a b").value
    'http://localhost:8000/article/a%20b'
    """

    base: str

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.base)
            NamedNode(self.base)
            usable = parts.scheme in ("http", "https") and parts.hostname and not parts.query and not parts.fragment
        except ValueError:
            usable = False
        if not usable or not self.base.endswith("/"):
            raise ConfigurationError(
                f"“{self.base}” cannot be a base IRI: give an http or https address that ends with a slash."
            )

    def article(self, identifier: str) -> NamedNode:
        """An article, by its identifier."""
        return self._iri("article", segment(identifier))

    def mention(self, article: str, key: str) -> NamedNode:
        """How an article names an entity, by the entity's key."""
        return NamedNode(f"{self.article(article).value}#mention-{segment(key)}")

    def event(self, name: str) -> NamedNode:
        """An event, by the name that `mapper.naming` gave it."""
        return self._iri("event", segment(name))

    def participation(self, event: NamedNode, agent: str, role: Role) -> NamedNode:
        """What an agent does in an event."""
        return NamedNode(f"{event.value}#participation-{segment(agent)}-{role.value.lower()}")

    def evidence(self, event: NamedNode, article: str, piece: Evidence, part: str = "") -> NamedNode:
        """The words that tell an event; `part` is "-target", "-quote" or "-position"."""
        return NamedNode(f"{event.value}#evidence-{segment(article)}-{piece.start}-{piece.end}{part}")

    def report(self, event: NamedNode, article: str) -> NamedNode:
        """What one article says of an event."""
        return NamedNode(f"{event.value}#report-{segment(article)}")

    def entity(self, entity: Entity) -> NamedNode:
        """Whoever or whatever has a name; offices have a path of their own."""
        return self._iri("office" if entity.kind is Kind.OFFICE else "entity", segment(entity.key))

    def keyed(self, key: str) -> NamedNode:
        """A state, organization, person or place, by its key."""
        return self._iri("entity", segment(key))

    def office(self, key: str) -> NamedNode:
        """An office, by its key."""
        return self._iri("office", segment(key))

    def tenure(self, tenure: Tenure) -> NamedNode:
        """The time that somebody holds an office."""
        start = tenure.start.isoformat() if tenure.start else "unknown"
        return self._iri("tenure", f"{segment(tenure.person)}-{segment(tenure.office)}-{start}")

    def topic(self, name: str = "") -> NamedNode:
        """A topic; the scheme when no name is given."""
        return self._iri("topic", segment(name))

    def activity(self, article: str) -> NamedNode:
        """The mapping of one article."""
        return self._iri("activity", segment(article))

    def software(self, version: str) -> NamedNode:
        """A version of the mapper."""
        return self._iri("software", segment(version))

    def article_graph(self, identifier: str) -> NamedNode:
        """The named graph of one article."""
        return self._iri("graph/article", segment(identifier))

    def graph(self, name: str) -> NamedNode:
        """One of the graphs events, entities, ontology, inferred, provenance."""
        return self._iri("graph", name)

    def release(self, version: str) -> NamedNode:
        """A release."""
        return self._iri("release", version)

    @property
    def dataset(self) -> NamedNode:
        """The dataset, whatever its release."""
        return NamedNode(f"{self.base}dataset")

    def _iri(self, kind: str, name: str) -> NamedNode:
        return NamedNode(f"{self.base}{kind}/{name}")


def office_key(capacity: Capacity) -> str:
    """The key of the office that somebody acts in; of one that the gazetteer does not know a slug of its label.

    >>> office_key(Capacity("Minister of Trade of Japan"))
    'minister-of-trade-of-japan'
    """
    return capacity.office or slug(capacity.label)
