"""What the release says about one resource: its own statements, its parts', those that point to it, and labels."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice

from pyoxigraph import Literal, NamedNode, Quad, Triple

from publisher.namespaces import DCTERMS, DIP, OA, PERMANENT, RDF, RDFS, SCHEMA, SKOS, local_name
from publisher.release import Release, Term

INCOMING = 1000
"""Statements that point to a resource and are part of its description; /fragments has the rest."""

_PART_OF = tuple(NamedNode(DIP + name) for name in ("reportOf", "mentionIn"))
"""How parts say what they are part of, where that does not name them."""
_LABELS = tuple(
    NamedNode(iri)
    for iri in (RDFS + "label", SKOS + "prefLabel", SCHEMA + "headline", SCHEMA + "name", DCTERMS + "title")
)
_TENURE = (NamedNode(DIP + "person"), NamedNode(DIP + "office"))
_BESIDE = tuple(NamedNode(DIP + name) for name in ("reportedBy", "earliestDate", "latestDate"))
"""What is said of a resource that points here, so that an event tells when it was and who says so."""


_NAMED_BY = (NamedNode(DIP + "mentionOf"), NamedNode(SCHEMA + "mentions"))
"""How articles and their mentions point to what they name."""
_LOOKED_AT = 400
"""Statements that point here, of which a page shows the first that are no mentions."""


_SAME = frozenset({NamedNode(RDF + "type"), NamedNode(OA + "motivatedBy")})
"""Properties of parts that say nothing that pages tell."""
_MUCH = 1000
"""Statements of a resource up to which a page reads all."""
_VALUES = 60
"""Values of a property that a page names, and reads where there are very many."""


def valid_iri(text: str) -> bool:
    """Whether an address from outside is an absolute IRI (RFC 3987) that may be looked for.

    >>> valid_iri("http://example.org/a"), valid_iri("http://example.org/> ?x"), valid_iri("a b")
    (True, False, False)
    """
    try:
        NamedNode(text)
    except ValueError:
        return False
    return ":" in text


@dataclass(frozen=True, slots=True)
class Description:
    """All statements about a resource, with the graph that holds each."""

    iri: str
    quads: tuple[Quad, ...]
    truncated: bool = False
    """Whether more statements point here than the description holds."""
    _out: Mapping[str, Mapping[str, list[Term]]] = field(default_factory=dict)
    _in: Mapping[str, list[str]] = field(default_factory=dict)
    _labels: Mapping[str, str] = field(default_factory=dict)

    def triples(self) -> list[Triple]:
        """The statements without their graphs, each once."""
        return list(dict.fromkeys(quad.triple for quad in self.quads))

    def statements(self, subject: str | None = None) -> Mapping[str, list[Term]]:
        """Predicate to values of a subject (the resource itself when not given)."""
        return self._out.get(subject or self.iri, {})

    def values(self, predicate: str, subject: str | None = None) -> list[Term]:
        """The values of a property."""
        return self.statements(subject).get(predicate, [])

    def iris(self, predicate: str, subject: str | None = None) -> list[str]:
        """The values of a property that are resources."""
        return [term.value for term in self.values(predicate, subject) if isinstance(term, NamedNode)]

    def text(self, predicate: str, subject: str | None = None) -> str:
        """The first literal of a property, English before other languages, or ""."""
        literals = [term for term in self.values(predicate, subject) if isinstance(term, Literal)]
        best = min(literals, key=lambda term: (term.language not in ("en", None), term.value), default=None)
        return best.value if best is not None else ""

    def incoming(self) -> Mapping[str, list[str]]:
        """Predicate to the resources that point here with it."""
        return self._in

    def types(self, subject: str | None = None) -> list[str]:
        """The classes of a subject."""
        return self.iris(RDF + "type", subject)

    def named(self, iri: str) -> bool:
        """Whether the description holds a name of a resource."""
        return iri in self._labels

    def label(self, iri: str | None = None) -> str:
        """The name of a resource for people; the last part of its IRI where it has none."""
        return self._labels.get(iri or self.iri) or local_name(iri or self.iri)


def describe(iri: str, quads: Iterable[Quad], *, truncated: bool = False) -> Description:
    """Order quads into a description.

    >>> ex = NamedNode("http://example.org/a")
    >>> describe(ex.value, [Quad(ex, NamedNode(RDFS + "label"), Literal("Ann", language="en"))]).label()
    'Ann'
    """
    out: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    into: dict[str, list[str]] = defaultdict(list)
    unique, node = tuple(dict.fromkeys(quads)), NamedNode(iri)
    for triple in dict.fromkeys(quad.triple for quad in unique):
        subject, predicate = triple.subject, triple.predicate.value
        out[subject.value if isinstance(subject, NamedNode) else str(subject)][predicate].append(triple.object)
        if triple.object == node and isinstance(subject, NamedNode):
            into[predicate].append(subject.value)
    labels: dict[str, str] = {}
    for subject_iri, statements in out.items():
        for name in _LABELS:
            found = [term for term in statements.get(name.value, ()) if isinstance(term, Literal) and term.value]
            if found:
                best = min(found, key=lambda term: (term.language not in ("en", None), term.value))
                labels[subject_iri] = best.value
                break
    return Description(iri, unique, truncated, out, into, labels)


def _naming(release: Release, node: NamedNode) -> tuple[Quad, ...]:
    """The statements that name a resource, with the first of the properties that do."""
    found = release.names.get(node.value)
    if found is None:
        found = next((said for name in _LABELS if (said := tuple(release.quads(node, name)))), ())
        release.names.put(node.value, found, 300 + 600 * len(found))
    return found


def _bounded(release: Release, node: NamedNode, properties: Iterable[NamedNode]) -> list[Quad]:
    """What is said of a resource; where that is very much, so much of each property as a page has room for."""
    found = list(islice(release.merged(node), _MUCH + 1 if properties else None))
    if len(found) <= _MUCH or not properties:
        return found
    return [quad for name in properties for quad in islice(release.merged(node, name), _VALUES)]


def _of_part(release: Release, node: NamedNode) -> list[Quad]:
    """What is said of a part of a resource, without what is said of every such part."""
    return [quad for quad in release.merged(node) if quad.predicate not in _SAME]


def _shown(quads: Iterable[Quad]) -> list[Quad]:
    """The statements whose values a page names: of each property of each resource no more than anybody reads."""
    many: Counter[tuple[object, NamedNode]] = Counter()
    found = []
    for quad in quads:
        key = (quad.subject, quad.predicate)
        many[key] += 1
        if many[key] <= _VALUES:
            found.append(quad)
    return found


def gather(
    release: Release,
    iri: str,
    *,
    extra: Iterable[Quad] = (),
    incoming: int = INCOMING,
    brief: bool = False,
    properties: Iterable[NamedNode] = (),
) -> Description | None:
    """Everything that the release says about a resource, or None when it says nothing.

    :param iri: the resource; its parts are the resources whose IRI is this one, "#" and a name.
    :param extra: further statements about it, such as the catalog's.
    :param incoming: how many statements that point to it are taken.
    :param brief: for pages, which show neither mentions, nor what else is said of those that point here, nor more than
        some values of a property; which graphs say something they ask themselves, for the few statements they list.
    :param properties: all properties that there are, by which a page finds what is said of what has very much said of
        it; without them it reads everything.
    """
    subject = NamedNode(iri)
    # Parts come first, however many statements point here: they are what the resource consists of.
    quads, seen, waiting = [*extra], {subject}, [subject]
    while waiting:
        node = waiting.pop()
        if brief:
            own = _bounded(release, node, properties) if node == subject else _of_part(release, node)
        else:
            own = list(release.quads(node))
        back = [quad for part in _PART_OF for quad in release.quads(None, part, node)] if node == subject else []
        quads += own
        for term in [quad.object for quad in own] + [quad.subject for quad in back]:
            if isinstance(term, NamedNode) and term not in seen and term.value.startswith(iri + "#"):
                seen.add(term)
                waiting.append(term)
    # The merge of all graphs holds each statement once; which graphs say it is asked only for those that are taken.
    pointing = (triple for triple in release.triples(None, None, subject) if triple.subject not in seen)
    if brief:
        pointing = (triple for triple in islice(pointing, _LOOKED_AT) if triple.predicate not in _NAMED_BY)
    taken = list(islice(pointing, incoming + 1))
    into = [
        quad
        for triple in taken[:incoming]
        if not isinstance(triple.subject, Triple)
        for quad in ([Quad(*triple)] if brief else release.quads(triple.subject, triple.predicate, subject))
    ]
    quads += into
    if not quads:
        return None
    for quad in into:
        # A term of office is little more than its person, its office and its dates.
        if not brief and quad.predicate in _TENURE and isinstance(quad.subject, NamedNode):
            quads += release.quads(quad.subject)
    subjects = {quad.subject for quad in into if isinstance(quad.subject, NamedNode)}
    # A participation or a piece of evidence points here on behalf of its event: that is what people want to read of.
    subjects |= {NamedNode(term.value.partition("#")[0]) for term in subjects}
    told = _shown(quads) if brief else quads
    named = {term for quad in told for term in (quad.predicate, quad.object) if isinstance(term, NamedNode)}
    # Only what is below our own roads has labels here; to look for others' would cost a page most of its time.
    own_roads = (release.base, PERMANENT)
    for node in sorted((n for n in (named | subjects) - seen if n.value.startswith(own_roads)), key=str):
        quads += _naming(release, node)
        if node in subjects and not brief:
            for predicate in _BESIDE:
                quads += release.quads(node, predicate)
    return describe(iri, quads, truncated=len(taken) > incoming)
