"""The elements of an SPDX 3 JSON-LD graph that Freehold reads, as one struct with the fields of all of them.

Specification: https://spdx.github.io/spdx-spec/v3.0.1/. The graph is flat and mixed, so one struct decodes it in one
pass. Tools in the field write names with and without their profile prefix; both are declared and folded by properties.
"""

from __future__ import annotations

import msgspec

from freehold.inventory.sbom.decoding import Text


class Inline(msgspec.Struct, gc=False):
    """A part written inside an element: an identifier, a reference, a checksum or an element named by its id."""

    id: str | None = msgspec.field(default=None, name="spdxId")
    at_id: str | None = msgspec.field(default=None, name="@id")
    name: str | None = None
    type: str | None = None
    identifier_type: str | None = msgspec.field(default=None, name="externalIdentifierType")
    identifier: str | None = None
    reference_type: str | None = msgspec.field(default=None, name="externalRefType")
    locator: str | list[str | None] | None = None
    algorithm: str | None = None
    hash_value: str | None = msgspec.field(default=None, name="hashValue")
    spec_version: Text = msgspec.field(default=None, name="specVersion")


Inner = list[str | Inline | None] | str | Inline | None
"""Ids or inline parts, one or many: JSON-LD allows a single value where a list is meant."""


class Element(msgspec.Struct, gc=False):
    """One element of the graph."""

    type: str | None = None
    at_type: str | None = msgspec.field(default=None, name="@type")
    id: str | None = msgspec.field(default=None, name="spdxId")
    at_id: str | None = msgspec.field(default=None, name="@id")
    name: str | None = None
    spec_version: Text = msgspec.field(default=None, name="specVersion")
    creation: str | Inline | None = msgspec.field(default=None, name="creationInfo")
    roots: Inner = msgspec.field(default=None, name="rootElement")
    source: Inner = msgspec.field(default=None, name="from")
    target: Inner = msgspec.field(default=None, name="to")
    relation: str | None = msgspec.field(default=None, name="relationshipType")
    scope: str | None = None
    supplied_by: Inner = msgspec.field(default=None, name="suppliedBy")
    originated_by: Inner = msgspec.field(default=None, name="originatedBy")
    identifiers: Inner = msgspec.field(default=None, name="externalIdentifier")
    references: Inner = msgspec.field(default=None, name="externalRef")
    verified: Inner = msgspec.field(default=None, name="verifiedUsing")
    prefixed_version: Text = msgspec.field(default=None, name="software_packageVersion")
    plain_version: Text = msgspec.field(default=None, name="packageVersion")
    prefixed_purl: str | None = msgspec.field(default=None, name="software_packageUrl")
    plain_purl: str | None = msgspec.field(default=None, name="packageUrl")
    prefixed_download: str | None = msgspec.field(default=None, name="software_downloadLocation")
    plain_download: str | None = msgspec.field(default=None, name="downloadLocation")
    prefixed_home: str | None = msgspec.field(default=None, name="software_homePage")
    plain_home: str | None = msgspec.field(default=None, name="homePage")
    prefixed_purpose: str | None = msgspec.field(default=None, name="software_primaryPurpose")
    plain_purpose: str | None = msgspec.field(default=None, name="primaryPurpose")
    prefixed_expression: str | None = msgspec.field(default=None, name="simplelicensing_licenseExpression")
    plain_expression: str | None = msgspec.field(default=None, name="licenseExpression")
    prefixed_text: str | None = msgspec.field(default=None, name="simplelicensing_licenseText")
    plain_text: str | None = msgspec.field(default=None, name="licenseText")
    identifier_type: str | None = msgspec.field(default=None, name="externalIdentifierType")
    identifier: str | None = None

    @property
    def kind(self) -> str:
        """Return the type without its profile prefix or address: ``Package``, ``File``, ``Relationship``..."""
        last = (self.type or self.at_type or "").rsplit("/", 1)[-1].rsplit("#", 1)[-1]
        return last.rsplit("_", 1)[-1].rsplit(":", 1)[-1]

    @property
    def ref(self) -> str:
        """Return the element's own name."""
        return self.id or self.at_id or ""


class Graph(Element, gc=False):
    """An SPDX 3 document: a graph, or a single element at the top level."""

    graph: list[Element | None] | None = msgspec.field(default=None, name="@graph")


def parts_of(value: Inner) -> list[str | Inline]:
    """Return ids and inline parts as a list."""
    if value is None:
        return []
    return [part for part in value if part is not None] if isinstance(value, list) else [value]


def ids_of(value: Inner) -> list[str]:
    """Return the ids of what is named."""
    found = [part if isinstance(part, str) else part.id or part.at_id or "" for part in parts_of(value)]
    return [ref for ref in found if ref]
