"""What each ability of one component rests on: MODEL.md section 3, rule by rule.

A condition is a node that says when the component itself can be run, built, patched and so on, its dependencies aside;
``supply`` joins the conditions of a workload. Recovery actions are added by ``actions``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from freehold.graph.builder import ALWAYS, NEVER, GraphBuilder
from freehold.graph.limits import breaches
from freehold.graph.parties import Parties, group_of
from freehold.graph.questions import Questions
from freehold.model.component import ComponentKey
from freehold.model.fact import Grade
from freehold.model.leaf import Leaf, LeafKind
from freehold.model.stack import Answer, Identified, Stack
from freehold.model.subject import Ability


@dataclass(frozen=True, slots=True)
class Conditions:
    """The nodes of one component: one per ability, and the parts that actions refer to."""

    ability: Mapping[Ability, int]
    dealing: int
    source: int
    modify: int
    data: int
    export: int
    patches: Leaf | None
    capacity: int
    data_copy: int


class ConditionBuilder:
    """Builds the conditions of components; equal ones share their nodes.

    ``reach`` turns the node of the channels named for a component into one that recovery can extend with others, given its
    purl type and whether own copies count.
    """

    def __init__(self, stack: Stack, builder: GraphBuilder, questions: Questions, parties: Parties) -> None:
        self._stack = stack
        self._builder = builder
        self._questions = questions
        self._parties = parties
        self._holders: dict[str, list[str]] = {}
        for holder in stack.patents:
            self._holders.setdefault(holder.standard, []).append(holder.holder)

    def of(self, item: Identified, channels: int, single: bool) -> Conditions:
        """Return the conditions of ``item``.

        ``channels`` holds while its bytes can be had from others; ``single`` gives it a patches leaf of its own instead
        of one shared with its offering or group.
        """
        dealing = self._parties.dealing(item)
        source, modify = self._source(item, channels), self._modify(item)
        patches = None if item.service else Leaf(LeafKind.PATCHES, _supplier(item), _patch_group(item, single))
        capacity = ALWAYS if item.maintained else self._capacity(item, patches)
        data, export, data_copy = self._data(item, dealing)
        permitted = self._permitted(item)
        run = self._builder.all_of([self._run_right(item, dealing), permitted, self._patents(item)])
        obtain = ALWAYS if item.service else self._obtain(item, channels)
        ability = {
            Ability.RUN: run,
            Ability.BUILD: self._builder.all_of([obtain, permitted]),
            Ability.PATCH: self._patch(item, patches, channels, dealing, (source, modify, capacity)),
            Ability.CHANGE: self._builder.all_of([source, modify]),
            Ability.SCALE: self._builder.all_of([run, obtain]),
            Ability.DATA: data,
        }
        return Conditions(ability, dealing, source, modify, data, export, patches, capacity, data_copy)

    def _run_right(self, item: Identified, dealing: int) -> int:
        """Return the right to run: irrevocable code needs nobody, a service or a key needs its supplier."""
        key = item.component.key
        if item.service:
            return self._builder.all_of([self._operates(item), dealing])
        rights = item.rights
        if rights.run == "no":
            return NEVER
        if rights.key == "yes":
            return self._builder.any_of([dealing, *self._paid_term(item)])
        certain = rights.run != "unknown" and rights.grade is not Grade.ASSUMED
        if rights.irrevocable in ("yes", "conditional") and certain:
            return ALWAYS
        if rights.irrevocable == "no":
            return dealing
        return self._builder.any_of([self._questions.hope("licence", self._licence_group(item), key), dealing])

    def _operates(self, item: Identified) -> int:
        return self._builder.leaf(Leaf(LeafKind.OPERATES, _supplier(item), item.offering or item.component.key))

    def _paid_term(self, item: Identified) -> list[int]:
        """Return the leaf that holds until the date to which you have paid, whenever the denial comes; none if unknown."""
        days = item.term_end_days
        if days is None:
            return []
        return [self._builder.leaf(Leaf(LeafKind.TERM, _supplier(item), item.component.key, f"{max(0.0, days):g}"))]

    def _permitted(self, item: Identified) -> int:
        """Return ``permitted``: your own jurisdiction lets you use what comes from this supplier."""
        seat = self._stack.project.subject.seat
        return self._builder.leaf(Leaf(LeafKind.HOME, seat, _supplier(item))) if seat else ALWAYS

    def _patents(self, item: Identified) -> int:
        """Return the node that holds while no patent holder asserts, and no licensor enforces a limit, against you."""
        leaves = [
            self._builder.leaf(Leaf(LeafKind.PATENT, holder, standard))
            for standard in item.standards
            for holder in self._holders.get(standard, ())
            if not self._binds(item, holder)
        ]
        found = breaches(item, self._stack.project.subject, self._stack.blocs)
        leaves += [self._builder.leaf(Leaf(LeafKind.TERMS, _supplier(item), breach.limit.terms)) for breach in found]
        return self._builder.all_of(leaves)

    def _binds(self, item: Identified, holder: str) -> bool:
        """Tell whether the terms hold a patent grant of ``holder`` itself: it, or its owner, is the supplier."""
        supplier = self._stack.suppliers.get(_supplier(item))
        return item.rights.patent_grant == "yes" and supplier is not None and holder in (supplier.id, *supplier.parents)

    def _obtain(self, item: Identified, channels: int) -> int:
        if item.component.contained_in is not None or "artifacts" in item.copies:
            return ALWAYS
        return self._builder.lasting(channels, self._stack.project.grace.cached_copy)

    def _patch(
        self, item: Identified, patches: Leaf | None, channels: int, dealing: int, own: tuple[int, int, int]
    ) -> int:
        """Return ``patch``: the supplier patches and you get the update, or you patch; holes take a while to be found."""
        if patches is None:
            return self._run_right(item, dealing)
        supplied = [self._builder.leaf(patches), channels]
        if item.rights.key == "yes" or item.rights.irrevocable == "no":
            supplied.append(dealing)
        theirs = self._builder.lasting(self._builder.all_of(supplied), self._stack.project.grace.next_hole)
        return self._builder.any_of([theirs, self._builder.all_of(own)])

    def _source(self, item: Identified, channels: int) -> int:
        """Return ``source``: a copy of yours, or a source channel named; where registries serve source, any that can be had."""
        if item.service or item.rights.source == "no":
            return NEVER
        if "source" in item.copies:
            return ALWAYS
        if item.source_channels:
            named = {fact.value for fact in item.channels}
            from_registry = [channels] if any(fact.value in named for fact in item.source_channels) else []
            return self._builder.any_of([self._parties.any_channel(item.source_channels), *from_registry])
        return self._questions.hope("source", group_of(item), item.component.key, "jurisdiction", "supplier", "channel")

    def _modify(self, item: Identified) -> int:
        if item.service:
            return NEVER
        answer: Answer = item.rights.modify
        if answer == "no":
            return NEVER
        if answer == "unknown":
            return self._questions.hope("licence", self._licence_group(item), item.component.key)
        return ALWAYS

    def _capacity(self, item: Identified, patches: Leaf | None) -> int:
        if patches is None:
            return NEVER
        return self._builder.leaf(Leaf(LeafKind.CAPACITY, patches.party, patches.about))

    def _data(self, item: Identified, dealing: int) -> tuple[int, int, int]:
        """Return (data, export, copy): the operator lets you export while it deals with you, or you hold a copy."""
        if not item.service or (item.stateful is not None and item.stateful.value == "no"):
            return ALWAYS, NEVER, NEVER
        key = item.component.key
        export = self._may_export(item, key, dealing)
        copy = ALWAYS if item.data_copy else self._builder.leaf(Leaf(LeafKind.COPY, "", key, "data"))
        parts = [export, copy]
        if item.stateful is None or item.stateful.grade is Grade.ASSUMED:
            parts.append(self._questions.doubt("stateful", item.offering or key, key))
        return self._builder.any_of(parts), export, copy

    def _may_export(self, item: Identified, key: ComponentKey, dealing: int) -> int:
        answer = item.export
        if answer is not None and answer.value == "no":
            return NEVER
        known = answer is not None and answer.value != "unknown" and answer.grade is not Grade.ASSUMED
        hope = ALWAYS if known else self._questions.hope("export", item.offering or key, key)
        return self._builder.all_of([self._operates(item), dealing, hope])

    def _licence_group(self, item: Identified) -> str:
        return item.rights.expression or (item.rights.terms[0] if item.rights.terms else group_of(item))


def _supplier(item: Identified) -> str:
    return item.supplier.value if item.supplier is not None else ""


def _patch_group(item: Identified, single: bool) -> str:
    """Return what a patches leaf speaks of: one component, one offering, or everything of a kind from one supplier."""
    return item.component.key if single else item.offering or group_of(item)
