"""Merges fetched facts into the gazetteer's tables, tells what changes, and writes the tables safely."""

from __future__ import annotations

import os
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from mapper.adoption import adopted, rekeyed
from mapper.gazetteer import load
from mapper.names import fold
from mapper.tables import day_of, rows

Record = tuple[str, ...]
Tables = Mapping[str, Sequence[Record]]
COLUMNS = {"states": 9, "places": 7, "organizations": 6, "people": 5, "offices": 5, "tenures": 6, "names": 5, "cues": 4,
           "labels": 4, "members": 3, "seats": 3}  # fmt: skip
"""The tables that are refreshed, in an order in which no row speaks of what is not written yet."""
_ACRONYM = re.compile(r"(?=.*[A-Z0-9].*[A-Z0-9])[A-Za-z0-9.&/+-]{2,}")
_GENDERS = {"Q6581097": "male", "Q6581072": "female"}
_DAY, _MONTH = 11, 10
"""Wikidata's precisions of times."""
_NEAR = 400
"""Days within which two starts are taken for the same tenure."""


@dataclass(slots=True)
class Changes:
    """What a refresh changes, by table: rows added, and rows mended as (before, after)."""

    added: dict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    mended: dict[str, list[tuple[Record, Record]]] = field(default_factory=lambda: defaultdict(list))

    def __bool__(self) -> bool:
        return any(self.added.values()) or any(self.mended.values())

    def lines(self) -> list[str]:
        """The changes as text, one a line: "+" for a row that is added, "-" and "+" for one that is mended."""
        told = []
        for table in COLUMNS:
            told += [f"{table}: + " + " | ".join(row[:-1]) for row in sorted(self.added.get(table, ()))]
            for before, after in sorted(self.mended.get(table, ())):
                told += [f"{table}: - " + " | ".join(before[:-1]), f"{table}: + " + " | ".join(after[:-1])]
        return told


def read_tables(folder: Path) -> Tables:
    """The tables that can be refreshed. Raises `ConfigurationError` when one cannot be read."""
    return {name: [tuple(row) for row in rows(folder, name, columns)] for name, columns in COLUMNS.items()}


def write_tables(folder: Path, tables: Tables) -> None:
    """Write tables beside the old ones, check that they load, then put each in its place in one step.

    Raises `ConfigurationError` when the new tables do not load, `OSError` when they cannot be written; the old ones
    stay.
    """
    with tempfile.TemporaryDirectory(dir=folder, prefix=".update-") as temporary:
        trial = Path(temporary)
        for path in folder.glob("*.tsv"):
            (trial / path.name).write_bytes(path.read_bytes())
        for name in COLUMNS:
            header = (folder / f"{name}.tsv").read_text(encoding="utf-8").partition("\n")[0]
            lines = ["\t".join(row) for row in sorted(set(tables[name]))]
            with (trial / f"{name}.tsv").open("w", encoding="utf-8", newline="\n") as file:
                file.write("\n".join([header, *lines]) + "\n")
                file.flush()
                os.fsync(file.fileno())
        load(trial)
        for name in COLUMNS:
            (trial / f"{name}.tsv").replace(folder / f"{name}.tsv")


