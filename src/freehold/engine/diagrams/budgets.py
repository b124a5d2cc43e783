"""How far an exact answer may go by default, chosen so that giving up takes tens of seconds, not minutes.

Plain Python is some fifty times slower than compiled kernels, so its budgets are smaller; every result that a budget
cut short says so, and every public function takes another budget.
"""

from __future__ import annotations

from typing import Final

from freehold.engine.compiled import compiled_available

_FAST: Final = compiled_available()

DEFAULT_BUDGET: Final = 1 << 24 if _FAST else 1 << 19
"""Diagram nodes in one module, intermediate results included (about 60 bytes each)."""

DEFAULT_STATES: Final = 5_000_000 if _FAST else 100_000
"""Partial states that a search for cut sets may visit in one module."""

DEFAULT_CELLS: Final = 4_000_000 if _FAST else 100_000
"""Cells that certified bounds may split the states of one module into (about 60 bytes each)."""
