"""What arrives is published once it has come to rest."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from test_pipeline import AGAIN, CALL

from mapper.errors import InputError
from mapper.release import current, read_manifest
from mapper.watching import Watch


class Ended(Exception):
    """The steps of a test are over."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def watching(folder: Path, steps: list[Callable[[], Any]], **changed: Any) -> tuple[list[str], Watch]:
    """A watch on which one step happens each second, and what it says."""
    told: list[str] = []
    time = iter(range(1000))
    now = [0.0]
    happening: Iterator[Callable[[], Any]] = iter(steps)

    def sleep(_: float) -> None:
        now[0] = float(next(time))
        step = next(happening, None)
        if step is None:
            raise Ended
        step()

    def build() -> str:
        return f"built {sorted(path.name for path in folder.iterdir())}"

    options = {"build": build, "say": told.append, "sleep": sleep, "clock": lambda: now[0], "settle": 2.0, **changed}
    return told, Watch((folder,), **options)


def test_what_is_still_being_copied_waits(folder: Path) -> None:
    def grow() -> None:
        with (folder / "a.txt").open("a") as file:
            file.write("more")

    told, watch = watching(folder, [grow, grow, grow, lambda: None, lambda: None, lambda: None])
    with pytest.raises(Ended):
        watch.run()
    assert [line for line in told if line.startswith("built")] == ["built ['a.txt']"]


def test_it_builds_when_something_arrives_or_goes_and_not_otherwise(folder: Path) -> None:
    quiet: list[Callable[[], Any]] = [lambda: None] * 4
    arrives = [lambda: (folder / "a.txt").write_text("a"), *quiet]
    more = [lambda: (folder / "b.txt").write_text("b"), *quiet]
    goes = [lambda: (folder / "a.txt").unlink(), *quiet]
    hidden = [lambda: (folder / ".c.txt").write_text("c"), *quiet]
    told, watch = watching(folder, [*arrives, *more, *goes, *hidden])
    with pytest.raises(Ended):
        watch.run()
    built = [line for line in told if line.startswith("built")]
    assert built == ["built ['a.txt']", "built ['a.txt', 'b.txt']", "built ['b.txt']"]


def test_a_build_that_fails_is_told_and_the_next_one_goes_on(folder: Path) -> None:
    def fail() -> str:
        raise InputError("There is no article.")

    (folder / "a.txt").write_text("a")
    told, watch = watching(folder, [lambda: None] * 5, build=fail)
    with pytest.raises(Ended):
        watch.run()
    assert told.count("Not published: There is no article.") == 1
    told, watch = watching(folder, [], build=fail)
    assert watch.run(once=True) is False


def test_once_with_nothing(folder: Path) -> None:
    told, watch = watching(folder, [])
    assert watch.run(once=True) is True
    assert told[-1] == "There is nothing to publish."


def test_the_command_publishes_what_arrives_and_ends_when_interrupted(folder: Path, tmp_path: Path) -> None:
    (folder / "one.txt").write_text(CALL, encoding="utf-8")
    command = [str(Path(sys.executable).with_name("communique")), "watch", str(folder), "--out", str(tmp_path / "out")]
    options = ["--jobs", "1", "--quiet", "--json", "--every", "0.2", "--settle", "0.5"]
    with subprocess.Popen(
        [*command, *options], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        lines = (json.loads(line)["message"] for line in process.stdout)
        assert next(line for line in lines if "is release" in line).startswith("1 articles")
        (folder / "two.txt").write_text(AGAIN, encoding="utf-8")
        assert next(line for line in lines if "is release" in line).startswith("2 articles")
        process.send_signal(signal.SIGINT)
        assert list(lines) == ["Stopped; the current release stays."]
        assert process.wait(60) == 0
        assert process.stderr
        assert process.stderr.read() == ""
    release = current(tmp_path / "out")
    assert release
    assert read_manifest(release)["counts"]["articles"] == 2
