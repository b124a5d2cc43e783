"""Nodes are shared and merged without changing what they mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.engine.days import time_to_survive
from freehold.graph.arrays import AND, LEAF, OR
from freehold.graph.builder import ALWAYS, NEVER, NO_GRACE, GraphBuilder
from freehold.graph.order import evaluation_order
from freehold.model.leaf import Leaf, LeafKind
from freehold.model.subject import Range

INF = float("inf")
WEEK: Range = (7.0, 8.0, 9.0)


def leaf_of(name: str) -> Leaf:
    """Return a channel leaf."""
    return Leaf(LeafKind.CHANNEL, name)


def test_a_leaf_is_one_node_however_often_it_is_named() -> None:
    builder = GraphBuilder()
    assert builder.leaf(leaf_of("a")) == builder.leaf(leaf_of("a"))
    assert builder.leaf(leaf_of("a")) != builder.leaf(leaf_of("b"))


def test_equal_gates_are_one_node_whatever_the_order() -> None:
    builder = GraphBuilder()
    a, b = builder.leaf(leaf_of("a")), builder.leaf(leaf_of("b"))
    assert builder.all_of([a, b]) == builder.all_of([b, a, b])
    assert builder.any_of([a, b]) == builder.any_of([b, a])
    assert builder.all_of([a, b]) != builder.any_of([a, b])
    assert builder.all_of([a, b], WEEK) != builder.all_of([a, b])


def test_constants_dissolve() -> None:
    builder = GraphBuilder()
    a = builder.leaf(leaf_of("a"))
    assert builder.all_of([]) == ALWAYS
    assert builder.any_of([]) == NEVER
    assert builder.all_of([a, ALWAYS]) == a
    assert builder.any_of([a, NEVER]) == a
    assert builder.all_of([a, NEVER]) == NEVER
    assert builder.any_of([a, ALWAYS]) == ALWAYS
    assert builder.lasting(ALWAYS, WEEK) == ALWAYS
    assert builder.lasting(NEVER, WEEK) == NEVER


def test_nested_gates_of_one_kind_are_flat() -> None:
    builder = GraphBuilder()
    a, b, c = (builder.leaf(leaf_of(name)) for name in "abc")
    assert builder.all_of([builder.all_of([a, b]), c]) == builder.all_of([a, b, c])
    assert builder.any_of([builder.any_of([a, b]), c]) == builder.any_of([a, b, c])
    mixed = builder.all_of([builder.any_of([a, b]), c])
    assert builder.kind(mixed) == AND
    assert {builder.kind(child) for child, _ in builder.edges(mixed)} == {LEAF, OR}


def test_a_grace_stays_on_edges_to_leaves_and_adds_up() -> None:
    builder = GraphBuilder()
    a, b = builder.leaf(leaf_of("a")), builder.leaf(leaf_of("b"))
    lasting = builder.lasting(builder.any_of([a, builder.all_of([a, b], WEEK)]), (1.0, 1.0, 1.0))
    graph = builder.graph()
    for node in range(graph.nodes):
        for edge in range(int(graph.start[node]), int(graph.start[node + 1])):
            assert not graph.grace[edge].any() or graph.kind[graph.child[edge]] == LEAF
    assert lasting == builder.lasting(builder.any_of([a, builder.all_of([a, b], WEEK)]), (1.0, 1.0, 1.0))
    assert {grace for node in range(graph.nodes) for _, grace in builder.edges(node)} >= {(8.0, 9.0, 10.0)}


def test_no_grace_changes_nothing() -> None:
    builder = GraphBuilder()
    a = builder.leaf(leaf_of("a"))
    assert builder.lasting(a, NO_GRACE) == a


@dataclass(frozen=True)
class Term:
    """A condition in words: ``leaf``, ``all`` or ``any`` of its parts, or its one part ``lasting`` a grace longer."""

    kind: str
    parts: tuple[Term, ...] = ()
    leaf: int = 0
    grace: Range = NO_GRACE


def of_parts(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    """Draw a term over terms."""
    joined = st.builds(Term, st.sampled_from(("all", "any")), st.lists(inner, max_size=3).map(tuple))
    graces = st.sampled_from(((1.0, 2.0, 3.0), (0.0, 0.0, 5.0), NO_GRACE))
    return joined | st.builds(lambda part, grace: Term("lasting", (part,), 0, grace), inner, graces)


terms = st.recursive(st.integers(0, 3).map(lambda leaf: Term("leaf", (), leaf)), of_parts, max_leaves=8)


def built(builder: GraphBuilder, term: Term) -> int:
    """Return the node of a term."""
    parts = [built(builder, part) for part in term.parts]
    match term.kind:
        case "leaf":
            return builder.leaf(leaf_of(str(term.leaf)))
        case "lasting":
            return builder.lasting(parts[0], term.grace)
        case "all":
            return builder.all_of(parts)
        case _:
            return builder.any_of(parts)


def day_of(term: Term, onset: list[float], column: int, grace: float = 0.0) -> float:
    """Return the day a term is lost, straight from its meaning: a grace lengthens every leaf beneath it."""
    if term.kind == "leaf":
        return onset[term.leaf] + grace
    days = [day_of(part, onset, column, grace + term.grace[column]) for part in term.parts]
    return max(days, default=-INF) if term.kind == "any" else min(days, default=INF)


@settings(max_examples=150, deadline=None)
@given(terms, st.lists(st.sampled_from([0.0, 3.0, 10.0, INF, -INF]), min_size=4, max_size=4), st.integers(0, 2))
def test_merging_never_changes_the_day_a_node_is_lost(term: Term, onset: list[float], column: int) -> None:
    builder = GraphBuilder()
    node = built(builder, term)
    graph = builder.graph()
    days = np.full((graph.nodes, 1), INF)
    for leaf, at in builder.leaves.items():
        days[at, 0] = onset[int(leaf.party)]
    found = time_to_survive(graph, evaluation_order(graph), days, column)
    assert found[node, 0] == day_of(term, onset, column)
