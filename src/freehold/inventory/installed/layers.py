"""The layers of an image as one tree, merged in memory: later files over earlier ones, whiteouts applied.

Format: https://github.com/opencontainers/image-spec/blob/main/layer.md. Only files that a reader is for are kept, within
a bound on their number and bytes; of all others just the name is looked at. A name that climbs out of the image, and
a device, pipe or sparse file, is passed over and counted.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from typing import BinaryIO, Final

import msgspec

from freehold.inventory.installed.go_binary import ELF, PROGRAM_BYTES, build_information
from freehold.inventory.installed.streams import ByteSource
from freehold.inventory.installed.tar import Member, MemberKind, TarReader
from freehold.inventory.installed.trees import LINK_STEPS, TreeLimits
from freehold.inventory.installed.wanted import bytes_wanted
from freehold.inventory.reader import UnreadableError
from freehold.system.files import Entry, EntryKind

WHITEOUT: Final = ".wh."
OPAQUE: Final = ".wh..wh..opq"
_LEVELS: Final = 128


class LayerLimits(msgspec.Struct, frozen=True):
    """What is too much: members of one image's layers, names and bytes kept of them, bytes of a program looked into."""

    members: int = 2_000_000
    kept_names: int = 1_000_000
    kept_bytes: int = 256 << 20
    program_bytes: int = 128 << 20


class _Node:
    """A folder, a link, or a kept file. ``is_stated``: the layer lists the folder itself, not only things in it."""

    __slots__ = ("data", "inner", "is_stated", "kind", "target")

    def __init__(self, kind: EntryKind, data: bytes = b"", target: str = "", *, is_stated: bool = False) -> None:
        self.kind = kind
        self.data = data
        self.target = target
        self.is_stated = is_stated
        self.inner: dict[str, _Node] = {}


