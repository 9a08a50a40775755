"""A small Wikidata: a real HTTP server that answers from a real SPARQL engine, and errs when told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox

from mapper.fetching import Service

WORLD = """
PREFIX wd: <http://www.wikidata.org/entity/> PREFIX wdt: <http://www.wikidata.org/prop/direct/>
PREFIX p: <http://www.wikidata.org/prop/> PREFIX ps: <http://www.wikidata.org/prop/statement/>
PREFIX pq: <http://www.wikidata.org/prop/qualifier/>
PREFIX pqv: <http://www.wikidata.org/prop/qualifier/value/> PREFIX wikibase: <http://wikiba.se/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> PREFIX geo: <http://www.opengis.net/ont/geosparql#>
INSERT DATA {
  wd:Q900001 wdt:P31 wd:Q3624078 ; rdfs:label "Ruritania"@en , "Ruritanien"@de ;
    skos:altLabel "Ruritanian Republic"@en ; wdt:P297 "RX" ; wdt:P298 "RUR" ;
    wdt:P36 wd:Q900002 ; wdt:P625 "Point(14.5 50.25)"^^geo:wktLiteral ;
    wdt:P1906 wd:Q900003 ; p:P463 wd:s5 , wd:s6 .
  wd:s5 ps:P463 wd:Q900004 ; wikibase:rank wikibase:NormalRank .
  wd:s6 ps:P463 wd:Q900007 ; wikibase:rank wikibase:NormalRank ; pq:P582 "2001-01-01T00:00:00Z"^^xsd:dateTime .
  wd:Q900002 rdfs:label "Strelsau"@en .
  wd:Q900003 rdfs:label "president of Ruritania"@en .
  wd:Q900004 wdt:P31 wd:Q900005 ; rdfs:label "Concert of Small States"@en ;
    skos:altLabel "CSS"@en , "Small Concert"@en ; wdt:P159 wd:Q900002 .
  wd:Q900007 wdt:P31 wd:Q900005 ; rdfs:label "Union of Former Members"@en .
  wd:Q900005 wdt:P279 wd:Q245065 .
  wd:Q900006 rdfs:label "Rudolf Rassendyll"@en ; skos:altLabel "Rassendyll"@en ; wdt:P21 wd:Q6581097 ;
    wdt:P27 wd:Q900001 ; p:P39 wd:s1 , wd:s2 .
  wd:s1 ps:P39 wd:Q900003 ; wikibase:rank wikibase:NormalRank ;
    pqv:P580 [ wikibase:timeValue "2024-03-05T00:00:00Z"^^xsd:dateTime ; wikibase:timePrecision 11 ] .
  wd:s2 ps:P39 wd:Q900003 ; wikibase:rank wikibase:DeprecatedRank ;
    pqv:P580 [ wikibase:timeValue "1999-01-01T00:00:00Z"^^xsd:dateTime ; wikibase:timePrecision 11 ] .
  wd:Q900022 wdt:P279 wd:Q7330070 ; wdt:P1001 wd:Q900001 ; rdfs:label "foreign minister of Ruritania"@en .
  wd:Q1501987 wdt:P31 wd:Q900023 , wd:Q900024 ; rdfs:label "MONUSCO"@en .
  wd:Q160805 wdt:P31 wd:Q900023 ; rdfs:label "UNIFIL"@en .
  wd:Q900025 wdt:P31 wd:Q900023 ; rdfs:label "Observers in Ruritania"@en .
  wd:Q900026 wdt:P31 wd:Q900024 ; rdfs:label "No Mission"@en .
  wd:Q183 wdt:P31 wd:Q3624078 ; rdfs:label "Germany"@en ; wdt:P1313 wd:Q900020 .
  wd:Q900020 rdfs:label "Federal Chancellor of Germany"@en .
  wd:Q900021 rdfs:label "Olaf Test"@en ; wdt:P27 wd:Q183 ; p:P39 wd:s4 .
  wd:s4 ps:P39 wd:Q900020 ; wikibase:rank wikibase:NormalRank ;
    pqv:P580 [ wikibase:timeValue "2021-12-08T00:00:00Z"^^xsd:dateTime ; wikibase:timePrecision 11 ] .
  wd:Q567 rdfs:label "Angela Merkel"@en ; skos:altLabel "Angela Dorothea Merkel"@en ; wdt:P21 wd:Q6581072 ;
    p:P39 wd:s3 .
  wd:s3 ps:P39 wd:Q900020 ; wikibase:rank wikibase:NormalRank ;
    pqv:P580 [ wikibase:timeValue "2005-11-22T00:00:00Z"^^xsd:dateTime ; wikibase:timePrecision 11 ] ;
    pqv:P582 [ wikibase:timeValue "2021-12-08T00:00:00Z"^^xsd:dateTime ; wikibase:timePrecision 11 ] .
}
"""
SEARCH = {
    "Rupert of Hentzau": [("Q900010", "Rupert of Hentzau")],
    "Tarlo Benzik": [("Q900017", "Tarlo Benzik")],
    "Jane Doe": [("Q900011", "Jane Doe"), ("Q900012", "Jane Doe")],
    "Zenda": [("Q900013", "Zenda"), ("Q900014", "Zenda (novel)")],
    "Moon Palace": [("Q900015", "Moon Palace")],
    "Evil": [("Q1; DROP", "Evil"), ("Q900016", "Evil\u202e")],
}
CLAIMS: dict[str, dict[str, list[str]]] = {
    "Q900010": {"P31": ["Q5"], "P569": []},
    "Q900011": {"P31": ["Q5"]},
    "Q900012": {"P31": ["Q5"]},
    "Q900013": {"P31": ["Q515"], "P625": []},
    "Q900014": {"P31": ["Q571"]},
    "Q900015": {"P31": ["Q4167410"], "P625": []},
    "Q900016": {"P31": ["Q5"]},
    "Q900017": {"P31": ["Q5"]},
}


class Wikidata(ThreadingHTTPServer):
    """A small Wikidata; `faults` are what the next requests get instead of an answer."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.store = ox.Store()
        self.store.update(WORLD)
        self.faults: list[str] = []
        self.requests: list[dict[str, str]] = []
        self.agents: list[str] = []
        self.answers = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"


