"""Tables of text (CSV with comma, semicolon or tab): rows with their lines, and cells read as what they must be.

Format: https://www.rfc-editor.org/rfc/rfc4180, with the separators that spreadsheets write.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

import msgspec

from freehold.inventory.reader import Document, UnreadableError, text_of
from freehold.model.jurisdictions import NAMES

MOST_ROWS: Final = 200_000
_ANSWERS: Final = {
    **dict.fromkeys(("yes", "y", "true", "1", "x28"), "yes"),
    **dict.fromkeys(("no", "n", "false", "0", "x29"), "no"),
    "conditional": "conditional",
}
_COUNTRIES: Final = {name.casefold(): code for code, name in NAMES.items()}


class Row(msgspec.Struct, frozen=True):
    """One row: its line, and its cells by column, empty ones left out."""

    line: int
    cells: dict[str, str]


def header_of(text: str) -> list[str]:
    """Return the cells of the first row."""
    first = text.lstrip("\ufeff").partition("\n")[0].rstrip("\r")
    return [cell.strip() for cell in next(csv.reader([first], delimiter=_delimiter(first)), [])]


def read_rows(document: Document, column: Callable[[str], str]) -> Iterator[Row]:
    """Yield the rows of a table; ``column`` gives the name of a column from its header (empty: passed over).

    Raises ``UnreadableError`` with the line for text that is no table and for rows longer than the header.
    """
    text = text_of(document.data).lstrip("\ufeff")
    names = [column(cell) for cell in header_of(text)]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text.partition("\n")[0]), strict=True)
    try:
        for number, cells in enumerate(reader):
            if number == 0 or not any(cell.strip() for cell in cells):
                continue
            if number > MOST_ROWS:
                raise UnreadableError(f"more than {MOST_ROWS:,} rows", line=reader.line_num)
            if any(cell.strip() for cell in cells[len(names) :]):
                remedy = "put a cell that holds the separator in double quotes"
                raise UnreadableError("a row with more cells than the header", line=reader.line_num, remedy=remedy)
            filled = zip(names, (cell.strip() for cell in cells), strict=False)
            yield Row(reader.line_num, {name: cell for name, cell in filled if name and cell})
    except csv.Error as error:
        raise UnreadableError(f"broken table: {error}", line=reader.line_num, remedy="save it as CSV again") from error


def plain(header: str) -> str:
    """Return a header as compared: lower case, words joined by one underscore."""
    return re.sub(r"[^a-z0-9]+", "_", header.casefold()).strip("_")


def answer(text: str, line: int) -> str:
    """Return yes, no or conditional. Raises ``UnreadableError`` for anything else."""
    found = _ANSWERS.get(text.rpartition(":")[2].casefold())
    if found is None:
        raise UnreadableError(f"{text[:40]!r} is no answer", line=line, remedy="write yes, no or conditional")
    return found


def day(text: str, line: int) -> str:
    """Return a date as YYYY-MM-DD. Raises ``UnreadableError`` for anything else."""
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError as error:
        raise UnreadableError(f"{text[:40]!r} is no date", line=line, remedy="write YYYY-MM-DD") from error


def country(text: str) -> str:
    """Return the ISO 3166-1 alpha-2 code of a code (also with a prefix: ``eba_GA:FR``) or English name; empty for none."""
    bare = text.rpartition(":")[2].strip()
    return bare.upper() if bare.upper() in NAMES else _COUNTRIES.get(bare.casefold(), "")


def countries(text: str, line: int) -> tuple[str, ...]:
    """Return the countries of a cell. Raises ``UnreadableError`` for what is none."""
    whole = country(text)
    words = [text] if whole else [word for word in re.split(r"[\s,;/|]+", text) if word]
    codes = tuple(country(word) for word in words)
    if not all(codes):
        wrong = words[codes.index("")]
        raise UnreadableError(f"{wrong[:40]!r} is no country", line=line, remedy="write ISO codes, for instance DE IE")
    return codes


def _delimiter(header: str) -> str:
    """Return the separator that the header holds most of."""
    return max(",;\t", key=header.count)
