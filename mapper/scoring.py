"""Judges what the dataset says of one article by the gold annotation of it.

An event of the system and one of the gold are a pair when their types agree and their participants overlap (F1 of at
least a half); pairs are chosen to maximise overlap, then roles and dates. What is marked optional or unsure counts
neither for nor against.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mapper.annotations import CLASSES, Gold, classes_of, interval, kinds_of, same_office
from mapper.figures import Scores, f1
from mapper.published import Reading, Told, norm


class Judge:
    """Compares one article with its annotation, and counts."""

    def __init__(self, identifier: str, gold: Gold, reading: Reading, names: Mapping[str, str], scores: Scores) -> None:
        self._identifier = identifier
        self._gold = gold
        self._events: list[Gold] = gold["events"]
        self._told = list(reading.events.values())
        self._reading = reading
        self._names = names
        self._scores = scores

    def events(self) -> dict[int, str]:
        """Judge the events; returns the IRIs of those found, by their numbers in the gold."""
        for near, name in ((True, "events_lenient"), (False, "events")):
            pairs = self._pair(near=near)
            self._count_events(pairs, name)
        for number, told in pairs.items():
            self._judge_pair(self._events[number], told)
        self._judge_main(pairs)
        if all(event.get("optional") for event in self._events):
            self._scores.right("negatives_silent", not self._told)
        return {number: told.iri for number, told in pairs.items()}

    def article(self) -> None:
        """Judge headline, date, byline, and who is named."""
        for name, term in (("headline", "headline"), ("document_date", "datePublished"), ("byline", "author")):
            if name in self._gold:
                clip = (lambda v: v[:10]) if term == "datePublished" else norm
                got = {clip(value) for value in self._reading.meta.get(term, ())}
                wanted = self._gold[name]
                self._right(f"article_{name}", clip(wanted) in got if wanted else not got, name, wanted, sorted(got))
        have = self._reading.mentions | self._reading.labels
        entities = [entity if isinstance(entity, str) else entity["name"] for entity in self._gold.get("entities", ())]
        wanted_keys = {self._key(name) for name in entities}
        for key in sorted(wanted_keys):
            self._right("entity_recall", key in have, "entity missed", key)
        for key in sorted({self._key(name) for name in self._gold.get("noise_entities", ())} - wanted_keys):
            self._right("noise_kept_out", key not in have, "noise kept", key)
        for name in map(norm, entities):  # a link is judged where the gold has its id and the system links the name
            item, got = self._names.get(name), self._reading.linked.get(name, set())
            if item and (item in self._reading.mentions or got):
                right = item in self._reading.mentions
                self._right("links_right", right, "link", f"{name} is {item}", f"got {sorted(got)}")

    # --- pairs -------------------------------------------------------------------------------------------------

    def _pair(self, *, near: bool) -> dict[int, Told]:
        """Events of the gold with those of the system that are taken for them, the best matches first."""
        likely = []
        for number, event in enumerate(self._events):
            for index, told in enumerate(self._told):
                if "other" in kinds_of(event) or classes_of(event, near=near) & told.classes:
                    overlap = self._overlap(event, told)[0]
                    if overlap >= 0.5:
                        likely.append((overlap + self._preference(event, told), number, index))
        pairs: dict[int, Told] = {}
        used: set[int] = set()
        for _, number, index in sorted(likely, reverse=True):
            if number not in pairs and index not in used:
                pairs[number] = self._told[index]
                used.add(index)
        return pairs

    def _preference(self, event: Gold, told: Told) -> float:
        """Among pairs of equal participants: the date, then the roles, then both or neither being the main event."""
        score, wanted = 0.0, interval(event["date"])
        if wanted and told.first and told.last:
            outside = told.last < wanted[0] or told.first > wanted[1]
            score = 0.5 if (told.first, told.last) == wanted else -0.2 * outside
        hits = list(self._roles(event, told))
        score += 0.4 * sum(role in got for _, role, got in hits) / len(hits) if hits else 0
        return score + 0.3 * (bool(event["main"]) is told.main)

    def _overlap(self, event: Gold, told: Told) -> tuple[float, int, int, int]:
        """F1, true positives, false positives and false negatives of the participants."""
        known = set(told.roles) | set(told.by_label)
        firm = {self._key(part["name"]) for part in event["participants"] if not part.get("optional")}
        loose = {self._key(part["name"]) for part in event["participants"] if part.get("optional")}
        hits = len(firm & known)
        neutral = len((loose - firm) & known)
        spurious, missed = max(len(told.roles) - hits - neutral, 0), len(firm) - hits
        return (f1(hits, spurious, missed)[2] if firm else float(neutral > 0)), hits, spurious, missed

    def _roles(self, event: Gold, told: Told) -> Iterable[tuple[str, str, set[str]]]:
        """Who is initiator or target in the gold, with the roles that the system gives them."""
        for name, role in (("initiator", "Initiator"), ("target", "Target")):
            if name not in event.get("unsure", ()):
                for one in filter(None, (event.get(name) or "").split("|")):
                    other = told.by_label.get(norm(one), "")
                    yield one, role, told.roles.get(self._key(one)) or told.roles.get(other, set())

    # --- judgements --------------------------------------------------------------------------------------------

    def _count_events(self, pairs: Mapping[int, Told], name: str) -> None:
        found = {told.iri for told in pairs.values()}
        spurious = [told for told in self._told if told.iri not in found]
        missed = [
            event
            for number, event in enumerate(self._events)
            if number not in pairs and not event.get("optional") and event["type"] != "other"
        ]
        hits = [self._events[number] for number in pairs if not self._events[number].get("optional")]
        for index, number in enumerate((len(hits), len(spurious), len(missed))):
            self._scores.counts[name][index] += number
        if name != "events":
            return
        for index, listed in ((0, hits), (2, missed)):
            for event in listed:
                self._scores.by_type[kinds_of(event)[0]][index] += 1
        for told in spurious:
            kind = next((kind for kind, classes in CLASSES.items() if classes & told.classes), "other")
            self._scores.by_type[kind][1] += 1
            self._error("spurious", "/".join(sorted(told.classes)), "; ".join(told.labels.values())[:110])
        for event in missed:
            self._error("missed", "/".join(kinds_of(event)), str(event["evidence"])[:110])

    def _judge_pair(self, event: Gold, told: Told) -> None:
        unsure: list[str] = event.get("unsure", [])
        words = str(event["evidence"])[:90]
        for index, number in enumerate(self._overlap(event, told)[1:]):
            self._scores.counts["participants"][index] += number
        days = f"got {told.first}..{told.last}"
        self._right("date", "date" in unsure or date_right(event, told), "date", event["date"], days, words)
        place = event.get("location")
        if place and "location" not in unsure:
            right = bool({self._key(place), norm(place)} & told.places)
            self._right("location", right, "location", place, f"got {sorted(told.places)}", words)
        status = event.get("status", "occurred")
        right = "status" in unsure or status in told.status
        self._right("status", right, "status", status, f"got {sorted(told.status)}", words)
        for one, role, got in self._roles(event, told):
            self._right("roles", role in got, "role", f"{one} is not {role} but {sorted(got)}", words)
        for part in event["participants"]:
            if part.get("capacity") and not part.get("optional") and "capacity" not in unsure:
                offices = told.capacities.get(self._key(part["name"]), set())
                right = any(same_office(part["capacity"], office) for office in offices)
                self._right(
                    "capacity", right, "capacity", f"{part['name']}: {part['capacity']}", f"got {sorted(offices)}"
                )
        for topic in {norm(topic) for topic in event.get("topics", ())}:
            self._scores.right("topic_recall", topic in told.topics or self._key(topic) in told.topics)

    def _judge_main(self, pairs: Mapping[int, Told]) -> None:
        """An article's main event is found when any that the gold calls main is found with its agents and its date."""
        faults = {
            number: self._main_fault(event, pairs.get(number))
            for number, event in enumerate(self._events)
            if event["main"]
        }
        if faults:
            self._scores.right("main_event", "" in faults.values())
            if "" not in faults.values():
                for number, fault in faults.items():
                    self._error("main", self._events[number]["type"], self._events[number]["date"], fault)

    def _main_fault(self, event: Gold, told: Told | None) -> str:
        if told is None:
            return "not found"
        if not told.main:
            return "not taken for the main one"
        if self._overlap(event, told)[0] < 0.66:
            return "participants"
        return "" if "date" in event.get("unsure", ()) or date_right(event, told) else "date"

    def _key(self, name: str) -> str:
        return self._names.get(norm(name)) or norm(name)

    def _right(self, figure: str, ok: bool, *error: object) -> None:
        self._scores.right(figure, ok, self._identifier, *error)

    def _error(self, *parts: object) -> None:
        self._scores.errors.append((self._identifier, *map(str, parts)))


def date_right(event: Gold, told: Told) -> bool:
    """The bounds are the gold's; where the gold leaves the date open, the system claims no single day."""
    wanted = interval(event["date"])
    return (told.first, told.last) == wanted if wanted else not told.first or told.first != told.last
