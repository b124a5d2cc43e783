"""An assessment as JSON, and the JSON Schema that it keeps to. Keys are only added within a major version."""

from __future__ import annotations

from typing import Any

import msgspec

from freehold.model.verdict import Assessment

SCHEMA_ID = "https://freehold.example/schemas/assessment-1.json"


def json_report(assessment: Assessment) -> bytes:
    """Return the assessment as indented JSON with a final newline."""
    return msgspec.json.format(msgspec.json.encode(assessment), indent=2) + b"\n"


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the report."""
    schema = msgspec.json.schema(Assessment)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "Freehold assessment",
        **schema,
    }
