"""Bounds on the time to recover against the exact search, case by case, on small random graphs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from small_graphs import graph_of, leaves_of
from test_judgement import DAYS, HORIZON, INF, Question, problem_of, questions

from freehold.engine import recovery_days
from freehold.engine.judgement import Case, Deed, End, Problem, judge, returnable, survival
from freehold.engine.recovery import Recovery
from freehold.engine.recovery_days import time_to_recover_bounds
from freehold.errors import UsageError
from freehold.graph.arrays import AND, ATLEAST, LEAF, OR

NO_DOWNTIME = (0.0, 0.0, 0.0)


def every_node(problem: Problem) -> Problem:
    """Return the problem with every node as the goal of one workload."""
    return replace(problem, workloads=(tuple((v, NO_DOWNTIME) for v in range(problem.graph.nodes)),))


def alone(problem: Problem, case: Case, days: NDArray[np.float64], goal: int, place: int) -> Recovery:
    """Return what the search finds for one goal alone; no way back is infinite."""
    one = replace(problem, workloads=((problem.workloads[goal][place],),))
    outcome = judge(one, case, days)
    return outcome.recovery[0] if outcome.back[0][0] else Recovery(INF, INF)


def bounds(question: Question, end: End) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the bounds of every node in one case."""
    problem, case = every_node(question.problem), question.case(end)
    return time_to_recover_bounds(problem, [case], survival(problem, [case]))


@settings(max_examples=300, deadline=None)
@given(questions(max_deeds=5), st.sampled_from(End))
def test_the_exact_time_lies_between_the_bounds(question: Question, end: End) -> None:
    problem, case = every_node(question.problem), question.case(end)
    days = survival(problem, [case])
    low, high = time_to_recover_bounds(problem, [case], days)
    for node in range(problem.graph.nodes):
        found = alone(problem, case, days[:, 0], 0, node)
        assert low[node, 0] <= found.high + 1e-9
        assert high[node, 0] >= found.low - 1e-9
        if not -INF < days[node, 0] < HORIZON:
            assert low[node, 0] == high[node, 0] == 0.0


@settings(max_examples=200, deadline=None)
@given(questions(max_deeds=5, deadlines=False), st.sampled_from(End))
def test_without_deadlines_both_are_finite_exactly_where_there_is_a_way_back(question: Question, end: End) -> None:
    problem, case = every_node(question.problem), question.case(end)
    days = survival(problem, [case])
    low, high = time_to_recover_bounds(problem, [case], days)
    lost = (days > -INF) & (days < HORIZON)
    able = returnable(problem, [case], days)
    assert ((low < INF) == (able | ~lost)).all()
    assert ((high < INF) == (able | ~lost)).all()


@settings(max_examples=200, deadline=None)
@given(questions(max_deeds=5), st.sampled_from(End))
def test_low_is_infinite_exactly_where_there_is_no_way_back(question: Question, end: End) -> None:
    problem, case = every_node(question.problem), question.case(end)
    days = survival(problem, [case])
    low, high = time_to_recover_bounds(problem, [case], days)
    lost = (days > -INF) & (days < HORIZON)
    assert ((low == INF) == (lost & ~returnable(problem, [case], days))).all()
    assert (low <= high).all()


@settings(max_examples=150, deadline=None)
@given(questions(max_deeds=4, deadlines=False), st.sampled_from(End), st.data())
def test_longer_leads_and_efforts_never_lower_the_low_bound(question: Question, end: End, data: st.DataObject) -> None:
    more = st.sampled_from((0.0, 1.0, 2.5))

    def longer(deed: Deed) -> Deed:
        lead, effort = data.draw(more), data.draw(more)
        a, b, c = deed.lead_days
        x, y, z = deed.effort_person_days
        return replace(
            deed,
            lead_days=(a + lead, b + lead, c + lead),
            effort_person_days=(x + effort, y + effort, z + effort),
        )

    slower = replace(question, problem=replace(question.problem, deeds=tuple(map(longer, question.problem.deeds))))
    before, after = bounds(question, end), bounds(slower, end)
    assert (after[0] >= before[0]).all()
    assert (after[1] >= before[0]).all()


@settings(max_examples=100, deadline=None)
@given(questions(max_deeds=4), st.lists(st.sampled_from(DAYS), min_size=4, max_size=4), st.sampled_from((1, 1 << 23)))
def test_cases_side_by_side_do_not_touch_one_another(question: Question, onsets: list[float], cells: int) -> None:
    problem, other = every_node(question.problem), question.onset.copy()
    leaves = leaves_of(problem.graph)
    other[leaves] = onsets[: len(leaves)]
    cases = [question.case(End.LIKELY), Case(other, question.start + 1.0, End.LIKELY), question.case(End.LIKELY)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recovery_days, "WORKSPACE_CELLS", cells)
        together = time_to_recover_bounds(problem, cases, survival(problem, cases))
    for place, case in enumerate(cases):
        apart = time_to_recover_bounds(problem, [case], survival(problem, [case]))
        for side in (0, 1):
            assert (together[side][:, place] == apart[side][:, 0]).all()


# By hand.


