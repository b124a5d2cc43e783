"""A folder of TOML records becomes record values; what cannot be read becomes a ``Problem`` with file, line and remedy.

The layout is ``KIND/ID.toml`` with the kinds of ``records.FOLDERS``. Rules that need more than one field are in
``rules``; fast access is in ``index``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from freehold.catalog.package_rows import MAX_TABLE_BYTES, line_of_row, read_rows, rows_path
from freehold.errors import CatalogError
from freehold.model.records import FOLDERS, Packages, Record
from freehold.system.toml_lines import TomlPath, line_of

MAX_BYTES = 1_000_000
"""A record is one small file; anything larger is refused unread."""

R = TypeVar("R", bound=Record)


class Problem(msgspec.Struct, frozen=True, order=True):
    """A broken rule: the place as ``FILE:LINE``, the rule's name, what is wrong and what to do."""

    where: str
    rule: str
    reason: str
    remedy: str = ""

    def __str__(self) -> str:
        remedy = f"\n    remedy: {self.remedy}" if self.remedy else ""
        return f"{self.where}: {self.reason} [{self.rule}]{remedy}"


class RecordFile(msgspec.Struct, frozen=True):
    """One record with the file that it came from, as shown to the user, and its text."""

    path: str
    text: str
    record: Record

    def where(self, path: TomlPath) -> str:
        """Return ``FILE:LINE`` of the value at ``path``; rows of a package table stand in the file beside."""
        if path[:1] == ("rows",):
            return f"{rows_path(self.path)}:{line_of_row(int(path[1]))}"
        return f"{self.path}:{line_of(self.text, path)}"


class Records:
    """All records by kind and id, in order of id."""

    def __init__(self, files: Iterable[RecordFile] = ()) -> None:
        self._files: dict[type[Record], dict[str, RecordFile]] = {kind: {} for kind in FOLDERS.values()}
        for file in sorted(files, key=lambda file: identifier_of(file.record)):
            self._files[type(file.record)][identifier_of(file.record)] = file

    @property
    def count(self) -> int:
        """Return the number of records."""
        return sum(map(len, self._files.values()))

    def files(self, kind: type[Record] | None = None) -> Iterator[RecordFile]:
        """Yield the files of a kind, or of all kinds."""
        for of_kind in self._files if kind is None else (kind,):
            yield from self._files[of_kind].values()

    def get(self, kind: type[R], identifier: str) -> R | None:
        """Return a record, or None."""
        file = self._files[kind].get(identifier)
        return file.record if file is not None and isinstance(file.record, kind) else None

    def ids(self, kind: type[Record]) -> Iterable[str]:
        """Return the identifiers of a kind, in order."""
        return self._files[kind].keys()

    def overlaid(self, other: Records) -> Records:
        """Return these records with those of ``other`` put over them: the same kind and id replaces."""
        merged = {(type(file.record), identifier_of(file.record)): file for file in self.files()}
        merged.update({(type(file.record), identifier_of(file.record)): file for file in other.files()})
        return Records(merged.values())


def identifier_of(record: Record) -> str:
    """Return the id of a record of any kind."""
    identifier: str = getattr(record, "id")  # noqa: B009 - the base class of tables has no id
    return identifier


def load_folder(root: Path) -> tuple[Records, list[Problem]]:
    """Load every record file under a catalog folder; unreadable ones become problems. Scenarios and others are left."""
    files: list[RecordFile] = []
    problems: list[Problem] = []
    for path, kind in record_paths(root):
        try:
            files.append(load_file(path, kind))
        except CatalogError as error:
            problems.append(Problem(error.where, "format", error.reason, error.remedy))
    return Records(files), problems


def record_paths(root: Path) -> Iterator[tuple[Path, type[Record]]]:
    """Yield every record file under ``root`` with its kind, in a fixed order."""
    for folder, kind in FOLDERS.items():
        for path in sorted((root / folder).glob("*.toml")):
            yield path, kind


def load_file(path: Path, kind: type[Record]) -> RecordFile:
    """Load one record file. Raises ``CatalogError`` with file, line and remedy."""
    file = parse(_read(path, MAX_BYTES, "one record a file"), str(path), kind)
    if not isinstance(file.record, Packages):
        return file
    table = Path(rows_path(str(path)))
    rows = read_rows(_read(table, MAX_TABLE_BYTES, "leave out what nobody uses"), str(table))
    return RecordFile(file.path, file.text, msgspec.structs.replace(file.record, rows=rows))


def _read(path: Path, most: int, remedy: str) -> bytes:
    """Return the bytes of a file of at most ``most`` bytes."""
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= most else b""
    except OSError as error:
        raise CatalogError(f"cannot be read: {error.strerror}", where=str(path)) from error
    if size > most:
        raise CatalogError(f"{size} bytes are too many", where=str(path), remedy=remedy)
    return data


def parse(data: bytes, path: str, kind: type[Record]) -> RecordFile:
    """Turn the bytes of one file into its record. Raises ``CatalogError``; ``path`` is used in errors only."""
    from freehold.system.toml import NotDecodedError, decode

    try:
        record, text = decode(data, path, kind)
    except NotDecodedError as error:
        raise error.turned_into(CatalogError) from error
    return RecordFile(path, text, record)
