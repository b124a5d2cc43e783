"""Hardening: the cheapest leaves to secure so that no cut set is left whole - a minimum-cost hitting set, proved.

Two forms: over cut sets that are listed, and over cut sets that an oracle hands out one by one (Moreno-Centeno & Karp
2013, Oper. Res. 61(2): implicit hitting sets). Both end with a proof of optimality by core-guided MaxSAT (Ignatiev,
Morgado & Marques-Silva 2019, JSAT 11: RC2). Where cut sets come from and what securing a leaf means is left to others.

The solver is python-sat, an extra imported only when a function here is called. Reductions of our own (dominated
leaves, repeated sets) were measured: they cost more than they save, so there are none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from freehold.errors import UsageError

Cost = int | None
"""What securing a leaf costs, a whole number of any unit, not negative; ``None``: it cannot be secured."""


@dataclass(frozen=True, slots=True)
class HittingSet:
    """The leaves to secure, ascending, and what they cost together; no cheaper choice exists."""

    leaves: tuple[int, ...]
    cost: int


def cheapest_hitting_set(sets: Sequence[Collection[int]], cost: Sequence[Cost]) -> HittingSet:
    """Return the cheapest leaves that meet every one of ``sets``; of equally cheap ones always the same.

    Leaves are positions in ``cost``. Exponential in the worst case; 150,000 cut sets of a real fault tree take about
    half a second. Raises ``UsageError`` for a set that nothing can hit, a negative cost, or without python-sat.
    """
    _check(cost)
    clauses = [_clause(number, each, cost) for number, each in enumerate(sets)]
    if not clauses:
        return HittingSet((), 0)
    formula, solver_of = _max_sat()
    problem = formula()
    problem.hard = clauses
    problem.nv = len(cost)
    used = sorted({literal for clause in clauses for literal in clause if cost[literal - 1]})
    problem.soft = [[-literal] for literal in used]
    problem.wght = [cost[literal - 1] for literal in used]
    problem.topw = sum(problem.wght) + 1
    with solver_of(problem) as solver:
        model = solver.compute()
    named = {literal for clause in clauses for literal in clause}
    chosen = {literal for literal in model if literal > 0 and literal in named}
    return _answer(_without_idle(chosen, clauses, cost), cost)


def cheapest_cover(find_missed: Callable[[frozenset[int]], Collection[int] | None], cost: Sequence[Cost]) -> HittingSet:
    """Return the cheapest leaves that meet every cut set, without a list of them.

    ``find_missed`` gets a choice of leaves and returns a cut set that avoids it, or ``None`` where there is none; each
    answer is learnt and the cheapest choice that meets all answers is tried next, so the first choice that misses
    nothing is the cheapest. The smaller the sets, the fewer rounds. Raises as :func:`cheapest_hitting_set`, and
    ``UsageError`` where an answer does meet the choice it was asked about.
    """
    _check(cost)
    learnt: list[list[int]] = []
    choice = HittingSet((), 0)
    while True:
        missed = find_missed(frozenset(choice.leaves))
        if missed is None:
            return choice
        if set(choice.leaves) & set(missed):
            raise UsageError(
                "the oracle returned a cut set that is hit already", remedy="return one that avoids the choice"
            )
        learnt.append(list(missed))
        choice = cheapest_hitting_set(learnt, cost)


def _check(cost: Sequence[Cost]) -> None:
    for leaf, price in enumerate(cost):
        if price is not None and price < 0:
            raise UsageError(f"securing leaf {leaf} costs {price}", remedy="give costs that are not negative")


def _clause(number: int, leaves: Collection[int], cost: Sequence[Cost]) -> list[int]:
    """Return "at least one of these leaves" with the leaves counted from 1."""
    clause = [int(leaf) + 1 for leaf in leaves if cost[leaf] is not None]
    if not clause:
        raise UsageError(
            f"no leaf of cut set {number} can be secured", remedy="give one of its leaves a cost, or leave the set out"
        )
    return clause


def _without_idle(chosen: set[int], clauses: list[list[int]], cost: Sequence[Cost]) -> set[int]:
    """Drop leaves that cost nothing and hit nothing that the others do not hit."""
    for literal in sorted(literal for literal in chosen if cost[literal - 1] == 0):
        rest = chosen - {literal}
        if all(not rest.isdisjoint(clause) for clause in clauses if literal in clause):
            chosen = rest
    return chosen


def _answer(literals: set[int], cost: Sequence[Cost]) -> HittingSet:
    leaves = tuple(sorted(literal - 1 for literal in literals))
    return HittingSet(leaves, sum(cost[leaf] or 0 for leaf in leaves))


def _max_sat() -> tuple[Any, Any]:
    """Import the formula and the solver; they carry no types."""
    try:
        from pysat.examples.rc2 import RC2
        from pysat.formula import WCNF
    except ModuleNotFoundError as error:
        raise UsageError(
            "the cheapest hardening needs python-sat", remedy="pip install 'freehold[hardening]'"
        ) from error
    return WCNF, RC2
