"""What pages need of a whole release, made before the first visitor comes.

For a large release that is the work of a process of its own at the lowest priority, which hands over what it made: the
event loop would otherwise wait for the interpreter again and again.
"""

from __future__ import annotations

import gc
import logging
import os
import pickle
import subprocess
import sys
import threading

from flask import Flask

from publisher import sandbox, selection
from publisher.addresses import release
from publisher.chronicle import chronicle
from publisher.description import dataset_page, home
from publisher.engine import Engine
from publisher.home import told
from publisher.index import index
from publisher.memory import made_of, take_over
from publisher.pages import render
from publisher.release import Release
from publisher.resources import find
from publisher.settings import Settings
from publisher.stream import in_order, tombstones
from publisher.termpages import counts
from publisher.topicpages import hierarchy
from publisher.vocabularies import ontology, shapes

_LARGE = 200_000  # statements
_SAMPLES = 12  # pages of entities
_START = "import sys; sys.path[:] = {path!r}; from publisher.warming import hand_over; hand_over({place!r}, {parent})"
_log = logging.getLogger(__name__)


def register_warming(app: Flask, engine: Engine) -> None:
    """Have the table of events, what is counted in it, and the index of names made before a release is taken up."""

    def make() -> None:
        if sum(engine.release.graphs.values()) >= _LARGE and not engine.settings.engine:
            _fetch(engine.release)
        _make(app)
        _write(app)
        gc.freeze()  # it stays, and to look through it for garbage would hold up a page for long

    engine.makes = make


def warm(engine: Engine) -> None:
    """Make it for the release that a server starts with, while it answers already."""
    threading.Thread(target=engine.prepare, name="warming", daemon=True).start()


def _make(app: Flask) -> None:
    with app.app_context():
        for one in (told, hierarchy, counts, index, in_order, tombstones):
            one()


def _write(app: Flask) -> None:
    """Have the templates read and the pages of the whole written."""
    html = {"Accept": "text/html"}
    for path, one in {"/": home, "/dataset": dataset_page, "/ontology": ontology, "/shapes": shapes}.items():
        with app.test_request_context(path, headers=html):  # what is kept tells its own address
            one()
    with app.test_request_context("/", headers=html):
        for name in app.jinja_env.list_templates():
            app.jinja_env.get_template(name)
        for iri in _latest():  # whatever pages of each type make or import when the first of them is written
            if description := find(iri.removeprefix(release().base), brief=True):
                render(description, iri)


def _latest() -> list[str]:
    """The latest event, what it concerns, and a class: a page of every type, or nearly."""
    base = release().base
    row = next(iter(chronicle().events), None)
    concerned = {iri for iri, *_ in selection.concerned([row.number])[row.number]} if row else set()
    own = sorted(iri for iri in concerned if iri.startswith(base))
    return [base + "ontology/DiplomaticEvent", *([row.iri] if row else []), *own[:_SAMPLES]]


def _fetch(release: Release) -> None:
    """Have a process make it; what does not come of that is made here afterwards."""
    code = _START.format(path=sys.path, place=str(release.path), parent=os.getpid())
    command = [sys.executable, "-I", "-S", "-c", code]
    try:
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
            while process.stdout is not None:
                take_over(release, *pickle.load(process.stdout))
    except EOFError:
        return
    except (OSError, pickle.UnpicklingError) as error:
        _log.warning("what pages need is made in this process: the one that was to make it failed (%s)", error)


def hand_over(place: str, parent: int) -> None:
    """Entry of that process: make it of the release at `place`, and write it to standard output."""
    sandbox.die_with_parent(parent)
    os.setpriority(os.PRIO_PROCESS, 0, 19)
    engine = Engine(place, Settings())
    app = Flask("publisher")
    app.extensions["communique"] = engine
    _make(app)
    with os.fdopen(os.dup(1), "wb") as output:
        with app.app_context():
            made = made_of(engine.release)
        for item in made.items():
            pickle.dump(item, output)
