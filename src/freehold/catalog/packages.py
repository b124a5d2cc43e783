"""Finding a package in the package tables: by the match key of its purl and its version.

A table is decoded when the first package of its type is asked for (15,000 rows: about 10 ms); a look-up is one dictionary
look-up. A licence is recorded from the first to the last version that its source was read for; for any other version that
the row does not exclude it is inferred.
"""

from __future__ import annotations

import re

import msgspec

from freehold.catalog.claims import in_range
from freehold.catalog.index import Index
from freehold.catalog.purls import key_of, qualifier, type_of, version_scheme
from freehold.catalog.siblings import families, family_of
from freehold.model.fact import Fact, Grade
from freehold.model.package_row import PackageRow
from freehold.model.records import Packages, Source

INFERRED_FROM = ("same-upstream", "usual-choice")
"""How the names of sources begin from which a row is inferred: another distribution's package of the same project, and a
list of licences that by custom is a choice."""
_NUMBERS = re.compile(r"v?(?:\d{1,9}:)?(\d{1,18}(?:\.\d{1,18}){0,3})(?:-(?:0\.)?(\d{14})-|[~+]git(\d{8})|\D|$)")
"""An epoch, up to four numbers, and the time in a Go module's pseudo-version (https://go.dev/ref/mod#pseudo-versions), or the
day in what Debian makes of it."""
_MAJOR_STEP = re.compile(r"/v\d+$")
_SHORTEST_MODULE = 3
"""Steps of ``pkg:golang/HOST/NAME``."""


