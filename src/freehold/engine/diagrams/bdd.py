"""The store of a decision diagram: growing buffers around the kernels, and what it takes to fill them.

A budget bounds the nodes; ``BudgetUsedUpError`` says so. Which twin of a kernel runs is decided at every call by the size
the store has reached, so that small graphs never wait for numba and large ones change over while they grow.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from freehold.engine.compiled import Buffer, run
from freehold.engine.diagrams.kernels import (
    apply,
    copy_reachable,
    mark_reachable,
    minimal_solutions,
    minimal_states,
    recache,
    rehash,
    run_program,
)
from freehold.errors import FreeholdError

Ints: TypeAlias = NDArray[np.int32]

OP_AND: Final = 0
OP_OR: Final = 1
OP_XOR: Final = 2
TERMINAL: Final = 2_000_000_000
FRAME: Final = 6
STEPS_A_NODE: Final = 40
MOST_REMEMBERED: Final = 1 << 22
"""Slots of the cache at most, 16 bytes each: a larger one costs more in memory than it saves in work."""


class BudgetUsedUpError(FreeholdError):
    """An exact answer needs more than its budget allows."""

    exit_code = 4
    done = 0
    """How many instructions were complete, so that attempts can be compared."""

    def __init__(self, budget: int, what: str = "diagram nodes") -> None:
        super().__init__(
            f"the budget of {budget} {what} in one module is used up",
            remedy="allow a larger budget, or ask for cut sets up to an order and for bounds",
        )

    def refuse(self, where: str) -> None:
        """Say that nothing but the exact answer would do: no search takes negation, exclusive or or cycles."""
        self.where = where
        self.reason += "; the tree is cyclic or not coherent, so that no search or bounds can stand in"
        self.remedy = "allow a larger budget, install the extra 'fast', or ask about a gate further down"
        self.args = (self.reason,)


class Store:
    """The growing buffers of one diagram.

    ``levels`` bounds the depth, ``budget`` the nodes.
    """

    def __init__(self, levels: int, budget: int) -> None:
        self.budget = budget
        capacity = min(max(1 << 10, 4 * levels), budget + 2)
        self.nodes = np.zeros(4 * capacity, dtype=np.int32)
        self.nodes[:8] = [TERMINAL, 0, 0, 0, TERMINAL, 1, 1, 0]
        self.state = np.array([2, capacity], dtype=np.int32)
        self.stack = np.zeros(FRAME * (2 * levels + 8), dtype=np.int32)
        self.table, self.cache = _tables(capacity)

    @property
    def used(self) -> int:
        """Return the number of nodes made so far, constants included."""
        return int(self.state[0])

    @property
    def steps(self) -> int:
        """Return roughly how many array accesses it takes to fill the store; decides which twin of a kernel runs."""
        return STEPS_A_NODE * self.used

    @property
    def buffers(self) -> tuple[Buffer, ...]:
        """Return nodes, table, cache, stack and state, as the kernels take them."""
        return self.nodes, self.table, self.cache, self.stack, self.state

    def grow(self) -> None:
        """Double the room, or raise ``BudgetUsedUpError`` where the budget does not allow more."""
        capacity = int(self.state[1])
        if capacity >= self.budget + 2:
            raise BudgetUsedUpError(self.budget)
        larger = min(2 * capacity, self.budget + 2)
        nodes = np.zeros(4 * larger, dtype=np.int32)
        nodes[: len(self.nodes)] = self.nodes
        self.nodes, entries = nodes, self.cache
        self.state[1] = larger
        self.table, self.cache = _tables(larger)
        run(rehash, self.steps, self.nodes, self.table, self.state)
        run(recache, self.steps, entries, self.cache)

    def variables(self, count: int) -> Ints:
        """Return the diagrams of the variables of levels 0 up to ``count``, in a store that is still empty."""
        while int(self.state[1]) < count + 2:
            self.grow()
        rows = self.nodes[8 : 8 + 4 * count].reshape(-1, 4)
        rows[:, 0], rows[:, 2] = np.arange(count), 1
        self.state[0] = count + 2
        run(rehash, self.steps, self.nodes, self.table, self.state)
        return np.arange(2, count + 2, dtype=np.int32)

    def apply(self, operation: int, f: int, g: int) -> int:
        """Return f AND/OR/XOR g; raises ``BudgetUsedUpError``."""
        while True:
            node = run(apply, self.steps, operation, f, g, *self.buffers)
            if node >= 0:
                return node
            self.grow()

    def run_program(self, program: Ints, operands: Ints) -> Ints:
        """Return the diagrams of all operands, given ones first, then one per instruction."""
        results = np.concatenate([operands, np.zeros(len(program) // 3, dtype=np.int32)]).astype(np.int32)
        done = 0
        while True:
            done = run(run_program, self.steps, program, results, done, *self.buffers)
            if done == len(program) // 3:
                return results
            try:
                self.grow()
            except BudgetUsedUpError as used_up:
                used_up.done = done
                raise

    def diagram(self, root: int) -> tuple[Ints, int]:
        """Return the nodes below ``root`` as (nodes, 3) rows of level, low, high numbered from 2, and the new root."""
        numbers = np.zeros(max(root + 1, 2), dtype=np.int32)
        count = run(mark_reachable, 3 * root, root, self.nodes, numbers)
        out = np.zeros(3 * (count - 2), dtype=np.int32)
        run(copy_reachable, 3 * root, root, self.nodes, numbers, out)
        return out.reshape(-1, 3), int(numbers[root])


def _tables(capacity: int) -> tuple[Ints, Ints]:
    slots = 1 << max(11, (2 * capacity - 1).bit_length())
    return np.zeros(slots, dtype=np.int32), np.zeros(4 * min(slots, MOST_REMEMBERED), dtype=np.int32)


def minimal_family(function: Ints, root: int, levels: int, budget: int, *, monotone: bool) -> tuple[Ints, int]:
    """Return the family of minimal true states of a diagram as (rows of level, low, high; root).

    ``function`` is (nodes, 3) as :meth:`Store.diagram` returns it. Raises ``BudgetUsedUpError`` beyond ``budget`` nodes.
    """
    store = Store(levels, budget)
    flat = np.ascontiguousarray(function).reshape(-1)
    solutions = np.zeros(len(function) + 2, dtype=np.int32)
    solutions[1] = 1
    done = 2
    fill = minimal_solutions if monotone else minimal_states
    while True:
        done = run(fill, store.steps + len(flat), flat, solutions, done, *store.buffers)
        if done == len(solutions):
            return store.diagram(int(solutions[root]))
        store.grow()
