"""Loss: which nodes are lost in each of many scenarios, one bit each, 64 scenarios a word.

The least fixpoint of loss: a leaf is lost if the scenario names it, an AND with any child, an OR with all, "at least k
of n" once fewer than k are left; graces play no part. Scenarios may name any number of leaves: single parties, pairs,
joined scenarios. For every single party of a large graph ``sweep`` is faster; days are in ``days``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from freehold.engine.evaluate import Algebra, Block, evaluate
from freehold.engine.schedule import Schedule, schedule_of
from freehold.errors import UsageError
from freehold.graph.arrays import LEAF, AndOrGraph
from freehold.graph.order import Order

WORD: Final = 64
WORKSPACE_WORDS: Final = 1 << 24
"""Words held at once, 128 MB."""


def losses(
    graph: AndOrGraph,
    order: Order,
    scenarios: Sequence[NDArray[np.integer] | Sequence[int]],
    *,
    rows: NDArray[np.integer] | None = None,
    schedule: Schedule | None = None,
) -> NDArray[np.uint64]:
    """Return bit ``s % 64`` of word ``s // 64`` for "lost in scenario s": (n or rows, words) uint64.

    ``scenarios[s]`` are the leaf nodes lost. ``rows`` are the nodes wanted, all by default; memory beyond the result is
    bounded. ``schedule`` saves laying out the same graph twice. Cost: edges x scenarios / 64, times the rounds inside
    cycles. Raises ``UsageError`` where a scenario names a node that is no leaf.
    """
    layout = schedule if schedule is not None else schedule_of(graph, order, graces=False)
    wanted = layout.slot if rows is None else layout.slot[rows]
    words = -(-len(scenarios) // WORD)
    result = np.empty((len(wanted), words), dtype=np.uint64)
    width = max(1, WORKSPACE_WORDS // max(1, layout.slots))
    for first in range(0, words, width):
        part = slice(first, min(first + width, words))
        values = np.zeros((layout.slots, part.stop - first), dtype=np.uint64)
        for number, scenario in enumerate(scenarios[first * WORD : part.stop * WORD]):
            named = np.asarray(scenario, dtype=np.int64)
            if (graph.kind[named] != LEAF).any():
                raise UsageError(
                    f"scenario {first * WORD + number} names a node that is no leaf", remedy="name leaf nodes only"
                )
            values[layout.slot[named], number // WORD] |= np.uint64(1 << number % WORD)
        evaluate(layout, values, _BITS)
        result[:, part] = np.take(values, wanted, axis=0)
    return result


def lost_in(bits: NDArray[np.uint64], scenario: int) -> NDArray[np.intp]:
    """Return the rows of ``bits`` that are lost in ``scenario``, ascending."""
    return np.flatnonzero(bits[:, scenario // WORD] >> np.uint64(scenario % WORD) & np.uint64(1))


def pairs(leaves: Sequence[int]) -> list[tuple[int, int]]:
    """Return all pairs of ``leaves`` in order, as scenarios for :func:`losses`; there are n (n - 1) / 2."""
    return [(one, other) for number, one in enumerate(leaves) for other in leaves[number + 1 :]]


def _fewer_than(gathered: Block, k: int) -> Block:
    """Return where fewer than ``k`` of the first axis are left: more than n - k are lost.

    ``lost[j]`` has the bits of the scenarios in which more than ``j`` of the children seen so far are lost.
    """
    lost: list[Block] = [np.zeros_like(gathered[0]) for _ in range(len(gathered) - k + 1)]
    for child in gathered:
        for count in range(len(lost) - 1, 0, -1):
            lost[count] |= lost[count - 1] & child
        lost[0] |= child
    return lost[-1]


_BITS: Final = Algebra(
    conjunction=np.bitwise_or,
    disjunction=np.bitwise_and,
    atleast=_fewer_than,
    holds=0,
    fails=(1 << WORD) - 1,
)
