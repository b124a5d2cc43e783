"""Time to recover against brute force over every selection and every order of work, on small random graphs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.engine.availability import Option
from freehold.engine.makespan import relaxed
from freehold.engine.recovery import recover, recover_possible
from freehold.graph.arrays import AND, ATLEAST, LEAF, OR, AndOrGraph

INF = float("inf")
Gates = list[tuple[int, int, tuple[int, ...]]]


def build(gates: Gates) -> AndOrGraph:
    start = np.cumsum([0, *(len(kids) for _, _, kids in gates)]).astype(np.int64)
    child = np.array([v for _, _, kids in gates for v in kids], dtype=np.int32)
    return AndOrGraph(
        np.array([kind for kind, _, _ in gates], dtype=np.uint8),
        np.array([k for _, k, _ in gates], dtype=np.int32),
        start,
        child,
        np.zeros((len(child), 3)),
    )


def available(gates: Gates, true_leaves: set[int]) -> set[int]:
    """Greatest fixpoint by naive iteration."""
    on = {v for v in range(len(gates)) if gates[v][0] != LEAF or v in true_leaves}
    while True:
        now = {v for v in on if _holds(gates[v], on)}
        if now == on:
            return on
        on = now


def _holds(gate: tuple[int, int, tuple[int, ...]], on: set[int]) -> bool:
    kind, k, kids = gate
    count = sum(v in on for v in kids)
    return {LEAF: True, AND: count == len(kids), OR: count > 0, ATLEAST: count >= k}[kind]


def best_by_force(gates: Gates, held: set[int], options: Sequence[Option], goals: list[int], capacity: float) -> float:
    best = INF
    for size in range(len(options) + 1):
        for chosen in combinations(range(len(options)), size):
            best = min(best, *(run(gates, held, options, goals, capacity, order) for order in permutations(chosen)))
    return best


def run(
    gates: Gates, held: set[int], options: Sequence[Option], goals: list[int], capacity: float, order: Sequence[int]
) -> float:
    """Work with strict priority ``order`` (preemptive); some priority order is optimal for a fluid machine."""
    left = {i: options[i].effort_person_days for i in order}
    ready: dict[int, float] = {}
    done: dict[int, float] = {}
    now = 0.0
    while len(done) < len(order):
        on = available(gates, held | {options[i].restores for i in done})
        for i in order:
            if i not in ready and all(v in on for v in options[i].needs):
                ready[i] = now + options[i].lead_days
        open_now = [i for i in order if i in ready and i not in done and ready[i] <= now + 1e-9]
        events = [ready[i] for i in ready if ready[i] > now + 1e-9]
        if open_now:
            current = next((i for i in open_now if left[i] == 0.0), open_now[0])
            events.append(now + left[current] / capacity)
        if not events:
            return INF
        until = min(events)
        if open_now:
            left[current] -= (until - now) * capacity
            if left[current] <= 1e-9:
                left[current], done[current] = 0.0, until
        now = until
    on = available(gates, held | {options[i].restores for i in done})
    late = any(done[i] > options[i].deadline + 1e-9 for i in order)
    return max(done.values(), default=0.0) if all(g in on for g in goals) and not late else INF


@st.composite
def problems(draw: st.DrawFn) -> tuple[Gates, set[int], list[Option], list[int], float]:
    leaves = draw(st.integers(2, 5))
    inner = draw(st.integers(1, 5))
    total = leaves + inner
    gates: Gates = [(LEAF, 0, ())] * leaves
    for _ in range(inner):
        kind = draw(st.sampled_from([AND, OR, ATLEAST]))
        kids = tuple(draw(st.lists(st.integers(0, total - 1), min_size=1, max_size=3, unique=True)))
        gates.append((kind, draw(st.integers(1, len(kids))) if kind == ATLEAST else 0, kids))
    held = {v for v in range(leaves) if draw(st.booleans())}
    node = st.integers(0, total - 1)
    option = st.builds(
        Option,
        restores=st.integers(0, leaves - 1),
        needs=st.lists(node, max_size=1).map(tuple),
        lead_days=st.sampled_from([0.0, 1.0, 4.0]),
        effort_person_days=st.sampled_from([0.0, 1.0, 3.0]),
        deadline=st.sampled_from([INF, INF, INF, 4.0]),
    )
    options = draw(st.lists(option, max_size=4))
    goals = draw(st.lists(st.integers(leaves, total - 1), min_size=1, max_size=2, unique=True))
    return gates, held, options, goals, draw(st.sampled_from([1.0, 2.0]))


@settings(max_examples=400, deadline=None)
@given(problems())
def test_bounds_hold_and_are_exact_when_they_meet(
    problem: tuple[Gates, set[int], list[Option], list[int], float],
) -> None:
    gates, held, options, goals, capacity = problem
    graph = build(gates)
    holds = np.array([v in available(gates, held) for v in range(len(gates))])
    answer = recover(graph, holds, holds[graph.child], options, goals, capacity)
    truth = best_by_force(gates, held, options, goals, capacity)
    assert answer.low <= truth + 1e-6
    assert answer.high >= truth - 1e-6
    if answer.exact:
        assert answer.high == pytest.approx(truth)
    if answer.high < INF:
        assert run(gates, held, options, goals, capacity, answer.chosen) <= answer.high + 1e-6
    able, _ = recover_possible(graph, holds, holds[graph.child], options, goals, capacity)
    if truth < INF:
        assert all(able)


@settings(max_examples=200, deadline=None)
@given(problems(), st.integers(0, 3))
def test_a_used_up_budget_still_gives_certified_bounds(
    problem: tuple[Gates, set[int], list[Option], list[int], float], budget: int
) -> None:
    gates, held, options, goals, capacity = problem
    graph = build(gates)
    holds = np.array([v in available(gates, held) for v in range(len(gates))])
    answer = recover(graph, holds, holds[graph.child], options, goals, capacity, budget)
    truth = best_by_force(gates, held, options, goals, capacity)
    assert answer.low - 1e-6 <= truth <= answer.high + 1e-6


def test_a_cycle_cannot_recover_itself() -> None:
    gates: Gates = [(LEAF, 0, ()), (LEAF, 0, ()), (AND, 0, (0,)), (AND, 0, (1,))]
    options = [Option(0, needs=(3,), lead_days=1.0), Option(1, needs=(2,), lead_days=1.0)]
    holds = np.zeros(4, dtype=bool)
    graph = build(gates)
    assert recover(graph, holds, holds[graph.child], options, [2, 3], 1.0).high == INF


def test_components_that_need_one_another_come_back_together() -> None:
    gates: Gates = [(LEAF, 0, ()), (AND, 0, (0, 2)), (AND, 0, (1,))]
    holds = np.zeros(3, dtype=bool)
    graph = build(gates)
    assert recover(graph, holds, holds[graph.child], [Option(0, lead_days=2.0)], [2], 1.0).high == 2.0


def test_shared_actions_are_counted_once_and_the_team_is_finite() -> None:
    gates: Gates = [(LEAF, 0, ()), (LEAF, 0, ()), (AND, 0, (0, 1)), (AND, 0, (0,))]
    holds = np.zeros(4, dtype=bool)
    graph = build(gates)
    options = [Option(0, lead_days=10.0, effort_person_days=4.0), Option(1, effort_person_days=6.0)]
    one = recover(graph, holds, holds[graph.child], options, [2, 3], 1.0)
    two = recover(graph, holds, holds[graph.child], options, [2, 3], 2.0)
    assert (one.high, two.high) == (14.0, 12.0)
    assert one.exact and two.exact


@given(st.lists(st.tuples(st.floats(0, 50), st.floats(0, 20)), max_size=6), st.floats(0.5, 4.0))
def test_more_team_never_takes_longer(work: list[tuple[float, float]], capacity: float) -> None:
    assert relaxed(work, capacity * 2) <= relaxed(work, capacity) + 1e-9


@settings(max_examples=150, deadline=None)
@given(problems())
def test_recovery_is_monotone_in_leads_and_efforts(
    problem: tuple[Gates, set[int], list[Option], list[int], float],
) -> None:
    gates, held, options, goals, capacity = problem
    graph = build(gates)
    holds = np.array([v in available(gates, held) for v in range(len(gates))])
    slower = [Option(o.restores, o.needs, o.lead_days + 1, o.effort_person_days * 2, o.deadline) for o in options]
    fast = recover(graph, holds, holds[graph.child], options, goals, capacity)
    slow = recover(graph, holds, holds[graph.child], slower, goals, capacity)
    assert fast.low <= slow.high + 1e-6


def test_a_gate_that_asks_for_more_than_it_has_never_comes_back() -> None:
    gates: Gates = [(LEAF, 0, ()), (LEAF, 0, ()), (ATLEAST, 3, (0, 1)), (OR, 0, (2,))]
    holds = np.zeros(4, dtype=bool)
    graph = build(gates)
    assert recover(graph, holds, holds[graph.child], [Option(0), Option(1)], [3], 1.0).high == INF
