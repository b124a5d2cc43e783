"""Time to survive against the definition: naive iteration from "never" downwards, one number at a time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from small_graphs import graph_of, graphs, leaves_of

from freehold.engine import days
from freehold.engine.days import time_to_survive
from freehold.errors import UsageError
from freehold.graph.arrays import AND, ATLEAST, LEAF, OR, AndOrGraph
from freehold.graph.order import evaluation_order

INF = float("inf")
ONSETS = st.sampled_from((0.0, 1.0, 2.0, 5.0, 30.0, INF, INF))


def naive(graph: AndOrGraph, onset: dict[int, float], column: int) -> list[float]:
    """Return the greatest fixpoint by definition: start everything at "never", re-evaluate until nothing changes."""
    day = [onset.get(node, INF) for node in range(graph.nodes)]
    while True:
        after = list(day)
        for node in range(graph.nodes):
            edges = range(int(graph.start[node]), int(graph.start[node + 1]))
            ends = sorted((day[graph.child[edge]] + float(graph.grace[edge, column]) for edge in edges), reverse=True)
            if graph.kind[node] == AND:
                after[node] = min(ends, default=INF)
            elif graph.kind[node] == OR:
                after[node] = max(ends, default=-INF)
            elif graph.kind[node] == ATLEAST:
                k = int(graph.k[node])
                after[node] = INF if k <= 0 else -INF if k > len(ends) else ends[k - 1]
        if after == day:
            return day
        day = after


def drawn_onsets(data: st.DataObject, graph: AndOrGraph) -> NDArray[np.float64]:
    scenarios = data.draw(st.integers(1, 5))
    leaves = len(leaves_of(graph))
    row = st.lists(ONSETS, min_size=scenarios, max_size=scenarios)
    return np.array(data.draw(st.lists(row, min_size=leaves, max_size=leaves)))


@settings(deadline=None, max_examples=400)
@given(graph=graphs(anywhere=True), column=st.integers(0, 2), data=st.data())
def test_equals_the_naive_fixpoint(graph: AndOrGraph, column: int, data: st.DataObject) -> None:
    onset = drawn_onsets(data, graph)
    ours = time_to_survive(graph, evaluation_order(graph), onset, column)
    for scenario in range(onset.shape[1]):
        expected = naive(graph, dict(zip(leaves_of(graph), onset[:, scenario], strict=True)), column)
        assert ours[:, scenario].tolist() == expected


@settings(deadline=None)
@given(graph=graphs(), data=st.data())
def test_later_onsets_and_longer_graces_never_shorten(graph: AndOrGraph, data: st.DataObject) -> None:
    order = evaluation_order(graph)
    early = drawn_onsets(data, graph)
    late = early + data.draw(st.integers(0, 9))
    low, high = (time_to_survive(graph, order, early, column) for column in (0, 2))
    assert (low <= high).all()
    assert (low <= time_to_survive(graph, order, late, 0)).all()


@settings(deadline=None)
@given(graph=graphs(), data=st.data())
def test_narrow_blocks_and_chosen_rows_change_nothing(graph: AndOrGraph, data: st.DataObject) -> None:
    order = evaluation_order(graph)
    onset = drawn_onsets(data, graph)
    rows = np.array(data.draw(st.lists(st.integers(0, graph.nodes - 1))), dtype=np.int64)
    whole = time_to_survive(graph, order, onset)
    by_node = np.full((graph.nodes, onset.shape[1]), 3.0)
    by_node[leaves_of(graph)] = onset
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(days, "WORKSPACE_CELLS", 2 * (graph.nodes + graph.edges))
        patch.setattr("freehold.engine.evaluate.BLOCK_CELLS", 4)
        assert np.array_equal(time_to_survive(graph, order, by_node, rows=rows), whole[rows])


def test_grace_delays_only_its_own_edge() -> None:
    graph = graph_of(
        [(LEAF, 0, []), (AND, 0, [0]), (AND, 0, [0]), (OR, 0, [1, 2]), (AND, 0, [1, 2])],
        [[], [[1, 7, 9]], [[0, 0, 0]], [[0, 0, 0]] * 2, [[0, 0, 0]] * 2],
    )
    order = evaluation_order(graph)
    onset = np.array([[10.0, INF]])
    assert time_to_survive(graph, order, onset)[:, 0].tolist() == [10, 17, 10, 17, 10]
    assert time_to_survive(graph, order, onset, 2)[:, 0].tolist() == [10, 19, 10, 19, 10]
    assert time_to_survive(graph, order, onset)[:, 1].tolist() == [INF] * 5


def test_an_onset_of_the_wrong_shape_says_what_fits() -> None:
    graph = graph_of([(LEAF, 0, []), (LEAF, 0, []), (AND, 0, [0, 1])])
    with pytest.raises(UsageError, match="2 leaves and 3 nodes"):
        time_to_survive(graph, evaluation_order(graph), np.zeros((4, 1)))


@pytest.mark.parametrize("grace", [-1.0, INF, float("nan")])
def test_graces_that_could_never_settle_are_refused(grace: float) -> None:
    graph = graph_of([(LEAF, 0, []), (AND, 0, [0, 1])], [[], [[0, 0, 0], [0, grace, 1]]])
    with pytest.raises(UsageError, match="edge 1 has grace"):
        time_to_survive(graph, evaluation_order(graph), np.zeros((1, 1)))


def test_an_onset_that_is_no_number_is_refused() -> None:
    graph = graph_of([(LEAF, 0, []), (OR, 0, [0, 1])])
    with pytest.raises(UsageError, match="not a number"):
        time_to_survive(graph, evaluation_order(graph), np.full((1, 1), np.nan))
