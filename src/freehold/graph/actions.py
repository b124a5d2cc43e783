"""Recovery actions: what you can do to get back, each once for all abilities and workloads that it helps.

Point clients at another channel, replace a component by an alternative, export data while there is time, take on
maintenance. An action restores an ``acted``, ``copy`` or ``capacity`` leaf that is not there beforehand. Efforts without
a source are ``assumed``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from freehold.graph.builder import NEVER, GraphBuilder
from freehold.graph.conditions import Conditions
from freehold.graph.parties import Parties, group_of
from freehold.model.leaf import Action, Leaf, LeafKind
from freehold.model.stack import ChannelFacts, Identified, Stack, Substitute
from freehold.model.subject import Ability, Range

TAKE_ON_PERSON_DAYS: Final[Range] = (2.0, 10.0, 40.0)
"""Effort to take on the maintenance of one component; our estimate, graded ``assumed``."""
EXPORT_LEAD_DAYS: Final[Range] = (0.0, 1.0, 7.0)
EXPORT_PERSON_DAYS: Final[Range] = (0.5, 2.0, 5.0)
"""Waiting and work to export the data of one service; our estimate, graded ``assumed``."""


class ActionBuilder:
    """Collects the actions; ``actions`` holds them by identifier."""

    def __init__(self, stack: Stack, builder: GraphBuilder, parties: Parties) -> None:
        self._stack = stack
        self._builder = builder
        self._parties = parties
        self._switches: dict[tuple[str, frozenset[str], tuple[str, ...]], int] = {}
        self._names: dict[str, str] = {
            item.component.key: item.name or item.component.name for item in stack.components
        }
        self.actions: dict[str, Action] = {}

    def channels(self, item: Identified) -> int:
        """Return the node that holds while the bytes of ``item`` can be had: channels named, or others switched to."""
        named = frozenset(fact.value for fact in item.channels)
        key = (group_of(item), named, item.other_channels)
        if key not in self._switches:
            own = self._parties.any_channel(item.channels)
            self._switches[key] = self._builder.any_of([own, *self._others(*key)])
        return self._switches[key]

    def replacement(self, substitute: Substitute, by: Conditions) -> int:
        """Add the action of replacing a component and return its ``acted`` leaf; ``NEVER`` if it cannot be."""
        needs = [by.ability[Ability.RUN], by.ability[Ability.BUILD]]
        if NEVER in needs:
            return NEVER
        about = f"{substitute.replaces}->{substitute.alternative.offering}"
        leaf = self._builder.leaf(Leaf(LeafKind.ACTED, "", about, "replace"))
        title = f"replace {self._name(substitute)} by {substitute.alternative.name}"
        self._add(
            f"replace:{about}",
            title,
            leaf,
            needs,
            substitute.lead_days,
            substitute.effort_person_days,
            about=substitute.alternative.offering,
            grade=substitute.grade.value,
        )
        return leaf

    def export(self, item: Identified, conditions: Conditions) -> None:
        """Add the action of exporting the data of a service, which must be done while the operator still deals."""
        if conditions.data_copy == NEVER or conditions.export == NEVER:
            return
        self._add(
            f"export:{item.component.key}",
            f"export the data from {item.name or item.component.name}",
            conditions.data_copy,
            (),
            EXPORT_LEAD_DAYS,
            EXPORT_PERSON_DAYS,
            before=conditions.export,
            about=item.component.key,
        )

    def take_on(self, items: list[Identified], conditions: Conditions) -> None:
        """Add the action of maintaining ``items``, which share one patches leaf, yourself."""
        if conditions.patches is None or NEVER in (conditions.source, conditions.modify):
            return
        low, likely, high = (days * len(items) for days in TAKE_ON_PERSON_DAYS)
        first = items[0].name or items[0].component.name
        what = first if len(items) == 1 else f"{len(items):,} {conditions.patches.about} components"
        self._add(
            f"maintain:{conditions.patches.party}:{conditions.patches.about}",
            f"take on the maintenance of {what}",
            conditions.capacity,
            [conditions.source, conditions.modify],
            (0.0, 0.0, 0.0),
            (low, likely, high),
            about=conditions.patches.about,
        )

    def _others(self, kind: str, named: frozenset[str], recorded: tuple[str, ...]) -> Iterable[int]:
        """Yield a node for each other channel with the same bytes, once switched to.

        Those are the channels that the record of the component names, and those that mirror one of its own.
        """
        for channel in sorted(self._stack.channels.values(), key=lambda c: c.id):
            if channel.id in named or not (channel.id in recorded or self._same_bytes(kind, named, channel)):
                continue
            up = self._parties.channel(channel.id)
            if up == NEVER:
                continue
            about = f"{kind}@{channel.id}"
            leaf = self._builder.leaf(Leaf(LeafKind.ACTED, channel.id, about, "switch"))
            title = f"point {kind} clients at {channel.name}"
            self._add(
                f"switch:{about}", title, leaf, (up,), channel.lead_days, channel.effort_person_days, about=channel.id
            )
            yield self._builder.all_of([leaf, up])

    def _same_bytes(self, kind: str, named: frozenset[str], channel: ChannelFacts) -> bool:
        """Tell whether a channel mirrors, or is mirrored by, one of those named, byte for byte."""
        if kind not in channel.serves:
            return False
        mirrored = {
            up
            for name in named
            if self._stack.channels[name].same_bytes == "yes"
            for up in self._stack.channels[name].upstream
        }
        return channel.id in mirrored or (channel.same_bytes == "yes" and bool(named & set(channel.upstream)))

    def _name(self, substitute: Substitute) -> str:
        return self._names.get(substitute.replaces, substitute.replaces)

    def _add(
        self,
        identifier: str,
        title: str,
        leaf: int,
        needs: Iterable[int],
        lead: Range,
        effort: Range,
        *,
        before: int = -1,
        about: str = "",
        grade: str = "assumed",
    ) -> None:
        kind = identifier.partition(":")[0]
        wanted = tuple(dict.fromkeys(needs))
        self.actions[identifier] = Action(identifier, title, leaf, wanted, lead, effort, before, kind, about, grade)
