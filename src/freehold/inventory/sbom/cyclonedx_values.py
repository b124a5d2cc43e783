"""The parts of a CycloneDX document that Freehold reads, as structs; JSON and XML both come to these.

Specification: https://cyclonedx.org/specification/overview/ (ECMA-424), versions 1.0 to 1.7. Fields that say nothing
about who, what, whence and under which terms (lists of authors, evidence, vulnerabilities, model cards, tools...) are not
declared and so never decoded. Every field may be missing or null: real documents break their schema.
"""

from __future__ import annotations

import msgspec

from freehold.inventory.sbom.decoding import Text


class Contact(msgspec.Struct, gc=False):
    """A contact of an organisation: that there is one is all that is read."""


class Organisation(msgspec.Struct, gc=False):
    """An organizationalEntity."""

    name: str | None = None
    contacts: list[Contact | None] | None = msgspec.field(default=None, name="contact")


class LicenceText(msgspec.Struct, gc=False):
    """An attached text."""

    content: str | None = None
    encoding: str | None = None


class LicenceBody(msgspec.Struct, gc=False):
    """A licence by id or by name, with address and text."""

    id: str | None = None
    name: str | None = None
    url: str | None = None
    text: LicenceText | None = None


class LicenceChoice(msgspec.Struct, gc=False):
    """One element of ``licenses``: a licence or an expression."""

    license: LicenceBody | None = None
    expression: str | None = None


class Hash(msgspec.Struct, gc=False):
    """A checksum."""

    alg: str | None = None
    content: str | None = None


class ExternalReference(msgspec.Struct, gc=False):
    """An external reference."""

    type: str | None = None
    url: str | None = None


class Property(msgspec.Struct, gc=False):
    """A name-value pair that a tool adds."""

    name: str | None = None
    value: str | None = None


class Part(msgspec.Struct, gc=False):
    """A component or a service: they share most fields, ``endpoints``, ``provider`` and ``services`` are a service's."""

    type: str | None = None
    ref: str | None = msgspec.field(default=None, name="bom-ref")
    group: str | None = None
    name: str | None = None
    version: Text = None
    scope: str | None = None
    purl: str | None = None
    cpe: str | None = None
    author: str | None = None
    publisher: str | None = None
    supplier: Organisation | None = None
    manufacturer: Organisation | None = None
    provider: Organisation | None = None
    hashes: list[Hash | None] | None = None
    licenses: list[LicenceChoice | None] | None = None
    references: list[ExternalReference | None] | None = msgspec.field(default=None, name="externalReferences")
    properties: list[Property | None] | None = None
    endpoints: list[str | None] | None = None
    components: list[Part | None] | None = None
    services: list[Part | None] | None = None
    pedigree: Pedigree | None = None


class Pedigree(msgspec.Struct, gc=False):
    """What a part was made from."""

    ancestors: list[Part | None] | None = None


class LinedPart(Part, gc=False):
    """A part read from XML, with its line."""

    line: int = 0


class Needs(msgspec.Struct, gc=False):
    """One element of ``dependencies``: what a part depends on, and which specifications it implements."""

    ref: str | None = None
    depends_on: list[str | None] | None = msgspec.field(default=None, name="dependsOn")
    provides: list[str | None] | None = None


class Metadata(msgspec.Struct, gc=False):
    """What the document is about."""

    component: Part | None = None
    supplier: Organisation | None = None


class Bom(msgspec.Struct, gc=False):
    """A CycloneDX document."""

    format: str | None = msgspec.field(default=None, name="bomFormat")
    version: Text = msgspec.field(default=None, name="specVersion")
    metadata: Metadata | None = None
    components: list[Part | None] | None = None
    services: list[Part | None] | None = None
    dependencies: list[Needs | None] | None = None
