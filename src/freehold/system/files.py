"""Files: reading beneath a root without ever leaving it, and writing aside, then renaming.

Every step from the root to a file is opened by itself with links refused, so a link in the tree, or one put there while
we look, leads nowhere. Which files are of interest is left to ``inventory``. POSIX only.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import msgspec

from freehold.errors import UsageError

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class EntryKind(StrEnum):
    """What a name in a folder stands for."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    OTHER = "other"


class Entry(msgspec.Struct, frozen=True, order=True):
    """One name in a folder."""

    name: str
    kind: EntryKind


class RootedFolder:
    """A folder that is read from and never left. Use it as a context manager; paths are relative, with ``/``."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._handle = -1

    def __enter__(self) -> RootedFolder:
        self._handle = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._handle)
        self._handle = -1

    def entries(self, folder: str = "") -> list[Entry]:
        """Return what a folder holds, in order of name. Raises ``OSError``; names that are no Unicode are escaped."""
        with self._opened(_parts(folder)) as handle, os.scandir(handle) as found:
            return sorted(Entry(one.name, _kind(one)) for one in found)

    def open(self, file: str) -> BinaryIO:
        """Open a regular file. Raises ``OSError`` where a link is in the way or the name is a device or a pipe."""
        *folders, name = _parts(file)
        with self._opened(folders) as handle:
            number = os.open(name, _FILE, dir_fd=handle)
        if not stat.S_ISREG(os.fstat(number).st_mode):
            os.close(number)
            raise OSError(f"not a regular file: {name}")
        return os.fdopen(number, "rb")

    def link_leaves(self, link: str) -> bool:
        """Tell whether a link points out of the root, or nowhere. Only its path is looked at."""
        root = os.path.realpath(self._root)
        target = os.path.realpath(os.path.join(root, link))  # noqa: PTH118 - realpath of bytes-safe names
        return not os.path.lexists(target) or os.path.commonpath([root, target]) != root

    def link_text(self, link: str) -> str:
        """Return the path that a link holds, unread and unfollowed. Raises ``OSError`` if it is no link."""
        *folders, name = _parts(link)
        with self._opened(folders) as handle:
            return os.readlink(name, dir_fd=handle)

    @contextlib.contextmanager
    def _opened(self, parts: list[str]) -> Iterator[int]:
        """Open a folder step by step, refusing links."""
        handle = os.dup(self._handle)
        try:
            for part in parts:
                inner = os.open(part, _FOLDER, dir_fd=handle)
                os.close(handle)
                handle = inner
            yield handle
        finally:
            os.close(handle)


def read_at_most(stream: BinaryIO, limit_bytes: int) -> bytes | None:
    """Return the rest of a stream, or None if it is longer than the limit."""
    data = stream.read(limit_bytes + 1)
    return None if len(data) > limit_bytes else data


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all: beside it first, then renamed over it. Raises ``UsageError``.

    A link is followed to the file it names; a device or pipe is written to directly.
    """
    target = Path(os.path.realpath(path))
    try:
        if target.exists() and not target.is_file():
            target.write_text(text, "utf-8")
            return
    except OSError as error:
        raise _not_written(error, path) from error
    with written_aside(path) as stream:
        stream.write(text.encode())


@contextlib.contextmanager
def written_aside(path: Path) -> Iterator[BinaryIO]:
    """Open a file beside ``path`` that takes its place when the block ends well, and goes otherwise. Raises ``UsageError``."""
    target = Path(os.path.realpath(path))
    aside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        try:
            with aside.open("xb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            aside.replace(target)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as error:
        raise _not_written(error, path) from error


def _not_written(error: OSError, path: Path) -> UsageError:
    reason = f"cannot be written: {error.strerror or error}"
    return UsageError(reason, where=str(path), remedy="choose another output file, or - for stdout")


def _parts(path: str) -> list[str]:
    """Split a relative path, refusing to climb."""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise OSError(f"path climbs out of its root: {path}")
    return parts


def _kind(entry: os.DirEntry[str]) -> EntryKind:
    if entry.is_symlink():
        return EntryKind.LINK
    if entry.is_dir(follow_symlinks=False):
        return EntryKind.FOLDER
    return EntryKind.FILE if entry.is_file(follow_symlinks=False) else EntryKind.OTHER
