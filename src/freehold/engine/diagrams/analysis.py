"""Everything about one fault tree in one value: counts, cut sets, probability, importances, and what could not be had.

The exact answer comes first; where its budget is used up, the same question is answered up to an order, or by bounds,
and ``notes`` says so. Names come from the tree; how to print it is left to the front.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from freehold.engine.diagrams.bdd import BudgetUsedUpError
from freehold.engine.diagrams.budgets import DEFAULT_BUDGET
from freehold.engine.diagrams.build import both_diagrams
from freehold.engine.diagrams.cutsets import CutSetCounts, CutSets, Family, listed, searched_instead
from freehold.engine.diagrams.diagram import Diagram
from freehold.engine.diagrams.probability import ProbabilityRange, importances_of, probability_of, range_of
from freehold.engine.diagrams.search import probability_bounds
from freehold.errors import FreeholdError
from freehold.graph.formats.faulttree import LEAF, FaultTree

DEFAULT_LISTED: Final = 1000


@dataclass(frozen=True, slots=True)
class LeafImportance:
    """The importance measures of one leaf; :mod:`freehold.engine.diagrams.probability` defines them."""

    name: str
    probability: float
    birnbaum: float
    criticality: float
    fussell_vesely: float
    diagnosis: float
    achievement_worth: float
    reduction_worth: float


@dataclass(frozen=True, slots=True)
class FaultTreeResult:
    """What is known about a tree's top.

    ``counts``: minimal cut sets by order, all orders, exact; ``None`` where the budget was used up.
    ``cut_sets``: leaf names, smallest sets first; ``complete_to``: all sets up to this order are listed (``None``: all).
    ``probability``: exact likely value, ``None`` where leaves have no probability or the budget was used up.
    ``range``: for low and high leaf probabilities; certified bounds where the likely value is ``None``.
    ``importances``: by descending criticality, then name. ``notes``: what is missing and why.
    """

    name: str
    top: str
    coherent: bool
    leaves: int
    gates: int
    counts: CutSetCounts | None
    cut_sets: tuple[tuple[str, ...], ...]
    complete_to: int | None
    probability: float | None
    range: ProbabilityRange | None
    importances: tuple[LeafImportance, ...]
    notes: tuple[str, ...]


def analyse(
    tree: FaultTree, *, max_order: int | None = None, limit: int = DEFAULT_LISTED, budget: int = DEFAULT_BUDGET
) -> FaultTreeResult:
    """Return cut sets, probability and importances of a fault tree.

    ``limit`` bounds the listed cut sets, ``max_order`` their order, ``budget`` the diagram nodes in one module.
    Non-coherent trees are solved exactly too, or refused whole: their cut sets are the inclusion-minimal true states.
    Raises ``InputError`` for a cycle through a negation, ``BudgetUsedUpError`` where the diagram of a cyclic or
    non-coherent tree is too large; for others ``notes`` says so and a search answers what it can.
    """
    kind = tree.formula.kind
    leaves = int((kind == LEAF).sum())
    result = FaultTreeResult(
        name=tree.name,
        top=tree.names[tree.top],
        coherent=tree.formula.coherent,
        leaves=leaves,
        gates=tree.formula.nodes - leaves,
        counts=None,
        cut_sets=(),
        complete_to=None,
        probability=None,
        range=None,
        importances=(),
        notes=(),
    )
    if not result.coherent:
        result = _noted(result, "not coherent: cut sets are minimal true states, measures may be negative")
    try:
        built = both_diagrams(tree.formula, tree.top, budget)
    except BudgetUsedUpError as used_up:
        found = _searched(tree, max_order, limit, used_up)
        return _bounded(_with_cut_sets(result, tree, found, max_order), tree, used_up.reason)
    try:
        found = listed(Family(built.family()), max_order, limit)
    except BudgetUsedUpError as used_up:
        found = _searched(tree, max_order, limit, used_up)
    return _with_likelihood(_with_cut_sets(result, tree, found, max_order), tree, built.function())


def _searched(tree: FaultTree, max_order: int | None, limit: int, used_up: BudgetUsedUpError) -> CutSets:
    where = tree.names[tree.top]
    return searched_instead(tree.formula, tree.top, used_up, max_order=max_order, limit=limit, where=where)


def _noted(result: FaultTreeResult, note: str) -> FaultTreeResult:
    return replace(result, notes=(*result.notes, note))


def _with_cut_sets(result: FaultTreeResult, tree: FaultTree, found: CutSets, max_order: int | None) -> FaultTreeResult:
    if not found.complete:
        result = _noted(result, f"cut sets: {found.why}")
    names = tuple(tuple(tree.names[leaf] for leaf in each) for each in found.sets)
    complete_to = max_order if found.complete else found.complete_to
    return replace(result, counts=found.counts, cut_sets=names, complete_to=complete_to)


def _with_likelihood(result: FaultTreeResult, tree: FaultTree, diagram: Diagram) -> FaultTreeResult:
    needed = diagram.atom[diagram.atom >= 0]
    unknown = [tree.names[leaf] for leaf in sorted(needed.tolist()) if np.isnan(tree.probability[leaf, 1])]
    if unknown:
        return _noted(result, f"probability: {len(unknown)} leaves state none: {', '.join(unknown[:5])}")
    low, likely, high = (np.ascontiguousarray(tree.probability[:, i]) for i in range(3))
    return replace(
        result,
        probability=probability_of(diagram, likely),
        range=range_of(diagram, low, high, coherent=result.coherent),
        importances=_importances(tree, diagram),
    )


def _bounded(result: FaultTreeResult, tree: FaultTree, why: str) -> FaultTreeResult:
    """Return the result with certified bounds instead of a probability, where a search can give them."""
    result = _noted(result, f"probability: {why}")
    leaves = tree.formula.kind == LEAF
    if np.isnan(tree.probability[leaves]).any():
        return result
    low, high = np.ascontiguousarray(tree.probability[:, 0]), np.ascontiguousarray(tree.probability[:, 2])
    try:
        below = probability_bounds(tree.formula, tree.top, low)
        above = below if (low[leaves] == high[leaves]).all() else probability_bounds(tree.formula, tree.top, high)
    except FreeholdError as refused:
        return _noted(result, f"bounds: {refused.reason}")
    return replace(result, range=ProbabilityRange(below.low, above.high, exact=False))


def _importances(tree: FaultTree, diagram: Diagram) -> tuple[LeafImportance, ...]:
    found = importances_of(diagram, np.ascontiguousarray(tree.probability[:, 1]))
    columns = (
        found.birnbaum,
        found.criticality,
        found.fussell_vesely,
        found.diagnosis,
        found.achievement_worth,
        found.reduction_worth,
    )
    rows = zip(found.leaf.tolist(), *(column.tolist() for column in columns), strict=True)
    each = [LeafImportance(tree.names[leaf], float(tree.probability[leaf, 1]), *numbers) for leaf, *numbers in rows]
    return tuple(
        sorted(each, key=lambda row: (-row.criticality if row.criticality == row.criticality else 0.0, row.name))
    )
