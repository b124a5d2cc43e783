"""Gates to instructions: one program of two-argument operations that a store runs in a single call.

Operands are numbered: 0 and 1 the constants, then the given ones, then one per instruction; the last instruction is
the last gate. Wider gates fold their arguments deepest level first, which keeps intermediate diagrams small; "at least
k of n" is a table of n rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from freehold.engine.diagrams.bdd import OP_AND, OP_OR, OP_XOR, BudgetUsedUpError, Ints
from freehold.engine.diagrams.gates import Gates
from freehold.graph.formats.faulttree import AND, ATLEAST, OR, XOR

MOST_CELLS: Final = 1_000_000
"""Largest table for one "at least k of n" gate, so that a hostile gate cannot fill the memory."""


class Program:
    """Collect instructions; ``depth[i]`` is the highest level (smallest number) below operand ``i``."""

    def __init__(self, depths: Sequence[int]) -> None:
        bottom = max(depths, default=0) + 1
        self.depth = [bottom, bottom, *depths]
        self.code: list[int] = []

    def instruction(self, operation: int, left: int, right: int) -> int:
        """Append one instruction and return the operand it makes."""
        self.code += (operation, left, right)
        self.depth.append(min(self.depth[left], self.depth[right]))
        return len(self.depth) - 1

    def negation(self, operand: int) -> int:
        """Append "not operand"."""
        return self.instruction(OP_XOR, 1, operand)

    def gate(self, gates: Gates, node: int, operand: dict[int, int]) -> int:
        """Append one gate whose arguments are known operands."""
        arguments = [operand[e] if e >= 0 else self.negation(operand[~e]) for e in gates.edges[node]]
        arguments.sort(key=self.depth.__getitem__, reverse=True)
        match gates.kind[node]:
            case kind if kind == AND:
                return self._fold(OP_AND, arguments, 1)
            case kind if kind == OR:
                return self._fold(OP_OR, arguments, 0)
            case kind if kind == XOR:
                return self._fold(OP_XOR, arguments, 0)
            case kind if kind == ATLEAST:
                return self._at_least(gates.k[node], arguments)
            case kind:
                raise AssertionError(f"node {node} of kind {kind} is no gate")

    def array(self) -> Ints:
        """Return the instructions, three numbers each."""
        return np.array(self.code, dtype=np.int32)

    def _fold(self, operation: int, arguments: list[int], neutral: int) -> int:
        result = neutral
        for place, argument in enumerate(arguments):
            result = argument if place == 0 else self.instruction(operation, argument, result)
        return result

    def _at_least(self, k: int, arguments: list[int]) -> int:
        """Fold "at least j of those so far" for j up to k; row j starts false, row 0 is true.

        Rows from which the arguments left cannot reach k are not computed, so the last instruction is the gate.
        """
        if k * (len(arguments) - k + 1) > MOST_CELLS:
            raise BudgetUsedUpError(MOST_CELLS, "table cells for one at-least gate")
        rows = [1] + [0] * k
        for left, argument in zip(range(len(arguments) - 1, -1, -1), arguments, strict=True):
            for j in range(k, max(0, k - left - 1), -1):
                if rows[j - 1] != 0:
                    more = argument if rows[j - 1] == 1 else self.instruction(OP_AND, argument, rows[j - 1])
                    rows[j] = more if rows[j] == 0 else self.instruction(OP_OR, more, rows[j])
        return rows[k]
