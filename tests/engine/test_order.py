"""Components and levels against networkx and against the definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from small_graphs import graph_of, graphs

from freehold.graph.arrays import AND, LEAF, AndOrGraph
from freehold.graph.order import evaluation_order


@settings(deadline=None)
@given(graphs(max_gates=14))
def test_components_are_those_of_networkx(graph: AndOrGraph) -> None:
    networkx = pytest.importorskip("networkx")
    peer = networkx.DiGraph()
    peer.add_nodes_from(range(graph.nodes))
    peer.add_edges_from((node, int(child)) for node in range(graph.nodes) for child in graph.children(node))
    order = evaluation_order(graph)
    ours = {frozenset(order.members(number).tolist()) for number in range(order.components)}
    assert ours == {frozenset(members) for members in networkx.strongly_connected_components(peer)}


@settings(deadline=None)
@given(graphs(max_gates=14))
def test_children_come_first_and_levels_are_exact(graph: AndOrGraph) -> None:
    order = evaluation_order(graph)
    for number in range(order.components):
        below: set[int] = set()
        own_child = False
        for node in order.members(number):
            assert order.component[node] == number
            reached = {int(order.component[child]) for child in graph.children(int(node))}
            assert max(reached, default=0) <= number
            own_child |= number in reached
            below |= reached - {number}
        assert order.level[number] == max((int(order.level[other]) + 1 for other in below), default=0)
        assert bool(order.cyclic[number]) == own_child


def test_a_chain_of_a_hundred_thousand_nodes_does_not_recurse() -> None:
    nodes = 100_000
    order = evaluation_order(graph_of([*((AND, 0, [node + 1]) for node in range(nodes - 1)), (LEAF, 0, [])]))
    assert order.component.tolist() == list(range(nodes - 1, -1, -1))
    assert not order.cyclic.any()
    assert order.level[order.component[0]] == nodes - 1


def test_the_empty_graph_has_an_empty_order() -> None:
    order = evaluation_order(graph_of([]))
    assert order.components == 0
    assert np.array_equal(order.start, [0])
