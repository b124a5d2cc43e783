"""SPDX 3.0 in JSON-LD: the reader. What the graph means is in ``spdx3_mapping``."""

from __future__ import annotations

import re

from freehold.inventory.notes import Notes
from freehold.inventory.reader import Document, Reading, UnreadableError
from freehold.inventory.sbom.assembly import assemble
from freehold.inventory.sbom.claims import NOT_AN_SBOM, head_text, is_json
from freehold.inventory.sbom.cyclonedx_json import note_faults
from freehold.inventory.sbom.decoding import decode_json
from freehold.inventory.sbom.entries import Draft
from freehold.inventory.sbom.spdx3_mapping import fill_draft
from freehold.inventory.sbom.spdx3_values import Element, Graph, Inline

_VERSION = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){1,2}")
_KEYS = re.compile(r'spdx\.org/rdf/(v?3|spdx-3)|"spdxId"\s*:|"software_Package"')


class Spdx3Json:
    """The reader of SPDX 3 JSON-LD."""

    name = "spdx-json-ld"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the head is JSON that names SPDX 3's context, an SPDX 3 id or package."""
        text = head_text(head)
        return is_json(text) and bool(_KEYS.search(text))

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken or no SPDX 3."""
        graph, faults = decode_json(document.data, Graph)
        if graph.graph is None:
            elements: list[tuple[str, Element]] = [("", graph)]
        else:
            numbered = enumerate(graph.graph)
            elements = [(f"/@graph/{index}", element) for index, element in numbered if element is not None]
        if not any(element.kind for _, element in elements):
            raise UnreadableError(
                'no SPDX 3 document: no element in it (or in its "@graph") has a type', remedy=NOT_AN_SBOM
            )
        notes = Notes(document.path)
        note_faults(notes, document.path, faults)
        version = _version([element for _, element in elements])
        if not version.startswith("3."):
            notes.once(f"SPDX version {version or 'not stated'!r}; read as 3.0")
        draft = Draft(f"{self.name} {version}".strip(), document.path, notes)
        fill_draft(draft, elements)
        return assemble(draft)


def _version(elements: list[Element]) -> str:
    """Return the specification version that the first creation record states."""
    for element in elements:
        for record in (element, element.creation):
            stated = record.spec_version if isinstance(record, Element | Inline) else None
            if stated is not None and _VERSION.fullmatch(str(stated)):
                return str(stated)
    return ""
