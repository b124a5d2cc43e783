"""Sweep and loss against an independent computation: counters driven by events, one scenario at a time.

The check never orders anything and knows no components: a lost node takes one off each parent's count, a gate at zero
is lost and goes on the list (Dowling & Gallier 1984). Cycles need no special case there, so they are a real check.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_graphs import Row, graph_of, graphs, leaves_of

from freehold.engine import loss
from freehold.engine import sweep as sweeps
from freehold.engine.days import time_to_survive
from freehold.engine.loss import losses, lost_in, pairs
from freehold.engine.sweep import Parties, Sweep, each_leaf, one_party_each, sweep
from freehold.errors import UsageError
from freehold.graph.arrays import AND, ATLEAST, LEAF, OR, AndOrGraph
from freehold.graph.order import evaluation_order

COMPILED = ["0"] + ["1"] * (importlib.util.find_spec("numba") is not None)


def lost_by_events(graph: AndOrGraph, leaves: Iterable[int]) -> set[int]:
    """Return the nodes lost with ``leaves``, by counting down."""
    parents: list[list[int]] = [[] for _ in range(graph.nodes)]
    left = []
    for node in range(graph.nodes):
        children = graph.children(node).tolist()
        for child in children:
            parents[child].append(node)
        kind, k = int(graph.kind[node]), int(graph.k[node])
        need = {LEAF: 1, AND: 1, OR: len(children), ATLEAST: len(children) - k + 1}[kind]
        left.append(len(children) + 1 if kind == ATLEAST and k <= 0 else need)
    work = [*leaves, *(node for node in range(graph.nodes) if left[node] <= 0)]
    lost = set(work)
    while work:
        for parent in parents[work.pop()]:
            left[parent] -= 1
            if left[parent] <= 0 and parent not in lost:
                lost.add(parent)
                work.append(parent)
    return lost


def assert_exact(graph: AndOrGraph, found: Sweep, parties: list[set[int]]) -> None:
    absent = lost_by_events(graph, ())
    assert set(np.flatnonzero(found.absent).tolist()) == absent
    lost = [lost_by_events(graph, leaves) - absent for leaves in parties]
    for node in range(graph.nodes):
        assert found.lost_with(node).tolist() == [party for party, nodes in enumerate(lost) if node in nodes]
    every = np.arange(graph.nodes)
    start, nodes = found.by_party(every)
    for party, expected in enumerate(lost):
        assert nodes[start[party] : start[party + 1]].tolist() == sorted(expected)
    assert found.impact(every).tolist() == [len(expected) for expected in lost]


@pytest.mark.parametrize("compiled", COMPILED)
@settings(deadline=None, max_examples=300)
@given(graph=graphs(max_gates=12))
def test_every_single_leaf_is_exact(compiled: str, graph: AndOrGraph) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FREEHOLD_COMPILED", compiled)
        found = sweep(graph, evaluation_order(graph))
    assert_exact(graph, found, [{leaf} for leaf in leaves_of(graph)])


@st.composite
def package_graphs(draw: st.DrawFn) -> AndOrGraph:
    """Draw what package lists look like: each AND has a leaf of its own, so that children can be skipped."""
    count = draw(st.integers(1, 9))
    choices = draw(st.lists(st.lists(st.integers(0, count - 1), max_size=3), max_size=4))
    rows: list[Row] = [(LEAF, 0, [])] * count
    for package in range(count):
        needs = draw(st.lists(st.integers(0, count + len(choices) - 1), max_size=4))
        rows.append((AND, 0, [package, *(count + other for other in needs)]))
    rows += [(OR, 0, [count + other for other in choice]) for choice in choices]
    return graph_of(rows)


@pytest.mark.parametrize("compiled", COMPILED)
@settings(deadline=None, max_examples=300)
@given(graph=package_graphs())
def test_what_is_skipped_is_implied(compiled: str, graph: AndOrGraph) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FREEHOLD_COMPILED", compiled)
        found = sweep(graph, evaluation_order(graph))
    assert_exact(graph, found, [{leaf} for leaf in leaves_of(graph)])


@settings(deadline=None)
@given(graph=st.one_of(graphs(), package_graphs()), data=st.data())
def test_groups_of_leaves_are_exact(graph: AndOrGraph, data: st.DataObject) -> None:
    leaves = leaves_of(graph)
    owners = data.draw(st.lists(st.sets(st.integers(0, 3)), min_size=len(leaves), max_size=len(leaves)))
    parties = Parties(
        4,
        np.concatenate(([0], np.cumsum([len(owner) for owner in owners]))).astype(np.int64),
        np.array([party for owner in owners for party in sorted(owner)], dtype=np.int32),
    )
    held = [{leaf for leaf, owner in zip(leaves, owners, strict=True) if party in owner} for party in range(4)]
    assert_exact(graph, sweep(graph, evaluation_order(graph), parties), held)


@settings(deadline=None)
@given(graph=package_graphs())
def test_a_small_pool_grows_without_changing_the_answer(graph: AndOrGraph) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sweeps, "SETS_PER_NODE", 0)
        found = sweep(graph, evaluation_order(graph))
    assert_exact(graph, found, [{leaf} for leaf in leaves_of(graph)])


@settings(deadline=None)
@given(graph=graphs(max_gates=12), data=st.data())
def test_bits_of_many_scenarios_are_exact(graph: AndOrGraph, data: st.DataObject) -> None:
    leaves = leaves_of(graph)
    some = data.draw(st.lists(st.lists(st.sampled_from(leaves), unique=True), min_size=1, max_size=6))
    scenarios = [*some, *pairs(leaves)] * 12
    order = evaluation_order(graph)
    bits = losses(graph, order, scenarios)
    assert bits.shape == (graph.nodes, -(-len(scenarios) // 64))
    for number, scenario in enumerate(scenarios):
        assert set(lost_in(bits, number).tolist()) == lost_by_events(graph, scenario)
    rows = np.array(leaves[::-1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loss, "WORKSPACE_WORDS", 1)
        assert np.array_equal(losses(graph, order, scenarios, rows=rows), bits[rows])


@settings(deadline=None)
@given(graph=package_graphs())
def test_without_alternatives_it_is_reachability(graph: AndOrGraph) -> None:
    networkx = pytest.importorskip("networkx")
    plain = AndOrGraph(np.where(graph.kind == OR, AND, graph.kind), graph.k, graph.start, graph.child, graph.grace)
    peer = networkx.DiGraph()
    peer.add_nodes_from(range(plain.nodes))
    peer.add_edges_from((int(child), node) for node in range(plain.nodes) for child in plain.children(node))
    found = sweep(plain, evaluation_order(plain))
    start, nodes = found.by_party(np.arange(plain.nodes))
    for party, leaf in enumerate(leaves_of(plain)):
        assert set(nodes[start[party] : start[party + 1]].tolist()) == networkx.descendants(peer, leaf) | {leaf}


def test_a_leaf_that_two_share_implies_neither() -> None:
    graph = graph_of(
        [(LEAF, 0, []), (LEAF, 0, []), (AND, 0, [0]), (AND, 0, [0, 1]), (AND, 0, [2]), (AND, 0, [4]), (AND, 0, [5, 3])]
    )
    assert sweep(graph, evaluation_order(graph)).lost_with(6).tolist() == [0, 1]


def test_a_party_with_more_leaves_implies_nothing() -> None:
    needs: list[list[int]] = [[0], [1, 8], [3], [5], [6, 4], [2]]
    graph = graph_of([*[(LEAF, 0, [])] * 3, *((AND, 0, children) for children in needs)])
    found = sweep(graph, evaluation_order(graph), one_party_each(np.array([0, 0, 1])))
    assert found.lost_with(7).tolist() == [0, 1]


def test_an_alternative_saves_only_while_it_is_there() -> None:
    graph = graph_of([(LEAF, 0, []), (LEAF, 0, []), (OR, 0, []), (OR, 0, [0, 1]), (OR, 0, [0, 2]), (AND, 0, [2])])
    found = sweep(graph, evaluation_order(graph))
    assert found.lost_with(3).tolist() == []
    assert found.lost_with(4).tolist() == [0]
    assert np.flatnonzero(found.absent).tolist() == [2, 5]


def test_leaves_of_nobody_lose_nothing() -> None:
    graph = graph_of([(LEAF, 0, []), (LEAF, 0, []), (AND, 0, [0, 1])])
    found = sweep(graph, evaluation_order(graph), one_party_each(np.array([-1, 0]), 1))
    assert [found.lost_with(node).tolist() for node in range(3)] == [[], [0], [0]]
    assert each_leaf(graph).count == 2


def test_a_scenario_that_names_a_gate_is_refused() -> None:
    graph = graph_of([(LEAF, 0, []), (AND, 0, [0])])
    with pytest.raises(UsageError, match="scenario 1 names a node that is no leaf"):
        losses(graph, evaluation_order(graph), [[0], [1]])


@pytest.mark.parametrize("rows", [[], [(AND, 0, [])], [(OR, 0, [0])], [(LEAF, 0, [])]])
def test_the_smallest_graphs_have_answers_too(rows: list[Row]) -> None:
    graph = graph_of(rows)
    order = evaluation_order(graph)
    assert_exact(graph, sweep(graph, order), [{leaf} for leaf in leaves_of(graph)])
    assert losses(graph, order, []).shape == (graph.nodes, 0)
    assert not losses(graph, order, [()]).any()
    assert time_to_survive(graph, order, np.zeros((len(leaves_of(graph)), 0))).shape == (graph.nodes, 0)
