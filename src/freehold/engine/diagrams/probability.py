"""Exact top-event probability, importances of all leaves in one pass up and one down, probability ranges.

Leaves are independent of one another; condition on common causes before coming here. All figures are exact up to
floating-point rounding: no rare-event approximation, no cut-off.

*Birnbaum*: derivative of the top's probability by the leaf's (negative values occur in non-coherent formulas only).
*Criticality*: Birnbaum x p / P. *Fussell-Vesely*: (P - P(top | leaf held)) / P, the form of NUREG/CR-3385 and of PRA
tools (Cheok, Parry & Sherry 1998: 1 - 1 / RRW); for independent leaves it equals the criticality. *Diagnosis*:
P(leaf lost | top). *RAW* (risk achievement worth): P(top | leaf lost) / P. *RRW* (risk reduction worth):
P / P(top | leaf held), infinite where the leaf is in every cut set.
Reference: Dutuit & Rauzy 2001, "Efficient algorithms to assess component and gate importance in fault tree analysis".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from freehold.engine.compiled import run
from freehold.engine.diagrams.budgets import DEFAULT_BUDGET
from freehold.engine.diagrams.build import function_diagram
from freehold.engine.diagrams.diagram import Diagram
from freehold.engine.diagrams.passes import (
    derivative_down,
    derivatives_of_many,
    interval_up,
    measures_of_many,
    probability_up,
)
from freehold.errors import InputError
from freehold.graph.formats.faulttree import Formula

Floats = NDArray[np.float64]
LEAST_WIDTH: Final = 16
WORKING_NUMBERS: Final = 1 << 15
"""Numbers of working space for many columns at once, twice; chosen to stay in a processor's cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Importances:
    """One number per leaf in each array, in the order of ``leaf`` (ascending node numbers); see the module docstring.

    Leaves that the top does not depend on are left out. Where P is 0, ratios to P are not-a-number.
    """

    probability: float
    leaf: NDArray[np.int64]
    birnbaum: Floats
    criticality: Floats
    fussell_vesely: Floats
    diagnosis: Floats
    achievement_worth: Floats
    reduction_worth: Floats


@dataclass(frozen=True, slots=True, eq=False)
class ManyImportances:
    """As :class:`Importances`, for S sets of leaf probabilities: ``probability`` (S,), the measures (leaves, S)."""

    probability: Floats
    leaf: NDArray[np.int64]
    birnbaum: Floats
    criticality: Floats
    fussell_vesely: Floats
    diagnosis: Floats
    achievement_worth: Floats
    reduction_worth: Floats


@dataclass(frozen=True, slots=True)
class ProbabilityRange:
    """Bounds that hold for all leaf probabilities within theirs; ``exact``: both ends are reached."""

    low: float
    high: float
    exact: bool


def top_probability(formula: Formula, top: int, p: Floats, *, budget: int = DEFAULT_BUDGET) -> float:
    """Return the probability that node ``top`` is true; ``p[v]`` is that of leaf ``v``, other entries are ignored.

    Raises ``InputError`` where a leaf that matters has none in [0, 1], ``BudgetUsedUpError`` where the diagram is too large.
    """
    return probability_of(function_diagram(formula, top, budget), p)


def importances(formula: Formula, top: int, p: Floats, *, budget: int = DEFAULT_BUDGET) -> Importances:
    """Return all importance measures of all leaves, in two passes over the diagram; errors as above."""
    return importances_of(function_diagram(formula, top, budget), p)


def importances_of_many(formula: Formula, top: int, p: Floats, *, budget: int = DEFAULT_BUDGET) -> ManyImportances:
    """Return all importance measures for each column of ``p`` (nodes, S), as samples of uncertain probabilities need.

    One diagram serves all columns; a column costs its nodes twice, without the cost of a call. Errors as above.
    """
    return many_importances_of(function_diagram(formula, top, budget), p)


def probability_range(
    formula: Formula, top: int, low: Floats, high: Floats, *, budget: int = DEFAULT_BUDGET
) -> ProbabilityRange:
    """Return the range of the top's probability when each leaf's lies between ``low`` and ``high``.

    Exact for coherent formulas (monotone: the ends belong to the ends); for others certified bounds. Errors as above.
    """
    return range_of(function_diagram(formula, top, budget), low, high, coherent=formula.coherent)


