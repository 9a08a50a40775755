"""Asking a public service politely: one request at a time, not too fast, waiting when told to, never without a name."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests

from mapper.errors import CommuniqueError

USER_AGENT = "Communique/0.1 (news to linked data; https://w3id.org/communique) python-requests"
_BUSY = frozenset({429, 500, 502, 503, 504})
_CHUNK = 1 << 16


class FetchError(CommuniqueError):
    """A service did not answer as it should, also when asked again."""


@dataclass(slots=True)
class Service:
    """One service on the web.

    `pause` is the least time between two requests, `timeout` how long to wait for an answer, `longest_wait` the most
    that a Retry-After or a back-off may ask for (all in seconds), `most_bytes` the largest answer that is read.
    """

    address: str
    pause: float = 0.5
    timeout: float = 60.0
    tries: int = 5
    longest_wait: float = 120.0
    most_bytes: int = 64_000_000
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.monotonic
    session: requests.Session = field(default_factory=requests.Session)
    _last: float = field(default=float("-inf"), repr=False)

    def json(self, parameters: Mapping[str, str], *, post: bool = False, accept: str = "application/json") -> Any:
        """The answer to a request, as JSON.

        Busy, slow and broken answers are asked for again, with growing pauses. Raises `FetchError` when that does not
        help, or when the service says that the request is wrong.
        """
        trouble = ""
        for attempt in range(self.tries):
            if attempt:
                self.sleep(min(2.0**attempt * self.pause, self.longest_wait))
            self._wait()
            try:
                status, headers, body = self._request(parameters, post, accept)
            except requests.RequestException as error:
                trouble = f"no answer ({type(error).__name__})"
                continue
            if status in _BUSY or _lagging(headers):
                trouble = f"status {status}"
                if (seconds := _retry_after(headers.get("Retry-After", ""))) is not None:
                    self.sleep(min(seconds, self.longest_wait))
                continue
            if status != requests.codes.ok:
                raise FetchError(f"{self.address} refuses the request: status {status}")
            try:
                return json.loads(body.decode("utf-8"))
            except (UnicodeDecodeError, json.JSONDecodeError) as error:
                trouble = f"an answer that is no JSON or was cut off ({error})"
        raise FetchError(f"{self.address} did not answer after {self.tries} tries: {trouble}")

    def _request(self, parameters: Mapping[str, str], post: bool, accept: str) -> tuple[int, Mapping[str, str], bytes]:
        headers = {"User-Agent": USER_AGENT, "Accept": accept}
        values = {**parameters, "maxlag": "5"}
        send = {"data": values} if post else {"params": values}
        with self.session.request(
            "POST" if post else "GET", self.address, headers=headers, timeout=self.timeout, stream=True,
            allow_redirects=False, **send,  # type: ignore[arg-type]
        ) as answer:  # fmt: skip
            body, deadline = bytearray(), self.now() + self.timeout
            for chunk in answer.iter_content(_CHUNK):
                body += chunk
                if len(body) > self.most_bytes:
                    raise FetchError(f"{self.address} sends more than {self.most_bytes} bytes")
                if self.now() > deadline:
                    raise requests.Timeout("the answer trickles in too slowly")
            return answer.status_code, answer.headers, bytes(body)

    def _wait(self) -> None:
        rest = self._last + self.pause - self.now()
        if rest > 0:
            self.sleep(rest)
        self._last = self.now()


def _lagging(headers: Mapping[str, str]) -> bool:
    """Whether the service says that its copies lag behind (maxlag)."""
    return "MediaWiki-API-Error" in headers and headers["MediaWiki-API-Error"] == "maxlag"


def _retry_after(value: str) -> float | None:
    """Seconds from a Retry-After header (RFC 9110, section 10.2.3): a number, or a date.

    >>> _retry_after("7"), _retry_after(""), _retry_after("soon")
    (7.0, None, None)
    """
    if value.strip().isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
