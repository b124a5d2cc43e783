"""Putting the templates of a DORA register together: services get the name, country and owner of their provider.

A provider that some service names by its code is no service of its own; one that none names stays as what it provides.
Owners, which B_05.01 gives by code, get their names where the register lists them.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from freehold.inventory.services.dora import PROVIDER
from freehold.model.component import Component, Named

_OF_PROVIDER = ("seat", "owner", "owner-seat")


def settle_register(components: Sequence[Component]) -> list[Component]:
    """Return the components with those of a DORA register put together; all others as they are. Linear."""
    if not any(component.key.startswith(PROVIDER) for component in components):
        return list(components)
    providers = {one.key.removeprefix(PROVIDER): one for one in components if _is_provider(one)}
    named = {
        code
        for one in components
        if one.key.startswith(PROVIDER) and not _is_provider(one)
        for code in one.states("identifier")
    }
    settled: list[Component] = []
    for one in components:
        if not one.key.startswith(PROVIDER):
            settled.append(one)
        elif not _is_provider(one):
            settled.append(_with_provider(one, providers))
        elif one.key.removeprefix(PROVIDER) not in named:
            settled.append(_with_owner(one, providers))
    return settled


def _is_provider(component: Component) -> bool:
    return component.key.startswith(PROVIDER) and "/" not in component.key


def _with_provider(service: Component, providers: dict[str, Component]) -> Component:
    """Return a service under the legal name of its provider, with what the register says of that provider."""
    code = service.supplier
    provider = providers.get(code)
    if provider is None:
        return service
    known = _with_owner(provider, providers)
    told = tuple(one for one in known.statements if one.field in _OF_PROVIDER)
    name = service.name.removesuffix(code) + provider.supplier
    origins = (*service.origins, *provider.origins)
    statements = (*service.statements, *told)
    return msgspec.structs.replace(
        service, name=name, supplier=provider.supplier, origins=origins, statements=statements, conflicts=()
    )


def _with_owner(provider: Component, providers: dict[str, Component]) -> Component:
    """Return a provider with the name and country of its owner in place of the code."""
    statements: list[Named] = []
    for one in provider.statements:
        owner = providers.get(one.value) if one.field == "owner" else None
        if owner is None:
            statements.append(one)
            continue
        statements.append(Named("owner", owner.supplier, one.origin))
        statements += [
            Named("owner-seat", seat.value, seat.origin) for seat in owner.statements if seat.field == "seat"
        ]
    return msgspec.structs.replace(provider, statements=tuple(statements))
