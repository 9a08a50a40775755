"""The web server: one application, its whole route map, and the function that serves it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask

from publisher import (
    assets,
    comparison,
    completion,
    description,
    dumps,
    feeds,
    fragments,
    listing,
    lookup,
    reconciliation,
    report,
    resources,
    serving,
    sparql,
    stream,
    suggestions,
    vocabularies,
)
from publisher.engine import Engine
from publisher.errors import register_errors
from publisher.operations import register_operations
from publisher.settings import load_settings
from publisher.warming import register_warming


def create_app(release: Path | str, *, config: Path | None = None, **settings: Any) -> Flask:
    """Make the application for a release folder or for the `current` link that is moved from release to release.

    Parameters:
        release: where the release lies.
        config: a TOML file of settings.
        settings: see `publisher.settings.Settings`; they beat the environment and the file.

    Raises ReleaseUnusableError and SettingsError.
    """
    app = Flask("publisher", static_folder="static", template_folder="templates")
    engine = Engine(release, load_settings(file=config, **settings))
    app.extensions["communique"] = engine
    register_errors(app)
    register_operations(app, engine)
    register_warming(app, engine)
    documents = (description, vocabularies, dumps, feeds, stream, report, assets)
    tables = (listing, comparison)
    services = (sparql, completion, fragments, lookup, reconciliation, suggestions)
    for module in (*services, *documents, *tables, resources):
        app.register_blueprint(module.blueprint)
    return app


def serve(
    release: Path | str,
    *,
    host: str | None = None,
    port: int | None = None,
    workers: int | None = None,
    config: Path | None = None,
    **settings: Any,
) -> None:
    """Serve a release until SIGTERM or SIGINT, with a production server (see `publisher.serving`).

    Parameters:
        release: a release folder, or the `current` link that is moved from release to release.
        host, port: where to listen; port 0 takes a free one, which is printed.
        workers: processes that answer short queries.
        config: a TOML file of settings.
        settings: further settings, see `publisher.settings.Settings`.

    Raises ReleaseUnusableError and SettingsError, whose texts are for the operator.
    """
    serving.run(create_app(release, config=config, host=host, port=port, workers=workers, **settings))
