"""Joining what several files, or several places of one file, say about the same component.

Same key, one component: origins and identifiers are gathered, the strongest role wins, the first stated value of each
other field wins and every different one is kept in ``conflicts``. Finding files is left to ``folder``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from freehold.model.component import IDENTITY, Component, ComponentKey, ComponentKind, Dependency, Named, Role

NEED_ORDER = (Role.RUNTIME, Role.BUILD, Role.DEVELOPMENT)
"""Roles, the strongest need first."""

T = TypeVar("T")


def strongest(roles: Iterable[Role]) -> Role:
    """Return the strongest need among the roles; runtime if there are none."""
    return min(roles, key=NEED_ORDER.index, default=Role.RUNTIME)


def join_components(components: Iterable[Component]) -> dict[ComponentKey, Component]:
    """Return one component a key, in order of first mention; earlier ones win where values differ. Linear."""
    groups: dict[ComponentKey, list[Component]] = {}
    for component in components:
        groups.setdefault(component.key, []).append(component)
    return {key: group[0] if len(group) == 1 else _join(group) for key, group in groups.items()}


def join_dependencies(dependencies: Iterable[Dependency]) -> dict[tuple[ComponentKey, ComponentKey], Role]:
    """Return one edge a pair, with the strongest role; an edge from a component to itself says nothing and goes."""
    edges: dict[tuple[ComponentKey, ComponentKey], Role] = {}
    for edge in dependencies:
        if edge.parent == edge.child:
            continue
        pair = (edge.parent, edge.child)
        held = edges.get(pair)
        edges[pair] = edge.role if held is None else strongest((held, edge.role))
    return edges


def unreached(
    keys: Sequence[ComponentKey], roots: Iterable[ComponentKey], edges: Iterable[tuple[ComponentKey, ComponentKey]]
) -> list[ComponentKey]:
    """Return a smallest-first choice of keys from which, with the roots, all others are reached.

    Keys that nothing points to come first, then the first key of each circle still left. Linear in keys and edges.
    """
    children: dict[ComponentKey, list[ComponentKey]] = {}
    pointed: set[ComponentKey] = set()
    for parent, child in edges:
        children.setdefault(parent, []).append(child)
        pointed.add(child)
    seen: set[ComponentKey] = set()
    for root in roots:
        _reach(root, children, seen)
    chosen: list[ComponentKey] = []
    for key in (*(key for key in keys if key not in pointed), *keys):
        if key not in seen:
            chosen.append(key)
            _reach(key, children, seen)
    return chosen


def _reach(start: ComponentKey, children: dict[ComponentKey, list[ComponentKey]], seen: set[ComponentKey]) -> None:
    """Add everything that ``start`` leads to."""
    open_keys = [start]
    while open_keys:
        key = open_keys.pop()
        if key not in seen:
            seen.add(key)
            open_keys.extend(children.get(key, ()))


def _join(group: list[Component]) -> Component:
    """Make one component of several with the same key."""
    licences = next((component.licences for component in group if component.licences), ())
    listed = any(not component.evidence for component in group)
    return Component(
        key=group[0].key,
        name=_first(component.name for component in group),
        version=_first(component.version for component in group),
        kind=next((one.kind for one in group if one.kind is not ComponentKind.UNKNOWN), ComponentKind.UNKNOWN),
        purls=_together(component.purls for component in group),
        licences=licences,
        supplier=_first(component.supplier for component in group),
        hashes=_together(component.hashes for component in group),
        registry=_first(component.registry for component in group),
        hosts=_together(component.hosts for component in group),
        references=_together(component.references for component in group),
        role=strongest(component.role for component in group),
        contained_in=_container(group),
        origins=_together(component.origins for component in group),
        conflicts=_conflicts(group),
        evidence="" if listed else _first(component.evidence for component in group),
        is_root=any(component.is_root for component in group),
        statements=settled_statements([component.statements for component in group]),
    )


def settled_statements(stated: Sequence[tuple[Named, ...]]) -> tuple[Named, ...]:
    """Return what several mentions state; an identity is only inferred if no mention states it."""
    if len(stated) == 1:
        return stated[0]
    inferred = all(any(one.field == IDENTITY for one in statements) for statements in stated)
    return tuple(one for one in _together(stated) if inferred or one.field != IDENTITY)


def _container(group: list[Component]) -> ComponentKey | None:
    """Return the container only if every mention is inside something: else the component arrives on its own too."""
    if any(component.contained_in is None for component in group):
        return None
    return group[0].contained_in


def _conflicts(group: list[Component]) -> tuple[Named, ...]:
    """List the values that differ from the one that won, with where they stand."""
    found = [conflict for component in group for conflict in component.conflicts]
    for field in ("name", "version", "supplier", "registry"):
        won = _first(getattr(component, field) for component in group)
        found += [
            Named(field, value, component.origins[0])
            for component in group
            if component.origins and (value := getattr(component, field)) and value != won
        ]
    return _together([tuple(found), tuple(_licence_conflicts(group))])


def _licence_conflicts(group: list[Component]) -> Iterable[Named]:
    """List the licence statements of mentions that together say something else than the first stated."""
    stating = [component for component in group if component.licences]
    for component in stating[1:]:
        values = {licence.value for licence in component.licences}
        if values != {licence.value for licence in stating[0].licences} and component.origins:
            for licence in component.licences:
                yield Named("licence", licence.value, component.origins[0])


def _first(values: Iterable[str]) -> str:
    """Return the first value that says something."""
    return next((value for value in values if value), "")


def _together(values: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    """Return all values side by side, each once, in order."""
    return tuple(dict.fromkeys(item for value in values for item in value))
