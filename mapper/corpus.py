"""The articles of a build: which there are, and what each maps to, in a cache by all that decides it.

Everything is read one record at a time. What is kept in memory of an article is where it was found and its keys.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from mapper import working
from mapper.article import recurring
from mapper.cache import key_of
from mapper.keeping import Item, Keeper
from mapper.reading import InputProblem, Record, read_records

T = TypeVar("T")
_AT_ONCE = 16
"""Records whose lines are looked at together."""
_PARSED = 4
"""Articles that are parsed together: the parser has more to do at a time, and more than four help no further."""


@dataclass(frozen=True, slots=True)
class Aside:
    """An input that is not published, and why; `identifier` is empty where it could not be read at all."""

    source: str
    reason: str
    identifier: str = ""


@dataclass(frozen=True, slots=True)
class Handle:
    """An article without its content: what it is called, where it was found, and the key of what it maps to."""

    identifier: str
    source: str
    digest: str
    key: str


@dataclass(frozen=True, slots=True)
class Listed:
    """What there is to build from: articles in the order of their identifiers, and what is none."""

    articles: tuple[Handle, ...]
    aside: tuple[Aside, ...]
    recurring: Mapping[str, frozenset[str]]
    """By the key of an article the lines that are no part of it since they recur over the corpus."""


def list_articles(paths: Sequence[Path], keeper: Keeper, reader: str) -> Listed:
    """Find all articles; of several with one identifier the first in the order of files counts.

    Parameters:
        paths: files and folders.
        keeper: the cache, and processes that fill it.
        reader: digest of what decides what is read and mapped: code, rules, gazetteer, ontology, parser.
    """
    found: list[Record | InputProblem] = []

    def items() -> Iterator[Item]:
        for record in read_records(paths):
            if isinstance(record, InputProblem):
                found.append(record)
            else:
                found.append(_without_content(record))
                yield _rows_key(record, reader), partial(_same, record)

    failed = keeper.ensure("rows", items(), working.rows_of, at_once=_AT_ONCE)
    rows: dict[str, str] = {}
    records: list[Record] = []
    aside: list[Aside] = []
    for record in found:
        if isinstance(record, InputProblem):
            aside.append(Aside(record.source, record.reason))
        elif reason := _wrong(record, rows, keeper, reader, failed):
            aside.append(Aside(record.source, reason))
        else:
            rows[record.identifier] = _rows_key(record, reader)
            records.append(record)
    everywhere = recurring(sorted(rows), lambda name: _rows(keeper, rows[name]))
    handles: list[Handle] = []
    leave_out: dict[str, frozenset[str]] = {}
    for record in records:
        own = everywhere.intersection(key for key, _ in _rows(keeper, rows[record.identifier])) if everywhere else ()
        key = key_of(reader, record.digest, record.form, record.identifier, *sorted(own))
        handles.append(Handle(record.identifier, record.source, record.digest, key))
        if own:
            leave_out[key] = frozenset(own)
    handles.sort(key=lambda handle: handle.identifier)
    return Listed(tuple(handles), tuple(aside), leave_out)


def map_articles(paths: Sequence[Path], listed: Listed, keeper: Keeper) -> tuple[list[Handle], list[Aside]]:
    """Map what is not mapped yet; returns the articles that are mapped then, and the others with reasons."""
    missing = {(h.source, h.identifier): h for h in listed.articles if keeper.cache.get("map", h.key) is None}
    total, wanted = len(missing), dict(missing)

    def items() -> Iterator[Item]:
        for record in read_records(paths) if wanted else ():
            if isinstance(record, InputProblem):
                continue
            handle = wanted.get((record.source, record.identifier))
            if handle and handle.digest == record.digest:
                del wanted[record.source, record.identifier]
                yield handle.key, partial(_same, (record, listed.recurring.get(handle.key, frozenset())))

    if total < len(listed.articles):
        keeper.progress.say(f"{len(listed.articles) - total} of {len(listed.articles)} articles were mapped before.")
    failed = keeper.ensure("map", items(), working.map_records, at_once=_PARSED, what="articles mapped", total=total)
    failed |= {handle.key: "it was changed while it was read; build again" for handle in wanted.values()}
    aside = [Aside(h.source, failed[h.key], h.identifier) for h in listed.articles if h.key in failed]
    return [handle for handle in listed.articles if handle.key not in failed], aside


def _same(value: T) -> T:
    return value


def _wrong(
    record: Record, names: Mapping[str, str], keeper: Keeper, reader: str, failed: Mapping[str, str]
) -> str | None:
    """Why a record is no article of this build, if so."""
    key = _rows_key(record, reader)
    if key in failed:
        return failed[key]
    told = json.loads(keeper.get("rows", key))
    if isinstance(told, str):
        return told
    if record.identifier in names:
        return f"has the identifier {record.identifier!r}, which another article has"
    return None


def _rows(keeper: Keeper, key: str) -> list[tuple[str, bool]]:
    return [(line, prose) for line, prose in json.loads(keeper.get("rows", key))]


def _rows_key(record: Record, reader: str) -> str:
    return key_of(reader, record.digest, record.form)


def _without_content(record: Record) -> Record:
    return Record(record.identifier, record.source, record.digest, record.form)
