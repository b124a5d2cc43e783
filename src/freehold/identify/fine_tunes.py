"""Fine-tunes and adapters stand under the terms of what they were made from, beside their own.

The edge from weights to weights says so, whichever file states it. A licence that excludes you excludes you from
everything derived: the limits of every model below count, and a right is there only if all of them grant it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from freehold.identify.rights import joined_rights
from freehold.model.component import ComponentKey, ComponentKind, Dependency
from freehold.model.stack import Identified


def with_inherited_terms(items: Sequence[Identified], edges: Iterable[Dependency]) -> list[Identified]:
    """Return the items, weights with the terms of all weights that they were made from. Linear but for shared bases."""
    weights = {item.component.key: item for item in items if _is_weights(item)}
    bases: dict[ComponentKey, list[ComponentKey]] = {}
    for edge in edges:
        if edge.parent in weights and edge.child in weights:
            bases.setdefault(edge.parent, []).append(edge.child)
    if not bases:
        return list(items)
    return [_inheriting(item, bases, weights) if item.component.key in bases else item for item in items]


def _is_weights(item: Identified) -> bool:
    return item.component.kind is ComponentKind.MODEL and not item.service


def _inheriting(
    item: Identified,
    bases: Mapping[ComponentKey, Sequence[ComponentKey]],
    weights: Mapping[ComponentKey, Identified],
) -> Identified:
    """Return an item under its own terms and those of everything below it; a circle ends where it closes."""
    seen: dict[ComponentKey, None] = {}
    open_keys = list(bases[item.component.key])
    while open_keys:
        key = open_keys.pop(0)
        if key not in seen and key != item.component.key:
            seen[key] = None
            open_keys += bases.get(key, ())
    below = [weights[key] for key in seen]
    if not below:
        return item
    rights = joined_rights([item.rights, *(base.rights for base in below)])
    names = ", ".join(base.name for base in below)
    origin = f"{item.rights.origin or 'its own terms'}, and those of {names}"
    return msgspec.structs.replace(item, rights=msgspec.structs.replace(rights, origin=origin))
