"""The parts of an SPDX 2.x document that Freehold reads, as structs; JSON and tag-value both come to these.

Specification: https://spdx.github.io/spdx-spec/v2.3/ (ISO/IEC 5962:2021 is 2.2.1). Annotations and snippets' texts
are not declared and so never decoded. Every field may be missing or null.
"""

from __future__ import annotations

import msgspec

from freehold.inventory.sbom.decoding import Text


class ExternalRef(msgspec.Struct, gc=False):
    """A reference from a package to a package manager, a security record or another source."""

    category: str | None = msgspec.field(default=None, name="referenceCategory")
    type: str | None = msgspec.field(default=None, name="referenceType")
    locator: str | None = msgspec.field(default=None, name="referenceLocator")


class Checksum(msgspec.Struct, gc=False):
    """A checksum of a package."""

    algorithm: str | None = None
    value: str | None = msgspec.field(default=None, name="checksumValue")


class Package(msgspec.Struct, gc=False):
    """A package."""

    id: str | None = msgspec.field(default=None, name="SPDXID")
    name: str | None = None
    version: Text = msgspec.field(default=None, name="versionInfo")
    supplier: str | None = None
    originator: str | None = None
    download: str | None = msgspec.field(default=None, name="downloadLocation")
    homepage: str | None = None
    declared: str | None = msgspec.field(default=None, name="licenseDeclared")
    concluded: str | None = msgspec.field(default=None, name="licenseConcluded")
    from_files: list[str | None] | None = msgspec.field(default=None, name="licenseInfoFromFiles")
    purpose: str | None = msgspec.field(default=None, name="primaryPackagePurpose")
    references: list[ExternalRef | None] | None = msgspec.field(default=None, name="externalRefs")
    checksums: list[Checksum | None] | None = None
    file_name: str | None = msgspec.field(default=None, name="packageFileName")
    source_info: str | None = msgspec.field(default=None, name="sourceInfo")
    comment: str | None = None


class LinedPackage(Package, gc=False):
    """A package read from tag-value text, with its line."""

    line: int = 0


class Named(msgspec.Struct, gc=False):
    """A file or snippet: only its identifier is read, so that it can be told from a dangling reference."""

    id: str | None = msgspec.field(default=None, name="SPDXID")


class ExtractedLicence(msgspec.Struct, gc=False):
    """A licence that the document itself explains."""

    id: str | None = msgspec.field(default=None, name="licenseId")
    name: str | None = None
    text: str | None = msgspec.field(default=None, name="extractedText")
    see_also: list[str | None] | None = msgspec.field(default=None, name="seeAlsos")


class Relationship(msgspec.Struct, gc=False):
    """One relationship between two elements."""

    source: str | None = msgspec.field(default=None, name="spdxElementId")
    type: str | None = msgspec.field(default=None, name="relationshipType")
    target: str | None = msgspec.field(default=None, name="relatedSpdxElement")


class Creation(msgspec.Struct, gc=False):
    """Who made the document: its tools tell how fields are to be read."""

    creators: list[str | None] | None = None


class SpdxDocument(msgspec.Struct, gc=False):
    """An SPDX 2.x document."""

    version: Text = msgspec.field(default=None, name="spdxVersion")
    id: str | None = msgspec.field(default=None, name="SPDXID")
    creation: Creation | None = msgspec.field(default=None, name="creationInfo")
    describes: list[str | None] | None = msgspec.field(default=None, name="documentDescribes")
    packages: list[Package | None] | None = None
    files: list[Named | None] | None = None
    snippets: list[Named | None] | None = None
    licences: list[ExtractedLicence | None] | None = msgspec.field(default=None, name="hasExtractedLicensingInfos")
    relationships: list[Relationship | None] | None = None


class SpdxExport(SpdxDocument, gc=False):
    """What a file may hold: the document itself, or a forge's export that wraps it in ``sbom``."""

    sbom: SpdxDocument | None = None
