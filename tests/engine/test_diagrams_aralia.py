"""The Aralia benchmark: published counts and probabilities, and proof where a published value is wrong.

Three published values are wrong, and the tests below prove it:

* das9204, probability 6.07651E-08: more than the sum of the probabilities of all its minimal cut sets;
* jbd9601, 150436 cut sets: the figure of isp9607; there are 14007;
* edf9206, 385825320 cut sets: those of at most 20 events; with the larger ones there are 7159688704.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from freehold.engine.compiled import compiled_available
from freehold.engine.diagrams.build import both_diagrams, family_diagram
from freehold.engine.diagrams.cutsets import CutSetCounts, Family, count_cut_sets, listed
from freehold.engine.diagrams.probability import importances_of, probability_of, top_probability
from freehold.engine.diagrams.search import cut_sets_up_to, probability_bounds
from freehold.graph.formats.faulttree import AND, LEAF, OR, FaultTree, Gate, formula_of
from freehold.graph.formats.openpsa import read_open_psa

SHARED = Path(os.environ.get("FREEHOLD_SHARED", Path(__file__).parents[2] / ".." / "shared" / "data")) / "aralia"
WRONG_COUNT = {"jbd9601": 14_007, "edf9206": 7_159_688_704}
WRONG_PROBABILITY = {"das9204": "2.16942E-11"}
LARGE = frozenset(
    {"edf9203", "edf9204", "edfpa14q", "edfpa14r", "edfpa14o", "edfpa14p", "edfpa14b", "edfpa15o", "jbd9601"}
)

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the Aralia trees are not beside this repository")


def _published() -> dict[str, dict[str, str]]:
    if not SHARED.is_dir():
        return {}
    with (SHARED / "models.csv").open(encoding="utf-8") as lines:
        return {row["model"]: row for row in csv.DictReader(lines)}


PUBLISHED = _published()
COHERENT = [name for name, row in PUBLISHED.items() if row["coherent"] == "True" and name != "nus9601"]


def _tree(name: str) -> FaultTree:
    (tree,) = read_open_psa([(f"{name}.xml", (SHARED / f"{name}.xml").read_bytes())])
    return tree


def _likely(tree: FaultTree) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.ascontiguousarray(tree.probability[:, 1])


def _needs_compiler(name: str) -> None:
    if name in LARGE and not compiled_available():
        pytest.skip("takes minutes without the extra 'fast'")


@pytest.mark.parametrize("name", COHERENT)
def test_published_count_and_probability(name: str) -> None:
    _needs_compiler(name)
    tree, row = _tree(name), PUBLISHED[name]
    built = both_diagrams(tree.formula, tree.top)
    probability = probability_of(built.function(), _likely(tree))
    assert f"{probability:.5E}" == WRONG_PROBABILITY.get(name, row["published_probability"])
    total = Family(built.family()).counts().total
    published = float(row["published_mcs"])
    assert total == WRONG_COUNT.get(name, published)


def test_das9204_published_probability_exceeds_the_sum_over_its_cut_sets() -> None:
    """P(top) <= sum of the products (Boole), so that a larger published value cannot be right."""
    tree = _tree("das9204")
    found = listed(Family(family_diagram(tree.formula, tree.top)), None, 20_000)
    assert found.complete
    assert len(found.sets) == int(PUBLISHED["das9204"]["published_mcs"])
    p = _likely(tree)
    union_bound = sum(float(np.prod(p[list(each)])) for each in found.sets)
    assert union_bound < float(PUBLISHED["das9204"]["published_probability"]) / 1000
    bounds = probability_bounds(tree.formula, tree.top, p)
    assert bounds.low <= top_probability(tree.formula, tree.top, p) <= bounds.high <= union_bound


def test_jbd9601_count_by_unrelated_ways() -> None:
    """The search agrees order by order as far as it is quick; SCRAM lists as many with each of its algorithms."""
    _needs_compiler("jbd9601")
    tree = _tree("jbd9601")
    counts = count_cut_sets(tree.formula, tree.top)
    searched = Counter(map(len, cut_sets_up_to(tree.formula, tree.top, 4)))
    assert tuple(searched[i] for i in range(5)) == counts.by_order[:5]
    with (SHARED / "scram.csv").open(encoding="utf-8") as lines:
        peers = {
            row["products"]
            for row in csv.DictReader(lines)
            if row["model"] == "jbd9601" and row["algorithm"][-3:] == "mcs"
        }
    assert peers == {str(counts.total)}
    assert int(PUBLISHED["jbd9601"]["published_mcs"]) == int(PUBLISHED["isp9607"]["published_mcs"])


def test_edf9206_published_count_stops_at_order_20() -> None:
    tree = _tree("edf9206")
    counts = count_cut_sets(tree.formula, tree.top)
    assert sum(counts.by_order[:21]) == int(PUBLISHED["edf9206"]["published_mcs"])
    assert counts.total == 7_159_688_704
    searched = Counter(map(len, cut_sets_up_to(tree.formula, tree.top, 8)))
    assert tuple(searched[i] for i in range(9)) == counts.by_order[:9]


@pytest.mark.parametrize(
    "name", ["chinese", "baobab2", "das9206", "das9208", "ftr10", "isp9606", "isp9603", "edfpa15r"]
)
def test_listing_counting_and_searching_agree(name: str) -> None:
    """Three ways to the same sets: list from the diagram, count on the diagram, search without one."""
    tree = _tree(name)
    found = listed(Family(family_diagram(tree.formula, tree.top)), 4, 100_000)
    assert found.complete
    assert found.counts is not None
    assert Counter(map(len, found.sets)) == +Counter(dict(enumerate(found.counts.by_order[:5])))
    assert found.sets == cut_sets_up_to(tree.formula, tree.top, 4)


@pytest.mark.parametrize("name", ["chinese", "baobab2", "das9201", "elf9601", "isp9606"])
def test_probability_from_the_tree_from_its_cut_sets_and_within_bounds(name: str) -> None:
    tree = _tree(name)
    p = _likely(tree)
    exact = top_probability(tree.formula, tree.top, p)
    if name in {"chinese", "isp9606"}:
        sets = listed(Family(family_diagram(tree.formula, tree.top)), None, 10_000).sets
        gates = [Gate(LEAF)] * tree.formula.nodes
        gates += [Gate(AND, tuple((leaf, False) for leaf in each)) for each in sets]
        gates.append(Gate(OR, tuple((node, False) for node in range(tree.formula.nodes, len(gates)))))
        again = np.concatenate([p, np.zeros(len(sets) + 1)])
        assert top_probability(formula_of(gates), len(gates) - 1, again) == pytest.approx(exact, rel=1e-9)
    bounds = probability_bounds(tree.formula, tree.top, p, relative_gap=1e-3)
    assert bounds.low <= exact * (1 + 1e-12)
    assert exact <= bounds.high * (1 + 1e-12)


@pytest.mark.parametrize("name", ["chinese", "das9206", "edf9205"])
def test_birnbaum_is_the_difference_of_two_exact_runs(name: str) -> None:
    tree = _tree(name)
    p = _likely(tree)
    found = importances_of(both_diagrams(tree.formula, tree.top).function(), p)
    for place in range(0, len(found.leaf), 7):
        lost, held = p.copy(), p.copy()
        lost[found.leaf[place]], held[found.leaf[place]] = 1.0, 0.0
        difference = top_probability(tree.formula, tree.top, lost) - top_probability(tree.formula, tree.top, held)
        assert found.birnbaum[place] == pytest.approx(difference, rel=1e-6, abs=1e-15)


def test_nus9601_cut_sets_up_to_order_6_and_bounds() -> None:
    """No diagram of this tree fits; the literature gives neither count nor probability."""
    if not compiled_available():
        pytest.skip("takes minutes without the extra 'fast'")
    tree = _tree("nus9601")
    sets = cut_sets_up_to(tree.formula, tree.top, 6)
    assert Counter(map(len, sets)) == {3: 10, 4: 2, 6: 1160}
    bounds = probability_bounds(tree.formula, tree.top, _likely(tree))
    assert 9.94e-6 * 0.999 < bounds.low < bounds.high < 1.01e-5


@pytest.mark.parametrize("name", ["das9601", "cea9601", "das9701"])
def test_non_coherent_trees_are_solved_exactly(name: str) -> None:
    """All three; the published counts are those of inclusion-minimal true states."""
    if not compiled_available():
        pytest.skip("takes minutes without the extra 'fast'")
    tree, row = _tree(name), PUBLISHED[name]
    assert not tree.formula.coherent
    built = both_diagrams(tree.formula, tree.top)
    assert f"{probability_of(built.function(), _likely(tree)):.5E}" == row["published_probability"]
    counts: CutSetCounts = Family(built.family()).counts()
    assert counts.total == int(row["published_mcs"])
