"""The live part gives every goal the state that the whole problem gives it, whatever the values of the facts."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from small_graphs import graph_of, graphs, leaves_of

from freehold.engine.judgement import Case, Deed, End, Problem, returnable, survival
from freehold.engine.liveness import ABSENT_STATE, LOST_STATE, RETURNS_STATE, SAFE_STATE, live_part
from freehold.graph.arrays import AND, LEAF, OR
from freehold.graph.order import evaluation_order

INF = float("inf")
HORIZON = 9.0


def state_of(problem: Problem, case: Case, goal: int, tolerated: float) -> int:
    days = survival(problem, [case])
    if days[goal, 0] == -INF:
        return ABSENT_STATE
    if days[goal, 0] + tolerated >= HORIZON:
        return SAFE_STATE
    return RETURNS_STATE if returnable(problem, [case], days)[goal, 0] else LOST_STATE


@st.composite
def questions(draw: st.DrawFn) -> tuple[Problem, Case, Case, list[int], list[tuple[int, float]]]:
    graph = draw(graphs(max_leaves=7, max_gates=9))
    leaves = leaves_of(graph)
    node = st.integers(0, graph.nodes - 1)
    lead = st.sampled_from((0.0, 2.0, 20.0)).map(lambda day: (day, day, day))
    deed = st.builds(
        Deed,
        restores=st.sampled_from(leaves),
        needs=st.lists(node, max_size=2).map(tuple),
        lead_days=lead,
        effort_person_days=st.just((0.0, 0.0, 0.0)),
        before=st.one_of(st.just(-1), node),
    )
    deeds = tuple(draw(st.lists(deed, max_size=5)))
    onset = np.full(graph.nodes, INF)
    for leaf in leaves:
        onset[leaf] = draw(st.sampled_from((-INF, 0.0, 4.0, INF, INF)))
    facts = [leaf for leaf in leaves if draw(st.booleans())][:5]
    worst, best = onset.copy(), onset.copy()
    worst[facts] = [draw(st.sampled_from((-INF, 0.0))) for _ in facts]
    best[facts] = INF
    ends = tuple((leaf, 5.0) for leaf in leaves if leaf not in facts and draw(st.integers(0, 5)) == 0)
    goals = [(draw(node), draw(st.sampled_from((0.0, 6.0)))) for _ in range(draw(st.integers(1, 3)))]
    problem = Problem(graph, evaluation_order(graph), deeds, (), 1.0, HORIZON)
    return problem, Case(worst, 0.0, End.BAD, ends), Case(best, 0.0, End.BAD, ends), facts, goals


@settings(max_examples=150, deadline=None)
@given(questions())
def test_the_live_part_answers_as_the_whole_does(
    question: tuple[Problem, Case, Case, list[int], list[tuple[int, float]]],
) -> None:
    problem, worst, best, facts, goals = question
    part = live_part(problem, worst, best, survival(problem, [worst, best]), goals)
    assert set(part.facts) <= set(facts)
    dead = [fact for fact in facts if fact not in part.facts]
    width = len(part.facts)
    values = np.array(list(product((False, True), repeat=width)), dtype=np.bool_).reshape(2**width, width)
    states = part.states(values)
    for row, state in zip(values, states.tolist(), strict=True):
        for others_good in (False, True):
            onset = worst.onset.copy()
            good = [*np.array(part.facts, dtype=np.intp)[row].tolist(), *(dead if others_good else [])]
            onset[good] = best.onset[good]
            case = Case(onset, worst.start, worst.end, worst.ends)
            assert state == [state_of(problem, case, goal, tolerated) for goal, tolerated in goals]


def test_what_nothing_depends_on_is_left_out() -> None:
    # two facts; the second is only needed by an alternative to something that holds anyway
    graph = graph_of([(LEAF, 0, ()), (LEAF, 0, ()), (LEAF, 0, ()), (OR, 0, (1, 2)), (AND, 0, (0, 3))])
    problem = Problem(graph, evaluation_order(graph), (), (), 1.0, HORIZON)
    worst, best = Case(np.array([0.0, 0.0, INF, 0, 0]), 0.0), Case(np.full(5, INF), 0.0)
    part = live_part(problem, worst, best, survival(problem, [worst, best]), [(4, 0.0)])
    assert part.facts == (0,)
    assert part.states(np.array([[False], [True]])).tolist() == [[LOST_STATE], [SAFE_STATE]]