class Handler(BaseHTTPRequestHandler):
    server: Wikidata

    def log_message(self, *_: Any) -> None:
        pass

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.answer(self.rfile.read(length).decode())

    def do_GET(self) -> None:
        self.answer(urlsplit(self.path).query)

    def answer(self, form: str) -> None:
        values = {name: found[0] for name, found in parse_qs(form).items()}
        self.server.requests.append(values)
        self.server.agents.append(self.headers["User-Agent"])
        fault = self.server.faults.pop(0) if self.server.faults else ""
        if fault.isdigit():
            self.send(int(fault), b"busy", {"Retry-After": "3"} if fault == "429" else {})
        elif fault == "html":
            self.send(200, b"<html>java.util.concurrent.TimeoutException</html>")
        elif fault == "list":
            self.send(200, b"[1, 2]")
        elif fault == "hang":
            threading.Event().wait(1.5)
        elif fault == "cut":
            self.send(200, self.body(values), cut=True)
        elif fault == "redirect":
            self.send(302, b"", {"Location": "http://127.0.0.1:9/"})
        elif fault == "huge":
            self.send(200, b"{}" + b" " * 300_000)
        elif fault == "empty":
            self.send(200, json.dumps({"head": {"vars": []}, "results": {"bindings": []}}).encode())
        else:
            self.send(200, self.body(values))

    def body(self, values: dict[str, str]) -> bytes:
        self.server.answers += 1
        if "query" in values:
            solutions = self.server.store.query(values["query"])
            assert isinstance(solutions, ox.QuerySolutions)
            return solutions.serialize(format=ox.QueryResultsFormat.JSON) or b""
        if values["action"] == "wbsearchentities":
            hits = SEARCH.get(values["search"], [])
            return json.dumps({"search": [{"id": item, "label": label} for item, label in hits]}).encode()
        found = {}
        for item in values["ids"].split("|"):
            claims = {
                p: [{"mainsnak": {"datavalue": {"value": {"id": v}}}} for v in vs] for p, vs in CLAIMS[item].items()
            }
            found[item] = {"claims": claims, "labels": {"en": {"value": f"Label of {item}"}}}
        return json.dumps({"entities": found}).encode()

    def send(self, status: int, body: bytes, headers: dict[str, str] | None = None, *, cut: bool = False) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)


@contextmanager
def running() -> Iterator[Wikidata]:
    """The server, until the block ends."""
    server = Wikidata()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Clock:
    """Waits for nothing, and remembers for how long it was to wait."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.waits.append(seconds)


def service(server: Wikidata, clock: Clock | None = None, **options: Any) -> Service:
    return Service(server.url, pause=0.0, timeout=0.5, tries=4, sleep=clock or Clock(), **options)
