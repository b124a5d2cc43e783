"""Every single-package failure of a Debian package list: Freehold beside the graph libraries, in one run.

    python benchmarks/debian_sweep.py [PACKAGES]

PACKAGES is a ``Packages`` file (plain, gzip, xz); by default the largest ``main`` list that apt holds. One thread. The compiler
starts from an empty cache, so the cold start is the real one. The peers ignore alternatives: each of them is an edge.
"""

from __future__ import annotations

import gc
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

os.environ["NUMBA_CACHE_DIR"] = tempfile.mkdtemp(prefix="freehold-bench-")

import numpy as np
from measured import cpu_seconds, peak_megabytes, show
from numpy.typing import NDArray

from freehold.engine.compiled import compiled_available
from freehold.engine.loss import losses, pairs
from freehold.engine.sweep import Sweep, each_leaf, one_party_each, run_sweep, sweep_job
from freehold.graph.arrays import AND, ATLEAST, OR, AndOrGraph
from freehold.graph.formats.debian import Package, PackageList, package_list, read_packages
from freehold.graph.order import Order, evaluation_order

Reached = Sequence[Iterable[int] | int]


def main() -> None:
    """Print loading, cold start, the sweep, groups, the check, growth and the peers."""
    data = package_bytes(sys.argv[1:])
    loading, listed = cpu_seconds(lambda: read_packages(data))
    graph, count = listed.graph, len(listed.packages)
    ordering, order = cpu_seconds(lambda: evaluation_order(graph), 3)
    laying, job = cpu_seconds(lambda: sweep_job(graph, order, each_leaf(graph)), 3)
    print(f"{count:,} packages, {graph.nodes:,} nodes, {graph.edges:,} edges, {(graph.kind == OR).sum():,} ORs")
    print(
        f"{order.components:,} components, {order.cyclic.sum()} cyclic; {len(listed.outside)} clauses met by nothing listed"
    )
    show("load: read the list into a graph", loading)
    show("load: evaluation order", ordering)
    show("load: lay out the sweep", laying)
    packages = np.arange(count, 2 * count)
    os.environ["FREEHOLD_COMPILED"] = "0"
    plain, _ = cpu_seconds(lambda: run_sweep(job))
    show("sweep in plain Python (no compiler installed)", plain)
    if not compiled_available():
        print("numba is not installed: no compiled figures")
        return
    os.environ["FREEHOLD_COMPILED"] = "1"
    cold, _ = cpu_seconds(lambda: run_sweep(job).by_party(packages))
    ours, found = cpu_seconds(lambda: run_sweep(job), 15)
    turned, by_package = cpu_seconds(lambda: found.by_party(packages), 15)
    show("cold start: import and compile, once per machine", cold)
    show("SWEEP: every single failure, exact", ours, f"{(found.last - found.first)[packages].sum():,} pairs")
    show("the same answers turned round, by failing package", turned)
    memory = peak_megabytes()
    groups(listed, order, packages)
    check("single packages", graph, found, packages, [[leaf] for leaf in range(count)])
    print(f"peak memory up to the sweep {memory:,.0f} MB, with groups and check {peak_megabytes():,.0f} MB")
    growth(listed.packages)
    peers(graph, count, ours, by_package)


def package_bytes(arguments: list[str]) -> bytes:
    """Return the bytes of the named file, or of the list that apt holds."""
    if arguments:
        return Path(arguments[0]).read_bytes()
    lists = sorted(Path("/var/lib/apt/lists").glob("*_main_binary-*_Packages*"), key=lambda path: -path.stat().st_size)
    if not lists:
        sys.exit("no package list: name a Packages file, or run apt-get update first")
    return subprocess.run(["/usr/lib/apt/apt-helper", "cat-file", lists[0]], check=True, capture_output=True).stdout


def groups(listed: PackageList, order: Order, packages: NDArray[np.int64]) -> None:
    """Print the sweeps over maintainers and source packages, checked, and all pairs of the largest maintainers."""
    for name, member, names in (
        ("maintainers", listed.maintainer, listed.maintainers),
        ("source packages", listed.source, listed.sources),
    ):
        owner = np.concatenate((member, np.full(len(listed.outside), -1)))
        parties = one_party_each(owner, len(names))
        job = sweep_job(listed.graph, order, parties)
        seconds, found = cpu_seconds(partial(run_sweep, job), 9)
        pairs_found = (found.last - found.first)[packages].sum()
        show(f"sweep over {len(names):,} {name}", seconds, f"{pairs_found:,} pairs")
        check(
            name,
            listed.graph,
            found,
            packages,
            [np.flatnonzero(owner == party).tolist() for party in range(len(names))],
        )
    largest = np.argsort(-np.bincount(listed.maintainer), kind="stable")[:100].tolist()
    held = {party: np.flatnonzero(listed.maintainer == party) for party in largest}
    both = [np.concatenate((held[one], held[other])) for one, other in pairs(largest)]
    seconds, _ = cpu_seconds(lambda: losses(listed.graph, order, both, rows=packages), 3)
    show(f"{len(both):,} chosen pairs of the 100 largest maintainers, bits", seconds)


