"""An SPDX 2.x document as a draft: packages as entries, relationships as links, files only as a number.

Decisions: one described package is the root, several or none leave the document itself as the root; declared and
concluded licences stand side by side; a supplier is kept only if SPDX says ``Organization:``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import msgspec

from freehold.inventory.sbom.decoding import present
from freehold.inventory.sbom.entries import Draft, Entry
from freehold.inventory.sbom.evidence import SpdxEvidence, is_lockfile, with_evidence
from freehold.inventory.sbom.licences import document_licences, named_licence, plain_licence, short_name
from freehold.inventory.sbom.places import checksum, download_place, reference
from freehold.inventory.sbom.spdx_relations import DESCRIBED_BY, DESCRIBES, link_of, type_name
from freehold.inventory.sbom.spdx_values import ExternalRef, ExtractedLicence, LinedPackage, Package, SpdxDocument
from freehold.inventory.sbom.suppliers import spdx_supplier
from freehold.model.component import ComponentKind, Licence, LicenceForm, Origin, Reference

KINDS = {
    "application": ComponentKind.APPLICATION,
    "container": ComponentKind.CONTAINER,
    "data": ComponentKind.DATASET,
    "device": ComponentKind.DEVICE,
    "devicedriver": ComponentKind.FIRMWARE,
    "file": ComponentKind.FILE,
    "firmware": ComponentKind.FIRMWARE,
    "framework": ComponentKind.FRAMEWORK,
    "install": ComponentKind.APPLICATION,
    "library": ComponentKind.LIBRARY,
    "model": ComponentKind.MODEL,
    "operatingsystem": ComponentKind.OPERATING_SYSTEM,
    "platform": ComponentKind.PLATFORM,
}
"""SPDX purposes, 2.x and 3.0 spellings folded by ``kind_of``; SOURCE, ARCHIVE and OTHER say nothing about the kind."""

Place = Callable[[int, Package], str]
"""(position, package) -> its place in the notation of the file's format."""


class _Explained(msgspec.Struct, frozen=True):
    """The licences that a document explains, by its own name for them; and what each stands for, where it is named."""

    licences: dict[str, ExtractedLicence]
    names: dict[str, str]


def kind_of(purpose: str | None) -> ComponentKind:
    """Return the kind an SPDX purpose stands for."""
    folded = (purpose or "").strip().lower().replace("-", "").replace("_", "")
    return KINDS.get(folded, ComponentKind.UNKNOWN)


def fill_draft(draft: Draft, spdx: SpdxDocument, place: Place) -> None:
    """Add the document's packages and relationships to the draft."""
    root = single_root(_described(spdx), {package.id for package in present(spdx.packages) if package.id})
    explained = _explained(present(spdx.licences))
    evidence = SpdxEvidence(spdx)
    for index, package in enumerate(spdx.packages or ()):
        if package is not None:
            is_root = root is not None and package.id == root
            entry = _entry(package, draft.path, place(index, package), explained, is_root=is_root)
            if is_lockfile(package.name) and not (entry.purls or entry.version or is_root):
                entry = msgspec.structs.replace(entry, kind=ComponentKind.FILE)
            draft.entries.append(with_evidence(entry, evidence.of(package)))
    _omit_files(draft, spdx)
    _add_links(draft, spdx)


def single_root(described: Iterable[str], packages: set[str]) -> str | None:
    """Return the one package that the document describes, or None if it describes several or none."""
    found = {ref for ref in described if ref in packages}
    return found.pop() if len(found) == 1 else None


def note_unused(draft: Draft, unused: Counter[str]) -> None:
    """Tell which relationship types stated no need, and how often."""
    if unused:
        listed = ", ".join(f"{name[:60]} {count}" for name, count in sorted(unused.items())[:12])
        draft.notes.once(f"{unused.total()} relationships state no need and give no edge: {listed}")


def note_files(draft: Draft, count: int) -> None:
    """Tell how many file entries were left out."""
    if count:
        draft.notes.once(f"{count} file entries are not components")


def _described(spdx: SpdxDocument) -> Iterable[str]:
    """Return what the document says it describes, in either direction and in the old field."""
    yield from present(spdx.describes)
    own = spdx.id or "SPDXRef-DOCUMENT"
    for relation in present(spdx.relationships):
        kind = type_name(relation.type)
        if kind in DESCRIBES and relation.source == own and relation.target:
            yield relation.target
        elif kind == DESCRIBED_BY and relation.target == own and relation.source:
            yield relation.source


