"""Package tables as text: the rows of ``packages/ID.csv``, read and written.

Which rules rows keep is in ``rules_of_rows``; finding a package in a table is in ``packages``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from freehold.errors import CatalogError
from freehold.model.package_row import PackageRow

COLUMNS = PackageRow.__struct_fields__
MAX_TABLE_BYTES = 16_000_000


def rows_path(record_path: str) -> str:
    """Return where the rows of a package record stand."""
    return f"{record_path.removesuffix('.toml')}.csv"


def line_of_row(index: int) -> int:
    """Return the line of a row, counted from 1; the names of the columns are the first."""
    return index + 2


def read_rows(data: bytes, path: str) -> tuple[PackageRow, ...]:
    """Return the rows of a table. Raises ``CatalogError`` with file, line and remedy."""
    try:
        lines = data.decode("utf-8-sig").splitlines()
        rows = list(csv.reader(lines, strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise CatalogError(f"is no table: {error}", where=path, remedy="comma-separated values in UTF-8") from error
    if not rows or tuple(rows[0]) != COLUMNS:
        raise CatalogError("has other columns", where=f"{path}:1", remedy=f"begin with {','.join(COLUMNS)}")
    for line, row in enumerate(rows[1:], 2):
        if len(row) != len(COLUMNS):
            reason = f"has {len(row)} values in place of {len(COLUMNS)}"
            raise CatalogError(reason, where=f"{path}:{line}", remedy="one line a row, one value a column")
    return tuple(PackageRow(*row) for row in rows[1:])


def write_rows(rows: Iterable[PackageRow]) -> str:
    """Return the text of a table, rows in order."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    ordered = sorted(rows, key=lambda row: (row.name, row.versions))
    writer.writerows([getattr(row, column) for column in COLUMNS] for row in ordered)
    return text.getvalue()
