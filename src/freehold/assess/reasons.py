"""Why a node is lost: the leaves that decide it, as a stable, minimal reason, and in words.

An AND is lost through its first child to go, an OR through all of its children; leaves that were never there (actions not
taken) are no reason while something else is. Words only; nothing here decides a verdict.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from freehold.assess.world import World
from freehold.graph.arrays import AND, LEAF
from freehold.graph.supply import NOT_YET
from freehold.model.jurisdictions import NAMES
from freehold.model.leaf import Leaf, LeafKind


class Reasons:
    """Finds and words the reasons of one case; ``days`` (n,) are its days of loss, ``end`` its grace column."""

    def __init__(self, world: World, days: NDArray[np.float64], end: int) -> None:
        self._world = world
        self._days = days
        self._end = end
        self._leaf_at = {node: leaf for leaf, node in world.supply.leaves.items()}
        self._known: dict[int, tuple[Leaf, ...]] = {}

    def leaves(self, node: int) -> tuple[Leaf, ...]:
        """Return the leaves that decide the loss of ``node``, in order; the supply graph has no cycles."""
        known = self._known.get(node)
        if known is None:
            known = self._known[node] = tuple(sorted(set(self._find(node))))
        return known

    def _find(self, node: int) -> tuple[Leaf, ...]:
        graph = self._world.supply.graph
        if graph.kind[node] == LEAF:
            return (self._leaf_at[node],)
        first, last = int(graph.start[node]), int(graph.start[node + 1])
        edges = range(first, last)
        if graph.kind[node] == AND:
            edge = min(edges, key=lambda e: (self._day(e), not self._untaken(int(graph.child[e])), int(graph.child[e])))
            return self.leaves(int(graph.child[edge]))
        found = [leaf for e in edges for leaf in self.leaves(int(graph.child[e]))]
        lost = [leaf for leaf in found if leaf.kind not in NOT_YET and leaf.kind is not LeafKind.FACT]
        return tuple(lost or found)

    def _untaken(self, node: int) -> bool:
        """Tell whether ``node`` is an action not taken: what else its alternative lacks is no reason then."""
        leaf = self._leaf_at.get(node)
        return leaf is not None and leaf.kind in NOT_YET

    def _day(self, edge: int) -> float:
        graph = self._world.supply.graph
        return float(self._days[graph.child[edge]] + graph.grace[edge, self._end])

    def words(self, leaves: tuple[Leaf, ...]) -> str:
        """Return the reason as a phrase; "nothing provides it" where no condition was ever there."""
        texts = list(dict.fromkeys(self.word(leaf) for leaf in leaves))
        return "; ".join(texts) if texts else "nothing provides it"

    def word(self, leaf: Leaf) -> str:
        """Return one lost leaf as a phrase."""
        return word(self._world, leaf)


def word(world: World, leaf: Leaf) -> str:
    """Return a lost leaf as a phrase, with the names of the parties."""
    party, about = _party(world, leaf.party), _party(world, leaf.about)
    match leaf.kind:
        case LeafKind.WILLING:
            return f"{party} refuses to deal"
        case LeafKind.ACCOUNT:
            return f"the account with {party} is blocked"
        case LeafKind.LAW:
            return f"{NAMES.get(leaf.party, leaf.party)} reaches {about} through its {_nexus(leaf.detail)}"
        case LeafKind.CHANNEL:
            return f"{party} does not serve"
        case LeafKind.TERM:
            return f"the paid term of {about} ends on day {leaf.detail}"
        case LeafKind.REFUSED:
            return f"{party} does not serve {NAMES.get(leaf.about, leaf.about)}"
        case LeafKind.OPERATES:
            return f"{about} is no longer operated"
        case LeafKind.PATCHES:
            return f"no more patches from {party or 'the unknown maintainers'} for {about}"
        case LeafKind.PATENT:
            return f"{party} asserts patents on {about}"
        case LeafKind.TERMS:
            return f"{party or 'the licensor'} enforces {about}"
        case LeafKind.HOME:
            return f"{NAMES.get(leaf.party, leaf.party)} forbids its own people to use what comes from {about or 'it'}"
        case LeafKind.COPY:
            return f"there is no copy of the data in {about}"
        case LeafKind.CAPACITY:
            return f"you do not maintain {about}"
        case LeafKind.ACTED:
            return "nothing has been moved yet"
        case LeafKind.FACT:
            return f"{leaf.detail} of {about} not known"


def _party(world: World, identifier: str) -> str:
    stack = world.stack
    if identifier in stack.suppliers:
        return stack.suppliers[identifier].name
    if identifier in stack.channels:
        return stack.channels[identifier].name
    for key, item in world.items.items():
        if identifier and identifier in (key, item.offering):
            return item.name or item.component.name
    return identifier


def _nexus(detail: str) -> str:
    return {"parent": "owner", "origin": "controlled content"}.get(detail, detail)
