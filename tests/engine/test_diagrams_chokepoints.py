"""Cut sets of parties: worked by hand, and against all sets of parties on random formulas."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from small_formulas import coherent_formulas, minimal, true_states

from freehold.engine.diagrams.chokepoints import chokepoints
from freehold.graph.formats.faulttree import AND, LEAF, OR, Formula, Gate, formula_of


def test_two_channels_and_one_certificate() -> None:
    """Downloads are lost with both mirrors, signing with its one operator; two names that lose the same are one line."""
    formula = formula_of([Gate(LEAF)] * 3 + [Gate(AND, ((0, False), (1, False))), Gate(OR, ((3, False), (2, False)))])
    found = chokepoints(formula, 4, {"north": [0, 2], "south": [1], "southern group": [1], "nobody": []})
    assert found.sets == ((("north",),),)
    assert found.complete
    apart = chokepoints(formula, 4, {"north": [0], "south": [1], "southern group": [1], "signer": [2]})
    assert apart.sets == ((("signer",),), (("north",), ("south", "southern group")))
    assert chokepoints(formula, 4, {"north": [0]}).sets == ()


@settings(max_examples=150, deadline=None)
@given(coherent_formulas(), st.data())
def test_chokepoints_are_the_minimal_sets_of_parties(case: tuple[Formula, int], data: st.DataObject) -> None:
    formula, top = case
    leaves = np.flatnonzero(formula.kind == LEAF).tolist()
    names = [f"p{i}" for i in range(data.draw(st.integers(0, 5)))]
    leaves_of = {name: data.draw(st.sets(st.sampled_from(leaves))) for name in names}
    distinct = {frozenset(lost): name for name, lost in sorted(leaves_of.items(), reverse=True) if lost}
    losing = set(true_states(formula, top))
    parties = sorted(distinct.values())
    states = [
        frozenset(range(len(parties))[i] for i in each)
        for size in range(len(parties) + 1)
        for each in combinations(range(len(parties)), size)
        if frozenset().union(*(leaves_of[parties[i]] for i in each)) in losing
    ]
    expected = [tuple(parties[i] for i in each) for each in minimal(states)]
    found = chokepoints(formula, top, leaves_of)
    assert [tuple(group[0] for group in each) for each in found.sets] == expected
