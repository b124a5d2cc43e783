"""Tar archives read forward: members with their kinds, names and links, and the content of those that are wanted.

Formats: POSIX.1-2017 pax and ustar (https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html), and GNU's long
names, base-256 numbers and sparse files (https://www.gnu.org/software/tar/manual/html_node/Standard.html). Our own, since
a stream must be passed over without holding it and no size in a header may be believed: memory is bounded whatever the
archive says. Owners and times are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

import msgspec

from freehold.inventory.installed.streams import ByteSource
from freehold.inventory.reader import UnreadableError

BLOCK: Final = 512
LONGEST_NAME_BYTES: Final = 1 << 16
LONGEST_PAX_BYTES: Final = 1 << 20
_MOST_SPARSE_BLOCKS: Final = 4096
_REMEDY: Final = "get the archive again"


class TooManyMembersError(UnreadableError):
    """An archive with more members than the reader was told to bear."""


class MemberKind(StrEnum):
    """What a member is. A sparse file counts as one whose content is not read; devices and pipes are ``other``."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    HARD_LINK = "hard-link"
    SPARSE = "sparse"
    OTHER = "other"


_KINDS: Final = {
    b"0": MemberKind.FILE,
    b"\0": MemberKind.FILE,
    b"7": MemberKind.FILE,
    b"1": MemberKind.HARD_LINK,
    b"2": MemberKind.LINK,
    b"5": MemberKind.FOLDER,
    b"S": MemberKind.SPARSE,
}


class Member(msgspec.Struct, frozen=True):
    """One member as the archive writes it: name and link target unchecked, size in bytes as stored, offset of content.

    ``is_executable``: somebody may run it.
    """

    name: str
    kind: MemberKind
    size: int
    target: str
    offset: int
    is_executable: bool = False


class TarReader:
    """Iterates over the members of an archive; ``content`` is that of the member given last, if asked for at once."""

    def __init__(self, source: ByteSource, most_members: int) -> None:
        self._source = source
        self._most = most_members
        self._offset = 0
        self._left = 0
        self._pax: dict[str, str] = {}
        self._shared: dict[str, str] = {}

    def __iter__(self) -> Iterator[Member]:
        """Yield each member. Raises ``UnreadableError`` for a broken or truncated archive, or one with too many."""
        count = 0
        while (header := self._header()) is not None:
            count += 1
            if count > self._most:
                raise TooManyMembersError(f"more than {self._most:,} members in one archive", remedy="check its origin")
            member = self._member(header)
            if member is not None:
                yield member
            self._pass(self._left)

    def content(self, limit_bytes: int) -> bytes | None:
        """Return the content of the current member; None if it is longer than the limit."""
        size = self._size
        if size > limit_bytes or self._left < size:
            return None
        data = self._taken(size)
        self._left -= size
        return data

    def _header(self) -> bytes | None:
        """Return the next header block; None at the end of the archive."""
        header = self._source.read(BLOCK)
        self._offset += len(header)
        if not header or not header.strip(b"\0"):
            return None
        if len(header) < BLOCK:
            raise UnreadableError("a truncated tar archive: it ends within a header", remedy=_REMEDY)
        stated = _number(header[148:156])
        if stated != sum(header[:148]) + sum(header[156:]) + 256:
            raise UnreadableError("a broken tar archive: a header's checksum is wrong", remedy=_REMEDY)
        return header

    def _member(self, header: bytes) -> Member | None:
        """Return what a header begins; None for one that only says something about the next member."""
        kind = header[156:157]
        self._size = max(0, _number(header[124:136]))
        self._left = _padded(self._size)
        if kind in b"xgLK":
            self._remember(kind, self._size)
            return None
        said, self._pax = self._shared | self._pax, {}
        if "size" in said:
            self._size = _decimal(said["size"])
            self._left = _padded(self._size)
        if kind == b"S":
            self._pass_sparse(header)
        found = _KINDS.get(kind, MemberKind.OTHER)
        if any(key.startswith("GNU.sparse.") for key in said):
            found = MemberKind.SPARSE
        if found in {MemberKind.HARD_LINK, MemberKind.LINK, MemberKind.FOLDER} and "size" not in said:
            self._size = self._left = 0
        name = said.get("path") or said.get("GNU.sparse.name") or _name(header)
        if found is MemberKind.FILE and name.endswith("/"):
            found = MemberKind.FOLDER
        target = said.get("linkpath") or _text(header[157:257])
        return Member(name, found, self._size, target, self._offset, bool(_number(header[100:108]) & 0o111))

    def _remember(self, kind: bytes, size: int) -> None:
        """Keep what a header says about the next member, or with ``g`` about all that follow."""
        limit = LONGEST_PAX_BYTES if kind in b"xg" else LONGEST_NAME_BYTES
        if size > limit:
            raise UnreadableError(f"a tar header of {size:,} bytes about one name", remedy="check its origin")
        data = self._taken(size)
        self._left -= size
        if kind == b"L":
            self._pax["path"] = _text(data)
        elif kind == b"K":
            self._pax["linkpath"] = _text(data)
        elif kind == b"x":
            self._pax |= _records(data)
        else:
            self._shared |= _records(data)

    def _pass_sparse(self, header: bytes) -> None:
        """Pass over the blocks that go on describing an old GNU sparse file."""
        goes_on = header[482]
        for _ in range(_MOST_SPARSE_BLOCKS):
            if not goes_on:
                return
            goes_on = self._taken(BLOCK)[504]
        raise UnreadableError("a sparse file of too many parts", remedy="check its origin")

    def _taken(self, size: int) -> bytes:
        data = self._source.read(size)
        self._offset += len(data)
        if len(data) < size:
            raise UnreadableError("a truncated tar archive: it ends within a member", remedy=_REMEDY)
        return data

    def _pass(self, size: int) -> None:
        """Pass over the rest of a member; that the archive goes on shows in the last byte."""
        if size > 0:
            self._source.skip(size - 1)
            self._offset += size - 1
            self._taken(1)
        self._left = 0


