"""Build an AND/OR graph node by node, each distinct node once.

Equal nodes are one node: an AND or OR is known by the set of its edges, nested ANDs without grace are flattened, single
children and constants dissolve. This is the merging that MODEL.md allows (pure AND, zero grace), and it is what keeps the
graph of 20,000 components small. What the nodes mean is decided by the modules that call this one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from freehold.graph.arrays import AND, LEAF, OR, AndOrGraph
from freehold.model.leaf import Leaf
from freehold.model.subject import Range

NO_GRACE: Final[Range] = (0.0, 0.0, 0.0)
ALWAYS: Final = 0
NEVER: Final = 1
Edge = tuple[int, Range]


class GraphBuilder:
    """Collects leaves and gates; ``graph()`` gives the arrays. Node 0 always holds, node 1 never does."""

    def __init__(self) -> None:
        self._kinds: list[int] = [AND, OR]
        self._edges: list[tuple[Edge, ...]] = [(), ()]
        self._gates: dict[tuple[int, frozenset[Edge]], int] = {(AND, frozenset()): ALWAYS, (OR, frozenset()): NEVER}
        self._lasting: dict[tuple[int, Range], int] = {}
        self.leaves: dict[Leaf, int] = {}

    def leaf(self, leaf: Leaf) -> int:
        """Return the node of ``leaf``, adding it if it is new."""
        node = self.leaves.get(leaf)
        if node is None:
            node = self.leaves[leaf] = self._add(LEAF, ())
        return node

    def all_of(self, children: Iterable[int], grace: Range = NO_GRACE) -> int:
        """Return the node that holds while every child does; each edge has ``grace``, which may only lead to leaves."""
        edges: dict[Edge, None] = {}
        for child in children:
            if child == NEVER:
                return NEVER
            if self._kinds[child] == AND:
                edges.update(dict.fromkeys((v, self._sum(g, grace)) for v, g in self._edges[child]))
            elif child != ALWAYS:
                edges[child, grace] = None
        return self._gate(AND, edges)

    def any_of(self, children: Iterable[int]) -> int:
        """Return the node that holds while any child does."""
        edges: dict[Edge, None] = {}
        for child in children:
            if child == ALWAYS:
                return ALWAYS
            if self._kinds[child] == OR:
                edges.update(dict.fromkeys(self._edges[child]))
            else:
                edges[child, NO_GRACE] = None
        return self._gate(OR, edges)

    def lasting(self, node: int, grace: Range) -> int:
        """Return ``node`` with ``grace`` added to every edge that leads from it to a leaf, at any depth."""
        if grace == NO_GRACE or node in (ALWAYS, NEVER):
            return node
        if (node, grace) not in self._lasting:
            self._lasting[node, grace] = self._lengthened(node, grace)
        return self._lasting[node, grace]

    def _lengthened(self, node: int, grace: Range) -> int:
        if self._kinds[node] == LEAF:
            return self._gate(AND, {(node, grace): None})
        parts = [(v, g) if self._kinds[v] == LEAF else (self.lasting(v, grace), g) for v, g in self._edges[node]]
        edges = {(v, self._sum(g, grace) if self._kinds[v] == LEAF else g): None for v, g in parts}
        return self._gate(self._kinds[node], edges)

    def edges(self, node: int) -> tuple[Edge, ...]:
        """Return the edges of ``node`` as (child, grace)."""
        return self._edges[node]

    def kind(self, node: int) -> int:
        """Return ``LEAF``, ``AND`` or ``OR``."""
        return self._kinds[node]

    def graph(self) -> AndOrGraph:
        """Return the arrays; node numbers stay as they were given out."""
        flat = [edge for edges in self._edges for edge in edges]
        return AndOrGraph(
            kind=np.array(self._kinds, dtype=np.uint8),
            k=np.zeros(len(self._kinds), dtype=np.int32),
            start=np.cumsum([0, *(len(edges) for edges in self._edges)], dtype=np.int64),
            child=np.array([v for v, _ in flat], dtype=np.int32),
            grace=np.array([g for _, g in flat], dtype=np.float64).reshape(len(flat), 3),
        )

    def _gate(self, kind: int, edges: dict[Edge, None]) -> int:
        if len(edges) == 1:
            ((child, grace),) = edges
            if grace == NO_GRACE:
                return child
        key = (kind, frozenset(edges))
        node = self._gates.get(key)
        if node is None:
            node = self._gates[key] = self._add(kind, tuple(edges))
        return node

    def _add(self, kind: int, edges: tuple[Edge, ...]) -> int:
        self._kinds.append(kind)
        self._edges.append(edges)
        return len(self._kinds) - 1

    @staticmethod
    def _sum(one: Range, other: Range) -> Range:
        return (one[0] + other[0], one[1] + other[1], one[2] + other[2])
