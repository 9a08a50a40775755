"""The made-up articles that accuracy and cost are measured on at scale."""

from __future__ import annotations

import json
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NUMBER = 120


def generate(out: Path, *, seed: int = 3) -> Path:
    command = [sys.executable, str(ROOT / "benchmarks" / "build.py"), "generate"]
    subprocess.run([*command, "--articles", str(NUMBER), "--seed", str(seed), "--out", str(out)], check=True)
    return out


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate(tmp_path_factory.mktemp("corpus") / "made-up")


class Words(HTMLParser):
    """The text of a page."""

    text = ""

    def handle_data(self, data: str) -> None:
        self.text += data


def words(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        parser = Words()
        parser.feed(text)
        return parser.text
    return text


def test_the_same_seed_writes_the_same_and_another_something_else(corpus: Path, tmp_path: Path) -> None:
    def content(folder: Path) -> dict[str, bytes]:
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    assert content(generate(tmp_path / "again")) == content(corpus)
    assert content(generate(tmp_path / "other", seed=4)) != content(corpus)


def test_every_article_tells_what_its_annotation_says(corpus: Path) -> None:
    articles = {path.stem: words(path) for path in (corpus / "articles").iterdir()}
    kinds = set()
    assert len(articles) == NUMBER
    for path in (corpus / "gold").iterdir():
        annotation = json.loads(path.read_text(encoding="utf-8"))
        text = articles.pop(annotation["id"])
        assert annotation["headline"] in text
        assert annotation["publisher"] in text
        assert sum(event["main"] for event in annotation["events"]) == 1
        for event in annotation["events"]:
            kinds.add(str(event["type"]))
            assert event["evidence"] in text
            assert "{" not in event["evidence"]
            assert "[" not in event["evidence"]
            assert event["status"] == ("planned" if event["date"] > annotation["document_date"] else "occurred")
    assert not articles
    assert len(kinds) > 12


def test_several_outlets_tell_of_one_event_in_different_words(corpus: Path) -> None:
    groups = json.loads((corpus / "coref.json").read_text(encoding="utf-8"))
    gold = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (corpus / "gold").iterdir()}
    assert len(groups) > 10
    for group in groups:
        events = [gold[article]["events"][number] for article, number in group]
        assert len({article for article, _ in group}) == len(group)
        assert len({(str(event["type"]), event["date"]) for event in events}) == 1
        assert len({event["evidence"] for event in events}) > 1
