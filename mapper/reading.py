"""Reads what people put in: files and folders of text, HTML and JSON Lines, of which any may be broken.

Nothing here trusts its input: sizes are checked before anything is read, links do not lead out of the folder,
and whatever cannot be an article is told with the reason instead of being raised.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import Any

from charset_normalizer import from_bytes

from mapper.errors import InputError

SUFFIXES = {".txt": "text", ".text": "text", ".jsonl": "jsonl", ".ndjson": "jsonl"} | dict.fromkeys(
    (".html", ".htm", ".xhtml"), "html"
)
MOST_BYTES = 10_000_000
"""A file, or a line of a JSON Lines file, of more bytes is no article."""
MOST_CHARACTERS = 400_000
"""A text of more characters is no article either."""
LONGEST_IDENTIFIER = 150
SAMPLE = 100_000
"""So many bytes are looked at to tell an encoding."""
PLAIN = 0.85
"""The share of ASCII from which on a text that is not UTF-8 is taken for English in Windows-1252."""
MOST_CONTROLS = 0.02
"""The share of control characters from which on bytes are no text."""

_MAGIC = {
    b"PK\x03\x04": "a ZIP archive or office document",
    b"\x1f\x8b": "compressed with gzip",
    b"\x28\xb5\x2f\xfd": "compressed with Zstandard",
    b"BZh": "compressed with bzip2",
    b"\xfd7zXZ": "compressed with xz",
    b"%PDF": "a PDF document",
    b"{\\rtf": "an RTF document",
    b"\xd0\xcf\x11\xe0": "an old office document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"SQLite f": "a database",
}
_BOMS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""In this order: the mark of UTF-32 begins with that of UTF-16."""
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Controls, line breaks, and what turns the direction of writing."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class InputProblem:
    """An input that was set aside, and why, in words for the person who gave it."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Record:
    """One article as it was read, before anything is made of it."""

    identifier: str
    source: str
    digest: str
    form: str
    """text, html, or jsonl for a record of JSON Lines."""
    content: str = ""
    fields: dict[str, Any] | None = None
    notes: tuple[str, ...] = ()


def read_records(paths: Iterable[Path]) -> Iterator[Record | InputProblem]:
    """Every article in the files and folders, in sorted order, and every input that holds none, with the reason.

    Each path is read when its turn comes, one article at a time. The identifier is the file's stem or the record's id.
    """
    for path, source in _files(paths):
        if isinstance(source, InputProblem):
            yield source
            continue
        try:
            if SUFFIXES[path.suffix.lower()] == "jsonl":
                yield from _json_lines(path, source)
            else:
                yield _whole(path, source)
        except InputError as error:
            yield InputProblem(source, str(error))
        except OSError as error:
            yield InputProblem(source, f"cannot be read: {error.strerror or error}")


# --- files -------------------------------------------------------------------------------------------------


def _files(paths: Iterable[Path]) -> Iterator[tuple[Path, str | InputProblem]]:
    """Files with the name that they go by: relative to the folder given, or their own."""
    for path in sorted(set(paths)):
        if path.is_dir():
            root = path.resolve()
            for file, name in _walk(path):
                yield file, _refused(file, name, root) or name
        elif path.exists():
            yield path, _refused(path, path.name, None) or path.name
        else:
            yield path, InputProblem(_shown(path.name), "does not exist")


def _walk(folder: Path) -> Iterator[tuple[Path, str]]:
    for here, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files) + [name for name in folders if Path(here, name).is_symlink()]:
            if not name.startswith("."):
                file = Path(here, name)
                yield file, file.relative_to(folder).as_posix()


def _refused(file: Path, name: str, root: Path | None) -> InputProblem | None:
    """Why a file is not even opened."""
    if file.suffix.lower() not in SUFFIXES and not file.is_symlink():
        return InputProblem(_shown(name), "is no file that is read: .txt, .html and .jsonl are")
    try:
        if root and not file.resolve(strict=True).is_relative_to(root):
            return InputProblem(_shown(name), "is a link that leads out of its folder")
        state = file.stat()
    except (OSError, RuntimeError) as error:
        return InputProblem(_shown(name), f"cannot be opened: {getattr(error, 'strerror', None) or error}")
    if not S_ISREG(state.st_mode):
        return InputProblem(_shown(name), "is a link to a folder or no regular file")
    if file.suffix.lower() not in SUFFIXES:
        return InputProblem(_shown(name), "is no file that is read: .txt, .html and .jsonl are")
    if SUFFIXES[file.suffix.lower()] != "jsonl" and state.st_size > MOST_BYTES:
        return InputProblem(_shown(name), f"is larger than an article can be ({state.st_size:,} bytes)")
    if not state.st_size:
        return InputProblem(_shown(name), "is empty")
    return None


def _shown(name: str) -> str:
    """A file name that can be printed on one line, whatever bytes it is made of, and reads as it is."""
    return _UNPRINTABLE.sub("\ufffd", name.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))


def _whole(path: Path, source: str) -> Record | InputProblem:
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        return InputProblem(_shown(source), "is larger than an article can be")
    form = SUFFIXES[path.suffix.lower()]
    text, notes = decode(content, html=form == "html")
    return Record(
        checked_identifier(_shown(path.stem)),
        _shown(source),
        hashlib.sha256(content).hexdigest(),
        form,
        text,
        None,
        notes,
    )


def _json_lines(path: Path, source: str) -> Iterator[Record | InputProblem]:
    """The records of a JSON Lines file; a bad line is told and the next one read."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MOST_BYTES + 1):
            number += 1
            where = f"{_shown(source)}#{number}"
            if len(line) > MOST_BYTES:
                while line and not line.endswith(b"\n"):
                    line = file.readline(MOST_BYTES)
                yield InputProblem(where, "is longer than an article can be")
            elif line.strip():
                try:
                    yield _json_record(line, where, f"{_shown(path.stem)}-{number}")
                except InputError as error:
                    yield InputProblem(where, str(error))


