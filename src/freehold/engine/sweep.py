"""Sweep: for every party alone, which nodes are lost - exact, for all parties at once, as sparse sets.

A party is a set of leaves: by default each leaf is one, a maintainer or a supplier has many. The module turns the
question round: it computes for each node the set of parties whose loss loses it, children first. A gate is lost once
``need`` of its children are: 1 for AND, all for OR, n - k + 1 for "at least k of n". So an AND is a union, an OR an
intersection. Inside a cycle the sets grow from nothing until none changes, which is the least fixpoint of loss.

A node absent even with no loss is left out of every set and of its parents' counts, and flagged (MODEL.md, *absent*).
Several parties at a time and dated losses are left to ``loss`` and ``days``. Dowling & Gallier 1984 is the same
fixpoint for one party; Abate et al. 2009 call the answer without cycles through alternatives strong dependencies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from freehold.engine.compiled import run
from freehold.engine.loss import losses
from freehold.engine.sweep_kernels import ITERATED, MERGED, fill, tally, turn_round
from freehold.graph.arrays import AND, ATLEAST, LEAF, OR, AndOrGraph
from freehold.graph.order import Order

NOBODY: Final = -1
SETS_PER_NODE: Final = 32
"""First guess at the size of a set; the pool doubles when it was too low."""


@dataclass(frozen=True, slots=True, eq=False)
class Parties:
    """Who owns the leaves: the ``i``-th leaf (ascending) belongs to ``party[start[i]:start[i + 1]]``, each once."""

    count: int
    start: NDArray[np.int64]
    party: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """Who loses what: node ``v`` is lost with any one of ``party[first[v]:last[v]]``, in no particular order.

    Members of a cycle may share a segment. ``absent`` (n,): not there even with no loss; these have empty segments.
    """

    parties: int
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    party: NDArray[np.int32]
    absent: NDArray[np.bool_]

    def lost_with(self, node: int) -> NDArray[np.int32]:
        """Return the parties whose loss alone loses ``node``, ascending."""
        return np.sort(self.party[self.first[node] : self.last[node]])

    def by_party(self, nodes: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return the same the other way: party ``p`` loses ``node[start[p]:start[p + 1]]``, in the order of ``nodes``."""
        start = _starts(self.impact(nodes))
        owner = np.empty(start[-1], dtype=np.int32)
        run(turn_round, 2 * len(owner), nodes.astype(np.int32), self.first, self.last, self.party, start.copy(), owner)
        return start, owner

    def impact(self, nodes: NDArray[np.integer]) -> NDArray[np.int64]:
        """Return for each party how many of ``nodes`` its loss loses."""
        count = np.zeros(self.parties, dtype=np.int64)
        run(tally, len(self.party), nodes.astype(np.int32), self.first, self.last, self.party, count)
        return count


@dataclass(frozen=True, slots=True, eq=False)
class SweepJob:
    """A sweep laid out for the kernels: everything but ``node`` and ``absent`` is numbered in evaluation order.

    ``gate`` is the party whose presence in a set says that the whole set of the node is in it, or ``NOBODY``.
    """

    parties: int
    node: NDArray[np.int32]
    absent: NDArray[np.bool_]
    component: NDArray[np.int64]
    shape: NDArray[np.uint8]
    need: NDArray[np.int32]
    start: NDArray[np.int64]
    child: NDArray[np.int32]
    gate: NDArray[np.int32]
    own_start: NDArray[np.int64]
    own: NDArray[np.int32]


def each_leaf(graph: AndOrGraph) -> Parties:
    """Return one party per leaf, numbered in the order of the leaf nodes."""
    return one_party_each(np.arange(int((graph.kind == LEAF).sum())))


def one_party_each(party: NDArray[np.integer], count: int | None = None) -> Parties:
    """Return the parties of leaves that belong to one each: ``party`` (leaves,), negative for a leaf of nobody."""
    owned = party >= 0
    total = count if count is not None else int(party.max(initial=-1)) + 1
    return Parties(total, _starts(owned), party[owned].astype(np.int32))


def sweep(graph: AndOrGraph, order: Order, parties: Parties | None = None) -> Sweep:
    """Find for every party (each leaf by default) which nodes its loss alone loses.

    Cost: the sets read, in the worst case edges x parties; on package graphs close to the sets written, because a
    child whose own leaf is already in a union is skipped.
    """
    return run_sweep(sweep_job(graph, order, parties if parties is not None else each_leaf(graph)))


