"""Splitting a simplified formula into modules: parts that meet the rest of the formula in one node only.

Modules are found in linear time (Dutuit & Rauzy 1996). Before that, arguments that always occur together are put under
a gate of their own, which makes them a module. A module takes part in the rest like one leaf, so that cut sets,
counts and probabilities compose: each module gets its own small diagram.
Only coherent modules are split off; around one, "the module holds" needs no negative knowledge of its leaves.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Final

from freehold.engine.diagrams.gates import Gates, children_first, components_first, node_of
from freehold.engine.diagrams.simplify import FALSE, TRUE, simplify
from freehold.graph.formats.faulttree import AND, LEAF, OR, XOR

MAX_GROUPING_ROUNDS: Final = 8


@dataclass(frozen=True, slots=True)
class Module:
    """A node, the gates below it (children first, itself last) and the atoms it stands on: leaves and other modules."""

    root: int
    gates: tuple[int, ...]
    atoms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """Modules children first; the last holds the top edge. ``cyclic``: gates of one module may form cycles."""

    gates: Gates
    top: int
    modules: tuple[Module, ...]
    cyclic: bool


def split(gates: Gates, top: int) -> Split | bool:
    """Return the modules of a simplified formula, or the constant that it turns out to be once atoms are grouped.

    ``top`` is an edge that leads to a node, not a constant.
    """
    for _ in range(MAX_GROUPING_ROUNDS):
        root = node_of(top)
        order = children_first(gates, root)
        if order is None:
            found = [node for component in components_first(gates, root) for node in component]
            return Split(gates, top, (_whole(gates, root, found),), cyclic=True)
        if not _group(gates, root, order, _module_roots(gates, root, order), shared=True):
            break
        gates, edge = simplify(gates, root)
        top = edge if top >= 0 else ~edge
        if top in (TRUE, FALSE):
            return top == TRUE
    root = node_of(top)
    order = children_first(gates, root) or []
    atoms = _module_roots(gates, root, order)
    if _group(gates, root, order, atoms, shared=False):
        order = children_first(gates, root) or []
        atoms = _module_roots(gates, root, order)
    return Split(gates, top, _modules(gates, order, atoms), cyclic=False)


def _whole(gates: Gates, root: int, order: list[int]) -> Module:
    inner = tuple(node for node in order if gates.kind[node] != LEAF)
    return Module(root, inner, tuple(node for node in order if gates.kind[node] == LEAF))


def _module_roots(gates: Gates, root: int, order: list[int]) -> set[int]:
    """Return leaves and roots of coherent modules; ``order`` is children first."""
    first, second, last = _dates(gates, root)
    low, high = dict(first), dict(last)
    coherent: dict[int, bool] = {}
    roots: set[int] = set()
    for node in order:
        edges = gates.edges[node]
        coherent[node] = gates.kind[node] != XOR and all(edge >= 0 and coherent[edge] for edge in edges)
        if gates.kind[node] == LEAF:
            roots.add(node)
            continue
        inner_low = min([low[edge] if edge >= 0 else low[~edge] for edge in edges])
        inner_high = max([high[edge] if edge >= 0 else high[~edge] for edge in edges])
        if inner_low > first[node] and inner_high < second[node] and (coherent[node] or node == root):
            roots.add(node)
        low[node] = min(first[node], inner_low)
        high[node] = max(last[node], inner_high)
    roots.add(root)
    return roots


def _dates(gates: Gates, root: int) -> tuple[dict[int, int], dict[int, int], dict[int, int]]:
    """Return when a left-to-right walk first meets each node, leaves it, and last meets it."""
    first: dict[int, int] = {root: 0}
    second: dict[int, int] = {}
    last: dict[int, int] = {root: 0}
    clock = 0
    stack = [(root, iter(gates.edges[root]))]
    while stack:
        node, edges = stack[-1]
        for edge in edges:
            child = node_of(edge)
            clock += 1
            last[child] = clock
            if child not in first:
                first[child] = clock
                if gates.edges[child]:
                    stack.append((child, iter(gates.edges[child])))
                    break
                second[child] = clock
        else:
            clock += 1
            second[node] = last[node] = clock
            stack.pop()
    return first, second, last


def _group(gates: Gates, root: int, order: list[int], atoms: set[int], *, shared: bool) -> bool:
    """Put atoms that always occur together under a new gate; return whether any were.

    ``shared``: in several gates. Otherwise: in one gate, which simplifying would open up again.
    """
    parents: defaultdict[int, list[int]] = defaultdict(list)
    spoiled: set[int] = set()
    for node in order:
        whole = gates.kind[node] in (AND, OR)
        for edge in gates.edges[node]:
            child = edge if edge >= 0 else ~edge
            if edge < 0 or not whole:
                spoiled.add(child)
            parents[child].append(node)
    groups: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
    for atom in order:
        if atom not in atoms or atom == root or atom in spoiled:
            continue
        if len({gates.kind[parent] for parent in parents[atom]}) == 1:
            groups[tuple(parents[atom])].append(atom)
    changed = False
    for users, members in groups.items():
        whole = len(users) == 1 and len(members) == len(gates.edges[users[0]])
        if len(members) > 1 and not whole and (len(users) > 1) == shared:
            _put_under_one(gates, users, members)
            changed = True
    return changed


def _put_under_one(gates: Gates, users: tuple[int, ...], members: list[int]) -> None:
    gate = gates.add(gates.kind[users[0]], list(members))
    gone = set(members)
    for user in users:
        place = min(i for i, edge in enumerate(gates.edges[user]) if edge in gone)
        kept = [edge for edge in gates.edges[user] if edge not in gone]
        kept.insert(min(place, len(kept)), gate)
        gates.edges[user] = kept


def _modules(gates: Gates, order: list[int], atoms: set[int]) -> tuple[Module, ...]:
    modules = []
    for head in (node for node in order if node in atoms and gates.kind[node] != LEAF):
        inner, found = _inside(gates, head, atoms)
        modules.append(Module(head, tuple(inner), tuple(found)))
    return tuple(modules)


def _inside(gates: Gates, head: int, atoms: set[int]) -> tuple[list[int], list[int]]:
    """Return gates of the module ``head`` (children first) and its atoms in order of first use."""
    found: Counter[int] = Counter()
    inner: list[int] = []
    seen = {head}
    stack = [(head, iter(gates.edges[head]))]
    while stack:
        node, edges = stack[-1]
        for edge in edges:
            child = node_of(edge)
            if child in atoms:
                found[child] += 1
            elif child not in seen:
                seen.add(child)
                stack.append((child, iter(gates.edges[child])))
                break
        else:
            inner.append(node)
            stack.pop()
    return inner, list(found)