def merge_answers(
    tables: Tables, answers: Mapping[str, Sequence[Mapping[str, str]]], *, source: str
) -> tuple[Tables, Changes]:
    """The tables with what was fetched, and what is different.

    Parameters:
        tables: as read.
        answers: rows of states, organizations, offices, tenures and labels, already checked.
        source: what the last column of new and mended rows says, with the retrieval date.
    """
    changes = Changes()
    before, tables = tables, rekeyed(tables, adopted(tables, answers))
    for name, table in before.items():
        changes.mended[name] += [pair for pair in zip(table, tables[name], strict=True) if pair[0] != pair[1]]
    lists = {"tenures", "names", "cues", "labels", "members", "seats"}
    new = {name: {row[0]: row for row in table} for name, table in tables.items() if name not in lists}
    known = {key for table in new.values() for key in table}
    for row in answers.get("states", ()):
        east, _, north = row.get("point", "").removeprefix("Point(").removesuffix(")").partition(" ")
        capital = row.get("capital", "")
        if capital and capital not in known and "capitalLabel" in row:
            _add(new, changes, "places", (capital, row["capitalLabel"], "city", row["key"], "", "", source), known)
        if row["key"] not in known:
            codes = (row.get("iso2", ""), row.get("iso3", ""))
            state = (row["key"], row["label"], *codes, capital, "head_of_state", north, east, source)
            _add(new, changes, "states", state, known)
        elif (old := new["states"].get(row["key"])) and capital and not old[4]:
            _mend(new, changes, "states", (*old[:4], capital, *old[5:-1], source))
    for row in answers.get("organizations", ()):
        if row["key"] not in known:
            kind = row.get("kind", "Organization")
            use = "mission" if kind == "Mission" else "igo"
            _add(new, changes, "organizations", (row["key"], row["label"], kind, use, "", source), known)
    for row in answers.get("offices", ()):
        if row["key"] not in known and row["of"] in known:
            label = row["label"][0].upper() + row["label"][1:]
            _add(new, changes, "offices", (row["key"], label, row["level"], row["of"], source), known)
    for row in answers.get("tenures", ()):
        if row["person"] not in known and row["office"] in new["offices"]:
            country = row.get("country", "")
            person = (row["person"], row["label"], _GENDERS.get(row.get("gender", ""), ""),
                      country if country in new["states"] else "", source)  # fmt: skip
            _add(new, changes, "people", person, known)
    merged: dict[str, Sequence[Record]] = {name: sorted(table.values()) for name, table in new.items()}
    merged["cues"] = tables["cues"]
    merged["tenures"] = _tenures(tables["tenures"], answers.get("tenures", ()), new, changes, source)
    merged["names"] = _names(tables["names"], answers.get("labels", ()), new, changes, source)
    merged["labels"] = _labels(tables["labels"], answers.get("labels", ()), new, changes, source)
    for name in ("members", "seats"):
        merged[name] = _related(name, tables[name], answers.get(name, ()), new, changes, source)
    return merged, changes


def _add(new: dict[str, dict[str, Record]], changes: Changes, table: str, row: Record, known: set[str]) -> None:
    new[table][row[0]] = row
    known.add(row[0])
    changes.added[table].append(row)


def _mend(new: dict[str, dict[str, Record]], changes: Changes, table: str, row: Record) -> None:
    changes.mended[table].append((new[table][row[0]], row))
    new[table][row[0]] = row


def _tenures(
    old: Sequence[Record], answers: Sequence[Mapping[str, str]], new: Mapping[str, Mapping[str, Record]],
    changes: Changes, source: str,
) -> list[Record]:  # fmt: skip
    """The tenures with those that are new, and with better days for those that are known."""
    table = set(old)
    held: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for row in sorted(old):
        held[row[0], row[1]].append(row)
    for answer in answers:
        person, office = answer["person"], answer["office"]
        if person not in new["people"] or office not in new["offices"]:
            continue
        start, exact = _when(answer.get("start", ""), answer.get("startPrecision", ""))
        end, sure = _when(answer.get("end", ""), answer.get("endPrecision", ""))
        if not start or (end and end < start):
            continue
        coarse = "" if exact and (sure or not end) else "coarse"
        row = (person, office, start, end, coarse, source)
        same = next((r for r in held[person, office] if r in table and _near(r[2], start)), None)
        if same is None:
            table.add(row)
            held[person, office].append(row)
            changes.added["tenures"].append(row)
        elif (better := _better(same, row)) != same:
            table.remove(same)
            table.add(better)
            held[person, office].append(better)
            changes.mended["tenures"].append((same, better))
    return sorted(table)


def _better(old: Record, new: Record) -> Record:
    """The known tenure with what the new one tells better: exact days for coarse ones, an end where there was none."""
    start = new[2] if len(new[2]) > len(old[2]) or (old[4] and not new[4]) else old[2]
    end = new[3] if new[3] and (not old[3] or len(new[3]) > len(old[3]) or (old[4] and not new[4])) else old[3]
    coarse = "" if not new[4] and (start, end) == (new[2], new[3]) else old[4]
    better = (*old[:2], start, end, coarse, new[5])
    return old if better[:5] == old[:5] else better


