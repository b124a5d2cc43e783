"""What a register of services that was read says beyond the services themselves: offerings, seats and owners of suppliers.

Registers state these for a legal entity you have a contract with. Where a record knows the supplier, that entity's country
is one more establishment and the record keeps its seat and owners: a contract with a European subsidiary does not move
its group.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from freehold.catalog.matching import How, Match
from freehold.catalog.query import Catalog
from freehold.model.component import Component
from freehold.model.fact import Fact, Grade
from freehold.model.records import Offering, Supplier


class Register(msgspec.Struct):
    """Per supplier, by the name under which it is identified: the countries stated for it, and its owner if one is."""

    seats: dict[str, tuple[Fact[str], ...]] = {}
    owners: dict[str, str] = {}


def register_of(components: Iterable[Component], catalog: Catalog) -> Register:
    """Return what components state about their suppliers."""
    register = Register()
    for component in components:
        if not component.supplier or not component.statements:
            continue
        supplier = supplier_id(component.supplier, catalog)
        _add_seats(register, supplier, component, "seat")
        for owner in component.states("owner"):
            register.owners.setdefault(supplier, supplier_id(owner, catalog))
            _add_seats(register, register.owners[supplier], component, "owner-seat")
    return register


def supplier_id(name: str, catalog: Catalog) -> str:
    """Return the id of the supplier of this name, or the name itself where no record has it."""
    if catalog.get(Supplier, name) is not None:
        return name
    match = catalog.supplier_named(name)
    return match.id if match else name


def matches_of(component: Component, catalog: Catalog) -> Sequence[Match]:
    """Return what a component is and uses; the offering that its file states goes first."""
    stated = next((name for name in component.states("offering") if catalog.get(Offering, name)), "")
    matches = catalog.match(component)
    if not stated:
        return matches
    own = Match(stated, How.NAME, Grade.STATED, stated)
    return (own, *(match for match in matches if match.uses and match.id != stated))


def stated_facts(component: Component, field: str) -> tuple[Fact[str], ...]:
    """Return what the component's files state for a field, each with its place."""
    return tuple(
        Fact(one.value, Grade.STATED, source=str(one.origin)) for one in component.statements if one.field == field
    )


def _add_seats(register: Register, supplier: str, component: Component, field: str) -> None:
    facts = dict.fromkeys((*register.seats.get(supplier, ()), *stated_facts(component, field)))
    if facts:
        register.seats[supplier] = tuple({fact.value: fact for fact in reversed(facts)}.values())
