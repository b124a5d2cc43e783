"""Reasons against brute force: a path adds up, a cut set alone loses and nothing less does, no action is superfluous."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_graphs import graph_of, graphs, leaves_of

from freehold.engine.availability import Option, residual
from freehold.engine.days import time_to_survive
from freehold.engine.explanation import loss_cut_set, loss_path, minimal_subset, recovery_tree
from freehold.engine.recovery import Recovery, recover_possible
from freehold.errors import UsageError
from freehold.graph.arrays import AND, ATLEAST, LEAF, OR, AndOrGraph
from freehold.graph.order import evaluation_order

INF = float("inf")
DAYS = st.sampled_from((0.0, 1.0, 3.0, 8.0, INF, INF, -INF))


def onset_of(graph: AndOrGraph, lost: dict[int, float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    onset = np.full(graph.nodes, INF)
    for leaf, day in lost.items():
        onset[leaf] = day
    return onset


def days_of(graph: AndOrGraph, lost: dict[int, float], column: int) -> list[float]:
    onset = onset_of(graph, lost)[:, None]
    days: list[float] = time_to_survive(graph, evaluation_order(graph), onset, column)[:, 0].tolist()
    return days


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_path_leads_down_through_earlier_losses_and_its_days_add_up(data: st.DataObject) -> None:
    graph = data.draw(graphs())
    lost = {leaf: data.draw(DAYS) for leaf in leaves_of(graph)}
    column = data.draw(st.integers(0, 2))
    days = days_of(graph, lost, column)
    for node in range(graph.nodes):
        path = loss_path(graph, onset_of(graph, lost), node, column)
        assert bool(path) == (days[node] < INF)
        if not path:
            continue
        assert [step.day for step in path] == [days[step.node] for step in path]
        assert path[0].node == node
        assert len({step.node for step in path}) == len(path), "a node explains itself"
        assert path[-1].day + sum(step.grace for step in path) == days[node]
        for above, below in pairwise(path):
            assert below.node in graph.children(above.node)
            assert above.day == below.day + above.grace
        last = path[-1].node
        assert last in lost or graph.kind[last] in (OR, ATLEAST)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_cut_set_alone_loses_the_node_and_nothing_less_does(data: st.DataObject) -> None:
    graph = data.draw(graphs())
    lost = {leaf: data.draw(DAYS) for leaf in leaves_of(graph)}
    given_leaves = [leaf for leaf in lost if data.draw(st.booleans())] if data.draw(st.booleans()) else []
    before = data.draw(st.sampled_from((INF, 4.0, 9.0)))
    column = data.draw(st.integers(0, 2))
    days = days_of(graph, lost, column)
    for node in range(graph.nodes):
        found = loss_cut_set(graph, onset_of(graph, lost), node, column, before=before, given=given_leaves)
        assert (found is not None) == (days[node] < before)
        if found is None:
            continue
        assert not set(found) & set(given_leaves)
        base = {leaf: lost[leaf] for leaf in given_leaves}
        assert days_of(graph, base | {leaf: lost[leaf] for leaf in found}, column)[node] < before
        for fewer in combinations(found, len(found) - 1) if found else ():
            assert days_of(graph, base | {leaf: lost[leaf] for leaf in fewer}, column)[node] >= before
        assert found == loss_cut_set(graph, onset_of(graph, lost), node, column, before=before, given=given_leaves)


def test_a_cycle_is_traced_to_what_entered_it() -> None:
    graph = graph_of([(LEAF, 0, ()), (LEAF, 0, ()), (AND, 0, (3,)), (AND, 0, (2, 0, 1))])
    path = loss_path(graph, onset_of(graph, {0: 7.0, 1: 5.0}), 2)
    assert [(step.node, step.day) for step in path] == [(2, 5.0), (3, 5.0), (1, 5.0)]
    assert loss_cut_set(graph, onset_of(graph, {0: 7.0, 1: 5.0}), 2) == (1,)
    assert loss_cut_set(graph, onset_of(graph, {0: 7.0}), 2, before=7.0) is None


@given(st.integers(0, 12), st.data())
def test_minimal_subsets_are_minimal_and_prefer_what_comes_first(count: int, data: st.DataObject) -> None:
    items = list(range(count))
    clauses = data.draw(st.lists(st.sets(st.sampled_from(items), min_size=1), max_size=4)) if items else []

    def holds(chosen: list[int]) -> bool:
        return all(clause & set(chosen) for clause in clauses)

    found = minimal_subset(items, holds)
    assert holds(found)
    assert not any(holds([other for other in found if other != item]) for item in found)
    assert len(clauses) != 1 or found == [min(clauses[0])]


@st.composite
def ways_back(draw: st.DrawFn) -> tuple[AndOrGraph, set[int], list[Option], list[int]]:
    graph = draw(graphs(max_leaves=5, max_gates=6))
    leaves = leaves_of(graph)
    lost = {leaf for leaf in leaves if draw(st.booleans())}
    option = st.builds(
        Option,
        restores=st.sampled_from(leaves),
        needs=st.lists(st.integers(0, graph.nodes - 1), max_size=1).map(tuple),
        lead_days=st.sampled_from([0.0, 1.0, 4.0]),
        effort_person_days=st.sampled_from([0.0, 1.0]),
    )
    goals = draw(st.lists(st.integers(0, graph.nodes - 1), min_size=1, max_size=2, unique=True))
    return graph, lost, draw(st.lists(option, max_size=5)), goals


@settings(max_examples=150, deadline=None)
@given(ways_back(), st.booleans())
def test_a_recovery_tree_suffices_and_no_action_is_superfluous(
    problem: tuple[AndOrGraph, set[int], list[Option], list[int]], everything: bool
) -> None:
    graph, lost, options, goals = problem
    days = np.array(days_of(graph, dict.fromkeys(lost, 0.0), 0))
    holds, edge_holds = days == INF, days[graph.child] == INF
    able, found = recover_possible(graph, holds, edge_holds, options, goals, 1.0)
    rest = residual(graph, holds, edge_holds, options, goals)
    if everything:
        startable = sorted(rest.closure(range(len(options)))[0])
        found = Recovery(0.0, 9.0, tuple(startable), (9.0,) * len(startable))
    steps = recovery_tree(graph, holds, edge_holds, options, goals, found)
    chosen = [step.option for step in steps]
    wanted = {goal for goal, can in zip(goals, able, strict=True) if can and not holds[goal]}
    assert set(chosen) <= set(found.chosen)
    assert wanted <= rest.closure(chosen)[1]
    for number, step in enumerate(steps):
        without = rest.closure([other for other in chosen if other != step.option])[1]
        assert set(step.goals) == wanted - without
        assert step.goals, "a superfluous action"
        assert set(step.after) <= set(chosen[:number]), "it comes before what it needs"
        assert step.restores == options[step.option].restores
        assert step.finish == found.finish[found.chosen.index(step.option)]
    back = [node for step in steps for node in step.brings_back]
    assert len(back) == len(set(back))
    assert set(back) | rest.available(()) == rest.closure(chosen)[1]


def test_a_recovery_tree_says_what_waits_for_what() -> None:
    graph = graph_of([(LEAF, 0, ()), (LEAF, 0, ()), (AND, 0, (0, 1)), (AND, 0, (0,))])
    holds = np.zeros(4, dtype=np.bool_)
    options = [Option(1, (3,), 2.0), Option(0, (), 3.0), Option(1, (), 9.0)]
    able, found = recover_possible(graph, holds, np.zeros(3, dtype=np.bool_), options, [2], 1.0)
    assert able == [True]
    steps = recovery_tree(graph, holds, np.zeros(3, dtype=np.bool_), options, [2], found)
    assert [(s.option, s.finish, s.after, s.brings_back, s.goals) for s in steps] == [
        (1, 3.0, (), (0, 3), (2,)),
        (0, 5.0, (1,), (1, 2), (2,)),
    ]
    with pytest.raises(UsageError, match="not there"):
        recovery_tree(graph, holds, np.zeros(3, dtype=np.bool_), options[:1], [2], found)
