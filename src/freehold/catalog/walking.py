"""Going through everything inside a record: tables with their places, claims, purl patterns, references.

``rules`` checks what is found here and ``claims`` turns it into facts.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from freehold.model.records import (
    Channel,
    Claim,
    Function,
    Incident,
    Offering,
    Record,
    Standard,
    Supplier,
    Terms,
)
from freehold.system.toml_lines import TomlPath

ASSUMED = "assumed"
"""As ``source`` of a claim: nobody has read a source for it, and the record says so."""


def tables_of(record: Record, path: TomlPath = ()) -> Iterator[tuple[TomlPath, Record]]:
    """Yield the record and every table inside it with its path, in order of the fields."""
    yield path, record
    for field in record.__struct_fields__:
        value = getattr(record, field)
        if isinstance(value, msgspec.Struct):
            value = {(field,): value}
        elif isinstance(value, tuple):
            value = {(field, index): item for index, item in enumerate(value)}
        elif isinstance(value, dict):
            value = {(field, name): item for name, item in value.items()}
        else:
            continue
        for step, item in value.items():
            if isinstance(item, Record):
                yield from tables_of(item, (*path, *step))


def claims_of(record: Record) -> Iterator[tuple[TomlPath, Claim]]:
    """Yield every claim in a record with its path."""
    for path, table in tables_of(record):
        if isinstance(table, Claim):
            yield path, table


def patterns_of(record: Record) -> Iterator[tuple[TomlPath, str]]:
    """Yield every purl, purl pattern and purl prefix in a record."""
    match record:
        case Offering(match=match):
            for field in ("purls", "implied_by"):
                for index, pattern in enumerate(getattr(match, field)):
                    yield ("match", field, index), pattern
        case Supplier(namespaces=prefixes):
            for index, prefix in enumerate(prefixes):
                yield ("namespaces", index), prefix
        case Standard(implemented_by=patterns):
            for index, pattern in enumerate(patterns):
                yield ("implemented_by", index), pattern
        case _:
            return


_REFERENCES: dict[tuple[type[Record], str], type[Record]] = {
    (Supplier, "parent"): Supplier,
    (Offering, "supplier"): Supplier,
    (Offering, "terms"): Terms,
    (Offering, "channels"): Channel,
    (Offering, "base_model"): Offering,
    (Terms, "conversion"): Terms,
    (Channel, "operator"): Supplier,
    (Channel, "mirror_of"): Channel,
    (Function, "alternatives"): Offering,
    (Standard, "controller"): Supplier,
    (Standard, "holders"): Supplier,
}
_PLAIN: dict[tuple[type[Record], str], type[Record]] = {
    (Offering, "functions"): Function,
    (Offering, "standards"): Standard,
}


def references_of(record: Record) -> Iterator[tuple[TomlPath, type[Record], str]]:
    """Yield every reference to another record: its path, the kind and the identifier named."""
    for (kind, field), target in _REFERENCES.items():
        if type(record) is kind:
            for index, claim in enumerate(getattr(record, field)):
                yield (field, index, "value"), target, claim.value
    for (kind, field), target in _PLAIN.items():
        if type(record) is kind:
            for index, identifier in enumerate(getattr(record, field)):
                yield (field, index), target, identifier
    if isinstance(record, Function):
        for index, migration in enumerate(record.migrations):
            for field in ("moved_from", "moved_to"):
                for place, identifier in enumerate(getattr(migration, field)):
                    yield ("migrations", index, field, place), Offering, identifier
    if isinstance(record, Incident) and record.supplier:
        yield ("supplier",), Supplier, record.supplier
    if isinstance(record, Standard):
        for index, promise in enumerate(record.promises):
            for place, identifier in enumerate(promise.binds):
                yield ("promises", index, "binds", place), Supplier, identifier
