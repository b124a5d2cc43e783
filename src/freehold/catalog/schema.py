"""JSON Schemas of the record kinds, made from the structs that validate them."""

from __future__ import annotations

from typing import Any

import msgspec

from freehold.errors import UsageError
from freehold.model.records import FOLDERS, Record

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def kind_named(name: str) -> type[Record]:
    """Return the record kind of a folder or a singular name (``offerings``, ``offering``). Raises ``UsageError``."""
    for folder, kind in FOLDERS.items():
        if name.casefold() in (folder, kind.__name__.casefold()):
            return kind
    raise UsageError(f"there is no kind of record named {name!r}", remedy=f"one of {', '.join(FOLDERS)}")


def schema_of(kind: type[Record]) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of one record of a kind, as its TOML file is read."""
    schema = msgspec.json.schema(kind)
    return {"$schema": DIALECT, "title": f"Freehold catalog: {kind.__name__.lower()}", **schema}
