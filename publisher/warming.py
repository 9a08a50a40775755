"""What pages need of a whole release, made before the first visitor comes."""

from __future__ import annotations

import threading

from flask import Flask

from publisher.engine import Engine
from publisher.home import told
from publisher.index import index
from publisher.termpages import counts
from publisher.topicpages import hierarchy


def register_warming(app: Flask, engine: Engine) -> None:
    """Have the table of events, what is counted in it, and the index of names made before a release is taken up."""

    def make() -> None:
        with app.app_context():
            for one in (told, hierarchy, counts, index):
                one()

    engine.makes = make


def warm(engine: Engine) -> None:
    """Make it for the release that a server starts with, while it answers already."""
    threading.Thread(target=engine.prepare, name="warming", daemon=True).start()
