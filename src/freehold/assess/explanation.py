"""One cell unfolded: from the verdict down to the conditions that decide it and the facts they rest on.

Stable between runs: components in order of key, conditions in order of kind and party, the shortest dependency path.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator

import numpy as np

from freehold.assess.cells import Judged
from freehold.assess.reasons import word
from freehold.assess.world import World
from freehold.engine.availability import residual
from freehold.engine.judgement import options_of
from freehold.graph.supply import Root
from freehold.model.component import ComponentKey, Role
from freehold.model.fact import Fact
from freehold.model.leaf import Action, Leaf, LeafKind
from freehold.model.stack import Identified
from freehold.model.verdict import AbilityResult, Chain, Choice, Evidence, Verdict


def chains(world: World, run: Judged, cell: AbilityResult) -> tuple[Chain, ...]:
    """Return one chain per cause of ``cell``, causes in their order."""
    return tuple(_chain(world, run, cell, index) for index in range(len(cell.causes)))


def choices(world: World, run: Judged, root: Root, verdict: Verdict) -> tuple[Choice, ...]:
    """Return every action that touches what is lost, those taken first, then those that could not help and why.

    ``verdict`` is that of the cell: where it has no way back, what can be started is not enough.
    """
    idle = "not enough" if verdict in (Verdict.STRANDED, Verdict.NO_KNOWN_WAY_BACK) else "not needed"
    days, case = run.days[:, 0], run.cases[0]
    problem = world.problem
    holds = days >= problem.horizon
    edge_holds = days[problem.graph.child] + problem.graph.grace[:, case.end] >= problem.horizon
    options = options_of(problem, case, days)
    rest = residual(problem.graph, holds, edge_holds, options, [world.node(root)])
    touched = [i for found in rest.restorers.values() for i in found if i < len(world.supply.actions)]
    place = next(w for w, (name, _) in enumerate(world.names) if name == root[0])
    taken = set(run.outcomes[0].deeds[place])
    startable, _ = rest.closure([i for found in rest.restorers.values() for i in found])
    listed = [
        _choice(world, run, world.supply.actions[i], "taken" if i in taken else idle if i in startable else "")
        for i in sorted(set(touched))
    ]
    return tuple(sorted(listed, key=lambda choice: (choice.status != "taken", choice.status, choice.title)))


def own_copies_of(world: World, root: Root) -> tuple[Evidence, ...]:
    """Return where copies of the components behind a cell lie, one line for each place and day."""
    places: Counter[Fact[str]] = Counter()
    for key in {key for key, _ in world.supply.parts[root]}:
        if (fact := world.items[key].copy_fact) is not None:
            places[fact] += 1
    return tuple(
        _of(f"copies of {count:,} of its components lie in {fact.value}", fact)
        for fact, count in sorted(places.items(), key=lambda pair: (pair[0].value, pair[0].source))
    )


def _choice(world: World, run: Judged, action: Action, status: str) -> Choice:
    """Return an action with its status; without one it is not possible, and what it lacks is said."""
    status = status or f"not possible: {_missing(world, run, action)}"
    substitute = next(
        (s for s in world.stack.substitutes if action.id == f"replace:{s.replaces}->{s.alternative.offering}"), None
    )
    return Choice(
        action.title,
        action.lead_days,
        action.effort_person_days,
        action.grade,
        substitute.source if substitute else "",
        status,
        substitute.closeness if substitute else "",
        substitute.note if substitute else "",
        tuple(_of(fact.value, fact) for fact in substitute.documented) if substitute else (),
    )


def _missing(world: World, run: Judged, action: Action) -> str:
    """Say which need of an action is lost in the same scenario."""
    from freehold.assess.reasons import Reasons

    days = run.days[:, 0]
    reasons = Reasons(world, days, 0)
    for need in action.needs:
        if days[need] < world.problem.horizon:
            return reasons.words(reasons.leaves(need))
    return "there is no time left"


def _chain(world: World, run: Judged, cell: AbilityResult, index: int) -> Chain:
    cause = cell.causes[index]
    key = cause.components[0]
    item = world.items[key]
    node = dict(world.supply.parts[cell.workload, cell.ability])[key]
    day = float(run.days[node, 0])
    origin = str(item.component.origins[0]) if item.component.origins else item.component.evidence
    return Chain(
        component=_label(item),
        key=key,
        path=tuple(_label(world.items[step]) for step in _path(world, cell.workload, key)),
        origin=origin,
        day_lost=day if np.isfinite(day) else None,
        conditions=tuple(word(world, leaf) for leaf in cause.leaves),
        evidence=tuple(dict.fromkeys(_evidence(world, item, cause.leaves))),
        count=cause.count,
        others=tuple(_label(world.items[other]) for other in cause.components[1:6]),
    )


def _label(item: Identified) -> str:
    name = item.name or item.component.name
    return f"{name} {item.component.version}".strip()


def _path(world: World, workload: str, key: ComponentKey) -> list[ComponentKey]:
    """Return the shortest dependency path to ``key`` from a root component, or from one of the workload's files."""
    parents: dict[ComponentKey, list[ComponentKey]] = {}
    for edge in world.stack.dependencies:
        if edge.role is not Role.DEVELOPMENT and edge.parent in world.items and edge.child in world.items:
            parents.setdefault(edge.child, []).append(edge.parent)
    before: dict[ComponentKey, ComponentKey | None] = {key: None}
    queue = deque([key])
    while queue:
        at = queue.popleft()
        if world.items[at].component.is_root:
            return _unwound(before, at)
        for parent in sorted(parents.get(at, ())):
            if parent not in before:
                before[parent] = at
                queue.append(parent)
    return [key]


