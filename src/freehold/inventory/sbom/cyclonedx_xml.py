"""CycloneDX in XML (1.0 to 1.7; other 1.x with a note): the reader. Streaming is in ``cyclonedx_elements``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from freehold.inventory.notes import Notes
from freehold.inventory.reader import Document, Reading, UnreadableError
from freehold.inventory.sbom.assembly import assemble
from freehold.inventory.sbom.claims import NOT_AN_SBOM, head_text
from freehold.inventory.sbom.cyclonedx_json import checked_version
from freehold.inventory.sbom.cyclonedx_mapping import fill_draft
from freehold.inventory.sbom.cyclonedx_values import Bom, Metadata, Needs
from freehold.inventory.sbom.entries import Draft

if TYPE_CHECKING:  # the XML machinery is loaded by the first XML document, not at start-up
    from freehold.inventory.sbom.cyclonedx_elements import Element

_NAMESPACE = "http://cyclonedx.org/schema/bom/"
_CLAIM = re.compile(r"<(\w+:)?bom[\s>]")


class CycloneDxXml:
    """The reader of CycloneDX XML."""

    name = "cyclonedx-xml"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the head is XML that opens a ``bom`` element or names the CycloneDX namespace."""
        text = head_text(head)
        is_xml = text.lstrip().startswith("<")
        return (
            is_xml and bool(_CLAIM.search(text)) and ("cyclonedx" in text.lower() or name.lower().endswith("bom.xml"))
        )

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken, hostile or no CycloneDX 1.x."""
        from freehold.inventory.sbom.cyclonedx_elements import parse_elements

        root, namespace = parse_elements(document.data)
        if root.name != "bom" or (namespace and not namespace.startswith(_NAMESPACE)):
            reason = f"no CycloneDX document: its root element is {root.name[:80]!r}"
            raise UnreadableError(reason, line=root.line, remedy=NOT_AN_SBOM)
        notes = Notes(document.path)
        version = checked_version(namespace.removeprefix(_NAMESPACE).strip("/"), notes)
        draft = Draft(f"{self.name} {version}".strip(), document.path, notes)
        fill_draft(draft, _bom(root), _step, "/bom")
        return assemble(draft)


def _bom(root: Element) -> Bom:
    """Return the document as the struct that JSON decodes to."""
    from freehold.inventory.sbom.cyclonedx_elements import organisation

    metadata = root.first("metadata")
    described = None
    if metadata is not None:
        described = Metadata(next(iter(metadata.parts), None), organisation(metadata.first("supplier")))
    return Bom(
        metadata=described,
        components=list(root.parts_of("components")),
        services=list(root.parts_of("services")),
        dependencies=list(_needs(root.first("dependencies"))),
    )


def _needs(section: Element | None) -> list[Needs]:
    """Return the dependency section, which may nest to any depth."""
    found: list[Needs] = []
    waiting = section.all("dependency")[::-1] if section else []
    while waiting:
        element = waiting.pop()
        inner = element.all("dependency")
        found.append(
            Needs(
                element.attributes.get("ref"),
                [child.attributes.get("ref") for child in inner],
                [child.attributes.get("ref") for child in element.all("provides")],
            )
        )
        waiting.extend(child for child in reversed(inner) if child.children)
    return found


def _step(place: str, name: str, index: int) -> str:
    """Return the XML path of an item in a list (positions count from 1)."""
    return f"{place}/{name}/{name.removesuffix('s')}[{index + 1}]"
