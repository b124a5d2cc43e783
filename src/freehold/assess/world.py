"""One stack made ready for the engine: its supply graph as a problem, and the cases of each scenario.

Five cases a scenario: facts as assumed at the bad, likely and good end of the ranges, then all unknown and assumed facts
at their bad and at their good value.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from freehold.engine.judgement import Case, Deed, End, Problem, Way
from freehold.graph.supply import ABSENT, Root, SupplyGraph, supply_graph
from freehold.model.component import ComponentKey
from freehold.model.leaf import LeafKind
from freehold.model.stack import Identified, Stack
from freehold.model.subject import Ability
from freehold.scenarios.losses import Impact, Impacts

INFINITE = float("inf")
NOTHING = Impact((), 0.0, 0.0, frozenset())
"""The impact of no scenario at all: what is absent shows here."""


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """A stack with its graph; ``names`` gives each workload's abilities in the order of the problem's goals."""

    stack: Stack
    supply: SupplyGraph
    problem: Problem
    names: tuple[tuple[str, tuple[Ability, ...]], ...]
    items: Mapping[ComponentKey, Identified]
    impacts: Impacts
    bases: dict[tuple[Way, float, frozenset[str]], NDArray[np.float64]] = field(default_factory=dict)

    def node(self, root: Root) -> int:
        """Return the node of a workload's ability."""
        return self.supply.roots[root]

    def case(self, impact: Impact, way: Way, end: End, flipped: Collection[int] = ()) -> Case:
        """Return one case; ``flipped`` are question nodes whose fact is the other way round than ``way`` says."""
        key = (way, impact.onset, impact.hits)
        if key not in self.bases:
            self.bases[key] = self._base(impact, way)
        onset = self.bases[key].copy()
        for node in flipped:
            onset[node] = self._day_of_fact(node, impact, way, flipped=True)
        ends = self._lose(onset, impact)
        return Case(onset, impact.start, end, ends)

    def _base(self, impact: Impact, way: Way) -> NDArray[np.float64]:
        """Return the onsets without the losses of a scenario: facts as ``way`` says, nothing acted upon yet."""
        onset = np.full(self.problem.graph.nodes, INFINITE)
        for leaf, node in self.supply.leaves.items():
            if leaf.kind in ABSENT:
                onset[node] = -INFINITE
            elif leaf.kind is LeafKind.TERM:
                onset[node] = float(leaf.detail)
            elif leaf.kind is LeafKind.FACT:
                onset[node] = self._day_of_fact(node, impact, way, flipped=False)
        return onset

    def _day_of_fact(self, node: int, impact: Impact, way: Way, *, flipped: bool) -> float:
        question = self.supply.questions[node]
        as_hoped = question.assumed if way is Way.ASSUMED else way is Way.GOOD
        if as_hoped != flipped:
            return INFINITE
        if question.hit_by:
            return impact.onset if question.hit_by & impact.hits else INFINITE
        return -INFINITE

    def _lose(self, onset: NDArray[np.float64], impact: Impact) -> tuple[tuple[int, float], ...]:
        ends: list[tuple[int, float]] = []
        for loss in impact.losses:
            node = self.supply.leaves[loss.leaf]
            onset[node] = min(onset[node], loss.onset)
            if loss.end is not None:
                ends.append((node, loss.end))
        return tuple(ends)

    def cases(self, impact: Impact) -> list[Case]:
        """Return the five cases of a scenario, in the order of ``CASES``."""
        return [self.case(impact, way, end) for way, end in CASES]


CASES: tuple[tuple[Way, End], ...] = (
    (Way.ASSUMED, End.BAD),
    (Way.ASSUMED, End.LIKELY),
    (Way.ASSUMED, End.GOOD),
    (Way.BAD, End.BAD),
    (Way.GOOD, End.BAD),
)


def world(stack: Stack, horizon: float, single: Collection[ComponentKey] = ()) -> World:
    """Build the world of ``stack``; ``single`` components can lose their maintainer alone."""
    supply = supply_graph(stack, single)
    team = stack.project.team
    names = tuple((name, workload.abilities) for name, workload in sorted(stack.project.workload.items()))
    goals = tuple(
        tuple(
            (supply.roots[name, ability], stack.project.workload[name].tolerated_downtime_days) for ability in abilities
        )
        for name, abilities in names
    )
    deeds = tuple(Deed(a.restores, a.needs, a.lead_days, a.effort_person_days, a.before) for a in supply.actions)
    capacity = team.persons if team is not None else 1.0
    problem = Problem(supply.graph, supply.order, deeds, goals, capacity, horizon)
    items = {item.component.key: item for item in stack.components}
    return World(stack, supply, problem, names, items, Impacts(supply.leaves, stack))
