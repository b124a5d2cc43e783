"""A content-addressed store of files: written aside under a lock, checked, then renamed to the name of their content.

``blobs/ab/abcdef...`` holds the bytes whose SHA-256 is that name; ``partial/`` what is still on its way. A crash leaves a
partial file to go on from and never half a blob. What the bytes are, and which are wanted, is left to ``vault``. POSIX only.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from freehold.errors import UsageError

SHA256 = re.compile(r"[0-9a-f]{64}")
CHUNK_BYTES = 1 << 20
_READ_ONLY = 0o444
_OPEN = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC


class Partial:
    """A file on its way into the store, locked while it is open; ``size`` bytes of it are there.

    ``waited`` says that another held the lock before: it may have brought the file.
    """

    def __init__(self, path: Path, stream: BinaryIO, *, waited: bool) -> None:
        self.path = path
        self.stream = stream
        self.waited = waited

    @property
    def size(self) -> int:
        """Return the number of bytes that are there."""
        return os.fstat(self.stream.fileno()).st_size

    def append(self, data: bytes) -> None:
        """Write at the end. Raises ``OSError`` where the disk is full; what was written before stays."""
        self.stream.seek(0, os.SEEK_END)
        self.stream.write(data)
        self.stream.flush()

    def empty(self) -> None:
        """Begin anew."""
        self.stream.truncate(0)

    def drop(self) -> None:
        """Throw away what came, under the lock."""
        self.path.unlink(missing_ok=True)


class BlobStore:
    """Files by the SHA-256 of their content beneath ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Return where a blob lies, or would lie. Raises ``ValueError`` for what is no SHA-256 in hexadecimal."""
        if not SHA256.fullmatch(sha256):
            raise ValueError(f"no SHA-256: {sha256[:80]!r}")
        return self.folder / "blobs" / sha256[:2] / sha256

    def size(self, sha256: str) -> int | None:
        """Return the size of a blob in bytes; None where it is not there as a regular file."""
        try:
            status = self.path(sha256).lstat()
        except (OSError, ValueError):
            return None
        return status.st_size if (status.st_mode & 0o170000) == 0o100000 else None

    def open(self, sha256: str) -> BufferedReader:
        """Open a blob for reading, links refused. Raises ``OSError``."""
        return os.fdopen(os.open(self.path(sha256), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb")

    def names(self) -> Iterator[str]:
        """Yield the name of every blob, in order."""
        root = self.folder / "blobs"
        for shelf in sorted(root.iterdir()) if root.is_dir() else ():
            if shelf.is_dir() and not shelf.is_symlink():
                yield from sorted(path.name for path in shelf.iterdir())

    def is_sound(self, sha256: str) -> bool:
        """Tell whether a blob is there and its content has its name. Cost: one reading of the file."""
        if self.size(sha256) is None:
            return False
        with self.open(sha256) as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == sha256

    @contextlib.contextmanager
    def partial(self, key: str) -> Iterator[Partial]:
        """Open the partial file of ``key`` and lock it; another process that wants the same waits here.

        A file that was renamed or removed while we waited is let go and opened anew.
        """
        name = hashlib.sha256(key.encode("utf-8", "backslashreplace")).hexdigest()
        path = self.folder / "partial" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        waited = False
        while True:
            stream = os.fdopen(os.open(path, _OPEN, 0o600), "r+b")
            try:
                waited = _lock(stream) or waited
                if _is(path, stream):
                    yield Partial(path, stream, waited=waited)
                    return
                waited = True
            finally:
                stream.close()

    def keep(self, partial: Partial, sha256: str) -> None:
        """Move a partial file to its place, under the lock. The caller has checked that its content has this name.

        The content is on the disk before it has the name; a power cut may take back the name, never give it to other bytes.
        """
        target = self.path(sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.stream.flush()
        os.fchmod(partial.stream.fileno(), _READ_ONLY)
        os.fsync(partial.stream.fileno())
        partial.path.replace(target)

    def partials(self) -> list[Path]:
        """Return the files still on their way, those in use by another process included."""
        folder = self.folder / "partial"
        return sorted(folder.iterdir()) if folder.is_dir() else []

    def remove(self, sha256: str) -> None:
        """Remove a blob if it is there."""
        self.path(sha256).unlink(missing_ok=True)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on the file ``path``, made if need be; processes wait for each other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, _OPEN, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def append_line(path: Path, line: bytes) -> None:
    """Append one line to a file, whole or not at all. Raises ``OSError``.

    A line that an earlier crash tore off is ended first, so that it spoils no other. The caller holds a lock.
    """
    handle = os.open(path, _OPEN | os.O_APPEND, 0o644)
    try:
        end = os.fstat(handle).st_size
        torn = end > 0 and os.pread(handle, 1, end - 1) != b"\n"
        data = (b"\n" if torn else b"") + line + b"\n"
        try:
            if os.write(handle, data) != len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError:
            os.ftruncate(handle, end)
            raise
    finally:
        os.close(handle)


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def not_written(error: OSError, where: Path) -> UsageError:
    """Return the error for a store that cannot be written to."""
    return UsageError(
        f"cannot be written: {error.strerror or error}",
        where=str(where),
        remedy="make room or choose another --vault; then give the same command: it goes on where it stopped",
    )


def _lock(stream: BinaryIO) -> bool:
    """Lock an open file, and tell whether somebody else held it."""
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        fcntl.flock(stream, fcntl.LOCK_EX)
        return True
    return False


def _is(path: Path, stream: BinaryIO) -> bool:
    """Tell whether a path still names an open file."""
    try:
        named = path.lstat()
    except OSError:
        return False
    ours = os.fstat(stream.fileno())
    return (named.st_dev, named.st_ino) == (ours.st_dev, ours.st_ino)
