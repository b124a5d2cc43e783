"""An AND/OR graph laid out for whole-array evaluation: one slot per value, slots in batches, children before parents.

A *batch* is a run of neighbouring slots of one level, gate and number of children, so that one array operation over a
``(children, slots, scenarios)`` block evaluates all of them. The module decides the layout and the order; what the
gates do to a value (days, bits) comes in as an :class:`Algebra`. It computes nothing by itself.

Gates are normalised on the way: at-least gates that are ANDs or ORs become these, gates that always or never hold
become constants. A component that is pure AND with zero grace inside is one slot (MODEL.md allows exactly this
merge). An edge with grace becomes a slot of its own, shared by all edges with the same child and the same days.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from freehold.errors import UsageError
from freehold.graph.arrays import AND, ATLEAST, LEAF, OR, AndOrGraph
from freehold.graph.order import Order

DELAY: Final = 4
HOLDS: Final = 5
FAILS: Final = 6


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Slots ``first .. first + r - 1`` of one gate: ``child`` (d, r) slots; ``grace`` (r, 3) for ``DELAY`` only."""

    kind: int
    k: int
    first: int
    child: NDArray[np.int64]
    grace: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Batches evaluated one after another; ``cyclic`` ones until nothing changes."""

    cyclic: bool
    batches: tuple[Batch, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Schedule:
    """The layout of a graph with ``n`` nodes in ``slots`` slots.

    ``slot`` (n,): where the value of each node is found. ``leaf`` (leaves,): slots of the leaves in node order.
    ``holds`` and ``fails``: slots of gates that always or never hold. ``groups``: everything else, in order.
    """

    slots: int
    slot: NDArray[np.int64]
    leaf: NDArray[np.int64]
    holds: NDArray[np.int64]
    fails: NDArray[np.int64]
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Items:
    """What becomes slots: one row per node, merged component (its first member's row) or delayed edge."""

    kind: NDArray[np.int64]
    k: NDArray[np.int64]
    level: NDArray[np.int64]
    cyclic: NDArray[np.bool_]
    parent: NDArray[np.int64]
    child: NDArray[np.int64]
    grace: NDArray[np.float64]


def schedule_of(graph: AndOrGraph, order: Order, *, graces: bool = True) -> Schedule:
    """Lay out ``graph`` for evaluation in ``order``; without ``graces`` every edge counts as having none.

    A few sorts of the edges. The result can be reused for any scenarios and any of the three grace columns. Raises
    ``UsageError`` for a grace that is negative or no finite number: cycles could not settle.
    """
    if graces and not (np.isfinite(graph.grace) & (graph.grace >= 0)).all():
        edge = int(np.flatnonzero(~(np.isfinite(graph.grace) & (graph.grace >= 0)).all(axis=1))[0])
        raise UsageError(
            f"edge {edge} has grace {graph.grace[edge].tolist()}", remedy="give graces as finite days from 0 on"
        )
    edge_parent = np.repeat(np.arange(graph.nodes), np.diff(graph.start))
    edge_child = graph.child.astype(np.int64)
    grace = graph.grace if graces else np.zeros_like(graph.grace)
    merged = _mergeable(graph, order, edge_parent, edge_child, grace)
    item = np.where(merged[order.component], order.node[order.start[:-1]][order.component], np.arange(graph.nodes))
    used = np.zeros(graph.nodes, dtype=np.bool_)
    used[item] = True
    inner = merged[order.component[edge_parent]] & (order.component[edge_parent] == order.component[edge_child])
    items = _Items(
        kind=np.where(used, graph.kind, HOLDS).astype(np.int64),
        k=graph.k.astype(np.int64),
        level=2 * order.level[order.component].astype(np.int64),
        cyclic=(order.cyclic & ~merged)[order.component],
        parent=item[edge_parent[~inner]],
        child=item[edge_child[~inner]],
        grace=grace[~inner],
    )
    return _laid_out(_normalised(_with_delays(items)), item, np.flatnonzero(graph.kind == LEAF))


def _mergeable(
    graph: AndOrGraph,
    order: Order,
    parent: NDArray[np.int64],
    child: NDArray[np.int64],
    grace: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Return which components are cyclic, pure AND and without grace on their inner edges."""
    merged = order.cyclic.copy()
    merged[order.component[graph.kind != AND]] = False
    inner = order.component[parent] == order.component[child]
    merged[order.component[parent[inner & (grace != 0).any(axis=1)]]] = False
    return merged


def _with_delays(items: _Items) -> _Items:
    """Put a shared slot into every edge with grace; it sits between the levels of its child and its parent."""
    delayed = np.flatnonzero((items.grace != 0).any(axis=1))
    if not len(delayed):
        return items
    inside = items.cyclic[items.parent[delayed]] & (
        items.level[items.parent[delayed]] == items.level[items.child[delayed]]
    )
    keys = (*items.grace[delayed].T, inside, items.child[delayed])
    alike = np.lexsort(keys)
    fresh = np.any([np.diff(key[alike].astype(np.float64), prepend=np.nan) != 0 for key in keys], axis=0)
    chosen = delayed[alike[fresh]]
    source, within = items.child[chosen], inside[alike[fresh]]
    child = items.child.copy()
    child[delayed[alike]] = len(items.kind) + np.cumsum(fresh) - 1
    return _Items(
        kind=np.concatenate((items.kind, np.full(len(source), DELAY))),
        k=np.concatenate((items.k, np.zeros(len(source), dtype=np.int64))),
        level=np.concatenate((items.level, items.level[source] + ~within)),
        cyclic=np.concatenate((items.cyclic, within)),
        parent=np.concatenate((items.parent, np.arange(len(items.kind), len(items.kind) + len(source)))),
        child=np.concatenate((child, source)),
        grace=np.concatenate((np.zeros_like(items.grace), items.grace[chosen])),
    )


def _normalised(items: _Items) -> _Items:
    """Turn at-least gates into ANDs, ORs and constants where they are these, and drop the children of constants."""
    kind, k = items.kind.copy(), items.k
    degree = np.bincount(items.parent, minlength=len(kind))
    atleast = kind == ATLEAST
    kind[atleast & (k == degree)] = AND
    kind[atleast & (k == 1) & (degree > 1)] = OR
    kind[atleast & (k <= 0) | (kind == AND) & (degree == 0)] = HOLDS
    kind[atleast & (k > degree) | (kind == OR) & (degree == 0)] = FAILS
    kept = ~np.isin(kind[items.parent], (LEAF, HOLDS, FAILS))
    constant = np.isin(kind, (LEAF, HOLDS, FAILS))
    return _Items(
        kind=kind,
        k=np.where(kind == ATLEAST, k, 0),
        level=np.where(constant, -1, items.level),
        cyclic=items.cyclic & ~constant,
        parent=items.parent[kept],
        child=items.child[kept],
        grace=items.grace[kept],
    )


def _laid_out(items: _Items, item: NDArray[np.int64], leaves: NDArray[np.int64]) -> Schedule:
    """Number the slots by level, gate and degree, and cut the edges into batches."""
    degree = np.bincount(items.parent, minlength=len(items.kind))
    ranks = (degree, items.k, items.kind, items.cyclic, items.level)
    by_slot = np.lexsort(ranks)
    slot = np.empty(len(by_slot), dtype=np.int64)
    slot[by_slot] = np.arange(len(by_slot))
    by_parent = np.argsort(slot[items.parent], kind="stable")
    child = slot[items.child[by_parent]]
    grace = items.grace[by_parent]
    ends = np.cumsum(degree[by_slot])
    bounds = np.flatnonzero(np.any([np.diff(rank[by_slot], prepend=-2) != 0 for rank in ranks], axis=0))
    groups: list[tuple[tuple[int, bool], list[Batch]]] = []
    for first, last in pairwise([*bounds.tolist(), len(by_slot)]):
        one = by_slot[first]
        width = int(degree[one])
        if items.level[one] < 0:
            continue
        edges = slice(int(ends[first]) - width, int(ends[last - 1]))
        key = (int(items.level[one]), bool(items.cyclic[one]))
        if not groups or groups[-1][0] != key:
            groups.append((key, []))
        groups[-1][1].append(
            Batch(
                kind=int(items.kind[one]),
                k=int(items.k[one]),
                first=first,
                child=np.ascontiguousarray(child[edges].reshape(-1, width).T),
                grace=grace[edges] if items.kind[one] == DELAY else np.zeros((0, 3)),
            )
        )
    return Schedule(
        slots=len(by_slot),
        slot=slot[item],
        leaf=slot[item[leaves]],
        holds=slot[np.flatnonzero(items.kind == HOLDS)],
        fails=slot[np.flatnonzero(items.kind == FAILS)],
        groups=tuple(Group(cyclic, tuple(batches)) for (_, cyclic), batches in groups),
    )
