"""Letting connections in, and looking after them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from email.utils import formatdate

from publisher.connection import Connection
from publisher.errors import SettingsError
from publisher.operations import contains, networks
from publisher.request import Request
from publisher.settings import Settings

_BACKLOG = 1024
_SORRY = b"This address has too many open connections. Close some, or send more requests over each.\n"
_REFUSED = b"HTTP/1.1 429 Too Many Requests\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n" % len(_SORRY)
_REFUSED += b"Retry-After: 5\r\nConnection: close\r\n\r\n" + _SORRY
_log = logging.getLogger(__name__)


class Listener:
    """Lets connections in, but for those of an address that has as many as it may have.

    The proxies that are trusted may have any number: they stand for many clients. Beyond the number that all may have
    together, further ones wait outside.

    Parameters:
        settings: where to listen, and the limits.
        answer: answers a request that came over a connection, at once, or by what it returns.
        count: called with the reason of each refusal: `connections`, or a status of those that end a connection.

    Raises SettingsError when the address cannot be listened on or a trusted proxy is no address.
    """

    def __init__(
        self,
        settings: Settings,
        answer: Callable[[Request, Connection], Callable[[], Awaitable[None]] | None],
        *,
        count: Callable[[str], None],
    ) -> None:
        self.settings, self.answer, self.count = settings, answer, count
        self.ending = False  # whether each answer is the last of its connection
        self.stamp = ""  # headers of every answer
        self._proxies = networks(settings.trusted_proxies)
        self._connections: set[Connection] = set()
        self._held: Counter[str] = Counter()
        self._full = False
        self._complained: set[str] = set()
        self._socket = _listen(settings)
        self.address: tuple[str, int] = self._socket.getsockname()[:2]

    async def run(self) -> None:
        """Let connections in and look after them until cancelled."""
        self._loop = asyncio.get_running_loop()
        self._open()
        try:
            while True:
                self.stamp = f"Date: {formatdate(usegmt=True)}\r\nServer: communique\r\n"
                now = time.monotonic()
                for connection in list(self._connections):
                    connection.look(now)
                if int(now) % 60 == 0:
                    self._complained.clear()
                await asyncio.sleep(1)
        finally:
            self._loop.remove_reader(self._socket.fileno())
            self._socket.close()

    def forget(self, connection: Connection) -> None:
        """A connection has ended."""
        if connection not in self._connections:
            return
        self._connections.remove(connection)
        self._held[connection.address] -= 1
        if not self._held[connection.address]:
            del self._held[connection.address]
        if self._full:
            self._full = False
            self._open()

    def refuse(self, connection: Connection, status: str, why: str) -> None:
        """Take note that a connection ends, for what came over it could not be read."""
        self.count(status[:3])
        self._complain(connection.address, f"refused with {status}: {why}")

    def _complain(self, host: str, what: str) -> None:
        """Say once a minute at most what is the matter with an address."""
        if host not in self._complained:
            self._complained.add(host)
            _log.warning("%s %s", host, what)

    def _open(self) -> None:
        self._loop.add_reader(self._socket.fileno(), self._accept)

    def _accept(self) -> None:
        """Let in whoever waits outside."""
        for _ in range(_BACKLOG):
            if len(self._connections) >= self.settings.connections:
                self._full = True
                self._loop.remove_reader(self._socket.fileno())
                return
            try:
                client, address = self._socket.accept()
            except OSError:  # nobody is there any more, or there are no descriptors left
                return
            client.setblocking(False)
            host = address[0]
            if self._held[host] >= self.settings.connections_per_address and not contains(self._proxies, host):
                self._turn_away(client, host)
                continue
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = Connection(self, host)
            self._connections.add(connection)
            self._held[host] += 1
            connection.attaching = self._loop.create_task(self._attach(connection, client))

    async def _attach(self, connection: Connection, client: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(lambda: connection, client)
        except OSError:  # it has left already
            client.close()
            self.forget(connection)

    def _turn_away(self, client: socket.socket, host: str) -> None:
        """Close a connection with a word of explanation."""
        self.count("connections")
        self._complain(host, f"turned away: it has {self.settings.connections_per_address} connections already")
        with contextlib.suppress(OSError):  # it has left, or sends so much that it does not hear
            client.send(_REFUSED)
        client.close()


def _listen(settings: Settings) -> socket.socket:
    try:
        family, kind, proto, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with contextlib.ExitStack() as stack:
            listener = stack.enter_context(socket.socket(family, kind, proto))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(_BACKLOG)
            listener.setblocking(False)
            stack.pop_all()  # it stays open
    except OSError as error:
        raise SettingsError(f"Cannot listen on {settings.host}, port {settings.port}: {error.strerror}.") from error
    return listener
