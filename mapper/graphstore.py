"""Another SPARQL server, written to: SPARQL 1.1 Query and Update, and where there is one the Graph Store Protocol.

Requests go to the addresses that the user gave and nowhere else: no redirect is followed, no proxy or password is taken
from the surroundings. Every request may be sent again without harm; what may not is sent once (`tries=1`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import requests
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth

from mapper.errors import InputError, PushError
from mapper.fetching import USER_AGENT

RESULTS = "application/sparql-results+json"
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_AT_ONCE = 200
"""Graphs that are counted by one query."""
_PAGE = 5000
"""Graphs that are listed by one query; some servers give no more than 10,000 rows."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a server answers queries, takes updates, and takes graphs ("" where it does not)."""

    query: str
    update: str
    graphs: str = ""


def addresses(given: str, *, update: str | None = None, graphs: str | None = None) -> Addresses:
    """The addresses of a server from what the user gave; an address without a path stands for /query, /update, /store.

    Raises InputError where that is no HTTP address.

    >>> addresses("http://localhost:7878/")
    Addresses(query='http://localhost:7878/query', update='http://localhost:7878/update', graphs='http://localhost:7878/store')
    >>> addresses("http://localhost:8890/sparql", update="http://localhost:8890/sparql-auth").graphs
    ''
    """
    for one in filter(None, (given, update, graphs)):
        parts = urlsplit(one)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.fragment:
            raise InputError(f"{one} is no address of a SPARQL server: give http://host:port/path, without a password.")
    parts = urlsplit(given)
    if parts.path not in ("", "/"):
        return Addresses(given, update or given, graphs or "")
    at = {name: urlunsplit(parts._replace(path=f"/{name}", query="")) for name in ("query", "update", "store")}
    return Addresses(at["query"], update or at["update"], at["store"] if graphs is None else graphs)


@dataclass(slots=True)
class Server:
    """A server that can be written to.

    `user` and `password` are sent when the server asks for them, as it asks (Basic or Digest); `timeout` is how long to
    wait for a byte of an answer and `pause` the first wait before asking again, in seconds.
    """

    at: Addresses
    user: str | None = None
    password: str | None = None
    timeout: float = 300.0
    tries: int = 5
    pause: float = 1.0
    sleep: Callable[[float], None] = time.sleep
    _session: requests.Session = field(default_factory=requests.Session, repr=False)
    _auth: AuthBase | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self._session.trust_env = False

    def select(self, query: str) -> list[dict[str, str]]:
        """The solutions of a query, as plain strings. Raises PushError."""
        answer = self._send("POST", self.at.query, data={"query": query}, headers={"Accept": RESULTS})
        try:
            rows = answer.json()["results"]["bindings"]
            return [{name: term["value"] for name, term in row.items()} for row in rows]
        except (ValueError, KeyError, TypeError) as error:
            raise PushError(f"{self.at.query} answers a query with something else than {RESULTS}.") from error

    def update(self, text: str, *, tries: int | None = None) -> None:
        """Run an update request: all of it or nothing, where the server keeps to the recommendation (section 2.2)."""
        headers = {"Content-Type": "application/sparql-update"}
        self._send("POST", self.at.update, data=text.encode(), headers=headers, tries=tries)

    def add(self, graph: str, lines: Sequence[str]) -> None:
        """Add statements, as lines of N-Triples, to a graph."""
        if not self.at.graphs:
            rows = "\n".join(lines)
            self.update(f"INSERT DATA {{ GRAPH <{graph}> {{\n{rows}\n}} }}")
            return
        joint = "&" if "?" in self.at.graphs else "?"
        address = f"{self.at.graphs}{joint}graph={quote(graph, safe='')}"
        body = ("\n".join(lines) + "\n").encode()
        self._send("POST", address, data=body, headers={"Content-Type": "application/n-triples"})

    def sizes(self, graphs: Iterable[str]) -> dict[str, int]:
        """How many statements each of these graphs holds; those that are not there are left out."""
        found, left = dict[str, int](), iter(graphs)
        while batch := list(islice(left, _AT_ONCE)):
            named = " ".join(f"<{graph}>" for graph in batch)
            rows = self.select(
                f"SELECT ?g (COUNT(*) AS ?n) WHERE {{ VALUES ?g {{ {named} }} GRAPH ?g {{ ?s ?p ?o }} }} GROUP BY ?g"
            )
            found |= {row["g"]: int(row["n"]) for row in rows if "g" in row and row["n"] != "0"}
        return found

    def graphs(self, prefix: str) -> Iterator[str]:
        """The graphs whose IRIs begin so, in order."""
        last = prefix
        while True:
            rows = self.select(
                f'SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), "{prefix}")'
                f' && STR(?g) > "{last}") }} ORDER BY STR(?g) LIMIT {_PAGE}'
            )
            yield from (row["g"] for row in rows)
            if len(rows) < _PAGE:
                return
            last = rows[-1]["g"]

    # --- requests ----------------------------------------------------------------------------------------------

    def _send(self, method: str, address: str, *, tries: int | None = None, **what: Any) -> requests.Response:
        """Send a request, again with growing pauses where that may help; the answer is a success."""
        trouble, asked = "", False
        attempts = tries or self.tries
        for attempt in range(attempts + 1):  # one more for the password
            if attempt - asked > 0:
                self.sleep(self.pause * 2.0 ** (attempt - asked - 1))
            try:
                answer = self._request(method, address, **what)
            except requests.RequestException as error:
                trouble = f"it does not answer ({_reason(error)})"
            else:
                if answer.status_code == requests.codes.unauthorized and self._auth is None and self.user:
                    asked, self._auth = True, self._credentials(answer)
                    continue
                if answer.ok and not answer.is_redirect:
                    return answer
                trouble = _told(answer)
                if answer.status_code not in _AGAIN:
                    raise PushError(f"{address} refuses: {trouble}")
            if attempt - asked + 1 >= attempts:
                break
        raise PushError(f"{address}, asked {attempts} times: {trouble}")

    def _request(self, method: str, address: str, **what: Any) -> requests.Response:
        what["headers"] = {"User-Agent": USER_AGENT, **what["headers"]}
        return self._session.request(
            method, address, timeout=(20, self.timeout), allow_redirects=False, auth=self._auth, **what
        )

    def _credentials(self, answer: requests.Response) -> AuthBase:
        wanted = answer.headers.get("WWW-Authenticate", "").lower()
        kind = HTTPDigestAuth if "digest" in wanted else HTTPBasicAuth
        return kind(self.user or "", self.password or "")


def _reason(error: requests.RequestException) -> str:
    if isinstance(error, requests.Timeout):
        return "it took too long"
    return "the connection failed" if isinstance(error, requests.ConnectionError) else type(error).__name__


def _told(answer: requests.Response) -> str:
    """What a refusal says, in a line."""
    if answer.is_redirect:
        return f"it sends us on to {answer.headers.get('Location')}; give that address if you trust it"
    words = {401: "user and password are wrong or missing", 403: "this user may not do that", 404: "nothing is there"}
    said = " ".join(answer.text[:300].split())
    return f"status {answer.status_code}, {words.get(answer.status_code) or said or answer.reason}"
