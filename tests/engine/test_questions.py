"""Answers against brute force over every choice of facts and every value of the others."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from small_graphs import graphs, leaves_of

from freehold.engine.loss import losses
from freehold.engine.meeting import fewest_meeting
from freehold.engine.questions import States, changed_by_each, is_settled, joined, settling
from freehold.errors import UsageError
from freehold.graph.arrays import AndOrGraph
from freehold.graph.order import evaluation_order


def states_of(graph: AndOrGraph, cells: list[int]) -> States:
    """Return the states of nodes, 1 for holding, when bad facts are lost leaves."""
    order, leaves = evaluation_order(graph), np.array(leaves_of(graph))

    def states(values: NDArray[np.bool_]) -> NDArray[np.integer]:
        lost = losses(graph, order, [leaves[~row] for row in values], rows=np.array(cells))
        places = np.arange(len(values))
        return (~(lost[:, places // 64] >> (places % 64).astype(np.uint64)) & np.uint64(1)).T.astype(np.int64)

    return states


def settled_by_force(states: States, assumed: tuple[bool, ...], answers: tuple[int, ...]) -> list[bool]:
    now = states(np.array([assumed]))[0]
    free = [fact for fact in range(len(assumed)) if fact not in answers]
    rows = []
    for values in product((False, True), repeat=len(free)):
        row = list(assumed)
        for fact, value in zip(free, values, strict=True):
            row[fact] = value
        rows.append(row)
    settled: list[bool] = (states(np.array(rows)) == now).all(axis=0).tolist()
    return settled


@st.composite
def problems(draw: st.DrawFn) -> tuple[States, tuple[bool, ...], int]:
    graph = draw(graphs(max_leaves=6, max_gates=8))
    cells = draw(st.lists(st.integers(0, graph.nodes - 1), min_size=1, max_size=5))
    assumed = tuple(draw(st.booleans()) for _ in leaves_of(graph))
    return states_of(graph, cells), assumed, len(cells)


@settings(max_examples=80, deadline=None)
@given(problems(), st.sampled_from((5_000, 0)))
def test_no_choice_of_answers_settles_more_and_none_fewer_settles_all(
    problem: tuple[States, tuple[bool, ...], int], budget: int
) -> None:
    states, assumed, cells = problem
    facts = len(assumed)
    every = {
        answers: settled_by_force(states, assumed, answers)
        for number in range(facts + 1)
        for answers in combinations(range(facts), number)
    }
    found = settling(states, np.array(assumed), facts, budget=budget)
    assert list(found.open_cells) == [cell for cell in range(cells) if not every[()][cell]]
    count = {answers: sum(settled) - sum(every[()]) for answers, settled in every.items()}
    fewest = min(len(answers) for answers, settled in every.items() if all(settled))
    assert all(every[found.smallest])
    assert found.at_least <= fewest <= len(found.smallest)
    assert sorted(fact for fact, _ in found.order) == list(found.smallest)
    assert sum(more for _, more in found.order) == len(found.open_cells)
    for number, answers in enumerate(found.best, 1):
        most = max(count[choice] for choice in combinations(range(facts), number))
        assert len(answers.facts) == number
        assert answers.settled == count[answers.facts] <= most <= answers.bound
        if budget:
            assert answers.exact
    if budget:
        assert len(found.smallest) == fewest == found.at_least
    for cell, sets in zip(found.open_cells, found.change_sets, strict=True):
        for one in sets:
            assert changes(states, assumed, one, cell)
            assert not any(changes(states, assumed, one - {fact}, cell) for fact in one)


def changes(states: States, assumed: tuple[bool, ...], facts: frozenset[int], cell: int) -> bool:
    other = [value != (fact in facts) for fact, value in enumerate(assumed)]
    found = states(np.array([assumed, other]))[:, cell]
    return bool(found[0] != found[1])


@settings(max_examples=60, deadline=None)
@given(problems())
def test_single_changes_and_settled_cells_are_those_of_brute_force(
    problem: tuple[States, tuple[bool, ...], int],
) -> None:
    states, assumed, cells = problem
    single = changed_by_each(states, np.array(assumed))
    for fact, cell in product(range(len(assumed)), range(cells)):
        assert single[fact, cell] == changes(states, assumed, frozenset({fact}), cell)
    some = changed_by_each(states, np.array(assumed), [0])
    assert (some == single[:1]).all()
    answered = np.array(list(product((False, True), repeat=len(assumed))))
    got = is_settled(states, np.array(assumed), answered)
    for row, settled in zip(answered, got.tolist(), strict=True):
        assert settled == settled_by_force(states, assumed, tuple(np.flatnonzero(row).tolist()))


@given(st.lists(st.frozensets(st.integers(0, 6), min_size=1, max_size=4), max_size=7))
def test_the_fewest_elements_meet_every_set(sets: list[frozenset[int]]) -> None:
    found, at_least = fewest_meeting(sets)
    assert all(not one.isdisjoint(found) for one in sets)
    best = next(n for n in range(8) if any(all(set(c) & one for one in sets) for c in combinations(range(7), n)))
    assert len(found) == at_least == best
    rough, floor = fewest_meeting(sets, 0)
    assert all(not one.isdisjoint(rough) for one in sets)
    assert floor <= best <= len(rough)


def test_no_answers_are_refused() -> None:
    with pytest.raises(UsageError, match="no sense"):
        settling(lambda values: np.zeros((len(values), 1), dtype=np.int64), np.ones(1, dtype=np.bool_), -1)


def test_joined_parts_answer_as_one_and_are_asked_once_for_each_row() -> None:
    asked: list[int] = []

    def both(values: NDArray[np.bool_]) -> NDArray[np.integer]:
        asked.append(len(values))
        return np.array([[row.all()] for row in values], dtype=np.int64)

    states = joined([((0, 2), both), ((1,), both)])
    values = np.array(list(product((False, True), repeat=3)))
    wanted = np.column_stack((values[:, 0] & values[:, 2], values[:, 1]))
    assert (states(values) == wanted).all()
    assert asked == [4, 2]
    assert (states(values) == wanted).all()
    assert asked == [4, 2]


def test_what_is_known_to_be_irrelevant_changes_nothing_and_a_short_budget_is_no_claim() -> None:
    def states(values: NDArray[np.bool_]) -> NDArray[np.integer]:
        return np.column_stack((values[:, 0] | values[:, 1], values[:, 2] | values[:, 3])).astype(np.int64)

    assumed = np.ones(4, dtype=np.bool_)
    relevant = np.array([[True, False], [True, False], [False, True], [False, True]])
    found = settling(states, assumed, relevant=relevant)
    assert (found.smallest, found.at_least) == (settling(states, assumed).smallest, 2)
    assert found.order == ((0, 1), (2, 1))
    short = settling(states, assumed, relevant=relevant, most_sets=0)
    assert (short.smallest, short.at_least) == ((0, 1, 2, 3), 0)
    assert is_settled(states, assumed, np.isin(np.arange(4), short.smallest)[None]).all()
