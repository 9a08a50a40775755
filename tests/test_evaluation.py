"""The figures, on a small dataset whose faults are known."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from mapper.annotations import interval, read_gold, read_names, read_same, same_office
from mapper.errors import InputError
from mapper.evaluation import evaluate
from mapper.figures import Scores
from mapper.published import norm, read_dataset

PREFIXES = """@prefix dip: <https://w3id.org/communique/ontology#> . @prefix schema: <http://schema.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix dcterms: <http://purl.org/dc/terms/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix wd: <http://www.wikidata.org/entity/> . @prefix : <http://x.example/> .
"""
AGENTS = """
:entities { :japan a dip:State ; rdfs:label "Japan"@en ; owl:sameAs wd:Q17 .
  :france a dip:State ; rdfs:label "France"@en .
  :paris a dip:Place ; rdfs:label "Paris"@en . :office rdfs:label "Prime Minister of Japan"@en .
  :kishida a dip:Person ; rdfs:label "Fumio Kishida"@en ; owl:sameAs wd:Q1361561 . }
"""
NAMES = {"japan": "Q17", "fumio kishida": "Q1361561"}


def event(name: str, kind: str, article: str, agents: dict[str, str], rest: str = "") -> str:
    """TriG for an event in the graph of its article; `agents` gives roles."""
    parts = "".join(
        f":{name} dip:hasParticipation :{name}-{agent} . :{name}-{agent} dip:agent :{agent} ; dip:role dip:{role} ;"
        f" dip:capacity {':office' if agent == 'kishida' else ':none'} .\n"
        for agent, role in agents.items()
    )
    return f":graph-{article} {{ :{name} a dip:{kind} ; dip:reportedBy :{article} {rest} . {parts} }}\n"


def article(name: str, rest: str = "") -> str:
    return f':graph-{name} {{ :{name} a dip:Article ; dcterms:identifier "{name}" {rest} . }}\n'


def days(first: str, last: str | None = None) -> str:
    return (
        f'; dip:earliestDate "{first}"^^xsd:date ; dip:latestDate "{last or first}"^^xsd:date ; dip:status dip:Occurred'
    )


def gold(identifier: str, *events: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return {"id": identifier, "events": list(events), **rest}


def act(kind: str | list[str], *people: str, date: str | None = None, **rest: Any) -> dict[str, Any]:
    parts = [{"name": name} for name in people]
    return {"type": kind, "main": False, "date": date, "participants": parts, "evidence": "words", **rest}


def score(tmp_path: Path, data: str, *annotations: dict[str, Any], same: Any = None) -> Scores:
    path = tmp_path / "data.trig"
    path.write_text(PREFIXES + AGENTS + data, encoding="utf-8")
    return evaluate(read_dataset(path), annotations, names=NAMES, same=same)


BOTH = {"japan": "Participant", "france": "Participant"}


class TestEvents:
    def test_found_missed_and_spurious(self, tmp_path: Path) -> None:
        data = (
            article("a")
            + event("met", "Meeting", "a", BOTH, days("2022-03-04"))
            + event("x", "Denial", "a", {"japan": "Initiator"})
        )
        scores = score(
            tmp_path,
            data,
            gold("a", act("meeting", "Japan", "France", date="2022-03-04"), act("visit", "Japan", initiator="Japan")),
        )
        assert scores.figures()["events"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "tp_fp_fn": [1, 1, 1]}
        assert scores.shares["date"] == [1, 1]
        assert [error[:3] for error in scores.errors] == [("a", "spurious", "Denial"), ("a", "missed", "visit")]
        assert scores.by_type == {"meeting": [1, 0, 0], "visit": [0, 0, 1], "denial": [0, 1, 0]}

    def test_near_misses_count_in_the_lenient_figure_only(self, tmp_path: Path) -> None:
        data = article("a") + event("met", "Visit", "a", BOTH)
        scores = score(tmp_path, data, gold("a", act("meeting", "Japan", "France")))
        assert scores.counts["events"] == [0, 1, 1]
        assert scores.counts["events_lenient"] == [1, 0, 0]

    def test_several_types_where_coders_differ(self, tmp_path: Path) -> None:
        data = article("a") + event("met", "Agreement", "a", BOTH)
        assert score(tmp_path, data, gold("a", act(["vote", "agreement"], "Japan", "France"))).counts["events"] == [
            1,
            0,
            0,
        ]

    def test_too_few_participants_in_common_make_no_pair(self, tmp_path: Path) -> None:
        data = article("a") + event("met", "Meeting", "a", {"japan": "Participant"})
        scores = score(tmp_path, data, gold("a", act("meeting", "Japan", "Chile", "Peru", "Cuba")))
        assert scores.counts["events"] == [0, 1, 1]

    def test_what_is_optional_counts_neither_way(self, tmp_path: Path) -> None:
        data = article("a") + event("met", "Meeting", "a", BOTH)
        scores = score(
            tmp_path,
            data,
            gold("a", act("meeting", "Japan", "France", optional=True), act("visit", "Japan", optional=True)),
        )
        assert scores.counts["events"] == [0, 0, 0]
        assert scores.shares["negatives_silent"] == [0, 1]

    def test_an_article_that_is_not_there(self, tmp_path: Path) -> None:
        scores = score(tmp_path, article("a"), gold("b", act("meeting", "Japan", "France")))
        assert scores.absent == ["b"]
        assert scores.counts["events"] == [0, 0, 1]


class TestFields:
    def judged(self, tmp_path: Path, rest: str = "", agents: dict[str, str] | None = None, **fields: Any) -> Scores:
        data = article("a") + event("met", "Meeting", "a", agents or BOTH, rest)
        return score(tmp_path, data, gold("a", act("meeting", "Japan", "France", **fields)))

    @pytest.mark.parametrize(
        ("wanted", "told", "right"),
        [
            ("2022-03-04", days("2022-03-04"), 1),
            ("2022-03-04", days("2022-03-04", "2022-03-05"), 0),
            ("2022-02", days("2022-02-01", "2022-02-28"), 1),
            ("2022", days("2022-01-01", "2022-12-31"), 1),
            ("2022-03-04/2022-03-06", days("2022-03-04", "2022-03-06"), 1),
            ("2022-03-04", "", 0),
            (None, "", 1),
            (None, days("2022-03-04"), 0),
            (None, days("2022-03-01", "2022-03-04"), 1),
        ],
    )
    def test_date(self, tmp_path: Path, wanted: str | None, told: str, right: int) -> None:
        assert self.judged(tmp_path, told, date=wanted).shares["date"] == [right, 1]

    def test_status_place_and_roles(self, tmp_path: Path) -> None:
        roles = {"japan": "Initiator", "france": "Participant"}
        rest = "; dip:status dip:Planned ; dip:location :paris"
        scores = self.judged(
            tmp_path, rest, roles, location="Paris", status="planned", initiator="Japan", target="France"
        )
        assert (scores.shares["location"], scores.shares["status"], scores.shares["roles"]) == ([1, 1], [1, 1], [1, 2])
        wrong = self.judged(tmp_path, rest, roles, location="Lyon", initiator="France")
        assert (wrong.shares["location"], wrong.shares["status"], wrong.shares["roles"]) == ([0, 1], [0, 1], [0, 1])

    def test_what_is_unsure_is_right(self, tmp_path: Path) -> None:
        scores = self.judged(
            tmp_path, date="2022-03-04", status="denied", location="Lyon", unsure=["date", "status", "location"]
        )
        assert (scores.shares["date"], scores.shares["status"], scores.shares["location"]) == ([1, 1], [1, 1], [0, 0])

    def test_capacity(self, tmp_path: Path) -> None:
        data = article("a") + event("met", "Meeting", "a", {"kishida": "Participant"})
        for office, right in (("Japanese prime minister", 0), ("Prime Minister of Japan", 1)):
            told = act("meeting", "Fumio Kishida")
            told["participants"][0]["capacity"] = office
            assert score(tmp_path, data, gold("a", told)).shares["capacity"] == [right, 1]

    def test_main_event(self, tmp_path: Path) -> None:
        rest = days("2022-03-04")
        assert self.judged(tmp_path, rest + "; dip:mainEventOf :a", main=True, date="2022-03-04").shares[
            "main_event"
        ] == [1, 1]
        assert self.judged(tmp_path, rest, main=True, date="2022-03-04").shares["main_event"] == [0, 1]
        assert self.judged(tmp_path, rest + "; dip:mainEventOf :a", main=True, date="2022-03-05").shares[
            "main_event"
        ] == [0, 1]


class TestMerged:
    DATA = (
        article("a") + article("b")
        + event("met", "Meeting", "a", BOTH, days("2022-03-04"))
        + event("met", "Meeting", "b", {"japan": "Participant"})
    )  # fmt: skip
    FIRST, SECOND = gold("a", act("meeting", "Japan", "France", date="2022-03-04")), gold("b", act("meeting", "Japan"))

    def test_each_article_is_judged_by_its_own_graph(self, tmp_path: Path) -> None:
        scores = score(tmp_path, self.DATA, self.FIRST, self.SECOND)
        assert scores.counts["participants"] == [3, 0, 0]
        assert scores.shares["date"] == [1, 2]  # the second article leaves it open; the dataset says the day

    def test_pairs(self, tmp_path: Path) -> None:
        same = [[("a", 0), ("b", 0)]]
        assert score(tmp_path, self.DATA, self.FIRST, self.SECOND, same=same).counts["coreference_pairs"] == [1, 0, 0]
        assert score(tmp_path, self.DATA, self.FIRST, self.SECOND, same=[]).counts["coreference_pairs"] == [0, 1, 0]
        apart = article("a") + article("b")
        apart += event("met", "Meeting", "a", BOTH) + event("other", "Meeting", "b", {"japan": "Participant"})
        assert score(tmp_path, apart, self.FIRST, self.SECOND, same=same).counts["coreference_pairs"] == [0, 0, 1]


class TestArticles:
    def test_headline_date_byline_and_who_is_named(self, tmp_path: Path) -> None:
        rest = '; schema:headline "Talks: the end" ; schema:datePublished "2022-03-04"^^xsd:date'
        rest += "; schema:mentions :japan, :paris"
        wanted = {"headline": "Talks — the END", "document_date": "2022-03-04", "byline": "Ana Rey"}
        scores = score(
            tmp_path,
            article("a", rest),
            gold("a", **wanted, entities=["Japan", "Chile"], noise_entities=["Paris", "Peru"]),
        )
        shares = {name: scores.shares[name] for name in ("article_headline", "article_document_date", "article_byline")}
        assert shares == {"article_headline": [1, 1], "article_document_date": [1, 1], "article_byline": [0, 1]}
        assert scores.shares["entity_recall"] == [1, 2]
        assert scores.shares["noise_kept_out"] == [1, 2]
        assert scores.shares["links_right"] == [1, 1]

    def test_nothing_is_to_be_invented(self, tmp_path: Path) -> None:
        scores = score(tmp_path, article("a", '; schema:author "Ana Rey"'), gold("a", byline=None, headline=None))
        assert (scores.shares["article_byline"], scores.shares["article_headline"]) == ([0, 1], [1, 1])

    def test_a_wrong_link(self, tmp_path: Path) -> None:
        data = article("a", "; schema:mentions :japan").replace("wd:Q17", "wd:Q99")
        path = tmp_path / "data.trig"
        path.write_text(PREFIXES + AGENTS.replace("wd:Q17", "wd:Q99") + data, encoding="utf-8")
        scores = evaluate(read_dataset(path), [gold("a", entities=["Japan"])], names=NAMES)
        assert scores.shares["links_right"] == [0, 1]


class TestReading:
    def test_a_release_and_its_dump_say_the_same(self, seeds_release: Path, tmp_path: Path) -> None:
        plain = tmp_path / "data.nq"
        plain.write_bytes(gzip.decompress((seeds_release / "dumps/communique.nq.gz").read_bytes()))
        annotated = read_gold(Path(__file__).parent / "gold" / "seeds")
        names = read_names(Path(__file__).parent / "gold" / "names.csv")
        sources = (seeds_release, seeds_release / "dumps/communique.nq.gz", plain)
        one, *others = (evaluate(read_dataset(source), annotated, names=names).figures() for source in sources)
        assert [other == one for other in others] == [True, True]
        assert one["articles_absent"] == []

    def test_what_cannot_be_read(self, tmp_path: Path) -> None:
        (tmp_path / "data.nq").write_text("nothing")
        (tmp_path / "data.doc").write_text("nothing")
        for name in ("data.nq", "data.doc", "absent.ttl"):
            with pytest.raises(InputError, match=name):
                read_dataset(tmp_path / name)

    def test_gold_files(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="no annotation"):
            read_gold(tmp_path)
        (tmp_path / "x.json").write_text(json.dumps({"events": []}))
        assert read_gold(tmp_path)[0]["id"] == "x"
        (tmp_path / "y.json").write_text("[")
        with pytest.raises(InputError, match=r"y\.json"):
            read_gold(tmp_path)

    def test_groups(self, tmp_path: Path) -> None:
        (tmp_path / "coref.json").write_text('[[["a", 0], ["b", 1]]]')
        assert read_same(tmp_path / "coref.json") == [[("a", 0), ("b", 1)]]


def test_helpers() -> None:
    assert norm("  The United  Nations’ Häuptling ") == "united nations hauptling"
    assert interval("2024-02") == ("2024-02-01", "2024-02-29")
    assert same_office("UK foreign secretary", "Secretary of Foreign Affairs of the United Kingdom")
    assert not same_office("President of France", "Prime Minister of France")
