"""Time to recover, bounded: for each goal alone, in many cases at once, without a search.

``recovery`` finds the exact optimum of one case; here whole arrays of cases get a certified interval around it, quick
enough to tell which of them need the search. One *derivation* per goal is followed: the cheapest way back if the whole
team were free for each action (Knuth 1977, Inf. Process. Lett. 6(1)). Only the nodes that some case loses are
looked at. Verdicts, schedules and what goals share are left to others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from freehold.engine.evaluate import BLOCK_CELLS, Algebra, Block, evaluate
from freehold.engine.judgement import INFINITE, Case, Problem
from freehold.engine.schedule import DELAY, Batch, Group, Schedule
from freehold.errors import UsageError
from freehold.graph.arrays import AND, LEAF, OR

WORKSPACE_CELLS: Final = 1 << 23
"""Values held at once, 64 MB: so many cases are walked together."""
_ROUNDING: Final = 1e-9

Days = NDArray[np.float64]


def time_to_recover_bounds(problem: Problem, cases: Sequence[Case], days: Days) -> tuple[Days, Days]:
    """Return ``low <= TTR <= high`` in days for each goal alone: two arrays (goals of all workloads, cases) float64.

    ``cases`` are all at one end, ``days`` (n, cases) are those of ``survival``. TTR is what ``recover`` finds for that one
    goal: 0 for a goal that is not lost before the horizon (or absent), infinite without a way back.

    ``low`` is the day on which the goal returns if every action had the whole team for itself. No schedule is sooner:
    by induction over the order of finishing, no action starts before its needs are there, and each takes at least its lead
    and effort / capacity. It is infinite exactly where ``returnable`` says that the goal cannot return.

    ``high`` takes one derivation that attains ``low``: the longest chain of its leads, plus the summed effort of its
    actions (each once) / capacity. No schedule that never leaves the team idle while an action is ready is later (Graham
    1966): go back from the last action to finish to the need that it waited for longest, and so on; on every day to the
    end one action of this chain was in its lead or the team was at work, and all the work is that sum. The
    optimum over all selections is therefore no later. Each action so finishes by its own chain of leads plus that sum;
    where that is after its deadline, ``high`` is infinite although ``low`` may be finite: nothing is certified.

    Goals of one workload share a team: their common recovery is at least the largest ``low``, and where no action has a
    deadline at most the sum of ``high`` (one derivation after the other). Cost: edges x cases x rounds, of
    the nodes that are lost in some case; at most one round per action, in practice as many as actions wait for one another.
    Raises ``UsageError`` for cases at different ends or days of another shape.
    """
    _check(problem, cases, days)
    goals = [goal for workload in problem.workloads for goal in workload]
    low = np.zeros((len(goals), len(cases)))
    high = np.zeros_like(low)
    words = 1 + len(problem.deeds) // 64
    width = max(1, WORKSPACE_CELLS // (max(1, problem.schedule().slots) * (3 + words)))
    for first in range(0, len(cases), width):
        part = slice(first, first + width)
        end = cases[first].end
        bounds = _Bounds.begin(problem, cases[part], days[:, part])
        while bounds.round():
            continue
        nodes = [node for node, _ in goals]
        lost_day = days[nodes, part] + np.array([tolerated[end] for _, tolerated in goals]).reshape(-1, 1)
        lost = (lost_day > -INFINITE) & (lost_day < problem.horizon)
        below, above = bounds.of(nodes)
        low[:, part], high[:, part] = np.where(lost, below, 0.0), np.where(lost, above, 0.0)
    return low, high


def _check(problem: Problem, cases: Sequence[Case], days: Days) -> None:
    if days.shape != (problem.graph.nodes, len(cases)):
        raise UsageError(
            f"days have shape {days.shape}, but there are {problem.graph.nodes} nodes and {len(cases)} cases",
            remedy="give the days that survival returns for these cases",
        )
    if len({case.end for case in cases}) > 1:
        raise UsageError("the cases are at different ends of the ranges", remedy="ask for one end at a time")


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """A deed at one end: slots of its leaf and needs; ``latest`` (cases,) deadlines; its bit, -1 without effort."""

    leaf: int
    needs: list[int]
    lead: float
    alone: float
    latest: Days
    bit: int


@dataclass(slots=True, eq=False)
class _Bounds:
    """The state between rounds. Slot 0 is whatever holds to the horizon in all cases.

    ``finish`` (slots, cases) is the day of return; of the derivation that attains it, ``marks`` (slots, cases, 2) are the
    longest chain of leads and how much of that is beyond a deadline, ``used`` (slots, cases, words) its deeds
    as bits. A leaf's derivation is replaced only by one that is strictly sooner and built from those of the round
    before, so that no derivation rests on itself.
    """

    layout: Schedule
    works: list[_Work]
    effort_days: Days
    finish: Days
    marks: Days
    used: NDArray[np.uint64]

    @classmethod
    def begin(cls, problem: Problem, cases: Sequence[Case], days: Days) -> _Bounds:
        """Lay out what is lost in some case; only disruptions that end by themselves bring anything back yet."""
        layout, waits = _lean(problem, days, int(cases[0].end))
        works, effort_days = _works(problem, cases, days, layout)
        slots = layout.slots + len(waits)
        finish = np.zeros((slots, len(cases)))
        finish[layout.slots :] = waits
        marks = np.zeros((*finish.shape, 2))
        marks[:, :, 1] = -INFINITE
        leaves = np.flatnonzero(problem.graph.kind == LEAF)
        lost = leaves[layout.slot[leaves] > 0]
        finish[layout.slot[lost]] = np.where(days[lost] >= problem.horizon, 0.0, INFINITE)
        for column, case in enumerate(cases):
            for leaf, day in case.ends:
                slot, after = int(layout.slot[leaf]), max(0.0, day - case.start)
                if problem.graph.kind[leaf] == LEAF and after < finish[slot, column]:
                    finish[slot, column] = marks[slot, column, 0] = after
        used = np.zeros((*finish.shape, 1 + len(effort_days) // 64), dtype=np.uint64)
        return cls(layout, works, effort_days, finish, marks, used)

    def round(self) -> bool:
        """Follow what the leaves bring back, then let deeds bring back leaves sooner; tell whether one did."""
        evaluate(self.layout, self.finish, _FINISH)
        for group in self.layout.groups:
            self._trace(group)
        done = [self._do(work) for work in self.works]
        return any(done)

    def of(self, nodes: Sequence[int]) -> tuple[Days, Days]:
        """Return both bounds of some nodes, (nodes, cases) each."""
        slots = self.layout.slot[list(nodes)]
        low, used = self.finish[slots], self.used[slots]
        bits = np.unpackbits(used.astype("<u8").view(np.uint8), axis=-1, bitorder="little")
        work = bits[..., : len(self.effort_days)] @ self.effort_days
        leads, beyond = self.marks[slots, :, 0], self.marks[slots, :, 1]
        certain = (beyond + work <= _ROUNDING) & (low < INFINITE)
        return low, np.where(certain, np.maximum(low, leads + work), INFINITE)

    def _do(self, work: _Work) -> bool:
        """Let one deed bring back its leaf in the cases where that is sooner."""
        begin = self.finish[work.needs].max(axis=0)
        day = begin + work.alone
        sooner = np.flatnonzero((work.alone <= work.latest) & (day < self.finish[work.leaf]))
        if not len(sooner):
            return False
        before = np.ix_(np.array(work.needs), sooner)
        marks, used = self.marks[before].max(axis=0), np.bitwise_or.reduce(self.used[before], axis=0)
        marks[:, 0] += work.lead
        marks[:, 1] = np.maximum(marks[:, 1], marks[:, 0] - work.latest[sooner])
        if work.bit >= 0:
            used[:, work.bit // 64] |= np.uint64(1 << work.bit % 64)
        self.finish[work.leaf, sooner] = day[sooner]
        self.marks[work.leaf, sooner] = marks
        self.used[work.leaf, sooner] = used
        return True

    def _trace(self, group: Group) -> None:
        """Collect leads and deeds along the children that decide; around a cycle until nothing is added.

        Gates of a cycle may hold one another up: all of them are available once the leaves below are.
        """
        last = group.batches[-1]
        inside = slice(group.batches[0].first, last.first + last.child.shape[1])
        self.marks[inside], self.used[inside] = (0.0, -INFINITE), 0
        while True:
            before = (self.marks[inside].copy(), self.used[inside].copy()) if group.cyclic else None
            for batch in group.batches:
                self._trace_batch(batch)
            if before is None or (
                np.array_equal(before[0], self.marks[inside]) and (before[1] == self.used[inside]).all()
            ):
                return

    def _trace_batch(self, batch: Batch) -> None:
        """Give each slot of a batch what its deciding children have, in pieces of bounded size."""
        columns = np.arange(self.finish.shape[1])
        degree, rows = batch.child.shape
        step = max(1, BLOCK_CELLS // (degree * len(columns)))
        for offset in range(0, rows, step):
            child = batch.child[:, offset : offset + step]
            target = slice(batch.first + offset, batch.first + offset + child.shape[1])
            if batch.kind == AND:
                np.max(self.marks[child], axis=0, out=self.marks[target])
                np.bitwise_or.reduce(self.used[child], axis=0, out=self.used[target])
                continue
            finish = self.finish[child]
            if batch.kind == OR:
                place = finish.argmin(axis=0)[np.newaxis]
            else:
                place = finish.argpartition(batch.k - 1, axis=0)[: batch.k]
            chosen = child[place, np.arange(child.shape[1])[:, np.newaxis]]
            np.max(self.marks[chosen, columns], axis=0, out=self.marks[target])
            np.bitwise_or.reduce(self.used[chosen, columns], axis=0, out=self.used[target])


def _works(problem: Problem, cases: Sequence[Case], days: Days, layout: Schedule) -> tuple[list[_Work], Days]:
    """Return the deeds that can ever be done, and the days of the whole team that each one with effort takes."""
    end = 2 - cases[0].end
    start = np.array([case.start for case in cases])
    works: list[_Work] = []
    effort_days: list[float] = []
    for deed in problem.deeds:
        leaf, effort, lead = int(layout.slot[deed.restores]), deed.effort_person_days[end], deed.lead_days[end]
        own = 0.0 if effort <= 0.0 else effort / problem.capacity if problem.capacity > 0.0 else INFINITE
        if leaf == 0 or problem.graph.kind[deed.restores] != LEAF or lead + own == INFINITE:
            continue
        latest = days[deed.before] - start if deed.before >= 0 else np.full(len(cases), INFINITE)
        needs = [int(layout.slot[node]) for node in deed.needs] or [0]
        works.append(_Work(leaf, needs, lead, lead + own, latest, len(effort_days) if own > 0.0 else -1))
        effort_days += [own] if own > 0.0 else []
    return works, np.array(effort_days)


def _lean(problem: Problem, days: Days, end: int) -> tuple[Schedule, Days]:
    """Return the layout of what some case loses, and for each edge with grace what it waits, (edges, cases).

    Everything else is slot 0. An edge with grace becomes an OR of its child and a slot of its own behind all
    others, which holds 0 where the edge lasts to the horizon and infinity where the child must return.
    """
    whole = problem.schedule()
    node = np.full(whole.slots, -1)
    node[whole.slot] = np.arange(problem.graph.nodes)
    known = np.flatnonzero(node >= 0)
    active = np.zeros(whole.slots, dtype=np.bool_)
    active[known] = days.min(axis=1)[node[known]] < problem.horizon
    waits = [np.zeros((0, days.shape[1]))]
    for batch in (batch for group in whole.groups for batch in group.batches if batch.kind == DELAY):
        late = days[node[batch.child[0]]] + batch.grace[:, end, np.newaxis] < problem.horizon
        active[batch.first : batch.first + len(late)] = some = late.any(axis=1)
        waits.append(np.where(late[some], INFINITE, 0.0))
    place = np.where(active, np.cumsum(active), 0)
    slots = 1 + int(active.sum())
    behind = slots
    groups = []
    for group in whole.groups:
        batches = []
        for batch in group.batches:
            rows = np.flatnonzero(active[batch.first : batch.first + batch.child.shape[1]])
            if not len(rows):
                continue
            child = place[batch.child[:, rows]]
            kind = batch.kind
            if kind == DELAY:
                kind, child = OR, np.vstack([child, behind + np.arange(len(rows))])
                behind += len(rows)
            batches.append(replace(batch, kind=kind, first=int(place[batch.first + rows[0]]), child=child))
        groups += [Group(group.cyclic, tuple(batches))] if batches else []
    fails = place[whole.fails]
    return Schedule(
        slots, place[whole.slot], place[whole.leaf], np.array([0]), fails[fails > 0], tuple(groups)
    ), np.concatenate(waits)


def _kth_soonest(gathered: Block, k: int) -> Block:
    """Return the k-th smallest along the first axis: the day on which k are back."""
    return np.asarray(np.partition(gathered, k - 1, axis=0)[k - 1])


_FINISH: Final = Algebra(
    conjunction=np.maximum,
    disjunction=np.minimum,
    atleast=_kth_soonest,
    holds=0.0,
    fails=INFINITE,
)
