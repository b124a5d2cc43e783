"""Random small formulas and the slow, obvious way to everything: all states, one by one."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from freehold.graph.formats.faulttree import AND, ATLEAST, LEAF, OR, XOR, Formula, Gate, formula_of


@st.composite
def coherent_formulas(draw: st.DrawFn, *, leaves: int = 6, gates: int = 8) -> tuple[Formula, int]:
    """Draw and/or/at-least gates that may share children and form cycles, and a top among the gates."""
    n = draw(st.integers(1, leaves))
    m = draw(st.integers(1, gates))
    nodes = [Gate(LEAF)] * n
    for _ in range(m):
        kind = draw(st.sampled_from([AND, OR, AND, OR, ATLEAST]))
        children = draw(st.lists(st.integers(0, n + m - 1), min_size=0, max_size=5))
        k = draw(st.integers(0, len(children) + 1)) if kind == ATLEAST else 0
        nodes.append(Gate(kind, tuple((child, False) for child in children), k))
    return formula_of(nodes), draw(st.integers(n, n + m - 1))


@st.composite
def any_formulas(draw: st.DrawFn, *, leaves: int = 6, gates: int = 8) -> tuple[Formula, int]:
    """Draw acyclic formulas in which edges may be negated and gates may be exclusive."""
    n = draw(st.integers(1, leaves))
    m = draw(st.integers(1, gates))
    nodes = [Gate(LEAF)] * n
    for place in range(m):
        kind = draw(st.sampled_from([AND, OR, ATLEAST, XOR]))
        edges = draw(st.lists(st.tuples(st.integers(0, n + place - 1), st.booleans()), min_size=0, max_size=4))
        k = draw(st.integers(0, len(edges) + 1)) if kind == ATLEAST else 0
        nodes.append(Gate(kind, tuple(edges), k))
    return formula_of(nodes), n + m - 1


def true_states(formula: Formula, top: int) -> list[frozenset[int]]:
    """Return every set of lost leaves in which ``top`` is true, by iterating from "no gate is true"."""
    leaves = np.flatnonzero(formula.kind == LEAF).tolist()
    states = [frozenset(lost) for size in range(len(leaves) + 1) for lost in combinations(leaves, size)]
    return [lost for lost in states if _values(formula, lost)[top]]


def _values(formula: Formula, lost: frozenset[int]) -> list[bool]:
    value = [node in lost for node in range(formula.nodes)]
    while True:
        after = [_gate(formula, node, value) if formula.kind[node] != LEAF else v for node, v in enumerate(value)]
        if after == value:
            return value
        value = after


def _gate(formula: Formula, node: int, value: list[bool]) -> bool:
    begin, end = int(formula.start[node]), int(formula.start[node + 1])
    true = sum(value[int(formula.child[i])] != bool(formula.negated[i]) for i in range(begin, end))
    match int(formula.kind[node]):
        case kind if kind == AND:
            return true == end - begin
        case kind if kind == OR:
            return true > 0
        case kind if kind == ATLEAST:
            return true >= int(formula.k[node])
        case _:
            return true % 2 == 1


def minimal(states: list[frozenset[int]]) -> list[tuple[int, ...]]:
    """Return the inclusion-minimal states, smallest first."""
    kept: list[frozenset[int]] = []
    for state in sorted(states, key=len):
        if not any(smaller <= state for smaller in kept):
            kept.append(state)
    return sorted((tuple(sorted(state)) for state in kept), key=lambda s: (len(s), s))


def mass(formula: Formula, states: list[frozenset[int]], p: NDArray[np.float64]) -> float:
    """Return the probability of a list of states of independent leaves."""
    leaves = np.flatnonzero(formula.kind == LEAF).tolist()
    return sum(float(np.prod([p[v] if v in state else 1.0 - p[v] for v in leaves])) for state in states)
