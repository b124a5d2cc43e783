"""Dealing and channels: the nodes that hold while suppliers and operators serve the subject.

``dealing(s, c)`` = s willing AND each parent willing AND your account AND each (jurisdiction, nexus) on s or on c lets it
(MODEL.md section 3). A channel is up AND its operator deals with you AND the law where it stands lets it.
"""

from __future__ import annotations

from collections.abc import Iterable

from freehold.graph.builder import ALWAYS, NEVER, GraphBuilder
from freehold.graph.questions import Questions
from freehold.model.component import ComponentKey
from freehold.model.fact import Fact, Grade
from freehold.model.leaf import Leaf, LeafKind
from freehold.model.stack import Identified, Stack


class Parties:
    """Builds the nodes of suppliers and channels, each once."""

    def __init__(self, stack: Stack, builder: GraphBuilder, questions: Questions) -> None:
        self._stack = stack
        self._builder = builder
        self._questions = questions
        self._suppliers: dict[str, int] = {}
        self._channels: dict[str, int] = {}

    def dealing(self, item: Identified) -> int:
        """Return ``dealing(supplier of item, item)``."""
        key = item.component.key
        reaches = [self._law(fact, "origin", key) for fact in item.origin_of]
        reaches += [self._law(fact, "hosting", key) for fact in item.hosting]
        return self._builder.all_of([self._of_fact(item.supplier, group_of(item), key), *reaches])

    def channel(self, channel_id: str) -> int:
        """Return the node of a channel: up, allowed, and dealing with you; a pull-through mirror needs its upstream."""
        node = self._channels.get(channel_id)
        if node is None:
            self._channels[channel_id] = NEVER  # a mirror of itself serves nothing
            node = self._channels[channel_id] = self._channel(channel_id)
        return node

    def any_channel(self, channels: Iterable[Fact[str]]) -> int:
        """Return the node that holds while one of ``channels`` serves; an assumed one may turn out not to."""
        return self._builder.any_of(self.channel(fact.value) for fact in channels)

    def supplier(self, supplier_id: str) -> int:
        """Return ``dealing`` with a supplier, without anything that concerns one component only."""
        node = self._suppliers.get(supplier_id)
        if node is None:
            node = self._suppliers[supplier_id] = self._supplier(supplier_id)
        return node

    def _channel(self, channel_id: str) -> int:
        channel = self._stack.channels[channel_id]
        seat = self._stack.project.subject.seat
        parts = [self._builder.leaf(Leaf(LeafKind.CHANNEL, channel_id))]
        if seat in channel.refuses:
            parts.append(self._builder.leaf(Leaf(LeafKind.REFUSED, channel_id, seat)))
        parts.append(self._of_fact(channel.operator, channel_id, None))
        parts += [self._law(fact, "hosting", channel_id) for fact in channel.hosting]
        if channel.pull_through:
            parts.append(self._builder.any_of(self.channel(up) for up in channel.upstream))
        return self._builder.all_of(parts)

    def _supplier(self, supplier_id: str) -> int:
        supplier = self._stack.suppliers[supplier_id]
        parts = [self._builder.leaf(Leaf(LeafKind.WILLING, party)) for party in (supplier_id, *supplier.parents)]
        parts.append(self._builder.leaf(Leaf(LeafKind.ACCOUNT, supplier_id)))
        parts += [self._law(reach.fact, reach.nexus, supplier_id) for reach in supplier.reach]
        parts += [self._questions.hope(what, supplier_id, None, "jurisdiction") for what in supplier.unknown]
        return self._builder.all_of(parts)

    def _of_fact(self, supplier: Fact[str] | None, group: str, key: ComponentKey | None) -> int:
        if supplier is None:
            return self._questions.hope("supplier", group, key, "jurisdiction", "supplier")
        return self.supplier(supplier.value)

    def _law(self, fact: Fact[str], nexus: str, about: str) -> int:
        """Return the leaf of one law; where the fact is only assumed, the law may turn out not to reach at all."""
        leaf = self._builder.leaf(Leaf(LeafKind.LAW, fact.value, about, nexus))
        if fact.grade is not Grade.ASSUMED:
            return leaf
        return self._builder.any_of([leaf, self._questions.doubt(f"{nexus}={fact.value}", about, None)])


def group_of(item: Identified) -> str:
    """Return the group in which components without a known supplier are asked about together: their purl type."""
    purls = item.component.purls
    if not purls:
        return item.offering or item.component.name
    return purls[0].removeprefix("pkg:").partition("/")[0]


def free(node: int) -> bool:
    """Tell whether a node is no condition at all."""
    return node == ALWAYS
