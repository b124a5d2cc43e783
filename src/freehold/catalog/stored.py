"""A catalog in any of the forms in which versions of it lie about: a folder of records, an index file, a wheel of Freehold."""

from __future__ import annotations

import zipfile
from pathlib import Path

from freehold.catalog.index import MAGIC, Index
from freehold.catalog.loading import Records, load_folder
from freehold.errors import InputError
from freehold.model.records import FOLDERS

IN_WHEEL = "freehold/_data/catalog.index"
LARGEST_BYTES = 256 << 20
_REMEDY = "a catalog folder, a checkout of Freehold, a wheel of it, or a catalog.index"


def stored_records(path: Path) -> Records:
    """Return the records at ``path``. Raises ``InputError`` where there are none, ``CatalogError`` for a damaged index."""
    for folder in (path, path / "catalog"):
        if any((folder / name).is_dir() for name in FOLDERS):
            return _of_folder(folder)
    if not path.is_file():
        raise InputError("there is no catalog", where=str(path), remedy=_REMEDY)
    data = _from_wheel(path) if zipfile.is_zipfile(path) else _read(path)
    if not data.startswith(MAGIC):
        raise InputError("holds no catalog, or one of another version's format", where=str(path), remedy=_REMEDY)
    return Index(data, str(path)).records()


def _of_folder(folder: Path) -> Records:
    records, problems = load_folder(folder)
    if problems:
        raise InputError(str(problems[0]), where=str(folder), remedy=f"freehold catalog check {folder}")
    return records


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise InputError(f"larger than {LARGEST_BYTES:,} bytes", where=str(path), remedy=_REMEDY)
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path), remedy=_REMEDY) from error


def _from_wheel(path: Path) -> bytes:
    """Return the index inside a wheel, of no more than the largest size unpacked."""
    try:
        with zipfile.ZipFile(path) as wheel, wheel.open(IN_WHEEL) as member:
            data = member.read(LARGEST_BYTES + 1)
    except (KeyError, OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise InputError(f"holds no catalog: {error}", where=str(path), remedy=_REMEDY) from error
    if len(data) > LARGEST_BYTES:
        raise InputError(f"its catalog unpacks to more than {LARGEST_BYTES:,} bytes", where=str(path), remedy=_REMEDY)
    return data
