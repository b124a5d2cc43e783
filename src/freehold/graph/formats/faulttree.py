"""A fault tree as a frozen value: a formula in flat arrays, names, leaf probabilities, a top node.

A *formula* is read as failure logic: a node is true when the thing it stands for is lost. It extends the AND/OR graph
by negated edges and exclusive or, so that non-coherent trees can be held and solved exactly instead of being refused.

Shapes (``n`` nodes, ``m`` edges):

===========  =========  =====================================================================
``kind``     (n,) u1    ``LEAF``, ``AND``, ``OR``, ``ATLEAST`` of :mod:`freehold.graph.arrays`, or ``XOR``
``k``        (n,) i4    how many children must be true; used by ``ATLEAST`` only, 0 elsewhere
``start``    (n+1,) i8  children of node ``v`` are ``child[start[v]:start[v + 1]]``
``child``    (m,) i4    node numbers
``negated``  (m,) b1    whether the edge means "not the child"
===========  =========  =====================================================================

An ``AND`` without children is true, an ``OR`` without children false: house events and constants need no marker.
Cycles are legal where no edge on them is negated; their meaning (least fixpoint) belongs to the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from freehold.graph.arrays import AND, ATLEAST, LEAF, OR, AndOrGraph

XOR: Final = 4


@dataclass(frozen=True, slots=True, eq=False)
class Formula:
    """Failure logic in compressed sparse rows; see the module docstring for shapes."""

    kind: NDArray[np.uint8]
    k: NDArray[np.int32]
    start: NDArray[np.int64]
    child: NDArray[np.int32]
    negated: NDArray[np.bool_]

    @property
    def nodes(self) -> int:
        """Return the number of nodes."""
        return len(self.kind)

    @property
    def coherent(self) -> bool:
        """Return whether neither negation nor exclusive or occurs."""
        return not (bool(self.negated.any()) or bool((self.kind == XOR).any()))

    def children(self, node: int) -> list[int]:
        """Return the children of ``node``, in file order."""
        children: list[int] = self.child[self.start[node] : self.start[node + 1]].tolist()
        return children


@dataclass(frozen=True, slots=True, eq=False)
class FaultTree:
    """A named formula with its leaves' probabilities.

    ``names`` has one entry per node, empty for a formula nested in another without a name of its own.
    ``probability`` is (n, 3): low, likely, high; not-a-number for gates and for leaves whose probability nobody gave.
    """

    name: str
    names: tuple[str, ...]
    formula: Formula
    probability: NDArray[np.float64]
    top: int


@dataclass(frozen=True, slots=True)
class Gate:
    """One node on the way into a formula: kind, k, and children as (node, negated)."""

    kind: int
    children: tuple[tuple[int, bool], ...] = ()
    k: int = 0


def formula_of(gates: Sequence[Gate]) -> Formula:
    """Return the formula whose node ``v`` is ``gates[v]``."""
    counts = np.fromiter((len(gate.children) for gate in gates), dtype=np.int64, count=len(gates))
    edges = [edge for gate in gates for edge in gate.children]
    return Formula(
        kind=np.array([gate.kind for gate in gates], dtype=np.uint8),
        k=np.array([gate.k for gate in gates], dtype=np.int32),
        start=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)]),
        child=np.array([node for node, _ in edges], dtype=np.int32),
        negated=np.array([negated for _, negated in edges], dtype=np.bool_),
    )


def loss_formula(graph: AndOrGraph) -> Formula:
    """Return the failure logic of a supply graph: the dual, in which true means lost.

    A supply ``AND`` is lost with any child, an ``OR`` with all of them, "at least k of n hold" with n - k + 1 of them.
    """
    arity = np.diff(graph.start)
    kind = graph.kind.copy()
    kind[graph.kind == AND] = OR
    kind[graph.kind == OR] = AND
    lost = np.where(graph.kind == ATLEAST, arity - graph.k + 1, 0).astype(np.int32)
    return Formula(kind, lost, graph.start, graph.child, np.zeros(graph.edges, dtype=np.bool_))


def failure_formula(graph: AndOrGraph) -> Formula:
    """Return the graph's own gates read as failure logic (an ``AND`` is lost when all its children are)."""
    return Formula(graph.kind, graph.k, graph.start, graph.child, np.zeros(graph.edges, dtype=np.bool_))


__all__ = [
    "AND",
    "ATLEAST",
    "LEAF",
    "OR",
    "XOR",
    "FaultTree",
    "Formula",
    "Gate",
    "failure_formula",
    "formula_of",
    "loss_formula",
]
