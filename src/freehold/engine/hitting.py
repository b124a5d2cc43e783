"""Hardening: the cheapest leaves to secure so that no cut set is left whole - a minimum-cost hitting set, proved.

Both forms, over listed cut sets and over an oracle that names a missed one, work by implicit hitting sets
(Moreno-Centeno & Karp 2013, Oper. Res. 61(2)): solve for the sets learnt so far, look which are missed, learn some of
them, repeat. A choice that is cheapest for some of the sets and misses none is cheapest for all, and few sets decide:
150,000 cut sets need a handful of rounds over the smallest. Each round ends with a proof of optimality by core-guided
MaxSAT (Ignatiev, Morgado & Marques-Silva 2019, JSAT 11: RC2).

The solver is python-sat, an extra imported only when a function here is called. Where cut sets come from and what
securing a leaf means is left to others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import numpy as np

from freehold.errors import UsageError

LEARNT_AT_ONCE: Final = 10_000
"""Missed sets learnt in one round, smallest first: fewer mean more rounds, more mean slower ones."""

Cost = int | None
"""What securing a leaf costs, a whole number of any unit, not negative; ``None``: it cannot be secured."""


@dataclass(frozen=True, slots=True)
class HittingSet:
    """The leaves to secure, ascending, and what they cost together; no cheaper choice exists."""

    leaves: tuple[int, ...]
    cost: int


def cheapest_hitting_set(sets: Sequence[Collection[int]], cost: Sequence[Cost]) -> HittingSet:
    """Return the cheapest leaves that meet every one of ``sets``; of equally cheap ones always the same.

    Leaves are positions in ``cost``. Exponential in the worst case; 150,000 cut sets of a real fault tree take about a
    tenth of a second. Raises ``UsageError`` for a set that nothing can hit, a leaf or cost that makes no sense, or
    without python-sat.
    """
    sizes = np.fromiter(map(len, sets), dtype=np.int64, count=len(sets))
    member = np.fromiter(chain.from_iterable(sets), dtype=np.int64, count=int(sizes.sum()))
    if (sizes == 0).any():
        raise UsageError(f"cut set {int(sizes.argmin())} is empty", remedy="leave it out: nothing can hit it")
    if len(member) and not 0 <= member.min() <= member.max() < len(cost):
        raise UsageError(f"leaves run from {member.min()} to {member.max()}", remedy="give a cost, or None, for each")
    start = np.cumsum(sizes) - sizes
    by_size = np.argsort(sizes, kind="stable")

    def find_missed(secured: frozenset[int]) -> list[Collection[int]]:
        is_secured = np.zeros(len(cost), dtype=np.bool_)
        is_secured[list(secured)] = True
        hit = np.logical_or.reduceat(is_secured[member], start)
        return [sets[number] for number in by_size[~hit[by_size]][:LEARNT_AT_ONCE].tolist()]

    return _cheapest(find_missed if len(sets) else lambda _: [], cost)


def cheapest_cover(find_missed: Callable[[frozenset[int]], Collection[int] | None], cost: Sequence[Cost]) -> HittingSet:
    """Return the cheapest leaves that meet every cut set, without a list of them.

    ``find_missed`` gets a choice of leaves and returns a cut set that avoids it, or ``None`` where there is none. The
    smaller the sets, the fewer rounds. Raises as :func:`cheapest_hitting_set`, and ``UsageError`` where an answer does
    meet the choice it was asked about.
    """

    def one_missed(secured: frozenset[int]) -> list[Collection[int]]:
        missed = find_missed(secured)
        return [] if missed is None else [missed]

    return _cheapest(one_missed, cost)


def _cheapest(find_missed: Callable[[frozenset[int]], list[Collection[int]]], cost: Sequence[Cost]) -> HittingSet:
    """Learn missed sets until none is left."""
    literal_of = _literals(cost)
    clauses: list[list[int]] = []
    secured: frozenset[int] = frozenset()
    while missed := find_missed(secured):
        if not all(secured.isdisjoint(each) for each in missed):
            raise UsageError("the oracle named a cut set that is hit already", remedy="name one that avoids the choice")
        clauses += [_clause(each, literal_of) for each in missed]
        secured = frozenset(literal - 1 for literal in _solved(clauses, cost))
    return HittingSet(tuple(sorted(secured)), sum(cost[leaf] or 0 for leaf in secured))


def _literals(cost: Sequence[Cost]) -> dict[int, int]:
    """Return the solver's number of each leaf, from 1 on, or 0 for a leaf that cannot be secured."""
    for leaf, price in enumerate(cost):
        if price is not None and price < 0:
            raise UsageError(f"securing leaf {leaf} costs {price}", remedy="give costs that are not negative")
    return {leaf: 0 if price is None else leaf + 1 for leaf, price in enumerate(cost)}


def _clause(leaves: Collection[int], literal_of: dict[int, int]) -> list[int]:
    """Return "at least one of these leaves"."""
    try:
        clause = list(filter(None, map(literal_of.__getitem__, leaves)))
    except KeyError as error:
        raise UsageError(f"leaf {error} has no cost", remedy="give one per leaf, or None") from error
    if not clause:
        raise UsageError(
            f"no leaf of the cut set {sorted(leaves)[:5]} can be secured",
            remedy="give one of its leaves a cost, or leave the set out",
        )
    return clause


def _solved(clauses: list[list[int]], cost: Sequence[Cost]) -> set[int]:
    """Return the cheapest literals that meet all clauses; leaves that cost nothing are taken only where they serve."""
    formula, solver_of = _max_sat()
    named = set().union(*clauses)
    priced = sorted(literal for literal in named if cost[literal - 1])
    problem = formula()
    problem.hard = clauses
    problem.nv = len(cost)
    problem.soft = [[-literal] for literal in priced]
    problem.wght = [cost[literal - 1] for literal in priced]
    problem.topw = sum(problem.wght) + 1
    with solver_of(problem) as solver:
        chosen = named.intersection(solver.compute())
    for literal in sorted(literal for literal in chosen if cost[literal - 1] == 0):
        rest = chosen - {literal}
        if all(not rest.isdisjoint(clause) for clause in clauses if literal in clause):
            chosen = rest
    return chosen


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
