"""JSON-LD as a person would write it: one document per resource, its parts nested, words instead of IRIs.

pyoxigraph writes expanded JSON-LD only. This module writes the compacted form with the release's own context:
a node for the resource, inside it the parts that have no life of their own (participations, evidence and its
selectors), after it everything else that is said. Only those features of a context are used that leave no room
for interpretation (JSON-LD 1.1, sections 4.1 to 4.3): terms, prefixes, type and language of a value. Reading the
result gives back exactly the statements that went in.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode, Triple

from publisher.namespaces import RDF, XSD
from publisher.release import PREFIXES, Term

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

RDF_TYPE = RDF + "type"
_INTEGERS = frozenset(XSD + name for name in ("integer", "nonNegativeInteger", "positiveInteger", "int", "long"))
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,14}")
_LOCAL = re.compile(r"[A-Za-z0-9._~%@-]+")
"""A local part that is safe behind a prefix: not empty, no slash, no hash, no colon."""


@dataclass(frozen=True, slots=True)
class _Word:
    """A term of the context that stands for a property."""

    name: str
    type: str | None = None
    language: str | None = None
    plain: bool = True
    """Whether the definition says nothing about type or language."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a context document defines, turned round: from IRIs to words."""

    document: Mapping[str, Json]
    properties: Mapping[str, tuple[_Word, ...]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    """IRIs that may be written as a bare word where the vocabulary applies (as a type)."""
    prefixes: tuple[tuple[str, str], ...] = ()
    vocabulary: str = ""
    language: str | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)

    def keyword(self, name: str) -> str:
        """The word for a keyword: "@id" or what the context calls it."""
        return self.aliases.get(name, name)

    def compact(self, iri: str, *, vocabulary: bool = False) -> str:
        """An IRI as a word, with a prefix, or in full.

        >>> Context({}, prefixes=(("http://www.wikidata.org/entity/", "wd"),)).compact(
        ...     "http://www.wikidata.org/entity/Q114")
        'wd:Q114'
        """
        if vocabulary and iri in self.names:
            return self.names[iri]
        if vocabulary and self.vocabulary and iri.startswith(self.vocabulary):
            local = iri.removeprefix(self.vocabulary)
            if _LOCAL.fullmatch(local) and local not in self._taken() and not local.startswith("@"):
                return local
        for start, prefix in self.prefixes:
            if iri.startswith(start) and _LOCAL.fullmatch(iri.removeprefix(start)):
                return f"{prefix}:{iri.removeprefix(start)}"
        return iri

    def document_of(self, words: Iterable[str]) -> dict[str, Json]:
        """The context with these words only, and what their definitions rest on."""
        definitions = self.document.get("@context")
        assert isinstance(definitions, dict), "a context that defines nothing has no words"
        waiting = [*words, *self.aliases.values()]
        used: set[str] = set()
        while waiting:
            word = waiting.pop()
            if word in definitions and word not in used:
                used.add(word)
                definition = definitions[word]
                parts = definition.values() if isinstance(definition, dict) else [definition]
                waiting += [part.partition(":")[0] for part in parts if isinstance(part, str)]
        kept = {word: value for word, value in definitions.items() if word.startswith("@") or word in used}
        return {"@context": kept} if kept else {}

    def _taken(self) -> Iterable[str]:
        document = self.document.get("@context")
        return document if isinstance(document, dict) else ()


def read_context(text: str | bytes) -> Context:
    """Read a context document.

    :raises ValueError: when it is not JSON or has no object "@context".

    >>> read_context('{"@context": {"ex": "http://example.org/", "name": "ex:name"}}').compact("http://example.org/a")
    'ex:a'
    """
    document = json.loads(text)
    definitions = document.get("@context") if isinstance(document, dict) else None
    if not isinstance(definitions, dict):
        raise ValueError("A context document is an object with an object '@context'.")
    vocabulary = str(definitions.get("@vocab") or "")

    def expand(name: str, depth: int = 0) -> str:
        definition = definitions.get(name)
        target = definition.get("@id", name) if isinstance(definition, dict) else definition
        if isinstance(target, str) and target != name and depth < 8:
            return target if target.startswith("@") else expand(target, depth + 1)
        prefix, colon, local = name.partition(":")
        if colon and not local.startswith("//") and prefix in definitions:
            return expand(prefix, depth + 1) + local
        return name if colon else vocabulary + name

    for prefix, start in PREFIXES.items():
        definitions.setdefault(prefix, start)
    properties: dict[str, list[_Word]] = defaultdict(list)
    names: dict[str, str] = {}
    prefixes: list[tuple[str, str]] = []
    aliases: dict[str, str] = {}
    for name, definition in definitions.items():
        if name.startswith("@") or definition is None:
            continue
        iri = expand(name)
        if iri.startswith("@"):
            aliases[iri] = name
        elif isinstance(definition, str):
            if iri[-1:] in "/#:?":
                prefixes.append((iri, name))
            else:
                properties[iri].append(_Word(name))
                names.setdefault(iri, name)
        elif isinstance(definition, dict) and not definition.keys() - {"@id", "@type", "@language", "@container"}:
            if definition.get("@container") not in (None, "@set"):
                continue  # lists and maps say more than the statements do
            kind = definition.get("@type")
            language = (definition["@language"] or "") if "@language" in definition else None
            if kind is not None and kind.startswith("@") and kind not in ("@id", "@vocab"):
                continue
            full = kind if kind is None or kind.startswith("@") else expand(kind)
            plain = kind is None and "@language" not in definition
            properties[iri].append(_Word(name, full, language, plain))
            if plain:
                names.setdefault(iri, name)
    prefixes.sort(key=lambda pair: (-len(pair[0]), pair[1]))
    default = definitions.get("@language")
    return Context(
        document={"@context": definitions},
        properties={iri: tuple(words) for iri, words in properties.items()},
        names=names,
        prefixes=tuple(prefixes),
        vocabulary=vocabulary,
        language=default.lower() if isinstance(default, str) else None,
        aliases=aliases,
    )


