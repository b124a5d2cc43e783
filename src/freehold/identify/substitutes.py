"""What could take the place of a component: catalog alternatives for its functions, identified like any component."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from freehold.catalog.claims import current, fact_of
from freehold.catalog.matching import How, Match
from freehold.catalog.purls import type_of
from freehold.catalog.query import Catalog
from freehold.identify.components import Identifier
from freehold.model.component import Component, ComponentKey, ComponentKind, Role
from freehold.model.fact import Fact, Grade
from freehold.model.records import Alternative, Function, Offering
from freehold.model.stack import Identified, Substitute

_KINDS = {
    "service": ComponentKind.SERVICE,
    "model": ComponentKind.MODEL,
    "image": ComponentKind.CONTAINER,
    "operating-system": ComponentKind.OPERATING_SYSTEM,
    "library": ComponentKind.LIBRARY,
}
_LANGUAGES = frozenset(
    {
        "cargo",
        "cocoapods",
        "composer",
        "cran",
        "gem",
        "golang",
        "hackage",
        "hex",
        "maven",
        "npm",
        "nuget",
        "pub",
        "pypi",
        "swift",
    }
)
"""purl types whose packages are code of one language or virtual machine."""


class Substitutes:
    """Finds alternatives; each offering is identified once, whatever it stands in for."""

    def __init__(self, catalog: Catalog, identifier: Identifier, on: date) -> None:
        self._catalog = catalog
        self._identifier = identifier
        self._on = on
        self._known: dict[str, Identified] = {}

    def of(self, items: Iterable[Identified]) -> Iterator[Substitute]:
        """Yield the alternatives of every component that runs or builds, those with one supplier left out.

        An alternative from the same supplier is none: it goes with it. Nor is a library of another language: that is a
        rewrite.
        """
        for item in items:
            if item.component.role is Role.DEVELOPMENT or item.component.is_root:
                continue
            for function in item.functions:
                yield from self._for(item, function)

    def _for(self, item: Identified, function: str) -> Iterator[Substitute]:
        record = self._catalog.get(Function, function)
        if record is None:
            return
        own = self._catalog.get(Offering, item.offering)
        for claim in current(record.alternatives, self._on):
            if claim.value == item.offering or _other_language(own, self._catalog.get(Offering, claim.value)):
                continue
            alternative = self._identified(claim.value)
            if alternative is not None and not _same_supplier(item, alternative):
                yield self._substitute(item, function, alternative, claim, record)

    def _substitute(
        self, item: Identified, function: str, alternative: Identified, claim: Alternative, record: Function
    ) -> Substitute:
        fact = fact_of(claim, claim.value, record.sources)
        return Substitute(
            item.component.key,
            function,
            alternative,
            claim.closeness,
            claim.lead_days,
            claim.effort_person_days,
            fact.grade,
            fact.source,
            claim.note,
            _documented(record, item.offering, claim.value),
        )

    def _identified(self, offering_id: str) -> Identified | None:
        if offering_id not in self._known:
            record = self._catalog.get(Offering, offering_id)
            if record is None:
                return None
            match = Match(offering_id, How.NAME, Grade.RECORDED, offering_id)
            self._known[offering_id] = self._identifier.identify(_component(record), match)
        return self._known[offering_id]


def _documented(record: Function, left: str, taken: str) -> tuple[Fact[str], ...]:
    """Return the documented migrations to an offering, those from the one that is to be left first."""
    moved = [migration for migration in record.migrations if taken in migration.moved_to]
    moved.sort(key=lambda migration: left not in migration.moved_from)
    return tuple(fact_of(migration, str(migration), record.sources) for migration in moved)


def _component(record: Offering) -> Component:
    """Return an offering as a component, by its first exact purl where it has one."""
    exact = [purl for purl in record.match.purls if not purl.endswith("*")]
    kind = _KINDS.get(record.kind, ComponentKind.APPLICATION)
    key = ComponentKey(f"offering:{record.id}")
    return Component(key, record.name, kind=kind, purls=tuple(exact[:1]), evidence="catalog alternative")


def _other_language(one: Offering | None, other: Offering | None) -> bool:
    """Tell whether both are libraries, and their packages those of different languages."""
    if one is None or other is None or {one.kind, other.kind} != {"library"}:
        return False
    mine, theirs = ({type_of(purl) for purl in record.match.purls} & _LANGUAGES for record in (one, other))
    return bool(mine and theirs) and mine.isdisjoint(theirs)


def _same_supplier(one: Identified, other: Identified) -> bool:
    return one.supplier is not None and other.supplier is not None and one.supplier.value == other.supplier.value