def _json_record(line: bytes, where: str, otherwise: str) -> Record:
    text, notes = decode(line, html=False)
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not JSON: {error}") from error
    if not isinstance(fields, dict):
        raise InputError("is JSON but no object with text or html")
    content = next(
        (fields[key] for key in ("text", "html") if isinstance(fields.get(key), str) and fields[key].strip()), None
    )
    if content is None:
        raise InputError("has neither text nor html")
    given = fields.get("id")
    named = isinstance(given, str | int) and not isinstance(given, bool) and str(given).strip()
    identifier = checked_identifier(str(given).strip() if named else otherwise)
    return Record(identifier, where, hashlib.sha256(line.rstrip(b"\r\n")).hexdigest(), "jsonl", "", fields, notes)


def checked_identifier(name: str) -> str:
    """The identifier, or an InputError where none can be made of it."""
    clean = _CONTROL.sub("\ufffd", name).strip()
    if not clean or clean in (".", ".."):
        raise InputError("has no name that an identifier can be made of")
    if len(clean.encode()) > LONGEST_IDENTIFIER:
        raise InputError(f"has an identifier of more than {LONGEST_IDENTIFIER} bytes")
    if re.search(r"[\n\r\t\v\f\x85\u2028\u2029]", clean):
        raise InputError("has an identifier with a line break in it")
    return clean


# --- encodings ---------------------------------------------------------------------------------------------


def decode(content: bytes, *, html: bool) -> tuple[str, tuple[str, ...]]:
    """The text in the bytes and notes on what had to be mended; an InputError where there is none.

    UTF-8 first, then what a byte order mark or the page declares, then Windows-1252 where that leaves plain
    English, then the encoding that the bytes look most like.

    >>> decode(b"caf\\xc3\\xa9", html=False), decode(b"the caf\\xe9 in Lima", html=False)[0]
    (('café', ()), 'the café in Lima')
    """
    for magic, what in _MAGIC.items():
        if content.startswith(magic):
            raise InputError(f"is {what}, not text")
    text, notes = _decoded(content, html)
    text = text.removeprefix("\ufeff")
    controls = len(_CONTROL.findall(text))
    if controls > max(3, MOST_CONTROLS * len(text)):
        raise InputError("is binary, not text")
    if controls:
        text = _CONTROL.sub(" ", text)
        notes += (f"{controls} control characters were read as spaces",)
    return text, notes


def _decoded(content: bytes, html: bool) -> tuple[str, tuple[str, ...]]:
    for mark, encoding in _BOMS.items():
        if content.startswith(mark):
            return content.decode(encoding, "replace"), (f"read as {encoding}",)
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        damage = error
    mended = content.decode("utf-8", "replace")
    broken = mended.count("\ufffd")
    if sum(character > "\x7f" for character in mended) >= 3 * broken:
        return mended, (f"damaged UTF-8 at byte {damage.start}",)
    declared = re.search(rb"charset\s*=\s*[\"']?([\w-]{3,20})", content[:4096]) if html else None
    for encoding in (declared[1].decode("ascii") if declared else "", "cp1252"):
        try:
            text = content.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            continue
        if encoding != "cp1252" or _plain_share(text) > PLAIN:
            return text, (f"read as {encoding}",)
    best = from_bytes(content[:SAMPLE]).best()
    if best is None:
        raise InputError("is binary, or text in an encoding that cannot be told")
    return content.decode(best.encoding, "replace"), (f"read as {best.encoding}",)


def _plain_share(text: str) -> float:
    """How much of the text is ASCII."""
    return sum(character < "\x80" for character in text) / max(len(text), 1)
