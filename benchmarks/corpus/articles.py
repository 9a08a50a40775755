"""Writes the articles of a made-up corpus: who reports what, in which words, and what is true of it."""

from __future__ import annotations

import csv
import html
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from corpus.telling import Teller, later_day
from corpus.truth import entities, gold_event, gold_talks
from corpus.world import Happening, World, table
from mapper.gazetteer import load

TELLINGS = [1, 1, 2, 2, 3, 4]
"""How many outlets tell a happening."""


@dataclass
class Draft:
    """An article while it is written."""

    paragraphs: list[str] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    happenings: list[tuple[int, int]] = field(default_factory=list)
    """Happenings told, with their numbers among the events."""
    named: list[str] = field(default_factory=list)


class Newsroom:
    """Draws happenings and has several outlets write about each, each in its own words."""

    def __init__(self, world: World, seed: int) -> None:
        self._world = world
        self._chance = random.Random(seed + 1)
        self._words = table("furniture")
        self._past: dict[str, list[Happening]] = {}
        """What has been reported of each state, for others to recall."""

    def articles(self, number: int) -> Iterator[tuple[str, dict[str, Any], list[tuple[int, int]], bool]]:
        """Text, annotation, happenings told, and whether it is a page of the web."""
        written = 0
        while written < number:
            happening = self._world.happening()
            rules = table("telling")[happening.kind]
            copies = min(self._chance.choice(TELLINGS), number - written)
            leads, titles = self._several(rules["leads"], copies), self._several(rules["headlines"], copies)
            outlets = self._chance.sample(self._words["outlets"], copies)
            for lead, title, outlet in zip(leads, titles, outlets, strict=True):
                planned = "plans" in rules and self._chance.random() < 0.12
                yield self._write(happening, lead, title, outlet, planned=planned, page=written % 10 == 9)
                written += 1
            for side in happening.sides:
                if side.state:
                    self._past.setdefault(side.state.entity.key, []).append(happening)

    def _several(self, pool: list[str], number: int) -> list[str]:
        """So many of the pool, none of them more often than need be."""
        rounds = -(-number // len(pool))
        return [one for _ in range(rounds) for one in self._chance.sample(pool, len(pool))][:number]

    def _write(
        self, happening: Happening, lead: str, title: str, outlet: str, *, planned: bool, page: bool
    ) -> tuple[str, dict[str, Any], list[tuple[int, int]], bool]:
        chance, rules = self._chance, table("telling")[happening.kind]
        day = happening.day - timedelta(days=chance.choice([1, 2, 3])) if planned else later_day(chance, happening.day)
        teller, draft = Teller(chance, day), Draft()
        if planned:
            lead, title = chance.choice(rules["plans"]), chance.choice(rules["plan_headlines"])
        headline = teller.headline(title.lstrip("> "), happening)
        lead = ">" * title.startswith(">") + lead  # who took the initiative may be told by either
        self._tell(draft, teller, lead, happening, main=True, planned=planned, told_place="{place}" in title)
        if not planned:
            draft.paragraphs += [
                teller.tell(later, happening) for later in chance.sample(rules["later"], min(2, len(rules["later"])))
            ]
        self._around(draft, teller, happening, day)
        annotation = {
            "document_date": day.isoformat(),
            "headline": headline,
            "publisher": outlet,
            "events": draft.events,
            "entities": sorted(set(draft.named)),
        }
        text = self._page(draft, annotation, teller) if page else self._sheet(draft, annotation, teller)
        return text, annotation, draft.happenings, page

    def _tell(
        self, draft: Draft, teller: Teller, template: str, happening: Happening, *, main: bool = False,
        planned: bool = False, exact: bool = False, told_place: bool = False,
    ) -> None:  # fmt: skip
        sentence = teller.tell(template.lstrip("> "), happening, exact=exact)
        draft.paragraphs.append(sentence)
        draft.happenings.append((happening.number, len(draft.events)))
        draft.named += entities(happening)
        draft.events.append(
            gold_event(
                happening, main=main, evidence=sentence, initiative=template.startswith(">"),
                status="planned" if planned else "occurred", date=happening.day.isoformat(),
                place=told_place or "{place}" in template,
            )
        )  # fmt: skip

        if "talks" in template and len(happening.sides) == 3:
            draft.events.append(gold_talks(draft.events[-1]))

    def _around(self, draft: Draft, teller: Teller, happening: Happening, day: date) -> None:
        """What else stands in the article: colour, what happened before, background."""
        chance = self._chance
        states = [side.state for side in happening.sides if side.state]
        colour = [teller.colour(text) for text in chance.sample(self._words["colour"], chance.randint(6, 12))]
        first = chance.randint(2, 4)
        draft.paragraphs += colour[:first]
        for earlier in self._earlier(happening, day):
            chosen = chance.choice(table("telling")[earlier.kind]["asides"])
            self._tell(draft, teller, chosen, earlier, exact=True)
        draft.paragraphs += colour[first : 2 * first]
        for state in states[:2]:
            for sentence in chance.sample(self._words["background"], chance.randint(1, 4)):
                draft.paragraphs.append(teller.about(sentence, state))
            draft.named.append(state.entity.label)
        if len(states) > 1:
            for sentence in chance.sample(self._words["between"], chance.randint(1, 2)):
                draft.paragraphs.append(teller.about(sentence, *chance.sample(states, 2)))
        draft.paragraphs += colour[2 * first :]

    def _earlier(self, happening: Happening, day: date) -> list[Happening]:
        """Up to two happenings of the same states, some weeks or months before."""
        known = {
            other.number: other
            for side in happening.sides
            if side.state
            for other in self._past.get(side.state.entity.key, ())
            if other.number != happening.number and timedelta(days=8) <= day - other.day < timedelta(days=300)
        }
        numbers = self._chance.sample(sorted(known), min(len(known), self._chance.choice([0, 1, 1, 2])))
        return [known[number] for number in numbers]

    # --- the page around it --------------------------------------------------------------------------------

    def _byline(self) -> str:
        return f"{self._chance.choice(self._words['given_names'])} {self._chance.choice(self._words['surnames'])}"

    def _links(self, teller: Teller) -> list[str]:
        states = self._chance.sample(self._world.states, 3)
        return [teller.about(self._chance.choice(self._words["links"]), state) for state in states]

    def _closing(self, annotation: dict[str, Any]) -> list[str]:
        year = annotation["document_date"][:4]
        lines = self._chance.sample(self._words["closings"], 2)
        return [line.format(outlet=annotation["publisher"], year=year) for line in lines]

    def _gathered(self, draft: Draft) -> list[str]:
        """The sentences in paragraphs of one to three; the lead stands alone."""
        rows, left = [draft.paragraphs[0]], draft.paragraphs[1:]
        while left:
            size = self._chance.choice([1, 2, 2, 3])
            rows.append(" ".join(left[:size]))
            left = left[size:]
        return rows

    def _sheet(self, draft: Draft, annotation: dict[str, Any], teller: Teller) -> str:
        """As plain text, with what is copied along from the page."""
        annotation["byline"] = self._byline() if self._chance.random() < 0.8 else None
        head = [annotation["publisher"], annotation["headline"]]
        if annotation["byline"]:
            head.append(f"By {annotation['byline']}")
        head.append(teller.dateline())
        foot = [self._chance.choice(self._words["link_heads"]), *(f"- {link}" for link in self._links(teller))]
        body = "\n\n".join([*head, *self._gathered(draft)])
        return "\n\n".join([body, "\n".join(foot), "\n".join(self._closing(annotation))]) + "\n"

    def _page(self, draft: Draft, annotation: dict[str, Any], teller: Teller) -> str:
        """As a page of the web."""
        annotation["byline"] = byline = self._byline()
        outlet, headline = html.escape(annotation["publisher"]), html.escape(annotation["headline"])
        rows = "\n".join(f"<p>{html.escape(row)}</p>" for row in self._gathered(draft))
        links = "\n".join(f'<li><a href="#">{html.escape(link)}</a></li>' for link in self._links(teller))
        menu = "".join(f'<a href="#">{section}</a>' for section in self._words["sections"])
        closing = "<br>".join(html.escape(line) for line in self._closing(annotation))
        return (
            f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{headline} | {outlet}</title>\n'
            f'<meta property="og:title" content="{headline}"><meta property="og:site_name" content="{outlet}">\n'
            f'<meta name="author" content="{byline}">\n'
            f'<meta property="article:published_time" content="{annotation["document_date"]}T09:00:00Z"></head>\n'
            f"<body><nav>{menu}</nav>\n<article><h1>{headline}</h1>\n{rows}\n</article>\n"
            f"<aside><h2>Related stories</h2><ul>\n{links}\n</ul></aside>\n<footer>{closing}</footer></body></html>\n"
        )


def generate(number: int, out: Path, *, seed: int = 0) -> None:
    """Write so many articles to `out`/articles, and the truth beside them as `communique evaluate` reads it."""
    world = World(load(), seed)
    (out / "articles").mkdir(parents=True)
    (out / "gold").mkdir()
    same: dict[int, list[tuple[str, int]]] = {}
    for count, (text, annotation, told, page) in enumerate(Newsroom(world, seed).articles(number)):
        name = f"generated-{count:07}"
        (out / "articles" / f"{name}.{'html' if page else 'txt'}").write_text(text, encoding="utf-8")
        annotation = {"id": name, **annotation}
        (out / "gold" / f"{name}.json").write_text(json.dumps(annotation, ensure_ascii=False), encoding="utf-8")
        for happening, event in told:
            same.setdefault(happening, []).append((name, event))
    groups = [places for places in same.values() if len(places) > 1]
    (out / "coref.json").write_text(json.dumps(groups), encoding="utf-8")
    _write_names(out / "names.csv", world)


def _write_names(path: Path, world: World) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["name", "qid"])
        rows.writerows(world.names())
