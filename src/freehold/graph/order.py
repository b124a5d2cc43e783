"""The order in which an AND/OR graph is evaluated: strongly connected components, children before parents.

It holds the order and its levels; what a component *means* (least fixpoint of loss, greatest of availability) is left
to the engine. Plain Python over lists on purpose: 120,000 nodes take about a third of a second, nothing is compiled,
and nothing recurses, so a chain of a million nodes is as safe as a bush.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from freehold.graph.arrays import AndOrGraph


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """The components of a graph with ``n`` nodes and ``c`` components, numbered so that children come first.

    ``component`` (n,) i4: the component of each node. ``start`` (c+1,) i8 and ``node`` (n,) i4: the members of
    component ``i`` are ``node[start[i]:start[i + 1]]``, ascending. ``cyclic`` (c,) bool: more than one member, or a
    member that is its own child. ``level`` (c,) i4: 0 without children outside, else one more than the highest
    level among the components it depends on; components of one level do not depend on one another.
    """

    component: NDArray[np.int32]
    start: NDArray[np.int64]
    node: NDArray[np.int32]
    cyclic: NDArray[np.bool_]
    level: NDArray[np.int32]

    @property
    def components(self) -> int:
        """Return the number of components."""
        return len(self.cyclic)

    def members(self, component: int) -> NDArray[np.int32]:
        """Return the nodes of ``component``, ascending."""
        return self.node[self.start[component] : self.start[component + 1]]


def evaluation_order(graph: AndOrGraph) -> Order:
    """Find the strongly connected components of ``graph`` in evaluation order.

    Every edge leads from a component to itself or to one with a smaller number. Linear in nodes plus edges; the
    result depends on the arrays only. Tarjan 1972 (SIAM J. Comput. 1(2)), with the single stack of Pearce 2016
    (Inf. Process. Lett. 116(1)).
    """
    numbers, levels = _components(graph.start.tolist(), graph.child.tolist())
    component = np.asarray(numbers, dtype=np.int32)
    sizes = np.bincount(component, minlength=len(levels)).astype(np.int64)
    cyclic = sizes > 1
    parent = np.repeat(np.arange(graph.nodes, dtype=np.int32), np.diff(graph.start))
    cyclic[component[parent[parent == graph.child]]] = True
    return Order(
        component=component,
        start=np.concatenate(([0], np.cumsum(sizes))),
        node=np.argsort(component, kind="stable").astype(np.int32),
        cyclic=cyclic,
        level=np.asarray(levels, dtype=np.int32),
    )


def _components(start: list[int], child: list[int]) -> tuple[list[int], list[int]]:
    """Return the component of each node and the level of each component.

    ``low`` is 0 before a node is met, then the smallest visit number it is known to reach, then ``done``. Only
    nodes that are no root of their component ever enter ``open_nodes``.
    """
    nodes = len(start) - 1
    done = nodes + 1
    low = [0] * nodes
    first = [0] * nodes
    cursor = start[:nodes]
    height = [0] * nodes
    component = [-1] * nodes
    levels: list[int] = []
    open_nodes: list[int] = []
    visits = 0
    for root in range(nodes):
        if low[root]:
            continue
        visits += 1
        low[root] = first[root] = visits
        path = [root]
        while path:
            node = path[-1]
            position = cursor[node]
            if position < start[node + 1]:
                below = child[position]
                if low[below] == 0:
                    visits += 1
                    low[below] = first[below] = visits
                    path.append(below)
                    continue
                cursor[node] = position + 1
                if low[below] < low[node]:
                    low[node] = low[below]
                rise = height[below] + (low[below] == done)
                if rise > height[node]:
                    height[node] = rise
                continue
            path.pop()
            if low[node] < first[node]:
                open_nodes.append(node)
                continue
            members = [node]
            while open_nodes and first[open_nodes[-1]] > first[node]:
                members.append(open_nodes.pop())
            for member in members:
                low[member] = done
                component[member] = len(levels)
                height[member] = height[node]
            levels.append(height[node])
    return component, levels
