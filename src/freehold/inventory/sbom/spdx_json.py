"""SPDX 2.x in JSON (2.2 and 2.3; other 2.x with a note): the reader. The mapping is shared with tag-value."""

from __future__ import annotations

import re

from freehold.inventory.notes import Notes
from freehold.inventory.reader import Document, Reading, UnreadableError
from freehold.inventory.sbom.assembly import assemble
from freehold.inventory.sbom.claims import NOT_AN_SBOM, head_text, is_json, plain_name
from freehold.inventory.sbom.cyclonedx_json import note_faults
from freehold.inventory.sbom.decoding import decode_json
from freehold.inventory.sbom.entries import Draft
from freehold.inventory.sbom.spdx_mapping import fill_draft
from freehold.inventory.sbom.spdx_values import SpdxExport

_KEYS = re.compile(r'"(spdxVersion|SPDXID|spdxElementId)"\s*:')
_VERSION = re.compile(r"SPDX-([0-9]{1,3})\.([0-9]{1,3})", re.IGNORECASE)
_KNOWN = frozenset({"2.2", "2.3"})


class SpdxJson:
    """The reader of SPDX 2.x JSON, plain or in a forge's ``sbom`` wrapper."""

    name = "spdx-json"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the head holds a key only SPDX 2 has, or the name says SPDX and the head is no SPDX 3."""
        text = head_text(head)
        named = plain_name(name).endswith(".spdx.json") and '"@context"' not in text and '"spdxId"' not in text
        return is_json(text) and bool(_KEYS.search(text) or named)

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken or no SPDX 2.x."""
        export, faults = decode_json(document.data, SpdxExport)
        wrapped = export.sbom if export.version is None else None
        spdx = wrapped or export
        if spdx.version is None:
            raise UnreadableError('no SPDX 2 document: "spdxVersion" is missing at its top level', remedy=NOT_AN_SBOM)
        notes = Notes(document.path)
        version = checked_version(str(spdx.version), notes)
        note_faults(notes, document.path, faults)
        draft = Draft(f"{self.name} {version}", document.path, notes)
        top = "/sbom" if wrapped else ""
        fill_draft(draft, spdx, lambda index, _: f"{top}/packages/{index}")
        return assemble(draft)


def checked_version(text: str, notes: Notes) -> str:
    """Return the SPDX version; note one this reader was not written for, refuse another major version."""
    found = _VERSION.fullmatch(text.strip())
    if found is None or int(found[1]) != 2:
        raise UnreadableError(f"SPDX version {text[:40]!r} is not supported", remedy="export the SBOM as SPDX 2.3")
    version = f"{found[1]}.{found[2]}"
    if version not in _KNOWN:
        notes.once(f"SPDX version {version} is read as 2.3; what only it has is not read")
    return version
