"""The kernels of the sweep: sets of parties filled from the leaves up, one after another, into one pool.

Nodes are numbered in evaluation order here, so a component is a run of nodes and every set read is already there. A
set is a segment of ``pool``; membership while a set is being built is a stamp per party. Preparing the arrays and
reading the answer is left to ``sweep``.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from freehold.engine.compiled import kernel

I32: TypeAlias = NDArray[np.int32]
I64: TypeAlias = NDArray[np.int64]

SINGLE: Final = 0
MERGED: Final = 1
ITERATED: Final = 2
"""What a component is: one node outside any cycle; a cycle of ANDs, which share one set; any other cycle."""


@kernel
def fill(
    progress: I64,
    component: I64,
    shape: NDArray[np.uint8],
    need: I32,
    start: I64,
    child: I32,
    gate: I32,
    own_start: I64,
    own: I32,
    first: I64,
    last: I64,
    pool: I32,
    stamp: I32,
    count: I32,
) -> None:
    """Fill the sets of all components from number ``progress[0]`` on; stop early where ``pool`` may become too small.

    ``progress`` is (next component, used part of the pool, last stamp) and is where a call with a larger pool goes on.
    """
    top = progress[1]
    for number in range(progress[0], len(shape)):
        changed = True
        while changed:
            changed = False
            end = top
            for node in range(component[number], component[number + 1]):
                if end + len(stamp) > len(pool):
                    for member in range(component[number], component[number + 1]):
                        first[member] = last[member] = 0
                    progress[0] = number
                    return
                if shape[number] != MERGED or node == component[number]:
                    progress[2] += 1
                if need[node] == 0:
                    for place in range(own_start[node], own_start[node + 1]):
                        pool[end] = own[place]
                        end += 1
                elif need[node] == 1:
                    skip = shape[number] != ITERATED
                    end = union(node, progress[2], skip, start, child, gate, first, last, pool, end, stamp)
                else:
                    end = threshold(node, progress[2], need[node], start, child, first, last, pool, end, stamp, count)
                if shape[number] == ITERATED:
                    if end - top != last[node] - first[node]:
                        first[node], last[node] = top, end
                        top = end
                        changed = True
                    end = top
            if shape[number] != ITERATED:
                for member in range(component[number], component[number + 1]):
                    first[member], last[member] = top, end
                top = end
        progress[1] = top
    progress[0] = len(shape)


@kernel
def union(
    node: int,
    tag: int,
    skip: bool,
    start: I64,
    child: I32,
    gate: I32,
    first: I64,
    last: I64,
    pool: I32,
    end: int,
    stamp: I32,
) -> int:
    """Append the union of the children's sets to the set that carries ``tag``; return the new end of the pool.

    A child whose ``gate`` is in the union already adds nothing, so it is skipped: whoever loses that private leaf loses
    the child only through it, and so with the child loses the node whose set brought the leaf here. That set must be
    complete, so nothing is skipped while a cycle is iterated.
    """
    for edge in range(start[node], start[node + 1]):
        below = child[edge]
        if skip and gate[below] >= 0 and stamp[gate[below]] == tag:
            continue
        for place in range(first[below], last[below]):
            party = pool[place]
            if stamp[party] != tag:
                stamp[party] = tag
                pool[end] = party
                end += 1
    return end


@kernel
def threshold(
    node: int,
    tag: int,
    need: int,
    start: I64,
    child: I32,
    first: I64,
    last: I64,
    pool: I32,
    end: int,
    stamp: I32,
    count: I32,
) -> int:
    """Append the parties in the sets of at least ``need`` children; return the new end of the pool."""
    for edge in range(start[node], start[node + 1]):
        below = child[edge]
        too_late = start[node + 1] - edge < need
        for place in range(first[below], last[below]):
            party = pool[place]
            if stamp[party] != tag:
                if too_late:
                    continue
                stamp[party] = tag
                count[party] = 0
            count[party] += 1
            if count[party] == need:
                pool[end] = party
                end += 1
    return end


@kernel
def tally(nodes: I32, first: I64, last: I64, pool: I32, count: I64) -> None:
    """Add to the count of each party the number of ``nodes`` in whose set it is."""
    for position in range(len(nodes)):
        for place in range(first[nodes[position]], last[nodes[position]]):
            count[pool[place]] += 1


@kernel
def turn_round(nodes: I32, first: I64, last: I64, pool: I32, cursor: I64, owner: I32) -> None:
    """Write each node behind those already written for its parties; ``cursor`` starts where each party's begin."""
    for position in range(len(nodes)):
        node = nodes[position]
        for place in range(first[node], last[node]):
            party = pool[place]
            owner[cursor[party]] = node
            cursor[party] += 1
