"""What is known about one component: offering, supplier, rights, channels, and the reasons for what is not known.

Facts are chosen by the order of their grades: yours, the component's own, the catalog's, a rule's. Nothing is matched by
likeness.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from freehold.catalog.claims import current, fact_of
from freehold.catalog.matching import Match
from freehold.catalog.purls import type_of
from freehold.catalog.query import Catalog
from freehold.identify.parties import Parties
from freehold.identify.register import stated_facts, supplier_id
from freehold.identify.rights import Licensing
from freehold.model.component import IDENTITY, Component, ComponentKind
from freehold.model.fact import Conflict, Fact, Grade, best
from freehold.model.records import Offering, Place, Source, YesNo
from freehold.model.stack import Identified
from freehold.model.subject import FactEntry

SOURCE_IN_REGISTRY = frozenset(
    {"npm", "pypi", "cargo", "golang", "gem", "composer", "hex", "pub", "deb", "apk", "cpan", "cran"}
)
"""purl types whose registries serve the source beside, or as, the package."""
_SOURCE_KINDS = frozenset({"vcs", "source-distribution", "SOURCE-REPOSITORY"})
_SITE_KINDS = frozenset({"website", "documentation", "homepage"})


class Identifier:
    """Identifies components one by one; parties and terms are resolved once for all of them."""

    def __init__(
        self,
        catalog: Catalog,
        parties: Parties,
        licensing: Licensing,
        on: date,
        registries: Mapping[str, Sequence[str]],
        stated: Sequence[FactEntry],
    ) -> None:
        self._catalog = catalog
        self._parties = parties
        self._licensing = licensing
        self._on = on
        self._registries = registries
        self._stated: dict[tuple[str, str], str] = {(entry.about, entry.field): entry.value for entry in stated}

    def identify(self, component: Component, match: Match | None) -> Identified:
        """Return what is known about ``component``, given the offering that it is (None: no record knows it)."""
        offering = self._catalog.get(Offering, match.id) if match else None
        stated = self.stated(component, offering, "licence")
        rights, conflict = self._licensing.of_component(component, offering, stated)
        supplier, disagreement = self._supplier(component, offering)
        channels = self._channels(component, offering)
        service = component.kind is ComponentKind.SERVICE or (offering is not None and offering.kind == "service")
        if supplier is not None:
            self._parties.supplier(supplier.value)
        inferred = component.states(IDENTITY)
        grade = match.grade if match else Grade.STATED
        item = Identified(
            component,
            offering=offering.id if offering else "",
            name=offering.name if offering else component.name,
            service=service,
            how="; ".join(text for text in (match.how if match else "", *inferred) if text),
            grade=max(grade, Grade.INFERRED, key=lambda one: one.rank) if inferred else grade,
            supplier=supplier,
            rights=rights,
            channels=() if service else channels,
            source_channels=() if service else self._sources(component, channels),
            standards=self._standards(component, offering),
        )
        reasons = _reasons(item, match, [text for text in (conflict, disagreement) if text])
        told = msgspec.structs.replace(item, hosting=stated_facts(component, "hosting"))
        known = self._of_offering(item, component, offering) if offering else told
        return msgspec.structs.replace(self._answers(known, offering), unidentified=reasons)

    def stated(self, component: Component, offering: Offering | None, field: str) -> str:
        """Return what the user states about a component, its purl without version, or its offering."""
        names = [component.key, *component.purls, *(purl.partition("@")[0] for purl in component.purls)]
        names += [offering.id] if offering else []
        return next((self._stated[name, field] for name in names if (name, field) in self._stated), "")

    def channel_fact(self, url: str, grade: Grade, source: str) -> Fact[str]:
        """Return the channel of an address; a host that no record knows is a channel under its own name."""
        match = self._catalog.channel_of_url(url)
        identifier = match.id if match else url.partition("://")[2].partition("/")[0] or url
        self._parties.channel(identifier)
        return Fact(identifier, grade, source=source)

    def _of_offering(self, item: Identified, component: Component, offering: Offering) -> Identified:
        """Add what the record of the offering says about hosting, origin, function and other channels."""
        others = tuple(claim.value for claim in current(offering.channels, self._on))
        for channel in others:
            self._parties.channel(channel)
        own = {fact.value for fact in item.channels}
        return msgspec.structs.replace(
            item,
            channels=item.channels or self._first_channel(item, offering, others),
            other_channels=tuple(channel for channel in others if channel not in own),
            hosting=self._reaching(component, offering, "hosting", offering.hosting),
            origin_of=self._reaching(component, offering, "origin", offering.origin),
            banned_in=self._places(offering.bans, offering.sources),
            functions=offering.functions,
        )

    def _first_channel(self, item: Identified, offering: Offering, others: tuple[str, ...]) -> tuple[Fact[str], ...]:
        return (
            (Fact(others[0], Grade.INFERRED, source=f"record of {offering.id}"),) if others and not item.service else ()
        )

    def _answers(self, item: Identified, offering: Offering | None) -> Identified:
        """Add whether a service holds your data and lets you take it out."""
        sources = offering.sources if offering else {}
        return msgspec.structs.replace(
            item,
            stateful=self._answer(item, offering, "stateful", offering.stateful if offering else (), sources),
            export=self._answer(item, offering, "export", offering.export if offering else (), sources),
        )

    def _answer(
        self,
        item: Identified,
        offering: Offering | None,
        field: str,
        claims: tuple[YesNo, ...],
        sources: dict[str, Source],
    ) -> Fact[str] | None:
        if stated := self.stated(item.component, offering, field):
            return Fact(stated, Grade.STATED)
        if told := stated_facts(item.component, field):
            return told[0]
        facts = [fact_of(claim, str(claim.value), sources) for claim in current(claims, self._on)]
        return min(facts, key=lambda fact: fact.grade.rank, default=None)

    def _supplier(self, component: Component, offering: Offering | None) -> tuple[Fact[str] | None, str]:
        """Return the supplier by the best evidence, and in words where equally good evidence names another."""
        if stated := self.stated(component, offering, "supplier"):
            return Fact(stated, Grade.STATED), ""
        if component.supplier:
            name = supplier_id(component.supplier, self._catalog)
            return Fact(name, Grade.STATED, source="stated in the component"), ""
        claims = current(offering.supplier, self._on) if offering else ()
        recorded = [fact_of(claim, claim.value, offering.sources) for claim in claims] if offering else []
        found = best([*recorded, *self._inferred_suppliers(component)])
        if isinstance(found, Conflict):
            named = " or ".join(dict.fromkeys(f"{fact.value} ({fact.source})" for fact in found.facts))
            return found.facts[0], f"the supplier is {named}"
        return found, ""

    def _inferred_suppliers(self, component: Component) -> list[Fact[str]]:
        """Return the suppliers that rules find: by the namespace of a purl, by the organisation of a source address."""
        matches = [self._catalog.supplier_of_purl(purl) for purl in component.purls]
        urls = [r.url for r in component.references if r.kind in _SOURCE_KINDS]
        urls += [r.url for r in component.references if r.kind in _SITE_KINDS]
        if component.kind is ComponentKind.SERVICE:
            urls += component.hosts
        matches += [self._catalog.supplier_of_url(url) for url in urls]
        if not any(matches) and component.kind is ComponentKind.SERVICE:
            return [fact for host in component.hosts[:1] for fact in self._operator(host)]
        found = [Fact(m.id, Grade.INFERRED, source=f"{m.how}: {m.by}") for m in matches if m is not None]
        return found or self._repository_owners(component)

    def _repository_owners(self, component: Component) -> list[Fact[str]]:
        """Return the supplier that holds the source repository which a package table names."""
        owners = [owner for purl in component.purls if (owner := self._catalog.packages.owner_of(purl))]
        found = [(owner, self._catalog.supplier_of_url(f"https://{owner.value}/")) for owner in owners]
        return [Fact(m.id, Grade.INFERRED, source=f"source repository in {o.value}") for o, m in found if m is not None]

    def _operator(self, host: str) -> list[Fact[str]]:
        """Return who runs the channel at a host."""
        match = self._catalog.channel_of_url(host)
        operator = self._parties.channel(match.id).operator if match else None
        return [Fact(operator.value, Grade.INFERRED, source=f"operator of {match.id}")] if match and operator else []

    def _channels(self, component: Component, offering: Offering | None) -> tuple[Fact[str], ...]:
        """Return the channels of the bytes: stated, named in the file, configured in the client, the type's default."""
        if stated := self.stated(component, offering, "channel"):
            self._parties.channel(stated)
            return (Fact(stated, Grade.STATED),)
        if component.registry:
            return (self.channel_fact(component.registry, Grade.STATED, "named in the file"),)
        for purl in component.purls:
            if "repository_url=" not in purl and (urls := self._registries.get(type_of(purl))):
                return tuple(self.channel_fact(url, Grade.INFERRED, "client configuration") for url in urls)
            if match := self._catalog.channel_of_purl(purl):
                self._parties.channel(match.id)
                return (Fact(match.id, Grade.INFERRED, source=f"{match.how}: {match.by}"),)
        return ()

    def _sources(self, component: Component, channels: tuple[Fact[str], ...]) -> tuple[Fact[str], ...]:
        """Return the channels of the source: a repository that is named, else a registry that serves source."""
        if stated := self.stated(component, None, "source"):
            self._parties.channel(stated)
            return (Fact(stated, Grade.STATED),)
        urls = [r.url for r in component.references if r.kind in _SOURCE_KINDS]
        found = {f.value: f for url in urls if (f := self._known_channel(url)) is not None}
        if component.purls and type_of(component.purls[0]) in SOURCE_IN_REGISTRY:
            for fact in channels:
                found.setdefault(fact.value, Fact(fact.value, Grade.INFERRED, source="the registry serves source"))
        return tuple(found.values())

    def _known_channel(self, url: str) -> Fact[str] | None:
        match = self._catalog.channel_of_url(url)
        if match is None:
            return None
        self._parties.channel(match.id)
        return Fact(match.id, Grade.STATED, source="source address in the component")

    def _standards(self, component: Component, offering: Offering | None) -> tuple[str, ...]:
        named = [standard for purl in component.purls for standard in self._catalog.standards_of_purl(purl)]
        return tuple(sorted({*named, *(offering.standards if offering else ())}))

    def _reaching(
        self, component: Component, offering: Offering, nexus: str, claims: tuple[Place, ...]
    ) -> tuple[Fact[str], ...]:
        """Return the jurisdictions that reach the component itself, yours in place of the catalog's."""
        facts = list(stated_facts(component, nexus) or self._places(claims, offering.sources))
        for about in (component.key, offering.id):
            facts = self._parties.stated(about, nexus, facts)
        return tuple(facts)

    def _places(self, claims: tuple[Place, ...], sources: dict[str, Source]) -> tuple[Fact[str], ...]:
        return tuple(fact_of(claim, claim.value, sources) for claim in current(claims, self._on))


def _reasons(item: Identified, match: Match | None, conflicts: Sequence[str]) -> tuple[str, ...]:
    """Return in words what stays unidentified, and why."""
    component = item.component
    reasons = []
    if match is None and not component.purls:
        reasons.append("identity: no valid purl, and no record has this name")
    if item.supplier is None:
        reasons.append("supplier: no record, namespace or address names one")
    if not item.channels and not item.service:
        reasons.append("channel: the file names none and the purl type has no known default")
    if not item.service and (item.rights.run == "unknown" or item.rights.reason):
        reasons.append(f"licence: {item.rights.reason or 'terms not known'}")
    reasons += [f"conflict: {conflict}" for conflict in conflicts]
    return tuple(reasons)
