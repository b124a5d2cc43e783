"""Your own register of services: ``freehold-register.csv``, ``.toml``, or any CSV with the same columns.

What stands there is stated by you: nothing is inferred. A register with a mistake is refused as a whole, with the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from freehold.inventory.notes import Notes, printable
from freehold.inventory.packages import Draft
from freehold.inventory.reader import Document, Reading, UnreadableError
from freehold.inventory.sbom.places import host_of
from freehold.inventory.services.tabular import Row, answer, countries, day, header_of, plain, read_rows
from freehold.inventory.values import read_toml
from freehold.model.component import Component, ComponentKey, ComponentKind, Named, Origin, Role

_NAME = re.compile(r"^(?:freehold-register|services?-register|services)\.(csv|tsv|toml)$", re.IGNORECASE)
_OWN_NAME = re.compile(r"^freehold-register\.", re.IGNORECASE)
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name", "service", "service_name"),
    "supplier": ("supplier", "provider", "vendor"),
    "offering": ("offering", "product"),
    "url": ("url", "host", "hosts", "endpoint", "address"),
    "workload": ("workload", "workloads"),
    "role": ("role",),
    "stateful": ("stateful", "holds_data"),
    "export": ("export", "exportable"),
    "hosting": ("hosting", "jurisdiction", "hosted_in", "location"),
    "seat": ("seat", "supplier_seat", "supplier_country", "country"),
    "owner": ("owner", "parent", "ultimate_parent"),
    "owner-seat": ("owner_seat", "owner_country", "parent_country"),
    "term-end": ("term_end", "contract_end", "contract_until"),
    "note": ("note", "notes", "comment"),
}
"""The columns, each with the headers by which it is known (case, blanks and dashes do not matter)."""
_BY_HEADER: Final = {header: column for column, headers in COLUMNS.items() for header in headers}


class ServiceRegister:
    """The reader of registers of services."""

    name = "service-register"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether a file is a register: by its name and columns, or, whatever its name, by its columns alone."""
        plain_name = name.rpartition("/")[2]
        if _OWN_NAME.match(plain_name):
            return bool(_NAME.match(plain_name))
        text = head.decode("utf-8", "ignore")
        if plain_name.lower().endswith(".toml"):
            return bool(_NAME.match(plain_name)) and "[[service]]" in text
        if not plain_name.lower().endswith((".csv", ".tsv")):
            return False
        header = header_of(text)
        known = {_BY_HEADER[plain(cell)] for cell in header if plain(cell) in _BY_HEADER}
        is_complete = "name" in known and bool(known & {"supplier", "offering"})
        return is_complete and (bool(_NAME.match(plain_name)) or len(known) == len(header) >= 3)

    def read(self, document: Document) -> Reading:
        """Read the document. Raises ``UnreadableError`` with the line for a row or value that cannot be understood."""
        notes = Notes(document.path)
        draft = Draft(document, notes)
        for row in (
            _toml_rows(document, notes) if document.name.lower().endswith(".toml") else _csv_rows(document, notes)
        ):
            component = _component(document, row)
            draft.add(component.key, component)
        return draft.reading(self.name)


def _csv_rows(document: Document, notes: Notes) -> Iterator[Row]:
    header = header_of(document.data[:8192].decode("utf-8", "ignore"))
    unknown = [cell for cell in header if cell and plain(cell) not in _BY_HEADER]
    if unknown:
        notes.once(f"columns that nothing reads: {', '.join(unknown)[:200]}", f"columns: {', '.join(COLUMNS)}")
    yield from read_rows(document, lambda cell: _BY_HEADER.get(plain(cell), ""))


def _toml_rows(document: Document, notes: Notes) -> Iterator[Row]:
    lines = [
        number
        for number, line in enumerate(document.data.split(b"\n"), 1)
        if re.match(rb"\s*\[\[\s*service\s*\]\]", line)
    ]
    for index, table in enumerate(read_toml(document, notes).tables("service")):
        line = lines[index] if index < len(lines) else 0
        cells: dict[str, str] = {}
        for key in table:
            column = _BY_HEADER.get(plain(key))
            if column is None:
                raise UnreadableError(f"there is no key {key[:40]!r}", line=line, remedy=f"keys: {', '.join(COLUMNS)}")
            values = table.texts(key) if table.is_list(key) else [_written(table.text(key), flag=table.flag(key))]
            cells[column] = " ".join(values) or "no"
        yield Row(line, cells)


def _written(text: str, *, flag: bool) -> str:
    return "yes" if flag else text


def _component(document: Document, row: Row) -> Component:
    """Return a service of the register."""
    cells, line = row.cells, row.line
    name = printable(cells.get("name", "") or cells.get("offering", ""))
    if not name:
        raise UnreadableError("a service without a name", line=line, remedy="fill in the column name")
    role = cells.get("role", Role.RUNTIME.value).casefold()
    if role not in (Role.RUNTIME, Role.BUILD):
        raise UnreadableError(f"no role is called {role[:40]!r}", line=line, remedy="write runtime or build")
    hosts = [host_of(word).lower() for word in re.split(r"[\s,;]+", cells.get("url", "")) if word]
    if not all(hosts):
        raise UnreadableError("an address without a host", line=line, remedy="write https://host/ or host")
    origin = Origin(document.path, line)
    return Component(
        key=ComponentKey(f"{document.path}#service={name}"),
        name=name,
        kind=ComponentKind.SERVICE,
        supplier=printable(cells.get("supplier", "")),
        hosts=tuple(dict.fromkeys(hosts)),
        role=Role(role),
        origins=(origin,),
        statements=tuple(Named(field, value, origin) for field, value in _statements(cells, line)),
    )


def _statements(cells: Mapping[str, str], line: int) -> Iterator[tuple[str, str]]:
    """Yield what a row states, checked."""
    for field in ("offering", "owner"):
        if field in cells:
            yield field, printable(cells[field])
    for name in re.split(r"[\s,;]+", cells.get("workload", "")):
        if name:
            yield "workload", printable(name)
    for field in ("stateful", "export"):
        if field in cells:
            yield field, answer(cells[field], line)
    for field in ("hosting", "seat", "owner-seat"):
        for code in countries(cells[field], line) if field in cells else ():
            yield field, code
    if "term-end" in cells:
        yield "term-end", day(cells["term-end"], line)


READERS = (ServiceRegister(),)
