"""From a result back to a minimal reason: a path for a day, a cut set for a loss, a tree of actions for a way back.

Reasons are well-founded: a loss is traced to losses that came before it, so a cycle never explains itself. What came
before is the order of events, by day, then by the number of steps, then by the edge's place in the graph: the same
graph gives the same reason in every run. Words for nodes are left to the callers.

References: Knuth 1977 (Inf. Process. Lett. 6(1), superior functions: events in the order of their days); Junker 2004
(AAAI, QuickXplain: a minimal set out of many in few questions).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from freehold.engine.availability import Option, Residual, residual
from freehold.engine.recovery import Recovery
from freehold.errors import UsageError
from freehold.graph.arrays import AND, ATLEAST, LEAF, AndOrGraph

NEVER: Final = float("inf")
ABSENT: Final = float("-inf")


@dataclass(frozen=True, slots=True)
class Step:
    """A node on the path of a loss: the day it is lost, and the days its edge to the next node held after that one."""

    node: int
    day: float
    grace: float


@dataclass(frozen=True, slots=True)
class RecoveryStep:
    """One action of a way back, and why it is there.

    ``option`` is its number, ``finish`` its day from the start of recovery. ``brings_back``: nodes that are there once
    it is done, not before. ``after``: options without which it could not start. ``goals``: those that would stay lost
    without it, at least one.
    """

    option: int
    finish: float
    restores: int
    brings_back: tuple[int, ...]
    after: tuple[int, ...]
    goals: tuple[int, ...]


def loss_path(graph: AndOrGraph, onset: NDArray[np.float64], node: int, column: int = 1) -> tuple[Step, ...]:
    """Return the chain of losses that decides the day ``node`` is lost, from ``node`` down; empty if it never is.

    ``onset`` (n,) are days, of which only the leaves are read; ``column`` is the grace used (0 low, 1 likely, 2 high).
    The path ends in a leaf, or in a gate that never holds; its first day is the last day plus all graces. Cost: the
    part below ``node``, m log m.
    """
    events = _Events(_Cone(graph, [node], column))
    events.run({leaf: float(onset[leaf]) for leaf in events.cone.leaves if onset[leaf] < NEVER})
    steps: list[Step] = []
    while node in events.day:
        edge = events.cause.get(node)
        if edge is None:
            return (*steps, Step(node, events.day[node], 0.0))
        steps.append(Step(node, events.day[node], float(graph.grace[edge, column])))
        node = int(graph.child[edge])
    return ()


def loss_cut_set(
    graph: AndOrGraph,
    onset: NDArray[np.float64],
    node: int,
    column: int = 1,
    *,
    before: float = NEVER,
    given: Collection[int] = (),
) -> tuple[int, ...] | None:
    """Return lost leaves, ascending, that alone lose ``node`` before a day, and none of which can be left out.

    ``onset`` and ``column`` as in :func:`loss_path`. ``given`` leaves are lost as ``onset`` says in any case and are no
    part of the answer. ``None``: ``node`` is not lost before that day; empty: it is lost with nothing but ``given``.
    Of several minimal sets always the same. Cost: the part below ``node`` times k log(s / k) for k leaves in the
    answer out of s that the first losses rest on.
    """
    cone = _Cone(graph, [node], column)
    days = {leaf: float(onset[leaf]) for leaf in cone.leaves if onset[leaf] < before}
    always = {leaf: day for leaf, day in days.items() if leaf in set(given)}

    def is_lost(leaves: Iterable[int]) -> bool:
        events = _Events(cone)
        events.run(always | {leaf: days[leaf] for leaf in leaves}, node)
        return events.day.get(node, NEVER) < before

    events = _Events(cone)
    events.run(days, node)
    if not events.day.get(node, NEVER) < before:
        return None
    support = [leaf for leaf in events.support(node) if leaf not in always]
    return tuple(sorted(minimal_subset(support, is_lost)))


def minimal_subset(items: Sequence[int], holds: Callable[[list[int]], bool]) -> list[int]:
    """Return a subset of ``items`` for which ``holds``, while it does for no proper subset of it.

    ``holds`` is monotone and true of all ``items``. Earlier items are kept rather than later ones. Cost: about
    k log(n / k) questions for k items left of n (Junker 2004), without recursion deeper than log n.
    """
    if not items or holds([]):
        return []
    return _explain([], False, list(items), holds)


def _explain(background: list[int], grown: bool, items: list[int], holds: Callable[[list[int]], bool]) -> list[int]:
    if grown and holds(background):
        return []
    if len(items) == 1:
        return items
    first, second = items[: len(items) // 2], items[len(items) // 2 :]
    late = _explain(background + first, True, second, holds)
    return _explain(background + late, bool(late), first, holds) + late


def recovery_tree(
    graph: AndOrGraph,
    holds: NDArray[np.bool_],
    edge_holds: NDArray[np.bool_],
    options: Sequence[Option],
    goals: Sequence[int],
    found: Recovery,
) -> tuple[RecoveryStep, ...]:
    """Return the actions of a way back in the order in which they finish, each with what it is for; none superfluous.

    Arguments as in :func:`freehold.engine.recovery.recover`, ``found`` its answer. Goals that it does not bring back are
    left out. An action that others make superfluous is dropped, the later ones first; the days of the rest stay valid,
    because leaving work out delays nothing. Cost: actions squared times the residual.
    Raises ``UsageError`` where ``found`` names options that are not there.
    """
    if any(not 0 <= option < len(options) for option in found.chosen):
        raise UsageError("the recovery names an option that is not there", remedy="give the options it was found with")
    rest = residual(graph, holds, edge_holds, options, goals)
    finish = dict(zip(found.chosen, found.finish, strict=True))
    whole = rest.closure(found.chosen)[1]
    wanted = [goal for goal in dict.fromkeys(goals) if not holds[goal] and goal in whole]
    kept = list(found.chosen)
    for option in reversed(found.chosen):
        fewer = [other for other in kept if other != option]
        nodes = rest.closure(fewer)[1]
        if all(goal in nodes for goal in wanted):
            kept = fewer
    without = {option: rest.closure([other for other in kept if other != option])[1] for option in kept}
    steps: list[RecoveryStep] = []
    there: set[int] = rest.available(())
    ordered = _as_startable(rest, kept)
    for place, option in enumerate(ordered):
        now = rest.available(ordered[: place + 1])
        needs = [need for need in options[option].needs if need in rest.children]
        steps.append(
            RecoveryStep(
                option=option,
                finish=finish[option],
                restores=options[option].restores,
                brings_back=tuple(sorted(now - there)),
                after=tuple(
                    other for other in ordered if other != option and any(n not in without[other] for n in needs)
                ),
                goals=tuple(goal for goal in wanted if goal not in without[option]),
            )
        )
        there = now
    return tuple(steps)


def _as_startable(rest: Residual, options: Sequence[int]) -> list[int]:
    """Return the options in the order given, except that none comes before what it needs."""
    waiting, ordered = list(options), list[int]()
    while waiting:
        nodes = rest.available(ordered)
        ordered.append(next(option for option in waiting if rest.startable(option, nodes)))
        waiting.remove(ordered[-1])
    return ordered


class _Cone:
    """What lies below some nodes, turned round: who is lost through whom, and after how many of its children."""

    def __init__(self, graph: AndOrGraph, nodes: Iterable[int], column: int) -> None:
        self.parents: dict[int, list[tuple[int, int, float]]] = {}
        self.need: dict[int, int] = {}
        self.leaves: list[int] = []
        self.graph = graph
        waiting = list(nodes)
        while waiting:
            node = waiting.pop()
            if node in self.need:
                continue
            first, last = int(graph.start[node]), int(graph.start[node + 1])
            self.need[node] = _losses_needed(int(graph.kind[node]), int(graph.k[node]), last - first)
            if graph.kind[node] == LEAF:
                self.leaves.append(node)
            graces = graph.grace[first:last, column].tolist()
            for edge, child, grace in zip(range(first, last), graph.child[first:last].tolist(), graces, strict=True):
                self.parents.setdefault(child, []).append((node, edge, grace))
                waiting.append(child)
        self.leaves.sort()


class _Events:
    """The losses of a cone in order: ``day`` of each lost node, ``fired`` edges in order, ``cause``: the last one needed.

    An event is (day, steps, edge): of two on one day the one with the shorter history comes first.
    """

    def __init__(self, cone: _Cone) -> None:
        self.cone = cone
        self.day: dict[int, float] = {}
        self.cause: dict[int, int] = {}
        self.fired: dict[int, list[int]] = {}

    def run(self, onset: dict[int, float], until: int = -1) -> None:
        """Lose the leaves of ``onset`` and all that follows; stop once ``until`` is lost."""
        heap = [(day, 0, -1, leaf) for leaf, day in onset.items()]
        heap += [(ABSENT, 0, -1, node) for node, need in self.cone.need.items() if need <= 0]
        heapq.heapify(heap)
        while heap and until not in self.day:
            day, steps, edge, node = heapq.heappop(heap)
            if node in self.day:
                continue
            if edge >= 0:
                fired = self.fired.setdefault(node, [])
                fired.append(edge)
                if len(fired) < self.cone.need[node]:
                    continue
                self.cause[node] = edge
            self.day[node] = day
            for parent, above, grace in self.cone.parents.get(node, ()):
                if parent not in self.day and grace < NEVER:
                    heapq.heappush(heap, (day + grace, steps + 1, above, parent))

    def support(self, node: int) -> list[int]:
        """Return the leaves that the loss of ``node`` rests on, in the order found: enough, not yet the fewest."""
        leaves: list[int] = []
        seen = {node}
        waiting = [node]
        while waiting:
            below = waiting.pop()
            edges = self.fired.get(below, ()) if below in self.cause else ()
            if not edges and self.cone.need[below] > 0:
                leaves.append(below)
            for edge in edges:
                child = int(self.cone.graph.child[edge])
                if child not in seen:
                    seen.add(child)
                    waiting.append(child)
        return leaves


def _losses_needed(kind: int, k: int, children: int) -> int:
    """Return how many children must be lost for a gate to be; 0 or less: it never holds. A leaf needs its own loss."""
    if kind in (LEAF, AND):
        return 1
    return children - k + 1 if kind == ATLEAST else children
