"""Suppliers and channels of a stack, resolved from the catalog as they stand on one day.

Owners are followed up to the ultimate parent; a deal that is only announced is none. A supplier or registry that no record
knows is kept under its own name, with what is not known about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

import msgspec

from freehold.catalog.claims import current, fact_of
from freehold.catalog.query import Catalog
from freehold.identify.register import Register
from freehold.model.fact import Fact, Grade
from freehold.model.records import Channel, Parent, Place, Related, Source, Supplier
from freehold.model.stack import ChannelFacts, Reach, SupplierFacts
from freehold.model.subject import FactEntry

ClaimOf = TypeVar("ClaimOf", Place, Related)
NONE = "none"
CONTROL_PERCENT = 50.0
"""An owner known to hold less than this controls nothing; an owner whose share is not known counts."""


class Parties:
    """Looks up each supplier and channel once; ``suppliers`` and ``channels`` hold those that were asked for."""

    def __init__(
        self, catalog: Catalog, on: date, stated: tuple[FactEntry, ...], register: Register | None = None
    ) -> None:
        self._catalog = catalog
        self._register = register or Register()
        self._on = on
        self._stated: Mapping[tuple[str, str], str] = {(entry.about, entry.field): entry.value for entry in stated}
        self._open: set[str] = set()
        self.suppliers: dict[str, SupplierFacts] = {}
        self.channels: dict[str, ChannelFacts] = {}

    def supplier(self, identifier: str) -> SupplierFacts:
        """Return a supplier with its owners and everything whose law reaches it."""
        if identifier not in self.suppliers:
            self.suppliers[identifier] = self._supplier(identifier)
        return self.suppliers[identifier]

    def channel(self, identifier: str) -> ChannelFacts:
        """Return a channel by its id, or by its host if no record knows it; its operator becomes a known supplier."""
        if identifier not in self.channels:
            record = self._catalog.get(Channel, identifier)
            facts = self._channel(record) if record else ChannelFacts(identifier, identifier)
            if operator := self._stated.get((identifier, "supplier")):
                facts = msgspec.structs.replace(facts, operator=Fact(operator, Grade.STATED))
            self.channels[identifier] = facts
            if facts.operator is not None:
                self.supplier(facts.operator.value)
            for upstream in facts.upstream:
                self.channel(upstream)
        return self.channels[identifier]

    def _supplier(self, identifier: str) -> SupplierFacts:
        record = self._catalog.get(Supplier, identifier)
        name = record.name if record else identifier
        found: dict[str, list[Fact[str]]] = {nexus: [] for nexus in ("seat", "parent", "establishment", "listing")}
        parents = self._parents(record) if record else []
        for parent in parents:
            self.supplier(parent.id)
            found["parent"] += self._places(parent.seat, parent.sources)
        if record:
            found["seat"] = self._places(record.seat, record.sources)
            found["establishment"] = self._places(record.establishment, record.sources)
            found["listing"] = self._places(record.listing, record.sources)
        self._add_told_seats(identifier, found)
        owner = self._told_owner(identifier, found) if not parents else None
        reach = [
            Reach(f.value, nexus, f) for nexus, facts in found.items() for f in self.stated(identifier, nexus, facts)
        ]
        seats = [r for r in reach if r.nexus == "seat"]
        return SupplierFacts(
            identifier,
            name,
            record.kind if record else "company",
            (owner.id, *owner.parents) if owner else tuple(parent.id for parent in parents),
            owner.ultimate_parent if owner else parents[-1].id if parents else identifier,
            tuple(sorted(set(reach), key=lambda r: (r.jurisdiction, r.nexus, r.fact.grade.rank))),
            () if seats else ("seat",),
        )

    def _add_told_seats(self, identifier: str, found: dict[str, list[Fact[str]]]) -> None:
        """Add the countries that a register states: the seat only where no record has one, else an establishment."""
        known = {fact.value for fact in found["seat"]}
        told = [fact for fact in self._register.seats.get(identifier, ()) if fact.value not in known]
        found["establishment" if known else "seat"] += told

    def _told_owner(self, identifier: str, found: dict[str, list[Fact[str]]]) -> SupplierFacts | None:
        """Return the owner that a register states, and add the countries whose law reaches through it."""
        owner = self._register.owners.get(identifier, identifier)
        if owner == identifier or identifier in self._open:
            return None
        self._open.add(identifier)
        facts = self.supplier(owner)
        found["parent"] += [reach.fact for reach in facts.reach if reach.nexus in ("seat", "parent")]
        return facts

    def stated(self, about: str, nexus: str, facts: list[Fact[str]]) -> list[Fact[str]]:
        """Return what you state of ``about`` in place of ``facts``: jurisdictions with spaces between, or ``none``."""
        words = self._stated.get((about, nexus), "").replace(",", " ").split()
        return [Fact(word, Grade.STATED) for word in words if word != NONE] if words else facts

    def _parents(self, record: Supplier) -> list[Supplier]:
        """Return the owners from the nearest up; a loop, which the catalog check refuses, ends the walk."""
        chain: list[Supplier] = []
        at: Supplier | None = record
        while at is not None:
            owner = next((claim for claim in current(at.parent, self._on) if _controls(claim)), None)
            at = self._catalog.get(Supplier, owner.value) if owner else None
            if at is None or at.id == record.id or at in chain:
                return chain
            chain.append(at)
        return chain

    def _channel(self, record: Channel) -> ChannelFacts:
        operators = [fact_of(claim, claim.value, record.sources) for claim in current(record.operator, self._on)]
        same = [claim.value for claim in current(record.same_bytes, self._on)]
        switch = record.switch
        facts = ChannelFacts(
            id=record.id,
            name=record.name,
            kind=record.kind,
            operator=operators[0] if operators else None,
            hosting=tuple(self.stated(record.id, "hosting", self._places(record.hosting, record.sources))),
            serves=record.serves,
            upstream=tuple(claim.value for claim in current(record.mirror_of, self._on)),
            pull_through=record.mode == "pull-through",
            same_bytes=same[0] if same else "unknown",
            refuses=tuple(claim.value for claim in current(record.blocks, self._on)),
        )
        if switch is None:
            return facts
        return _with_switch(facts, switch.how, switch.lead_days, switch.effort_person_days)

    def _places(self, claims: tuple[Place, ...], sources: dict[str, Source]) -> list[Fact[str]]:
        return [fact_of(claim, claim.value, sources) for claim in current(claims, self._on)]


def _controls(claim: Parent) -> bool:
    return claim.percent is None or claim.percent[1] >= CONTROL_PERCENT


def _with_switch(
    facts: ChannelFacts, how: str, lead: tuple[float, float, float], effort: tuple[float, float, float]
) -> ChannelFacts:
    return msgspec.structs.replace(facts, how=how, lead_days=lead, effort_person_days=effort)
