"""Evidence as a signed statement: an in-toto Statement inside a DSSE envelope. Signing itself is done elsewhere.

https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md, https://github.com/secure-systems-lab/dsse
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import msgspec

from freehold.model.evidence import Evidence
from freehold.reports.encoding import compact_json, json_bytes

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://freehold.example/attestations/drill/v1"
PAYLOAD_TYPE = "application/vnd.in-toto+json"


def statement(evidence: Evidence) -> bytes:
    """Return the statement: its subjects are the files that the last run made, or the evidence itself where it made none."""
    last = evidence.runs[-1].artefacts if evidence.runs else ()
    subjects = [{"name": made.path, "digest": {"sha256": made.sha256}} for made in last]
    own = {"name": "evidence.json", "digest": {"sha256": hashlib.sha256(json_bytes(evidence)).hexdigest()}}
    return compact_json(
        {
            "_type": STATEMENT_TYPE,
            "subject": subjects or [own],
            "predicateType": PREDICATE_TYPE,
            "predicate": msgspec.to_builtins(evidence),
        }
    )


def signed_bytes(payload: bytes) -> bytes:
    """Return the bytes that a signature covers (DSSE, pre-authentication encoding)."""
    kind = PAYLOAD_TYPE.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def envelope(payload: bytes, key_id: str, signature: bytes) -> bytes:
    """Return the envelope of a signed payload."""
    value: dict[str, Any] = {
        "payloadType": PAYLOAD_TYPE,
        "payload": base64.b64encode(payload).decode(),
        "signatures": [{"keyid": key_id, "sig": base64.b64encode(signature).decode()}],
    }
    return json_bytes(value)
