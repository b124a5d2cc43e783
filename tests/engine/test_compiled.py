"""One source, two twins: both give the same numbers, and a small first run never loads a compiler."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from freehold.engine import compiled
from freehold.engine.diagrams.build import both_diagrams
from freehold.engine.diagrams.cutsets import Family, listed
from freehold.engine.diagrams.probability import importances_of
from freehold.engine.diagrams.search import cut_sets_up_to, probability_bounds
from freehold.graph.formats.faulttree import ATLEAST, LEAF, OR, Formula, Gate, formula_of

needs_numba = pytest.mark.skipif(not compiled.compiled_available(), reason="the extra 'fast' (numba) is not installed")

SMALL_RUN = """
import sys
from freehold.engine.diagrams.analysis import analyse
from freehold.graph.formats.graphjson import read_graph_json
tree = read_graph_json("g", b'{"top": "t", "nodes": [{"name": "t", "kind": "or", "children": ["a", "b"]}]}')
assert analyse(tree).cut_sets == (("a",), ("b",))
assert "numba" not in sys.modules
"""


def _overlapping() -> tuple[Formula, int]:
    """Three of five in six overlapping windows over 15 leaves."""
    windows = [Gate(ATLEAST, tuple((2 * first + step, False) for step in range(5)), 3) for first in range(6)]
    return formula_of([Gate(LEAF)] * 15 + windows + [Gate(OR, tuple((15 + i, False) for i in range(6)))]), 21


def _everything() -> tuple[object, ...]:
    formula, top = _overlapping()
    p = np.linspace(0.05, 0.3, formula.nodes)
    built = both_diagrams(formula, top)
    found = importances_of(built.function(), p)
    sets = listed(Family(built.family()), None, 1000)
    bounds = probability_bounds(formula, top, p, relative_gap=1e-3)
    return (
        found.probability,
        found.birnbaum.tolist(),
        sets.sets,
        sets.counts,
        cut_sets_up_to(formula, top, 4),
        (bounds.low, bounds.high, bounds.cells),
    )


@needs_numba
def test_both_twins_give_the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(compiled.ENVIRONMENT, "0")
    plain = _everything()
    monkeypatch.setenv(compiled.ENVIRONMENT, "1")
    assert compiled.use_compiled(0)
    assert _everything() == plain


def test_a_small_run_never_imports_the_compiler() -> None:
    environment = {name: value for name, value in os.environ.items() if name != compiled.ENVIRONMENT}
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    subprocess.run([sys.executable, "-c", SMALL_RUN], check=True, env=environment, timeout=60)


def test_the_environment_forces_plain_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(compiled.ENVIRONMENT, "0")
    assert not compiled.use_compiled(10**12)


@needs_numba
def test_only_kernels_can_be_compiled() -> None:
    with pytest.raises(KeyError):
        compiled.compiled(_overlapping)
