"""The walks without a diagram: against all states of small formulas, and against the diagrams."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from small_formulas import coherent_formulas, mass, minimal, true_states

from freehold.engine.diagrams.bdd import BudgetUsedUpError
from freehold.engine.diagrams.cutsets import minimal_cut_sets
from freehold.engine.diagrams.probability import top_probability
from freehold.engine.diagrams.search import cut_sets_up_to, probability_bounds
from freehold.errors import InputError
from freehold.graph.formats.faulttree import AND, LEAF, OR, XOR, Formula, Gate, formula_of


@settings(max_examples=300, deadline=None)
@given(coherent_formulas(), st.integers(0, 6))
def test_search_finds_all_sets_up_to_the_order_and_no_other(case: tuple[Formula, int], order: int) -> None:
    formula, top = case
    try:
        found = cut_sets_up_to(formula, top, order)
    except InputError:
        assume(False)
    assert list(found) == [each for each in minimal(true_states(formula, top)) if len(each) <= order]


@settings(max_examples=200, deadline=None)
@given(coherent_formulas(), st.randoms(use_true_random=False), st.integers(1, 60))
def test_bounds_hold_whatever_the_budget(case: tuple[Formula, int], random: np.random.Generator, cells: int) -> None:
    formula, top = case
    p = np.array([random.random() for _ in range(formula.nodes)])
    try:
        found = probability_bounds(formula, top, p, cells=cells, relative_gap=1e-12)
    except InputError:
        assume(False)
    exact = mass(formula, true_states(formula, top), p)
    assert found.low - 1e-12 <= exact <= found.high + 1e-12


def test_bounds_close_in_on_the_exact_value() -> None:
    formula, top = _two_of_three_twice()
    p = np.full(formula.nodes, 0.25)
    found = probability_bounds(formula, top, p, relative_gap=0.0)
    two_of_three = 3 * Fraction(1, 16) * Fraction(3, 4) + Fraction(1, 64)
    assert found.low == pytest.approx(float(two_of_three), rel=1e-12)
    assert found.high == pytest.approx(float(two_of_three), rel=1e-12)


def test_bounds_hold_when_the_cells_outgrow_their_room() -> None:
    """Six of eighteen leaves in overlapping runs: tens of thousands of cells, so that the room grows several times."""
    runs = [Gate(AND, tuple(((first + step) % 18, False) for step in (0, 1, 3, 7))) for first in range(18)]
    formula = formula_of([Gate(LEAF)] * 18 + runs + [Gate(OR, tuple((18 + i, False) for i in range(18)))])
    p = np.linspace(0.2, 0.4, formula.nodes)
    exact = top_probability(formula, formula.nodes - 1, p)
    for cells in (5_000, 20_000, 200_000):
        found = probability_bounds(formula, formula.nodes - 1, p, cells=cells, relative_gap=1e-9)
        assert found.low <= exact * (1 + 1e-12)
        assert exact <= found.high * (1 + 1e-12)
    assert found.cells > 16_384
    assert found.high - found.low < 1e-3


def test_a_search_says_when_its_budget_is_used_up() -> None:
    formula, top = _two_of_three_twice()
    with pytest.raises(BudgetUsedUpError, match="budget of 2 partial states"):
        cut_sets_up_to(formula, top, 3, states=2)


def test_cut_sets_without_a_diagram_are_the_same_and_say_how_far_they_go() -> None:
    formula, top = _two_of_three_twice()
    whole = minimal_cut_sets(formula, top)
    assert whole.complete
    assert whole.sets == ((0, 1), (0, 2), (1, 2))
    searched = minimal_cut_sets(formula, top, budget=1)
    assert searched.sets == whole.sets
    assert searched.counts is None
    assert not searched.complete
    assert searched.complete_to == 6
    assert "budget of 1" in searched.why
    short = minimal_cut_sets(formula, top, limit=2)
    assert len(short.sets) == 2
    assert not short.complete
    assert short.complete_to == 1
    assert "limit of 2" in short.why


def test_a_search_refuses_what_it_cannot_walk() -> None:
    formula = formula_of([Gate(LEAF), Gate(LEAF), Gate(XOR, ((0, False), (1, False)))])
    with pytest.raises(InputError, match="coherent"):
        cut_sets_up_to(formula, 2, 2)


def _two_of_three_twice() -> tuple[Formula, int]:
    """Two of three written out, so that leaves are shared and nothing is a module."""
    pairs = [Gate(AND, ((a, False), (b, False))) for a, b in ((0, 1), (0, 2), (1, 2))]
    return formula_of([Gate(LEAF)] * 3 + pairs + [Gate(OR, ((3, False), (4, False), (5, False)))]), 6
