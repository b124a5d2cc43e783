"""The Aralia fault trees: Freehold beside SCRAM, in one run, CPU seconds, ratios.

    PYTHONPATH=src python benchmarks/aralia.py [--trees DIRECTORY] [--peer-seconds 60] [--repeat 5] [NAME ...]

``--trees`` holds the 43 trees in Open-PSA MEF with ``models.csv`` (published values). SCRAM is Debian's package
``scram``; where it is not installed its columns are skipped, and the output says so.

What is compared, per tree:

* *probability*: ours = read the XML, find an order, build the diagram, top probability. SCRAM = the whole process with
  ``--bdd --probability 1 -l 1`` (products of order 1 only, so that it need not list the others).
* *cut sets*: ours = read, order, build, exact numbers by order without listing. SCRAM = the process until it prints the
  number of products (it is stopped before its report), the better of ``--bdd`` and ``--zbdd``.
* *importances*: all measures of all leaves, given the diagram. SCRAM = the time its own log states, median of several
  processes. Ours = CPU of one call, and, in the columns "a set", CPU for each of ``SETS`` different sets of leaf
  probabilities in one call: on the smallest trees SCRAM needs less than a call from Python costs (some 25
  microseconds), so that only the second compares the same work, the passes over the diagram and the measures.

Ours are medians of ``--repeat`` runs in one process after a first run; that first run is the cold start, stated apart.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from freehold.engine.compiled import ENVIRONMENT, compiled_available
from freehold.engine.diagrams.bdd import BudgetUsedUpError
from freehold.engine.diagrams.build import both_diagrams, function_diagram
from freehold.engine.diagrams.cutsets import Family, count_cut_sets
from freehold.engine.diagrams.probability import importances_of, many_importances_of, probability_of
from freehold.engine.diagrams.search import cut_sets_up_to, probability_bounds
from freehold.graph.formats.faulttree import FaultTree
from freehold.graph.formats.openpsa import read_open_psa

TREES: Final = Path(os.environ.get("FREEHOLD_SHARED", Path(__file__).parents[1] / ".." / "shared" / "data")) / "aralia"
SETS: Final = 500
PEER_RUNS: Final = 5
NEVER_LISTED: Final = ("das9209", "edf9206")


@dataclass(frozen=True, slots=True)
class Peer:
    """What SCRAM needed, in seconds; ``None``: not within the time allowed, or not installed."""

    probability: float | None
    cut_sets: float | None
    importances: float | None


@dataclass(frozen=True, slots=True)
class Row:
    """One tree: our medians, the values found, the published ones, the peer."""

    name: str
    probability_s: float
    cut_sets_s: float
    importances_s: float
    set_s: float
    probability: float
    total: int
    published_probability: str
    published_total: str
    peer: Peer


def main() -> None:
    """Run everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trees", type=Path, default=TREES)
    parser.add_argument("--peer-seconds", type=float, default=60.0)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--first-run", help=argparse.SUPPRESS)
    parser.add_argument("names", nargs="*")
    given = parser.parse_args()
    if given.first_run:
        print(_cpu(lambda: _count(_read(given.trees, given.first_run))))
        return
    with (given.trees / "models.csv").open(encoding="utf-8") as lines:
        published = {row["model"]: row for row in csv.DictReader(lines)}
    coherent = [name for name, row in published.items() if row["coherent"] == "True" and name != "nus9601"]
    scram = shutil.which("scram")
    print(f"kernels compiled: {compiled_available()}; peer: {scram or 'SCRAM is not installed, skipped'}")
    _cold_start(given.trees)
    os.environ[ENVIRONMENT] = "1" if compiled_available() else "0"
    rows = []
    print(HEADER)
    for name in given.names or coherent:
        rows.append(_measure(given.trees, name, published[name], given.repeat, given.peer_seconds, scram))
        print(_line(rows[-1]), flush=True)
    _totals(rows)
    if not given.names:
        _largest(given.trees)
        _not_coherent(given.trees, published)


def _read(trees: Path, name: str) -> FaultTree:
    (tree,) = read_open_psa([(f"{name}.xml", (trees / f"{name}.xml").read_bytes())])
    return tree


