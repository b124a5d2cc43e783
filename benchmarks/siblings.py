"""How often siblings tell the licence of a package: each package with a row is left out, and asked of the others.

    python benchmarks/siblings.py

The rule (``freehold.catalog.siblings``) answers where all others under the same name have one licence. Only packages whose
own row holds for all versions are asked. The interval is Wilson's at 95 percent.
"""

from __future__ import annotations

from collections import defaultdict

from precision import wilson

from freehold.catalog import open_catalog
from freehold.catalog.siblings import families, family_of
from freehold.model.package_row import PackageRow
from freehold.model.records import Packages


def main() -> None:
    """Print the table."""
    print("| purl type | packages asked | answered | right | interval |")
    print("|---|---:|---:|---:|---:|")
    for record in open_catalog().all(Packages):
        table: dict[str, list[PackageRow]] = defaultdict(list)
        for row in record.rows:
            if row.licence:
                table[row.name].append(row)
        within: dict[str, dict[str, list[PackageRow]]] = defaultdict(dict)
        for name, rows in table.items():
            if family := family_of(record.id, name):
                within[family][name] = rows
        asked = answered = right = 0
        for family, members in within.items():
            for name, rows in members.items():
                others = families(record.id, {other: kept for other, kept in members.items() if other != name})
                asked += 1
                if family in others:
                    answered += 1
                    right += {row.licence for row in rows} == {others[family][0].licence}
        if answered:
            low, high = wilson(right, answered)
            shown = f"{right / answered:.1%} | {low:.1%} to {high:.1%}"
            print(f"| {record.id} | {asked:,} | {answered:,} | {shown} |")


if __name__ == "__main__":
    main()
