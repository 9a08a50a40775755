"""Finds which rows of the tables that had no Wikidata item are items that were fetched, and gives them their keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from mapper.names import fold, name_key

Record = tuple[str, ...]
Tables = Mapping[str, Sequence[Record]]
Answers = Mapping[str, Sequence[Mapping[str, str]]]
_KEYS = {"states": (0, 4), "places": (0, 3), "organizations": (0, 4), "people": (0, 3), "offices": (0, 3),
         "tenures": (0, 1), "names": (0,), "cues": (1,), "labels": (0,), "members": (0, 1),
         "seats": (0, 1)}  # fmt: skip
"""Table → the columns that hold keys."""


def adopted(tables: Tables, answers: Answers) -> dict[str, str]:
    """Local key → Wikidata id, for what is surely the same.

    An organization by its label; an office by its label, or as the only one of its level, of the same state or
    organization; a person by the name, in the same office or of the same country.
    """
    known = {row[0] for name in ("states", "places", "organizations", "people", "offices") for row in tables[name]}
    found: dict[str, str] = {}
    organizations = {fold(row[1]): row[0] for row in tables["organizations"] if _is_local(row[0])}
    for answer in answers.get("organizations", ()):
        local = organizations.get(fold(answer["label"]))
        if local and answer["key"] not in known:
            found.setdefault(local, answer["key"])
    found |= _offices(tables, answers, known)
    people: dict[str, list[Record]] = defaultdict(list)
    for row in tables["people"]:
        if _is_local(row[0]):
            people[fold(row[1])].append(row)
    offices: dict[str, set[str]] = defaultdict(set)
    for row in tables["tenures"]:
        offices[row[0]].add(found.get(row[1], row[1]))
    for answer in answers.get("tenures", ()):
        if answer["person"] in known:
            continue
        for row in people.get(fold(answer["label"]), ()):
            if answer["office"] in offices[row[0]] or (row[3] and row[3] == answer.get("country")):
                found.setdefault(row[0], answer["person"])
    twice = {qid for qid in found.values() if list(found.values()).count(qid) > 1}
    return {local: qid for local, qid in found.items() if qid not in twice}


def _offices(tables: Tables, answers: Answers, known: set[str]) -> dict[str, str]:
    named: dict[tuple[str, str], str] = {}
    ranked: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key, label, level, of, _ in tables["offices"]:
        ranked[of, level].append(key)
        if _is_local(key):
            named[of, _words(label)] = key
    found: dict[str, str] = {}
    for answer in answers.get("offices", ()):
        if answer["key"] in known:
            continue
        alone = ranked[answer["of"], answer["level"]]
        local = named.get((answer["of"], _words(answer["label"])))
        local = local or (alone[0] if len(alone) == 1 and _is_local(alone[0]) else None)
        if local:
            found.setdefault(local, answer["key"])
    return found


def rekeyed(tables: Tables, keys: Mapping[str, str]) -> dict[str, list[Record]]:
    """The tables with keys replaced wherever they stand."""
    out: dict[str, list[Record]] = {}
    for name, table in tables.items():
        columns = _KEYS[name]
        out[name] = [
            tuple(keys.get(value, value) if i in columns else value for i, value in enumerate(row)) for row in table
        ]
    return out


def _is_local(key: str) -> bool:
    return not (key[0] == "Q" and key[1:].isdigit())


def _words(label: str) -> str:
    return " ".join(sorted(set(name_key(label).split()) - {"of", "the", "for"}))