def _padded(size: int) -> int:
    return -(-size // BLOCK) * BLOCK


def _name(header: bytes) -> str:
    prefix = _text(header[345:500]) if header[257:263] == b"ustar\0" else ""
    return "/".join(part for part in (prefix, _text(header[:100])) if part)


def _text(data: bytes) -> str:
    return data.partition(b"\0")[0].decode("utf-8", "surrogateescape")


def _number(field: bytes) -> int:
    """Return a number in octal, or in GNU's base 256. Raises ``UnreadableError`` for anything else."""
    if field[0] in {0x80, 0xFF}:
        value = int.from_bytes(field[1:], "big")
        return value if field[0] == 0x80 else value - (1 << 8 * (len(field) - 1))
    text = field.partition(b"\0")[0].strip()
    try:
        return int(text or b"0", 8)
    except ValueError as error:
        raise UnreadableError("a broken tar archive: a number in a header is none", remedy=_REMEDY) from error


def _decimal(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 20:
        raise UnreadableError("a broken tar archive: a size that is no number", remedy=_REMEDY)
    return int(text)


def _records(data: bytes) -> dict[str, str]:
    """Return the ``LENGTH KEY=VALUE`` records of a pax header."""
    found: dict[str, str] = {}
    at = 0
    while at < len(data):
        space = data.find(b" ", at, at + 20)
        digits = data[at : max(at, space)]
        length = int(digits) if digits.isdigit() else 0
        if length <= len(digits) + 1 or at + length > len(data):
            raise UnreadableError("a broken tar archive: a pax header that cannot be read", remedy=_REMEDY)
        key, mark, value = data[space + 1 : at + length - 1].partition(b"=")
        if mark:
            found[key.decode("utf-8", "replace")] = value.decode("utf-8", "surrogateescape")
        at += length
    return found
