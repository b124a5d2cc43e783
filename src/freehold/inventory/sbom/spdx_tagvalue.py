"""SPDX 2.x in tag-value text: lines of ``Tag: value``, long values in ``<text>`` brackets. The mapping is shared.

Specification: https://spdx.github.io/spdx-spec/v2.3/conformance/. A ``PackageName`` opens a package, ``FileName`` a
file, ``SnippetSPDXID`` a snippet, ``LicenseID`` an explained licence; relationships may stand anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from freehold.inventory.notes import Notes
from freehold.inventory.reader import Document, Reading, UnreadableError, text_of
from freehold.inventory.sbom.assembly import assemble
from freehold.inventory.sbom.claims import NOT_AN_SBOM, head_text
from freehold.inventory.sbom.entries import Draft
from freehold.inventory.sbom.spdx_json import checked_version
from freehold.inventory.sbom.spdx_mapping import fill_draft
from freehold.inventory.sbom.spdx_values import (
    Checksum,
    Creation,
    ExternalRef,
    ExtractedLicence,
    LinedPackage,
    Named,
    Package,
    Relationship,
    SpdxDocument,
)
from freehold.model.component import Origin

_CLAIM = re.compile(r"^SPDXVersion\s*:", re.MULTILINE)
_TAG = re.compile(r"\s*([A-Za-z][A-Za-z0-9]*)\s*:(.*)", re.DOTALL)

_PACKAGE_FIELDS = {
    "PackageComment": "comment",
    "PackageFileName": "file_name",
    "PackageSourceInfo": "source_info",
    "PackageVersion": "version",
    "PackageSupplier": "supplier",
    "PackageOriginator": "originator",
    "PackageDownloadLocation": "download",
    "PackageHomePage": "homepage",
    "PackageLicenseDeclared": "declared",
    "PackageLicenseConcluded": "concluded",
    "PrimaryPackagePurpose": "purpose",
}


class SpdxTagValue:
    """The reader of SPDX 2.x tag-value."""

    name = "spdx-tag-value"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether a line of the head states an SPDX version as a tag."""
        return bool(_CLAIM.search(head_text(head)))

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` for an unclosed text or a document that is no SPDX 2.x."""
        notes = Notes(document.path)
        spdx = _Folding(document.path, notes).fold(text_of(document.data))
        if spdx.version is None:
            raise UnreadableError("no SPDX document: the tag SPDXVersion is missing", remedy=NOT_AN_SBOM)
        version = checked_version(str(spdx.version), notes)
        draft = Draft(f"{self.name} {version}", document.path, notes)
        fill_draft(draft, spdx, _place)
        return assemble(draft)


def _place(_: int, package: Package) -> str:
    """Return a package's place as a line fragment (RFC 5147)."""
    return f"line={package.line}" if isinstance(package, LinedPackage) else ""


class _Tag(msgspec.Struct, frozen=True):
    """One tag with its value, which may span lines, and the line it starts in; an empty name: no tag at all."""

    line: int
    name: str
    value: str


def _tags(text: str) -> Iterator[_Tag]:
    """Yield the tags in order, comments and empty lines left out."""
    lines = re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff"))
    number = 0
    while number < len(lines):
        start, line = number, lines[number]
        number += 1
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _TAG.fullmatch(line)
        if found is None:
            yield _Tag(start + 1, "", line)
            continue
        name, value = found[1], found[2].strip()
        if value.startswith("<text>"):
            value, number = _bracketed(lines, start, value.removeprefix("<text>"))
        yield _Tag(start + 1, name, value)


def _bracketed(lines: list[str], start: int, first: str) -> tuple[str, int]:
    """Return the text up to ``</text>`` and the number of the line after it."""
    pieces: list[str] = []
    for number in range(start, len(lines)):
        piece, closed, _ = (first if number == start else lines[number]).partition("</text>")
        pieces.append(piece)
        if closed:
            return "\n".join(pieces).strip(), number + 1
    raise UnreadableError(
        "a <text> is opened but never closed", line=start + 1, remedy="get a complete copy of the file"
    )


class _Folding:
    """Folds tags into a document: each tag belongs to what was opened last."""

    def __init__(self, path: str, notes: Notes) -> None:
        self._path = path
        self._notes = notes
        self._packages: list[Package | None] = []
        self._files: list[Named | None] = []
        self._snippets: list[Named | None] = []
        self._licences: list[ExtractedLicence | None] = []
        self._relationships: list[Relationship | None] = []
        self._open: LinedPackage | Named | ExtractedLicence | None = None
        self._creators: list[str | None] = []
        self._document = SpdxDocument(creation=Creation(self._creators))

    def fold(self, text: str) -> SpdxDocument:
        """Return the document the text stands for."""
        for tag in _tags(text):
            if not tag.name:
                self._notes.add("lines that are no tag", "the line is not 'Tag: value'", Origin(self._path, tag.line))
            elif tag.name == "SPDXVersion":
                self._document.version = tag.value
            elif tag.name == "Relationship":
                self._relate(tag)
            elif tag.name == "Creator":
                self._creators.append(tag.value)
            elif not self._opens(tag):
                self._belongs(tag)
        self._document.packages, self._document.files = self._packages, self._files
        self._document.snippets, self._document.licences = self._snippets, self._licences
        self._document.relationships = self._relationships
        return self._document

    def _opens(self, tag: _Tag) -> bool:
        """Open a package, file, snippet or licence, if the tag does that."""
        match tag.name:
            case "PackageName":
                self._open = LinedPackage(name=tag.value, references=[], checksums=[], from_files=[], line=tag.line)
                self._packages.append(self._open)
            case "FileName":
                self._open = Named()
                self._files.append(self._open)
            case "SnippetSPDXID":
                self._open = Named(tag.value)
                self._snippets.append(self._open)
            case "LicenseID":
                self._open = ExtractedLicence(tag.value, see_also=[])
                self._licences.append(self._open)
            case _:
                return False
        return True

    def _belongs(self, tag: _Tag) -> None:
        """Give the tag to what is open; tags that are not read fall through."""
        match self._open:
            case LinedPackage():
                _give_package(self._open, tag)
            case ExtractedLicence():
                _give_licence(self._open, tag)
            case Named() if tag.name == "SPDXID":
                self._open.id = self._open.id or tag.value
            case None if tag.name == "SPDXID":
                self._document.id = tag.value

    def _relate(self, tag: _Tag) -> None:
        """Add a relationship: source, type and target, apart by blanks."""
        words = tag.value.split()
        if len(words) < 3:
            reason = f"the relationship {tag.value[:100]!r} is not 'source TYPE target'"
            self._notes.add("broken relationships", reason, Origin(self._path, tag.line))
        else:
            self._relationships.append(Relationship(words[0], words[1], words[2]))


def _give_package(package: LinedPackage, tag: _Tag) -> None:
    """Set a field of a package."""
    words = tag.value.split(None, 2)
    match tag.name:
        case "SPDXID":
            package.id = package.id or tag.value
        case "ExternalRef" if len(words) == 3 and package.references is not None:
            package.references.append(ExternalRef(*words))
        case "PackageChecksum" if package.checksums is not None:
            algorithm, _, value = tag.value.partition(":")
            package.checksums.append(Checksum(algorithm, value))
        case "PackageLicenseInfoFromFiles" if package.from_files is not None:
            package.from_files.append(tag.value)
        case name if name in _PACKAGE_FIELDS:
            setattr(package, _PACKAGE_FIELDS[name], tag.value)


def _give_licence(licence: ExtractedLicence, tag: _Tag) -> None:
    """Set a field of an explained licence."""
    match tag.name:
        case "LicenseName":
            licence.name = tag.value
        case "ExtractedText":
            licence.text = tag.value
        case "LicenseCrossReference" if licence.see_also is not None:
            licence.see_also.extend(word.strip() for word in tag.value.split(","))
