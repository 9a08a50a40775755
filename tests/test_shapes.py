"""The shapes: each has examples that pass and examples that fail for the very reason they name.

tests/shapes/<Class>/valid-*.ttl and invalid-*.ttl speak of what tests/shapes/surroundings.ttl describes. The first line
of an invalid one names the message: "# fails: …" for a violation, "# warns: …" for a warning.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pyshacl
import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, OWL, PROV, RDF, RDFS, SH, SKOS

from mapper.document import Kind
from mapper.validation import Severity, load_shapes, validate
from mapper.vocabulary import DIP, OA, PREFIXES, SCHEMA, data_dir, load_ontology, local_name, read_graph

EXAMPLES = Path(__file__).parent / "shapes"
SHAPES = load_shapes()
SURROUNDINGS = read_graph(EXAMPLES / "surroundings.ttl")
FILES = sorted(
    path.name.removesuffix(".ttl") for path in data_dir("shapes").glob("*.ttl") if path.name != "ontology.ttl"
)

PUBLISHED = (
    {DIP[name] for name in load_ontology().event_types}
    | {DIP[kind.value] for kind in Kind}
    | {DIP[name] for name in ("Article", "Participation", "Report", "Tenure")}
    | {OA[name] for name in ("Annotation", "SpecificResource", "TextQuoteSelector", "TextPositionSelector")}
    | {SKOS.Concept, PROV.Activity, PROV.SoftwareAgent}
)
"""Every class that docs/data-model.md publishes."""

OPTIONAL = {
    *(
        DIP[name]
        for name in (
            "location",
            "atEvent",
            "medium",
            "topic",
            "dateText",
            "mainEventOf",
            "claimant",
            "capacity",
            "onBehalfOf",
        )
    ),
    *(DIP[name] for name in ("reportedLocation", "nationality", "capital", "country", "officeOf", "coarse", "text")),
    *(DIP["from"], DIP.to),
    *(SCHEMA[name] for name in ("headline", "datePublished", "author", "publisher", "mentions", "gender")),
    *(DCTERMS.source, SKOS.altLabel, SKOS.broader, SKOS.exactMatch, OWL.sameAs),
}
"""Properties that need not be there; whatever else an example says is required of it."""


def example(path: Path) -> Graph:
    return SURROUNDINGS + read_graph(path)


def examples(pattern: str) -> list[Path]:
    found = sorted(EXAMPLES.glob(f"*/{pattern}-*.ttl"))
    assert found
    return found


def short(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", examples("valid"), ids=short)
def test_a_valid_example_has_no_result_at_all(path: Path) -> None:
    report = validate(example(path), SHAPES)
    assert report.results == (), report.to_text()


@pytest.mark.parametrize("path", examples("invalid"), ids=short)
def test_an_invalid_example_fails_for_the_reason_it_names(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    told = re.fullmatch(r"# (fails|warns): (.+)", first)
    assert told, first
    severity = Severity.VIOLATION if told[1] == "fails" else Severity.WARNING
    assert {(r.severity, r.message) for r in validate(example(path), SHAPES).results} == {(severity, told[2])}


@pytest.mark.parametrize("name", FILES)
def test_every_shape_has_valid_and_invalid_examples(name: str) -> None:
    assert list((EXAMPLES / name).glob("valid-*.ttl"))
    assert len(list((EXAMPLES / name).glob("invalid-*.ttl"))) >= 2


def test_no_examples_without_a_shape() -> None:
    assert sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir()) == FILES


def test_every_published_class_has_a_shape() -> None:
    targets = set(SHAPES.graph.objects(None, SH.targetClass))
    assert targets >= PUBLISHED


def test_every_event_type_has_a_file_of_its_own() -> None:
    for name in load_ontology().event_types:
        graph = read_graph(data_dir("shapes") / f"{name}.ttl")
        assert set(graph.objects(None, SH.targetClass)) == {DIP[name]}


def test_shapes_neither_repeat_labels_nor_parents() -> None:
    graph = load_shapes().graph
    assert not list(graph.triples((None, RDFS.label, None)))
    assert not list(graph.triples((None, RDFS.subClassOf, None)))


def test_shapes_speak_of_declared_terms_only() -> None:
    declared = set(read_graph(data_dir("ontology") / "diplomacy.ttl").subjects())
    graph = load_shapes().graph
    used = {term for triple in graph for term in triple if isinstance(term, URIRef) and term.startswith(str(DIP))}
    in_queries = {DIP[name] for query in graph.objects(None, SH.select) for name in re.findall(r"dip:(\w+)", query)}
    assert used
    assert in_queries
    assert used | in_queries <= declared


def test_every_constraint_has_a_message_for_people() -> None:
    """A property shape that stands by itself, or a query, says in English what is wrong."""
    nodes = [*SHAPES.graph.objects(None, SH.property), *SHAPES.graph.objects(None, SH.sparql)]
    named = [
        node for shape in SHAPES.graph.subjects(RDF.type, SH.NodeShape) for node in SHAPES.graph.objects(shape, None)
    ]
    direct = [node for node in nodes if node in named]
    assert len(direct) > 100
    for node in direct:
        messages = list(SHAPES.graph.objects(node, SH.message))
        assert len(messages) == 1
        assert messages[0].language == "en"
        assert str(messages[0]).endswith(".")


def test_the_shapes_are_shapes() -> None:
    """Against SHACL's own shapes for shapes (SHACL, appendix C)."""
    both = SHAPES.graph + read_graph(data_dir("shapes") / "ontology.ttl")
    conforms, _, text = pyshacl.validate(Graph(), shacl_graph=both, meta_shacl=True, inference="none")
    assert conforms, text