def _unwound(before: dict[ComponentKey, ComponentKey | None], at: ComponentKey) -> list[ComponentKey]:
    path = [at]
    while (following := before[path[-1]]) is not None:
        path.append(following)
    return path


def _evidence(world: World, item: Identified, leaves: Iterable[Leaf]) -> Iterator[Evidence]:
    """Yield the facts that tie ``item`` to the lost leaves."""
    if item.how:
        yield Evidence(f"this is {item.name} (by {item.how})", item.grade.value, item.component.evidence)
    elif item.component.evidence:
        yield Evidence(item.component.evidence, item.grade.value)
    if item.supplier is not None:
        yield _of(f"supplied by {_name(world, item.supplier.value)}", item.supplier)
    elif not item.service:
        yield Evidence("supplier not known", "assumed")
    for channel in item.channels:
        yield _of(f"obtained from {_name(world, channel.value)}", channel)
    if item.copy_fact is not None:
        yield _of(f"a copy of your own lies in {item.copy_fact.value}", item.copy_fact)
    if item.rights.expression and not item.service:
        yield Evidence(f"licence {item.rights.expression}", item.rights.grade.value, item.rights.origin)
    for leaf in leaves:
        yield from _of_leaf(world, item, leaf)


def _of_leaf(world: World, item: Identified, leaf: Leaf) -> Iterator[Evidence]:
    """Yield the facts behind one lost condition."""
    if leaf.kind is LeafKind.CHANNEL:
        operator = world.stack.channels[leaf.party].operator
        if operator is not None:
            yield _of(f"{_name(world, leaf.party)} is run by {_name(world, operator.value)}", operator)
    if leaf.kind is not LeafKind.LAW:
        return
    supplier = world.stack.suppliers.get(leaf.about)
    for reach in supplier.reach if supplier else ():
        if (reach.jurisdiction, reach.nexus) == (leaf.party, leaf.detail):
            yield _of(f"{_name(world, leaf.about)}: {reach.nexus} {reach.jurisdiction}", reach.fact)
    for nexus, facts in (("origin", item.origin_of), ("hosting", item.hosting)):
        for fact in facts:
            if (fact.value, nexus) == (leaf.party, leaf.detail):
                yield _of(f"{item.name}: {nexus} {fact.value}", fact)


def _name(world: World, identifier: str) -> str:
    stack = world.stack
    if identifier in stack.suppliers:
        return stack.suppliers[identifier].name
    return stack.channels[identifier].name if identifier in stack.channels else identifier


def _of(statement: str, fact: Fact[str]) -> Evidence:
    note = f" ({fact.note})" if fact.note else ""
    source = f"{fact.source} [{fact.source_grade}]" if fact.source_grade else fact.source
    return Evidence(statement + note, fact.grade.value, source, fact.as_of, fact.checked_on)
