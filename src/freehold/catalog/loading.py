"""A folder of TOML records becomes record values; what cannot be read becomes a ``Problem`` with file, line and remedy.

The layout is ``KIND/ID.toml`` with the kinds of ``records.FOLDERS``. Rules that need more than one field are in
``rules``; fast access is in ``index``.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from freehold.catalog.lines import TomlPath, line_of
from freehold.errors import CatalogError
from freehold.model.records import FOLDERS, Record, Source, folder_of

MAX_BYTES = 1_000_000
"""A record is one small file; anything larger is refused unread."""

_AT = re.compile(r"^(?P<reason>.*?)(?: - at `(?P<path>[^`]*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([A-Za-z_][A-Za-z0-9_]*)|\[(\d+|\.\.\.)\]")
_BAD_LINE = re.compile(r"at line (\d+)")

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
        """Return ``FILE:LINE`` of the value at ``path``."""
        return f"{self.path}:{line_of(self.text, path)}"


class Records:
    """All records by kind and id, in order of id."""

    def __init__(self, files: Iterable[RecordFile] = ()) -> None:
        self._files: dict[type[Record], dict[str, RecordFile]] = {kind: {} for kind in FOLDERS.values()}
        for file in sorted(files, key=lambda file: identifier_of(file.record)):
            self._files[type(file.record)][identifier_of(file.record)] = file

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
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        raise CatalogError(f"cannot be read: {error.strerror}", where=str(path)) from error
    if size > MAX_BYTES:
        raise CatalogError(f"{size} bytes are no small record", where=str(path), remedy="one record a file")
    return parse(data, str(path), kind)


def parse(data: bytes, path: str, kind: type[Record]) -> RecordFile:
    """Turn the bytes of one file into its record. Raises ``CatalogError``; ``path`` is used in errors only."""
    try:
        text = data.decode("utf-8").replace("\r\n", "\n")
        raw = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise CatalogError(f"not UTF-8 (byte {error.start})", where=path, remedy="save it as UTF-8") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = _BAD_LINE.search(str(error))
        where = f"{path}:{found[1]}" if found else path
        raise CatalogError(f"not TOML: {error}", where=where, remedy="see docs/templates/") from error
    try:
        return RecordFile(path, text, msgspec.convert(raw, kind))
    except msgspec.ValidationError as error:
        raise _refused(error, raw, text, path, kind) from error


def _refused(
    error: msgspec.ValidationError, raw: dict[str, Any], text: str, path: str, kind: type[Record]
) -> CatalogError:
    """Turn a validation error into one with a line and a remedy."""
    found = _AT.match(str(error))
    assert found is not None
    reason, steps = found["reason"], _steps(found["path"] or "")
    if steps[:1] == ("sources",) and len(steps) > 1:
        steps = ("sources", _bad_source(raw), *steps[2:])
    key = re.search(r"(?:unknown|required) field `([^`]*)`", reason)
    at = (*steps, key[1]) if key else steps
    shown = _dotted(steps)
    return CatalogError(
        f"{reason} in {shown}" if shown else reason,
        where=f"{path}:{line_of(text, at)}",
        remedy=_remedy(reason, key[1] if key else "", kind, steps),
    )


def _steps(path: str) -> TomlPath:
    """Split the path that msgspec reports (``$.seat[0].value``)."""
    return tuple(int(index) if index.isdigit() else name or index for name, index in _STEP.findall(path))


def _dotted(steps: TomlPath) -> str:
    """Write a path as ``seat[0].value``."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")


def _bad_source(raw: dict[str, Any]) -> str:
    """Return the name of the first source that is refused (msgspec does not name keys of dictionaries)."""
    for name, table in raw["sources"].items():
        try:
            msgspec.convert(table, Source)
        except msgspec.ValidationError:
            return str(name)
    return "..."


def _remedy(reason: str, key: str, kind: type[Record], steps: TomlPath) -> str:
    """Return what to do about a refused value."""
    known = _keys_at(kind, steps)
    if "unknown field" in reason:
        close = difflib.get_close_matches(key, known, n=1)
        return (f"did you mean {close[0]!r}? " if close else "") + f"known keys: {', '.join(known)}"
    if "required field" in reason:
        return f"add {key} = ..."
    if "got `date`" in reason:
        return "put this date in quotes"
    if "Expected `array`, got `object`" in reason:
        return f"this is a list of claims: write [[{_dotted(steps)}]]"
    if "Expected `object`, got `str`" in reason:
        return 'a claim is a table: { value = "...", source = "..." }'
    folder = folder_of(kind)
    return f"compare docs/templates/{folder}.toml, or `freehold catalog schema {folder}`"


def _keys_at(kind: type[Record], steps: TomlPath) -> tuple[str, ...]:
    """Return the keys that the table at ``steps`` may have."""
    at: msgspec.inspect.Type = msgspec.inspect.type_info(kind)
    for step in steps:
        match at:
            case msgspec.inspect.StructType(fields=fields):
                at = next((field.type for field in fields if field.encode_name == step), at)
            case msgspec.inspect.VarTupleType(item_type=item):
                at = item
            case msgspec.inspect.DictType(value_type=value):
                at = value
            case _:
                break
        at = _struct_in(at)
    return tuple(field.encode_name for field in at.fields) if isinstance(at, msgspec.inspect.StructType) else ()


def _struct_in(at: msgspec.inspect.Type) -> msgspec.inspect.Type:
    """Return the table type of an optional table."""
    if isinstance(at, msgspec.inspect.UnionType):
        return next((part for part in at.types if isinstance(part, msgspec.inspect.StructType)), at)
    return at
