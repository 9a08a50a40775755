"""Statements: which graph says what, how IRIs are made, and that the union says one thing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pyoxigraph as ox
import pytest
from telling import ERDOGAN, FRANCE, KISHIDA, LYON, MACRON, PARIS, STATES, TURKEY, article, event, on

from mapper.descriptions import describe, topic_scheme
from mapper.document import (
    Capacity,
    Entity,
    Form,
    Kind,
    Line,
    LineKind,
    MappedArticle,
    Medium,
    Mention,
    MergedEvent,
    Status,
    Tenure,
)
from mapper.errors import ConfigurationError
from mapper.iris import Iris, term, text
from mapper.merging import merge
from mapper.naming import Memory, name_events
from mapper.parts import render
from mapper.provenance import Software, provenance
from mapper.quads import article_quads, event_quads, namings
from mapper.vocabulary import load_ontology

IRIS = Iris("https://data.example/c/")
TYPES = load_ontology().event_types
SOFTWARE = Software("1.2", "code", "rules", "gazetteer", "ontology", "shapes")
OFFICE = Capacity("President of France", "Q191954", "Q142")
CALL = event(
    "TelephoneCall", KISHIDA, MACRON,
    when=on("2022-03-04"), medium=Medium.TELEPHONE, main=True, offices={MACRON: OFFICE},
)  # fmt: skip


class Nobody:
    """A gazetteer that knows a president, his country and a union, and nothing else."""

    def entity(self, key: str) -> Entity | None:
        return {"Q142": FRANCE, "Q191954": Entity("Q191954", "President of France", Kind.OFFICE, country="Q142")}.get(
            key
        )

    def capital(self, state: str) -> Entity | None:
        return PARIS if state == "Q142" else None

    def labels(self, key: str) -> tuple[tuple[str, str], ...]:
        return (("de", "Frankreich"),) if key == "Q142" else ()

    def identities(self, key: str) -> tuple[str, ...]:
        return ("http://dbpedia.org/resource/France",) if key == "Q142" else ()

    def seat(self, organization: str) -> Entity | None:
        return PARIS if organization == "Q7809" else None

    def members(self, organization: str) -> tuple[Entity, ...]:
        return (FRANCE,) if organization == "Q458" else ()

    def tenures_of(self, person: str) -> tuple[Tenure, ...]:
        return (Tenure(person, "Q191954", on("2017-05-14").earliest, None),) if person == MACRON.key else ()


def events_of(*articles: MappedArticle) -> tuple[MergedEvent, ...]:
    return name_events(merge(articles), Memory()).events


def stated(*articles: MappedArticle) -> list[ox.Quad]:
    """All statements about articles and events."""
    events = events_of(*articles)
    quads = [quad for merged in events for quad in event_quads(merged, IRIS, TYPES)]
    for mapped in articles:
        told = [merged for merged in events if mapped.article.identifier in {r.article for r in merged.reports}]
        quads += article_quads(mapped, told, IRIS, TYPES)
    return quads


def values(quads: Iterable[ox.Quad], predicate: str, graph: ox.NamedNode | None = None) -> set[str]:
    """The values of a property, in one graph or in all."""
    return {
        getattr(quad.object, "value", "")
        for quad in quads
        if quad.predicate == term(predicate) and graph in (None, quad.graph_name)
    }


class TestWhoSaysWhat:
    ONE = article("one", CALL, published="2022-03-05")
    OTHER = article(
        "other", replace(CALL, type="Meeting", medium=None, bounds=on("2022-03-01", "2022-03-07"), topics=("trade",))
    )

    def test_the_union_says_one_thing(self) -> None:
        quads = stated(self.ONE, self.OTHER)
        for predicate in ("dip:earliestDate", "dip:latestDate", "dip:dateReason", "dip:status", "dip:medium"):
            assert len(values(quads, predicate)) == 1, predicate
        kinds = {str(q.object) for q in quads if q.predicate == term("rdf:type") and "#" not in str(q.subject)}
        assert str(term("dip:TelephoneCall")) in kinds
        assert str(term("dip:Meeting")) not in kinds

    def test_an_article_says_only_what_it_told(self) -> None:
        quads = stated(self.ONE, self.OTHER)
        one, other = IRIS.article_graph("one"), IRIS.article_graph("other")
        assert values(quads, "dip:medium", one) == {term("dip:Telephone").value}
        assert not values(quads, "dip:medium", other)
        assert not values(quads, "dip:earliestDate", other)
        assert values(quads, "dip:topic", other) == {IRIS.topic("trade").value}
        assert values(quads, "dip:participant", one) == values(quads, "dip:participant", other)

    def test_the_report_keeps_what_it_told(self) -> None:
        quads = stated(self.ONE, self.OTHER)
        other = IRIS.article_graph("other")
        assert values(quads, "dip:reportedType", other) == {term("dip:Meeting").value}
        assert values(quads, "dip:reportedEarliestDate", other) == {"2022-03-01"}
        assert values(quads, "dip:reportedLatestDate", other) == {"2022-03-07"}

    def test_plan_and_occurrence_are_both_kept(self) -> None:
        plan = replace(CALL, status=Status.PLANNED)
        quads = stated(article("plan", plan), article("fact", CALL))
        assert values(quads, "dip:status") == {term("dip:Occurred").value}
        assert values(quads, "dip:reportedStatus") == {term("dip:Occurred").value, term("dip:Planned").value}
        assert not values(quads, "dip:status", IRIS.article_graph("plan"))

    def test_what_no_article_alone_says_stands_with_the_events(self) -> None:
        early, late = on("2022-03-01", "2022-03-05"), on("2022-03-04", "2022-03-09")
        told = [replace(CALL, bounds=bounds, location=PARIS) for bounds in (early, late)]
        quads = stated(article("early", told[0]), article("late", told[1]))
        assert values(quads, "dip:earliestDate", IRIS.article_graph("late")) == {"2022-03-04"}
        assert values(quads, "dip:latestDate", IRIS.article_graph("early")) == {"2022-03-05"}
        assert values(quads, "dip:dateGranularity") == {"range"}
        assert values(quads, "rdfs:label", IRIS.graph("events")) == {""}

    def test_one_participation_in_the_graphs_of_all_who_assert_it(self) -> None:
        quads = stated(self.ONE, article("other", replace(CALL, main=False)))
        nodes = [quad for quad in quads if quad.predicate == term("dip:hasParticipation")]
        assert len(nodes) == 4
        assert len({quad.object for quad in nodes}) == 2
        assert values(quads, "dip:capacity") == {IRIS.office("Q191954").value}

    def test_main_event_of_the_article_that_has_it_as_its_headline(self) -> None:
        quads = stated(self.ONE, article("other", replace(CALL, main=False)))
        assert values(quads, "dip:mainEventOf") == {IRIS.article("one").value}
        assert values(quads, "dip:reportedBy") == {IRIS.article("one").value, IRIS.article("other").value}


class TestEvidence:
    TEXT = "On Friday the two spoke at length. More followed."
    QUOTE = "the two spoke at length"

    def test_quotes_stand_where_they_say(self) -> None:
        start = self.TEXT.index(self.QUOTE)
        quads = stated(article("a", event("Meeting", KISHIDA, MACRON, words=self.QUOTE, start=start), text=self.TEXT))
        assert values(quads, "oa:exact") == {self.QUOTE}
        assert values(quads, "oa:prefix") == {"On Friday "}
        assert values(quads, "oa:suffix") == {". More followed."}
        assert values(quads, "oa:start") == {str(start)}
        assert values(quads, "oa:end") == {str(start + len(self.QUOTE))}

    def test_context_is_short(self) -> None:
        body = "x" * 500 + self.QUOTE + "y" * 500
        quads = stated(article("a", event("Meeting", KISHIDA, MACRON, words=self.QUOTE, start=500), text=body))
        assert values(quads, "oa:prefix") == {"x" * 32}
        assert values(quads, "oa:suffix") == {"y" * 32}
        assert not [quad for quad in quads if len(getattr(quad.object, "value", "")) > 300]


class TestSides:
    def test_a_call_with_one_agent_says_so(self) -> None:
        assert values(stated(article("a", event("TelephoneCall", MACRON))), "dip:onlyOneAgent")
        assert not values(stated(article("a", CALL)), "dip:onlyOneAgent")
        assert not values(stated(article("a", event("Denial", by=[FRANCE]))), "dip:onlyOneAgent")

    def test_one_open_side_leaves_no_bounds(self) -> None:
        half = replace(on("2022-03-04"), earliest=None)
        quads = stated(article("a", replace(CALL, bounds=half)))
        assert not values(quads, "dip:latestDate")
        assert not values(quads, "dip:dateReason")


class TestMentions:
    def test_only_what_the_article_itself_names(self) -> None:
        body = "Paris said no\nRelated: Lyon"
        lines = (Line(0, 13, LineKind.BODY, "prose"), Line(14, 27, LineKind.RELATED, "list"))
        found = (
            Mention(0, 5, "Paris", Form.METONYM, FRANCE, place=PARIS),
            Mention(23, 27, "Lyon", Form.NAME, LYON),
            Mention(6, 10, "said", Form.REFERENCE, MACRON),
            Mention(11, 13, "no", Form.UNKNOWN, None),
        )
        mapped = article("a", text=body)
        mapped = replace(mapped, mentions=found, article=replace(mapped.article, lines=lines))
        assert set(namings(mapped)) == {FRANCE.key, PARIS.key}
        assert values(stated(mapped), "schema:mentions") == {IRIS.entity(FRANCE).value, IRIS.entity(PARIS).value}


class TestDescriptions:
    def described(self) -> list[ox.Quad]:
        events = events_of(article("a", CALL))
        return list(describe({MACRON.key: MACRON}, events, Nobody(), {"Q3052772": ["Macron"]}, IRIS))

    def test_nothing_points_at_what_is_not_described(self) -> None:
        quads = self.described()
        subjects = {str(quad.subject) for quad in quads}
        pointed = {str(quad.object) for quad in quads if str(quad.object).startswith(f"<{IRIS.base}")}
        assert pointed
        assert pointed <= subjects

    def test_a_person_with_names_link_and_tenure(self) -> None:
        quads = self.described()
        assert values(quads, "skos:altLabel") == {"Macron", "Frankreich"}
        assert "http://www.wikidata.org/entity/Q3052772" in values(quads, "owl:sameAs")
        assert "http://dbpedia.org/resource/France" in values(quads, "owl:sameAs")
        assert values(quads, "dip:from") == {"2017-05-14"}
        assert values(quads, "dip:capital") == {IRIS.entity(PARIS).value}

    def test_a_country_that_nobody_knows_is_left_out(self) -> None:
        somebody = Entity("person-ana-rey", "Ana Rey", Kind.PERSON, country="Q99999")
        quads = list(describe({somebody.key: somebody}, (), Nobody(), {}, IRIS))
        assert not values(quads, "dip:nationality")

    def test_members_are_listed_and_told_what_they_are_and_no_more(self) -> None:
        union = Entity("Q458", "European Union", Kind.ORGANIZATION, "Q458")
        quads = list(describe({union.key: union}, (), Nobody(), {"Q142": ["Frankreich", "Francia"]}, IRIS))
        assert values(quads, "dip:hasMember") == {IRIS.entity(FRANCE).value}
        names = {quad.object for quad in quads if quad.predicate == term("skos:altLabel")}
        assert names == {ox.Literal("Frankreich", language="de"), ox.Literal("Francia")}
        assert not values(quads, "dip:capital")
        assert not values(quads, "dip:seat")

    def test_where_an_organization_sits(self) -> None:
        quads = list(describe({"Q7809": Entity("Q7809", "UNESCO", Kind.ORGANIZATION)}, (), Nobody(), {}, IRIS))
        assert values(quads, "dip:seat") == {IRIS.entity(PARIS).value}

    def test_a_tenure_has_one_end(self) -> None:
        first, early, late = on("2017-05-14").earliest, on("2022-05-13").earliest, on("2027-05-13").earliest

        class TwoSources(Nobody):
            def tenures_of(self, person: str) -> tuple[Tenure, ...]:
                ends = ((late, True), (early, False)) if person == MACRON.key else ()
                return tuple(Tenure(person, "Q191954", first, end, coarse) for end, coarse in ends)

        quads = list(describe({MACRON.key: MACRON}, (), TwoSources(), {}, IRIS))
        assert values(quads, "dip:to") == {"2022-05-13"}

    def test_topics_move_to_the_base(self) -> None:
        quads = list(topic_scheme(IRIS))
        assert {str(quad.subject).startswith(f"<{IRIS.base}topic/") for quad in quads} == {True}
        assert not values(quads, "dip:trigger")
        assert "ceasefire" in values(quads, "rdfs:label")


def test_provenance_leads_from_event_to_input() -> None:
    mapped = article("a", CALL)
    quads = list(provenance([mapped.article], events_of(mapped, article("b", CALL)), SOFTWARE, IRIS))
    assert values(quads, "prov:wasDerivedFrom") == {f"urn:sha-256:{mapped.article.digest}"}
    assert values(quads, "prov:used") == {IRIS.article("a").value}
    assert values(quads, "dip:rulesDigest") == {"rules"}
    assert values(quads, "dip:mergeReason") == {"a and b: same kind, TelephoneCall, same participants, same day (1.00)"}


class TestIris:
    def test_names_from_outside_stay_in_their_place(self) -> None:
        assert IRIS.article("../x?y#z é").value == "https://data.example/c/article/..%2Fx%3Fy%23z%20%C3%A9"
        hostile = Entity("person-<script>", "x", Kind.PERSON)
        assert IRIS.entity(hostile).value.endswith("entity/person-%3Cscript%3E")

    def test_characters_that_no_format_holds(self) -> None:
        assert text("a\x00b\ud800c\x0bd").value == "a\ufffdb\ufffdc\ufffdd"

    @pytest.mark.parametrize(
        "base", ["localhost:8000/", "http://x", "http://x/?a=/", "ftp://x/", "http:///", "http://a b/"]
    )
    def test_a_base_that_is_none(self, base: str) -> None:
        with pytest.raises(ConfigurationError, match="ends with a slash"):
            Iris(base)


def test_nothing_in_the_data_is_blank() -> None:
    quads = stated(article("a", CALL, event("Condemnation", by=[STATES], to=[TURKEY]), event("Meeting", ERDOGAN)))
    assert render(quads).facts["quads"] == len({str(quad) for quad in quads})
