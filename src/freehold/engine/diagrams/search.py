"""Answers where no diagram fits: all cut sets up to an order, and certified bounds on the top's probability.

Both walk partial states of a monotone formula and branch on a *path*, a set of free atoms which, all held, keep the
top false whatever else is lost.

*Cut sets up to order k.* A minimal cut set contains an atom of every path. Branch ``i`` takes the ``i``-th atom of the
path as lost and the earlier ones as held, so each minimal cut set is reached in exactly one branch, where all its
atoms are lost and nothing else is; what is reached and not minimal is dropped. A branch ends when a lower bound on
the losses still needed exceeds k. (A hitting-set tree in the sense of Reiter 1987, with disjoint branches.)

*Bounds.* The same branches, with "all of the path held" as one more, split the states of a cell into disjoint parts
(sums of disjoint products: Dotson & Gobien 1979). The part "all held" is false for certain; a cell whose lost atoms
suffice is true for certain. So at any moment: mass of true cells <= P(top) <= 1 - mass of false cells, and the
difference is the mass of the open cells. No independence is used other than that of the leaves, no cut-off is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from freehold.engine.compiled import run
from freehold.engine.diagrams.bdd import BudgetUsedUpError
from freehold.engine.diagrams.budgets import DEFAULT_CELLS, DEFAULT_STATES
from freehold.engine.diagrams.build import prepare
from freehold.engine.diagrams.gates import Gates, coherent_below
from freehold.engine.diagrams.modules import Module, Split
from freehold.engine.diagrams.program import Program
from freehold.engine.diagrams.search_kernels import search_cut_sets, settle
from freehold.errors import InputError
from freehold.graph.formats.faulttree import Formula

T = TypeVar("T", bound=np.generic)

_ROOM: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Bounds:
    """Certified: ``low <= P <= high``; ``cells`` partial states were looked at."""

    low: float
    high: float
    cells: int


@dataclass(frozen=True, slots=True, eq=False)
class _Walkable:
    """A module as a program over its atoms, with support bits for "these two arguments share no atom"."""

    atoms: tuple[int, ...]
    code: NDArray[np.int32]
    apart: NDArray[np.uint8]


def cut_sets_up_to(
    formula: Formula, top: int, max_order: int, *, states: int = DEFAULT_STATES
) -> tuple[tuple[int, ...], ...]:
    """Return all minimal cut sets of at most ``max_order`` leaves, smallest first, without a diagram of the whole.

    Raises ``BudgetUsedUpError`` when more than ``states`` partial states had to be visited in one module, ``InputError``
    for non-coherent or cyclic formulas.
    """
    prepared = prepare(formula, top)
    if prepared.split is None:
        return ((),) if prepared.value else ()
    if not prepared.split.modules:
        return ((prepared.split.top,),) if max_order >= 1 else ()
    known: dict[int, list[tuple[int, ...]]] = {}
    for module in prepared.split.modules:
        part = _walkable(prepared.split, module)
        least = [min((len(s) for s in known[a]), default=max_order + 1) if a in known else 1 for a in part.atoms]
        sets = _search(part, np.array(least, dtype=np.int64), max_order, states)
        known[module.root] = _spelled_out(sets, known, max_order)
    return tuple(sorted(known[prepared.split.modules[-1].root], key=lambda each: (len(each), each)))


def probability_bounds(
    formula: Formula,
    top: int,
    p: NDArray[np.float64],
    *,
    cells: int = DEFAULT_CELLS,
    relative_gap: float = 1e-2,
) -> Bounds:
    """Return certified bounds on the probability of ``top``; ``p[v]`` is that of leaf ``v``.

    Stops when the gap is below ``relative_gap`` of the lower bound or the next round would not fit in ``cells``.
    Raises ``InputError`` for non-coherent or cyclic formulas.
    """
    prepared = prepare(formula, top)
    if prepared.split is None:
        return Bounds(float(prepared.value), float(prepared.value), 0)
    if not prepared.split.modules:
        value = float(p[prepared.split.top])
        return Bounds(value, value, 1)
    ends: dict[int, Bounds] = {}
    for module in prepared.split.modules:
        part = _walkable(prepared.split, module)
        sides = [ends[a] if a in ends else Bounds(float(p[a]), float(p[a]), 0) for a in part.atoms]
        low = _settled(part, np.array([side.low for side in sides]), cells, relative_gap)
        same = all(side.low == side.high for side in sides)
        high = low if same else _settled(part, np.array([side.high for side in sides]), cells, relative_gap)
        ends[module.root] = Bounds(low.low, high.high, low.cells + high.cells)
    return ends[prepared.split.modules[-1].root]


def _walkable(whole: Split, module: Module) -> _Walkable:
    gates: Gates = whole.gates
    if whole.cyclic or whole.top < 0 or not coherent_below(gates, list(module.gates)):
        raise InputError("a search needs an acyclic coherent formula", remedy="ask for the exact diagram instead")
    program = Program([0] * len(module.atoms))
    operand = {atom: 2 + place for place, atom in enumerate(module.atoms)}
    for node in module.gates:
        operand[node] = program.gate(gates, node, operand)
    code = program.array()
    support = [0, 0, *(1 << place for place in range(len(module.atoms)))]
    for left, right in code.reshape(-1, 3)[:, 1:].tolist():
        support.append(support[left] | support[right])
    pairs = code.reshape(-1, 3)[:, 1:].tolist()
    apart = np.array([support[left] & support[right] == 0 for left, right in pairs], dtype=np.uint8)
    return _Walkable(module.atoms, code, apart)


def _search(part: _Walkable, order: NDArray[np.int64], most: int, states: int) -> list[tuple[int, ...]]:
    count, operands = len(part.atoms), len(part.atoms) + 2 + len(part.code) // 3
    status, weight = np.zeros(count, dtype=np.uint8), np.ones(count)
    cost, bound = np.zeros(operands), np.zeros(operands, dtype=np.int64)
    true, seen = np.zeros(operands, dtype=np.uint8), np.zeros(operands, dtype=np.int64)
    todo, paths = np.zeros(operands + 2, dtype=np.int64), np.zeros((most + 2) * count + 1, dtype=np.int64)
    frames, chosen = np.zeros(3 * (most + 3), dtype=np.int64), np.zeros(most + 2, dtype=np.int64)
    walk = np.array([0, 0, 0, states, 0, 1], dtype=np.int64)
    out = np.zeros(_ROOM, dtype=np.int64)
    sets: list[tuple[int, ...]] = []
    while walk[0] > 0 or walk[5] == 1:
        if walk[2] >= states:
            raise BudgetUsedUpError(states, "partial states")
        walk[3], walk[4] = min(states, max(1000, 4 * int(walk[2]))), 0
        buffers = (status, cost, bound, true, seen, todo, paths, frames, chosen, walk, out)
        run(search_cut_sets, int(walk[3]) * operands, part.code, part.apart, order, weight, most, *buffers)
        sets.extend(_unpacked(out[: walk[4]].tolist(), part.atoms))
    return sets


def _unpacked(numbers: list[int], atoms: tuple[int, ...]) -> list[tuple[int, ...]]:
    sets, at = [], 0
    while at < len(numbers):
        size = numbers[at]
        sets.append(tuple(atoms[i] for i in numbers[at + 1 : at + 1 + size]))
        at += size + 1
    return sets


def _spelled_out(
    sets: list[tuple[int, ...]], known: dict[int, list[tuple[int, ...]]], most: int
) -> list[tuple[int, ...]]:
    """Replace modules in cut sets by the modules' own cut sets, dropping what becomes too large."""
    result = []
    for each in sets:
        choices = [known.get(atom, [(atom,)]) for atom in each]
        for choice in product(*choices):
            leaves = tuple(sorted(leaf for part in choice for leaf in part))
            if len(leaves) <= most:
                result.append(leaves)
    return result