def _likely(tree: FaultTree) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.ascontiguousarray(tree.probability[:, 1])


def _count(tree: FaultTree) -> int:
    return count_cut_sets(tree.formula, tree.top).total


def _probability(tree: FaultTree) -> float:
    return probability_of(function_diagram(tree.formula, tree.top), _likely(tree))


def _cpu(job: Callable[[], object]) -> float:
    begin = time.process_time()
    job()
    return time.process_time() - begin


def _median(repeat: int, job: Callable[[], object]) -> float:
    job()
    return statistics.median(_cpu(job) for _ in range(repeat))


def _measure(
    trees: Path, name: str, published: dict[str, str], repeat: int, peer_seconds: float, scram: str | None
) -> Row:
    tree = _read(trees, name)
    diagram, p = function_diagram(tree.formula, tree.top), _likely(tree)
    sets = p[:, None] * np.linspace(0.5, 1.0, SETS)
    return Row(
        name,
        _median(repeat, lambda: _probability(_read(trees, name))),
        _median(repeat, lambda: _count(_read(trees, name))),
        _median(4 * repeat, lambda: importances_of(diagram, p)),
        _median(repeat, lambda: many_importances_of(diagram, sets)) / SETS,
        _probability(tree),
        _count(tree),
        published["published_probability"],
        published["published_mcs"],
        _peer(scram, trees / f"{name}.xml", peer_seconds) if scram else Peer(None, None, None),
    )


def _peer(scram: str, tree: Path, seconds: float) -> Peer:
    base = [scram, "--verbosity", "5", "-o", os.devnull, str(tree)]
    quiet = [scram, "-o", os.devnull, str(tree)]
    probability = min(_until(None, [*quiet, "--bdd", "--probability", "1", "-l", "1"], seconds)[0] for _ in range(3))
    runs = [_until("# of products", [*base, kind], seconds) for kind in ("--bdd", "--zbdd")]
    finished = [cpu for cpu, found in runs if found]
    return Peer(probability, min(finished, default=None), _stated([*base, "--bdd"], seconds))


def _stated(base: list[str], seconds: float) -> float | None:
    """Return the median of what the peer's log states for its importance analysis."""
    found = []
    for _ in range(PEER_RUNS):
        _, line = _until("Calculated importance", [*base, "--probability", "1", "--importance", "1"], seconds)
        stated = re.search(r"in ([0-9.e+-]+)", line)
        if stated is None:
            return None
        found.append(float(stated[1]))
    return statistics.median(found)


