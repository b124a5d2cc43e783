"""Rewriting that keeps the function: constants, duplicates, nested gates of one kind, cycles of one kind.

Every rule is an identity of Boolean algebra or of least fixpoints, so nothing here changes a result:

* constants fold, single arguments collapse, ``x and not x`` is false, repeated arguments of and/or count once;
* equal gates become one (hash-consing); an and inside an and, used nowhere else, is opened up, same for or;
* a cycle through or gates only equals the or of all that enters it; one through and gates only is false (least
  fixpoint: nothing in it is lost unless something outside forces it).

Cycles through both kinds stay, for :mod:`freehold.engine.diagrams.build` to iterate on.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from freehold.engine.diagrams.gates import Gates, children_first, components_first, is_cycle, node_of
from freehold.errors import InputError
from freehold.graph.formats.faulttree import AND, ATLEAST, LEAF, OR, XOR

TRUE: Final = -1_000_000_001
FALSE: Final = 1_000_000_000
"""Edges that stand for constants; far from any node number, and each the complement of the other."""


def simplify(gates: Gates, top: int) -> tuple[Gates, int]:
    """Return an equivalent set of gates and its top edge (``TRUE`` and ``FALSE`` for constants).

    Leaves keep their numbers. Raises ``InputError`` for a cycle through a negation or exclusive or.
    """
    while True:
        rewriter = _Rewriter(gates)
        simple = children_first(gates, top)
        if simple is not None:
            for node in simple:
                rewriter.rewrite_node(node)
            return rewriter.out, rewriter.edge_to[top]
        for component in components_first(gates, top):
            rewriter.rewrite(component)
        edge = rewriter.edge_to[top]
        if not rewriter.again or edge in (TRUE, FALSE):
            return rewriter.out, edge
        gates, top = rewriter.out, edge


class _Rewriter:
    """Rewrite components children first; ``edge_to[v]`` is what node ``v`` became."""

    def __init__(self, gates: Gates) -> None:
        self.gates = gates
        self.out = Gates(list(gates.kind), list(gates.k), [[] for _ in gates.kind])
        self.edge_to: dict[int, int] = {}
        self.again = False
        """Whether a gate inside a cycle became a constant or another kind, so that another round may break the cycle."""
        self.known: dict[tuple[int, int, tuple[int, ...]], int] = {}
        self.uses = Counter(edge if edge >= 0 else ~edge for edges in gates.edges for edge in edges)

    def rewrite(self, component: list[int]) -> None:
        if is_cycle(self.gates, component):
            self._cycle(component)
        else:
            self.rewrite_node(component[0])

    def rewrite_node(self, node: int) -> None:
        kind = self.gates.kind[node]
        if kind == LEAF:
            self.edge_to[node] = node
            return
        edges = [self._mapped(edge) for edge in self.gates.edges[node]]
        if kind in (AND, OR):
            edges = self._opened(kind, self.gates.edges[node], edges)
        self.edge_to[node] = self._interned(node, kind, self.gates.k[node], edges)

    def _mapped(self, edge: int) -> int:
        return self.edge_to[edge] if edge >= 0 else ~self.edge_to[~edge]

    def _opened(self, kind: int, before: list[int], edges: list[int]) -> list[int]:
        """Open up arguments of the same kind that nothing else uses."""
        opened: list[int] = []
        for old, edge in zip(before, edges, strict=True):
            gate = 0 <= edge < FALSE and self.out.kind[edge] == kind
            if gate and self.uses[node_of(old)] == 1 and edge == old:
                opened.extend(self.out.edges[edge])
            else:
                opened.append(edge)
        return opened

    def _interned(self, node: int, kind: int, k: int, edges: list[int]) -> int:
        kind, k, edges, negated = _normal(kind, k, edges)
        if not edges:
            return TRUE if (kind == AND) != negated else FALSE
        if len(edges) == 1:
            return ~edges[0] if negated else edges[0]
        key = (kind, k, tuple(sorted(edges)))
        if key not in self.known:
            self.known[key] = node
            self.out.kind[node], self.out.k[node], self.out.edges[node] = kind, k, edges
        return ~self.known[key] if negated else self.known[key]

    def _cycle(self, component: list[int]) -> None:
        members = set(component)
        kinds = {self.gates.kind[node] for node in component}
        inside = [edge for node in component for edge in self.gates.edges[node] if node_of(edge) in members]
        if XOR in kinds or any(edge < 0 for edge in inside):
            raise InputError(
                "a cycle runs through a negation or an exclusive or and has no least fixpoint",
                remedy="break the cycle, or state it without negation",
            )
        if kinds == {AND}:
            self.edge_to.update(dict.fromkeys(component, FALSE))
        elif kinds == {OR}:
            entering = [e for node in component for e in self.gates.edges[node] if node_of(e) not in members]
            edge = self._interned(component[0], OR, 0, [self._mapped(e) for e in entering])
            self.edge_to.update(dict.fromkeys(component, edge))
        else:
            self.edge_to.update({node: node for node in component})
            for node in component:
                kind, k, edges, _ = _normal(self.gates.kind[node], self.gates.k[node], self._all_mapped(node))
                self.out.kind[node], self.out.k[node], self.out.edges[node] = kind, k, edges
                self.again = self.again or not edges or kind != self.gates.kind[node]

    def _all_mapped(self, node: int) -> list[int]:
        return [self._mapped(edge) for edge in self.gates.edges[node]]


def _normal(kind: int, k: int, edges: list[int]) -> tuple[int, int, list[int], bool]:
    """Return (kind, k, edges, negated) without constants and repetitions; no edges: constant of that kind."""
    if kind == ATLEAST:
        k -= sum(edge == TRUE for edge in edges)
        edges = [edge for edge in edges if edge not in (TRUE, FALSE)]
        if k <= 0:
            return AND, 0, [], False
        if k > len(edges):
            return OR, 0, [], False
        if 1 < k < len(edges):
            return ATLEAST, k, edges, False
        kind = OR if k == 1 else AND
    if kind == XOR:
        return _normal_xor(edges)
    neutral, absorbing = (TRUE, FALSE) if kind == AND else (FALSE, TRUE)
    kept = dict.fromkeys(edge for edge in edges if edge != neutral)
    if absorbing in kept or any(~edge in kept for edge in kept):
        return (OR if kind == AND else AND), 0, [], False
    return kind, 0, list(kept), False


def _normal_xor(edges: list[int]) -> tuple[int, int, list[int], bool]:
    """Move negations out, drop pairs: ``x xor x`` is false."""
    negated = sum(edge < 0 for edge in edges) % 2 == 1
    counts = Counter(node_of(edge) for edge in edges)
    kept = [node for node, count in counts.items() if count % 2 == 1 and node != FALSE]
    return (XOR if kept else OR), 0, kept, negated
