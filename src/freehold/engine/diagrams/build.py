"""From a formula to diagrams: simplify, split into modules, try orders within growing node budgets.

Functions and families of minimal cut sets are built here; what is read off them is left to ``cutsets`` and
``probability``. Mixed cycles are solved by iterating a strongly connected component from "nothing is lost" until no
diagram changes (least fixpoint, Knaster-Tarski; diagrams are canonical, so equality is a comparison of numbers).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from freehold.engine.diagrams.bdd import BudgetUsedUpError, Ints, Store, minimal_family
from freehold.engine.diagrams.budgets import DEFAULT_BUDGET
from freehold.engine.diagrams.diagram import Diagram, Part, join
from freehold.engine.diagrams.gates import Gates, coherent_below, components_first, gates_of
from freehold.engine.diagrams.modules import Module, Split, split
from freehold.engine.diagrams.order import orders
from freehold.engine.diagrams.program import Program
from freehold.engine.diagrams.simplify import FALSE, TRUE, simplify
from freehold.graph.formats.faulttree import AND, LEAF, OR, Formula

FIRST_TRIAL: Final = 1 << 16
TRIAL_GROWTH: Final = 8
LARGE_TRIAL: Final = 1 << 22
MOST_IN_LARGE_TRIAL: Final = 3


@dataclass(frozen=True, slots=True)
class Prepared:
    """A formula ready to be built: its modules, or the constant it simplifies to."""

    split: Split | None
    value: bool
    leaves: frozenset[int]


def prepare(formula: Formula, top: int) -> Prepared:
    """Return the simplified modules of what lies below node ``top``.

    Raises ``InputError`` for a cycle through a negation.
    """
    gates, edge = simplify(gates_of(formula), top)
    leaves = frozenset(np.flatnonzero(formula.kind == LEAF).tolist())
    if edge in (TRUE, FALSE):
        return Prepared(None, edge == TRUE, leaves)
    found = split(gates, edge)
    return Prepared(None, found, leaves) if isinstance(found, bool) else Prepared(found, False, leaves)


def function_diagram(formula: Formula, top: int, budget: int = DEFAULT_BUDGET) -> Diagram:
    """Return the binary decision diagram of node ``top``; raises ``BudgetUsedUpError`` beyond ``budget`` nodes a module."""
    return _functions(prepare(formula, top), budget).function()


def family_diagram(formula: Formula, top: int, budget: int = DEFAULT_BUDGET) -> Diagram:
    """Return the zero-suppressed diagram of the minimal cut sets of node ``top``.

    A cut set is a set of leaves whose loss, all other leaves held, makes ``top`` true; minimal if no subset of it
    does. For non-coherent formulas that is the same definition: inclusion-minimal true states.
    """
    return _functions(prepare(formula, top), budget).family()


def both_diagrams(formula: Formula, top: int, budget: int = DEFAULT_BUDGET) -> Built:
    """Return what :func:`function_diagram` and :func:`family_diagram` share, built once."""
    return _functions(prepare(formula, top), budget)


@dataclass(frozen=True, slots=True)
class Built:
    """The function of every module; ``monotone[i]``: it is coherent, which makes its cut sets cheaper."""

    parts: tuple[Part, ...]
    monotone: tuple[bool, ...]
    prepared: Prepared
    budget: int

    def function(self) -> Diagram:
        """Return the binary decision diagram."""
        return join(self.parts, self.prepared.leaves)

    def family(self) -> Diagram:
        """Return the zero-suppressed diagram of the minimal cut sets; raises ``BudgetUsedUpError``."""
        parts = [self._family(part, monotone) for part, monotone in zip(self.parts, self.monotone, strict=True)]
        return join(parts, self.prepared.leaves)

    def _family(self, part: Part, monotone: bool) -> Part:
        if part.chain:
            return part
        rows, root = minimal_family(part.rows, part.root, len(part.atoms), self.budget, monotone=monotone)
        return Part(part.head, part.atoms, rows, root)


def _functions(prepared: Prepared, budget: int) -> Built:
    whole = prepared.split
    if whole is None:
        nothing = Part(-1, (), np.zeros((0, 3), dtype=np.int32), int(prepared.value))
        return Built((nothing,), (True,), prepared, budget)
    if not whole.modules:
        leaf, negated = (whole.top, False) if whole.top >= 0 else (~whole.top, True)
        row = np.array([(0, 1, 0) if negated else (0, 0, 1)], dtype=np.int32)
        return Built((Part(-1, (leaf,), row, 2),), (not negated,), prepared, budget)
    parts, monotone = [], []
    for module in whole.modules:
        negated = module is whole.modules[-1] and whole.top < 0
        parts.append(_part(whole, module, budget, negated=negated))
        monotone.append(not negated and coherent_below(whole.gates, list(module.gates)))
    return Built(tuple(parts), tuple(monotone), prepared, budget)


def _part(whole: Split, module: Module, budget: int, *, negated: bool) -> Part:
    gates = whole.gates
    if len(module.gates) == 1 and not negated and not whole.cyclic and gates.kind[module.root] in (AND, OR):
        edges = gates.edges[module.root]
        if all(edge >= 0 for edge in edges):
            return _chain(module.root, tuple(edges), conjunction=gates.kind[module.root] == AND)
    atoms, rows, root = _best(whole, module, budget, negated=negated)
    return Part(module.root, atoms, rows, root)


def _chain(head: int, atoms: tuple[int, ...], *, conjunction: bool) -> Part:
    """Return the diagram of one and/or gate over atoms; function and family look the same."""
    count = len(atoms)
    rows = np.zeros((count, 3), dtype=np.int32)
    rows[:, 0] = np.arange(count - 1, -1, -1)
    beneath = np.arange(1, count + 1)
    rows[:, 1], rows[:, 2] = (0, beneath) if conjunction else (beneath, 1)
    rows[0, 1:] = (0, 1)
    return Part(head, atoms, rows, count + 1, chain=True)


def _best(whole: Split, module: Module, budget: int, *, negated: bool) -> tuple[tuple[int, ...], Ints, int]:
    """Return (atoms by level, rows, root) in the first order that fits the smallest trial budget.

    From ``LARGE_TRIAL`` on only the orders that got furthest in the trial before are tried again.
    """
    candidates: Iterable[tuple[int, ...]] = orders(whole.gates, module)
    trial = min(FIRST_TRIAL, budget)
    while True:
        reached: dict[tuple[int, ...], int] = {}
        for order in candidates:
            if order in reached:
                continue
            try:
                rows, root = _function(whole, module, order, trial, negated=negated)
            except BudgetUsedUpError as used_up:
                reached[order] = used_up.done
                continue
            return order, rows, root
        if trial >= budget:
            raise BudgetUsedUpError(budget)
        candidates = reached
        trial = min(trial * TRIAL_GROWTH, budget)
        if trial >= LARGE_TRIAL:
            candidates = sorted(reached, key=reached.__getitem__, reverse=True)[:MOST_IN_LARGE_TRIAL]


def _function(whole: Split, module: Module, order: tuple[int, ...], budget: int, *, negated: bool) -> tuple[Ints, int]:
    store = Store(len(order), budget)
    place = {atom: level for level, atom in enumerate(order)}
    value = dict(zip(order, store.variables(len(order)).tolist(), strict=True))
    groups = _components(whole.gates, module) if whole.cyclic else [list(module.gates)]
    for group in groups:
        _solve(store, whole.gates, group, value, place)
    root = value[module.root]
    return store.diagram(store.apply(2, 1, root) if negated else root)


def _components(gates: Gates, module: Module) -> list[list[int]]:
    inner = set(module.gates)
    return [part for part in components_first(gates, module.root) if part[0] in inner]


def _solve(store: Store, gates: Gates, group: list[int], value: dict[int, int], place: dict[int, int]) -> None:
    """Set ``value`` for the gates of ``group``; those that refer to one another in a cycle start at false."""
    computed: set[int] = set()
    given: dict[int, None] = {}
    for node in group:
        for edge in gates.edges[node]:
            child = edge if edge >= 0 else ~edge
            if child not in computed:
                given[child] = None
        computed.add(node)
    looping = [node for node in given if node in computed]
    for node in looping:
        value[node] = 0
    program = Program([place.get(node, 0) for node in given])
    operand = {node: 2 + i for i, node in enumerate(given)}
    outcome = {}
    for node in group:
        operand[node] = outcome[node] = program.gate(gates, node, operand)
    code = program.array()
    while True:
        results = store.run_program(code, np.array([0, 1, *(value[node] for node in given)], dtype=np.int32))
        before = [value[node] for node in looping]
        value.update({node: int(results[operand]) for node, operand in outcome.items()})
        if before == [value[node] for node in looping]:
            return
