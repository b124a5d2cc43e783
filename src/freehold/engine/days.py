"""Time to survive: the day on which each node is lost, for many scenarios at once.

A leaf is lost at its onset or never; an AND on the first day a child is lost, an OR on the last, "at least k of n" on
the day fewer than k are left; an edge holds for its grace after its child is lost. Recovery and verdicts are left to
others. Simchi-Levi et al., Interfaces 45(5) 2015, with alternatives and cycles.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from freehold.engine.evaluate import Algebra, Block, evaluate
from freehold.engine.schedule import Schedule, schedule_of
from freehold.errors import UsageError
from freehold.graph.arrays import LEAF, AndOrGraph
from freehold.graph.order import Order

NEVER: Final = float("inf")
ABSENT: Final = float("-inf")
WORKSPACE_CELLS: Final = 1 << 24
"""Values held at once, 128 MB: so many scenarios are walked together."""
ROWS_COPIED: Final = 2048


def time_to_survive(
    graph: AndOrGraph,
    order: Order,
    onset: NDArray[np.float64],
    column: int = 1,
    rows: NDArray[np.integer] | None = None,
    *,
    schedule: Schedule | None = None,
) -> NDArray[np.float64]:
    """Return the day on which each node is lost in each scenario, ``inf`` for never: (n or rows, S) float64.

    ``onset`` holds days, ``inf`` for a leaf that is not lost: (leaves, S) in ascending order of the leaf nodes, or
    (n, S), of which only the leaves are read. ``column`` is the grace used: 0 low, 1 likely, 2 high. ``rows`` are
    the nodes wanted, all by default; memory beyond the result is bounded whatever S is. A node that holds in no
    scenario (an OR without children) is ``-inf``. ``schedule`` saves laying out the same graph twice.
    Cost: edges x S. Raises ``UsageError`` where the shape of ``onset`` fits neither, or for days that
    are not numbers.
    """
    leaves = np.flatnonzero(graph.kind == LEAF)
    given = _onset_of_leaves(graph, leaves, onset)
    layout = schedule if schedule is not None else schedule_of(graph, order)
    wanted = layout.slot if rows is None else layout.slot[rows]
    scenarios = given.shape[1]
    width = max(1, min(scenarios, WORKSPACE_CELLS // max(1, layout.slots)))
    result = np.empty((len(wanted), scenarios))
    values = np.empty((layout.slots, width))
    for first in range(0, scenarios, width):
        part = slice(first, min(first + width, scenarios))
        if part.stop - first < width:
            values = np.empty((layout.slots, part.stop - first))
        values[layout.leaf] = given[:, part]
        evaluate(layout, values, _DAYS, column)
        for row in range(0, len(wanted), ROWS_COPIED):
            some = slice(row, row + ROWS_COPIED)
            result[some, part] = np.take(values, wanted[some], axis=0)
    return result


def _onset_of_leaves(graph: AndOrGraph, leaves: NDArray[np.intp], onset: NDArray[np.float64]) -> NDArray[np.float64]:
    if onset.ndim != 2 or len(onset) not in (len(leaves), graph.nodes):
        raise UsageError(
            f"onset has shape {onset.shape}, but the graph has {len(leaves)} leaves and {graph.nodes} nodes",
            remedy="give one row per leaf or one row per node, and one column per scenario",
        )
    given = onset if len(onset) == len(leaves) else onset[leaves]
    if np.isnan(given).any():
        raise UsageError("an onset is not a number", remedy="give a day, or infinity for a leaf that is not lost")
    return given


def _kth_longest(gathered: Block, k: int) -> Block:
    """Return the k-th largest along the first axis: the day on which fewer than k are left."""
    position = len(gathered) - k
    return np.asarray(np.partition(gathered, position, axis=0)[position])


_DAYS: Final = Algebra(
    conjunction=np.minimum,
    disjunction=np.maximum,
    atleast=_kth_longest,
    holds=NEVER,
    fails=ABSENT,
)
