"""A tree of installed files, whether it is a folder on disk or the layers of an image, and reading from it within limits.

Links in a tree are followed inside the tree only, as a process that has the tree as its root would follow them; no file
outside is ever opened. What the files mean is left to the readers.
"""

from __future__ import annotations

from typing import BinaryIO, Final, Protocol

import msgspec

from freehold.inventory.notes import printable
from freehold.inventory.reader import Document
from freehold.inventory.walking import join_label
from freehold.model.component import Origin, Skip
from freehold.system.files import Entry, EntryKind, read_at_most

LINK_STEPS: Final = 40
"""How many links one path may lead over: Linux' own limit."""


class TreeLimits(msgspec.Struct, frozen=True):
    """What is too much: bytes of a file, a package list, a database, a Java archive; names; levels; packages of a place."""

    file_bytes: int = 16 << 20
    list_bytes: int = 64 << 20
    database_bytes: int = 256 << 20
    archive_bytes: int = 128 << 20
    names: int = 3_000_000
    levels: int = 64
    packages: int = 200_000


class Tree(Protocol):
    """Files under a root. Paths are relative, with ``/``; each method raises ``OSError`` for what is not there."""

    def entries(self, folder: str = "") -> list[Entry]:
        """Return what a folder holds, in order of name."""
        ...

    def open(self, file: str) -> BinaryIO:
        """Open a regular file; a link on the way is an error."""
        ...

    def link_text(self, link: str) -> str:
        """Return the path that a link holds."""
        ...


class TreeView:
    """One tree as readers see it: a file or names by path, links followed inside, and what could not be read."""

    def __init__(self, tree: Tree, label: str = "", limits: TreeLimits | None = None) -> None:
        self._tree = tree
        self._label = label
        self.limits = limits or TreeLimits()
        self.skips: list[Skip] = []
        self._kinds: dict[str, dict[str, EntryKind]] = {}

    def shown(self, path: str) -> str:
        """Return a path as origins show it."""
        return printable(join_label(self._label, path))

    def origin(self, path: str, line: int = 0, pointer: str = "") -> Origin:
        """Return a place in the tree."""
        return Origin(self.shown(path), line, pointer)

    def entries(self, folder: str = "") -> list[Entry]:
        """Return what a folder holds, in order of name; nothing if it is not there or cannot be read."""
        try:
            return self._tree.entries(folder)
        except OSError:
            return []

    def folders(self, folder: str) -> list[str]:
        """Return the names of the folders in a folder, in order; links are left out."""
        return [entry.name for entry in self.entries(folder) if entry.kind is EntryKind.FOLDER]

    def kind(self, path: str) -> EntryKind | None:
        """Return what a path itself stands for, None if it is not there."""
        folder, _, name = path.rpartition("/")
        if folder not in self._kinds:
            if len(self._kinds) > 256:
                self._kinds.clear()
            self._kinds[folder] = {entry.name: entry.kind for entry in self.entries(folder)}
        return self._kinds[folder].get(name)

    def followed(self, path: str) -> str | None:
        """Return the path without links on it; None if it leads nowhere, or round in a circle.

        An absolute link begins at the tree's own root, and ``..`` goes no higher than that.
        """
        waiting = [part for part in path.split("/") if part][::-1]
        done: list[str] = []
        steps = 0
        while waiting:
            part = waiting.pop()
            if part in (".", ".."):
                del done[len(done) - (part == "..") :]
                continue
            here = "/".join((*done, part))
            kind = self.kind(here)
            if kind is not EntryKind.LINK:
                if kind is None:
                    return None
                done.append(part)
                continue
            steps += 1
            text = self._link_text(here)
            if steps > LINK_STEPS or not text:
                return None
            if text.startswith("/"):
                done.clear()
            waiting += [one for one in text.split("/") if one][::-1]
        return "/".join(done)

    def is_file(self, path: str) -> bool:
        """Tell whether a path leads to a regular file of the tree."""
        found = self.followed(path)
        return found is not None and self.kind(found) is EntryKind.FILE

    def is_folder(self, path: str) -> bool:
        """Tell whether a path leads to a folder of the tree."""
        found = self.followed(path)
        return found == "" or (found is not None and self.kind(found) is EntryKind.FOLDER)

    def read(self, path: str, limit_bytes: int = 0) -> bytes | None:
        """Return a file's bytes, links followed; None if it is not there. What cannot be read is a counted skip."""
        found = self.followed(path)
        if found is None or self.kind(found) is not EntryKind.FILE:
            return None
        limit = limit_bytes or self.limits.file_bytes
        try:
            with self._tree.open(found) as stream:
                data = read_at_most(stream, limit)
        except OSError as error:
            self.skip(path, f"the file cannot be opened: {error.strerror or error}")
            return None
        if data is None:
            self.skip(path, f"larger than {limit:,} bytes", "check where it comes from")
        return data

    def stream(self, path: str) -> BinaryIO | None:
        """Open a regular file that no link leads to; None if that cannot be done."""
        try:
            return self._tree.open(path)
        except OSError:
            return None

    def document(self, path: str, limit_bytes: int = 0) -> Document | None:
        """Return a file as a document under its name as shown; None if it is not there or cannot be read."""
        data = self.read(path, limit_bytes)
        return None if data is None else Document(self.shown(path), data)

    def text(self, path: str, limit_bytes: int = 0) -> str:
        """Return a file's text, bytes that are no UTF-8 replaced; empty if it is not there."""
        return (self.read(path, limit_bytes) or b"").decode("utf-8", "replace")

    def skip(self, path: str, reason: str, remedy: str = "") -> None:
        """Count something as skipped."""
        self.skips.append(Skip(self.origin(path), printable(reason), remedy))

    def _link_text(self, link: str) -> str:
        try:
            return self._tree.link_text(link)
        except OSError:
            return ""