def _until(mark: str | None, command: list[str], seconds: float) -> tuple[float, str]:
    """Run until the log shows ``mark`` (or to the end); return CPU seconds and the marked line, empty if none came."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = ""
    command = ["timeout", "--kill-after=1", str(seconds), *command]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if mark and mark in line:
                found = line
                process.terminate()
                break
        process.stderr.read()
        process.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, found


HEADER: Final = (
    f"{'tree':9} {'P(top)':>11} {'published':>11} {'cut sets':>14} {'published':>13}"
    f" | {'probability s':>13} {'SCRAM':>7} {'ratio':>6} | {'cut sets s':>10} {'SCRAM':>7} {'ratio':>7}"
    f" | {'importances s':>13} {'SCRAM':>9} {'ratio':>7} | {'a set':>10} {'ratio':>7}"
)


def _line(row: Row) -> str:
    return (
        f"{row.name:9} {row.probability:11.5E} {row.published_probability:>11} {row.total:14d} {row.published_total:>13}"
        f" | {row.probability_s:13.4f} {_side(row.peer.probability, row.probability_s, 7, 6)}"
        f" | {row.cut_sets_s:10.4f} {_side(row.peer.cut_sets, row.cut_sets_s, 7, 7)}"
        f" | {row.importances_s:13.6f} {_side(row.peer.importances, row.importances_s, 9, 7, 6)}"
        f" | {row.set_s:10.7f} {_ratio(row.peer.importances, row.set_s, 7)}"
    )


def _side(theirs: float | None, ours: float, width: int, ratio_width: int, digits: int = 3) -> str:
    if theirs is None:
        return f"{'-':>{width}} {'-':>{ratio_width}}"
    return f"{theirs:{width}.{digits}f} {_ratio(theirs, ours, ratio_width)}"


def _ratio(theirs: float | None, ours: float, width: int) -> str:
    return f"{'-':>{width}}" if theirs is None else f"{theirs / ours:{width}.1f}"


def _totals(rows: list[Row]) -> None:
    """Print sums over the trees that the peer finished, the least ratios, and the two that it never ends."""
    print("\nratio = SCRAM / Freehold: above 1 Freehold is faster")
    columns = (
        ("probability", [(r.name, r.probability_s, r.peer.probability) for r in rows]),
        ("cut sets", [(r.name, r.cut_sets_s, r.peer.cut_sets) for r in rows]),
        ("importances, one call", [(r.name, r.importances_s, r.peer.importances) for r in rows]),
        (f"importances, each of {SETS} sets", [(r.name, r.set_s, r.peer.importances) for r in rows]),
    )
    for title, column in columns:
        print(f"{title}: {sum(ours for _, ours, _ in column):.2f} s for all {len(column)} trees")
        both = [(theirs / ours, name, ours, theirs) for name, ours, theirs in column if theirs is not None]
        if both:
            ours, theirs = sum(b[2] for b in both), sum(b[3] for b in both)
            print(f"    with SCRAM ({len(both)} trees): {ours:.2f} s against {theirs:.2f} s, ratio {theirs / ours:.1f}")
            worst = ", ".join(f"{name} {ratio:.2f}" for ratio, name, _, _ in sorted(both)[:3])
            print(f"    least ratios: {worst}")
    for row in rows:
        if row.name in NEVER_LISTED:
            print(f"{row.name}: {row.total} cut sets counted in {1000 * row.cut_sets_s:.1f} ms, reading included")
    for row in rows:
        if f"{row.probability:.5E}" != row.published_probability or row.total != float(row.published_total):
            print(
                f"{row.name}: differs from the published values; tests/engine/test_diagrams_aralia.py proves which is right"
            )


def _largest(trees: Path) -> None:
    tree = _read(trees, "nus9601")
    cut_sets_up_to(tree.formula, tree.top, 2)
    sets: list[int] = []
    seconds = _cpu(lambda: sets.append(len(cut_sets_up_to(tree.formula, tree.top, 6))))
    print(f"\nnus9601: {sets[0]} minimal cut sets up to order 6 in {seconds:.2f} s")
    for gap in (1.0, 0.1, 0.01, 0.005):
        begin = time.process_time()
        found = probability_bounds(tree.formula, tree.top, _likely(tree), relative_gap=gap)
        spent = time.process_time() - begin
        print(f"nus9601: {found.low:.5e} <= P(top) <= {found.high:.5e} in {spent:.2f} s, {found.cells} cells")


def _not_coherent(trees: Path, published: dict[str, dict[str, str]]) -> None:
    for name in ("das9601", "cea9601", "das9701"):
        tree, row, begin = _read(trees, name), published[name], time.process_time()
        try:
            built = both_diagrams(tree.formula, tree.top)
            value = probability_of(built.function(), _likely(tree))
            total = Family(built.family()).counts().total
        except BudgetUsedUpError as used_up:
            print(f"{name} (not coherent): refused, {used_up.reason}")
            continue
        spent = time.process_time() - begin
        print(f"{name} (not coherent): P(top) {value:.5E}, {total} cut sets in {spent:.2f} s;", end=" ")
        print(f"published {row['published_probability']}, {row['published_mcs']}")


def _cold_start(trees: Path) -> None:
    """Print what a first run costs in a fresh process: plain, compiling everything, and from numba's disk cache."""
    command = [sys.executable, __file__, "--trees", str(trees), "--first-run", "baobab2"]
    with tempfile.TemporaryDirectory() as cache:
        ways = [("plain Python", {ENVIRONMENT: "0"})]
        if compiled_available():
            compiled = {ENVIRONMENT: "1", "NUMBA_CACHE_DIR": cache}
            ways += [("compiling", compiled), ("compiled, from the disk cache", compiled)]
        for title, environment in ways:
            ran = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=True)
            print(f"first cut set count of a fresh process (baobab2), {title}: {float(ran.stdout):.2f} s")


if __name__ == "__main__":
    main()
