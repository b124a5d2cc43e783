"""Days and ways back against naive fixpoints and every corner of the ranges, on small random graphs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from small_graphs import graph_of, graphs, leaves_of

from freehold.engine.days import time_to_survive
from freehold.engine.judgement import Case, Deed, End, Outcome, Problem, judge, lost_days, returnable, survival
from freehold.graph.arrays import AND, LEAF, OR, AndOrGraph
from freehold.graph.order import evaluation_order
from freehold.model.subject import Range

INF = float("inf")
HORIZON = 10.0
DAYS = (0.0, 2.0, 5.0, 9.0, INF)


@dataclass(frozen=True)
class Question:
    """A problem and one case of it at each end."""

    problem: Problem
    onset: NDArray[np.float64]
    start: float
    ends: tuple[tuple[int, float], ...]

    def case(self, end: End) -> Case:
        """Return the case at one end."""
        return Case(self.onset, self.start, end, self.ends)

    def outcome(self, end: End) -> Outcome:
        """Run the case at one end."""
        case = self.case(end)
        return judge(self.problem, case, survival(self.problem, [case])[:, 0])


def problem_of(
    graph: AndOrGraph, deeds: tuple[Deed, ...], goals: tuple[tuple[int, Range], ...], capacity: float = 1.0
) -> Problem:
    """Return a problem of one workload."""
    return Problem(graph, evaluation_order(graph), deeds, (goals,), capacity, HORIZON)


ranges = st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)).map(
    lambda steps: (float(steps[0]), float(steps[0] + steps[1]), float(sum(steps)))
)


@st.composite
def questions(draw: st.DrawFn, *, max_goals: int = 1, max_deeds: int = 2, deadlines: bool = True) -> Question:
    """Draw a graph with onsets, actions and goals; some leaves come back by themselves."""
    graph = draw(graphs(max_leaves=4, max_gates=4))
    leaves, node = leaves_of(graph), st.integers(0, graph.nodes - 1)
    onset = np.full(graph.nodes, INF)
    for leaf in leaves:
        onset[leaf] = draw(st.sampled_from((*DAYS, -INF)))
    needs = st.lists(node, max_size=1).map(tuple)
    before = st.one_of(st.just(-1), node) if deadlines else st.just(-1)
    deed = st.builds(Deed, st.sampled_from(leaves), needs, ranges, ranges, before)
    deeds = tuple(draw(st.lists(deed, max_size=max_deeds)))
    goals = tuple((v, draw(ranges)) for v in draw(st.lists(node, min_size=1, max_size=max_goals, unique=True)))
    ending = [leaf for leaf in leaves if 0.0 <= onset[leaf] < INF]
    ends = [(leaf, onset[leaf] + 3.0) for leaf in ending if draw(st.booleans())]
    start = draw(st.sampled_from((0.0, -2.0, 1.0)))
    return Question(problem_of(graph, deeds, goals, draw(st.sampled_from((1.0, 2.0)))), onset, start, tuple(ends))


def naive_days(graph: AndOrGraph, onset: NDArray[np.float64], column: int) -> NDArray[np.float64]:
    """Return the days of loss by iterating down from never: availability is the greatest fixpoint."""
    days = np.where(graph.kind == LEAF, onset, INF)
    for _ in range(graph.nodes * (graph.edges + 1) * 12):
        after = days.copy()
        for node in range(graph.nodes):
            edges = range(int(graph.start[node]), int(graph.start[node + 1]))
            found = sorted((days[graph.child[e]] + graph.grace[e, column] for e in edges), reverse=True)
            match int(graph.kind[node]):
                case kind if kind == AND:
                    after[node] = found[-1] if found else INF
                case kind if kind == OR:
                    after[node] = found[0] if found else -INF
                case kind if kind != LEAF:
                    k = int(graph.k[node])
                    after[node] = INF if k <= 0 else -INF if k > len(found) else found[k - 1]
        if (after == days).all():
            return days
        days = after
    return days


def stops_by_itself(graph: AndOrGraph) -> bool:
    """Tell whether graces stand on edges to leaves only, so that no cycle can lengthen itself for ever."""
    return all(graph.kind[graph.child[e]] == LEAF or not graph.grace[e].any() for e in range(graph.edges))


@settings(max_examples=150, deadline=None)
@given(questions(), st.sampled_from(End))
def test_days_are_the_greatest_fixpoint(question: Question, end: End) -> None:
    graph = question.problem.graph
    assert stops_by_itself(graph)
    found = survival(question.problem, [question.case(end)])[:, 0]
    assert (found == naive_days(graph, question.onset, int(end))).all()


@settings(max_examples=100, deadline=None)
@given(questions(), st.data())
def test_days_never_come_earlier_with_later_onsets_or_longer_graces(question: Question, data: st.DataObject) -> None:
    graph, order = question.problem.graph, question.problem.order
    later = question.onset.copy()
    for leaf in leaves_of(graph):
        later[leaf] = max(later[leaf], data.draw(st.sampled_from((-INF, *DAYS))))
    days = time_to_survive(graph, order, np.column_stack([question.onset, later]), 0)
    assert (days[:, 1] >= days[:, 0]).all()
    longer = time_to_survive(graph, order, question.onset[:, None], 2)[:, 0]
    assert (longer >= days[:, 0]).all()


def lost_set(graph: AndOrGraph, gone: set[int]) -> set[int]:
    """Return what is lost for good once leaves are gone: the least fixpoint of loss."""
    lost = set(gone)
    while True:
        more = set()
        for node in range(graph.nodes):
            held = sum(int(child) not in lost for child in graph.children(node))
            match int(graph.kind[node]):
                case kind if kind == LEAF:
                    continue
                case kind if kind == AND:
                    down = held < len(graph.children(node))
                case kind if kind == OR:
                    down = held == 0
                case _:
                    down = held < int(graph.k[node])
            more |= {node} if down else set()
        if more <= lost:
            return lost
        lost |= more


@settings(max_examples=100, deadline=None)
@given(graphs(max_leaves=4, max_gates=5), st.data())
def test_what_is_lost_on_day_0_is_the_least_fixpoint_of_loss(graph: AndOrGraph, data: st.DataObject) -> None:
    gone = {leaf for leaf in leaves_of(graph) if data.draw(st.booleans())}
    onset = np.array([[-INF if node in gone else INF] for node in range(graph.nodes)])
    days = time_to_survive(graph, evaluation_order(graph), onset, 1)[:, 0]
    assert {int(v) for v in np.flatnonzero(days < INF)} == lost_set(graph, gone)


@settings(max_examples=150, deadline=None)
@given(questions(max_deeds=3), st.sampled_from(End))
def test_what_can_come_back_agrees_with_the_search(question: Question, end: End) -> None:
    problem, case = question.problem, question.case(end)
    days = survival(problem, [case])
    able = returnable(problem, [case], days)
    for node in range(problem.graph.nodes):
        alone = replace(problem, workloads=(((node, (0.0, 0.0, 0.0)),),))
        outcome = judge(alone, case, days[:, 0])
        if days[node, 0] > -INF:
            assert bool(able[node, 0]) == outcome.back[0][0]


@settings(max_examples=60, deadline=None)
@given(questions(max_deeds=3), st.lists(st.sampled_from(DAYS), min_size=4, max_size=4))
def test_cases_side_by_side_do_not_touch_one_another(question: Question, days: list[float]) -> None:
    other = question.onset.copy()
    leaves = leaves_of(question.problem.graph)
    other[leaves] = days[: len(leaves)]
    cases = [question.case(End.BAD), Case(other, question.start, End.BAD)]
    together = returnable(question.problem, cases, survival(question.problem, cases))
    for place, case in enumerate(cases):
        alone = returnable(question.problem, [case], survival(question.problem, [case]))
        assert (together[:, place] == alone[:, 0]).all()


def corners(question: Question) -> list[Question]:
    """Return the question with every input at one of its two ends, in every combination.

    Inputs are the grace of each edge, the downtime of each goal, the lead and the effort of each action.
    """
    problem = question.problem
    edges = [e for e in range(problem.graph.edges) if problem.graph.grace[e, 0] != problem.graph.grace[e, 2]][:3]
    count = len(edges) + len(problem.workloads[0]) + 2 * len(problem.deeds)
    made = []
    for bad in product((False, True), repeat=count):
        pick = iter(bad)
        grace = problem.graph.grace.copy()
        for e in range(problem.graph.edges):
            low = next(pick) if e in edges else True
            grace[e] = grace[e, 0] if low else grace[e, 2]
        goals = tuple((v, _at(days, low=next(pick))) for v, days in problem.workloads[0])
        deeds = tuple(
            replace(
                d,
                lead_days=_at(d.lead_days, low=not next(pick)),
                effort_person_days=_at(d.effort_person_days, low=not next(pick)),
            )
            for d in problem.deeds
        )
        graph = AndOrGraph(problem.graph.kind, problem.graph.k, problem.graph.start, problem.graph.child, grace)
        made.append(replace(question, problem=replace(problem, graph=graph, deeds=deeds, workloads=(goals,))))
    return made


def _at(days: Range, *, low: bool) -> Range:
    day = days[0] if low else days[2]
    return (day, day, day)


def numbers(question: Question, outcome: Outcome, place: int) -> tuple[float, float, float]:
    """Return day lost, day back and gap of a goal; never back is infinite, never lost has no gap."""
    lost = outcome.lost[0][place]
    if not -INF < lost < HORIZON:
        return lost, -INF, 0.0
    back = question.start + outcome.recovery[0].high if outcome.back[0][place] else INF
    return lost, back, max(0.0, back - lost)


@settings(max_examples=40, deadline=None)
@given(questions(max_goals=1))
def test_the_ends_of_a_range_bound_every_corner(question: Question) -> None:
    worst = numbers(question, question.outcome(End.BAD), 0)
    best = numbers(question, question.outcome(End.GOOD), 0)
    for corner in corners(question):
        lost, back, gap = numbers(corner, corner.outcome(End.BAD), 0)
        assert worst[0] <= lost <= best[0]
        assert best[1] - 1e-9 <= back <= worst[1] + 1e-9
        assert best[2] - 1e-9 <= gap <= worst[2] + 1e-9


@settings(max_examples=40, deadline=None)
@given(questions(max_goals=2))
def test_the_ends_bound_every_corner_of_several_goals_together(question: Question) -> None:
    places = range(len(question.problem.workloads[0]))
    worst = [numbers(question, question.outcome(End.BAD), place) for place in places]
    best = [numbers(question, question.outcome(End.GOOD), place) for place in places]
    for corner in corners(question):
        outcome = corner.outcome(End.BAD)
        for place in places:
            _, back, gap = numbers(corner, outcome, place)
            assert best[place][1] - 1e-9 <= back <= worst[place][1] + 1e-9
            assert best[place][2] - 1e-9 <= gap <= worst[place][2] + 1e-9


@settings(max_examples=60, deadline=None)
@given(questions(max_goals=2), st.sampled_from(End))
def test_the_day_lost_is_the_day_of_the_node_and_the_tolerated_downtime(question: Question, end: End) -> None:
    case = question.case(end)
    days = survival(question.problem, [case])[:, 0]
    goals = question.problem.workloads[0]
    assert lost_days(question.problem, case, days) == [[float(days[v]) + tolerated[end] for v, tolerated in goals]]


# By hand.


def test_a_changed_graph_is_evaluated_as_it_is_now() -> None:
    graph = graph_of([(LEAF, 0, ()), (AND, 0, (0,))], [[], [[1.0, 1.0, 1.0]]])
    problem = problem_of(graph, (), ((1, (0.0, 0.0, 0.0)),))
    case = Case(np.array([2.0, INF]), 0.0)
    assert survival(problem, [case])[1, 0] == 3.0
    longer = graph_of([(LEAF, 0, ()), (AND, 0, (0,))], [[], [[4.0, 4.0, 4.0]]])
    assert survival(replace(problem, graph=longer), [case])[1, 0] == 6.0


def two_leaves(deeds: tuple[Deed, ...]) -> Problem:
    """Return leaves 0 and 1 and goals 2 = (0) and 3 = (1)."""
    graph = graph_of([(LEAF, 0, ()), (LEAF, 0, ()), (AND, 0, (0,)), (AND, 0, (1,))])
    return problem_of(graph, deeds, ((2, (0.0, 0.0, 0.0)), (3, (0.0, 0.0, 0.0))))


def run(problem: Problem, onset: list[float], start: float = 0.0, ends: tuple[tuple[int, float], ...] = ()) -> Outcome:
    """Run one case at the bad end; onsets of the leaves."""
    days = np.full(problem.graph.nodes, INF)
    days[: len(onset)] = onset
    case = Case(days, start, End.BAD, ends)
    return judge(problem, case, survival(problem, [case])[:, 0])


def test_goals_of_one_workload_come_back_together() -> None:
    slow = (Deed(0, (), (1.0, 2.0, 3.0), (0.0, 0.0, 0.0)), Deed(1, (), (5.0, 6.0, 7.0), (0.0, 0.0, 0.0)))
    outcome = run(two_leaves(slow), [0.0, 0.0])
    assert outcome.back == [[True, True]]
    assert outcome.recovery[0].high == 7.0
    assert outcome.deeds == [(0, 1)]


def test_what_nothing_brings_back_does_not_hold_up_the_others() -> None:
    outcome = run(two_leaves((Deed(0, (), (1.0, 2.0, 3.0), (0.0, 0.0, 0.0)),)), [0.0, 0.0])
    assert outcome.back == [[True, False]]
    assert outcome.recovery[0].high == 3.0


def test_what_is_absent_or_safe_is_no_goal() -> None:
    outcome = run(two_leaves(()), [-INF, HORIZON])
    assert outcome.lost == [[-INF, HORIZON]]
    assert outcome.back == [[True, True]]
    assert outcome.recovery[0].high in (0.0, INF)


@pytest.mark.parametrize(("start", "back"), [(-3.0, True), (-2.0, False)])
def test_what_must_be_done_before_something_goes_has_a_deadline(start: float, back: bool) -> None:
    export = Deed(0, (), (1.0, 1.0, 2.0), (1.0, 1.0, 1.0), before=3)
    assert run(two_leaves((export,)), [0.0, 0.0], start).back == [[back, False]]


def test_the_end_of_a_disruption_is_an_option_without_effort() -> None:
    outcome = run(two_leaves(()), [0.0, INF], ends=((0, 6.0),))
    assert outcome.recovery[0].high == 6.0
    assert outcome.deeds == [(-1,)]
