"""A CycloneDX document as a draft: the walk over nested parts, the root, and the dependency section.

Decisions: what is nested is contained in its parent; a model needs the models that it was made from; bare file entries (a
name and a hash, nothing that anyone could cut off) are counted, not kept; ``provides`` makes the specification something its
implementer needs.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from freehold.inventory.sbom.cyclonedx_parts import component_entry, entity_name, service_entry
from freehold.inventory.sbom.cyclonedx_values import Bom, Part
from freehold.inventory.sbom.decoding import present
from freehold.inventory.sbom.entries import Draft, Entry, Link
from freehold.inventory.sbom.evidence import CycloneDxEvidence, lists_packages, with_evidence
from freehold.model.component import ComponentKind

Step = Callable[[str, str, int], str]
"""(place, list name, position from 0) -> the place of that item, in the notation of the file's format."""


class _Task(msgspec.Struct, frozen=True):
    """A part still to be visited."""

    part: Part
    place: str
    container: int
    is_service: bool = False
    is_root: bool = False


def fill_draft(draft: Draft, bom: Bom, step: Step, top: str) -> None:
    """Add a document's components, services and links to the draft; ``top`` is the place of the document itself.

    The walk keeps its own stack: nesting depth is bounded by memory, not by recursion.
    """
    parents = {item.ref for item in present(bom.dependencies) if item.ref and (item.depends_on or item.provides)}
    evidence, maker = CycloneDxEvidence(bom), _maker(bom)
    waiting = _first_tasks(bom, step, top)
    bare_files = optional = cryptographic = 0
    while waiting:
        task = waiting.pop()
        entry = _entry(task, draft.path, evidence)
        if maker and not entry.supplier and _folded(task.part.author) == _folded(maker):
            entry = msgspec.structs.replace(entry, supplier=maker)
        if _is_bare_file(task, entry, parents):
            bare_files += 1
            draft.omitted.add(entry.ref)
            continue
        cryptographic += entry.kind is ComponentKind.CRYPTOGRAPHY
        optional += (task.part.scope or "").strip().lower() == "optional"
        if entry.kind is ComponentKind.MODEL:
            entry = _with_ancestors(draft, task, entry, step)
        draft.entries.append(entry)
        waiting.extend(_nested(task, step, len(draft.entries) - 1))
    _give_root_supplier(draft, bom)
    _add_links(draft, bom)
    _note_readings(draft, bare_files, optional, cryptographic)


def _first_tasks(bom: Bom, step: Step, top: str) -> list[_Task]:
    """Return root, components and services, last first."""
    tasks: list[_Task] = []
    if bom.metadata and bom.metadata.component:
        tasks.append(_Task(bom.metadata.component, f"{top}/metadata/component", -1, is_root=True))
    for index, part in enumerate(bom.components or ()):
        if part is not None:
            tasks.append(_Task(part, step(top, "components", index), -1))
    for index, part in enumerate(bom.services or ()):
        if part is not None:
            tasks.append(_Task(part, step(top, "services", index), -1, is_service=True))
    return tasks[::-1]


def _nested(task: _Task, step: Step, container: int) -> list[_Task]:
    """Return the parts nested in one, last first."""
    tasks: list[_Task] = []
    for name, parts in (("components", task.part.components), ("services", task.part.services)):
        for index, part in enumerate(parts or ()):
            if part is not None:
                tasks.append(_Task(part, step(task.place, name, index), container, name == "services"))
    return tasks[::-1]


def _entry(task: _Task, file: str, evidence: CycloneDxEvidence) -> Entry:
    """Return the entry of a part; a mere place where a tool found packages is a file."""
    if task.is_service:
        return service_entry(task.part, file, task.place, task.container)
    entry = component_entry(task.part, file, task.place, task.container, is_root=task.is_root)
    if lists_packages(task.part) and not task.is_root:
        entry = msgspec.structs.replace(entry, kind=ComponentKind.FILE)
    return with_evidence(entry, evidence.of(task.part))


def _maker(bom: Bom) -> str:
    """Return the organisation that supplies what the document describes: a part that it is the author of is its own."""
    metadata = bom.metadata
    root = metadata.component if metadata else None
    stated = [metadata.supplier if metadata else None, *([root.supplier, root.manufacturer] if root else [])]
    return next((name for who in stated if who and (name := entity_name(who))), "")


def _folded(name: str | None) -> str:
    """Return a name by its letters and digits alone: the same organisation, however it is spaced."""
    return "".join(letter for letter in (name or "").casefold() if letter.isalnum())


def _with_ancestors(draft: Draft, task: _Task, entry: Entry, step: Step) -> Entry:
    """Add the models that a model was made from, each needed by it: it stands under their terms."""
    ancestors = task.part.pedigree.ancestors if task.part.pedigree else None
    if not ancestors:
        return entry
    entry = msgspec.structs.replace(entry, ref=entry.ref or task.place)
    for index, part in enumerate(ancestors):
        if part is None:
            continue
        place = step(f"{task.place}/pedigree", "ancestors", index)
        found = component_entry(part, draft.path, place, -1)
        kind = ComponentKind.MODEL if found.kind is ComponentKind.UNKNOWN else found.kind
        draft.entries.append(msgspec.structs.replace(found, ref=place, kind=kind))
        draft.links.append(Link(entry.ref, place))
    return entry


def _is_bare_file(task: _Task, entry: Entry, parents: set[str]) -> bool:
    """Tell whether an entry is a file of which nothing but name, hash and place is said."""
    says_something = entry.purls or entry.version or entry.licences or entry.supplier or entry.registry
    holds_something = task.part.components or task.part.services or task.is_root or entry.ref in parents
    return entry.kind is ComponentKind.FILE and not says_something and not holds_something


def _give_root_supplier(draft: Draft, bom: Bom) -> None:
    """Take ``metadata.supplier`` for the root: it is defined as the supplier of what the document describes."""
    stated = bom.metadata.supplier if bom.metadata else None
    if stated and draft.entries and draft.entries[0].is_root and not draft.entries[0].supplier:
        draft.entries[0] = msgspec.structs.replace(draft.entries[0], supplier=entity_name(stated))


def _add_links(draft: Draft, bom: Bom) -> None:
    """Add the dependency section."""
    for item in present(bom.dependencies):
        for child in [*present(item.depends_on), *present(item.provides)]:
            draft.links.append(Link(item.ref or "", child))


def _note_readings(draft: Draft, bare_files: int, optional: int, cryptographic: int) -> None:
    """Tell what was left out, what is no software, and how an optional scope was understood."""
    if cryptographic:
        draft.notes.once(
            f"{cryptographic} entries are cryptographic assets (algorithms, keys, certificates, protocols): no software, "
            "so no supplier, channel or licence is wanted of them"
        )
    if bare_files:
        draft.notes.once(f"{bare_files} file entries with neither version, licence nor supplier are not components")
    if optional:
        draft.notes.once(
            f"{optional} components have the scope optional, in CycloneDX not installed: read as development only",
            "give those that your product does need the scope required",
        )
    draft.omitted.discard("")