# --- nothing that is required can be left out ----------------------------------------------------------------


def complete() -> list[Path]:
    """The first valid example of every kind of thing.

    Those of events and of their parts are all one whole event, of which TelephoneCall's stands for the rest: what is
    special of each class has examples of its own above.
    """
    parts = {"DiplomaticEvent", "Participation", "Report", "Annotation", "SpecificResource"}
    parts |= {"TextQuoteSelector", "TextPositionSelector", *load_ontology().event_types}
    chosen: dict[str, Path] = {}
    for path in examples("valid"):
        chosen.setdefault(path.parent.name, path)
    return [path for name, path in chosen.items() if name not in parts - {"TelephoneCall"}]


def required(graph: Graph) -> list[tuple[object, object, object]]:
    return sorted(triple for triple in graph if triple[1] not in OPTIONAL)


def test_deleting_any_required_statement_of_the_surroundings_fails() -> None:
    assert not unnoticed_deletions(SURROUNDINGS, EXAMPLES / "TelephoneCall" / "valid-two-agents.ttl")


@pytest.mark.parametrize("path", complete(), ids=short)
def test_deleting_any_required_statement_fails(path: Path) -> None:
    assert not unnoticed_deletions(read_graph(path), path)


def unnoticed_deletions(part: Graph, path: Path) -> list[tuple[object, object, object]]:
    """The required statements of a part that may be missing in an example without anybody noticing."""
    whole = example(path)
    statements = required(part)
    assert statements
    unnoticed = []
    for triple in statements:
        whole.remove(triple)
        if validate(whole, SHAPES).conforms:
            unnoticed.append(triple)
        whole.add(triple)
    return unnoticed


def test_optional_properties_are_really_optional() -> None:
    """Otherwise the tests above would leave out more than they should."""
    path = EXAMPLES / "TelephoneCall" / "valid-two-agents.ttl"
    whole = example(path)
    for prop in OPTIONAL:
        whole.remove((None, prop, None))
    assert validate(whole, SHAPES).conforms


def test_labels_of_prefixes_in_shapes_are_the_projects() -> None:
    """The same prefix means the same in ontology, shapes and code."""
    seen: dict[str, set[str]] = defaultdict(set)
    for path in [*data_dir("shapes").glob("*.ttl"), *data_dir("ontology").glob("*.ttl")]:
        for prefix, iri in re.findall(r"^@prefix (\w+):\s+<(.+)> \.$", path.read_text(encoding="utf-8"), re.MULTILINE):
            seen[prefix].add(iri)
    assert {local_name(iri) for iris in seen.values() if len(iris) > 1 for iri in iris} == set()
    assert all(seen[prefix] == {iri} for prefix, iri in PREFIXES.items() if prefix in seen)
