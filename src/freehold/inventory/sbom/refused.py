"""SBOM forms that are recognised and refused: better a clear reason than a file that seems not to be there."""

from __future__ import annotations

import re
from typing import NoReturn

import msgspec

from freehold.inventory.reader import Document, UnreadableError
from freehold.inventory.sbom.claims import head_text


class RefusedForm(msgspec.Struct):
    """A form that no reader here understands: its name, what its head looks like, and what to do instead."""

    name: str
    claim: str
    """A regular expression, searched in the first bytes."""
    reason: str
    remedy: str

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the head looks like this form."""
        return bool(re.search(self.claim, head_text(head), re.MULTILINE))

    def read(self, document: Document) -> NoReturn:
        """Refuse the document with an ``UnreadableError``."""
        raise UnreadableError(self.reason, remedy=self.remedy)


SPDX_RDF = RefusedForm(
    "spdx-rdf",
    r"(?s)<rdf:RDF.*spdx\.org/rdf/terms",
    "SPDX in RDF/XML is not read",
    "export the SBOM as SPDX 2.3 JSON or tag-value",
)
SPDX_YAML = RefusedForm(
    "spdx-yaml",
    r"^(spdxVersion\s*:|SPDXID\s*:\s*[\"']?SPDXRef-DOCUMENT[\"']?\s*$(?=[\s\S]*^(creationInfo|spdxVersion|name)\s*:))",
    "SPDX in YAML is not read",
    "export the SBOM as SPDX 2.3 JSON or tag-value",
)
CYCLONEDX_YAML = RefusedForm(
    "cyclonedx-yaml",
    r"^[\"']?bomFormat[\"']?\s*:\s*[\"']?CycloneDX",
    "CycloneDX in YAML is no standard form and is not read",
    "export the SBOM as CycloneDX JSON",
)
