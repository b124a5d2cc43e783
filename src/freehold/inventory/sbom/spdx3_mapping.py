"""An SPDX 3 graph as a draft: packages of every profile as entries, relationships as links, agents as suppliers.

Persons are agents too in SPDX 3; only elements of type ``Organization`` become suppliers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from freehold.inventory.sbom.entries import Draft, Entry
from freehold.inventory.sbom.licences import expression_licence, plain_licence
from freehold.inventory.sbom.places import checksum, download_place, reference
from freehold.inventory.sbom.spdx3_values import Element, Inline, Inner, ids_of, parts_of
from freehold.inventory.sbom.spdx_mapping import kind_of, note_files, note_unused, single_root, stated
from freehold.inventory.sbom.spdx_relations import (
    CONCLUDED_LICENCE,
    DECLARED_LICENCE,
    DESCRIBES,
    link_of,
    type_name,
)
from freehold.inventory.sbom.suppliers import organisation_name
from freehold.model.component import ComponentKind, Licence, LicenceForm, Origin, Reference

_PACKAGES = {
    "Package": ComponentKind.UNKNOWN,
    "AIPackage": ComponentKind.MODEL,
    "DatasetPackage": ComponentKind.DATASET,
}
_DOCUMENTS = frozenset({"SpdxDocument", "Sbom", "Bom"})
_LISTED = "https://spdx.org/licenses/"
_UNSAID = frozenset({"NoneElement", "NoAssertionElement", "NoneLicense", "NoAssertionLicense"})


class _Index(msgspec.Struct, frozen=True):
    """The graph by id, and the licences by package."""

    elements: dict[str, Element]
    licences: dict[str, tuple[Licence, ...]]


def fill_draft(draft: Draft, elements: list[tuple[str, Element]]) -> None:
    """Add a graph to the draft; each element comes with its RFC 6901 pointer."""
    by_id = {element.ref: element for _, element in elements if element.ref}
    index = _Index(by_id, _licences([element for _, element in elements], by_id))
    root = _root([element for _, element in elements], by_id)
    unused: Counter[str] = Counter()
    for place, element in elements:
        if element.kind in _PACKAGES:
            is_root = root is not None and element.ref == root
            draft.entries.append(_entry(element, draft.path, place, index, is_root=is_root))
        elif element.relation is not None:
            _add_links(draft, element, unused)
        else:
            draft.omitted.add(element.ref)
    draft.omitted.discard("")
    note_files(draft, sum(element.kind == "File" for _, element in elements))
    note_unused(draft, unused)


def _root(elements: Iterable[Element], by_id: dict[str, Element]) -> str | None:
    """Return the one package that documents, SBOMs and ``describes`` lead to, through one another."""
    packages = {ref for ref, element in by_id.items() if element.kind in _PACKAGES}
    named: list[str] = []
    for element in elements:
        if element.kind in _DOCUMENTS:
            named.extend(ids_of(element.roots))
        elif type_name(element.relation) in DESCRIBES and _is_document(element.source, by_id):
            named.extend(ids_of(element.target))
    return single_root(named, packages)


def _is_document(source: Inner, by_id: dict[str, Element]) -> bool:
    """Tell whether a relationship starts at a document or SBOM."""
    return any(ref in by_id and by_id[ref].kind in _DOCUMENTS for ref in ids_of(source))


def _entry(element: Element, file: str, place: str, index: _Index, *, is_root: bool) -> Entry:
    """Return a package as an entry."""
    registry, download = download_place(element.prefixed_download or element.plain_download)
    purls, others = _identifiers(element, index)
    home = element.prefixed_home or element.plain_home
    version = element.prefixed_version if element.prefixed_version is not None else element.plain_version
    stated_kind = kind_of(element.prefixed_purpose or element.plain_purpose)
    return Entry(
        ref=element.ref,
        place=place,
        origin=Origin(file, 0, place),
        name=(element.name or "").strip(),
        version=stated("" if version is None else str(version)),
        kind=_PACKAGES[element.kind] if _PACKAGES[element.kind] is not ComponentKind.UNKNOWN else stated_kind,
        purls=purls,
        licences=index.licences.get(element.ref, ()),
        supplier=_supplier([*parts_of(element.supplied_by), *parts_of(element.originated_by)], index),
        hashes=tuple(_hashes(element)),
        registry=registry,
        references=(*download, *reference("website", home), *others),
        is_root=is_root,
    )


def _hashes(element: Element) -> Iterator[str]:
    """Yield the checksums."""
    for part in parts_of(element.verified):
        if isinstance(part, Inline):
            yield from checksum(part.algorithm, part.hash_value)


def _identifiers(element: Element, index: _Index) -> tuple[tuple[str, ...], tuple[Reference, ...]]:
    """Split external identifiers and references into purls and the rest."""
    purls = [text for text in (element.prefixed_purl, element.plain_purl) if text]
    others: list[Reference] = []
    for part in parts_of(element.identifiers):
        named = index.elements.get(part) if isinstance(part, str) else part
        if named is None or not named.identifier:
            continue
        kind = (named.identifier_type or "").lower()
        if kind in ("packageurl", "purl") or named.identifier.startswith("pkg:"):
            purls.append(named.identifier)
        elif kind != "email":
            others.extend(reference("cpe" if kind.startswith("cpe") else kind, named.identifier))
    for part in parts_of(element.references):
        if isinstance(part, Inline):
            locators = part.locator if isinstance(part.locator, list) else [part.locator]
            others.extend(one for text in locators for one in reference(part.reference_type, text))
    return tuple(dict.fromkeys(purls)), tuple(dict.fromkeys(others))


def _supplier(agents: list[str | Inline], index: _Index) -> str:
    """Return the first agent that is an organisation; some tools repeat SPDX 2's ``Organization:`` in its name."""
    for agent in agents:
        named = index.elements.get(agent) if isinstance(agent, str) else agent
        if named is not None and (named.type or "").endswith("Organization"):
            name = organisation_name((named.name or "").removeprefix("Organization:"))
            if name:
                return name
    return ""


