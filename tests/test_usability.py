"""What somebody who comes for the first time wants to know, asked by clicks as docs/usability.md tells them."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser
from urllib.parse import urlencode

from blackbox import Site


class Browser(HTMLParser):
    """Follows links and sends forms of the pages that it was given, and counts how often."""

    def __init__(self, site: Site) -> None:
        super().__init__()
        self._site, self.clicks = site, 0
        self._open("/")

    def _open(self, address: str) -> None:
        self.links, self.forms, self._words = list[tuple[str, str]](), dict[str, str](), list[str]()
        self._link, self._said = "", list[str]()
        reply = self._site.ask(address, "text/html,*/*;q=0.5")
        assert reply.status == 200, address
        self.type, self.body = reply.type, reply.body.decode()
        if self.type == "text/html":
            self.feed(self.body)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self._link, self._said = given["href"], []
        if tag == "form":
            self._form = given["action"]
        if tag == "input":
            self.forms[given["name"]] = self._form

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self.links.append((" ".join("".join(self._said).split()), self._link))

    def handle_data(self, data: str) -> None:
        self._words.append(data)
        self._said.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self._words).split())

    def click(self, words: str, address: str = "") -> None:
        """Follow the first link that is called so, or the one of them with these words in its address."""
        self.clicks += 1
        self._open(next(link for name, link in self.links if name == words and address in link))

    def send(self, **fields: str) -> None:
        """Fill a form in and send it."""
        self.clicks += 1
        self._open(f"{self.forms[next(iter(fields))]}?{urlencode(fields)}")


def test_when_did_kenya_and_the_united_states_last_talk_and_about_what(site: Site) -> None:
    browser = Browser(site)
    browser.click("Compare")
    browser.send(a="Kenya", b="United States")
    said = browser.text.partition("They last talked")[2].partition("Contacts")[0]
    assert said.startswith(" 6 February 2025 :")
    assert "spoke by telephone" in said
    assert ", about Haiti multinational security mission" in said
    assert browser.clicks <= 3


def test_who_condemned_rwanda(site: Site) -> None:
    browser = Browser(site)
    browser.send(q="Rwanda")
    browser.click("Rwanda")
    browser.click("target: 1", "type=Condemnation")
    assert "1 event" in browser.text
    assert "France, the United Kingdom and the United States condemned Rwanda" in browser.text
    assert browser.clicks <= 3


def test_what_is_known_of_the_planned_summit_and_whether_it_took_place(site: Site) -> None:
    browser = Browser(site)
    browser.click("Planned")
    browser.click(next(name for name, _ in browser.links if "are to hold a summit on 29 January 2025" in name))
    assert "The articles tell this as planned." in browser.text
    assert "William Ruto and the East African Community held a summit" in browser.text
    assert browser.clicks <= 3


def test_which_sources_say_that_the_call_was_on_27_january(site: Site) -> None:
    browser = Browser(site)
    browser.send(q="telephone call 27 January")
    browser.click("William Ruto and Marco Rubio spoke by telephone on 27 January 2025")
    said = browser.text.partition("What each article says of it")[2].partition("Why we think so")[0]
    for article in (
        "President Ruto holds talks with US Secretary of State Marco Rubio",
        "Ruto holds phone conversation",
    ):
        assert article in said
    assert said.count("27 January 2025") == 2
    assert browser.clicks <= 3


def test_all_of_this_as_a_spreadsheet(site: Site) -> None:
    browser = Browser(site)
    browser.click("Compare")
    browser.send(a="Kenya", b="United States")
    browser.click("As a spreadsheet (CSV)")
    rows = list(csv.DictReader(io.StringIO(browser.body)))
    assert browser.type == "text/csv"
    assert any("William Ruto and Marco Rubio spoke by telephone" in row["label"] for row in rows)
    assert browser.clicks <= 3
    browser = Browser(site)
    browser.click("As a spreadsheet (CSV)")
    assert len(list(csv.DictReader(io.StringIO(browser.body)))) >= len(rows)
