"""What an operator can set: by keyword, by environment (COMMUNIQUE_…) or in a TOML file, with safe defaults."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from publisher.errors import SettingsError

PREFIX = "COMMUNIQUE_"
MIB = 1024 * 1024


def _setting(default: Any, help: str) -> Any:
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True)
class Settings:
    """All settings of the server; `metadata["help"]` of each field says what it does."""

    host: str = _setting("127.0.0.1", "address to listen on")
    port: int = _setting(8000, "port to listen on; 0 takes a free one")
    engine: str = _setting("", "address of a SPARQL server that holds the release and answers instead of its own store")
    workers: int = _setting(2, "processes that answer short queries")
    slow_workers: int = _setting(2, "further processes, at the lowest priority, for queries that take longer")
    threads: int = _setting(8, "threads that make pages")
    quantum: float = _setting(0.25, "seconds after which a query counts as long and leaves the fast lane")
    deadline: float = _setting(20.0, "seconds from arrival to the complete answer of a query")
    memory: int = _setting(512 * MIB, "bytes of memory that one query may take")
    result_bytes: int = _setting(512 * MIB, "bytes of the longest answer, before compression")
    query_bytes: int = _setting(256 * 1024, "bytes of the longest query")
    nesting: int = _setting(100, "deepest nesting of brackets in a query")
    queue: int = _setting(128, "queries that may wait for a worker")
    per_client: int = _setting(96, "long queries that one address may have waiting or running")
    cache_bytes: int = _setting(32 * MIB, "bytes of answers kept in memory")
    header_bytes: int = _setting(64 * 1024, "bytes of the longest request line and headers")
    body_bytes: int = _setting(16 * MIB, "bytes of a request body that are read at all")
    connections: int = _setting(1000, "open connections")
    connections_per_address: int = _setting(256, "open connections of one address that is no trusted proxy")
    idle_timeout: int = _setting(60, "seconds after which an idle connection is closed")
    max_age: int = _setting(300, "seconds for which caches may keep an answer without asking again")
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

    Raises SettingsError for an unknown name or a value of the wrong kind, naming where it was given.

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
    return Settings(**values)


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
