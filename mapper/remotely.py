"""What the commands of the command line do that use other machines; each takes the parsed options."""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import asdict
from pathlib import Path

from mapper.errors import InputError
from mapper.graphstore import Server, addresses
from mapper.progress import Progress
from mapper.pushing import push as push_release

USER, PASSWORD = "COMMUNIQUE_PUSH_USER", "COMMUNIQUE_PUSH_PASSWORD"
"""Environment variables; a password on the command line could be read by everybody on the machine."""


def push(options: argparse.Namespace) -> int:
    """Put a release into another SPARQL server."""
    server = Server(
        addresses(options.url, update=options.update, graphs=options.graph_store),
        user=options.user or os.environ.get(USER),
        password=_password(options.password_file),
        timeout=options.timeout,
        tries=options.tries,
    )
    pushed = push_release(options.release, server, progress=Progress(quiet=options.quiet or options.json))
    if options.json:
        print(json.dumps(asdict(pushed), indent=1))
    else:
        dropped = f", {pushed.dropped} of before dropped" if pushed.dropped else ""
        print(
            f"{server.at.query} holds release {pushed.version}: {pushed.graphs} graphs, {pushed.statements} statements"
            f" ({pushed.sent} sent){dropped}; their merge: {pushed.default}"
        )
    return 0


def _password(file: Path | None) -> str | None:
    if file is None:
        return os.environ.get(PASSWORD)
    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The password cannot be read from {file}: {error}") from error
