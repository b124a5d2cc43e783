"""Readers of software bills of materials: CycloneDX and SPDX, one module a format, one shared way to a reading.

    bytes -> decoding (structs) -> *_mapping (draft: entries and links) -> assembly (joining, edges) -> Reading

``READERS`` is ordered: the first that accepts a file reads it. Forms that are recognised but not read come last and
refuse with a reason.
"""

from __future__ import annotations

from freehold.inventory.reader import Reader
from freehold.inventory.sbom.cyclonedx_json import CycloneDxJson
from freehold.inventory.sbom.cyclonedx_xml import CycloneDxXml
from freehold.inventory.sbom.refused import CYCLONEDX_YAML, SPDX_RDF, SPDX_YAML
from freehold.inventory.sbom.spdx3_json import Spdx3Json
from freehold.inventory.sbom.spdx_json import SpdxJson
from freehold.inventory.sbom.spdx_tagvalue import SpdxTagValue

READERS: tuple[Reader, ...] = (
    CycloneDxJson(),
    CycloneDxXml(),
    Spdx3Json(),
    SpdxJson(),
    SpdxTagValue(),
    SPDX_RDF,
    SPDX_YAML,
    CYCLONEDX_YAML,
)

__all__ = ["READERS"]