def _entry(package: Package, file: str, place: str, explained: _Explained, *, is_root: bool) -> Entry:
    """Return a package as an entry."""
    registry, download = download_place(package.download)
    purls, others = _references(package)
    line = package.line if isinstance(package, LinedPackage) else 0
    return Entry(
        ref=package.id or "",
        place=place,
        origin=Origin(file, line, "" if line else place),
        name=(package.name or "").strip(),
        version=stated("" if package.version is None else str(package.version)),
        kind=kind_of(package.purpose),
        purls=purls,
        licences=_licences(package, explained),
        supplier=spdx_supplier(package.supplier, package.originator),
        hashes=tuple(found for item in present(package.checksums) for found in checksum(item.algorithm, item.value)),
        registry=registry,
        references=(*download, *reference("website", package.homepage), *others),
        is_root=is_root,
    )


def stated(text: str) -> str:
    """Return a text, empty where SPDX's words say that nothing is stated."""
    return "" if text.strip().upper() in ("NOASSERTION", "NONE") else text.strip()


def _references(package: Package) -> tuple[tuple[str, ...], tuple[Reference, ...]]:
    """Split external references into purls and the rest."""
    purls: list[str] = []
    others: list[Reference] = []
    for item in present(package.references):
        if item.locator and _is_purl(item):
            purls.append(item.locator)
        else:
            others.extend(reference(_reference_kind(item), item.locator))
    return tuple(dict.fromkeys(purls)), tuple(dict.fromkeys(others))


def _is_purl(item: ExternalRef) -> bool:
    """Tell whether a reference is a package URL, by its type or by its scheme."""
    last = (item.type or "").rstrip("/").rsplit("/", 1)[-1].lower()
    return last == "purl" or (item.locator or "").startswith("pkg:")


def _reference_kind(item: ExternalRef) -> str:
    """Return a reference type as other formats name it: the last word of an address, ``cpe`` for both CPE forms."""
    last = (item.type or "").rstrip("/").rsplit("/", 1)[-1].rsplit("#", 1)[-1]
    return "cpe" if last in ("cpe22Type", "cpe23Type") else last


def _explained(listed: Iterable[ExtractedLicence]) -> _Explained:
    """Return what the document says about its own licences."""
    licences = {one.id: one for one in listed if one.id}
    return _Explained(licences, {name: short_name(name, one.name, one.text) for name, one in licences.items()})


def _licences(package: Package, explained: _Explained) -> tuple[Licence, ...]:
    """Return declared and concluded licences, then what the document quotes of those that it gives no name."""
    expressions = [package.declared, package.concluded]
    found = [licence for text in expressions for licence in named_licence(text, explained.names)]
    if not found:
        expressions = present(package.from_files)
        found = [licence for text in expressions for licence in named_licence(text, explained.names)]
    for text in expressions:
        for name in document_licences(text):
            found.extend(_explanation(None if explained.names.get(name) else explained.licences.get(name)))
    return tuple(dict.fromkeys(found))


def _explanation(licence: ExtractedLicence | None) -> Iterable[Licence]:
    """Return what the document says about one of its own licences that has no name: its addresses and its text."""
    if licence is not None:
        for url in present(licence.see_also):
            yield from plain_licence(LicenceForm.URL, url)
        yield from plain_licence(LicenceForm.TEXT, licence.text)


def _omit_files(draft: Draft, spdx: SpdxDocument) -> None:
    """Remember files and snippets, and the document itself, as known but no components."""
    for item in [*present(spdx.files), *present(spdx.snippets)]:
        draft.omitted.add(item.id or "")
    draft.omitted.update({spdx.id or "SPDXRef-DOCUMENT", "NONE", "NOASSERTION"})
    draft.omitted.discard("")
    note_files(draft, len(present(spdx.files)))


def _add_links(draft: Draft, spdx: SpdxDocument) -> None:
    """Add the relationships that state a need or a containment; count the others."""
    unused: Counter[str] = Counter()
    for relation in present(spdx.relationships):
        kind = type_name(relation.type)
        link = link_of(relation.source or "", kind, relation.target or "")
        if link is not None:
            draft.links.append(link)
        elif kind not in DESCRIBES and kind != DESCRIBED_BY:
            unused[kind or "no type"] += 1
    note_unused(draft, unused)
