"""Reading the gazetteer's tables: tab-separated text, a header, one fact per row, the source in the last column."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from mapper.errors import ConfigurationError


def rows(folder: Path, table: str, columns: int) -> list[list[str]]:
    """The rows of a table, without its header.

    Raises `ConfigurationError` when the file cannot be read or a row has not that many columns.
    """
    path = folder / f"{table}.tsv"
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"The gazetteer's table {path} cannot be read: {error}") from error
    found = [line.split("\t") for line in lines[1:] if line]
    if any(len(row) != columns for row in found):
        wrong = next(n for n, line in enumerate(lines[1:], start=2) if line and line.count("\t") != columns - 1)
        raise ConfigurationError(f"{path}, line {wrong}: not {columns} columns")
    return found


def qid_of(key: str) -> str | None:
    """The Wikidata id that a key is, if it is one.

    >>> qid_of("Q42"), qid_of("person-abdou-ndiaye"), qid_of("Quad")
    ('Q42', None, None)
    """
    return key if key[0] == "Q" and key[1:].isdigit() else None


def number(text: str) -> float | None:
    """A number, or None for an empty cell."""
    return float(text) if text else None


def day_of(text: str, *, last: bool = False) -> date | None:
    """A day from an ISO date that may be cut after the month or the year: its first day, or its last.

    >>> day_of("2024-02"), day_of("2024-02", last=True), day_of("2024", last=True), day_of("")
    (datetime.date(2024, 2, 1), datetime.date(2024, 2, 29), datetime.date(2024, 12, 31), None)
    """
    if not text:
        return None
    if len(text) == 10:
        return date.fromisoformat(text)
    year, month = int(text[:4]), int(text[5:7] or (12 if last else 1))
    if not last:
        return date(year, month, 1)
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
