"""Small random AND/OR graphs with cycles, shared nodes, k-of-n gates and graces, and a builder for hand-made ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from freehold.graph.arrays import AND, ATLEAST, LEAF, OR, AndOrGraph

Row = tuple[int, int, Sequence[int]]


def graph_of(rows: Sequence[Row], graces: Sequence[Sequence[Sequence[float]]] | None = None) -> AndOrGraph:
    """Return the graph whose node ``i`` is ``rows[i]`` = (kind, k, children), with (low, likely, high) per edge."""
    flat = [child for _, _, children in rows for child in children]
    days = [edge for node in graces for edge in node] if graces is not None else [[0.0] * 3] * len(flat)
    return AndOrGraph(
        kind=np.array([kind for kind, _, _ in rows], dtype=np.uint8),
        k=np.array([k for _, k, _ in rows], dtype=np.int32),
        start=np.concatenate(([0], np.cumsum([len(children) for _, _, children in rows]))).astype(np.int64),
        child=np.array(flat, dtype=np.int32),
        grace=np.array(days, dtype=np.float64).reshape(len(flat), 3),
    )


@st.composite
def graphs(draw: st.DrawFn, *, max_leaves: int = 5, max_gates: int = 9, anywhere: bool = False) -> AndOrGraph:
    """Draw a graph whose gates may point anywhere, themselves included; graces on leaf edges, or ``anywhere``.

    Whole graphs without alternatives, or without graces, are as likely as others: their cycles are merged.
    """
    kinds = draw(st.sampled_from(((AND,), (AND, OR), (AND, AND, OR, OR, ATLEAST))))
    longest = draw(st.sampled_from((0, 9)))
    leaves = draw(st.integers(1, max_leaves))
    gates = draw(st.integers(1, max_gates))
    numbers = draw(st.permutations(range(leaves + gates)))
    rows: list[Row] = [(LEAF, 0, ())] * (leaves + gates)
    graces: list[list[list[float]]] = [[] for _ in rows]
    for gate in range(leaves, leaves + gates):
        kind = draw(st.sampled_from(kinds))
        children = draw(st.lists(st.integers(0, leaves + gates - 1), max_size=5))
        k = draw(st.integers(0, len(children) + 1)) if kind == ATLEAST else 0
        rows[numbers[gate]] = (kind, k, [numbers[child] for child in children])
        graces[numbers[gate]] = [
            sorted(draw(st.tuples(*[st.integers(0, longest)] * 3))) if child < leaves or anywhere else [0.0] * 3
            for child in children
        ]
    return graph_of(rows, graces)


def leaves_of(graph: AndOrGraph) -> list[int]:
    """Return the leaf nodes of ``graph``, ascending."""
    return [int(node) for node in np.flatnonzero(graph.kind == LEAF)]