def _licences(elements: Iterable[Element], by_id: dict[str, Element]) -> dict[str, tuple[Licence, ...]]:
    """Return declared and concluded licences by package."""
    found: dict[str, list[Licence]] = {}
    for element in elements:
        if type_name(element.relation) in (DECLARED_LICENCE, CONCLUDED_LICENCE):
            stated_here = [one for ref in ids_of(element.target) for one in _licence(ref, by_id.get(ref))]
            for source in ids_of(element.source):
                found.setdefault(source, []).extend(stated_here)
    return {ref: tuple(dict.fromkeys(licences)) for ref, licences in found.items()}


def _licence(ref: str, element: Element | None) -> tuple[Licence, ...]:
    """Return what a licence element says, or the id at the end of an address on the SPDX licence list."""
    if element is None:
        return expression_licence(ref.removeprefix(_LISTED)) if ref.startswith(_LISTED) else ()
    expression = element.prefixed_expression or element.plain_expression
    if expression:
        return expression_licence(expression)
    text = plain_licence(LicenceForm.TEXT, element.prefixed_text or element.plain_text)
    return (*plain_licence(LicenceForm.NAME, element.name), *text)


def _add_links(draft: Draft, element: Element, unused: Counter[str]) -> None:
    """Add the links of one relationship, or count it."""
    kind = type_name(element.relation)
    if kind in (DECLARED_LICENCE, CONCLUDED_LICENCE) or kind in DESCRIBES:
        return
    for source in ids_of(element.source):
        for target in ids_of(element.target):
            if target.rsplit("/", 1)[-1] in _UNSAID:
                continue
            link = link_of(source, kind, target, element.scope)
            if link is None:
                unused[kind or "no type"] += 1
            else:
                draft.links.append(link)