def check(
    name: str, graph: AndOrGraph, found: Sweep, packages: NDArray[np.int64], scenarios: Iterable[list[int]]
) -> None:
    """Compare with counters driven by events, one scenario at a time (Dowling & Gallier 1984)."""
    start, lost = found.by_party(packages)
    parents: list[list[int]] = [[] for _ in range(graph.nodes)]
    for node in range(graph.nodes):
        for child in graph.children(node).tolist():
            parents[child].append(node)
    degree = np.diff(graph.start)
    need = np.where(graph.kind == AND, 1, np.where(graph.kind == ATLEAST, degree - graph.k + 1, degree)).tolist()
    wrong = 0
    for party, leaves in enumerate(scenarios):
        work, gone, met = list(leaves), set(leaves), dict[int, int]()
        while work:
            for parent in parents[work.pop()]:
                met[parent] = met.get(parent, 0) + 1
                if met[parent] >= need[parent] and parent not in gone:
                    gone.add(parent)
                    work.append(parent)
        answer = lost[start[party] : start[party + 1]].tolist()
        wrong += sorted(node for node in gone if packages[0] <= node <= packages[-1]) != answer
    print(f"    checked, {name}: {wrong} of {party + 1:,} answers differ from the event-driven computation")


def growth(packages: tuple[Package, ...]) -> None:
    """Print the sweep on closed parts of the list: packages at random with all they need."""
    print("growth (parts closed under needs)")
    full = package_list(packages)
    picked = list(range(len(packages)))
    random.Random(1).shuffle(picked)
    for share in (8, 4, 2, 1):
        part = closed_part(full, picked, max(1, len(packages) // share))
        listed = package_list([packages[number] for number in part])
        order = evaluation_order(listed.graph)
        job = sweep_job(listed.graph, order, each_leaf(listed.graph))
        seconds, found = cpu_seconds(partial(run_sweep, job), 9)
        work = listed.graph.edges + len(found.party)
        note = f"{listed.graph.edges:,} edges, {len(found.party):,} set entries: {seconds / work * 1e9:.1f} ns each"
        show(f"1/{share}: {len(part):,} packages", seconds, note)


def closed_part(listed: PackageList, picked: list[int], size: int) -> list[int]:
    """Return the first packages of ``picked`` with everything they need, until ``size`` are together."""
    count = len(listed.packages)
    inside: set[int] = set()
    for number in picked:
        work = [count + number]
        while work and len(inside) < size:
            node = work.pop()
            if count <= node < 2 * count:
                if node - count in inside:
                    continue
                inside.add(node - count)
            work.extend(listed.graph.children(node).tolist())
    return sorted(inside)


def peers(graph: AndOrGraph, count: int, ours: float, by_package: tuple[NDArray[np.int64], NDArray[np.int32]]) -> None:
    """Time the graph libraries on all packages and count their wrong answers."""
    edges = sorted(
        {
            (node - count, leaf - count)
            for node in range(count, 2 * count)
            for child in graph.children(node).tolist()
            for leaf in ([child] if child < 2 * count else graph.children(child).tolist())
            if leaf >= count
        }
    )
    start, lost = by_package
    answers = [set((lost[start[number] : start[number + 1]] - count).tolist()) for number in range(count)]
    print(
        "peers: what each package's failure reaches, alternatives taken as needs; Python's garbage collector off for them"
    )
    gc.disable()
    for name, peer in (
        ("networkx", with_networkx),
        ("rustworkx", with_rustworkx),
        ("igraph", with_igraph),
        ("igraph, only how many (ours says which)", with_igraph_numbers),
    ):
        try:
            run = peer(count, edges)
        except ModuleNotFoundError:
            print(f"  {name} is not installed: skipped")
            continue
        seconds, reached = cpu_seconds(run, 1 if name == "networkx" else 3)
        wrong = sum(
            theirs != len(answers[number]) if isinstance(theirs, int) else set(theirs) | {number} != answers[number]
            for number, theirs in enumerate(reached)
        )
        show(name, seconds, f"{seconds / ours:,.1f} x ours; {wrong:,} answers wrong ({wrong / count:.1%})")


def with_networkx(count: int, edges: list[tuple[int, int]]) -> Callable[[], Reached]:
    """Prepare networkx; the task answers for every package."""
    import networkx

    graph = networkx.DiGraph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from((below, above) for above, below in edges)
    return lambda: [networkx.descendants(graph, number) for number in range(count)]


def with_rustworkx(count: int, edges: list[tuple[int, int]]) -> Callable[[], Reached]:
    """Prepare rustworkx; the task answers for every package."""
    import rustworkx

    graph = rustworkx.PyDiGraph(multigraph=False)
    graph.add_nodes_from(range(count))
    graph.add_edges_from_no_data([(below, above) for above, below in edges])
    return lambda: [rustworkx.descendants(graph, number) for number in range(count)]


def with_igraph(count: int, edges: list[tuple[int, int]]) -> Callable[[], Reached]:
    """Prepare igraph; the task answers for every package in one call, its fastest."""
    import igraph

    graph = igraph.Graph(n=count, edges=[(below, above) for above, below in edges], directed=True)
    return lambda: graph.neighborhood(vertices=None, order=count, mode="out")


def with_igraph_numbers(count: int, edges: list[tuple[int, int]]) -> Callable[[], Reached]:
    """Prepare igraph; the task only counts what each package reaches, and lists nothing."""
    import igraph

    graph = igraph.Graph(n=count, edges=[(below, above) for above, below in edges], directed=True)
    return lambda: graph.neighborhood_size(vertices=None, order=count, mode="out")


if __name__ == "__main__":
    main()
