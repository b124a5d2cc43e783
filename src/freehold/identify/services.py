"""Services in use: those that a client library, a setting, an import or an address implies, and those of your own register.

An implied service is ``inferred``, with its evidence. Naming it in ``[[service]]``, or stating the fact ``used = "yes"``,
confirms it; ``used = "no"`` takes it away. One service is one component, wherever it was noticed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from freehold.catalog.matching import How, Match
from freehold.catalog.query import Catalog
from freehold.model.component import (
    BUILDS,
    INDIRECT,
    Clue,
    ClueKind,
    Component,
    ComponentKey,
    ComponentKind,
    Inventory,
    Named,
    Origin,
    Role,
)
from freehold.model.fact import Grade
from freehold.model.records import Offering
from freehold.model.subject import FactEntry, ServiceEntry

_CHECKSUMS = "go.sum"
"""A file of hashes, also of what is not used at all."""


class Service(msgspec.Struct, frozen=True):
    """A service as a component, with the offering that it is and the register entry that names it, if any.

    ``stands_for`` are the keys of the components that were noticed and that it replaces.
    """

    component: Component
    match: Match | None
    entry: ServiceEntry | None = None
    stands_for: tuple[ComponentKey, ...] = ()


class Usage:
    """What you say is used, and is not (``[[fact]]`` with ``field = "used"``)."""

    def __init__(self, stated: Sequence[FactEntry]) -> None:
        said = {entry.about: entry.value for entry in stated if entry.field == "used"}
        self.confirmed = tuple(about for about, value in said.items() if value == "yes")
        self._denied = frozenset(about for about, value in said.items() if value == "no")

    def denies(self, component: Component, offering: str = "") -> bool:
        """Tell whether an inferred component is said not to be used: by key, name, purl, host or offering."""
        names = {offering, component.key, component.name, *component.hosts, *component.purls}
        names |= {purl.partition("@")[0] for purl in component.purls}
        return bool(component.evidence) and bool(names & self._denied)

    def denies_offering(self, offering: str) -> bool:
        """Tell whether an offering is said not to be used."""
        return offering in self._denied


def asked_for(inventory: Inventory) -> frozenset[ComponentKey]:
    """Return what the project itself asks for, not only something that it needs.

    That is what a root needs, as far as files tell: a root that stands for a folder needs all that a flat list names,
    but of a file that has a root of its own the rest is there for others. Linear in components and edges.
    """
    components = {component.key: component for component in inventory.components}
    stated = {key for key, component in components.items() if component.is_root and not component.evidence}
    rooted = {origin.file for key in stated for origin in components[key].origins}
    needed: set[ComponentKey] = set()
    asked: set[ComponentKey] = set()
    for edge in inventory.dependencies:
        parent, child = components.get(edge.parent), components.get(edge.child)
        needed.add(edge.child)
        if parent is not None and child is not None and parent.is_root:
            files = {origin.file for origin in (parent if edge.parent in stated else child).origins}
            others = {one.origin.file for one in child.statements if one.field == INDIRECT}
            others |= set() if edge.parent in stated else rooted
            if any(file not in others and not file.endswith(_CHECKSUMS) for file in files):
                asked.add(edge.child)
    return frozenset(asked | (components.keys() - needed))


def implied(
    matched: Iterable[tuple[Component, Sequence[Match]]],
    clues: Iterable[Clue],
    catalog: Catalog,
    usage: Usage,
    asked: Collection[ComponentKey],
) -> dict[str, Service]:
    """Return the services that components use and clues tell, by offering; those that no record knows, by host.

    ``matched`` are components with what they are and use; what is for development only, and libraries that the project
    does not ask for itself, imply nothing. Only offerings that are services count, and not those that the user denies.
    """
    users: dict[str, list[tuple[Match, Component]]] = {}
    unknown: dict[str, list[Component]] = {}
    for component, matches in matched:
        if component.role is Role.DEVELOPMENT or usage.denies(component):
            continue
        is_service = component.kind is ComponentKind.SERVICE
        for match in matches:
            if is_service or (match.uses and component.key in asked):
                users.setdefault(match.id, []).append((match, component))
        if is_service and component.evidence and not matches and component.hosts:
            unknown.setdefault(component.hosts[0], []).append(component)
    for clue in clues:
        if clue.role is not Role.DEVELOPMENT:
            for match in catalog.match_clue(clue):
                users.setdefault(match.id, []).append((match, _of_clue(clue)))
    found = {}
    for identifier, uses in sorted(users.items()):
        offering = catalog.get(Offering, identifier)
        if offering is not None and offering.kind == "service" and not usage.denies_offering(identifier):
            found[identifier] = _service(identifier, offering.name, [user for _, user in uses], _surest(uses))
    for host, seen in sorted(unknown.items()):
        found[host] = _service(host, host, seen, None)
    return found


def registered(
    entries: Sequence[ServiceEntry], catalog: Catalog, found: Mapping[str, Service], file: str, usage: Usage
) -> list[Service]:
    """Return every service once: those implied, confirmed or not, and those only the register knows."""
    services: list[Service] = []
    named: set[str] = set()
    for entry in (*entries, *_confirming(entries, catalog, found, usage)):
        match = _match(entry, catalog)
        known = found.get(match.id if match else entry.name)
        origin = Origin(file, 0, f"/service/{entry.name}")
        if known is not None:
            origins = (*known.component.origins, origin)
            component = msgspec.structs.replace(known.component, origins=origins, role=Role(entry.role))
            named.add(match.id if match else entry.name)
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
        services.append(Service(component, match, entry, known.stands_for if known else ()))
    services += [service for name, service in found.items() if name not in named]
    return services


def _confirming(
    entries: Sequence[ServiceEntry], catalog: Catalog, found: Mapping[str, Service], usage: Usage
) -> Iterable[ServiceEntry]:
    """Yield an entry for each service that a fact confirms and that the register does not name already."""
    known = {entry.offering or entry.name for entry in entries}
    for about in usage.confirmed:
        offering = catalog.get(Offering, about)
        if about in known or (offering is None and about not in found) or (offering and offering.kind != "service"):
            continue
        yield ServiceEntry(offering.name if offering else about, offering=about if offering else "")


def _match(entry: ServiceEntry, catalog: Catalog) -> Match | None:
    if entry.offering:
        known = catalog.get(Offering, entry.offering)
        return Match(entry.offering, How.NAME, Grade.STATED, entry.offering) if known else None
    probe = Component(ComponentKey(entry.name), entry.name, kind=ComponentKind.SERVICE)
    found = [match for match in catalog.match(probe) if not match.uses]
    return found[0] if found else None


def _of_clue(clue: Clue) -> Component:
    """Return a clue as what it is evidence for."""
    words = {ClueKind.VARIABLE: "the variable", ClueKind.CALL: "the call", ClueKind.HOST: "the host"}
    name = f"{words[clue.kind]} {clue.name}"
    return Component(ComponentKey(""), name, origins=(clue.origin,), role=clue.role, evidence=name)


def _service(identifier: str, name: str, users: Sequence[Component], match: Match | None) -> Service:
    """Return a service as a component that stands wherever its users stand; one that a file lists needs no evidence."""
    seen = [user for user in users if user.kind is ComponentKind.SERVICE]
    listed = [user for user in seen if not user.evidence]
    base = listed[0] if listed else Component(ComponentKey(""), name, kind=ComponentKind.SERVICE)
    component = msgspec.structs.replace(
        base,
        key=ComponentKey(f"service:{identifier}"),
        name=name,
        supplier=next((user.supplier for user in listed if user.supplier), ""),
        hosts=tuple(dict.fromkeys(host for user in seen for host in user.hosts)),
        role=Role.RUNTIME if any(user.role is Role.RUNTIME for user in users) else Role.BUILD,
        origins=tuple(sorted({origin for user in users for origin in user.origins})),
        evidence="" if listed else f"implied by {_evidence(users)}",
        statements=tuple(dict.fromkeys((*(one for user in listed for one in user.statements), *_building(users)))),
    )
    return Service(component, match, None, tuple(user.key for user in seen))


def _building(users: Sequence[Component]) -> Iterable[Named]:
    """Yield the first place where the service builds or deploys: running with it takes that need from nobody."""
    stated = [one for user in users for one in user.statements if one.field == BUILDS]
    found = [Named(BUILDS, "yes", user.origins[0]) for user in users if user.role is Role.BUILD and user.origins]
    yield from (*stated, *found)[:1]


def _surest(uses: Sequence[tuple[Match, Component]]) -> Match:
    """Return the match of the best grade, that of what a file lists first."""
    return min(uses, key=lambda use: (bool(use[1].evidence), use[0].grade.rank))[0]


def _evidence(users: Sequence[Component]) -> str:
    """Return in words what implies a service: the first thing with its place, and how many others."""
    more = len({user.name for user in users}) - 1
    first = users[0]
    others = f" and {more} more" if more else ""
    return f"{first.name}{others} ({first.origins[0] if first.origins else 'no origin'})"