class LayeredTree:
    """What an image holds, as a tree: layers are added from the lowest up."""

    def __init__(self, limits: LayerLimits | None = None, file_limits: TreeLimits | None = None) -> None:
        self._limits = limits or LayerLimits()
        self._file_limits = file_limits or TreeLimits()
        self._top = _Node(EntryKind.FOLDER, is_stated=True)
        self._members = 0
        self._names = 0
        self._bytes = 0
        self.passed: Counter[str] = Counter()
        """What was passed over, by reason."""

    def add_layer(self, source: ByteSource) -> None:
        """Read a layer's archive and lay it over what is there. Raises ``UnreadableError`` if it cannot be read whole."""
        layer = _Node(EntryKind.FOLDER, is_stated=True)
        hidden: list[list[str]] = []
        reader = TarReader(source, self._limits.members - self._members)
        for member in reader:
            self._members += 1
            parts = _parts(member.name)
            if parts is None:
                self.passed["names that climb out of the image, or are no names"] += 1
            elif parts and parts[-1].startswith(WHITEOUT):
                hidden.append(parts)
            elif parts and not self._add(layer, parts, member, reader) and _found(self._top, parts) is not None:
                hidden.append([*parts[:-1], WHITEOUT + parts[-1]])
        for parts in hidden:
            self._hide(parts)
        self._merge(layer)

    def entries(self, folder: str = "") -> list[Entry]:
        """Return what a folder holds, in order of name."""
        node = self._at(folder)
        if node.kind is not EntryKind.FOLDER:
            raise NotADirectoryError(folder)
        return sorted(Entry(name, inner.kind) for name, inner in node.inner.items())

    def open(self, file: str) -> BinaryIO:
        """Open a kept file."""
        node = self._at(file)
        if node.kind is not EntryKind.FILE:
            raise OSError(f"not a regular file: {file}")
        return io.BytesIO(node.data)

    def link_text(self, link: str) -> str:
        """Return the path that a link holds."""
        node = self._at(link)
        if node.kind is not EntryKind.LINK:
            raise OSError(f"not a link: {link}")
        return node.target

    def _add(self, layer: _Node, parts: list[str], member: Member, reader: TarReader) -> bool:
        """Add a member to a layer, in the place of an earlier one of its name; tell whether anything of it is kept."""
        node = self._node(layer, parts, member, reader)
        folder = layer
        for part in parts[:-1]:
            inner = folder.inner.get(part)
            if inner is None or inner.kind is not EntryKind.FOLDER:
                if node is None:
                    return False
                inner = folder.inner[part] = self._counted(_Node(EntryKind.FOLDER))
            folder = inner
        held = folder.inner.get(parts[-1])
        if node is None:
            folder.inner.pop(parts[-1], None)
        elif held is not None and held.kind is node.kind is EntryKind.FOLDER:
            held.is_stated = True
        else:
            folder.inner[parts[-1]] = self._counted(node)
        return node is not None

    def _node(self, layer: _Node, parts: list[str], member: Member, reader: TarReader) -> _Node | None:
        """Return what is kept of a member; None for a file that no reader is for."""
        match member.kind:
            case MemberKind.FOLDER:
                return _Node(EntryKind.FOLDER, is_stated=True)
            case MemberKind.LINK:
                return _Node(EntryKind.LINK, target=member.target)
            case MemberKind.FILE:
                return self._file("/".join(parts), member, reader)
            case MemberKind.HARD_LINK:
                return self._same_file(layer, "/".join(parts), member)
        if bytes_wanted("/".join(parts), self._file_limits):
            self.passed["sparse files, devices and pipes in the place of package data"] += 1
        return None

    def _file(self, path: str, member: Member, reader: TarReader) -> _Node | None:
        limit = bytes_wanted(path, self._file_limits)
        if not limit:
            return self._program(member, reader)
        if member.size > limit:
            self.passed[f"files with package data of more than {limit:,} bytes"] += 1
            return None
        self._keep(member.size)
        data = reader.content(limit)
        return None if data is None else _Node(EntryKind.FILE, data)

    def _program(self, member: Member, reader: TarReader) -> _Node | None:
        """Return the part of a program that names the modules it was built from; None if there is none."""
        if not member.is_executable or not PROGRAM_BYTES <= member.size <= self._limits.program_bytes:
            return None
        data = reader.content(member.size) or b""
        part = build_information(data) if data.startswith(ELF) else b""
        self._keep(len(part))
        return _Node(EntryKind.FILE, part) if part else None

    def _keep(self, size: int) -> None:
        self._bytes += size
        if self._bytes > self._limits.kept_bytes:
            most = f"more than {self._limits.kept_bytes:,} bytes of package data"
            raise UnreadableError(most, remedy="check where the image comes from")

    def _same_file(self, layer: _Node, path: str, member: Member) -> _Node | None:
        """Return the kept file that a hard link names, in this layer or below; one outside the image does not exist."""
        if not bytes_wanted(path, self._file_limits):
            return None
        target = _parts(member.target)
        for top in (layer, self._top):
            found = _found(top, target or [])
            if found is not None and found.kind is EntryKind.FILE:
                return _Node(EntryKind.FILE, found.data)
        self.passed["hard links to files that are not in the image, or not kept"] += 1
        return None

    def _hide(self, parts: list[str]) -> None:
        """Apply a whiteout to what lies below."""
        folder = self._through_links(parts[:-1])
        if folder is None:
            return
        if parts[-1] == OPAQUE:
            folder.inner.clear()
        else:
            folder.inner.pop(parts[-1].removeprefix(WHITEOUT), None)

    def _merge(self, layer: _Node) -> None:
        """Lay a layer over what is there: a folder that it only passes through may be a link below."""
        waiting: list[tuple[_Node, _Node, tuple[str, ...]]] = [(self._top, layer, ())]
        while waiting:
            low, high, path = waiting.pop()
            for name, node in high.inner.items():
                held = low.inner.get(name)
                if held is not None and held.kind is EntryKind.LINK and node.kind is EntryKind.FOLDER:
                    held = None if node.is_stated else self._through_links([*path, name])
                if node.kind is EntryKind.FOLDER and held is not None and held.kind is EntryKind.FOLDER:
                    waiting.append((held, node, (*path, name)))
                else:
                    low.inner[name] = node

    def _through_links(self, parts: Sequence[str]) -> _Node | None:
        """Return the folder that a path leads to, links followed inside the image; None if it leads to none."""
        waiting = list(reversed(parts))
        done: list[_Node] = [self._top]
        steps = 0
        while waiting:
            part = waiting.pop()
            if part in ("", "."):
                continue
            if part == "..":
                done = done[:-1] or [self._top]
                continue
            node = done[-1].inner.get(part)
            if node is not None and node.kind is EntryKind.LINK:
                steps += 1
                if steps > LINK_STEPS:
                    return None
                done = [self._top] if node.target.startswith("/") else done
                waiting += reversed(node.target.split("/"))
            elif node is None or node.kind is not EntryKind.FOLDER:
                return None
            else:
                done.append(node)
        return done[-1]

    def _at(self, path: str) -> _Node:
        """Return what a path itself stands for. Raises ``OSError``."""
        node = _found(self._top, [part for part in path.split("/") if part])
        if node is None:
            raise FileNotFoundError(path)
        return node

    def _counted(self, node: _Node) -> _Node:
        self._names += 1
        if self._names > self._limits.kept_names:
            raise UnreadableError(
                f"more than {self._limits.kept_names:,} folders, links and package files", remedy="check its origin"
            )
        return node


def _parts(name: str) -> list[str] | None:
    """Return a member's name as steps from the top of the image; None for one that climbs, or is no name."""
    if "\0" in name or name.count("/") > _LEVELS:
        return None
    parts = [part for part in name.split("/") if part not in ("", ".")]
    return None if ".." in parts else parts


def _found(top: _Node, parts: Sequence[str]) -> _Node | None:
    """Return what lies under a path, links not followed."""
    node: _Node | None = top
    for part in parts:
        if node is None or node.kind is not EntryKind.FOLDER:
            return None
        node = node.inner.get(part)
    return node
