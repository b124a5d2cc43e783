"""Cheapest hitting sets against all subsets, and against the graph that the cut sets come from."""

from __future__ import annotations

import sys
from collections.abc import Collection
from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from small_graphs import graphs, leaves_of

from freehold.engine import hitting
from freehold.engine.hitting import Cost, cheapest_cover, cheapest_hitting_set
from freehold.engine.loss import losses
from freehold.errors import UsageError
from freehold.graph.arrays import AndOrGraph
from freehold.graph.order import evaluation_order

pytest.importorskip("pysat")

COSTS = st.lists(st.one_of(st.integers(0, 9), st.none()), min_size=1, max_size=7)


def subsets(cost: list[Cost]) -> list[tuple[int, ...]]:
    able = [leaf for leaf, price in enumerate(cost) if price is not None]
    return [chosen for size in range(len(able) + 1) for chosen in combinations(able, size)]


def price_of(chosen: Collection[int], cost: list[Cost]) -> int:
    return sum(cost[leaf] or 0 for leaf in chosen)


@settings(deadline=None)
@given(COSTS, st.data())
def test_no_choice_is_cheaper(cost: list[Cost], data: st.DataObject) -> None:
    able = [leaf for leaf, price in enumerate(cost) if price is not None]
    assume(able)
    some = st.sets(st.integers(0, len(cost) - 1), min_size=1).filter(lambda leaves: bool(leaves & set(able)))
    sets = data.draw(st.lists(some, max_size=8))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hitting, "LEARNT_AT_ONCE", data.draw(st.integers(1, 3)))
        found = cheapest_hitting_set(sets, cost)
        assert cheapest_hitting_set(sets, cost) == found
    assert all(set(found.leaves) & leaves for leaves in sets)
    assert found.cost == price_of(found.leaves, cost)
    assert found.cost == min(price_of(c, cost) for c in subsets(cost) if all(set(c) & leaves for leaves in sets))
    for leaf in found.leaves:
        assert any(not (set(found.leaves) - {leaf}) & leaves for leaves in sets)


@settings(deadline=None)
@given(graphs(), st.data())
def test_the_oracle_form_secures_a_graph_at_least_cost(graph: AndOrGraph, data: st.DataObject) -> None:
    leaves = leaves_of(graph)
    order = evaluation_order(graph)
    top = data.draw(st.integers(0, graph.nodes - 1))
    cost = data.draw(st.lists(st.integers(0, 9), min_size=len(leaves), max_size=len(leaves)))

    def lost(positions: Collection[int]) -> bool:
        return bool(losses(graph, order, [[leaves[position] for position in positions]])[top, 0])

    def find_missed(secured: frozenset[int]) -> list[int] | None:
        cut = [position for position in range(len(leaves)) if position not in secured]
        if not lost(cut):
            return None
        for position in tuple(cut):
            rest = [other for other in cut if other != position]
            cut = rest if lost(rest) else cut
        return cut

    assume(not lost(()))
    found = cheapest_cover(find_missed, cost)
    every = set(range(len(leaves)))
    safe = [c for c in subsets([*cost]) if not lost(every - set(c))]
    assert not lost(every - set(found.leaves))
    assert found.cost == min(price_of(chosen, [*cost]) for chosen in safe)


def test_numbers_of_numpy_are_numbers() -> None:
    found = cheapest_hitting_set([np.array([0, 1]), np.array([1, 2])], np.array([1, 5, 1]).tolist())
    assert (found.leaves, found.cost) == ((0, 2), 2)


@pytest.mark.parametrize(
    ("sets", "cost", "reason"),
    [
        ([[1], [0]], [None, 2], "no leaf of the cut set .0. can be secured"),
        ([[0], []], [1], "cut set 1 is empty"),
        ([[0], [-1]], [1], "leaves run from -1 to 0"),
        ([[1]], [1], "leaves run from 1 to 1"),
        ([[0]], [-1], "leaf 0 costs -1"),
    ],
)
def test_what_cannot_be_answered_is_refused(sets: list[list[int]], cost: list[Cost], reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        cheapest_hitting_set(sets, cost)


def test_an_oracle_that_repeats_itself_is_refused() -> None:
    with pytest.raises(UsageError, match="hit already"):
        cheapest_cover(lambda _: [0], [1])


def test_without_the_extra_the_remedy_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pysat.examples.rc2", None)
    with pytest.raises(UsageError, match="freehold"):
        cheapest_hitting_set([[0]], [1])


def test_an_oracle_that_names_what_is_not_there_is_refused() -> None:
    with pytest.raises(UsageError, match="leaf 7 has no cost"):
        cheapest_cover(lambda _: [7], [1])
