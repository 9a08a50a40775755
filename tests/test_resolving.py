"""`communique build --resolve` through the real command: it links, keeps answers, and nothing stops the build."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from wikidata_server import Wikidata, running

from mapper.release import read_manifest

STORY = """Macron and Malawi speak about trade

PARIS, February {day}, 2025 - Malawian Trade Minister Tarlo Benzik met President Emmanuel Macron of France in Paris.
"""


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """Two articles about a minister whom the gazetteer does not know."""
    folder = tmp_path / "articles"
    folder.mkdir()
    for day in (4, 5):
        (folder / f"{day}.txt").write_text(STORY.format(day=day), encoding="utf-8")
    return folder


def build(articles: Path, tmp_path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command without a terminal."""
    script = Path(sys.executable).parent / "communique"
    command = [script, "build", articles, "--out", tmp_path / "out", "--quiet", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def resolving(server: Wikidata | str, tmp_path: Path) -> tuple[str, ...]:
    url = server if isinstance(server, str) else server.url
    return ("--resolve", "--resolve-api", url, "--resolve-cache", str(tmp_path / "cache"))


def agents(tmp_path: Path) -> set[str]:
    """The keys of everybody who takes part in an event of the current release."""
    events = json.loads((tmp_path / "out" / "current" / "events.json").read_text(encoding="utf-8"))
    return {agent for event in events.values() for agent in event["agents"]}


def made_of(tmp_path: Path) -> dict[str, Any]:
    """What the current release was made of."""
    found: dict[str, Any] = read_manifest(tmp_path / "out" / "current")["created_from"]
    return found


def test_a_name_is_looked_up_once_whatever_the_number_of_processes(articles: Path, tmp_path: Path) -> None:
    with running() as server:
        ran = build(articles, tmp_path, "--jobs", "2", *resolving(server, tmp_path))
        searches = [r["search"] for r in server.requests if r["action"] == "wbsearchentities"]
    assert (ran.returncode, ran.stderr) == (0, "")
    assert agents(tmp_path) == {"Q3052772", "Q900017"}
    assert sorted(searches) == sorted(set(searches))
    links = made_of(tmp_path)["links"]
    again = build(articles, tmp_path, *resolving(server.url, tmp_path))  # nobody answers, but answers are kept
    assert (again.returncode, again.stderr) == (0, "")
    assert made_of(tmp_path)["links"] == links
    assert agents(tmp_path) == {"Q3052772", "Q900017"}


def test_without_a_network_the_build_is_done_and_says_once_what_is_missing(articles: Path, tmp_path: Path) -> None:
    ran = build(articles, tmp_path, *resolving("http://127.0.0.1:9/", tmp_path))
    assert ran.returncode == 0
    (line,) = ran.stderr.splitlines()
    assert "the build goes on without: http://127.0.0.1:9/ did not answer" in line
    assert agents(tmp_path) == {"Q3052772", "person-tarlo-benzik"}


def test_without_the_wish_nobody_is_asked(articles: Path, tmp_path: Path) -> None:
    with running() as server:
        assert build(articles, tmp_path, "--resolve-api", server.url).returncode == 0
        assert server.requests == []
    assert "links" not in made_of(tmp_path)
    with running() as server:
        assert build(articles, tmp_path, *resolving(server, tmp_path)).returncode == 0
    assert "Q900017" in agents(tmp_path)  # other links make another release of the same articles


def test_every_link_of_a_release_is_explained(articles: Path, tmp_path: Path) -> None:
    assert build(articles, tmp_path).returncode == 0
    told = json.loads((tmp_path / "out" / "current" / "articles" / "4.json").read_text(encoding="utf-8"))
    linked = {m["text"]: m for m in told["mentions"] if m["entity"]}
    assert {"Macron", "Malawi", "Tarlo Benzik"} <= set(linked)
    assert linked["Malawi"]["confidence"] >= 0.5
    assert "strong name" in linked["Malawi"]["candidates"][0]["reasons"]
