"""An assessment as JSON, and the JSON Schemas of it and of drill evidence. Keys are only added within a major version."""

from __future__ import annotations

from typing import Any

import msgspec

from freehold.model.evidence import Evidence
from freehold.model.verdict import Assessment
from freehold.reports.encoding import json_bytes

SCHEMA_ID = "https://freehold.example/schemas/assessment-1.json"
EVIDENCE_SCHEMA_ID = "https://freehold.example/schemas/evidence-1.json"


def json_report(assessment: Assessment) -> bytes:
    """Return the assessment as indented JSON with a final newline."""
    return json_bytes(assessment)


def json_text(value: object) -> str:
    """Return any model value as indented JSON with a final newline."""
    return json_bytes(value).decode()


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the report."""
    schema = msgspec.json.schema(Assessment)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "Freehold assessment",
        **schema,
    }


def evidence_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the evidence of a drill."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": EVIDENCE_SCHEMA_ID,
        "title": "Freehold drill evidence",
        **msgspec.json.schema(Evidence),
    }