def write(triples: Iterable[Triple], context: Context, *, root: str | None = None) -> bytes:
    """Write statements as a JSON-LD document, `root` first with its parts (`root#…`) inside it.

    >>> ex = "http://example.org/"
    >>> context = read_context('{"@context": {"name": "http://example.org/name", "unused": "http://example.org/u"}}')
    >>> print(write([Triple(NamedNode(ex + "a"), NamedNode(ex + "name"), Literal("Ann"))], context).decode())
    {
      "@context": {
        "name": "http://example.org/name"
      },
      "@id": "http://example.org/a",
      "name": "Ann"
    }
    <BLANKLINE>
    """
    nodes: dict[Term, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        values = nodes[triple.subject][triple.predicate.value]
        if triple.object not in values:
            values.append(triple.object)
    writer = _Writer(context, nodes, root)
    first = [NamedNode(root)] if root is not None and NamedNode(root) in nodes else []
    others = sorted((node for node in nodes if node not in first), key=_order)
    # Parts nobody inside the resource points to still have to be said: a second pass writes what is left.
    graph = [writer.node(node) for node in first]
    graph += [writer.node(node) for node in others if not writer.is_part(node)]
    graph += [writer.node(node) for node in others if writer.is_part(node) and node not in writer.written]
    body = context.document_of(writer.words) if context.document else {}
    if len(graph) == 1:
        body |= graph[0]
    else:
        body[context.keyword("@graph")] = list(graph)
    return (json.dumps(body, ensure_ascii=False, indent=2) + "\n").encode()


class _Writer:
    """Writes nodes once each; remembers which it has written."""

    def __init__(self, context: Context, nodes: Mapping[Term, Mapping[str, list[Term]]], root: str | None) -> None:
        self.context, self.nodes, self.root = context, nodes, root
        self.written: set[Term] = set()
        self.words: set[str] = set()
        """The words and prefixes that the document uses."""

    def is_part(self, node: Term) -> bool:
        return self.root is not None and isinstance(node, NamedNode) and node.value.startswith(self.root + "#")

    def node(self, subject: Term) -> dict[str, Json]:
        self.written.add(subject)
        context, statements = self.context, self.nodes[subject]
        result: dict[str, Json] = {context.keyword("@id"): self._identifier(subject)}
        types = [term for term in statements.get(RDF_TYPE, ()) if isinstance(term, NamedNode)]
        if types:
            words = sorted(self._compact(term.value, vocabulary=True) for term in types)
            result[context.keyword("@type")] = words[0] if len(words) == 1 else list(words)
        grouped: dict[str, list[Json]] = defaultdict(list)
        for predicate in sorted(statements):
            for value in sorted(statements[predicate], key=_order):
                if predicate == RDF_TYPE and isinstance(value, NamedNode):
                    continue
                word = self._word(predicate, value)
                self.words.add(word.name)
                grouped[word.name].append(self._value(value, word))
        for name, values in grouped.items():
            result[name] = values[0] if len(values) == 1 else values
        return result

    def _identifier(self, term: Term) -> str:
        return self._compact(term.value) if isinstance(term, NamedNode) else str(term)

    def _compact(self, iri: str, *, vocabulary: bool = False) -> str:
        short = self.context.compact(iri, vocabulary=vocabulary)
        self.words |= {short, short.partition(":")[0]}
        return short

    def _word(self, predicate: str, value: Term) -> _Word:
        """The word that lets this value be written most simply."""
        words = self.context.properties.get(predicate, ())
        if isinstance(value, Literal):
            exact = [
                w
                for w in words
                if (w.type == value.datatype.value and not value.language)
                or (value.language and w.language and w.language.lower() == value.language.lower())
            ]
        else:
            exact = [w for w in words if w.type in ("@id", "@vocab")]
        plain = [w for w in words if w.plain]
        chosen = (*exact, *plain, *words)
        return chosen[0] if chosen else _Word(self._compact(predicate, vocabulary=True))

    def _value(self, value: Term, word: _Word) -> Json:
        context = self.context
        if not isinstance(value, Literal):
            if self.is_part(value) and value in self.nodes and value not in self.written:
                return self.node(value)
            if word.type == "@vocab" and isinstance(value, NamedNode):
                return self._compact(value.value, vocabulary=True)
            identifier = self._identifier(value)
            return identifier if word.type == "@id" else {context.keyword("@id"): identifier}
        datatype, text = value.datatype.value, value.value
        if value.language:
            implied = word.language if word.language is not None else context.language
            if implied is not None and implied.lower() == value.language.lower() and word.type is None:
                return text
            return {context.keyword("@language"): value.language, context.keyword("@value"): text}
        if datatype in _INTEGERS and _INTEGER.fullmatch(text):
            if word.type == datatype or (word.type is None and datatype == XSD + "integer"):
                return int(text)
            if datatype == XSD + "integer":
                return {context.keyword("@value"): int(text)}
        if datatype == XSD + "boolean" and text in ("true", "false") and word.type in (None, datatype):
            return text == "true"
        if word.type == datatype:
            return text
        if datatype == XSD + "string":
            implied = word.language if word.language is not None else context.language
            simple = word.type is None and not implied
            return text if simple else {context.keyword("@value"): text}
        return {context.keyword("@type"): self._compact(datatype, vocabulary=True), context.keyword("@value"): text}


def _order(term: Term) -> tuple[str, str]:
    return (type(term).__name__, str(term))
