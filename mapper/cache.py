"""What was worked out once, kept on disk by a digest of all that it depends on.

An entry begins with the sha256 of its content: one that was damaged or half written is noticed and made again. Entries
are data (JSON, N-Quads, zlib), never code. Several builds may share a cache; each entry appears in one step.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from mapper.errors import ReleaseError

MOST_BYTES = 20_000_000_000
"""How large a cache may be at the end of a build, if nothing else is said."""
_CHECKSUM = hashlib.sha256().digest_size


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of entries.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     cache = Cache(Path(folder))
    ...     cache.put("map", "ab12", b"what it maps to")
    ...     cache.get("map", "ab12"), cache.get("map", "cd34")
    (b'what it maps to', None)
    """

    folder: Path
    damaged: list[str] = field(default_factory=list)
    """Keys of entries that were found damaged, and removed."""

    def get(self, kind: str, key: str) -> bytes | None:
        """The content of an entry; None where there is none, or a damaged one, which is removed."""
        path = self._path(kind, key)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unusable(self.folder, error) from error
        if hashlib.sha256(content[_CHECKSUM:]).digest() != content[:_CHECKSUM]:
            self.damaged.append(key)
            path.unlink(missing_ok=True)
            return None
        return content[_CHECKSUM:]

    def has(self, kind: str, key: str) -> bool:
        """Whether there is an entry, damaged or not; it is used now, so it is among the last to be given up."""
        try:
            os.utime(self._path(kind, key))
        except OSError:
            return False
        return True

    def put(self, kind: str, key: str, content: bytes) -> None:
        """Keep an entry. Raises ReleaseError when it cannot be written."""
        path = self._path(kind, key)
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(hashlib.sha256(content).digest() + content)
            fresh.replace(path)
        except OSError as error:
            fresh.unlink(missing_ok=True)
            raise _unusable(self.folder, error) from error

    def prune(self, most: int = MOST_BYTES) -> int:
        """Give up the entries that were not used for the longest time until the rest is small enough.

        Returns how many were given up.
        """
        entries = []
        for path in self.folder.glob("*/*"):
            state = path.stat()
            entries.append((state.st_mtime, state.st_size, path))
        size, gone = sum(size for _, size, _ in entries), 0
        for _, bytes_, path in sorted(entries):
            if size <= most:
                break
            path.unlink(missing_ok=True)
            size, gone = size - bytes_, gone + 1
        return gone

    def _path(self, kind: str, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.{kind}"


@contextmanager
def opened(folder: Path, *, keep: bool) -> Iterator[Cache]:
    """A cache in a folder, which only its owner may read since it holds texts; without `keep` it ends with its use.

    Raises ReleaseError when the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise _unusable(folder, error) from error
    try:
        yield Cache(folder)
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


def key_of(*parts: str) -> str:
    """The key of what depends on these parts, and on nothing else.

    >>> key_of("a", "bc") == key_of("ab", "c")
    False
    """
    told = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def _unusable(folder: Path, error: OSError) -> ReleaseError:
    return ReleaseError(
        f"The cache in {folder} cannot be used: {error.strerror or error}. The current release stays. Make room, "
        "name another folder with --cache, or remove it: it can be made again."
    )
