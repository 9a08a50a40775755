"""The work that processes share: functions of plain values that return bytes, with everything else loaded on first use.

None of them touches a file of the build, so that they can run anywhere.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from mapper import coding, stating
from mapper.article import read_article, read_rows
from mapper.commons import Named, state_commons
from mapper.document import Article, MappedArticle, MergedEvent
from mapper.errors import InputError
from mapper.gazetteer import Gazetteer
from mapper.gazetteer import load as load_gazetteer
from mapper.mapping import Tools, load_tools, map_articles
from mapper.reading import Record
from mapper.vocabulary import Ontology, load_ontology


@dataclass(frozen=True, slots=True)
class Work:
    """An article as it was mapped, from `map_records`, with where it was found and what is to be stated of it."""

    mapped: bytes
    source: str
    reported: tuple[MergedEvent, ...]
    published: Mapping[str, date | None]


@dataclass(slots=True)
class _Loaded:
    tools: Tools | None = None


_loaded = _Loaded()


def use(tools: Tools) -> None:
    """Work with what is loaded already, in this process."""
    _loaded.tools = tools


def rows_of(records: Sequence[Record]) -> list[bytes]:
    """The lines of articles, as JSON: keys, and whether they are prose; a text with the reason where there are none."""
    return [_rows(record) for record in records]


def _rows(record: Record) -> bytes:
    try:
        return json.dumps(read_rows(record)).encode()
    except InputError as error:
        return json.dumps(str(error)).encode()


def map_records(records: Sequence[tuple[Record, frozenset[str]]]) -> list[bytes]:
    """What articles map to; with each record the lines that are no part of it since they recur."""
    tools = _tools()
    return [pack(mapped) for mapped in map_articles([read_article(*record) for record in records], tools)]


def state(works: Sequence[Work], settings: stating.Settings) -> list[bytes]:
    """The parts of a release that articles make."""
    assignments = []
    for work in works:
        mapped = unpack(work.mapped)
        mapped = replace(mapped, article=replace(mapped.article, source=work.source))
        assignments.append(stating.Assignment(mapped, work.reported, work.published))
    return stating.state_articles(assignments, settings, gazetteer(), ontology().event_types)


def commons(named: Sequence[Named], settings: stating.Settings) -> list[bytes]:
    """The part of a release that no single article makes."""
    return [state_commons(each, settings, gazetteer()) for each in named]


# --- a mapped article as bytes -----------------------------------------------------------------------------


def pack(mapped: MappedArticle) -> bytes:
    """A mapped article, what merging needs of it in front; the file that it came from is left out."""
    article = mapped.article
    slim = replace(mapped, article=Article(article.identifier, "", (), published=article.published), mentions=())
    full = replace(mapped, article=replace(article, source=""), events=())
    return zlib.compress(f"{coding.dumps(slim)}\n{coding.dumps(full)}".encode())


def unpack(content: bytes) -> MappedArticle:
    """What `pack` wrote. Raises ValueError where it is none."""
    slim, full = zlib.decompress(content).split(b"\n")
    return replace(coding.loads(full, MappedArticle), events=coding.loads(slim, MappedArticle).events)


def unpack_events(content: bytes) -> MappedArticle:
    """The events only, with an article that has an identifier and its day; enough to merge them."""
    return coding.loads(zlib.decompress(content).partition(b"\n")[0], MappedArticle)


# --- what is loaded ----------------------------------------------------------------------------------------


def gazetteer() -> Gazetteer:
    """The gazetteer; without the parser, which many builds do not need."""
    return _loaded.tools.gazetteer if _loaded.tools else _gazetteer()


def ontology() -> Ontology:
    """The ontology."""
    return _loaded.tools.ontology if _loaded.tools else _ontology()


def _tools() -> Tools:
    if _loaded.tools is None:
        _loaded.tools = load_tools(gazetteer=gazetteer(), ontology=ontology())
    return _loaded.tools


@cache
def _gazetteer() -> Gazetteer:
    return load_gazetteer()


@cache
def _ontology() -> Ontology:
    return load_ontology()
