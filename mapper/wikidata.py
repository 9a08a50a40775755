"""Refreshes the gazetteer's tables from a Wikidata-compatible SPARQL endpoint, when the user asks for it.

Nothing is replaced before everything has been fetched, checked, merged, shown and confirmed. Pages that were fetched
are kept, so that an interrupted run goes on where it stopped. Rows are added and mended, never taken away.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from mapper.errors import CommuniqueError
from mapper.fetching import Service
from mapper.gazetteer import FOLDER
from mapper.merge_tables import Changes, Tables, merge_answers, read_tables, write_tables

ENDPOINT = "https://query.wikidata.org/sparql"
ENTITY = re.compile(r"http://www\.wikidata\.org/entity/(Q[1-9]\d{0,11})")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_LONGEST = 300
"""The longest value, in characters, that a name or label may have."""
_BACK = 0.5
"""The least share of the items asked for that an answer must speak of; less looks like a partial answer."""

Row = dict[str, str]


class UpdateError(CommuniqueError):
    """The tables cannot be refreshed; what is there stays as it was."""


@dataclass(frozen=True, slots=True)
class Update:
    """What to refresh and how.

    `languages` are the languages of names; `batch` how many items one query asks for; `page` how many rows; `state`
    where fetched pages are kept until the run is over.
    """

    service: Service
    languages: tuple[str, ...] = ("en",)
    batch: int = 120
    page: int = 2000
    state: Path | None = None
    progress: Callable[[str], None] = field(default=lambda _: None)


def update(
    *,
    folder: Path | None = None,
    endpoint: str = ENDPOINT,
    languages: Sequence[str] = ("en",),
    today: date | None = None,
    confirm: Callable[[Changes], bool] = lambda _: True,
    options: Update | None = None,
) -> Changes:
    """Refresh the tables in `folder`.

    Parameters:
        folder: the tables (default: those that the product reads).
        endpoint: the address of the SPARQL endpoint.
        languages: codes of the languages whose labels and aliases become names.
        today: the retrieval date that the new rows carry in their source.
        confirm: is shown what would change; nothing is written unless it returns True.
        options: everything else, with defaults for the public endpoint.

    Returns what changed, or would have. Raises `UpdateError` and `mapper.fetching.FetchError`; the tables are then as
    before.
    """
    folder = folder or FOLDER
    wrong = [code for code in languages if not _LANGUAGE.fullmatch(code)]
    if wrong:
        raise UpdateError(f"Not a language code: {', '.join(wrong)}. Codes look like en, fr or zh-hans.")
    options = options or Update(Service(endpoint), tuple(languages))
    tables = read_tables(folder)
    answers = fetch(tables, options)
    day = (today or date.today()).isoformat()
    merged, changes = merge_answers(tables, answers, source=f"wikidata@{day}")
    if changes and confirm(changes):
        write_tables(folder, merged)
    if options.state is not None:
        shutil.rmtree(options.state, ignore_errors=True)
    return changes


def fetch(tables: Tables, options: Update) -> dict[str, list[Row]]:
    """All answers, checked: states, organizations, offices, tenures, members, seats and labels."""
    answers: dict[str, list[Row]] = {}
    for name in ("states", "organizations"):
        answers[name] = list(_paged(name, options))
    known = {name: _items(tables, name) for name in ("states", "organizations")}
    owners = sorted(
        {*known["states"], *known["organizations"], *(r["key"] for n in known for r in answers[n])}, key=_number
    )
    answers["offices"] = list(_batched("offices", owners, options, share=0.0, column="of"))
    offices = sorted({*_items(tables, "offices"), *(row["key"] for row in answers["offices"])}, key=_number)
    answers["tenures"] = list(_batched("tenures", offices, options, share=0.0, column="office"))
    held = {row[0] for row in tables["tenures"] if row[0][0] == "Q"}
    if held and len(held & {row["person"] for row in answers["tenures"]}) < _BACK * len(held):
        raise UpdateError(
            "The endpoint knows less than half of the people who are known here: this looks like a partial answer."
        )
    people = {row["person"] for row in answers["tenures"]} | set(_items(tables, "people"))
    states = sorted({*known["states"], *(row["key"] for row in answers["states"])}, key=_number)
    answers["members"] = list(_batched("members", states, options, share=0.0, column="key"))
    seated = sorted(set(owners) - set(states), key=_number)
    answers["seats"] = list(_batched("seats", seated, options, share=0.0, column="key"))
    keys = sorted({*owners, *people}, key=_number)
    answers["labels"] = list(_batched("labels", keys, options, share=_BACK, column="key"))
    return answers


def _items(tables: Tables, name: str) -> list[str]:
    return [row[0] for row in tables[name] if ENTITY.fullmatch(f"http://www.wikidata.org/entity/{row[0]}")]


def _number(key: str) -> int:
    return int(key[1:])


# --- asking ------------------------------------------------------------------------------------------------------


def _paged(name: str, options: Update) -> Iterator[Row]:
    """The rows of a query that is asked page by page."""
    offset = 0
    while True:
        rows = _ask(name, options, limit=str(options.page), offset=str(offset))
        options.progress(f"{name}: {offset + len(rows)} rows")
        yield from rows
        if len(rows) < options.page:
            return
        offset += options.page


def _batched(name: str, keys: Sequence[str], options: Update, *, share: float, column: str) -> Iterator[Row]:
    """The rows of a query that is asked for some items at a time.

    Raises `UpdateError` when answers speak of less than `share` of the items.
    """
    seen: set[str] = set()
    for start in range(0, len(keys), options.batch):
        part = keys[start : start + options.batch]
        rows = _ask(name, options, keys=" ".join(f"wd:{key}" for key in part))
        asked = set(part)
        rows = [row for row in rows if row.get(column) in asked]  # nothing that was not asked for
        seen |= {row[column] for row in rows}
        options.progress(f"{name}: {min(start + options.batch, len(keys))} of {len(keys)} items")
        yield from rows
    if keys and len(seen) < share * len(keys):
        raise UpdateError(
            f"The endpoint answered for {len(seen)} of {len(keys)} items only ({name}): a partial answer."
        )


def _ask(name: str, options: Update, **values: str) -> list[Row]:
    query = (FOLDER / "queries" / f"{name}.rq").read_text(encoding="utf-8")
    values["languages"] = ", ".join(f'"{code}"' for code in options.languages)
    for place, value in values.items():
        query = query.replace("{" + place + "}", value)
    kept = options.state and options.state / f"{hashlib.sha256(query.encode()).hexdigest()[:24]}.json"
    if kept and kept.exists():
        return _rows(json.loads(kept.read_text(encoding="utf-8")), name)
    answer = options.service.json(
        {"query": query, "format": "json"}, post=True, accept="application/sparql-results+json"
    )
    rows = _rows(answer, name)
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        partial = kept.with_suffix(".part")
        partial.write_text(json.dumps(answer), encoding="utf-8")
        partial.replace(kept)
    return rows


# --- checking ----------------------------------------------------------------------------------------------------


def _rows(answer: Any, name: str) -> list[Row]:
    """The rows of a SPARQL JSON answer, each value checked; rows with a value of the wrong kind are left out.

    Raises `UpdateError` when the answer has not the form of SPARQL 1.1 Query Results JSON.
    """
    try:
        bindings = answer["results"]["bindings"]
        found = [{str(column): dict(value) for column, value in binding.items()} for binding in bindings]
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        raise UpdateError(f"The endpoint's answer ({name}) is no SPARQL result: {error!r}") from error
    rows = (_row(binding) for binding in found)
    return [row for row in rows if row is not None]


_ITEMS = frozenset({"key", "of", "office", "person", "capital", "country", "gender"})
_FORMS = {
    "level": re.compile(r"head_of_state|head_of_government|foreign_minister|igo_head"),
    "kind": re.compile(r"Organization|Mission"),
    "use": re.compile(r"label|alias"),
    "language": _LANGUAGE,
    "iso2": re.compile(r"[A-Z]{2}"),
    "iso3": re.compile(r"[A-Z]{3}"),
    "point": re.compile(r"Point\(-?\d{1,3}(\.\d{1,20})? -?\d{1,2}(\.\d{1,20})?\)"),
    "start": re.compile(r"\d{4}-\d\d-\d\dT00:00:00Z"),
    "end": re.compile(r"\d{4}-\d\d-\d\dT00:00:00Z"),
    "startPrecision": re.compile(r"\d{1,2}"),
    "endPrecision": re.compile(r"\d{1,2}"),
}
_NEEDED = frozenset({"key", "of", "office", "person", "label", "name"})


def _row(binding: dict[str, dict[str, Any]]) -> Row | None:
    row: Row = {}
    for column, value in binding.items():
        text = _value(column, value.get("value"))
        if text is not None:
            row[column] = text
        elif column in _NEEDED:
            return None
    return row


def _value(column: str, text: object) -> str | None:
    """A value of the form that its column has; None otherwise."""
    if not isinstance(text, str) or len(text) > _LONGEST:
        return None
    if column in _ITEMS:
        match = ENTITY.fullmatch(text)
        return match.group(1) if match else None
    if form := _FORMS.get(column):
        return text if form.fullmatch(text) else None
    text = " ".join(text.split(" ")).strip()
    return None if not text or _CONTROL.search(text) else text