def _settled(part: _Walkable, chance: NDArray[np.float64], cells: int, relative_gap: float) -> Bounds:
    count, operands = len(part.atoms), len(part.atoms) + 2 + len(part.code) // 3
    weight = -np.log1p(-np.minimum(chance, 1.0 - 1e-12)) + 1e-12
    room = min(cells, 1 << 12)
    mass, parent = np.zeros(room), np.full(room, -1, dtype=np.int64)
    place, path = np.zeros(room, dtype=np.int64), np.full(2 * room, -1, dtype=np.int64)
    paths, sums = np.zeros(room + count, dtype=np.int64), np.zeros(2)
    used = np.array([1, 0, 0, 0], dtype=np.int64)
    scratch = (np.zeros(count, dtype=np.uint8), np.zeros(operands), np.zeros(operands, dtype=np.int64))
    todo = np.zeros(operands + 2, dtype=np.int64)
    mass[0] = 1.0
    least = 0.1
    while True:
        state = (paths, mass, parent, place, path, sums, used)
        if not run(settle, int(used[0]) * operands, part.code, chance, weight, least, *scratch, todo, *state):
            if room >= cells:
                break
            room = min(cells, 4 * room)
            mass, parent, place = _grown(mass, room), _grown(parent, room), _grown(place, room)
            path, paths = _grown(path, 2 * room), _grown(paths, room + count)
            continue
        open_mass = 1.0 - sums[0] - sums[1]
        if open_mass <= relative_gap * sums[0] or used[2] >= used[0] or least < 1e-300:
            break
        least *= 0.25
    return Bounds(float(sums[0]), float(_upper(mass, path, used, sums)), int(used[0]))


def _grown(old: NDArray[T], size: int) -> NDArray[T]:
    return np.concatenate([old, np.zeros(size - len(old), dtype=old.dtype)])


def _upper(
    mass: NDArray[np.float64], path: NDArray[np.int64], used: NDArray[np.int64], sums: NDArray[np.float64]
) -> float:
    """Return the true mass plus that of the open cells, summed directly: 1 - false would cancel digits."""
    count = int(used[0])
    return float(sums[0] + mass[:count][path[0 : 2 * count : 2] < 0].sum())
