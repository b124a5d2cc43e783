"""Settling the roles that a lockfile leaves open, by what the manifests that it covers ask for.

Locks of Yarn, Cargo, Bundler and older Poetry say what needs what, but not what is needed for development only. The
manifests do, for what the project asks for itself; the rest follows along the edges.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from freehold.inventory.found import Found
from freehold.inventory.joining import strongest
from freehold.inventory.packages import settled_roles
from freehold.model.component import ComponentKey, Dependency, Role


def settle_roles(lock: Found, manifests: Sequence[tuple[Found, ComponentKey | None]]) -> Found:
    """Return a file with its roots named and its open roles settled; with a note if no manifest can settle them.

    ``manifests`` are those that it covers, answered, each with the root that the file keeps for it.
    """
    reading = lock.reading
    if reading.lock is None:
        return lock
    names = {root: _name(manifest, root) for manifest, root in manifests if root is not None}
    components = tuple(
        msgspec.structs.replace(one, name=names[one.key]) if names.get(one.key) else one for one in reading.components
    )
    reading = msgspec.structs.replace(reading, components=components)
    if reading.lock is None or reading.lock.open_roles is None:
        return msgspec.structs.replace(lock, reading=reading)
    asked = _asked(manifests)
    if not asked:
        notes = (*reading.notes, reading.lock.open_roles)
        return msgspec.structs.replace(lock, reading=msgspec.structs.replace(reading, notes=notes))
    edges = tuple(
        msgspec.structs.replace(edge, role=asked.get((edge.parent, edge.child), edge.role))
        for edge in reading.dependencies
    )
    roots = tuple(one for manifest, _ in manifests for one in manifest.reading.components if one.is_root)
    further = tuple(Dependency(parent, child, role) for (parent, child), role in asked.items())
    keys = {one.key for one in components}
    settled = settled_roles((*components, *(one for one in roots if one.key not in keys)), (*edges, *further))
    reading = msgspec.structs.replace(reading, components=settled[: len(components)], dependencies=edges)
    return msgspec.structs.replace(lock, reading=reading)


def _asked(
    manifests: Sequence[tuple[Found, ComponentKey | None]],
) -> dict[tuple[ComponentKey, ComponentKey], Role]:
    """Return the role in which each root asks for each package; the strongest where it asks twice."""
    asked: dict[tuple[ComponentKey, ComponentKey], Role] = {}
    for manifest, _ in manifests:
        for edge in manifest.reading.dependencies:
            pair = (edge.parent, edge.child)
            asked[pair] = strongest((asked[pair], edge.role)) if pair in asked else edge.role
    return asked


def _name(manifest: Found, root: ComponentKey) -> str:
    """Return the name that a manifest gives to the project; empty if it gives none."""
    return next((one.name for one in manifest.reading.components if one.key == root and one.name != manifest.file), "")