def _near(one: str, other: str) -> bool:
    first, second = day_of(one), day_of(other)
    return first is None or second is None or abs((first - second).days) <= _NEAR


def _when(time: str, precision: str) -> tuple[str, bool]:
    """A day, month or year from a Wikidata time, and whether it is exact to the day.

    >>> _when("2025-01-21T00:00:00Z", "11"), _when("2025-01-01T00:00:00Z", "9"), _when("", "")
    (('2025-01-21', True), ('2025', False), ('', True))
    """
    if not time:
        return "", True
    level = int(precision) if precision else _DAY
    day = time[:10]
    try:
        date.fromisoformat(day)
    except ValueError:
        return (time[:4], False) if time[4:7] == "-00" else ("", True)
    if level >= _DAY:
        return day, True
    return (day[:7], False) if level == _MONTH else (day[:4], False)


def _names(
    old: Sequence[Record], answers: Sequence[Mapping[str, str]], new: Mapping[str, Mapping[str, Record]],
    changes: Changes, source: str,
) -> list[Record]:  # fmt: skip
    """The names with those that are new; whatever has a row of its own has at least its label for a name."""
    table = list(old)
    have = {(row[0], fold(row[1])) for row in old}
    kinds = {key: name for name in ("states", "places", "organizations", "people") for key in new[name]}
    labels = [
        {"key": row[0], "name": row[1], "use": "label"} for name in kinds_of(changes) for row in changes.added[name]
    ]
    for answer in [*labels, *answers]:
        key, name = answer["key"], answer["name"]
        if key not in kinds or (key, fold(name)) in have or not fold(name).strip():
            continue
        have.add((key, fold(name)))
        row = (key, name, *_form(name, kinds[key], answer["use"]), source)
        table.append(row)
        changes.added["names"].append(row)
    return sorted(table)


def _labels(
    old: Sequence[Record], answers: Sequence[Mapping[str, str]], new: Mapping[str, Mapping[str, Record]],
    changes: Changes, source: str,
) -> list[Record]:  # fmt: skip
    """The labels in other languages than English, with those of languages in which an entity had none."""
    table = {(row[0], row[1]): row for row in old}
    known = {key for name in ("states", "places", "organizations", "people") for key in new[name]}
    for answer in answers:
        at = answer["key"], answer.get("language", "en")
        if answer["use"] == "label" and at[1] != "en" and at[0] in known and at not in table:
            table[at] = (*at, answer["name"], source)
            changes.added["labels"].append(table[at])
    return sorted(table.values())


def _related(
    name: str, old: Sequence[Record], answers: Sequence[Mapping[str, str]], new: Mapping[str, Mapping[str, Record]],
    changes: Changes, source: str,
) -> list[Record]:  # fmt: skip
    """Who is a member of which organization, with those who joined; where organizations sit, which had no seat."""
    others, most = ("states", None) if name == "members" else ("places", 1)
    table = {row[:2]: row for row in old}
    told = Counter(row[0] for row in old)
    for answer in answers:
        at = (answer["of"], answer["key"]) if name == "members" else (answer["key"], answer["of"])
        if at[0] in new["organizations"] and at[1] in new[others] and at not in table and (not most or not told[at[0]]):
            table[at] = (*at, source)
            told[at[0]] += 1
            changes.added[name].append(table[at])
    return sorted(table.values())


def kinds_of(changes: Changes) -> list[str]:
    """The tables of entities to which rows were added."""
    return [name for name in ("states", "places", "organizations", "people") if changes.added.get(name)]


def _form(name: str, table: str, use: str) -> tuple[str, str]:
    """The form and the strength of a name that was fetched: what is short or single stays weak."""
    single = " " not in name
    if _ACRONYM.fullmatch(name):
        return "acronym", "weak"
    if table == "people":
        return ("surname", "weak") if single and use == "alias" else ("name", "weak" if single else "strong")
    if table in {"states", "places"}:
        return "name", "strong" if use == "label" and len(name) > 3 else "weak"
    return "name", "weak" if single else "strong"
