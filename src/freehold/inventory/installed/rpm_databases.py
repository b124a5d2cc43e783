"""RPM's database files: sqlite, ndb and Berkeley DB's hash form, each read for the header blobs in it and nothing else.

Formats: the ``Packages`` table of https://github.com/rpm-software-management/rpm (lib/backend/sqlite.c), its ndb backend
(lib/backend/ndb/rpmpkg.c), and Berkeley DB's page layout (dbinc/db_page.h). sqlite's file is opened in memory, with a
bound on the work it may cause, so that a view or trigger in it can do nothing.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator
from typing import Final

from freehold.inventory.reader import UnreadableError

REMEDY: Final = "check with: rpm --dbpath FOLDER -qa"
_SQLITE: Final = b"SQLite format 3\0"
_NDB: Final = b"RpmP"
_HASH_MAGIC: Final = 0x061561
_STEPS: Final = 100_000_000
_PAGE_HEADER: Final = 26


def header_blobs(data: bytes) -> Iterator[bytes]:
    """Yield the header blobs of a database. Raises ``UnreadableError`` for a broken or unknown one."""
    try:
        if data.startswith(_SQLITE):
            yield from _sqlite(data)
        elif data.startswith(_NDB):
            yield from _ndb(data)
        elif len(data) >= 512 and _HASH_MAGIC in (_number(data, 12, "<"), _number(data, 12, ">")):
            yield from _berkeley(data, "<" if _number(data, 12, "<") == _HASH_MAGIC else ">")
        else:
            raise UnreadableError("no RPM database that is known (sqlite, ndb, Berkeley DB hash)", remedy=REMEDY)
    except struct.error as error:
        raise UnreadableError("a broken RPM database: it ends too early", remedy=REMEDY) from error


def _number(data: bytes, at: int, order: str = "<") -> int:
    return int(struct.unpack_from(f"{order}I", data, at)[0])


def _sqlite(data: bytes) -> Iterator[bytes]:
    """Read the table ``Packages``; a file in write-ahead mode is read without what its ``-wal`` file may add."""
    page_bytes, pages = struct.unpack_from(">H", data, 16)[0], _number(data, 28, ">")
    if data[24:28] == data[92:96] and pages * (65_536 if page_bytes == 1 else page_bytes) > len(data):
        raise UnreadableError("a truncated sqlite database", remedy=REMEDY)
    plain = bytearray(data)
    plain[18:20] = b"\x01\x01"
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(bytes(plain))
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA query_only = ON")
        connection.set_progress_handler(lambda: 1, _STEPS)
        kinds = connection.execute("SELECT type FROM sqlite_master WHERE name = 'Packages'").fetchall()
        if kinds != [("table",)]:
            raise UnreadableError("an sqlite file without RPM's table of packages", remedy=REMEDY)
        for (blob,) in connection.execute("SELECT blob FROM Packages ORDER BY hnum"):
            if isinstance(blob, bytes):
                yield blob
    except sqlite3.Error as error:
        raise UnreadableError(f"a broken sqlite database: {error}", remedy=REMEDY) from error
    finally:
        connection.close()


def _ndb(data: bytes) -> Iterator[bytes]:
    """Read the slots of the first pages; each points to a blob of 16-byte blocks with a header of its own."""
    version, pages = _number(data, 4), _number(data, 12)
    if version != 0 or pages * 4096 > len(data):
        raise UnreadableError("an ndb database of a version that is not known", remedy=REMEDY)
    for at in range(32, pages * 4096, 16):
        magic, number, offset, blocks = struct.unpack_from("<4sIII", data, at)
        if magic != b"Slot":
            raise UnreadableError("a broken ndb database: a slot without its mark", remedy=REMEDY)
        if number == 0 or blocks == 0:
            continue
        blob_magic, blob_number, _, length = struct.unpack_from("<4sIII", data, offset * 16)
        end = offset * 16 + 16 + length
        if blob_magic != b"BlbS" or blob_number != number or end > len(data):
            raise UnreadableError("a broken ndb database: a slot that points to no package", remedy=REMEDY)
        yield data[offset * 16 + 16 : end]


def _berkeley(data: bytes, order: str) -> Iterator[bytes]:
    """Read every page of pairs; a package is the second of a pair and lies on pages of its own."""
    size = _number(data, 20, order)
    if size < 512 or size > 65_536 or data[24]:
        raise UnreadableError("an encrypted Berkeley DB, or one with impossible pages", remedy=REMEDY)
    for start in range(size, len(data) - size + 1, size):
        page = data[start : start + size]
        if page[25] not in {2, 13}:
            continue
        entries = struct.unpack_from(f"{order}H", page, 20)[0]
        offsets = struct.unpack_from(f"{order}{entries}H", page, _PAGE_HEADER)
        for at in offsets[1::2]:
            if at + 12 <= size and page[at] == 3:
                first, length = struct.unpack_from(f"{order}II", page, at + 4)
                yield _overflow(data, size, first, length, order)


def _overflow(data: bytes, size: int, first: int, length: int, order: str) -> bytes:
    """Return the value that a chain of overflow pages holds; a chain cannot be longer than the file."""
    parts: list[bytes] = []
    left, number = length, first
    for _ in range(len(data) // size):
        page = data[number * size : number * size + size]
        if number == 0 or len(page) < size or page[25] != 7 or left <= 0:
            break
        used = struct.unpack_from(f"{order}H", page, 22)[0]
        parts.append(page[_PAGE_HEADER : _PAGE_HEADER + min(used, left)])
        left -= len(parts[-1])
        number = _number(page, 16, order)
    if left:
        raise UnreadableError("a broken Berkeley DB: a package's pages are not all there", remedy=REMEDY)
    return b"".join(parts)
