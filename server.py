"""The web server: one application, its whole route map, and the function that serves it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask

from publisher import description, dumps, resources, vocabularies
from publisher.engine import Engine
from publisher.errors import register_errors
from publisher.settings import load_settings


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

    @app.before_request
    def pin_release() -> None:
        engine.pin()

    app.teardown_request(lambda _: engine.unpin())
    register_errors(app)
    for module in (description, vocabularies, dumps, resources):
        app.register_blueprint(module.blueprint)
    return app
