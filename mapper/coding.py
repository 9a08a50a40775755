"""Frozen values as JSON and back, compact and by their types alone, so that what is read can be nothing else.

A value is a list of its fields in order. Entities, which an article names again and again, stand once, in front.
"""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any, TypeVar

from mapper.document import Entity

T = TypeVar("T")
_Table = list[Any]
_Reader = Callable[[Any, _Table], Any]


def dumps(value: object) -> str:
    """A frozen value as JSON, the same for equal values.

    >>> from mapper.document import Kind
    >>> dumps(Entity("Q142", "France", Kind.STATE))
    '[[["Q142","France","State",null,[],null,null,null,null,null]],0]'
    """
    table: dict[Entity, int] = {}
    body = _plain(value, table)
    rows = [[_plain(getattr(entity, name), table) for name in _names(Entity)] for entity in table]
    return json.dumps([rows, body], ensure_ascii=True, separators=(",", ":"))


def loads(text: str | bytes, kind: type[T]) -> T:
    """The value of a type that `dumps` wrote. Raises ValueError where it is none.

    >>> from mapper.document import Kind
    >>> loads(dumps((Entity("Q142", "France", Kind.STATE),)), tuple[Entity, ...])[0].label
    'France'
    """
    try:
        rows, body = json.loads(text)
        table = [_entity(tuple(tuple(cell) if isinstance(cell, list) else cell for cell in row)) for row in rows]
        value: T = _of(kind)(body, table)
    except (ValueError, TypeError, IndexError, KeyError, RecursionError) as error:
        raise ValueError(f"is no {kind}: {error}") from error
    return value


# --- writing -----------------------------------------------------------------------------------------------


def _plain(value: Any, table: dict[Entity, int]) -> Any:
    if value is None or isinstance(value, str | int | float):  # members of a StrEnum are strings
        return value
    if isinstance(value, Entity):
        return table.setdefault(value, len(table))
    if isinstance(value, tuple):
        return [_plain(item, table) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return [_plain(getattr(value, name), table) for name in _names(value.__class__)]


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


# --- reading -----------------------------------------------------------------------------------------------


def _of(kind: Any) -> _Reader:
    return _reader(kind)


@lru_cache(maxsize=50_000)
def _entity(row: tuple[Any, ...]) -> Entity:
    """One value for the same entity in all articles: it is named in thousands."""
    hints = typing.get_type_hints(Entity)
    return Entity(*(_of(hints[name])(cell, []) for name, cell in zip(_names(Entity), row, strict=True)))


@cache
def _reader(kind: Any) -> _Reader:
    """What makes a value of a type from JSON."""
    if kind is Entity:
        return lambda value, table: table[value]
    if typing.get_origin(kind) is tuple:
        item = _reader(typing.get_args(kind)[0])
        return lambda value, table: tuple([item(one, table) for one in value])
    if typing.get_origin(kind) in (types.UnionType, typing.Union):
        (present,) = (_reader(one) for one in typing.get_args(kind) if one is not types.NoneType)
        return lambda value, table: None if value is None else present(value, table)
    if kind is date:
        return lambda value, _: date.fromisoformat(value)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return lambda value, _: kind(value)
    if is_dataclass(kind):
        return _fields(kind)
    return lambda value, _: _checked(value, kind)


def _fields(kind: Any) -> _Reader:
    hints = typing.get_type_hints(kind)
    readers = [_reader(hints[name]) for name in _names(kind)]

    def read(value: Any, table: _Table) -> Any:
        return kind(*[reader(one, table) for reader, one in zip(readers, value, strict=True)])

    return read


def _checked(value: Any, kind: type) -> Any:
    if isinstance(value, kind) or (kind is float and isinstance(value, int)):
        return value
    raise TypeError(f"{value!r} is not of type {kind.__name__}")
