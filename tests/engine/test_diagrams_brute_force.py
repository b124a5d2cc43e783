"""Cut sets, counts, probabilities and importances against all states of small random formulas."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from small_formulas import any_formulas, coherent_formulas, mass, minimal, true_states

from freehold.engine.diagrams.build import family_diagram
from freehold.engine.diagrams.cutsets import Family, count_cut_sets, listed
from freehold.engine.diagrams.probability import importances, importances_of_many, probability_range, top_probability
from freehold.errors import InputError
from freehold.graph.formats.faulttree import AND, ATLEAST, LEAF, OR, Formula, Gate, formula_of

formulas = st.one_of(coherent_formulas(), any_formulas())
CONSTANT_ONCE_GROUPED = Formula(
    kind=np.array([LEAF, LEAF, OR, AND, OR], dtype=np.uint8),
    k=np.zeros(5, dtype=np.int32),
    start=np.array([0, 0, 0, 2, 2, 5]),
    child=np.array([0, 1, 0, 1, 2], dtype=np.int32),
    negated=np.array([False, False, False, False, True]),
)


@settings(max_examples=400, deadline=None)
@given(formulas)
@example((CONSTANT_ONCE_GROUPED, 4))
def test_cut_sets_are_the_minimal_true_states(case: tuple[Formula, int]) -> None:
    formula, top = case
    expected = minimal(true_states(formula, top))
    found = listed(Family(family_diagram(formula, top)), None, 10_000)
    assert found.complete
    assert list(found.sets) == expected
    counts = Counter(len(each) for each in expected)
    assert count_cut_sets(formula, top).by_order == tuple(counts[i] for i in range(max(counts, default=-1) + 1))


@settings(max_examples=300, deadline=None)
@given(formulas, st.randoms(use_true_random=False))
def test_probability_is_the_mass_of_the_true_states(case: tuple[Formula, int], random: np.random.Generator) -> None:
    formula, top = case
    p = np.array([random.random() for _ in range(formula.nodes)])
    expected = mass(formula, true_states(formula, top), p)
    assert top_probability(formula, top, p) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@settings(max_examples=200, deadline=None)
@given(formulas, st.randoms(use_true_random=False))
def test_importances_follow_from_fixing_one_leaf(case: tuple[Formula, int], random: np.random.Generator) -> None:
    formula, top = case
    p = np.array([random.uniform(0.05, 0.95) for _ in range(formula.nodes)])
    states = true_states(formula, top)
    total = mass(formula, states, p)
    found = importances(formula, top, p)
    assert found.probability == pytest.approx(total, abs=1e-12)
    for place, leaf in enumerate(found.leaf.tolist()):
        lost, held = p.copy(), p.copy()
        lost[leaf], held[leaf] = 1.0, 0.0
        if_lost, if_held = mass(formula, states, lost), mass(formula, states, held)
        assert found.birnbaum[place] == pytest.approx(if_lost - if_held, abs=1e-9)
        if total == 0.0:
            assert np.isnan(found.criticality[place])
            continue
        assert found.criticality[place] * total == pytest.approx((if_lost - if_held) * p[leaf], abs=1e-9)
        assert found.fussell_vesely[place] * total == pytest.approx(total - if_held, abs=1e-9)
        assert found.diagnosis[place] * total == pytest.approx(p[leaf] * if_lost, abs=1e-9)
        assert found.achievement_worth[place] * total == pytest.approx(if_lost, abs=1e-9)
        if if_held > 1e-9:
            assert found.reduction_worth[place] * if_held == pytest.approx(total, abs=1e-9)


MEASURES = [
    "probability",
    "birnbaum",
    "criticality",
    "fussell_vesely",
    "diagnosis",
    "achievement_worth",
    "reduction_worth",
]


@settings(max_examples=60, deadline=None)
@given(formulas, st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_importances_of_many_are_those_of_each(case: tuple[Formula, int], columns: int, seed: int) -> None:
    formula, top = case
    p = np.random.default_rng(seed).choice([0.0, 0.2, 0.7, 1.0], (formula.nodes, columns))
    many = importances_of_many(formula, top, p)
    for column in range(columns):
        one = importances(formula, top, p[:, column].copy())
        assert many.leaf.tolist() == one.leaf.tolist()
        for name in MEASURES:
            np.testing.assert_allclose(getattr(many, name)[..., column], getattr(one, name), rtol=1e-9, atol=1e-12)


def test_more_columns_than_one_block_holds() -> None:
    """Blocks of a large diagram are narrower than its columns; each column comes out as alone."""
    leaves, columns = 40, 1000
    formula = formula_of([Gate(LEAF)] * leaves + [Gate(ATLEAST, tuple((i, False) for i in range(leaves)), 8)])
    p = np.random.default_rng(5).random((leaves + 1, columns)) / 5
    many = importances_of_many(formula, leaves, p)
    for column in (0, 1, 500, 999):
        one = importances(formula, leaves, p[:, column].copy())
        np.testing.assert_allclose(many.birnbaum[:, column], one.birnbaum, rtol=1e-9)
        np.testing.assert_allclose(many.probability[column], one.probability, rtol=1e-12)


@settings(max_examples=150, deadline=None)
@given(formulas, st.randoms(use_true_random=False))
def test_probability_stays_in_its_range(case: tuple[Formula, int], random: np.random.Generator) -> None:
    formula, top = case
    ends = np.sort([[random.random(), random.random()] for _ in range(formula.nodes)], axis=1)
    low, high = ends[:, 0].copy(), ends[:, 1].copy()
    found = probability_range(formula, top, low, high)
    inside = low + (high - low) * np.array([random.random() for _ in range(formula.nodes)])
    assert found.low - 1e-12 <= top_probability(formula, top, inside) <= found.high + 1e-12
    if found.exact and formula.coherent:
        assert found.low == pytest.approx(top_probability(formula, top, low), abs=1e-12)
        assert found.high == pytest.approx(top_probability(formula, top, high), abs=1e-12)


def test_a_cycle_through_a_negation_is_refused() -> None:
    formula = formula_of([Gate(LEAF), Gate(AND, ((0, False), (2, True))), Gate(OR, ((1, False), (0, False)))])
    with pytest.raises(InputError, match="negation"):
        count_cut_sets(formula, 1)


def test_a_loop_of_losses_needs_a_first_loss() -> None:
    """Two things that each fall with the other stay up until a leaf falls: the least fixpoint, not the greatest."""
    formula = formula_of(
        [Gate(LEAF), Gate(LEAF), Gate(OR, ((3, False), (0, False))), Gate(AND, ((2, False), (1, False)))]
    )
    found = listed(Family(family_diagram(formula, 3)), None, 10)
    assert found.sets == ((0, 1),)
