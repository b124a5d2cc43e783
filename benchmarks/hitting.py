"""Cheapest hardening over 100,000 and more cut sets: Freehold beside CP-SAT and HiGHS, on the same instances.

    python benchmarks/hitting.py [--limit SECONDS] FAULT_TREE.xml ...

By default three trees of the Aralia set at ``../shared/data/aralia``, or where FREEHOLD_SHARED says. The cut sets are all
minimal ones of the tree, from our own decision diagrams; the costs are whole numbers from 1 to 100, seeded. Building each
solver's model from the same lists counts for every solver. A peer stops at the limit of wall time and may use one thread.
Ours learns the sets it needs as it goes; a peer gets them all, as its users would give them.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

from measured import cpu_seconds, peak_megabytes, show

from freehold.engine.diagrams.build import family_diagram
from freehold.engine.diagrams.cutsets import Family
from freehold.engine.hitting import cheapest_hitting_set
from freehold.graph.formats.openpsa import read_open_psa

TREES = ("edf9202.xml", "elf9601.xml", "isp9607.xml")
Answer = tuple[str, float]


def main() -> None:
    """Print every tree with every solver."""
    arguments = sys.argv[1:]
    limit = 60.0
    if arguments[:1] == ["--limit"]:
        limit, arguments = float(arguments[1]), arguments[2:]
    shared = Path(os.environ.get("FREEHOLD_SHARED", Path(__file__).parents[2] / "shared" / "data"))
    files = [Path(name) for name in arguments] or [shared / "aralia" / name for name in TREES]
    cheapest_hitting_set([[0]], [1])
    for file in files:
        if not file.exists():
            print(f"{file.name} is not there: skipped")
            continue
        sets, leaves = cut_sets(file)
        cost = [random.Random(leaf).randint(1, 100) for leaf in range(leaves)]
        print(f"{file.stem}: {len(sets):,} cut sets, {sum(map(len, sets)):,} members, {leaves} leaves")
        compare(sets, cost, limit)
    print(f"peak memory {peak_megabytes():,.0f} MB")


def cut_sets(file: Path) -> tuple[list[list[int]], int]:
    """Return all minimal cut sets of the first tree in ``file``, over leaves numbered from 0."""
    tree = read_open_psa([(file.name, file.read_bytes())])[0]
    family = Family(family_diagram(tree.formula, tree.top))
    by_order = family.counts().by_order
    listed = [row for order, number in enumerate(by_order) for row in family.list_order(order, number).tolist()]
    number_of: dict[int, int] = {}
    return [[number_of.setdefault(leaf, len(number_of)) for leaf in row] for row in listed], len(number_of)


def compare(sets: list[list[int]], cost: list[int], limit: float) -> None:
    """Print ours, then each peer with its answer and the ratio."""
    ours, found = cpu_seconds(lambda: cheapest_hitting_set(sets, cost), 5)
    show("Freehold", ours, f"cost {found.cost}, proved optimal, {len(found.leaves)} leaves")
    for name, peer in (
        ("RC2 (python-sat), all sets at once", with_rc2),
        ("CP-SAT (ortools)", with_cp_sat),
        ("HiGHS (highspy)", with_highs),
    ):
        try:
            solve = peer(sets, cost, limit)
        except ModuleNotFoundError:
            print(f"  {name} is not installed: skipped")
            continue
        begun = time.monotonic()
        seconds, (status, value) = cpu_seconds(solve)
        waited = time.monotonic() - begun
        show(name, seconds, f"cost {value:g}, {status} after {waited:.1f} s; {seconds / ours:.1f} x ours")


def with_rc2(sets: list[list[int]], cost: list[int], limit: float) -> Callable[[], Answer]:
    """Return the task for the solver that we use, without our rounds; it knows no limit."""
    from pysat.examples.rc2 import RC2
    from pysat.formula import WCNF

    def solve() -> Answer:
        problem = WCNF()
        for leaves in sets:
            problem.append([leaf + 1 for leaf in leaves])
        for leaf, price in enumerate(cost):
            problem.append([-leaf - 1], weight=price)
        with RC2(problem) as solver:
            solver.compute()
            return "optimal", float(solver.cost)

    return solve


def with_cp_sat(sets: list[list[int]], cost: list[int], limit: float) -> Callable[[], Answer]:
    """Return the task for CP-SAT: one clause per cut set."""
    from ortools.sat.python import cp_model

    def solve() -> Answer:
        model = cp_model.CpModel()
        secured = [model.new_bool_var("") for _ in cost]
        for leaves in sets:
            model.add_bool_or([secured[leaf] for leaf in leaves])
        model.minimize(sum(price * variable for price, variable in zip(cost, secured, strict=True)))
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = limit
        solver.parameters.num_workers = 1
        status = solver.solve(model)
        return solver.status_name(status).lower(), solver.objective_value

    return solve


def with_highs(sets: list[list[int]], cost: list[int], limit: float) -> Callable[[], Answer]:
    """Return the task for HiGHS: one row per cut set, binary columns."""
    import highspy
    import numpy as np

    def solve() -> Answer:
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(cost), len(sets)
        model.col_cost_ = np.array(cost, dtype=np.float64)
        model.col_lower_, model.col_upper_ = np.zeros(len(cost)), np.ones(len(cost))
        model.row_lower_, model.row_upper_ = np.ones(len(sets)), np.full(len(sets), highspy.kHighsInf)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.concatenate(([0], np.cumsum([len(leaves) for leaves in sets])))
        model.a_matrix_.index_ = np.array([leaf for leaves in sets for leaf in leaves])
        model.a_matrix_.value_ = np.ones(len(model.a_matrix_.index_))
        model.integrality_ = [highspy.HighsVarType.kInteger] * len(cost)
        solver = highspy.Highs()
        solver.silent()
        solver.setOptionValue("time_limit", limit)
        solver.setOptionValue("threads", 1)
        solver.passModel(model)
        solver.run()
        status = solver.modelStatusToString(solver.getModelStatus()).lower()
        return status, solver.getInfo().objective_function_value

    return solve


if __name__ == "__main__":
    main()
