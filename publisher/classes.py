"""The classes of the ontology, one above the other."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import NamedNode

from publisher.memory import per_release
from publisher.namespaces import DIP, RDFS
from publisher.release import Release

EVENT = DIP + "DiplomaticEvent"


@per_release
def superclasses(release: Release) -> dict[str, set[str]]:
    """The classes above each class of the ontology, as stated and as inferred."""
    above: dict[str, set[str]] = {}
    for quad in release.quads(predicate=NamedNode(RDFS + "subClassOf")):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode) and quad.subject != quad.object:
            above.setdefault(quad.subject.value, set()).add(quad.object.value)
    return above


def above(kinds: Iterable[str]) -> set[str]:
    """Every class above one of these."""
    found: set[str] = set()
    waiting = list(kinds)
    while waiting:
        new = superclasses().get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def below(kind: str) -> list[str]:
    """The class itself and every class of our ontology below it."""
    return sorted({kind, *(one for one in superclasses() if one.startswith(DIP) and kind in above([one]))})


def specific(types: Iterable[str]) -> list[str]:
    """The classes of our ontology that no other class given is below."""
    own = {kind for kind in types if kind.startswith(DIP)}
    return sorted(own - above(own)) or sorted(own)


@per_release
def event_classes(release: Release) -> tuple[str, ...]:
    """The classes of events, the general ones before those below them."""
    del release  # it is that of the classes
    return tuple(sorted(below(EVENT), key=lambda kind: (len(above([kind])), kind)))
