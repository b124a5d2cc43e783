"""How often a licence that is inferred is right: from siblings, and from other versions of the same package.

    python benchmarks/inferred_licences.py

Siblings (``freehold.catalog.siblings``): each package with a row is left out, and asked of the others under the same name;
the rule answers where all of them have one licence. Versions (``freehold.catalog.packages``): of the packages that were read
at two versions or more, those with one licence at all of them; apart from them, those whose versions begin with different
numbers. What changes to and fro is in no table, so it is not counted. The interval is Wilson's at 95 percent.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from precision import wilson

from freehold.catalog import open_catalog
from freehold.catalog.siblings import families, family_of
from freehold.model.package_row import PackageRow
from freehold.model.records import Packages

Table = Mapping[str, Sequence[PackageRow]]
_FIRST_NUMBER = re.compile(r"v?(?:\d+:)?(\d+)")


def siblings(kind: str, table: Table) -> tuple[int, int, int]:
    """Return how many packages were asked, how many answered by their siblings, and how many of those right."""
    within: dict[str, dict[str, list[PackageRow]]] = defaultdict(dict)
    for name, rows in table.items():
        if family := family_of(kind, name):
            within[family][name] = list(rows)
    asked = answered = right = 0
    for family, members in within.items():
        for name, rows in members.items():
            others = families(kind, {other: kept for other, kept in members.items() if other != name})
            asked += 1
            if family in others:
                answered += 1
                right += {row.licence for row in rows} == {others[family][0].licence}
    return asked, answered, right


def versions(table: Table, *, first_numbers_differ: bool) -> tuple[int, int]:
    """Return how many packages were read at several versions, and how many of those have one licence at all."""
    known = same = 0
    for rows in table.values():
        seen = {version for row in rows for version in row.seen.split("..") if version}
        first = {found[1] for version in seen if (found := _FIRST_NUMBER.match(version))}
        if len(seen) > 1 and (len(first) > 1 or not first_numbers_differ):
            known += 1
            same += len({row.licence for row in rows}) == 1
    return known, same


def share(right: int, of: int) -> str:
    """Return a share and its interval as two cells."""
    low, high = wilson(right, of)
    return f"{right / of:.1%} | {low:.1%} to {high:.1%}" if of else "- | -"


def main() -> None:
    """Print the tables."""
    tables: dict[str, Table] = {}
    for record in open_catalog().all(Packages):
        table: dict[str, list[PackageRow]] = defaultdict(list)
        for row in record.rows:
            if row.licence:
                table[row.name].append(row)
        tables[record.id] = table
    print("| purl type | packages asked of siblings | answered | right | interval |")
    print("|---|---:|---:|---:|---:|")
    for kind, rows in tables.items():
        asked, answered, right = siblings(kind, rows)
        if answered:
            print(f"| {kind} | {asked:,} | {answered:,} | {share(right, answered)} |")
    print()
    print(
        "| purl type | at several versions | one licence | interval | first numbers differ | one licence | interval |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|")
    sums = [0, 0, 0, 0]
    for kind, rows in tables.items():
        counts = [*versions(rows, first_numbers_differ=False), *versions(rows, first_numbers_differ=True)]
        sums = [left + right for left, right in zip(sums, counts, strict=True)]
        print(_cells(kind, counts))
    print(_cells("**all**", sums))


def _cells(kind: str, counts: Sequence[int]) -> str:
    known, same, apart, apart_same = counts
    return f"| {kind} | {known:,} | {share(same, known)} | {apart:,} | {share(apart_same, apart)} |"


if __name__ == "__main__":
    main()
