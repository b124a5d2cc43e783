"""Services in use: those that a client library or an address implies, and those of your own register.

An implied service is ``inferred``, with its evidence; naming it in ``[[service]]`` confirms it, stating the fact
``used = "no"`` takes it away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from freehold.catalog.matching import Match
from freehold.catalog.query import Catalog
from freehold.model.component import Component, ComponentKey, ComponentKind, Origin, Role
from freehold.model.records import Offering
from freehold.model.subject import FactEntry, ServiceEntry


class Service(msgspec.Struct, frozen=True):
    """A service as a component, with the offering that it is and the register entry that names it, if any."""

    component: Component
    match: Match | None
    entry: ServiceEntry | None = None


def implied(
    matched: Iterable[tuple[Component, Sequence[Match]]], catalog: Catalog, stated: Sequence[FactEntry]
) -> dict[str, tuple[Match, Component]]:
    """Return the services that components use, by offering: the match and a component with all origins.

    ``matched`` are components with what they are and use; development-only ones imply nothing. Only offerings that are
    services count, and those that the user says are not used do not.
    """
    unused = {entry.about for entry in stated if entry.field == "used" and entry.value == "no"}
    users: dict[str, list[tuple[Match, Component]]] = {}
    for component, matches in matched:
        for match in matches:
            if match.uses and match.id not in unused and component.role is not Role.DEVELOPMENT:
                users.setdefault(match.id, []).append((match, component))
    found = {}
    for identifier, uses in sorted(users.items()):
        offering = catalog.get(Offering, identifier)
        if offering is not None and offering.kind == "service":
            found[identifier] = (uses[0][0], _component(offering.id, offering.name, uses))
    return found


def registered(
    entries: Sequence[ServiceEntry], catalog: Catalog, found: Mapping[str, tuple[Match, Component]], file: str
) -> list[Service]:
    """Return every service once: those implied, confirmed or not, and those only the register knows."""
    services: list[Service] = []
    named: set[str] = set()
    for entry in entries:
        match = _match(entry, catalog)
        origin = Origin(file, 0, f"/service/{entry.name}")
        if match is not None and match.id in found:
            component = found[match.id][1]
            origins = (*component.origins, origin)
            component = msgspec.structs.replace(component, origins=origins, role=Role(entry.role))
        else:
            key = ComponentKey(f"service:{match.id if match else entry.name}")
            component = Component(
                key,
                entry.name,
                kind=ComponentKind.SERVICE,
                supplier=entry.supplier,
                role=Role(entry.role),
                origins=(origin,),
            )
        named |= {match.id} if match else set()
        services.append(Service(component, match, entry))
    services += [Service(component, match) for i, (match, component) in found.items() if i not in named]
    return services


def _match(entry: ServiceEntry, catalog: Catalog) -> Match | None:
    from freehold.catalog.matching import How
    from freehold.model.fact import Grade

    if entry.offering:
        known = catalog.get(Offering, entry.offering)
        return Match(entry.offering, How.NAME, Grade.STATED, entry.offering) if known else None
    probe = Component(ComponentKey(entry.name), entry.name, kind=ComponentKind.SERVICE)
    found = [match for match in catalog.match(probe) if not match.uses]
    return found[0] if found else None


def _component(identifier: str, name: str, uses: Sequence[tuple[Match, Component]]) -> Component:
    """Return a service as a component that stands wherever its users stand."""
    origins = tuple(sorted({origin for _, user in uses for origin in user.origins}))
    first = uses[0][1]
    more = f" and {len(uses) - 1} more" if len(uses) > 1 else ""
    role = Role.RUNTIME if any(user.role is Role.RUNTIME for _, user in uses) else Role.BUILD
    return Component(
        ComponentKey(f"service:{identifier}"),
        name,
        kind=ComponentKind.SERVICE,
        role=role,
        origins=origins,
        evidence=f"implied by {first.name}{more} ({first.origins[0] if first.origins else 'no origin'})",
    )
