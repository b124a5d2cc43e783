"""The inventory as a CycloneDX 1.6 document: a plain SBOM, valid against the official schema, the same bytes every time.

Specification: https://cyclonedx.org/docs/1.6/json/ (ECMA-424). Decisions: a bom-ref is the component's key. One root is
``metadata.component``; several hang on one that stands for what was read. What is contained in a component nests in it.
The serial number is a UUID of the content, without the time. Files that were skipped are properties, and make the document
say that it is incomplete. How one component is written is left to ``cyclonedx_parts``.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from freehold.model.component import Component, ComponentKey, ComponentKind, Inventory, Skip
from freehold.reports.cyclonedx_parts import Json, component_part, named, service_part
from freehold.reports.encoding import compact_json, json_bytes

SCHEMA = "http://cyclonedx.org/schema/bom-1.6.schema.json"
STAND_IN = "freehold:inventory"
"""The bom-ref of the root that stands for several roots; no key looks like it (those are purls or hold a ``#``)."""
DEEPEST = 30
"""Components within one another; what lies deeper is listed at the top, with what contains it as a property."""
_SPACE = uuid.UUID("f7b11a3c-55f4-5e1b-9d1c-6c1c9ad0f3a1")


class Stamp(msgspec.Struct, frozen=True):
    """What a document says about its making: the tool's version, the time, and a name for what was read."""

    freehold_version: str
    made_at: datetime
    name: str


def cyclonedx_report(inventory: Inventory, stamp: Stamp) -> bytes:
    """Return the inventory as indented JSON with a final newline; linear but for sorting the edges."""
    content = _content(inventory, stamp)
    serial = uuid.uuid5(_SPACE, compact_json(content).decode())
    made_at = stamp.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    document = {
        "$schema": SCHEMA,
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        **content,
        "metadata": {"timestamp": made_at, **content["metadata"]},
    }
    return json_bytes(document)


def _content(inventory: Inventory, stamp: Stamp) -> Json:
    """Return everything but serial number and time."""
    roots = [component for component in inventory.components if component.is_root]
    root = _root(roots, stamp.name)
    rest = [component for component in inventory.components if component.key != root["bom-ref"]]
    tool = {"type": "application", "name": "freehold", "version": stamp.freehold_version}
    content: Json = {"metadata": {"tools": {"components": [tool]}, "component": root}}
    content["components"] = _nested([one for one in rest if not _is_service(one)])
    services = [service_part(one, one.key) for one in rest if _is_service(one)]
    if services:
        content["services"] = services
    content["dependencies"] = _dependencies(inventory, str(root["bom-ref"]), [one.key for one in roots])
    compositions = _compositions(inventory, str(root["bom-ref"]))
    if compositions:
        content["compositions"] = compositions
    remarks = [_remark("skipped", skip) for skip in inventory.skips]
    remarks += [_remark("note", note) for note in inventory.notes]
    return content | ({"properties": remarks} if remarks else {})


def _is_service(component: Component) -> bool:
    """Tell whether a component is listed among the services; a root cannot be one."""
    return component.kind is ComponentKind.SERVICE and not component.is_root


def _root(roots: Sequence[Component], name: str) -> Json:
    """Return the component that the document is about."""
    if len(roots) == 1:
        part = component_part(roots[0], roots[0].key)
        del part["scope"]
        return part
    why = (
        f"stands for everything that was read: the files name {len(roots)} roots" if roots else "the files name no root"
    )
    return {"type": "application", "bom-ref": STAND_IN, "name": name, "properties": [named("evidence", why)]}


def _nested(components: Sequence[Component]) -> list[Json]:
    """Return the components in order, those contained in another within it."""
    parts: dict[ComponentKey, Json] = {one.key: component_part(one, one.key) for one in components}
    holders = {
        one.key: one.contained_in
        for one in components
        if one.contained_in is not None and one.contained_in in parts and not one.is_root
    }
    for one in components:
        if one.is_root:
            parts[one.key].setdefault("properties", []).append(named("root", "true"))
        if one.contained_in is not None and not _can_nest(one.key, holders):
            holders.pop(one.key, None)
            parts[one.key].setdefault("properties", []).append(named("contained-in", one.contained_in))
    for key, holder in holders.items():
        parts[holder].setdefault("components", []).append(parts[key])
    return [part for key, part in parts.items() if key not in holders]


def _can_nest(key: ComponentKey, holders: Mapping[ComponentKey, ComponentKey]) -> bool:
    """Tell whether a component has a holder, in no circle and not too deep."""
    steps = 0
    at = key
    while at in holders and steps <= DEEPEST:
        at = holders[at]
        steps += 1
    return 0 < steps <= DEEPEST


def _dependencies(inventory: Inventory, root: str, roots: Sequence[ComponentKey]) -> list[Json]:
    """Return one element for each component and service, in order of reference, with what it needs."""
    needs: dict[str, set[str]] = {component.key: set() for component in inventory.components}
    needs.setdefault(root, set()).update(key for key in roots if key != root)
    for edge in inventory.dependencies:
        needs[edge.parent].add(edge.child)
    return [
        {"ref": ref, "dependsOn": sorted(children)} if children else {"ref": ref}
        for ref, children in sorted(needs.items())
    ]


def _compositions(inventory: Inventory, root: str) -> list[Json]:
    """Say what is known to be missing: skipped files, and the needs of what only files without edges list."""
    silent = {file.file for file in inventory.files if file.components and not file.dependencies}
    parents = {edge.parent for edge in inventory.dependencies}
    unknown = [
        component.key
        for component in inventory.components
        if component.key not in parents and component.origins and all(o.file in silent for o in component.origins)
    ]
    found: list[dict[str, Any]] = [{"aggregate": "incomplete", "assemblies": [root]}] if inventory.skips else []
    return found + ([{"aggregate": "unknown", "dependencies": unknown}] if unknown else [])


def _remark(kind: str, skip: Skip) -> Json:
    remedy = f" ({skip.remedy})" if skip.remedy else ""
    return named(kind, f"{skip.where}: {skip.reason}{remedy}")
