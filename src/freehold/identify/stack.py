"""The whole stack: every component identified, services added, copies, contracts and workloads assigned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fnmatch import fnmatchcase

import msgspec

from freehold.catalog.claims import current
from freehold.catalog.matching import Match
from freehold.catalog.purls import type_of
from freehold.catalog.query import Catalog
from freehold.identify.components import Identifier
from freehold.identify.fine_tunes import with_inherited_terms
from freehold.identify.parties import Parties
from freehold.identify.register import matches_of, register_of
from freehold.identify.rights import Licensing
from freehold.identify.services import Service, Usage, asked_for, implied, registered
from freehold.identify.substitutes import Substitutes
from freehold.model.component import NO_SOFTWARE, ComponentKey, Dependency, Inventory
from freehold.model.fact import Fact, Grade
from freehold.model.records import Bloc, Channel, Standard
from freehold.model.stack import Identified, PatentHolder, Stack
from freehold.model.subject import Contract, Project, ServiceEntry
from freehold.model.vault import OwnCopy


def identify(
    inventory: Inventory,
    catalog: Catalog,
    project: Project,
    on: date,
    *,
    registries: Mapping[str, Sequence[str]] | None = None,
    project_file: str = "freehold.toml",
    copies: Mapping[ComponentKey, OwnCopy] | None = None,
) -> Stack:
    """Return the identified stack of ``inventory`` as known on day ``on``.

    ``registries`` are the addresses that package clients are configured with, by purl type, ``copies`` what a
    vault holds. Cost: linear in components.
    """
    usage = Usage(project.fact)
    parties = Parties(catalog, on, project.fact, register_of(inventory.components, catalog))
    identifier = Identifier(catalog, parties, Licensing(catalog, on), on, registries or {}, project.fact)
    matched = [(component, matches_of(component, catalog)) for component in inventory.components]
    own = [
        identifier.identify(component, _identity(matches))
        for component, matches in matched
        if component.kind not in NO_SOFTWARE and not usage.denies(component, matches[0].id if matches else "")
    ]
    found = implied(matched, inventory.clues, catalog, usage, asked_for(inventory))
    services = registered(project.service, catalog, found, project_file, usage)
    own = with_inherited_terms(_without_services(own, services), inventory.dependencies)
    own += [_registered(identifier.identify(s.component, s.match), s.entry) for s in services]
    roots = {component.key for component in inventory.components if component.is_root}
    components = tuple(_placed(_held(item, project, on, copies or {}), project, roots) for item in own)
    substitutes = tuple(Substitutes(catalog, identifier, on).of(components))
    _add_mirrors(catalog, parties, components)
    return Stack(
        project,
        components,
        _edges(inventory.dependencies, services),
        substitutes,
        parties.suppliers,
        parties.channels,
        _patents(catalog, parties, components, on),
        {bloc: catalog.members(bloc, on) for bloc in catalog.ids(Bloc)},
        frozenset(substitute.replaces for substitute in substitutes),
        tuple(
            component for component in inventory.components if component.kind in NO_SOFTWARE and not component.is_root
        ),
    )


def _identity(matches: Sequence[Match]) -> Match | None:
    return next((match for match in matches if not match.uses), None)


def _without_services(items: list[Identified], services: Sequence[Service]) -> list[Identified]:
    """Drop components that are the same service as one of ``services``: one service is one component."""
    known = {service.match.id for service in services if service.match}
    replaced = {key for service in services for key in service.stands_for}
    return [
        item for item in items if item.component.key not in replaced and not (item.service and item.offering in known)
    ]


def _edges(edges: Sequence[Dependency], services: Sequence[Service]) -> tuple[Dependency, ...]:
    """Return the edges with those to what a service stands for leading to the service."""
    meant = {key: service.component.key for service in services for key in service.stands_for}
    joined: dict[Dependency, None] = {}
    for edge in edges:
        parent, child = meant.get(edge.parent, edge.parent), meant.get(edge.child, edge.child)
        if parent != child:
            joined[Dependency(parent, child, edge.role)] = None
    return tuple(joined)


def _registered(item: Identified, entry: ServiceEntry | None) -> Identified:
    """Put what the register says about a service over what was found."""
    if entry is None:
        return item
    answers = {"stateful": entry.stateful, "export": entry.export}
    stated = {
        name: Fact("yes" if value else "no", Grade.STATED) for name, value in answers.items() if value is not None
    }
    changes: dict[str, object] = {**stated, "grade": Grade.STATED, "data_copy": entry.data_copy_age_days is not None}
    if entry.hosting:
        changes["hosting"] = tuple(Fact(code, Grade.STATED) for code in entry.hosting)
    if entry.workloads:
        changes["workloads"] = entry.workloads
    return msgspec.structs.replace(item, service=True, **changes)


def _held(item: Identified, project: Project, on: date, vaulted: Mapping[ComponentKey, OwnCopy]) -> Identified:
    """Add own copies, stated and vaulted, own maintenance and the paid term."""
    purls = item.component.purls
    copies = {what for copy in project.copy if _any(purls, copy.purls) for what in copy.holds}
    own = None if item.service else vaulted.get(item.component.key)
    fact = None
    if own is not None:
        copies |= set(own.holds)
        fact = Fact(own.vault, Grade.STATED, source=f"vault manifest {own.held_on}", as_of=own.held_on)
    ends = [c.term_end for c in project.contract if _covers(c, item) and c.term_end is not None]
    ends = ends or [date.fromisoformat(day) for day in item.component.states("term-end")]
    return msgspec.structs.replace(
        item,
        copies=tuple(sorted(copies)),
        copy_fact=fact,
        data_copy=item.data_copy or "data" in copies,
        maintained=_any(purls, project.maintain),
        term_end_days=float((max(ends) - on).days) if ends else None,
    )


def _covers(contract: Contract, item: Identified) -> bool:
    if contract.offering:
        return contract.offering == item.offering
    return item.supplier is not None and contract.supplier == item.supplier.value


def _any(purls: Sequence[str], patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(purl, pattern) for purl in purls for pattern in patterns)


def _placed(item: Identified, project: Project, roots: set[ComponentKey]) -> Identified:
    """Assign the workloads whose globs match a file that the component comes from; roots contain nothing."""
    component = item.component
    if component.contained_in in roots:
        component = msgspec.structs.replace(component, contained_in=None)
    files = {origin.file for origin in component.origins}
    stated = tuple(name for name in component.states("workload") if name in project.workload)
    named = (
        item.workloads
        or stated
        or tuple(
            name
            for name, workload in sorted(project.workload.items())
            if any(fnmatchcase(file, pattern) for file in files for pattern in workload.paths)
        )
    )
    return msgspec.structs.replace(item, component=component, workloads=named)


def _add_mirrors(catalog: Catalog, parties: Parties, components: Sequence[Identified]) -> None:
    """Make known the channels that serve the purl types of the stack: clients could be pointed at them."""
    kinds = {type_of(purl) for item in components for purl in item.component.purls}
    for channel in catalog.all(Channel):
        if kinds & set(channel.serves):
            parties.channel(channel.id)


def _patents(
    catalog: Catalog, parties: Parties, components: Sequence[Identified], on: date
) -> tuple[PatentHolder, ...]:
    """Return who could assert patents on the standards that the stack implements, promises that bind them left out."""
    holders: list[PatentHolder] = []
    for identifier in sorted({standard for item in components for standard in item.standards}):
        record = catalog.get(Standard, identifier)
        if record is None:
            continue
        bound = {supplier for promise in current(record.promises, on) for supplier in promise.binds}
        claims = current(record.holders, on)
        holders += [PatentHolder(record.id, c.value, c.pool) for c in claims if c.value not in bound]
    for holder in holders:
        parties.supplier(holder.holder)
    return tuple(sorted(holders))
