"""Competency questions: each is a query with the answer that a careful reader of the five seeds gives.

Those that ask for nobody by name lie in publisher/examples, where the workbench offers them; their answers are here.
The answers are what is true, not what the program happens to find. Queries with ORDER BY are compared in order.
"""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

HERE = Path(__file__).parent
ANSWERS = {path.stem: path for path in (HERE / "competency").glob("*.tsv")}
QUESTIONS = sorted((HERE / "competency").glob("*.rq")) + sorted(
    path for path in (HERE.parent / "publisher" / "examples").glob("*.rq") if path.stem in ANSWERS
)
DIP = "https://w3id.org/communique/ontology#"


def answer(release: Path, query: str) -> list[list[str]]:
    """The answer as rows of text, the names of the variables first; terms of the ontology with their prefix."""
    result = ox.Store.read_only(str(release / "store")).query(query)
    if isinstance(result, ox.QueryBoolean):
        return [["ask"], [str(bool(result)).lower()]]
    assert isinstance(result, ox.QuerySolutions)
    names = [variable.value for variable in result.variables]
    return [names, *([_text(row[name]) for name in names] for row in result)]


def _text(term: object) -> str:
    return str(getattr(term, "value", "")).replace(DIP, "dip:")


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda path: path.stem)
def test_answer(question: Path, seeds_release: Path) -> None:
    query = question.read_text(encoding="utf-8")
    expected = [line.split("\t") for line in ANSWERS[question.stem].read_text(encoding="utf-8").splitlines()]
    header, *found = answer(seeds_release, query)
    assert header == expected[0]
    if "ORDER BY" in query:
        assert found == expected[1:]
    else:
        assert sorted(found) == sorted(expected[1:])


def test_there_are_questions_and_each_has_an_answer() -> None:
    assert len(QUESTIONS) >= 30
    assert {path.stem for path in QUESTIONS} == set(ANSWERS)
    assert all(path.read_text(encoding="utf-8").startswith("# ") for path in QUESTIONS)
