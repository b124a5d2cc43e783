"""The live part of a problem: what still depends on facts, small enough to be asked thousands of times.

Days and ways back are monotone in the facts. A node that is lost on the same day and comes back or not alike with all
facts bad and with all facts good is the same whatever they are: it becomes a constant, and what only it rests on
drops out. What is left is a graph of its own, with the same answers for the same facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from freehold.engine.days import time_to_survive
from freehold.engine.judgement import INFINITE, Case, Deed, Problem, returnable
from freehold.engine.questions import Bools
from freehold.engine.schedule import Schedule, schedule_of
from freehold.graph.arrays import LEAF, AndOrGraph
from freehold.graph.order import evaluation_order

ABSENT_STATE = 0
LOST_STATE = 1
RETURNS_STATE = 2
SAFE_STATE = 3
"""The states of a cell, worst first: never there; lost and no way back; lost, with a way back; not lost."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class LivePart:
    """The live part for some goals: ``facts`` are the fact leaves that matter, ascending, as nodes of the whole problem.

    ``states`` takes their values and gives a state per goal.
    """

    facts: tuple[int, ...]
    _problem: Problem
    _schedule: Schedule
    _case: Case
    _leaf: NDArray[np.intp]
    _bad: Floats
    _good: Floats
    _final: Floats
    _goal: NDArray[np.intp]
    _tolerated: Floats

    def states(self, values: Bools) -> NDArray[np.int8]:
        """Return the state of each goal, (sets, goals), for (sets, facts), True where good. Cost: live edges x sets."""
        onset = np.repeat(self._case.onset[:, None], len(values), axis=1)
        onset[self._leaf] = np.where(values.T, self._good[:, None], self._bad[:, None])
        graph, order, end = self._problem.graph, self._problem.order, int(self._case.end)
        days = time_to_survive(graph, order, onset, end, schedule=self._schedule)
        constant = ~np.isnan(self._final)
        onset[constant] = self._final[constant, None]
        cases = [Case(onset[:, i], self._case.start, self._case.end, self._case.ends) for i in range(len(values))]
        returns = returnable(self._problem, cases, days)[self._goal]
        return _states(days[self._goal], returns, self._tolerated, self._problem.horizon).T


def live_part(problem: Problem, worst: Case, best: Case, days: Floats, goals: Sequence[tuple[int, float]]) -> LivePart:
    """Return the live part of ``problem`` below ``goals`` = (node, days tolerated).

    ``worst`` and ``best`` are one scenario with all facts bad and all facts good: the leaves whose onsets differ are the
    facts. ``days`` (n, 2) is the ``survival`` of both. Cost: one ``returnable`` of the whole problem.
    """
    returns = returnable(problem, [worst, best], days)
    differs = (days[:, 0] != days[:, 1]) | (returns[:, 0] != returns[:, 1])
    deeds_of: dict[int, list[Deed]] = {}
    for deed in problem.deeds:
        if differs[deed.restores] and all(differs[need] or returns[need, 0] for need in deed.needs):
            deeds_of.setdefault(deed.restores, []).append(deed)
    live = _below(problem.graph, differs, deeds_of, [node for node, _ in goals])
    deeds = [deed for node in live for deed in deeds_of.get(node, ())]
    kept = np.isin(np.repeat(np.arange(problem.graph.nodes), np.diff(problem.graph.start)), live)
    used = {*problem.graph.child[kept].tolist(), *(d.before for d in deeds if d.before >= 0), *(v for v, _ in goals)}
    constants = sorted(used - set(live))
    number = {node: place for place, node in enumerate([*live, *constants])}
    graph = _part(problem.graph, live, len(constants), kept, number)
    part = Problem(graph, evaluation_order(graph), _numbered(deeds, number), (), problem.capacity, problem.horizon)
    onset = np.concatenate((worst.onset[live], days[constants, 0]))
    final = np.full(graph.nodes, np.nan)
    final[len(live) :] = np.where(returns[constants, 0], INFINITE, days[constants, 0])
    facts = [node for node in live if worst.onset[node] != best.onset[node] and problem.graph.kind[node] == LEAF]
    ends = tuple((number[leaf], day) for leaf, day in worst.ends if leaf in number and differs[leaf])
    return LivePart(
        tuple(facts),
        part,
        schedule_of(graph, part.order),
        Case(onset, worst.start, worst.end, ends),
        np.array([number[node] for node in facts], dtype=np.intp),
        worst.onset[facts],
        best.onset[facts],
        final,
        np.array([number[node] for node, _ in goals], dtype=np.intp),
        np.array([tolerated for _, tolerated in goals]),
    )


def _states(days: Floats, returns: Bools, tolerated: Floats, horizon: float) -> NDArray[np.int8]:
    states = np.where(returns, RETURNS_STATE, LOST_STATE).astype(np.int8)
    states[days + tolerated[:, None] >= horizon] = SAFE_STATE
    states[days == -INFINITE] = ABSENT_STATE
    return states


def _below(graph: AndOrGraph, differs: Bools, deeds_of: dict[int, list[Deed]], goals: Sequence[int]) -> list[int]:
    """Return the nodes that differ and that the goals rest on, ways back included, ascending."""
    waiting = [node for node in goals if differs[node]]
    found = set(waiting)
    while waiting:
        node = waiting.pop()
        below = graph.children(node).tolist()
        for deed in deeds_of.get(node, ()):
            below += [*deed.needs, *([deed.before] if deed.before >= 0 else [])]
        more = {child for child in below if differs[child]} - found
        found |= more
        waiting += more
    return sorted(found)


def _part(graph: AndOrGraph, live: list[int], constants: int, kept: Bools, number: dict[int, int]) -> AndOrGraph:
    sizes = np.concatenate((np.diff(graph.start)[live], np.zeros(constants, dtype=np.int64)))
    return AndOrGraph(
        kind=np.concatenate((graph.kind[live], np.full(constants, LEAF, dtype=np.uint8))),
        k=np.concatenate((graph.k[live], np.zeros(constants, dtype=np.int32))),
        start=np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(sizes))),
        child=np.array([number[child] for child in graph.child[kept].tolist()], dtype=np.int32),
        grace=graph.grace[kept],
    )


def _numbered(deeds: Sequence[Deed], number: dict[int, int]) -> tuple[Deed, ...]:
    """Return the deeds with the numbers of the part; needs that are constant are met."""
    return tuple(
        Deed(
            number[deed.restores],
            tuple(number[need] for need in deed.needs if need in number),
            deed.lead_days,
            deed.effort_person_days,
            number[deed.before] if deed.before >= 0 else -1,
        )
        for deed in deeds
    )
