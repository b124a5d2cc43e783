"""The register of information of DORA: who provides which kind of ICT service under which contract, and who stands behind.

One CSV a template, as submitted (``b_05.01.csv``, columns ``c0010``...) or as written by people (``RT.05.01``, columns
with the template's code). Every file speaks of the same services, known by provider and type: what they say is put
together by ``dora_joining``. Templates: Implementing Regulation (EU) 2024/2956, Annex I; the layout of
B_05.01 from before it (nine columns) is read too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from freehold.inventory.notes import Notes, printable
from freehold.inventory.packages import Draft
from freehold.inventory.reader import Document, Reading
from freehold.inventory.services.tabular import Row, answer, country, day, header_of, plain, read_rows
from freehold.model.component import Component, ComponentKey, ComponentKind, Dependency, Named, Origin

PROVIDER: Final = "dora#"
"""How keys of providers and their services begin; the identification code of the provider follows."""
OPEN_ENDED: Final = "9999-12-31"
SERVICE_TYPES: Final = {
    "S01": "ICT project management",
    "S02": "ICT development",
    "S03": "ICT help desk",
    "S04": "ICT security management",
    "S05": "provision of data",
    "S06": "data analysis",
    "S07": "ICT facilities and hosting",
    "S08": "computation",
    "S09": "data storage outside a cloud",
    "S10": "telecom carrier",
    "S11": "network infrastructure",
    "S12": "hardware",
    "S13": "software licences",
    "S14": "ICT operation",
    "S15": "ICT consulting",
    "S16": "ICT risk management",
    "S17": "cloud infrastructure",
    "S18": "cloud platform",
    "S19": "cloud software",
}
"""Types of ICT services (Annex III of the Implementing Regulation), in short."""
_TEMPLATE = re.compile(r"\b(?:b|rt)[_.]?(0[1-7])[._](0[1-3])\b", re.IGNORECASE)
_SERVICE_TYPE = re.compile(r"\bS(?:0[1-9]|1\d)\b", re.IGNORECASE)
_HEADINGS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "02.02": (
        ("contractual_arrangement_reference", "0010"),
        ("identification_code_of_the_ict_third_party", "0030"),
        ("function_identifier", "0050"),
        ("type_of_ict_services", "0060"),
        ("end_date", "0080"),
        ("country_of_the_governing_law", "0120"),
        ("storage_of_data", "0140"),
        ("location_of_the_data_at_rest", "0150"),
        ("location_of_management_of_the_data", "0160"),
        ("level_of_reliance", "0180"),
    ),
    "05.01": (
        ("identification_code_of_the_ict_third_party_service_provider_s_ultimate_parent", "0110"),
        ("identification_code_of_the_provider_s_ultimate_parent", "0110"),
        ("identification_code_of", "0010"),
        ("legal_name", "0050"),
        ("name_of_the_ict", "0050"),
        ("country_of_the", "0080"),
        ("total_annual_expense", "0100"),
    ),
    "05.02": (
        ("contractual_arrangement_reference", "0010"),
        ("type_of_ict_services", "0020"),
        ("identification_code_of_the_recipient", "0060"),
        ("identification_code_of", "0030"),
        ("rank", "0050"),
    ),
    "07.01": (
        ("contractual_arrangement_reference", "0010"),
        ("identification_code_of", "0020"),
        ("type_of_ict_services", "0040"),
        ("substitutability", "0050"),
        ("reason", "0060"),
        ("existence_of_an_exit_plan", "0080"),
        ("possibility_of_reintegration", "0090"),
        ("impact_of_discontinuing", "0100"),
        ("identification_of_alternatives", "0120"),
    ),
}
"""How columns begin where they are headed by words instead of codes, the longest first."""
_COLUMN = re.compile(r"^(?:(?:b|rt)[_.]?0[1-7][._]0[1-3][._])?c?(0\d{3})\b", re.IGNORECASE)
_READ: Final = frozenset({"02.02", "05.01", "05.02", "07.01"})
_SILENT: Final = {
    "02.01": "contracts by amount: says nothing of a service",
    "06.01": "functions: declare those that you must keep as workloads, under their identifiers",
}
_FIELDS: Final[Mapping[str, Mapping[str, str]]] = {
    "02.02": {"0010": "contract", "0050": "workload", "0120": "governing-law", "0180": "reliance"},
    "05.02": {"0010": "contract"},
    "07.01": {
        "0010": "contract",
        "0050": "substitutability",
        "0060": "substitutability-reason",
        "0090": "reintegration",
        "0100": "discontinuing-impact",
        "0120": "alternative",
    },
}
"""Columns that are kept as they are written, under the name of what they state."""


class DoraRegister:
    """The reader of the register's templates."""

    name = "dora-register"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether a file is a template of the register, by its name and its first columns."""
        if not name.lower().endswith((".csv", ".tsv")):
            return False
        header = header_of(head.decode("utf-8", "ignore"))
        template = _template(name, header)
        return bool(template) and any(_column(cell, template) for cell in header)

    def read(self, document: Document) -> Reading:
        """Read the document. Raises ``UnreadableError`` with the line for what is no table, date or answer."""
        header = header_of(document.data[:16384].decode("utf-8", "ignore"))
        template = _template(document.name, header)
        notes = Notes(document.path)
        if template not in _READ:
            notes.once(f"template B_{template}: {_SILENT.get(template, 'names no service')}")
            return Reading(self.name, notes=notes.listed())
        table = _Table(document, template, notes, is_final="0100" in {_column(cell, template) for cell in header})
        return table.reading(self.name)


class _Table:
    """One template being read."""

    def __init__(self, document: Document, template: str, notes: Notes, *, is_final: bool) -> None:
        self._document = document
        self._template = template
        self._draft = Draft(document, notes)
        self._notes = notes
        self._is_final = is_final
        self._edges: dict[Dependency, None] = {}

    def reading(self, name: str) -> Reading:
        """Read every row."""
        for row in read_rows(self._document, lambda cell: _column(cell, self._template)):
            component = self._provider(row) if self._template == "05.01" else self._service(row)
            if component is not None:
                self._draft.add(component.key, component)
        made = self._draft.reading(f"{name} B_{self._template}")
        return Reading(made.format, made.components, tuple(self._edges), made.notes)

    def _provider(self, row: Row) -> Component | None:
        """Return a provider of B_05.01, with its country and ultimate parent."""
        name, seat, parent = ("0050", "0080", "0110") if self._is_final else ("0030", "0050", "0080")
        code = self._code(row, "0010")
        if not code:
            return None
        legal = printable(row.cells.get(name, "") or row.cells.get("0060" if self._is_final else name, "") or code)
        origin = Origin(self._document.path, row.line)
        told = [("identifier", code), ("seat", country(row.cells.get(seat, "")))]
        owner = printable(row.cells.get(parent, ""))
        told += [("owner", owner)] if owner != code else []
        return self._component(f"{PROVIDER}{code}", f"services of {legal}", legal, told, origin)

    def _service(self, row: Row) -> Component | None:
        """Return a service, known by its provider and type; a sub-contracted one is needed by that of its recipient."""
        kind = {"02.02": "0060", "05.02": "0020", "07.01": "0040"}[self._template]
        code = self._code(row, "0020" if self._template == "07.01" else "0030")
        if not code:
            return None
        written = row.cells.get(kind, "")
        found = _SERVICE_TYPE.search(written)
        service = found[0].upper() if found else plain(written)
        key = f"{PROVIDER}{code}/{service}"
        if self._template == "05.02":
            self._chain(row, key, service)
        origin = Origin(self._document.path, row.line)
        label = SERVICE_TYPES.get(service, printable(written) or "services")
        told = [("identifier", code), *self._told(row)]
        return self._component(key, f"{label} of {code}", code, told, origin)

    def _chain(self, row: Row, key: str, service: str) -> None:
        """Add the need of the recipient of a sub-contracted service."""
        recipient = row.cells.get("0060", "")
        if row.cells.get("0050", "1") != "1" and recipient:
            self._edges[Dependency(ComponentKey(f"{PROVIDER}{printable(recipient)}/{service}"), ComponentKey(key))] = (
                None
            )

    def _told(self, row: Row) -> Iterator[tuple[str, str]]:
        """Yield what a row states of a service."""
        cells = row.cells
        for column, field in _FIELDS[self._template].items():
            yield (
                field,
                printable(cells.get(column, "").rpartition(":")[2] if field != "contract" else cells.get(column, "")),
            )
        if self._template == "02.02":
            if cells.get("0080", OPEN_ENDED) != OPEN_ENDED:
                yield "term-end", day(cells["0080"], row.line)
            if "0140" in cells:
                yield "stateful", answer(cells["0140"], row.line)
            for column in ("0150", "0160"):
                yield "hosting", country(cells.get(column, ""))
        if self._template == "07.01" and "0080" in cells:
            yield "exit-plan", answer(cells["0080"], row.line)

    def _component(self, key: str, name: str, supplier: str, told: list[tuple[str, str]], origin: Origin) -> Component:
        statements = tuple(dict.fromkeys(Named(field, value, origin) for field, value in told if value))
        return Component(
            key=ComponentKey(key),
            name=name,
            kind=ComponentKind.SERVICE,
            supplier=supplier,
            origins=(origin,),
            statements=statements,
        )

    def _code(self, row: Row, column: str) -> str:
        """Return the identification code of the provider; a row without one says nothing that can be joined."""
        code = printable(row.cells.get(column, ""))
        if not code:
            where = Origin(self._document.path, row.line)
            self._notes.add(
                "rows without a provider", "no identification code of a provider: the row is left out", where
            )
        return code


def _template(name: str, header: list[str]) -> str:
    """Return the template (``05.01``) that the file's name, else its first column, tells."""
    for text in (name.rpartition("/")[2], header[0] if header else ""):
        if found := _TEMPLATE.search(text.replace("-", "_")):
            return f"{found[1]}.{found[2]}"
    return ""


def _column(header: str, template: str) -> str:
    """Return the four figures of a column by its code, or by how its heading begins; empty for others."""
    found = _COLUMN.match(header.strip())
    if found:
        return found[1]
    words = plain(header)
    return next((column for start, column in _HEADINGS.get(template, ()) if words.startswith(start)), "")


READERS = (DoraRegister(),)
