"""Ten thousand scenarios x 100,000 nodes of days, beside the bound that memory sets and a loop in plain Python.

    python benchmarks/days.py [SCENARIOS]

The graph is made up (seeded): a third leaves, layers of AND, OR and 2-of-3 gates, graces on half of the leaf edges, some
cycles. Array operations only: there is nothing to compile, so there is no cold start. The scenarios are walked in
blocks of 500, as a caller with a bounded memory would; the answer kept is that of 500 chosen nodes.
"""

from __future__ import annotations

import sys
import time

import numpy as np
from measured import cpu_seconds, peak_megabytes, show
from numpy.typing import NDArray

from freehold.engine.days import time_to_survive
from freehold.engine.schedule import Schedule, schedule_of
from freehold.graph.arrays import AND, ATLEAST, LEAF, OR, AndOrGraph
from freehold.graph.order import Order, evaluation_order

BLOCK = 500
KEPT = 500
LAYERS = 40


def main() -> None:
    """Print the figure, the memory, the bound, the plain loop and the growth."""
    scenarios = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    graph = supply_graph(100_000)
    ordering, order = cpu_seconds(lambda: evaluation_order(graph), 3)
    laying, schedule = cpu_seconds(lambda: schedule_of(graph, order), 3)
    print(f"{graph.nodes:,} nodes, {graph.edges:,} edges, {schedule.slots:,} values, {order.cyclic.sum()} cycles")
    show("load: evaluation order", ordering)
    show("load: lay out the schedule", laying)
    ours = walked(graph, order, schedule, scenarios)
    show(f"DAYS: {scenarios:,} scenarios", ours, f"{ours / graph.edges / scenarios * 1e9:.2f} ns per edge and scenario")
    print(f"peak memory {peak_megabytes():,.0f} MB")
    bytes_moved = 8 * scenarios * (2 * graph.edges + schedule.slots)
    bandwidth = copy_bandwidth()
    bound = bytes_moved / bandwidth
    show("bound: each child read, gathered, each value written", bound, f"at {bandwidth / 1e9:.1f} GB/s (copying)")
    print(f"  {ours / bound:.1f} x the bound")
    plain(graph, order, schedule, ours / scenarios)
    growth(scenarios // 20)
    whole(supply_graph(120_000))


def supply_graph(nodes: int, seed: int = 7) -> AndOrGraph:
    """Return a made-up supply graph: 3.3 edges a node, children up to three layers below, three in ten of them leaves."""
    rng = np.random.default_rng(seed)
    leaves = nodes // 3
    kind = np.full(nodes, LEAF, dtype=np.uint8)
    kind[leaves:] = rng.choice([AND, OR, ATLEAST], nodes - leaves, p=[0.82, 0.17, 0.01])
    degree = np.zeros(nodes, dtype=np.int64)
    degree[leaves:] = 1 + rng.poisson(3.3 * nodes / (nodes - leaves) - 1, nodes - leaves)
    degree[kind == ATLEAST] = 3
    parent = np.repeat(np.arange(nodes), degree)
    layer = np.zeros(nodes, dtype=np.int64)
    layer[leaves:] = np.sort(rng.integers(1, LAYERS, nodes - leaves))
    first = np.searchsorted(layer, np.arange(LAYERS + 1))
    low, high = first[np.maximum(0, layer[parent] - 3)], first[layer[parent]]
    child = (low + rng.random(len(parent)) * (high - low)).astype(np.int64)
    to_leaf = rng.random(len(parent)) < 0.3
    child[to_leaf] = rng.integers(0, leaves, to_leaf.sum())
    back = (rng.random(len(parent)) < 0.002) & (kind[parent] == AND)
    child[back] = np.minimum(nodes - 1, parent[back] + rng.integers(0, 30, back.sum()))
    grace = np.zeros((len(child), 3))
    held = (child < leaves) & (rng.random(len(child)) < 0.5)
    grace[held] = rng.choice([[0, 7, 30], [30, 60, 90], [1, 2, 3]], held.sum())
    return AndOrGraph(
        kind=kind,
        k=np.where(kind == ATLEAST, 2, 0).astype(np.int32),
        start=np.concatenate(([0], np.cumsum(degree))),
        child=child.astype(np.int32),
        grace=grace,
    )


def onsets(leaves: int, scenarios: int, seed: int) -> NDArray[np.float64]:
    """Return scenarios that each lose one leaf in a thousand within 60 days."""
    rng = np.random.default_rng(seed)
    onset = np.full((leaves, scenarios), np.inf)
    lost = rng.integers(0, leaves, (max(1, leaves // 1000), scenarios))
    onset[lost, np.arange(scenarios)] = rng.integers(0, 60, lost.shape)
    return onset


def walked(graph: AndOrGraph, order: Order, schedule: Schedule, scenarios: int) -> float:
    """Return the CPU seconds of all scenarios, in blocks; making the scenarios up is not counted."""
    kept = np.random.default_rng(2).choice(graph.nodes, KEPT, replace=False)
    seconds = 0.0
    for first in range(0, scenarios, BLOCK):
        onset = onsets(len(schedule.leaf), min(BLOCK, scenarios - first), first)
        begun = time.process_time()
        time_to_survive(graph, order, onset, rows=kept, schedule=schedule)
        seconds += time.process_time() - begun
    return seconds


def copy_bandwidth() -> float:
    """Return bytes per second read plus written by copying between arrays too large for any cache."""
    source, target = np.ones(1 << 25), np.zeros(1 << 25)
    seconds, _ = cpu_seconds(lambda: np.copyto(target, source), 9)
    return 2 * source.nbytes / seconds


def plain(graph: AndOrGraph, order: Order, schedule: Schedule, ours: float) -> None:
    """Print a loop over nodes and children for one scenario, and compare all its days with ours."""
    onset = onsets(len(schedule.leaf), 1, 3)
    start, child, grace = graph.start.tolist(), graph.child.tolist(), graph.grace[:, 1].tolist()
    kind, k = graph.kind.tolist(), graph.k.tolist()

    def loop() -> list[float]:
        day = [np.inf] * graph.nodes
        for leaf, lost in zip(np.flatnonzero(graph.kind == LEAF).tolist(), onset[:, 0].tolist(), strict=True):
            day[leaf] = lost
        for number in range(order.components):
            members = [node for node in order.members(number).tolist() if kind[node] != LEAF]
            changed = bool(members)
            while changed:
                before = [day[node] for node in members]
                for node in members:
                    ends = [day[child[edge]] + grace[edge] for edge in range(start[node], start[node + 1])]
                    wanted = 1 if kind[node] == OR else len(ends) if kind[node] == AND else k[node]
                    day[node] = sorted(ends, reverse=True)[wanted - 1]
                changed = bool(order.cyclic[number]) and before != [day[node] for node in members]
        return day

    seconds, day = cpu_seconds(loop)
    differing = int((time_to_survive(graph, order, onset, schedule=schedule)[:, 0] != np.array(day)).sum())
    show("plain Python loop, one scenario", seconds, f"{seconds / ours:,.0f} x ours; {differing} days differ")


def growth(scenarios: int) -> None:
    """Print the same on smaller graphs."""
    print(f"growth, {scenarios:,} scenarios")
    for nodes in (12_500, 25_000, 50_000, 100_000):
        graph = supply_graph(nodes)
        order = evaluation_order(graph)
        seconds = walked(graph, order, schedule_of(graph, order), scenarios)
        show(f"{nodes:,} nodes", seconds, f"{seconds / graph.edges / scenarios * 1e9:.2f} ns per edge and scenario")


def whole(graph: AndOrGraph) -> None:
    """Print what one assessment asks: 300 scenarios on 120,000 nodes, all days kept, then those of 500 nodes."""
    order = evaluation_order(graph)
    schedule = schedule_of(graph, order)
    onset = onsets(len(schedule.leaf), 300, 5)
    rows = np.arange(KEPT)
    chosen, _ = cpu_seconds(lambda: time_to_survive(graph, order, onset, rows=rows, schedule=schedule), 5)
    every, days = cpu_seconds(lambda: time_to_survive(graph, order, onset, schedule=schedule), 5)
    show(f"300 scenarios x {graph.nodes:,} nodes, {KEPT} rows kept", chosen)
    show(f"300 scenarios x {graph.nodes:,} nodes, all rows kept", every, f"{days.nbytes / 1e6:,.0f} MB of days")


if __name__ == "__main__":
    main()
