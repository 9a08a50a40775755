"""A request as it came in, and for which host it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import IO

_HOST = re.compile(r"[A-Za-z0-9._~%!$&'()*+,;=:\[\]-]*\Z")


class Headers:
    """The headers of a request, or of several that said the same; nobody changes them once they are complete.

    Parameters:
        lines: names in lower case, and values, in the order sent.
    """

    __slots__ = ("_values", "lines")

    def __init__(self, lines: Iterable[tuple[str, str]] = ()) -> None:
        self.lines = list(lines)
        self._values: dict[str, tuple[str, ...]] = {}

    def values(self, name: str) -> tuple[str, ...]:
        """The values of all lines of a header, named in lower case."""
        found = self._values.get(name)
        if found is None:
            found = self._values[name] = tuple([value for key, value in self.lines if key == name])
        return found


class Request:
    """A request that has come in whole.

    Parameters:
        method: GET, POST …
        target: path and query as they were sent, without scheme and host.
        headers: its headers.
        body: what came after the headers, None for nothing; and its `length` in bytes.
        host_is_clear: whether it says for which host it is, as RFC 9112, section 3.2, demands.
    """

    __slots__ = ("body", "headers", "host_is_clear", "keep_alive", "length", "method", "started", "target", "version")

    def __init__(self) -> None:
        self.method = self.version = self.target = ""
        self.headers = Headers()
        self.body: IO[bytes] | None = None
        self.length = 0
        self.host_is_clear = self.keep_alive = True
        self.started = 0.0

    def values(self, name: str) -> tuple[str, ...]:
        """The values of all lines of a header, named in lower case."""
        return self.headers.values(name)

    def settle_host(self) -> None:
        """Find out for which host it is; a target in absolute form says so itself (RFC 9112, section 3.2.2)."""
        if not self.target.startswith(("/", "*")) and "://" in self.target:
            host, slash, rest = self.target.partition("://")[2].partition("/")
            host, mark, query = host.partition("?")
            self.target = slash + rest if slash else "/" + mark + query
            self.headers = Headers([("host", host), *(line for line in self.headers.lines if line[0] != "host")])
        hosts = self.values("host")
        enough = len(hosts) == 1 or (not hosts and self.version == "1.0")
        self.host_is_clear = enough and all(_HOST.match(host) for host in hosts)
