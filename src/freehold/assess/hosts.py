"""From a scenario to hosts: who would be denied by name, who cannot be, and whose a host is that somebody asked.

The same leaves decide as in the supply graph; here they are taken from every channel, service and supplier of the catalog,
not from those of the project alone: a command may ask anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urlsplit

import msgspec

from freehold.assess.known_parties import check_parties
from freehold.assess.request import Request
from freehold.catalog.derived import derived_hosts
from freehold.catalog.matching import host_of
from freehold.catalog.query import Catalog
from freehold.identify.parties import Parties
from freehold.identify.stack import identify
from freehold.model.component import Component, ComponentKey, ComponentKind, Inventory
from freehold.model.evidence import Contact, Decision, DeniedHost, DrillPlan, Learned, NotEnforceable
from freehold.model.fact import Fact, Grade
from freehold.model.jurisdictions import NAMES
from freehold.model.leaf import Leaf, LeafKind
from freehold.model.records import Channel, Offering, Supplier
from freehold.model.scenario import Scenario
from freehold.model.stack import ChannelFacts, Identified, Stack
from freehold.model.subject import ServiceEntry
from freehold.scenarios.losses import Impacts
from freehold.scenarios.parameters import titled

SHARED = "its host is shared with others who are not denied"
NO_HOST = "no host of it is known"
ACCOUNT = "an account is blocked, not a host: the host goes on serving everybody else"
_FOLLOW = (LeafKind.LAW, LeafKind.WILLING, LeafKind.CHANNEL, LeafKind.OPERATES, LeafKind.HOME)


class _Party(msgspec.Struct, frozen=True):
    """Somebody with hosts: the name to show, the hosts, the leaves that must hold for them to serve you."""

    name: str
    kind: str
    hosts: tuple[str, ...]
    leaves: tuple[Leaf, ...]
    of_project: bool = False


def denied_hosts(request: Request, catalog: Catalog, inventory: Inventory, scenarios: Sequence[Scenario]) -> DrillPlan:
    """Return whom the scenarios deny, host by host, on the day of onset.

    Without scenarios nobody is denied and the plan holds what the project names. Raises ``UsageError`` for a scenario
    that names a party nobody knows. Cost: linear in the catalog.
    """
    known = _Known(request, catalog, inventory)
    for scenario in scenarios:
        check_parties(scenario, catalog, known.stack)
    lost = _lost(known, scenarios)
    parties = list(known.parties())
    open_to = {host for party in parties if not _denied_by(party, lost) for host in party.hosts}
    denied, unable = _sorted_out(known, parties, lost, open_to)
    own = tuple(sorted({host for party in parties if party.of_project for host in party.hosts} | known.addresses()))
    unknown = tuple(host for host in own if not _is_known(catalog, host))
    return DrillPlan(
        scenario="+".join(scenario.id for scenario in scenarios),
        title=" and ".join(titled(scenario, known.names()).title for scenario in scenarios),
        denied=tuple(sorted(denied)),
        not_enforceable=tuple(sorted(unable)),
        declared=own,
        unknown=unknown,
        ports=known.ports(),
    )


def _lost(known: _Known, scenarios: Sequence[Scenario]) -> frozenset[Leaf]:
    leaves = {leaf for party in known.parties() for leaf in party.leaves}
    impacts = Impacts(leaves, known.stack)
    return frozenset(loss.leaf for scenario in scenarios for loss in impacts.of(scenario).losses)


def _denied_by(party: _Party, lost: frozenset[Leaf]) -> Leaf | None:
    return next((leaf for leaf in party.leaves if leaf in lost and leaf.kind in _FOLLOW), None)


def _sorted_out(
    known: _Known, parties: Iterable[_Party], lost: frozenset[Leaf], open_to: set[str]
) -> tuple[dict[DeniedHost, None], set[NotEnforceable]]:
    """Return the hosts to deny, each once with the first reason found, and the denied parties that no name can block."""
    denied: dict[str, DeniedHost] = {}
    unable: set[NotEnforceable] = set()
    for party in parties:
        leaf = _denied_by(party, lost)
        if leaf is None:
            if party.of_project and any(one in lost for one in party.leaves):
                unable.add(NotEnforceable(party.name, ACCOUNT))
            continue
        blocked = [host for host in party.hosts if host not in open_to]
        for host in blocked:
            denied.setdefault(host, DeniedHost(host, party.name, known.reason(leaf), party.kind))
        if party.of_project and not blocked:
            unable.add(NotEnforceable(party.name, SHARED if party.hosts else NO_HOST))
    unable |= set(known.behind_others(lost))
    return dict.fromkeys(denied.values()), unable


class _Known:
    """Every party with hosts, of the catalog and of the project, with the facts of the project over those of the catalog."""

    def __init__(self, request: Request, catalog: Catalog, inventory: Inventory) -> None:
        self._catalog = catalog
        self._request = request
        on, project = request.as_of, request.project
        registries = request.registries
        self._own = identify(inventory, catalog, project, on, registries=registries)
        services = [o for o in catalog.all(Offering) if o.kind == "service"]
        entries = tuple(ServiceEntry(name=o.name, offering=o.id) for o in services)
        every = identify(Inventory(), catalog, msgspec.structs.replace(project, service=entries), on)
        parties = Parties(catalog, on, project.fact)
        for supplier in catalog.ids(Supplier):
            parties.supplier(supplier)
        for channel in catalog.ids(Channel):
            parties.channel(channel)
        self._services = every.components
        self.stack: Stack = msgspec.structs.replace(
            self._own,
            components=(*self._own.components, *every.components),
            suppliers={**parties.suppliers, **every.suppliers, **self._own.suppliers},
            channels={**parties.channels, **self._own.channels},
        )
        self._used = {fact.value for item in self._own.components for fact in (*item.channels, *item.source_channels)}
        self._parties: tuple[_Party, ...] = ()

    def parties(self) -> tuple[_Party, ...]:
        """Return every party once: channels, services, then suppliers with their domains."""
        if not self._parties:
            self._parties = (*self._of_channels(), *self._of_services(), *self._of_suppliers())
        return self._parties

    def _of_channels(self) -> Iterator[_Party]:
        for facts in self.stack.channels.values():
            operator = facts.operator
            leaves = [Leaf(LeafKind.CHANNEL, facts.id)]
            leaves += [Leaf(LeafKind.LAW, fact.value, facts.id, "hosting") for fact in facts.hosting]
            leaves += self._dealing(operator)
            name = self._operated(facts.name, operator)
            yield _Party(name, f"channel {facts.id}", self._channel_hosts(facts), tuple(leaves), facts.id in self._used)

    def _channel_hosts(self, facts: ChannelFacts) -> tuple[str, ...]:
        """Return the hosts of a channel; one that no record knows goes by its host."""
        record = self._catalog.get(Channel, facts.id)
        if record is None:
            host = host_of(facts.id)
            return (host,) if "." in host else ()
        served = record.default_for if record.derived else ()
        return tuple(dict.fromkeys((*record.hosts, *(host for kind in served for host in derived_hosts(kind)))))

    def _of_services(self) -> Iterator[_Party]:
        own = {item.offering or item.component.key: item for item in self._own.components if item.service}
        rest = {item.offering: item for item in self._services if item.offering not in own}
        for identifier, item in {**own, **rest}.items():
            record = self._catalog.get(Offering, item.offering) if item.offering else None
            hosts = (*(record.match.hosts if record else ()), *(host_of(host) for host in item.component.hosts))
            key, supplier = item.component.key, item.supplier
            leaves = [Leaf(LeafKind.OPERATES, supplier.value if supplier else "", item.offering or key)]
            leaves += [Leaf(LeafKind.LAW, fact.value, key, "origin") for fact in item.origin_of]
            leaves += [Leaf(LeafKind.LAW, fact.value, key, "hosting") for fact in item.hosting]
            leaves += self._dealing(supplier)
            name = self._operated(item.name or item.component.name, supplier)
            yield _Party(name, f"service {identifier}", tuple(dict.fromkeys(hosts)), tuple(leaves), identifier in own)

    def _of_suppliers(self) -> Iterator[_Party]:
        for record in self._catalog.all(Supplier):
            hosts = [host for d in record.domains for host in (d.removeprefix("."), f".{d.removeprefix('.')}")]
            leaves = self._dealing(Fact(record.id, Grade.RECORDED))
            yield _Party(record.name, f"supplier {record.id}", tuple(hosts), tuple(leaves))

    def _dealing(self, supplier: Fact[str] | None) -> list[Leaf]:
        """Return the leaves of dealing with a supplier (MODEL.md section 3)."""
        facts = self.stack.suppliers.get(supplier.value) if supplier is not None else None
        if facts is None:
            return []
        seat = self.stack.project.subject.seat
        return [
            *(Leaf(LeafKind.WILLING, party) for party in (facts.id, *facts.parents)),
            Leaf(LeafKind.ACCOUNT, facts.id),
            *(Leaf(LeafKind.LAW, reach.jurisdiction, facts.id, reach.nexus) for reach in facts.reach),
            *([Leaf(LeafKind.HOME, seat, facts.id)] if seat else []),
        ]

    def _operated(self, name: str, supplier: Fact[str] | None) -> str:
        facts = self.stack.suppliers.get(supplier.value) if supplier is not None else None
        return f"{name} ({facts.name})" if facts is not None and facts.name not in name else name

    def names(self) -> dict[str, str]:
        """Return the names of jurisdictions, suppliers and channels by identifier, for titles."""
        suppliers = {identifier: facts.name for identifier, facts in self.stack.suppliers.items()}
        return {**NAMES, **suppliers, **{identifier: facts.name for identifier, facts in self.stack.channels.items()}}

    def reason(self, leaf: Leaf) -> str:
        """Return in words why a lost leaf denies."""
        about = self.stack.suppliers.get(leaf.about) or self.stack.channels.get(leaf.about)
        whom = about.name if about is not None else leaf.about.removeprefix("service:")
        match leaf.kind:
            case LeafKind.LAW:
                return f"law of {NAMES.get(leaf.party, leaf.party)} reaches {whom} through its {leaf.detail}"
            case LeafKind.HOME:
                return f"your own jurisdiction, {NAMES.get(leaf.party, leaf.party)}, forbids {whom}"
            case LeafKind.CHANNEL:
                return "the channel is down or blocked"
            case LeafKind.OPERATES:
                return "it is operated no longer"
            case _:
                supplier = self.stack.suppliers.get(leaf.party)
                return f"{supplier.name if supplier else leaf.party} does not deal with you"

    def behind_others(self, lost: frozenset[Leaf]) -> Iterator[NotEnforceable]:
        """Yield denied suppliers whose components the project gets from channels of others that are not denied."""
        channels = {party.kind.removeprefix("channel "): party for party in self.parties() if "channel " in party.kind}
        for item in self._own.components:
            leaves = [] if item.service else self._about(item)
            if item.supplier is None or not any(leaf in lost for leaf in leaves if leaf.kind in _FOLLOW):
                continue
            for fact in item.channels:
                party = channels.get(fact.value)
                if party is not None and _denied_by(party, lost) is None:
                    yield NotEnforceable(
                        self._supplier_name(item), f"what it publishes on {party.name} is one of many there"
                    )

    def _about(self, item: Identified) -> list[Leaf]:
        origin = [Leaf(LeafKind.LAW, fact.value, item.component.key, "origin") for fact in item.origin_of]
        return [*origin, *self._dealing(item.supplier)]

    def _supplier_name(self, item: Identified) -> str:
        facts = self.stack.suppliers.get(item.supplier.value) if item.supplier else None
        return facts.name if facts is not None else item.name

    def addresses(self) -> set[str]:
        """Return the hosts that files and client settings of the project name themselves."""
        return {host for url in self._urls() if (host := host_of(url))}

    def ports(self) -> tuple[int, ...]:
        """Return the ports that those addresses name."""
        found = set()
        for url in self._urls():
            try:
                found.add(urlsplit(url if "://" in url else f"//{url}").port)
            except ValueError:
                continue
        return tuple(sorted(port for port in found if port))

    def _urls(self) -> Iterator[str]:
        for item in self._own.components:
            yield from (item.component.registry, *item.component.hosts)
        for urls in self._request.registries.values():
            yield from urls


def _is_known(catalog: Catalog, host: str) -> bool:
    return bool(owner(catalog, host)[0])


def owner(catalog: Catalog, host: str) -> tuple[str, str]:
    """Return whose a host is, as far as the catalog knows: the supplier, and the offering where it is a service."""
    probe = Component(ComponentKey(host), host, kind=ComponentKind.SERVICE, hosts=(host,))
    services = [match.id for match in catalog.match(probe) if match.by and not match.uses]
    service = catalog.get(Offering, services[0]) if services else None
    if service is not None:
        return (service.supplier[0].value if service.supplier else ""), service.id
    channel = catalog.channel_of_url(f"https://{host}")
    record = catalog.get(Channel, channel.id) if channel is not None else None
    if record is not None and record.operator:
        return record.operator[0].value, ""
    supplier = catalog.supplier_of_url(f"https://{host}")
    return (supplier.id if supplier is not None else ""), ""


def learned(plan: DrillPlan, contacts: Iterable[Contact], catalog: Catalog) -> tuple[Learned, ...]:
    """Return the hosts that were asked for and that neither the project nor its clients' settings name."""
    named = set(plan.declared)
    found: dict[str, Learned] = {}
    for contact in contacts:
        asked = contact.decision in (Decision.ALLOWED, Decision.DENIED, Decision.UNSERVED)
        if (
            not asked
            or contact.host in named
            or contact.host in found
            or any(pattern.startswith(".") and contact.host.endswith(pattern) for pattern in named)
        ):
            continue
        supplier, offering = owner(catalog, contact.host)
        found[contact.host] = Learned(contact.host, supplier, offering, contact.tool)
    return tuple(sorted(found.values()))
