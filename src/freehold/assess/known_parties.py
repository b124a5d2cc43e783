"""Does a scenario name parties that exist? A misspelt one would lose nothing and look like good news.

A party is known if the catalog has a record of it, or if the stack at hand names it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches

from freehold.catalog.query import Catalog
from freehold.errors import UsageError
from freehold.model.jurisdictions import NAMES
from freehold.model.records import Bloc, Channel, Offering, Supplier
from freehold.model.scenario import Disruption, Scenario
from freehold.model.stack import Stack

_WILD = frozenset("*?[")


def check_parties(scenario: Scenario, catalog: Catalog, stack: Stack) -> None:
    """Raise ``UsageError``, with what is closest, for a party or target that neither catalog nor stack knows."""
    for disruption in scenario.disruption:
        for kind, name, known in _named(disruption, catalog, stack):
            if name not in known:
                close = get_close_matches(name, sorted(known), n=1, cutoff=0.5)
                hint = f"did you mean {close[0]}? " if close else ""
                remedy = f"{hint}see: freehold catalog search {name}"
                raise UsageError(f"no {kind} is called {name!r}", where=scenario.id, remedy=remedy)


def _named(disruption: Disruption, catalog: Catalog, stack: Stack) -> Iterator[tuple[str, str, Collection[str]]]:
    """Yield each party and exact target with its kind and the names that would do."""
    jurisdictions = {*NAMES, *catalog.ids(Bloc)}
    suppliers = {*catalog.ids(Supplier), *stack.suppliers}
    by = disruption.by
    match disruption.kind:
        case "denial" | "home-ban" if by.isupper():
            yield "jurisdiction or bloc", by, jurisdictions
        case (
            "denial" | "account-blocked" | "supplier-gone" | "price-multiplies" | "relicensed" | "maintainer-stops"
        ) if by:
            yield "supplier", by, suppliers
        case "channel-down":
            yield "channel", by, {*catalog.ids(Channel), *stack.channels}
        case "patent-asserted" if by:
            yield "patent holder or pool", by, suppliers | {holder.pool for holder in stack.patents}
        case _:
            pass
    if disruption.kind in ("service-retired", "maintainer-stops"):
        components = {name for item in stack.components for name in (item.component.key, *item.component.purls)}
        known = {*catalog.ids(Offering), *components}
        yield from (("offering or component", name, known) for name in disruption.on if not _WILD & set(name))