def sweep_job(graph: AndOrGraph, order: Order, parties: Parties) -> SweepJob:
    """Lay out a sweep for :func:`run_sweep`: the part of the work that belongs to loading the graph."""
    absent = _absent(graph, order)
    parent = np.repeat(np.arange(graph.nodes, dtype=np.int32), np.diff(graph.start))
    merged = order.cyclic.copy()
    merged[order.component[graph.kind != AND]] = False
    inner = order.component[parent] == order.component[graph.child]
    kept = np.flatnonzero(~(absent[graph.child] | absent[parent] | inner & merged[order.component[parent]]))
    place = np.empty(graph.nodes, dtype=np.int32)
    place[order.node] = np.arange(graph.nodes, dtype=np.int32)
    above, below = place[parent[kept]], place[graph.child[kept]]
    by_parent = np.lexsort((-below, above))
    owned = np.zeros(graph.nodes, dtype=np.int64)
    owned[place[graph.kind == LEAF]] = np.diff(parties.start)
    leaves = np.repeat(place[graph.kind == LEAF], np.diff(parties.start))
    shape = np.zeros(order.components, dtype=np.uint8)
    shape[order.cyclic] = ITERATED
    shape[merged] = MERGED
    return SweepJob(
        parties=parties.count,
        node=order.node,
        absent=absent,
        component=order.start,
        shape=shape,
        need=_need(graph, absent, parent)[order.node],
        start=_starts(np.bincount(above, minlength=graph.nodes)),
        child=below[by_parent],
        gate=_gates(graph, parent, parties)[order.node],
        own_start=_starts(owned),
        own=parties.party[np.argsort(leaves, kind="stable")],
    )


def run_sweep(job: SweepJob) -> Sweep:
    """Fill the sets of ``job``, in machine code where that pays and numba is installed."""
    nodes = len(job.node)
    first, last = np.zeros(nodes, dtype=np.int64), np.zeros(nodes, dtype=np.int64)
    stamp, count = np.zeros(job.parties, dtype=np.int32), np.zeros(job.parties, dtype=np.int32)
    progress = np.zeros(3, dtype=np.int64)
    given = (job.component, job.shape, job.need, job.start, job.child, job.gate, job.own_start, job.own, first, last)
    pool = np.empty(0, dtype=np.int32)
    while progress[0] < len(job.shape):
        larger = np.empty(2 * len(pool) + SETS_PER_NODE * nodes + job.parties, dtype=np.int32)
        larger[: progress[1]] = pool[: progress[1]]
        pool = larger
        run(fill, SETS_PER_NODE * len(job.child), progress, *given, pool, stamp, count)
    by_node_first, by_node_last = np.empty_like(first), np.empty_like(last)
    by_node_first[job.node], by_node_last[job.node] = first, last
    return Sweep(job.parties, by_node_first, by_node_last, pool[: progress[1]], job.absent)


def _absent(graph: AndOrGraph, order: Order) -> NDArray[np.bool_]:
    """Return which nodes do not hold even with no loss."""
    degree = np.diff(graph.start)
    if not ((graph.kind == OR) & (degree == 0) | (graph.kind == ATLEAST) & (graph.k > degree)).any():
        return np.zeros(graph.nodes, dtype=np.bool_)
    return np.asarray(losses(graph, order, [()])[:, 0] != 0)


def _need(graph: AndOrGraph, absent: NDArray[np.bool_], parent: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return how many of the children that are there must be lost for a node to be lost; 0 marks a leaf.

    A gate that nothing can lose needs more than it has. Without children a union is empty, so that holds for AND too.
    """
    degree = np.diff(graph.start)
    missing = np.bincount(parent[absent[graph.child]], minlength=graph.nodes)
    need = np.where(graph.kind == ATLEAST, degree - graph.k + 1, degree) - missing
    need[absent | (graph.kind == AND)] = 1
    need[graph.kind == LEAF] = 0
    return need.astype(np.int32)


def _gates(graph: AndOrGraph, parent: NDArray[np.int32], parties: Parties) -> NDArray[np.int32]:
    """Return the gates: of a leaf its only party; of an AND the party that is just a leaf used by this AND alone."""
    gate = np.full(graph.nodes, NOBODY, dtype=np.int32)
    alone = np.diff(parties.start) == 1
    gate[np.flatnonzero(graph.kind == LEAF)[alone]] = parties.party[parties.start[:-1][alone]]
    leaves_of = np.bincount(parties.party, minlength=parties.count)
    parents_of = np.bincount(graph.child, minlength=graph.nodes)
    private = (gate[graph.child] >= 0) & (parents_of[graph.child] == 1) & (graph.kind[parent] == AND)
    private[private] = leaves_of[gate[graph.child[private]]] == 1
    gate[parent[private]] = gate[graph.child[private]]
    return gate


def _starts(sizes: NDArray[np.integer] | NDArray[np.bool_]) -> NDArray[np.int64]:
    return np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(sizes, dtype=np.int64)))
