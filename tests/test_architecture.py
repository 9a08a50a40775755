"""The lines of the house: who may import whom, and that importing does nothing."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAPPER = sorted((ROOT / "mapper").glob("*.py"))
PUBLISHER = sorted((ROOT / "publisher").rglob("*.py"))

STAGES = {
    "article": {"article"},
    "mentions": {"mentions", "titles"},
    "linking": {"linking"},
    "dates": {"dates"},
    "parsing": {"parsing"},
    "coreference": {"coreference"},
    "extraction": {"extraction"},
    "merging": {"merging", "likeness", "consolidation"},
    "naming": {"naming"},
    "labels": {"labels"},
    "quads": {"quads"},
    "reasoning": {"reasoning"},
    "validation": {"validation"},
    "release": {"release", "dumps", "loading", "catalog"},
}
"""The modules of each stage; a stage does not know the others."""

HEAVY = ("spacy", "rdflib", "pyshacl", "owlrl", "flask", "trafilatura", "pyoxigraph", "requests", "uvloop", "httptools")
"""Packages of others, which do what they like when they are imported."""

WEB = {"flask", "werkzeug", "jinja2", "uvloop", "httptools", "publisher", "server"}


OF_THE_MAPPER = re.compile(r"^seeds\b|^(ontology|shapes)/\w+[.](ttl|jsonld)$")
"""Files that the publisher finds in a release, if anywhere."""


def imported(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it, with `from package import module` spelled out."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            names.add(node.module or "")
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def packages(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imported(path)}


def test_there_is_something_to_check() -> None:
    assert len(MAPPER) > 30
    assert len(PUBLISHER) > 10


@pytest.mark.parametrize("path", MAPPER, ids=lambda path: path.name)
def test_the_mapper_knows_nothing_of_the_web(path: Path) -> None:
    assert not packages(path) & WEB


@pytest.mark.parametrize("path", PUBLISHER, ids=lambda path: path.name)
def test_the_publisher_knows_a_release_and_nothing_of_the_mapper(path: Path) -> None:
    assert "mapper" not in packages(path)
    constants = [
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Constant)
    ]
    said = [str(node.value) for node in constants]
    assert not [value for value in said if OF_THE_MAPPER.search(value)], "it reads what belongs to the mapper"


def test_the_server_imports_only_the_publisher() -> None:
    own = {"mapper", "publisher", "tests"} & packages(ROOT / "server.py")
    assert own == {"publisher"}


@pytest.mark.parametrize("stage", sorted(STAGES))
def test_stages_do_not_import_one_another(stage: str) -> None:
    others = {f"mapper.{module}" for name, modules in STAGES.items() if name != stage for module in modules}
    for module in STAGES[stage]:
        path = ROOT / "mapper" / f"{module}.py"
        assert path.is_file(), f"{stage} has no module {module}"
        assert not imported(path) & others, f"{module} imports another stage"


def test_importing_does_nothing() -> None:
    """No module opens a data file, starts a process or a connection, or loads a model while it is imported."""
    modules = [f"mapper.{path.stem}" for path in MAPPER if path.stem != "__init__"]
    modules += [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in PUBLISHER if path.stem != "__init__"]
    script = f"""
import importlib, sys
for name in {[*HEAVY]!r}:
    importlib.import_module(name)
seen = []
def watch(event, args):
    if event == "open" and str(args[0]).endswith((".tsv", ".toml", ".ttl", ".csv", ".jsonld", ".nq", ".gz")):
        seen.append(args[0])
    if event in ("subprocess.Popen", "socket.connect", "os.fork"):
        seen.append(event)
sys.addaudithook(watch)
for name in {modules!r}:
    importlib.import_module(name)
print(seen)
"""
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == "[]\n"


@pytest.mark.parametrize("path", [*MAPPER, *PUBLISHER, ROOT / "server.py"], ids=lambda path: path.name)
def test_nothing_swallows_every_error(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, f"{path.name}:{node.lineno} catches everything"
            silent = all(isinstance(step, ast.Pass) for step in node.body)
            broad = isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")
            assert not (silent and broad), f"{path.name}:{node.lineno} hides every error"


def test_modules_stay_small() -> None:
    files = [*MAPPER, *PUBLISHER, ROOT / "server.py", *(ROOT / "tests").glob("*.py")]
    long = {path.name: count for path in files if (count := len(path.read_text(encoding="utf-8").splitlines())) > 300}
    assert set(long) <= {"document.py"}, long  # the values that flow through the mapper are one contract
