"""Which nodes come back once some actions are done: the residual of a supply graph after a loss.

Nodes that hold to the horizon are constants and drop out; what is left is small and is kept as plain lists. Availability
over it is the greatest fixpoint (components may need one another), but an action starts only when its needs are already
available, so that nothing recovers itself. Choosing and timing actions is the work of ``recovery``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from freehold.graph.arrays import AND, LEAF, OR, AndOrGraph


@dataclass(frozen=True, slots=True)
class Option:
    """An action as numbers: restores one leaf node; days and person-days at one end of their ranges.

    ``deadline`` is the day, counted like ``lead_days`` from the start of recovery, by which it must be done.
    """

    restores: int
    needs: tuple[int, ...] = ()
    lead_days: float = 0.0
    effort_person_days: float = 0.0
    deadline: float = float("inf")


@dataclass(slots=True)
class Residual:
    """The part of a graph that does not hold by itself, reachable from the goals and from the needs of useful options.

    ``need[v]`` is how many of ``children[v]`` must be available for ``v`` (AND: all, OR: one, leaf: 0 and restorable
    only). Nodes keep their numbers from the graph. Cost of building: linear in the edges of that part.
    """

    options: Sequence[Option]
    children: dict[int, tuple[int, ...]] = field(default_factory=dict)
    need: dict[int, int] = field(default_factory=dict)
    parents: dict[int, list[int]] = field(default_factory=dict)
    restorers: dict[int, list[int]] = field(default_factory=dict)
    order: list[int] = field(default_factory=list)
    """The nodes, children before parents; without those on or above a cycle."""

    @property
    def cyclic(self) -> bool:
        """Tell whether gates lead back to themselves."""
        return len(self.order) < len(self.children)

    def available(self, done: Iterable[int]) -> set[int]:
        """Return the residual nodes that are available once the options ``done`` have been carried out.

        Cost: without cycles the part that comes back, else the whole residual.
        """
        growth = Growth(self)
        growth.add(done)
        return growth.nodes

    def greatest(self, restored: set[int]) -> set[int]:
        """Return the greatest fixpoint for restored leaf nodes: start with everything and take away what cannot be."""
        slack = {v: len(kids) - self.need[v] for v, kids in self.children.items() if kids or self.need[v]}
        lost = [v for v, kids in self.children.items() if not kids and (self.need[v] or v not in restored)]
        gone = set(lost)
        for v, spare in slack.items():
            if spare < 0 and v not in gone:
                gone.add(v)
                lost.append(v)
        while lost:
            for parent in self.parents.get(lost.pop(), ()):
                slack[parent] -= 1
                if slack[parent] < 0 and parent not in gone:
                    gone.add(parent)
                    lost.append(parent)
        return self.children.keys() - gone

    def closure(self, chosen: Iterable[int]) -> tuple[set[int], set[int]]:
        """Return the options of ``chosen`` that can ever start, in well-founded order, and the nodes then available."""
        waiting = set(chosen)
        growth = Growth(self)
        while ready := {i for i in waiting if self.startable(i, growth.nodes)}:
            growth.add(ready)
            waiting -= ready
        return growth.done, growth.nodes

    def startable(self, option: int, nodes: set[int]) -> bool:
        """Tell whether every need of ``option`` is available, given the residual nodes that are."""
        return all(need in nodes or need not in self.children for need in self.options[option].needs)


class Growth:
    """What becomes available while options are carried out one after another; ``nodes`` only grows.

    Without cycles the least fixpoint is the greatest too, and each edge is looked at once (Dowling & Gallier 1984).
    """

    def __init__(self, residual: Residual) -> None:
        self._residual = residual
        self._count: dict[int, int] = {}
        self.done: set[int] = set()
        self.nodes: set[int] = set() if not residual.cyclic else residual.greatest(set())

    def add(self, options: Iterable[int]) -> None:
        """Take note that ``options`` are done."""
        rest = self._residual
        self.done.update(options)
        restored = {rest.options[i].restores for i in self.done} & rest.children.keys()
        if rest.cyclic:
            self.nodes = rest.greatest(restored)
            return
        ready = list(restored - self.nodes)
        self.nodes.update(ready)
        while ready:
            for parent in rest.parents.get(ready.pop(), ()):
                self._count[parent] = held = self._count.get(parent, 0) + 1
                if held == rest.need[parent]:
                    self.nodes.add(parent)
                    ready.append(parent)


def residual(
    graph: AndOrGraph,
    holds: NDArray[np.bool_],
    edge_holds: NDArray[np.bool_],
    options: Sequence[Option],
    goals: Iterable[int],
) -> Residual:
    """Return the residual of ``graph`` below ``goals``.

    ``holds`` (n,) tells which nodes hold to the horizon by themselves, ``edge_holds`` (m,) which edges do (the child's
    day plus the edge's grace reaches it). A leaf that does not hold and that no option restores stays lost.
    """
    result = Residual(options)
    by_leaf: dict[int, list[int]] = {}
    for index, option in enumerate(options):
        by_leaf.setdefault(option.restores, []).append(index)
    gates, held = _Gates(graph, edge_holds), holds.tolist()
    stack = [v for v in goals if not held[v]]
    while stack:
        node = stack.pop()
        if node in result.children:
            continue
        kids, need = gates.open(node)
        result.children[node], result.need[node] = kids, need
        for kid in kids:
            result.parents.setdefault(kid, []).append(node)
        stack.extend(kids)
        if not kids and node in by_leaf:
            result.restorers[node] = by_leaf[node]
            stack.extend(v for i in by_leaf[node] for v in options[i].needs if not held[v])
    result.order = _order(result)
    return result


def _order(rest: Residual) -> list[int]:
    """Return the nodes, children first, by peeling off those whose children are gone (Kahn 1962)."""
    open_kids = {node: len(kids) for node, kids in rest.children.items()}
    ready = [node for node, count in open_kids.items() if not count]
    peeled: list[int] = []
    while ready:
        peeled.append(ready.pop())
        for parent in rest.parents.get(peeled[-1], ()):
            open_kids[parent] -= 1
            if not open_kids[parent]:
                ready.append(parent)
    return peeled


class _Gates:
    """The gates of a graph as plain lists, which are quicker to walk than arrays."""

    def __init__(self, graph: AndOrGraph, edge_holds: NDArray[np.bool_]) -> None:
        self._kind, self._k = graph.kind.tolist(), graph.k.tolist()
        self._start, self._child = graph.start.tolist(), graph.child.tolist()
        self._edge_holds = edge_holds.tolist()

    def open(self, node: int) -> tuple[tuple[int, ...], int]:
        """Return the children of a lost ``node`` over edges that do not hold, and how many must be brought back."""
        first, last = self._start[node], self._start[node + 1]
        kids = tuple(self._child[e] for e in range(first, last) if not self._edge_holds[e])
        kind = self._kind[node]
        if kind == LEAF:
            return (), 0
        if kind == AND:
            return kids, len(kids)
        if kind == OR:
            return kids, 1
        return kids, self._k[node] - (last - first - len(kids))
