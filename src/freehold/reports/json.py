"""An assessment as JSON, and the JSON Schema that it keeps to. Keys are only added within a major version."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from freehold.model.verdict import Assessment

_CONTROL = re.compile("[\x7f-\x9f]")
SCHEMA_ID = "https://freehold.example/schemas/assessment-1.json"


def json_report(assessment: Assessment) -> bytes:
    """Return the assessment as indented JSON with a final newline."""
    return json_text(assessment).encode()


def json_text(value: object) -> str:
    """Return any model value as indented JSON with a final newline, with no control character raw in it.

    JSON lets U+007F to U+009F stand as they are; a terminal takes some of them for commands.
    """
    text = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the report."""
    schema = msgspec.json.schema(Assessment)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "Freehold assessment",
        **schema,
    }
