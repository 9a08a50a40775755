"""The command line as people use it: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import ROOT
from test_wikidata import folder  # noqa: F401 - a fixture: a small gazetteer
from wikidata_server import running, service

from mapper import cli, commands
from mapper.mapping import Tools
from mapper.pipeline import build
from mapper.release import read_manifest

SEED = ROOT / "seeds" / "003_147870ef08527ab0.txt"


@pytest.fixture(autouse=True)
def _loaded_once(monkeypatch: pytest.MonkeyPatch, tools: Tools) -> None:
    """The commands take the tools of the session instead of loading them each time."""
    monkeypatch.setattr("mapper.commands.load_tools", lambda: tools)
    monkeypatch.setattr("mapper.commands.build_release", partial(build, tools=tools))


def event_with(release: Path, part: str) -> str:
    """The name of an event that contains some words."""
    return next(name for name in sorted(json.loads((release / "events.json").read_text())) if part in name)


class TestBuild:
    def test_a_folder_with_one_bad_file(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "in").mkdir()
        (tmp_path / "in" / "good.txt").write_text(SEED.read_text(encoding="utf-8"), encoding="utf-8")
        (tmp_path / "in" / "bad.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
        code = cli.main(["build", str(tmp_path / "in"), "--out", str(tmp_path / "out")])
        told = capsys.readouterr()
        assert code == 1
        assert told.out.startswith("1 articles, ")
        assert "1 set aside" in told.out
        assert "set aside: bad.txt: " in told.err
        assert (tmp_path / "out" / "current" / "manifest.json").is_file()

    def test_as_json(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        arguments = ["build", str(SEED), "--out", str(tmp_path), "--base", "https://data.example/", "--json"]
        assert cli.main(arguments) == 0
        told = capsys.readouterr()
        outcome = json.loads(told.out)
        assert told.err == ""
        assert outcome["articles"] == 1
        assert read_manifest(tmp_path / "current")["base"] == "https://data.example/"

    @pytest.mark.parametrize(
        ("arguments", "why"),
        [
            (["build", "absent", "--out", "{tmp}"], "absent"),
            (["build", str(SEED), "--out", "{tmp}", "--base", "nowhere"], "cannot be a base IRI"),
            (["validate", "absent.ttl"], "absent.ttl"),
            (["explain", "x", "--release", "{tmp}/absent"], "absent"),
            (["evaluate", "{tmp}"], "no annotation"),
            (["map", "{tmp}/absent.txt"], "absent.txt"),
        ],
    )
    def test_errors_are_for_people(
        self, arguments: list[str], why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        code = cli.main([argument.format(tmp=tmp_path) for argument in arguments])
        told = capsys.readouterr()
        assert code == 2
        assert told.err.startswith("communique: ")
        assert why in told.err
        assert "Traceback" not in told.err


class TestMap:
    @pytest.mark.parametrize("form", [form for form in commands.FORMATS if form != "json"])
    def test_formats(self, form: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
        assert cli.main(["map", str(SEED), "--format", form]) == 0
        suffix = {"turtle": "ttl", "jsonld": "jsonld", "trig": "trig", "nquads": "nq"}[form]
        rows = list(ox.parse(capfdbinary.readouterr().out, ox.RdfFormat.from_extension(suffix)))
        kinds = {str(row.object) for row in rows if row.predicate.value.endswith("#type")}
        assert "<https://w3id.org/communique/ontology#Meeting>" in kinds

    def test_json_explains(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["map", str(SEED), "--format", "json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["identifier"] == SEED.stem
        assert any(event["type"] == "Meeting" and event["evidence"][0]["rule"] for event in told["events"])

    def test_lines_with_what_they_were_taken_for(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["map", str(SEED), "--explain-lines"]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert len(lines) >= SEED.read_text(encoding="utf-8").count("\n")
        assert any(line.startswith("body ") for line in lines)


class TestValidate:
    def test_an_article(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["validate", str(SEED)]) == 0
        assert capsys.readouterr().out.startswith("Everything conforms")

    def test_a_file_that_does_not_conform(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = tmp_path / "data.ttl"
        path.write_text("<http://x.example/e> a <https://w3id.org/communique/ontology#Meeting> .")
        assert cli.main(["validate", str(path), "--json"]) == 1
        report = json.loads(capsys.readouterr().out)
        assert report["conforms"] is False
        assert "An event must have exactly one English label." in {result["message"] for result in report["results"]}

    def test_a_file_that_is_no_rdf(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = tmp_path / "data.nq"
        path.write_text("not quads")
        assert cli.main(["validate", str(path)]) == 2
        assert "cannot be read" in capsys.readouterr().err


class TestExplain:
    def test_words_rule_and_bounds(self, seeds_release: Path, capsys: pytest.CaptureFixture[str]) -> None:
        name = event_with(seeds_release, "telephone-call-2024-11-07")
        iri = f"http://localhost:8000/event/{name}"
        for given in (name, iri, f"{iri}#evidence-1"):
            assert cli.main(["explain", given, "--release", str(seeds_release)]) == 0
            told = capsys.readouterr().out
            assert "TelephoneCall/" in told
            assert "between 2024-11-07 and 2024-11-07: own adjunct" in told

    def test_readings_not_taken_are_told_in_the_words_of_the_article(
        self, seeds_release: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        name = event_with(seeds_release, "telephone-call-2025-01-27")
        assert cli.main(["explain", name, "--release", str(seeds_release)]) == 0
        refused = [line for line in capsys.readouterr().out.splitlines() if line.strip().startswith("not ")]
        assert refused
        assert any("met AU leaders" in line for line in refused)

    def test_as_json(self, seeds_release: Path, capsys: pytest.CaptureFixture[str]) -> None:
        name = event_with(seeds_release, "telephone-call")
        assert cli.main(["explain", name, "--release", str(seeds_release), "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert {event["name"] for event in told} == {name}

    def test_an_event_that_is_not_there(self, seeds_release: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["explain", "meeting-of-nobody", "--release", str(seeds_release)]) == 2
        assert "has no event “meeting-of-nobody”" in capsys.readouterr().err


class TestEvaluate:
    GOLD = ROOT / "tests" / "gold" / "seeds"

    def test_figures_and_types(self, seeds_release: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["evaluate", str(self.GOLD), "--data", str(seeds_release), "--errors"]) == 0
        told = capsys.readouterr().out
        assert "\nevents_lenient " in told
        assert "\nphone_call " in told

    def test_as_json(self, seeds_release: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["evaluate", str(self.GOLD), "--data", str(seeds_release), "--json"]) == 0
        figures = json.loads(capsys.readouterr().out)
        assert figures["articles_absent"] == []
        assert figures["links_right"]["of"] > 50  # the names of the gold were found and used

    def test_a_fresh_mapping(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["evaluate", str(self.GOLD), "--articles", str(ROOT / "seeds"), "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["articles_absent"] == []


class TestGazetteer:
    @pytest.mark.parametrize(("wish", "replaced"), [(["--dry-run"], False), ([], False), (["--yes"], True)])
    def test_update(
        self,
        wish: list[str],
        replaced: bool,
        folder: Path,  # noqa: F811
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        with running() as server:
            monkeypatch.setattr("mapper.commands.Service", lambda _: service(server))
            code = cli.main(["gazetteer", "update", "--folder", str(folder), *wish])
        told = capsys.readouterr()
        assert code == 0
        assert "states: + Q900001 | Ruritania" in told.out
        assert ("Ruritania" in (folder / "states.tsv").read_text(encoding="utf-8")) is replaced
        assert ("without --yes" in told.err) is (wish == [])

    @pytest.mark.parametrize("wish", ["--yes", "--dry-run"])
    def test_scripts_read_whether_the_tables_were_replaced(
        self,
        wish: str,
        folder: Path,  # noqa: F811
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        with running() as server:
            monkeypatch.setattr("mapper.commands.Service", lambda _: service(server))
            cli.main(["gazetteer", "update", "--folder", str(folder), wish, "--json"])
        told = json.loads(capsys.readouterr().out)
        assert told["replaced"] is (wish == "--yes")
        assert told["added"]["states"][0][:2] == ["Q900001", "Ruritania"]


@pytest.mark.parametrize(
    "command", ["", "gazetteer update", "build", "serve", "map", "validate", "explain", "evaluate"]
)
def test_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([*command.split(), "--help"])
    assert ended.value.code == 0
    assert "usage: communique" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["fly"], ["build", "--jobs", "0"], ["map"], ["map", "x", "--format", "doc"]])
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert "usage: communique" in capsys.readouterr().err


def test_the_real_command(tmp_path: Path) -> None:
    """The installed script, on a real file, without a terminal."""
    script = Path(sys.executable).parent / "communique"
    environment = {**os.environ, "COMMUNIQUE_BASE_IRI": "https://data.example/"}
    ran = subprocess.run(
        [script, "build", str(SEED), "--out", str(tmp_path)],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert "\x1b" not in ran.stderr
    assert read_manifest(tmp_path / "current")["base"] == "https://data.example/"
