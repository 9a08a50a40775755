"""What an operator can set: by keyword, by environment (COMMUNIQUE_…) or in a TOML file, with safe defaults."""

from __future__ import annotations

import json
import math
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from publisher.errors import SettingsError

PREFIX = "COMMUNIQUE_"
MIB = 1024 * 1024


def _setting(default: Any, help: str, *, least: float | None = None, most: float = math.inf) -> Any:
    return field(default=default, metadata={"help": help, "least": least, "most": most})


@dataclass(frozen=True)
class Settings:
    """All settings of the server; `metadata["help"]` of each field says what it does."""

    host: str = _setting("127.0.0.1", "address to listen on")
    port: int = _setting(8000, "port to listen on; 0 takes a free one", least=0, most=65535)
    engine: str = _setting("", "address of a SPARQL server that holds the release and answers instead of its own store")
    workers: int = _setting(2, "processes that answer short queries", least=1)
    slow_workers: int = _setting(2, "further processes, at the lowest priority, for queries that take longer", least=1)
    threads: int = _setting(8, "threads that make pages", least=1)
    quantum: float = _setting(0.25, "seconds after which a query counts as long and leaves the fast lane", least=0.01)
    deadline: float = _setting(20.0, "seconds from arrival to the complete answer of a query", least=0.1)
    memory: int = _setting(512 * MIB, "bytes of memory that one query may take", least=64 * MIB)
    result_bytes: int = _setting(512 * MIB, "bytes of the longest answer, before compression", least=1024)
    query_bytes: int = _setting(256 * 1024, "bytes of the longest query", least=1024)
    nesting: int = _setting(100, "deepest nesting of brackets in a query", least=20)
    queue: int = _setting(128, "queries that may wait for a worker", least=1)
    per_client: int = _setting(96, "long queries that one address may have waiting or running", least=1)
    cache_bytes: int = _setting(32 * MIB, "bytes of answers kept in memory", least=0)
    header_bytes: int = _setting(64 * 1024, "bytes of the longest request line and headers", least=8192)
    body_bytes: int = _setting(16 * MIB, "bytes of a request body that are read at all", least=65536)
    connections: int = _setting(1000, "open connections", least=1)
    connections_per_address: int = _setting(256, "open connections of one address that is no trusted proxy", least=1)
    idle_timeout: int = _setting(60, "seconds after which an idle connection is closed", least=1)
    max_age: int = _setting(300, "seconds for which caches may keep an answer without asking again", least=0)
    trusted_proxies: tuple[str, ...] = _setting((), "addresses whose X-Forwarded-… headers are believed")
    service_allowlist: tuple[str, ...] = _setting((), "SERVICE addresses that queries may call")
    access_log: bool = _setting(True, "write one line of JSON per request to standard output")
    spool: str = _setting("", "folder for long answers on their way; the system's folder for temporary files if empty")


def listing() -> list[tuple[str, str, str]]:
    """Each setting: its name, its default as TOML has it, and what it does.

    >>> listing()[0]
    ('host', '"127.0.0.1"', 'address to listen on')
    """
    return [(item.name, _toml(item.default), item.metadata["help"]) for item in fields(Settings)]


def as_toml() -> str:
    """A settings file with every setting at its default, to be changed by an operator."""
    entries = "\n".join(f"# {help}\n{name} = {default}\n" for name, default, help in listing())
    return f"# Settings of the server, with their defaults; a variable {PREFIX}<NAME> beats this file.\n\n{entries}"


def _toml(value: Any) -> str:
    return json.dumps(list(value) if isinstance(value, tuple) else value)  # alike in TOML for what settings are


def load_settings(*, file: Path | None = None, environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Gather settings; a keyword beats the environment, which beats the file, which beats the default.

    Parameters:
        file: a TOML file with the names of `Settings`; COMMUNIQUE_CONFIG names one too.
        environ: the environment, `os.environ` when not given.
        overrides: values by name; None means not given.

    Raises SettingsError for an unknown name, a value of the wrong kind, which are told with where they were given, and
    for a value out of range.

    >>> load_settings(environ={"COMMUNIQUE_DEADLINE": "5"}, workers=3).deadline
    5.0
    """
    environ = os.environ if environ is None else environ
    path = file or (Path(environ[PREFIX + "CONFIG"]) if environ.get(PREFIX + "CONFIG") else None)
    known = {item.name: type(item.default) for item in fields(Settings)}
    values: dict[str, Any] = {}
    for name, value in _read_file(path).items() if path else ():
        values[name] = _convert(value, _kind(name, known, f"{path}"), f"{name} in {path}")
    for name, kind in known.items():
        if (text := environ.get(PREFIX + name.upper())) is not None:
            values[name] = _convert(text, kind, PREFIX + name.upper())
    for name, value in overrides.items():
        if value is not None:
            values[name] = _convert(value, _kind(name, known, "the call"), name)
    return _checked(Settings(**values))


def _checked(settings: Settings) -> Settings:
    """The settings, if the server can work with them."""
    for item in fields(settings):
        value, least, most = getattr(settings, item.name), item.metadata["least"], item.metadata["most"]
        if least is not None and not least <= value <= most:  # a NaN is in no range either
            span = f"{least} or more" if most == math.inf else f"{least} to {most}"
            raise SettingsError(f"{item.name}: {value} is out of range; it can be {span}.")
    if settings.quantum > settings.deadline:
        raise SettingsError(f"quantum: {settings.quantum} is longer than the deadline, {settings.deadline}.")
    if settings.spool and not os.access(settings.spool, os.W_OK | os.X_OK):
        raise SettingsError(f"spool: {settings.spool} is no folder that can be written to.")
    return settings


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"The settings file {path} cannot be read: {error}") from error


def _kind(name: str, known: Mapping[str, type], where: str) -> type:
    if name not in known:
        raise SettingsError(f"{where}: there is no setting {name!r}. Settings are: {', '.join(sorted(known))}.")
    return known[name]


def _convert(value: Any, kind: type, where: str) -> Any:
    """Bring a value to the type of its setting; text comes from the environment."""
    if kind is tuple:
        items = value.split(",") if isinstance(value, str) else value
        return tuple(item.strip() for item in items if item.strip())
    if kind is bool and isinstance(value, str):
        if value.lower() not in ("1", "0", "true", "false", "yes", "no", "on", "off"):
            raise SettingsError(f"{where}: {value!r} is neither true nor false.")
        return value.lower() in ("1", "true", "yes", "on")
    if isinstance(value, bool) is not (kind is bool):
        raise SettingsError(f"{where}: {value!r} should be of the kind {kind.__name__}.")
    try:
        return kind(value)
    except (TypeError, ValueError) as error:
        raise SettingsError(f"{where}: {value!r} should be of the kind {kind.__name__}.") from error
