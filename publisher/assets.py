"""What web/ builds into static/build: the tags that a page needs for it, and the files themselves.

The names of the files hold a digest of their content, so caches may keep them for ever. A checkout without the
bundle has pages without scripts, and nothing else is missing.
"""

from __future__ import annotations

import gzip
import json
import mimetypes
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request, url_for
from markupsafe import Markup

from publisher.encoding import accepts_gzip
from publisher.errors import ProblemError

FOLDER = Path(__file__).parent / "static" / "build"

blueprint = Blueprint("assets", __name__)


@blueprint.get("/static/build/<name>")
def built(name: str) -> Response:
    """A file of the bundle; compressed once, for clients that take gzip."""
    if name not in _names():
        raise ProblemError(404, detail=f"The bundle has no file {name[:200]!r}.")
    packed = accepts_gzip(request.headers.getlist("Accept-Encoding"))
    response = Response(_content(name, packed=packed), content_type=_media_type(name))
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Vary"] = "Accept-Encoding"
    response.set_etag(name)
    return response


def tags(entry: str) -> Markup:
    """The elements that load an entry of the bundle, such as "main"; none where there is no bundle.

    Modules are deferred by nature: what the server wrote is read, and shown, before any script runs.
    """
    source = _manifest().get(f"src/{entry}.ts")
    if source is None:
        return Markup()
    found = [Markup('<link rel="stylesheet" href="{}">').format(_address(style)) for style in source.get("css", ())]
    found.append(Markup('<script type="module" src="{}"></script>').format(_address(source["file"])))
    return Markup("\n").join(found)


def _address(name: str) -> str:
    return url_for("assets.built", name=name)


@cache
def _manifest() -> dict[str, dict[str, Any]]:
    """What Vite tells of its output: by source file, the file made from it, and its styles."""
    file = FOLDER / "manifest.json"
    found: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return found


@cache
def _names() -> frozenset[str]:
    return frozenset(path.name for path in FOLDER.glob("*")) if FOLDER.is_dir() else frozenset()


@cache
def _content(name: str, *, packed: bool) -> bytes:
    data = (FOLDER / name).read_bytes()
    return gzip.compress(data, 9, mtime=0) if packed else data


def _media_type(name: str) -> str:
    kind = "text/javascript" if name.endswith(".js") else mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
