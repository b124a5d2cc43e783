"""All records and match tables in one file that loads in milliseconds: only what is touched is decoded.

Layout: ``MAGIC``, the length of the header (8 bytes, little endian), the header (msgpack), the records (msgpack), end to
end. The header says where each record lies and holds every table still encoded. The same records always give the same
bytes. Where index files come from is the work of ``cache`` and ``overlay``.
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

import msgspec

from freehold.catalog.loading import RecordFile, Records, identifier_of
from freehold.catalog.tables import Table, search_rows, tables_from
from freehold.errors import CatalogError
from freehold.model.records import FOLDERS, Record, folder_of

MAGIC = b"FREEHOLD CATALOG 6\n"
"""Raise the number when the layout, the tables or the record model change incompatibly."""

R = TypeVar("R", bound=Record)
_LENGTH = 8


class _Header(msgspec.Struct, array_like=True, frozen=True):
    """Where everything lies: offset and length of each record by folder and id, and the encoded tables."""

    places: dict[str, dict[str, tuple[int, int]]]
    tables: dict[str, msgspec.Raw]
    search: msgspec.Raw


def compile_index(records: Records) -> bytes:
    """Return the index file of these records."""
    encoder = msgspec.msgpack.Encoder()
    places: dict[str, dict[str, tuple[int, int]]] = {}
    bodies: list[bytes] = []
    at = 0
    for folder, kind in FOLDERS.items():
        places[folder] = {}
        for file in records.files(kind):
            body = encoder.encode(file.record)
            places[folder][identifier_of(file.record)] = (at, len(body))
            bodies.append(body)
            at += len(body)
    tables = {name: msgspec.Raw(encoder.encode(table)) for name, table in tables_from(records).items()}
    header = encoder.encode(_Header(places, tables, msgspec.Raw(encoder.encode(search_rows(records)))))
    return b"".join([MAGIC, len(header).to_bytes(_LENGTH, "little"), header, *bodies])


class Index:
    """Reads an index file; ``data`` is the whole file. Raises ``CatalogError`` when it is none, or of another version."""

    def __init__(self, data: bytes, where: str = "catalog.index") -> None:
        if not data.startswith(MAGIC):
            raise CatalogError("is no catalog index of this version", where=where, remedy="reinstall Freehold")
        start = len(MAGIC) + _LENGTH
        end = start + int.from_bytes(data[len(MAGIC) : start], "little")
        try:
            self._header = _header_decoder().decode(memoryview(data)[start:end])
        except msgspec.DecodeError as error:
            raise CatalogError(f"is damaged: {error}", where=where, remedy="reinstall Freehold") from error
        self._bodies = memoryview(data)[end:]
        self._records: dict[tuple[type[Record], str], Record] = {}
        self._tables: dict[str, Table] = {}

    def get(self, kind: type[R], identifier: str) -> R | None:
        """Return a record, or None; each is decoded once."""
        found = self._records.get((kind, identifier))
        if found is None:
            place = self._header.places[folder_of(kind)].get(identifier)
            if place is None:
                return None
            found = _decoder(kind).decode(self._bodies[place[0] : place[0] + place[1]])
            self._records[(kind, identifier)] = found
        assert isinstance(found, kind)
        return found

    def ids(self, kind: type[Record]) -> tuple[str, ...]:
        """Return the ids of a kind, in order."""
        return tuple(self._header.places[folder_of(kind)])

    def table(self, name: str) -> Table:
        """Return a match table; each is decoded once."""
        if name not in self._tables:
            self._tables[name] = msgspec.msgpack.decode(self._header.tables[name], type=Table)
        return self._tables[name]

    def search_rows(self) -> list[tuple[str, str, str, str]]:
        """Return (folder, id, name, lower-case text) of every record."""
        return msgspec.msgpack.decode(self._header.search, type=list[tuple[str, str, str, str]])

    def records(self) -> Records:
        """Return all records, decoded: what an overlay is put over."""
        files = [
            RecordFile(f"{folder}/{identifier}.toml", "", record)
            for folder, kind in FOLDERS.items()
            for identifier in self.ids(kind)
            if (record := self.get(kind, identifier)) is not None
        ]
        return Records(files)


@cache
def _decoder(kind: type[Record]) -> msgspec.msgpack.Decoder[Any]:
    """Return the decoder of a kind; making one costs, so only kinds that are touched get one."""
    return msgspec.msgpack.Decoder(kind)


@cache
def _header_decoder() -> msgspec.msgpack.Decoder[_Header]:
    return msgspec.msgpack.Decoder(_Header)
