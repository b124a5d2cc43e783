"""Run a schedule over a block of values, one column per scenario (days) or per 64 scenarios (bits).

There is no compiled twin: measured, these array operations already run at the speed of memory, with or without numba.
What AND, OR and at-least do to a value is the :class:`Algebra` of the caller; the walk is the same. Cyclic groups
start from "never lost" and are repeated until nothing changes. That ends at the greatest fixpoint of availability
after at most as many rounds as the group has slots, because a gate's loss never comes before the losses that cause
it (the superior functions of Knuth 1977).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from freehold.engine.schedule import DELAY, Batch, Group, Schedule
from freehold.graph.arrays import AND, OR

Block: TypeAlias = NDArray[Any]
BLOCK_CELLS: Final = 1 << 18
"""Cells gathered at once, two megabytes: larger blocks fall out of the cache, smaller ones drown in calls."""


@dataclass(frozen=True, slots=True, eq=False)
class Algebra:
    """What the gates do to values.

    ``conjunction`` and ``disjunction`` reduce the first axis of ``(children, slots, columns)``; ``atleast`` does so
    for "at least k hold". ``holds`` and ``fails`` are the constants.
    """

    conjunction: np.ufunc
    disjunction: np.ufunc
    atleast: Callable[[Block, int], Block]
    holds: float | int
    fails: float | int


def evaluate(schedule: Schedule, values: Block, algebra: Algebra, column: int = 1) -> None:
    """Fill ``values`` (slots, columns) in place; the slots of the leaves are given, all others are overwritten.

    ``column`` chooses the grace (0 low, 1 likely, 2 high). Cost: edges x columns, times the rounds inside cycles.
    """
    values[schedule.holds] = algebra.holds
    values[schedule.fails] = algebra.fails
    buffer = np.empty(BLOCK_CELLS, dtype=values.dtype)
    for group in schedule.groups:
        if group.cyclic:
            _settle(group, values, algebra, column, buffer)
        else:
            for batch in group.batches:
                _evaluate_batch(batch, values, algebra, column, buffer)


def _settle(group: Group, values: Block, algebra: Algebra, column: int, buffer: Block) -> None:
    """Repeat a cyclic group from "never lost" until nothing changes."""
    last_batch = group.batches[-1]
    inside = slice(group.batches[0].first, last_batch.first + last_batch.child.shape[1])
    values[inside] = algebra.holds
    settled = False
    while not settled:
        before = values[inside].copy()
        for batch in group.batches:
            _evaluate_batch(batch, values, algebra, column, buffer)
        settled = np.array_equal(before, values[inside])


def _evaluate_batch(batch: Batch, values: Block, algebra: Algebra, column: int, buffer: Block) -> None:
    """Evaluate one batch, in pieces that fit the buffer; what is read is copied before anything is written."""
    degree, rows = batch.child.shape
    columns = values.shape[1]
    step = max(1, len(buffer) // (degree * columns))
    if degree * columns > len(buffer):
        buffer = np.empty(degree * columns, dtype=values.dtype)
    for offset in range(0, rows, step):
        child = batch.child[:, offset : offset + step]
        gathered = buffer[: child.size * columns].reshape(*child.shape, columns)
        np.take(values, child, axis=0, out=gathered, mode="clip")
        target = values[batch.first + offset : batch.first + offset + child.shape[1]]
        if batch.kind == AND:
            algebra.conjunction.reduce(gathered, axis=0, out=target)
        elif batch.kind == OR:
            algebra.disjunction.reduce(gathered, axis=0, out=target)
        elif batch.kind == DELAY:
            np.add(gathered[0], batch.grace[offset : offset + step, column, np.newaxis], out=target)
        else:
            target[:] = algebra.atleast(gathered, batch.k)
