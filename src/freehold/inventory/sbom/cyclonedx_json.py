"""CycloneDX in JSON (1.2 to 1.7; other 1.x with a note): decoding and the reader. The mapping is shared with XML."""

from __future__ import annotations

import re

from freehold.inventory.notes import Notes
from freehold.inventory.reader import Document, Reading, UnreadableError
from freehold.inventory.sbom.assembly import assemble
from freehold.inventory.sbom.claims import NOT_AN_SBOM, head_text, is_json, plain_name
from freehold.inventory.sbom.cyclonedx_mapping import fill_draft
from freehold.inventory.sbom.cyclonedx_values import Bom
from freehold.inventory.sbom.decoding import Fault, decode_json
from freehold.inventory.sbom.entries import Draft
from freehold.model.component import Origin

_KEYS = re.compile(
    r'"(bomFormat|bom-ref)"\s*:|"specVersion"\s*:\s*"1\.\d"|"serialNumber"\s*:\s*"urn:uuid:'
    r'|"tools"\s*:\s*\{\s*"(components|services)"'
)
_NAMES = re.compile(r"(\.cdx|(^|[-_.])bom|cyclonedx)\.json$")
_VERSION = re.compile(r"1\.([0-9]{1,3})")
_NEWEST = 7


class CycloneDxJson:
    """The reader of CycloneDX JSON."""

    name = "cyclonedx-json"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the head holds a key only CycloneDX has, or the name says so and the head is a JSON object."""
        text = head_text(head)
        return is_json(text) and bool(_KEYS.search(text) or _NAMES.search(plain_name(name)))

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken or no CycloneDX 1.x."""
        bom, faults = decode_json(document.data, Bom)
        if (bom.format or "").lower() != "cyclonedx" and not (bom.version and bom.components is not None):
            raise UnreadableError(
                'no CycloneDX document: "bomFormat": "CycloneDX" is missing at its top level', remedy=NOT_AN_SBOM
            )
        notes = Notes(document.path)
        version = checked_version(str(bom.version or "").strip(), notes)
        note_faults(notes, document.path, faults)
        draft = Draft(f"{self.name} {version}".strip(), document.path, notes)
        fill_draft(draft, bom, _step, "")
        return assemble(draft)


def checked_version(version: str, notes: Notes) -> str:
    """Return the specification version, empty if it is not stated or odd; both are noted.

    Raises ``UnreadableError`` for another major version.
    """
    known = _VERSION.fullmatch(version)
    if version and not version.startswith("1."):
        raise UnreadableError(
            f"CycloneDX version {version[:40]!r} is not supported", remedy="export the SBOM as CycloneDX 1.2 to 1.7"
        )
    if known is None:
        notes.once(f"the CycloneDX version {version[:40]!r} is missing or odd; read as 1.{_NEWEST}")
        return ""
    if int(known[1]) > _NEWEST:
        notes.once(f"CycloneDX {version} is newer than 1.{_NEWEST}; parts that are new in it are not read")
    return version


def note_faults(notes: Notes, file: str, faults: list[Fault]) -> None:
    """Note the values that had to be left out."""
    for fault in faults:
        notes.add("values of a wrong type", fault.reason, Origin(file, 0, fault.pointer))


def _step(place: str, name: str, index: int) -> str:
    """Return the RFC 6901 pointer of an item in a list."""
    return f"{place}/{name}/{index}"
