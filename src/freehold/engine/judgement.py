"""Days and ways back of every root in every case: the numbers behind the verdicts.

A *case* is one scenario seen in one way (facts as assumed, all bad, all good) at one end of the ranges. Time to survive
runs over all cases at once; recovery runs only where a root is lost. Numbers in, numbers out: what a root or an action means is
known to the caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from freehold.engine.availability import Option
from freehold.engine.days import time_to_survive
from freehold.engine.recovery import Recovery, recover_possible
from freehold.engine.schedule import Schedule, schedule_of
from freehold.graph.arrays import AndOrGraph
from freehold.graph.order import Order
from freehold.model.subject import Range

INFINITE: Final = float("inf")


class Way(IntEnum):
    """At which value unknown and assumed facts are taken."""

    ASSUMED = 0
    BAD = 1
    GOOD = 2


class End(IntEnum):
    """At which end of its range each input is taken."""

    BAD = 0
    LIKELY = 1
    GOOD = 2


@dataclass(frozen=True, slots=True)
class Case:
    """One run: ``onset`` (n,) days per node (leaves only are read), ``ends`` days on which lost leaves hold again."""

    onset: NDArray[np.float64]
    start: float
    end: End = End.BAD
    ends: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Deed:
    """An action with its ranges; numbers as in ``Option``, ``before`` a node that must outlast it (-1: none)."""

    restores: int
    needs: tuple[int, ...]
    lead_days: Range
    effort_person_days: Range
    before: int = -1


@dataclass(frozen=True, slots=True)
class Problem:
    """The graph and what stays the same in every case.

    ``goals`` are grouped by workload: (root node, tolerated downtime at its three ends). ``capacity`` is in person-days
    a day, ``horizon`` in days.
    """

    graph: AndOrGraph
    order: Order
    deeds: tuple[Deed, ...]
    workloads: tuple[tuple[tuple[int, Range], ...], ...]
    capacity: float
    horizon: float
    layouts: list[Schedule] = field(default_factory=list, init=False, compare=False, repr=False)

    def schedule(self) -> Schedule:
        """Return the layout of the graph for evaluation, made once."""
        if not self.layouts:
            self.layouts.append(schedule_of(self.graph, self.order))
        return self.layouts[0]


@dataclass(slots=True)
class Outcome:
    """Of one case: ``days`` (n,) of loss; per workload, the day each goal is lost and which can come back.

    ``core`` goals come back with ``recovery``, the others, which return at this end only, with ``wider``.
    """

    days: NDArray[np.float64]
    lost: list[list[float]] = field(default_factory=list)
    back: list[list[bool]] = field(default_factory=list)
    core: list[list[bool]] = field(default_factory=list)
    recovery: list[Recovery] = field(default_factory=list)
    wider: list[Recovery] = field(default_factory=list)
    deeds: list[tuple[int, ...]] = field(default_factory=list)
    """Per workload, for each option of the recovery the deed it stands for, or -1 for a disruption's own end."""


def recovery_of(outcome: Outcome, workload: int, goal: int) -> Recovery:
    """Return the recovery that brings a goal back: the common one, or the wider one where it returns at this end only."""
    return outcome.recovery[workload] if outcome.core[workload][goal] else outcome.wider[workload]


def survival(problem: Problem, cases: Sequence[Case]) -> NDArray[np.float64]:
    """Return the day each node is lost in each case, (n, cases): ``inf`` for never, ``-inf`` for absent.

    Each case is run with the graces of its end. Cost: edges x cases.
    """
    result = np.empty((problem.graph.nodes, len(cases)))
    schedule = problem.schedule()
    for end in End:
        chosen = [i for i, case in enumerate(cases) if case.end is end]
        if chosen:
            onset = np.column_stack([cases[i].onset for i in chosen])
            result[:, chosen] = time_to_survive(problem.graph, problem.order, onset, int(end), schedule=schedule)
    return result


def lost_days(problem: Problem, case: Case, days: NDArray[np.float64]) -> list[list[float]]:
    """Return per workload the day each goal is lost, tolerated downtime included."""
    return [[float(days[node]) + tolerated[case.end] for node, tolerated in goals] for goals in problem.workloads]


