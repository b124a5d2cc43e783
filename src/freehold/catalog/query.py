"""The catalog as the rest of Freehold sees it: get, list, search, match. Records are decoded when they are touched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

import msgspec

from freehold.catalog.claims import current
from freehold.catalog.index import Index
from freehold.catalog.licences import TermsMatch, TermsTable
from freehold.catalog.matching import Match, Matcher
from freehold.catalog.overlay import open_index
from freehold.catalog.packages import PackageTables
from freehold.model.component import Clue, Component, Licence
from freehold.model.records import FOLDERS, Bloc, Function, Record

R = TypeVar("R", bound=Record)


class Found(msgspec.Struct, frozen=True):
    """One result of a search: where the record is and its name."""

    folder: str
    id: str
    name: str


class Catalog:
    """All records of one index, and how components are recognised in them."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._terms = TermsTable(index)
        self.matcher = Matcher(index)
        self.packages = PackageTables(index)

    def get(self, kind: type[R], identifier: str) -> R | None:
        """Return the record of a kind and id, or None."""
        return self._index.get(kind, identifier)

    def ids(self, kind: type[Record]) -> tuple[str, ...]:
        """Return the ids of a kind, in order."""
        return self._index.ids(kind)

    def all(self, kind: type[R]) -> Iterator[R]:
        """Yield every record of a kind, in order of id. Decodes them all."""
        for identifier in self._index.ids(kind):
            record = self._index.get(kind, identifier)
            if record is not None:
                yield record

    def find(self, identifier: str) -> tuple[Record, ...]:
        """Return every record with this id, of whatever kind; terms and blocs regardless of case."""
        named = [self.get(kind, identifier) for kind in FOLDERS.values()]
        if not any(named):
            folded = identifier.casefold()
            named = [
                self.get(FOLDERS[row[0]], row[1]) for row in self._index.search_rows() if row[1].casefold() == folded
            ]
        return tuple(record for record in named if record is not None)

    def search(self, words: Sequence[str], kind: type[Record] | None = None) -> tuple[Found, ...]:
        """Return the records whose id, name, aliases, functions or description hold every word; whole ids and names first."""
        wanted = [word.casefold() for word in words]
        rows = [
            row
            for row in self._index.search_rows()
            if all(word in row[3] for word in wanted) and (kind is None or FOLDERS[row[0]] is kind)
        ]
        joined = " ".join(wanted)
        rows.sort(
            key=lambda row: (joined not in (row[1].casefold(), row[2].casefold()), joined not in row[2].casefold())
        )
        return tuple(Found(folder, identifier, name) for folder, identifier, name, _ in rows)

    def match(self, component: Component) -> tuple[Match, ...]:
        """Return the offerings that a component is, then those that it uses (``Match.uses``)."""
        return self.matcher.offerings(component)

    def match_clue(self, clue: Clue) -> tuple[Match, ...]:
        """Return the offerings whose use a clue tells (always ``Match.uses``)."""
        return self.matcher.clue(clue)

    def supplier_of_purl(self, purl: str) -> Match | None:
        """Return the supplier by the longest namespace of a purl."""
        return self.matcher.supplier_of_purl(purl)

    def supplier_named(self, name: str) -> Match | None:
        """Return the supplier of this name or alias."""
        return self.matcher.supplier_named(name)

    def supplier_of_url(self, url: str) -> Match | None:
        """Return the supplier by the forge organisation or domain of an address."""
        return self.matcher.supplier_of_url(url)

    def channel_of_purl(self, purl: str) -> Match | None:
        """Return the channel that a purl names, else the default registry of its type."""
        return self.matcher.channel_of_purl(purl)

    def channel_of_url(self, url: str) -> Match | None:
        """Return the channel that an address belongs to."""
        return self.matcher.channel_of_url(url)

    def standards_of_purl(self, purl: str) -> tuple[str, ...]:
        """Return the standards that name a purl as an implementer."""
        return self.matcher.standards_of_purl(purl)

    def terms_of(self, licence: Licence) -> TermsMatch:
        """Return the terms of a licence as written."""
        return self._terms.terms_of(licence)

    def providers(self, function: str) -> tuple[str, ...]:
        """Return the ids of offerings that name a function or are among its alternatives, in order of id."""
        record = self.get(Function, function)
        named = [claim.value for claim in record.alternatives] if record else []
        return tuple(sorted({*self._index.table("providers").get(function, ()), *named}))

    def members(self, bloc: str, on: date) -> tuple[str, ...]:
        """Return the members of a bloc on a day, in order; nothing for an unknown bloc."""
        record = self.get(Bloc, bloc)
        return tuple(sorted({place.value for place in current(record.members, on)})) if record else ()


def open_catalog(overlays: Sequence[Path] = (), env: Mapping[str, str] | None = None) -> Catalog:
    """Open the packaged catalog, or the checkout's, with overlay folders over it. Raises ``CatalogError``."""
    return Catalog(open_index(overlays, env))