def test_a_shared_action_is_counted_once_and_a_chain_is_exact() -> None:
    graph = graph_of([(LEAF, 0, ()), (LEAF, 0, ()), (AND, 0, (0, 1)), (AND, 0, (0, 2)), (AND, 0, (2, 3))])
    first = Deed(0, (), (1.0, 1.0, 1.0), (2.0, 2.0, 2.0))
    second = Deed(1, (0,), (4.0, 4.0, 4.0), (3.0, 3.0, 3.0))
    problem = problem_of(graph, (first, second), ((4, NO_DOWNTIME), (0, NO_DOWNTIME)))
    case = Case(np.array([0.0, 0.0, INF, INF, INF]), 0.0)
    low, high = time_to_recover_bounds(problem, [case], survival(problem, [case]))
    assert low.tolist() == high.tolist() == [[10.0], [3.0]]


def test_side_by_side_work_parts_the_bounds_by_the_work_of_the_other() -> None:
    graph = graph_of([(LEAF, 0, ()), (LEAF, 0, ()), (LEAF, 0, ()), (ATLEAST, 2, (0, 1, 2))])
    deeds = tuple(Deed(leaf, (), (days, days, days), (2.0, 2.0, 2.0)) for leaf, days in ((0, 1.0), (1, 5.0), (2, 2.0)))
    problem = problem_of(graph, deeds, ((3, NO_DOWNTIME),))
    case = Case(np.array([0.0, 0.0, 0.0, INF]), 0.0)
    days = survival(problem, [case])
    low, high = time_to_recover_bounds(problem, [case], days)
    assert (low.item(), high.item()) == (4.0, 6.0)
    assert alone(problem, case, days[:, 0], 0, 0).high == 5.0


def test_zero_cost_actions_that_need_one_another_bring_nothing_back() -> None:
    graph = graph_of([(LEAF, 0, ()), (LEAF, 0, ()), (OR, 0, (0, 1))])
    deeds = (Deed(0, (1,), NO_DOWNTIME, NO_DOWNTIME), Deed(1, (0,), NO_DOWNTIME, NO_DOWNTIME))
    case = Case(np.array([0.0, 0.0, INF]), 0.0)
    for extra, expected in (((), INF), ((Deed(1, (), (2.0, 2.0, 2.0), (1.0, 1.0, 1.0)),), 3.0)):
        problem = problem_of(graph, (*deeds, *extra), ((2, NO_DOWNTIME),))
        low, high = time_to_recover_bounds(problem, [case], survival(problem, [case]))
        assert low.item() == high.item() == expected


def test_an_edge_whose_grace_reaches_the_horizon_costs_nothing() -> None:
    graph = graph_of([(LEAF, 0, ()), (LEAF, 0, ()), (AND, 0, (0, 1))], [[], [], [[1.0, 1.0, HORIZON], [0.0, 0.0, 0.0]]])
    deeds = (Deed(0, (), (9.0, 9.0, 9.0), NO_DOWNTIME), Deed(1, (), (2.0, 2.0, 2.0), NO_DOWNTIME))
    problem = problem_of(graph, deeds, ((2, NO_DOWNTIME),))
    for end, expected in ((End.BAD, 9.0), (End.GOOD, 2.0)):
        case = Case(np.array([0.0, 0.0, INF]), 0.0, end)
        low, high = time_to_recover_bounds(problem, [case], survival(problem, [case]))
        assert low.item() == high.item() == expected


@pytest.mark.parametrize(("start", "expected"), [(-5.0, 5.0), (-4.0, INF)])
def test_a_deadline_that_a_chain_of_leads_misses_is_not_certified(start: float, expected: float) -> None:
    graph = graph_of([(LEAF, 0, ()), (LEAF, 0, ()), (AND, 0, (0,)), (LEAF, 0, ())])
    deeds = (Deed(1, (), (3.0, 3.0, 3.0), NO_DOWNTIME), Deed(0, (1,), (2.0, 2.0, 2.0), NO_DOWNTIME, before=3))
    problem = problem_of(graph, deeds, ((2, NO_DOWNTIME),))
    case = Case(np.array([0.0, 0.0, INF, 0.0]), start)
    low, high = time_to_recover_bounds(problem, [case], survival(problem, [case]))
    assert (low.item(), high.item()) == (5.0, expected)


def test_more_than_64_actions_are_told_apart() -> None:
    count = 150
    graph = graph_of([*[(LEAF, 0, ())] * count, (AND, 0, tuple(range(count)))])
    deeds = tuple(Deed(leaf, (), NO_DOWNTIME, (1.0, 1.0, 1.0)) for leaf in range(count))
    problem = problem_of(graph, deeds, ((count, NO_DOWNTIME),))
    case = Case(np.array([*[0.0] * count, INF]), 0.0)
    low, high = time_to_recover_bounds(problem, [case], survival(problem, [case]))
    assert (low.item(), high.item()) == (1.0, 150.0)


def test_what_does_not_fit_together_is_refused() -> None:
    problem = problem_of(graph_of([(LEAF, 0, ())]), (), ((0, NO_DOWNTIME),))
    cases = [Case(np.array([0.0]), 0.0, End.BAD), Case(np.array([0.0]), 0.0, End.GOOD)]
    with pytest.raises(UsageError, match="different ends"):
        time_to_recover_bounds(problem, cases, survival(problem, cases))
    with pytest.raises(UsageError, match="shape"):
        time_to_recover_bounds(problem, cases[:1], np.zeros((1, 2)))
    none = time_to_recover_bounds(problem, [], np.zeros((1, 0)))
    assert none[0].shape == none[1].shape == (1, 0)
