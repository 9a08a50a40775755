"""Statements in portions that can be checked by themselves.

A portion is one article with the events that it is the first to tell, and whatever is named there for the first time.
Beside these things themselves it holds as much of what lies around them as shapes can ask for, so that the results of
all portions together are those of a check of everything at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from mapper.iris import term
from mapper.owners import Links

_REACH: Final = 3
"""The longest path of a shape, in steps; whatever lies at its end is described, too."""
_REST: Final = ""
"""The portion of what no article leads to."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What shapes ask for against the direction of statements: predicates, by IRI."""

    paths: frozenset[str]
    """Those that paths and queries follow from object to subject."""
    targets: frozenset[str]
    """Those whose objects are to be checked."""


@dataclass(frozen=True, slots=True)
class Portion:
    """Some things that are to be checked, with all that is needed for it."""

    focus: frozenset[str]
    """IRIs of the things."""
    lines: tuple[str, ...]
    """Statements in the syntax of N-Triples, without the dot; sorted."""

    @property
    def digest(self) -> str:
        """The same for two portions of which the same results are to be expected."""
        parts = "\n".join((*sorted(self.focus), "", *self.lines))
        return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Told:
    """Statements, each once, by their subject, and where they lead."""

    lines: dict[str, list[str]]
    links: Links

    @staticmethod
    def of(quads: Iterable[ox.Quad], texts: Mapping[str, str]) -> Told:
        """The union of all graphs, and the texts of the articles beside it."""
        lines: dict[str, list[str]] = {}
        pairs: list[tuple[str, str, str]] = []
        said = dict.fromkeys(quad.triple for quad in quads)
        for article, text in texts.items():
            said.setdefault(ox.Triple(ox.NamedNode(article), term("dip:text"), ox.Literal(text)))
        for triple in said:
            subject = name_of(triple.subject)
            lines.setdefault(subject, []).append(str(triple))
            pairs.append((subject, triple.predicate.value, name_of(triple.object)))
        return Told(lines, Links.of(pairs))


def divide(told: Told, asked: Asked) -> Iterator[Portion]:
    """All portions: every thing that a shape may look at is in the focus of exactly one."""
    members: dict[str, list[str]] = {}
    homes = _homes(told)
    checked = set(told.lines) | {
        obj for obj, into in told.links.backward.items() if any(predicate in asked.targets for predicate, _ in into)
    }
    for node in checked:
        members.setdefault(homes.get(_unit(node), _REST), []).append(node)
    for _, nodes in sorted(members.items()):
        yield Portion(frozenset(nodes), tuple(sorted(_around(nodes, told, asked))))


def name_of(node: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    """The IRI of a node, or the value of a literal."""
    return str(node) if isinstance(node, ox.Triple) else node.value


def _unit(node: str) -> str:
    """A thing with its parts, which are fragments of it."""
    return node.partition("#")[0]


def _homes(told: Told) -> dict[str, str]:
    """The article whose portion each unit is checked with."""
    articles = told.links.articles()
    homes = {article: article for article in articles}
    units: dict[str, list[str]] = {}
    for node in told.lines:
        units.setdefault(_unit(node), []).append(node)
    first: dict[str, list[str]] = {}
    for unit in sorted(units):
        if unit not in homes and (reporting := told.links.reporting(unit)):
            homes[unit] = reporting[0]
            first.setdefault(reporting[0], []).append(unit)
    for article in articles:
        waiting = [article, *first.get(article, ())]
        while waiting:
            for node in units.get(waiting.pop(), ()):
                for _, obj in told.links.forward.get(node, ()):
                    unit = _unit(obj)
                    if unit in units and unit not in homes:
                        homes[unit] = article
                        waiting.append(unit)
    return homes


def _around(nodes: Iterable[str], told: Told, asked: Asked) -> set[str]:
    """Statements about things and about all that lies within reach of them."""
    forward, backward = told.links.forward, told.links.backward
    layer = set(nodes)
    seen = set(layer)
    lines: set[str] = set()
    for node in layer:
        # It is to be checked because it is pointed at: one that does so is enough for each predicate.
        into: dict[str, str] = {}
        for predicate, subject in backward.get(node, ()):
            if predicate in asked.targets:
                into[predicate] = min(subject, into.get(predicate, subject))
        lines.update(line for subject in into.values() for line in told.lines[subject])
    for _ in range(_REACH + 1):
        further: set[str] = set()
        for node in layer:
            lines.update(told.lines.get(node, ()))
            further.update(obj for _, obj in forward.get(node, ()))
            further.update(subject for predicate, subject in backward.get(node, ()) if predicate in asked.paths)
        layer = further - seen
        seen |= layer
    return lines
