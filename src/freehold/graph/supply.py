"""The supply graph of a stack: one root per workload and ability, over the conditions of its components.

X(workload) = AND over its components in the matching role and everything they need. Dependencies between components
are pure ANDs without grace, so a workload is the AND over the closure; cycles need nothing more. Which leaves a scenario
loses is not known here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from freehold.graph.actions import ActionBuilder
from freehold.graph.arrays import AndOrGraph
from freehold.graph.builder import NEVER, GraphBuilder
from freehold.graph.conditions import ConditionBuilder, Conditions
from freehold.graph.limits import Breach, breaches
from freehold.graph.order import Order, evaluation_order
from freehold.graph.parties import Parties
from freehold.graph.questions import Question, Questions
from freehold.model.component import BUILDS, ComponentKey, Dependency, Role
from freehold.model.leaf import Action, Leaf, LeafKind
from freehold.model.stack import Identified, Stack
from freehold.model.subject import Ability

Root = tuple[str, Ability]
NOT_YET = frozenset({LeafKind.ACTED, LeafKind.COPY, LeafKind.CAPACITY})
"""Leaves that hold only after an action: absent in every scenario."""
ABSENT = NOT_YET | {LeafKind.REFUSED}
"""Leaves that do not hold even with no disruption."""


@dataclass(frozen=True, slots=True, eq=False)
class SupplyGraph:
    """The graph with the meaning of its nodes.

    ``leaves`` gives the node of each leaf, ``roots`` the node of each workload and ability, ``parts`` the components that a
    root rests on with their nodes, ``questions`` the fact leaves by node.
    """

    graph: AndOrGraph
    order: Order
    leaves: Mapping[Leaf, int]
    roots: Mapping[Root, int]
    parts: Mapping[Root, tuple[tuple[ComponentKey, int], ...]]
    questions: Mapping[int, Question]
    actions: tuple[Action, ...]
    breaches: tuple[Breach, ...]


def supply_graph(stack: Stack, single: Collection[ComponentKey] = ()) -> SupplyGraph:
    """Build the supply graph of ``stack``; ``single`` components get a patches leaf of their own.

    Cost: linear in components and dependencies.
    """
    builder = GraphBuilder()
    questions = Questions(builder)
    parties = Parties(stack, builder, questions)
    actions = ActionBuilder(stack, builder, parties)
    known = ConditionBuilder(stack, builder, questions, parties)
    conditions = {
        item.component.key: known.of(item, _channels(item, actions, questions), item.component.key in single)
        for item in stack.components
        if not item.component.is_root
    }
    abilities = _with_substitutes(stack, builder, known, actions, questions, conditions)
    _add_own_actions(stack, actions, conditions)
    parts = _parts(stack, abilities)
    roots = {root: builder.all_of(node for _, node in members) for root, members in parts.items()}
    graph = builder.graph()
    found = (b for item in stack.components for b in breaches(item, stack.project.subject, stack.blocs))
    return SupplyGraph(
        graph,
        evaluation_order(graph),
        builder.leaves,
        roots,
        parts,
        questions.asked,
        tuple(actions.actions.values()),
        tuple(sorted(found)),
    )


def _channels(item: Identified, actions: ActionBuilder, questions: Questions) -> int:
    if item.channels:
        return actions.channels(item)
    about = item.component.origins[0].file if item.component.origins else item.component.name
    return questions.hope("channel", about, item.component.key, "jurisdiction", "supplier", "channel")


def _with_substitutes(
    stack: Stack,
    builder: GraphBuilder,
    known: ConditionBuilder,
    actions: ActionBuilder,
    questions: Questions,
    conditions: Mapping[ComponentKey, Conditions],
) -> dict[ComponentKey, dict[Ability, int]]:
    """Return the node of each component and ability, with an OR where an alternative can be moved to, your data with it."""
    ways: dict[ComponentKey, list[tuple[int, Conditions]]] = defaultdict(list)
    for substitute in stack.substitutes:
        alternative = substitute.alternative
        if breaches(alternative, stack.project.subject, stack.blocs) or substitute.replaces not in conditions:
            continue
        by = known.of(alternative, _channels(alternative, actions, questions), single=False)
        acted = actions.replacement(substitute, by)
        if acted != NEVER:
            ways[substitute.replaces].append((acted, by))
    return {
        key: {
            ability: builder.any_of(
                [node, *(builder.all_of([acted, own.data, by.ability[ability]]) for acted, by in ways[key])]
            )
            for ability, node in own.ability.items()
        }
        for key, own in conditions.items()
    }


def _add_own_actions(stack: Stack, actions: ActionBuilder, conditions: Mapping[ComponentKey, Conditions]) -> None:
    """Add what you can do with the components themselves: export data, take on maintenance."""
    groups: dict[Leaf, list[Identified]] = defaultdict(list)
    for item in stack.components:
        own = conditions.get(item.component.key)
        if own is None or item.component.role is Role.DEVELOPMENT:
            continue
        if item.service:
            actions.export(item, own)
        elif own.patches is not None and not item.maintained:
            groups[own.patches].append(item)
    for items in groups.values():
        actions.take_on(items, conditions[items[0].component.key])


def _parts(
    stack: Stack, abilities: Mapping[ComponentKey, Mapping[Ability, int]]
) -> dict[Root, tuple[tuple[ComponentKey, int], ...]]:
    """Return the components that each workload and ability rests on, in order of key."""
    items = {item.component.key: item for item in stack.components}
    needs = _needs(stack.dependencies)
    parts: dict[Root, tuple[tuple[ComponentKey, int], ...]] = {}
    for name, workload in sorted(stack.project.workload.items()):
        start = [key for key, item in items.items() if name in item.workloads]
        members = [items[key] for key in sorted(_closure(start, needs)) if key in abilities]
        for ability in workload.abilities:
            chosen = ((m.component.key, _node(m, ability, abilities)) for m in members)
            parts[name, ability] = tuple((key, node) for key, node in chosen if node is not None)
    return parts


def _node(item: Identified, ability: Ability, abilities: Mapping[ComponentKey, Mapping[Ability, int]]) -> int | None:
    """Return what ``ability`` of a workload needs of ``item``, or None if it needs nothing of it.

    Building needs the bytes of what runs and of what builds, and the services that build and deploy; everything else
    needs what runs. What only develops and tests is needed for nothing.
    """
    own = abilities[item.component.key]
    match item.component.role, ability:
        case Role.DEVELOPMENT, _:
            return None
        case Role.BUILD, Ability.BUILD:
            return own[Ability.RUN] if item.service else own[Ability.BUILD]
        case Role.BUILD, _:
            return None
        case _, Ability.BUILD if item.service and item.component.states(BUILDS):
            return own[Ability.RUN]
        case _:
            return own[ability]


def _needs(dependencies: Iterable[Dependency]) -> dict[ComponentKey, list[ComponentKey]]:
    needs: dict[ComponentKey, list[ComponentKey]] = defaultdict(list)
    for edge in dependencies:
        if edge.role is not Role.DEVELOPMENT:
            needs[edge.parent].append(edge.child)
    return needs


def _closure(start: Iterable[ComponentKey], needs: Mapping[ComponentKey, list[ComponentKey]]) -> set[ComponentKey]:
    """Return ``start`` and everything it needs, cycles included."""
    found = set(start)
    stack = list(found)
    while stack:
        for child in needs.get(stack.pop(), ()):
            if child not in found:
                found.add(child)
                stack.append(child)
    return found
