"""Certified bounds on the time to recover in 2,000 scenarios at once, beside the search of each scenario.

    python benchmarks/recovery_days.py [SCENARIOS]

The graph, the actions and the scenarios are made up (seeded): four parties' leaves are lost in each scenario, some actions
wait for others, some leaves have alternatives, a few must be done before something goes. ``judge`` is given
each goal alone, which is the question that the bounds answer, and then all goals together. Days of loss are input to all.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from days import supply_graph
from measured import cpu_seconds, peak_megabytes, show
from numpy.typing import NDArray

from freehold.engine.judgement import Case, Deed, End, Problem, judge, returnable, survival
from freehold.engine.recovery_days import time_to_recover_bounds
from freehold.graph.arrays import LEAF
from freehold.graph.order import evaluation_order

NOW = (0.0, 0.0, 0.0)
GOALS = 6
HORIZON = 365.0
TIMES = 5


def main() -> None:
    """Print the figures for two sizes of graph."""
    scenarios = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    for nodes in (1_000, 5_000):
        compared(nodes, scenarios)
    print(f"peak memory {peak_megabytes():,.0f} MB")


def compared(nodes: int, scenarios: int) -> None:
    """Print bounds, reachability and both loops side by side, and check every bound against the search."""
    problem, cases = made_up(nodes, scenarios)
    days = survival(problem, cases)
    print(
        f"{problem.graph.nodes:,} nodes, {problem.graph.edges:,} edges, {len(problem.deeds)} actions, "
        f"{scenarios:,} scenarios, {GOALS} goals"
    )
    ours, (low, high) = cpu_seconds(lambda: time_to_recover_bounds(problem, cases, days), TIMES)
    show("BOUNDS of each goal alone, all scenarios at once", ours, f"median of {TIMES}")
    reach, _ = cpu_seconds(lambda: returnable(problem, cases, days), TIMES)
    show("returnable(), all scenarios at once", reach, f"median of {TIMES}: whether, not when")
    apart, exact = cpu_seconds(lambda: searched(problem, cases, days))
    show("loop of judge(), each goal alone", apart, f"{apart / ours:,.1f} x ours (once)")
    together, _ = cpu_seconds(lambda: [judge(problem, case, days[:, i]) for i, case in enumerate(cases)])
    show("loop of judge(), goals together", together, f"{together / ours:,.1f} x ours (once)")
    print(checked(low, high, *exact))


def made_up(nodes: int, scenarios: int) -> tuple[Problem, list[Case]]:
    """Return a problem with actions for two leaves in three of those at risk, and its scenarios at the bad end."""
    rng = np.random.default_rng(nodes)
    graph = supply_graph(nodes)
    risky = rng.choice(np.flatnonzero(graph.kind == LEAF), 60, replace=False)
    deeds = []
    for leaf in risky[:45].tolist():
        for _ in range(int(rng.integers(1, 4))):
            needs = (int(rng.choice(risky)),) if rng.random() < 0.3 else ()
            lead, effort = float(rng.integers(0, 60)), float(rng.integers(0, 20))
            before = int(rng.choice(risky)) if rng.random() < 0.1 else -1
            deeds.append(Deed(leaf, needs, (lead, lead, 2 * lead), (effort, effort, 2 * effort), before))
    goals = tuple((int(v), NOW) for v in rng.choice(np.arange(nodes // 2, nodes), GOALS, replace=False))
    problem = Problem(graph, evaluation_order(graph), tuple(deeds), (goals,), 2.0, HORIZON)
    cases = []
    for _ in range(scenarios):
        onset = np.full(nodes, np.inf)
        onset[rng.choice(risky, 4, replace=False)] = float(rng.integers(0, 60))
        cases.append(Case(onset, 0.0, End.BAD))
    return problem, cases


def searched(
    problem: Problem, cases: Sequence[Case], days: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what the search finds for each goal alone: its own bounds, equal where it is exact."""
    low, high = np.zeros((GOALS, len(cases))), np.zeros((GOALS, len(cases)))
    for place, goal in enumerate(problem.workloads[0]):
        one = replace(problem, workloads=((goal,),))
        for column, case in enumerate(cases):
            outcome = judge(one, case, days[:, column])
            found = outcome.recovery[0]
            back = outcome.back[0][0]
            low[place, column], high[place, column] = (found.low, found.high) if back else (np.inf, np.inf)
    return low, high


def checked(
    low: NDArray[np.float64], high: NDArray[np.float64], least: NDArray[np.float64], most: NDArray[np.float64]
) -> str:
    """Return how often the bounds settle it, how wide they are else, and how many contradict the search."""
    lost = high > 0
    wrong = int(((low > most + 1e-6) | (high < least - 1e-6)).sum())
    finite = lost & (high < np.inf)
    met = lost & ((low == np.inf) | (high - np.where(low < np.inf, low, 0.0) <= 1e-6))
    widest = (
        float(np.median(high[finite & ~met] / np.maximum(low[finite & ~met], 1e-9))) if (finite & ~met).any() else 1
    )
    return (
        f"  {lost.sum():,} goals lost in a scenario, {(low == np.inf).sum():,} without a way back; bounds meet for "
        f"{met.sum():,}, no upper bound for {(lost & (high == np.inf) & (low < np.inf)).sum():,}; else the median of "
        f"high / low is {widest:.2f}; {wrong} contradict the search"
    )


if __name__ == "__main__":
    main()
