"""Time to recover: the selection of actions with the smallest makespan that brings the goals back together.

Branch and bound over the choices that the residual graph leaves open; choices that are forced cost nothing. Exact within a
budget of steps; beyond it the result holds certified bounds and says so. What an action is, and what it costs, is decided
elsewhere. References: Knuth 1977 (lower bound along the cheapest derivation), Graham 1966 (upper bound).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from freehold.engine.availability import Option, Residual, residual
from freehold.engine.makespan import INFINITE, makespan, relaxed
from freehold.graph.arrays import AndOrGraph

DEFAULT_BUDGET = 5_000
MOST_WORK = 2_000_000
"""Steps times nodes of the residual; on large residuals the budget of steps shrinks with it."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """Time to recover in days: bounds ``low <= TTR <= high``, equal when ``exact``; infinite when there is no way back.

    ``chosen`` are the options of the best schedule found, by day of finishing; ``finish`` their days from the start.
    """

    low: float
    high: float
    chosen: tuple[int, ...] = ()
    finish: tuple[float, ...] = ()

    @property
    def exact(self) -> bool:
        """Return whether both bounds agree (to a millionth of a day)."""
        return self.low == self.high or self.high - self.low <= 1e-6


NO_WAY_BACK = Recovery(INFINITE, INFINITE)


def recover(
    graph: AndOrGraph,
    holds: NDArray[np.bool_],
    edge_holds: NDArray[np.bool_],
    options: Sequence[Option],
    goals: Sequence[int],
    capacity: float,
    budget: int = DEFAULT_BUDGET,
) -> Recovery:
    """Return the time to recover all ``goals`` together, ``NO_WAY_BACK`` if one of them never can.

    ``holds`` (n,) and ``edge_holds`` (m,) say what lasts to the horizon by itself; ``capacity`` is in person-days a day.
    Options with an infinite lead or effort are never used. Cost: exponential in the open choices at worst, bounded by
    ``budget`` steps, each linear in the residual.
    """
    able, found = recover_possible(graph, holds, edge_holds, options, goals, capacity, budget)
    return found if all(able) else NO_WAY_BACK


def recover_possible(
    graph: AndOrGraph,
    holds: NDArray[np.bool_],
    edge_holds: NDArray[np.bool_],
    options: Sequence[Option],
    goals: Sequence[int],
    capacity: float,
    budget: int = DEFAULT_BUDGET,
) -> tuple[list[bool], Recovery]:
    """Return which goals hold or can ever come back, and the time to recover those together; else as ``recover``."""
    rest = residual(graph, holds, edge_holds, options, goals)
    usable = [i for found in rest.restorers.values() for i in found if _usable(options[i], capacity)]
    startable, nodes = rest.closure(usable)
    able = [bool(holds[v]) or v in nodes for v in goals]
    lost = [v for v, can in zip(goals, able, strict=True) if can and not holds[v]]
    if not lost:
        return able, Recovery(0.0, 0.0) if all(able) else NO_WAY_BACK
    steps = min(budget, MOST_WORK // (1 + len(rest.children)))
    search = _Search(rest, lost, frozenset(startable), frozenset(nodes), capacity, steps)
    search.run()
    return able, search.result()


def _usable(option: Option, capacity: float) -> bool:
    alone = option.lead_days + (option.effort_person_days / capacity if option.effort_person_days else 0.0)
    return alone <= option.deadline and alone < INFINITE


_Way = tuple[tuple[int, ...], frozenset[int]]
"""Nodes then wanted, and options picked."""


@dataclass(frozen=True, slots=True)
class _State:
    """What is still wanted, in order; what is chosen; which nodes have been given a way already."""

    wanted: tuple[int, ...]
    chosen: frozenset[int]
    expanded: frozenset[int]


@dataclass(slots=True)
class _Search:
    """Depth-first search, without recursion; ``best`` is the incumbent, ``root`` the bound that holds whatever is chosen."""

    rest: Residual
    goals: list[int]
    startable: frozenset[int]
    possible: frozenset[int]
    capacity: float
    budget: int
    best: Recovery = NO_WAY_BACK
    floor: float = INFINITE
    root: float = 0.0
    steps: int = 0
    costs: dict[int, float] = field(default_factory=dict)
    seen: set[_State] = field(default_factory=set)
    closures: dict[frozenset[int], set[int]] = field(default_factory=dict)
    support: dict[frozenset[int], dict[int, bool]] = field(default_factory=dict)

    def run(self) -> None:
        self.costs = self._critical()
        self.root = max((self.costs[v] for v in self.goals), default=0.0)
        open_choices = [self._descend(_State(tuple(self.goals), frozenset(), frozenset()))]
        while open_choices:
            state = next(open_choices[-1], None)
            if state is None:
                open_choices.pop()
            else:
                open_choices.append(self._descend(state))

    def result(self) -> Recovery:
        """Return the incumbent; its lower bound is the least of all leaves of a search that ended, else the root bound."""
        low = self.floor if self.steps <= self.budget else self.root
        return replace(self.best, low=min(low, self.best.high))

    def _descend(self, state: _State) -> Iterator[_State]:
        """Settle wanted nodes while there is one way only; yield the states after the first real choice, cheapest first."""
        wanted, chosen, expanded = list(state.wanted), state.chosen, set(state.expanded)
        while wanted:
            self.steps += 1
            node = wanted.pop()
            if node in expanded or node not in self.rest.children:
                continue
            expanded.add(node)
            ways = list(self._ways(node))
            if len(ways) > 1 and self._is_available(node, chosen):
                continue
            if len(ways) != 1:
                yield from self._branches(_State(tuple(wanted), chosen, frozenset(expanded)), ways)
                return
            wanted += ways[0][0]
            chosen |= ways[0][1]
        if not self._hopeless(chosen):
            self._offer(chosen, self._available(chosen))

    def _branches(self, state: _State, ways: list[_Way]) -> Iterator[_State]:
        """Yield one state per way, unless this choice was seen before or cannot beat the incumbent any more."""
        if state in self.seen:
            return
        self.seen.add(state)
        for more, picked in ways:
            if self._hopeless(state.chosen | picked):
                continue
            yield _State(state.wanted + more, state.chosen | picked, state.expanded)

    def _is_available(self, node: int, chosen: frozenset[int]) -> bool:
        """Tell whether ``chosen`` brings ``node`` back; looked up below the node first, in full only if that says yes."""
        known = {} if self.rest.cyclic else self.support.setdefault(chosen, {})
        return self._supported(node, chosen, known) and node in self._available(chosen)

    def _supported(self, node: int, chosen: frozenset[int], known: dict[int, bool]) -> bool:
        """Tell whether ``chosen`` could bring ``node`` back if everything in it could start."""
        if node not in known:
            known[node] = True  # of a cycle, until shown otherwise
            children = self.rest.children.get(node)
            if children:
                known[node] = self._enough(children, self.rest.need[node], chosen, known)
            elif children is not None:
                known[node] = any(i in chosen for i in self.rest.restorers.get(node, ()))
        return known[node]

    def _enough(self, children: tuple[int, ...], need: int, chosen: frozenset[int], known: dict[int, bool]) -> bool:
        """Tell whether ``need`` of ``children`` are supported, looking no further than that takes."""
        spare = len(children) - need
        for child in children:
            if self._supported(child, chosen, known):
                need -= 1
            else:
                spare -= 1
            if need <= 0 or spare < 0:
                break
        return need <= 0

    def _available(self, chosen: frozenset[int]) -> set[int]:
        """Return the nodes available once those of ``chosen`` that can start are done."""
        if chosen not in self.closures:
            self.closures[chosen] = self.rest.closure(chosen)[1]
        return self.closures[chosen]

    def _hopeless(self, chosen: frozenset[int]) -> bool:
        if self.steps > self.budget and self.best.high < INFINITE:
            return True
        options = self.rest.options
        bound = relaxed([(options[i].lead_days, options[i].effort_person_days) for i in chosen], self.capacity)
        return max(bound, self.root) >= self.best.high

    def _ways(self, node: int) -> Iterator[_Way]:
        """Yield (nodes then wanted, options picked) for each way to make ``node`` available."""
        children, need = self.rest.children[node], self.rest.need[node]
        if not children:
            found = [i for i in self.rest.restorers.get(node, ()) if i in self.startable]
            for i in sorted(found, key=lambda i: (self.rest.options[i].lead_days, i)):
                yield self.rest.options[i].needs, frozenset({i})
            return
        able = sorted((v for v in set(children) if v in self.possible), key=lambda v: (self.costs[v], v))
        times = {v: children.count(v) for v in able}
        if sum(times.values()) == need:
            yield tuple(able), frozenset()
            return
        for size in range(1, need + 1):
            for group in combinations(able, size):
                if sum(times[v] for v in group) >= need:
                    yield group, frozenset()

    def _offer(self, chosen: frozenset[int], nodes: set[int]) -> None:
        """Make ``chosen`` the incumbent if it brings every goal back sooner than the one before."""
        if not all(v in nodes for v in self.goals):
            return
        span = makespan(self.rest, sorted(chosen), self.capacity)
        self.floor = min(self.floor, span.low)
        if span.high < self.best.high:
            order = sorted(span.finish, key=lambda i: (span.finish[i], i))
            self.best = Recovery(span.low, span.high, tuple(order), tuple(span.finish[i] for i in order))

    def _critical(self) -> dict[int, float]:
        """Return a lower bound per node on its own time to recover with the whole team for each action.

        Value iteration from zero upwards (superior functions, Knuth 1977); stopped early it is still a lower bound.
        """
        costs = {v: 0.0 if v in self.possible else INFINITE for v in self.rest.children}
        nodes = list(dict.fromkeys([*self.rest.order, *costs]))
        for _ in range(len(costs) + 1):
            changed = False
            for node in nodes:
                value = self._critical_of(node, costs)
                if value > costs[node]:
                    costs[node], changed = value, True
            if not changed:
                break
        return costs

    def _critical_of(self, node: int, costs: dict[int, float]) -> float:
        children, need = self.rest.children[node], self.rest.need[node]
        if children and need in (1, len(children)):
            return (min if need == 1 else max)(costs[v] for v in children)
        if children:
            return sorted(costs[v] for v in children)[need - 1] if need <= len(children) else INFINITE
        own = [self._alone(i, costs) for i in self.rest.restorers.get(node, ()) if i in self.startable]
        return min(own, default=INFINITE)

    def _alone(self, option: int, costs: dict[int, float]) -> float:
        chosen = self.rest.options[option]
        before = max((costs.get(v, 0.0) for v in chosen.needs), default=0.0)
        work = chosen.effort_person_days / self.capacity if chosen.effort_person_days else 0.0
        return before + chosen.lead_days + work
