"""Minimal cut sets read off a family diagram: counts by order without listing, and lists smallest first.

The family itself comes from :mod:`freehold.engine.diagrams.build`; where its budget is used up, the sets up to some
order still come from :mod:`freehold.engine.diagrams.search`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from freehold.engine.compiled import run
from freehold.engine.diagrams.bdd import BudgetUsedUpError
from freehold.engine.diagrams.budgets import DEFAULT_BUDGET, DEFAULT_STATES
from freehold.engine.diagrams.build import family_diagram
from freehold.engine.diagrams.diagram import Diagram
from freehold.engine.diagrams.passes import count_sets, list_sets, longest_sets
from freehold.engine.diagrams.search import cut_sets_up_to
from freehold.errors import InputError
from freehold.graph.formats.faulttree import Formula

DEFAULT_LIMIT: Final = 100_000
FALLBACK_ORDER: Final = 6
EXACT_IN_INT64: Final = 4e18


@dataclass(frozen=True, slots=True)
class CutSetCounts:
    """``by_order[i]`` is the exact number of minimal cut sets of ``i`` leaves; the last number is not 0."""

    by_order: tuple[int, ...]

    @property
    def total(self) -> int:
        """Return the number of minimal cut sets."""
        return sum(self.by_order)


@dataclass(frozen=True, slots=True)
class CutSets:
    """Minimal cut sets as ascending tuples of leaf numbers, smallest first, then by leaf numbers.

    ``complete``: all there are (up to ``max_order`` where one was asked for) are listed; otherwise ``why`` says what
    stopped the list and ``complete_to`` up to which order it has all. ``counts`` are the exact counts of all orders,
    ``None`` where no full diagram was built.
    """

    sets: tuple[tuple[int, ...], ...]
    complete: bool
    why: str
    complete_to: int
    counts: CutSetCounts | None


def count_cut_sets(formula: Formula, top: int, *, budget: int = DEFAULT_BUDGET) -> CutSetCounts:
    """Return how many minimal cut sets of each order node ``top`` has, without listing any.

    Cost: the family diagram, then one pass. Raises ``BudgetUsedUpError`` beyond ``budget`` diagram nodes in one module.
    """
    return Family(family_diagram(formula, top, budget)).counts()


class Family:
    """A family diagram with the number of sets of each order below every node."""

    def __init__(self, diagram: Diagram) -> None:
        self.diagram = diagram
        self._atom_root = np.full(len(diagram.atom), -1, dtype=np.int64)
        inner = diagram.up >= 0
        self._atom_root[diagram.up[inner]] = diagram.root[inner]
        self._longest = np.zeros(len(diagram.level), dtype=np.int64)
        atoms = np.ones(len(diagram.atom), dtype=np.int64)
        run(longest_sets, 20 * len(diagram.level), *self._arrays(), atoms, self._longest)
        self._offset = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(self._longest + 1)])
        self._count: NDArray[Any] = self._counted(np.zeros(self._offset[-1], dtype=np.float64))
        if self._count.max(initial=0.0) < EXACT_IN_INT64:
            self._count = self._counted(np.zeros(self._offset[-1], dtype=np.int64))
        else:
            self._count = self._counted_exactly()

    def _arrays(self) -> tuple[NDArray[Any], ...]:
        d = self.diagram
        return d.level, d.low, d.high, d.end, d.root, d.up

    def _counted(self, count: NDArray[Any]) -> NDArray[Any]:
        run(count_sets, 20 * len(count), *self._arrays(), self._longest, self._offset, self._atom_root, count)
        return count

    def _counted_exactly(self) -> NDArray[Any]:
        """Count in Python integers, which never overflow; the plain kernel takes any list of numbers."""
        count = np.zeros(self._offset[-1], dtype=object)
        arrays: tuple[Any, ...] = (*self._arrays(), self._longest, self._offset, self._atom_root)
        plain: Callable[..., None] = count_sets
        plain(*(array.tolist() for array in arrays), count)
        return count

    def counts(self) -> CutSetCounts:
        """Return the exact number of sets by order."""
        top = int(self.diagram.root[-1])
        begin = int(self._offset[top])
        numbers = [int(c) for c in self._count[begin : begin + int(self._longest[top]) + 1]]
        return CutSetCounts(tuple(numbers))

    def list_order(self, order: int, most: int) -> NDArray[np.int32]:
        """Return up to ``most`` sets of exactly ``order`` leaves as ascending rows, rows in ascending order."""
        counts = self.counts().by_order
        number = min(most, counts[order]) if order < len(counts) else 0
        if order == 0 or number == 0:
            return np.zeros((number, order), dtype=np.int32)
        d = self.diagram
        out = np.zeros(number * order, dtype=np.int32)
        some = (self._count != 0).astype(np.uint8)
        room = len(d.atom) + 2
        frames = np.zeros(6 * (room * (order + 2) + 8), dtype=np.int64)
        cells = np.zeros(3 * (room * (order + 2) + 8), dtype=np.int64)
        chosen = np.zeros(order + 1, dtype=np.int32)
        shape = (d.level, d.low, d.high, int(d.root[-1]), order, d.atom, self._atom_root, self._longest, self._offset)
        run(list_sets, 40 * len(out), *shape, some, frames, cells, chosen, out)
        rows = np.sort(out.reshape(number, order), axis=1)
        return rows[np.lexsort(rows.T[::-1])]


def listed(family: Family, max_order: int | None, limit: int) -> CutSets:
    """Return up to ``limit`` sets of at most ``max_order`` leaves, smallest first."""
    counts = family.counts()
    last = len(counts.by_order) - 1 if max_order is None else min(max_order, len(counts.by_order) - 1)
    sets: list[tuple[int, ...]] = []
    for order in range(last + 1):
        rows = family.list_order(order, limit - len(sets))
        sets.extend(map(tuple, rows.tolist()))
    complete = len(sets) == sum(counts.by_order[: last + 1])
    why = "" if complete else f"the limit of {limit} listed cut sets is used up"
    complete_to = next((k - 1 for k in range(last + 1) if sum(counts.by_order[: k + 1]) > len(sets)), last)
    return CutSets(tuple(sets), complete, why, complete_to, counts)


def minimal_cut_sets(
    formula: Formula,
    top: int,
    *,
    max_order: int | None = None,
    limit: int = DEFAULT_LIMIT,
    budget: int = DEFAULT_BUDGET,
    states: int = DEFAULT_STATES,
) -> CutSets:
    """Return the minimal cut sets of node ``top`` up to ``max_order``, smallest first, at most ``limit`` of them.

    Where the diagram does not fit in ``budget`` nodes, falls back on :func:`searched_cut_sets`; raises
    ``BudgetUsedUpError`` where that cannot be, the formula being cyclic or not coherent.
    """
    try:
        return listed(Family(family_diagram(formula, top, budget)), max_order, limit)
    except BudgetUsedUpError as used_up:
        return searched_instead(formula, top, used_up, max_order=max_order, limit=limit, states=states)


def searched_instead(
    formula: Formula,
    top: int,
    used_up: BudgetUsedUpError,
    *,
    max_order: int | None,
    limit: int,
    states: int = DEFAULT_STATES,
    where: str = "",
) -> CutSets:
    """Return :func:`searched_cut_sets` in place of a diagram that was too large, or raise ``used_up``."""
    try:
        return searched_cut_sets(formula, top, max_order=max_order, limit=limit, states=states, why=used_up.reason)
    except InputError:
        used_up.refuse(where)
        raise used_up from None


def searched_cut_sets(
    formula: Formula,
    top: int,
    *,
    max_order: int | None = None,
    limit: int = DEFAULT_LIMIT,
    states: int = DEFAULT_STATES,
    why: str = "",
) -> CutSets:
    """Return cut sets found without a diagram, order by order; raises ``InputError`` unless acyclic and coherent.

    Stops after ``max_order`` (``FALLBACK_ORDER`` if none is asked for), ``limit`` sets or ``states`` partial states.
    ``why`` is put before the reason for stopping.
    """
    sets: tuple[tuple[int, ...], ...] = ()
    last = FALLBACK_ORDER if max_order is None else max_order
    for order in range(1, last + 1):
        try:
            more = cut_sets_up_to(formula, top, order, states=states)
        except BudgetUsedUpError as stopped:
            return CutSets(sets, False, f"{why}; {stopped.reason}", order - 1, None)
        if len(more) > limit:
            reason = f"{why}; the limit of {limit} listed cut sets is used up"
            return CutSets(more[:limit], False, reason, order - 1, None)
        sets = more
    complete = max_order is not None
    return CutSets(sets, complete, "" if complete else f"{why}; searched up to order {last}", last, None)
