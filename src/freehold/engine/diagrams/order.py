"""Variable orders: several guesses per module, cheap to make, tried in turn within a node budget.

The size of a diagram depends on the order by factors of thousands, and no heuristic wins everywhere (Bouissou,
Bruyere & Rauzy 1997). Offered are walks of the gates with arguments in three sequences, and each walk improved by
FORCE (Aloul, Markov & Sakallah 2003), which moves every atom to the centre of gravity of the gates it is in; last, a
walk by the number of different atoms below, which suits trees in which both a gate and its negation are spelt out.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from freehold.engine.diagrams.gates import Gates, node_of
from freehold.engine.diagrams.modules import Module

FORCE_ROUNDS: Final = 30


def orders(gates: Gates, module: Module) -> Iterator[tuple[int, ...]]:
    """Yield different orders of a module's atoms, most promising first."""
    sizes = _sizes(gates, module)
    by_file = _walk(gates, module, lambda e: 0)
    yield by_file
    large_first = _walk(gates, module, lambda e: -sizes[node_of(e)])
    small_first = _walk(gates, module, lambda e: sizes[node_of(e)])
    yield _force(gates, module, large_first)
    yield _force(gates, module, small_first)
    yield large_first
    yield small_first
    yield _force(gates, module, by_file)
    support = _support(gates, module)
    yield _walk(gates, module, lambda e: -support[node_of(e)])


def _sizes(gates: Gates, module: Module) -> dict[int, float]:
    """Return how many atoms a walk below each node meets, repeats counted, capped against overflow."""
    sizes: dict[int, float] = dict.fromkeys(module.atoms, 1.0)
    for node in module.gates:
        sizes[node] = min(1e12, sum(sizes.get(node_of(edge), 1.0) for edge in gates.edges[node]))
    return sizes


def _support(gates: Gates, module: Module) -> dict[int, int]:
    """Return how many different atoms each node stands on; unlike :func:`_sizes`, repeats do not count."""
    below = {atom: 1 << place for place, atom in enumerate(module.atoms)}
    for node in module.gates:
        below[node] = functools.reduce(operator.or_, (below.get(node_of(edge), 0) for edge in gates.edges[node]), 0)
    return {node: mask.bit_count() for node, mask in below.items()}


def _walk(gates: Gates, module: Module, way: Callable[[int], float]) -> tuple[int, ...]:
    """Return the atoms in the order a depth-first walk with arguments sorted by ``way`` first meets them."""
    inner, found = set(module.gates), dict[int, None]()
    seen = {module.root}
    stack = [iter(sorted(gates.edges[module.root], key=way))]
    while stack:
        for edge in stack[-1]:
            node = node_of(edge)
            if node not in inner:
                found[node] = None
            elif node not in seen:
                seen.add(node)
                stack.append(iter(sorted(gates.edges[node], key=way)))
                break
        else:
            stack.pop()
    return tuple(found)


def _force(gates: Gates, module: Module, start: tuple[int, ...]) -> tuple[int, ...]:
    """Return the order of least total gate span that FORCE reaches from ``start``; gates have places too."""
    place = {atom: i for i, atom in enumerate(start)}
    number = {node: i for i, node in enumerate((*start, *module.gates))}
    pairs = [(number[g], number[node_of(e)]) for g in module.gates for e in gates.edges[g]]
    pairs += [(number[g], number[g]) for g in module.gates]
    gate, pin = (np.array(side, dtype=np.int64) for side in zip(*pairs, strict=True))
    count, atoms = len(number), len(start)
    position = np.zeros(count)
    position[:atoms] = np.arange(atoms)
    for node in module.gates:
        inside = [position[number[node_of(e)]] for e in gates.edges[node]]
        position[number[node]] = sum(inside) / max(1, len(inside))
    best, least = np.array([place[a] for a in start]), np.inf
    in_gate = np.maximum(np.bincount(gate, minlength=count), 1)
    on_pin = np.maximum(np.bincount(pin, minlength=count), 1)
    for _ in range(FORCE_ROUNDS):
        centre = np.bincount(gate, weights=position[pin], minlength=count) / in_gate
        position = np.bincount(pin, weights=centre[gate], minlength=count) / on_pin
        position[np.argsort(position, kind="stable")] = np.arange(count)
        span = _span(gate, pin, position, count)
        if span < least:
            best, least = np.argsort(position[:atoms], kind="stable"), span
    return tuple(start[i] for i in best)


def _span(gate: np.ndarray, pin: np.ndarray, position: np.ndarray, count: int) -> float:
    """Return the sum over gates of the distance between their outermost pins."""
    low, high = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(low, gate, position[pin])
    np.maximum.at(high, gate, position[pin])
    used = high >= low
    return float((high[used] - low[used]).sum())