def judge(problem: Problem, case: Case, days: NDArray[np.float64], bad: Outcome | None = None) -> Outcome:
    """Return the outcome of one case, given its ``days`` (n,) from ``survival``.

    A goal counts as lost before the horizon; one that is absent is no goal. ``bad`` is the outcome at the bad end: goals
    that can come back there are recovered together with those alone, so that a better end never delays them. Cost: a
    search per workload that loses a goal, two where some come back at this end only.
    """
    outcome = Outcome(days, lost_days(problem, case, days))
    holds = days >= problem.horizon
    edge_holds = days[problem.graph.child] + problem.graph.grace[:, case.end] >= problem.horizon
    options: list[Option] = []
    for w, (goals, lost) in enumerate(zip(problem.workloads, outcome.lost, strict=True)):
        wanted = [v for (v, _), day in zip(goals, lost, strict=True) if -INFINITE < day < problem.horizon]
        if wanted and not options:
            options = options_of(problem, case, days)
        able, found = recover_possible(problem.graph, holds, edge_holds, options, wanted, problem.capacity)
        possible = {node for node, can in zip(wanted, able, strict=True) if can}
        back = [node not in wanted or node in possible for node, _ in goals]
        core = back if bad is None else bad.back[w]
        first = [node for (node, _), early in zip(goals, core, strict=True) if early and node in possible]
        outcome.back.append(back)
        outcome.core.append(core)
        outcome.wider.append(found)
        if len(first) < len(possible) and first:
            _, found = recover_possible(problem.graph, holds, edge_holds, options, first, problem.capacity)
        outcome.recovery.append(found)
        outcome.deeds.append(tuple(i if i < len(problem.deeds) else -1 for i in found.chosen))
    return outcome


def returnable(
    problem: Problem, cases: Sequence[Case], days: NDArray[np.float64], within: float = INFINITE
) -> NDArray[np.bool_]:
    """Tell which nodes hold to the horizon or can ever come back, (n, cases), all cases at once.

    Actions are carried out in rounds: those whose needs are there and that can be done by their deadline, until no more
    can start, so that nothing recovers itself. All ``cases`` are at one end. Actions that alone take longer than
    ``within`` days are left out: what is lost and cannot return without them is not back by then. Cost: edges x cases x
    rounds.
    """
    end = 2 - cases[0].end
    onset = np.column_stack([case.onset for case in cases])
    start = np.array([case.start for case in cases])
    for column, case in enumerate(cases):
        onset[[leaf for leaf, day in case.ends if day - case.start <= within], column] = INFINITE
    schedule = problem.schedule()
    waiting = list(problem.deeds)
    now = time_to_survive(problem.graph, problem.order, onset, int(cases[0].end), schedule=schedule)
    while True:
        holds = now >= problem.horizon
        begun = []
        for deed in waiting:
            alone = deed.lead_days[end] + deed.effort_person_days[end] / problem.capacity
            if alone > within:
                continue
            able = holds[list(deed.needs)].all(axis=0)
            if deed.before >= 0:
                able &= alone <= days[deed.before] - start
            if (able & (onset[deed.restores] < INFINITE)).any():
                onset[deed.restores, able] = INFINITE
                begun.append(deed)
        if not begun:
            return holds
        now = time_to_survive(problem.graph, problem.order, onset, int(cases[0].end), schedule=schedule)


def options_of(problem: Problem, case: Case, days: NDArray[np.float64]) -> list[Option]:
    """Return the deeds at this end of their ranges, then the disruptions that end by themselves."""
    end = 2 - case.end
    options = [
        Option(
            deed.restores,
            deed.needs,
            deed.lead_days[end],
            deed.effort_person_days[end],
            float(days[deed.before]) - case.start if deed.before >= 0 else INFINITE,
        )
        for deed in problem.deeds
    ]
    options += [Option(leaf, (), max(0.0, day - case.start)) for leaf, day in case.ends]
    return options
