"""Counts too large to list, and even for 64 bits; lists with limits; the public result value."""

from __future__ import annotations

import math

import numpy as np
import pytest

from freehold.engine.diagrams.analysis import analyse
from freehold.engine.diagrams.bdd import BudgetUsedUpError
from freehold.engine.diagrams.build import family_diagram
from freehold.engine.diagrams.cutsets import Family, count_cut_sets, listed, minimal_cut_sets
from freehold.engine.diagrams.probability import top_probability
from freehold.errors import InputError
from freehold.graph.arrays import AND as NEEDS_ALL
from freehold.graph.arrays import LEAF as CONDITION
from freehold.graph.arrays import AndOrGraph
from freehold.graph.formats.faulttree import (
    AND,
    ATLEAST,
    LEAF,
    OR,
    XOR,
    FaultTree,
    Formula,
    Gate,
    failure_formula,
    formula_of,
    loss_formula,
)


def _rows(rows: int, width: int) -> tuple[Formula, int]:
    """All of ``rows`` rows fail, each when one of its ``width`` leaves does."""
    leaves = rows * width
    gates = [Gate(OR, tuple((row * width + i, False) for i in range(width))) for row in range(rows)]
    return formula_of(
        [Gate(LEAF)] * leaves + gates + [Gate(AND, tuple((leaves + i, False) for i in range(rows)))]
    ), leaves + rows


def test_counts_beyond_64_bits_are_exact() -> None:
    counts = count_cut_sets(*_rows(60, 10))
    assert counts.by_order == (*[0] * 60, 10**60)
    assert counts.total == 10**60


def test_k_of_n_counts_are_binomial() -> None:
    formula = formula_of([Gate(LEAF)] * 24 + [Gate(ATLEAST, tuple((i, False) for i in range(24)), 9)])
    assert count_cut_sets(formula, 24).by_order == (*[0] * 9, math.comb(24, 9))
    p = np.full(25, 0.3)
    expected = sum(math.comb(24, i) * 0.3**i * 0.7 ** (24 - i) for i in range(9, 25))
    assert top_probability(formula, 24, p) == pytest.approx(expected, rel=1e-12)


def test_a_limited_list_holds_the_smallest_sets_and_says_so() -> None:
    formula, top = _rows(3, 4)
    found = listed(Family(family_diagram(formula, top)), None, 10)
    assert len(found.sets) == len(set(found.sets)) == 10
    assert all(len(each) == 3 for each in found.sets)
    assert not found.complete
    assert found.complete_to == 2
    assert found.counts is not None
    assert found.counts.total == 64


def test_a_supply_graph_is_lost_with_any_needed_part() -> None:
    """Supply: holds while both leaves hold. Loss is the dual; read as failure logic it needs both."""
    graph = AndOrGraph(
        kind=np.array([CONDITION, CONDITION, NEEDS_ALL], dtype=np.uint8),
        k=np.zeros(3, dtype=np.int32),
        start=np.array([0, 0, 0, 2], dtype=np.int64),
        child=np.array([0, 1], dtype=np.int32),
        grace=np.zeros((2, 3)),
    )
    assert count_cut_sets(loss_formula(graph), 2).by_order == (0, 2)
    assert count_cut_sets(failure_formula(graph), 2).by_order == (0, 0, 1)


def test_a_missing_probability_is_an_error_with_a_remedy() -> None:
    formula, top = _rows(2, 2)
    p = np.full(formula.nodes, 0.5)
    p[1] = np.nan
    with pytest.raises(InputError, match="1 leaves that matter"):
        top_probability(formula, top, p)


def test_a_budget_that_is_used_up_leaves_bounds_and_notes() -> None:
    windows = [Gate(ATLEAST, tuple((2 * first + step, False) for step in range(5)), 3) for first in range(6)]
    formula = formula_of([Gate(LEAF)] * 15 + windows + [Gate(OR, tuple((15 + i, False) for i in range(6)))])
    probability = np.full((22, 3), 0.1)
    tree = FaultTree("windows", tuple(f"n{i}" for i in range(22)), formula, probability, 21)
    exact, short = analyse(tree), analyse(tree, budget=20)
    assert exact.probability is not None
    assert exact.notes == ()
    assert short.probability is None
    assert short.range is not None
    assert not short.range.exact
    assert short.range.low <= exact.probability <= short.range.high
    assert short.cut_sets == exact.cut_sets
    assert short.complete_to == 6
    assert any("budget of 20" in note for note in short.notes)
    with pytest.raises(BudgetUsedUpError):
        count_cut_sets(formula, 21, budget=20)


def test_a_gate_of_hostile_size_is_noted_not_computed() -> None:
    leaves = 4000
    gate = Gate(ATLEAST, tuple((i, False) for i in range(leaves)), leaves // 2)
    probability = np.full((leaves + 1, 3), 0.5)
    names = tuple(str(i) for i in range(leaves + 1))
    result = analyse(FaultTree("wide", names, formula_of([Gate(LEAF)] * leaves + [gate]), probability, leaves))
    assert result.probability is None
    assert result.range is None
    assert any("at-least gate" in note for note in result.notes)


def test_a_non_coherent_tree_says_so_and_is_exact() -> None:
    formula = formula_of([Gate(LEAF), Gate(LEAF), Gate(XOR, ((0, False), (1, False)))])
    probability = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [np.nan] * 3])
    result = analyse(FaultTree("either", ("a", "b", "top"), formula, probability, 2))
    assert not result.coherent
    assert result.cut_sets == (("a",), ("b",))
    assert result.probability == pytest.approx(0.2 * 0.5 + 0.8 * 0.5)
    assert result.range is not None
    assert result.range.low <= 0.5 <= result.range.high
    assert "not coherent" in result.notes[0]


def test_a_non_coherent_tree_beyond_its_budget_is_refused_whole() -> None:
    leaves = 12
    pairs = [Gate(XOR, ((i, False), ((i + 5) % leaves, False), ((i + 7) % leaves, False))) for i in range(leaves)]
    top = Gate(ATLEAST, tuple((leaves + i, i % 2 == 0) for i in range(leaves)), 6)
    formula = formula_of([Gate(LEAF)] * leaves + pairs + [top])
    names = tuple(f"n{i}" for i in range(2 * leaves + 1))
    tree = FaultTree("parities", names, formula, np.full((2 * leaves + 1, 3), 0.1), 2 * leaves)
    assert analyse(tree).counts is not None
    with pytest.raises(BudgetUsedUpError, match="budget of 100 diagram nodes") as refused:
        analyse(tree, budget=100)
    assert (refused.value.where, refused.value.exit_code) == ("n24", 4)
    assert "larger budget" in refused.value.remedy
    with pytest.raises(BudgetUsedUpError, match="not coherent"):
        minimal_cut_sets(formula, 2 * leaves, budget=100)
