"""Which articles something in the data belongs to, by what points at it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from mapper.vocabulary import DIP, OA

_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_ARTICLE: Final = str(DIP.Article)
_REPORTED_BY: Final = str(DIP.reportedBy)
_TOLD_IN: Final = frozenset({str(DIP.reportIn), str(OA.hasSource), _REPORTED_BY})
"""Parts of one article's telling point at it, and events at all that report them."""


@dataclass(frozen=True, slots=True)
class Links:
    """Where statements lead, in both directions: IRIs, and the values of literals."""

    forward: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Subject → predicates and objects."""
    backward: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Object → predicates and subjects."""

    @staticmethod
    def of(statements: Iterable[tuple[str, str, str]]) -> Links:
        """Index statements.

        >>> Links.of([("urn:a", "urn:knows", "urn:b")]).backward
        {'urn:b': [('urn:knows', 'urn:a')]}
        """
        links = Links()
        for subject, predicate, obj in statements:
            links.forward.setdefault(subject, []).append((predicate, obj))
            links.backward.setdefault(obj, []).append((predicate, subject))
        return links

    def articles(self) -> list[str]:
        """The IRIs of all articles, sorted."""
        return sorted({subject for predicate, subject in self.backward.get(_ARTICLE, ()) if predicate == _TYPE})

    def reporting(self, event: str) -> list[str]:
        """The IRIs of the articles that report an event, sorted."""
        return sorted({obj for predicate, obj in self.forward.get(event, ()) if predicate == _REPORTED_BY})


class Owners:
    """Finds the articles that something in the data belongs to."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self._found: dict[str, tuple[str, ...]] = {}

    def of(self, focus: str) -> tuple[str, ...]:
        """IRIs of the articles, sorted."""
        if focus not in self._found:
            self._found[focus] = tuple(sorted(self._search(focus)))
        return self._found[focus]

    def _search(self, focus: str) -> set[str]:
        # Nearest first: an article is its own, evidence and reports name theirs, an event all that report it.
        # Entities and other things belong to whoever points at them, however far away.
        seen, layer = {focus}, {focus}
        while layer:
            if found := {article for node in layer for article in self._articles(node)}:
                return found
            layer = {above for node in layer for above in self._above(node)} - seen
            seen |= layer
        return set()

    def _articles(self, node: str) -> Iterator[str]:
        links = self._links.forward.get(node, ())
        if (_TYPE, _ARTICLE) in links or any(p == _REPORTED_BY for p, _ in self._links.backward.get(node, ())):
            yield node
            return
        for predicate, obj in links:
            if predicate in _TOLD_IN:
                yield obj
            elif predicate == str(OA.hasTarget):
                yield from (source for p, source in self._links.forward.get(obj, ()) if p == str(OA.hasSource))

    def _above(self, node: str) -> Iterator[str]:
        yield from (subject for _, subject in self._links.backward.get(node, ()))
        # A tenure belongs where its person is named.
        yield from (person for p, person in self._links.forward.get(node, ()) if p == str(DIP.person))
        event = node.partition("#")[0]  # participations and evidence are fragments of their event
        if event in self._links.forward:
            yield event