class PackageTables:
    """The tables of one index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._tables: dict[str, dict[str, list[PackageRow]]] = {}
        self._families: dict[str, dict[str, list[PackageRow]]] = {}
        self._majors: dict[str, dict[str, list[PackageRow]]] = {}

    def licence_of(self, purl: str, version: str) -> Fact[str] | None:
        """Return the licence that the table states for a version: an expression of terms ids.

        None where no row speaks of this version, and where the version is not known but the licence depends on it.
        """
        rows = [row for row in self._rows(purl) if row.licence]
        fitting = [row for row in rows if in_range(_vers(purl, row), version)]
        if not rows:
            return self._licence_of_repository(purl) or self._licence_of_siblings(purl)
        if not fitting and all(_ends_as_seen(row) for row in rows):
            fitting = rows
        if not fitting or len({row.licence for row in fitting}) > 1:
            return None
        fact = self._fact(purl, fitting[0], fitting[0].licence, fitting[0].source.split()[:1])
        inferred = not _was_seen(version, fitting[0].seen) or not _is_of_table(purl)
        return msgspec.structs.replace(fact, grade=Grade.INFERRED) if inferred else fact

    def _licence_of_repository(self, purl: str) -> Fact[str] | None:
        """Return the licence of the Go module that a module lies in: they share a repository, which its licence file covers.

        See https://go.dev/ref/mod#vcs-license. Inferred, and only from a module whose licence is the same for all versions.
        Other major versions of a module share the repository too; they count where all of them have one and the same licence.
        """
        steps = key_of(purl).split("/") if type_of(purl) == "golang" else []
        while len(steps) >= _SHORTEST_MODULE:
            module = "/".join(steps)
            above = [row for row in self._rows(module) if row.licence]
            if above and above[0].versions != "*":
                return None
            if found := above or self._other_majors(module):
                return self._inferred(purl, found[0], f"of {found[0].name}, in the same repository")
            steps.pop()
        return None

    def _other_majors(self, module: str) -> list[PackageRow]:
        """Return the rows of the other major versions of a Go module, if they agree on one licence without choice."""
        majors = self._majors.setdefault(type_of(module), {})
        if not majors:
            for name, rows in self._table(type_of(module)).items():
                majors.setdefault(_MAJOR_STEP.sub("", name), []).extend(row for row in rows if row.licence)
        rows = majors.get(_MAJOR_STEP.sub("", module.partition("/")[2]), [])
        plain = len({row.licence for row in rows}) == 1 and " " not in rows[0].licence
        return rows if plain and all(row.versions == "*" for row in rows) else []

    def _licence_of_siblings(self, purl: str) -> Fact[str] | None:
        """Return the licence that all known packages of the same scope, group, vendor or prefix have: inferred."""
        kind = type_of(purl)
        if kind not in self._families:
            self._families[kind] = families(kind, self._table(kind))
        family = family_of(kind, key_of(purl).partition("/")[2])
        siblings = self._families[kind].get(family, [])
        note = f"as all {len(siblings)} packages of {family} that are known"
        return self._inferred(purl, siblings[0], note) if siblings else None

    def _inferred(self, purl: str, row: PackageRow, note: str) -> Fact[str]:
        """Return the licence of another package's row, with what tells it."""
        fact = self._fact(purl, row, row.licence, row.source.split()[:1])
        return msgspec.structs.replace(fact, grade=Grade.INFERRED, note=note)

    def owner_of(self, purl: str) -> Fact[str] | None:
        """Return the organisation that holds the source repository (``github.com/babel``); None if not one is known."""
        owned = [row for row in self._rows(purl) if row.owner]
        if len({row.owner for row in owned}) != 1:
            return None
        return self._fact(purl, owned[0], owned[0].owner, owned[0].source.split()[-1:])

    def _fact(self, purl: str, row: PackageRow, value: str, sources: list[str]) -> Fact[str]:
        source = next((self._sources(purl).get(name) for name in sources), None)
        read = source is not None and source.checked_on is not None
        inferred = any(name.startswith(INFERRED_FROM) for name in sources)
        return Fact(
            value,
            (Grade.INFERRED if inferred else Grade.RECORDED) if read else Grade.ASSUMED,
            source=source.url if source else "",
            source_grade=source.grade if source else "",
            checked_on=source.checked_on.isoformat() if source and source.checked_on else "",
            note=f"seen for {row.seen}" if row.seen else "",
        )

    def _sources(self, purl: str) -> dict[str, Source]:
        record = self._index.get(Packages, type_of(purl))
        return record.sources if record else {}

    def _rows(self, purl: str) -> list[PackageRow]:
        return self._table(type_of(purl)).get(key_of(purl).partition("/")[2], [])

    def _table(self, kind: str) -> dict[str, list[PackageRow]]:
        if kind not in self._tables:
            table: dict[str, list[PackageRow]] = {}
            record = self._index.get(Packages, kind)
            for row in record.rows if record else ():
                table.setdefault(row.name, []).append(row)
            self._tables[kind] = table
        return self._tables[kind]


def _vers(purl: str, row: PackageRow) -> str:
    """Return the versions of a row as a VERS range."""
    return row.versions if row.versions == "*" else f"vers:{version_scheme(type_of(purl))}/{row.versions}"


def _ends_as_seen(row: PackageRow) -> bool:
    """Tell whether a row ends at the last version that its source names only because the source is old."""
    return row.versions == f"<={row.seen.rpartition('..')[2]}"


def _is_of_table(purl: str) -> bool:
    """Tell whether a package is from the channel of which its table speaks; other channels of conda pack it themselves."""
    return type_of(purl) != "conda" or qualifier(purl, "channel") == "conda-forge"


def _was_seen(version: str, seen: str) -> bool:
    """Tell whether a version is one that a source speaks of, or lies between two of them; what is packed anew is the same."""
    first, _, last = seen.partition("..")
    own, least, most = (_NUMBERS.match(text) for text in (version, first, last or first))
    if own is None or least is None or most is None:
        return bool(version) and version in (first, last)
    return _order(least) <= _order(own) <= _order(most)


def _order(found: re.Match[str]) -> tuple[list[int], int]:
    numbers = [int(step) for step in found[1].split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return numbers, int(found[2] or found[3] or 0)
