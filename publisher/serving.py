"""Serving the application to the world: one event loop in front, threads for pages, processes for queries.

The loop reads and writes all connections and dispatches queries to the workers, so that a request costs little
processor time, and idle connections, slow posts and slow readers cost no threads; it sees at once when a client has
left. The application, which is synchronous, makes everything else in a few threads.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import resource
import signal
import sys
import time
from typing import TYPE_CHECKING

import uvloop
from flask import Flask

from publisher.engine import Engine
from publisher.front import Front
from publisher.listening import Listener
from publisher.operations import TrustedProxies, access_log
from publisher.warming import warm

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_FILES = 8192  # descriptors wanted
_NEW = (50_000, 20, 20)  # objects after which some are looked through for what only points to itself: pages make many
_SWITCH = 0.001  # seconds after which a thread that makes a page lets the event loop go on


def run(app: Flask) -> None:
    """Serve the application until SIGTERM or SIGINT; requests under way are answered first.

    Raises SettingsError when the address cannot be listened on or a trusted proxy is no address.
    """
    engine: Engine = app.extensions["communique"]
    application: WSGIApplication = app.wsgi_app
    if engine.settings.trusted_proxies:
        application = TrustedProxies(application, engine.settings.trusted_proxies)
    _log_to_stdout()
    _raise_file_limit()
    sys.setswitchinterval(_SWITCH)
    gc.set_threshold(*_NEW)
    front = Front(application, engine)
    listener = Listener(engine.settings, front.answer, count=engine.metrics.refuse)
    front.server = listener.address
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(engine, front, listener))


async def _serve(engine: Engine, front: Front, listener: Listener) -> None:
    await engine.open()
    host, port = listener.address
    where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    print(f"Serving release {engine.release.version} at http://{where}/ (data of {engine.release.base})", flush=True)
    warm(engine)
    end, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end.set)
    listening = loop.create_task(listener.run())
    await end.wait()
    engine.ending = listener.ending = True
    until = time.monotonic() + engine.settings.deadline + 1
    while engine.metrics.active and time.monotonic() < until:
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.25)  # the last bytes leave
    listening.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await listening
    await engine.shut()
    front.close()


def _log_to_stdout() -> None:
    """Requests go to standard output, one line of JSON each; everything else to standard error."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    if not access_log.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(logging.Formatter("%(message)s"))
        access_log.addHandler(handler)
        access_log.propagate = False


def _raise_file_limit() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
