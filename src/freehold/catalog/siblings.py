"""The licence of a package by its siblings: those under one name that a registry lets only one owner publish into.

Such names are npm's scopes (``npm help scope``), Maven's groups, Composer's vendors and NuGet's prefixes
(https://learn.microsoft.com/nuget/nuget-org/id-prefix-reservation). Names that anybody may begin alike make no family.
``benchmarks/inferred_licences.py`` says how often this is right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from freehold.model.package_row import PackageRow

LEAST = 5
"""Siblings that must be known, all with one and the same licence in every version."""


def family_of(kind: str, name: str) -> str:
    """Return the family of a package name as its match key has it; empty for none."""
    match kind:
        case "npm":
            return name.partition("/")[0] if name.startswith("%40") and "/" in name else ""
        case "maven":
            return name.rpartition("/")[0]
        case "composer":
            return name.partition("/")[0]
        case "nuget":
            steps = name.split(".")
            return ".".join(steps[:2]) if len(steps) > 2 else ""
        case _:
            return ""


def families(kind: str, table: Mapping[str, Sequence[PackageRow]]) -> dict[str, list[PackageRow]]:
    """Return the rows of every family whose packages all have one licence, one row a package, first by name."""
    found: dict[str, list[Sequence[PackageRow]]] = defaultdict(list)
    for name, rows in sorted(table.items()):
        licensed = [row for row in rows if row.licence]
        if licensed and (family := family_of(kind, name)):
            found[family].append(licensed)
    return {family: list(rows) for family, packages in found.items() if (rows := tuple(_agreed(packages)))}


def _agreed(packages: Sequence[Sequence[PackageRow]]) -> Iterator[PackageRow]:
    """Yield one row a package if there are enough and all agree; else nothing."""
    if len(packages) >= LEAST and len({row.licence for rows in packages for row in rows}) == 1:
        yield from (rows[0] for rows in packages)