def probability_of(diagram: Diagram, p: Floats) -> float:
    """Return the probability of a function diagram."""
    return _up(diagram, p)[0]


def importances_of(diagram: Diagram, p: Floats) -> Importances:
    """Return the importances of the leaves of a function diagram."""
    total, chance, value = _up(diagram, p)
    weight, slope = np.zeros(len(value)), np.zeros(len(chance))
    run(derivative_down, 20 * len(value), *_arrays(diagram), chance, value, weight, slope)
    levels, leaf = _leaves(diagram)
    birnbaum, chances = slope[levels], chance[levels]
    lost, held = total + (1.0 - chances) * birnbaum, total - chances * birnbaum
    held = np.where(np.abs(held) < 1e-15 * total, 0.0, held)
    whole = total if total != 0.0 else np.nan
    with np.errstate(divide="ignore", invalid="ignore"):
        return Importances(
            total,
            leaf,
            birnbaum,
            birnbaum * chances / whole,
            (total - held) / whole,
            chances * lost / whole,
            lost / whole,
            total / held,
        )


def many_importances_of(diagram: Diagram, p: Floats) -> ManyImportances:
    """Return the importances of the leaves of a function diagram for each column of ``p`` (nodes, S)."""
    chance, nodes = _chances(diagram, p), len(diagram.level)
    columns = chance.shape[1]
    width = min(max(1, columns), max(LEAST_WIDTH, WORKING_NUMBERS // nodes))
    slope, total = np.zeros(chance.shape), np.zeros(columns)
    space = np.empty((nodes, width)), np.empty((nodes, width))
    run(derivatives_of_many, 20 * nodes * columns, *_arrays(diagram), chance, *space, slope, total)
    levels, leaf = _leaves(diagram)
    measures = np.empty((6, len(leaf), columns))
    run(measures_of_many, 20 * measures.size, levels, chance, slope, total, np.empty(columns), measures)
    return ManyImportances(total, leaf, *measures)


def _leaves(diagram: Diagram) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the levels of leaves and the leaves there, by ascending leaf number."""
    levels = np.flatnonzero(diagram.atom >= 0)
    levels = levels[np.argsort(diagram.atom[levels])]
    return levels, diagram.atom[levels].astype(np.int64)


def range_of(diagram: Diagram, low: Floats, high: Floats, *, coherent: bool) -> ProbabilityRange:
    """Return the probability range of a function diagram."""
    if coherent:
        return ProbabilityRange(probability_of(diagram, low), probability_of(diagram, high), exact=True)
    least, most = _chances(diagram, low), _chances(diagram, high)
    bottom, ceiling = np.zeros(len(diagram.level)), np.zeros(len(diagram.level))
    run(interval_up, 20 * len(bottom), *_arrays(diagram), least, most, bottom, ceiling)
    top = int(diagram.root[-1])
    exact = bool((least == most).all())
    return ProbabilityRange(float(bottom[top]), float(ceiling[top]), exact)


def _up(diagram: Diagram, p: Floats) -> tuple[float, Floats, Floats]:
    chance, value = _chances(diagram, p), np.zeros(len(diagram.level))
    total = float(run(probability_up, 20 * len(value), *_arrays(diagram), chance, value))
    return total, chance, value


def _arrays(diagram: Diagram) -> tuple[NDArray[np.int32] | NDArray[np.int64], ...]:
    return diagram.level, diagram.low, diagram.high, diagram.end, diagram.root, diagram.up


def _chances(diagram: Diagram, p: Floats) -> Floats:
    chance = np.zeros((len(diagram.atom), *p.shape[1:]))
    leaves = diagram.atom >= 0
    chance[leaves] = p[diagram.atom[leaves]]
    right = (chance >= 0.0) & (chance <= 1.0)
    wrong = np.flatnonzero(~right.all(axis=tuple(range(1, right.ndim))))
    if len(wrong):
        raise InputError(
            f"{len(wrong)} leaves that matter have no probability between 0 and 1, the first is number "
            f"{int(diagram.atom[wrong[0]])}",
            remedy="state their probabilities, or ask for cut sets only",
        )
    return chance
