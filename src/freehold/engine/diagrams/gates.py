"""A formula on its way to a diagram: plain lists that rewriting may change, and the order "children first".

An edge is a number: ``v`` means node ``v``, ``~v`` (negative) means "not node v". Kinds are those of
:mod:`freehold.graph.formats.faulttree`. This module leaves rewriting to ``simplify`` and splitting to ``modules``.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from freehold.graph.formats.faulttree import LEAF, XOR, Formula


@dataclass(slots=True)
class Gates:
    """Nodes as parallel lists; nodes that nothing reaches any more are simply never visited."""

    kind: list[int]
    k: list[int]
    edges: list[list[int]]

    def add(self, kind: int, edges: list[int], k: int = 0) -> int:
        """Append a node and return its number."""
        self.kind.append(kind)
        self.k.append(k)
        self.edges.append(edges)
        return len(self.kind) - 1


def node_of(edge: int) -> int:
    """Return the node an edge leads to."""
    return edge if edge >= 0 else ~edge


def gates_of(formula: Formula) -> Gates:
    """Return a formula's nodes as lists, same numbers."""
    start = formula.start.tolist()
    edges = [
        ~child if no else child for child, no in zip(formula.child.tolist(), formula.negated.tolist(), strict=True)
    ]
    return Gates(formula.kind.tolist(), formula.k.tolist(), [edges[a:b] for a, b in pairwise(start)])


def children_first(gates: Gates, top: int) -> list[int] | None:
    """Return the nodes below ``top``, children before parents, or ``None`` if they form a cycle."""
    order: list[int] = []
    opened = {top}
    closed: set[int] = set()
    stack = [(top, iter(gates.edges[top]))]
    while stack:
        node, edges = stack[-1]
        for edge in edges:
            child = edge if edge >= 0 else ~edge
            if child not in opened:
                opened.add(child)
                if gates.edges[child]:
                    stack.append((child, iter(gates.edges[child])))
                    break
                closed.add(child)
                order.append(child)
            elif child not in closed:
                return None
        else:
            stack.pop()
            closed.add(node)
            order.append(node)
    return order


def components_first(gates: Gates, top: int) -> list[list[int]]:
    """Return the strongly connected components below ``top``, children first, each in order of discovery.

    Tarjan 1972 with an explicit stack; linear in nodes and edges.
    """
    simple = children_first(gates, top)
    if simple is not None:
        return [[node] for node in simple]
    index: dict[int, int] = {top: 0}
    lowest: dict[int, int] = {top: 0}
    path, held = [top], {top}
    stack = [(top, iter(gates.edges[top]))]
    components: list[list[int]] = []
    while stack:
        node, edges = stack[-1]
        for edge in edges:
            child = node_of(edge)
            if child not in index:
                index[child] = lowest[child] = len(index)
                path.append(child)
                held.add(child)
                stack.append((child, iter(gates.edges[child])))
                break
            if child in held:
                lowest[node] = min(lowest[node], index[child])
        else:
            stack.pop()
            if stack:
                lowest[stack[-1][0]] = min(lowest[stack[-1][0]], lowest[node])
            if lowest[node] == index[node]:
                components.append(_taken_off(path, held, node))
    return components


def _taken_off(path: list[int], held: set[int], node: int) -> list[int]:
    """Take ``node`` and all found after it off the path."""
    component: list[int] = []
    while not component or component[-1] != node:
        component.append(path.pop())
        held.discard(component[-1])
    return component[::-1]


def is_cycle(gates: Gates, component: list[int]) -> bool:
    """Return whether a strongly connected component holds a cycle, a node below itself included."""
    return len(component) > 1 or any(node_of(edge) == component[0] for edge in gates.edges[component[0]])


def coherent_below(gates: Gates, nodes: list[int]) -> bool:
    """Return whether none of ``nodes`` negates a child or is an exclusive or."""
    return all(gates.kind[node] != XOR and all(edge >= 0 for edge in gates.edges[node]) for node in nodes)


def gate_count(gates: Gates, nodes: list[int]) -> int:
    """Return how many of ``nodes`` are no leaves."""
    return sum(gates.kind[node] != LEAF for node in nodes)
