"""From days and ways back to verdicts: one cell per workload and ability of a scenario.

The rules of MODEL.md section 4, and nothing that computes them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from freehold.assess.reasons import Reasons
from freehold.assess.world import NOTHING, World
from freehold.engine.judgement import Case, End, Outcome, judge, recovery_of, survival
from freehold.graph.supply import Root
from freehold.model.component import ComponentKey
from freehold.model.leaf import Leaf
from freehold.model.verdict import AbilityResult, Cause, Interval, Step, Verdict, Ways
from freehold.scenarios.losses import Impact

INFINITE = float("inf")
EXAMPLES = 3


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A scenario run in its five cases."""

    impact: Impact
    cases: list[Case]
    days: NDArray[np.float64]
    outcomes: list[Outcome]


def judged(world: World, impact: Impact) -> Judged:
    """Run the five cases of a scenario."""
    cases = world.cases(impact)
    days = survival(world.problem, cases)
    bad = judge(world.problem, cases[0], days[:, 0])
    ends = [judge(world.problem, cases[i], days[:, i], bad) for i in (1, 2)]
    ways = [judge(world.problem, cases[i], days[:, i]) for i in (3, 4)]
    outcomes = [bad, *ends, *ways]
    return Judged(impact, cases, days, outcomes)


def verdict(world: World, outcome: Outcome, place: tuple[int, int], start: float, root: Root) -> Verdict:
    """Return the verdict on goal ``place`` (workload, ability) of one case."""
    workload, ability = place
    lost = outcome.lost[workload][ability]
    if lost == -INFINITE:
        return Verdict.ABSENT
    if lost >= world.problem.horizon:
        return Verdict.SAFE
    if not outcome.back[workload][ability]:
        return _no_way_back(world, outcome.days, root)
    back = start + recovery_of(outcome, workload, ability).high
    return Verdict.COVERED if back <= lost else Verdict.EXPOSED


def without_time(world: World, lost: float, returns: bool, days: NDArray[np.float64], root: Root) -> Verdict:
    """Return the verdict where recovery, if there is any, is known to come after the loss."""
    if lost == -INFINITE:
        return Verdict.ABSENT
    if lost >= world.problem.horizon:
        return Verdict.SAFE
    return Verdict.EXPOSED if returns else _no_way_back(world, days, root)


def _no_way_back(world: World, days: NDArray[np.float64], root: Root) -> Verdict:
    """Return ``stranded`` if the catalog records alternatives for a part that fails, else ``no known way back``."""
    lost = (key for key, node in world.supply.parts[root] if days[node] < world.problem.horizon)
    known = any(key in world.stack.alternatives_known for key in lost)
    return Verdict.STRANDED if known else Verdict.NO_KNOWN_WAY_BACK


def cells(world: World, run: Judged, scenario: str, facts_behind: Mapping[Root, int]) -> tuple[AbilityResult, ...]:
    """Return the cells of a scenario in order of workload, then ability as declared."""
    reasons = Reasons(world, run.days[:, 0], int(End.BAD))
    breached = {breach.component for breach in world.supply.breaches}
    result = []
    for w, (name, abilities) in enumerate(world.names):
        for a, ability in enumerate(abilities):
            root = (name, ability)
            seen = [verdict(world, o, (w, a), run.impact.start, root) for o in run.outcomes]
            parts = {key for key, _ in world.supply.parts[root]}
            lost, back, gap = _intervals(world, run, (w, a))
            result.append(
                AbilityResult(
                    id=f"{scenario}/{name}/{ability}",
                    workload=name,
                    ability=ability,
                    verdict=seen[0],
                    ways=Ways(seen[0], seen[3], seen[4]),
                    day_lost=lost,
                    day_back=back,
                    gap_days=gap,
                    recovery_exact=recovery_of(run.outcomes[0], w, a).exact,
                    in_breach=bool(parts & breached),
                    costs_more=_costs_more(world, run.impact, parts),
                    facts_behind=facts_behind.get(root, 0),
                    causes=_causes(world, reasons, run, root) if seen[0] is not Verdict.SAFE else (),
                )
            )
    return tuple(result)


def _intervals(world: World, run: Judged, place: tuple[int, int]) -> tuple[Interval, Interval, Interval]:
    """Return day lost, day back and gap at the bad, likely and good end; each end is one run."""
    lost, back, gap = [], [], []
    for end in range(3):
        outcome = run.outcomes[end]
        day = outcome.lost[place[0]][place[1]]
        gone = -INFINITE < day < world.problem.horizon
        returns = (
            run.impact.start + recovery_of(outcome, *place).high if gone and outcome.back[place[0]][place[1]] else None
        )
        lost.append(day if gone else None)
        back.append(returns)
        gap.append(max(0.0, returns - day) if gone and returns is not None else None)
    return Interval(*lost), Interval(*back), Interval(*gap)


def _costs_more(world: World, impact: Impact, parts: set[ComponentKey]) -> bool:
    for key in parts:
        item = world.items[key]
        supplier = item.supplier
        if supplier is None or not impact.costlier or not (item.service or item.rights.key == "yes"):
            continue
        facts = world.stack.suppliers.get(supplier.value)
        if facts is not None and {facts.id, *facts.parents} & set(impact.costlier):
            return True
    return False


def _causes(world: World, reasons: Reasons, run: Judged, root: Root) -> tuple[Cause, ...]:
    """Group the components of ``root`` that fail before the horizon by the leaves that decide it, most first."""
    groups: dict[tuple[Leaf, ...], list[ComponentKey]] = defaultdict(list)
    days = run.days[:, 0]
    for key, node in world.supply.parts[root]:
        if days[node] < world.problem.horizon:
            groups[reasons.leaves(node)].append(key)
    causes = [
        Cause(
            reasons.words(leaves), leaves, len(keys), tuple(_name(world, key) for key in keys[:EXAMPLES]), tuple(keys)
        )
        for leaves, keys in groups.items()
    ]
    return tuple(sorted(causes, key=lambda cause: (-cause.count, cause.reason)))


def _name(world: World, key: ComponentKey) -> str:
    item = world.items[key]
    return item.name or item.component.name


def way_back(world: World, run: Judged) -> dict[str, tuple[Step, ...]]:
    """Return the steps of each workload's recovery, facts as assumed, at likely inputs."""
    outcome = run.outcomes[1]
    result: dict[str, tuple[Step, ...]] = {}
    for w, (name, _) in enumerate(world.names):
        found = outcome.recovery[w]
        steps = [_step(world, deed, done) for deed, done in zip(outcome.deeds[w], found.finish, strict=True)]
        if steps:
            result[name] = tuple(steps)
    return result


def _step(world: World, deed: int, done: float) -> Step:
    if deed < 0:
        return Step("end", "the disruption ends", done, "stated")
    action = world.supply.actions[deed]
    return Step(action.id, action.title, done, action.grade)


def present(world: World) -> Judged:
    """Run the cases of no disruption at all: what is absent, or not settled, without any scenario."""
    return judged(world, NOTHING)
