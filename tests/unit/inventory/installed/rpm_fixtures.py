"""RPM headers and databases in each of the three forms, made by hand as the formats describe them."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Sequence

_STRING, _STRINGS, _INT32 = 6, 8, 4


def header(
    name: str,
    requires: Sequence[str] = (),
    provides: Sequence[str] = (),
    files: Sequence[str] = (),
    epoch: int | None = None,
) -> bytes:
    """Return the header blob of a package."""
    folders = sorted({file.rpartition("/")[0] + "/" for file in files})
    texts: list[tuple[int, int, object]] = [
        (1000, _STRING, [name]),
        (1001, _STRING, ["1.2"]),
        (1002, _STRING, ["3"]),
        (1003, _INT32, [] if epoch is None else [epoch]),
        (1011, _STRING, ["Example Project"]),
        (1014, _STRING, ["MIT AND GPL-2.0-or-later"]),
        (1015, _STRING, ["Ada Person <ada@person.example>"]),
        (1020, _STRING, ["https://upstream.example/"]),
        (1022, _STRING, ["x86_64"]),
        (1044, _STRING, [f"{name}-1.2-3.src.rpm"]),
        (1047, _STRINGS, list(provides)),
        (1049, _STRINGS, list(requires)),
        (1116, _INT32, [folders.index(file.rpartition("/")[0] + "/") for file in files]),
        (1117, _STRINGS, [file.rpartition("/")[2] for file in files]),
        (1118, _STRINGS, folders),
    ]
    index, store = b"", b""
    count = 0
    for tag, kind, values in texts:
        assert isinstance(values, list)
        if not values:
            continue
        store += bytes(-len(store) % 4) if kind == _INT32 else b""
        index += struct.pack(">IIII", tag, kind, len(store), len(values))
        store += b"".join(struct.pack(">I", v) if isinstance(v, int) else v.encode() + b"\0" for v in values)
        count += 1
    return struct.pack(">II", count, len(store)) + index + store


def sqlite(
    headers: Sequence[bytes], schema: str = "CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB)"
) -> bytes:
    """Return an sqlite database."""
    connection = sqlite3.connect(":memory:")
    connection.execute(schema)
    if headers:
        connection.executemany("INSERT INTO Packages (blob) VALUES (?)", [(one,) for one in headers])
    connection.commit()
    data = connection.serialize()
    connection.close()
    return data


def ndb(headers: Sequence[bytes]) -> bytes:
    """Return an ndb database of one page of slots."""
    blobs, slots, block = b"", b"", 4096 // 16
    for number, one in enumerate(headers, 1):
        blob = struct.pack("<4sIII", b"BlbS", number, 1, len(one)) + one
        blob += bytes(-len(blob) % 16)
        slots += struct.pack("<4sIII", b"Slot", number, block, len(blob) // 16)
        blobs += blob
        block += len(blob) // 16
    free = struct.pack("<4sIII", b"Slot", 0, 0, 0)
    slots += free * ((4096 - 32 - len(slots)) // 16)
    return struct.pack("<4sIIII", b"RpmP", 0, 1, 1, len(headers) + 1).ljust(32, b"\0") + slots + blobs


def berkeley(headers: Sequence[bytes], order: str, size: int = 4096) -> bytes:
    """Return a Berkeley DB hash database: its first page, one page of pairs, and a chain of pages a header."""

    def page(number: int, kind: int, following: int, entries: int, used: int, body: bytes) -> bytes:
        head = struct.pack(f"{order}8sIIIHHBB", bytes(8), number, 0, following, entries, used, 0, kind)
        return (head + body).ljust(size, b"\0")

    chains, pointers, at = [], [], 2
    for one in headers:
        pieces = [one[start : start + size - 26] for start in range(0, len(one), size - 26)]
        pointers.append((at, len(one)))
        for place, piece in enumerate(pieces, 1):
            following = at + 1 if place < len(pieces) else 0
            chains.append(page(at, 7, following, 1, len(piece), piece))
            at += 1
    items, offsets, end = b"", [], size
    for number, (first, length) in enumerate(pointers, 1):
        key = b"\x01" + struct.pack(f"{order}I", number)
        value = b"\x03\0\0\0" + struct.pack(f"{order}II", first, length)
        for item in (key, value):
            items = item + items
            end -= len(item)
            offsets.append(end)
    table = struct.pack(f"{order}{len(offsets)}H", *offsets)
    body = (table + bytes(size - 26 - len(table) - len(items))) + items
    pairs = page(1, 13, 0, len(offsets), end, body)
    meta = struct.pack(f"{order}8sIIIIBB", bytes(8), 0, 0x061561, 9, size, 0, 8).ljust(size, b"\0")
    return meta + pairs + b"".join(chains)
