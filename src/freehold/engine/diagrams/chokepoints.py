"""Chokepoints: the minimal sets of parties whose denial loses the top, for one kind of party at a time.

A party's denial loses all its leaves; a leaf falls with any of its parties and never without one. Parties with the
same leaves have the same effect and come as one group. Which leaves a party has, and what "lost" means (before the
horizon, without recovery), is decided by the caller.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from freehold.engine.diagrams.budgets import DEFAULT_BUDGET
from freehold.engine.diagrams.cutsets import DEFAULT_LIMIT, CutSetCounts, minimal_cut_sets
from freehold.graph.formats.faulttree import LEAF, OR, Formula


@dataclass(frozen=True, slots=True)
class Chokepoints:
    """Minimal sets of party groups, smallest first, then by name; each group is a sorted tuple of names.

    ``counts`` are by number of groups. ``complete`` and ``why`` as in
    :class:`~freehold.engine.diagrams.cutsets.CutSets`.
    """

    sets: tuple[tuple[tuple[str, ...], ...], ...]
    complete: bool
    why: str
    counts: CutSetCounts | None


def chokepoints(
    formula: Formula,
    top: int,
    leaves_of: Mapping[str, Collection[int]],
    *,
    max_order: int | None = None,
    limit: int = DEFAULT_LIMIT,
    budget: int = DEFAULT_BUDGET,
) -> Chokepoints:
    """Return the minimal sets of parties whose denial makes node ``top`` of a loss formula true.

    ``leaves_of`` gives each party's leaf numbers; parties without leaves are left out. At most ``limit`` sets of at
    most ``max_order`` groups. Raises ``InputError`` for a cycle through a negation.
    """
    groups: defaultdict[frozenset[int], list[str]] = defaultdict(list)
    for name in sorted(leaves_of):
        if leaves_of[name]:
            groups[frozenset(leaves_of[name])].append(name)
    names = sorted(tuple(group) for group in groups.values())
    leaves = [frozenset(leaves_of[group[0]]) for group in names]
    found = minimal_cut_sets(denial_formula(formula, leaves), top, max_order=max_order, limit=limit, budget=budget)
    sets = tuple(tuple(names[party - formula.nodes] for party in each) for each in found.sets)
    return Chokepoints(sets, found.complete, found.why, found.counts)


def denial_formula(formula: Formula, leaves: list[frozenset[int]]) -> Formula:
    """Return the formula over parties: leaf ``formula.nodes + i`` is party ``i``, old leaves become or gates."""
    parties_of: defaultdict[int, list[int]] = defaultdict(list)
    for party, lost in enumerate(leaves):
        for leaf in lost:
            parties_of[leaf].append(formula.nodes + party)
    old_leaves = np.flatnonzero(formula.kind == LEAF).tolist()
    arity = np.concatenate([np.diff(formula.start), np.zeros(len(leaves), dtype=np.int64)])
    arity[old_leaves] = [len(parties_of[leaf]) for leaf in old_leaves]
    start = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(arity)])
    child = np.zeros(int(start[-1]), dtype=np.int32)
    negated = np.zeros(len(child), dtype=np.bool_)
    kept = np.repeat(formula.kind != LEAF, np.diff(start[: formula.nodes + 1]))
    child[: len(kept)][kept], negated[: len(kept)][kept] = formula.child, formula.negated
    for leaf in old_leaves:
        child[start[leaf] : start[leaf + 1]] = parties_of[leaf]
    kind = np.concatenate([np.where(formula.kind == LEAF, OR, formula.kind), np.full(len(leaves), LEAF)])
    return Formula(
        kind.astype(np.uint8), np.concatenate([formula.k, np.zeros(len(leaves), dtype=np.int32)]), start, child, negated
    )
