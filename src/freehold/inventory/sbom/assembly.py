"""Turning a draft into a reading: components joined, links resolved, containment settled, loose ends hung on the root."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from freehold.inventory.reader import Reading
from freehold.inventory.sbom.edges import (
    Edges,
    hang_unreached,
    keys_by_ref,
    note_hanging,
    resolve_links,
    roles_from_edges,
    settle_roles,
)
from freehold.inventory.sbom.entries import Draft
from freehold.inventory.sbom.joining import join_entries
from freehold.model.component import Component, ComponentKey, ComponentKind, Dependency, Origin, Role

Keys = dict[ComponentKey, ComponentKey]

_OWN_PRODUCT = frozenset(
    {
        ComponentKind.APPLICATION,
        ComponentKind.LIBRARY,
        ComponentKind.FRAMEWORK,
        ComponentKind.FILE,
        ComponentKind.UNKNOWN,
    }
)
"""Kinds of root whose listed parts still have to be obtained: the root is what is being built, not what arrives."""


def assemble(draft: Draft) -> Reading:
    """Return what the document says, in order of first mention; cost linear in entries and links."""
    keys, components = join_entries(draft)
    if not components:
        draft.notes.once("the document lists no components")
        return Reading(draft.format, notes=draft.notes.listed())
    roots = [key for key, component in components.items() if component.is_root]
    if not roots:
        roots = [_stand_in_root(draft, components)]
    refs = keys_by_ref(draft, keys)
    edges = resolve_links(draft, refs, components)
    _set_stated_roles(draft, components, edges)
    nested = _nesting(draft, keys)
    inside = _containment(draft, nested | _linked_containment(draft, refs), components)
    holders = {key: nested.get(key, roots[0]) for key in components if key not in roots}
    hung = hang_unreached(edges, roots, holders)
    note_hanging(draft.notes, hung, any(not link.contains for link in draft.links))
    for key, container in inside.items():
        components[key] = msgspec.structs.replace(components[key], contained_in=container)
    settled = settle_roles(edges, components)
    dependencies = tuple(Dependency(parent, child, role) for (parent, child), role in settled.items())
    return Reading(draft.format, tuple(components.values()), dependencies, draft.notes.listed())


def _stand_in_root(draft: Draft, components: dict[ComponentKey, Component]) -> ComponentKey:
    """Let the document stand for a root that it does not name (its pointer is RFC 6901's whole document)."""
    key = ComponentKey(f"{draft.path}#")
    why = "the file names no single root component: the file itself stands for it"
    components[key] = Component(key=key, name=draft.path, origins=(Origin(draft.path),), evidence=why, is_root=True)
    draft.notes.once("no single root component is named: the file itself stands for it")
    return key


def _set_stated_roles(draft: Draft, components: dict[ComponentKey, Component], edges: Edges) -> None:
    """Take a component's role from its incoming edges where it states none itself."""
    silent = {key for key, component in components.items() if component.role is Role.RUNTIME and not component.is_root}
    for key, role in roles_from_edges(edges).items():
        if key in silent:
            components[key] = msgspec.structs.replace(components[key], role=role)


def _nesting(draft: Draft, keys: Sequence[ComponentKey]) -> Keys:
    """Map every component whose every entry is nested to what its first entry is nested in."""
    found: dict[ComponentKey, ComponentKey | None] = {}
    for entry, key in zip(draft.entries, keys, strict=True):
        if entry.container < 0:
            found[key] = None
        else:
            found.setdefault(key, keys[entry.container])
    return {key: container for key, container in found.items() if container not in (None, key) and container}


def _linked_containment(draft: Draft, refs: Mapping[str, ComponentKey]) -> Keys:
    """Map components to what the links say they are contained in; the first statement wins."""
    found: Keys = {}
    for link in draft.links:
        parent, child = refs.get(link.parent), refs.get(link.child)
        if link.contains and parent is not None and child is not None and parent != child:
            found.setdefault(child, parent)
    return found


def _containment(draft: Draft, inside: Keys, components: Mapping[ComponentKey, Component]) -> Keys:
    """Keep the containments that hold: none in the product being built itself, and no circle. Linear."""
    kept: Keys = {}
    for key, container in inside.items():
        holder = components[container]
        if not components[key].is_root and not (holder.is_root and holder.kind in _OWN_PRODUCT):
            kept[key] = container
    walked: dict[ComponentKey, ComponentKey] = {}
    for start in list(kept):
        key = start
        while key in kept and key not in walked:
            walked[key] = start
            key = kept[key]
        if key in kept and walked[key] == start:
            draft.notes.add(
                "circles of containment", f"{key[:150]} contains itself through others; one step is ignored"
            )
            del kept[key]
    return kept
