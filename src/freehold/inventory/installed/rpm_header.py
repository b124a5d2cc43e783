"""The header blob of an RPM package, as its database stores it: an index of tags over a store of values.

Format: https://rpm-software-management.github.io/rpm/manual/format_header.html (here without the magic in front). Counts
and offsets are checked before use; a value that lies outside the store makes the header unreadable.
"""

from __future__ import annotations

import struct
from typing import Final

from freehold.inventory.reader import UnreadableError

NAME: Final = 1000
VERSION: Final = 1001
RELEASE: Final = 1002
EPOCH: Final = 1003
VENDOR: Final = 1011
LICENCE: Final = 1014
URL: Final = 1020
ARCHITECTURE: Final = 1022
SOURCE: Final = 1044
PROVIDES: Final = 1047
REQUIRE_FLAGS: Final = 1048
REQUIRES: Final = 1049
FOLDER_INDEXES: Final = 1116
BASE_NAMES: Final = 1117
FOLDER_NAMES: Final = 1118

_INT32: Final = 4
_STRING: Final = 6
_STRINGS: Final = frozenset({8, 9})
_MOST_TAGS: Final = 65_536
_ENTRY: Final = struct.Struct(">IIII")


class RpmHeader:
    """The tags of one package; each access is by expected type, and a tag of another type counts as absent."""

    def __init__(self, blob: bytes) -> None:
        if len(blob) < 8:
            raise UnreadableError("an RPM header of less than 8 bytes")
        count, size = struct.unpack_from(">II", blob)
        begin = 8 + 16 * count
        if count > _MOST_TAGS or begin + size > len(blob):
            raise UnreadableError("an RPM header that is longer than its record")
        self._store = blob[begin : begin + size]
        entries = (_ENTRY.unpack_from(blob, 8 + 16 * number) for number in range(count))
        self._entries = {tag: (kind, offset, items) for tag, kind, offset, items in entries}

    def text(self, tag: int) -> str:
        """Return a string; the first one of a list."""
        return next(iter(self.texts(tag, at_most=1)), "")

    def texts(self, tag: int, at_most: int = 1 << 20) -> list[str]:
        """Return the strings of a tag."""
        kind, offset, items = self._entries.get(tag, (0, 0, 0))
        if kind != _STRING and kind not in _STRINGS:
            return []
        found: list[str] = []
        for _ in range(min(items, at_most)):
            end = self._store.find(b"\0", offset)
            if end < 0:
                raise UnreadableError(f"the string of RPM tag {tag} has no end")
            found.append(self._store[offset:end].decode("utf-8", "replace"))
            offset = end + 1
        return found

    def numbers(self, tag: int) -> list[int]:
        """Return the 32-bit numbers of a tag."""
        kind, offset, items = self._entries.get(tag, (0, 0, 0))
        if kind != _INT32:
            return []
        if offset + 4 * items > len(self._store):
            raise UnreadableError(f"the numbers of RPM tag {tag} lie outside the header")
        return list(struct.unpack_from(f">{items}I", self._store, offset))

    def files(self) -> list[str]:
        """Return the paths of the package's files."""
        folders = self.texts(FOLDER_NAMES)
        numbers = self.numbers(FOLDER_INDEXES)
        names = self.texts(BASE_NAMES)
        return [folders[at] + name for at, name in zip(numbers, names, strict=False) if at < len(folders)]
