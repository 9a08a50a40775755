"""Having the application, which is synchronous, answer a request (PEP 3333)."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any, cast
from urllib.parse import unquote_to_bytes

from publisher.request import Request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

_HELD = 256 * 1024  # bytes of an answer that are held in memory; more goes to a file
_PART = 65536


@dataclass(frozen=True)
class Page:
    """What the application answered, complete."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes | IO[bytes]


class File:
    """An answer that is a file; the server sends it without the application."""

    def __init__(self, file: IO[bytes], _size: int = _PART) -> None:
        self.file = file

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self.file.read(_PART), b"")

    def close(self) -> None:
        """Close the file."""
        self.file.close()


def environment(
    request: Request, *, client: str, server: tuple[str, int], more: Mapping[str, object]
) -> WSGIEnvironment:
    """The WSGI environment of a request.

    Parameters:
        request: what came in.
        client: whose connection it came over.
        server: where the server listens.
        more: further members.
    """
    path, _, query = request.target.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path.encode("latin-1")).decode("latin-1"),
        "QUERY_STRING": query,
        "REQUEST_URI": request.target,
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{request.version}",
        "REMOTE_ADDR": client,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": request.body or io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
        "wsgi.file_wrapper": File,
        **more,
    }
    for name, value in request.headers.lines:
        if "_" in name or name in ("transfer-encoding", "content-length"):
            continue  # X_Forwarded_For must not pass for X-Forwarded-For; the body has been put together
        key = name.replace("-", "_").upper()
        if key != "CONTENT_TYPE":
            key = "HTTP_" + key
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    if request.body is not None or request.method == "POST":
        environ["CONTENT_LENGTH"] = str(request.length)
    return environ


def call(application: WSGIApplication, environ: WSGIEnvironment) -> Page:
    """The application's answer to a request, once it is complete."""
    seen: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> Callable[[bytes], object]:
        seen.append((status, headers))
        return _refuse_to_write

    body = application(environ, start_response)
    if isinstance(body, File):
        return Page(*seen[-1], body.file)
    try:
        gathered = _gather(body)
    finally:
        if hasattr(body, "close"):
            body.close()
    return Page(*seen[-1], gathered)


def _gather(parts: Iterable[bytes]) -> bytes | IO[bytes]:
    """A short answer as bytes, a long one as a file, so that a slow reader keeps neither a thread nor memory."""
    held: list[bytes] = []
    size = 0
    file: IO[bytes] | None = None
    for part in parts:
        size += len(part)
        if file is None and size > _HELD:
            file = cast(IO[bytes], SpooledTemporaryFile(_HELD))  # noqa: SIM115 - handed over open
            file.writelines(held)
        if file is None:
            held.append(part)
        else:
            file.write(part)
    if file is None:
        return b"".join(held)
    file.seek(0)
    return file


def _refuse_to_write(_: bytes) -> object:
    raise RuntimeError("write() is not offered: an application returns its answer (PEP 3333, The write() Callable)")
