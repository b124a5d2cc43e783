"""Fine-tunes and adapters stand under the terms of what they were made from, beside their own.

The edge from weights to weights says so, whichever file states it. A licence that excludes you excludes you from
everything derived: the limits of every model below count, and a right is there only if all of them grant it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from freehold.identify.rights import joined_rights
from freehold.model.component import ComponentKey, ComponentKind, Dependency
from freehold.model.stack import Identified, Rights

Bases = Mapping[ComponentKey, Sequence[ComponentKey]]


def with_inherited_terms(items: Sequence[Identified], edges: Iterable[Dependency]) -> list[Identified]:
    """Return the items, weights with the terms of all weights that they were made from. Linear in items and edges.

    Each model takes what its bases have come to, deepest first; a second pass closes circles.
    """
    weights = {item.component.key: item for item in items if _is_weights(item)}
    bases: dict[ComponentKey, list[ComponentKey]] = {}
    for edge in edges:
        if edge.parent in weights and edge.child in weights and edge.parent != edge.child:
            bases.setdefault(edge.parent, []).append(edge.child)
    if not bases:
        return list(items)
    rights = {key: item.rights for key, item in weights.items()}
    for key in _deepest_first(bases) * 2:
        if key in bases:
            rights[key] = _together([weights[key].rights, *(rights[base] for base in bases[key])])
    return [
        _inheriting(item, rights[item.component.key], [weights[base].name for base in bases[item.component.key]])
        if item.component.key in bases
        else item
        for item in items
    ]


def _is_weights(item: Identified) -> bool:
    return item.component.kind is ComponentKind.MODEL and not item.service


def _deepest_first(bases: Bases) -> list[ComponentKey]:
    """Return every model after those that it was made from, circles aside, without recursion."""
    ordered: dict[ComponentKey, None] = {}
    seen: set[ComponentKey] = set()
    for start in bases:
        waiting = [(start, False)]
        while waiting:
            key, is_done = waiting.pop()
            if is_done:
                ordered.setdefault(key, None)
            elif key not in seen:
                seen.add(key)
                waiting.append((key, True))
                waiting += [(base, False) for base in bases.get(key, ())]
    return list(ordered)


def _together(rights: Sequence[Rights]) -> Rights:
    """Return what all grant, each licence and each reason named once."""
    joined = joined_rights(rights)
    return msgspec.structs.replace(
        joined,
        expression=" AND ".join(dict.fromkeys(joined.expression.split(" AND "))),
        reason="; ".join(dict.fromkeys(joined.reason.split("; "))),
    )


def _inheriting(item: Identified, rights: Rights, bases: Sequence[str]) -> Identified:
    origin = f"{item.rights.origin or 'its own terms'}, and those of {', '.join(bases)}"
    return msgspec.structs.replace(item, rights=msgspec.structs.replace(rights, origin=origin))
