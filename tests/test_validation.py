"""Validation reports: which article each result belongs to, and how people read them."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, RDF, RDFS, SH

from mapper.errors import ConfigurationError
from mapper.reasoning import entail, load_terminology
from mapper.validation import Result, Severity, Shapes, ValidationReport, load_shapes, validate
from mapper.vocabulary import DIP, OA, data_dir, published_graph, read_graph

EXAMPLES = Path(__file__).parent / "shapes"
BASE = "http://localhost:8000/"
ONE, TWO = URIRef(f"{BASE}article/one"), URIRef(f"{BASE}article/two")
MEETING = URIRef(f"{BASE}event/meeting-1")
QUOTE = "President Emmanuel Macron of France and Chancellor Olaf Scholz of Germany talked for an hour on Thursday."
TEXT = f"Leaders meet in Paris. {QUOTE}"


@pytest.fixture(scope="module")
def shapes() -> Shapes:
    return load_shapes()


@pytest.fixture
def data() -> Graph:
    """Article one with a meeting, article two without events; both conform."""
    graph = read_graph(EXAMPLES / "surroundings.ttl")
    graph += read_graph(EXAMPLES / "Meeting" / "valid-two-agents.ttl")
    graph += read_graph(EXAMPLES / "Article" / "valid-article.ttl")
    return graph


def test_what_conforms_is_said_to(data: Graph, shapes: Shapes) -> None:
    report = validate(data, shapes)
    assert report.conforms
    assert report.held_back() == {}
    assert report.to_text() == "Everything conforms: no violations, no warnings."
    assert list(report.to_graph().objects(None, SH.conforms)) == [Literal(True)]


def test_validation_leaves_the_data_as_it_was(data: Graph, shapes: Shapes) -> None:
    before = data + Graph()
    validate(data, shapes, texts={str(ONE): TEXT})
    assert isomorphic(data, before)


def test_ontology_and_inferred_statements_may_be_among_the_data(data: Graph, shapes: Shapes) -> None:
    """As in a release, of which all graphs are checked as one."""
    whole = data + published_graph() + read_graph(data_dir("ontology") / "topics.ttl")
    for triple in entail(data, load_terminology()).triples:
        whole.add(triple)
    report = validate(whole, shapes)
    assert report.results == (), report.to_text()


def test_a_broken_article_is_held_back_and_the_other_is_not(data: Graph, shapes: Shapes) -> None:
    data.remove((TWO, DCTERMS.identifier, None))
    report = validate(data, shapes)
    assert list(report.held_back()) == [str(TWO)]
    (result,) = report.held_back()[str(TWO)]
    assert result == Result(
        focus=str(TWO),
        message="An article must have exactly one identifier.",
        severity=Severity.VIOLATION,
        path="dcterms:identifier",
        component="MinCountConstraintComponent",
        articles=(str(TWO),),
    )


@pytest.mark.parametrize(
    ("subject", "predicate"),
    [
        (MEETING, RDFS.label),
        (URIRef(f"{MEETING}#participation-Q61053-participant"), DIP.role),
        (URIRef(f"{MEETING}#report-one"), DIP.reportedStatus),
        (URIRef(f"{MEETING}#evidence-one-23-128"), DIP.rule),
        (URIRef(f"{MEETING}#evidence-one-23-128-quote"), OA.suffix),
        (URIRef(f"{BASE}entity/Q61053"), RDFS.label),
        (URIRef(f"{BASE}office/Q4970706"), RDFS.label),
        (URIRef(f"{BASE}tenure/Q61053-Q4970706-2021-12-08"), DIP.office),
    ],
)
def test_whatever_is_wrong_is_traced_to_the_article(
    data: Graph, shapes: Shapes, subject: URIRef, predicate: URIRef
) -> None:
    assert (subject, predicate, None) in data
    data.remove((subject, predicate, None))
    report = validate(data, shapes)
    assert {result.articles for result in report.violations} == {(str(ONE),)}


def test_a_part_that_hangs_in_the_air_belongs_to_the_event_of_its_iri(data: Graph, shapes: Shapes) -> None:
    data.add((URIRef(f"{MEETING}#participation-Q142-host"), RDF.type, DIP.Participation))
    assert list(validate(data, shapes).held_back()) == [str(ONE)]


def test_what_two_articles_share_holds_both_back(data: Graph, shapes: Shapes) -> None:
    data.remove((URIRef(f"{BASE}entity/Q90"), RDFS.label, None))
    assert list(validate(data, shapes).held_back()) == [str(ONE), str(TWO)]


def test_what_no_article_says_belongs_to_none(data: Graph, shapes: Shapes) -> None:
    data.add((URIRef(f"{BASE}entity/Q1"), RDF.type, DIP.Person))
    report = validate(data, shapes)
    assert not report.conforms
    assert report.held_back() == {}


def test_a_warning_holds_nothing_back(data: Graph, shapes: Shapes) -> None:
    data.set((MEETING, DIP.status, DIP.Alleged))
    report = validate(data, shapes)
    assert [result.severity for result in report.results] == [Severity.WARNING]
    assert report.conforms
    assert report.held_back() == {}


def test_quotes_are_compared_with_the_text_that_is_given(data: Graph, shapes: Shapes) -> None:
    data.remove((ONE, DIP.text, None))
    assert validate(data, shapes, texts={str(ONE): TEXT}).conforms
    shifted = validate(data, shapes, texts={str(ONE): f" {TEXT}"})
    assert [result.message for result in shifted.violations] == [
        f"The article does not have these words at this place: “{QUOTE}”."
    ]
    assert list(shifted.held_back()) == [str(ONE)]


def test_characters_are_counted_as_code_points(data: Graph, shapes: Shapes) -> None:
    emoji = f"{'🕊' * 22} {QUOTE}"
    assert validate(data, shapes, texts={str(ONE): emoji}).conforms


def test_the_text_of_an_article_that_is_not_given_is_not_missed(data: Graph, shapes: Shapes) -> None:
    data.remove((ONE, DIP.text, None))
    assert validate(data, shapes).conforms


def test_the_report_reads_well(data: Graph, shapes: Shapes) -> None:
    data.remove((TWO, DCTERMS.identifier, None))
    assert validate(data, shapes).to_text().splitlines() == [
        "Not everything conforms: 1 violation, no warnings.",
        "",
        "Violation: An article must have exactly one identifier.",
        f"  at       {TWO}",
        "  property dcterms:identifier",
        f"  article  {TWO}",
    ]


def test_paths_read_as_in_sparql(data: Graph, shapes: Shapes) -> None:
    data.remove((URIRef(f"{MEETING}#report-one"), DIP.reportIn, None))
    assert "^dip:reportOf/dip:reportIn" in {result.path for result in validate(data, shapes).violations}


def test_the_report_is_rdf_and_the_same_each_time(data: Graph, shapes: Shapes) -> None:
    data.remove((TWO, DCTERMS.identifier, None))
    data.remove((MEETING, RDFS.label, None))
    first, second = validate(data, shapes), validate(data, shapes)
    assert first == second
    assert first.to_turtle() == second.to_turtle()
    graph = Graph().parse(data=first.to_turtle(), format="turtle")
    results = set(graph.objects(None, SH.result))
    assert len(results) == 2
    assert {graph.value(result, SH.focusNode) for result in results} == {TWO, MEETING}
    assert all(graph.value(result, SH.sourceConstraintComponent) for result in results)


def test_reports_can_be_put_together() -> None:
    one = Result("urn:a", "One.", Severity.VIOLATION, articles=("urn:article:1",))
    more = tuple(Result(f"urn:b{number}", "Two.", Severity.WARNING) for number in range(9))
    merged = ValidationReport(more).merged(ValidationReport((one, *more[:3])))
    assert merged.results == (one, *more)
    assert merged.held_back() == {"urn:article:1": (one,)}


def test_a_shape_that_is_wrong_is_a_matter_of_configuration(data: Graph, tmp_path: Path) -> None:
    (tmp_path / "Broken.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dip: <https://w3id.org/communique/ontology#> .\n"
        "<urn:broken> a sh:NodeShape ; sh:targetObjectsOf dip:agent ; sh:property [ sh:minCount 1 ] .\n",
        encoding="utf-8",
    )
    with pytest.raises(ConfigurationError, match="shapes/ is wrong"):
        validate(data, load_shapes(shapes=tmp_path))


def test_the_shapes_for_the_ontology_are_not_among_those_for_the_data(shapes: Shapes) -> None:
    own = set(read_graph(data_dir("shapes") / "ontology.ttl").subjects(RDF.type, SH.NodeShape))
    assert own
    assert not own & set(shapes.graph.subjects(RDF.type, SH.NodeShape))
